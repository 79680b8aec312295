"""What is stored of one person's talks, for that person."""

from __future__ import annotations

from typing import Any

from learning import checkpoint, transcripts
from learning.objects import ObjectStore
from learning.settings import LearningSettings


def stored_turns(settings: LearningSettings, person_id: str) -> list[dict[str, Any]]:
    """A person's stored turns, masked as they are kept, by day and batch.

    Raises:
        StoreError: the object store cannot be read.
        BadTranscripts: an object in it is damaged.
    """
    if not checkpoint.began(settings.state):
        return []
    store = ObjectStore(settings)
    own = transcripts.own_prefix(settings, person_id)
    return [
        row
        for entry in transcripts.listing(settings)
        for row in transcripts.read(store, entry.key)
        if row["conversation"].startswith(own)
    ]
