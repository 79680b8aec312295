"""Opens the finance core for one command."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from finance_core.errors import BadInput
from finance_core.model import Person
from finance_core.services import people
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


def speaking(core: Core, name: str | None) -> Person:
    """The person of that name; without a name the only one there is.

    Raises:
        NotFound: nobody is called so.
        BadInput: no name was given, and there is nobody or more than one.
    """
    if name:
        return people.by_name(core, name)
    found = people.everybody(core)
    if not found:
        raise BadInput("There is nobody yet: add somebody with `penny user add NAME`.")
    if len(found) > 1:
        raise BadInput("Who is speaking? Say so with --user NAME.")
    return found[0]
