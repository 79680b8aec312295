"""The charts of a report as inline SVG that follows the page's colours."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import asdict
from typing import Any

import matplotlib as mpl

from channels.charts.canvas import SMALL, TEXT, Sheet, settings, shortened
from channels.charts.looks import COLOURS, Look

_LOOK = Look("light", 640, "svg")
_HEAD = re.compile(r"^.*?(?=<svg )", re.DOTALL)
_NAMES = re.compile(r' id="[a-z_.0-9]+_\d+"')
_STYLES = ("-", "--", ":", "-.")
_NAME_WIDTH = 210.0


def bars(rows: Sequence[tuple[str, str, float]], own: str | None = None) -> str:
    """Horizontal bars.

    Args:
        rows: name, the value as it is written, and the value, not negative.
        own: the row that the others are compared with, drawn strongest.
    """
    with _drawing():
        height = 24.0
        sheet = Sheet(_LOOK, height * len(rows), "")
        ax, colours = sheet.plane(), sheet.colours
        longest = max(len(words) for _, words, _ in rows) * 7.0 + 8
        room = sheet.width - _NAME_WIDTH - longest
        biggest = max(*(value for *_, value in rows), 1e-12)
        for place, (name, words, value) in enumerate(rows):
            y = sheet.top + place * height
            strong = own in (None, name)
            ax.text(_NAME_WIDTH - 10, y + 14, shortened(name, 30), ha="right", size=TEXT,
                    color=colours.ink, weight="bold" if own == name else "normal")  # fmt: skip
            length = max(value, 0.0) / biggest * room
            ax.add_patch(
                mpl.patches.Rectangle(
                    (_NAME_WIDTH, y + 4),
                    length,
                    14,
                    color=colours.main if strong else colours.other,
                )
            )
            ax.text(_NAME_WIDTH + length + 6, y + 15, words, size=SMALL, color=colours.ink)
        return _inline(sheet)


def lines(
    x: Sequence[float],
    series: Mapping[str, Sequence[float | None]],
    x_name: str,
    wanted: float | None = None,
) -> str:
    """Lines over a growing number, with a line across for what is wanted, if anything."""
    with _drawing():
        sheet = Sheet(_LOOK, 260, "")
        ax, colours = sheet.axes(52, 36, 22), sheet.colours
        shades = (colours.main, colours.note, colours.soft, colours.other)
        for number, (name, values) in enumerate(series.items()):
            y = [float("nan") if value is None else value for value in values]
            ax.plot(x, y, _STYLES[number % 4], marker="o", markersize=4, linewidth=2,
                    color=shades[number % 4], label=name)  # fmt: skip
        if wanted is not None:
            ax.axhline(wanted, color=colours.note, linewidth=1.2, linestyle=(0, (2, 3)),
                       label=f"wanted: {wanted:g}")  # fmt: skip
        if x[0] > 0 and x[-1] / x[0] >= 50:
            ax.set_xscale("log")
            ax.set_xticks(list(x), [f"{value:g}" for value in x])
            ax.minorticks_off()
        ax.set_xlabel(x_name, size=SMALL, color=colours.soft)
        if len(series) > 1 or wanted is not None:
            ax.legend(loc="lower left", bbox_to_anchor=(0, 1), ncols=4, frameon=False,
                      fontsize=SMALL, labelcolor=colours.soft, borderpad=0.2)  # fmt: skip
        if wanted is None:
            ax.set_ylim(bottom=min(0, ax.get_ylim()[0]))
        return _inline(sheet)


def scatter(
    points: Sequence[tuple[str, float, float]], x_name: str, y_name: str, x_most: float | None
) -> str:
    """Named points; ``x_most`` is a line that they should stay left of."""
    with _drawing():
        sheet = Sheet(_LOOK, 330, "")
        ax, colours = sheet.axes(58, 40, 4), sheet.colours
        xs, ys = [point[1] for point in points], [point[2] for point in points]
        ax.scatter(xs, ys, s=42, color=colours.main, zorder=3)
        least = min([x for x in (*xs, x_most) if x], default=1.0)
        ax.set_xscale("symlog", linthresh=least)
        if x_most is not None:
            ax.axvline(x_most, color=colours.note, linewidth=1.2, linestyle="--")
            ax.annotate("wanted: left of here", (x_most, max(ys)), (-6, 8), ha="right",
                        textcoords="offset points", size=SMALL, color=colours.note)  # fmt: skip
        for name, x, y in points:
            ax.annotate(shortened(name, 28), (x, y), (7, 5), textcoords="offset points",
                        size=SMALL, color=colours.ink)  # fmt: skip
        most = max(*xs, least) * 20
        ticks = [0.0, *(10.0**power for power in range(-6, 1) if least <= 10.0**power <= most)]
        ax.set_xticks(ticks, [f"{100 * tick:g}%" for tick in ticks])
        ax.set_xlim(-0.15 * least, most)
        ax.margins(y=0.12)
        ax.set_xlabel(x_name, size=SMALL, color=colours.soft)
        ax.set_ylabel(y_name, size=SMALL, color=colours.soft)
        return _inline(sheet)


def _drawing() -> Any:
    return mpl.rc_context(settings())


def _inline(sheet: Sheet) -> str:
    """The SVG element alone, its colours left to the page."""
    svg = _NAMES.sub("", _HEAD.sub("", sheet.bytes().decode()))
    for name, colour in asdict(COLOURS["light"]).items():
        svg = svg.replace(colour, f"var(--{name})")
    return svg
