"""CAMT.053, the ISO 20022 account statement (and its kin 052 and 054), all versions.

Source: https://www.iso20022.org, message definition BankToCustomerStatement.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from datetime import date
from xml.etree.ElementTree import Element, ParseError

from defusedxml import DefusedXmlException
from defusedxml.ElementTree import fromstring

from finance_core.connectors.files.amounts import parse_amount
from finance_core.connectors.files.batch import Contents, Row, Statement
from finance_core.connectors.files.dates import parse_date
from finance_core.connectors.files.decoding import lines_of, plain
from finance_core.errors import BadInput
from finance_core.money import Money

_ENTRY = re.compile(r"<(?:\w+:)?Ntry[\s>]")
_BOOKED = ("CLBD", "ITBD")  # closing and interim booked, best first
_AVAILABLE = ("CLAV", "ITAV", "FWAV")


@dataclass(frozen=True, slots=True)
class _Balance:
    code: str
    day: date
    amount: Money


def rows(content: bytes, currency: str) -> Contents:
    """Reads a CAMT file.

    Args:
        content: the whole file.
        currency: ISO 4217 code of amounts that do not say.

    Raises:
        BadInput: not XML, not CAMT, or XML with entities or a document type.
    """
    try:
        root = fromstring(content, forbid_dtd=True)
    except (ParseError, DefusedXmlException, ValueError, LookupError) as err:
        raise BadInput("The XML file is broken or not allowed; please export it again.") from err
    for element in root.iter():  # the namespace only tells the version
        element.tag = str(element.tag).rpartition("}")[2]
    reports = [element for element in root.iter() if element.tag in ("Stmt", "Rpt", "Ntfctn")]
    if not reports:
        raise BadInput("The XML file is not a CAMT.053 account statement.")
    lines = lines_of(_ENTRY, content.decode("latin-1"))
    contents = Contents()
    for report in reports:
        _read_report(report, currency, lines, contents)
    contents.statements = list(_latest(contents.statements))
    return contents


def _read_report(report: Element, default: str, lines: Iterator[int], contents: Contents) -> None:
    account = _first(report, "Acct/Id/IBAN", "Acct/Id/Othr/Id")
    currency = _first(report, "Acct/Ccy") or default
    for entry in report.iter("Ntry"):
        line = next(lines, 0)
        try:
            contents.rows.append(_row(entry, line, account, currency))
        except BadInput as err:
            contents.reject(line, err, plain(" ".join(entry.itertext())))
    balances = list(_balances(report, currency))
    booked = _best(balances, _BOOKED)
    available = _best(balances, _AVAILABLE)
    contents.statements.append(
        Statement(
            account=account,
            name=_first(report, "Acct/Nm") or None,
            balance=booked.amount if booked else None,
            available=available.amount if available else None,
            as_of=booked.day if booked else None,
            institution=_first(report, "Acct/Svcr/FinInstnId/Nm") or None,
        )
    )


def _latest(statements: list[Statement]) -> Iterator[Statement]:
    """Files hold a statement for each day; the last day's balance counts."""
    by_account: dict[str, Statement] = {}
    for statement in statements:
        kept = by_account.get(statement.account)
        if kept is None or (statement.as_of or date.min) >= (kept.as_of or date.min):
            by_account[statement.account] = statement
    yield from by_account.values()


def _row(entry: Element, line: int, account: str, currency: str) -> Row:
    other = _counterparty(entry)
    words = [other, *_remittance(entry), _first(entry, "AddtlNtryInf")]
    return Row(
        line=line,
        account=account,
        posted_on=_day(entry, "BookgDt", "ValDt"),
        amount=_signed(entry, currency),
        description=" ".join(dict.fromkeys(word for word in words if word)),
        bank_id=_first(entry, "AcctSvcrRef"),
        pending=_first(entry, "Sts/Cd", "Sts") == "PDNG",
        merchant=other or None,
        mcc=_first(entry, "CardTx/POI/MrchntCtgyCd") or None,
    )


def _counterparty(entry: Element) -> str:
    """Who paid, or was paid; empty for an entry that books several payments together."""
    details = list(entry.iter("TxDtls"))
    if len(details) != 1:
        return ""
    role = "Dbtr" if _first(entry, "CdtDbtInd") == "CRDT" else "Cdtr"
    return _first(details[0], f"RltdPties/{role}/Nm", f"RltdPties/{role}/Pty/Nm")


def _remittance(entry: Element) -> list[str]:
    return [plain(element.text or "") for element in entry.iter("Ustrd")]


def _balances(report: Element, currency: str) -> Iterator[_Balance]:
    for element in report.findall("Bal"):
        code = _first(element, "Tp/CdOrPrtry/Cd", "Tp/CdOrPrtry/Prtry")
        with suppress(BadInput):  # then the file simply does not state it
            yield _Balance(code, _day(element, "Dt"), _signed(element, currency))


def _best(balances: list[_Balance], codes: tuple[str, ...]) -> _Balance | None:
    for code in codes:
        found = [balance for balance in balances if balance.code == code]
        if found:
            return max(found, key=lambda balance: balance.day)
    return None


def _signed(element: Element, currency: str) -> Money:
    """The amount with the sign its indicator gives; a reversal's indicator says it already."""
    stated = element.find("Amt")
    if stated is None or not stated.text:
        raise BadInput("The amount is missing.")
    amount = Money(parse_amount(stated.text), stated.get("Ccy") or currency)
    indicator = _first(element, "CdtDbtInd")
    if indicator not in ("CRDT", "DBIT"):
        raise BadInput("It does not say whether money came in or went out.")
    return amount if indicator == "CRDT" else -amount


def _day(element: Element, *names: str) -> date:
    text = _first(element, *(f"{name}/{form}" for name in names for form in ("Dt", "DtTm")))
    return parse_date(text[:10], ("%Y-%m-%d",))


def _first(element: Element, *paths: str) -> str:
    """The first text found under ``paths``, empty when there is none."""
    texts = (plain(element.findtext(path) or "") for path in paths)
    return next((text for text in texts if text), "")
