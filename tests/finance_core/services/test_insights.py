"""Suggestions from a whole ledger: ranked, offered, answered, exported and erased."""

from datetime import UTC, datetime, timedelta

import pytest

from finance_core.services import deletion, export, imports, insights, people, savings
from finance_core.services.insights import Answer, InsightKind
from finance_core.store import offers, personal
from tests.finance_core.services import household

NOW = datetime(2026, 6, 15, 12, tzinfo=UTC)
TODAY = NOW.date()


def ledger():
    """Eighteen months on one account: wages, rent, a weekly shop, a subscription, a fee."""
    rows, balance = [], 4000.00
    for month in range(18):
        year, number = 2025 + month // 12, month % 12 + 1
        film = "-13.99" if month >= 17 else "-10.99"
        rows += [
            (f"{year}-{number:02}-01", "2400.00", "ACME LTD SALARY", "salary"),
            (f"{year}-{number:02}-03", "-1100.00", "HOMES RENT", "rent"),
            (f"{year}-{number:02}-07", film, "FILMHOUSE PLUS", "subscriptions"),
        ]
        rows += [
            (
                f"{year}-{number:02}-{day:02}",
                f"-{80 + (day * number) % 9}.50",
                "TESCO 3345",
                "groceries",
            )
            for day in (5, 12, 19, 26)
        ]
    rows += [
        ("2026-06-10", "-61.75", "KWIK FIT LEEDS", "car"),
        ("2026-06-11", "-61.75", "KWIK FIT LEEDS", "car"),
        ("2026-05-20", "-12.00", "UNPAID ITEM FEE", "bank fees"),
        ("2026-06-09", "-12.00", "UNPAID ITEM FEE", "bank fees"),
    ]
    lines = ["account,date,amount,currency,description,balance,category"]
    for day, amount, text, category in sorted(row for row in rows if row[0] <= "2026-06-15"):
        balance += float(amount)
        lines.append(f"Current,{day},{amount},GBP,{text},{balance:.2f},{category}")
    return "\n".join(lines)


@pytest.fixture
def eve(core):
    person, _ = people.add(core, "Eve", "UTC", "GBP")
    imports.import_content(core, person.id, ledger().encode(), name="ledger.csv")
    return person.id


def kinds(found):
    return [one.kind for one in found]


def keys(core, eve, today=TODAY):
    return {one.kind: one.key for one in insights.best(core, eve, today, most=20)}


def test_one_list_of_what_the_ledger_shows(core, eve):
    found = {entry.insight.kind: entry.insight for entry in insights.look(core, eve, TODAY)}
    assert {
        InsightKind.DUPLICATE,
        InsightKind.PRICE_RISE,
        InsightKind.FEE,
        InsightKind.IDLE_CASH,
    } <= set(found)
    assert str(found[InsightKind.DUPLICATE].at_stake.amount) == "61.75"
    assert str(found[InsightKind.PRICE_RISE].at_stake.amount) == "36.00"
    assert str(found[InsightKind.FEE].at_stake.amount) == "24.00"
    worths = [entry.worth for entry in insights.look(core, eve, TODAY)]
    assert worths == sorted(worths, reverse=True)


def test_what_happens_later_changes_nothing_of_what_is_told_today(core, eve):
    before = [(e.insight.key, e.worth) for e in insights.look(core, eve, TODAY)]
    later = (
        "account,date,amount,currency,description,category\n"
        "Current,2026-06-16,-900.00,GBP,KWIK FIT LEEDS,car\n"
        "Current,2026-07-07,-99.00,GBP,FILMHOUSE PLUS,subscriptions\n"
        "Current,2026-06-20,61.75,GBP,KWIK FIT LEEDS REFUND,car\n"
    )
    imports.import_content(core, eve, later.encode(), name="later.csv")
    kinds = {InsightKind.IDLE_CASH.value, InsightKind.LOW_POINT.value}
    after = [(e.insight.key, e.worth) for e in insights.look(core, eve, TODAY)]
    assert [e for e in before if e[0].split()[0] not in kinds] == [
        e for e in after if e[0].split()[0] not in kinds
    ]


def test_the_few_are_of_different_kinds_and_leave_out_what_is_told_already(core, eve):
    few = insights.best(core, eve, TODAY)
    assert 1 <= len(few) <= insights.MOST
    assert len(set(kinds(few))) == len(few)
    told = {row for one in few for row in one.transaction_ids}
    rest = insights.best(core, eve, TODAY, without=told, but=kinds(few))
    assert not set(kinds(rest)) & set(kinds(few))


def test_answers_are_kept_and_change_what_comes_later(core, eve):
    key = keys(core, eve)[InsightKind.FEE]
    assert not insights.answer(core, eve, key, Answer.MUTED, TODAY, NOW, "web"), "never offered"
    insights.offered(core, eve, insights.best(core, eve, TODAY, most=20), TODAY)
    weight = {e.insight.kind: e.weight for e in insights.look(core, eve, TODAY)}
    assert insights.answer(core, eve, key, Answer.MUTED, TODAY, NOW, "web")
    assert InsightKind.FEE not in keys(core, eve)
    after = {e.insight.kind: e.weight for e in insights.look(core, eve, TODAY)}
    assert after[InsightKind.FEE] < weight[InsightKind.FEE]
    assert after[InsightKind.DUPLICATE] == weight[InsightKind.DUPLICATE]


def test_what_was_turned_down_rests_for_a_month(core, eve):
    found = insights.best(core, eve, TODAY, most=20)
    insights.offered(core, eve, found, TODAY)
    rise = next(one.key for one in found if one.kind is InsightKind.DUPLICATE)
    insights.answer(core, eve, rise, Answer.DISMISSED, TODAY, NOW, "web")
    assert InsightKind.DUPLICATE not in keys(core, eve, TODAY + timedelta(days=29))
    assert InsightKind.DUPLICATE in keys(core, eve, TODAY + timedelta(days=30))


def test_the_pressing_is_told_once(core, eve):
    new = insights.news(core, eve, TODAY)
    assert new is not None
    assert new.kind is InsightKind.DUPLICATE
    insights.offered(core, eve, [new], TODAY)
    assert insights.news(core, eve, TODAY) is None


def test_answers_are_the_persons_own_go_with_the_export_and_are_erased(core, eve):
    other = people.add(core, "Mallory", "UTC", "GBP")[0].id
    found = insights.best(core, eve, TODAY)
    insights.offered(core, eve, found, TODAY)
    key = found[0].key
    assert not insights.answer(core, other, key, Answer.MUTED, TODAY, NOW, "web")
    insights.answer(core, eve, key, Answer.ACCEPTED, TODAY, NOW, "web")
    with core.sessions() as session:
        rows = personal.rows(session, eve)["offers"]
    assert {row["key"]: row["answer"] for row in rows}[key] == "accepted"
    assert deletion.counts(core, eve)["offers"] == len(found)
    assert "offers" in export.build(core, eve, NOW)[1]
    deletion.erase(core, eve, NOW)
    with core.sessions() as session:
        assert offers.of_person(session, eve) == []


def test_nobody_without_accounts_is_told_anything(core):
    nobody = people.add(core, "Nobody", "UTC", "GBP")[0].id
    assert insights.look(core, nobody, TODAY) == []
    assert insights.news(core, nobody, TODAY) is None


def test_a_savings_move_is_suggested_with_the_figures_of_the_savings_engine(penny, ada):
    found = {e.insight.kind: e.insight for e in insights.look(penny, ada, household.TODAY)}
    move, sweep = (
        found[InsightKind.SAVINGS_MOVE],
        savings.decide(penny, ada, household.TODAY).sweep,
    )
    said = {fact.name: fact.value for fact in move.evidence}
    assert move.at_stake == sweep.amount
    assert said == {
        "safe_amount": str(sweep.amount.amount),
        "low_point": str(sweep.low_point.amount),
        "floor": str(sweep.floor.amount),
    }
    assert InsightKind.IDLE_CASH not in found, "one or the other"
