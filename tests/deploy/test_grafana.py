"""The dashboards: plain JSON, and no figure in them that Penny does not have."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest

from channels.metrics import Metrics
from learning.registry import Registry
from learning.rollout.following import Following
from tests.learning.memory_store import MemoryStore

DASHBOARDS = sorted((Path(__file__).parents[2] / "deploy" / "grafana").glob("*.json"))
_NAME = re.compile(r"\bpenny_\w+")
_LABELS = re.compile(r"by \(([\w, ]+)\)")


def exposed() -> str:
    metrics = Metrics()
    metrics.rollout.follow(Following(lambda: Registry(MemoryStore()), "test"), lambda: 0.0)
    metrics.turns.labels("web", "answered").inc()
    metrics.turn_seconds.labels("web").observe(1)
    metrics.requests.labels("page", "200").inc()
    metrics.errors.labels("assistant").inc()
    return metrics.text().decode()


def expressions(path: Path) -> list[str]:
    panels = json.loads(path.read_text("utf-8"))["panels"]
    return [target["expr"] for panel in panels for target in panel["targets"]]


def test_there_is_one():
    assert DASHBOARDS


@pytest.mark.parametrize("path", DASHBOARDS, ids=lambda path: path.stem)
def test_every_figure_exists(path):
    families = set(re.findall(r"^# TYPE (\w+) ", exposed(), re.MULTILINE))
    suffixed = {name + suffix for name in families for suffix in ("", "_bucket", "_count", "_sum")}
    named = {name for expr in expressions(path) for name in _NAME.findall(expr)}
    assert named and named <= suffixed


@pytest.mark.parametrize("path", DASHBOARDS, ids=lambda path: path.stem)
def test_every_label_exists(path):
    known = set(re.findall(r'(\w+)="', exposed())) | {"kind", "le"}
    for expr in expressions(path):
        for labels in _LABELS.findall(expr):
            assert set(labels.replace(" ", "").split(",")) <= known


@pytest.mark.parametrize("path", DASHBOARDS, ids=lambda path: path.stem)
def test_panels_have_numbers_of_their_own_and_do_not_overlap(path):
    panels = json.loads(path.read_text("utf-8"))["panels"]
    assert len({panel["id"] for panel in panels}) == len(panels)
    taken: set[tuple[int, int]] = set()
    for panel in panels:
        at = panel["gridPos"]
        cells = {
            (x, y)
            for x in range(at["x"], at["x"] + at["w"])
            for y in range(at["y"], at["y"] + at["h"])
        }
        assert not cells & taken and max(x for x, _ in cells) < 24
        taken |= cells
