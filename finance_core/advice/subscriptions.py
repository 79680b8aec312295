"""Subscriptions that may have been forgotten, and trials that are about to cost their full price.

A bank's rows do not show whether a service is used, or what a trial will cost; these alerts
carry a low confidence or are marked ``estimated``.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from datetime import date, timedelta
from statistics import median

from finance_core.advice import figures
from finance_core.advice.alert_kinds import Alert, AlertKind
from finance_core.model import RecurringStream, StreamStatus, Transaction
from finance_core.money import Money

_LONG_PAID = timedelta(days=330)
_SUBSCRIBED = frozenset({"subscriptions", "fitness", "entertainment"})
_TRIAL_SHARE, _TRIAL_SHARE_OF_CHEAPEST = 0.25, 0.5  # of the other subscriptions' prices
_TRIAL_DAYS = (3, 35)


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
        f"You have paid {stream.label} since {figures.said(stream.first_on, year=True)},"
        f" {so_far} in all; I cannot see whether you use it.",
        (
            figures.money("price", -stream.amount, stream.label),
            figures.money("per_year", yearly, stream.label),
            figures.money("paid_so_far", so_far, stream.label),
            figures.day("since", stream.first_on, stream.label),
        ),
        stream.key,
        stream.transaction_ids,
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
                f"{label} took {-opening.amount} on {figures.said(opening.posted_on, year=True)},"
                " which looks like the start of a trial; the full price would come next.",
                (
                    figures.money("first_charge", -opening.amount, label),
                    figures.day("since", opening.posted_on, label),
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
