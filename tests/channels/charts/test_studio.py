"""The studio draws once, one picture at a time, and keeps what it drew."""

import asyncio
import subprocess
import sys
import threading

import pytest

from channels.charts import draw as drawing
from channels.charts.looks import Look
from channels.charts.spec import NoChart
from channels.charts.studio import Studio
from tests.channels.fake_rasa import BAND, CHART

LIGHT, DARK = Look("light", 540, "svg"), Look("dark", 540, "svg")


async def test_a_picture_is_drawn_once_for_each_look(tmp_path, monkeypatch):
    drawn, busy = [], threading.Lock()

    def draw(spec, look):
        assert busy.acquire(blocking=False), "two at once"
        drawn.append((spec.title, look.theme))
        busy.release()
        return f"{spec.title} {look.theme}".encode()

    monkeypatch.setattr(drawing, "draw", draw)
    studio = Studio(tmp_path)
    wanted = [(CHART, LIGHT), (CHART, DARK), (BAND, LIGHT)]
    first = await asyncio.gather(*(studio.picture(*one) for one in wanted))
    again = await asyncio.gather(*(studio.picture(*one) for one in wanted))
    assert first == again and len(set(first)) == 3
    assert len(drawn) == 3


async def test_what_is_no_chart_is_not_drawn(tmp_path):
    with pytest.raises(NoChart):
        await Studio(tmp_path).picture({"kind": "pie"}, LIGHT)


def test_the_drawing_library_is_not_loaded_before_somebody_looks():
    code = "import channels.app, sys; sys.exit('matplotlib' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0
