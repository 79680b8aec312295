"""Masks the texts of records, such as the lines of a file of transcripts."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator
from itertools import batched, tee
from typing import Any

from learning.anonymize import parallel, surrogates
from learning.anonymize.pipeline import Anonymizer, Conversation, default

_Record = dict[str, Any]


def anonymize_records(
    records: Iterable[_Record],
    anonymizer: Anonymizer | None = None,
    *,
    with_surrogates: bool = False,
    processes: int = 1,
) -> Iterator[_Record]:
    """Masks ``text`` of each record and keeps the rest.

    Records of one ``conversation`` (or ``conversation_id``, or ``sender_id``) share
    their numbering; without any of these, each record is its own conversation.

    Args:
        with_surrogates: made-up values instead of placeholders (see ``surrogates``).
        processes: how many look for personal data side by side.
    """
    anonymizer = anonymizer or default()
    states: dict[Any, Conversation] = defaultdict(Conversation)
    batches, again = tee(batched(records, parallel.AT_ONCE))
    texts = ([one["text"] for one in batch if _has_text(one)] for batch in again)
    for batch, found in zip(batches, parallel.spans(texts, anonymizer, processes), strict=True):
        said = [record for record in batch if _has_text(record)]
        own = [_state(record, states) for record in said]
        masked = iter(anonymizer.masked([one["text"] for one in said], found, states=own))
        for record in batch:
            if not _has_text(record):
                yield dict(record)
                continue
            text = next(masked).text
            yield {**record, "text": surrogates.dressed(text) if with_surrogates else text}


def _has_text(record: _Record) -> bool:
    return isinstance(record.get("text"), str)


def _state(record: _Record, states: dict[Any, Conversation]) -> Conversation:
    keys = (record.get(name) for name in ("conversation", "conversation_id", "sender_id"))
    key = next((key for key in keys if key is not None), None)
    return states[key] if key is not None else Conversation()
