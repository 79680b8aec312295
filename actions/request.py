"""What a turn asks for: the names, days and amounts it says, or keeps from the last question.

A follow-up ("and last month?", "only groceries") keeps what it does not replace. What
is kept lives in the conversation's ``frame``, as plain JSON.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import Any

from actions.replies.figures import listed
from actions.turn import Reply, Turn
from actions.understanding.amounts import find_amounts
from actions.understanding.days import find_day, month_of
from actions.understanding.horizons import find_horizon
from actions.understanding.names import Ambiguity, Named, find_names
from actions.understanding.paydays import counts_to_payday, to_payday, without_next_payday
from actions.understanding.periods import (
    find_period,
    without_dates,
)
from actions.understanding.relative import relative_to
from actions.understanding.rows import names_row
from actions.understanding.spans import mentions_payday, without_payday
from finance_core.errors import BadInput
from finance_core.model import Account, Period
from finance_core.money import Money
from finance_core.services import income
from finance_core.services.core import Core
from finance_core.services.vocabulary import CategoryName, Vocabulary, vocabulary

_WAGE = "income_salary"
_NO_INCOME = "I see no income to count from. Tell me the day instead."
_FOLLOWS = re.compile(
    r"^\W*(?:and|what about|how about|only|just|no\W+(?:i meant|i mean|only|just)|i meant|same|"
    r"ok(?:ay)? and|then|but|show more|more|next|"
    r"how much (?:at|on|for|from|in|of (?:that|this)))\b",
    re.IGNORECASE,
)
_SCRAP = 2  # words
_NARROWED = frozenset({"spending_report", "check_income", "search_transactions"})
_EVERYTHING = re.compile(
    r"\b(?:altogether|all together|both|everything|all (?:of them|accounts|my accounts)|"
    r"in total|overall)\b",
    re.IGNORECASE,
)

# words that change an answer without naming anything
_CHANGES = re.compile(
    r"\b(?:more|next|rest|back|before|earlier|previous|always|every ?time|from now on|"
    r"(?:only|just) (?:this|that)|biggest|largest|smallest|oldest|newest|pending|incoming|"
    r"outgoing|refunds?)\b",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class Request:
    """A turn's parameters, resolved against the person's ledger.

    Attributes:
        payday: the last day the person was paid, where the words count from it.
        next_payday: the next day a wage is expected, where the words count to it.
    """

    turn: Turn
    vocabulary: Vocabulary
    named: Named
    kept: dict[str, Any]
    payday: date | None = None
    next_payday: date | None = None

    @property
    def follows(self) -> bool:
        """Whether the words go on from another question ("and last month?")."""
        return bool(_FOLLOWS.match(self.turn.text))

    @property
    def categories(self) -> tuple[CategoryName, ...]:
        """Categories, said or kept; empty means any."""
        if self.named.categories or self._topic_changed:
            return self.named.categories
        kept = self.kept.get("categories") or ()
        return tuple(found for found in self.vocabulary.categories if found.code in kept)

    @property
    def category_words(self) -> str | None:
        """The categories as Penny says them in a sentence."""
        return listed([found.name.lower() for found in self.categories]) or None

    @property
    def merchants(self) -> tuple[str, ...]:
        """The merchants said or kept, under all the names the ledger has for them."""
        if self.named.merchants or self._topic_changed:
            return tuple(name for spelled in self.named.merchants for name in spelled)
        return tuple(self.kept.get("merchants") or ())

    @property
    def merchant(self) -> str | None:
        """The merchants as Penny says them in a sentence."""
        if self.named.merchants:
            return listed([spelled[0] for spelled in self.named.merchants])
        return None if self._topic_changed else self.kept.get("merchant")

    @property
    def accounts(self) -> tuple[Account, ...]:
        """Accounts said or kept; empty means all."""
        kept = () if self._widened else self.kept.get("accounts") or ()
        return self.named.accounts or tuple(a for a in self.vocabulary.accounts if a.id in kept)

    @property
    def account_id(self) -> str | None:
        """The one account to look at, when exactly one is meant."""
        return self.accounts[0].id if len(self.accounts) == 1 else None

    @property
    def ambiguous(self) -> tuple[Ambiguity, ...]:
        """Words said that fit several names about equally well, to be asked about."""
        return self.named.ambiguous

    @property
    def period(self) -> Period | None:
        """Past or current period, said or kept; one that is not over ends today.

        Raises:
            BadInput: it counts from a payday that Penny does not know of.
        """
        kept, today = self._kept_period("period"), self.turn.today
        said = find_period(self.turn.text, today, kept, payday=self.payday)
        if said is None and mentions_payday(self.turn.text):
            raise BadInput(_NO_INCOME)
        found = said or kept
        if found and found.start <= today < found.end:
            return Period(found.start, today)
        return found

    @property
    def horizon(self) -> Period | None:
        """Coming period, said or kept."""
        return self._said_horizon or self._kept_period("horizon")

    @property
    def day(self) -> date | None:
        """A past day said ("what was my balance on 3 May?") or kept; not one to come."""
        kept = self.kept.get("asked_on")
        said = find_day(self.turn.text, self.turn.today, future=False)
        if kept and not said and re.search(r"\bday before\b", self.turn.text, re.IGNORECASE):
            said = date.fromisoformat(kept) - timedelta(days=1)
        day = said or (date.fromisoformat(kept) if kept else None)
        return day if day and day <= self.turn.today else None

    @property
    def one_day(self) -> date | None:
        """A single day from today on that was said ("tomorrow", "on the 1st")."""
        said = self._said_horizon
        day = find_day(self.turn.text, self.turn.today) if said else None
        return day if said and day == said.end and said.start == self.turn.today else None

    @property
    def coming_day(self) -> date | None:
        """A day from today on, said or kept."""
        said = self._said_horizon
        kept = self.kept.get("day")
        return said.end if said else (date.fromisoformat(kept) if kept else None)

    @property
    def amounts(self) -> list[Money]:
        """Amounts said in this turn."""
        return find_amounts(without_dates(self.turn.text), self.turn.person.currency)

    def period_or_this_month(self) -> Period:
        """The period asked for; this month so far when none is."""
        today = self.turn.today
        return self.period or Period(month_of(today).start, today)

    def horizon_or_days(self, days: int) -> Period:
        """The coming period asked for; the next ``days`` when none is."""
        today = self.turn.today
        return self.horizon or Period(today, today + timedelta(days=days))

    def remember(self, reply: Reply, skill: str, **parameters: Any) -> Reply:
        """``reply`` with the frame that a follow-up goes on from."""
        frame = {
            "skill": skill,
            "categories": [found.code for found in self.categories],
            "merchant": self.merchant,
            "merchants": list(self.merchants),
            "accounts": [account.id for account in self.accounts],
            **{name: _json(value) for name, value in parameters.items()},
        }
        return replace(reply, slots={"frame": frame, **reply.slots})

    @property
    def _said_horizon(self) -> Period | None:
        """The coming period said.

        Raises:
            BadInput: a day that does not exist or has passed, or a payday Penny does not know of.
        """
        text, today = self.turn.text, self.turn.today
        if not counts_to_payday(text):
            return find_horizon(text, today)
        if self.next_payday is None:
            raise BadInput(_NO_INCOME)
        return to_payday(text, today, self.next_payday)

    @property
    def _topic_changed(self) -> bool:
        named = self.named.categories or self.named.merchants or self.named.unknown
        return bool(named) or self._widened

    @property
    def _widened(self) -> bool:
        """Whether the question is now about everything ("and altogether?")."""
        return bool(_EVERYTHING.search(self.turn.text))

    def _kept_period(self, name: str) -> Period | None:
        kept = self.kept.get(name)
        if not kept:
            return None
        start, end = kept
        return Period(date.fromisoformat(start), date.fromisoformat(end))


def _scrap(turn: Turn) -> bool:
    """Whether a word or two only change the question before ("dm?")."""
    same = turn.frame.get("skill") == turn.intent and turn.intent in _NARROWED
    return same and len(turn.text.split()) <= _SCRAP


def read_request(core: Core, turn: Turn) -> Request:
    """Resolves what ``turn`` says; keeps the last question's rest when it follows on."""
    names = vocabulary(core, turn.person.id)
    follows = turn.goes_on or turn.intent == "inform" or _FOLLOWS.match(turn.text) or _scrap(turn)
    kept = dict(turn.frame) if follows else {}
    paid = _payday(core, turn) if mentions_payday(turn.text) else None
    coming = _next_payday(core, turn) if counts_to_payday(turn.text) else None
    text = without_next_payday(without_payday(turn.text))
    named = find_names(text, turn.hints, names)
    return Request(turn, names, named, kept, paid, coming)


def _payday(core: Core, turn: Turn) -> date | None:
    """The day of the newest wage, else of the newest income of any kind."""
    person_id, today = turn.person.id, turn.today
    paid = income.newest(core, person_id, today, category=_WAGE) or income.newest(
        core, person_id, today
    )
    return paid.posted_on if paid else None


def _next_payday(core: Core, turn: Turn) -> date | None:
    found = income.next_payday(core, turn.person.id, turn.today)
    return found.day if found else None


def names_something(request: Request) -> bool:
    """Whether a turn names anything the ledger or the calendar knows."""
    text, today = request.turn.text, request.turn.today
    return bool(
        _EVERYTHING.search(text)
        or request.named.categories
        or request.named.merchants
        or request.named.accounts
        or find_period(text, today, payday=request.payday)
        or find_day(text, today)
    )


def says_something(request: Request) -> bool:
    """Whether a follow-up names anything that could change the last answer."""
    text = request.turn.text
    return bool(
        names_something(request)
        or request.named.unknown
        or request.amounts
        or relative_to(text)
        or counts_to_payday(text)
        or find_horizon(text, request.turn.today)
        or names_row(text)
        or _CHANGES.search(text)
    )


def _json(value: Any) -> Any:
    if isinstance(value, Period):
        return [value.start.isoformat(), value.end.isoformat()]
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, Money):
        return [str(value.amount), value.currency]
    return value
