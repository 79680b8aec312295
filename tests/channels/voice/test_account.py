"""What people settle about talking aloud, on the web."""

import pytest
from pydantic import SecretStr

from channels.app import create_app
from finance_core.services import links, people, pins, voice
from tests.channels.voice.conftest import client_of


@pytest.fixture
async def web(settings, core, ada):
    changed = settings.model_copy(
        update={"twilio_token": SecretStr("t"), "public_url": "https://penny.example"}
    )
    async with client_of(create_app(changed, core)) as client:
        client.headers["Authorization"] = f"Bearer {ada[1]}"
        yield client


async def test_the_pin_is_set_and_taken_away(web, core, ada):
    assert (await web.get("/api/voice")).json() == {
        "pin": False, "private": False, "links": [], "phones": [],
    }  # fmt: skip
    assert (await web.put("/api/pin", json={"pin": "4921"})).status_code == 204
    assert (await web.get("/api/voice")).json()["pin"] is True
    assert pins.check(core, ada[0], "4921", channel="alexa").verdict is pins.Verdict.RIGHT
    assert (await web.delete("/api/pin")).status_code == 204
    assert not pins.is_set(core, ada[0])


@pytest.mark.parametrize("pin", ["1234", "12", "", None, 4921, ["4921"], "4" * 3000])
async def test_unusable_pins(web, core, ada, pin):
    response = await web.put("/api/pin", json={"pin": pin})
    assert response.status_code == 422 and list(response.json()) == ["error"]
    assert not pins.is_set(core, ada[0])


async def test_no_figures_aloud(web, core, ada):
    assert (await web.put("/api/voice", json={"private": True})).json()["private"] is True
    assert voice.is_private(core, ada[0])
    assert (await web.put("/api/voice", json={"private": "no"})).status_code == 422


async def test_a_telephone_and_a_service_are_unlinked(web, core, ada):
    made = (await web.post("/api/phone-link", json={"number": "+44 7700 900123"})).json()
    voice.tie_phone(core, made["number"], made["code"])
    client, _ = links.add_client(core, "Alexa", ["https://a.example/"])
    code = links.consent(
        core, ada[0], client.id, "ask", redirect_uri="https://a.example/", challenge=None
    )
    link = links.redeem(core, "code", code, client.id).link
    links.issue(core, link, "a", "r")
    state = (await web.get("/api/voice")).json()
    assert state["phones"] == ["+447700900123"]
    assert [(one["id"], one["name"], one["scope"]) for one in state["links"]] == [
        (link.id, "Alexa", "ask")
    ]
    for one in (link.id, "+447700900123"):
        assert (await web.delete(f"/api/voice/links/{one}")).status_code == 204
        assert (await web.delete(f"/api/voice/links/{one}")).status_code == 404
    bad = await web.post("/api/phone-link", json={"number": "12"})
    assert bad.status_code == 422


@pytest.mark.parametrize(
    ("method", "path"),
    [("PUT", "/api/pin"), ("DELETE", "/api/pin"), ("GET", "/api/voice"), ("PUT", "/api/voice"),
     ("DELETE", "/api/voice/links/x"), ("POST", "/api/phone-link")],
)  # fmt: skip
async def test_only_signed_in_and_from_the_own_page(web, core, ada, method, path):
    token = web.headers.pop("Authorization").removeprefix("Bearer ")
    assert (await web.request(method, path, json={})).status_code == 401
    own = {"Sec-Fetch-Site": "same-origin"}
    await web.post("/api/session", json={"token": token}, headers=own)
    cross = await web.request(method, path, json={}, headers={"Sec-Fetch-Site": "cross-site"})
    assert cross.status_code == 403
    assert people.get(core, ada[0])


async def test_without_a_telephone_there_is_no_code(settings, core, ada):
    async with client_of(create_app(settings, core)) as client:
        headers = {"Authorization": f"Bearer {ada[1]}"}
        response = await client.post("/api/phone-link", json={"number": "+1"}, headers=headers)
        assert response.status_code == 404
