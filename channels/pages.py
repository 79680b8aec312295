"""The web chat's files: the page, its shell for when there is no network, and the widget.

The widget is written as small modules (``channels/web/*.js``) and goes out as one script:
one request for the pages that embed it, and a plain script tag needs no permission of the
host's to be fetched from another origin. Each module becomes a function that is called
once and returns what it exports, in the order of the imports; nothing else is done to it.
"""

from __future__ import annotations

import gzip
import hashlib
import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from starlette.requests import Request
from starlette.responses import FileResponse, Response
from starlette.staticfiles import StaticFiles
from starlette.types import Scope

WEB = Path(__file__).parent / "web"

_IMPORT = re.compile(r'^import (?P<names>\{[\w, ]+\}) from "\./(?P<name>\w+)\.js";\n', re.MULTILINE)
_EXPORT = re.compile(
    r"^export (?=(?:async )?(?:function\*?|class|const) (?P<name>\w+))", re.MULTILINE
)
_STYLES = "styles"  # a module made of the style sheet


class BrokenScript(Exception):
    """A module imports or exports in a way that cannot be put together."""


@dataclass(frozen=True, slots=True)
class Script:
    """A script that is ready to be sent.

    Attributes:
        plain: the bytes; ``packed`` is the same with gzip.
        tag: what they are known by, a hash.
        headers: besides those of its type and tag.
    """

    plain: bytes
    packed: bytes
    tag: str
    headers: Mapping[str, str]

    def answer(self, request: Request) -> Response:
        """Sends it, or tells the browser that it has it already."""
        headers = {"ETag": f'"{self.tag}"', "Cache-Control": "no-cache", "Vary": "Accept-Encoding"}
        headers.update(self.headers)
        if self.tag in request.headers.get("if-none-match", ""):
            return Response(status_code=304, headers=headers)
        body = self.plain
        if "gzip" in request.headers.get("accept-encoding", ""):
            body, headers["Content-Encoding"] = self.packed, "gzip"
        return Response(body, media_type="text/javascript", headers=headers)


class Pages:
    """The files as they are when the process starts."""

    def __init__(self, folder: Path = WEB) -> None:
        self._folder = folder
        # Which other pages may load it is the business of `channels.embedding`.
        self.widget = _script(bundle(folder, "widget"))
        worker = (folder / "sw.js").read_text().replace("VERSION", self._version())
        self.worker = _script(worker, {"Service-Worker-Allowed": "/"})

    def page(self) -> Response:
        """The chat page."""
        return FileResponse(self._folder / "index.html", headers={"Cache-Control": "no-store"})

    async def send_widget(self, request: Request) -> Response:
        """``GET /widget.js``: Penny for any page, in one script."""
        return self.widget.answer(request)

    async def send_worker(self, request: Request) -> Response:
        """``GET /sw.js``: keeps the page's shell in the browser, at the root so that it may."""
        return self.worker.answer(request)

    def _version(self) -> str:
        files = (path for path in sorted(self._folder.iterdir()) if path.is_file())
        return hashlib.sha256(b"\0".join(path.read_bytes() for path in files)).hexdigest()[:12]


class WebFiles(StaticFiles):
    """The page's files; browsers ask each time whether they have changed."""

    async def get_response(self, path: str, scope: Scope) -> Response:
        """The file, to be asked for again each time."""
        response = await super().get_response(path, scope)
        response.headers["Cache-Control"] = "no-cache"
        if path.endswith(".webmanifest"):
            response.headers["Content-Type"] = "application/manifest+json"
        return response


def bundle(folder: Path, entry: str) -> str:
    """All modules that ``entry`` needs as one script.

    Raises:
        BrokenScript: an import or export is not of the plain kind, or imports go in a circle.
    """
    parts: dict[str, str] = {}
    _gather(folder, entry, parts, ())
    return "(() => {\n" + '"use strict";\n' + "\n".join(parts.values()) + "})();\n"


def _gather(folder: Path, name: str, parts: dict[str, str], above: tuple[str, ...]) -> None:
    """Adds a module to ``parts``, after all those that it needs."""
    if name in parts:
        return
    if name in above:
        raise BrokenScript(f"{name}.js needs itself: {' → '.join((*above, name))}")
    if name == _STYLES:
        text = f"export const css = {json.dumps(_styles(folder))};\n"
    else:
        text = (folder / f"{name}.js").read_text()
    for match in _IMPORT.finditer(text):
        _gather(folder, match["name"], parts, (*above, name))
    exports = ", ".join(match["name"] for match in _EXPORT.finditer(text))
    text = _EXPORT.sub("", _IMPORT.sub(r"const \g<names> = $\g<name>;\n", text))
    if left := re.search(r"^(?:import|export)\b.*", text, re.MULTILINE):
        raise BrokenScript(f"{name}.js: {left[0]}")
    parts[name] = f"const ${name} = (() => {{\n{text}\nreturn {{ {exports} }};\n}})();\n"


def _styles(folder: Path) -> str:
    """The style sheet without comments and indentation."""
    text = re.sub(r"/\*.*?\*/", "", (folder / "chat.css").read_text(), flags=re.DOTALL)
    return "\n".join(line.strip() for line in text.splitlines() if line.strip())


def _script(text: str, headers: Mapping[str, str] | None = None) -> Script:
    plain = text.encode()
    tag = hashlib.sha256(plain).hexdigest()[:20]
    return Script(plain, gzip.compress(plain, 9, mtime=0), tag, headers or {})
