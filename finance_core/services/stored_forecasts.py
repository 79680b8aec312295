"""What was forecast in advance, for a turn that asks the same.

A row answers for a turn when it was made from the same ledger, the same balance and the same
shared model as the turn would look at, so both say the same; the fingerprint tells.
"""

from __future__ import annotations

import hashlib
from collections.abc import Hashable
from datetime import date

from finance_core.forecasting import SharedModel
from finance_core.model import BalanceForecast
from finance_core.money import Money
from finance_core.services.core import Core
from finance_core.store import forecasts
from finance_core.store.forecasts import AccountForecast

HORIZON = 45
"""Days ahead of what is stored: the shortest horizon a turn asks for."""

_FORMAT = 3  # raised when the same ledger leads to another forecast


def fingerprint(version: Hashable, start: Money, shared: SharedModel | None) -> str:
    """Digest of what a forecast from one day rests on.

    Args:
        version: of the person's ledger: movements and their categories.
        start: the balance at the end of the day.
        shared: the shared model, if one is in force.
    """
    mark = shared.mark if shared else ""
    lines = (str(_FORMAT), str(version), start.currency, str(start.minor), mark)
    return hashlib.sha256("\n".join(lines).encode()).hexdigest()[:32]


def stored(core: Core, person_id: str, account_id: str, today: date) -> AccountForecast | None:
    """What was forecast for a person's account today, whatever it was made from."""
    with core.sessions() as session:
        return forecasts.of_day(session, person_id, account_id, today)


def found(
    core: Core, person_id: str, account_id: str, today: date, mark: str
) -> BalanceForecast | None:
    """What was forecast for an account today from exactly what ``mark`` stands for."""
    row = stored(core, person_id, account_id, today)
    return row.forecast if row and row.fingerprint == mark else None
