"""Conversations into the object store: read, keep who agreed, mask, store, remember.

Objects are gzipped JSON lines (or Parquet), one turn a row, under
``transcripts/day=YYYY-MM-DD/model=ID/BATCH.jsonl.gz``. A batch is planned before
it is stored and its key follows from the plan, so a crash at any point stores the
same objects again, in place, and nothing is lost or doubled. A conversation is
named by keyed hashes of the person and the thread: whoever holds the key in the
home folder can remove one person's turns, nobody else can tell whose they are.
"""

from __future__ import annotations

import hashlib
import hmac
import logging
import re
from collections import defaultdict
from collections.abc import Callable, Collection, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import asdict, dataclass, replace
from datetime import UTC, date, datetime, timedelta

from learning import checkpoint
from learning.anonymize import Anonymizer, Conversation, surrogates
from learning.anonymize.pipeline import PLACEHOLDER
from learning.anonymize.recognizers import known as known_names
from learning.errors import SecretLeft
from learning.events import Turn
from learning.formats import SUFFIXES, Row, packed, unpacked
from learning.keys import pseudonym_key
from learning.objects import ObjectStore, Stored
from learning.settings import LearningSettings
from learning.sources import sources
from learning.steps import Step

_log = logging.getLogger(__name__)
_PREFIX = "transcripts/"
_KEY = re.compile(
    r"transcripts/day=(?P<day>\d{4}-\d\d-\d\d)/model=(?P<model>[^/]+)/[^/]+(\.jsonl\.gz|\.parquet)"
)
_HEADS_AT_ONCE = 8
_MADE_HERE = frozenset(("conversation", "turn", "at", "confidence"))

Known = Callable[[str], Sequence[str]]


@dataclass(frozen=True, slots=True)
class Collected:
    """What one collection did.

    Attributes:
        turns: finished turns that were read.
        stored: turns stored, masked.
        without_consent: turns of people who have not agreed; nothing of them is kept.
        withheld: turns not stored because masking left something known readable.
        broken_lines: lines of the events file that were no events.
        objects: keys written, in order.
    """

    turns: int = 0
    stored: int = 0
    without_consent: int = 0
    withheld: int = 0
    broken_lines: int = 0
    objects: tuple[str, ...] = ()

    def __add__(self, other: Collected) -> Collected:
        mine, more = asdict(self), asdict(other)
        return Collected(**{name: mine[name] + more[name] for name in mine})


@dataclass(frozen=True, slots=True)
class Listed:
    """One stored object: its partition, how many turns and bytes, and since when (UTC)."""

    key: str
    day: date
    model: str
    turns: int
    bytes: int
    stored_at: datetime


def collect(
    settings: LearningSettings,
    consented: Collection[str],
    known: Known,
    *,
    now: datetime,
    anonymizer: Anonymizer | None = None,
) -> Collected:
    """Stores every turn that ended since the last time, of people who agreed.

    Args:
        consented: person ids of those who said yes to having transcripts kept.
        known: names and numbers of a person, from the person's own ledger, that must
            not survive; called once per person and batch.
        now: the present, for turns that never got their end marker.

    Raises:
        StoreError: nothing was lost; the next call goes on from the same place.
        AlreadyCollecting: another process is at it.
    """
    store = ObjectStore(settings)
    mask = _Masking(
        consented,
        known,
        anonymizer or Anonymizer(amounts=settings.transcript_amounts),
        pseudonym_key(settings.state),
        settings.transcript_surrogates,
    )
    total = Collected()
    with checkpoint.only_one(settings.state):
        store.ensure_bucket()
        if settings.transcript_days is not None:
            store.keep_days(_PREFIX, settings.transcript_days)
            expire(store, now.date() - timedelta(days=settings.transcript_days))
        for source in sources(settings, now.timestamp()):
            while step := source.next():
                rows, counts = _masked(step, mask)
                keys = tuple(_store(store, step, rows))
                source.stored(step)
                total += replace(counts, objects=keys)
    return total


@dataclass(frozen=True, slots=True)
class _Masking:
    """Whose turns may be kept, and what makes them safe to keep."""

    consented: Collection[str]
    known: Known
    anonymizer: Anonymizer
    key: bytes
    surrogates: bool


def _masked(step: Step, mask: _Masking) -> tuple[list[Row], Collected]:
    """The rows to store, and the counts of what was read and left out."""
    mine: dict[str, list[Turn]] = defaultdict(list)
    for turn in step.turns:
        if turn.person_id in mask.consented:
            mine[turn.person_id].append(turn)
    rows: list[Row] = []
    withheld = 0
    for person_id, turns in mine.items():
        try:
            rows += _rows_of_person(turns, mask.known(person_id), mask)
        except SecretLeft:
            withheld += len(turns)
            _log.warning("withheld %d turns that masking did not make safe", len(turns))
    kept = sum(map(len, mine.values()))
    return rows, Collected(
        turns=len(step.turns),
        stored=len(rows),
        without_consent=len(step.turns) - kept,
        withheld=withheld,
        broken_lines=step.broken,
    )


def _rows_of_person(turns: Sequence[Turn], known: Sequence[str], mask: _Masking) -> list[Row]:
    """One person's turns as they may be stored.

    Raises:
        SecretLeft: something known of the person is still readable in one of them.
    """
    states: dict[str, Conversation] = defaultdict(Conversation)
    said = [(turn.sender, text) for turn in turns for text in (turn.text, *turn.replies)]
    masked = iter(
        mask.anonymizer.anonymize_all(
            [text for _, text in said], known, [states[sender] for sender, _ in said]
        )
    )
    rows = [
        {
            "conversation": _conversation(mask.key, turn),
            "turn": _digest(
                mask.key, "turn", f"{turn.sender}:{turn.timestamp!r}:{turn.message_id}"
            ),
            "at": datetime.fromtimestamp(turn.timestamp, UTC).isoformat(timespec="seconds"),
            "text": next(masked).text,
            "replies": [next(masked).text for _ in turn.replies],
            "intent": turn.intent,
            "confidence": turn.confidence,
            "model": turn.model,
            "channel": turn.channel,
        }
        for turn in turns
    ]
    _refuse_secrets(rows, known)
    return [_dressed(row) for row in rows] if mask.surrogates else rows


def _refuse_secrets(rows: Sequence[Row], known: Sequence[str]) -> None:
    """The last check before anything leaves: texts, replies and what is stored beside them.

    Pseudonyms and the time are made here, so they are left out: their digits mean nothing.
    """
    values = (
        str(value)
        for row in rows
        for field, content in row.items()
        if field not in _MADE_HERE
        for value in (content if isinstance(content, list) else [content])
    )
    if known_names.survives((part for one in values for part in PLACEHOLDER.split(one)), known):
        raise SecretLeft("A known name or number is still readable in what would be stored.")


def _dressed(row: Row) -> Row:
    replies = [surrogates.dressed(reply) for reply in row["replies"]]
    return {**row, "text": surrogates.dressed(row["text"]), "replies": replies}


def _store(store: ObjectStore, step: Step, rows: Sequence[Row]) -> Iterator[str]:
    partitions: dict[tuple[str, str], list[Row]] = defaultdict(list)
    for row in rows:
        partitions[row["at"][:10], _path_safe(row["model"])].append(row)
    batch_id = hashlib.sha256(step.identity.encode()).hexdigest()[:24]
    for (day, model), part in sorted(partitions.items()):
        key = f"{_PREFIX}day={day}/model={model}/{batch_id}{SUFFIXES[step.format]}"
        write(store, key, part)
        yield key


def write(store: ObjectStore, key: str, rows: Sequence[Row]) -> None:
    """Stores ``rows`` as one object, in the place of what it held."""
    store.put(key, packed(key, rows), {"turns": str(len(rows))})


def read(store: ObjectStore, key: str) -> list[Row]:
    """The turns of one object.

    Raises:
        BadTranscripts: it is not one of ours, or damaged.
    """
    return unpacked(key, store.get(key))


def expire(store: ObjectStore, first_kept: date) -> int:
    """Removes the turns of earlier days; how many objects.

    A bucket's own lifecycle counts from an object's last writing, which taking another
    person's turns out renews; this counts from the day of the turns, and works with stores
    that have no lifecycle. It looks at nothing younger: keys are in order of days.
    """
    removed = 0
    for stored in store.list(_PREFIX):
        match = _KEY.fullmatch(stored.key)
        if match and date.fromisoformat(match["day"]) >= first_kept:
            break
        if match:
            store.delete(stored.key)
            removed += 1
    return removed


def listing(settings: LearningSettings, day: date | None = None) -> list[Listed]:
    """Everything stored (of one day, when given), by day, model and batch."""
    store = ObjectStore(settings)
    store.ensure_bucket()
    prefix = f"{_PREFIX}day={day.isoformat()}/" if day else _PREFIX
    objects = list(store.list(prefix))
    with ThreadPoolExecutor(_HEADS_AT_ONCE) as threads:
        turns = threads.map(lambda one: int(store.metadata(one.key).get("turns", "0")), objects)
        return [entry for pair in zip(objects, turns, strict=True) if (entry := _listed(*pair))]


def _listed(stored: Stored, turns: int) -> Listed | None:
    match = _KEY.fullmatch(stored.key)
    if not match:
        return None
    day = date.fromisoformat(match["day"])
    return Listed(stored.key, day, match["model"], turns, stored.size, stored.stored_at)


def forget(settings: LearningSettings, person_id: str) -> int:
    """Removes all stored turns of one person; how many there were.

    For when consent is withdrawn: take the person out of ``consented`` first, so that
    nothing new is stored meanwhile. Waits for a collection under way.
    """
    if not checkpoint.began(settings.state):
        return 0
    store, own, removed = ObjectStore(settings), own_prefix(settings, person_id), 0
    with checkpoint.only_one(settings.state, wait=True):
        store.ensure_bucket()
        for stored in [one for one in store.list(_PREFIX) if _KEY.fullmatch(one.key)]:
            rows = read(store, stored.key)
            others = [row for row in rows if not row["conversation"].startswith(own)]
            removed += len(rows) - len(others)
            if not others:
                store.delete(stored.key)
            elif len(others) < len(rows):
                write(store, stored.key, others)
    return removed


def own_prefix(settings: LearningSettings, person_id: str) -> str:
    """What the pseudonym of each of a person's conversations begins with."""
    return _person(pseudonym_key(settings.state), person_id) + "-"


def _digest(key: bytes, purpose: str, value: str) -> str:
    return hmac.new(key, f"{purpose}:{value}".encode(), hashlib.sha256).hexdigest()[:16]


def _person(key: bytes, person_id: str) -> str:
    return _digest(key, "person", person_id)


def _conversation(key: bytes, turn: Turn) -> str:
    return f"{_person(key, turn.person_id)}-{_digest(key, 'thread', turn.sender)}"


def _path_safe(model: str) -> str:
    return re.sub(r"[^A-Za-z0-9._-]+", "-", model)[:80] or "unknown"
