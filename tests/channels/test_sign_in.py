"""Tokens, sessions, the demo, and pages of other origins."""

from datetime import timedelta

import httpx
import pytest

from finance_core.services import people

OWN = {"Sec-Fetch-Site": "same-origin"}


async def session(client: httpx.AsyncClient, token: str) -> httpx.Response:
    return await client.post("/api/session", json={"token": token}, headers=OWN)


@pytest.mark.parametrize(
    "authorization",
    ["", "Bearer", "Bearer ", "Bearer nobody", "Basic YTpi", "nobody", "Bearer \xff"],
)
@pytest.mark.parametrize(
    ("method", "path"),
    [
        ("POST", "/api/messages"),
        ("GET", "/api/history"),
        ("GET", "/api/events"),
        ("GET", "/api/me"),
        ("POST", "/api/telegram-link"),
    ],
)
async def test_nothing_without_a_valid_token(client, rasa, ada, authorization, method, path):
    headers = {"Authorization": authorization.encode("latin-1")} if authorization else {}
    response = await client.request(method, path, headers=headers)
    assert response.status_code == 401
    assert response.headers["WWW-Authenticate"] == "Bearer"
    assert list(response.json()) == ["error"]
    assert rasa.asked == []


async def test_a_revoked_or_expired_token_is_worth_nothing(client, core, ada, monkeypatch):
    monkeypatch.setattr("channels.auth._REMEMBERED_SECONDS", 0.0)
    headers = {"Authorization": f"Bearer {ada[1]}"}
    assert (await client.get("/api/me", headers=headers)).status_code == 200
    people.revoke_token(core, ada[1])
    assert (await client.get("/api/me", headers=headers)).status_code == 401
    old = people.issue_token(core, ada[0], "old", timedelta(microseconds=1))
    response = await client.get("/api/me", headers={"Authorization": f"Bearer {old}"})
    assert response.status_code == 401


async def test_a_browser_signs_in_and_out(client: httpx.AsyncClient, ada):
    response = await session(client, ada[1])
    assert response.json() == {"name": "Ada"}
    cookie = response.headers["Set-Cookie"]
    assert "HttpOnly" in cookie and "SameSite=strict" in cookie
    assert ada[1] not in cookie
    assert (await client.get("/api/me", headers=OWN)).json()["name"] == "Ada"
    kept = dict(client.cookies)
    assert (await client.delete("/api/session", headers=OWN)).status_code == 204
    assert not client.cookies
    client.cookies.update(kept)
    stolen = await client.get("/api/me", headers=OWN)
    assert stolen.status_code == 401  # the session itself is gone, not just the cookie
    client.cookies.clear()
    bearer = await client.get("/api/me", headers={"Authorization": f"Bearer {ada[1]}"})
    assert bearer.status_code == 200


async def test_signing_out_twice_is_no_fault(client: httpx.AsyncClient, ada):
    await session(client, ada[1])
    kept = dict(client.cookies)
    for _ in range(2):
        client.cookies.update(kept)
        response = await client.delete("/api/session", headers=OWN)
        assert response.status_code == 204


@pytest.mark.parametrize("token", ["wrong", "", None, 7, "x" * 3000])
async def test_a_wrong_token_opens_no_session(client: httpx.AsyncClient, ada, token):
    response = await session(client, token)
    assert response.status_code in (401, 422)
    assert not client.cookies


@pytest.mark.parametrize(
    ("headers", "status"),
    [
        ({"Sec-Fetch-Site": "same-origin"}, 200),
        ({"Origin": "http://localhost"}, 200),
        ({"Sec-Fetch-Site": "cross-site"}, 403),
        ({"Sec-Fetch-Site": "same-site", "Origin": "http://localhost:3000"}, 403),
        ({"Sec-Fetch-Site": "none"}, 403),
        ({"Origin": "http://localhost:3000"}, 403),
        ({"Origin": "null"}, 403),
        ({}, 403),
        ({"Sec-Fetch-Site": "same-origin", "Content-Type": "text/plain"}, 415),
        ({"Sec-Fetch-Site": "same-origin", "Content-Type": "multipart/form-data"}, 415),
    ],
)
async def test_only_our_own_page_may_use_the_session(client, ada, rasa, headers, status):
    await session(client, ada[1])
    response = await client.post(
        "/api/messages",
        content=b'{"text": "balance"}',
        headers={"Content-Type": "application/json", **headers},
    )
    assert response.status_code == status
    assert len(rasa.asked) == (status == 200)


async def test_other_origins_cannot_read_or_sign_in(client: httpx.AsyncClient, ada):
    foreign = {"Sec-Fetch-Site": "cross-site"}
    response = await client.post("/api/session", json={"token": ada[1]}, headers=foreign)
    assert response.status_code == 403
    await session(client, ada[1])
    assert (await client.get("/api/history", headers=foreign)).status_code == 403
    assert (await client.delete("/api/session", headers=foreign)).status_code == 403


async def test_the_demo_person_is_signed_in_on_this_machine(open_client, ada):
    client = open_client(demo_person=ada[0])
    assert (await client.get("/")).status_code == 200
    me = (await client.get("/api/me", headers=OWN)).json()
    assert me["name"] == "Ada" and me["demo"] is True
    again = await client.get("/")
    assert "Set-Cookie" not in again.headers  # still the same session
    client.cookies.clear()
    await client.get("/")
    assert (await client.delete("/api/session", headers=OWN)).status_code == 204
    await client.get("/")
    assert (await client.get("/api/me", headers=OWN)).status_code == 200


@pytest.mark.parametrize(
    ("address", "headers"),
    [
        ("192.0.2.7", {}),
        ("testclient", {}),
        ("127.0.0.1", {"Host": "penny.example"}),
        ("127.0.0.1", {"Host": "localhost.evil.example:8000"}),
        ("127.0.0.1", {"X-Forwarded-For": "192.0.2.7"}),
        ("127.0.0.1", {"Forwarded": "for=192.0.2.7"}),
    ],
)
async def test_nobody_else_becomes_the_demo_person(open_client, ada, address, headers):
    client = open_client(address, demo_person=ada[0])
    response = await client.get("/", headers=headers)
    assert response.status_code == 200
    assert "Set-Cookie" not in response.headers


@pytest.mark.parametrize("host", ["localhost:8000", "127.0.0.1", "[::1]:8000", "[::1]"])
async def test_this_machine_has_several_names(open_client, ada, host):
    response = await open_client(demo_person=ada[0]).get("/", headers={"Host": host})
    assert "HttpOnly" in response.headers["Set-Cookie"]


async def test_no_demo_unless_asked_for_and_none_for_a_stranger(open_client, ada):
    assert "Set-Cookie" not in (await open_client().get("/")).headers
    response = await open_client(demo_person="nobody").get("/")
    assert response.status_code == 200
    assert "Set-Cookie" not in response.headers


async def test_cookies_can_be_told_to_stay_on_tls(open_client, ada):
    client = open_client(secure_cookies=True)
    assert "Secure" in (await session(client, ada[1])).headers["Set-Cookie"]
