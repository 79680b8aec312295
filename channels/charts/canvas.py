"""The sheet a chart is drawn on: matplotlib without its global state, measured in pixels."""

from __future__ import annotations

import io
import re
from functools import cache
from typing import Any

from matplotlib import font_manager
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from channels.charts.looks import COLOURS, Look

TEXT = 12.0  # height of the writing, in pixels
SMALL = 10.5
_DPI = 72  # at which a point is a pixel; distances are given in points, which grow with a PNG
_SHARPNESS = 3  # pixels of a PNG for each of the sheet
_FAMILIES = ("DejaVu Sans", "Noto Sans CJK JP", "Noto Sans CJK SC", "Noto Sans Devanagari")
_PAGE_FONT = "font-family: system-ui, -apple-system, 'Segoe UI', Roboto, 'Noto Sans', sans-serif"
_FONT = re.compile(r"font-family: [^;\"]*")
_SIZE = re.compile(r'(<svg [^>]*?)width="([\d.]+)pt" height="([\d.]+)pt"')


class Sheet:
    """A figure of ``look.width`` by ``height`` pixels with one set of axes.

    Args:
        look: how to draw.
        height: of the drawing, in pixels; the title comes on top where there is one.
        title: shown where the look has titles.
    """

    def __init__(self, look: Look, height: float, title: str) -> None:
        self.look = look
        self.colours = COLOURS[look.theme]
        self.width = float(look.width)
        self.top = 34.0 if look.format == "png" else 4.0
        self.margin = 14.0 if look.format == "png" else 1.0
        self.height = height + self.top + self.margin
        self.figure = Figure(figsize=(self.width / _DPI, self.height / _DPI), dpi=_DPI)
        if look.format == "png":
            self.figure.set_facecolor(self.colours.ground)
            self.figure.text(
                self.margin / self.width,
                1 - 12 / self.height,
                shortened(title, 44),
                size=TEXT + 2,
                weight="bold",
                color=self.colours.ink,
                va="top",
            )
        else:
            self.figure.patch.set_visible(False)

    def axes(self, left: float, bottom: float, top: float = 0.0) -> Axes:
        """Axes within the sheet, with ``left``, ``bottom`` and ``top`` pixels for labels."""
        ax = self.figure.add_axes(
            (
                (self.margin + left) / self.width,
                (self.margin + bottom) / self.height,
                (self.width - 2 * self.margin - left - 4) / self.width,
                (self.height - self.top - self.margin - bottom - top) / self.height,
            )
        )
        ax.patch.set_visible(False)
        for side in ("top", "left", "right"):
            ax.spines[side].set_visible(False)
        ax.spines["bottom"].set_color(self.colours.line)
        ax.tick_params(length=0, labelsize=SMALL, labelcolor=self.colours.soft, pad=5)
        ax.grid(axis="y", color=self.colours.line, linewidth=0.8)
        ax.set_axisbelow(True)
        return ax

    def plane(self) -> Axes:
        """Axes over the whole sheet in pixels from its upper left corner, without ticks."""
        ax = self.figure.add_axes((0, 0, 1, 1))
        ax.set_xlim(0, self.width)
        ax.set_ylim(self.height, 0)
        ax.axis("off")
        return ax

    def bytes(self) -> bytes:
        """The finished picture."""
        out = io.BytesIO()
        if self.look.format == "png":
            self.figure.savefig(out, format="png", dpi=_DPI * _SHARPNESS)
            return out.getvalue()
        self.figure.savefig(out, format="svg", metadata=dict.fromkeys(_METADATA))
        text = _FONT.sub(_PAGE_FONT, out.getvalue().decode())
        return _SIZE.sub(r'\1width="\2" height="\3"', text, count=1).encode()


_METADATA = ("Date", "Creator", "Format", "Type")


def shortened(text: str, most: int) -> str:
    """``text``, cut where it is longer than ``most`` characters."""
    return text if len(text) <= most else f"{text[: most - 1].rstrip()}…"


@cache
def settings() -> dict[Any, Any]:
    """What matplotlib is told: text stays text, and a $ is a dollar."""
    known = set(font_manager.get_font_names())
    return {
        "svg.fonttype": "none",
        "svg.hashsalt": "penny",
        "text.parse_math": False,
        "axes.unicode_minus": False,
        "font.family": [family for family in _FAMILIES if family in known],
        "hatch.linewidth": 1.4,
    }
