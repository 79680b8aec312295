"""Whether a candidate may take the champion's place. No I/O: it judges what was measured.

Both models have read the same texts and held the same conversations, so each check compares
pairs. How unlikely a difference is among models that err equally often is told by McNemar's
exact test: of the pairs that only one of the two got right, each is as likely to be the
champion's as the candidate's (Q. McNemar (1947), "Note on the sampling error of the
difference between correlated proportions or percentages", Psychometrika 12(2)).

A candidate passes when no check falls beyond its tolerance and one that may rise has risen:

=============  ================================  ===================  ========
check          falls when net losses exceed      or are so unlikely   may rise
=============  ================================  ===================  ========
golden set     1 % of the rows (at least 1)      p ≤ 0.05             p ≤ 0.05
out of scope   2 % of the rows (at least 1)      p ≤ 0.05             p ≤ 0.05
conversations  1 % of the turns (at least 1)     p ≤ 0.05             p ≤ 0.05
intent         a third of the rows (at least 1)  p ≤ 0.01             no
slice          3 % of the rows (at least 2)      p ≤ 0.01             no
=============  ================================  ===================  ========

Times, memory and size may grow by a factor and by a little on top; errors may not grow.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass
from statistics import median, quantiles
from typing import Any

OUT_OF_SCOPE = "out_of_scope"
_FALLBACK = "nlu_fallback"
_LEAST_SLICE = 10


@dataclass(frozen=True, slots=True)
class Answer:
    """What a model made of one text.

    Attributes:
        source: the golden set, or the change made to its texts (``polite``, ``typos``, …).
        changed: whether the text is a changed one.
        text: what was said.
        intent: what it means.
        predicted: what the model took it for; None when it gave no answer.
        ms: how long that took.
        channel: where it was said, if that is known.
    """

    source: str
    changed: bool
    text: str
    intent: str
    predicted: str | None
    ms: float
    channel: str = ""

    @property
    def right(self) -> bool:
        """Whether it was understood; a fallback is right for what is out of scope."""
        said = OUT_OF_SCOPE if self.predicted == _FALLBACK else self.predicted
        return said == self.intent


@dataclass(frozen=True, slots=True)
class Measured:
    """All that was measured of one model.

    Attributes:
        version: its name.
        started: whether it could be loaded and served at all.
        answers: the same texts in the same order for both models.
        turns: right or wrong for each turn of the conversations, by name.
        megabytes: size of the model file.
        memory: memory of the serving process in megabytes, where that is known.
    """

    version: str
    started: bool
    answers: tuple[Answer, ...] = ()
    turns: Mapping[str, bool] | None = None
    megabytes: float = 0.0
    memory: float | None = None


@dataclass(frozen=True, slots=True)
class Tolerance:
    """How far a share may fall: ``share`` of the rows, at least ``rows``, unless that unlikely."""

    share: float
    rows: int
    p: float
    may_rise: bool = False


TOLERANCES = {
    "golden set": Tolerance(0.01, 1, 0.05, may_rise=True),
    "out of scope": Tolerance(0.02, 1, 0.05, may_rise=True),
    "conversations": Tolerance(0.01, 1, 0.05, may_rise=True),
    "intent": Tolerance(1 / 3, 1, 0.01),
    "slice": Tolerance(0.03, 2, 0.01),
}
# How much a figure may grow: a factor, and that much on top.
GROWTH = {
    "p50 ms": (1.25, 5.0),
    "p95 ms": (1.5, 10.0),
    "memory MB": (1.25, 20.0),
    "model MB": (1.5, 5.0),
    "errors": (1.0, 0.0),
}


@dataclass(frozen=True, slots=True)
class Check:
    """One comparison.

    Attributes:
        name: what was compared.
        kind: a key of ``TOLERANCES`` or ``GROWTH``.
        rows: pairs compared; 0 for a figure of the whole.
        champion: the champion's share or figure.
        candidate: the candidate's.
        won: pairs that only the candidate got right.
        lost: pairs that only the champion got right.
        p: how unlikely so uneven a difference is, in the direction it has; None for figures.
        fell: beyond the tolerance.
        rose: the candidate is shown to be better.
    """

    name: str
    kind: str
    rows: int
    champion: float
    candidate: float
    won: int = 0
    lost: int = 0
    p: float | None = None
    fell: bool = False
    rose: bool = False


@dataclass(frozen=True, slots=True)
class Verdict:
    """Whether the candidate passes, why, and all that was compared."""

    promoted: bool
    why: str
    checks: tuple[Check, ...]


def judge(champion: Measured, candidate: Measured) -> Verdict:
    """Compares what was measured of both models.

    Raises:
        ValueError: they did not read the same texts.
    """
    if not candidate.started:
        return Verdict(False, "The candidate could not be started.", ())
    pairs = list(zip(champion.answers, candidate.answers, strict=True))
    if any((a.source, a.text, a.intent) != (b.source, b.text, b.intent) for a, b in pairs):
        raise ValueError("the models did not read the same texts")
    checks = (
        *_understanding(pairs),
        *_conversations(champion.turns or {}, candidate.turns or {}),
        *_figures(champion, candidate),
    )
    fell = [check for check in checks if check.fell]
    rose = [check for check in checks if check.rose]
    if fell:
        return Verdict(False, f"Worse: {_named(fell)}.", checks)
    if not rose:
        return Verdict(False, "Nothing is shown to be better.", checks)
    return Verdict(True, f"Better: {_named(rose)}; nothing is worse beyond tolerance.", checks)


def paired(name: str, kind: str, pairs: Iterable[tuple[bool, bool]]) -> Check:
    """A check of pairs ``(champion right, candidate right)``.

    Args:
        name: what is compared.
        kind: a key of ``TOLERANCES``.
        pairs: at least one.
    """
    found, allowed = list(pairs), TOLERANCES[kind]
    won = sum(new and not old for old, new in found)
    lost = sum(old and not new for old, new in found)
    rows, unlikely = len(found), _mcnemar(won, lost)
    too_many = lost - won > max(allowed.rows, allowed.share * rows)
    return Check(
        name,
        kind,
        rows,
        sum(old for old, _ in found) / rows,
        sum(new for _, new in found) / rows,
        won,
        lost,
        unlikely,
        fell=too_many or (lost > won and unlikely <= allowed.p),
        rose=allowed.may_rise and won > lost and unlikely <= allowed.p,
    )


def as_json(verdict: Verdict, champion: Measured, candidate: Measured) -> dict[str, Any]:
    """A judgement in JSON's types, as the command prints it and the report shows it."""
    return {
        "champion": champion.version,
        "candidate": candidate.version,
        "promoted": verdict.promoted,
        "why": verdict.why,
        "texts": len(candidate.answers),
        "turns": len(candidate.turns or {}),
        "checks": [_row(check) for check in verdict.checks if check.rows],
        "figures": [
            {"figure": c.name, "champion": c.champion, "candidate": c.candidate, "fell": c.fell}
            for c in verdict.checks
            if not c.rows
        ],
        "tolerances": {kind: asdict(allowed) for kind, allowed in TOLERANCES.items()},
        "growth": {kind: {"factor": f, "on_top": top} for kind, (f, top) in GROWTH.items()},
    }


def _understanding(pairs: Sequence[tuple[Answer, Answer]]) -> Iterable[Check]:
    plain = [pair for pair in pairs if not pair[0].changed]
    for name, group in _grouped(plain, lambda answer: answer.source).items():
        yield _check(name, "golden set", group)
    outside = [pair for pair in plain if pair[0].intent == OUT_OF_SCOPE]
    if outside:
        yield _check(OUT_OF_SCOPE, "out of scope", outside)
    for name, group in sorted(_grouped(plain, lambda answer: answer.intent).items()):
        if name != OUT_OF_SCOPE:
            yield _check(name, "intent", group)
    slices: dict[str, list[tuple[Answer, Answer]]] = {
        **_grouped(plain, _length),
        **_grouped(plain, _style),
        **_grouped(plain, lambda answer: answer.channel),
        **_grouped([pair for pair in pairs if pair[0].changed], lambda answer: answer.source),
    }
    for name, group in slices.items():
        if name and len(group) >= _LEAST_SLICE:
            yield _check(name, "slice", group)


def _check(name: str, kind: str, pairs: Sequence[tuple[Answer, Answer]]) -> Check:
    return paired(name, kind, ((old.right, new.right) for old, new in pairs))


def _conversations(champion: Mapping[str, bool], candidate: Mapping[str, bool]) -> Iterable[Check]:
    if champion:
        pairs = ((right, candidate.get(turn, False)) for turn, right in champion.items())
        yield paired("conversations", "conversations", pairs)


def _figures(champion: Measured, candidate: Measured) -> Iterable[Check]:
    for kind, (factor, on_top) in GROWTH.items():
        old, new = _figure(kind, champion), _figure(kind, candidate)
        if old is not None and new is not None:
            grown = new > factor * old + on_top
            yield Check(kind, kind, 0, round(old, 2), round(new, 2), fell=grown)


def _figure(kind: str, measured: Measured) -> float | None:
    times = [answer.ms for answer in measured.answers if answer.predicted is not None]
    if kind == "errors":
        return float(len(measured.answers) - len(times))
    if kind == "memory MB":
        return measured.memory
    if kind == "model MB":
        return measured.megabytes
    if len(times) < 2:
        return None
    return median(times) if kind == "p50 ms" else quantiles(times, n=20)[-1]


def _grouped(
    pairs: Sequence[tuple[Answer, Answer]], key: Callable[[Answer], str]
) -> dict[str, list[tuple[Answer, Answer]]]:
    groups: dict[str, list[tuple[Answer, Answer]]] = defaultdict(list)
    for pair in pairs:
        groups[key(pair[0])].append(pair)
    return groups


def _length(answer: Answer) -> str:
    words = len(answer.text.split())
    return "up to 3 words" if words <= 3 else "4 to 8 words" if words <= 8 else "over 8 words"


def _style(answer: Answer) -> str:
    return "with a question mark" if "?" in answer.text else "without a question mark"


def _mcnemar(won: int, lost: int) -> float:
    if won == lost:
        return 1.0
    from scipy.stats import binomtest  # noqa: PLC0415 (only where two models are compared)

    return float(binomtest(max(won, lost), won + lost, 0.5, alternative="greater").pvalue)


def _row(check: Check) -> dict[str, Any]:
    return {
        "check": f"{check.kind}: {check.name}",
        "rows": check.rows,
        "champion": round(check.champion, 4),
        "candidate": round(check.candidate, 4),
        "won": check.won,
        "lost": check.lost,
        "p": round(check.p, 4) if check.p is not None else None,
        "result": "fell" if check.fell else "rose" if check.rose else "kept",
    }


def _named(checks: Sequence[Check]) -> str:
    named = [
        f"{check.kind} {check.name} {check.champion:.1%} → {check.candidate:.1%}"
        if check.rows
        else f"{check.name} {check.champion:g} → {check.candidate:g}"
        for check in checks
    ]
    return "; ".join(named)
