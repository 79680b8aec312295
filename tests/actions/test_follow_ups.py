"""Following up: what is said replaces, the rest is kept."""

import pytest


def test_month_by_month(amelia):
    amelia.say("how much did I spend on groceries in May?", "spending_report")
    may = amelia.fact("total")
    assert may == "158.24"
    amelia.say("and the month before?", "inform")
    (total,) = [fact for fact in amelia.facts if fact["name"] == "total"]
    assert total["period"] == "2026-04-01/2026-04-30"
    assert total["label"] == "groceries"


def test_another_topic_keeps_the_period(amelia):
    amelia.say("what did I spend in May?", "spending_report")
    whole = amelia.fact("total")
    amelia.say("only groceries", "inform")
    assert amelia.fact("total") == "158.24" != whole
    amelia.say("and altogether?", "inform")
    assert amelia.fact("total") == whole


def test_a_new_question_keeps_nothing(amelia):
    amelia.say("how much did I spend on groceries in May?", "spending_report")
    amelia.say("what did I spend?", "spending_report")
    (total,) = [fact for fact in amelia.facts if fact["name"] == "total"]
    assert total["period"] == "2026-06-01/2026-06-15"
    assert "label" not in total


def test_pages_follow_each_other_without_a_gap(amelia):
    seen = []
    amelia.say("show my transactions over 20 pounds in May", "search_transactions")
    count = int(amelia.fact("transactions"))
    assert count > 5
    for _ in range(count // 5 + 1):
        seen += [fact for fact in amelia.facts if fact["name"] == "amount"]
        said = amelia.say("show more", "inform")
    assert len(seen) == count
    assert len({tuple(fact.items()) for fact in seen}) == count
    assert said == "That was all of them."


def test_a_narrower_search_begins_at_its_first_page(amelia):
    amelia.say("show my transactions in May", "search_transactions")
    amelia.say("and more than 100 pounds?", "inform")
    first = [fact for fact in amelia.facts if fact["name"] == "amount"]
    amelia.say("show my transactions over 100 pounds in May", "search_transactions")
    assert first == [fact for fact in amelia.facts if fact["name"] == "amount"]


@pytest.mark.parametrize("text", ["hm", "it", "what?", "\N{PILE OF POO}", "", " " * 40, "a" * 500])
def test_a_follow_up_to_nothing_asks_for_the_whole_question(amelia, text):
    assert "not sure what that refers to" in amelia.say(text, "inform")


def test_repeat_gives_text_figures_and_buttons_again(amelia):
    before = amelia.say("what did I spend in May?", "spending_report")
    facts, buttons = amelia.facts, amelia.buttons
    amelia.chat("thanks", "You're welcome.")
    assert amelia.say("say that again", "repeat") == before
    assert (amelia.facts, amelia.buttons) == (facts, buttons)


def test_nothing_to_repeat_or_explain(amelia):
    assert "haven't told you anything yet" in amelia.say("again", "repeat")
    assert "no figure to explain" in amelia.say("why?", "explain")


@pytest.mark.parametrize(
    ("text", "intent", "basis"),
    [
        ("what are my balances?", "check_balance", "booked balances"),
        ("what am I worth?", "check_net_worth", "counted as negative"),
        ("what's safe to spend?", "safe_to_spend", "fall due before your next income"),
        ("what subscriptions do I have?", "list_subscriptions", "latest price"),
        ("what did I earn in May?", "check_income", "money that came in"),
        ("how much will I have on the 30th?", "forecast_balance", "regular payments"),
        ("can I afford 100?", "check_affordability", "tightest day"),
    ],
)
def test_why_explains_the_last_answer_with_figures(amelia, text, intent, basis):
    amelia.say("what did I spend in May?", "spending_report")
    amelia.say(text, intent)
    assert basis in amelia.say("why?", "explain")
    assert amelia.facts


def test_a_replayed_day_knows_nothing_of_later_ones(amelia):
    """Asked as of 1 May, June's rows have not happened yet."""
    for text, intent in (
        ("show my transactions", "search_transactions"),
        ("show transactions from 20 April to 30 June", "search_transactions"),
        ("what did I spend from 20 April to 30 June?", "spending_report"),
        ("what are my balances?", "check_balance"),
        ("what bills are coming up?", "upcoming_bills"),
    ):
        amelia.say(text, intent, today="2026-05-01")
        if intent == "upcoming_bills":
            continue
        days = [day for fact in amelia.facts for day in (fact.get("period") or "").split("/")]
        assert days
        assert max(days) <= "2026-05-01", text


def test_a_no_with_something_else_corrects_the_last_question(amelia):
    amelia.say("how much did I spend on groceries in May?", "spending_report")
    assert "on eating out in May 2026" in amelia.say("no, dining", "deny")
    assert "on eating out in April 2026" in amelia.say("nope: april", "deny")
    assert "What else" in amelia.say("no", "deny")


def test_a_turn_not_understood_gets_the_likeliest_skills_then_all(amelia):
    ranking = (
        ("nlu_fallback", 0.7),
        ("upcoming_bills", 0.2),
        ("inform", 0.15),
        ("set_budget", 0.1),
        ("greet", 0.05),
    )
    amelia.say("flurb", "nlu_fallback", ranking=ranking)
    assert amelia.buttons == ["what bills are coming up?", "set a budget", "what can you do?"]
    amelia.say("flurb", "nlu_fallback", ranking=ranking)
    assert "help me save" in amelia.buttons


def test_a_subscription_asked_for_by_name_is_told_alone(amelia):
    said = amelia.say("how much is Spotify a month?", "list_subscriptions")
    assert "Spotify" in said
    assert "Netflix" not in said


def test_what_it_takes_to_end_a_subscription(amelia):
    """Penny can't, and says who can, until when it is best done, and what she can do."""
    said = amelia.say("cancel netflix for me", "list_subscriptions")
    assert said.startswith("I can't end Netflix for you: only the company or your bank can.")
    assert amelia.fact("price") == "12.99"
    assert amelia.fact("next_charge_on") > amelia.today.isoformat()
    assert "remind me when bills are due" in amelia.buttons
    assert "PureGym" in amelia.say("cancel my gym membership", "list_subscriptions")
    unknown = amelia.say("unsubscribe me from hulu", "list_subscriptions")
    assert "only the company" in unknown
    assert "Netflix" in unknown, "what there is is listed"


def test_an_account_alone_asks_for_its_balance_when_nothing_is_open(amelia):
    assert amelia.say("current account?", "inform").startswith("Current Account has")
    assert amelia.facts[0]["name"] == "balance"


def test_spending_of_some_size_counts_only_that(amelia):
    amelia.say("how much did I spend over 100 pounds in May?", "spending_report")
    over = [fact["value"] for fact in amelia.facts if fact["name"] == "amount"]
    assert over
    assert all(float(value) < -100 for value in over)
    amelia.say("and the largest one?", "inform")
    assert len([fact for fact in amelia.facts if fact["name"] == "amount"]) == 1
