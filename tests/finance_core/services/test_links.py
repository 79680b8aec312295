"""Linked services: codes and tokens that are used once, and links that end."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from finance_core.errors import BadInput, NotFound, NotSignedIn
from finance_core.services import deletion, links, people, voice
from finance_core.services.core import Core
from finance_core.store import audit, personal

START = datetime(2026, 3, 2, 9, tzinfo=UTC)
BACK = "https://layla.amazon.com/api/skill/link/M1"


def at(core: Core, after: timedelta) -> Core:
    return replace(core, clock=lambda: START + after)


@pytest.fixture
def core(core: Core) -> Core:
    return at(core, timedelta())


@pytest.fixture
def alexa(core: Core):
    return links.add_client(core, "Alexa", [BACK])


@pytest.fixture
def ada(core: Core) -> str:
    return people.add(core, "Ada", "UTC", "GBP")[0].id


def coded(core, who, client):
    return links.consent(core, who, client.id, "ask act", redirect_uri=BACK, challenge=None)


def linked(core, who, client):
    found = links.redeem(core, "code", coded(core, who, client), client.id)
    links.issue(core, found.link, "access-1", "refresh-1")
    return found.link


def test_a_secret_is_known_again_and_nowhere_kept(core, alexa):
    client, secret = alexa
    assert links.is_secret(client, secret) and not links.is_secret(client, secret + "x")
    assert links.client(core, client.id) == client and secret not in str(client)
    public, none = links.add_client(core, "Assistant", [BACK], public=True)
    assert none is None and not links.is_secret(public, "")
    with pytest.raises(BadInput, match="already"):
        links.add_client(core, "Alexa", [BACK])


@pytest.mark.parametrize(
    "address",
    ["http://amazon.com/x", "https://", "javascript:alert(1)", "https://a.example/#x", "", "x",
     "https://a.example/x;script-src *", "https://[", "https://a.example/ b"],
)  # fmt: skip
def test_people_are_only_sent_back_to_https_addresses(core, address):
    with pytest.raises(BadInput):
        links.add_client(core, "Odd", [address])
    links.add_client(core, "Mine", ["http://localhost:8123/auth"])


def test_a_code_is_used_once_within_a_minute_by_its_own_service(core, ada, alexa):
    client, _ = alexa
    other, _ = links.add_client(core, "Other", [BACK])
    code = coded(core, ada, client)
    assert links.redeem(core, "code", code, other.id) is None
    assert links.redeem(core, "refresh", code, client.id) is None
    assert links.redeem(core, "code", code, client.id).link.person_id == ada
    late = coded(core, ada, client)
    assert links.redeem(at(core, timedelta(minutes=2)), "code", late, client.id) is None


@pytest.mark.parametrize("kind", ["code", "refresh"])
def test_one_that_is_used_twice_ends_the_link(core, ada, alexa, kind):
    client, _ = alexa
    code = coded(core, ada, client)
    link = links.redeem(core, "code", code, client.id).link
    links.issue(core, link, "access-1", "refresh-1")
    assert links.by_token(core, "access-1")[0].id == ada
    if kind == "refresh":
        assert links.redeem(core, "refresh", "refresh-1", client.id)
        links.issue(core, link, "access-2", "refresh-2")
    stolen = code if kind == "code" else "refresh-1"
    assert links.redeem(core, kind, stolen, client.id) is None
    for token in ("access-1", "access-2"):
        with pytest.raises(NotSignedIn):
            links.by_token(core, token)
    assert links.redeem(core, "refresh", "refresh-2", client.id) is None
    with core.sessions() as session:
        ended = [e.why for e in audit.entries(session, ada) if e.action == "link.ended"]
    assert ended == [f"a {kind} was used twice"]


def test_of_many_at_once_one_gets_the_tokens(core, ada, alexa):
    client, _ = alexa
    code = coded(core, ada, client)
    with ThreadPoolExecutor(6) as askers:
        found = list(askers.map(lambda _: links.redeem(core, "code", code, client.id), range(6)))
    assert sum(one is not None for one in found) == 1


def test_tokens_run_out(core, ada, alexa):
    linked(core, ada, alexa[0])
    assert links.by_token(at(core, timedelta(minutes=59)), "access-1")
    with pytest.raises(NotSignedIn):
        links.by_token(at(core, timedelta(minutes=61)), "access-1")
    for token in ("refresh-1", "nobody"):
        with pytest.raises(NotSignedIn):
            links.by_token(core, token)
    late = at(core, timedelta(days=181))
    assert links.redeem(late, "refresh", "refresh-1", alexa[0].id) is None


def test_a_link_is_no_way_into_anything_else(core, ada, alexa):
    linked(core, ada, alexa[0])
    for token in ("access-1", "refresh-1"):
        with pytest.raises(NotSignedIn):
            people.by_token(core, token)


def test_unlinking_is_for_its_own_person(core, ada, alexa):
    bob = people.add(core, "Bob", "UTC", "GBP")[0].id
    link = linked(core, ada, alexa[0])
    assert [one.service for one in links.of_person(core, ada)] == ["Alexa"]
    assert links.of_person(core, bob) == []
    with pytest.raises(NotFound):
        links.unlink(core, link.id, channel="web", person_id=bob)
    links.unlink(core, link.id, channel="web", person_id=ada)
    assert links.of_person(core, ada) == []
    with pytest.raises(NotSignedIn):
        links.by_token(core, "access-1")


def test_a_consent_that_is_not_taken_up_is_no_link_and_goes(core, ada, alexa):
    coded(core, ada, alexa[0])
    assert links.of_person(core, ada) == []
    later = at(core, timedelta(days=2))
    link = linked(later, ada, alexa[0])
    with core.sessions() as session:
        assert [row["id"] for row in personal.rows(session, ada)["links"]] == [link.id]


def test_all_ways_in_end_together_and_leave_with_the_person(core, ada, alexa):
    linked(core, ada, alexa[0])
    with core.sessions() as session:
        rows = personal.rows(session, ada)
    assert len(rows["link_secrets"]) == 3 and not {"hash", "challenge"} & set(
        rows["link_secrets"][0]
    )
    people.revoke_all(core, ada)
    with pytest.raises(NotSignedIn):
        links.by_token(core, "access-1")
    linked(core, ada, alexa[0])
    deletion.erase(core, ada, START)
    with core.sessions() as session:
        assert personal.counts(session, ada) == {}
    links.remove_client(core, "Alexa")
    with pytest.raises(NotFound):
        links.remove_client(core, "Alexa")


def test_a_telephone_is_tied_by_a_code_from_that_number_alone(core, ada):
    number, code = voice.phone_code(core, ada, "+44 (7700) 900-123", channel="web")
    assert number == "+447700900123" and len(code) == 8
    with pytest.raises(NotSignedIn):
        voice.tie_phone(core, "+447700900124", code)
    assert voice.tie_phone(core, number, code).id == ada
    with pytest.raises(NotSignedIn):
        voice.tie_phone(core, number, code)
    assert people.by_chat(core, "twilio", number).id == ada
    assert voice.phones(core, ada) == [number]
    bob = people.add(core, "Bob", "UTC", "GBP")[0].id
    with pytest.raises(NotFound):
        voice.untie_phone(core, bob, number, channel="web")
    voice.untie_phone(core, ada, number, channel="web")
    assert voice.phones(core, ada) == []
    _, late = voice.phone_code(core, ada, number, channel="web")
    with pytest.raises(NotSignedIn):
        voice.tie_phone(at(core, timedelta(minutes=16)), number, late)


@pytest.mark.parametrize(
    "number", ["", "07700900123", "+0", "+44 77x", "++447700900123", "anonymous"]
)
def test_a_number_needs_its_country(core, ada, number):
    with pytest.raises(BadInput):
        voice.phone_code(core, ada, number, channel="web")
