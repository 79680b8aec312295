"""Savings rules: set, shown, changed and removed."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from actions import saving_style
from actions.base import PennyAction
from actions.replies import rules as words
from actions.replies import transfers as transfer_words
from actions.request import Request, read_request
from actions.transfers import kept_of
from actions.turn import Reply, Turn
from actions.understanding.amounts import find_amounts
from actions.understanding.ends import find_ends
from actions.understanding.periods import without_dates
from actions.understanding.rules import SaidRule, names_round_ups, read_rule, without_counts
from actions.writes import offer_change
from finance_core.errors import Refused
from finance_core.model import Account, AccountKind
from finance_core.money import Money
from finance_core.services import forecasts, funds, rules
from finance_core.services.core import Core
from finance_core.services.rules import RuleKind, RuleState

_RULES = r"\b(?:rules?|round[- ]?ups?|auto(?:matic)? sav\w+|challenge|weekly saving|saving plan)\b"
_LIST = re.compile(
    r"\b(?:what|which|show|list|see|view|do i have|my)\b.*\brules?\b"
    r"\W*(?:\w+\W*){0,3}$"
    r"|^\W*(?:my )?rules?\W*$",
    re.IGNORECASE,
)
_MAKES = re.compile(
    r"\b(?:set|create|make|add|new|start|want|change|turn on|edit|update)\b", re.IGNORECASE
)
REMOVE = re.compile(
    rf"\b(?:remove|delete|cancel|end|drop|scrap|get rid of)\b.*{_RULES}", re.IGNORECASE
)
_CHANGE = re.compile(r"\b(?:change|edit|update|increase|decrease|raise|lower)\b", re.IGNORECASE)


class SetSavingsRule(PennyAction):
    """A rule that saves by itself once the person has said yes to it."""

    skill = "set_savings_rule"

    def respond(self, core: Core, turn: Turn) -> Reply:
        """An offer, the list, or the one thing that is missing."""
        styled = saving_style.answer(core, turn)
        if styled:
            return styled
        request = read_request(core, turn)
        kept = kept_of(request, self.skill)
        states = rules.listed(core, turn.person.id, turn.today)
        if REMOVE.search(turn.text) or kept.get("wants") == "remove":
            return self._remove(core, request, states)
        if _LIST.search(turn.text) and not _MAKES.search(turn.text):
            return request.remember(words.listed(states), self.skill)
        said = _said(request, kept)
        if said.keeps:
            return words.floor_is_set(forecasts.floor_of(core, turn.person.currency))
        replaced = _replaced(turn, said, states, kept)
        if replaced:
            return self._offer(core, request, said, replaced, kept)
        return self._offer(core, request, said, None, kept)

    def _offer(
        self,
        core: Core,
        request: Request,
        said: SaidRule,
        replaced: RuleState | None,
        kept: Mapping[str, Any],
    ) -> Reply:
        kind, terms = said.kind, dict(said.terms)
        if replaced:
            kind = RuleKind(replaced.rule.kind)
            terms = {**replaced.rule.terms, **terms}
        if kind is None:
            return self._kept(request, words.which_kind(), kind, terms, replaced, kept)
        if kind is RuleKind.MERCHANT and not terms.get("merchants"):
            terms |= _merchants(request)
            if not terms.get("merchants"):
                return self._kept(request, words.ask_merchant(), kind, terms, replaced, kept)
        if kind not in (RuleKind.ROUND_UP, RuleKind.INCOME_SHARE) and "minor" not in terms:
            question = words.ask_amount(_occasion(kind, terms))
            return self._kept(request, question, kind, terms, replaced, kept)
        sources, targets = _ends(request, replaced, kept)
        for found, ask in (
            (sources, transfer_words.ask_source),
            (targets, transfer_words.ask_target),
        ):
            if len(found) > 1:
                wants = "source" if found is sources else "target"
                kept = {**kept, "wants": wants}
                return self._kept(request, ask(found), kind, terms, replaced, kept)
        if not sources or not targets:
            raise Refused("For a rule I need an everyday account and a savings account.")
        for amount in _amounts(request.turn):
            funds.check_currency(sources[0], amount)
        reply = _offered(core, request.turn, kind, terms, (sources[0], targets[0]), replaced)
        return self._kept(request, reply, kind, terms, replaced, {**kept, "wants": None})

    def _kept(
        self,
        request: Request,
        reply: Reply,
        kind: RuleKind | None,
        terms: Mapping[str, Any],
        replaced: RuleState | None,
        kept: Mapping[str, Any],
    ) -> Reply:
        sources, targets = _ends(request, replaced, kept)
        return request.remember(
            reply,
            self.skill,
            kind=kind.value if kind else None,
            terms=dict(terms),
            replaces=replaced.rule.id if replaced else None,
            sources=[account.id for account in sources],
            targets=[account.id for account in targets],
            wants=kept.get("wants"),
        )

    def _remove(self, core: Core, request: Request, states: tuple[RuleState, ...]) -> Reply:
        turn = request.turn
        if not states:
            return words.listed(states)
        found = meant(turn, states)
        if len(found) != 1 and not re.search(r"\ball\b", turn.text, re.IGNORECASE):
            question = words.which(found or states, "remove")
            return request.remember(question, self.skill, wants="remove")
        found = found if len(found) == 1 else states
        what = words.short_names(found)
        reply = offer_change(
            core,
            turn,
            "rule.remove",
            {"ids": [state.rule.id for state in found]},
            summary=f"remove {what}",
            done_text=f"Removed: {what}. What was saved stays saved.",
            facts=words.facts_of(found),
        )
        return request.remember(reply, self.skill)


def _offered(
    core: Core,
    turn: Turn,
    kind: RuleKind,
    terms: Mapping[str, Any],
    ends: tuple[Account, Account],
    replaced: RuleState | None,
) -> Reply:
    """The rule with what holds for all rules, and the question."""
    source, target = ends
    rules.check(core, turn.person.id, source, target, terms)
    says = words.says(kind, terms, source.currency)
    way = f"from {source.name} to {target.name}"
    floor = forecasts.floor_of(core, source.currency)
    text, facts = words.basis(source.name, floor, rules.cap_of(core, source.currency), turn.today)
    instead = f" instead of the rule to {words.short(replaced)}" if replaced else ""
    before = words.facts_of([replaced]) if replaced else ()
    return offer_change(
        core,
        turn,
        "rule.set",
        {
            "kind": kind.value,
            "terms": dict(terms),
            "currency": source.currency,
            "from_account_id": source.id,
            "to_account_id": target.id,
            "starts_on": turn.today.isoformat(),
            "replaces": replaced.rule.id if replaced else None,
        },
        summary=f"{says}, {way}{instead}",
        done_text=f"Done: from now on I {says}, {way}. "
        "You can pause or remove the rule, and undo its last transfer, whenever you like.",
        facts=(*words.figures(kind, terms, source.currency), *before, *facts),
        because=text,
    )


def _said(request: Request, kept: Mapping[str, Any]) -> SaidRule:
    """The rule as said now, completed by what was kept."""
    turn = request.turn
    said = read_rule(turn.text, _amounts(turn), turn.person.currency)
    if not kept.get("kind") or (said.kind and said.kind != kept["kind"]):
        return said
    return SaidRule(RuleKind(kept["kind"]), {**kept["terms"], **said.terms})


def _replaced(
    turn: Turn, said: SaidRule, states: tuple[RuleState, ...], kept: Mapping[str, Any]
) -> RuleState | None:
    """The rule that is to be changed, if one is."""
    if kept.get("replaces"):
        return next((state for state in states if state.rule.id == kept["replaces"]), None)
    if not _CHANGE.search(turn.text):
        return None
    same = [s for s in states if said.kind is None or s.rule.kind == said.kind]
    found = meant(turn, tuple(same)) or tuple(same)
    return found[0] if len(found) == 1 else None


def meant(turn: Turn, states: tuple[RuleState, ...]) -> tuple[RuleState, ...]:
    """The rules that a turn names by what they do; none when it names none."""
    text = turn.text.casefold()
    by_words = tuple(state for state in states if words.short(state).casefold() in text)
    if by_words:
        return by_words
    if names_round_ups(turn.text):
        return tuple(state for state in states if state.rule.kind == RuleKind.ROUND_UP)
    said = read_rule(turn.text, [], turn.person.currency)
    if said.kind is None:
        return states if len(states) == 1 else ()
    rhythm = said.terms.get("every")
    return tuple(
        state
        for state in states
        if state.rule.kind == said.kind and rhythm in (None, state.rule.terms.get("every"))
    )


def _ends(
    request: Request, replaced: RuleState | None, kept: Mapping[str, Any]
) -> tuple[tuple[Account, ...], tuple[Account, ...]]:
    """Where a rule may take from and save to; several when it has to be asked."""
    turn, accounts = request.turn, request.vocabulary.accounts
    ends = find_ends(turn.text, turn.hints, request.vocabulary, ())
    wants = kept.get("wants")
    said_source = ends.sources or (ends.bare if wants == "source" else ())
    said_target = ends.targets or (ends.bare if wants == "target" else ())
    if replaced:
        rule = replaced.rule
        return said_source or (rule.from_account,), said_target or (rule.to_account,)
    targets = said_target or tuple(a for a in accounts if a.id in (kept.get("targets") or ()))
    targets = tuple(a for a in targets if a.kind is AccountKind.SAVINGS)
    targets = targets or tuple(a for a in accounts if a.kind is AccountKind.SAVINGS)
    sources = said_source or tuple(a for a in accounts if a.id in (kept.get("sources") or ()))
    sources = sources or tuple(a for a in accounts if a.kind is AccountKind.CHECKING)
    one = {account.currency for account in sources} & {account.currency for account in targets}
    said = [amount.currency for amount in _amounts(turn)]
    main = next((code for code in (*said, turn.person.currency, *sorted(one)) if code in one), "")
    return (
        tuple(account for account in sources if account.currency == main),
        tuple(account for account in targets if account.currency == main),
    )


def _amounts(turn: Turn) -> list[Money]:
    """The amounts said, without numbers that count something else."""
    return find_amounts(without_dates(without_counts(turn.text)), turn.person.currency)


def _merchants(request: Request) -> dict[str, Any]:
    if not request.merchants:
        return {}
    return {"merchants": list(request.merchants), "label": request.merchant}


def _occasion(kind: RuleKind, terms: Mapping[str, Any]) -> str:
    """When a rule saves, for the question how much."""
    if kind is RuleKind.PAYDAY:
        return "with each income"
    if kind is RuleKind.MERCHANT:
        return f"for each payment to {terms['label']}"
    return f"every {terms['every']}" if kind is RuleKind.REGULAR else "in the first week"
