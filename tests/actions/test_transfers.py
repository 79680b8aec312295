"""Money moved by talking: between own accounts and to payees, asked when unclear, once."""

from __future__ import annotations

from dataclasses import dataclass

import pytest

from actions.writes import SURE
from finance_core.model import AccountKind, AccountRecord
from finance_core.services import imports, payees, people, sync
from finance_core.services.core import Core
from finance_core.store import payees as stored_payees
from tests.actions.conversation import Conversation
from tests.finance_core.services.fake_bank import FakeBank, at_bank
from tests.finance_core.services.household import TODAY, lived_in

IBAN = "GB29 NWBK 6016 1331 9268 19"


@dataclass
class WideBank(FakeBank):
    """A bank with more accounts than two."""

    extra: tuple[tuple[str, str, AccountKind, int], ...] = ()

    def __post_init__(self) -> None:
        super().__post_init__()
        self.balances |= {key: minor for key, _, _, minor in self.extra}

    def _accounts(self) -> tuple[AccountRecord, ...]:
        kinds = {key: (name, kind) for key, name, kind, _ in self.extra}
        return tuple(
            record
            if record.external_id not in kinds
            else AccountRecord(
                record.external_id,
                *kinds[record.external_id],
                record.current,
                None,
                record.as_of,
                record.institution,
            )
            for record in super()._accounts()
        )


JOINT = ("joint", "Joint Account", AccountKind.CHECKING, 50_000)
HOLIDAY = ("holiday", "Holiday Pot", AccountKind.SAVINGS, 20_000)
CARD = ("card", "Silver Card", AccountKind.CREDIT, -12_345)


def connected(core: Core, serve, *extra) -> tuple[Conversation, WideBank, Core]:
    bank = lived_in(WideBank(extra=extra))
    bank.balances[bank.savings] = 80_000
    at = at_bank(core, fake=bank)
    serve(at)
    person, _ = people.add(at, "Ada", "UTC", "GBP")
    sync.connect(at, person.id, "fake", "token", TODAY)
    return Conversation(person.id, TODAY), bank, at


@pytest.fixture
def home(core, serve):
    return connected(core, serve)


@pytest.fixture
def talk(home) -> Conversation:
    return home[0]


@pytest.fixture
def bank(home) -> WideBank:
    return home[1]


def transfer(talk: Conversation, text: str, **more) -> str:
    return talk.say(text, "transfer_money", **more)


def save_anna(talk: Conversation, name: str = "Anna Smith", account: str = IBAN) -> None:
    said = transfer(talk, f"add {name} as a payee, {account}")
    assert "Shall I save" in said, said
    assert "is saved as a payee" in talk.say("yes", "affirm")


def test_any_direction_between_own_accounts(talk, bank):
    said = transfer(talk, "move 200 from savings to my current account")
    assert "£200.00 from Savings to Current" in said
    assert talk.fact("left") == "600.00"
    assert bank.paid == {}
    assert talk.say("yes", "affirm").startswith("Done")
    assert bank.balances == {"current": 320_000, "savings": 60_000}
    assert talk.say("undo", "undo").startswith("Undone")
    assert bank.balances == {"current": 300_000, "savings": 80_000}


@pytest.mark.parametrize(
    "text",
    [
        "transfer 60 to savings from current",
        "from my current account move £60 into savings",
        "could you please shift sixty quid from current to my savings",
        "take 60 pounds out of current and put it into savings",
    ],
)
def test_the_same_move_in_many_words(talk, text):
    assert "£60.00 from Current to Savings" in transfer(talk, text)


def test_a_missing_amount_is_asked_and_a_digression_returns_to_it(talk, bank):
    assert "How much" in transfer(talk, "move money from savings to current")
    said = talk.say("what's in savings?", "check_balance")
    assert "£800.00" in said
    assert "How much shall I move from Savings to Current?" in said
    assert "£75.00 from Savings to Current" in talk.say("75", "inform")
    assert "£80.00 from Savings to Current" in talk.say("make it 80", "inform")
    talk.say("yes", "affirm")
    assert bank.balances["savings"] == 72_000


@pytest.mark.parametrize(
    ("text", "amount"),
    [
        ("move everything but 100 from savings to current", "700.00"),
        ("transfer half of my savings to current", "400.00"),
        ("move everything from savings to current", "800.00"),
        ("move 10% of my savings to current", "80.00"),
    ],
)
def test_amounts_that_hang_on_the_balance(talk, text, amount):
    said = transfer(talk, text)
    if "From which" in said:
        said = talk.say("from savings", "inform")
    assert f"£{amount} from Savings to Current" in said


def test_half_of_it_is_half_of_what_was_talked_about(talk):
    transfer(talk, "move 200 from savings to current")
    assert "£100.00 from Savings to Current" in talk.say("only half of that", "inform")
    talk.say("no", "deny")
    talk.say("what's in my savings?", "check_balance")
    said = transfer(talk, "transfer half of it from savings to current")
    assert "£400.00 from Savings to Current" in said


def test_several_accounts_that_fit_are_asked_with_buttons(core, serve):
    talk, bank, _ = connected(core, serve, JOINT, HOLIDAY)
    save_anna(talk)
    said = transfer(talk, "send 40 to anna")
    assert said == "From which account?"
    assert talk.buttons == ["from Current", "from Joint Account"]
    assert "£40.00 from Joint Account to Anna Smith" in talk.say("from Joint Account", "inform")
    talk.say("yes", "affirm")
    assert bank.balances["joint"] == 46_000
    assert "To which account?" in transfer(talk, "move 10 from current to my saver")
    assert talk.buttons == ["to Holiday Pot", "to Savings"]
    assert "£10.00 from Current to Holiday Pot" in talk.say("holiday pot", "inform")


def test_nothing_said_is_asked_step_by_step(core, serve):
    talk, _, _ = connected(core, serve, JOINT)
    assert "shall the money go to" in transfer(talk, "i want to make a transfer")
    assert "From which account?" in talk.say("the joint account", "inform")
    assert "How much" in talk.say("from savings", "inform")
    assert "£20.00 from Savings to Joint Account" in talk.say("20", "inform")


def test_a_payment_says_that_it_cannot_be_taken_back_and_undo_explains(talk, bank):
    save_anna(talk)
    said = transfer(talk, "send anna 50")
    assert "£50.00 from Current to Anna Smith (account ending 6819)" in said
    assert "cannot be taken back" in said
    assert bank.paid == {}
    said = talk.say("yes", "affirm")
    assert "£50.00 sent from Current to Anna Smith" in said
    assert talk.buttons == []
    ((order, _),) = bank.paid.values()
    assert order.counterparty.account.number == IBAN.replace(" ", "")
    assert "left your bank" in talk.say("undo", "undo")
    assert bank.balances["current"] == 295_000


@pytest.mark.parametrize(
    "text",
    ["pay anna 20", "pay 20 to ana smith", "give Anna 20 pounds", "wire 20 quid to anna smith",
     "transfer 20 to Anna from my current account", "send annna 20"],
)  # fmt: skip
def test_payees_are_found_in_many_words(talk, text):
    save_anna(talk)
    assert "£20.00 from Current to Anna Smith" in transfer(talk, text)


def test_two_payees_of_a_name_are_asked(talk):
    save_anna(talk)
    save_anna(talk, "Anna Jones", "sort code 20-00-00 account 55779911")
    assert "Which payee" in transfer(talk, "send 30 to anna")
    assert talk.buttons == ["to Anna Jones", "to Anna Smith"]
    assert "£30.00 from Current to Anna Jones" in talk.say("to Anna Jones", "inform")


def test_an_unknown_payee_is_never_guessed_and_can_be_saved_on_the_way(talk, bank):
    save_anna(talk)
    said = transfer(talk, "send 25 to Robert")
    assert "don't have a payee called Robert" in said
    assert "IBAN" in said
    assert talk.slots.get("proposal_id") is None
    said = talk.say("DE89 3704 0044 0532 0130 00", "nlu_fallback")
    assert "Shall I save Robert as a payee, with the account ending 3000?" in said
    said = talk.say("yes", "affirm")
    assert "send 25.00 to Robert" in said
    assert "£25.00 from Current to Robert" in transfer(talk, "send 25 to robert")
    assert bank.paid == {}


def test_a_mistyped_account_is_refused(talk):
    assert "mistyped" in transfer(talk, "add Bob as a payee GB29 NWBK 6016 1331 9268 18")
    assert talk.slots.get("change_id") is None


def test_an_account_without_a_name_is_asked_for_it(talk, home):
    assert "Whose account" in transfer(talk, f"save this payee: {IBAN}")
    assert "Shall I save Maria Lopez as a payee" in talk.say("Maria Lopez", "nlu_fallback")
    talk.say("yes", "affirm")
    assert "Maria Lopez (account ending 6819)" in transfer(talk, "who are my payees?")


def test_account_numbers_are_nowhere_in_clear(talk, home, tmp_path):
    save_anna(talk)
    person_id = talk.sender.partition("~")[0]
    (payee,) = payees.of_person(home[2], person_id)
    with home[2].sessions() as session:
        sealed = stored_payees.get(session, person_id, payee.id).sealed
    assert home[2].vault.open(sealed) == IBAN.replace(" ", "")
    files = [path for path in (tmp_path / "home").rglob("penny.db*") if path.is_file()]
    assert files
    for file in files:
        assert b"60161331" not in file.read_bytes()


def test_adding_is_undone_and_removing_too(talk):
    save_anna(talk)
    talk.say("undo", "undo")
    assert "no saved payees" in transfer(talk, "show my payees")
    save_anna(talk)
    assert "Shall I remove Anna Smith" in transfer(talk, "remove anna from my payees")
    talk.say("yes", "affirm")
    assert "don't have a payee called Anna" in transfer(talk, "send 5 to Anna")
    talk.say("undo", "undo")
    assert "£5.00 from Current to Anna Smith" in transfer(talk, "send 5 to Anna")


def test_the_same_name_twice_is_refused(talk):
    save_anna(talk)
    transfer(talk, f"add anna smith as a payee {IBAN}")
    assert "already" in talk.say("yes", "affirm")


def test_more_than_there_is(talk, bank):
    save_anna(talk)
    assert "There is only £3,000.00 in Current" in transfer(talk, "send 3000.01 to anna")
    assert talk.slots.get("proposal_id") is None


def test_going_under_the_floor_is_said(talk):
    assert "under your floor of £200.00" in transfer(talk, "move 700 from savings to current")


def test_another_currency_is_refused(talk):
    save_anna(talk)
    assert "kept in GBP" in transfer(talk, "send 20 euros to anna")
    assert "USD only" in _pay_american(talk)


def _pay_american(talk: Conversation) -> str:
    save_anna(talk, "Sam Reed", "routing 021000021 account 12345678")
    return transfer(talk, "send 20 to sam reed")


def test_a_card_sends_no_money(core, serve):
    talk, _, _ = connected(core, serve, CARD)
    said = transfer(talk, "move 50 from my credit card to current")
    assert "can't be sent from Silver Card" in said


@pytest.mark.parametrize("text", ["move 0 from savings to current", "send -5 to savings"])
def test_impossible_amounts(talk, text):
    assert "more than zero" in transfer(talk, text)


def test_an_unsure_yes_to_a_payment_is_asked_again(talk, bank):
    save_anna(talk)
    transfer(talk, "send 20 to anna")
    said = talk.say("yeah maybe", "affirm", confidence=SURE - 0.1)
    assert "shall I send £20.00 from Current to Anna Smith, yes or no?" in said
    assert bank.paid == {}
    talk.say("yes", "affirm")
    talk.say("yes", "affirm")
    assert len(bank.paid) == 1


def test_a_silent_bank_pays_a_payee_once(talk, bank):
    save_anna(talk)
    transfer(talk, "send 20 to anna")
    bank.faults.append("transfer silent")
    assert "don't know yet" in talk.say("yes", "affirm")
    assert talk.say("yes", "affirm").startswith("Done")
    assert bank.balances["current"] == 300_000 - 2_000
    assert len(bank.paid) == 1


def test_to_savings_alone_stays_within_what_is_safe(talk):
    assert "would be too much" in transfer(talk, "move 2900 pounds to my savings")


def test_an_account_in_a_file_cannot_pay(core, serve, tmp_path):
    serve(core)
    person, _ = people.add(core, "Ada", "UTC", "GBP")
    file = tmp_path / "ledger.csv"
    file.write_text(
        "account,date,amount,currency,description\n"
        "Current,2026-03-01,500.00,GBP,SALARY\nSaver,2026-03-01,5.00,GBP,GIFT\n"
    )
    imports.import_file(core, person.id, file)
    talk = Conversation(person.id, TODAY)
    said = transfer(talk, "move 5 from saver to current")
    assert "not both accounts of one connected bank" in said


def test_an_account_in_words_that_were_not_understood_still_reaches_the_payees(talk):
    said = talk.say(f"add Anna Smith as a payee, her IBAN is {IBAN}", "out_of_scope")
    assert "Shall I save Anna Smith as a payee" in said
    assert "mistyped" in talk.say("GB29NWBK60161331926818", "out_of_scope")
    said = talk.say("what's the weather like", "out_of_scope")
    assert "money" in said or "balances" in said
