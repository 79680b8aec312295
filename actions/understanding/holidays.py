"""Days and seasons that have a name of their own: Christmas, Easter, the summer.

Only days that fall alike wherever people use the name; Mother's Day, for one, does not.
Seasons are the northern hemisphere's, in whole months as meteorologists count them.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import date, timedelta

from dateutil.easter import easter
from dateutil.relativedelta import TH, relativedelta

from actions.understanding.units import add_units, month_of
from finance_core.model import Period


def _fixed(month: int, day: int) -> Callable[[int], date]:
    return lambda year: date(year, month, day)


def _thanksgiving(year: int) -> date:
    return date(year, 11, 1) + relativedelta(weekday=TH(4))


_DAYS: dict[str, Callable[[int], date]] = {
    r"christmas eve|xmas eve": _fixed(12, 24),
    r"christmas(?: day)?|xmas(?: day)?": _fixed(12, 25),
    r"boxing day": _fixed(12, 26),
    r"new year'?s? eve": _fixed(12, 31),
    r"new year(?:'?s)?(?: day)?": _fixed(1, 1),
    r"valentine'?s?(?: day)?": _fixed(2, 14),
    r"(?:st|saint) patrick'?s(?: day)?": _fixed(3, 17),
    r"hallowe'?en": _fixed(10, 31),
    r"bonfire night": _fixed(11, 5),
    r"good friday": lambda year: easter(year) - timedelta(days=2),
    r"easter monday": lambda year: easter(year) + timedelta(days=1),
    r"easter(?: sunday| day)?": easter,
    r"thanksgiving(?: day)?": _thanksgiving,
    r"black friday": lambda year: _thanksgiving(year) + timedelta(days=1),
    r"cyber monday": lambda year: _thanksgiving(year) + timedelta(days=4),
}
HOLIDAY = "|".join(_DAYS)
_AROUND = {"christmas": (-1, 1), "xmas": (-1, 1), "easter": (-2, 1)}  # days before and after

_SEASONS = {"spring": 3, "summer": 6, "autumn": 9, "fall": 9, "winter": 12}
# "fall" and "spring" are verbs, too
SEASON = (
    r"(?:(?:(?:in|over|during|of|through|throughout|since|until|before|after|for) )?"
    r"(?:the )?(?P<season_which>last|this|next|past) |"
    r"(?:in|over|during|throughout|through|since|until|before|after) (?:the |all )?|the |\bfor )"
    r"(?P<season>spring|summer|autumn|fall|winter)"
    r"(?:(?: of)? (?P<season_year>(?:19|20)\d\d)| (?P<season_whose>last|this) year)?"
)


def holiday(name: str, today: date, year: str | None = None, *, future: bool) -> date:
    """The holiday's day in ``year``, or nearest to ``today`` on the asked side.

    Args:
        name: as matched by :data:`HOLIDAY`.
        today: the day it was said on.
        year: the year said with it, if any.
        future: whether the next one is meant or the last one.
    """
    day_in = next(day_in for pattern, day_in in _DAYS.items() if re.fullmatch(pattern, name))
    if year:
        return day_in(int(year))
    day = day_in(today.year)
    if future and day < today:
        return day_in(today.year + 1)
    return day_in(today.year - 1) if not future and day > today else day


def days_around(name: str, day: date) -> Period:
    """What people mean by "over Christmas": the holiday ``day`` and those that belong to it."""
    before, after = _AROUND.get(name.split(maxsplit=1)[0], (0, 0))
    return Period(day + timedelta(days=before), day + timedelta(days=after))


def season(match: re.Match[str], today: date, *, future: bool = False) -> Period:
    """The whole season that a match of :data:`SEASON` stands for.

    Without a year: the last one begun, or the next one not over when ``future``.
    """
    month = _SEASONS[match["season"]]
    if match["season_year"]:
        return _season(int(match["season_year"]), month)
    which = match["season_which"]
    if match["season_whose"]:
        return _season(today.year - (match["season_whose"] == "last"), month)
    around = [_season(today.year + step, month) for step in (-2, -1, 0, 1)]
    if which == "this":
        now = [found for found in around if found.start <= today <= found.end]
        return now[0] if now else _season(today.year, month)
    if which == "next":
        return next(found for found in around if found.start > today)
    if future:
        return next(found for found in around if found.end >= today)
    over = [found for found in around if (found.end if which else found.start) <= today]
    return over[-1]


def _season(year: int, month: int) -> Period:
    start = date(year, month, 1)
    return Period(start, month_of(add_units(start, 2, "month")).end)
