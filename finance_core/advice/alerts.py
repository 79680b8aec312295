"""What a person should hear about their regular payments: plain data, ready to be ranked.

Every alert says what it is about, how much money is at stake, how sure it is, and on
what it rests. A bank's rows do not show whether a service is used, or what a trial will
cost; such alerts carry a low confidence or are marked ``estimated``.

Against false alarms: nothing is said about streams that are not sure themselves; an
income is late only when its account has rows from after the day it was due, and when no
other income of that size has come instead; a price has risen only after it was steady;
what was asked about or answered before (``known``) is not called forgotten.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum
from itertools import groupby, takewhile
from statistics import median

from finance_core.model import Fact, RecurringStream, StreamStatus, Transaction
from finance_core.money import Money

_SURE_STREAM = 0.5
_NEWS_FOR = timedelta(days=62)  # a rise or a double charge is news for two months
_LEAST_RISE = 1.005
_USUAL_RISE = 1.2  # a larger one may also be another contract with the same company
_MOST_RISE = 1.6  # beyond that it is another contract rather than a dearer one
_STEADY = 3  # payments of one price before a rise counts as one
_LEAST_INCOMES = 4
_INSTEAD = 0.7  # share of the income that another one must reach to stand in for it
_LONG_PAID = timedelta(days=330)
_SUBSCRIBED = frozenset({"subscriptions", "fitness", "entertainment"})
_OFTEN_TWICE = frozenset(
    {"cash", "dining", "groceries", "transport", "fuel", "gifts", "transfer_person"}
)
_TRIAL_SHARE, _TRIAL_SHARE_OF_CHEAPEST = 0.25, 0.5  # of the other subscriptions' prices
_TRIAL_DAYS = (3, 35)


class AlertKind(StrEnum):
    """What has happened, or is about to."""

    PRICE_RISE = "price_rise"
    LATE_INCOME = "late_income"
    DUPLICATE = "duplicate"
    FORGOTTEN_SUBSCRIPTION = "forgotten_subscription"
    TRIAL_ENDING = "trial_ending"


@dataclass(frozen=True, slots=True)
class Alert:
    """One thing worth telling.

    Attributes:
        label: merchant or payer.
        at_stake: positive; for what repeats, the cost of a year (of a rise: the extra cost).
        confidence: 0 to 1, that it is so and that it matters.
        day: the day it happened, was due, or is about to happen.
        reason: one plain sentence.
        evidence: the figures the sentence rests on.
        estimated: ``at_stake`` is a guess from other payments, and not to be told as a figure.
    """

    kind: AlertKind
    label: str
    at_stake: Money
    confidence: float
    day: date
    reason: str
    evidence: tuple[Fact, ...] = ()
    stream_key: str | None = None
    transaction_ids: tuple[str, ...] = ()
    estimated: bool = False


def find_alerts(
    streams: Sequence[RecurringStream],
    rows: Sequence[Transaction],
    today: date,
    *,
    duplicates: Iterable[tuple[Transaction, Transaction]] = (),
    known: Collection[str] = (),
) -> list[Alert]:
    """All alerts as of ``today``, those with most at stake, weighed by confidence, first.

    Args:
        streams: recurring streams as found on ``today``.
        rows: the movements they were found in; later ones than ``today`` are ignored.
        today: the day it is.
        duplicates: (payment, the earlier one it repeats).
        known: labels of streams that the person has asked about or answered to.
    """
    past = [row for row in rows if row.posted_on <= today]
    by_id = {row.id: row for row in past}
    sure = [stream for stream in streams if stream.confidence >= _SURE_STREAM]
    seen = _last_seen(past)
    found = [
        *(price_rise(stream, by_id, today) for stream in sure),
        *(late_income(stream, past, seen, today) for stream in sure),
        *(forgotten(stream, by_id, today, known) for stream in sure),
        *(duplicate(row, other, today) for row, other in duplicates),
        *trials_ending(streams, past, today),
    ]
    return sorted(filter(None, found), key=_weight)


def _weight(alert: Alert) -> tuple[float, str, str]:
    return -float(alert.at_stake.amount) * alert.confidence, alert.kind.value, alert.label


def price_rise(
    stream: RecurringStream, by_id: Mapping[str, Transaction], today: date
) -> Alert | None:
    """A regular payment that was steady for long, and has become dearer lately."""
    if stream.amount.amount >= 0 or stream.status is StreamStatus.ENDED:
        return None
    paid = [by_id[key] for key in stream.transaction_ids if key in by_id]
    if not paid:
        return None
    now = paid[-1].amount
    new = list(takewhile(lambda row: row.amount == now, reversed(paid)))
    before = paid[: len(paid) - len(new)]
    if len(before) < _STEADY or not _is_tariff([row.amount for row in before]):
        return None
    was, first = before[-1].amount, new[-1]
    ratio = now.minor / was.minor
    if not _LEAST_RISE <= ratio <= _MOST_RISE or today - first.posted_on > _NEWS_FOR:
        return None
    sure = (0.95 if len(new) > 1 else 0.8) * (1.0 if ratio <= _USUAL_RISE else 0.7)
    extra = Money.from_minor((was.minor - now.minor) * stream.cadence.per_year, now.currency)
    return Alert(
        AlertKind.PRICE_RISE,
        stream.label,
        extra,
        round(stream.confidence**0.5 * sure, 3),
        first.posted_on,
        f"{stream.label} went from {-was} to {-now} on {_said(first.posted_on)}.",
        (
            _money("price_before", -was, stream.label),
            _money("price", -now, stream.label),
            _money("extra_per_year", extra, stream.label),
            _count("times_before", len(before), stream.label),
        ),
        stream.key,
        (before[-1].id, *(row.id for row in reversed(new))),
    )


def _is_tariff(amounts: Sequence[Money]) -> bool:
    """Whether the last three are one price, and no price ever came back after another.

    What goes up and down again is usage.
    """
    runs = [price for price, _ in groupby(amounts)]
    return len(set(amounts[-_STEADY:])) == 1 and len(runs) == len(set(runs))


def late_income(
    stream: RecurringStream, rows: Sequence[Transaction], seen: Mapping[str, date], today: date
) -> Alert | None:
    """A regular income that should have come by now.

    Args:
        seen: account → day of its newest row; an account without rows since the due day
            may only not have been read.
    """
    due = stream.missed_on
    late = stream.status is StreamStatus.LATE and stream.amount.amount > 0 and due is not None
    if not late or due is None or len(stream.transaction_ids) < _LEAST_INCOMES:
        return None
    if stream.category in {"income_interest", "refund", "transfer_own", "transfer_savings"}:
        return None
    if seen.get(stream.account_id, date.min) <= due + timedelta(days=stream.window):
        return None
    own = set(stream.transaction_ids)
    enough = stream.low.minor * _INSTEAD
    start = due - timedelta(days=stream.window + 7)
    if any(
        row.posted_on >= start
        and row.id not in own
        and row.amount.currency == stream.amount.currency
        and row.amount.minor >= enough
        for row in rows
    ):
        return None
    days = (today - due).days
    return Alert(
        AlertKind.LATE_INCOME,
        stream.label,
        stream.low,
        round(stream.confidence * min(1.0, 0.6 + 0.05 * (days - stream.window)), 3),
        due,
        f"{stream.label} was expected around {_said(due)} and has not come.",
        (
            _money("expected", stream.amount, stream.label),
            _day("due", due, stream.label),
            _day("last_on", stream.last_on, stream.label),
            _count("days_late", days, stream.label),
        ),
        stream.key,
        stream.transaction_ids[-1:],
    )


def forgotten(
    stream: RecurringStream,
    by_id: Mapping[str, Transaction],
    today: date,
    known: Collection[str] = (),
) -> Alert | None:
    """A subscription paid for a year or so that the person has never spoken of.

    Whether it is used cannot be seen in bank rows, so the confidence stays low. It is
    higher the longer it runs unchanged, and it is none when the person pays the same
    merchant for other things too, which shows that they use it.
    """
    going = stream.status is StreamStatus.ACTIVE and stream.amount.amount < 0
    if not going or stream.category not in _SUBSCRIBED or stream.label in known:
        return None
    length = stream.last_on - stream.first_on
    if length < _LONG_PAID or today - stream.last_on > timedelta(days=400):
        return None
    own = set(stream.transaction_ids)
    if any(row.merchant == stream.label and row.id not in own for row in by_id.values()):
        return None
    yearly = Money.from_minor(
        -stream.amount.minor * stream.cadence.per_year, stream.amount.currency
    )
    years = length.days / 365
    paid = sum(-by_id[key].amount.minor for key in own if key in by_id)
    so_far = Money.from_minor(paid, stream.amount.currency)
    return Alert(
        AlertKind.FORGOTTEN_SUBSCRIPTION,
        stream.label,
        yearly,
        round(stream.confidence * min(0.4, 0.15 + 0.1 * years), 3),
        stream.last_on,
        f"You have paid {stream.label} since {_said(stream.first_on)}, {so_far} in all;"
        " I cannot see whether you use it.",
        (
            _money("price", -stream.amount, stream.label),
            _money("per_year", yearly, stream.label),
            _money("paid_so_far", so_far, stream.label),
            _day("since", stream.first_on, stream.label),
        ),
        stream.key,
        stream.transaction_ids,
    )


def duplicate(row: Transaction, other: Transaction, today: date) -> Alert | None:
    """A payment that repeats another within a day.

    Where people often pay the same twice in a day (fares, coffee), and for round
    amounts, a repetition says less.
    """
    if not timedelta(0) <= today - row.posted_on <= _NEWS_FOR:
        return None
    confidence = 0.3 if row.category in _OFTEN_TWICE else 0.7
    if row.amount.minor % 500:
        confidence += 0.1
    if row.posted_on == other.posted_on and row.description == other.description:
        confidence += 0.1
    paid = -row.amount
    return Alert(
        AlertKind.DUPLICATE,
        row.merchant,
        paid,
        round(confidence, 3),
        row.posted_on,
        f"{row.merchant} was paid {paid} twice: on {_said(other.posted_on)}"
        f" and on {_said(row.posted_on)}.",
        (
            _money("amount", paid, row.merchant),
            _day("first_on", other.posted_on, row.merchant),
            _day("again_on", row.posted_on, row.merchant),
        ),
        None,
        (other.id, row.id),
    )


def trials_ending(
    streams: Sequence[RecurringStream], rows: Sequence[Transaction], today: date
) -> list[Alert]:
    """Subscriptions that began with next to nothing, and whose full price is still to come.

    A first and only charge of a merchant of the subscription kind, that is tiny or was
    given back, 3 to 35 days ago. What the full price will be is not in the rows: it is
    estimated by the median of the person's other subscriptions, and marked so.
    """
    first: dict[tuple[str, str], list[Transaction]] = {}
    for row in rows:
        first.setdefault((row.merchant, row.amount.currency), []).append(row)
    found = []
    for (label, currency), charges in first.items():
        prices = [
            -s.amount.minor
            for s in streams
            if s.amount.amount < 0 and s.category in _SUBSCRIBED and s.amount.currency == currency
        ]
        opening = min(charges, key=lambda row: (row.posted_on, row.sequence))
        age = (today - opening.posted_on).days
        if not _TRIAL_DAYS[0] <= age <= _TRIAL_DAYS[1] or opening.category not in _SUBSCRIBED:
            continue
        if not prices or opening.amount.amount > 0 or not _only_a_check(charges, prices):
            continue
        price = Money.from_minor(round(median(prices)), currency)
        ends = opening.posted_on + timedelta(days=7 if age < 7 else 14 if age < 14 else 30)
        found.append(
            Alert(
                AlertKind.TRIAL_ENDING,
                label,
                Money.from_minor(price.minor * 12, currency),
                0.5 if age <= 30 else 0.25,
                max(ends, today),
                f"{label} took {-opening.amount} on {_said(opening.posted_on)}, which looks like"
                " the start of a trial; the full price would come next.",
                (
                    _money("first_charge", -opening.amount, label),
                    _day("since", opening.posted_on, label),
                ),
                None,
                (opening.id,),
                estimated=True,
            )
        )
    return found


def _only_a_check(charges: Sequence[Transaction], prices: Sequence[int]) -> bool:
    """Whether all that was ever charged is tiny beside other subscriptions, or was given back."""
    net = -sum(row.amount.minor for row in charges)
    single = sum(row.amount.amount < 0 for row in charges) <= 1
    most = min(_TRIAL_SHARE * median(prices), _TRIAL_SHARE_OF_CHEAPEST * min(prices))
    return single and net <= most


def _last_seen(rows: Iterable[Transaction]) -> dict[str, date]:
    seen: dict[str, date] = {}
    for row in rows:
        if not row.pending:
            seen[row.account_id] = max(row.posted_on, seen.get(row.account_id, date.min))
    return seen


def _said(day: date) -> str:
    return f"{day:%-d %B %Y}"


def _money(name: str, amount: Money, label: str) -> Fact:
    return Fact(name, str(amount.amount), amount.currency, label=label)


def _day(name: str, day: date, label: str) -> Fact:
    return Fact(name, day.isoformat(), unit="date", label=label)


def _count(name: str, number: int, label: str) -> Fact:
    return Fact(name, str(number), unit="count", label=label)
