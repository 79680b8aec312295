"""Money moved between a person's own accounts: neither spent nor earned."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from decimal import Decimal

from finance_core.model import Account, Transaction

_DAYS_UNDERWAY = 3


def match_transfers(transactions: Sequence[Transaction], accounts: Sequence[Account]) -> set[str]:
    """Ids of movements that are two sides of one transfer between own accounts.

    An outflow and an inflow pair when they are on different accounts of ``accounts``,
    of exactly opposite amounts in one currency, at most three days apart. Closest days
    pair first, and a movement pairs at most once.
    """
    own = {account.id for account in accounts}
    sides: dict[tuple[str, Decimal], tuple[list[Transaction], list[Transaction]]] = defaultdict(
        lambda: ([], [])
    )
    for movement in transactions:
        amount = movement.amount.amount
        if movement.account_id in own and amount:
            sides[movement.amount.currency, abs(amount)][amount > 0].append(movement)
    matched: set[str] = set()
    for outflows, inflows in sides.values():
        candidates = [
            (abs((came.posted_on - went.posted_on).days), went.posted_on, went.id, came.id)
            for went in outflows
            for came in inflows
            if went.account_id != came.account_id
            and abs((came.posted_on - went.posted_on).days) <= _DAYS_UNDERWAY
        ]
        for _, _, went_id, came_id in sorted(candidates):
            if went_id not in matched and came_id not in matched:
                matched |= {went_id, came_id}
    return matched
