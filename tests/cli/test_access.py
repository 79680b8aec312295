"""``penny user``: passwords, devices, host identities, chats and shared accounts."""

from __future__ import annotations

import json

import pytest

from cli.core import open_core
from finance_core.errors import NotSignedIn
from finance_core.services import passwords, people, vocabulary
from tests.cli.test_commands import LEDGER


@pytest.fixture
def ada(penny, tmp_path) -> str:
    """Ada's token; she has a ledger."""
    made = json.loads(penny("user", "add", "Ada", "--currency", "GBP", "--json").out)
    (tmp_path / "ledger.csv").write_text(LEDGER)
    assert penny("import", "ledger.csv", "--user", "Ada").code == 0
    return made["token"]


def said(penny, *arguments: str) -> dict:
    result = penny("user", *arguments, "--json")
    assert result.code == 0, result.err
    return json.loads(result.out)


def test_a_password_is_made_up_or_typed(penny, ada, monkeypatch):
    made = said(penny, "password", "Ada", "--generate")["password"]
    typed = {"Password": "plum-anchor-violet-93"}
    monkeypatch.setattr("typer.prompt", lambda text, **_: typed[text])
    with open_core() as core:
        assert passwords.sign_in(core, "Ada", made, "here").name == "Ada"
    result = penny("user", "password", "Ada")
    assert result.code == 0
    assert typed["Password"] not in result.out + result.err
    with open_core() as core:
        assert passwords.sign_in(core, "Ada", typed["Password"], "here").name == "Ada"
        with pytest.raises(NotSignedIn):
            passwords.sign_in(core, "Ada", made, "here")
    typed["Password"] = "password123"
    weak = penny("user", "password", "Ada")
    assert (weak.code, weak.out) == (2, "")
    assert "password123" not in weak.err
    assert penny("user", "password", "Nobody", "--generate").code == 2


def test_devices_are_listed_and_signed_out(penny, ada):
    found = said(penny, "devices", "Ada")["devices"]
    assert [one["label"] for one in found] == ["first"]
    assert ada not in json.dumps(found)
    assert "first (issue), never seen" in penny("user", "devices", "Ada").out
    assert said(penny, "sign-out", "Ada", "sessions") == {"ended": 0}
    assert penny("user", "sign-out", "Ada", "no-such").code == 2
    assert said(penny, "sign-out", "Ada", found[0]["id"]) == {"ended": 1}
    with open_core() as core, pytest.raises(NotSignedIn):
        people.by_token(core, ada)
    assert "Nothing" in penny("user", "devices", "Ada").out


def test_a_host_identity_is_tied_once(penny, ada, monkeypatch):
    assert penny("user", "link-host", "Ada", "customer-7").code == 2  # whose customer?
    monkeypatch.setenv("PENNY_HOST_ISSUER", "https://bank.example")
    assert said(penny, "link-host", "Ada", "customer-7")["issuer"] == "https://bank.example"
    assert penny("user", "add", "Bob").code == 0
    assert penny("user", "link-host", "Bob", "customer-7").code == 2
    with open_core() as core:
        code = people.link_code(core, people.by_name(core, "Ada").id)
        people.link_chat(core, code, "telegram", "42")
    links = said(penny, "links", "Ada")
    assert links["hosts"] == [{"issuer": "https://bank.example", "subject": "customer-7"}]
    assert [one["chat_id"] for one in links["chats"]] == ["42"]
    assert penny("user", "unlink", "Bob", "telegram", "42").code == 2
    assert said(penny, "unlink", "Ada", "telegram", "42")
    assert penny("user", "unlink-host", "Bob", "customer-7").code == 2
    assert said(penny, "unlink-host", "Ada", "customer-7")
    assert said(penny, "links", "Ada") == {"chats": [], "hosts": []}


def test_an_account_is_shared_from_the_command_line(penny, ada):
    assert penny("user", "add", "Bob").code == 0
    with open_core() as core:
        name = vocabulary.accounts(core, people.by_name(core, "Ada").id)[0].name
    offer = said(penny, "share", "Ada", "--account", name.upper(), "--with", "Bob")
    assert "not accepted yet" in penny("user", "shares", "Bob").out
    assert penny("user", "accept-share", "Ada", offer["id"]).code == 2
    assert said(penny, "accept-share", "Bob", offer["code"])["rights"] == "see"
    assert "Ada lets Bob see" in penny("user", "shares", "Ada").out
    assert said(penny, "unshare", "Bob", offer["id"])
    assert said(penny, "shares", "Ada") == {"shares": []}
    for wrong in (("--account", "Nowhere"), ("--account", name, "--rights", "own"),
                  ("--account", name, "--with", "Nobody")):  # fmt: skip
        assert penny("user", "share", "Ada", *wrong).code == 2
