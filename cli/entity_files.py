"""Other people's labelled values: NLU++ and Schema-Guided Dialogue, told by their shape."""

from __future__ import annotations

import json
import re
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal, InvalidOperation
from pathlib import Path
from typing import Any

from text_to_num import text2num

from finance_core.errors import BadInput

_NO_YEAR_SAID = ("today", 0), ("tomorrow", 1), ("yesterday", -1)
_CURRENCIES = {
    "USD": r"\$|dollars?|bucks?|usd",
    "GBP": r"£|pounds?|quid|gbp",
    "EUR": r"€|euros?|eur",
}


@dataclass(frozen=True, slots=True)
class Gold:
    """One value that people said a text holds.

    Attributes:
        slot: the name it has in the file.
        words: the value's own words in the text.
        value: as in the file.
        task: the dialogue's intent, where the file has dialogues.
    """

    text: str
    slot: str
    words: str
    value: Any
    task: str = ""


@dataclass(frozen=True, slots=True)
class Labelled:
    """A labelled file: how many texts it has, their values, and the day they were said on."""

    texts: int
    golds: tuple[Gold, ...]
    said_on: date | None


def read_labelled(path: Path) -> Labelled:
    """Reads NLU++ (a JSON list) or Schema-Guided Dialogue (JSON lines).

    Raises:
        BadInput: the file is neither.
    """
    try:
        text = path.read_text("utf-8")
        if text.lstrip().startswith("["):
            rows = json.loads(text)
            golds = tuple(gold for row in rows for gold in _nlupp(row))
        else:
            rows = [json.loads(line) for line in text.splitlines() if line.strip()]
            golds = tuple(gold for row in rows for gold in _dialogue(row))
    except UnicodeDecodeError as error:
        raise BadInput(f"{path.name} is not a text in UTF-8.") from error
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        raise BadInput(
            f"{path.name} is neither NLU++ (a list of texts with slots) nor Schema-Guided "
            "Dialogue (one user turn with its frames a line)."
        ) from error
    if not golds:
        raise BadInput(f"{path.name} has no labelled values.")
    return Labelled(len(rows), golds, _said_on(golds))


def _nlupp(row: Mapping[str, Any]) -> Iterator[Gold]:
    for slot, entry in (row.get("slots") or {}).items():
        value = entry["value"] if "value" in entry else entry["values"]
        yield Gold(str(row["text"]), slot, str(entry["text"]), value)


def _dialogue(row: Mapping[str, Any]) -> Iterator[Gold]:
    """The values the turn itself tells; its state also holds those told before."""
    for frame in row["frames"]:
        for act in frame["acts"]:
            if act["act"] == "INFORM" and act["slot"] != "intent" and act["values"]:
                said = str(act["values"][0])
                yield Gold(str(row["utterance"]), act["slot"], said, said, frame["active_intent"])


def _said_on(golds: tuple[Gold, ...]) -> date | None:
    """The day most values of "today", "tomorrow" and "yesterday" go back to."""
    days = Counter(
        day - timedelta(days=away)
        for gold in golds
        for word, away in _NO_YEAR_SAID
        if gold.words.lower() == word and (day := day_of(gold.value))
    )
    return days.most_common(1)[0][0] if days else None


def day_of(value: Any) -> date | None:
    """The day of a gold value; None when it has none ("ambiguous")."""
    try:
        return date(int(value["year"]), int(value["month"]), int(value["day"]))
    except (KeyError, TypeError, ValueError):
        return None


def period_of(value: Any) -> tuple[date, date] | None:
    """First and last day of a gold period; None when it has no days."""
    if not isinstance(value, Mapping) or value.get("type") != "absolute":
        return None
    first, last = day_of(value.get("from")), day_of(value.get("to"))
    return (first, last) if first and last else None


def amount_of(value: Any) -> tuple[Decimal, str | None] | None:
    """A gold amount and its currency, None where nobody can tell; None when it is no amount.

    Amounts in words are read by ``text2num``, not by Penny.
    """
    if isinstance(value, Mapping):
        currency = str(value.get("currency") or "")
        return Decimal(str(value["amount"])), currency if currency.isupper() else None
    said = str(value).lower().strip()
    named = next((code for code, sign in _CURRENCIES.items() if re.search(sign, said)), None)
    number = re.sub("|".join(_CURRENCIES.values()), "", said).strip().replace(",", "")
    try:
        return Decimal(number), named
    except InvalidOperation:
        pass
    try:
        return Decimal(text2num(re.sub(r"^an? ", "one ", number), "en")), named
    except ValueError:
        return None
