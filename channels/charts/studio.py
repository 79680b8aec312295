"""Draws pictures off the event loop, one at a time, and keeps the latest."""

from __future__ import annotations

import hashlib
import json
import os
from functools import partial
from pathlib import Path
from typing import Any

from anyio import CapacityLimiter, to_thread
from cachetools import LRUCache

from channels.charts.looks import Look
from channels.charts.spec import Spec, read

_MOST_BYTES = 8_000_000


class Studio:
    """The one place where charts become pictures.

    Args:
        folder: where the drawing library keeps its list of fonts; made on first use.
    """

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._one = CapacityLimiter(1)  # the library may not draw twice at once
        self._kept: LRUCache[bytes, bytes] = LRUCache(_MOST_BYTES, getsizeof=len)

    async def picture(self, chart: dict[str, Any], look: Look) -> bytes:
        """The picture of a chart's data, drawn now or kept from before.

        Raises:
            NoChart: the data is no chart.
        """
        spec = read(chart)
        key = hashlib.sha256(json.dumps([chart, repr(look)], sort_keys=True).encode()).digest()
        if key not in self._kept:
            drawn = await to_thread.run_sync(partial(self._draw, spec, look), limiter=self._one)
            self._kept[key] = drawn
        return self._kept[key]

    def _draw(self, spec: Spec, look: Look) -> bytes:
        os.environ.setdefault("MPLCONFIGDIR", str(self._folder))
        from channels.charts.draw import draw  # noqa: PLC0415 (takes a second to load)

        return draw(spec, look)
