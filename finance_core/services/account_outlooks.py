"""The forecast of an account as a pure function of its rows and of the models there are."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from finance_core import forecasting
from finance_core.forecasting import SharedModel, Told
from finance_core.forecasting.series import Series, from_transactions
from finance_core.model import Transaction
from finance_core.money import Money, total
from finance_core.services.stored_forecasts import HORIZON, fingerprint
from finance_core.services.streams import LOOKED_AT, active_in
from finance_core.store.forecasts import AccountForecast
from finance_core.store.parts import AccountLedger


@dataclass(frozen=True, slots=True)
class Prepared:
    """What is known of an account on the day looked from.

    Attributes:
        known: its movements of the last years up to that day.
        start: its balance at the end of the day.
        series: the same as daily figures.
    """

    ledger: AccountLedger
    today: date
    known: tuple[Transaction, ...]
    start: Money
    series: Series


def prepare(ledger: AccountLedger, today: date) -> Prepared:
    """Leaves out what comes later than ``today``.

    Raises:
        NotEnoughData: under two weeks of history.
    """
    known = tuple(m for m in ledger.movements if today - LOOKED_AT <= m.posted_on <= today)
    later = [m.amount for m in ledger.movements if m.posted_on > today and not m.pending]
    start = ledger.account.current - total(later, ledger.account.currency)
    return Prepared(ledger, today, known, start, from_transactions(known, start, today))


def tell(shared: SharedModel | None, many: Sequence[Prepared]) -> list[Told | None]:
    """What the shared model says of each; None where there is none for it."""
    if shared is None:
        return [None] * len(many)
    return forecasting.tell(shared, [(one.start.currency, one.series) for one in many])


def outlook(one: Prepared, shared: SharedModel | None, told: Told | None) -> AccountForecast:
    """The forecast of an account: what ``services/forecasts.py`` answers for it."""
    account = one.ledger.account
    streams = active_in(one.known, one.today)
    found = forecasting.forecast(
        told, one.known, one.start, streams, one.today, HORIZON, with_lows=False
    )
    mark = fingerprint(one.ledger.version, one.start, shared)
    return AccountForecast(account.id, mark, found)
