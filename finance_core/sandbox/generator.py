"""Lives a household's days: the same plan, seed and balances give the same rows.

Each day draws from its own random stream, keyed by seed, household and date. What a
day does also depends on the balances before it, since a household that runs low
takes money back from savings or stays at home.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import replace
from datetime import date, timedelta
from math import cos, pi
from random import Random

from finance_core.model import AccountKind
from finance_core.sandbox import draws
from finance_core.sandbox.calendars import Monthly, months_between
from finance_core.sandbox.plans import Habit, Plan, Shop, Stream
from finance_core.sandbox.records import (
    Balance,
    Change,
    Fate,
    Row,
    State,
    account_id,
    digest,
    settle,
)

_VANISH = 0.02  # card requests that are never collected
_SAME_ID = 0.1  # card rows that keep their id when they post
_CARD_PAYMENT = "LOAN_PAYMENTS_CREDIT_CARD_PAYMENT"
_MONTH_END = Monthly(31)
_SURPLUS_DAY = Monthly(15, "next")
_INTEREST = Shop("Interest", "INTEREST PAID GROSS", "INCOME_INTEREST_EARNED")


class Life:
    """One household between two days.

    Attributes:
        waiting: rows that are pending or scheduled, by id.
    """

    def __init__(
        self,
        plan: Plan,
        seed: int,
        start: date,
        balances: dict[str, Balance],
        waiting: Iterable[Row],
    ) -> None:
        self._plan = plan
        self._seed = seed
        self._start = start
        self._booked = {key: balance.booked for key, balance in balances.items()}
        self._pending = {key: balance.pending for key, balance in balances.items()}
        self.waiting = {row.id: row for row in waiting}
        self._day = start
        self._made = 0
        self._rng = Random(0)  # noqa: S311 - replaced each day

    def live(self, day: date) -> list[Change]:
        """All that happens on ``day``, in the bank's order."""
        self._day = day
        self._made = 0
        self._rng = Random(f"{self._seed}:{self._plan.name}:{day}")  # noqa: S311
        changes = list(self._settle())
        changes += self._added(self._streams(income=True))
        changes += self._added(self._income())
        changes += self._added(self._streams(income=False))
        changes += self._added(self._card_payoff())
        changes += self._added(self._top_up())
        changes += self._added(self._spending())
        changes += self._added(self._surplus())
        changes += self._added(self._interest())
        return changes

    # --- rows that waited ------------------------------------------------------

    def _settle(self) -> Iterator[Change]:
        due = [row for row in self.waiting.values() if row.due and row.due <= self._day]
        for row in due:
            del self.waiting[row.id]
            if row.state is State.PENDING:
                self._pending[row.account_id] -= row.amount
            changes = settle(row, self._day)
            for change in changes:
                if change.kind != "removed":
                    self._booked[row.account_id] += change.row.amount
            yield from changes

    def _added(self, rows: Iterable[Row]) -> Iterator[Change]:
        for row in rows:
            if row.state is State.BOOKED:
                self._booked[row.account_id] += row.amount
            else:
                self.waiting[row.id] = row
            if row.state is State.PENDING:
                self._pending[row.account_id] += row.amount
            yield Change("added", row)

    # --- what happens by the calendar ------------------------------------------

    def _streams(self, *, income: bool) -> Iterator[Row]:
        month = months_between(self._start, self._day)
        for stream in self._plan.streams:
            first, last = stream.months
            if (stream.amount > 0) is not income or not first <= month <= last:
                continue
            if stream.when.falls_on(self._day):
                yield from self._stream_rows(stream, month)

    def _stream_rows(self, stream: Stream, month: int) -> Iterator[Row]:
        amount = self._stream_amount(stream, month)
        if stream.to:
            yield from self._move(stream.account, stream.to, -amount)
        else:
            yield self._row(
                stream.account, stream.shop, amount, draws.words(self._rng, stream.shop)
            )

    def _stream_amount(self, stream: Stream, month: int) -> int:
        amount = float(stream.amount)
        for since, risen in stream.rises:
            if month >= since:
                amount = risen
        if stream.season:
            amount *= 1 + stream.season * cos((self._day.timetuple().tm_yday - 15) * 2 * pi / 365)
        if stream.spread:
            amount *= 1 + self._rng.uniform(-stream.spread, stream.spread)
        return round(amount)

    def _card_payoff(self) -> Iterator[Row]:
        credit = self._plan.credit
        if credit is None or self._day.day != self._plan.card_day:
            return
        owed = -self._booked[self._account(credit)]
        if owed > 0:
            yield self._booked_row(self._plan.main, "CREDIT CARD AUTOPAY", -owed, _CARD_PAYMENT)
            yield self._booked_row(credit, "PAYMENT RECEIVED - THANK YOU", owed, _CARD_PAYMENT)

    def _interest(self) -> Iterator[Row]:
        if not _MONTH_END.falls_on(self._day):
            return
        for account in self._plan.accounts:
            interest = round(self._booked[self._account(account.key)] * account.rate / 12)
            if interest > 0:
                yield self._row(account.key, _INTEREST, interest, _INTEREST.text)

    # --- living within one's means ---------------------------------------------

    def _top_up(self) -> Iterator[Row]:
        plan = self._plan
        short = plan.low - self._available(plan.main)
        if short <= 0:
            return
        steps = -(-short // plan.top_up)
        amount = min(steps * plan.top_up, self._available(plan.savings) // 100 * 100)
        if amount > 0:
            yield from self._move(plan.savings, plan.main, amount)

    def _surplus(self) -> Iterator[Row]:
        plan = self._plan
        over = self._available(plan.main) - plan.high
        if over >= plan.top_up and _SURPLUS_DAY.falls_on(self._day):
            yield from self._move(plan.main, plan.savings, over // plan.top_up * plan.top_up)

    def _move(self, source: str, target: str, amount: int) -> Iterator[Row]:
        plan = self._plan
        sent, received = plan.from_savings if source == plan.savings else plan.to_savings
        yield self._booked_row(source, sent, -amount, "TRANSFER_OUT_SAVINGS")
        yield self._booked_row(target, received, amount, "TRANSFER_IN_SAVINGS")

    # --- now and then ------------------------------------------------------------

    def _income(self) -> Iterator[Row]:
        for habit in self._plan.habits:
            if habit.income:
                for _ in range(draws.times(self._rng, habit, self._day)):
                    shop = draws.shop(self._rng, habit)
                    amount = draws.price(self._rng, habit)
                    yield self._row(habit.account, shop, amount, draws.words(self._rng, shop))

    def _spending(self) -> Iterator[Row]:
        first_card: Row | None = None
        for habit in self._plan.habits:
            if habit.income:
                continue
            for _ in range(draws.times(self._rng, habit, self._day)):
                shop = draws.shop(self._rng, habit)
                amount = draws.price(self._rng, habit)
                if self._available(habit.account) - amount < self._least(habit.account):
                    continue
                rows = list(self._purchase(habit, shop, amount))
                first_card = first_card or (rows[0] if habit.card else None)
                yield from rows
        if first_card and self._is_duplicate_day():
            yield from self._duplicate(first_card)

    def _purchase(self, habit: Habit, shop: Shop, amount: int) -> Iterator[Row]:
        words = draws.words(self._rng, shop)
        if not habit.card:
            yield self._row(habit.account, shop, -amount, words)
            return
        text = draws.card_text(self._rng, self._plan, shop, words, self._day)
        bought = self._card_row(habit, shop, amount, text)
        yield bought
        if habit.refunds and bought.fate is not Fate.VANISH and self._rng.random() < habit.refunds:
            given_back = self._row(
                habit.account, shop, amount, self._plan.refund.format(text=words)
            )
            later = self._day + timedelta(days=self._rng.randint(4, 12))
            yield replace(given_back, state=State.SCHEDULED, due=later, fate=Fate.KEEP)

    def _card_row(self, habit: Habit, shop: Shop, amount: int, text: str) -> Row:
        chance = self._rng.random()
        fate = Fate.VANISH if chance < _VANISH else Fate.KEEP if chance < _SAME_ID else Fate.POST
        tipped = habit.tips and self._rng.random() < habit.tips
        return replace(
            self._row(habit.account, shop, -amount, text),
            state=State.PENDING,
            due=self._day + timedelta(days=self._rng.choice((1, 2, 2, 3))),
            fate=fate,
            final=-round(amount * self._rng.choice((1.15, 1.18, 1.2))) if tipped else None,
        )

    def _is_duplicate_day(self) -> bool:
        """One Saturday of each quarter."""
        if self._day.weekday() != 5:
            return False
        quarter = (self._day.year, (self._day.month - 1) // 3)
        rng = Random(f"{self._seed}:{self._plan.name}:duplicate:{quarter}")  # noqa: S311
        month, week = rng.randrange(3), rng.randrange(4)
        return (self._day.month - 1) % 3 == month and (self._day.day - 1) // 7 == week

    def _duplicate(self, row: Row) -> Iterator[Row]:
        twin = replace(row, id=self._next_id(row.account_id), fate=Fate.POST, final=None)
        yield twin
        if self._rng.random() < 0.5:
            yield replace(
                twin,
                id=self._next_id(row.account_id),
                amount=-row.amount,
                description=self._plan.refund.format(text=f"{row.merchant} DUPLICATE").upper(),
                state=State.SCHEDULED,
                due=self._day + timedelta(days=6),
                fate=Fate.KEEP,
            )

    # --- rows -------------------------------------------------------------------------

    def _row(self, account: str, shop: Shop, amount: int, description: str) -> Row:
        return replace(
            self._booked_row(account, description, amount, shop.category),
            merchant=shop.name,
            mcc=shop.mcc,
        )

    def _booked_row(self, account: str, description: str, amount: int, category: str) -> Row:
        account_id = self._account(account)
        return Row(
            id=self._next_id(account_id),
            account_id=account_id,
            day=self._day,
            amount=amount,
            description=description,
            made_on=self._day,
            category=category,
        )

    def _next_id(self, account_id: str) -> str:
        self._made += 1
        return digest(self._seed, account_id, self._day, self._made)

    def _account(self, key: str) -> str:
        return account_id(self._plan.name, key)

    def _available(self, key: str) -> int:
        account = self._account(key)
        return self._booked[account] + self._pending[account]

    def _least(self, key: str) -> int:
        plan = next(account for account in self._plan.accounts if account.key == key)
        return self._plan.low // 2 if plan.kind is AccountKind.CHECKING else -plan.limit
