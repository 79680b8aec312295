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
from datetime import date, timedelta
from itertools import groupby, takewhile

from finance_core.advice import figures
from finance_core.advice.alert_kinds import Alert, AlertKind
from finance_core.advice.subscriptions import forgotten, trials_ending
from finance_core.model import RecurringStream, StreamStatus, Transaction
from finance_core.money import Money

__all__ = ["Alert", "AlertKind", "find_alerts"]

_SURE_STREAM = 0.5
_NEWS_FOR = timedelta(days=62)  # a rise or a double charge is news for two months
_LEAST_RISE = 1.005
_USUAL_RISE = 1.2  # a larger one may also be another contract with the same company
_MOST_RISE = 1.6  # beyond that it is another contract rather than a dearer one
_STEADY = 3  # payments of one price before a rise counts as one
_LEAST_INCOMES = 4
_INSTEAD = 0.7  # share of the income that another one must reach to stand in for it
_OFTEN_TWICE = frozenset(
    {"cash", "dining", "groceries", "transport", "fuel", "gifts", "transfer_person"}
)


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
        f"{stream.label} went from {-was} to {-now} on {figures.said(first.posted_on, year=True)}.",
        (
            figures.money("price_before", -was, stream.label),
            figures.money("price", -now, stream.label),
            figures.money("extra_per_year", extra, stream.label),
            figures.count("times_before", len(before), stream.label),
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
        f"{stream.label} was expected around {figures.said(due, year=True)} and has not come.",
        (
            figures.money("expected", stream.amount, stream.label),
            figures.day("due", due, stream.label),
            figures.day("last_on", stream.last_on, stream.label),
            figures.count("days_late", days, stream.label),
        ),
        stream.key,
        stream.transaction_ids[-1:],
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
    days = dict.fromkeys(figures.said(one.posted_on, year=True) for one in (other, row))
    return Alert(
        AlertKind.DUPLICATE,
        row.merchant,
        paid,
        round(confidence, 3),
        row.posted_on,
        f"{row.merchant} was paid {paid} twice on {' and '.join(days)}.",
        (
            figures.money("amount", paid, row.merchant),
            figures.day("first_on", other.posted_on, row.merchant),
            figures.day("again_on", row.posted_on, row.merchant),
        ),
        None,
        (other.id, row.id),
    )


def _last_seen(rows: Iterable[Transaction]) -> dict[str, date]:
    seen: dict[str, date] = {}
    for row in rows:
        if not row.pending:
            seen[row.account_id] = max(row.posted_on, seen.get(row.account_id, date.min))
    return seen
