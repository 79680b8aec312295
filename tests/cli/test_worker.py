"""The worker trains beside its rounds, one model at a time."""

from __future__ import annotations

import threading
from datetime import UTC, datetime

import pytest

from cli import worker
from cli.core import open_core
from finance_core.services import daily_forecasts, forecasts, shared_models


@pytest.fixture
def core(penny):
    """A Penny with one person."""
    assert penny("user", "add", "Ada", "--currency", "GBP").code == 0
    with open_core() as found:
        yield found


def test_training_keeps_no_round_waiting_and_is_done_one_at_a_time(core, monkeypatch):
    started, go_on = [], threading.Event()

    def slow(name):
        def train(*_):
            started.append(name)
            go_on.wait(10)

        return train

    monkeypatch.setattr(shared_models, "train", slow("shared"))
    monkeypatch.setattr(forecasts, "train", slow("Ada's"))
    training = worker.Training(core)
    training.next()  # would not come back if it waited
    training.next()
    assert started == ["shared"]
    go_on.set()
    for _ in range(3):
        training._running.join(10)
        training.next()
    assert started == ["shared", "Ada's"], "everything once in half a day"


def test_forecasts_come_last_in_a_round(core):
    jobs = worker.jobs(core, with_sync=True)
    assert jobs[-1].func is daily_forecasts.catch_up
    assert jobs[-1]() == 0
    assert jobs[-1].args[1] <= datetime.now(UTC)
