"""What whoever operates this Penny asks of the process.

| address | says |
|---|---|
| ``GET /healthz`` | this process answers |
| ``GET /readyz`` | a message would be answered |
| ``GET /metrics`` | the figures, for Prometheus |
| ``GET /rollout`` | how the rollout of a new model goes |
"""

from __future__ import annotations

import logging
from collections.abc import Sequence

from anyio import to_thread
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import BaseRoute, Route

from channels.contract import House
from channels.rolling import Models
from channels.rollout_page import shown
from finance_core.errors import NotSignedIn
from finance_core.services import people

log = logging.getLogger(__name__)


class Operating:
    """The addresses for operators.

    Args:
        house: what the channels share.
        assistant: answers messages.
    """

    def __init__(self, house: House, assistant: Models) -> None:
        self._house = house
        self._assistant = assistant

    def routes(self) -> Sequence[BaseRoute]:
        """Its addresses."""
        return (
            Route("/healthz", self.healthz),
            Route("/readyz", self.readyz),
            Route("/metrics", self.metrics),
            Route("/rollout", self.rollout),
        )

    async def healthz(self, request: Request) -> Response:
        """``GET /healthz``: this process answers."""
        return JSONResponse({"status": "ok"})

    async def readyz(self, request: Request) -> Response:
        """``GET /readyz``: a message would be answered: Rasa and the database are there."""
        parts = {"rasa": await self._assistant.ready(), "database": await self._database_ready()}
        ready = all(parts.values())
        return JSONResponse({"ready": ready, **parts}, 200 if ready else 503)

    async def metrics(self, request: Request) -> Response:
        """``GET /metrics``: the figures in Prometheus' text format."""
        text = self._house.metrics.text()
        return Response(text, media_type="text/plain; version=0.0.4")

    async def rollout(self, request: Request) -> Response:
        """``GET /rollout``: how a new model does."""
        return shown(request, self._house.settings, self._assistant.following)

    async def _database_ready(self) -> bool:
        try:
            await to_thread.run_sync(people.by_token, self._house.core, "nobody")
        except NotSignedIn:  # the database was asked and said so
            return True
        except Exception:
            log.exception("The database does not answer.")
            return False
        return True
