"""Erasing all that there is of a person, and the receipt that remains.

The person's rows go in one transaction. What lies elsewhere is written down first, as steps
that whoever can reach the place takes off: files and the access to banks here, what was said
by ``channels``, ``learning`` and Rasa. A step that fails is tried again for as long as it
takes, and the receipt says so. Only when the last step is done is the person's id gone too.
"""

from __future__ import annotations

import base64
import logging
import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from finance_core.errors import (
    BadInput,
    BankRejected,
    NotFound,
    PennyError,
    Refused,
)
from finance_core.model import Change
from finance_core.services import changes, export, people, pins
from finance_core.services.core import Core
from finance_core.store import connections, deletions, ledger, personal, proposals
from finance_core.store.connections import StoredConnection
from finance_core.store.deletions import Deletion, Receipt

KIND = "data.erase"
"""The kind of change that is the first of the two yeses; see ``services/changes.py``."""

PHRASE = "delete everything"
"""What has to be typed for the second one."""

FILES = "files"
BANKS = "banks"
CHATS = "chats"
TALKS = "talks"
EVENTS = "events"
TRANSCRIPTS = "transcripts"

ASK_AGAIN_AFTER = timedelta(minutes=10)
"""How long the first yes counts."""

SETTLED_AFTER = timedelta(seconds=60)
"""Until then the turn that asked for it may still be written down somewhere."""

_LETTERS = "ABCDEFGHJKMNPQRSTVWXYZ23456789"  # none that is easily misread
_OWN_STEPS = (FILES, BANKS)

logger = logging.getLogger(__name__)

__all__ = [
    "ASK_AGAIN_AFTER", "BANKS", "CHATS", "EVENTS", "FILES", "KIND", "PHRASE", "SETTLED_AFTER",
    "TALKS", "TRANSCRIPTS", "Deletion", "Erased", "Receipt", "counts", "done", "due", "erase",
    "first_yes", "receipt", "refuse_while_moving", "resume", "trouble",
]  # fmt: skip


@dataclass(frozen=True, slots=True)
class Erased:
    """What an erasure did.

    Attributes:
        receipt: what remains of it.
        kept_by_bank: banks whose access cannot be given back from here.
    """

    receipt: Receipt
    kept_by_bank: tuple[str, ...]


def counts(core: Core, person_id: str) -> dict[str, int]:
    """How many rows there are of a person, by table."""
    with core.sessions() as session:
        found = personal.counts(session, person_id)
    return {name: number for name, number in found.items() if name != "people"}


def refuse_while_moving(core: Core, person_id: str) -> None:
    """Nothing may be erased while money is on its way.

    Raises:
        Refused: a transfer is under way.
    """
    with core.sessions() as session:
        if proposals.under_way(session, person_id):
            raise Refused(_MOVING)


_MOVING = (
    "The bank is still working on a transfer of yours, and I must not lose track of it. "
    "Please ask me again once it is through."
)


def first_yes(core: Core, person_id: str, now: datetime) -> Change | None:
    """The first of the two yeses, while it counts."""
    last = changes.last_done(core, person_id)
    if last is None or last.kind != KIND or last.done_at is None:
        return None
    return last if now - last.done_at <= ASK_AGAIN_AFTER else None


def erase(core: Core, person_id: str, now: datetime) -> Erased:
    """Erases a person: their rows at once, the rest as far as it can be reached.

    Raises:
        NotFound: there is no such person.
        Refused: a transfer is under way.
        NeedsPin: it was said aloud without the PIN.
    """
    pins.require()
    people.get(core, person_id)
    number = _receipt_id()
    with core.writes.begin() as session:
        ledger.lock_person(session, person_id)
        if proposals.under_way(session, person_id):
            raise Refused(_MOVING)
        found = personal.counts(session, person_id)
        banks = connections.of_person(session, person_id)
        steps = [FILES, *([BANKS] if banks else []), CHATS, TALKS, EVENTS, TRANSCRIPTS]
        sealed = [_sealed(bank) for bank in banks]
        if not personal.erase(session, person_id):
            raise NotFound("I don't know that person.")
        del found["people"]
        deletions.add(session, number, person_id, found, steps, sealed, now)
    core.forget_results()
    return Erased(*resume(core, number, now))


def resume(core: Core, receipt_id: str, now: datetime) -> tuple[Receipt, tuple[str, ...]]:
    """Does the steps that the finance core can do itself; the receipt, and unwilling banks."""
    unwilling: tuple[str, ...] = ()
    for one in _waiting(core, *_OWN_STEPS):
        if one.receipt_id != receipt_id:
            continue
        if FILES in one.steps:
            _attempt(core, one, FILES, now)
        if BANKS in one.steps:
            unwilling = _give_back(core, one, now)
    return receipt(core, receipt_id), unwilling


def resume_all(core: Core, now: datetime) -> None:
    """Does what is left of the finance core's own steps, for the background."""
    core.database.scrub()
    for one in _waiting(core, *_OWN_STEPS):
        resume(core, one.receipt_id, now)


def due(core: Core, step: str, now: datetime) -> list[Deletion]:
    """Deletions of which ``step`` may be done now, oldest first."""
    return [one for one in _waiting(core, step) if now - one.erased_at >= SETTLED_AFTER]


def done(core: Core, receipt_id: str, step: str, now: datetime) -> None:
    """Takes a step off the list, once however often it is said."""
    with core.writes.begin() as session:
        deletions.finish(session, receipt_id, step, now)
    core.database.scrub()


def trouble(core: Core, receipt_id: str, step: str, why: str) -> None:
    """Keeps why a step could not be done yet; it is tried again."""
    with core.writes.begin() as session:
        deletions.note(session, receipt_id, step, why)


def receipt(core: Core, receipt_id: str) -> Receipt:
    """A receipt, by its id in any case.

    Raises:
        NotFound: there is none.
    """
    with core.sessions() as session:
        return deletions.receipt(session, receipt_id.strip().upper())


def _waiting(core: Core, *steps: str) -> list[Deletion]:
    with core.sessions() as session:
        found = {one.receipt_id: one for step in steps for one in deletions.waiting(session, step)}
    return list(found.values())


def _attempt(core: Core, deletion: Deletion, step: str, now: datetime) -> None:
    try:
        export.expire(core, now)
    except OSError as err:
        logger.warning("files of deletion %s remain", deletion.receipt_id, exc_info=err)
        trouble(core, deletion.receipt_id, step, "The files could not be deleted.")
    else:
        done(core, deletion.receipt_id, step, now)


def _sealed(bank: StoredConnection) -> dict[str, str | None]:
    return {
        "protocol": bank.protocol,
        "name": bank.institution or bank.protocol,
        "url": bank.base_url,
        "credentials": base64.b64encode(bank.credentials).decode(),
    }


def _give_back(core: Core, deletion: Deletion, now: datetime) -> tuple[str, ...]:
    """Gives the access to the banks back; names those that know no way or refuse."""
    left, unwilling, why = [], [], ""
    for bank in deletion.banks:
        try:
            if not _revoke(core, bank):
                unwilling.append(str(bank["name"]))
        except (BankRejected, BadInput) as err:
            logger.warning("access of deletion %s stays", deletion.receipt_id, exc_info=err)
            unwilling.append(str(bank["name"]))
        except PennyError as err:
            left.append(bank)
            why = str(err)
    if left:
        with core.writes.begin() as session:
            deletions.keep_banks(session, deletion.receipt_id, left)
            deletions.note(session, deletion.receipt_id, BANKS, why)
    else:
        done(core, deletion.receipt_id, BANKS, now)
    return tuple(unwilling)


def _revoke(core: Core, bank: Mapping[str, str | None]) -> bool:
    sealed = base64.b64decode(str(bank["credentials"]))
    connector = core.connector(str(bank["protocol"]), bank["url"])
    return connector.revoke(core.vault.open(sealed))


def _receipt_id() -> str:
    return "R-" + "".join(secrets.choice(_LETTERS) for _ in range(10))
