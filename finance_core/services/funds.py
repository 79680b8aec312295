"""What may leave an account, as far as is known here; the bank has the last word."""

from __future__ import annotations

from finance_core.errors import BadInput, Refused
from finance_core.model import Account, AccountKind
from finance_core.money import Money

_ONLY_OWE = frozenset({AccountKind.CREDIT, AccountKind.LOAN})


def check(source: Account, amount: Money) -> None:
    """Whether ``amount`` can leave ``source``, as far as is known here.

    Raises:
        BadInput: it is not positive, or in another currency.
        Refused: there is not enough, or the account only owes.
    """
    check_terms(source, amount)
    if amount > spendable(source):
        raise Refused(f"There is only {spendable(source)} in {source.name}.")


def check_terms(source: Account, amount: Money) -> None:
    """Like ``check``, whatever is in the account now."""
    if amount.amount <= 0:
        raise BadInput("The amount has to be more than zero.")
    check_currency(source, amount)
    if source.kind in _ONLY_OWE:
        raise Refused(f"Money can't be sent from {source.name}: it is a {source.kind} account.")


def spendable(account: Account) -> Money:
    """What can leave an account now, as the bank last said."""
    return account.current if account.available is None else account.available


def check_currency(account: Account, amount: Money) -> None:
    """Whether ``amount`` is in the account's currency; BadInput."""
    if account.currency != amount.currency:
        raise BadInput(f"{account.name} is kept in {account.currency}.")
