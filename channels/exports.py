"""Files of people's data on their way out: how a link is known, and how a file is named."""

from __future__ import annotations

import re
from datetime import datetime
from pathlib import Path

from finance_core.services import export
from finance_core.services.core import Core

_LINK = re.compile(r"/api/exports/(?P<token>[A-Za-z0-9_-]{43})(?![A-Za-z0-9_-])")


def token_in(text: str) -> str | None:
    """The secret of the link in a message of Penny's, if there is one."""
    match = _LINK.search(text)
    return match["token"] if match else None


def without_link(text: str, words: str) -> str:
    """``text`` with ``words`` in the place of the link."""
    return _LINK.sub(words, text)


def file_of(core: Core, person_id: str, token: str) -> Path:
    """The file behind a person's link.

    Raises:
        NotFound: there is none (any more), or it is somebody else's.
    """
    return export.find(core, person_id, token, core.clock())


def file_name(now: datetime) -> str:
    """What the file is called where it arrives."""
    return f"penny-{now:%Y-%m-%d}.zip"
