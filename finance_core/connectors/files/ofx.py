"""OFX and QFX, versions 1 (SGML) and 2 (XML), through ofxtools' parser.

Only its parser is used: its typed models refuse a whole file for one odd row. Rows
are therefore read from the tree, each alone.
"""

from __future__ import annotations

import io
import logging
import re
from collections.abc import Iterator
from datetime import date
from decimal import Decimal
from html import unescape
from typing import Any
from xml.etree.ElementTree import Element

from ofxtools.header import OFXHeaderError, parse_header
from ofxtools.Parser import TreeBuilder

from finance_core.connectors.files.batch import Contents, Row, Statement
from finance_core.connectors.files.dates import parse_date
from finance_core.connectors.files.decoding import decode, lines_of, plain
from finance_core.errors import BadInput
from finance_core.model import AccountKind
from finance_core.money import Money

_KINDS = {
    "CHECKING": AccountKind.CHECKING,
    "SAVINGS": AccountKind.SAVINGS,
    "MONEYMRKT": AccountKind.SAVINGS,
    "CD": AccountKind.SAVINGS,
    "CREDITLINE": AccountKind.LOAN,
}
_AMOUNT = re.compile(r"[+-]?(?:\d+(?:[.,]\d*)?|[.,]\d+)", re.ASCII)
_ROW = re.compile(r"<STMTTRN>", re.IGNORECASE)
# SGML leaves with no value and no end tag would swallow what follows them.
_EMPTY_LEAF = re.compile(
    r"<(NAME|MEMO|CHECKNUM|REFNUM|SRVRTID|PAYEEID|SIC|BRANCHID|ORG|FID)>\s*(?=<(?!/\1>))"
)


def rows(content: bytes, currency: str) -> Contents:
    """Reads an OFX file.

    Args:
        content: the whole file.
        currency: ISO 4217 code of statements that do not say.

    Raises:
        BadInput: not OFX, or its structure is broken.
    """
    body = _body(content)
    header = content.count(b"\n", 0, max(content.find(b"<OFX>"), 0))
    lines = (header + line for line in lines_of(_ROW, body))
    contents = Contents()
    root = _tree(body)
    organisation = _text(root, ".//FI/ORG") or None
    for statement in _statements(root):
        _read_statement(statement, currency, organisation, lines, contents)
    return contents


def _body(content: bytes) -> str:
    """The markup after the header, decoded as the header says where it can be read."""
    try:
        _, body = parse_header(io.BytesIO(content))
    except (OFXHeaderError, UnicodeDecodeError, ValueError):
        body = decode(content)
    start = body.find("<OFX>")
    if start < 0:
        raise BadInput("The file is not OFX: it has no <OFX> part.")
    return str(body[start:])


def _tree(body: str) -> Element:
    logging.getLogger("ofxtools").setLevel(logging.WARNING)  # it logs every tag and its value
    builder = TreeBuilder()
    try:
        builder.feed(_EMPTY_LEAF.sub("", body))
        root = builder.close()
    except (SyntaxError, AssertionError, IndexError):
        # ofxtools quotes the whole file in its error; no log shall hold that.
        raise BadInput("The OFX file is broken; please export it again.") from None
    if not isinstance(root, Element):
        raise BadInput("The OFX file is empty.")
    return root


def _statements(root: Element) -> Iterator[Element]:
    for element in root.iter():
        if element.tag in ("STMTRS", "CCSTMTRS", "INVSTMTRS"):
            yield element


def _read_statement(
    statement: Element,
    default: str,
    organisation: str | None,
    lines: Iterator[int],
    contents: Contents,
) -> None:
    currency = (_text(statement, "CURDEF") or default).upper()
    account = _text(statement, "*/ACCTID")
    kind = _KINDS.get(_text(statement, "*/ACCTTYPE"), AccountKind.CHECKING)
    if statement.tag == "CCSTMTRS":
        kind = AccountKind.CREDIT
    elif statement.tag == "INVSTMTRS":
        kind = AccountKind.INVESTMENT
    for element in statement.iter("STMTTRN"):
        line = next(lines, 0)
        try:
            contents.rows.append(_row(element, line, account, currency))
        except BadInput as err:
            shown = f"{_text(element, 'DTPOSTED')} {_text(element, 'TRNAMT')}"
            contents.reject(line, err, f"{shown} {_text(element, 'NAME')}")
    contents.statements.append(
        Statement(
            account=account,
            kind=kind,
            balance=_balance(statement, "LEDGERBAL", currency),
            available=_balance(statement, "AVAILBAL", currency),
            as_of=_as_of(statement),
            institution=organisation,
        )
    )


def _row(element: Element, line: int, account: str, currency: str) -> Row:
    words = (_text(element, "NAME") or _text(element, "PAYEE/NAME"), _text(element, "MEMO"))
    return Row(
        line=line,
        account=account,
        posted_on=_day(_text(element, "DTPOSTED")),
        amount=_money(_text(element, "TRNAMT"), _text(element, "CURRENCY/CURSYM") or currency),
        description=" ".join(dict.fromkeys(word for word in words if word)),
        bank_id=_text(element, "FITID"),
        mcc=_text(element, "SIC") or None,
    )


def _day(text: str) -> date:
    """The day as written: it is the bank's own; turning it to UTC could change it."""
    return parse_date(text[:8], ("%Y%m%d",))


def _money(text: str, currency: str) -> Money:
    """OFX amounts have no thousands separators; the decimal mark may be either."""
    if not _AMOUNT.fullmatch(text):
        raise BadInput(f"{text[:40]!r} is not an amount." if text else "The amount is missing.")
    return Money(Decimal(text.replace(",", ".")), currency)


def _balance(statement: Element, which: str, currency: str) -> Money | None:
    try:
        return _money(_text(statement, f"{which}/BALAMT"), currency)
    except BadInput:  # then the file simply does not state it
        return None


def _as_of(statement: Element) -> date | None:
    try:
        return _day(_text(statement, "LEDGERBAL/DTASOF"))
    except BadInput:
        return None


def _text(element: Any, path: str) -> str:
    return plain(unescape(element.findtext(path) or ""))
