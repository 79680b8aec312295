"""Offers to put money aside stay within what is safe, one currency and one person."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

import pytest

from finance_core.errors import BadInput, NotFound
from finance_core.model import ProposalStatus
from finance_core.money import Money
from finance_core.services import balances, imports, people, savings, spendable, sync, transfers
from finance_core.services.core import Core
from tests.finance_core.services.fake_bank import FakeBank, at_bank
from tests.finance_core.services.household import NOW, TODAY, lived_in


def propose(core: Core, person_id: str, wanted: Money | None = None) -> savings.SavingsAdvice:
    return savings.propose(core, person_id, TODAY, NOW, "web", wanted=wanted)


def test_an_offer_leaves_the_floor_and_keeps_the_cap(penny, ada):
    advice = propose(penny, ada)
    assert advice.proposal is not None
    assert advice.proposal.amount == advice.sweep.amount
    assert advice.sweep.amount + advice.sweep.floor <= advice.sweep.low_point
    assert advice.sweep.amount <= Money.from_minor(penny.settings.sweep_cap_minor, "GBP")
    assert (advice.source.name, advice.target.name) == ("Current", "Savings")
    assert advice.proposal.status is ProposalStatus.PROPOSED


def test_a_named_amount_is_offered_only_within_what_is_safe(penny, ada):
    safe = propose(penny, ada).sweep.amount
    exactly = propose(penny, ada, safe)
    assert exactly.proposal.amount == safe
    penny_more = propose(penny, ada, safe + Money.of("0.01", "GBP"))
    assert penny_more.proposal is None
    assert penny_more.sweep.amount == safe
    assert propose(penny, ada, Money.of("0.01", "GBP")).proposal.amount == Money.of("0.01", "GBP")


def test_only_the_latest_offer_waits(penny, ada):
    first = propose(penny, ada).proposal
    second = propose(penny, ada, Money.of("5.00", "GBP")).proposal
    assert transfers.pending(penny, ada, NOW).id == second.id
    with penny.sessions() as session:
        stored = transfers.proposals.get(session, ada, first.id)
    assert stored.status is ProposalStatus.CANCELLED


def test_an_amount_of_another_currency_is_refused(penny, ada):
    with pytest.raises(BadInput, match="no exchange rate for EUR"):
        propose(penny, ada, Money.of("5.00", "EUR"))
    assert transfers.pending(penny, ada, NOW) is None


def test_savings_of_another_currency_are_no_target(penny, ada):
    rows = "account,date,amount,currency,description\nGoldsparbuch,2026-03-01,5.00,EUR,X\n"
    imports.import_content(penny, ada, rows.encode(), name="x.csv")
    advice = propose(penny, ada)
    assert advice.target.currency == advice.source.currency == "GBP"


def test_floor_and_cap_are_scaled_where_units_are_small(core):
    bank = lived_in(FakeBank(currency="CZK"), 9_000_000)
    czech = at_bank(core, fake=bank)
    person, _ = people.add(czech, "Eliška", "Europe/Prague", "CZK")
    sync.connect(czech, person.id, "fake", "token", TODAY)
    advice = savings.propose(czech, person.id, TODAY, NOW, "web")
    assert advice.sweep.floor == Money.of("4000.00", "CZK")
    assert advice.sweep.amount.amount % 100 == 0
    assert advice.sweep.amount <= Money.of("6000.00", "CZK")


def test_a_forecast_of_what_is_held_back_offers_less(penny, ada, monkeypatch):
    real = balances.balances

    def with_holds(*args, **kwargs):
        found = real(*args, **kwargs)
        held = tuple(
            replace(
                entry,
                account=replace(entry.account, available=Money.of("260.00", "GBP"))
                if entry.account.name == "Current"
                else entry.account,
            )
            for entry in found.accounts
        )
        return balances.Balances(held, found.totals)

    monkeypatch.setattr(balances, "balances", with_holds)
    advice = propose(penny, ada)
    assert advice.sweep.low_point == Money.of("260.00", "GBP")
    assert advice.sweep.amount <= Money.of("60.00", "GBP")


def test_somebody_else_gets_nothing_of_it(penny, ada):
    other, _ = people.add(penny, "Bo", "UTC", "GBP")
    mine = propose(penny, ada).proposal
    with pytest.raises(NotFound):
        propose(penny, other.id)
    with pytest.raises(NotFound):
        transfers.confirm(penny, other.id, mine.id, NOW, "web")
    with pytest.raises(NotFound):
        transfers.cancel(penny, other.id, mine.id, NOW, "web")
    assert transfers.pending(penny, other.id, NOW) is None
    assert transfers.pending(penny, ada, NOW).id == mine.id


def test_safe_to_spend_is_the_balance_less_bills_and_floor(penny, ada):
    pool, found = spendable.safe_to_spend(penny, ada, TODAY)
    assert pool.name == "Current"
    assert found.balance == Money.of("3000.00", "GBP")
    assert found.total == max(found.balance - found.bills - found.buffer, Money.zero("GBP"))
    assert TODAY < found.until <= TODAY + timedelta(days=45)
    assert all(TODAY <= item.on < found.until for item in found.bill_items)


class TestDays:
    """The day a bank reported is the person's day; the day of a file is the file's."""

    def known_on(self, core: Core, zone: str) -> date:
        person, _ = people.add(core, zone, zone, "GBP")
        sync.connect(core, person.id, "fake", "token", TODAY)
        found = balances.balances(core, person.id, date(2026, 3, 3))
        return found.accounts[0].known_on

    def test_of_a_bank(self, penny):
        """Reported on 2 March at 08:00 UTC."""
        assert self.known_on(penny, "Europe/London") == date(2026, 3, 2)
        assert self.known_on(penny, "Pacific/Honolulu") == date(2026, 3, 1)

    @pytest.mark.parametrize("zone", ["Pacific/Auckland", "Pacific/Honolulu", "UTC"])
    def test_of_a_file(self, core, zone):
        person, _ = people.add(core, "Filer", zone, "GBP")
        rows = "account,date,amount,currency,description\nCurrent,2026-03-01,5.00,GBP,X\n"
        imports.import_content(core, person.id, rows.encode(), name="x.csv")
        (entry,) = balances.balances(core, person.id, date(2026, 3, 3)).accounts
        assert entry.known_on == date(2026, 3, 1)
