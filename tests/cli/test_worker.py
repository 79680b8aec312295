"""The worker trains beside its rounds, one model at a time."""

from __future__ import annotations

import threading
from datetime import UTC, datetime, timedelta

import pytest

from cli import worker
from cli.core import open_core
from finance_core.services import daily_forecasts, shared_models


@pytest.fixture
def core(penny):
    """A Penny with one person."""
    assert penny("user", "add", "Ada", "--currency", "GBP").code == 0
    with open_core() as found:
        yield found


def test_training_keeps_no_round_waiting_and_is_tried_twice_a_day(core, monkeypatch):
    started, go_on = [], threading.Event()

    def train(*_):
        started.append("shared")
        go_on.wait(10)

    monkeypatch.setattr(shared_models, "train", train)
    training = worker.Training(core)
    training.next()  # would not come back if it waited
    training._tried -= timedelta(hours=13)
    training.next()
    assert started == ["shared"], "one at a time"
    go_on.set()
    training._running.join(10)
    training.next()
    training._running.join(10)
    training.next()
    assert started == ["shared", "shared"], "not again before half a day is over"


def test_forecasts_come_last_in_a_round(core):
    jobs = worker.jobs(core, with_sync=True)
    assert jobs[-1].func is daily_forecasts.catch_up
    assert jobs[-1]() == 0
    assert jobs[-1].args[1] <= datetime.now(UTC)
