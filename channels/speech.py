"""Penny's messages as they are said aloud: short, rounded, without anything to look at.

The words are those of the text, with the same figures: amounts are rounded and called
"about" (`amounts_aloud`), but to the last digit where money is to move or has moved. Of a
list three entries are said. Buttons become a short question.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from xml.sax.saxutils import escape

from channels import amounts_aloud
from channels.turns import Button, Message

LONGEST = 900  # characters; about a minute of speech
MOST_ITEMS = 3

IN_THE_CHAT = "The figures are in your chat with Penny."
MORE = "There is more in your chat with Penny."
NOTHING = "I have nothing to say to that."
_YES_OR_NO = "Say yes or no."

_ITEM = re.compile(r"^\s*(?:[•*+–-]|\d{1,2}[.)])\s+(?P<item>\S.*)$")
_RULE = re.compile(r"^[\s|:=+-]*-{3,}[\s|:=+-]*$")
_LINK = re.compile(r"\[([^\[\]]{0,200})\]\([^()\s]{0,2000}\)")
_ADDRESS = re.compile(r"(?:https?://|www\.|/api/)\S+", re.IGNORECASE)
_SENTENCE_END = re.compile(r"(?<=[.!?])\s+(?=[\"“A-Z0-9])")
_DAYS = {"Mon": "Monday", "Tue": "Tuesday", "Wed": "Wednesday", "Thu": "Thursday",
         "Fri": "Friday", "Sat": "Saturday", "Sun": "Sunday"}  # fmt: skip
_DAY = re.compile(rf"\b({'|'.join(_DAYS)})(?= \d)")
_WAYS_BACK = frozenset({"undo", "cancel"})
# What a question for a yes tells besides what would happen; all other figures are said whole.
_AROUND = frozenset(
    {"available", "balance", "before", "floor", "left", "low_point", "safe_amount", "stays"}
)
_OPENINGS = re.compile(r"^(Done|Undone|Taken back|Kept|Cancelled)\b")
_DAY_NAMED = re.compile(
    r"\b(?:(?:mon|tues|wednes|thurs|fri|satur|sun)day|tomorrow|yesterday|january|february|march|"
    r"april|(?-i:May)|june|july|august|september|october|november|december)\b",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class Spoken:
    """What is said aloud.

    Attributes:
        text: plain words.
        ssml: the same as an SSML document, with everything escaped.
        question: whether Penny waits for an answer.
    """

    text: str
    ssml: str
    question: bool


@dataclass(frozen=True, slots=True)
class _Sentence:
    """A sentence, and whether it must be said however long the rest is."""

    words: str
    needed: bool = False


def spoken(messages: Sequence[Message], *, private: bool = False) -> Spoken:
    """What is said for ``messages``.

    Args:
        messages: Penny's answer.
        private: no figures aloud: no amounts, days or numbers.
    """
    found = [one for message in messages for one in _said(message, private)]
    sentences = list(dict.fromkeys(found))
    buttons = next((message.buttons for message in reversed(messages) if message.buttons), ())
    last = sentences[-1].words if sentences else ""
    asks = last.endswith("?")
    offer = _offer(buttons, asks, private)
    if offer:
        sentences.append(_Sentence(offer, needed=True))
    kept = _bounded(sentences or [_Sentence(NOTHING)])
    offered = any(_plain(button) not in _WAYS_BACK for button in buttons)
    return aloud(kept, question=asks or offered)


def aloud(sentences: Sequence[str], *, question: bool = False) -> Spoken:
    """Sentences of a channel's own as what is said; they are cleaned and escaped here."""
    cleaned = [words for sentence in sentences if (words := _clean(sentence))]
    marks = "".join(f"<s>{escape(words)}</s>" for words in cleaned)
    return Spoken(" ".join(cleaned), f"<speak>{marks}</speak>", question)


def pressed(text: str, messages: Sequence[Message]) -> str:
    """The payload of the button whose title was said, else ``text`` itself."""
    said = _letters(text)
    for message in messages:
        for button in message.buttons:
            if said and said in (_letters(button.title), _letters(button.payload)):
                return button.payload
    return text


def asks_for_yes(messages: Sequence[Message]) -> bool:
    """Whether the answer waits for a yes."""
    return any(_is_yes_or_no(message.buttons) for message in messages)


def _said(message: Message, private: bool) -> list[_Sentence]:
    text = message.text or (message.chart or {}).get("summary") or ""
    if private and (message.facts or message.chart or _has_figures(text)):
        return _without_figures(text)
    exact = _exact_amounts(message)
    return [
        _Sentence(words, needed or words.endswith("?"))
        for sentence in _sentences(text)
        for words, needed in [
            amounts_aloud.replaced(sentence, lambda size, currency: (size, currency) in exact)
        ]
    ]


def _without_figures(text: str) -> list[_Sentence]:
    """What happened in a word, where the figures are, and the question, if it has none."""
    opening = _OPENINGS.match(text)
    asked = [words for words in _sentences(text) if words.endswith("?") and not _has_figures(words)]
    told = [f"{opening[1]}."] if opening else []
    return [_Sentence(words, needed=True) for words in (*told, IN_THE_CHAT, *asked[-1:])]


def _has_figures(text: str) -> bool:
    """Whether a text holds a number or names a day."""
    return any(letter.isnumeric() for letter in text) or bool(_DAY_NAMED.search(text))


def _exact_amounts(message: Message) -> frozenset[tuple[Decimal, str]]:
    """Amounts that are said to the last digit: what is to move, or has."""
    asks = _is_yes_or_no(message.buttons)
    found = set()
    for fact in message.facts:
        name, where = fact.get("name"), {"period", "label", "account"} & fact.keys()
        if fact.get("currency") and ((asks and name not in _AROUND) or
                                     (name == "amount" and not where)):  # fmt: skip
            found.add((abs(Decimal(fact["value"])), fact["currency"]))
    return frozenset(found)


def _sentences(text: str) -> list[str]:
    """The sentences of a text; a list becomes one, with its first entries."""
    found: list[str] = []
    items: list[str] = []
    for line in [*text.splitlines(), ""]:
        item = _entry(line)
        if item:
            items.append(item)
            continue
        if _RULE.match(line) and len(items) == 1:  # the heads of a table's columns
            items = []
            continue
        if items:
            found.append(_listed(items))
            items = []
        found += _SENTENCE_END.split(line.strip()) if not _RULE.match(line) else []
    return [words for sentence in found if (words := _finished(_clean(sentence)))]


def _entry(line: str) -> str | None:
    """The line as an entry of a list or a row of a table."""
    if match := _ITEM.match(line):
        return match["item"]
    if "|" in line and not _RULE.match(line):
        cells = [cell.strip() for cell in line.split("|")]
        return ", ".join(cell for cell in cells if cell)
    return None


def _listed(items: Sequence[str]) -> str:
    shown = [item.rstrip(" .;") for item in items[:MOST_ITEMS]]
    left = len(items) - len(shown)
    return "; ".join([*shown, f"and {left} more"] if left else shown) + "."


def _clean(text: str) -> str:
    """Words alone: no markup, addresses, pictures or signs that are read out by name."""
    text = _LINK.sub(r"\1", text)
    text = _ADDRESS.sub("the link in your chat with Penny", text)
    text = re.sub(r"(?<=\d)\s?[–—]\s?(?=-?[\d$£€])", " to ", text).replace("→", " to ")
    text = re.sub(r"\s[–—]\s", ", ", text)
    text = re.sub(r"\s*\(([^()]*)\)", r", \1,", text.replace("&", " and "))
    text = "".join(_sayable(character) for character in text)
    text = _DAY.sub(lambda match: _DAYS[match[1]], text)
    text = re.sub(r"\s+([,.;:!?])", r"\1", " ".join(text.split()))
    return re.sub(r",+(?=[,.;:!?])", "", text).strip(" ,;")


def _sayable(character: str) -> str:
    if character in '*_`~#|<>^\\{}[]“”"':
        return "" if character in '“”"*_`~' else " "
    if character in "’‘":
        return "'"
    kind = unicodedata.category(character)
    pictures = kind in ("So", "Sk", "Cs", "Co", "Cn", "Cf") or "\ufe00" <= character <= "\ufe0f"
    return " " if kind.startswith("Z") or kind == "Cc" else "" if pictures else character


def _finished(text: str) -> str:
    """A sentence with its full stop; a heading's colon is one."""
    text = text.rstrip(":").rstrip()
    return text if not text or text[-1] in ".!?" else f"{text}."


def _offer(buttons: Sequence[Button], asks: bool, private: bool) -> str:
    """The buttons as a short question."""
    if _is_yes_or_no(buttons):
        return _YES_OR_NO
    wanted = [b.title for b in buttons if _plain(b) not in _WAYS_BACK]
    titles = [title for title in map(_clean, wanted) if len(title) <= 60]
    titles = [title for title in titles if not (private and _has_figures(title))]
    if not titles:
        return ""
    shown = [amounts_aloud.replaced(t, lambda *_: True)[0].rstrip(".!?")
             for t in titles[:MOST_ITEMS]]  # fmt: skip
    names = shown[0] if len(shown) == 1 else f"{', '.join(shown[:-1])} or {shown[-1]}"
    return f"Say {names}." if asks else f"You can say {names}. What would you like?"


def _is_yes_or_no(buttons: Sequence[Button]) -> bool:
    said = {word for button in buttons for word in (_plain(button), button.payload.lower())}
    return any(word == "yes" or word.startswith("/affirm") for word in said)


def _plain(button: Button) -> str:
    return _letters(button.payload)


def _letters(text: str) -> str:
    return " ".join(re.sub(r"[^\w\s]", " ", text).casefold().split())


def _bounded(sentences: Sequence[_Sentence]) -> list[str]:
    """As many sentences as fit; those that are needed in any case, and then a word of the rest."""
    room = LONGEST - len(MORE) - 1
    needed = sum(len(one.words) + 1 for one in sentences if one.needed)
    left_over = room - needed
    kept, cut = [], False
    for one in sentences:
        if one.needed:
            kept.append(one.words)
        elif not cut and len(one.words) + 1 <= left_over:
            kept.append(one.words)
            left_over -= len(one.words) + 1
        else:
            cut = True
    if needed > room or not kept:
        kept = kept or [sentences[0].words]
        return [_shortened(" ".join(kept), room), MORE]
    if not cut:
        return kept
    place = next((n for n, one in enumerate(kept) if one.endswith("?")), len(kept))
    return [*kept[:place], MORE, *kept[place:]]


def _shortened(text: str, longest: int) -> str:
    return f"{text[:longest].rsplit(' ', 1)[0][: longest - 1].rstrip(' ,;.')}."
