"""Sharing accounts within a household: offered, accepted, and ended by either at any time.

Only the owner of an account can share it. The other sees it from their own yes on; with
the right to spend they may also move money out of it, and each such transfer is in the
audit log of both. How far a share reaches into what Penny answers is decided in
``store/reach.py`` and by who widens the core's reach.
"""

from __future__ import annotations

import secrets
from datetime import datetime, timedelta

from sqlalchemy.orm import Session

from finance_core.errors import BadInput, TooSoon
from finance_core.services import people
from finance_core.services.core import Core
from finance_core.store import audit, queries
from finance_core.store import shares as rows
from finance_core.store.shares import Share

__all__ = ["OFFER_TTL", "RIGHTS", "Share", "accept", "accept_code", "end", "of_person", "offer"]

RIGHTS = ("see", "spend")
OFFER_TTL = timedelta(hours=24)
"""How long an offer waits for its yes."""

_LETTERS = "ABCDEFGHJKMNPQRSTVWXYZ23456789"  # none that is easily misread
_CODE_LENGTH = 10
_FREE_CODES = 5


def offer(
    core: Core,
    owner_id: str,
    account_id: str,
    rights: str,
    *,
    person_id: str | None = None,
    channel: str = "system",
) -> tuple[Share, str]:
    """Offers one's account to a person, or to whoever brings the code that is returned.

    Args:
        core: the shared parts.
        owner_id: whose account it is.
        account_id: which.
        rights: ``see`` or ``spend``.
        person_id: the only one who may accept; without it the code decides.
        channel: through which channel.

    Raises:
        NotFound: it is none of the owner's accounts, or there is no such person.
        BadInput: there are no such rights, or the person is the owner.
        Refused: it is shared with this person already.
    """
    if rights not in RIGHTS:
        raise BadInput("An account is shared to “see” it, or to “spend” from it.")
    if person_id == owner_id:
        raise BadInput("That account is yours already.")
    if person_id is not None:
        people.get(core, person_id)
    code = "".join(secrets.choice(_LETTERS) for _ in range(_CODE_LENGTH))
    now = core.clock()
    with core.writes.begin() as session:
        queries.account(session, owner_id, account_id)
        share_id = rows.offer(
            session,
            account_id,
            owner_id,
            rights,
            code,
            person_id=person_id,
            now=now,
            expires_at=now + OFFER_TTL,
        )
        share = rows.get(session, owner_id, share_id)
        _log(session, share, now, channel, "share.offered", owner_id)
    return share, code


def accept(core: Core, person_id: str, share_id: str, *, channel: str = "system") -> Share:
    """Says yes to an offer that was made to this person.

    Raises:
        NotFound: there is no such offer to them, or it waits no longer.
    """
    now = core.clock()
    with core.writes.begin() as session:
        share = rows.get(session, person_id, rows.accept(session, person_id, share_id, now))
        _log(session, share, now, channel, "share.accepted", person_id)
    return share


def accept_code(core: Core, person_id: str, code: str, *, channel: str = "system") -> Share:
    """Says yes with the code of an offer, which works once.

    Raises:
        TooSoon: too many wrong ones.
        NotSignedIn: the code is unknown, used, too old, or meant for somebody else.
        Refused: the account is their own, or shared with them already.
    """
    tried = ("share", person_id)
    if seconds := core.attempts.wait(tried, _FREE_CODES):
        raise TooSoon(seconds)
    typed = "".join(letter for letter in code.upper() if letter.isalnum())
    now = core.clock()
    with core.writes.begin() as session:
        share = rows.get(session, person_id, rows.accept_code(session, person_id, typed, now))
        _log(session, share, now, channel, "share.accepted", person_id)
    core.attempts.forget(tried)
    return share


def end(core: Core, person_id: str, share_id: str, *, channel: str = "system") -> None:
    """Ends a share or takes an offer back, by either of the two; it counts at once.

    Raises:
        NotFound: there is none that the person takes part in.
    """
    now = core.clock()
    with core.writes.begin() as session:
        share = rows.get(session, person_id, share_id)
        rows.end(session, person_id, share_id)
        _log(session, share, now, channel, "share.ended", person_id)


def of_person(core: Core, person_id: str) -> list[Share]:
    """What a person shares and what is shared with them, offers that wait included."""
    with core.sessions() as session:
        return rows.of_person(session, person_id, core.clock())


def _log(session: Session, share: Share, now: datetime, channel: str, action: str, by: str) -> None:
    """The same entry for both, with who did it."""
    details = {"account": share.account_id, "rights": share.rights, "by": by}
    for person_id in (share.owner_id, share.person_id):
        if person_id is not None:
            entry = audit.AuditEntry(person_id, now, channel, action, share.id, details=details)
            audit.record(session, entry)
