"""Debts: what is owed, what it costs, and a plan to pay it off."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import replace

from actions.base import PennyAction
from actions.replies import debts as words
from actions.request import Request, read_request
from actions.turn import Reply, Turn
from actions.understanding.debts import extra_payment, named_debts, said_terms
from actions.writes import offer_change
from finance_core.model import Fact
from finance_core.money import Money
from finance_core.services import debts
from finance_core.services.core import Core
from finance_core.services.debts import DebtPlan, Owed, Terms

_OVERVIEW = re.compile(
    r"\bhow much (?:debt|do (?:i|we) owe)\b|\bwhat do (?:i|we) owe\b|\btotal debts?\b|"
    r"\b(?:show|list|what are) (?:me )?(?:all )?my debts\b|^\W*(?:my )?debts\W*$",
    re.IGNORECASE,
)
_UNKNOWN = re.compile(
    r"\b(?:don'?t|do not|dont|not) (?:know|sure|remember)\b|\bno idea\b|\bunsure\b|\bskip\b|"
    r"\busual terms\b|\bassume\b|\bestimate\b|\byou (?:guess|choose|decide)\b",
    re.IGNORECASE,
)

type Half = tuple[int | None, Money | None]


class PlanDebts(PennyAction):
    """Snowball against avalanche over cards and loans."""

    skill = "debt_plan"

    def respond(self, core: Core, turn: Turn) -> Reply:
        """The plan, the one question it still needs, or only what is owed."""
        answers = turn.open_question.get("skill") == self.skill
        request = read_request(core, replace(turn, intent="inform") if answers else turn)
        kept = request.kept
        halves = _halves(kept.get("terms") or {})
        every = debts.owed(core, turn.person.id, turn.today, _whole(halves))
        found = _looked_at(every, request)
        if not found:
            return request.remember(words.none(), self.skill)
        if _OVERVIEW.search(turn.text) and not request.amounts:
            return request.remember(words.overview(found), self.skill)
        halves |= _said(request, found, halves)
        for bps, least in halves.values():
            debts.check_terms(bps, least)
        said = _whole(halves)
        found = tuple(replace(d, terms=said.get(d.account.id) or d.terms) for d in found)
        unsure = bool(_UNKNOWN.search(turn.text))
        assume = unsure or bool(kept.get("assume"))
        if unsure:
            found = tuple(_completed(debt, halves.get(debt.account.id)) for debt in found)
        extra, a_month = _payments(request)
        missing = [debt for debt in found if debt.terms is None]
        begun = [debt for debt in missing if debt.account.id in halves]
        unknown = next(iter(begun or ([] if assume else missing)), None)
        frame = {
            "terms": {key: _plain(half) for key, half in halves.items()},
            "assume": assume,
            "extra": extra,
            "a_month": a_month,
            "asked": unknown.account.id if unknown else None,
            "only": [debt.account.id for debt in found] if len(found) < len(every) else None,
        }
        if begun:
            reply = words.ask_rest(begun[0], halves[begun[0].account.id][0])
        elif unknown:
            reply = words.ask_terms(found, unknown, again=bool(halves))
        else:
            reply = self._plan(core, turn, found, extra, a_month, said)
        return request.remember(reply, self.skill, **frame)

    def _plan(
        self,
        core: Core,
        turn: Turn,
        found: tuple[Owed, ...],
        extra: Money | None,
        a_month: Money | None,
        said: Mapping[str, Terms],
    ) -> Reply:
        """The plan of each currency; terms that were just said are offered to be kept."""
        plans = _plans(found, turn, extra, a_month)
        texts: list[str] = []
        facts: list[Fact] = []
        for plan in plans:
            short = a_month and a_month.currency == plan.total.currency and a_month < plan.a_month
            note = f"{a_month} would be less than the least payments together." if short else ""
            text, own = words.plan(plan, note)
            texts.append(text)
            facts += own
        text = "\n\n".join(texts)
        stored = debts.owed(core, turn.person.id, turn.today)
        known = {debt.account.id: debt.terms for debt in stored}
        new = [(debt, said[debt.account.id]) for debt in found if debt.account.id in said]
        new = [(debt, terms) for debt, terms in new if known.get(debt.account.id) != terms]
        if not new:
            return Reply(text, tuple(facts), (("100 extra", "with 100 extra a month"),))
        summary, done, figures = words.keep_terms([(d.account.name, terms) for d, terms in new])
        reply = offer_change(
            core,
            turn,
            "debt.terms",
            debts.terms_payload({debt.account.id: terms for debt, terms in new}),
            summary=summary,
            done_text=done,
            facts=figures,
            because=text,
        )
        return replace(reply, facts=(*facts, *(f for f in figures if f not in facts)))


def _plans(
    found: tuple[Owed, ...], turn: Turn, extra: Money | None, a_month: Money | None
) -> list[DebtPlan]:
    plans = []
    for currency in dict.fromkeys(debt.amount.currency for debt in found):
        own = [debt for debt in found if debt.amount.currency == currency]
        on_top = extra if extra and extra.currency == currency else None
        in_all = a_month if a_month and a_month.currency == currency else None
        plans.append(debts.plan(own, turn.today, on_top, in_all))
    return plans


def _looked_at(every: tuple[Owed, ...], request: Request) -> tuple[Owed, ...]:
    """The debts named in a question, or kept; all when none is named.

    Terms told for some debts do not narrow the plan to these.
    """
    only = request.kept.get("only")
    if only:
        return tuple(debt for debt in every if debt.account.id in only)
    accounts = [debt.account for debt in every]
    named = {account.id for account in named_debts(request.turn.text, accounts)}
    tells = bool(said_terms(request.turn.text, accounts, None)) or bool(request.kept.get("asked"))
    if not named or tells:
        return every
    return tuple(debt for debt in every if debt.account.id in named)


def _said(request: Request, found: tuple[Owed, ...], halves: Mapping[str, Half]) -> dict[str, Half]:
    """What was said now, completed by the halves said before."""
    accounts = [debt.account for debt in found]
    said = said_terms(request.turn.text, accounts, request.kept.get("asked"))
    known = {debt.account.id: debt.terms for debt in found}
    whole: dict[str, Half] = {}
    for key, (bps, least) in said.items():
        before = halves.get(key, (None, None))
        stored = known.get(key)
        whole[key] = (
            bps
            if bps is not None
            else before[0]
            if before[0] is not None
            else stored.apr_bps
            if stored
            else None,
            least or before[1] or (stored.minimum if stored else None),
        )
    return whole


def _completed(debt: Owed, half: Half | None) -> Owed:
    """The debt with the half of its terms that is not known assumed; as it is without one."""
    if debt.terms or half is None:
        return debt
    usual = debts.assumed(debt)
    bps, least = half
    terms = replace(
        usual, apr_bps=usual.apr_bps if bps is None else bps, minimum=least or usual.minimum
    )
    return replace(debt, terms=terms)


def _payments(request: Request) -> tuple[Money | None, Money | None]:
    """What is paid on top, and in all, each month: said now or kept."""
    kept = request.kept
    extra, a_month = extra_payment(request.turn.text, request.turn.person.currency)
    if extra or a_month:
        return extra, a_month
    return (
        Money.of(*kept["extra"]) if kept.get("extra") else None,
        Money.of(*kept["a_month"]) if kept.get("a_month") else None,
    )


def _whole(halves: Mapping[str, Half]) -> dict[str, Terms]:
    return {
        key: Terms(bps, least) for key, (bps, least) in halves.items() if bps is not None and least
    }


def _halves(kept: Mapping[str, list[object]]) -> dict[str, Half]:
    return {
        key: (
            int(str(bps)) if bps is not None else None,
            Money.of(str(amount), str(currency)) if amount is not None else None,
        )
        for key, (bps, amount, currency) in kept.items()
    }


def _plain(half: Half) -> list[object]:
    bps, least = half
    return [bps, str(least.amount) if least else None, least.currency if least else None]
