"""Finding transactions: orders, pages, single rows, states and texts."""

import pytest

from tests.conversations import expect

SUITE = {"ledger": "amelia.csv", "today": "2026-06-15"}


def figure(**source):
    return expect.value(source, SUITE)


def amounts(talk):
    return [float(fact["value"]) for fact in talk.facts if fact["name"] == "amount"]


def test_pages_there_and_back(amelia):
    first = amelia.say("show my Amazon purchases", "search_transactions")
    second = amelia.say("the next ones", "inform")
    assert second.startswith("6 to 10 of 17")
    assert amelia.buttons == ["show more", "transactions, previous page"]
    amelia.say("more", "inform")
    assert amelia.say("back", "inform") == second
    assert amelia.say("go back", "inform") == first
    assert amelia.say("back", "inform") == first, "before the first there is none"


@pytest.mark.parametrize(
    ("text", "key", "reverse"),
    [("biggest first", abs, True), ("smallest first", abs, False)],
)
def test_another_order_of_the_same_search(amelia, text, key, reverse):
    amelia.say("payments over 20 pounds in May", "search_transactions")
    count = int(amelia.fact("transactions"))
    amelia.say(text, "inform")
    found = amounts(amelia)
    assert found == sorted(found, key=key, reverse=reverse)
    seen = list(found)
    for _ in range(count // 5 + 1):
        amelia.say("show more", "inform")
        seen += amounts(amelia)
    assert seen == sorted(seen, key=key, reverse=reverse)
    assert amelia.say("more", "inform") == "That was all of them."


def test_oldest_first(amelia):
    amelia.say("show my Amazon purchases", "search_transactions")
    amelia.say("oldest first", "inform")
    days = [fact["period"] for fact in amelia.facts if fact["name"] == "amount"]
    assert days == sorted(days)
    assert amelia.fact("transactions") == figure(rows="all", like="AMZN", direction="out")


def test_a_row_is_shown_with_all_that_is_known(amelia):
    amelia.say("show my Amazon purchases", "search_transactions")
    said = amelia.say("the second one", "inform")
    assert "£19.97 paid to Amazon" in said
    assert "Saturday, 6 June 2026" in said
    assert "Category: Shopping" in said
    assert "VIS AMZNMKTPLACE*WHPZ3HN" in said
    assert amelia.say("the fourth one", "inform").startswith("£34.50")


def test_a_row_that_is_not_there(amelia):
    amelia.say("show my last 3 transactions", "search_transactions")
    assert amelia.say("number 7", "inform") == "The last list has 3 rows."


def test_the_last_payment_is_no_row_of_a_list(amelia):
    amelia.say("show my Amazon purchases", "search_transactions")
    amelia.say("show my last 2 transactions", "search_transactions")
    assert len(amounts(amelia)) == 2


def test_pending_and_booked(amelia):
    amelia.say("any pending payments?", "search_transactions")
    assert amelia.fact("transactions") == "5"
    amelia.say("which transactions at Lidl this month have cleared?", "search_transactions")
    assert amelia.fact("transactions") == "0"


@pytest.mark.parametrize(
    ("text", "source"),
    [
        ("payments around 50 pounds in 2026", {"rows": "2026", "at_least": 45, "at_most": 55}),
        ("payments over 20 but under 25 in may",
         {"rows": "2026-05", "at_least": 20.01, "at_most": 24.99}),
        ("payments of 24.50", {"rows": "all", "at_least": 24.5, "at_most": 24.5}),
        ("payments of 50 or more in april", {"rows": "2026-04", "at_least": 50}),
        ("payments under 3 from my current account in april",
         {"rows": "2026-04", "at_most": 2.99, "account": "Current Account"}),
    ],
)  # fmt: skip
def test_amounts(amelia, text, source):
    amelia.say(f"show {text}", "search_transactions")
    assert amelia.fact("transactions") == figure(direction="out", **source)


def test_words_of_the_banks_own_text(amelia):
    amelia.say('transactions containing "octopus energy" this year', "search_transactions")
    assert amelia.fact("transactions") == figure(rows="2026", like="OCTOPUS ENERGY")


def test_the_largest_deposits(amelia):
    amelia.say("my biggest deposits this year", "search_transactions")
    found = amounts(amelia)
    assert found == sorted(found, reverse=True)
    assert found[0] == float(figure(last="all", like="CALDER"))


def test_a_narrower_category_of_the_largest_is_added_up(amelia):
    amelia.say("what was my biggest expense in April?", "search_transactions")
    assert amelia.fact("paid") == figure(gross="2026-04")
    amelia.say("and in groceries?", "inform")
    assert amelia.fact("total") == figure(spent="2026-04", category="Groceries")
