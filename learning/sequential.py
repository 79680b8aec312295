"""Tests that may be looked at after every observation, and stay right however often they are.

Whether a share is larger in one group than in another is weighed by an e-value: how many
times better two free rates (mixed over a beta prior each) explain the counts than the best
pair of rates that the null hypothesis allows. Under any allowed pair the mixture's
likelihood ratio is a non-negative martingale that starts at one, and the e-value is never
above it, so by Ville's inequality the chance that it *ever* reaches 1 / alpha is at most
alpha. Nothing is approximated, counts are all that it needs, the groups may be of any sizes,
and a look may be taken at any time. The priors expect what is counted to be rare; that makes
a difference show sooner, and an equal group be called worse no more often.

Sources: the mixture of likelihoods, H. Robbins (1970), "Statistical methods related to the
law of the iterated logarithm", Annals of Mathematical Statistics 41(5); time-uniform bounds,
S. Howard, A. Ramdas, J. McAuliffe, J. Sekhon (2021), "Time-uniform, nonparametric,
nonasymptotic confidence sequences", Annals of Statistics 49(2); the supremum over a composite
null, L. Wasserman, A. Ramdas, S. Balakrishnan (2020), "Universal inference", PNAS 117(29);
comparing groups of people so, R. Johari, P. Koomen, L. Pekelis, D. Walsh (2022), "Always valid
inference: continuous monitoring of A/B tests", Operations Research 70(3).
"""

from __future__ import annotations

from dataclasses import dataclass
from math import inf, lgamma, log

_Beta = tuple[float, float]
_JEFFREYS: _Beta = (0.5, 0.5)
_RARE: _Beta = (1.0, 9.0)  # in the group compared with: one in ten
_PERHAPS_MORE: _Beta = (1.0, 2.0)  # in the group that may be worse
_HALVINGS = 50


@dataclass(frozen=True, slots=True)
class Count:
    """How many of ``turns`` had ``hits`` of something.

    Raises:
        ValueError: more hits than turns, or a negative count.
    """

    hits: int = 0
    turns: int = 0

    def __post_init__(self) -> None:
        if not 0 <= self.hits <= self.turns:
            raise ValueError(f"{self.hits} hits in {self.turns} turns")

    @property
    def rate(self) -> float | None:
        """The share of hits; None without turns."""
        return self.hits / self.turns if self.turns else None


def log_evidence_of_more(first: Count, second: Count, margin: float = 0.0) -> float:
    """Evidence that the second group's rate is above the first's by more than ``margin``.

    Args:
        first: counts of the group compared with.
        second: counts of the group that may be worse.
        margin: how much higher the second rate may be, 0 to below 1.

    Returns:
        The natural logarithm of an e-value; the null hypothesis is that the second rate is
        at most the first plus ``margin``.
    """
    free = _log_mixture(first, _RARE) + _log_mixture(second, _PERHAPS_MORE)
    best = _log_likelihood(first, first.rate) + _log_likelihood(second, second.rate)
    highest = 1.0 if first.rate is None else first.rate
    if (second.rate or 0.0) <= highest + margin:
        return free - best
    return free - _best_at(first, second, margin)


def log_evidence_above(count: Count, rate: float) -> float:
    """Evidence that one group's rate is above ``rate``: the logarithm of an e-value."""
    observed = count.rate or 0.0
    return _log_mixture(count, _JEFFREYS) - _log_likelihood(count, min(observed, rate))


def _best_at(first: Count, second: Count, margin: float) -> float:
    """The highest log-likelihood with the second rate ``margin`` above the first.

    It is concave in the first rate, so its slope has one root, found by halving.
    """
    low, high = 0.0, 1.0 - margin
    for _ in range(_HALVINGS):
        middle = (low + high) / 2
        if _slope(first, middle) + _slope(second, middle + margin) > 0:
            low = middle
        else:
            high = middle
    rate = (low + high) / 2
    return _log_likelihood(first, rate) + _log_likelihood(second, rate + margin)


def _slope(count: Count, rate: float) -> float:
    misses = count.turns - count.hits
    rising = count.hits / rate if count.hits else 0.0
    return rising - (misses / (1 - rate) if misses else 0.0)


def _log_likelihood(count: Count, rate: float | None) -> float:
    if rate is None:
        return 0.0
    misses = count.turns - count.hits
    if (count.hits and rate <= 0) or (misses and rate >= 1):
        return -inf
    hit = count.hits * log(rate) if count.hits else 0.0
    return hit + (misses * log(1 - rate) if misses else 0.0)


def _log_mixture(count: Count, prior: _Beta) -> float:
    misses = count.turns - count.hits
    return _log_beta(count.hits + prior[0], misses + prior[1]) - _log_beta(*prior)


def _log_beta(a: float, b: float) -> float:
    return lgamma(a) + lgamma(b) - lgamma(a + b)
