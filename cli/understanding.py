"""Scoring the trained model's intents through Rasa's own HTTP interface."""

from __future__ import annotations

import json
import tempfile
from collections import Counter
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import httpx

from cli.stack import running_stack
from finance_core.errors import BadInput

_FALLBACK = "nlu_fallback"
OUT_OF_SCOPE = "out_of_scope"


def read_rows(path: Path) -> list[dict[str, str]]:
    """Rows ``{"text", "intent"}`` of a JSON-lines file.

    Raises:
        BadInput: a line is not of that form; the message names the line.
    """
    rows = []
    try:
        lines = path.read_text("utf-8").splitlines()
    except UnicodeDecodeError as error:
        raise BadInput(f"{path.name} is not a text in UTF-8.") from error
    for number, line in enumerate(lines, 1):
        if not line.strip():
            continue
        try:
            row = json.loads(line)
            rows.append({"text": str(row["text"]), "intent": str(row["intent"])})
        except (ValueError, KeyError, TypeError) as error:
            raise BadInput(f"{path.name}:{number}: a row needs text and intent.") from error
    if not rows:
        raise BadInput(f"{path.name} has no rows.")
    return rows


def evaluate(path: Path) -> tuple[dict[str, Any], list[dict[str, Any]]]:
    """Parses every text with the trained model; returns the scores and the raw rows."""
    rows = read_rows(path)
    with tempfile.TemporaryDirectory(prefix="penny-") as folder:
        others = ("bank", "objects", "actions", "channels", "worker")
        with running_stack(Path(folder), without=others) as stack:
            results = understood(rows, stack.environment)
    return score(results), results


def understood(
    rows: Sequence[Mapping[str, str]], variables: Mapping[str, str]
) -> list[dict[str, Any]]:
    """What a running Rasa makes of rows ``{"text", "intent"}``.

    Args:
        rows: texts and what they mean.
        variables: of the stack that Rasa belongs to.
    """
    return [
        {
            "text": row["text"],
            "intent": row["intent"],
            "predicted": answer["intent"]["name"],
            "confidence": round(answer["intent"]["confidence"], 4),
            "entities": [
                {key: entity[key] for key in ("entity", "value", "start", "end")}
                for entity in answer["entities"]
            ],
        }
        for row, answer in zip(rows, _parse(rows, variables), strict=True)
    ]


def _parse(rows: Sequence[Mapping[str, str]], variables: Mapping[str, str]) -> list[dict[str, Any]]:
    with httpx.Client(base_url=variables["PENNY_RASA_URL"], timeout=30) as client:
        token = {"token": variables["PENNY_RASA_TOKEN"]}
        return [
            client.post("/model/parse", params=token, json={"text": row["text"]})
            .raise_for_status()
            .json()
            for row in rows
        ]


def score(results: list[dict[str, Any]]) -> dict[str, Any]:
    """Accuracy, macro-F1 and the figures of each intent; a fallback is out of scope."""
    gold = [row["intent"] for row in results]
    said = [OUT_OF_SCOPE if r["predicted"] == _FALLBACK else r["predicted"] for r in results]
    right = Counter(g for g, s in zip(gold, said, strict=True) if g == s)
    wanted, given = Counter(gold), Counter(said)
    per_intent = {
        intent: {
            "rows": wanted[intent],
            "recall": round(right[intent] / wanted[intent], 4),
            "precision": round(right[intent] / given[intent], 4) if given[intent] else 0.0,
            "f1": round(2 * right[intent] / (wanted[intent] + given[intent]), 4),
        }
        for intent in sorted(wanted)
    }
    recall = per_intent.get(OUT_OF_SCOPE, {}).get("recall")
    return {
        "rows": len(results),
        "accuracy": round(sum(right.values()) / len(results), 4),
        "macro_f1": round(sum(entry["f1"] for entry in per_intent.values()) / len(per_intent), 4),
        "out_of_scope_recall": recall,
        "per_intent": per_intent,
    }
