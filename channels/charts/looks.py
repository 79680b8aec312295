"""How charts look: sizes, and the page's colours in light and dark.

Colours differ in lightness first and hue second, and whatever a colour says is also said by
a place, a pattern or a word, so that nobody has to tell them apart by hue.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

Theme = Literal["light", "dark"]
Format = Literal["svg", "png"]


@dataclass(frozen=True, slots=True)
class Colours:
    """The colours of one theme.

    Attributes:
        ground: behind everything; only painted where there is no page to show through.
        ink: text; ``soft`` is lesser text.
        line: grid and empty tracks.
        main: what the chart is about; ``other`` what it is compared with.
        note: what is pointed at: a floor, a budget that is used up.
    """

    ground: str
    ink: str
    soft: str
    line: str
    main: str
    other: str
    note: str


COLOURS: dict[Theme, Colours] = {
    "light": Colours("#ffffff", "#1f2421", "#626860", "#e6dfd4", "#1f5045", "#b3ab9d", "#a14b16"),
    "dark": Colours("#202328", "#ecebe7", "#a3a7a3", "#3b4047", "#6fc0ad", "#5f666e", "#eda06b"),
}


@dataclass(frozen=True, slots=True)
class Look:
    """One way to draw a chart.

    Attributes:
        width: in CSS pixels; the height follows from what is drawn.
        format: ``svg`` for pages, without ground and title, for the page has both; ``png``
            for messengers, with them.
    """

    theme: Theme
    width: int
    format: Format


WIDTHS = {"wide": 540, "small": 280}
MESSENGER = Look("light", 380, "png")
