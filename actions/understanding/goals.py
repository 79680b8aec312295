"""What a sentence says about a savings goal: its name, its day, what is there already."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from datetime import date

from rapidfuzz import fuzz

from actions.understanding.amounts import find_amounts
from actions.understanding.days import tidy
from actions.understanding.horizons import find_horizon
from actions.understanding.periods import describe, find_period, without_dates
from finance_core.errors import BadInput
from finance_core.money import Money

_ALIKE = 84  # similarity (0-100) a misspelt word must reach
_SHORTEST_FUZZY = 5
_ARTICLE = r"(?:(?:an?|my|our|the|some|his|her|their|this|that)\s+)*"
_END = re.compile(
    r"\s*(?:\b(?:by|until|till|before|within|in|on|at|with|of|from|using|into|every|each|per|"
    r"costing|which|is|are|was|and|i|we|please|because|due|called|next|soon|together|"
    r"worth|that costs|goal|fund|pot|towards?|aside|now|today|to (?:an?|the)? ?[€£$¥]?\d)\b|"
    r"[,.;:!?()€£$¥\d%]|$).*",
    re.IGNORECASE | re.DOTALL,
)
_NOT_FIRST = (
    r"(?:an?|the|my|new|savings?|saving|money|another|second|monthly|big|start|make|create|set|up|"
    r"add|open|build|begin|have|want|need|like|change|raise|lower|move|drop|delete|remove|cancel)\b"
)
_NAMED = (
    re.compile(r"\b(?:called|named|call it|name it)\s+[\"“'‘]?(?P<name>.+)", re.IGNORECASE),
    re.compile(
        rf"\b{_ARTICLE}(?P<name>(?!{_NOT_FIRST})[a-z]+(?:\s(?!(?:an?|the|my|new|savings?)\b)[a-z]+)?)\s+"
        r"(?:fund|pot)\b",
        re.IGNORECASE,
    ),
    re.compile(rf"\b(?:for|towards?)\s+{_ARTICLE}(?P<name>[^\W\d_].*)", re.IGNORECASE),
    re.compile(
        rf"\b{_ARTICLE}(?P<name>(?!{_NOT_FIRST})[a-z]+)\s+goal\b",
        re.IGNORECASE,
    ),
    re.compile(rf"\bgoal(?:: ?| is )(?!to\b){_ARTICLE}(?P<name>[^\W\d_].*)", re.IGNORECASE),
)
_NO_NAME = frozenset(
    {"me", "us", "it", "that", "this", "goal", "goals", "savings", "saving", "money", "a", "an",
     "my", "the", "new", "start", "make", "create", "set", "add", "open", "something", "begin",
     "up", "first", "another", "please"}
)  # fmt: skip
_LEAD = re.compile(
    rf"^\W*(?:it'?s|it is|that'?s|i'?m saving|i want|we want|just|well|for|to buy|to get|"
    rf"to save|save|call it|name it|um|erm)?\s*(?:up\s+)?(?:for\s+)?{_ARTICLE}",
    re.IGNORECASE,
)
_ALREADY = re.compile(
    r"\b(?:i|we)(?:'ve| have| had| got)?\s+(?:already\s+|got\s+|saved\s+|put\s+)+.*"
    r"|\b(?:i|we) have\s+(?=[€£$¥]?\d).*|\balready\b.*|\bstarting (?:with|from)\b.*",
    re.IGNORECASE | re.DOTALL,
)
_YEAR_ONLY = re.compile(r"\b(?:by|until|before|in) (?:the )?(?:end of )?(?P<year>20\d\d)\b")
_FEASTS: tuple[tuple[re.Pattern[str], int, int], ...] = (
    (re.compile(r"\b(?:by|until|before|for|next|this) (?:christmas|xmas)\b"), 12, 25),
    (re.compile(r"\b(?:by|until|before) (?:the )?new year\b"), 1, 1),
    (re.compile(r"\b(?:by|until|before) (?:the )?(?:next |this |coming )?spring\b"), 3, 1),
    (re.compile(r"\b(?:by|until|before) (?:the )?(?:next |this |coming )?summer\b"), 6, 1),
    (re.compile(r"\b(?:by|until|before) (?:the )?(?:next |this |coming )?(?:autumn|fall)\b"), 9, 1),
    (re.compile(r"\b(?:by|until|before) (?:the )?(?:next |this |coming )?winter\b"), 12, 1),
)
_BUYING = re.compile(
    rf"^(?:to )?(?:buy|buying|get|getting|pay for|paying for) {_ARTICLE}", re.IGNORECASE
)
_FUNDS = frozenset({"emergency", "rainy day", "sinking"})  # they are named after what they are
_NOT_A_DAY = re.compile(r"\b(?:right )?(?:now|today|tonight)\b")
# words of a goal's name that do not tell it from another
_PLAIN = frozenset(
    {
        "a",
        "an",
        "and",
        "fund",
        "for",
        "goal",
        "my",
        "new",
        "of",
        "our",
        "pot",
        "savings",
        "the",
        "to",
    }
)


def goal_name(text: str, *, answer: bool = False) -> str | None:
    """The name of a goal that a sentence is about ("save 500 for a new bike" → "New bike").

    Args:
        text: what the person said.
        answer: whether it answers "what is it for?", so that bare words are a name, too.
    """
    for pattern in _NAMED:
        found = pattern.search(text)
        name = _cut(found["name"]) if found else ""
        if name and not set(name.lower().split()) <= _NO_NAME:
            return _titled(name)
    if not answer:
        return None
    name = _cut(_LEAD.sub("", text, count=1))
    return _titled(name) if name and not set(name.lower().split()) <= _NO_NAME else None


def due_day(text: str, today: date) -> date | None:
    """The day a goal should be reached by; None when none is said.

    Raises:
        BadInput: it has passed, or does not exist.
    """
    said = _NOT_A_DAY.sub(" ", tidy(text))
    year = _YEAR_ONLY.search(said)
    if year and not find_horizon(said[: year.start()], today):
        return _ahead(date(int(year["year"]), 12, 31), today)
    for pattern, month, day in _FEASTS:
        if pattern.search(said):
            found = date(today.year, month, day)
            return found if found > today else found.replace(year=today.year + 1)
    horizon = find_horizon(said, today)
    if horizon:
        return horizon.end
    past = find_period(said, today) if re.search(r"\b(?:by|until|before)\b", said) else None
    if past and past.end < today:
        raise BadInput(f"{describe(past)} has already passed; a goal needs a day ahead.")
    return None


def target_and_saved(text: str, currency: str) -> tuple[list[Money], Money | None]:
    """The amounts said, and of them what is there already ("I already have 300").

    Raises:
        BadInput: an amount that is not positive, or too large.
    """
    clause = _ALREADY.search(text)
    rest = text[: clause.start()] if clause else text
    there = _amounts(clause[0], currency) if clause else []
    return _amounts(rest, currency), there[0] if there else None


def match_goals[G](text: str, goals: Sequence[G], name: Callable[[G], str]) -> list[G]:
    """The goals that a sentence names, by those of their words that fit best."""
    words = [word for word in _words(text) if word not in _PLAIN]
    scores = [_score(_words(name(goal)), words) for goal in goals]
    best = max(scores, default=0.0)
    return [goal for goal, score in zip(goals, scores, strict=True) if score == best > 0]


def _score(name: list[str], said: list[str]) -> float:
    """How much of a name is said: whole words count one, misspelt ones a little less."""
    telling = [word for word in name if word not in _PLAIN] or name
    return sum(max((_alike(word, other) for other in said), default=0.0) for word in telling)


def _alike(word: str, other: str) -> float:
    if word == other or word.rstrip("s") == other.rstrip("s"):
        return 1.0
    if min(len(word), len(other)) < _SHORTEST_FUZZY:
        return 0.0
    ratio = fuzz.ratio(word, other)
    return ratio / 101 if ratio >= _ALIKE else 0.0


def _words(text: str) -> list[str]:
    return re.findall(r"[^\W_]+", re.sub(r"['’]s?\b", "", text.casefold()))


def _cut(name: str) -> str:
    bare = _BUYING.sub("", _END.sub("", name, count=1).strip("\"“”'‘’ -"))
    return " ".join(bare.split())


def _titled(name: str) -> str:
    whole = f"{name} fund" if name.lower() in _FUNDS else name
    return whole[:1].upper() + whole[1:]


def _amounts(text: str, currency: str) -> list[Money]:
    left = _YEAR_ONLY.sub(" ", tidy(text))
    left = re.sub(r"\bof (20\d\d)\b", r" \1 ", left)  # "a goal of 2000" is no year
    return find_amounts(without_dates(left), currency)


def _ahead(day: date, today: date) -> date:
    if day <= today:
        raise BadInput(f"{day.year} has already passed; a goal needs a day ahead.")
    return day
