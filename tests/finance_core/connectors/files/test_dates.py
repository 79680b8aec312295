from contextlib import suppress
from datetime import date

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from finance_core.connectors.files.dates import DAY_FIRST, MONTH_FIRST, formats_of, parse_date
from finance_core.errors import BadInput

DAYS = st.dates(date(1970, 1, 1), date(2068, 12, 31))


@pytest.mark.parametrize(
    "text",
    [
        *("2024-03-01", "2024/03/01", "20240301", "01.03.2024", "1.3.24", "1 Mar 2024"),
        *("1 March 2024", "01-Mar-2024", "Mar 1, 2024", "2024-03-01T23:59:59Z", "01/03/2024"),
        "2024-03-01 08:00:00.000",
    ],
)
def test_reads_the_ways_banks_write_days(text: str) -> None:
    assert parse_date(text, formats_of([text], "GBP")) == date(2024, 3, 1)


@pytest.mark.parametrize(
    "text", ["", "31.02.2024", "2023-02-29", "00/00/0000", "yesterday", "0001-01-01", "9999-12-31"]
)
def test_refuses_what_is_no_day(text: str) -> None:
    with pytest.raises(BadInput):
        parse_date(text, formats_of([text], "EUR"))


@pytest.mark.parametrize(
    ("texts", "currency", "formats"),
    [
        (["03/04/2024", "13/04/2024"], "USD", DAY_FIRST),
        (["03/04/2024", "04/13/2024"], "EUR", MONTH_FIRST),
        (["01/02/2024", "02/02/2024", "01/03/2024"], "USD", DAY_FIRST),  # only so in order
        (["03/04/2024"], "EUR", DAY_FIRST),
        (["03/04/2024"], "USD", MONTH_FIRST),
    ],
)
def test_day_or_month_first_is_told_by_the_column(
    texts: list[str], currency: str, formats: tuple[str, ...]
) -> None:
    assert formats_of(texts, currency)[-4:] == formats


@given(st.lists(DAYS, min_size=1, max_size=30).filter(lambda days: any(d.day > 12 for d in days)))
@settings(max_examples=30, deadline=None)
def test_a_column_that_can_be_read_one_way_only_is_read_that_way(days: list[date]) -> None:
    for form, currency in (("%d/%m/%Y", "USD"), ("%m/%d/%Y", "EUR")):
        texts = [day.strftime(form) for day in days]
        assert [parse_date(text, formats_of(texts, currency)) for text in texts] == days


@given(st.text(max_size=30))
@settings(deadline=None)
def test_any_text_is_a_day_or_bad_input(text: str) -> None:
    with suppress(BadInput):
        assert 1900 <= parse_date(text, formats_of([text], "EUR")).year < 2200
