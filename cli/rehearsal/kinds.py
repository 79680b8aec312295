"""The ways in which a candidate can be bad on purpose."""

from enum import StrEnum


class Sabotage(StrEnum):
    """What is wrong with the candidate."""

    MISLABELLED = "mislabelled"
    SLOW = "slow"
    CRASHING = "crashing"
