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
from app.dashboard.frame import Frame

HERE = Path(__file__).parent


async def screen(system: str, size: tuple[int, int], keys: tuple[str, ...]) -> str:
    """The screen as SVG after some keys."""
    dashboard = Dashboard(system)
    async with dashboard.run_test(size=size) as pilot:
        while isinstance(dashboard.screen, Frame):
            await pilot.pause(0.2)
        await pilot.pause(0.5)
        for key in keys:
            await pilot.press(key)
        await dashboard.workers.wait_for_complete()
        await pilot.pause(0.5)
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


VIEW = "right_square_bracket"
PICTURES = {
    "systems.png": ("url-shortener", ("j", "j", "k", "k")),
    "architecture.png": ("url-shortener", ("4", VIEW, "right", "right", "m")),
    "sizing.png": ("messaging", ("4", VIEW, VIEW, "down")),
    "chart.png": ("ride-sharing", ("left_square_bracket",)),
    "practice.png": ("e-commerce", ("p", "enter", *"2k", "enter", "j")),
    "sketches.png": ("url-shortener", ("f3",)),
    "protocols.png": ("url-shortener", ("f4",)),
    "audit.png": ("url-shortener", ("f7", "s")),
    "reference.png": ("url-shortener", ("f9", "slash", *"redis")),
}
"""Each file, with the system and the keys that lead to its screen."""

if __name__ == "__main__":
    for name, (system, keys) in PICTURES.items():
        picture(asyncio.run(screen(system, (120, 40), keys)), HERE / name)
