"""Only what a person confirmed is learnt, once, and never what is measured on."""

from datetime import UTC, datetime
from pathlib import Path

import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st

from learning.curate import examples
from learning.curate.merge import PROVENANCE, merge, provenance, with_surrogates
from learning.errors import BadTranscripts

NOW = datetime(2026, 6, 15, 9, tzinfo=UTC)
FIRST = """\
# what an account holds
version: "3.1"

nlu:
  - intent: check_balance
    examples: |
      - how much is in [savings](account)
      - what is in [savings](account) now
      - is [savings](account) empty

  - intent: check_income
    examples: |
      - what was I paid [last month](period)
      - wages [last month](period)
      - income [last month](period)
"""
SECOND = """\
version: "3.1"

nlu:
  - intent: savings_advice
    examples: |
      - save [30 pounds](amount)
      - put [5 pounds](amount) away
      - please save [12.50 pounds](amount)
"""


@pytest.fixture
def folder(tmp_path) -> Path:
    return filled(tmp_path)


def filled(path: Path) -> Path:
    (path / "accounts.yml").write_text(FIRST)
    (path / "savings.yml").write_text(SECOND)
    (path / PROVENANCE).unlink(missing_ok=True)
    return path


def row(text, intent="check_balance", decision="accept", label=None):
    return {"id": text, "text": text, "intent": intent, "decision": decision, "label": label,
            "reason": "fallback", "provenance": {"first": "2026-06-01"}}  # fmt: skip


def learnt(folder: Path) -> dict[str, list[str]]:
    return {i: own for file in examples.load(folder) for i, own in file.intents.items()}


def test_confirmed_rows_are_added_in_place_with_their_origin(folder):
    rows = [
        row("dosh in savings"),
        row("stash 45 pounds", "check_balance", "relabel", "savings_advice"),
        row("what came in last month", "check_income"),
    ]
    done = merge(folder, rows, (), now=NOW)
    assert done.added == {"check_balance": 1, "check_income": 1, "savings_advice": 1}
    added = (
        FIRST.replace("empty\n", "empty\n      - dosh in [savings](account)\n")
        + "      - what came in [last month](period)\n"
    )
    assert (folder / "accounts.yml").read_text() == added
    assert (folder / "savings.yml").read_text() == SECOND + "      - stash [45 pounds](amount)\n"
    entries = provenance(folder / PROVENANCE)
    assert [entry["intent"] for entry in entries] == [
        "check_balance",
        "savings_advice",
        "check_income",
    ]
    assert entries[0]["merged_at"] == "2026-06-15T09:00:00+00:00" and entries[0]["batch"]
    assert "dosh" not in (folder / PROVENANCE).read_text()


def test_merging_again_adds_nothing(folder):
    rows = [row("dosh in savings"), row("Dosh, in savings!"), row("pay <PERSON_1> from savings")]
    assert merge(folder, rows, (), now=NOW).added == {"check_balance": 2}
    before = {path: path.read_text() for path in folder.iterdir()}
    again = merge(folder, rows, (), now=NOW)
    assert (again.added, again.already) == ({}, 3)
    assert {path: path.read_text() for path in folder.iterdir()} == before


def test_a_merge_that_was_cut_off_is_completed(folder):
    rows = [row("dosh in savings"), row("stash 45 pounds", "savings_advice")]
    merge(folder, rows, (), now=NOW)
    whole = learnt(folder), (folder / PROVENANCE).read_text()
    (folder / "savings.yml").write_text(SECOND)  # the crash came before this file
    merge(folder, rows, (), now=NOW)
    assert (learnt(folder), (folder / PROVENANCE).read_text()) == whole


@pytest.mark.parametrize(
    ("refused", "why"),
    [
        (row("save 40 pounds", "savings_advice"), "measured"),
        (row("is my card <CARD_1> blocked"), "masked"),
        (row("pension pot", "check_balance", "relabel", "open_pension"), "open_pension"),
        (row("is savings empty", "savings_advice"), "check_balance"),
        (row("what is in [savings](acount)"), "acount"),
        (row("what is [in savings"), "marks"),
        (row("x" * 300), "long"),
        (row("?!"), "words"),
    ],
)
def test_what_must_not_be_learnt_is_refused(folder, refused, why):
    done = merge(folder, [refused], ["Save 60 pounds"], now=NOW)
    assert done.added == {} and why in done.refused[0].why
    assert (folder / "accounts.yml").read_text() == FIRST
    assert not (folder / PROVENANCE).exists()


def test_masked_people_get_made_up_names():
    text = with_surrogates("<PERSON_1> owes <PERSON_2>, tell <PERSON_1>")
    assert text and "<" not in text
    first, second = text.split(" owes ")[0], text.split(" owes ")[1].split(",")[0]
    assert first != second and text.endswith(first)


def test_every_name_has_a_stand_in_and_no_number_has():
    for label in ("PERSON", "KNOWN", "NAME", "PLACE", "ORGANIZATION"):
        assert "<" not in (with_surrogates(f"to <{label}_1>") or "<")
    for label in ("CARD", "IBAN", "ADDRESS", "PHONE"):
        assert with_surrogates(f"to <{label}_1>") is None


def test_a_file_of_another_form_is_left_alone(folder):
    odd = 'nlu: [{intent: greet, examples: "- hello\\n"}]\n'
    (folder / "odd.yml").write_text(odd)
    with pytest.raises(BadTranscripts):
        merge(folder, [row("dosh in savings"), row("oi", "greet")], (), now=NOW)
    assert (folder / "odd.yml").read_text() == odd
    assert (folder / "accounts.yml").read_text() == FIRST
    assert not (folder / PROVENANCE).exists()


@settings(max_examples=60, deadline=None)
@given(
    rows=st.lists(
        st.builds(
            row,
            st.text(min_size=1, max_size=30).filter(str.strip),
            st.sampled_from(["check_balance", "savings_advice"]),
            st.sampled_from([None, "accept", "relabel", "drop"]),
            st.sampled_from(["check_income", "nowhere"]),
        ),
        max_size=8,
    )
)
def test_nothing_unreviewed_is_merged_whatever_is_in_the_file(tmp_path_factory, rows):
    folder = filled(tmp_path_factory.mktemp("nlu"))
    before = learnt(folder)
    done = merge(folder, rows, (), now=NOW)
    after = learnt(folder)
    allowed = {"accept": "intent", "relabel": "label"}
    confirmed = {
        (r[allowed[r["decision"]]], " ".join(r["text"].split()))
        for r in rows
        if r["decision"] in allowed
    }
    fresh = {
        (intent, examples.unmarked(text))
        for intent, texts in after.items()
        for text in texts[len(before[intent]) :]
    }
    assert fresh <= confirmed
    assert all(after[intent][: len(own)] == own for intent, own in before.items())
    assert sum(done.added.values()) == len(fresh) == len(provenance(folder / PROVENANCE))
    for path in folder.glob("*.yml"):
        assert yaml.safe_load(path.read_text())
    assert merge(folder, rows, (), now=NOW).added == {}


def test_real_examples_take_an_addition_and_keep_their_form():
    from cli.training import examples_folder

    for file in examples.load(examples_folder()):
        intent = next(iter(file.intents))
        written = examples.with_added(file, {intent: ["something new"]})
        assert written.replace("      - something new\n", "", 1) == file.text
