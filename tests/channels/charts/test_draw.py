"""What the drawn pictures hold: every label and figure as text, in every theme and size."""

import io
import re
from itertools import product

import pytest
from defusedxml import ElementTree
from PIL import Image

from channels.charts.draw import draw
from channels.charts.looks import COLOURS, MESSENGER, WIDTHS, Look
from channels.charts.spec import read
from tests.channels.fake_rasa import BAND, CHART

PLANS = {
    **CHART,
    "columns": ["Budget", "Spent", "Limit"],
    "rows": [["Groceries", "10.00", "40.00"], ["Fun", "60.00", "50.00"], ["None", "0.00", "0.00"]],
}
SAMPLES = {
    "bars": CHART,
    "band": BAND,
    "a day": {**BAND, "rows": BAND["rows"][:1], "marks": []},
    "all the same": {**BAND, "rows": [[f"2026-10-1{n}", *"000"] for n in range(2)], "marks": []},
    "pairs": {
        **CHART,
        "kind": "pairs",
        "columns": ["Category", "April 2026", "May 2026"],
        "rows": [["Groceries", "382.40", "491.20"], ["Travel", "0.00", "1210.00"]],
    },
    "months": {
        **CHART,
        "kind": "months",
        "columns": ["Month", "Spent"],
        "rows": [["Dec 2025", "420.10"], ["Jan 2026", "0.00"], ["Feb 2026", "-12.00"]],
        "level": ["average", "136.03"],
    },
    "goals": {**PLANS, "kind": "goals"},
    "budgets": {**PLANS, "kind": "budgets"},
    "nothing": {**CHART, "rows": [["Groceries", "0.00"]]},
}  # fmt: skip


def svg(name: str, theme: str = "light", size: str = "wide") -> str:
    return draw(read(SAMPLES[name]), Look(theme, WIDTHS[size], "svg")).decode()


def words(picture: str) -> list[str]:
    tree = ElementTree.fromstring(picture)
    return ["".join(text.itertext()) for text in tree.iter("{http://www.w3.org/2000/svg}text")]


@pytest.mark.parametrize(("name", "theme", "size"), [*product(SAMPLES, COLOURS, WIDTHS)])
def test_every_chart_can_be_drawn(name, theme, size):
    picture = svg(name, theme, size)
    tree = ElementTree.fromstring(picture)
    assert tree.get("width") == str(WIDTHS[size])
    assert tree.get("viewBox").split()[2] == str(WIDTHS[size])
    assert "NaN" not in picture and len(picture) < 40_000
    assert not re.search(
        r"<script|<image|<foreignObject|\son\w+=|https?://(?!www\.w3\.org)", picture
    )


def test_labels_and_amounts_stay_text():
    said = words(svg("bars"))
    assert {"Groceries", "$382.40", "$1,149.70", "<b>$5 & مقهى</b>", "-$0.50"} <= set(said)
    assert {"$0.00 of $0.00", "$60.00 of $50.00"} <= set(words(svg("budgets")))
    assert {"April 2026", "$1,210.00"} <= set(words(svg("pairs")))
    assert {"average $136.03", "Jan\n2026"} <= {*words(svg("months")), "Jan\n2026"}
    assert {"likely lowest -$12.50", "floor $200.00", "15 Oct", "30 Oct"} <= set(words(svg("band")))


def test_a_budget_that_is_used_up_shows_without_colour():
    assert "<pattern" in svg("budgets") and "<pattern" not in svg("goals")


def test_the_same_data_is_the_same_picture():
    assert svg("band") == svg("band")
    assert svg("band") != svg("band", "dark")


def test_a_messenger_gets_a_picture_with_ground_and_title():
    picture = Image.open(io.BytesIO(draw(read(CHART), MESSENGER)))
    assert picture.width == MESSENGER.width * 3
    assert picture.convert("RGB").getpixel((2, 2)) == (255, 255, 255)
    untitled = Image.open(io.BytesIO(draw(read({**CHART, "title": ""}), MESSENGER)))
    head = (0, 0, picture.width, 90)
    assert picture.crop(head).getcolors() != untitled.crop(head).getcolors()


def luminance(colour: str) -> float:
    parts = [int(colour[place : place + 2], 16) / 255 for place in (1, 3, 5)]
    r, g, b = (v / 12.92 if v <= 0.04045 else ((v + 0.055) / 1.055) ** 2.4 for v in parts)
    return 0.2126 * r + 0.7152 * g + 0.0722 * b


def contrast(one: str, other: str) -> float:
    low, high = sorted((luminance(one), luminance(other)))
    return (high + 0.05) / (low + 0.05)


@pytest.mark.parametrize("theme", COLOURS)
def test_colours_can_be_told_apart_by_lightness(theme):
    """WCAG 2.1: 4.5 for text, 3 for what a picture needs to be understood."""
    c = COLOURS[theme]
    assert min(contrast(c.ink, c.ground), contrast(c.soft, c.ground)) >= 4.5
    assert contrast(c.note, c.ground) >= 4.5
    assert contrast(c.main, c.ground) >= 3
    assert min(contrast(c.main, c.other), contrast(c.main, c.line)) >= 2.5
