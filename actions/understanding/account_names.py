"""Which of a person's own accounts a sentence names, and which are somebody else's."""

from __future__ import annotations

import re
from collections.abc import Collection, Sequence

from actions.understanding.matching import fitting, having_word, normal, spoken
from finance_core.model import Account, AccountKind

_ANY_ACCOUNT = frozenset(
    {"bank", "account", "accounts", "bank account", "bank accounts", "all accounts", "balance",
     "my account", "my accounts", "money", "main", "other", "whole", "all", "each", "every"}
)  # fmt: skip
_KIND_WORDS = {
    AccountKind.CHECKING: ("checking", "current account", "chequing", "main account"),
    AccountKind.SAVINGS: ("savings account", "savings", "saver"),
    AccountKind.CREDIT: ("credit card", "credit", "visa", "mastercard", "card balance"),
    AccountKind.LOAN: ("loan",),
    AccountKind.CASH: ("cash",),
}
KINDS = frozenset(name for names in _KIND_WORDS.values() for name in names)
_CURRENT = re.compile(r" (?:and|the|my|in) (?:the )?current (?!balance|month|week|year|spending)")
_CHECKS = re.compile(r" checking(?= (?:my|the|your|our|out|if|whether) )")  # the verb
_ACCOUNT_ASKED = re.compile(
    r"\b(?:in|on|of|from) (?:my|our|the) (?P<name>[\w&' ]{2,30}?) account\b", re.IGNORECASE
)
_OTHERS = (
    r"(?:their|his|her|(?:some(?:one|body)|any(?:one|body))(?: else)?(?:['’]?s)?|"
    r"another(?: person)?(?:['’]s)?|(?:other|another|that) person['’]?s|(?:my|a|our) "
    r"(?:friend|wife|husband|partner|brother|sister|mother|mum|mom|father|dad|son|daughter|"
    r"landlord|flatmate|roommate)['’]?s?|"
    r"(?!(?:what|it|that|here|there|let|who|how|where|today|tomorrow|bank|month|week|year|"
    r"when)['’])[^\W\d]{2,}(?:['’]s|s['’]))"
)
_KIND = r"(?P<kind>checking|chequing|current|savings?|saver|bank|credit card)"


def own_accounts(
    words: str, hints: Sequence[tuple[str, str]], accounts: Sequence[Account]
) -> tuple[Account, ...]:
    """The accounts named in full, by their kind, or by a tagged name like theirs.

    Args:
        words: what was said, in the normal form of :func:`matching.normal`.
        hints: ``(kind, words)`` as tagged by the language model.
        accounts: the person's.
    """
    said = _by_name(words, accounts)
    for account in said:
        words = words.replace(normal(account.name), " ")
    words = _CHECKS.sub(" ", words)
    kinds = {kind for kind, names in _KIND_WORDS.items() if any(f" {n} " in words for n in names)}
    if _CURRENT.search(words):
        kinds.add(AccountKind.CHECKING)
    found = [account for account in accounts if account in said or account.kind in kinds]
    if found:
        return tuple(found)
    alike = alike_accounts(hints, accounts)
    return alike if len(alike) == 1 else ()


def alike_accounts(
    hints: Sequence[tuple[str, str]], accounts: Sequence[Account]
) -> tuple[Account, ...]:
    """The accounts that a tagged account's words fit about equally well."""
    said = next((words for kind, words in hints if kind == "account"), None)
    if not said or normal(said).strip() in _ANY_ACCOUNT:
        return ()
    plain = re.sub(r"\baccounts?\b", " ", said, flags=re.IGNORECASE)
    names = list(dict.fromkeys(account.name for account in accounts))
    found = having_word(plain, names) or fitting(said, names)
    return tuple(account for account in accounts if account.name in found)


def asked_account(text: str, hints: Sequence[tuple[str, str]]) -> str | None:
    """The words of an account asked for, whether or not there is such a one."""
    asked = _ACCOUNT_ASKED.search(text)
    if asked and asked["name"].casefold() not in _ANY_ACCOUNT:
        return asked["name"]
    return next(
        (
            words
            for kind, words in hints
            if kind == "account" and normal(words).strip() not in _ANY_ACCOUNT
        ),
        None,
    )


def unknown_account(text: str, hints: Sequence[tuple[str, str]], words: str) -> str | None:
    """An account that was asked for by a name or a kind that the person does not have."""
    asked = _ACCOUNT_ASKED.search(text)
    if asked and asked["name"].casefold() not in _ANY_ACCOUNT:
        return f"{asked['name']} account"
    said = asked_account(text, hints)
    if said:
        return said
    kinds = (AccountKind.SAVINGS, AccountKind.CREDIT)
    return next(
        (name for kind in kinds for name in _KIND_WORDS[kind] if f" {name} " in words), None
    )


def without_others(text: str, people: Collection[str] = ()) -> str:
    """``text`` with other people's accounts cut down to their owners.

    "Maria's savings account" is none of one's own; "from my savings to Maria's" is.

    Args:
        text: what was said.
        people: names known to be other people's, which need no possessive.
    """
    return _others(people).sub(lambda match: match["owner"] or match["of"], text)


def others_kind(text: str, people: Collection[str] = ()) -> AccountKind | None:
    """What kind of account of somebody else a text names; None when it names none."""
    match = _others(people).search(text)
    word = (match["kind"] or match["of_kind"]).casefold() if match else ""
    return next(
        (kind for kind, names in _KIND_WORDS.items() if any(word[:6] in name for name in names)),
        None,
    ) if word and word != "bank" else None  # fmt: skip


def _others(people: Collection[str]) -> re.Pattern[str]:
    known = "".join(f"|{re.escape(name)}" for name in people if name.strip())
    return re.compile(
        rf"\b(?P<owner>{_OTHERS}{known}) (?:own )?{_KIND}\b(?: account)?"
        rf"|\b{_KIND.replace('kind', 'of_kind')} account (?:of|belonging to) "
        r"(?P<of>(?!(?:my|mine|ours?|the|this|that|me)\b)[^\W\d]+)",
        re.IGNORECASE,
    )


def _by_name(words: str, accounts: Sequence[Account]) -> list[Account]:
    """Accounts named in full; a longer name hides those within it."""
    said: list[Account] = []
    for account in sorted(accounts, key=lambda account: -len(account.name)):
        if spoken(account.name, words):
            said += [other for other in accounts if other.name == account.name]
            words = words.replace(normal(account.name), " ")
    return said
