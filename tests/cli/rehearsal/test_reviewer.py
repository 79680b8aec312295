"""The scripted reviewer decides as a person would who sees the review file only."""

from __future__ import annotations

from cli.rehearsal.phrasings import Phrasing
from cli.rehearsal.reviewer import Reviewer
from learning.curate import review

KNOWN = [
    Phrasing("am i skint", "check_balance", "1"),
    Phrasing("bung 20 to dave from next door", "transfer_money", "2"),
    Phrasing("wheres it all going", "spending_report", "3"),
    Phrasing("get my barclays onto this", "connect_account", "4"),
    Phrasing("give my best to her", "chitchat", "5"),
    Phrasing("give 50 to her", "transfer_money", "6"),
]


def row(name: str, text: str, intent: str | None) -> dict[str, str | None]:
    return {"id": name, "text": text, "intent": intent, "decision": None, "label": None}


def test_it_accepts_relabels_and_drops_by_the_words_alone(tmp_path):
    file = tmp_path / "review.jsonl"
    rows = [
        row("a", "Am I skint?", "check_balance"),
        row("b", "wheres it all going", "forecast_balance"),
        row("c", "bung 20 to <PERSON_1> from next door", None),
        row("d", "something nobody was heard to say", "greet"),
    ]
    rows += [
        row("f", "get my <NAME_1> onto this", None),
        row("g", "give <NAME_1> to her", None),  # may have been either
        row("h", "get <NAME_1>", None),  # may have been anything
    ]
    decided = rows[0] | {"id": "e", "decision": "drop"}
    review.write(file, [*rows, decided])
    assert Reviewer(KNOWN).decide(file) == {"accept": 1, "relabel": 3, "drop": 4}
    found = {one["id"]: review.label_of(one) for one in review.read(file)}
    assert found == {
        "a": "check_balance",
        "b": "spending_report",
        "c": "transfer_money",
        "d": None,
        "e": None,
        "f": "connect_account",
        "g": None,
        "h": None,
    }
