"""The list of what is worth doing: its order, and the few that are put to a person."""

from dataclasses import replace
from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from finance_core.advice.alerts import Alert, AlertKind
from finance_core.advice.answers import Answer, Offer
from finance_core.advice.insights import (
    MOST,
    Insight,
    InsightKind,
    best,
    is_urgent,
    of_alert,
    rank,
)
from finance_core.money import Money

TODAY = date(2026, 6, 15)
MONTH = {"GBP": Money.of("1000", "GBP"), "JPY": Money.of("200000", "JPY")}


def gbp(amount):
    return Money.of(amount, "GBP")


def insight(key="a", kind=InsightKind.FEE, stake=None, confidence=0.5, risk=0.0, **more):
    stake = stake or gbp("10")
    return Insight(key, kind, key, stake, confidence, risk, TODAY, "It is so.", "Do it.", **more)


def order(found, offers=(), month=MONTH):
    return [entry.insight.key for entry in rank(found, offers, month, TODAY)]


def test_what_is_at_stake_counts_with_how_sure_and_how_risky_it_is():
    many = [
        insight("small", stake=gbp("10"), confidence=0.9),
        insight("large", stake=gbp("100"), confidence=0.2),
        insight("risky", stake=gbp("100"), confidence=0.2, risk=0.6),
    ]
    assert order(many) == ["large", "small", "risky"]
    assert many[2].expected == gbp("8")


def test_two_currencies_are_compared_by_what_a_month_costs_in_each():
    pounds = insight("pounds", stake=gbp("100"))  # a tenth of a month
    yen = insight("yen", stake=Money.of("30000", "JPY"))  # three twentieths
    assert order([pounds, yen]) == ["yen", "pounds"]
    assert order([pounds, yen], month={}) == ["pounds", "yen"], "each the most of its own"


def test_answers_change_the_order_of_a_kind():
    fee = insight("fee", stake=gbp("30"))
    rise = insight("rise", InsightKind.PRICE_RISE, gbp("25"))
    assert order([fee, rise]) == ["fee", "rise"]
    no = Offer("other", "fee", TODAY, 1, Answer.DISMISSED, TODAY)
    assert order([fee, rise], [no]) == ["rise", "fee"]


def test_of_two_about_the_same_thing_the_surer_stays():
    (kept,) = rank([insight(confidence=0.4), insight(confidence=0.6)], [], MONTH, TODAY)
    assert kept.insight.confidence == 0.6


def chosen(found, offers=(), **more):
    ranked = rank(found, offers, MONTH, TODAY)
    return [entry.insight.key for entry in best(ranked, offers, TODAY, **more)]


def test_one_of_a_kind_and_of_a_payment_and_none_that_rests_or_risks_much():
    fee, other = insight("fee", stake=gbp("90")), insight("fee 2", stake=gbp("80"))
    rise = insight("rise", InsightKind.PRICE_RISE, gbp("70"), transaction_ids=("t",))
    same = insight("same", InsightKind.DUPLICATE, gbp("60"), transaction_ids=("t",))
    risky = insight("risky", InsightKind.IDLE_CASH, gbp("50"), risk=0.3)
    late = insight("late", InsightKind.LATE_INCOME, gbp("40"))
    found = [fee, other, rise, same, risky, late]
    assert chosen(found) == ["fee", "rise", "late"]
    never = Offer("fee", "fee", TODAY, 1, Answer.MUTED, TODAY)
    assert "fee" not in chosen(found, [never])
    assert "rise" not in chosen(found, without={"t"})
    assert chosen(found, most=1) == ["fee"]


@given(
    st.lists(
        st.builds(
            lambda n, kind, minor, sure, risk: insight(
                f"{kind} {n}", kind, Money.from_minor(minor, "GBP"), sure, risk
            ),
            st.integers(0, 5),
            st.sampled_from(list(InsightKind)),
            st.integers(1, 10**7),
            st.floats(0, 1),
            st.floats(0, 1),
        ),
        max_size=30,
    ),
    st.randoms(),
)
def test_the_order_is_total_and_does_not_depend_on_the_input_order(found, random):
    found = list({one.key: one for one in found}.values())
    ranked = rank(found, [], MONTH, TODAY)
    worths = [entry.worth for entry in ranked]
    assert worths == sorted(worths, reverse=True)
    assert {entry.insight.key for entry in ranked} == {one.key for one in found}
    shuffled = list(found)
    random.shuffle(shuffled)
    assert rank(shuffled, [], MONTH, TODAY) == ranked
    few = best(ranked, [], TODAY)
    assert len(few) <= MOST
    assert len({entry.insight.kind for entry in few}) == len(few)


def test_urgent_is_what_is_near_and_sure_enough():
    late = insight("late", InsightKind.LATE_INCOME, confidence=0.7)
    assert is_urgent(late, TODAY)
    assert not is_urgent(replace(late, confidence=0.3), TODAY)
    assert not is_urgent(replace(late, day=TODAY - timedelta(days=8)), TODAY)
    assert not is_urgent(replace(late, day=TODAY + timedelta(days=15)), TODAY)
    assert not is_urgent(insight("fee", confidence=1.0), TODAY)


@pytest.mark.parametrize("kind", list(AlertKind))
def test_every_alert_becomes_a_candidate_that_keeps_its_figures(kind):
    alert = Alert(kind, "Film", gbp("24"), 0.8, TODAY, "It rose.", (), "film", ("t1", "t2"))
    found = of_alert(alert)
    assert (found.at_stake, found.confidence, found.reason) == (gbp("24"), 0.8, "It rose.")
    assert found.step
    assert found.risk == 0
    later = replace(alert, transaction_ids=("t1", "t2", "t3"), confidence=0.9)
    if kind is not AlertKind.DUPLICATE:
        assert of_alert(later).key == found.key, "another payment makes it no new suggestion"
