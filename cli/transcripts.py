"""``penny anonymize`` and ``penny learn``: what is kept of conversations."""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Iterator
from datetime import UTC, datetime
from enum import StrEnum
from typing import Annotated, Any

import typer

from cli.core import open_core
from cli.output import AsJson, UserName, show
from cli.stack import Ports
from finance_core.errors import BadInput
from finance_core.services import people, vocabulary
from finance_core.services.core import Core
from learning import transcripts
from learning.anonymize import Anonymizer, anonymize_records
from learning.objects import ObjectStore
from learning.registry import Registry
from learning.settings import LearningSettings


class AmountPolicy(StrEnum):
    """What happens to amounts of money."""

    KEEP = "keep"
    BUCKET = "bucket"


group = typer.Typer(help="What Penny keeps to learn from.", no_args_is_help=True)


def register(app: typer.Typer) -> None:
    """Adds these commands to ``app``."""
    from cli import (
        curating,  # noqa: F401 (adds its commands to the group)
        rehearsing,
        rolling,
    )
    from cli.privacy import privacy_report

    app.command()(anonymize)
    group.command("privacy-report")(privacy_report)
    rolling.register(group)
    group.command()(rehearsing.rehearse)
    app.add_typer(group, name="learn")


def anonymize(
    surrogates: Annotated[
        bool, typer.Option("--surrogates", help="Made-up values, not <PERSON_1> and the like.")
    ] = False,
    amounts: Annotated[
        AmountPolicy, typer.Option(help="Keep amounts of money, or make them coarse.")
    ] = AmountPolicy.KEEP,
    processes: Annotated[int, typer.Option(min=1, max=64, help="Side by side.")] = 1,
) -> None:
    """Mask personal data in the ``text`` of JSON lines from standard input; keep the rest."""
    masked = anonymize_records(
        _records(),
        Anonymizer(amounts=amounts.value),
        with_surrogates=surrogates,
        processes=processes,
    )
    for record in masked:
        typer.echo(json.dumps(record, ensure_ascii=False))


@group.command("list")
def list_stored(
    day: Annotated[datetime | None, typer.Option(formats=["%Y-%m-%d"])] = None,
    as_json: AsJson = False,
) -> None:
    """List the stored transcripts."""
    found = transcripts.listing(learning_settings(), day.date() if day else None)
    lines = [f"{entry.day}  {entry.turns:>6} turns  {entry.bytes:>9} bytes  {entry.key}"
             for entry in found]  # fmt: skip
    show(found, as_json=as_json, text="\n".join(lines) or "Nothing is stored.")


@group.command()
def collect(as_json: AsJson = False) -> None:
    """Store the finished turns of people who agreed, masked."""
    with open_core() as core:
        counts = collect_new(core)
    show(
        counts,
        as_json=as_json,
        text=f"{counts.stored} of {counts.turns} turns stored; "
        f"{counts.without_consent} of people who have not agreed, {counts.withheld} withheld.",
    )


@group.command()
def forget(user: UserName, as_json: AsJson = False) -> None:
    """Withdraw a person's consent and remove what was stored of their talks."""
    with open_core() as core:
        person = people.by_name(core, user)
        people.set_consent(core, person.id, False)
        removed = transcripts.forget(learning_settings(), person.id)
    show({"removed": removed}, as_json=as_json, text=f"{removed} turns removed.")


def collect_new(core: Core) -> transcripts.Collected:
    """Stores what is new, with the names of each person's own ledger to be masked."""
    return transcripts.collect(
        learning_settings(),
        people.consented(core),
        lambda person_id: known_names(core, person_id),
        now=datetime.now(UTC),
    )


def known_names(core: Core, person_id: str) -> list[str]:
    """Names that must not survive in a person's transcripts: theirs, and of people they pay."""
    person = people.get(core, person_id)
    return [person.name, *vocabulary.counterparties(core, person_id)]


def learning_settings() -> LearningSettings:
    """Settings that find this Penny's own object store where no other one is named."""
    if "PENNY_S3_ENDPOINT" in os.environ:
        return LearningSettings()
    return LearningSettings(s3_endpoint=f"http://127.0.0.1:{Ports.from_environment().objects}")


def registry() -> Registry:
    """The registry of models in this Penny's object store."""
    return Registry(ObjectStore(learning_settings()))


def _records() -> Iterator[dict[str, Any]]:
    for number, line in enumerate(sys.stdin, 1):
        if not line.strip():
            continue
        try:
            record = json.loads(line)
        except ValueError as error:
            raise BadInput(f"Line {number} is not JSON.") from error
        if not isinstance(record, dict):
            raise BadInput(f"Line {number} is not a JSON object.")
        yield record
