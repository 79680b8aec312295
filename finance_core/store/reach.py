"""The one place that says which accounts a person reaches: their own, and shared ones.

An own account is reached for everything. One that somebody shares is reached from the
moment the person has said yes, until either takes it back, and for what it was shared for.
"""

from __future__ import annotations

from sqlalchemy import ColumnElement, Select, or_, select

from finance_core.model import Reach
from finance_core.store.identity_tables import AccountShareRow
from finance_core.store.tables import AccountRow

_RIGHTS = {Reach.SEE: ("see", "spend"), Reach.SPEND: ("spend",)}


def within(person_id: str, reach: Reach) -> ColumnElement[bool]:
    """Whether an account is within the person's reach."""
    own = AccountRow.person_id == person_id
    if reach is Reach.OWN:
        return own
    return or_(own, AccountRow.id.in_(shared_ids(person_id, reach)))


def shared_ids(person_id: str, reach: Reach) -> Select[str]:
    """Ids of the accounts that others share with the person, as a query."""
    return select(AccountShareRow.account_id).where(
        AccountShareRow.person_id == person_id,
        AccountShareRow.accepted_at.is_not(None),
        AccountShareRow.rights.in_(_RIGHTS[reach]),
    )
