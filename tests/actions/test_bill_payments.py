"""Bills paid by talking: now, on a day, listed, cancelled; never guessed."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from finance_core.services import schedules
from finance_core.services.schedules import ScheduleStatus
from tests.actions.conversation import Conversation
from tests.actions.test_transfers import CARD, JOINT, connected, save_anna
from tests.finance_core.services.household import TODAY

LANDLORD = "sort code 20-00-00 account 55779911"


@pytest.fixture
def home(core, serve):
    return connected(core, serve)


@pytest.fixture
def talk(home) -> Conversation:
    return home[0]


@pytest.fixture
def bank(home):
    return home[1]


def pay(talk: Conversation, text: str, **more) -> str:
    return talk.say(text, "pay_bill", **more)


def person_id(talk: Conversation) -> str:
    return talk.sender.partition("~")[0]


def worker(home, days: int) -> list[ScheduleStatus]:
    talk, _, core = home
    at = datetime(TODAY.year, TODAY.month, TODAY.day, 9, tzinfo=UTC) + timedelta(days=days)
    return [one.status for one in schedules.run_due(core, person_id(talk), at)]


def test_a_known_bill_without_an_account_says_what_is_needed(talk):
    said = pay(talk, "pay the rent", entities=(("category", "rent"),))
    assert "Homes Rent (£900.00, due Tue 3 March)" in said
    assert "IBAN" in said
    assert talk.slots.get("proposal_id") is None


def test_a_bill_whose_payee_is_saved_is_paid_now(talk, bank):
    save_anna(talk, "Homes Rent", LANDLORD)
    said = pay(talk, "pay the rent", entities=(("category", "rent"),))
    assert "make sure that it is not paid twice" in said
    assert "£900.00 from Current to Homes Rent" in said
    assert "cannot be taken back" in said
    assert talk.say("yes", "affirm").startswith("Done")
    assert bank.balances["current"] == 210_000


def test_a_bill_is_scheduled_and_the_schedule_is_kept(home, talk, bank):
    save_anna(talk, "Homes Rent", LANDLORD)
    said = pay(talk, "pay the rent on the 1st")
    assert "Shall I pay £900.00 from Current to Homes Rent on Wed 1 April 2026?" in said
    assert talk.say("yes", "affirm").startswith("Scheduled")
    assert "£900.00 from Current to Homes Rent" in pay(talk, "what payments are scheduled?")
    assert talk.fact("scheduled") == "1"
    assert worker(home, 29) == []
    assert bank.paid == {}
    assert worker(home, 30) == [ScheduleStatus.DONE]
    assert bank.balances["current"] == 210_000
    assert "No payments are scheduled" in pay(talk, "which payments are scheduled")


def test_a_payee_with_an_amount_and_a_day(home, talk, bank):
    save_anna(talk)
    assert "Shall I pay £35.00 from Current to Anna Smith on Fri 6 March 2026?" in pay(
        talk, "pay anna 35 on friday"
    )
    talk.say("yes", "affirm")
    assert "undo" not in talk.buttons or talk.say("undo", "undo").startswith("Taken back")
    assert worker(home, 10) == []
    said = talk.say("send anna 40 tomorrow", "transfer_money")
    assert "£40.00 from Current to Anna Smith on Tue 3 March 2026" in said
    talk.say("yes", "affirm")
    assert worker(home, 1) == [ScheduleStatus.DONE]
    assert bank.balances["current"] == 296_000


def test_a_day_that_has_passed_is_refused(talk):
    save_anna(talk)
    assert "already passed" in pay(talk, "pay anna 35 on 1 february 2026")
    assert "already passed" in pay(talk, "pay anna 35 yesterday")
    assert talk.slots.get("change_id") is None


def test_weekends_are_days_like_others(home, talk):
    save_anna(talk)
    assert "on Sat 7 March 2026?" in pay(talk, "pay anna 35 on saturday")
    talk.say("yes", "affirm")
    assert worker(home, 5) == [ScheduleStatus.DONE]


def test_a_missing_amount_is_asked_and_kept_with_the_day(talk):
    save_anna(talk)
    assert "How much" in pay(talk, "pay anna on friday")
    said = talk.say("what's my balance?", "check_balance")
    assert "How much shall I move from Current to Anna Smith?" in said
    assert "£12.50 from Current to Anna Smith on Fri 6 March 2026" in talk.say("12.50", "inform")
    assert "on Mon 9 March 2026" in talk.say("no, on monday", "inform")


def test_a_bill_not_named_is_asked_with_buttons(talk):
    said = pay(talk, "pay my bill")
    assert "Which bill" in said
    assert talk.buttons == ["pay Homes Rent"]


def test_a_card_is_paid_from_the_account(core, serve):
    talk, bank, _ = connected(core, serve, CARD)
    said = pay(talk, "pay my credit card bill")
    assert "You owe £123.45 on Silver Card" in said
    assert "£123.45 from Current to Silver Card" in talk.say("123.45", "inform")
    talk.say("yes", "affirm")
    assert bank.balances["card"] == 0
    assert "£50.00 from Current to Silver Card" in pay(talk, "make a credit card payment of 50")


def test_all_that_a_card_owes(core, serve):
    talk, _, _ = connected(core, serve, CARD)
    pay(talk, "pay my credit card")
    assert "£123.45 from Current to Silver Card" in talk.say("all of it", "inform")
    assert "£61.72 from Current to Silver Card" in pay(talk, "pay half of my credit card")


def test_cancelling_a_schedule_and_its_undo(home, talk, bank):
    save_anna(talk)
    for text in ("pay anna 35 on friday", "pay anna 10 on the 20th"):
        pay(talk, text)
        talk.say("yes", "affirm")
    said = pay(talk, "cancel the anna payment")
    assert "Which payment do you mean?" in said
    assert "cancel the payment of £35.00" in talk.say(talk.buttons[0], "pay_bill")
    assert talk.say("yes", "affirm").startswith("Cancelled")
    assert talk.say("undo", "undo").startswith("Taken back")
    pay(talk, "cancel the payment on the 20th")
    talk.say("yes", "affirm")
    assert worker(home, 20) == [ScheduleStatus.FAILED] or bank.balances["current"] == 296_500


def test_nothing_to_cancel_and_what_only_others_can_end(talk):
    assert "No payments are scheduled" in pay(talk, "cancel the rent payment")
    assert "only the company or your bank" in pay(talk, "cancel my netflix subscription")


def test_a_failed_schedule_is_told_with_its_reason(home, talk, bank):
    save_anna(talk)
    pay(talk, "pay anna 35 on friday")
    talk.say("yes", "affirm")
    bank.balances["current"] = 10_000
    assert worker(home, 4) == [ScheduleStatus.FAILED]
    said = talk.say("what's my balance?", "check_balance")
    assert "was not made: There was too little in Current to leave your floor in it." in said
    assert "was not made" not in talk.say("what's my balance?", "check_balance")


def test_between_own_accounts_on_a_day(home, talk, bank):
    said = talk.say("move 100 from savings to current on friday", "transfer_money")
    assert "Shall I pay £100.00 from Savings to Current on Fri 6 March 2026?" in said
    talk.say("yes", "affirm")
    assert worker(home, 4) == [ScheduleStatus.DONE]
    assert bank.balances["savings"] == 70_000


def test_several_accounts_are_asked(core, serve):
    talk, _, _ = connected(core, serve, JOINT)
    save_anna(talk)
    assert "From which account?" in pay(talk, "pay anna 35 on friday")
    said = talk.say("from Joint Account", "inform")
    assert "£35.00 from Joint Account to Anna Smith on Fri 6 March 2026" in said
