"""Opens the finance core for one command."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from finance_core.services.core import Core
from finance_core.services.core import open_core as open_finance_core


@contextmanager
def open_core() -> Iterator[Core]:
    """The core of this ``PENNY_HOME``, closed afterwards."""
    core = open_finance_core()
    try:
        yield core
    finally:
        core.close()
