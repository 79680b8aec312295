"""Conversation events as JSON lines in a file that somebody else reads and rotates."""

from __future__ import annotations

import json
import logging
import os
from pathlib import Path
from typing import Any, Dict, Optional, Text

from rasa.core.brokers.broker import EventBroker
from rasa.utils.endpoints import EndpointConfig

logger = logging.getLogger(__name__)


class EventFile(EventBroker):
    """Appends one line per event to the file at ``path``.

    Each line is written at once, so several processes may share the file; a file that was
    renamed or removed is replaced by a fresh one at the next event. The file holds what people
    said and is readable by its owner only.
    """

    def __init__(self, path: Text) -> None:
        """Remembers the path; the file is opened with the first event."""
        self.path = Path(path)
        self._file: Optional[int] = None

    @classmethod
    async def from_endpoint_config(
        cls, broker_config: Optional[EndpointConfig], event_loop: Any = None
    ) -> "Optional[EventFile]":
        """Makes the broker from the ``event_broker`` part of ``endpoints.yml``."""
        return None if broker_config is None else cls(**broker_config.kwargs)

    def publish(self, event: Dict[Text, Any]) -> None:
        """Appends the event; a full disk costs the event, never the person's answer."""
        line = json.dumps(event, ensure_ascii=False) + "\n"
        try:
            os.write(self._open(), line.encode())
        except OSError as error:
            logger.error("A conversation event was not written to %s: %s", self.path, error)

    def _open(self) -> int:
        if self._file is not None and not self._is_current(self._file):
            os.close(self._file)
            self._file = None
        if self._file is None:
            self.path.parent.mkdir(parents=True, exist_ok=True)
            self._file = os.open(self.path, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
        return self._file

    def _is_current(self, descriptor: int) -> bool:
        try:
            return os.path.samestat(self.path.stat(), os.fstat(descriptor))
        except FileNotFoundError:
            return False

    async def close(self) -> None:
        """Closes the file."""
        if self._file is not None:
            os.close(self._file)
            self._file = None
