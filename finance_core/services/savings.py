"""Putting money aside: what the engine finds, and a move that waits for a yes."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, time, timedelta

from finance_core.advice import guard, moods, sweeps
from finance_core.advice.guard import Habits
from finance_core.advice.moods import TERMS, Mood
from finance_core.advice.sweeps import Limits
from finance_core.errors import BadInput, NotEnoughData, Refused
from finance_core.model import Account, AccountKind, BalanceForecast, Proposal, Sweep
from finance_core.money import Money
from finance_core.services import balances, forecasts, funds, people, transfers
from finance_core.services.balances import AccountBalance
from finance_core.services.core import Core
from finance_core.services.forecasts import Pool
from finance_core.services.vocabulary import accounts
from finance_core.store import sweeps as rows
from finance_core.store.sweeps import SweepKind, SweepStatus

__all__ = [
    "Mood",
    "SavingsAdvice",
    "Style",
    "balances_after",
    "decide",
    "propose",
    "spare",
    "style_of",
]

STYLE = "savings.style"
"""The kind of change that keeps a mood; see ``services/changes.py``."""

_LOOK_AHEAD_DAYS = 45
_MONTH = timedelta(days=30)
_REMEMBERED = timedelta(days=90)  # how long skips and undos weigh
_WEEK = timedelta(days=7)


@dataclass(frozen=True, slots=True)
class Style:
    """How a person wants to save; until they say so, on a yes and in the middle."""

    mood: Mood = Mood.NORMAL
    automatic: bool = False

    def payload(self) -> dict[str, dict[str, str | bool]]:
        """The payload of the change that keeps it."""
        return {"style": {"mood": self.mood.value, "automatic": self.automatic}}


@dataclass(frozen=True, slots=True)
class SavingsAdvice:
    """What the savings engine found.

    Attributes:
        sweep: the amount it finds safe, with the figures behind it.
        source: the account the money would come from.
        target: the account it would go to; None when there is none.
        proposal: the transfer that waits for a yes; None when nothing is proposed.
        refusal: why nothing is proposed, in words for the person.
        back: what should come back from savings instead; None when nothing has to.
    """

    sweep: Sweep
    source: Account
    target: Account | None = None
    proposal: Proposal | None = None
    refusal: str | None = None
    back: Money | None = None


def style_of(core: Core, person_id: str) -> Style:
    """How a person wants to save."""
    with core.sessions() as session:
        found = rows.style(session, person_id)
    return Style(Mood(found[0]), found[1]) if found else Style()


def propose(
    core: Core,
    person_id: str,
    today: date,
    now: datetime,
    channel: str,
    wanted: Money | None = None,
) -> SavingsAdvice:
    """Looks for a safe amount and writes the move down; nothing moves yet.

    ``wanted`` is an amount the person named: taken when it is within what is safe.

    Raises:
        BadInput: ``wanted`` is in another currency.
        NotFound: the person has no accounts.
    """
    source, _ = _source(core, person_id, today)
    if wanted and wanted.currency != source.currency:
        raise BadInput(
            f"{source.name} is in {source.currency}; I have no exchange rate for {wanted.currency}."
        )
    advice = decide(core, person_id, today)
    if advice.back and not wanted:
        return _offer(core, advice, advice.back, SweepKind.BACK, now, channel)
    amount = wanted or advice.sweep.amount
    if not advice.sweep.amount or (wanted and wanted > advice.sweep.amount):
        return advice
    if advice.target is None:
        return _refused(advice, f"You have no savings account in {source.currency} I could use.")
    return _offer(core, advice, amount, SweepKind.OFFER, now, channel)


def source(core: Core, person_id: str, today: date) -> Account:
    """The account that a save would come from.

    Raises:
        NotFound: there is no everyday account.
    """
    return _source(core, person_id, today)[0]


def decide(core: Core, person_id: str, today: date) -> SavingsAdvice:
    """What should move today, and from where; nothing is written down.

    The same decision serves a question in the chat and automatic saves.

    Raises:
        NotFound: the person has no accounts.
    """
    source, pool = _source(core, person_id, today)
    target = _target(core, person_id, source)
    limits = _limits(core, person_id, source, pool, target, today)
    balance = funds.spendable(source)
    back = _comes_back(balance, limits)
    try:
        forecast = forecasts.forecast(core, person_id, pool, today, _LOOK_AHEAD_DAYS)
    except NotEnoughData as error:
        nothing = Money.zero(source.currency)
        empty = Sweep(nothing, nothing, limits.floor, today, "unknown", limits.floor)
        return SavingsAdvice(empty, source, target, refusal=str(error), back=back)
    known_on = balances.reported_on(people.get(core, person_id), source)
    sweep = sweeps.propose_sweep(_with_holds(forecast, source), limits, known_on, today)
    return SavingsAdvice(sweep, source, target, back=back)


def spare(core: Core, person_id: str, source: Account, today: date) -> tuple[Money, str | None]:
    """What a savings rule may take from ``source`` today, with why it is held when it is.

    While the account is too young to be known, what lies above the floor.
    """
    floor = forecasts.floor_of(core, source.currency)
    pool = forecasts.pool_of(core, person_id, today, source.id)
    limits = _limits(core, person_id, source, pool, None, today)
    plain = funds.spendable(source) - floor
    if limits.habits is None or limits.habits.days < guard.YOUNG:
        return plain, None
    try:
        forecast = forecasts.forecast(core, person_id, pool, today, _LOOK_AHEAD_DAYS)
    except NotEnoughData:
        return plain, None
    if limits.broken:
        return Money.zero(source.currency), limits.broken
    return min(plain, sweeps.spare(_with_holds(forecast, source), limits)), None


def _offer(
    core: Core, advice: SavingsAdvice, amount: Money, kind: SweepKind, now: datetime, channel: str
) -> SavingsAdvice:
    """Writes the move down as a transfer that waits for a yes."""
    source, target, sweep = advice.source, advice.target, advice.sweep
    if target is None:
        return advice
    ends = (target, source) if kind is SweepKind.BACK else (source, target)
    why = f"low point {sweep.low_point} before {sweep.before}, {sweep.leave} stays"
    if kind is SweepKind.BACK:
        why = f"{source.name} is low; money put aside comes back"
    person_id = source.person_id
    try:
        waiting = transfers.propose(
            core, person_id, ends[0].id, ends[1].id, amount, why, now, channel
        )
    except Refused as error:
        return _refused(advice, str(error))
    day = people.get(core, person_id).today(now)
    with core.writes.begin() as session:
        rows.add(
            session,
            person_id,
            day,
            kind,
            SweepStatus.OFFERED,
            from_account_id=ends[0].id,
            to_account_id=ends[1].id,
            amount=amount,
            key=f"offer {waiting.id}",
            proposal_id=waiting.id,
            why=why,
        )
    return replace(advice, proposal=waiting)


def _limits(
    core: Core, person_id: str, source: Account, pool: Pool, target: Account | None, today: date
) -> Limits:
    """What a save from ``source`` has to keep to today."""
    terms = TERMS[style_of(core, person_id).mood]
    zero = Money.zero(source.currency)
    with core.sessions() as session:
        kept = rows.kept(session, person_id, source.id, source.currency)
        saved = rows.saved_since(session, person_id, source.id, today - _MONTH, zero)
        skipped, undone = rows.answers_since(session, person_id, today - _REMEMBERED)
    if target:
        kept = min(kept, max(funds.spendable(target), zero))
    return Limits(
        floor=forecasts.floor_of(core, source.currency),
        cap=sweeps.scaled(core.settings.sweep_cap_minor, source.currency),
        terms=terms,
        share=moods.share(terms, moods.Answers(skipped, undone)),
        habits=_habits(pool, today),
        kept=kept,
        saved=saved,
        broken=_broken(core, person_id, source, pool, today),
    )


def _habits(pool: Pool, today: date) -> Habits:
    flows = guard.sudden(pool.movements, pool.streams)
    return guard.habits(flows, pool.start.currency, today)


def _broken(core: Core, person_id: str, source: Account, pool: Pool, today: date) -> str | None:
    """What usually holds for the account and does not now.

    What was put aside since counts as still there: no forecast knows of it.
    """
    then = today - _WEEK
    since = datetime.combine(then + timedelta(days=1), time.min, UTC)
    with core.sessions() as session:
        moved = rows.moved_since(session, person_id, source.id, source.currency, since)
    balance = pool.start + moved
    try:
        earlier = forecasts.as_of(core, person_id, pool, then)
    except NotEnoughData:
        return guard.broken(pool.streams, None, balance, today)
    return guard.broken(pool.streams, earlier, balance, today)


def _comes_back(balance: Money, limits: Limits) -> Money | None:
    """What should come back from savings now, if anything."""
    leave = sweeps.leave(limits, balance)
    kept = limits.kept or Money.zero(balance.currency)
    step = sweeps.friendly_step(balance.currency)
    return guard.come_back(balance, kept, leave, step) or None


def balances_after(
    core: Core, person_id: str, proposal: Proposal, today: date
) -> tuple[AccountBalance, ...]:
    """The person's own accounts of a transfer as they are now, source first."""
    ends = (proposal.from_account, proposal.to_account)
    wanted: Collection[str] = [account.id for account in ends if account]
    found = balances.balances(core, person_id, today).only(wanted).accounts
    return tuple(sorted(found, key=lambda entry: entry.account.id != proposal.from_account.id))


def _source(core: Core, person_id: str, today: date) -> tuple[Account, Pool]:
    """The everyday account with the most money, and what is known of it alone."""
    pool = forecasts.pool_of(core, person_id, today)
    source = max(pool.accounts, key=lambda account: account.current.amount)
    if len(pool.accounts) > 1:
        pool = forecasts.pool_of(core, person_id, today, source.id)
    return source, pool


def _with_holds(forecast: BalanceForecast, source: Account) -> BalanceForecast:
    """The forecast with a low point no higher than what the bank says may be spent now."""
    if source.available is None or source.available >= forecast.low_point:
        return forecast
    most = source.available
    return replace(forecast, low_point=most, low_point_q05=min(most, forecast.low_point_q05))


def _target(core: Core, person_id: str, source: Account) -> Account | None:
    """A savings account of the same currency, rather at the same bank."""
    known = accounts(core, person_id)
    fitting = [a for a in known if a.kind is AccountKind.SAVINGS and a.currency == source.currency]
    fitting.sort(key=lambda account: account.connection_id != source.connection_id)
    return fitting[0] if fitting else None


def _refused(advice: SavingsAdvice, why: str) -> SavingsAdvice:
    return replace(advice, refusal=why)
