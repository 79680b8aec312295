"""A backtest's page: every figure of the result in a table, charts where they help, one file."""

import json
import re
from datetime import date
from html.parser import HTMLParser

import pytest
from defusedxml import ElementTree
from hypothesis import given
from hypothesis import strategies as st

from cli.report import write
from cli.report.page import page
from cli.report.sections import sections, words, written
from cli.report.tables import plain, table

FORECAST = {
    "folds": 1200,
    "models": {
        "last_value": {"path_mae": 9358.5, "low_point_mae": 7311.25},
        "auto_ets": {"path_mae": 9100.0, "folds": 400},
        "penny": {"path_mae": 4600.75, "low_point_mae": 3301.0},
    },
    "best_naive": "last_value",
    "coverage80": 0.7861,
    "chosen": ["boosting", "forest"],
    "coverage80_by_horizon": {"1": 0.81, "10": 0.8, "30": 0.77},
    "growth": [
        {"accounts": 100, "seconds": 1.25},
        {"accounts": 300, "seconds": 3.5},
        {"accounts": 1000, "seconds": 11.0},
    ],
}
SAVED = {"saves": 150, "breaches_per_save": 0.013, "share_of_optimum": 0.33}
SAVINGS = {
    **SAVED,
    "saved": {"value": "144064.24", "currency": "CZK"},
    "moods": {"normal": SAVED, "careful": {**SAVED, "breaches_per_save": 0.0}},
    "halves": [{"account_years": 7.9, **SAVED}, {"account_years": 7.8, "saves": 3}],
}
RECURRING = {
    "gold": 922,
    "found": 920,
    "precision": 1.0,
    "recall": 0.998,
    "f1": 0.999,
    "simple_rule": {"gold": 922, "found": 800, "precision": 0.9, "recall": 0.8, "f1": 0.85},
    "recall_by_case": {"price rise": 0.93, "late": None},
}


class Page(HTMLParser):
    """What a page says, and where it points."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.headings: list[str] = []
        self.cells: list[str] = []
        self.names: list[str] = []
        self.addresses: list[str] = []
        self._in = ""
        self.feed(html)

    def handle_starttag(self, tag, attrs):
        self._in = tag
        for name, value in attrs:
            if name in ("href", "src", "xlink:href"):
                self.addresses.append(value)
            if tag == "svg" and name == "aria-label":
                self.names.append(value)

    def handle_endtag(self, tag):
        self._in = ""

    def handle_data(self, data):
        {"h2": self.headings, "td": self.cells, "th": self.cells}.get(self._in, []).append(data)


def read(result) -> Page:
    return Page(page("Title", "when", sections(result), ""))


def leaves(value):
    if isinstance(value, dict):
        for entry in value.values():
            yield from leaves(entry)
    elif isinstance(value, list):
        for entry in value:
            yield from leaves(entry)
    elif value is not None:
        yield value


@pytest.mark.parametrize("result", [FORECAST, SAVINGS, RECURRING])
def test_every_figure_stands_in_a_table(result):
    said = " ".join(read(result).cells)
    for value in leaves(plain(result)):
        assert written(value) in said or str(value) in said


def test_forecasts_are_drawn_by_model_horizon_and_size():
    found = read(FORECAST)
    assert found.headings == ["Result", "Models", "Coverage80 by horizon", "Growth"]
    assert found.names == [
        "Models: Path MAE",
        "Models: Low point MAE",
        "Coverage80 by horizon",
        "Growth: Seconds",
    ]
    html = page("t", "", sections(FORECAST), "")
    assert "wanted: 0.8" in html and ">Days ahead<" in html and ">Accounts<" in html
    bars = html[html.index("Models: Path MAE") :]
    assert bars.index(">Penny<") < bars.index(">Auto ets<") < bars.index(">Last value<")


def test_savings_are_drawn_as_what_is_saved_against_what_is_breached():
    found = read(SAVINGS)
    assert "Saved against breached" in found.headings
    html = page("t", "", sections(SAVINGS), "")
    assert {">Normal<", ">Careful<"} <= set(re.findall(r">[^<>]+<", html))
    assert "144,064.24" in found.cells


def test_streams_are_drawn_beside_the_simple_rule():
    html = page("t", "", sections(RECURRING), "")
    assert "Recall, simple rule" in html and "Recall, penny" in html


def test_the_file_needs_nothing_else_and_follows_the_theme(tmp_path):
    target = tmp_path / "report.html"
    protocol = "First ``path_mae`` & so on.\n\nThen <b>."
    write(
        target,
        "Balance forecasts",
        json.loads(json.dumps(FORECAST)),
        source="a<b>.csv",
        protocol=protocol,
        today=date(2026, 3, 1),
    )
    html = target.read_text()
    assert "a&lt;b&gt;.csv, 1 March 2026" in html
    assert "<p>First <code>path_mae</code> &amp; so on.</p><p>Then &lt;b&gt;.</p>" in html
    assert not re.search(r"<script|<link|@import|url\((?!#)", html)
    assert all(address.startswith("#") for address in Page(html).addresses)
    assert "prefers-color-scheme: dark" in html and "fill: var(--main)" in html
    for svg in re.findall(r"<svg .*?</svg>", html, re.DOTALL):
        assert not re.search(r"#[0-9a-f]{6}", re.sub(r"url\(#\w+\)", "", svg))
        ElementTree.fromstring(svg)


def test_rows_are_named_by_what_tells_them_apart():
    grown = table("growth", FORECAST["growth"])
    assert (grown.names, [name for name, _ in grown.rows]) == ("accounts", ["100", "300", "1000"])
    halves = table("halves", SAVINGS["halves"])
    assert [name for name, _ in halves.rows] == ["1", "2"]
    assert "account_years" in halves.columns
    assert table("x", [1, 2]) is None and table("x", {}) is None


def test_words():
    assert words("low_point_mae") == "Low point MAE"
    assert [written(v) for v in (None, True, 1234, 0.5, 123456.7, "1234.50", "a.b")] == [
        "–",
        "yes",
        "1,234",
        "0.5",
        "123,457",
        "1,234.50",
        "a.b",
    ]


CELL = st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=8)
KEY = st.text(max_size=6)
JSON = st.recursive(
    CELL,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(KEY, inner, max_size=4),
    max_leaves=12,
)


@given(st.dictionaries(KEY, JSON, max_size=4))
def test_whatever_a_backtest_prints_makes_a_page(result):
    assert page("t", "", sections(result), "").startswith("<!doctype html>")
