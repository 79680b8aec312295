"""``penny user share``: accounts that people share."""

from __future__ import annotations

from typing import Annotated

import typer

from cli.core import open_core
from cli.output import AsJson, show
from finance_core.errors import BadInput, NotFound
from finance_core.services import people, shares, vocabulary
from finance_core.services.core import Core
from finance_core.services.shares import Share


def add_to(group: typer.Typer) -> None:
    """Adds these commands to ``penny user``."""
    group.command()(share)
    group.command("accept-share")(accept_share)
    group.command()(unshare)
    group.command("shares")(list_shares)


def share(
    name: str,
    account: Annotated[str, typer.Option(help="The account's name, or its id.")],
    rights: Annotated[str, typer.Option(help="see, or spend.")] = "see",
    with_: Annotated[
        str | None, typer.Option("--with", help="Only this person may accept.")
    ] = None,
    as_json: AsJson = False,
) -> None:
    """Offer a person's account to another, who has to accept within a day."""
    with open_core() as core:
        owner = people.by_name(core, name)
        other = people.by_name(core, with_) if with_ else None
        offered, code = shares.offer(
            core,
            owner.id,
            _account(core, owner.id, account),
            rights,
            person_id=other.id if other else None,
            channel="cli",
        )
    show(
        {"id": offered.id, "code": code, "expires_at": offered.expires_at},
        as_json=as_json,
        text=f"Offered. It waits a day for: penny user accept-share {with_ or 'NAME'} {code}",
    )


def accept_share(
    name: str,
    code: Annotated[str, typer.Argument(help="The offer's code, or its id.")],
    as_json: AsJson = False,
) -> None:
    """Accept an offered account for a person."""
    with open_core() as core:
        person = people.by_name(core, name)
        waiting = {one.id for one in shares.of_person(core, person.id)}
        accept = shares.accept if code in waiting else shares.accept_code
        taken = accept(core, person.id, code, channel="cli")
    show(taken, as_json=as_json, text=f"{person.name} can {taken.rights}: {taken.account}.")


def unshare(name: str, share_id: str, as_json: AsJson = False) -> None:
    """End a share or an offer, by either of the two."""
    with open_core() as core:
        shares.end(core, people.by_name(core, name).id, share_id, channel="cli")
    show({"ended": share_id}, as_json=as_json, text="No longer shared.")


def list_shares(name: str, as_json: AsJson = False) -> None:
    """List what a person shares and what is shared with them."""
    with open_core() as core:
        found = shares.of_person(core, people.by_name(core, name).id)
    lines = [_line(one) for one in found]
    show({"shares": found}, as_json=as_json, text="\n".join(lines) or "Nothing is shared.")


def _line(one: Share) -> str:
    waits = "" if one.accepted_at else ", not accepted yet"
    return (
        f"{one.id}  {one.account}: {one.owner} lets {one.person or 'whoever has the code'} "
        f"{one.rights}{waits}"
    )


def _account(core: Core, person_id: str, said: str) -> str:
    """The id of one of a person's accounts, by name or id."""
    own = vocabulary.accounts(core, person_id)
    found = [one.id for one in own if said == one.id or said.casefold() == one.name.casefold()]
    if not found:
        raise NotFound(f"There is no account called {said}.")
    if len(found) > 1:
        raise BadInput(f"Several accounts are called {said}; use an id.")
    return found[0]
