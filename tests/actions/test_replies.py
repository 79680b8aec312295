"""Every figure that a reply shows is among its facts."""

import re
from collections.abc import Collection
from datetime import date
from decimal import Decimal

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from actions.replies import figures
from actions.turn import Reply
from finance_core.model import Fact
from finance_core.money import Money
from tests.actions.conftest import TODAY
from tests.actions.conversation import Conversation

_NUMBER = re.compile(r"\d[\d,]*(?:\.\d+)?")
_MONTHS = "|".join(f"{date(2026, month, 1):%B|%b}" for month in range(1, 13))
_DAY = rf"\d{{1,2}}(?: (?:{_MONTHS}))?(?: \d{{4}})?"
_DATES = re.compile(
    rf"{_DAY}\s?(?:–|to)\s?\d{{1,2}} (?:{_MONTHS})(?: \d{{4}})?"
    rf"|\d{{1,2}} (?:{_MONTHS})(?: \d{{4}})?|(?:{_MONTHS}) \d{{4}}|\bin \d{{4}}\b"
)


def days_of(facts: list[dict]) -> set[date]:
    """All days the facts belong to or are."""
    texts = [fact.get("period") or "" for fact in facts]
    texts += [fact["value"] for fact in facts if fact.get("unit") == "date"]
    return {date.fromisoformat(day) for text in texts for day in text.split("/") if day}


def asked_about(talk: Conversation) -> set[date]:
    """The days the question was about; an answer may name them again."""
    frame = talk.slots.get("frame") or {}
    kept = (frame.get(name) or [] for name in ("period", "horizon", "day", "asked_on"))
    days = (day for value in kept for day in ([value] if isinstance(value, str) else value))
    return {talk.today, *map(date.fromisoformat, days)}


def unproven(text: str, facts: list[dict], asked: Collection[date] = ()) -> list[str]:
    """The figures of ``text`` that no fact carries; names may hold any."""
    names = {fact[key] for fact in facts for key in ("label", "account") if fact.get(key)}
    names |= {fact["value"] for fact in facts if fact.get("unit") == "text"}
    for name in sorted(names, key=len, reverse=True):
        text = re.sub(re.escape(name), " ", text, flags=re.IGNORECASE)
    days = days_of(facts) | set(asked)
    wrong = []
    for match in _DATES.finditer(text):
        shown = [int(number) for number in re.findall(r"\d+", match[0])]
        known = {day.day for day in days} | {day.year for day in days}
        if not set(shown) <= known:
            wrong.append(match[0])
    text = re.sub(r"(?m)^\d\. ", "", _DATES.sub(" ", text))  # places in a list are no figures
    amounts = {abs(Decimal(fact["value"])) for fact in facts if fact.get("currency")}
    counts = {
        fact["value"].lstrip("-") for fact in facts if fact.get("unit") in ("count", "percent")
    }
    rates = {fact["value"] for fact in facts if fact.get("unit") == "rate"}
    for match in _NUMBER.finditer(text):
        number = match[0].replace(",", "")
        proven = Decimal(number) in amounts if "." in number else number in counts
        proven = proven or number in rates
        if not proven:
            wrong.append(match[0])
    return wrong


def test_the_check_itself_finds_what_is_not_among_the_facts():
    fact = {"name": "total", "value": "12.50", "currency": "GBP", "period": "2026-06-01/2026-06-15"}
    assert unproven("You spent £12.50 in 1–15 June 2026.", [fact]) == []
    assert unproven("You spent £12.51 in 1–15 June 2026.", [fact]) == ["12.51"]
    assert unproven("You spent £12.50 in 1–16 June 2026.", [fact]) == ["1–16 June 2026"]
    assert unproven("3 payments", [fact]) == ["3"]


TOPICS = ["", " on groceries", " at Tesco", " on rent", " on eating out", " on cash"]
PERIODS = [
    "", " this month", " last month", " in May", " last year", " in 2025", " yesterday",
    " from 3 May to 9 June", " last 90 days", " since April", " this week", " last quarter",
    " on 29 May 2026", " in total", " from March to May",
]  # fmt: skip
COMING = ["", " this month", " next week", " until the 30th", " in the next 60 days", " next month"]
AHEAD = ["tomorrow", "on friday", "on the 30th", "in 3 weeks", "on 1 August", "at the end of month"]
BOUNDS = [
    "",
    " over 50 pounds",
    " under 12.50",
    " between 10 and 20 pounds",
    " of 9.99",
    " refunds",
]
AMOUNTS = ["1", "49.99", "400", "1,250.50", "9000"]


def combined(intent: str, *parts: list[str]) -> st.SearchStrategy[tuple[str, str]]:
    texts = st.tuples(*(st.sampled_from(part) for part in parts)).map("".join)
    return texts.map(lambda text: (text, intent))


QUESTIONS = st.one_of(
    combined("spending_report", ["what did I spend"], TOPICS, PERIODS),
    combined("search_transactions", ["show transactions"], BOUNDS, PERIODS),
    combined("search_transactions", ["find payments"], TOPICS, BOUNDS),
    combined("check_income", ["what came in"], PERIODS),
    combined("check_balance", ["how much is in"], [" all", " the Easy Saver", " Current Account"],
             ["", " on 3 May", " yesterday", " on 1 January 2025"]),
    combined("upcoming_bills", ["what bills are due"], COMING),
    combined("forecast_balance", ["how much will I have "], AHEAD),
    combined("check_affordability", ["can I afford "], AMOUNTS, [" ", " pounds "], AHEAD),
    combined("savings_advice", ["help me save", "save 20 pounds", "save 9999"]),
    combined("list_subscriptions", ["subscriptions"]),
    combined("safe_to_spend", ["what is safe to spend"]),
    combined("check_net_worth", ["what am I worth"]),
    combined("list_accounts", ["which accounts do I have"]),
    combined("explain", ["why?"]),
    combined("repeat", ["again?"]),
    combined("inform", ["and", "only"], TOPICS, PERIODS),
    combined("inform", ["show more", "back", "the second one", "number 1", "biggest first"]),
    combined("compare_spending", ["did I spend more"], TOPICS,
             ["", " than last month", " in May than in April", " than usual", " this year"]),
    combined("find_unusual_spending", ["anything unusual"], TOPICS, ["", " in May", " in March"]),
    combined("recategorize_transaction", ["put the last Tesco payment under gifts",
             "always put Amazon under travel"]),
    combined("check_net_worth", ["how has my net worth changed this year", "net worth in May"]),
    combined("feedback_negative", ["that's wrong"]),
)  # fmt: skip


@pytest.fixture
def speak(amelia: Conversation):
    """Starts a new conversation with the same person each time."""
    person_id = amelia.sender.partition("~")[0]
    return lambda: Conversation(person_id, TODAY)


@settings(
    max_examples=80, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(turns=st.lists(QUESTIONS, min_size=1, max_size=4))
def test_every_figure_shown_is_a_fact(speak, turns):
    talk = speak()
    for text, intent in turns:
        said = talk.say(text, intent)
        if intent == "list_accounts" or talk.facts:
            wrong = unproven(said, talk.facts, asked_about(talk))
            assert not wrong, (text, said, wrong, talk.facts)
        else:  # an error or a question back may name days and limits, but no amount
            amounts = [match for match in _NUMBER.findall(said) if "." in match]
            assert not amounts, (text, said)


money = st.integers(-(10**9), 10**9).flatmap(
    lambda minor: st.sampled_from(["GBP", "CZK", "JPY", "KWD"]).map(
        lambda currency: Money.from_minor(minor, currency)
    )
)


@given(amount=money)
def test_a_money_fact_is_exact(amount):
    fact = figures.money("total", amount)
    assert Money.of(fact.value, fact.currency) == amount
    assert isinstance(fact, Fact)


def test_a_reply_has_no_facts_unless_given():
    assert Reply("Hello").facts == ()
