"""What commands print as JSON."""

import json
from dataclasses import dataclass
from datetime import UTC, date, datetime
from pathlib import Path

import pytest

from cli.output import existing, plain, show
from finance_core.errors import BadInput
from finance_core.model import AccountKind
from finance_core.money import Money


@dataclass(frozen=True, slots=True)
class Row:
    day: date
    amount: Money
    kind: AccountKind
    at: datetime
    parts: tuple["Row", ...] = ()


def test_everything_becomes_plain_json():
    at = datetime(2026, 6, 15, 9, 30, tzinfo=UTC)
    row = Row(date(2026, 6, 15), Money.of("10.50", "GBP"), AccountKind.SAVINGS, at)
    value = {"rows": [Row(row.day, row.amount, row.kind, at, (row,))], "share": 0.5, "none": None}
    found = json.loads(json.dumps(plain(value)))
    inner = {
        "day": "2026-06-15",
        "amount": {"value": "10.50", "currency": "GBP"},
        "kind": "savings",
        "at": "2026-06-15T09:30:00+00:00",
        "parts": [],
    }
    assert found == {"rows": [{**inner, "parts": [inner]}], "share": 0.5, "none": None}


def test_people_get_text_and_programs_one_json_value(capsys):
    show({"name": "Zoë"}, as_json=False, text="Hello Zoë")
    show({"name": "Zoë"}, as_json=False)
    show({"name": "Zoë"}, as_json=True, text="Hello Zoë")
    assert capsys.readouterr().out == 'Hello Zoë\nname: Zoë\n{"name": "Zoë"}\n'


def test_a_file_has_to_be_there(tmp_path: Path):
    for path in (tmp_path, tmp_path / "none"):
        with pytest.raises(BadInput, match="There is no file"):
            existing(path)
    (tmp_path / "one").touch()
    assert existing(tmp_path / "one")
