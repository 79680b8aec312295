"""A chart's data is checked where it comes in, and its figures read as in Penny's sentences."""

import copy
from contextlib import suppress
from decimal import Decimal

import pytest
from babel.numbers import list_currencies
from hypothesis import given
from hypothesis import strategies as st

from actions.replies.charts import prefix
from channels.charts.spec import NoChart, read
from finance_core.money import Money
from tests.channels.fake_rasa import BAND, CHART


def test_what_is_read():
    spec = read(BAND)
    assert spec.labels[1] == "2026-10-20"
    assert spec.figures(0)[1] == Decimal("-80.25")
    assert spec.marks == ((1, "likely lowest", Decimal("-12.50")),)
    assert spec.level == ("floor", Decimal("200.00"))


@pytest.mark.parametrize(
    "wrong",
    [
        None,
        [],
        {},
        {**CHART, "kind": "pie"},
        {**CHART, "kind": "band"},
        {**CHART, "columns": ["Category"]},
        {**CHART, "rows": []},
        {**CHART, "rows": [["a", "1.00"]] * 121},
        {**CHART, "rows": [["a"]]},
        {**CHART, "rows": [["a", 1.0]]},
        {**CHART, "rows": [["a", "NaN"]]},
        {**CHART, "rows": [["a", "1e9"]]},
        {**CHART, "rows": [["a", "9" * 17]]},
        {**CHART, "rows": [["a" * 1001, "1.00"]]},
        {**CHART, "rows": "ab"},
        {**CHART, "title": None},
        {**CHART, "summary": 5},
        {**CHART, "prefix": None},
        {**CHART, "marks": [["nowhere", "lowest", "1.00"]]},
        {**CHART, "marks": [["Groceries", "lowest"]]},
        {**CHART, "marks": [["Groceries", "lowest", None]]},
        {**CHART, "level": ["floor"]},
        {**BAND, "rows": [["tomorrow", "1", "2", "3"]]},
    ],
)
def test_what_is_no_chart_is_refused(wrong):
    with pytest.raises(NoChart):
        read(wrong)


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner),
    max_leaves=5,
)


@given(key=st.sampled_from([*BAND, "other"]), value=JSON)
def test_whatever_comes_is_read_or_refused(key, value):
    with suppress(NoChart):
        read({**copy.deepcopy(BAND), key: value})


@given(st.sampled_from(sorted(list_currencies())), st.integers(-(10**12), 10**12))
def test_amounts_read_as_in_sentences(currency, minor):
    if currency in ("XXX", "XTS"):
        return
    amount = Money.from_minor(minor, currency)
    row = ["a", str(amount.amount)]
    spec = read({**CHART, "prefix": prefix(currency), "rows": [row]})
    assert spec.money(spec.figures(0)[0]) == str(amount)
