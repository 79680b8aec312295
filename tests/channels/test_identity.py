"""Signing in with a password, sessions that end, and pages of host applications."""

import json
from dataclasses import replace
from datetime import timedelta
from functools import partial

import httpx
import pytest
from argon2 import PasswordHasher

from channels.assertions import Assertions, HostKeys
from channels.settings import ChannelSettings
from finance_core.services import devices, identities, passwords, people, pins
from finance_core.store import audit
from tests.channels.host_application import AUDIENCE, ISSUER, HostApplication

OWN = {"Sec-Fetch-Site": "same-origin"}
HOST = "https://app.example"
FOREIGN = {"Origin": HOST, "Sec-Fetch-Site": "cross-site"}
GOOD, BETTER = "plum-anchor-violet-93", "quiet-marble-lantern-4"


@pytest.fixture(autouse=True)
def quick(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(passwords, "_HASHER", PasswordHasher(1, 64, 1))
    monkeypatch.setattr("channels.auth._REMEMBERED_SECONDS", 0.0)


@pytest.fixture
def known(core, ada) -> str:
    """Ada has a password now; her id."""
    passwords.assign(core, ada[0], GOOD)
    return ada[0]


@pytest.fixture(scope="session")
def host() -> HostApplication:
    return HostApplication()


@pytest.fixture
def embedding(open_client, core, ada, host, monkeypatch) -> httpx.AsyncClient:
    """A client of a Penny that a host application's pages may embed."""
    identities.link(core, ada[0], ISSUER, "customer-7")

    def configured(settings, core, _client):
        return Assertions(settings, core, HostKeys("https://bank.example", host.client()))

    monkeypatch.setattr(Assertions, "configured", configured)
    return open_client(host_issuer=ISSUER, host_audience=AUDIENCE, embed_origins=(HOST,))


async def sign_in(client: httpx.AsyncClient, name="Ada", password=GOOD, **headers):
    body = {"name": name, "password": password}
    return await client.post("/api/session", json=body, headers={**OWN, **headers})


async def whole(client: httpx.AsyncClient, headers: dict[str, str]) -> httpx.Response:
    return await client.get("/api/me", headers=headers)


async def test_a_name_and_a_password_make_a_session(client, known):
    response = await sign_in(client, "ada", **{"User-Agent": "X11; Linux x86_64 Firefox/140"})
    assert response.status_code == 200
    assert response.json() == {"name": "Ada"}
    cookie = response.headers["Set-Cookie"]
    assert "HttpOnly" in cookie and "SameSite=strict" in cookie
    assert (await whole(client, OWN)).json()["name"] == "Ada"
    listed = (await client.get("/api/devices", headers=OWN)).json()["devices"]
    current = [one for one in listed if one["current"]]
    assert [(one["label"], one["opened_by"]) for one in current] == [
        ("Firefox on Linux", "password")
    ]
    assert {one["label"] for one in listed} == {"Firefox on Linux", "first"}


@pytest.mark.parametrize(
    "body",
    [
        {"name": "Ada", "password": "wrong"}, {"name": "nobody", "password": GOOD},
        {"name": "Ada", "password": ""}, {"name": "Ada", "password": None}, {"password": GOOD},
        {"name": "Ada"}, {"name": 7, "password": GOOD}, {"name": "Ada", "password": ["x"]},
        {"name": "Ada", "password": "\ud800"}, {"name": "\x00", "password": GOOD},
        {"name": "Ada", "password": "x" * 300}, {"name": "Ada", "password": GOOD, "token": "x"},
        {"assertion": "x"}, {},
    ],
)  # fmt: skip
async def test_what_does_not_sign_in(client, known, body):
    headers = {**OWN, "Content-Type": "application/json"}
    response = await client.post("/api/session", content=json.dumps(body), headers=headers)
    assert response.status_code in (401, 404, 422)
    assert GOOD not in response.text
    assert not client.cookies


async def test_names_cannot_be_found_out(client, known, bob):
    wrong = [await sign_in(client, name, "wrong") for name in ("Ada", "Bob", "nobody")]
    assert len({(one.status_code, one.text) for one in wrong}) == 1


async def test_a_flood_of_guesses_is_turned_away(client, known):
    answers = [await sign_in(client, "Ada", f"guess {n}") for n in range(8)]
    assert [one.status_code for one in answers] == [401] * 5 + [429] * 3
    assert int(answers[-1].headers["Retry-After"]) >= 1
    assert (await sign_in(client)).status_code == 429  # the right one has to wait as well


async def test_one_address_guessing_many_names_is_turned_away(open_client, known):
    client = open_client("192.0.2.7")
    for number in range(20):
        assert (await sign_in(client, f"name {number}")).status_code == 401
    assert (await sign_in(client)).status_code == 429
    forwarded = {"X-Forwarded-For": "198.51.100.1"}
    assert (await sign_in(client, **forwarded)).status_code == 429  # anybody can say that
    assert (await sign_in(open_client("192.0.2.8"))).status_code == 200


async def test_behind_a_known_proxy_its_word_counts(open_client, known):
    client = open_client("10.0.0.1", trusted_proxies=("10.0.0.1",))
    for number in range(21):
        forged = {"X-Forwarded-For": f"203.0.113.{number}, 198.51.100.1"}
        last = await sign_in(client, f"name {number}", **forged)
    assert last.status_code == 429
    assert (await sign_in(client, **{"X-Forwarded-For": "198.51.100.2"})).status_code == 200


@pytest.mark.parametrize(
    "headers",
    [FOREIGN, {"Origin": "null"}, {}, {"Sec-Fetch-Site": "same-site"},
     {**OWN, "Content-Type": "text/plain"}],
)  # fmt: skip
async def test_no_other_page_signs_in_or_changes_anything(client, known, headers):
    send = partial(client.request, headers={"Content-Type": "application/json", **headers})
    body = f'{{"name": "Ada", "password": "{GOOD}"}}'
    assert (await send("POST", "/api/session", content=body)).status_code in (403, 415)
    await sign_in(client)
    body = f'{{"current": "{GOOD}", "new": "{BETTER}"}}'
    assert (await send("PUT", "/api/password", content=body)).status_code in (403, 415)
    if "Content-Type" not in headers:
        for path in ("/api/devices", "/api/devices/x", "/api/session"):
            assert (await send("DELETE", path)).status_code == 403
    assert (await whole(client, OWN)).status_code == 200
    assert (await sign_in(client)).status_code == 200  # the password is what it was


async def test_a_session_ends_idle_and_ends_at_last(open_client, core, ada, settings):
    _, kept = ada
    now = core.clock()
    client = open_client()
    await client.post("/api/session", json={"token": kept}, headers=OWN)
    token = client.cookies[settings.session_cookie]
    for hours in range(0, 30 * 24, 11):  # used every eleven hours it lives for thirty days
        later = replace(core, clock=lambda hours=hours: now + timedelta(hours=hours))
        assert devices.by_token(later, token).person.id == ada[0]
    over = replace(core, clock=lambda: now + timedelta(days=30, minutes=1))
    with pytest.raises(devices.NotSignedIn):
        devices.by_token(over, token)
    await client.post("/api/session", json={"token": kept}, headers=OWN)
    idle = replace(core, clock=lambda: now + timedelta(hours=13))
    with pytest.raises(devices.NotSignedIn):
        devices.by_token(idle, client.cookies[settings.session_cookie])


async def test_a_session_opens_no_other_and_outlives_no_token(client, core, ada, settings):
    await client.post("/api/session", json={"token": ada[1]}, headers=OWN)
    session = client.cookies[settings.session_cookie]
    again = await client.post("/api/session", json={"token": session}, headers=OWN)
    assert again.status_code == 401
    short = people.issue_token(core, ada[0], "short", timedelta(hours=1))
    await client.post("/api/session", json={"token": short}, headers=OWN)
    found = devices.by_token(core, client.cookies[settings.session_cookie])
    assert found.expires_at - core.clock() <= timedelta(hours=1)


async def test_being_seen_is_written_now_and_then_only(core, ada):
    now = core.clock()
    seen = []
    for minutes in (0, 1, 4, 6, 8, 12):
        at = replace(core, clock=lambda minutes=minutes: now + timedelta(minutes=minutes))
        devices.by_token(at, ada[1])
        seen.append(devices.of_person(at, ada[0])[0].last_seen_at - now)
    assert [round(one.total_seconds() / 60) for one in seen] == [0, 0, 0, 6, 6, 12]


async def test_a_device_can_be_signed_out_from_another(open_client, known, core, bob):
    phone, laptop = open_client(), open_client()
    await sign_in(phone)
    await sign_in(laptop)
    listed = (await laptop.get("/api/devices", headers=OWN)).json()["devices"]
    other = next(d["id"] for d in listed if d["opened_by"] == "password" and not d["current"])
    headers = {"Authorization": f"Bearer {bob[1]}"}
    stranger = await open_client().delete(f"/api/devices/{other}", headers=headers)
    assert stranger.status_code == 404
    assert (await whole(phone, OWN)).status_code == 200
    assert (await laptop.delete(f"/api/devices/{other}", headers=OWN)).status_code == 204
    assert (await whole(phone, OWN)).status_code == 401
    assert (await whole(laptop, OWN)).status_code == 200
    with core.sessions() as session:
        last = audit.entries(session, known)[-1]
    assert (last.action, last.channel, last.details) == ("session.ended", "web", {"device": other})


async def test_signing_out_everywhere_leaves_tokens(open_client, known, ada):
    phone, laptop = open_client(), open_client()
    await sign_in(phone)
    await sign_in(laptop)
    response = await laptop.delete("/api/devices", headers=OWN)
    assert response.json() == {"sessions_ended": 2}
    for client in (phone, laptop):
        assert (await whole(client, OWN)).status_code == 401
    assert (await whole(laptop, {"Authorization": f"Bearer {ada[1]}"})).status_code == 200


async def test_a_new_password_signs_the_others_out(open_client, known):
    phone, laptop = open_client(), open_client()
    await sign_in(phone)
    await sign_in(laptop)
    put = partial(laptop.put, "/api/password", headers=OWN)
    for current in ("wrong", None):
        response = await put(json={"current": current, "new": BETTER})
        assert response.status_code in (409, 422)
    assert (await put(json={"current": GOOD, "new": "password12"})).status_code == 422
    assert (await put(json={"current": GOOD, "new": BETTER})).json() == {"sessions_ended": 1}
    assert (await whole(phone, OWN)).status_code == 401
    assert (await whole(laptop, OWN)).status_code == 200
    assert (await sign_in(phone)).status_code == 401
    assert (await sign_in(phone, password=BETTER)).status_code == 200


async def test_a_first_password_after_signing_in_with_the_token(client, ada):
    await client.post("/api/session", json={"token": ada[1]}, headers=OWN)
    response = await client.put("/api/password", json={"new": GOOD}, headers=OWN)
    assert response.status_code == 200
    assert (await sign_in(client)).status_code == 200


async def test_a_session_alone_sets_no_pin(client, core, known, ada):
    await sign_in(client)
    assert (await client.get("/api/password", headers=OWN)).json() == {"set": True}
    put = partial(client.put, "/api/pin", headers=OWN)
    assert (await put(json={"pin": "4921"})).status_code == 409
    assert (await put(json={"pin": "4921", "current": 7})).status_code == 422
    for _ in range(5):
        assert (await put(json={"pin": "4921", "current": "wrong"})).status_code == 422
    slowed = await put(json={"pin": "4921", "current": GOOD})
    assert slowed.status_code == 429 and int(slowed.headers["Retry-After"]) > 0
    assert not pins.is_set(core, known)


async def test_a_session_and_the_password_set_a_pin(client, core, known):
    await sign_in(client)
    body = {"pin": "4921", "current": GOOD}
    assert (await client.put("/api/pin", json=body, headers=OWN)).status_code == 204
    assert pins.is_set(core, known)


@pytest.mark.parametrize("path", ["/api/events", "/api/me", "/api/history", "/api/devices"])
async def test_a_token_in_the_address_is_worth_nothing(client, ada, path):
    for name in ("token", "access_token", "authorization", "session"):
        response = await client.get(f"{path}?{name}={ada[1]}", headers=OWN)
        assert response.status_code == 401


async def test_the_hosts_word_signs_in_on_pennys_own_page(embedding, host):
    body = {"assertion": host.token()}
    response = await embedding.post("/api/session", json=body, headers=OWN)
    assert response.json() == {"name": "Ada"}
    assert (await whole(embedding, OWN)).json()["name"] == "Ada"
    again = await embedding.post("/api/session", json=body, headers=OWN)
    assert again.status_code == 401


async def test_a_page_that_embeds_gets_a_short_token_and_no_cookie(embedding, host, core):
    body = {"assertion": host.token()}
    response = await embedding.post("/api/session", json=body, headers=FOREIGN)
    assert response.headers["Access-Control-Allow-Origin"] == HOST
    assert "Access-Control-Allow-Credentials" not in response.headers
    assert "Set-Cookie" not in response.headers
    assert "Origin" in response.headers["Vary"]
    found = response.json()
    assert (found["name"], found["expires_in"]) == ("Ada", 900)
    left = devices.by_token(core, found["token"]).expires_at - core.clock()
    assert left <= timedelta(minutes=15)
    headers = {**FOREIGN, "Authorization": f"Bearer {found['token']}"}
    said = await embedding.post("/api/messages", json={"text": "balance"}, headers=headers)
    assert said.status_code == 200
    assert said.headers["Access-Control-Allow-Origin"] == HOST
    ended = await embedding.delete("/api/session", headers=headers)
    assert ended.status_code == 204
    assert (await whole(embedding, headers)).status_code == 401


async def test_an_embedded_session_only_talks(embedding, host, ada):
    response = await embedding.post(
        "/api/session", json={"assertion": host.token()}, headers=FOREIGN
    )
    headers = {"Authorization": f"Bearer {response.json()['token']}"}
    refused = [
        await embedding.put("/api/password", json={"new": GOOD}, headers=headers),
        await embedding.get("/api/password", headers=headers),
        await embedding.put("/api/pin", json={"pin": "4921"}, headers=headers),
        await embedding.get("/api/devices", headers=headers),
        await embedding.delete("/api/devices", headers=headers),
        await embedding.post("/api/telegram-link", headers=headers),
    ]
    assert {one.status_code for one in refused} == {403}
    exchanged = {"token": response.json()["token"]}
    assert (await embedding.post("/api/session", json=exchanged, headers=OWN)).status_code == 401


async def test_an_embedding_page_cannot_take_passwords_or_use_the_cookie(embedding, known, ada):
    for body in ({"name": "Ada", "password": GOOD}, {"token": ada[1]}):
        response = await embedding.post("/api/session", json=body, headers=FOREIGN)
        assert response.status_code == 403
    assert (await sign_in(embedding)).status_code == 200
    assert (await whole(embedding, FOREIGN)).status_code == 403
    plain = {**FOREIGN, "Content-Type": "text/plain"}
    response = await embedding.post("/api/session", content=b"{}", headers=plain)
    assert response.status_code == 415


async def preflight(client, path: str, origin: str, method: str = "POST") -> httpx.Response:
    headers = {
        "Origin": origin, "Access-Control-Request-Method": method,
        "Access-Control-Request-Headers": "authorization, content-type",
    }  # fmt: skip
    return await client.options(path, headers=headers)


async def test_preflights_of_the_named_pages_alone_are_answered(embedding, client):
    for path in ("/api/messages", "/api/session", "/api/events", "/api/charts/main/m/0"):
        response = await preflight(embedding, path, HOST)
        assert response.status_code == 200
        assert response.headers["Access-Control-Allow-Origin"] == HOST
        assert "*" not in str(response.headers)
        assert "Access-Control-Allow-Credentials" not in response.headers
    for origin in ("https://evil.example", "null", "https://app.example.evil.example",
                   "http://app.example", "https://app.example:8443"):  # fmt: skip
        response = await preflight(embedding, "/api/messages", origin)
        assert response.status_code >= 400
        assert "Access-Control-Allow-Origin" not in response.headers
    for path in ("/", "/api/devices", "/api/password", "/metrics", "/api/exports/x"):
        response = await preflight(embedding, path, HOST)
        assert "Access-Control-Allow-Origin" not in response.headers
    response = await preflight(client, "/api/messages", HOST)
    assert "Access-Control-Allow-Origin" not in response.headers


async def test_only_the_widgets_files_may_be_loaded_from_elsewhere(embedding, client):
    policy = "Cross-Origin-Resource-Policy"
    for path in ("/web/chat.js", "/web/chat.css", "/widget.js"):
        assert (await embedding.get(path)).headers[policy] == "cross-origin"
        assert (await client.get(path)).headers[policy] == "same-origin"
    for path in ("/", "/web/index.html", "/web/../index.html", "/api/me", "/web/logo.svg"):
        assert (await embedding.get(path)).headers[policy] == "same-origin"
    loaded = await embedding.get("/web/chat.js", headers={"Origin": HOST})
    assert loaded.headers["Access-Control-Allow-Origin"] == HOST
    page = await embedding.get("/", headers={"Origin": HOST})
    assert "Access-Control-Allow-Origin" not in page.headers
    assert "frame-ancestors 'none'" in page.headers["Content-Security-Policy"]


@pytest.mark.parametrize(
    "origins",
    ["*", "https://*.example", "app.example", "http://app.example", "https://app.example/x",
     "null", "https://app.example https://b.example/", "https://a@b.example", "HTTPS://A.example"],
)  # fmt: skip
def test_origins_that_cannot_be_named(origins, monkeypatch):
    monkeypatch.setenv("PENNY_EMBED_ORIGINS", origins)
    with pytest.raises(ValueError, match="embed_origins"):
        ChannelSettings()


def test_origins_and_keys_are_read_from_the_environment(monkeypatch):
    named = "https://app.example, http://localhost:3000  https://b.example:8443"
    monkeypatch.setenv("PENNY_EMBED_ORIGINS", named)
    assert ChannelSettings().embed_origins == (
        "https://app.example", "http://localhost:3000", "https://b.example:8443",
    )  # fmt: skip
    monkeypatch.setenv("PENNY_HOST_JWKS_URL", "https://bank.example/jwks")
    with pytest.raises(ValueError, match="PENNY_HOST_ISSUER"):
        ChannelSettings()
    monkeypatch.setenv("PENNY_HOST_ISSUER", ISSUER)
    monkeypatch.setenv("PENNY_HOST_AUDIENCE", AUDIENCE)
    assert ChannelSettings().host_jwks_url == "https://bank.example/jwks"
    monkeypatch.setenv("PENNY_HOST_JWKS_URL", "http://bank.example/jwks")
    with pytest.raises(ValueError, match="host_jwks_url"):
        ChannelSettings()
