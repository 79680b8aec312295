"""Draws the icons of the installed page from its logo.

    uv run python docs/icons.py

Writes ``channels/web/icon-….png``; to be run again when ``logo.svg`` changes.
"""

from __future__ import annotations

import shutil
from pathlib import Path

from playwright.sync_api import sync_playwright

WEB = Path(__file__).parent.parent / "channels" / "web"
PAPER = "#faf7f2"
# name → (size in pixels, share of it that the logo takes, ground)
ICONS = {
    "icon-180": (180, 0.8, PAPER),
    "icon-192": (192, 1.0, "transparent"),
    "icon-512": (512, 1.0, "transparent"),
    "icon-maskable-512": (512, 0.62, PAPER),  # whatever shape is cut out, the coin is inside
}


def main() -> None:
    """Draws them all."""
    logo = (WEB / "logo.svg").read_text()
    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(
            executable_path=shutil.which("chromium"), args=["--no-sandbox"]
        )
        for name, (size, share, ground) in ICONS.items():
            page = chromium.new_page(viewport={"width": size, "height": size})
            page.set_content(
                f"<style>body {{ margin: 0; height: 100vh; display: grid; place-items: center;"
                f" background: {ground}; }} svg {{ width: {share:.0%}; }}</style>{logo}"
            )
            page.screenshot(path=WEB / f"{name}.png", omit_background=True)
            page.close()
        chromium.close()


if __name__ == "__main__":
    main()
