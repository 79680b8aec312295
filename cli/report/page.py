"""A report's HTML: one file that needs nothing else, in light and dark."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import asdict
from html import escape
from textwrap import dedent

from channels.charts.looks import COLOURS, Theme
from cli.report.sections import Section, words, written
from cli.report.tables import Table, number

_MOST_ROWS = 12  # longer tables are folded up
_CODE = re.compile(r"``(.+?)``")
_STYLE = """\
body { max-width: 860px; margin: 0 auto; padding: 24px 20px 60px; background: var(--ground);
  color: var(--ink); font: 16px/1.5 system-ui, -apple-system, "Segoe UI", Roboto, "Noto Sans",
  sans-serif; font-variant-numeric: tabular-nums; }
h1 { margin-bottom: 0; line-height: 1.2; } h2 { margin: 40px 0 8px; }
.when { margin-top: 4px; color: var(--soft); }
.wide { overflow-x: auto; }
table { border-collapse: collapse; font-size: 0.92rem; }
th, td { padding: 5px 18px 5px 0; border-bottom: 1px solid var(--line); text-align: left;
  white-space: nowrap; }
thead th { color: var(--soft); } tbody th { font-weight: 400; }
.number { text-align: right; }
figure { margin: 12px 0 20px; } figcaption { margin-bottom: 4px; font-weight: 600; }
svg { display: block; max-width: 100%; height: auto; }
main > details { margin-top: 44px; }
summary { cursor: pointer; font-weight: 600; color: var(--note); }
"""


def page(title: str, when: str, sections: Sequence[Section], protocol: str) -> str:
    """The whole page."""
    body = "\n".join(_section(section) for section in sections)
    return (
        '<!doctype html>\n<html lang="en">\n<head>\n<meta charset="utf-8">\n'
        '<meta name="viewport" content="width=device-width, initial-scale=1">\n'
        f'<meta name="color-scheme" content="light dark">\n<title>{escape(title)}</title>\n'
        f"<style>\n:root {{ {_colours('light')} }}\n"
        f"@media (prefers-color-scheme: dark) {{ :root {{ {_colours('dark')} }} }}\n"
        f"{_STYLE}</style>\n</head>\n<body>\n<main>\n<h1>{escape(title)}</h1>\n"
        f'<p class="when">{escape(when)}</p>\n{body}\n{_protocol(protocol)}'
        "</main>\n</body>\n</html>\n"
    )


def _colours(theme: Theme) -> str:
    return " ".join(f"--{name}: {colour};" for name, colour in asdict(COLOURS[theme]).items())


def _section(section: Section) -> str:
    charts = "\n".join(
        f"<figure><figcaption>{escape(chart.caption)}</figcaption>\n"
        f"{_named(chart.svg, chart.caption)}</figure>"
        for chart in section.charts
    )
    table = _table(section.table, section.title) if section.table else ""
    return f"<section>\n<h2>{escape(section.title)}</h2>\n{charts}\n{table}\n</section>"


def _named(svg: str, caption: str) -> str:
    """The drawing as one picture; its figures stand in the table beside it."""
    return svg.replace("<svg ", f'<svg role="img" aria-label="{escape(caption)}" ', 1)


def _table(table: Table, title: str) -> str:
    alone = table.columns == ("value",)
    heads = "".join(map(_head, table.columns))
    corner = f'<th scope="col">{escape(words(table.names))}</th>' if table.names else "<td></td>"
    head = "" if alone else f"<thead><tr>{corner}{heads}</tr></thead>"
    rows = "".join(
        f'<tr><th scope="row">{escape(words(name))}</th>{"".join(map(_cell, cells))}</tr>'
        for name, cells in table.rows
    )
    label = escape(title)
    made = (
        f'<div class="wide" tabindex="0" role="group" aria-label="Table: {label}">'
        f"<table>{head}<tbody>{rows}</tbody></table></div>"
    )
    if table.name == "result" or len(table.rows) <= _MOST_ROWS:
        return made
    return f"<details><summary>All {len(table.rows)} rows</summary>{made}</details>"


def _head(column: str) -> str:
    return f'<th scope="col" class="number">{escape(words(column))}</th>'


def _cell(value: str | float | bool | None) -> str:
    kind = ' class="number"' if value is None or number(value) is not None else ""
    return f"<td{kind}>{escape(written(value))}</td>"


def _protocol(text: str) -> str:
    """How it was measured: paragraphs of plain text, with ``names`` as code."""
    paragraphs = [
        f"<p>{_CODE.sub(r'<code>\1</code>', escape(part))}</p>"
        for part in dedent(text).strip().split("\n\n")
        if part.strip()
    ]
    if not paragraphs:
        return ""
    return f"<details><summary>How it was measured</summary>\n{''.join(paragraphs)}</details>\n"
