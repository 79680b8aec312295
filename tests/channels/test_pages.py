"""The one script that embeds Penny, and what goes with the page when it is installed."""

import io
import json
import re
from pathlib import Path

import pytest
from PIL import Image

from channels.pages import WEB, BrokenScript, Pages, bundle


async def test_it_is_small_and_the_same_for_everybody(client, ada):
    answer = await client.get("/widget.js", headers={"Accept-Encoding": "gzip"})
    assert int(answer.headers["Content-Length"]) <= 40_000
    assert answer.headers["Content-Encoding"] == "gzip"
    assert answer.headers["Cross-Origin-Resource-Policy"] == "same-origin"  # until it is embedded
    assert "Set-Cookie" not in answer.headers and "Ada" not in answer.text
    again = await client.get("/widget.js", headers={"If-None-Match": answer.headers["ETag"]})
    assert (again.status_code, again.content) == (304, b"")
    plain = await client.get("/widget.js", headers={"Accept-Encoding": "identity"})
    assert plain.text == answer.text


def test_nothing_in_it_needs_a_lax_policy():
    script = Pages().widget.plain.decode()
    for word in ("innerHTML", "insertAdjacentHTML", "document.write", "eval(", "new Function"):
        assert word not in script
    assert "localStorage" in script  # the words are looked for in the right place


@pytest.mark.parametrize(
    ("modules", "trouble"),
    [
        ({"a": 'import { b } from "./b.js";\n', "b": 'import { a } from "./a.js";\n'}, "a → b → a"),
        ({"a": "export default 1;\n"}, "export default"),
        ({"a": 'import * as b from "./b.js";\n', "b": ""}, "import *"),
        ({"a": 'import b from "https://elsewhere.example/b.js";\n'}, "elsewhere"),
    ],
)
def test_what_cannot_be_bundled_is_said_at_once(tmp_path, modules, trouble):
    for name, text in modules.items():
        (tmp_path / f"{name}.js").write_text(text)
    with pytest.raises(BrokenScript) as raised:
        bundle(tmp_path, "a")
    assert trouble in str(raised.value)


async def test_the_page_can_be_installed(client):
    page = (await client.get("/")).text
    address = re.search(r'rel="manifest" href="([^"]+)"', page)[1]
    answer = await client.get(address)
    assert answer.headers["Content-Type"] == "application/manifest+json"
    manifest = answer.json()
    assert manifest["display"] == "standalone" and manifest["start_url"] == manifest["scope"] == "/"
    sizes = set()
    for icon in manifest["icons"]:
        picture = await client.get(icon["src"])
        assert picture.headers["Content-Type"] == icon["type"]
        if icon["type"] == "image/png":
            width, height = Image.open(io.BytesIO(picture.content)).size
            assert icon["sizes"] == f"{width}x{height}"
            sizes.add((width, icon.get("purpose", "any")))
    assert sizes == {(192, "any"), (512, "any"), (512, "maskable")}


async def test_the_worker_keeps_files_that_are_there_and_no_figures(client):
    answer = await client.get("/sw.js")
    assert answer.headers["Content-Type"].startswith("text/javascript")
    shell = json.loads(re.search(r"SHELL = (\[.*?\]);", answer.text)[1])
    for path in shell:
        assert (await client.get(path)).status_code == 200, path
        assert not path.startswith("/api")
    assert "VERSION" not in answer.text


def test_the_kept_shell_changes_with_the_files(tmp_path: Path):
    def version() -> bytes:
        return Pages(tmp_path).worker.plain

    for path in WEB.iterdir():
        (tmp_path / path.name).write_bytes(path.read_bytes())
    before = version()
    assert before == Pages().worker.plain
    (tmp_path / "page.css").write_text("body { margin: 1px; }")
    assert version() != before
