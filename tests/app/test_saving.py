"""Scenarios in the dashboard: saved, opened, deleted, asked about, brought back."""

import os
import re
from datetime import datetime

import pytest
from screens import GOLDENS, SIZES, screen_text
from screens import dashboard as of_size

from app import saved, settings, unsaved
from app.dashboard.opening import OpenDialog
from app.dashboard.question import Question
from app.dashboard.saving import SaveDialog
from app.scenarios import open_scenario


@pytest.fixture(autouse=True)
def _alone(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr("presets.loader.own_folder", lambda: tmp_path / "own")


def dashboard(system="url-shortener"):
    """One that shows a pane at a time: it has least to draw."""
    return of_size((80, 24), system)


def keep(name, system="url-shortener", when=datetime(2026, 11, 24, 12, 30), **changes):
    """A scenario that was saved earlier."""
    scenario = open_scenario(system)[1]
    for address, text in changes.items():
        scenario = scenario.with_change(address, text)
    saved.save(name, scenario)
    os.utime(saved.file_of(name), (when.timestamp(), when.timestamp()))


def title(pilot):
    return screen_text(pilot).splitlines()[0]


def said(pilot):
    """What the toasts said."""
    return [str(toast.message) for toast in pilot.app._notifications]


def offered(pilot):
    return {c.title: c for c in pilot.app.get_system_commands(pilot.app.screen)}


async def press(pilot, *keys):
    await pilot.press(*keys)
    await pilot.pause()


async def name_it(pilot, name):
    await press(pilot, "ctrl+s")
    pilot.app.screen.query_one("#name").value = name
    await press(pilot, "enter")


def dialog_text(pilot):
    """The dialog alone: what is behind it has pictures of its own."""
    x, y, width, height = pilot.app.screen.query_one("#dialog").region
    lines = screen_text(pilot).splitlines()[y : y + height]
    return "".join(f"{line[x : x + width].rstrip()}\n" for line in lines)


def matches(pilot, name):
    for field in pilot.app.screen.query("Input"):
        field.cursor_blink = False
    golden = GOLDENS / f"{name}.txt"
    assert dialog_text(pilot) == golden.read_text("utf-8")


# Saving


async def test_saving_names_the_scenario_and_the_title_tells_whether_it_is_saved():
    async with dashboard() as pilot:
        screen = pilot.app.screen
        await press(pilot, "ctrl+s")
        assert said(pilot) == ["Nothing is changed, so there is nothing to save."]
        assert "Save scenario" not in offered(pilot)
        screen.change("dau", "200M")
        assert "Save scenario" in offered(pilot)
        await press(pilot, "ctrl+s")
        assert pilot.app.screen.query_one("#name").value == "url-shortener-1"
        await press(pilot, *"Plan", "enter")
        assert said(pilot)[-1] == "Saved Plan"
        assert title(pilot).endswith("Plan (saved): preset, 1 change")
        assert {"Save scenario", "Delete Plan"} & set(offered(pilot)) == {"Delete Plan"}
        screen.change("dau", "300M")
        assert title(pilot).endswith("Plan (not saved): preset, 1 change")
        await press(pilot, "ctrl+z")
        assert title(pilot).endswith("Plan (saved): preset, 1 change")
        await press(pilot, "ctrl+z")
        assert title(pilot).endswith("Plan (not saved): preset")
        assert open_scenario("Plan")[1].changes["dau"].text == "200M user"


async def test_saving_under_its_own_name_replaces_and_under_anothers_asks_once():
    keep("other", dau="1M")
    async with dashboard() as pilot:
        screen = pilot.app.screen
        screen.change("dau", "200M")
        await name_it(pilot, "mine")
        screen.change("dau", "300M")
        await press(pilot, "s")
        assert "replaces mine: url-shortener, 1 change" in screen_text(pilot)
        await press(pilot, "enter")
        assert open_scenario("mine")[1].changes["dau"].text == "300M user"
        await name_it(pilot, "other")
        assert "other is saved already; enter once more replaces it" in screen_text(pilot)
        assert open_scenario("other")[1].changes["dau"].text == "1M user"
        await press(pilot, "enter")
        assert open_scenario("other")[1].changes["dau"].text == "300M user"
        assert "other (saved)" in title(pilot)


async def test_what_cannot_be_saved_is_said_and_nothing_typed_is_lost():
    async with dashboard() as pilot:
        pilot.app.screen.change("dau", "200M")
        for name, why in (("a/b", "has no place"), ("audit", "is a command"), ("", "needs a name")):
            await press(pilot, "escape")
            await name_it(pilot, name)
            assert why in screen_text(pilot)
            assert pilot.app.screen.query_one("#name").value == name
        saved.folder().parent.parent.mkdir()
        saved.folder().parent.write_text("a file where the folder should be")
        await press(pilot, "escape")
        await name_it(pilot, "mine")
        assert isinstance(pilot.app.screen, SaveDialog)
        assert "was not written" in screen_text(pilot)


async def test_a_long_name_is_shortened_in_the_title_in_letters_of_any_width():
    for name in ("漢字" * 30, "x" * 60):
        keep(name, dau="7M")
        async with dashboard(name) as pilot:
            assert re.fullmatch(r" URL shortener +\S+… \(saved\): preset, 1 change", title(pilot))


# Opening and deleting


@pytest.mark.parametrize("size", SIZES)
async def test_the_dialogs_are_as_they_were_looked_at(size):
    keep("Plan B", dau="300M", hit_ratio="95%")
    keep("next year", "messenger", datetime(2026, 11, 20, 9, 5), dau="2B")
    async with of_size(size) as pilot:
        await press(pilot, "o")
        matches(pilot, "open-scenario")
        await press(pilot, "d")
        matches(pilot, "delete-scenario")
        await press(pilot, "n", "enter")
        pilot.app.screen.change("dau", "400M")
        await press(pilot, "ctrl+s")
        matches(pilot, "save-scenario")
        await press(pilot, "escape", "ctrl+q")
        matches(pilot, "quit")


async def test_an_empty_list_says_how_to_fill_it():
    async with dashboard() as pilot:
        assert "Open scenario" not in offered(pilot)
        await press(pilot, "ctrl+o")
        assert "Nothing is saved yet; ctrl+s saves what is on screen." in screen_text(pilot)
        await press(pilot, "enter", "d", "escape")
        assert not isinstance(pilot.app.screen, OpenDialog)


async def test_opening_goes_to_the_system_of_the_scenario_and_can_be_undone():
    keep("chat", "messenger", dau="7M")
    async with dashboard() as pilot:
        await press(pilot, "ctrl+o", "slash", *"mess", "down", "enter")
        screen = pilot.app.screen
        assert screen.plan.preset.id == "messenger"
        assert screen.inputs.rows["dau"].field.value == "7M user"
        assert title(pilot).endswith("chat (saved): preset, 1 change")
        assert said(pilot) == ["Opened chat"]
        await press(pilot, "u")
        assert title(pilot).endswith("  preset")


async def test_opening_over_what_is_not_saved_leaves_that_a_step_back():
    keep("mine", dau="7M")
    async with dashboard() as pilot:
        pilot.app.screen.change("dau", "8M")
        await press(pilot, "ctrl+o", "enter")
        assert said(pilot) == ["Opened mine; u goes back to what is not saved"]
        await press(pilot, "u")
        assert pilot.app.screen.inputs.rows["dau"].field.value == "8M user"


async def test_a_broken_file_is_listed_with_its_fault_and_can_be_deleted():
    keep("mine", dau="7M")
    saved.file_of("broken").write_text("{")
    async with dashboard() as pilot:
        await press(pilot, "ctrl+o")
        shown = screen_text(pilot)
        assert "mine" in shown
        assert "is no JSON" in shown
        await press(pilot, "enter")
        assert isinstance(pilot.app.screen, OpenDialog)
        assert screen_text(pilot).count("is no JSON") == 2
        await press(pilot, "d", "n")
        assert saved.names() == ["broken", "mine"]
        await press(pilot, "d", "y")
        assert saved.names() == ["mine"]
        await press(pilot, "enter")
        assert title(pilot).endswith("mine (saved): preset, 1 change")


async def test_deleting_what_is_on_screen_leaves_it_there_without_a_name():
    keep("mine", dau="7M")
    async with dashboard("mine") as pilot:
        offered(pilot)["Delete mine"].callback()
        await pilot.pause()
        await press(pilot, "y")
        assert saved.names() == []
        assert title(pilot).endswith("  preset, 1 change")
    assert unsaved.read()["url-shortener"].scenario.set == {"dau": "7M user"}


# Leaving


async def test_leaving_asks_once_about_a_named_scenario_and_saves_it():
    keep("mine", dau="7M")
    async with dashboard("mine") as pilot:
        pilot.app.screen.change("dau", "8M")
        await press(pilot, "ctrl+q")
        assert isinstance(pilot.app.screen, Question)
        assert "mine has changes that are not saved." in screen_text(pilot)
        await press(pilot, "b")
        assert not isinstance(pilot.app.screen, Question)
        # From another screen too.
        await press(pilot, "f3", "ctrl+q", "s")
        assert pilot.app._exit
    assert open_scenario("mine")[1].changes["dau"].text == "8M user"
    assert unsaved.read() == {}


async def test_in_a_dialog_the_key_for_leaving_goes_back():
    keep("mine", dau="7M")
    async with dashboard("mine") as pilot:
        screen = pilot.app.screen
        screen.change("dau", "8M")
        for opening in ("ctrl+q", "ctrl+o", "ctrl+s", "ctrl+e", "question_mark"):
            await press(pilot, opening)
            assert pilot.app.screen is not screen, opening
            await press(pilot, "ctrl+q")
            assert pilot.app.screen is screen, opening
        assert not pilot.app._exit


async def test_leaving_a_named_scenario_with_changes_brings_them_back_beside_its_name():
    keep("mine", dau="7M")
    async with dashboard("mine") as pilot:
        pilot.app.screen.change("dau", "8M")
        await press(pilot, "ctrl+q", "l")
    assert open_scenario("mine")[1].changes["dau"].text == "7M user"
    async with dashboard("mine") as pilot:
        assert said(pilot) == ["Brought back 1 change of mine, URL shortener; u undoes"]
        assert title(pilot).endswith("mine (not saved): preset, 1 change")
        await press(pilot, "u")
        assert title(pilot).endswith("mine (saved): preset, 1 change")


# What comes back


async def test_each_system_comes_back_when_it_is_opened_the_latest_first():
    """Leaving asks nothing about what has no name."""
    async with dashboard() as pilot:
        pilot.app.screen.change("dau", "8M")
        pilot.app.screen.change("hit_ratio", "95%")
        await pilot.app.screen.open("messenger")
        await pilot.pause()
        pilot.app.screen.use_variant(next(iter(pilot.app.screen.plan.preset.variants)))
        await pilot.pause()
        variant = title(pilot).rpartition("  ")[2]
        await press(pilot, "ctrl+q")
        assert pilot.app._exit
    async with dashboard(None) as pilot:
        assert said(pilot) == [f"Brought back {variant} of Messenger; u undoes"]
        await pilot.app.screen.open("url-shortener")
        await pilot.pause()
        assert said(pilot)[1:] == ["Brought back 2 changes of URL shortener; u undoes"]
        assert pilot.app.screen.inputs.rows["dau"].field.value == "8M user"
        await press(pilot, "u")
        assert title(pilot).endswith("  preset")
        await press(pilot, "U")
        assert title(pilot).endswith("  preset, 2 changes")
        await press(pilot, "u")
    assert list(unsaved.read()) == ["messenger"]


async def test_another_scenario_that_is_asked_for_leaves_what_was_not_saved_a_step_back():
    keep("mine", dau="7M")
    async with dashboard() as pilot:
        pilot.app.screen.change("dau", "8M")
    async with dashboard("mine") as pilot:
        assert title(pilot).endswith("mine (saved): preset, 1 change")
        assert said(pilot) == ["Opened mine; u goes back to what is not saved"]
    # Nothing was changed, so that it is still there.
    assert unsaved.read()["url-shortener"].scenario.set == {"dau": "8M user"}


@pytest.mark.parametrize(
    ("text", "toast"),
    [
        ("{", "is no JSON.*it is kept as unsaved-broken.json"),
        (
            '{"schema": 1, "unsaved": [{"name": null, "scenario": '
            '{"system": "url-shortener", "set": {"[bold]": "1"}}}]}',
            r"What was not saved of URL shortener does not fit it any more: .*\[bold\]",
        ),
    ],
)
async def test_what_cannot_be_brought_back_is_said_and_lost_to_nobody(text, toast):
    unsaved.file().parent.mkdir(parents=True)
    unsaved.file().write_text(text)
    async with dashboard() as pilot:
        (only,) = said(pilot)
        assert re.search(toast, only)
        assert title(pilot).endswith("  preset")
    assert text in {path.read_text("utf-8") for path in unsaved.file().parent.iterdir()}


async def test_a_disk_that_takes_nothing_is_said_once():
    unsaved.file().parent.parent.mkdir(parents=True)
    unsaved.file().parent.write_text("a file where the folder should be")
    async with dashboard() as pilot:
        for text in ("8M", "9M"):
            pilot.app.screen.change("dau", text)
            pilot.app.screen.write_unsaved()
            await pilot.app.workers.wait_for_complete()
        await pilot.pause()
        (only,) = said(pilot)
        assert only.startswith("What is not saved would not survive a crash: ")


# The theme


async def test_the_theme_that_a_person_chooses_is_there_again():
    async with dashboard() as pilot:
        assert pilot.app.theme == "slipstick-dark"
        assert not settings.file().exists()
        pilot.app.theme = "slipstick-light"
        await pilot.pause()
    async with dashboard() as pilot:
        assert pilot.app.theme == "slipstick-light"
    settings.file().write_text('theme = "gone"\ncolour = 1')
    async with dashboard() as pilot:
        assert pilot.app.theme == "slipstick-dark"
        assert any("no theme 'gone'" in each for each in said(pilot))
        assert any("'colour' is no setting" in each for each in said(pilot))
    assert settings.file().read_text("utf-8") == 'theme = "gone"\ncolour = 1'
