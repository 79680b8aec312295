"""Reads a bank export of any known format."""

from __future__ import annotations

from pathlib import Path

from finance_core.connectors.files import camt, ofx, qif, tables
from finance_core.connectors.files.batch import FileBatch, assemble
from finance_core.connectors.files.decoding import decode
from finance_core.errors import BadInput
from finance_core.money import exponent

FORMATS = ("csv", "ofx", "qif", "camt")
_ALIASES = {"qfx": "ofx", "tsv": "csv", "camt.053": "camt", "camt053": "camt", "xml": "camt"}
_LARGEST_FILE = 64 * 2**20  # bytes


def read(
    content: bytes,
    *,
    format: str | None = None,
    account: str | None = None,
    currency: str,
    name: str = "Imported account",
    profiles: Path | None = None,
) -> FileBatch:
    """Reads a bank export.

    Args:
        content: the whole file.
        format: one of ``FORMATS`` (or ``qfx``); told by the content when None.
        account: the person's name for the account: renames the only account of a file,
            or picks one of several.
        currency: ISO 4217 code of amounts whose file does not say.
        name: name of an account that neither the file nor ``account`` names.
        profiles: folder with further CSV profiles, tried before Penny's own.

    Raises:
        BadInput: empty, too large, not a bank export, or an unknown format or account.
    """
    exponent(currency)
    if len(content) > _LARGEST_FILE:
        raise BadInput(f"The file is larger than {_LARGEST_FILE // 2**20} MB.")
    text = decode(content)
    chosen = _format(format, text)
    if chosen == "ofx":
        contents = ofx.rows(content, currency)
    elif chosen == "camt":
        contents = camt.rows(content, currency)
    elif chosen == "qif":
        contents = qif.rows(text, currency)
    else:
        contents = tables.rows(content, currency, profiles)
    if not (contents.rows or contents.rejected or contents.statements):
        raise BadInput("The file has no transactions in it.")
    return assemble(contents, account, name)


def _format(asked: str | None, text: str) -> str:
    if asked is None:
        return _detected(text[:8192].lstrip())
    chosen = _ALIASES.get(asked.lower(), asked.lower())
    if chosen not in FORMATS:
        raise BadInput(f"I can't read {asked!r}; I know {', '.join(FORMATS)}.")
    return chosen


def _detected(head: str) -> str:
    if head.startswith("OFXHEADER") or "<OFX>" in head.upper() or "<?OFX" in head.upper():
        return "ofx"
    if head.startswith("<"):
        return "camt"
    if head.startswith(("!Type", "!Account", "!Option", "!Clear")):
        return "qif"
    return "csv"
