"""The dashboard under Textual's pilot, and what stands on its screen."""

from contextlib import asynccontextmanager
from pathlib import Path

from app.dashboard.application import Dashboard
from app.dashboard.frame import Frame

GOLDENS = Path(__file__).parent / "goldens"
SIZES = ((80, 24), (120, 40), (200, 60))


@asynccontextmanager
async def dashboard(size=(120, 40), system="url-shortener"):
    app = Dashboard(system)
    async with app.run_test(size=size) as pilot:
        await opened(pilot)
        yield pilot


async def opened(pilot):
    """Wait until the main screen has taken the place of its frame, or could not."""
    while isinstance(pilot.app.screen, Frame):
        await pilot.pause()
    await pilot.pause()


def screen_text(pilot):
    """The visible screen as lines of text."""
    lines = [strip.text.rstrip() for strip in pilot.app.screen._compositor.render_strips()]
    return "\n".join(lines) + "\n"


async def settled(pilot):
    """The visible screen once it stays as it is: charts and footers come after the numbers."""
    before = None
    for _ in range(40):
        await pilot.pause(0.1)
        if (now := screen_text(pilot)) == before:
            break
        before = now
    return now
