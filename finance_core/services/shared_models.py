"""The shared model of this Penny: trained in the background, in force for two weeks.

Where a host keeps enough people's accounts, one model learns from all of them and each
person's forecast leans on it as far as it has proved right for them
(``forecasting/guarded.py``). A household of its own never has one.
"""

from __future__ import annotations

import logging
import random
from collections.abc import Iterator, Sequence
from datetime import date, datetime, timedelta
from functools import lru_cache
from pathlib import Path

from sqlalchemy.exc import SQLAlchemyError

from finance_core.errors import NotEnoughData, PennyError
from finance_core.forecasting import shared
from finance_core.forecasting.series import Series
from finance_core.forecasting.shared import Apart, SharedModel
from finance_core.money import Money
from finance_core.services.account_outlooks import Prepared, prepare
from finance_core.services.core import Core
from finance_core.services.leases import holding
from finance_core.services.streams import active_in
from finance_core.store import parts
from finance_core.store.parts import Part

LEASE = "shared model"
FEWEST_PEOPLE = 25
"""Whose accounts a model is learned from at least."""

TRAIN_EVERY = timedelta(days=7)
IN_FORCE = timedelta(days=14)
"""After that a model is not used: what it learned from somebody who left is gone by then."""

_LONGEST = timedelta(hours=1)  # a training that takes longer has died
_KNOWN_FOR = timedelta(days=120)
_REPORTED = timedelta(days=45)
_MOST_ACCOUNTS = 1_500
_MOST_DAYS = 150_000  # of all accounts together; what is learned of one takes about 2 KB
_PART = 64
_ALL_LEARNED = 2 * shared.FEWEST  # so few accounts are all learned from
_APART_EVERY, _MOST_APART = 4, 100

logger = logging.getLogger(__name__)


def in_force(folder: Path, today: date) -> SharedModel | None:
    """The model to use for forecasts from ``today`` on; None while there is none.

    One that was trained later is not used either: it would know what came.
    """
    model = _read(folder, shared.stamp(folder))
    if model is None:
        return None
    age = today - model.trained_on
    return model if timedelta(days=-1) <= age <= IN_FORCE else None


def warm_up(core: Core) -> None:
    """Reads the model, if there is one, with the library it is made of."""
    _read(core.settings.models_folder, shared.stamp(core.settings.models_folder))


@lru_cache(maxsize=2)
def _read(folder: Path, stamp: int | None) -> SharedModel | None:
    return None if stamp is None else shared.load(folder)


def is_due(core: Core, now: datetime) -> bool:
    """Whether it is time to train again."""
    model = _read(core.settings.models_folder, shared.stamp(core.settings.models_folder))
    return model is None or now.date() - model.trained_on >= TRAIN_EVERY


def train(core: Core, now: datetime) -> bool:
    """Trains the model on a sample of all accounts, if it is time; takes minutes.

    Returns:
        Whether a model was trained; not while another process is at it.

    Raises:
        NotEnoughData: there are too few people or accounts with enough history.
    """
    shared.clear(core.settings.models_folder)
    if not is_due(core, now):
        return False
    with holding(core, LEASE, now, _LONGEST) as mine:
        if not mine:
            return False
        histories, apart = _sample(core, now)
        model = shared.train_shared(histories, now.date(), apart=apart)
        shared.save(model, core.settings.models_folder)
    logger.info("a shared model learned from %d accounts", model.accounts)
    return True


def _sample(core: Core, now: datetime) -> tuple[list[tuple[str, Series]], list[Apart]]:
    """Everyday accounts evenly drawn, as far as memory goes: to learn from, and kept apart."""
    today = now.date()
    with core.sessions() as session:
        known = parts.lived_in(session, today - _KNOWN_FOR, today - _REPORTED)
    if len({person_id for _, person_id in known}) < FEWEST_PEOPLE:
        raise NotEnoughData(f"I need accounts of {FEWEST_PEOPLE} people to learn from.")
    ids = sorted(account_id for account_id, _ in known)
    random.Random(today.toordinal()).shuffle(ids)  # noqa: S311 - a sample, no secret
    found: list[tuple[str, Series]] = []
    apart: list[Apart] = []
    days = 0
    for at, one in enumerate(_read_accounts(core, ids[:_MOST_ACCOUNTS], now)):
        days += min(len(one.series), shared.LEARNED_DAYS)
        if days > _MOST_DAYS:
            break
        if at >= _ALL_LEARNED and at % _APART_EVERY == 0 and len(apart) < _MOST_APART:
            apart.append(_apart(one))
        else:
            found.append((one.start.currency, one.series))
    return found, apart


def _apart(one: Prepared) -> Apart:
    """Forecasts an account's last days by its own streams, as they were known before."""
    then = one.today - timedelta(days=shared.BACK)
    past = tuple(m for m in one.known if m.posted_on <= then)
    start = Money.rounded(float(one.series.balance[-1 - shared.BACK]), one.start.currency)
    return Apart.of(one.series, past, start, active_in(past, then), then)


def _read_accounts(core: Core, ids: Sequence[str], now: datetime) -> Iterator[Prepared]:
    since = now.date() - timedelta(days=shared.LEARNED_DAYS)
    for at in range(0, len(ids), _PART):
        with core.sessions() as session:
            stored = list(parts.ledgers(session, Part.of(ids[at : at + _PART]), since))
        for one in stored:
            try:
                ledger = one.read()
                ready = prepare(ledger, ledger.person.today(now))
            except SQLAlchemyError:
                raise
            except (PennyError, ValueError, TypeError, ArithmeticError):
                logger.info("account %s is not learned from", one.account_id)
                continue
            yield ready
