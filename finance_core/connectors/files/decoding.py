"""From bytes to text, for files whose encoding nobody states."""

from __future__ import annotations

import codecs
import re
import unicodedata
from collections.abc import Iterator

from finance_core.errors import BadInput

_OTHER_FILES = (
    (b"%PDF", "a PDF"),
    (b"PK\x03\x04", "an Excel or zip file"),
    (b"\xd0\xcf\x11\xe0", "an old Excel file"),
    (b"\x89PNG", "a picture"),
    (b"\xff\xd8\xff", "a picture"),
    (b"\x1f\x8b", "a compressed file"),
)
_BYTE_ORDER_MARKS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
_LONGEST_TEXT = 1_000
_UNPRINTABLE = frozenset({"Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"})


def decode(content: bytes, encoding: str | None = None) -> str:
    """The text of a file: by its byte order mark, as UTF-8, else in a single-byte code page.

    Args:
        content: the file.
        encoding: code page to take when it is not Unicode; Windows-1252 unless given.

    Raises:
        BadInput: the file is empty, or not a text file.
    """
    if not content.strip():
        raise BadInput("The file is empty.")
    for magic, what in _OTHER_FILES:
        if content.startswith(magic):
            raise BadInput(f"This is {what}. Please export it as CSV, OFX, QIF or CAMT.053.")
    for mark, name in _BYTE_ORDER_MARKS:
        if content.startswith(mark):
            return _decoded(content, name)
    if b"\x00" in content:
        raise BadInput("This is not a text file. Please export it as CSV, OFX, QIF or CAMT.053.")
    if is_utf8(content):
        return content.decode("utf-8")
    return content.decode(encoding or "cp1252", errors="replace")


def is_utf8(content: bytes) -> bool:
    """Whether the bytes are valid UTF-8."""
    try:
        content.decode("utf-8")
    except UnicodeDecodeError:
        return False
    return True


def _decoded(content: bytes, encoding: str) -> str:
    try:
        return content.decode(encoding)
    except UnicodeDecodeError as err:
        raise BadInput("The file's text is damaged; please export it again.") from err


def lines_of(pattern: re.Pattern[str], text: str) -> Iterator[int]:
    """Line, counted from 1, on which each match of ``pattern`` begins."""
    line, reached = 1, 0
    for match in pattern.finditer(text):
        line += text.count("\n", reached, match.start())
        reached = match.start()
        yield line


def plain(text: str) -> str:
    """One line of printable text; what looks like a formula stays the text it is."""
    if text.isascii() and text.isprintable() and "  " not in text:
        return text.strip()[:_LONGEST_TEXT]
    line = "".join(
        " " if character.isspace() or unicodedata.category(character) in _UNPRINTABLE
        else character
        for character in text
    )  # fmt: skip
    return re.sub(r"\s+", " ", line).strip()[:_LONGEST_TEXT]
