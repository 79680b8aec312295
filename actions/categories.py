"""Putting a payment, or all of a merchant's, into another category."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace

from actions.base import PennyAction, skill_named
from actions.replies import categories as words
from actions.request import Request, read_request
from actions.turn import Reply, Turn
from actions.understanding.categories import find_category, new_name, unknown_name
from actions.understanding.names import closest
from actions.understanding.rows import find_row, means_this, names_row
from actions.writes import offer_change
from finance_core.model import Transaction
from finance_core.services import corrections, search, spending
from finance_core.services.core import Core
from finance_core.services.vocabulary import Vocabulary

_ALWAYS = re.compile(
    r"\b(?:always|from now on|every ?time|in (?:the )?future|all (?:of )?(?:them|the|my|its)|"
    r"each time|every (?:\w+ )?(?:payment|one|transaction)|generally)\b",
    re.IGNORECASE,
)
_ONLY_THIS = re.compile(
    r"\b(?:only|just) (?:this|that|the (?:one|last))\b|\bthis time\b", re.IGNORECASE
)
_ONE_PAYMENT = re.compile(
    r"\b(?:last|latest|newest|recent|payment|transaction|purchase|order|charge|one|that|this|"
    r"yesterday|today|bill)\b",
    re.IGNORECASE,
)
_NEWEST = re.compile(
    r"\b(?:last|latest|newest|most recent) (?:transaction|payment|purchase|one|expense|charge)\b",
    re.IGNORECASE,
)
_UNSURE = re.compile(
    r"\b(?:(?:not|un|n't be|aren't) ?(?:so |very |quite )?(?:sure|certain)|unsure|uncertain|"
    r"uncategori[sz]ed|unsorted|don't know|no category|without (?:a )?category|guess(?:ed|es)?)\b",
    re.IGNORECASE,
)
_WHY = re.compile(r"^\W*(?:why|how come|what made you)\b", re.IGNORECASE)
_CHOICES = 5
_MOST_USED = 4


@dataclass(frozen=True, slots=True)
class _Target:
    """What is to be put elsewhere: one movement, or all of the merchants'."""

    row: Transaction | None = None
    merchants: tuple[str, ...] = ()


class Recategorize(PennyAction):
    """Another category for a payment, or for all of a merchant's."""

    skill = "recategorize_transaction"

    def respond(self, core: Core, turn: Turn) -> Reply:
        """Offers the change; asks once for what is missing."""
        why = skill_named("explain")
        if why and _WHY.match(turn.text):
            return why.respond_within(core, turn)
        request = read_request(core, turn)
        if names_row(turn.text) and turn.frame.get("rows") and _listed_row(request) is None:
            return words.no_such_row(len(turn.frame["rows"]))
        if _asks_for_doubts(request):
            return self._doubts(core, request)
        return self._change(core, request)

    def _change(self, core: Core, request: Request) -> Reply:
        target = self._target(core, request)
        code = self._code(request)
        if target is None:
            return self._which(core, request, code)
        if code is None:
            return self._ask_category(core, request, target)
        if target.merchants:
            return self._offer_always(core, request, target, code)
        return self._offer_row(core, request, target, code)

    def _code(self, request: Request) -> str | None:
        """The category asked for, now or just before; one of the person's own when it is new."""
        text, hints = request.turn.text, request.turn.hints
        name = new_name(text)
        if name:
            return corrections.new_category(name)
        found = find_category(text, hints, request.vocabulary)
        if found:
            return found.code
        going_on = request.turn.frame.get("skill") == self.skill
        return request.turn.frame.get("wanted") if going_on else None

    def _target(self, core: Core, request: Request) -> _Target | None:
        """What is to be put elsewhere: as said now, as said just before, or as talked about."""
        turn, frame = request.turn, request.turn.frame
        place = _listed_row(request)
        if place is not None:
            return self._one(core, request, frame["rows"][place])
        if request.named.merchants:
            return self._at_merchant(core, request)
        if request.amounts:
            return self._newest(core, request, (), amount=True)
        kept = self._kept(core, request)
        if kept is None and _NEWEST.search(turn.text):
            return self._newest(core, request, ())
        return kept or self._talked_about(core, request)

    def _at_merchant(self, core: Core, request: Request) -> _Target | None:
        """One payment there where the words speak of one; else the merchant itself."""
        text = request.turn.text
        merchants = tuple(name for spelled in request.named.merchants for name in spelled)
        one = _ONE_PAYMENT.search(text) and not _ALWAYS.search(text)
        if one or _ONLY_THIS.search(text):
            return self._newest(core, request, merchants)
        return _Target(merchants=merchants)

    def _kept(self, core: Core, request: Request) -> _Target | None:
        """What this skill was asked for just before."""
        frame = request.turn.frame
        if frame.get("skill") != self.skill:
            return None
        if frame.get("row"):
            return self._one(core, request, frame["row"])
        return _Target(merchants=tuple(frame["always"])) if frame.get("always") else None

    def _talked_about(self, core: Core, request: Request) -> _Target | None:
        """What the last answer was about, where that is one payment."""
        frame = request.turn.frame
        rows = frame.get("rows") or []
        if frame.get("row"):
            return self._one(core, request, frame["row"])
        if len(rows) == 1:
            return self._one(core, request, rows[0])
        if _ALWAYS.search(request.turn.text) and frame.get("merchants"):
            return _Target(merchants=tuple(frame["merchants"]))
        listed = _last_rows(core, request)
        return self._one(core, request, listed[0].id) if len(listed) == 1 else None

    def _one(self, core: Core, request: Request, row_id: str) -> _Target | None:
        row = corrections.transaction(core, request.turn.person.id, row_id)
        if row is None:
            return None
        if _ALWAYS.search(request.turn.text):
            return _Target(merchants=(row.merchant,))
        return _Target(row=row)

    def _newest(
        self, core: Core, request: Request, merchants: Sequence[str], *, amount: bool = False
    ) -> _Target | None:
        size = request.amounts[0] if amount else None
        query = search.SearchQuery(
            period=request.period, merchants=merchants, at_least=size, at_most=size
        )
        found = search.transactions(
            core, request.turn.person.id, query, request.turn.today, limit=1
        )
        return self._one(core, request, found.rows[0].id) if found.rows else None

    def _which(self, core: Core, request: Request, code: str | None) -> Reply:
        """Asks which payment is meant, showing those it may be."""
        rows = _last_rows(core, request) or _latest(core, request)
        shown = rows[:_CHOICES]
        reply = words.which(shown, code and request.vocabulary.category_name(code))
        if not shown:
            return reply
        return self._remember(request, reply, rows=[row.id for row in shown], wanted=code)

    def _doubts(self, core: Core, request: Request) -> Reply:
        """Asks about the merchant of the most money whose category is a guess."""
        turn = request.turn
        doubts = corrections.unsure(core, turn.person.id, turn.today)
        if not doubts:
            return words.no_doubts()
        first, known = doubts[0], request.vocabulary
        offered = [name for name in _most_used(core, request, known) if name]
        guess = known.category_name(first.guess) if first.guess else None
        reply = words.doubt(first, len(doubts) - 1, guess, offered)
        return self._remember(request, reply, _Target(merchants=(first.merchant,)), rows=())

    def _ask_category(self, core: Core, request: Request, target: _Target) -> Reply:
        """Asks for the category, offering those that are like what was said, or much used."""
        known, said = request.vocabulary, unknown_name(request.turn.text, request.turn.hints)
        merchant = request.named.merchants[0][0] if request.named.merchants else None
        if said and merchant and said.casefold() in merchant.casefold():
            said = None
        names = {category.name: category.code for category in known.categories}
        like = closest(said, names) if said else []
        reply = words.which_category(
            like or _most_used(core, request, known), said, target.row, target.merchants
        )
        return self._remember(request, reply, target)

    def _offer_row(self, core: Core, request: Request, target: _Target, code: str) -> Reply:
        row, names = target.row, request.vocabulary.category_name
        assert row is not None  # noqa: S101 - a target is the one or the other
        if row.category == code:
            reply = words.already(row, names(code))
            return self._remember(request, reply, target, wanted=code)
        said = words.row_change(row, words.name_of(code, names), names(row.category))
        reply = offer_change(
            core,
            request.turn,
            "category.row",
            {"transaction": row.id, "category": code},
            summary=said.summary,
            done_text=said.done,
            facts=said.facts,
            because=said.because,
        )
        return self._remember(request, reply, target, wanted=code)

    def _offer_always(self, core: Core, request: Request, target: _Target, code: str) -> Reply:
        person_id = request.turn.person.id
        target = _Target(merchants=corrections.like_names(core, person_id, target.merchants))
        rows = corrections.of_merchants(core, person_id, target.merchants)
        always = _ALWAYS.search(request.turn.text)
        if rows and not always and all(row.category == code for row in rows):
            name = request.vocabulary.category_name(code)
            reply = words.all_already(target.merchants[0], len(rows), name)
            return self._remember(request, reply, target, wanted=code)
        said = words.always_change(
            target.merchants[0], rows, words.name_of(code, request.vocabulary.category_name)
        )
        reply = offer_change(
            core,
            request.turn,
            "category.always",
            {"merchants": list(target.merchants), "category": code},
            summary=said.summary,
            done_text=said.done,
            facts=said.facts,
            because=said.because,
        )
        return self._remember(request, reply, target, wanted=code)

    def _remember(
        self,
        request: Request,
        reply: Reply,
        target: _Target | None = None,
        *,
        rows: Sequence[str] | None = None,
        wanted: str | None = None,
    ) -> Reply:
        frame = {
            "skill": self.skill,
            "rows": list(rows if rows is not None else request.turn.frame.get("rows") or ()),
            "row": target.row.id if target and target.row else None,
            "always": list(target.merchants) if target else [],
            "wanted": wanted,
        }
        return replace(reply, slots={**reply.slots, "frame": frame})


def _asks_for_doubts(request: Request) -> bool:
    """Whether it is asked what Penny is not sure of, and nothing is said to change."""
    turn = request.turn
    if not _UNSURE.search(turn.text) or request.named.merchants:
        return False
    return find_category(turn.text, turn.hints, request.vocabulary) is None


def _listed_row(request: Request) -> int | None:
    """The place of the row that is named in the last list."""
    rows = request.turn.frame.get("rows") or []
    if _NEWEST.search(request.turn.text) and not rows:
        return None
    return find_row(request.turn.text, len(rows)) if not request.named.merchants else None


def _last_rows(core: Core, request: Request) -> list[Transaction]:
    """The payments that the last answer was about, newest first, where it named any."""
    frame, person_id = request.turn.frame, request.turn.person.id
    if frame.get("rows"):
        found = [corrections.transaction(core, person_id, key) for key in frame["rows"]]
        return [row for row in found if row]
    kept = replace(request, kept=dict(frame))
    period = kept.period
    if not means_this(request.turn.text) or not frame.get("merchants") or period is None:
        return []
    rows = spending.payments(core, person_id, period, merchants=frame["merchants"])
    return rows[::-1]


def _latest(core: Core, request: Request) -> list[Transaction]:
    query = search.SearchQuery(direction="out")
    found = search.transactions(
        core, request.turn.person.id, query, request.turn.today, limit=_CHOICES
    )
    return list(found.rows)


def _most_used(core: Core, request: Request, known: Vocabulary) -> list[str]:
    """The categories this person spends on most."""
    codes = spending.categories_used(core, request.turn.person.id)
    return [known.category_name(code) for code in codes[:_MOST_USED]]
