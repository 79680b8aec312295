"""What the command and the worker erase of people whose rows are gone.

Each room erases its own: the finance core its files, ``channels`` its chats, Rasa her
conversations (asked over HTTP), ``learning`` events and transcripts.
"""

from __future__ import annotations

import os
from collections.abc import Callable
from contextlib import suppress
from datetime import datetime

import httpx

from channels import history
from cli.stack import Ports
from cli.transcripts import learning_settings
from finance_core.errors import PennyError
from finance_core.services import deletion
from finance_core.services.core import Core
from learning import forgetting, transcripts
from learning.errors import LearningError

_SECONDS = 15.0


class NotForgotten(PennyError):
    """A place could not be erased yet; it is tried again."""


def sweep(core: Core, now: datetime) -> None:
    """Erases what is due and can be reached; the rest keeps its place on the list."""
    deletion.resume_all(core, now)
    steps: dict[str, Callable[[str], object]] = {
        deletion.TALKS: _ask_rasa,
        deletion.EVENTS: lambda person_id: forgetting.forget_events(learning_settings(), person_id),
        deletion.TRANSCRIPTS: lambda person_id: transcripts.forget(learning_settings(), person_id),
    }
    if not web_runs():  # else it erases its chats itself, on disk and in memory
        steps[deletion.CHATS] = lambda person_id: history.erase(
            core.settings.home / "chats", person_id
        )
    for step, erase in steps.items():
        for one in deletion.due(core, step, now):
            try:
                erase(one.person_id)
            except (PennyError, LearningError, OSError) as error:
                deletion.trouble(core, one.receipt_id, step, _reason(error))
            else:
                deletion.done(core, one.receipt_id, step, now)


def web_runs() -> bool:
    """Whether Penny's web is up."""
    ports = Ports.from_environment()
    return ports.web in ports.taken()


def _reason(error: Exception) -> str:
    return "A file could not be written." if isinstance(error, OSError) else str(error)


def _ask_rasa(person_id: str) -> None:
    """Has Rasa forget a person; the one of a rollout has them in memory only, if it is there."""
    ports = Ports.from_environment()
    candidate = os.environ.get("PENNY_CANDIDATE_URL") or f"http://127.0.0.1:{ports.candidate}"
    with suppress(NotForgotten):
        _forget(candidate, person_id)
    _forget(os.environ.get("PENNY_RASA_URL") or f"http://127.0.0.1:{ports.rasa}", person_id)


def _forget(url: str, person_id: str) -> None:
    token = os.environ.get("PENNY_RASA_TOKEN", "")
    try:
        answer = httpx.post(
            f"{url}/webhooks/forget/",
            json={"person": person_id},
            headers={"Authorization": f"Bearer {token}"},
            timeout=_SECONDS,
            trust_env=False,
        )
    except httpx.HTTPError as error:
        raise NotForgotten("Rasa does not answer.") from error
    if not answer.is_success:
        raise NotForgotten(f"Rasa answered with status {answer.status_code}.")
