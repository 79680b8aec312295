"""Names and categories on labelled raw descriptors, and how they are scored."""

from __future__ import annotations

import csv
import json
from pathlib import Path

import pytest

from finance_core.enrich import evaluation
from finance_core.enrich.classifier import CategoryModel, own_descriptors, train
from finance_core.enrich.phrases import fold
from finance_core.errors import BadInput

LABELLED = Path(__file__).parent / "labelled"


@pytest.fixture(scope="module")
def model() -> CategoryModel:
    return train()


def rows(name: str) -> list[dict[str, str]]:
    with (LABELLED / name).open(encoding="utf-8", newline="") as stream:
        return list(csv.DictReader(stream))


@pytest.mark.parametrize(
    ("name", "least", "names"), [("dev.csv", 0.93, 0.7), ("test.csv", 0.9, 0.65)]
)
def test_raw_bank_text_is_understood(
    model: CategoryModel, name: str, least: float, names: float
) -> None:
    result = evaluation.evaluate(LABELLED / name, model)
    assert result["rows"] >= 500
    assert result["macro_f1"] >= least
    assert result["plaid_macro_f1"] >= least
    assert result["merchant_accuracy"] >= names
    assert result["right_unasked"] >= 0.95
    assert 0 < result["asked"] < 0.1


def test_no_labelled_descriptor_is_trained_on() -> None:
    trained = {fold(text) for _, text, _ in own_descriptors()}
    labelled = [fold(row["description"]) for name in ("dev.csv", "test.csv") for row in rows(name)]
    assert not trained & set(labelled)
    assert len(set(labelled)) == len(labelled)


def test_what_is_scored(tmp_path: Path) -> None:
    file = tmp_path / "rows.csv"
    file.write_text(
        "description,amount,category,merchant\n"
        "TESCO STORES 3345 LONDON GB,-12.00,groceries,Tesco\n"
        "TESCO STORES 3346,-9.00,groceries,Somebody else\n"
        "THAI PALACE RESTAURANT,-31.00,dining,\n"
        "QQZX WVV,-5.00,dining,Qqzx WVV\n"
    )
    out = tmp_path / "out.jsonl"
    result = evaluation.evaluate(file, None, out)
    assert result["accuracy"] == 0.75
    assert result["per_category"] == {"dining": 0.6667, "groceries": 1.0}
    assert result["macro_f1"] == 0.8334
    assert result["plaid_macro_f1"] == 0.8571
    assert result["merchant_accuracy"] == 0.6667
    assert (result["unseen_share"], result["unseen_accuracy"]) == (0.6667, 0.5)
    assert (result["asked"], result["right_unasked"]) == (0.25, 1.0)
    written = [json.loads(line) for line in out.read_text().splitlines()]
    assert [row["predicted"] for row in written] == ["groceries", "groceries", "dining", "other"]


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("description,category\nX,dining\n", "columns"),
        ("description,amount,category\nX,much,dining\n", "Line 2"),
        ("description,amount,category\nX,-1,fine dining\n", "Line 2"),
    ],
)
def test_a_file_that_cannot_be_scored_says_why(tmp_path: Path, text: str, told: str) -> None:
    file = tmp_path / "rows.csv"
    file.write_text(text)
    with pytest.raises(BadInput, match=told):
        evaluation.evaluate(file, None)
