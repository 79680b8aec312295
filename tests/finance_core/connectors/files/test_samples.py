"""Every sample is read as its golden file says.

After a wanted change: ``PENNY_WRITE_GOLDEN=1 pytest tests/finance_core/connectors/files``,
then read the difference before committing it.
"""

import json
import os
from dataclasses import asdict
from pathlib import Path

import pytest

from finance_core.connectors.files import FileBatch, read

SAMPLES = Path(__file__).parent / "samples"


def plain(batch: FileBatch) -> dict[str, object]:
    def text(value: object) -> object:
        if isinstance(value, dict) and value.keys() == {"amount", "currency"}:
            return f"{value['amount']} {value['currency']}"
        if isinstance(value, dict):
            return {k: text(v) for k, v in value.items() if v is not None and v is not False}
        if isinstance(value, list | tuple):
            return [text(v) for v in value]
        return value if isinstance(value, int | str) else str(value)

    return {
        "accounts": [text(asdict(account)) for account in batch.batch.accounts],
        "movements": [text(asdict(record)) for record in batch.batch.upserts],
        "rejected": [text(asdict(row)) for row in batch.rejected],
        "stated": sorted(batch.stated),
    }


@pytest.mark.parametrize(
    "sample", sorted(p for p in SAMPLES.iterdir() if p.suffix != ".json"), ids=lambda p: p.name
)
def test_sample_is_read_as_its_golden_file_says(sample: Path) -> None:
    found = plain(read(sample.read_bytes(), currency="EUR", name="My account"))
    golden = sample.with_name(f"{sample.name}.golden.json")
    if os.environ.get("PENNY_WRITE_GOLDEN"):
        golden.write_text(json.dumps(found, indent=1, ensure_ascii=False) + "\n", "utf-8")
    assert found == json.loads(golden.read_text("utf-8"))


def test_every_profile_has_a_sample() -> None:
    folder = SAMPLES.parents[4] / "finance_core/connectors/files/profiles"
    names = {path.stem for path in folder.glob("*.yml")}
    assert names <= {path.stem for path in SAMPLES.glob("*.csv")}
