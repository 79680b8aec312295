"""The entity benchmark on texts of our own, in both formats."""

import json
import os
from datetime import date
from pathlib import Path

import pytest

from cli import entity_days as days
from cli.entities import evaluate
from cli.entity_files import amount_of, day_of, read_labelled
from cli.main import run
from finance_core.errors import BadInput

TUESDAY = date(2022, 3, 15)
HERE = Path(__file__)
DATA = Path(os.environ.get("PENNY_SHARED_DATA") or HERE.parents[3] / "shared" / "data") / "nlu"


def day(when):
    year, month, number = map(int, when.split("-"))
    return {"day": number, "month": month, "year": year}


def nlupp(text, **slots):
    rows = {}
    for slot, (words, value) in slots.items():
        key = "values" if isinstance(value, dict) and "type" in value else "value"
        rows[slot] = {"text": words, "span": [0, 1], key: value}
    return {"text": text, "intents": [], "slots": rows}


def turn(text, task="TransferMoney", **values):
    acts = [{"act": "INFORM", "slot": slot, "values": [said]} for slot, said in values.items()]
    frame = {"service": "Banks_1", "active_intent": task, "acts": acts, "slot_values": {}}
    return {"utterance": text, "frames": [frame]}


@pytest.fixture
def scored(tmp_path):
    def score(rows, today=TUESDAY):
        file = tmp_path / "labelled"
        lists = "slots" in rows[0]
        file.write_text(json.dumps(rows) if lists else "\n".join(map(json.dumps, rows)))
        return evaluate(file, today, "GBP")

    return score


def test_nlupp_values_are_read_from_the_whole_text(scored):
    summary, rows = scored(
        [
            nlupp(
                "did my rent of 640 pounds leave for Lindqvist Homes yesterday",
                amount_of_money=("640 pounds", {"amount": 640.0, "currency": "GBP"}),
                company_name=("Lindqvist Homes", "Lindqvist Homes"),
                date=("yesterday", day("2022-3-14")),
            ),
            nlupp(
                "what went out this month",
                date_period=(
                    "this month",
                    {"type": "absolute", "from": day("2022-3-1"), "to": day("2022-3-31")},
                ),
            ),
            nlupp("ring me at 5", time=("5", {"hour": 5, "minute": 0})),
            nlupp("I go there lately", date_period=("lately", {"type": "ambiguous"})),
        ]
    )
    assert (summary["rows"], summary["values"], summary["resolved"]) == (4, 4, 4)
    assert (summary["accuracy"], summary["exact"]) == (1.0, 0.75)
    assert summary["left_out"] == {"date_period": 1, "time": 1}
    assert rows[0]["resolved"] == "640.00 GBP"
    assert rows[-1] == {
        "text": "what went out this month",
        "slot": "date_period",
        "gold": "2022-03-01/2022-03-31",
        "resolved": "2022-03-15/2022-03-31",
        "right": True,
        "exact": False,
    }


def test_dialogue_values_are_those_the_turn_tells(scored):
    summary, rows = scored(
        [
            turn(
                "Pay Ottilie one hundred and ten pounds out of my savings",
                amount="one hundred and ten pounds",
                account_type="savings",
                recipient_account_name="Ottilie",
            ),
            turn(
                "from checking into Bertram's savings account",
                account_type="checking",
                recipient_account_name="Bertram",
                recipient_account_type="savings",
            ),
            turn("how much is in checking", "CheckBalance", account_type="checking"),
            turn("use whichever account you like", account_type="dontcare"),
        ]
    )
    assert [row for row in rows if not row["right"]] == []
    assert summary["values"] == 8
    assert summary["per_slot"]["account_type"]["values"] == 4


def test_wrong_values_count_as_wrong(scored):
    summary, rows = scored(
        [
            nlupp(
                "move 90 euros tomorrow",
                amount_of_money=("90 euros", {"amount": 95.0, "currency": "EUR"}),
                date=("tomorrow", day("2022-3-17")),
                company_name=("Nowhere Said", "Nowhere Said"),
            )
        ]
    )
    assert (summary["values"], summary["resolved"], summary["accuracy"]) == (3, 0, 0.0)
    assert [row["resolved"] for row in rows] == ["90.00 EUR", "2022-03-16", None]


def test_the_day_is_the_one_the_gold_calls_today(tmp_path):
    file = tmp_path / "labelled.json"
    said = nlupp("close it tomorrow", date=("tomorrow", day("2021-11-2")))
    file.write_text(json.dumps([said]))
    assert read_labelled(file).said_on == date(2021, 11, 1)
    assert evaluate(file)[0]["accuracy"] == 1.0


@pytest.mark.parametrize(
    ("gold", "words", "found", "same"),
    [
        ("2023-01-10", "January 10th", "2022-01-10", True),
        ("2023-01-10", "January 10th", "2022-01-11", False),
        ("2023-01-10", "10 January 2023", "2022-01-10", False),
        ("2022-04-05", "the 5th", "2022-03-05", True),
        ("2022-04-05", "the 5th", "2022-04-06", False),
        ("2022-05-31", "May", "2021-05-31", True),
        ("2022-03-16", "tomorrow", "2022-03-17", False),
        ("2022-03-16", "Wednesday", "2022-03-09", False),
        ("2022-03-09", "6 days ago", "2022-04-09", False),
    ],
)
def test_a_day_is_compared_in_what_its_words_state(gold, words, found, same):
    assert days.same_day(date.fromisoformat(gold), words, date.fromisoformat(found)) is same
    assert not days.same_day(date.fromisoformat(gold), words, None)


@pytest.mark.parametrize(
    ("gold", "words", "found", "same"),
    [
        ("2022-03-14/2022-03-20", "this week", "2022-03-14/2022-03-15", True),
        ("2022-03-14/2022-03-20", "this week", "2022-03-07/2022-03-13", False),
        ("2022-03-12/2022-03-15", "last 3 days", "2022-03-13/2022-03-15", True),
        ("2022-03-12/2022-03-15", "last 3 days", "2022-03-10/2022-03-15", False),
        ("2021-11-01/2022-03-01", "last 4 months", "2021-11-16/2022-03-15", True),
        ("2022-08-01/2022-08-31", "August", "2021-08-01/2021-08-31", True),
        ("2022-02-01/2022-02-28", "last month", "2021-02-01/2021-02-28", False),
    ],
)
def test_a_period_is_compared_under_both_conventions(gold, words, found, same):
    first, second = (tuple(map(date.fromisoformat, span.split("/"))) for span in (gold, found))
    assert days.same_period(first, words, second, TUESDAY) is same


@pytest.mark.parametrize(
    ("said", "amount", "currency"),
    [
        ("$1,780", "1780", "USD"),
        ("eight hundred bucks", "800", "USD"),
        ("a thousand euros", "1000", "EUR"),
        ("£12.50", "12.50", "GBP"),
    ],
)
def test_gold_amounts_are_read_apart_from_penny(said, amount, currency):
    found = amount_of(said)
    assert found is not None
    assert (str(found[0]), found[1]) == (amount, currency)


def test_gold_without_a_value_has_none():
    assert amount_of("plenty") is None
    assert day_of("ambiguous") is None


@pytest.mark.parametrize("content", ["", "[]", "[1]", "text,intent\na,b", '{"text": "a"}', "[{}]"])
def test_other_files_are_refused(tmp_path, content):
    file = tmp_path / "labelled.json"
    file.write_text(content)
    with pytest.raises(BadInput):
        evaluate(file)


def test_the_command_prints_scores_and_writes_rows(tmp_path, capsys):
    file, out = tmp_path / "labelled.jsonl", tmp_path / "rows.jsonl"
    file.write_text(json.dumps(turn("send 35 dollars to Ottilie", amount="35 dollars")))
    assert run(["evaluate", "entities", str(file), "--json", "--out", str(out)]) == 0
    assert json.loads(capsys.readouterr().out)["accuracy"] == 1.0
    (row,) = map(json.loads, out.read_text().splitlines())
    assert (row["gold"], row["resolved"], row["right"]) == ("35 USD", "35.00 USD", True)


@pytest.mark.parametrize("name", ["nlupp_banking_dev.json", "sgd_banks1_dev.jsonl"])
def test_values_of_the_development_sets(name):
    if not (DATA / name).is_file():
        pytest.skip(f"needs {name} (see docs); it is not part of the project")
    assert evaluate(DATA / name)[0]["accuracy"] >= 0.95
