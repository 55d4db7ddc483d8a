"""The dashboard through Textual's pilot: what a person types, and what stands on the screen."""

import json
from contextlib import asynccontextmanager
from pathlib import Path

import pytest
from textual.widgets import Input

from app.dashboard.application import Dashboard
from app.dashboard.export import ExportDialog
from app.dashboard.inputs import Field

GOLDENS = Path(__file__).parent / "goldens"
SIZES = ((80, 24), (120, 40), (200, 60))


@pytest.fixture(autouse=True)
def _alone(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr("presets.loader.own_folder", lambda: tmp_path / "own")


@asynccontextmanager
async def dashboard(size=(120, 40), system="url-shortener"):
    app = Dashboard(system)
    async with app.run_test(size=size) as pilot:
        await pilot.pause()
        yield pilot


def screen_text(pilot):
    """The visible screen as lines of text."""
    lines = [strip.text.rstrip() for strip in pilot.app.screen._compositor.render_strips()]
    return "\n".join(lines) + "\n"


async def retype(pilot, address, text):
    pilot.app.screen.inputs.focus_field(address)
    await pilot.pause()
    field = pilot.app.screen.inputs.rows[address].field
    field.value = ""
    await pilot.pause()
    await pilot.press(*("space" if letter == " " else letter for letter in text))
    await pilot.pause()


def number(pilot, label):
    """The line of the numbers that begins with a label."""
    lines = [line.text.strip() for line in pilot.app.screen.numbers._lines]
    return next(line for line in lines if line.startswith(label + "  "))


# Pictures in text


# A small screen shows one pane at a time, a large one all of them.
PICTURES = [((80, 24), pane) for pane in ("browser", "inputs", "numbers", "explain")]
PICTURES += [((120, 40), "numbers"), ((200, 60), "numbers")]


@pytest.mark.parametrize(("size", "pane"), PICTURES)
async def test_the_screen_is_as_it_was_looked_at(size, pane):
    async with dashboard(size) as pilot:
        pilot.app.screen.show_pane(pane)
        await pilot.pause()
        pilot.app.screen.focused.cursor_blink = False
        golden = GOLDENS / f"url-shortener-{pane}-{size[0]}x{size[1]}.txt"
        assert screen_text(pilot) == golden.read_text("utf-8")


@pytest.mark.parametrize("system", ["url-shortener", "social-media", "ad-click-aggregator"])
async def test_no_number_or_label_is_cut_off(system):
    async with dashboard((60, 16), system) as pilot:
        for size in (*SIZES, (60, 16), (116, 30), (115, 45), (159, 50), (250, 70)):
            await pilot.resize_terminal(*size)
            pilot.app.screen.show_pane("numbers")
            await pilot.pause()
            numbers = pilot.app.screen.numbers
            width = numbers.scrollable_content_region.width
            assert width > 30
            assert [line.text for line in numbers._lines if len(line.text) > width] == [], size
            pilot.app.screen.show_pane("inputs")
            await pilot.pause()
            for row in pilot.app.screen.inputs.rows.values():
                assert len(row.value.label) + len(row.value.basis) < row.label.size.width, size
                assert len(row.field.value) < row.field.size.width, size


async def test_a_window_too_small_says_so_in_a_sentence():
    async with dashboard((50, 12)) as pilot:
        assert "60x16" in screen_text(pilot)


# Changing inputs


async def test_typing_updates_the_numbers_with_every_keystroke():
    async with dashboard() as pilot:
        assert number(pilot, "Redirects").endswith("9.26K redirect/s")
        await retype(pilot, "dau", "2")
        # 2 users following 8 links a day each are 16 a day, 0.667 an hour.
        assert number(pilot, "Redirects").endswith("16 redirect/day")
        await pilot.press("0", "0", "M")
        await pilot.pause()
        assert number(pilot, "Redirects").endswith("18.5K redirect/s")
        assert "preset, 1 change" in screen_text(pilot)
        assert "verdict" not in screen_text(pilot)
        assert "agrees" not in screen_text(pilot)


@pytest.mark.parametrize(
    ("address", "text", "said"),
    [
        ("dau", "3GB", "is in GB"),
        ("dau", "12 4", "is left over"),
        ("dau", "[bold]", "has no place in a quantity"),
        ("hit_ratio", "120%", "between 0% and 100%"),
        ("urls_per_user", "0", "no finite value"),
        ("record_size", "5 mb", "MB for megabytes"),
    ],
)
async def test_what_cannot_be_read_marks_its_field_and_leaves_the_numbers(address, text, said):
    async with dashboard() as pilot:
        before = [line.text for line in pilot.app.screen.numbers._lines]
        history = pilot.app.screen.history
        row = pilot.app.screen.inputs.rows[address]
        row.field.focus()
        row.field.value = text
        await pilot.pause()
        assert row.error
        assert row.field.value == text
        assert said in " ".join(str(pilot.app.screen.inputs.note.content).split())
        assert [line.text for line in pilot.app.screen.numbers._lines] == before
        assert pilot.app.screen.numbers.has_class("-stale")
        assert pilot.app.screen.history.now == history.now
        row.field.value = row.value.starting.text
        await pilot.pause()
        assert not row.error
        assert not pilot.app.screen.numbers.has_class("-stale")


async def test_undo_redo_and_reset_reach_the_field():
    async with dashboard() as pilot:
        field = pilot.app.screen.inputs.rows["dau"].field
        await retype(pilot, "dau", "200M")
        await pilot.press("ctrl+z")
        await pilot.pause()
        assert field.value == "100M user"
        await pilot.press("ctrl+y")
        await pilot.pause()
        assert field.value == "200M user"
        await pilot.press("ctrl+r")
        await pilot.pause()
        assert field.value == "100M user"
        assert number(pilot, "Redirects").endswith("9.26K redirect/s")
        await pilot.press("ctrl+z")
        await pilot.pause()
        assert field.value == "200M user"


async def test_reset_clears_text_that_was_never_accepted():
    async with dashboard() as pilot:
        row = pilot.app.screen.inputs.rows["dau"]
        row.field.focus()
        row.field.value = "nonsense"
        await pilot.pause()
        assert row.error
        await pilot.press("ctrl+r")
        await pilot.pause()
        assert (row.field.value, row.error) == ("100M user", "")
        assert not pilot.app.screen.numbers.has_class("-stale")


async def test_going_back_to_inputs_without_a_finite_number_is_said_and_changes_nothing():
    async with dashboard(system="ad-click-aggregator") as pilot:
        screen = pilot.app.screen
        before = screen.history
        # A peak no higher than the average never drains a backlog.
        stuck = before.now.with_change("peak_factor", "1x")
        screen.restore(before.put(stuck), "")
        await pilot.pause()
        assert screen.history is before
        assert any("no finite value" in str(n.message) for n in pilot.app._notifications)


async def test_up_and_down_step_by_a_tenth():
    async with dashboard() as pilot:
        pilot.app.screen.inputs.focus_field("dau")
        await pilot.press("up")
        await pilot.pause()
        assert pilot.app.screen.inputs.rows["dau"].field.value == "110M user"
        await pilot.press("down")
        await pilot.pause()
        assert pilot.app.screen.inputs.rows["dau"].field.value == "100M user"


async def test_a_field_that_is_left_shows_the_value_in_full():
    async with dashboard() as pilot:
        await retype(pilot, "dau", "200M")
        await pilot.press("tab")
        await pilot.pause()
        assert pilot.app.screen.inputs.rows["dau"].field.value == "200M user"


async def test_a_variant_is_chosen_from_the_palette_and_can_be_undone():
    async with dashboard() as pilot:
        commands = {c.title: c for c in pilot.app.get_system_commands(pilot.app.screen)}
        assert "Undo" not in commands
        commands["Use A company's own"].callback()
        await pilot.pause()
        assert pilot.app.screen.inputs.rows["dau"].field.value == "50K user"
        assert "A company's own" in screen_text(pilot)
        await pilot.press("ctrl+z")
        await pilot.pause()
        assert pilot.app.screen.inputs.rows["dau"].field.value == "100M user"


# Moving about


async def test_explain_follows_the_selected_number():
    async with dashboard() as pilot:
        assert "redirect_rate = dau * redirects_per_user" in screen_text(pilot)
        await pilot.press("j")
        await pilot.pause()
        assert "redirect_peak = peak_rate(redirect_rate, peak_factor)" in screen_text(pilot)
        await pilot.press("g", "k")
        await pilot.pause()
        assert pilot.app.screen.numbers.address == "redirect_rate"


async def test_enter_on_a_number_goes_to_the_input_that_would_meet_its_figure():
    async with dashboard() as pilot:
        await pilot.press("enter")
        await pilot.pause()
        assert isinstance(pilot.app.focused, Field)
        assert pilot.app.focused.address == "redirects_per_user"


async def test_moving_through_the_list_opens_each_system_and_keeps_changes():
    async with dashboard() as pilot:
        await retype(pilot, "dau", "200M")
        pilot.app.screen.show_pane("browser")
        await pilot.press("down")
        await pilot.pause()
        assert "Ad click aggregator" in screen_text(pilot).splitlines()[0]
        await pilot.press("up")
        await pilot.pause()
        assert "preset, 1 change" in screen_text(pilot)
        assert pilot.app.screen.inputs.rows["dau"].field.value == "200M user"


async def test_the_filter_matches_what_a_system_is_like():
    async with dashboard() as pilot:
        await pilot.press("slash", *"twitter")
        await pilot.pause()
        listed = [o.id for o in pilot.app.screen.browser.list.options if o.id]
        assert listed == ["social-media"]
        await pilot.press("escape")
        await pilot.pause()
        assert len([o.id for o in pilot.app.screen.browser.list.options if o.id]) >= 3


@pytest.mark.parametrize("key", ["f1", "question_mark"])
async def test_help_is_about_the_pane_with_the_focus(key):
    async with dashboard((80, 24)) as pilot:
        await pilot.press(key)
        await pilot.pause()
        assert "Each number that follows from the inputs" in screen_text(pilot)
        await pilot.press("escape")
        await pilot.pause()
        assert "Redirects" in screen_text(pilot)


# Taking the report away


async def test_export_writes_the_estimate_on_screen(tmp_path):
    async with dashboard() as pilot:
        await retype(pilot, "dau", "200M")
        await pilot.press("ctrl+e", "enter")
        await pilot.pause()
        report = (tmp_path / "url-shortener.md").read_text("utf-8")
        assert "| `redirect_rate` | Redirects | 18.5K redirect/s |" in report
        await pilot.press("ctrl+e", "ctrl+e", "enter")
        await pilot.pause()
        data = json.loads((tmp_path / "url-shortener.json").read_text("utf-8"))
        assert data["scenario"]["set"] == {"dau": "200M user"}


async def test_export_never_writes_over_a_file(tmp_path):
    (tmp_path / "url-shortener.md").write_text("mine")
    async with dashboard() as pilot:
        await pilot.press("ctrl+e")
        await pilot.pause()
        assert isinstance(pilot.app.screen, ExportDialog)
        field = pilot.app.screen.query_one("#path", Input)
        assert field.value == "url-shortener-2.md"
        for name, said in (("url-shortener.md", "is there already"), ("report.xls", "ends in")):
            field.value = name
            await pilot.press("enter")
            await pilot.pause()
            assert said in screen_text(pilot)
        await pilot.press("escape")
    assert (tmp_path / "url-shortener.md").read_text() == "mine"


async def test_markup_and_wide_letters_of_a_preset_are_shown_as_text(tmp_path):
    shipped = Path(__file__).parents[2] / "presets" / "systems" / "url-shortener.toml"
    text = shipped.read_text("utf-8")
    text = text.replace('id = "url-shortener"', 'id = "mine"')
    text = text.replace('name = "URL shortener"', 'name = "[bold]漢字[/] [/x]"')
    text = text.replace('label = "Daily active users"', 'label = "[red]users[/]"')
    text = text.replace('label = "Redirects"', 'label = "[link=x]R"')
    (tmp_path / "own").mkdir()
    (tmp_path / "own" / "mine.toml").write_text(text, "utf-8")
    async with dashboard(system="mine") as pilot:
        shown = screen_text(pilot)
        assert "[bold]漢字[/] [/x]" in shown
        assert "[red]users[/]" in shown
        assert "[link=x]R" in shown


async def test_a_broken_file_of_ones_own_is_told_of_and_left_out(tmp_path):
    (tmp_path / "own").mkdir()
    (tmp_path / "own" / "broken.toml").write_text("id = \n")
    async with dashboard() as pilot:
        await pilot.pause()
        assert any("broken.toml" in str(n.message) for n in pilot.app._notifications)
