"""What a household's life is made of; the households themselves are in ``households``."""

from __future__ import annotations

from dataclasses import dataclass

from finance_core.model import AccountKind
from finance_core.sandbox.calendars import Schedule

EVEN = (1.0,) * 7


@dataclass(frozen=True, slots=True)
class Shop:
    """Where money goes or comes from, and how statements write it.

    Attributes:
        text: the statement's words; ``{store}`` is a branch number, ``{ref}`` a reference.
        category: Plaid's detailed personal finance category.
        mcc: ISO 18245 merchant category code of a card merchant.
        town: whether statements add the town.
    """

    name: str
    text: str
    category: str
    mcc: str | None = None
    town: bool = True


@dataclass(frozen=True, slots=True)
class Stream:
    """Something that repeats by the calendar.

    Attributes:
        amount: minor units, signed.
        spread: share by which one amount differs from the next.
        season: share by which midwinter exceeds the average.
        rises: (months since the household's first, new amount).
        months: first and last month it runs, counted from the household's first.
        to: own account that receives what this one pays.
    """

    account: str
    shop: Shop
    amount: int
    when: Schedule
    spread: float = 0.0
    season: float = 0.0
    rises: tuple[tuple[int, int], ...] = ()
    months: tuple[int, int] = (0, 10_000)
    to: str | None = None


@dataclass(frozen=True, slots=True)
class Habit:
    """Something done now and then: card spending, cash, invoices paid.

    Attributes:
        shops: favourites first.
        weekly: mean times a week; ``days``: weights of Monday to Sunday.
        typical: median amount, minor units, unsigned; ``sigma``: of its logarithm.
        card: paid by card, so pending first; else booked at once.
        refunds: share that is given back days later; ``tips``: share that posts higher.
    """

    account: str
    shops: tuple[Shop, ...]
    weekly: float
    typical: int
    sigma: float = 0.35
    days: tuple[float, ...] = EVEN
    step: int = 1
    card: bool = True
    income: bool = False
    refunds: float = 0.0
    tips: float = 0.0


@dataclass(frozen=True, slots=True)
class AccountPlan:
    """An account to open. ``rate``: yearly interest share, paid at each month's end."""

    key: str
    name: str
    kind: AccountKind
    opening: int
    limit: int = 0
    rate: float = 0.0


@dataclass(frozen=True, slots=True)
class Plan:
    """A household's whole life.

    Attributes:
        card: statement forms of card payments, with ``{text}``, ``{town}``, ``{date}``
            and ``{card}``; ``refund``: form of money given back.
        to_savings, from_savings: statement words of a move between own accounts,
            (sent, received).
        low, top_up: when the main account would fall under ``low``, money comes back
            from savings in steps of ``top_up``.
        high: what exceeds it at the month's middle goes to savings.
        card_day: day of the month on which a credit card is paid off.
    """

    name: str
    title: str
    currency: str
    institution_id: str
    institution: str
    accounts: tuple[AccountPlan, ...]
    streams: tuple[Stream, ...]
    habits: tuple[Habit, ...]
    towns: tuple[str, ...]
    card: tuple[str, ...]
    refund: str
    to_savings: tuple[str, str]
    from_savings: tuple[str, str]
    low: int
    top_up: int
    high: int
    main: str = "main"
    savings: str = "savings"
    credit: str | None = None
    card_day: int = 22
