"""The keys on the last line: all that there is room for, and none cut off."""

import pytest
from screens import dashboard, settled

from app.dashboard.application import JOBS
from app.dashboard.footer import Keys
from app.dashboard.views import TITLES


@pytest.fixture(autouse=True)
def _alone(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr("presets.loader.own_folder", lambda: tmp_path / "own")


async def panes(pilot):
    """Go to every pane of the main screen, and to one of every other."""
    for mode in JOBS:
        await pilot.app.switch_mode(mode)
        await pilot.pause(0.1)
        screen = pilot.app.screen
        for pane in screen.panes if mode == "systems" else ("numbers",):
            screen.show_pane(pane)
            await pilot.pause()
            yield f"{mode} {pane}"
        if mode == "systems":
            for view in TITLES:
                screen.turn_to(view)
                await pilot.pause()
                yield f"{mode} {view}"


async def fitting_keys(pilot):
    """What the keys are called, once the footer has made up its mind and all of it is seen."""
    footer = pilot.app.screen.query_one(Keys)
    for _ in range(40):
        keys = [key for key in footer.children if "-command-palette" not in key.classes]
        if keys and not footer.max_scroll_x and all(k.region in footer.region for k in keys):
            break
        await pilot.pause(0.05)
    else:
        pytest.fail(f"cut off: {[key.description for key in keys]}")
    return [key.description for key in keys]


async def test_no_key_is_cut_off_and_the_way_out_is_always_there():
    async with dashboard((80, 24)) as pilot:
        async for where in panes(pilot):
            shown = await fitting_keys(pilot)
            assert len(shown) <= 8, where
            assert {"Help", "Export", "Quit"} <= set(shown), where


async def test_a_wider_window_has_room_for_more():
    async with dashboard((60, 24)) as pilot:
        footer = pilot.app.screen.query_one(Keys)
        await settled(pilot)
        assert "palette" not in [key.description for key in footer.children]
        await pilot.resize_terminal(100, 30)
        await settled(pilot)
        assert footer.children[-1].description == "palette"
        assert "View" in [key.description for key in footer.children]
