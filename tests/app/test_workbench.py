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
    screen = pilot.app.screen
    field = screen.rows[name].field
    field.focus()
    field.value = text
    for _ in range(40):
        await pilot.pause()
        if screen.history.now[name] == text:
            break


def facts(pilot):
    """The first table of the answer, by its labels."""
    return dict(pilot.app.screen.answer.report.tables[0].rows)


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
        assert screen.report.has_class("-stale")
        assert screen.rows["fp"].has_class("-wrong")
        assert not screen.rows["items"].has_class("-wrong")
        assert screen.rows["fp"].error == "'150%': expected a share below 100%, such as 1%"
        assert "✗ '150%'" in screen_text(pilot)
        await put(pilot, "fp", "2%")
        assert not screen.report.has_class("-stale")
        assert facts(pilot)["asked for"] == "2%"


WRONG = [
    ("bloom", "items", "0", "expected more than 0"),
    ("bloom", "items", "1e40", "expected no more than"),
    ("bloom", "convention", "mine", "expected one of textbook"),
    ("bloom-by-size", "memory", "", "is missing"),
    ("bloom-by-size", "hashes", "1.5", "expected a whole number"),
    ("count-min", "epsilon", "[bold]", "[bold]"),
    ("count-min", "delta", "0%", "expected more than 0"),
    ("count-min", "total", "x\x1b[31m", "total"),
    ("count-min-by-size", "counter-bits", "7", "expected 8, 16, 32 or 64"),
    ("hyperloglog", "error", "100%", "below 100%"),
    ("hyperloglog-by-size", "memory", "1 B", "expected at least 12 B"),
]


async def test_wrong_text_in_any_field_is_said_in_a_sentence():
    async with dashboard((80, 24)) as pilot:
        screen = await open_workbench(pilot, "sketches")
        for bench, name, text, says in WRONG:
            await screen.open(next(b for b in screen.benches if b.id == bench))
            before = screen.history.now[name]
            await put(pilot, name, text)
            (wrong,) = [row for row in screen.rows.values() if row.error]
            assert wrong.ask.name == name
            assert says in f"{wrong.ask.name}: {wrong.error}"
            assert screen.report.has_class("-stale")
            assert screen.rows[name].field.value == text
            await put(pilot, name, before)
            assert not any(row.error for row in screen.rows.values())


async def test_undo_and_redo_cover_typing_steps_and_resets():
    async with dashboard((80, 24)) as pilot:
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
        assert screen.answer.data["convention"] == "redis"
        await pilot.press("up")
        await pilot.pause()
        assert screen.answer.data["convention"] == "textbook"


async def test_each_workbench_is_as_it_was_left():
    async with dashboard((80, 24)) as pilot:
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


async def test_every_convention_of_every_sketch_has_an_answer():
    async with dashboard((80, 24)) as pilot:
        screen = await open_workbench(pilot, "sketches")
        for bench in screen.benches:
            await screen.open(bench)
            for convention in screen.rows["convention"].ask.choices:
                await put(pilot, "convention", convention)
                assert not any(row.error for row in screen.rows.values()), (bench.id, convention)
                assert screen.answer.data["convention"] == convention


ABSURD = [
    ("bloom-by-size", "items", "1"),
    ("bloom-by-size", "memory", "1e23 B"),
    ("count-min-by-size", "depth", "1000"),
    ("count-min-by-size", "width", "1e23"),
    ("count-min", "items", "1e20"),
    ("hyperloglog", "items", "1e23"),
    ("bloom", "items", "0.5"),
]


async def test_what_is_absurd_has_an_answer_or_a_sentence():
    async with dashboard((80, 24)) as pilot:
        screen = await open_workbench(pilot, "sketches")
        for bench, name, text in ABSURD:
            await screen.open(next(b for b in screen.benches if b.id == bench))
            before = screen.history.now[name]
            await put(pilot, name, text)
            assert screen.history.now[name] == text
            for row in screen.rows.values():
                assert not row.error or "expected" in row.error, row.error
            await put(pilot, name, before)


async def test_a_workbench_without_an_answer_does_not_show_anothers():
    async with dashboard() as pilot:
        screen = await open_workbench(pilot, "sketches")
        await put(pilot, "items", "many")
        await screen.open(screen.benches[2])
        assert screen.answer.data["kind"] == "count-min"
        await screen.open(screen.benches[0])
        await settled(pilot)
        assert screen.answer is None
        assert "Count-Min sketch" not in screen_text(pilot)
        await pilot.press("ctrl+e")
        assert pilot.app.screen is screen


async def test_a_field_of_another_workbench_has_no_say():
    async with dashboard() as pilot:
        screen = await open_workbench(pilot, "sketches")
        screen.rows["fp"].field.value = "2%"
        await screen.open(screen.benches[1])
        await pilot.pause()
        assert "fp" not in screen.history.now
        assert not any(row.error for row in screen.rows.values())


async def test_whole_numbers_step_by_whole_numbers():
    async with dashboard((80, 24)) as pilot:
        screen = await open_workbench(pilot, "sketches")
        await screen.open(next(b for b in screen.benches if b.id == "count-min-by-size"))
        screen.rows["depth"].field.focus()
        await pilot.press("up")
        assert screen.history.now["depth"] == "8"
        await pilot.press(*["down"] * 9)
        await pilot.pause()
        assert screen.history.now["depth"] == "1"
        screen.rows["counter-bits"].field.focus()
        await pilot.press("down")
        await pilot.pause()
        assert screen.history.now["counter-bits"] == "64"


async def test_a_file_name_that_is_none_is_said_and_nothing_breaks():
    async with dashboard() as pilot:
        await open_workbench(pilot, "sketches")
        await pilot.press("ctrl+e")
        dialog = pilot.app.screen
        path = dialog.query_one("#path")
        path.value = ""
        await pilot.press("ctrl+e")
        await pilot.pause()
        assert path.value.startswith("bloom")
        path.value = "~nobody99/x.md"
        await pilot.press("enter")
        await pilot.pause()
        assert pilot.app.screen is dialog
        assert "no home folder ~nobody99" in screen_text(pilot)


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
        assert screen.answer.data["grpc"]["request"]["message"]["value"] == 10
        await put(pilot, "message", "string name = 1; int32 id = 1;")
        assert screen.rows["message"].has_class("-wrong") or screen.rows["message"].error
        assert screen.report.has_class("-stale")


async def test_the_answer_can_be_taken_away(tmp_path):
    async with dashboard() as pilot:
        await open_workbench(pilot, "sketches")
        await pilot.press("ctrl+e", "ctrl+e", "enter")
        await pilot.pause()
        data = json.loads((tmp_path / "bloom.json").read_text("utf-8"))
        assert (data["kind"], data["hashes"]["value"]) == ("bloom", 7)


async def test_help_is_about_the_pane_with_the_focus():
    async with dashboard() as pilot:
        screen = await open_workbench(pilot, "sketches")
        for pane in ("browser", "inputs", "numbers", "explain"):
            screen.show_pane(pane)
            await pilot.press("f1")
            await pilot.pause()
            assert screen.PAGES[pane][1][:20] in screen_text(pilot).replace("\n", " ")
            await pilot.press("escape")
            await pilot.pause()


async def test_the_palette_opens_every_screen():
    async with dashboard() as pilot:
        names = {command.title for command in pilot.app.get_system_commands(pilot.app.screen)}
        assert {"Open Sketches", "Open Protocols"} <= names
        assert "Open Systems" not in names
        screen = await open_workbench(pilot, "protocols")
        names = {command.title for command in pilot.app.get_system_commands(screen)}
        assert {"Open Systems", "Open Sketches", "Next chart", "Export"} <= names
        assert "Undo" not in names
