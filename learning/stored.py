"""What a listing of the object store is made of."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True)
class Stored:
    """One object, without its content. ``size`` in bytes, ``stored_at`` in UTC."""

    key: str
    size: int
    stored_at: datetime
