"""The plain values that all rooms exchange. No behaviour beyond small derivations.

Inflow is positive and outflow negative everywhere; what is owed (credit cards,
loans) is a negative balance. Dates are the bank's booking dates; instants are
aware datetimes in UTC.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from enum import StrEnum
from typing import Any, Literal
from zoneinfo import ZoneInfo

from finance_core.counterparty import Counterparty
from finance_core.errors import BadInput
from finance_core.money import Money


class AccountKind(StrEnum):
    """What sort of account it is; decides its part in forecasts and savings."""

    CHECKING = "checking"
    SAVINGS = "savings"
    CREDIT = "credit"
    LOAN = "loan"
    INVESTMENT = "investment"
    CASH = "cash"
    OTHER = "other"

    @property
    def is_everyday(self) -> bool:
        """Whether people live from such an account."""
        return self in (AccountKind.CHECKING, AccountKind.CASH, AccountKind.OTHER)


class Cadence(StrEnum):
    """How often a recurring stream repeats."""

    WEEKLY = "weekly"
    BIWEEKLY = "biweekly"
    FOUR_WEEKLY = "four-weekly"
    SEMIMONTHLY = "semimonthly"
    MONTHLY = "monthly"
    TWO_MONTHLY = "two-monthly"
    QUARTERLY = "quarterly"
    SEMIANNUAL = "semiannual"
    ANNUAL = "annual"

    @property
    def per_year(self) -> int:
        """How many times it comes in a year."""
        return _PER_YEAR[self]


_PER_YEAR = {
    Cadence.WEEKLY: 52,
    Cadence.BIWEEKLY: 26,
    Cadence.FOUR_WEEKLY: 13,
    Cadence.SEMIMONTHLY: 24,
    Cadence.MONTHLY: 12,
    Cadence.TWO_MONTHLY: 6,
    Cadence.QUARTERLY: 4,
    Cadence.SEMIANNUAL: 2,
    Cadence.ANNUAL: 1,
}


class StreamStatus(StrEnum):
    """Whether a recurring stream is still going."""

    ACTIVE = "active"
    LATE = "late"
    ENDED = "ended"


class ProposalStatus(StrEnum):
    """Life of a proposed write: proposed → executing → done → undoing → undone."""

    PROPOSED = "proposed"
    EXECUTING = "executing"
    DONE = "done"
    UNDOING = "undoing"
    UNDONE = "undone"
    CANCELLED = "cancelled"
    EXPIRED = "expired"
    FAILED = "failed"


@dataclass(frozen=True, slots=True)
class Period:
    """Days from ``start`` to ``end``, both included; ``label`` is how a person says it."""

    start: date
    end: date
    label: str = ""

    def __post_init__(self) -> None:
        if self.end < self.start:
            raise BadInput("That period ends before it begins.")

    def __contains__(self, day: date) -> bool:
        return self.start <= day <= self.end

    def __iter__(self) -> Iterator[date]:
        return (self.start + timedelta(days=n) for n in range(self.days))

    @property
    def days(self) -> int:
        """Number of days, at least 1."""
        return (self.end - self.start).days + 1


@dataclass(frozen=True, slots=True)
class Fact:
    """One figure of a reply, for tests, charts and voice.

    Attributes:
        name: what it is (``total``, ``balance``, ``low_point``, …; see docs/facts.md).
        value: decimal text with the currency's places, a whole number, a share, or an ISO date.
        currency: ISO 4217 code for money, else None.
        unit: ``count``, ``percent`` or ``date`` for what is not money.
        period: ISO interval ``start/end`` or a date it belongs to.
        account: name of the account it belongs to.
        label: merchant, category or stream it belongs to.
    """

    name: str
    value: str
    currency: str | None = None
    unit: str | None = None
    period: str | None = None
    account: str | None = None
    label: str | None = None


ChartKind = Literal["band", "bars", "pairs", "months", "goals", "budgets"]


@dataclass(frozen=True, slots=True)
class Chart:
    """The data of a picture, as plain as the table it could also be.

    Attributes:
        kind: ``band`` (a balance by day with its range), ``bars`` (parts of a sum), ``pairs``
            (two periods side by side), ``months`` (a sum by month), ``goals`` and ``budgets``
            (what there is of what is wanted or allowed).
        title: what it shows, short.
        summary: what it says, in a sentence, for who cannot see it.
        currency: ISO 4217 code of every amount.
        prefix: what stands before an amount of that currency (``£``, ``CZK ``).
        columns: heads of the table: of the labels, then of the figures.
        rows: a label (a day in ISO form in a ``band``), then amounts as decimal text with the
            currency's places, empty where there is none.
        marks: ``(label of a row, words, amount)``: points to look at.
        level: ``(words, amount)`` of a line across, if any.
    """

    kind: ChartKind
    title: str
    summary: str
    currency: str
    prefix: str
    columns: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    marks: tuple[tuple[str, str, str], ...] = ()
    level: tuple[str, str] | None = None


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody Penny talks with. ``transcripts_consent``: may talks be kept, anonymized."""

    id: str
    name: str
    currency: str
    timezone: str
    transcripts_consent: bool = False

    def today(self, now: datetime) -> date:
        """The calendar day it is for this person at the instant ``now``."""
        return now.astimezone(ZoneInfo(self.timezone)).date()


class Reach(StrEnum):
    """Which accounts something is about: one's own, or also those that others share.

    ``SEE`` adds those one may look at, ``SPEND`` those one may move money out of.
    """

    OWN = "own"
    SEE = "see"
    SPEND = "spend"


@dataclass(frozen=True, slots=True)
class Account:
    """One account of a person, as last reported.

    Attributes:
        current: the booked balance as last reported, at ``as_of``.
        available: what may be spent now, if the bank says.
        connection_id: the bank connection it came by; None when imported from files.
    """

    id: str
    person_id: str
    name: str
    kind: AccountKind
    current: Money
    available: Money | None
    as_of: datetime
    connection_id: str | None = None
    institution: str | None = None

    @property
    def currency(self) -> str:
        """ISO 4217 code of the account."""
        return self.current.currency


@dataclass(frozen=True, slots=True)
class Transaction:
    """One bank-reported movement, enriched.

    Attributes:
        description: the raw text of the bank.
        merchant: cleaned name of who was paid or who paid.
        category: code from the taxonomy (``groceries``), or the person's own.
        sequence: order of the row within its day, as the bank reported it.
    """

    id: str
    account_id: str
    posted_on: date
    amount: Money
    description: str
    merchant: str
    category: str
    pending: bool = False
    sequence: int = 0


# --- what a bank reports -----------------------------------------------------


@dataclass(frozen=True, slots=True)
class AccountRecord:
    """An account as a bank (or a file) reports it; signs already Penny's."""

    external_id: str
    name: str
    kind: AccountKind
    current: Money
    available: Money | None
    as_of: datetime
    institution: str | None = None


@dataclass(frozen=True, slots=True)
class TransactionRecord:
    """A movement as a bank (or a file) reports it; signs already Penny's.

    Attributes:
        pending_external_id: id the same movement had while pending, if the bank says.
        merchant_hint: the bank's own cleaned merchant name, if any.
        category_hint: the bank's or file's own category, if any.
        mcc: ISO 18245 merchant category code, if any.
    """

    external_id: str
    account_external_id: str
    posted_on: date
    amount: Money
    description: str
    pending: bool = False
    pending_external_id: str | None = None
    merchant_hint: str | None = None
    category_hint: str | None = None
    mcc: str | None = None


@dataclass(frozen=True, slots=True)
class SyncBatch:
    """All that one fetch brought; applied whole, together with its cursor, or not at all.

    Attributes:
        accounts: every account of the connection.
        upserts: movements that are new or changed.
        removed: external ids the bank has withdrawn.
        snapshot_from: when set, ``upserts`` is everything the bank knows from this day
            on, so stored rows of these accounts from then on that are not in it are gone.
        cursor: where the next fetch goes on.
    """

    accounts: tuple[AccountRecord, ...]
    upserts: tuple[TransactionRecord, ...]
    removed: frozenset[str] = frozenset()
    snapshot_from: date | None = None
    cursor: str | None = None


@dataclass(frozen=True, slots=True)
class TransferOrder:
    """A payment to hand to the bank.

    Attributes:
        to_external_id: the person's own account that gets it; None when somebody else does.
        idempotency_key: the same key pays once, ever.
        counterparty: whose account elsewhere gets it; None between own accounts.
    """

    from_external_id: str
    to_external_id: str | None
    amount: Money
    idempotency_key: str
    description: str
    counterparty: Counterparty | None = None


@dataclass(frozen=True, slots=True)
class TransferReceipt:
    """The bank's word that a payment was taken."""

    external_id: str
    status: str


# --- what enrich, forecasting and advice find ---------------------------------


@dataclass(frozen=True, slots=True)
class RecurringStream:
    """A payment or income that repeats.

    Attributes:
        key: stable id of the stream within its account.
        label: merchant or counterparty.
        amount: typical amount, signed; ``low``/``high`` bound the usual range
            (``low`` ≤ ``amount`` ≤ ``high`` as signed numbers).
        next_on: expected date of the next one, None when ended;
            ``window``: days it may be early or late.
        confidence: 0 to 1.
        transaction_ids: the movements it was found in, oldest first.
        why: one sentence of evidence.
        missed: expected ones in between that never came.
        missed_on: the expected day that has passed without it, when late.
    """

    key: str
    account_id: str
    label: str
    category: str
    cadence: Cadence
    amount: Money
    low: Money
    high: Money
    first_on: date
    last_on: date
    next_on: date | None
    window: int
    status: StreamStatus
    confidence: float
    transaction_ids: tuple[str, ...] = ()
    why: str = ""
    missed: int = 0
    missed_on: date | None = None


@dataclass(frozen=True, slots=True)
class ForecastDay:
    """End-of-day balance of one day to come, as quantiles of its distribution."""

    day: date
    q05: Money
    q10: Money
    q50: Money
    q90: Money
    q95: Money


@dataclass(frozen=True, slots=True)
class BalanceForecast:
    """A daily balance path of one account (or of accounts of one currency together).

    Attributes:
        origin: the last day known.
        days: one entry for each day after ``origin``, in order.
        next_income_on: expected date of the next income, if any is known.
        low_point: median of the lowest balance before the next income (or the horizon's end),
            ``low_point_q05`` its 5 % quantile, ``low_point_on`` the likeliest day of it.
        model: name of the model that was chosen.
        lows: for each day the lowest balance until then, in minor units, as equally likely
            values in ascending order; empty when the forecast was read back from the store.
    """

    origin: date
    start: Money
    days: tuple[ForecastDay, ...]
    next_income_on: date | None
    low_point: Money
    low_point_q05: Money
    low_point_on: date
    model: str
    lows: tuple[tuple[int, ...], ...] = field(default=(), repr=False, compare=False)

    def chance_above(self, level: Money, until: date) -> float | None:
        """The chance that the balance never falls below ``level`` from tomorrow to ``until``.

        None when ``lows`` is not known; BadInput when the day lies outside the horizon.
        """
        self.on(until)
        room = self.start - level  # refuses another currency
        if not self.lows:
            return None
        lows = self.lows[(until - self.origin).days - 1]
        return 1 - bisect_left(lows, self.start.minor - room.minor) / len(lows)

    def on(self, day: date) -> ForecastDay:
        """The forecast of ``day``; BadInput when it lies outside the horizon."""
        index = (day - self.origin).days - 1
        if not 0 <= index < len(self.days):
            raise BadInput(f"I can look ahead to {self.days[-1].day:%-d %B %Y}.")
        return self.days[index]


@dataclass(frozen=True, slots=True)
class Sweep:
    """A savings move that advice finds safe, with the figures it rests on.

    Attributes:
        amount: what to move; zero when nothing should move now.
        low_point: the low quantile of the low point it was derived from, or today's balance
            where that is lower.
        chance: that the balance stays above it, 0 to 1, as the forecast has it.
        floor: the balance that must be left.
        leave: what has to stay at the low point: the floor, or a buffer above it.
        reason: ``safe``, or why nothing should move (see ``advice/sweeps.py``).
    """

    amount: Money
    low_point: Money
    floor: Money
    before: date
    reason: str
    leave: Money
    chance: float = 0.95


@dataclass(frozen=True, slots=True)
class Payee:
    """Somebody a person has saved to pay. ``tail``: the last four characters of the account."""

    id: str
    name: str
    scheme: str
    tail: str


@dataclass(frozen=True, slots=True)
class Proposal:
    """A transfer waiting for a yes, or what became of it.

    Attributes:
        to_account: the own account that gets it; None when ``payee`` does.
        channel: where it was offered; ``rule`` and ``schedule`` have a standing yes.
    """

    id: str
    person_id: str
    from_account: Account
    to_account: Account | None
    amount: Money
    reason: str
    status: ProposalStatus
    created_at: datetime
    expires_at: datetime
    facts: tuple[Fact, ...] = field(default=())
    payee: Payee | None = None
    channel: str = ""

    @property
    def to_name(self) -> str:
        """Who or what gets the money, as Penny says it."""
        receiver = self.to_account or self.payee
        return receiver.name if receiver else ""


@dataclass(frozen=True, slots=True)
class Change:
    """A change of Penny's own records that waits for a yes, or what became of it.

    Attributes:
        kind: what is changed (``budget.set``), see ``services/changes.py``.
        payload: plain JSON values that say how.
        summary: what will happen, as the end of "Shall I …?" ("set a budget of £50 for dining").
        done_text: the sentence that tells it has happened.
        facts: the figures in the two.
    """

    id: str
    person_id: str
    kind: str
    payload: Mapping[str, Any]
    summary: str
    done_text: str
    status: ProposalStatus
    created_at: datetime
    expires_at: datetime
    done_at: datetime | None = None
    facts: tuple[Fact, ...] = ()
