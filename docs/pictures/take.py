"""Takes the pictures of the dashboard: `python docs/pictures/take.py`.

Textual draws the screen as SVG; a headless Chromium (with the font Fira Code) turns it into PNG.
"""

from __future__ import annotations

import asyncio
import os
import re
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

os.environ["TEXTUAL_FPS"] = "240"
# What somebody saved, left unsaved or chose has no place in a picture.
os.environ["XDG_DATA_HOME"] = os.environ["XDG_STATE_HOME"] = tempfile.mkdtemp()
os.environ["XDG_CONFIG_HOME"] = os.environ["XDG_DATA_HOME"]

from app.dashboard.application import Dashboard

HERE = Path(__file__).parent


async def screen(system: str, size: tuple[int, int], keys: tuple[str, ...]) -> str:
    """The screen as SVG after some keys."""
    dashboard = Dashboard(system)
    async with dashboard.run_test(size=size) as pilot:
        await pilot.pause(0.2)
        for key in keys:
            await pilot.press(key)
        await pilot.pause(0.2)
        return dashboard.export_screenshot()


def picture(svg: str, target: Path) -> None:
    """Draw an SVG as PNG."""
    chromium = shutil.which("chromium") or shutil.which("google-chrome")
    if chromium is None:
        sys.exit("Chromium is needed to draw the picture; on Debian: apt-get install chromium")
    box = re.search(r'viewBox="0 0 ([\d.]+) ([\d.]+)"', svg)
    assert box is not None
    width, height = (round(float(side)) for side in box.groups())
    svg = re.sub(r"@font-face \{.*?\}", "", svg, flags=re.DOTALL)
    with tempfile.TemporaryDirectory() as folder:
        page = Path(folder) / "page.html"
        page.write_text(f"<meta charset='utf-8'><body style='margin:0'>{svg}</body>", "utf-8")
        subprocess.run(
            [
                chromium, "--headless", "--no-sandbox", "--disable-gpu", "--hide-scrollbars",
                "--no-first-run", "--disable-background-networking", "--disable-component-update",
                "--disable-sync", f"--user-data-dir={folder}/profile",
                f"--window-size={width},{height}", f"--screenshot={target}", page.as_uri(),
            ],
            check=True, capture_output=True,
        )  # fmt: skip


PICTURES = {
    "systems.png": ("j", "j", "k", "k"),
    "sketches.png": ("f3",),
    "protocols.png": ("f4",),
}
"""Each file, with the keys that lead to its screen."""

if __name__ == "__main__":
    for name, keys in PICTURES.items():
        picture(asyncio.run(screen("url-shortener", (120, 40), keys)), HERE / name)
