"""A person's data as files: one zip, for them alone, for a day.

The zip holds the ledger as CSV, which ``penny import`` reads again, and everything else as
JSON. What other rooms keep (talks, transcripts) is added by whoever can reach it, see
``waiting`` and ``add``. Of the link's secret only a digest is kept, and that names the file.
"""

from __future__ import annotations

import contextlib
import io
import json
import os
import secrets
import time
import zipfile
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

from finance_core.errors import NotFound, PennyError
from finance_core.model import Period, Person
from finance_core.services import export_files as files
from finance_core.services import people
from finance_core.services.core import Core
from finance_core.store import audit, exports, personal, queries
from finance_core.store.people import digest

LIFETIME = timedelta(hours=24)
"""How long a file can be fetched before it is deleted."""

LEDGER = "ledger.csv"
DATA = "data.json"
README = "README.txt"

_SECRET_BYTES = 32
_DRAFT_SECONDS = 3600.0
_GONE = "That file is not there (any more). Ask me for a new one."


@dataclass(frozen=True, slots=True)
class Export:
    """A file that was just made.

    Attributes:
        token: the secret its link ends with.
        counts: how many rows of each table it holds.
        period: the days its ledger was narrowed to; None for everything.
    """

    token: str
    counts: Mapping[str, int]
    created_at: datetime
    expires_at: datetime
    period: Period | None


@dataclass(frozen=True, slots=True)
class Waiting:
    """An export that still lacks what other rooms keep."""

    id: str
    person_id: str


def make(
    core: Core,
    person_id: str,
    now: datetime,
    *,
    period: Period | None = None,
    channel: str = "system",
) -> Export:
    """Makes the file of a person's data; it takes the place of an earlier one.

    Args:
        core: the shared parts.
        person_id: whose.
        now: the present instant.
        period: only the movements of these days, and nothing else.
        channel: through which channel it was asked for.

    Raises:
        NotFound: there is no such person, or nothing happened in ``period``.
        PennyError: the file cannot be written.
    """
    content, counts = build(core, person_id, now, period=period)
    token = secrets.token_urlsafe(_SECRET_BYTES)
    expires_at = now + LIFETIME
    with core.writes.begin() as session:  # the row comes first: a file without one is rubbish
        exports.replace(
            session,
            person_id,
            digest(token),
            counts,
            now=now,
            expires_at=expires_at,
            completed_at=now if period else None,
        )
        entry = audit.AuditEntry(
            person_id, now, channel, "data.exported", person_id, details={"counts": counts}
        )
        audit.record(session, entry)
    _write(_path(core, digest(token)), content)
    expire(core, now)
    return Export(token, counts, now, expires_at, period)


def build(
    core: Core,
    person_id: str,
    now: datetime,
    *,
    period: Period | None = None,
    extra: Mapping[str, bytes] | None = None,
) -> tuple[bytes, dict[str, int]]:
    """The zip of a person's data, and how many rows of each table it holds.

    Raises:
        NotFound: there is no such person, or nothing happened in ``period``.
    """
    person = people.get(core, person_id)
    with core.sessions() as session:
        accounts = queries.accounts(session, person_id)
        rows = queries.transactions(session, person_id)
        tables = {} if period else personal.rows(session, person_id)
    kept = [row for row in rows if period is None or row.posted_on in period]
    if period and not kept:
        raise NotFound("I have no transactions of those days to put into a file.")
    counts = {name: len(found) for name, found in tables.items() if found}
    counts["transactions"] = len(kept)
    parts = {LEDGER: files.ledger(accounts, rows, period)}
    if period is None:
        parts[DATA] = files.data(tables, now)
    parts |= dict(extra or {})
    return _zipped(person, parts, now, period), counts


def find(core: Core, person_id: str, token: str, now: datetime) -> Path:
    """The file behind a link.

    Raises:
        NotFound: there is none, its day is over, or it is somebody else's.
    """
    with core.sessions() as session:
        found = exports.find(session, person_id, digest(token))
    path = _path(core, digest(token))
    if found is None or found.expires_at <= now or not path.is_file():
        raise NotFound(_GONE)
    return path


def waiting(core: Core, now: datetime) -> list[Waiting]:
    """Exports to which nobody has added yet what other rooms keep."""
    with core.sessions() as session:
        found = exports.incomplete(session, now)
    return [Waiting(one.hash, one.person_id) for one in found]


def add(core: Core, export_id: str, parts: Mapping[str, bytes], now: datetime) -> None:
    """Adds files to an export, which is complete with them."""
    path = _path(core, export_id)
    if parts and path.is_file():
        with zipfile.ZipFile(path) as old:
            held = {name: old.read(name) for name in old.namelist() if name != README}
            told = old.read(README)
        _write(path, _packed({README: told, **held, **parts}))
    with core.writes.begin() as session:
        exports.complete(session, export_id, now)


def expire(core: Core, now: datetime) -> int:
    """Deletes every file whose day is over or that belongs to nobody; how many there were."""
    with core.writes.begin() as session:
        exports.drop_expired(session, now)
        kept = exports.hashes(session)
    gone = [path for path in _folder(core).glob("*.zip") if path.stem not in kept]
    gone += [path for path in _folder(core).glob("*.new") if _is_left_over(path)]
    for path in gone:
        path.unlink(missing_ok=True)
    return len(gone)


def _folder(core: Core) -> Path:
    return core.settings.home / "exports"


def _path(core: Core, name: str) -> Path:
    return _folder(core) / f"{name}.zip"


def _write(path: Path, content: bytes) -> None:
    """Writes a file that only we can read, whole or not at all."""
    draft = path.with_suffix(f".{secrets.token_hex(4)}.new")
    try:
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        descriptor = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(descriptor, "wb") as file:
            file.write(content)
        draft.replace(path)
    except OSError as err:
        with contextlib.suppress(OSError):
            draft.unlink(missing_ok=True)
        raise PennyError("I can't write that file right now. Please try again later.") from err


def _is_left_over(draft: Path) -> bool:
    """Whether a draft was left behind by a crash: nobody writes for that long."""
    try:
        return time.time() - draft.stat().st_mtime > _DRAFT_SECONDS
    except FileNotFoundError:
        return False


def _zipped(
    person: Person, parts: Mapping[str, bytes], now: datetime, period: Period | None
) -> bytes:
    return _packed({README: files.readme(person, parts, now, period), **parts})


def _packed(parts: Mapping[str, bytes]) -> bytes:
    content = io.BytesIO()
    with zipfile.ZipFile(content, "w", zipfile.ZIP_DEFLATED) as packed:
        for name, body in parts.items():
            packed.writestr(name, body)
    return content.getvalue()


def lines(rows: Sequence[Mapping[str, object]]) -> bytes:
    """Rows as JSON lines, the form in which other rooms' parts are added."""

    def encoded() -> Iterator[str]:
        for row in rows:
            yield json.dumps(row, ensure_ascii=False) + "\n"

    return "".join(encoded()).encode()
