"""Words for a person's data: handed out as files, and erased."""

from __future__ import annotations

from collections.abc import Mapping

from actions.replies.figures import count, interval, listed, plural
from actions.turn import Reply
from actions.understanding.periods import within
from finance_core.model import Fact
from finance_core.services import deletion
from finance_core.services.deletion import Erased
from finance_core.services.export import Export

_SAID = {
    "transactions": ("transaction", None),
    "accounts": ("account", None),
    "connections": ("bank connection", None),
}
_UNCOUNTED = frozenset({"people", "exports", "access_tokens", "link_codes"})
_PLACES = {
    deletion.FILES: "files",
    deletion.BANKS: "the access to your bank",
    deletion.CHATS: "this chat",
    deletion.TALKS: "what I remember of our talks",
    deletion.EVENTS: "the record of our talks",
    deletion.TRANSCRIPTS: "stored transcripts",
}


def exported(made: Export, note: str) -> Reply:
    """The link to the file, and what is in it."""
    where = interval(made.period) if made.period else None
    said, facts = _counted(made.counts, period=where)
    link = f"/api/exports/{made.token}"
    if made.period:
        text = (
            f"Here are your {said} {within(made.period)} as a CSV file: {link}\n"
            "The link works for a day, and only for you."
        )
    else:
        text = (
            f"Here is a copy of your data: {link}\n"
            f"It holds {said}: the transactions as a CSV file, the rest as JSON. What was kept of "
            "our talks is added within a few minutes. The link works for a day, and only for you."
        )
    return Reply(f"{text} {note}".strip(), facts)


def offer(counts: Mapping[str, int]) -> tuple[str, tuple[Fact, ...]]:
    """What would go, and its figures; the question follows."""
    said, facts = _counted(counts)
    held = f"{said}, our talks" if said else "our talks"
    return (
        f"I would erase everything I have of you: {held}, models and files made from it, and my "
        "access to your banks. That cannot be undone. If you want a copy first, say “export my "
        "data”.",
        facts,
    )


def erased(done: Erased) -> Reply:
    """The receipt: what is gone, what is still to go, what only the person can do."""
    said, facts = _counted(done.receipt.counts)
    parts = [f"Erased: {said or 'everything I had of you'}."]
    left = [place for place in done.receipt.outstanding if place in _PLACES]
    trouble = [place for place in left if done.receipt.outstanding[place]]
    soon = [place for place in left if place not in trouble]
    if soon:
        parts.append(f"Within a few minutes {listed([_PLACES[place] for place in soon])} follow.")
    for place in trouble:
        why = done.receipt.outstanding[place]
        parts.append(f"Not yet erased: {_PLACES[place]}. {why} I keep trying.")
    if done.kept_by_bank:
        banks = listed(list(dict.fromkeys(done.kept_by_bank)))
        parts.append(
            f"I can't end the access at {banks} from here, and have thrown my key to it away: "
            "please end it where you made the connection."
        )
    parts.append(
        f"Your receipt is {done.receipt.id}; it holds no name. I won't know you any more. Goodbye!"
    )
    return Reply(" ".join(parts), facts)


def only_all(what: str) -> Reply:
    """That a part of the data cannot be erased by itself."""
    return Reply(
        f"I can't {what} by itself from this chat. What I can do is erase everything I have of "
        "you, and end my access to your banks with it; or whoever runs this Penny can do it.",
        (),
        (("Erase everything", "delete my data"), ("Export my data", "export my data")),
    )


def _counted(counts: Mapping[str, int], period: str | None = None) -> tuple[str, tuple[Fact, ...]]:
    """The counts in words and as facts; what has no name of its own is summed up."""
    said, facts = [], []
    for table, (one, many) in _SAID.items():
        if counts.get(table):
            said.append(plural(counts[table], one, many))
            facts.append(count(table, counts[table], period=period))
    others = sum(
        number for table, number in counts.items() if table not in _SAID.keys() | _UNCOUNTED
    )
    if others:
        said.append(plural(others, "other record"))
        facts.append(count("records", others))
    return listed(said), tuple(facts)
