"""The pane below the numbers under the pilot: what each view tells, and editing in place."""

import pytest
from screens import GOLDENS, SIZES, dashboard, screen_text, settled

from app.dashboard.views import TITLES
from estimators.whatif import Mishap


@pytest.fixture(autouse=True)
def _alone(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr("presets.loader.own_folder", lambda: tmp_path / "own")


async def turned(pilot, view):
    pilot.app.screen.turn_to(view)
    return await settled(pilot)


async def test_the_views_follow_each_other_by_keys_and_by_the_mouse():
    async with dashboard() as pilot:
        screen = pilot.app.screen
        for _ in TITLES:
            await pilot.press("right_square_bracket")
        assert screen.detail.view == "explained"
        await pilot.press("left_square_bracket")
        assert screen.detail.view == "chart"
        await pilot.click(screen.detail.tabs, offset=(len(" Chart  Explain  Arch"), 0))
        assert screen.detail.view == "architecture"
        # In a field brackets are text.
        screen.inputs.focus_field("dau")
        await pilot.press("ctrl+pagedown")
        assert screen.detail.view == "sizing"


@pytest.mark.parametrize("size", SIZES)
async def test_each_view_is_as_it_was_looked_at(size):
    async with dashboard(size) as pilot:
        pane = pilot.app.screen.detail
        for view in TITLES:
            text = await turned(pilot, view)
            shown = "\n".join(text.splitlines()[pane.region.y : pane.region.bottom]) + "\n"
            golden = GOLDENS / f"detail-{view}-{size[0]}x{size[1]}.txt"
            assert shown == golden.read_text("utf-8"), view


async def test_copies_and_targets_are_edited_where_they_are_shown():
    async with dashboard() as pilot:
        screen = pilot.app.screen
        await turned(pilot, "sizing")
        sizing = screen.detail.sizing
        sizing.list.highlighted = list(screen.plan.preset.components).index("codes")
        await pilot.pause()
        await pilot.press("enter")
        assert screen.focused is sizing.fields.rows["codes.replicas"].field
        before = screen.estimate.components["codes"].nodes
        await pilot.press("3")
        await pilot.pause()
        assert screen.history.now.changes["codes.replicas"].text == "3"
        assert screen.estimate.components["codes"].nodes > before
        await pilot.press("backspace", "x")
        await pilot.pause()
        assert "✗" in str(sizing.fields.note.content)
        assert screen.numbers.has_class("-stale")
        await pilot.press("ctrl+z")
        await pilot.pause()
        assert not screen.history.now.changes
        assert sizing.fields.rows["codes.replicas"].field.value == "2"
        await pilot.press("up")
        await pilot.pause()
        assert sizing.fields.rows["codes.replicas"].field.value == "3"
        await pilot.press("shift+down", "shift+down", "shift+down")
        await pilot.pause()
        # There is no fewer than one.
        assert screen.history.now.changes["codes.replicas"].text == "1"
        assert sizing.fields.rows["codes.replicas"].field.value == "1"


async def test_a_price_is_edited_beside_the_bill():
    async with dashboard() as pilot:
        screen = pilot.app.screen
        await turned(pilot, "cost")
        cost = screen.detail.cost
        cost.list.highlighted = [i for i, _ in enumerate(cost.list.options)][1]
        await pilot.pause()
        component = cost.component
        before = screen.estimate.cost.month
        assert f"{component}.node_price" in cost.fields.rows
        screen.change(f"{component}.node_price", "$10/node/h")
        await pilot.pause()
        assert screen.estimate.cost.month.base > before.base
        # The list is by cost: the cursor stays on its component wherever that is now.
        assert cost.component == component
        assert cost.list.options[cost.list.highlighted].id == component


async def test_what_if_tells_on_each_box_what_becomes_of_it():
    async with dashboard() as pilot:
        await turned(pilot, "architecture")
        await pilot.press("m")
        text = await settled(pilot)
        assert "What if: 10 times the peak.  API saturates first: 184% busy" in text
        assert "✗ 18.4% → 184% busy" in text
        await pilot.press("m")
        assert "What if" not in await settled(pilot)
        await pilot.press("x")
        await pilot.pause()
        assert pilot.app.screen.detail.architecture.mishap is None  # none is chosen yet
        await pilot.press("right", "right", "x")
        text = await settled(pilot)
        assert pilot.app.screen.detail.architecture.mishap == Mishap(lost=("balancer",))
        assert "100% fail" in text
        await pilot.press("backspace")
        assert "What if" not in await settled(pilot)


async def test_sensitivity_and_chart_follow_the_selected_number():
    async with dashboard() as pilot:
        screen = pilot.app.screen
        text = await turned(pilot, "sensitivity")
        assert "measure redirects_per_user first" in text
        screen.numbers.action_move(10_000)
        text = await settled(pilot)
        assert "measure redirects_per_user first" not in text
        screen.numbers.action_move(-10_000)
        assert "Redirects: how likely" in await turned(pilot, "chart")
        await pilot.press("f8")
        text = await settled(pilot)
        assert "Redirects: what moves it" in text
        assert "Redirects followed ┤░" in text
        await pilot.press("f8")
        assert "Redirects: an average day" in await settled(pilot)
        await pilot.press("f8")
        assert "Redirects: the years ahead at 30% a year" in await settled(pilot)


async def test_a_chart_that_has_nothing_to_draw_is_passed_over():
    async with dashboard(system="ad-click-aggregator") as pilot:
        # The clicks are documented to the digit: there is no likelihood and no tornado of them.
        assert "Clicks: an average day" in await turned(pilot, "chart")
        await pilot.press("f8")
        assert "Clicks: the years ahead" in await settled(pilot)
        await pilot.press("f8")
        assert "Clicks: an average day" in await settled(pilot)


async def test_a_number_without_any_chart_says_so(tmp_path):
    (tmp_path / "own").mkdir()
    (tmp_path / "own" / "bare.toml").write_text(BARE, "utf-8")
    async with dashboard(system="bare") as pilot:
        assert "there is nothing to draw" in await turned(pilot, "chart")


async def test_compare_says_what_moved_and_why():
    async with dashboard() as pilot:
        assert "Nothing is changed yet" in await turned(pilot, "compare")
        pilot.app.screen.change("dau", "200M")
        text = await settled(pilot)
        assert "preset beside now" in text
        assert "200M user" in text


async def test_a_preset_without_paths_has_words_in_every_view(tmp_path):
    (tmp_path / "own").mkdir()
    (tmp_path / "own" / "bare.toml").write_text(BARE, "utf-8")
    async with dashboard(system="bare") as pilot:
        assert "no paths to draw" in await turned(pilot, "architecture")
        await turned(pilot, "sizing")
        assert "Nothing here is priced" in await turned(pilot, "cost")
        assert "[bold]" in await turned(pilot, "notes")
        assert screen_text(pilot)


BARE = """\
id = "bare"
name = "Bare"
family = "read-heavy"
consistency = "AP"
summary = "[bold]Nothing[/] but a number."
nouns = ["url"]

[inputs.daily]
label = "Daily"
value = "10 url/day"
basis = "chosen"

[derived.rate]
label = "Rate"
group = "all"
formula = "daily"
unit = "url/s"
"""
