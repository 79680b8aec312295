"""Pictures on their way out: which one is asked for, how it should look, and its headers."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, cast

from starlette.responses import Response

from channels.charts.looks import COLOURS, WIDTHS, Format, Look
from channels.charts.spec import NoChart
from channels.charts.studio import Studio
from channels.history import History
from channels.intake import read_thread
from channels.problems import Problem

_GONE = "This picture is not there any more. Please ask again."
_TYPES = {"svg": "image/svg+xml", "png": "image/png"}
# An SVG opened by itself is a page: it may style itself, and nothing else.
_ALONE = "default-src 'none'; style-src 'unsafe-inline'; sandbox; frame-ancestors 'none'"


def read_look(asked: Mapping[str, str]) -> Look:
    """How a picture is wanted: ``theme`` light or dark, ``size`` wide or small, ``format``.

    Raises:
        Problem: 422 for a look there is not.
    """
    theme, size = asked.get("theme", "light"), asked.get("size", "wide")
    format_ = asked.get("format", "svg")
    if theme not in COLOURS or size not in WIDTHS or format_ not in _TYPES:
        raise Problem(422, "A picture is light or dark, wide or small, svg or png.")
    return Look(theme, WIDTHS[size], cast(Format, format_))


async def chart_of(
    history: History, person_id: str, thread: str, message_id: str, place: int
) -> dict[str, Any]:
    """The data of the chart that a person was shown.

    Raises:
        Problem: 404 when there is none (any more); other people's are not there.
    """
    turn = await history.find(person_id, read_thread(thread), message_id)
    chart = turn.messages[place].chart if turn and place < len(turn.messages) else None
    if chart is None:
        raise Problem(404, _GONE)
    return chart


async def drawn(studio: Studio, chart: dict[str, Any], look: Look) -> Response:
    """A picture as an answer; not to be kept by browsers, like all figures.

    Raises:
        Problem: 404 for a chart that an earlier Penny kept in another form.
    """
    try:
        picture = await studio.picture(chart, look)
    except NoChart as error:
        raise Problem(404, _GONE) from error
    headers = {"Content-Security-Policy": _ALONE}
    return Response(picture, media_type=_TYPES[look.format], headers=headers)
