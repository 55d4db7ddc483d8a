"""The screens of the workbenches through Textual's pilot: what is typed, and what is answered."""

import json

import pytest
from screens import GOLDENS, SIZES, dashboard, screen_text, settled

KEYS = {"sketches": "f3", "protocols": "f4"}


@pytest.fixture(autouse=True)
def _alone(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr("presets.loader.own_folder", lambda: tmp_path / "own")


async def open_workbench(pilot, name):
    await pilot.press(KEYS[name])
    await settled(pilot)
    return pilot.app.screen


async def put(pilot, name, text):
    """Another text in a field, all at once."""
    field = pilot.app.screen.rows[name].field
    field.focus()
    field.value = text
    await pilot.pause()


def facts(pilot):
    """The first table of the answer, by its labels."""
    return dict(pilot.app.screen.answer.answer.report.tables[0].rows)


@pytest.mark.parametrize("size", SIZES)
@pytest.mark.parametrize("name", KEYS)
async def test_the_screen_is_as_it_was_looked_at(name, size):
    async with dashboard(size) as pilot:
        screen = await open_workbench(pilot, name)
        screen.focused.cursor_blink = False
        golden = GOLDENS / f"{name}-{size[0]}x{size[1]}.txt"
        assert await settled(pilot) == golden.read_text("utf-8")


@pytest.mark.parametrize("pane", ["browser", "numbers", "explain"])
async def test_a_small_screen_shows_one_pane(pane):
    async with dashboard((80, 24)) as pilot:
        screen = await open_workbench(pilot, "sketches")
        screen.show_pane(pane)
        golden = GOLDENS / f"sketches-{pane}-80x24.txt"
        assert await settled(pilot) == golden.read_text("utf-8")


async def test_every_keystroke_that_can_be_read_answers_anew():
    async with dashboard() as pilot:
        await open_workbench(pilot, "sketches")
        await put(pilot, "fp", "")
        await pilot.press("0", ".", "1", "%")
        await pilot.pause()
        # 14.378 bits an item and 10 hashes: the Redis documentation's table.
        assert (facts(pilot)["bits an item"], facts(pilot)["hashes"]) == ("14.4", "10")


async def test_what_cannot_be_read_marks_its_field_and_leaves_the_last_answer():
    async with dashboard() as pilot:
        screen = await open_workbench(pilot, "sketches")
        before = facts(pilot)
        await put(pilot, "fp", "150%")
        assert facts(pilot) == before
        assert screen.answer.has_class("-stale")
        assert screen.rows["fp"].has_class("-wrong")
        assert not screen.rows["items"].has_class("-wrong")
        assert screen.rows["fp"].error == "'150%': expected a share below 100%, such as 1%"
        assert "✗ '150%'" in screen_text(pilot)
        await put(pilot, "fp", "2%")
        assert not screen.answer.has_class("-stale")
        assert facts(pilot)["asked for"] == "2%"


@pytest.mark.parametrize(
    ("bench", "name", "text", "says"),
    [
        ("bloom", "items", "0", "expected more than 0"),
        ("bloom", "items", "1e40", "at most"),
        ("bloom", "convention", "mine", "expected one of textbook"),
        ("bloom-by-size", "memory", "", "is missing"),
        ("bloom-by-size", "hashes", "1.5", "expected a whole number"),
        ("count-min", "epsilon", "[bold]", "[bold]"),
        ("count-min", "delta", "0%", "expected more than 0"),
        ("count-min", "total", "x\x1b[31m", "total"),
        ("count-min-by-size", "counter-bits", "7", "7"),
        ("hyperloglog", "error", "100%", "below 100%"),
        ("hyperloglog-by-size", "memory", "1 B", "precision"),
    ],
)
async def test_wrong_text_in_any_field_is_said_in_a_sentence(bench, name, text, says):
    async with dashboard() as pilot:
        screen = await open_workbench(pilot, "sketches")
        await screen.open(next(b for b in screen.benches if b.id == bench))
        await put(pilot, name, text)
        (wrong,) = [row for row in screen.rows.values() if row.error]
        assert says in f"{wrong.ask.name}: {wrong.error}"
        assert screen.answer.has_class("-stale")
        assert screen.rows[name].field.value == text


async def test_undo_and_redo_cover_typing_steps_and_resets():
    async with dashboard() as pilot:
        screen = await open_workbench(pilot, "sketches")
        await put(pilot, "items", "20M item")
        await pilot.press("up")
        await pilot.pause()
        assert screen.history.now["items"] == "22M item"
        await pilot.press("ctrl+r")
        await pilot.pause()
        assert facts(pilot)["made for"] == "10M item"
        await pilot.press("ctrl+z", "ctrl+z")
        await pilot.pause()
        assert facts(pilot)["made for"] == "20M item"
        await pilot.press("ctrl+y")
        await pilot.pause()
        assert screen.rows["items"].field.value == "22M item"
        await pilot.press("ctrl+z", "ctrl+z", "ctrl+z")
        await pilot.pause()
        assert "Nothing to undo" in " ".join(n.message for n in pilot.app._notifications)
        assert facts(pilot)["made for"] == "10M item"


async def test_up_and_down_go_through_the_conventions():
    async with dashboard() as pilot:
        screen = await open_workbench(pilot, "sketches")
        screen.rows["convention"].field.focus()
        await pilot.press("down")
        await pilot.pause()
        assert screen.answer.answer.data["convention"] == "redis"
        await pilot.press("up")
        await pilot.pause()
        assert screen.answer.answer.data["convention"] == "textbook"


async def test_each_workbench_is_as_it_was_left():
    async with dashboard() as pilot:
        screen = await open_workbench(pilot, "sketches")
        await put(pilot, "items", "5M")
        screen.list.focus()
        await pilot.press("j")
        await pilot.pause()
        assert screen.bench.id == "bloom-by-size"
        await pilot.press("k")
        await pilot.pause()
        assert screen.rows["items"].field.value == "5M"
        await pilot.press("f2")
        await pilot.pause()
        assert "URL shortener" in screen_text(pilot).splitlines()[0]
        await pilot.press("f3")
        await pilot.pause()
        assert pilot.app.screen is screen
        assert facts(pilot)["made for"] == "5M item"


async def test_the_next_chart_is_another():
    async with dashboard() as pilot:
        await open_workbench(pilot, "sketches")
        assert "False positives as it fills" in screen_text(pilot)
        await pilot.press("f8")
        assert "Memory by error" in await settled(pilot)
        await pilot.press("f8")
        assert "False positives as it fills" in await settled(pilot)


async def test_a_message_is_worked_out_while_it_is_typed():
    async with dashboard() as pilot:
        screen = await open_workbench(pilot, "protocols")
        assert "browser" not in screen.panes
        await put(pilot, "sample", '{"name": "Johnny", "id": 2}')
        assert screen.answer.answer.data["grpc"]["request"]["message"]["value"] == 10
        await put(pilot, "message", "string name = 1; int32 id = 1;")
        assert screen.rows["message"].has_class("-wrong") or screen.rows["message"].error
        assert screen.answer.has_class("-stale")


async def test_the_answer_can_be_taken_away(tmp_path):
    async with dashboard() as pilot:
        await open_workbench(pilot, "sketches")
        await pilot.press("ctrl+e", "ctrl+e", "enter")
        await pilot.pause()
        data = json.loads((tmp_path / "bloom.json").read_text("utf-8"))
        assert (data["kind"], data["hashes"]["value"]) == ("bloom", 7)


@pytest.mark.parametrize("pane", ["browser", "inputs", "numbers", "explain"])
async def test_help_is_about_the_pane_with_the_focus(pane):
    async with dashboard() as pilot:
        screen = await open_workbench(pilot, "sketches")
        screen.show_pane(pane)
        await pilot.press("f1")
        await pilot.pause()
        assert screen.PAGES[pane][1][:20] in screen_text(pilot).replace("\n", " ")


async def test_the_palette_opens_every_screen():
    async with dashboard() as pilot:
        names = {command.title for command in pilot.app.get_system_commands(pilot.app.screen)}
        assert {"Open Sketches", "Open Protocols"} <= names
        assert "Open Systems" not in names
        screen = await open_workbench(pilot, "protocols")
        names = {command.title for command in pilot.app.get_system_commands(screen)}
        assert {"Open Systems", "Open Sketches", "Next chart", "Export"} <= names
        assert "Undo" not in names
