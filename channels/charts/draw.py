"""Draws charts with matplotlib. Slow to load: imported when the first picture is wanted."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import date
from decimal import Decimal
from typing import Any

import matplotlib as mpl
from matplotlib.artist import Artist
from matplotlib.axes import Axes
from matplotlib.lines import Line2D
from matplotlib.patches import FancyBboxPatch
from matplotlib.ticker import MaxNLocator

from channels.charts.canvas import SMALL, TEXT, Sheet, settings, shortened
from channels.charts.looks import Look
from channels.charts.spec import Spec

_WIDE = 400  # pixels from which there is room for more
_LETTER = 6.3  # width of a figure of small writing, in pixels
_BAR = 9.0


def draw(spec: Spec, look: Look) -> bytes:
    """The picture of a chart; not for several threads at once, for matplotlib is not."""
    with mpl.rc_context(settings()):
        return _DRAWN[spec.kind](spec, look)


def _band(spec: Spec, look: Look) -> bytes:
    """A balance by day: the expected path, its range, what is pointed at, and a level."""
    sheet = Sheet(look, 250 if look.width > _WIDE else 210, spec.title)
    days = [date.fromisoformat(label).toordinal() for label in spec.labels]
    low, middle, high = ([float(a) for a in spec.figures(column)] for column in range(3))
    bounds = [*low, *high, *(float(amount) for *_, amount in spec.marks)]
    bounds += [float(spec.level[1])] if spec.level else []
    ax = _money_axes(sheet, spec, min(bounds), max(bounds), top=20)
    colours = sheet.colours
    band = ax.fill_between(days, low, high, color=colours.main, alpha=0.2, linewidth=0)
    [line] = ax.plot(days, middle, color=colours.main, linewidth=2, solid_joinstyle="round")
    _days(ax, days, 5 if look.width > _WIDE else 3)
    if spec.level:
        _level(ax, sheet, spec, days[0], days[-1])
        ax.annotate(
            _level_words(spec),
            (days[-1], float(spec.level[1])),
            (0, 4),
            textcoords="offset points",
            ha="right",
            bbox=_ground(sheet),
            size=SMALL,
            color=colours.note,
        )
    for row, words, amount in spec.marks:
        height = float(amount)
        ax.plot([days[row]], [height], "o", color=colours.main, markersize=7)
        share = (days[row] - days[0]) / max(days[-1] - days[0], 1)
        below = height < sum(middle) / len(middle)  # where the line is less in the way
        ax.annotate(
            f"{words} {spec.money(amount)}",
            (days[row], height),
            (0, -10 if below else 10),
            va="top" if below else "bottom",
            textcoords="offset points",
            bbox=_ground(sheet),
            ha="left" if share < 0.34 else "right" if share > 0.66 else "center",
            size=SMALL + 0.5,
            weight="bold",
            color=colours.ink,
        )
    _legend(ax, sheet, [line, band], ["expected", "in 8 of 10 cases"])
    return sheet.bytes()


def _months(spec: Spec, look: Look) -> bytes:
    """A sum by month or week as columns."""
    sheet = Sheet(look, 220 if look.width > _WIDE else 190, spec.title)
    amounts = [float(amount) for amount in spec.figures(0)]
    top = 20 if spec.level else 0
    ax = _money_axes(sheet, spec, min(0.0, *amounts), max(amounts), bottom=14, top=top)
    places = list(range(len(amounts)))
    ax.bar(places, amounts, width=0.62, color=sheet.colours.main)
    most = 12 if look.width > _WIDE else 6
    step = -(-len(places) // most)
    ax.set_xticks(places[::step], _ticks(spec.labels[::step]))
    if spec.level:
        line = _level(ax, sheet, spec, places[0] - 0.5, places[-1] + 0.5)
        _legend(ax, sheet, [line], [_level_words(spec)])
    return sheet.bytes()


def _bars(spec: Spec, look: Look) -> bytes:
    """Parts of a sum: each with its name and amount above its bar."""
    row_height = 36.0
    sheet = Sheet(look, row_height * len(spec.rows), spec.title)
    ax = sheet.plane()
    amounts = spec.figures(0)
    biggest = max(*amounts, Decimal(1))
    for place, (label, (amount,)) in enumerate(spec.rows):
        y = sheet.top + row_height * place
        _line_of_text(ax, sheet, y, label, spec.money(amount))
        _bar(ax, sheet, y + 17, float(amount / biggest), sheet.colours.main, track=True)
    return sheet.bytes()


def _pairs(spec: Spec, look: Look) -> bytes:
    """Two periods side by side: the earlier one above and paler."""
    row_height, head = 58.0, 22.0
    sheet = Sheet(look, row_height * len(spec.rows) + head, spec.title)
    ax, colours = sheet.plane(), sheet.colours
    _key(ax, sheet, spec.columns[1:], (colours.other, colours.main))
    biggest = max(Decimal(1), *(amount for _, amounts in spec.rows for amount in amounts))
    longest = max(len(spec.money(a)) for _, amounts in spec.rows for a in amounts)
    room = sheet.width - 2 * sheet.margin - longest * _LETTER - 10
    for place, (label, amounts) in enumerate(spec.rows):
        y = sheet.top + head + row_height * place
        _line_of_text(ax, sheet, y, label, "")
        for number, (amount, colour) in enumerate(
            zip(amounts, (colours.other, colours.main), strict=True)
        ):
            at = y + 18 + number * 15
            length = _bar(ax, sheet, at, float(amount / biggest), colour, room=room)
            ax.text(
                sheet.margin + length + 6,
                at + _BAR / 2,
                spec.money(amount),
                size=SMALL,
                va="center",
                color=colours.ink if number else colours.soft,
            )
    return sheet.bytes()


def _plans(spec: Spec, look: Look) -> bytes:
    """Goals and budgets: how much there is of how much; a budget that is used up is hatched."""
    row_height = 42.0
    sheet = Sheet(look, row_height * len(spec.rows), spec.title)
    ax, colours = sheet.plane(), sheet.colours
    for place, (label, (amount, whole)) in enumerate(spec.rows):
        y = sheet.top + row_height * place
        share = float(amount / whole) if whole else 0.0
        over = spec.kind == "budgets" and amount > whole
        words = f"{spec.money(amount)} of {spec.money(whole)}"
        _line_of_text(ax, sheet, y, label, words)
        _bar(
            ax,
            sheet,
            y + 18,
            min(share, 1.0),
            colours.note if over else colours.main,
            track=True,
            hatch="////" if over else None,
            height=12.0,
        )
    return sheet.bytes()


_DRAWN: dict[str, Callable[[Spec, Look], bytes]] = {
    "band": _band,
    "months": _months,
    "bars": _bars,
    "pairs": _pairs,
    "goals": _plans,
    "budgets": _plans,
}


def _money_axes(
    sheet: Sheet, spec: Spec, low: float, high: float, bottom: float = 0.0, top: float = 0.0
) -> Axes:
    """Axes whose height is money, with as much room on the left as its ticks need."""
    spare = max((high - low) * 0.08, abs(high) * 0.01, 1.0)
    low = low - spare if low else low
    ticks = MaxNLocator(4, steps=[1, 2, 2.5, 5, 10]).tick_values(low, high + spare)
    shown = [tick for tick in ticks if low <= tick <= high + spare]
    words = [_tick(spec, tick) for tick in shown]
    ax = sheet.axes(max(map(len, words), default=0) * _LETTER + 6, 20 + bottom, top)
    ax.set_ylim(low, high + spare)
    ax.set_yticks(shown, words)
    return ax


def _tick(spec: Spec, value: float) -> str:
    places = 0 if value == int(value) else 2
    return f"{'-' if value < 0 else ''}{spec.prefix}{abs(value):,.{places}f}"


def _days(ax: Axes, days: Sequence[int], most: int) -> None:
    """Ticks on whole days, the first and the last among them."""
    span = days[-1] - days[0]
    count = min(most, span)
    ticks = [days[0] + round(span * n / count) for n in range(count + 1)] if count else days
    ax.set_xticks(ticks, [f"{date.fromordinal(day):%-d %b}" for day in ticks])
    ax.set_xlim(days[0], days[-1] + max(span * 0.02, 0.5))
    names = ax.get_xticklabels()
    names[0].set_horizontalalignment("left")
    names[-1].set_horizontalalignment("right")


def _ticks(labels: Sequence[str]) -> list[str]:
    """``Mar`` with its year, or ``5`` with its month, where that is another than before."""
    ticks, before = [], ""
    for name, _, of in (label.partition(" ") for label in labels):
        ticks.append(name if of == before else f"{name}\n{of}")
        before = of
    return ticks


def _level(ax: Axes, sheet: Sheet, spec: Spec, first: float, last: float) -> Line2D:
    height = float(spec.level[1]) if spec.level else 0.0
    [line] = ax.plot([first, last], [height] * 2, "--", color=sheet.colours.note, linewidth=1.4)
    return line


def _level_words(spec: Spec) -> str:
    return f"{spec.level[0]} {spec.money(spec.level[1])}" if spec.level else ""


def _ground(sheet: Sheet) -> dict[str, Any]:
    """What lies under words that a line may cross."""
    return {"facecolor": sheet.colours.ground, "alpha": 0.7, "linewidth": 0, "pad": 1}


def _legend(ax: Axes, sheet: Sheet, drawn: Sequence[Artist], words: Sequence[str]) -> None:
    """What the lines stand for, above the plot."""
    ax.legend(
        drawn,
        words,
        loc="lower left",
        bbox_to_anchor=(0, 1),
        ncols=len(words),
        frameon=False,
        borderpad=0.2,
        borderaxespad=0,
        handlelength=1.6,
        fontsize=SMALL,
        labelcolor=sheet.colours.soft,
    )


def _line_of_text(ax: Axes, sheet: Sheet, y: float, left: str, right: str) -> None:
    width = sheet.width - 2 * sheet.margin
    room = int((width - (len(right) + 2) * _LETTER) / (_LETTER * 1.06))
    ax.text(
        sheet.margin,
        y + TEXT,
        shortened(left, max(room, 8)),
        size=TEXT,
        color=sheet.colours.ink,
    )
    if right:
        ax.text(
            sheet.width - sheet.margin,
            y + TEXT,
            right,
            size=SMALL + 0.5,
            ha="right",
            color=sheet.colours.ink,
        )


def _bar(
    ax: Axes,
    sheet: Sheet,
    y: float,
    share: float,
    colour: str,
    *,
    room: float | None = None,
    track: bool = False,
    hatch: str | None = None,
    height: float = _BAR,
) -> float:
    """A bar of a share of the room there is; its length in pixels."""
    room = room or sheet.width - 2 * sheet.margin
    length = max(min(share, 1.0), 0.0) * room
    if track:
        ax.add_patch(_pill(sheet.margin, y, room, height, sheet.colours.line))
    if length > 0:
        patch = _pill(sheet.margin, y, max(length, 3.0), height, colour)
        if hatch:
            patch.set_hatch(hatch)
            patch.set_edgecolor(sheet.colours.ground)
            patch.set_linewidth(0)
        ax.add_patch(patch)
    return length


def _pill(x: float, y: float, width: float, height: float, colour: str) -> FancyBboxPatch:
    round_ = min(height, width) / 2.2
    return FancyBboxPatch(
        (x, y),
        width,
        height,
        boxstyle=f"round,pad=0,rounding_size={round_}",
        linewidth=0,
        facecolor=colour,
    )


def _key(ax: Axes, sheet: Sheet, names: Sequence[str], colours: Sequence[str]) -> None:
    """What the colours of a comparison stand for, earlier first."""
    x = sheet.margin
    for name, colour in zip(names, colours, strict=True):
        ax.add_patch(_pill(x, sheet.top + 4, 10, 10, colour))
        ax.text(x + 15, sheet.top + 13, name, size=SMALL, color=sheet.colours.soft)
        x += 15 + len(name) * _LETTER + 14
