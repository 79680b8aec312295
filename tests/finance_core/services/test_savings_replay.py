"""Lives that are known to the day: what a save is blamed for, and when money comes back."""

from __future__ import annotations

import numpy as np
import pytest

from finance_core.forecasting.series import Series
from finance_core.money import Money
from finance_core.services.savings_replay import (
    FIRST_DAY,
    Engine,
    blamed,
    hindsight,
    hindsight_with_returns,
    replay,
    windows,
)


def gbp(amount: int) -> Money:
    return Money.of(amount, "GBP")


class Fixed(Engine):
    """Saves once, and wants some money left."""

    def __init__(self, amount: int, leave: int) -> None:
        self._amount, self._leave = amount, leave

    def save(self, evening):
        return gbp(self._amount) if evening.day == FIRST_DAY else gbp(0)

    def leave(self, evening):
        return gbp(self._leave)


def life(**spent: int) -> Series:
    """1000 on the account for 160 days, less what is spent on the day ``d100``."""
    days = np.array(sorted(int(name[1:]) for name in spent), dtype=np.int64)
    amounts = np.array([-float(spent[f"d{day}"]) for day in days])
    flow = np.zeros(160)
    flow[days] = amounts
    return Series(19_000, 1000.0 + np.cumsum(flow), days, amounts)


def test_money_comes_back_the_day_after_the_balance_fell():
    series = life(d100=300)
    track = replay(series, Fixed(600, 250), "GBP")
    assert [(m.day, m.amount) for m in track.moves[:2]] == [
        (FIRST_DAY, gbp(600)),
        (101, gbp(-150)),
    ]
    assert track.kept[100] == 600
    assert track.kept[101] == 450
    assert not blamed(series, track, windows(series), 0.0)


@pytest.mark.parametrize(("spent", "breaches"), [(400, 0), (401, 1), (1000, 1), (1001, 0)])
def test_only_what_the_save_brought_below_zero_is_laid_to_it(spent, breaches):
    series = life(d100=spent)
    track = replay(series, Fixed(600, 250), "GBP")
    assert len(blamed(series, track, windows(series), 0.0)) == breaches


def test_nothing_is_put_aside_in_the_last_month_and_all_can_come_back():
    series = life(d120=950)
    track = replay(series, Fixed(600, 250), "GBP")
    assert track.kept[-1] == 0, "it came back the day after"
    late = life(d100=1)
    eager = replay(late, hindsight(late, gbp(100), gbp(30)), "GBP")
    assert max(move.day for move in eager.moves) < len(late) - 30


def test_hindsight_may_have_money_back_just_in_time():
    series = life(d100=300, d130=600)
    floor, cap = gbp(100), gbp(300)
    best = replay(series, hindsight_with_returns(series, floor, cap), "GBP")
    assert (series.balance - best.kept).min() >= 100
    assert not blamed(series, best, windows(series), 100.0)
    never_back = replay(series, hindsight(series, floor, cap), "GBP")
    assert never_back.kept.sum() == 0, "all it could keep is needed once"
    assert best.kept[99] == 600
    assert best.kept[-1] == 0


def test_hindsight_never_breaks_the_floor_and_beats_the_engine_at_the_end():
    series = life(d100=300, d110=200)
    best = replay(series, hindsight(series, gbp(100), gbp(300)), "GBP")
    assert (series.balance - best.kept).min() >= 100
    assert best.kept[-1] == 400
    assert all(move.amount.minor > 0 for move in best.moves)
