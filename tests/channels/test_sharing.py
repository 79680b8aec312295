"""Shared accounts and tied chats over HTTP."""

from functools import partial

import httpx
import pytest

from finance_core.errors import NotSignedIn, TooSoon
from finance_core.services import imports, people, vocabulary
from finance_core.services.attempts import Attempts

OWN = {"Sec-Fetch-Site": "same-origin"}
LEDGER = "account,date,amount,currency,description,balance\nJoint,2026-03-01,-5.00,USD,CAFE,95.00\n"


@pytest.fixture
def joint(core, ada, tmp_path) -> str:
    """The id of Ada's one account."""
    path = tmp_path / "ledger.csv"
    path.write_text(LEDGER)
    imports.import_file(core, ada[0], path)
    return vocabulary.accounts(core, ada[0])[0].id


def bearer(person: tuple[str, str]) -> dict[str, str]:
    return {"Authorization": f"Bearer {person[1]}"}


async def offered(client: httpx.AsyncClient, ada, joint: str, rights="see") -> dict:
    body = {"account": joint, "rights": rights}
    response = await client.post("/api/shares", json=body, headers=bearer(ada))
    assert response.status_code == 201
    return response.json()


async def shares_of(client: httpx.AsyncClient, person) -> list[dict]:
    return (await client.get("/api/shares", headers=bearer(person))).json()["shares"]


async def test_an_account_is_offered_accepted_and_ended(client, ada, bob, joint):
    offer = await offered(client, ada, joint, "spend")
    assert (await shares_of(client, ada))[0]["accepted_at"] is None
    accept = partial(client.post, "/api/shares/accept", headers=bearer(bob))
    taken = await accept(json={"code": offer["code"]})
    assert taken.status_code == 200
    assert {name: taken.json()[name] for name in ("owner", "account", "rights", "mine")} == {
        "owner": "Ada", "account": "Joint", "rights": "spend", "mine": False,
    }  # fmt: skip
    assert (await accept(json={"code": offer["code"]})).status_code == 401  # once only
    assert [one["person"] for one in await shares_of(client, ada)] == ["Bob"]
    path = f"/api/shares/{offer['id']}"
    assert (await client.delete(path, headers=bearer(bob))).status_code == 204
    assert (await client.delete(path, headers=bearer(ada))).status_code == 404
    assert await shares_of(client, ada) == []


async def test_strangers_neither_see_nor_end_a_share(client, core, ada, bob, joint):
    eve = people.add(core, "Eve")
    eve = eve[0].id, eve[1]
    offer = await offered(client, ada, joint)
    assert await shares_of(client, eve) == []
    response = await client.delete(f"/api/shares/{offer['id']}", headers=bearer(eve))
    assert response.status_code == 404
    accept = partial(client.post, "/api/shares/accept", headers=bearer(eve))
    assert (await accept(json={"id": offer["id"]})).status_code == 404
    assert (await accept(json={"code": "AAAAAAAAAA"})).status_code == 401
    body = {"account": joint, "rights": "see"}
    response = await client.post("/api/shares", json=body, headers=bearer(bob))
    assert response.status_code == 404  # nobody shares what is Ada's but Ada


@pytest.mark.parametrize(
    ("path", "body"),
    [
        ("/api/shares", {}), ("/api/shares", {"account": 7, "rights": "see"}),
        ("/api/shares", {"account": "x"}), ("/api/shares/accept", {}),
        ("/api/shares/accept", {"code": "A", "id": "B"}), ("/api/shares/accept", {"code": None}),
        ("/api/shares/accept", {"code": "x" * 100}),
    ],
)  # fmt: skip
async def test_what_is_no_offer_and_no_yes(client, ada, path, body):
    assert (await client.post(path, json=body, headers=bearer(ada))).status_code == 422


async def test_other_pages_and_the_signed_out_share_nothing(client, ada, joint):
    await client.post("/api/session", json={"token": ada[1]}, headers=OWN)
    foreign = {"Sec-Fetch-Site": "cross-site", "Content-Type": "application/json"}
    body = f'{{"account": "{joint}", "rights": "spend"}}'
    for path in ("/api/shares", "/api/shares/accept"):
        response = await client.post(path, content=body, headers=foreign)
        assert response.status_code == 403
        plain = {**OWN, "Content-Type": "text/plain"}
        assert (await client.post(path, content=body, headers=plain)).status_code == 415
    assert (await client.delete("/api/shares/x", headers=foreign)).status_code == 403
    assert (await client.delete("/api/links/telegram/1", headers=foreign)).status_code == 403
    client.cookies.clear()
    for path in ("/api/shares", "/api/links", "/api/devices"):
        assert (await client.get(path)).status_code == 401


async def test_chats_are_listed_and_untied_by_their_person_alone(client, core, ada, bob):
    people.link_chat(core, people.link_code(core, ada[0]), "telegram", "42")
    people.link_chat(core, people.link_code(core, ada[0]), "matrix", "!room/1:example.org")
    listed = (await client.get("/api/links", headers=bearer(ada))).json()["links"]
    assert [(one["channel"], one["chat_id"]) for one in listed] == [
        ("telegram", "42"), ("matrix", "!room/1:example.org"),
    ]  # fmt: skip
    assert (await client.get("/api/links", headers=bearer(bob))).json() == {"links": []}
    for path in ("/api/links/telegram/42", "/api/links/matrix/!room/1:example.org"):
        assert (await client.delete(path, headers=bearer(bob))).status_code == 404
        assert (await client.delete(path, headers=bearer(ada))).status_code == 204
        assert (await client.delete(path, headers=bearer(ada))).status_code == 404
    assert people.by_chat(core, "telegram", "42") is None


def test_a_stolen_link_code_is_worth_nothing_a_second_time(core, ada):
    code = people.link_code(core, ada[0])
    people.link_chat(core, code, "telegram", "42")
    with pytest.raises(NotSignedIn):
        people.link_chat(core, code, "telegram", "666")
    assert people.by_chat(core, "telegram", "666") is None
    assert people.by_chat(core, "telegram", "42").id == ada[0]


def test_guessing_link_codes_is_slowed_down(core, ada):
    core.attempts = Attempts(lambda: 0.0)
    for number in range(5):
        with pytest.raises(NotSignedIn, match="not valid"):
            people.link_chat(core, f"AAAAAAA{number}", "telegram", "666")
    code = people.link_code(core, ada[0])
    with pytest.raises(TooSoon):
        people.link_chat(core, code, "telegram", "666")
    assert people.link_chat(core, code, "telegram", "42").id == ada[0]
