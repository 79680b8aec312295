"""Files that are not what they should be, and imports that come again."""

import codecs
import csv
import io
from collections import Counter
from datetime import date, timedelta
from pathlib import Path

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from finance_core.connectors.files import FileBatch, read
from finance_core.errors import BadInput
from finance_core.model import AccountKind, TransactionRecord
from finance_core.money import Money

HEADER = "account,date,amount,currency,description\n"
SAMPLES = Path(__file__).parent / "samples"


def ids(batch: FileBatch) -> list[tuple[str, str]]:
    return [(record.account_external_id, record.external_id) for record in batch.batch.upserts]


@pytest.mark.parametrize(
    ("content", "says"),
    [
        (b"", "empty"),
        (b" \r\n\t ", "empty"),
        (b"%PDF-1.7 ...", "PDF"),
        (b"PK\x03\x04....", "Excel"),
        (b"\xd0\xcf\x11\xe0....", "Excel"),
        (b"\x00\x01\x02\x03", "not a text file"),
        (bytes(range(256)) * 4, "not a text file"),
        (b"\xff\xfe\x00", "damaged"),
        (b"hello, world", "columns"),
        (b"date,description\n2024-01-01,x\n", "columns"),
        (HEADER.encode(), "no transactions"),
        (b"OFXHEADER:100\nDATA:OFXSGML\n", "OFX"),
        (b"<OFX></OFX></OFX></OFX>", "OFX"),
        (b"<OFX>", "no transactions|OFX"),
        (b"<html><body>Please sign in</body></html>", "not a CAMT"),
        (b"<a><b></a>", "broken"),
        (
            b'<!DOCTYPE x [<!ENTITY e SYSTEM "file:///etc/passwd">]><Document>&e;</Document>',
            "not allowed",
        ),
        (b"!Type:Bank\n", "no transactions"),
    ],
)
def test_a_file_that_is_no_export_gets_one_clear_sentence(content: bytes, says: str) -> None:
    with pytest.raises(BadInput, match=says):
        read(content, currency="EUR")


def test_unknown_format_and_currency_are_refused() -> None:
    with pytest.raises(BadInput, match="docx"):
        read(HEADER.encode(), format="docx", currency="EUR")
    with pytest.raises(BadInput, match="currency"):
        read(HEADER.encode(), currency="euros")


def test_a_file_that_is_too_large_is_refused() -> None:
    with pytest.raises(BadInput, match="64 MB"):
        read(b"x" * (64 * 2**20 + 1), currency="EUR")


def test_a_huge_field_costs_its_own_row_only() -> None:
    text = HEADER + f"A,2024-01-01,-1.00,EUR,{'x' * 200_000}\nA,2024-01-02,-2.00,EUR,y\n"
    found = read(text.encode(), currency="EUR")
    assert [row.line for row in found.rejected] == [2]
    assert len(found.rejected[0].text) == 200
    assert [record.description for record in found.batch.upserts] == ["y"]


def test_a_quoted_row_may_span_lines_and_keeps_its_line_number() -> None:
    text = HEADER + 'A,2024-01-01,-1.00,EUR,"two\nlines"\nA,nope,-2.00,EUR,y\n'
    found = read(text.encode(), currency="EUR")
    assert found.batch.upserts[0].description == "two lines"
    assert [row.line for row in found.rejected] == [4]


@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "cp1252"])
def test_encodings_and_line_ends(encoding: str, end: str) -> None:
    text = HEADER + "Añejo,2024-01-01,-1.00,EUR,Käse\n"
    found = read(text.replace("\n", end).encode(encoding), currency="USD")
    assert found.batch.upserts[0].description == "Käse"
    assert found.batch.accounts[0].name == "Añejo"


def test_a_mark_of_another_encoding_is_no_crash() -> None:
    with pytest.raises(BadInput):
        read(codecs.BOM_UTF8 + b"\xff\xfe\xfa", currency="EUR")


def test_control_characters_leave_descriptions() -> None:
    text = HEADER + "A,2024-01-01,-1.00,EUR,a\x0bb\x1fc\u200bd\u202e\n"
    assert read(text.encode(), currency="EUR").batch.upserts[0].description == "a b c d"


def test_the_account_name_given_renames_a_files_only_account() -> None:
    content = (SAMPLES / "bank.ofx").read_bytes()
    found = read(content, account="My savings", currency="EUR")
    assert [a.external_id for a in found.batch.accounts] == ["My savings"]
    assert found.batch.accounts[0].kind is AccountKind.SAVINGS
    assert {r.account_external_id for r in found.batch.upserts} == {"My savings"}
    assert found.stated == {"My savings"}


def test_the_account_name_given_picks_one_of_several() -> None:
    content = (SAMPLES / "berka.csv").read_bytes()
    found = read(content, account="7002", currency="EUR")
    assert [a.external_id for a in found.batch.accounts] == ["7002"]
    assert len(found.batch.upserts) == 2
    with pytest.raises(BadInput, match="7001, 7002"):
        read(content, account="7003", currency="EUR")


def test_own_profiles_come_first_and_bad_ones_are_named(tmp_path: Path) -> None:
    profile = tmp_path / "mine.yml"
    profile.write_text(
        "columns: {date: dagen, amount: beloppet}\ndescription: [vad]\n"
        "currency: SEK\nnegate: true\ndecimal: ','\n"
    )
    content = b"dagen;beloppet;vad\n2024-01-01;12,50;fika\n"
    found = read(content, currency="EUR", profiles=tmp_path)
    assert found.batch.upserts[0].amount == Money.of("-12.50", "SEK")
    for bad in ("- a list", "columns: {}", "colums: {date: x, amount: y}", "columns: [", "\x00"):
        profile.write_text(bad)
        with pytest.raises(BadInput, match=r"mine\.yml"):
            read(content, currency="EUR", profiles=tmp_path)


@pytest.mark.parametrize("sample", ["bank.qif", "bank.ofx", "statement.camt.xml", "ledger.csv"])
def test_any_damage_to_a_file_is_bad_input_at_worst(sample: str) -> None:
    whole = (SAMPLES / sample).read_bytes()
    for cut in range(0, len(whole), 37):
        for damaged in (whole[:cut], whole[cut:], whole[:cut] + b"<\xff\"'^\n" + whole[cut:]):
            try:
                read(damaged, currency="EUR")
            except BadInput as err:
                assert str(err)


# --- the same movements again --------------------------------------------------

PURCHASES = st.lists(
    st.tuples(
        st.integers(0, 12),
        st.sampled_from(["-3.20", "-3.20", "12.00", "-800.00"]),
        st.sampled_from(["CAFE", "RENT", '=SUM("A1")', "a, b", "Ünï"]),
    ),
    max_size=40,
).map(sorted)
START = date(2024, 1, 1)


def export(purchases: list[tuple[int, str, str]], descending: bool = False) -> bytes:
    file = io.StringIO()
    writer = csv.writer(file)
    writer.writerow(["account", "date", "amount", "currency", "description"])
    for day, amount, text in reversed(purchases) if descending else purchases:
        writer.writerow(["A", (START + timedelta(days=day)).isoformat(), amount, "GBP", text])
    return file.getvalue().encode()


def imported(*files: bytes) -> dict[tuple[str, str], TransactionRecord]:
    ledger: dict[tuple[str, str], TransactionRecord] = {}
    for content in files:
        try:
            found = read(content, currency="EUR")
        except BadInput as err:
            assert "no transactions" in str(err)
            continue
        assert not found.rejected
        assert len(set(ids(found))) == len(ids(found))
        ledger |= dict(zip(ids(found), found.batch.upserts, strict=True))
    return ledger


@given(PURCHASES, st.integers(0, 12), st.integers(0, 12), st.booleans())
@example([(0, "-3.20", "CAFE"), (0, "-3.20", "CAFE")], 0, 0, True)
@settings(max_examples=60, deadline=None)
def test_overlapping_exports_in_any_order_give_every_movement_once(
    purchases: list[tuple[int, str, str]], until: int, since: int, descending: bool
) -> None:
    first = export([p for p in purchases if p[0] <= max(until, since)])
    second = export([p for p in purchases if p[0] >= min(until, since)], descending)
    ledger = imported(first, second, first, export(purchases), second)
    found = Counter(
        ((r.posted_on - START).days, str(r.amount.amount), r.description) for r in ledger.values()
    )
    assert found == Counter(purchases)


@given(PURCHASES.filter(bool), st.booleans())
@settings(max_examples=60, deadline=None)
def test_the_closing_balance_is_found_whichever_way_the_file_runs(
    purchases: list[tuple[int, str, str]], descending: bool
) -> None:
    running = Money.of("100.00", "GBP")
    lines = []
    for day, amount, _ in purchases:
        running += Money.of(amount, "GBP")
        lines.append(f"A,{START + timedelta(days=day)},{amount},GBP,x,{running.amount}\n")
    if descending:
        lines.reverse()
    content = HEADER.replace("\n", ",balance\n") + "".join(lines)
    found = read(content.encode(), currency="EUR")
    assert found.stated == {"A"}
    if len(purchases) > 1:  # a single row, and palindromes of one, run both ways alike
        assert found.batch.accounts[0].current == running
    assert [r.posted_on for r in found.batch.upserts] == sorted(
        START + timedelta(days=day) for day, _, _ in purchases
    )


def test_a_balance_that_is_not_stated_is_the_sum_of_what_was_booked() -> None:
    text = "account,date,amount,currency,description,pending\n"
    text += "A,2024-01-01,5.00,EUR,x,\nA,2024-01-02,-1.50,EUR,y,\nA,2024-01-03,-1.00,EUR,z,1\n"
    found = read(text.encode(), currency="EUR")
    assert found.batch.accounts[0].current == Money.of("3.50", "EUR")
    assert found.stated == frozenset()
