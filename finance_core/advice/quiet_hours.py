"""When a person may be written to, by the clock on their wall."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

type Quiet = tuple[time, time]
"""From when until when nothing is sent; past midnight when the end is the earlier one."""

_MOST_TRIES = 4


def is_quiet(moment: datetime, zone: ZoneInfo, quiet: Quiet | None) -> bool:
    """Whether the instant ``moment`` lies in a person's quiet hours."""
    if quiet is None:
        return False
    begin, end = quiet
    clock = moment.astimezone(zone).time().replace(tzinfo=None)
    if begin < end:
        return begin <= clock < end
    return clock >= begin or clock < end


def next_allowed(moment: datetime, zone: ZoneInfo, quiet: Quiet | None) -> datetime:
    """The first instant from ``moment`` on that is not in the quiet hours, in UTC.

    Where the clock shows the end of the quiet hours twice, as it does when summer time ends,
    the second time counts; where it never shows it, the instant it would have been.
    """
    moment = moment.astimezone(UTC)
    for _ in range(_MOST_TRIES):  # more than one only where the clock goes back at the end
        if quiet is None or not is_quiet(moment, zone, quiet):
            return moment
        local = moment.astimezone(zone)
        clock = local.time().replace(tzinfo=None)
        day = local.date() + timedelta(days=clock >= quiet[1])
        moment = max(at(day, quiet[1], zone), moment + timedelta(minutes=1))
    return moment


def at(day: date, clock: time, zone: ZoneInfo) -> datetime:
    """The instant, in UTC, at which a clock of ``zone`` shows ``clock`` on ``day``.

    Of two such instants the later one; of none the one with the offset from before the gap.
    """
    local = datetime.combine(day, clock, zone)
    return max(local.replace(fold=fold).astimezone(UTC) for fold in (0, 1))
