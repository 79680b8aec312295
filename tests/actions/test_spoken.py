"""Real replies aloud: every figure that is said comes from the reply's facts."""

import re
from decimal import Decimal

import pytest

from channels.amounts_aloud import rounded
from channels.assistant import merge
from channels.speech import IN_THE_CHAT, LONGEST, spoken

SAID = [
    ("what's my balance?", "check_balance"),
    ("what did I spend last month?", "spending_report"),
    ("did I spend more than in April?", "compare_spending"),
    ("show transactions in May", "search_transactions"),
    ("what bills are due?", "upcoming_bills"),
    ("subscriptions", "list_subscriptions"),
    ("how much will I have on the 30th?", "forecast_balance"),
    ("what is safe to spend?", "safe_to_spend"),
    ("what am I worth?", "check_net_worth"),
    ("help me save", "savings_advice"),
    ("anything unusual?", "find_unusual_spending"),
]
_AMOUNT = re.compile(r"([\d,]+)(?: (?:pounds?)(?: and (\d+) (?:pence|penny))?| (pence|penny))\b")


def messages_of(talk, text, intent):
    said = talk.say(text, intent)
    buttons = [{"title": payload, "payload": payload} for payload in talk.buttons]
    rows = [{"text": said, "buttons": buttons}, {"custom": {"facts": talk.facts}}]
    return merge(rows)


def amounts(text):
    for whole, minor, alone in _AMOUNT.findall(text):
        number = Decimal(whole.replace(",", ""))
        yield number / 100 if alone else number + Decimal(minor or 0) / 100


@pytest.mark.parametrize(("text", "intent"), SAID)
def test_a_reply_says_its_own_figures_and_no_others(amelia, text, intent):
    messages = messages_of(amelia, text, intent)
    out = spoken(messages)
    facts = {abs(Decimal(f["value"])) for f in amelia.facts if f.get("currency")}
    known = facts | {rounded(value) for value in facts}
    told = list(amounts(out.text))
    assert told and set(told) <= known
    assert len(out.text) <= LONGEST
    assert not re.search(r"[£•“”*|\n]", out.text)
    hidden = spoken(messages, private=True)
    assert IN_THE_CHAT in hidden.text
    assert not re.search(r"\d|day\b", hidden.text)
