"""The steps of curation in their order.

``examine`` takes all turns of some people, ``Summary`` adds up, ``finish`` takes what is left
of everybody: the candidates, which are few, and the links between near-duplicates. One process
calls them once (``curate``), Spark calls ``examine`` for each part of the people.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from learning.curate import candidates, clean, debias, duplicates, find
from learning.curate.balance import Advice, advise
from learning.curate.candidates import Candidate
from learning.curate.debias import Group, Spelling
from learning.curate.turns import Turn, from_rows, key_of

_MOST_CLUSTERED = 4_000  # distances between all pairs, so not without end
_WORD = re.compile(r"[a-z]+")


@dataclass(frozen=True, slots=True)
class Known:
    """What is known already.

    Attributes:
        examples: number of training examples of each intent.
        keys: of the training examples, as ``turns.key_of`` gives them.
        labels: what reviewed texts mean, by their key.
        spelling: the words of the training examples.
    """

    examples: Mapping[str, int] = field(default_factory=dict)
    keys: frozenset[str] = frozenset()
    labels: Mapping[str, str] = field(default_factory=dict)
    spelling: Spelling = field(default_factory=lambda: Spelling(()))


def known_from(training: Mapping[str, Sequence[str]], labels: Mapping[str, str]) -> Known:
    """What is known, from the training texts of each intent and the labels of texts."""
    texts = [text for own in training.values() for text in own]
    return Known(
        examples={intent: len(own) for intent, own in training.items()},
        keys=frozenset(map(key_of, texts)),
        labels={key_of(text): label for text, label in labels.items()},
        spelling=Spelling(word for text in texts for word in _WORD.findall(text.casefold())),
    )


@dataclass(slots=True)
class Summary:
    """Counts over turns; ``groups`` and ``intents`` end with whether the turn went wrong."""

    turns: int = 0
    kept: int = 0
    dropped: Counter[str] = field(default_factory=Counter)
    groups: debias.Tally = field(default_factory=Counter)
    intents: Counter[tuple[str, bool]] = field(default_factory=Counter)

    def absorb(self, other: Summary) -> None:
        """Counts ``other`` in, too."""
        self.turns += other.turns
        self.kept += other.kept
        self.dropped.update(other.dropped)
        self.groups.update(other.groups)
        self.intents.update(other.intents)


@dataclass(frozen=True, slots=True)
class Curated:
    """What came out.

    Attributes:
        rows: for the review file, the most worthwhile first.
        summary: what was read and dropped.
        proposals: new intents: name, example, texts and turns.
        balance: what each intent needs.
        groups: how each way of talking fares.
    """

    rows: list[dict[str, Any]]
    summary: Summary
    proposals: list[dict[str, Any]]
    balance: list[Advice]
    groups: list[Group]


def curate(rows: Iterable[Mapping[str, Any]], known: Known) -> Curated:
    """Curates stored rows in this process; their order does not matter."""
    turns, broken = from_rows(rows)
    summary, found = examine(turns, known)
    summary.dropped.update({"broken": broken} if broken else {})
    ids = [one.id for one in found]
    keys = dict(zip(ids, duplicates.bands([one.text for one in found]), strict=True))
    return finish(found, duplicates.links(keys), summary, known)


def examine(turns: Iterable[Turn], known: Known) -> tuple[Summary, list[Candidate]]:
    """Counts and candidates of some people, all of whose turns are given."""
    given = list(turns)
    kept, dropped = clean.humans(given)
    summary = Summary(turns=len(given), dropped=dropped)
    summary.dropped["stored_twice"] += len(given) - len(kept) - dropped["script"]
    found: dict[str, Candidate] = {}
    for one in find.judged(kept):
        _examine_one(one, known, summary, found)
    summary.dropped = +summary.dropped
    return summary, [found[key] for key in sorted(found)]


def _examine_one(
    one: find.Judged, known: Known, summary: Summary, found: dict[str, Candidate]
) -> None:
    why = clean.unusable(one.turn.text)
    if why:
        summary.dropped[why] += 1
        return
    summary.kept += 1
    summary.groups.update(debias.tally(one, known.labels, known.spelling))
    summary.intents[one.suggestion or one.turn.intent or "nlu_fallback", one.failed] += 1
    if one.reason is None:
        return
    if key_of(one.turn.text) in known.keys:
        summary.dropped["known_example"] += 1
        return
    candidate = candidates.of(one)
    if candidate.id in found:
        found[candidate.id].absorb(candidate)
    else:
        found[candidate.id] = candidate


def finish(
    found: Iterable[Candidate], links: Iterable[tuple[str, str]], summary: Summary, known: Known
) -> Curated:
    """From everybody's candidates to the review file and the reports.

    Args:
        found: one for each id.
        links: pairs of ids that are near-duplicates.
    """
    from learning.curate import cluster  # noqa: PLC0415 (scikit-learn; no worker of Spark needs it)

    distinct = list(found)
    merged = list(candidates.gathered(distinct, duplicates.roots(links)))
    summary.dropped["near_duplicate"] += len(distinct) - len(merged)
    summary.dropped = +summary.dropped  # without what never happened
    merged.sort(key=lambda one: (-one.priority, one.id))
    unknown = [one for one in merged if one.suggestion is None][:_MOST_CLUSTERED]
    unknown.sort(key=lambda one: one.id)
    groups = cluster.proposals([one.text for one in unknown], [one.count for one in unknown])
    cluster_of = {unknown[place].id: group.name for group in groups for place in group.members}
    turns = Counter[str]()
    for (intent, _), count in summary.intents.items():
        turns[intent] += count
    failed = Counter({intent: n for (intent, wrong), n in summary.intents.items() if wrong})
    return Curated(
        rows=[_row(one, cluster_of.get(one.id)) for one in merged],
        summary=summary,
        proposals=[
            {"name": g.name, "example": g.example, "texts": len(g.members), "turns": g.count}
            for g in groups
        ],
        balance=advise(known.examples, turns, failed),
        groups=debias.report(summary.groups),
    )


def _row(candidate: Candidate, cluster_name: str | None) -> dict[str, Any]:
    return {
        "id": candidate.id,
        "text": candidate.text,
        "intent": candidate.suggestion,
        "reason": candidate.reason,
        "confidence": candidate.confidence,
        "cluster": cluster_name,
        "channel": candidates.most_common(candidate.channels),
        "count": candidate.count,
        "priority": candidate.priority,
        "provenance": {
            "first": candidate.first,
            "last": candidate.last,
            "models": sorted(candidate.models),
        },
        "decision": None,
        "label": None,
    }
