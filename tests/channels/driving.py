"""What the contract's tests need of a channel: somebody who talks through it."""

from __future__ import annotations

import time
from abc import ABC, abstractmethod
from collections.abc import Sequence
from contextlib import ExitStack
from typing import Any, ClassVar, Self
from uuid import uuid4

from channels.app import create_app
from channels.contract import Channel, House
from channels.settings import ChannelSettings
from finance_core.services import people
from finance_core.services.core import Core
from tests.channels.serving import served


class Driver(ABC):
    """Somebody at the other end of a channel, on a real socket.

    Attributes:
        name: what turns call the channel.
        reads: whether they read Penny's words as they are; else they hear them, rounded.
        too_long: what is said to a message that is too long.
        url: where the application is.
    """

    name: ClassVar[str]
    reads: ClassVar[bool] = True
    too_long: ClassVar[str] = "under 2,000 characters"

    def __init__(self, core: Core, settings: ChannelSettings) -> None:
        self.core = core
        self.settings = settings
        self.url = ""
        self._open = ExitStack()

    def __enter__(self) -> Self:
        changes = self.prepared(self._open)
        app = create_app(self.settings.model_copy(update=changes), self.core, self.more)
        self.url = self._open.enter_context(served(app))
        self.started()
        return self

    def __exit__(self, *_: object) -> None:
        self._open.close()

    def prepared(self, running: ExitStack) -> dict[str, Any]:
        """Starts what stands where the channel's own servers would; settings that name them."""
        return {}

    def more(self, house: House) -> Sequence[Channel]:
        """Channels that the settings alone cannot make."""
        return ()

    def started(self) -> None:  # noqa: B027 most need nothing here
        """The application is there now, at ``url``."""

    @abstractmethod
    def link(self, person_id: str, token: str) -> None:
        """Makes the speaker that person, as people do it themselves."""

    @abstractmethod
    def say(self, text: str, message_id: str | None = None) -> str:
        """Says something and returns what the speaker then sees, as they read it.

        A ``message_id`` of before sends that very message again; what is seen may then be empty.
        """

    @abstractmethod
    def unlink(self) -> None:
        """Ends that the speaker is anybody."""


class Chat(Driver):
    """A messenger that answers when it likes.

    Attributes:
        code: the command that ties a chat with a code.
        stop: the command that unties it.
    """

    code: ClassVar[str]
    stop: ClassVar[str]

    @abstractmethod
    def write(self, text: str, message_id: str) -> None:
        """A person writes."""

    @abstractmethod
    def shown(self) -> list[str]:
        """All that Penny wrote, as people read it."""

    def link(self, person_id: str, token: str) -> None:
        self.say(self.code.format(people.link_code(self.core, person_id)))

    def unlink(self) -> None:
        self.say(self.stop)

    def say(self, text: str, message_id: str | None = None) -> str:
        before = len(self.shown())
        again = message_id in self.sent
        self.sent.add(message_id := message_id or uuid4().hex)
        self.write(text, message_id)
        until = time.monotonic() + (0.3 if again else 15)  # nothing comes to what comes again
        while len(self.shown()) == before and time.monotonic() < until:
            time.sleep(0.01)
        assert again or len(self.shown()) > before, "no answer came"
        return "\n".join(self.shown()[before:])
