"""Conversations in an SQL database, without reading them back at every turn.

Rasa's SQL store reads all events of the session twice per turn and writes each new one as an
object of its own. This one keeps the trackers of recent conversations and asks the database
only whether somebody else has written since; new events go in with one statement.
"""

from __future__ import annotations

import json
from collections import OrderedDict
from typing import Any, List, Optional, Text, Tuple

import sqlalchemy as sa
from rasa.core.brokers.broker import EventBroker
from rasa.core.tracker_store import SQLTrackerStore
from rasa.shared.core.domain import Domain
from rasa.shared.core.events import ActiveLoop, Event, SlotSet, UserUttered
from rasa.shared.core.trackers import DialogueStateTracker

LONGEST = 48
KEPT = 24
LAST_ID = sa.text("SELECT max(id) FROM events WHERE sender_id = :sender_id")
FORGET = sa.text("DELETE FROM events WHERE sender_id LIKE :own")  # ids are plain letters
STORED_UNTIL = "_penny_stored_until"


class RecentTrackerStore(SQLTrackerStore):
    """An SQL tracker store for SQLite and PostgreSQL with recent trackers at hand.

    A tracker is lent for the length of a turn: it leaves the cache when it is read and
    comes back when it is saved, so a turn that fails leaves nothing half-done behind.
    """

    def __init__(
        self,
        domain: Optional[Domain] = None,
        event_broker: Optional[EventBroker] = None,
        recent: int = 1000,
        **kwargs: Any,
    ) -> None:
        """Opens the database.

        Args:
            domain: the assistant's domain.
            event_broker: where events are published too.
            recent: how many conversations stay in memory; 0 reads every time.
            kwargs: connection settings of Rasa's SQL store (``dialect``, ``db``, …).
        """
        super().__init__(domain=domain, event_broker=event_broker, **kwargs)
        self._recent = recent
        self._trackers: "OrderedDict[Text, Tuple[int, DialogueStateTracker]]" = OrderedDict()
        if self.engine.dialect.name == "sqlite":
            # By default a file database is opened and closed around every statement.
            self.engine = sa.create_engine(
                self.engine.url,
                poolclass=sa.pool.QueuePool,
                connect_args={"check_same_thread": False},
            )
            sa.event.listen(self.engine, "connect", _use_write_ahead_log)
            self.sessionmaker = sa.orm.sessionmaker(bind=self.engine)

    async def retrieve(self, sender_id: Text) -> Optional[DialogueStateTracker]:
        """The tracker of the latest session, or None for a new conversation."""
        last_id, tracker = self._trackers.pop(sender_id, (None, None))
        if tracker is None or last_id != self._last_id(sender_id):
            tracker = await super().retrieve(sender_id)
        if tracker is None:
            return None
        stored_until = tracker.events[-1]
        if tracker.active_loop_name and tracker.active_loop_name not in self.domain.form_names:
            tracker.update(ActiveLoop(None))  # of a model that had it
        tracker = shortened(tracker, self.domain)
        setattr(tracker, STORED_UNTIL, stored_until)
        return tracker

    async def peek(self, sender_id: Text) -> Optional[DialogueStateTracker]:
        """The tracker to look at only: it stays where it is, and is nobody's to change."""
        last_id, tracker = self._trackers.get(sender_id, (None, None))
        if tracker is not None and last_id == self._last_id(sender_id):
            return tracker
        return await super().retrieve(sender_id)

    async def save(self, tracker: DialogueStateTracker) -> None:
        """Publishes and stores the events that are new since the tracker was read."""
        events = await self._new_events(tracker)
        bodies = [event.as_dict() for event in events]
        if self.event_broker is not None:
            for body in bodies:
                self.event_broker.publish({"sender_id": tracker.sender_id, **body})
        if bodies:
            rows = [
                _row(tracker.sender_id, event, body)
                for event, body in zip(events, bodies, strict=True)
            ]
            with self.engine.begin() as connection:
                connection.execute(self.SQLEvent.__table__.insert(), rows)
        if self._recent and tracker.events:
            self._trackers[tracker.sender_id] = (self._last_id(tracker.sender_id), tracker)
            while len(self._trackers) > self._recent:
                self._trackers.popitem(last=False)

    async def forget(self, person: Text) -> int:
        """Deletes all conversations of a person (``<person>~<thread>``); how many events."""
        for sender_id in [known for known in self._trackers if known.startswith(f"{person}~")]:
            del self._trackers[sender_id]
        with self.engine.begin() as connection:
            forgotten = connection.execute(FORGET, {"own": f"{person}~%"}).rowcount
        if self.engine.dialect.name == "sqlite":
            with self.engine.connect() as connection:  # the log still has what was deleted
                connection.execute(sa.text("PRAGMA wal_checkpoint(TRUNCATE)")).fetchall()
        return forgotten

    async def _new_events(self, tracker: DialogueStateTracker) -> List[Event]:
        stored_until = getattr(tracker, STORED_UNTIL, None)
        if stored_until is None:
            # Not one of ours: a new conversation, or a tracker replaced over the API.
            with self.session_scope() as session:
                return list(self._additional_events(session, tracker))
        new: List[Event] = []
        for event in reversed(tracker.events):
            if event is stored_until:
                break
            new.append(event)
        return new[::-1]

    def _last_id(self, sender_id: Text) -> Optional[int]:
        with self.engine.connect() as connection:
            return connection.execute(LAST_ID, {"sender_id": sender_id}).scalar()


def shortened(tracker: DialogueStateTracker, domain: Domain) -> DialogueStateTracker:
    """The same conversation with only its last turns, all slots as they are.

    Rasa replays a tracker's events for every action, so a long conversation would grow
    slower and slower. Nothing is taken out of the database, and nothing is cut while a
    form is being filled.
    """
    events = list(tracker.events)
    if len(events) <= LONGEST or tracker.active_loop_name or tracker.followup_action:
        return tracker
    turns = [i for i, event in enumerate(events) if isinstance(event, UserUttered)]
    start = max((i for i in turns if i <= len(events) - KEPT), default=0)
    if start == 0:
        return tracker
    # The listening that precedes a message belongs to it.
    start -= 1
    slots = [
        SlotSet(name, slot.value, timestamp=events[start].timestamp)
        for name, slot in tracker.slots.items()
        if slot.value != slot.initial_value
    ]
    return DialogueStateTracker.from_events(
        tracker.sender_id, slots + events[start:], domain.slots, domain=domain
    )


def _row(sender_id: Text, event: Event, body: dict) -> dict:
    return {
        "sender_id": sender_id,
        "type_name": event.type_name,
        "timestamp": body.get("timestamp"),
        "intent_name": body.get("parse_data", {}).get("intent", {}).get("name"),
        "action_name": body.get("name"),
        "data": json.dumps(body),
    }


def _use_write_ahead_log(connection: Any, _: Any) -> None:
    # Survives a crash of the process without a disk flush per turn.
    connection.execute("PRAGMA journal_mode=WAL")
    connection.execute("PRAGMA synchronous=NORMAL")
    connection.execute("PRAGMA busy_timeout=5000")
    connection.execute("PRAGMA secure_delete=ON")  # what was forgotten is overwritten
