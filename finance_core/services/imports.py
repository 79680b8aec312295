"""Bank exports from files into the ledger."""

from __future__ import annotations

import os
from dataclasses import dataclass
from pathlib import Path

from finance_core.connectors import files
from finance_core.connectors.files import RejectedRow as Rejected
from finance_core.enrich.pipeline import enrich
from finance_core.errors import BadInput
from finance_core.model import Account
from finance_core.services import people
from finance_core.services.core import Core
from finance_core.store import audit, queries
from finance_core.store import files as stored_files

LARGEST_FILE = 64 * 2**20
"""Bytes a file may have."""

__all__ = ["LARGEST_FILE", "ImportReport", "Rejected", "import_content", "import_file"]


@dataclass(frozen=True, slots=True)
class ImportReport:
    """What an import did.

    Attributes:
        new: movements that were added.
        duplicate: movements the ledger had already.
        rejected: rows that could not be read, with line, reason and text.
        accounts: the accounts the file belongs to, as they are now.
    """

    new: int
    duplicate: int
    rejected: tuple[Rejected, ...]
    accounts: tuple[Account, ...]


def import_file(
    core: Core,
    person_id: str,
    path: str | os.PathLike[str],
    account: str | None = None,
    format: str | None = None,
    *,
    channel: str = "system",
) -> ImportReport:
    """Reads a bank export; reading it again adds nothing.

    Args:
        core: the shared parts.
        person_id: whose ledger.
        path: the file.
        account: name of the account, where the file does not say or holds several.
        format: ``csv``, ``ofx``, ``qif`` or ``camt``; told by the content when None.
        channel: through which channel it was asked for.

    Raises:
        BadInput: the file cannot be read, is too large or is no bank export, or its
            account is one that a bank keeps up to date.
        NotFound: there is no such person.
    """
    path = Path(path)
    try:
        with path.open("rb") as file:
            content = file.read(LARGEST_FILE + 1)
    except OSError as err:
        raise BadInput(f"I can't read {path.name}: {err.strerror}.") from err
    return import_content(
        core, person_id, content, name=path.name, account=account, format=format, channel=channel
    )


def import_content(
    core: Core,
    person_id: str,
    content: bytes,
    *,
    name: str,
    account: str | None = None,
    format: str | None = None,
    channel: str = "system",
) -> ImportReport:
    """Like ``import_file``, for a file that is already here; ``name`` is the file's name."""
    if len(content) > LARGEST_FILE:
        raise BadInput(f"{name} is larger than {LARGEST_FILE // 2**20} MB.")
    person = people.get(core, person_id)
    with core.sessions() as session:
        known = account and stored_files.known_as(session, person_id, account)
        corrections = queries.corrections(session, person_id)
    found = files.read(
        content,
        format=format,
        account=known,
        currency=person.currency,
        profiles=_own_profiles(core),
    )
    records = found.batch.upserts
    names = enrich(records, corrections, core.category_model())
    with core.writes.begin() as session:
        imported = stored_files.save(session, person_id, found.batch, names, found.stated)
        entry = audit.AuditEntry(
            person_id,
            core.clock(),
            channel,
            "file.imported",
            name,
            details={"new": imported.changes.new, "rejected": len(found.rejected)},
        )
        audit.record(session, entry)
    with core.sessions() as session:
        accounts = {a.id: a for a in queries.accounts(session, person_id)}
    return ImportReport(
        new=imported.changes.new,
        duplicate=len(records) - imported.changes.new,
        rejected=found.rejected,
        accounts=tuple(accounts[account_id] for account_id in imported.account_ids),
    )


def _own_profiles(core: Core) -> Path | None:
    """Folder with the CSV profiles of this Penny, where there is one."""
    folder = core.settings.home / "profiles"
    return folder if folder.is_dir() else None
