"""Penny's words in Telegram's MarkdownV2: bold figures, tables in columns, all else escaped.

Whatever a merchant is called, Telegram shows the characters it is called by
(https://core.telegram.org/bots/api#markdownv2-style).
"""

from __future__ import annotations

import re
from itertools import groupby

from telegram.helpers import escape_markdown

_BOLD = re.compile(r"\*\*(.+?)\*\*")
_FIGURE = re.compile(r"(?P<label>\s*• .{1,60}?: +)(?P<figure>\S.{0,39})")
_RULE = re.compile(r"[\s|:+-]+")


def rendered(text: str) -> str:
    """``text`` as MarkdownV2."""
    parts = []
    for table, lines in groupby(text.split("\n"), _in_table):
        found = list(lines)
        if table and len(found) > 1:
            parts.append(_table(found))
        else:
            parts += [_line(line) for line in found]
    return "\n".join(parts)


def _in_table(line: str) -> bool:
    return " | " in line


def _line(line: str) -> str:
    match = _FIGURE.fullmatch(line)
    if match and "**" not in line and any(map(str.isdigit, match["figure"])):
        return f"{_escaped(match['label'])}*{_escaped(match['figure'])}*"
    pieces = _BOLD.split(line)
    return "".join(
        f"*{_escaped(piece)}*" if place % 2 else _escaped(piece)
        for place, piece in enumerate(pieces)
    )


def _table(lines: list[str]) -> str:
    rows = [
        [cell.strip() for cell in line.strip().strip("|").split("|")]
        for line in lines
        if not _RULE.fullmatch(line)
    ]
    widths = [
        max(len(row[column]) for row in rows if column < len(row))
        for column in range(max(map(len, rows), default=0))
    ]
    columns = ["  ".join(map(str.ljust, row, widths)).rstrip() for row in rows]
    inside = escape_markdown("\n".join(columns), version=2, entity_type="pre")
    return f"```\n{inside}\n```"


def _escaped(text: str) -> str:
    return escape_markdown(text, version=2)
