"""The screen of the reference through Textual's pilot: tables, and a search over all of them."""

import csv
import json
from contextlib import asynccontextmanager

import pytest
from screens import GOLDENS, SIZES, dashboard, screen_text, settled

from app.reports.reference import search
from presets.reference import references


@pytest.fixture(autouse=True)
def _alone(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr("presets.loader.own_folder", lambda: tmp_path / "own")


@asynccontextmanager
async def opened(size=(120, 40)):
    async with dashboard(size) as pilot:
        await pilot.press("f9")
        await pilot.pause()
        yield pilot


async def look_up(pilot, word):
    await pilot.press("slash", *word)
    await settled(pilot)


def listed(pilot):
    return {option.id: option.prompt.plain for option in pilot.app.screen.list.options}


@pytest.mark.parametrize("size", SIZES)
async def test_the_screen_is_as_it_was_looked_at(size):
    async with opened(size) as pilot:
        await look_up(pilot, "redis")
        pilot.app.screen.focused.cursor_blink = False
        golden = GOLDENS / f"reference-{size[0]}x{size[1]}.txt"
        assert await settled(pilot) == golden.read_text("utf-8")


async def test_the_tables_of_a_small_screen_are_as_they_were_looked_at():
    async with opened((80, 24)) as pilot:
        golden = GOLDENS / "reference-browser-80x24.txt"
        assert await settled(pilot) == golden.read_text("utf-8")


async def test_moving_through_the_list_shows_each_table_and_enter_goes_to_it():
    async with opened((80, 24)) as pilot:
        screen = pilot.app.screen
        assert [*listed(pilot)] == ["everything", *(table.id for table in references())]
        for table in references():
            await pilot.press("j")
            await pilot.pause()
            assert [t.title for t in screen.report.report.tables] == [table.title]
            assert len(screen.report.report.tables[0].rows) == len(table.rows)
            assert screen.report.report.lines == (table.about,)
        await pilot.press("g", "j", "j", "enter")
        await settled(pilot)
        assert screen.pane == "numbers"
        assert "CAP" in screen_text(pilot)
        await pilot.press("G")
        await settled(pilot)
        assert screen.report.scroll_offset.y == screen.report.max_scroll_y > 0


async def test_the_search_is_over_all_tables_as_the_commands_is():
    async with opened() as pilot:
        screen = pilot.app.screen
        await pilot.press("j", "j")
        await look_up(pilot, "CAP theorem")
        assert screen.shown == screen.found == search(references(), "CAP theorem")
        await pilot.press("escape")
        await look_up(pilot, "latency")
        assert [table.id for table, _ in screen.shown] == ["latency"]
        await pilot.press("escape")
        await look_up(pilot, "redis")
        found = search(references(), "redis")
        assert screen.shown == found
        assert [*listed(pilot)] == ["everything", *(table.id for table, _ in found)]
        assert listed(pilot)["everything"].endswith(f" {sum(len(rows) for _, rows in found)}")
        screen.list.focus()
        await pilot.press("G")
        await pilot.pause()
        assert screen.shown == found[-1:]


async def test_what_is_not_here_is_said_with_the_nearest_word(tmp_path):
    async with opened() as pilot:
        screen = pilot.app.screen
        await look_up(pilot, "glosary")
        assert "Nothing about 'glosary' here. Did you mean glossary?" in screen_text(pilot)
        await pilot.press("ctrl+e")
        await pilot.pause()
        assert pilot.app.screen is screen
        assert any("Nothing is found" in n.message for n in pilot.app._notifications)
        await pilot.press("escape")
        await look_up(pilot, "[/x]")
        assert "'[/x]'" in screen_text(pilot)
    assert not [*tmp_path.iterdir()]


async def test_what_is_found_can_be_taken_away(tmp_path):
    async with opened() as pilot:
        await look_up(pilot, "redis")
        await pilot.press("ctrl+e", "ctrl+e", "enter")
        await pilot.pause()
        data = json.loads((tmp_path / "reference.json").read_text("utf-8"))
        assert [t["id"] for t in data["tables"]] == [t.id for t, _ in pilot.app.screen.found]
        await pilot.press("ctrl+e", "ctrl+e", "ctrl+e", "enter")
        await pilot.pause()
        with (tmp_path / "reference.csv").open() as file:
            assert next(csv.reader(file)) == ["table", "row", "column", "text"]
