"""What a listing of the object store is made of, and what every kind of store says."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

CHANGED = "Somebody else has changed this in the object store."
NO_ACCESS = "The object store does not accept these credentials."
UNUSABLE = "The object store cannot be used as it is set up."


@dataclass(frozen=True, slots=True)
class Stored:
    """One object, without its content. ``size`` in bytes, ``stored_at`` in UTC."""

    key: str
    size: int
    stored_at: datetime


def missing(bucket: str) -> str:
    """What is said where a bucket or an object in it is not there."""
    return f"The object store has no such bucket or object in {bucket!r}."
