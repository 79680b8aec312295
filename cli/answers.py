"""Replaying answer suites: conversations with the figures they must give.

A suite names a ledger file beside it, or a household of the sandbox bank, and the day
it is held on; see ``docs/suites.md``. Everything runs through the real stack over HTTP.
"""

from __future__ import annotations

import os
import re
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date
from decimal import Decimal, InvalidOperation
from pathlib import Path
from string import Template
from typing import Any

import httpx
import yaml

from cli.core import open_core
from cli.running import connect_sandbox
from cli.stack import ROOT, Stack, running_stack
from cli.talk import Talk
from finance_core.errors import BadInput, PennyError
from finance_core.services import imports, people, sync
from finance_core.services.core import Core

_SUITE_KEYS = {"ledger", "bank", "today", "currency", "conversations"}
_TURN_KEYS = {"say", "facts", "skill", "shows", "hides", "as_of"}
_CSV_KEYS = ("profile", "accounts", "currency", "savings")
_FACT_PARTS = ("name", "value", "currency", "unit", "period", "account", "label")
_FACT_KEYS = {*_FACT_PARTS, "from"}  # ``from`` tells tests how the value was worked out
_FALLBACK = "nlu_fallback"


@dataclass(frozen=True, slots=True)
class Suite:
    """One suite file, read and checked.

    Attributes:
        ledger: bank export to import, or None.
        bank: sandbox bank to connect (``household``, or ``csv`` with ``profile``,
            ``accounts`` and ``currency``), or None.
    """

    name: str
    today: date
    conversations: Sequence[dict[str, Any]]
    ledger: Path | None = None
    bank: dict[str, Any] | None = None
    currency: str | None = None


def read_suite(path: Path) -> Suite:
    """Reads a suite file.

    Raises:
        BadInput: the file does not have the form of a suite.
    """
    try:
        content = yaml.safe_load(path.read_text("utf-8"))
    except (yaml.YAMLError, UnicodeDecodeError) as error:
        raise BadInput(f"{path.name} is not a suite: {error}") from error
    if not isinstance(content, dict) or not content.get("conversations"):
        raise BadInput(f"{path.name} is not a suite: it has no conversations.")
    unknown = set(content) - _SUITE_KEYS
    if unknown:
        raise BadInput(f"{path.name} has an unknown key {sorted(unknown)[0]!r}.")
    if bool(content.get("ledger")) == bool(content.get("bank")):
        raise BadInput(f"{path.name} needs either a ledger or a bank.")
    today = content.get("today")
    if type(today) is not date:
        raise BadInput(f"{path.name} needs a day: today: 2022-07-25")
    for conversation in content["conversations"]:
        _check_turns(path, conversation)
    ledger = content.get("ledger")
    return Suite(
        name=path.stem,
        today=today,
        conversations=content["conversations"],
        ledger=_file(path, ledger) if ledger else None,
        bank=_bank(path, content.get("bank")),
        currency=content.get("currency"),
    )


def _check_turns(path: Path, conversation: Any) -> None:
    turns = conversation.get("turns") if isinstance(conversation, dict) else None
    if not isinstance(turns, list) or not turns:
        raise BadInput(f"{path.name}: a conversation needs turns, a list.")
    for turn in turns:
        problem = _problem(turn)
        if problem:
            raise BadInput(f"{path.name}: {conversation.get('name')} has {problem}.")


def _problem(turn: Any) -> str | None:
    if not isinstance(turn, dict) or "say" not in turn:
        return "a turn without say"
    unknown = sorted(map(str, set(turn) - _TURN_KEYS))
    if unknown:
        return f"an unknown key {unknown[0]!r}"
    for fact in turn.get("facts") or ():
        if not isinstance(fact, dict) or "value" not in fact:
            return "a fact without value"
        unknown = sorted(map(str, set(fact) - _FACT_KEYS))
        if unknown:
            return f"a fact with an unknown key {unknown[0]!r}"
    return None


def _file(suite: Path, name: str) -> Path:
    variables = {"PENNY_SHARED_DATA": str(ROOT.parent / "shared" / "data"), **os.environ}
    path = suite.parent / Template(name).safe_substitute(variables)
    if not path.is_file():
        raise BadInput(f"{suite.name} names {name}, which is not there.")
    return path


def _bank(suite: Path, bank: dict[str, Any] | None) -> dict[str, Any] | None:
    if bank and "csv" in bank:
        return {**bank, "csv": str(_file(suite, bank["csv"]).resolve())}
    return bank


def evaluate(files: Sequence[Path], home: Path) -> list[dict[str, Any]]:
    """Holds the conversations of all suites on stacks of their own under ``home``."""
    suites = [read_suite(file) for file in files]
    results: list[dict[str, Any]] = []
    imported = [suite for suite in suites if suite.ledger]
    if imported:
        with _stack(home / "ledgers", without=("bank", "objects", "worker")) as (core, stack):
            for number, suite in enumerate(imported):
                results += _hold(core, stack, suite, f"{number} {suite.name}")
    for suite in suites:
        if suite.bank:
            extra = {"PENNY_SANDBOX_TODAY": suite.today.isoformat()}
            with _stack(home / suite.name, without=("objects", "worker"), **extra) as (core, stack):
                results += _hold(core, stack, suite, suite.name)
    return results


@contextmanager
def _stack(home: Path, without: tuple[str, ...], **extra: str) -> Iterator[tuple[Core, Stack]]:
    """A stack together with the core that shares its home and addresses."""
    extra |= {"PENNY_TURNS_PER_MINUTE": "100000", "PENNY_TURN_BURST": "100000"}
    with running_stack(home, without=without, extra=extra) as stack:
        before = dict(os.environ)
        os.environ.update(stack.environment)
        try:
            with open_core() as core:
                yield core, stack
        finally:
            os.environ.clear()
            os.environ.update(before)


def _hold(core: Core, stack: Stack, suite: Suite, person_name: str) -> list[dict[str, Any]]:
    _make_person(core, stack, suite, person_name)
    results = []
    talk = Talk(person_name, stack.url)
    for number, conversation in enumerate(suite.conversations):
        name = str(conversation.get("name") or number)
        for index, turn in enumerate(conversation["turns"], 1):
            as_of = str(turn.get("as_of") or suite.today)
            answer = _answer(talk, _words(turn["say"]), as_of, f"s{number}")
            results.append(_result(f"{suite.name}: {name}", index, turn, answer))
    return results


def _words(said: Any) -> str:
    """What is said, as text: to YAML a bare yes or no is a truth value."""
    return {True: "yes", False: "no"}[said] if isinstance(said, bool) else str(said)


def _answer(talk: Talk, text: str, as_of: str, thread: str) -> dict[str, Any]:
    """The answer to one turn; a refusal or an outage is a wrong turn, not the end."""
    try:
        answer: dict[str, Any] = talk.say(text, as_of=as_of, thread=thread)
    except PennyError as error:
        return {"messages": [{"text": f"{type(error).__name__}: {error}"}], "failed": True}
    return answer


def _make_person(core: Core, stack: Stack, suite: Suite, name: str) -> None:
    if suite.ledger:
        currency = suite.currency or _first_currency(suite.ledger)
        person, _ = people.add(core, name, "UTC", currency)
        imports.import_file(core, person.id, suite.ledger)
        return
    person, _ = people.add(core, name, "UTC", suite.currency or "USD")
    bank = suite.bank or {}
    household = bank.get("household", suite.name)
    if "csv" in bank:
        body = {"household": household, "path": bank["csv"]}
        body |= {key: bank[key] for key in _CSV_KEYS if key in bank}
        url = stack.environment["PENNY_SANDBOX_URL"]
        httpx.post(f"{url}/admin/csv", json=body, timeout=60).raise_for_status()
    connect_sandbox(core, person.id, household)
    sync.refresh(core, person.id, suite.today)


def _first_currency(ledger: Path) -> str:
    match = re.search(r"(?<=,)[A-Z]{3}(?=,)", ledger.read_text("utf-8", "replace"))
    return match[0] if match else "USD"


def _result(
    conversation: str, number: int, turn: dict[str, Any], answer: dict[str, Any]
) -> dict[str, Any]:
    facts = [fact for message in answer["messages"] for fact in message.get("facts") or ()]
    text = "\n".join(message.get("text") or "" for message in answer["messages"])
    expected = turn.get("facts") or []
    found = [_has_fact(fact, facts, text) for fact in expected]
    right = all(found) and bool(text) and not answer.get("failed")
    if turn.get("skill"):
        right = right and _same_skill(turn["skill"], answer.get("intent"))
    right = right and all(_contains(text, part) for part in turn.get("shows") or ())
    right = right and not any(_contains(text, part) for part in turn.get("hides") or ())
    return {
        "conversation": conversation,
        "turn": number,
        "say": _words(turn["say"]),
        "messages": answer["messages"],
        "intent": answer.get("intent"),
        "facts": facts,
        "expected": expected,
        "expected_skill": turn.get("skill"),
        "facts_right": sum(found),
        "right": right,
    }


def _contains(text: str, part: str) -> bool:
    return str(part).casefold() in text.casefold()


def _same_skill(expected: str, intent: str | None) -> bool:
    return intent == expected or (expected == "out_of_scope" and intent == _FALLBACK)


def _has_fact(expected: dict[str, Any], facts: list[dict[str, Any]], text: str) -> bool:
    wanted = {key: str(expected[key]) for key in _FACT_PARTS if key in expected}
    return any(
        all(_same(str(fact.get(key)), value) for key, value in wanted.items())
        and is_shown(str(fact["value"]), text)
        for fact in facts
    )


def _same(said: str, wanted: str) -> bool:
    """Whether two values are the same; a number may be written with fewer places (182.4)."""
    try:
        return Decimal(said) == Decimal(wanted)
    except InvalidOperation:
        return said == wanted


def is_shown(value: str, text: str) -> bool:
    """Whether a figure stands in a text, however it is grouped; days as day and month."""
    if re.fullmatch(r"\d{4}-\d\d-\d\d", value):
        day = date.fromisoformat(value)
        return any(
            shown in text
            for shown in (f"{day.day} {day:%B}", f"{day:%B} {day.day}", f"{day.day} {day:%b}")
        )
    number = re.escape(value.lstrip("-"))
    plain = re.sub(r"(?<=\d),(?=\d{3})", "", text)
    return re.search(rf"(?<![\d.]){number}(?![\d]|\.\d)", plain) is not None


def summarize(results: list[dict[str, Any]]) -> dict[str, Any]:
    """Counts of right turns and facts, and one line for each wrong turn."""
    return {
        "turns": len(results),
        "turns_right": sum(result["right"] for result in results),
        "facts": sum(len(result["expected"]) for result in results),
        "facts_right": sum(result["facts_right"] for result in results),
        "failures": [_failure(result) for result in results if not result["right"]],
    }


def _failure(result: dict[str, Any]) -> str:
    said = " / ".join((m.get("text") or "").replace("\n", " ⏎ ") for m in result["messages"])
    return (
        f"{result['conversation']}, turn {result['turn']}: {result['say']!r} → "
        f"[{result['intent']}] {said}"
    )
