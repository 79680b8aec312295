"""Account linking: consent on Penny's own page, codes and tokens by the book, and attacks."""

import base64
import hashlib
import re
from html import unescape
from urllib.parse import parse_qs, urlencode, urlsplit

import httpx
import pytest
from authlib.integrations.httpx_client import AsyncOAuth2Client
from authlib.integrations.httpx_client._compat import httpx2

from channels.app import create_app
from finance_core.services import links, people
from finance_core.store import audit
from tests.channels.voice.conftest import client_of

BACK = "https://layla.amazon.com/api/skill/link/M1"
OWN = {"Sec-Fetch-Site": "same-origin"}
VERIFIER = "v" * 50
CHALLENGE = base64.urlsafe_b64encode(hashlib.sha256(VERIFIER.encode()).digest()).decode().strip("=")


@pytest.fixture
async def web(settings, core):
    async with client_of(create_app(settings, core)) as client:
        yield client


@pytest.fixture
def alexa(core):
    client, secret = links.add_client(core, "Alexa", [BACK])
    return client.id, secret


@pytest.fixture
def public(core):
    return links.add_client(core, "Assistant", [BACK], public=True)[0].id


def asking(client_id: str, **changes: str | None) -> dict[str, str]:
    fields = {
        "response_type": "code", "client_id": client_id, "redirect_uri": BACK, "state": "s & <t>",
        "scope": "ask act", "code_challenge": CHALLENGE, "code_challenge_method": "S256",
    } | changes  # fmt: skip
    return {name: value for name, value in fields.items() if value is not None}


def hidden(page: str) -> dict[str, str]:
    found = re.findall(r'type="hidden" name="([^"]*)" value="([^"]*)"', page)
    return {unescape(name): unescape(value) for name, value in found}


async def page(web: httpx.AsyncClient, fields: dict[str, str], **headers: str) -> httpx.Response:
    return await web.get("/oauth/authorize", params=fields, headers=headers)


async def consents(web, fields, token, choice="allow", **headers):
    shown = await page(web, fields)
    assert shown.status_code == 200, shown.text
    sent = {**hidden(shown.text), "token": token, "choice": choice}
    return await web.post("/oauth/authorize", data=sent, headers=OWN | headers)


def given(response: httpx.Response) -> dict[str, str]:
    assert response.status_code == 303, response.text
    where = urlsplit(response.headers["Location"])
    assert f"{where.scheme}://{where.netloc}{where.path}" == BACK
    return {name: values[0] for name, values in parse_qs(where.query).items()}


async def fetch(web, client_id, secret, **fields):
    auth = (client_id, secret) if secret else None
    body = fields if secret else {"client_id": client_id, **fields}
    return await web.post("/oauth/token", data=body, auth=auth)


async def tokens(web, alexa, ada):
    code = given(await consents(web, asking(alexa[0]), ada[1]))["code"]
    response = await fetch(web, *alexa, grant_type="authorization_code", code=code,
                           redirect_uri=BACK, code_verifier=VERIFIER)  # fmt: skip
    assert response.status_code == 200, response.text
    return response.json()


async def test_consent_code_tokens_refresh(web, alexa, ada, core):
    answer = given(await consents(web, asking(alexa[0]), ada[1]))
    assert answer["state"] == "s & <t>"
    response = await fetch(web, *alexa, grant_type="authorization_code", code=answer["code"],
                           redirect_uri=BACK, code_verifier=VERIFIER)  # fmt: skip
    got = response.json()
    assert (got["token_type"], got["expires_in"], got["scope"]) == ("Bearer", 3600, "ask act")
    assert response.headers["Cache-Control"] == "no-store"
    assert links.by_token(core, got["access_token"])[0].id == ada[0]
    response = await fetch(web, *alexa, grant_type="refresh_token",
                           refresh_token=got["refresh_token"])  # fmt: skip
    new = response.json()
    assert len({got["access_token"], new["access_token"], got["refresh_token"],
                new["refresh_token"]}) == 4  # fmt: skip
    assert links.by_token(core, new["access_token"])[1].scope == "ask act"
    with core.sessions() as session:
        done = [e.action for e in audit.entries(session, ada[0]) if e.action.startswith("link.")]
    assert done == ["link.consent", "link.tokens", "link.tokens"]


async def test_a_refresh_token_that_is_shown_twice_ends_the_link(web, alexa, ada, core):
    got = await tokens(web, alexa, ada)
    for status in (200, 400):
        response = await fetch(web, *alexa, grant_type="refresh_token",
                               refresh_token=got["refresh_token"])  # fmt: skip
        assert response.status_code == status
    assert response.json()["error"] == "invalid_grant"
    assert links.of_person(core, ada[0]) == []


async def test_an_official_client_gets_through(web, alexa, ada, settings, core):
    transport = httpx2.ASGITransport(create_app(settings, core))  # what that client is built on
    client = AsyncOAuth2Client(
        *alexa, redirect_uri=BACK, scope="ask", code_challenge_method="S256", transport=transport
    )
    async with client:
        address, state = client.create_authorization_url(
            "https://penny.example/oauth/authorize", code_verifier=VERIFIER
        )
        fields = {name: values[0] for name, values in parse_qs(urlsplit(address).query).items()}
        response = await consents(web, fields, ada[1])
        got = await client.fetch_token(
            "https://penny.example/oauth/token", state=state, code_verifier=VERIFIER,
            authorization_response=response.headers["Location"],
        )  # fmt: skip
        assert got["scope"] == "ask"
        await client.refresh_token("https://penny.example/oauth/token")
        await client.revoke_token(
            "https://penny.example/oauth/revoke", client.token["access_token"]
        )
    assert links.of_person(core, ada[0]) == []


async def test_saying_no_links_nothing(web, alexa, ada, core):
    answer = given(await consents(web, asking(alexa[0]), "", "deny"))
    assert (answer["error"], answer["state"]) == ("access_denied", "s & <t>")
    assert links.of_person(core, ada[0]) == []


async def test_a_session_is_enough_and_a_wrong_token_is_asked_again(web, alexa, ada):
    response = await consents(web, asking(alexa[0]), "nobody")
    assert response.status_code == 401 and 'role="alert"' in response.text
    assert hidden(response.text) == asking(alexa[0])
    await web.post("/api/session", json={"token": ada[1]}, headers=OWN)
    shown = await page(web, asking(alexa[0]), **OWN)
    assert "<strong>Ada</strong>" in shown.text and 'type="password"' not in shown.text
    assert given(await consents(web, asking(alexa[0]), ""))["code"]


async def test_from_another_site_the_page_comes_back_by_itself(web, alexa):
    shown = await page(web, asking(alexa[0]), **{"Sec-Fetch-Site": "cross-site"})
    assert 'http-equiv="refresh"' in shown.text and "form" not in shown.text


async def test_the_page_cannot_be_framed_and_sends_people_nowhere_else(web, alexa):
    shown = await page(web, asking(alexa[0]))
    policy = shown.headers["Content-Security-Policy"]
    assert "frame-ancestors 'none'" in policy and "script-src" not in policy
    assert "form-action 'self' https://layla.amazon.com;" in policy
    assert shown.headers["X-Frame-Options"] == "DENY"
    assert "<script" not in shown.text and "style=" not in shown.text
    assert (await web.get("/oauth/page.css")).status_code == 200


@pytest.mark.parametrize(
    "headers",
    [{"Sec-Fetch-Site": "cross-site"}, {"Sec-Fetch-Site": "same-site"}, {"Sec-Fetch-Site": "none"},
     {"Origin": "https://evil.example"}, {"Origin": "null"}, {}],
)  # fmt: skip
async def test_another_page_cannot_consent_for_somebody(web, alexa, ada, core, headers):
    await web.post("/api/session", json={"token": ada[1]}, headers=OWN)
    sent = {**asking(alexa[0]), "choice": "allow"}
    response = await web.post("/oauth/authorize", data=sent, headers=headers)
    assert response.status_code == 403
    assert "Location" not in response.headers


async def test_an_old_browser_on_the_own_page_may(web, alexa, ada):
    sent = {**asking(alexa[0]), "choice": "allow", "token": ada[1]}
    own = {"Origin": "https://penny.example"}
    assert given(await web.post("/oauth/authorize", data=sent, headers=own))["code"]


@pytest.mark.parametrize(
    "changes",
    [
        {"client_id": "nobody"}, {"client_id": None}, {"redirect_uri": None},
        {"redirect_uri": f"{BACK}/"}, {"redirect_uri": f"{BACK}?x=1"},
        {"redirect_uri": "https://evil.example/"},
        {"redirect_uri": BACK.replace("https", "http")},
        {"redirect_uri": BACK.upper()}, {"redirect_uri": 'https://evil.example/"ü\\'},
    ],
)  # fmt: skip
async def test_nobody_is_sent_to_an_address_that_was_not_registered(web, alexa, changes):
    response = await page(web, asking(alexa[0]) | {k: v for k, v in changes.items() if v})
    if None in changes.values():
        response = await page(web, {k: v for k, v in asking(alexa[0]).items() if k not in changes})
    assert response.status_code == 400
    assert "Location" not in response.headers and "evil" not in response.text


@pytest.mark.parametrize(
    ("changes", "error"),
    [
        ({"response_type": "token"}, "unsupported_response_type"),
        ({"response_type": None}, "unsupported_response_type"),
        ({"scope": "everything"}, "invalid_scope"),
        ({"code_challenge_method": "plain"}, "invalid_request"),
        ({"code_challenge_method": None}, "invalid_request"),
        ({"code_challenge": "short"}, "invalid_request"),
        ({"code_challenge": None, "code_challenge_method": None}, "invalid_request"),
    ],
)  # fmt: skip
async def test_what_a_public_service_may_not_ask_is_told_to_it(web, public, changes, error):
    answer = given(await page(web, asking(public, **changes)))
    assert (answer["error"], answer["state"]) == (error, "s & <t>")


async def test_a_public_service_proves_itself_by_pkce(web, public, ada, core):
    async def redeemed(**changes):
        code = given(await consents(web, asking(public), ada[1]))["code"]
        fields = {"grant_type": "authorization_code", "code": code, "redirect_uri": BACK,
                  "code_verifier": VERIFIER} | changes  # fmt: skip
        return await fetch(web, public, None, **fields)

    assert (await redeemed(code_verifier="w" * 50)).json()["error"] == "invalid_grant"
    assert (await redeemed(code_verifier="")).json()["error"] == "invalid_request"
    assert (await redeemed(client_secret="anything")).status_code in (400, 401)
    assert (await redeemed()).status_code == 200


async def test_a_code_is_good_once_for_its_service_and_address(web, alexa, ada, core):
    other = links.add_client(core, "Other", [BACK])
    fields = {"grant_type": "authorization_code", "redirect_uri": BACK, "code_verifier": VERIFIER}

    async def code():
        return given(await consents(web, asking(alexa[0]), ada[1]))["code"]

    response = await fetch(web, other[0].id, other[1], **fields, code=await code())
    assert response.json()["error"] == "invalid_grant"
    response = await fetch(
        web, *alexa, **fields | {"redirect_uri": "https://x.example"}, code=await code()
    )
    assert response.json()["error"] == "invalid_grant"
    response = await fetch(web, alexa[0], "wrong", **fields, code=await code())
    assert (response.status_code, response.json()["error"]) == (401, "invalid_client")
    mine = await code()
    assert (await fetch(web, *alexa, **fields, code=mine)).status_code == 200
    assert len(links.of_person(core, ada[0])) == 1
    assert (await fetch(web, *alexa, **fields, code=mine)).json()["error"] == "invalid_grant"
    assert links.of_person(core, ada[0]) == [], "a code shown twice ends its link"


async def test_a_narrower_scope_is_kept(web, alexa, ada, core):
    code = given(await consents(web, asking(alexa[0], scope="ask"), ada[1]))["code"]
    got = (await fetch(web, *alexa, grant_type="authorization_code", code=code,
                       redirect_uri=BACK, code_verifier=VERIFIER)).json()  # fmt: skip
    response = await fetch(web, *alexa, grant_type="refresh_token", scope="ask act",
                           refresh_token=got["refresh_token"])  # fmt: skip
    assert response.json()["error"] == "invalid_scope"


async def test_revoking(web, alexa, public, ada, core):
    got = await tokens(web, alexa, ada)
    body = {"token": got["refresh_token"], "client_id": public}
    assert (await web.post("/oauth/revoke", data=body)).status_code == 400, "another service's"
    assert len(links.of_person(core, ada[0])) == 1
    for _ in range(2):  # again is no error (RFC 7009, 2.2)
        response = await web.post("/oauth/revoke", data={"token": got["access_token"]}, auth=alexa)
        assert response.status_code == 200
    assert links.of_person(core, ada[0]) == []
    assert people.by_token(core, ada[1])


async def test_link_tokens_open_nothing_else(web, alexa, ada):
    got = await tokens(web, alexa, ada)
    for token in (got["access_token"], got["refresh_token"]):
        headers = {"Authorization": f"Bearer {token}"}
        assert (await web.get("/api/me", headers=headers)).status_code == 401
        assert (await web.get(f"/api/me?access_token={token}")).status_code == 401


@pytest.mark.parametrize("path", ["/oauth/token", "/oauth/revoke", "/oauth/authorize"])
async def test_bodies_that_are_no_form_doubled_or_huge(web, path):
    form = {"Content-Type": "application/x-www-form-urlencoded"} | OWN
    assert (await web.post(path, json={}, headers=OWN)).status_code == 415
    assert (await web.post(path, content="a=1&a=2", headers=form)).status_code == 400
    assert (await web.post(path, content="a=" + "x" * 20_000, headers=form)).status_code == 413
    assert (await web.post(path, content="&".join(f"a{n}=1" for n in range(99)),
                           headers=form)).status_code == 400  # fmt: skip
    assert (await web.post(path, content=b"\xff\x00=%ff", headers=form)).status_code in (400, 401)


async def test_a_field_twice_in_the_address(web, alexa):
    query = urlencode(asking(alexa[0])) + "&redirect_uri=https%3A%2F%2Fevil.example"
    response = await web.get(f"/oauth/authorize?{query}")
    assert response.status_code == 400 and "Location" not in response.headers


async def test_markup_in_names_and_state_stays_text(web, core, ada):
    client, _ = links.add_client(core, "<b>Mine</b>", [BACK])
    shown = await page(web, asking(client.id, state='"><script>x</script>'))
    assert "<script" not in shown.text and "<b>" not in shown.text
    assert hidden(shown.text)["state"] == '"><script>x</script>'
