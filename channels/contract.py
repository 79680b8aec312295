"""What a channel is: the one contract that every door to Penny keeps.

A channel finds out who is speaking, makes a `Said` of what they said, hands it to
`Conversations.take`, and shows the `Turn` that comes back. Limits, repeated messages,
history, other screens and metrics come with `Conversations`. A channel that can reach
people by itself also delivers what Penny begins.
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field

from starlette.routing import BaseRoute

from channels.auth import SignIn
from channels.charts.studio import Studio
from channels.conversations import Conversations
from channels.limits import Heavy
from channels.metrics import Metrics
from channels.settings import ChannelSettings
from channels.sound.transcriber import Transcriber
from channels.turns import Message
from finance_core.services.core import Core


@dataclass(frozen=True, slots=True)
class House:
    """What all channels share.

    Attributes:
        settings: of this process.
        core: the finance core.
        sign_in: checks tokens and sessions.
        conversations: where messages are answered.
        studio: draws charts.
        metrics: what is counted.
        transcriber: hears voice notes; None where the extra for it is not installed.
        heavy: runs what checks passwords and PINs.
    """

    settings: ChannelSettings
    core: Core
    sign_in: SignIn
    conversations: Conversations
    studio: Studio
    metrics: Metrics
    transcriber: Transcriber | None = None
    heavy: Heavy = field(default_factory=Heavy)


class Channel:
    """A door to Penny; what a channel does not need stays as it is here.

    Attributes:
        name: what turns, the audit log and link rows call it.
        pushes: whether it can deliver messages that Penny begins.
    """

    name: str
    pushes: bool = False

    def routes(self) -> Sequence[BaseRoute]:
        """The addresses it adds to the application."""
        return ()

    @asynccontextmanager
    async def running(self) -> AsyncIterator[None]:
        """What it does in the background while the application runs."""
        yield

    async def deliver(self, person_id: str, message: Message, key: str) -> bool:
        """Brings a message that Penny begins to a person.

        Args:
            person_id: who it is for.
            message: what she says.
            key: stays the same when the same message is delivered again after a crash; a
                channel that can uses it to show it once.

        Returns:
            Whether it was delivered; False where the person cannot be reached here.

        Raises:
            Undelivered: it may go through later.
        """
        return False


class Undelivered(Exception):
    """A message did not go through this time.

    Attributes:
        seconds: when to try again; None leaves that to the caller.
    """

    def __init__(self, reason: str, seconds: float | None = None) -> None:
        super().__init__(reason)
        self.seconds = seconds
