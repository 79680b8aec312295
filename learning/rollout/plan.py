"""The plan of a rollout: shares, stages, and what the figures say about going on. No I/O.

A person belongs to a rollout's share by a keyed hash of their id, so that they always get
the same model while it lasts, the shares of later stages hold all people of earlier ones,
and the first people of one rollout are not the first of the next.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field, fields, replace
from datetime import datetime
from math import log
from typing import Any

from learning.errors import RolloutRefused
from learning.sequential import Count, log_evidence_above, log_evidence_of_more

SHARES = (0.01, 0.05, 0.25, 1.0)
LEAST_TURNS = (50, 100, 200, 200)
FALSE_ALARMS = 0.05
MARGIN = 0.02  # by which it may look worse and still go on
# By how much more of each trouble counts as worse: complaints are rare, and each means something.
MARGINS = {
    "fallback": 0.02,
    "rephrased": 0.01,
    "negative": 0.005,
    "error": 0.02,
    "regretted": 0.03,  # of turns in which the models differ: few, and many regretted anyway
}
MOST_ERRORS = 0.1
_EVEN = 0.5

ON, ROLLED_BACK, PROMOTING, PROMOTED, STOPPED = (
    "on",
    "rolled back",
    "promoting",
    "promoted",
    "stopped",
)


@dataclass(frozen=True, slots=True)
class Tally:
    """What happened to the turns of one group.

    Attributes:
        turns: answered or failed, all of them.
        fallback: was not understood, or taken for out of scope.
        rephrased: the person said much the same again within a minute.
        negative: the person said that the answer was no good.
        error: there was no answer.
        compared: turns whose time was held against a turn of the champion's.
        slower: of these, those slower by half and by 50 ms.
        differing: turns that the other model would have understood in another way.
        regretted: of these, those that the person complained about or said again.
    """

    turns: int = 0
    fallback: int = 0
    rephrased: int = 0
    negative: int = 0
    error: int = 0
    compared: int = 0
    slower: int = 0
    differing: int = 0
    regretted: int = 0

    def plus(self, other: Tally) -> Tally:
        """Both together."""
        return Tally(*(getattr(self, one.name) + getattr(other, one.name) for one in fields(Tally)))

    def count(self, kind: str) -> Count:
        """How many turns had one kind of trouble."""
        turns = {"slower": self.compared, "regretted": self.differing}.get(kind, self.turns)
        return Count(min(getattr(self, kind), turns), turns)


@dataclass(frozen=True, slots=True)
class Rollout:
    """A candidate on its way.

    Attributes:
        id: random; the key of the shares.
        champion: version that the others get; None for the one trained in place.
        candidate: version that the share gets.
        model_id: Rasa's own id of the candidate.
        stage: place in ``SHARES``.
        status: ``on``, ``promoting`` (the champion is being replaced; everybody has the
            candidate meanwhile), or how it ended.
        began_at: instant of the start, ISO 8601 in UTC.
        ended_at: instant of its end, if it has ended.
        turns_before: the candidate's turns before this stage.
        why: what was found at the last step.
    """

    id: str
    champion: str | None
    candidate: str
    model_id: str
    stage: int
    status: str
    began_at: str
    ended_at: str | None = None
    turns_before: int = 0
    why: str = ""

    @property
    def going(self) -> bool:
        """Whether people get the candidate."""
        return self.status in (ON, PROMOTING)

    @property
    def share(self) -> float:
        """Which part of the people gets it."""
        return SHARES[self.stage] if self.going else 0.0


@dataclass(frozen=True, slots=True)
class Finding:
    """One comparison of the groups.

    Attributes:
        kind: what is compared, a field of ``Tally``.
        champion: the champion's rate; None without turns (and for times).
        candidate: the candidate's rate.
        evidence: how many times better "the candidate is worse" explains the counts.
        wanted: evidence from which on it counts as shown.
    """

    kind: str
    champion: float | None
    candidate: float | None
    evidence: float
    wanted: float

    @property
    def worse(self) -> bool:
        """Whether the candidate was shown to be worse."""
        return self.evidence >= self.wanted


@dataclass(frozen=True, slots=True)
class Decision:
    """What to do with a rollout: ``hold``, ``advance``, ``promote`` or ``back``, and why."""

    action: str
    why: str
    findings: tuple[Finding, ...] = field(default=())


def place(person_id: str, rollout_id: str) -> float:
    """Where a person stands between 0 and 1; the share takes those below it."""
    digest = hashlib.blake2b(person_id.encode(), key=rollout_id.encode()[:64], digest_size=8)
    return int.from_bytes(digest.digest(), "big") / 2**64


def gets_candidate(rollout: Rollout, person_id: str) -> bool:
    """Whether the candidate serves this person."""
    return rollout.going and place(person_id, rollout.id) < rollout.share


def findings(champion: Tally, candidate: Tally) -> tuple[Finding, ...]:
    """The candidate's trouble of each kind against the champion's.

    The chance that an equal candidate is ever called worse is at most ``FALSE_ALARMS``,
    shared evenly between the comparisons.
    """
    compared = {
        kind: log_evidence_of_more(champion.count(kind), candidate.count(kind), margin)
        for kind, margin in MARGINS.items()
    }
    # Also without turns of the champion's: nobody should be left with what does not answer.
    many_errors = log_evidence_above(candidate.count("error"), MOST_ERRORS)
    slower = log_evidence_above(candidate.count("slower"), _EVEN)
    wanted = (len(compared) + 2) / FALSE_ALARMS
    return (
        *(
            Finding(
                kind, champion.count(kind).rate, candidate.count(kind).rate, _times(found), wanted
            )
            for kind, found in compared.items()
        ),
        Finding(
            "many errors", MOST_ERRORS, candidate.count("error").rate, _times(many_errors), wanted
        ),
        Finding("slower", _EVEN, candidate.count("slower").rate, _times(slower), wanted),
    )


def decide(rollout: Rollout, champion: Tally, candidate: Tally) -> Decision:
    """What the figures so far say.

    Args:
        rollout: as it stands.
        champion: turns of those who kept the champion, since the rollout began.
        candidate: turns of those who got the candidate, since the rollout began.
    """
    found = findings(champion, candidate)
    if rollout.status != ON:
        return Decision("hold", rollout.why, found)
    worse = [finding for finding in found if finding.worse]
    if worse:
        said = "; ".join(map(_said, worse))
        return Decision("back", f"{said}, after {candidate.turns} turns", found)
    wanted = LEAST_TURNS[rollout.stage]
    done = candidate.turns - rollout.turns_before
    if done < wanted:
        return Decision("hold", f"{max(done, 0)} of {wanted} turns of this stage", found)
    doubtful = [finding for finding in found if _doubtful(finding)]
    if doubtful or not champion.turns:
        said = "; ".join(map(_said, doubtful)) or "the champion has had no turns to compare with"
        return Decision("hold", f"waiting for more turns: {said}", found)
    last = rollout.stage + 1 == len(SHARES)
    return Decision(
        "promote" if last else "advance", f"not worse in {candidate.turns} turns", found
    )


def advanced(rollout: Rollout, turns: int, why: str) -> Rollout:
    """The rollout one stage on; after the last one the champion is replaced."""
    if rollout.stage + 1 == len(SHARES):
        return replace(rollout, status=PROMOTING, why=why)
    return replace(rollout, stage=rollout.stage + 1, turns_before=turns, why=why)


def ended(rollout: Rollout, status: str, why: str, now: datetime) -> Rollout:
    """The rollout at its end.

    Raises:
        RolloutRefused: it has ended already.
    """
    if not rollout.going:
        raise RolloutRefused("No rollout is on.")
    return replace(rollout, status=status, why=why, ended_at=now.isoformat(timespec="seconds"))


def as_json(
    rollout: Rollout, champion: Tally, candidate: Tally, decision: Decision
) -> dict[str, Any]:
    """All there is to show of a rollout, in JSON's types."""
    return {
        **asdict(rollout),
        "share": rollout.share,
        "least_turns": LEAST_TURNS[rollout.stage],
        "groups": {"champion": asdict(champion), "candidate": asdict(candidate)},
        "findings": [{**asdict(finding), "worse": finding.worse} for finding in decision.findings],
        "next": decision.action,
        "next_why": decision.why,
    }


def read_tally(value: Mapping[str, Any]) -> Tally:
    """A tally as it was stored; what is no count is left out."""
    known = {one.name for one in fields(Tally)}
    return Tally(**{k: v for k, v in value.items() if k in known and isinstance(v, int)})


def _doubtful(finding: Finding) -> bool:
    """Whether the candidate looks worse, though it is not shown yet."""
    if finding.kind == "many errors" or finding.candidate is None:
        return False
    if finding.kind == "regretted":  # few turns, so that their rates say little
        return finding.evidence > 1
    allowed = 0.0 if finding.kind == "slower" else MARGIN
    return finding.candidate > (finding.champion or 0.0) + allowed


def _said(finding: Finding) -> str:
    against = "" if finding.champion is None else f" against {finding.champion:.1%}"
    return f"{finding.kind} {finding.candidate or 0:.1%}{against}"


def _times(log_evidence: float) -> float:
    """An e-value from its logarithm, capped where floats would end."""
    return float(f"{2.718281828459045 ** min(log_evidence, log(1e12)):.4g}")
