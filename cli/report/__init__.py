"""A backtest's result as one HTML file: the figures as tables, and charts of them.

Reads the JSON object that the command prints, and shows what is there: a key that a backtest
gains later becomes a table (and, where it is a series or a comparison, a chart) by itself.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from pathlib import Path
from typing import Any

from cli.report.page import page
from cli.report.sections import sections


def write(
    path: Path, title: str, result: Mapping[str, Any], *, source: str, protocol: str, today: date
) -> None:
    """Writes the report of one run.

    Args:
        path: the file to write; one that is there is replaced.
        title: what was measured.
        result: the JSON object that was printed.
        source: name of the file that it was measured on.
        protocol: how it was measured, in paragraphs of plain text.
        today: the day it was made.
    """
    html = page(title, f"{source}, {today:%-d %B %Y}", sections(result), protocol)
    path.write_text(html, encoding="utf-8")
