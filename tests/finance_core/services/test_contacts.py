"""How a person's bank is reached: what is configured, what the bank told, never a guess."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from finance_core.services import contacts, people
from finance_core.services.contacts import BankContact


def configured(core, tmp_path: Path, text: str):
    path = tmp_path / "banks.yml"
    path.write_text(text, encoding="utf-8")
    return replace(core, settings=core.settings.model_copy(update={"bank_contacts": path}))


def test_the_bank_tells_its_page(penny, ada):
    assert contacts.of_person(penny, ada) == (
        BankContact("Fake Bank", url="https://fake-bank.example/"),
    )


def test_what_is_configured_comes_first(penny, ada, tmp_path):
    text = 'fake  BANK: {phone: "+44 20 7946 0018", url: "https://fake.example/lost"}\nOther: {}\n'
    (found,) = contacts.of_person(configured(penny, tmp_path, text), ada)
    assert found == BankContact("Fake Bank", "+44 20 7946 0018", "https://fake.example/lost")


def test_a_contact_for_every_bank(penny, ada, tmp_path):
    at = configured(penny, tmp_path, '"*": {phone: "+1 555 0100", note: day and night}\n')
    (found,) = contacts.of_person(at, ada)
    assert (found.name, found.phone, found.note) == ("Fake Bank", "+1 555 0100", "day and night")
    bob, _ = people.add(at, "Bob", "UTC", "GBP")
    (found,) = contacts.of_person(at, bob.id)
    assert (found.name, found.phone) == ("your bank", "+1 555 0100")


@pytest.mark.parametrize("text", ["", "[not, a, mapping]", "a: [", "Fake Bank: 5", "\x00"])
def test_a_file_that_cannot_be_read_costs_no_answer(penny, ada, tmp_path, text):
    (found,) = contacts.of_person(configured(penny, tmp_path, text), ada)
    assert found.name == "Fake Bank"


def test_a_file_that_is_not_there(penny, ada, tmp_path):
    gone = penny.settings.model_copy(update={"bank_contacts": tmp_path / "none.yml"})
    assert contacts.of_person(replace(penny, settings=gone), ada)[0].phone is None


def test_nothing_is_known_of_somebody_without_a_bank(core):
    bob, _ = people.add(core, "Bob", "UTC", "GBP")
    assert contacts.of_person(core, bob.id) == ()


def test_a_bank_that_names_no_page_is_connected_all_the_same(penny, household):
    from finance_core.services import sync
    from tests.finance_core.services.household import TODAY

    household.faults.append("page no")
    bob, _ = people.add(penny, "Bob", "UTC", "GBP")
    assert sync.connect(penny, bob.id, "fake", "token", TODAY).error is None
    assert contacts.of_person(penny, bob.id) == (BankContact("Fake Bank"),)
