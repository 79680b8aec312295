"""CSV exports, read through profiles.

The header tells the profile; lines before it (many banks write a few) are passed
over. Every row stands alone: one that cannot be read is rejected with its line.
"""

from __future__ import annotations

import codecs
import csv
import io
from collections.abc import Iterator, Sequence
from pathlib import Path

from finance_core.connectors.files.amounts import decimal_mark, parse_amount
from finance_core.connectors.files.batch import Contents, Row
from finance_core.connectors.files.dates import formats_of, parse_date
from finance_core.connectors.files.decoding import decode, is_utf8, plain
from finance_core.connectors.files.profile import Binding, Profile, profiles
from finance_core.errors import BadInput
from finance_core.money import Money

_DELIMITERS = (",", ";", "\t", "|")
_HEADER_WITHIN = 40  # lines
_LONGEST_RECORD = 12  # lines that one quoted row may span
_SAMPLE = 2_000  # rows that formats are told by

type _Record = tuple[int, list[str] | None, str]
"""Line a record begins on, its cells (None when its quoting is broken), its text."""


def rows(content: bytes, currency: str, folder: Path | None = None) -> Contents:
    """Reads a CSV export.

    Args:
        content: the whole file.
        currency: ISO 4217 code for rows that do not say.
        folder: further profiles, tried first.

    Raises:
        BadInput: no profile fits the columns.
    """
    known = profiles(folder)
    text = decode(content)
    binding, delimiter, start = _header(_lines(text), known)
    if binding.profile.encoding and not is_utf8(content):
        text = decode(content, _code_page(binding.profile))
    records = list(_records(_lines(text), start, delimiter, binding.width))
    return _Table(binding, records, currency).contents()


def _lines(text: str) -> list[str]:
    """Lines with their ends; only carriage return and line feed end one."""
    return list(io.StringIO(text, newline=""))


def _code_page(profile: Profile) -> str:
    try:
        return codecs.lookup(profile.encoding or "cp1252").name
    except LookupError:
        raise BadInput(f"The profile {profile.title} names an unknown encoding.") from None


def _header(lines: Sequence[str], known: Sequence[Profile]) -> tuple[Binding, str, int]:
    """The best fitting profile, its delimiter, and the line its rows start after."""
    best: tuple[tuple[bool, int], Binding, str, int] | None = None
    for delimiter in _DELIMITERS:
        for number, line in enumerate(lines[:_HEADER_WITHIN]):
            if delimiter not in line or len(line) > 10_000:
                continue
            cells = next(csv.reader([line], delimiter=delimiter))
            for profile in known:
                bound = profile.bind(cells)
                if bound and (best is None or bound.fit > best[0]):
                    best = (bound.fit, bound, delimiter, number + 1)
    if best is None:
        first = next((line for line in lines if line.strip()), "")
        raise BadInput(
            "I don't know this file's columns. A bank export needs a header with at least a date, "
            f"an amount and a description; this one begins with {plain(first)[:80]!r}."
        )
    return best[1:]


def _records(lines: Sequence[str], start: int, delimiter: str, width: int) -> Iterator[_Record]:
    """Rows with the line each begins on.

    A quote that is never closed costs its own line only, not the rest of the file.
    """
    place = start
    while place < len(lines):
        if not lines[place].strip():
            place += 1
            continue
        reader = csv.reader(
            lines[place : place + _LONGEST_RECORD], delimiter=delimiter, strict=True
        )
        try:
            cells: list[str] | None = next(reader)
            used = reader.line_num
        except csv.Error:
            cells, used = None, 1
        if used > 1 and cells is not None and len(cells) != width:
            cells, used = None, 1
        yield place + 1, cells, lines[place]
        place += used


class _Table:
    """The rows of one file under one binding."""

    def __init__(self, binding: Binding, records: Sequence[_Record], currency: str) -> None:
        self._binding = binding
        self._profile = binding.profile
        self._records = records
        self._currency = binding.profile.currency or currency
        self._decimal = binding.profile.decimal or decimal_mark(self._sample("amount", "debit"))
        self._formats = binding.profile.date or formats_of(self._sample("date"), self._currency)

    def contents(self) -> Contents:
        """All rows, read or rejected."""
        contents = Contents()
        for line, cells, text in self._records:
            try:
                row = self._row(line, cells)
            except BadInput as err:
                contents.reject(line, err, text)
            else:
                if row:
                    contents.rows.append(row)
        return contents

    def _sample(self, *names: str) -> list[str]:
        width = self._binding.width
        whole = [cells for _, cells, _ in self._records[:_SAMPLE] if cells and len(cells) >= width]
        return [self._binding.cell(cells, name) for name in names for cells in whole]

    def _row(self, line: int, cells: list[str] | None) -> Row | None:
        if cells is None:
            raise BadInput("A quotation mark is out of place or the row is too long.")
        width = self._binding.width
        if len(cells) != width and (len(cells) < width or any(cells[width:])):
            raise BadInput(f"The row has {len(cells)} columns, the header has {width}.")
        binding, profile = self._binding, self._profile
        if binding.marked(cells, profile.skip):
            return None
        currency = (binding.cell(cells, "currency") or self._currency).upper()
        account = plain(binding.cell(cells, "account")) or profile.account or ""
        balance = binding.cell(cells, "balance")
        words = [plain(cells[place]) for place in binding.description]
        return Row(
            line=line,
            account=f"{account} {currency}".strip() if profile.per_currency else account,
            posted_on=parse_date(binding.cell(cells, "date"), self._formats),
            amount=self._amount(cells, currency),
            description=" ".join(dict.fromkeys(word for word in words if word)),
            bank_id=plain(binding.cell(cells, "id")),
            balance=self._money(balance, currency) if balance else None,
            pending=binding.marked(cells, profile.pending),
            category=plain(binding.cell(cells, "category")) or None,
            merchant=plain(binding.cell(cells, "merchant")) or None,
            mcc=plain(binding.cell(cells, "mcc")) or None,
        )

    def _money(self, text: str, currency: str) -> Money:
        return Money(parse_amount(text, self._decimal), currency)

    def _amount(self, cells: Sequence[str], currency: str) -> Money:
        binding, profile = self._binding, self._profile
        if "amount" in binding.places:
            amount = self._money(binding.cell(cells, "amount"), currency)
        else:
            amount = self._from_two(cells, currency)
        if profile.outflow:
            amount = -abs(amount) if binding.marked(cells, profile.outflow) else abs(amount)
        elif profile.negate:
            amount = -amount
        if fee := binding.cell(cells, "fee"):
            amount -= abs(self._money(fee, currency))
        return amount

    def _from_two(self, cells: Sequence[str], currency: str) -> Money:
        """Money in minus money out; banks leave the other column empty or zero."""
        debit, credit = (self._binding.cell(cells, name) for name in ("debit", "credit"))
        if not debit and not credit:
            raise BadInput("The amount is missing.")
        paid_in = self._money(credit, currency) if credit else Money.zero(currency)
        paid_out = abs(self._money(debit, currency)) if debit else Money.zero(currency)
        return paid_in - paid_out
