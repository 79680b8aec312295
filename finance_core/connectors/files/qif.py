"""QIF, the line-based format of Quicken (source: the QIF specification of Intuit, 1999).

Read here and not by a library: quiffen, the kept one, returns no transactions for
files with Windows line ends, reads ``-1.234,56`` as -1.23456, and gives up a whole
file for one impossible date. The part banks export is small: a letter, then a value.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field

from finance_core.connectors.files.amounts import decimal_mark, parse_amount
from finance_core.connectors.files.batch import Contents, Row, Statement
from finance_core.connectors.files.dates import formats_of, parse_date
from finance_core.connectors.files.decoding import plain
from finance_core.errors import BadInput
from finance_core.model import AccountKind
from finance_core.money import Money

_KINDS = {
    "bank": AccountKind.CHECKING,
    "ccard": AccountKind.CREDIT,
    "cash": AccountKind.CASH,
    "oth a": AccountKind.OTHER,
    "oth l": AccountKind.LOAN,
}


@dataclass(slots=True)
class _Record:
    """Lines up to a ``^``: the first value of each letter."""

    line: int
    section: str
    account: str
    text: str = ""
    fields: dict[str, str] = field(default_factory=dict)


def rows(text: str, currency: str) -> Contents:
    """Reads a QIF file.

    Args:
        text: the whole file.
        currency: ISO 4217 code of all amounts; QIF never says.

    Raises:
        BadInput: not QIF.
    """
    records = list(_records(text))
    formats = formats_of([_date(record) for record in records], currency)
    decimal = decimal_mark(_amount(record) for record in records)
    contents = Contents()
    kinds: dict[str, AccountKind] = {}
    for record in records:
        kind = _KINDS.get(record.section)
        if kind is None:
            reason = f"I don't read QIF's {record.section!r} sections."
            contents.reject(record.line, reason, record.text)
            continue
        kinds[record.account] = kind
        try:
            contents.rows.append(
                Row(
                    line=record.line,
                    account=record.account,
                    posted_on=parse_date(_date(record), formats),
                    amount=Money(parse_amount(_amount(record), decimal), currency),
                    description=_description(record),
                    category=_category(record),
                )
            )
        except BadInput as err:
            contents.reject(record.line, err, record.text)
    contents.statements += [Statement(account, kind=kind) for account, kind in kinds.items()]
    return contents


def _records(text: str) -> Iterator[_Record]:
    """Transactions with the section and account they stand in; lists are passed over."""
    section = account = ""
    record: _Record | None = None
    for number, raw in enumerate(text.replace("\r\n", "\n").replace("\r", "\n").split("\n"), 1):
        line = raw.strip()
        if not line:
            continue
        if line.startswith("!"):
            section, record = _section(line, section), None
        elif line.startswith("^"):
            if record and section == "account":
                account = plain(record.fields.get("N", ""))
            elif record and section not in ("cat", "class", "memorized", "security", "prices"):
                yield record
            record = None
        elif not section:
            raise BadInput(f"Line {number} comes before any '!Type:' line; this is not QIF.")
        else:
            record = record or _Record(number, section, account)
            record.fields.setdefault(line[0], line[1:].strip())
            record.text = f"{record.text} {line}".strip()
    if record and section in _KINDS:
        yield record


def _section(line: str, current: str) -> str:
    name = line[1:].strip().casefold()
    if name.startswith("type:"):
        return name.removeprefix("type:").strip()
    return name if name == "account" else current


def _date(record: _Record) -> str:
    """``1/ 5'24`` and ``01/05/24`` are the same day."""
    return record.fields.get("D", "").replace("'", "/").replace(" ", "")


def _amount(record: _Record) -> str:
    return record.fields.get("T") or record.fields.get("U") or ""


def _description(record: _Record) -> str:
    words = (plain(record.fields.get(letter, "")) for letter in "PM")
    return " ".join(dict.fromkeys(word for word in words if word))


def _category(record: _Record) -> str | None:
    """The category; ``[Account]`` names the other side of a transfer instead."""
    name = plain(record.fields.get("L", "")).split("/")[0]
    return None if not name or name.startswith("[") else name
