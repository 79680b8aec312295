"""``penny nudges``, and when the worker plans."""

from __future__ import annotations

import json
from datetime import UTC, datetime

import pytest

from cli import worker
from cli.core import open_core
from finance_core.errors import NotFound
from finance_core.services import imports, nudges, people

LEDGER = "account,date,amount,currency,description\nCurrent,{day},-1.00,GBP,TEA\n"


@pytest.fixture
def ada(penny) -> str:
    return json.loads(penny("user", "add", "Ada", "--currency", "GBP", "--json").out)["id"]


def test_a_test_message_is_planned_and_listed(penny, ada):
    assert "Nothing was ever planned" in penny("nudges", "list", "--user", "Ada").out
    sent = json.loads(penny("nudges", "send-test", "--user", "Ada", "--json").out)
    assert (sent["kind"], sent["state"]) == ("test", "planned")
    assert penny("nudges", "plan", "--user", "Ada").out.splitlines()[0] == "new: 0"
    (listed,) = json.loads(penny("nudges", "list", "--user", "Ada", "--json").out)["nudges"]
    assert listed["id"] == sent["id"]
    assert listed["text"].startswith("This is a test")
    assert "planned   test" in penny("nudges", "list", "--user", "Ada").out


@pytest.mark.parametrize(
    "arguments",
    [("list",), ("list", "--user", "Nobody"), ("list", "--user", "Ada", "--limit", "0")],
)
def test_bad_input(penny, ada, arguments):
    found = penny("nudges", *arguments)
    assert (found.code, found.out) == (2, "")
    assert len(found.err.splitlines()) == 1


def test_the_worker_plans_when_something_has_changed_and_forgets_who_left(penny, ada, monkeypatch):
    planned: list[str] = []
    real = nudges.plan

    def plan(core, person_id, now):
        planned.append(person_id)
        return real(core, person_id, now)

    monkeypatch.setattr(nudges, "plan", plan)
    with open_core() as core:
        planning = worker.Planning(core)
        planning.round()
        planning.round()
        assert planned == [ada]
        content = LEDGER.format(day=datetime.now(UTC).date()).encode()
        imports.import_content(core, ada, content, name="tea.csv")
        planning.round()
        assert planned == [ada, ada]
        monkeypatch.setattr(people, "everybody", lambda core: [])
        planning.round()
        assert planning._planned == {}


def test_a_person_who_leaves_while_planning_stops_nobody(penny, ada, monkeypatch):
    def gone(*_: object) -> None:
        raise NotFound("I don't know that person.")

    with open_core() as core:
        monkeypatch.setattr(nudges, "mark", gone)
        worker.Planning(core).round()
