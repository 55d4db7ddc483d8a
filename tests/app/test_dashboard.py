"""The dashboard through Textual's pilot: what a person types, and what stands on the screen."""

import json
import re
from pathlib import Path
from xml.etree import ElementTree

import numpy as np
import pytest
from screens import GOLDENS, SIZES, dashboard, screen_text
from textual.widgets import Input

from app.dashboard.application import Dashboard
from app.dashboard.export import ExportDialog
from app.dashboard.inputs import Field


@pytest.fixture(autouse=True)
def _alone(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr("presets.loader.own_folder", lambda: tmp_path / "own")


async def retype(pilot, address, text):
    pilot.app.screen.inputs.focus_field(address)
    await pilot.pause()
    field = pilot.app.screen.inputs.rows[address].field
    field.value = ""
    await pilot.pause()
    await pilot.press(*("space" if letter == " " else letter for letter in text))
    await pilot.pause()


async def put(pilot, address, text):
    """Another text in a field, all at once."""
    pilot.app.screen.inputs.focus_field(address)
    pilot.app.screen.inputs.rows[address].field.value = text
    await pilot.pause()


def number(pilot, label):
    """The line of the numbers that begins with a label."""
    lines = [line.text.strip() for line in pilot.app.screen.numbers._lines]
    return next(line for line in lines if line.startswith(label + "  "))


def below(pilot, address):
    """The lines of a number below its first: its band, what is documented of it."""
    lines = [line for line in pilot.app.screen.numbers._lines if line.address == address]
    return [line.text.strip() for line in lines if not line.first]


def ends(pilot, address):
    """The ends of a number's band as they are shown, as plain numbers."""
    (band,) = [line for line in below(pilot, address) if "●" in line]
    low, high = re.fullmatch(r"(\S+)(?: \S+)? ─*●─* (\S+)(?: \S+)?", band).groups()
    return [plain_number(low), plain_number(high)]


def plain_number(text):
    """`4.63K` as 4630."""
    number, suffix = re.fullmatch(r"\$?([\d.,]+)([KMBT]?)", text).groups()
    return float(number.replace(",", "")) * 1000 ** " KMBT".index(suffix or " ")


async def select(pilot, address):
    """The cursor to a number, as so many presses of a key would bring it there."""
    pilot.app.screen.show_pane("numbers")
    numbers = pilot.app.screen.numbers
    known = [line.address for line in numbers._lines if line.first]
    numbers.action_move(known.index(address) - known.index(numbers.address))
    await pilot.pause()
    assert numbers.address == address


def explained(pilot):
    return str(pilot.app.screen.query_one("#explanation").content)


def said(pilot):
    """What the toasts said."""
    return [str(toast.message) for toast in pilot.app._notifications]


def own_preset(tmp_path, text):
    (tmp_path / "own").mkdir()
    (tmp_path / "own" / "mine.toml").write_text(text, "utf-8")


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


async def test_no_number_or_label_is_cut_off():
    """Of the lines of other systems `test_rows` says the same, from the narrowest pane on."""
    async with dashboard((60, 16)) as pilot:
        for size in (*SIZES, (60, 16), (116, 30), (115, 45), (159, 50), (250, 70)):
            await pilot.resize_terminal(*size)
            pilot.app.screen.show_pane("numbers")
            await pilot.pause()
            numbers = pilot.app.screen.numbers
            width = numbers.scrollable_content_region.width
            assert width >= 41
            assert [line.text for line in numbers._lines if len(line.text) > width] == [], size
            pilot.app.screen.show_pane("inputs")
            await pilot.pause()
            for row in pilot.app.screen.inputs.rows.values():
                assert len(row.value.label) + len(row.value.basis) < row.label.size.width, size
                assert len(row.field.value) < row.field.size.width, size


async def test_a_window_too_small_says_so_in_a_sentence():
    async with dashboard((50, 12)) as pilot:
        assert "60x16" in screen_text(pilot)


async def test_without_colour_the_focus_the_cursor_and_stale_numbers_are_told_all_the_same(
    monkeypatch,
):
    monkeypatch.setenv("NO_COLOR", "1")
    async with dashboard() as pilot:
        screen = pilot.app.screen
        await pilot.press("1")
        await pilot.pause()
        assert "┏━ 1 Systems ━" in screen_text(pilot)
        strips = screen._compositor.render_strips()
        line = next(strip for strip in strips[2:] if "URL shortener" in strip.text)
        assert any(s.style.underline for s in line if "URL shortener" in s.text)
        await put(pilot, "dau", "x")
        assert "┏━ 2 Inputs ━" in screen_text(pilot)
        assert "✗ the last good numbers" in screen_text(pilot)
        await put(pilot, "dau", "100M")
        assert "the last good numbers" not in screen_text(pilot)


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


UNREADABLE = [
    ("dau", "3GB", "is in GB"),
    ("dau", "12 4", "is left over"),
    ("dau", "[bold]", "has no place in a quantity"),
    ("dau", "120M to 80M", "expected 80M user first"),
    ("dau", "80M +- 120%", "+-"),
    ("hit_ratio", "120%", "between 0% and 100%"),
    ("urls_per_user", "0", "no finite value"),
    ("record_size", "5 mb", "MB for megabytes"),
]


async def test_what_cannot_be_read_marks_its_field_and_leaves_the_numbers():
    async with dashboard() as pilot:
        screen = pilot.app.screen
        before = [line.text for line in screen.numbers._lines]
        start = screen.history.now
        for address, text, said in UNREADABLE:
            row = screen.inputs.rows[address]
            row.field.focus()
            row.field.value = text
            await pilot.pause()
            assert row.error, text
            assert row.field.value == text
            assert said in " ".join(str(screen.inputs.note.content).split())
            assert [line.text for line in screen.numbers._lines] == before
            assert screen.numbers.has_class("-stale")
            assert screen.history.now == start
            row.field.value = row.value.starting.text
            await pilot.pause()
            assert not row.error
            assert not screen.numbers.has_class("-stale")


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


# What is not known


async def test_bands_stand_beside_the_numbers_and_b_hides_and_shows_them():
    async with dashboard() as pilot:
        # 4 to 16 redirects: half and twice of 9,259 a second.
        assert below(pilot, "redirect_rate")[0] == "4.63K ───●── 18.5K"
        shown = screen_text(pilot)
        assert "4.63K ───●── 18.5K" in shown
        assert "●" not in " ".join(below(pilot, "code_space"))
        lines = len(pilot.app.screen.numbers._lines)
        await pilot.press("b")
        await pilot.pause()
        assert "─●" not in screen_text(pilot)
        assert len(pilot.app.screen.numbers._lines) < lines
        assert number(pilot, "Redirects").endswith("9.26K redirect/s")
        assert "✓ agrees" in below(pilot, "redirect_rate")[0]
        await pilot.press("b")
        await pilot.pause()
        assert screen_text(pilot) == shown


async def test_hidden_bands_stay_hidden_while_numbers_change_and_the_cursor_moves():
    async with dashboard() as pilot:
        await pilot.press("b")
        await put(pilot, "dau", "80M +- 20%")
        await select(pilot, "url_storage")
        assert number(pilot, "URL records").endswith("7.15 TB")
        assert not [line for line in pilot.app.screen.numbers._lines if "●" in line.text]


async def test_an_uncertain_number_of_users_moves_every_number_and_its_band():
    async with dashboard() as pilot:
        before = ends(pilot, "read_write_ratio")
        nodes = plain_number(number(pilot, "API").split()[1])
        await retype(pilot, "dau", "80M +- 20%")
        assert not pilot.app.screen.inputs.rows["dau"].error
        for label, said in (
            ("Redirects", "7.41K redirect/s"),
            ("URLs created", "92.6 url/s"),
            ("Redirects a new URL", "80 redirect/url"),
            ("URLs kept", "14.6B url"),
            ("URL records", "7.15 TB"),
            ("Codes last for", "1.21K year"),
            ("Responses at peak", "76.8 Mbit/s"),
        ):
            assert number(pilot, label).endswith(said)
        random = np.random.default_rng(7)
        users = 80e6 * (1 + 0.2 / 1.6448536 * random.standard_normal(400_000))
        redirects = 8 * np.exp(np.log(2) / 1.6448536 * random.standard_normal(400_000))
        sampled = np.quantile(users * redirects / 86400, [0.05, 0.95])
        assert ends(pilot, "redirect_rate") == pytest.approx(list(sampled), rel=0.01)
        # Users cancel out of a ratio of two rates that they make, and its band with them.
        assert ends(pilot, "read_write_ratio") == pytest.approx(before, rel=0.01)
        assert plain_number(number(pilot, "API").split()[1]) < nodes
        assert "80M +- 20%" in screen_text(pilot)


async def test_ends_the_wrong_way_round_leave_the_numbers_of_what_was_typed_before():
    async with dashboard() as pilot:
        await retype(pilot, "dau", "120M to 80M")
        row = pilot.app.screen.inputs.rows["dau"]
        assert "expected 80M user first" in row.error
        assert row.field.value == "120M to 80M"
        # 120M by themselves were a value: 11.1K a second. What came after was none.
        assert number(pilot, "Redirects").endswith("11.1K redirect/s")
        assert pilot.app.screen.numbers.has_class("-stale")
        assert "✗ not read" in screen_text(pilot)


async def test_up_and_down_step_a_range_and_a_spread_by_a_tenth():
    async with dashboard() as pilot:
        rows = pilot.app.screen.inputs.rows
        pilot.app.screen.inputs.focus_field("redirects_per_user")
        await pilot.press("up")
        await pilot.pause()
        assert rows["redirects_per_user"].field.value == "4.4 to 17.6 redirect/user/day"
        assert number(pilot, "Redirects").endswith("10.2K redirect/s")
        assert ends(pilot, "redirect_rate") == pytest.approx([5090, 20400], rel=0.005)
        await pilot.press("down")
        await pilot.pause()
        assert rows["redirects_per_user"].field.value == "4 to 16 redirect/user/day"
        for typed, up, down in (
            ("80M +- 20%", "88M user +- 20%", "80M user +- 20%"),
            ("80M +- 10M", "88M user +- 11M user", "80M user +- 10M user"),
        ):
            await put(pilot, "dau", typed)
            await pilot.press("up")
            await pilot.pause()
            assert rows["dau"].field.value == up
            assert number(pilot, "Redirects").endswith("8.15K redirect/s")
            await pilot.press("down")
            await pilot.pause()
            assert rows["dau"].field.value == down


async def test_a_step_that_no_share_can_take_leaves_a_field_that_can_be_read():
    """A tenth above 97% is no share: the field may say so, but not that 85% to 97% is unread."""
    async with dashboard() as pilot:
        row = pilot.app.screen.inputs.rows["hit_ratio"]
        pilot.app.screen.inputs.focus_field("hit_ratio")
        await pilot.press("up")
        await pilot.pause()
        assert row.field.value == row.value.value.text
        assert row.error == ""
        assert not pilot.app.screen.numbers.has_class("-stale")


# Paths, machines, money


async def test_paths_machines_and_cost_are_groups_of_their_own_on_screen():
    async with dashboard((120, 100)) as pilot:
        shown = screen_text(pilot)
        lines = [line.strip("│╭╮ ") for line in shown.splitlines()]
        column = [line.rpartition("││")[2].strip(" ▌") for line in lines]
        headings = ["Traffic", "Latency, p99", "Machines", "Cost"]
        at = [column.index(heading) for heading in headings]
        assert at == sorted(at)
        estimate = pilot.app.screen.estimate
        for path in estimate.paths.values():
            (line,) = [c for c in column[at[1] : at[2]] if c.startswith(path.label + "  ")]
            assert line.endswith(path.p99.shown)
        machines = column[at[2] + 1 : at[3]]
        sized = {id_: c for id_, c in estimate.components.items() if c.nodes is not None}
        assert len(machines) == len(sized) >= 5
        for component, line in zip(sized.values(), machines, strict=True):
            assert re.fullmatch(
                rf"{component.label} +{component.nodes:,} .*by {component.bottleneck}", line
            )
        assert column[at[3] + 1].endswith(estimate.cost.month.shown)
        assert "! at risk" in shown
        assert "✓ met" in shown


async def test_the_documented_figures_of_a_path_stand_below_its_percentile():
    async with dashboard() as pilot:
        assert re.fullmatch(r"<50 ms +0\.\d+x  ! at risk", below(pilot, "redirect.p99")[-1])
        await put(pilot, "dau", "200M")
        assert re.fullmatch(r"<50 ms +[\d.]+x", below(pilot, "redirect.p99")[-1])


@pytest.mark.parametrize("address", ["api.nodes", "archive.nodes"])
async def test_enter_on_machines_goes_to_an_input_that_they_hang_on(address):
    async with dashboard() as pilot:
        await select(pilot, address)
        await pilot.press("enter")
        await pilot.pause()
        assert isinstance(pilot.app.focused, Field)
        given = pilot.app.focused.address
        assert given in pilot.app.screen.plan.engine.needs[address]
        before = number(pilot, "Click events")
        await put(pilot, given, "500M")
        assert number(pilot, "Click events") != before


async def test_enter_on_a_percentile_says_why_it_goes_nowhere():
    async with dashboard() as pilot:
        await select(pilot, "redirect.p99")
        await pilot.press("enter")
        await pilot.pause()
        went = isinstance(pilot.app.focused, Field)
        said = any("No input" in str(n.message) for n in pilot.app._notifications)
        assert went != said
        assert pilot.app.screen.pane == ("inputs" if went else "numbers")


async def test_explain_of_a_path_tells_its_hops_and_of_machines_their_formula():
    async with dashboard((120, 60)) as pilot:
        await select(pilot, "redirect.p99")
        text = explained(pilot)
        path = pilot.app.screen.estimate.paths["redirect"]
        assert text.startswith("Redirect, p99\n")
        assert f"redirect.p99 = {path.p99.shown} (" in text
        for hop in path.hops:
            assert re.search(rf"^ *{hop.label} +{hop.op} .*{re.escape(hop.p99.shown)}", text, re.M)
        assert "Redirect, p99" in screen_text(pilot)
        await select(pilot, "api.nodes")
        text = explained(pilot)
        nodes = pilot.app.screen.estimate.components["api"].nodes
        assert "api.nodes = fleet(" in text
        assert re.search(rf"^ *= {nodes} node$", text, re.M)
        assert "dau = 100M user" in text
        assert "api.nodes = fleet(" in screen_text(pilot)
        await select(pilot, "cost.month")
        month = pilot.app.screen.estimate.cost.month.shown
        assert f"= {month}   (" in explained(pilot)


async def test_explain_counts_prefixes_in_english():
    async with dashboard() as pilot:
        await select(pilot, "archive.nodes")
        assert explained(pilot).splitlines()[0] == "Click archive: prefixes"


BARE = """\
id = "mine"
name = "Mine"
family = "read-heavy"
consistency = "AP"
summary = "A rate and nothing that carries it."

[inputs.rate]
label = "Rate"
value = "50 to 200 op/s"
basis = "chosen"

[derived.twice]
label = "Twice"
group = "traffic"
formula = "2 * rate"
unit = "op/s"
"""


async def test_a_system_without_components_has_none_of_these_groups(tmp_path):
    own_preset(tmp_path, BARE)
    async with dashboard((120, 60), "mine") as pilot:
        assert number(pilot, "Twice").endswith("200 op/s")
        assert ends(pilot, "twice") == [100, 400]
        headings = [line.text for line in pilot.app.screen.numbers._lines if not line.address]
        assert headings == ["Traffic"]
        shown = screen_text(pilot)
        assert not re.search(r"Latency, p99|Machines|│ Cost", shown)
        await put(pilot, "rate", "10")
        assert number(pilot, "Twice").endswith("20 op/s")


async def test_markup_in_the_labels_of_components_and_paths_is_plain_text(tmp_path):
    shipped = Path(__file__).parents[2] / "presets" / "systems" / "url-shortener.toml"
    text = shipped.read_text("utf-8")
    for old, new in (
        ('id = "url-shortener"', 'id = "mine"'),
        ('label = "API"', 'label = "[bold]A[/] [/x]"'),
        ('label = "Redirect"', 'label = "[link=x]R[/]"'),
        ('label = "Edge"', 'label = "[@click=app.quit]E[/]"'),
    ):
        assert text.count(old) == 1
        text = text.replace(old, new)
    own_preset(tmp_path, text)
    async with dashboard((120, 100), "mine") as pilot:
        shown = screen_text(pilot)
        assert "[bold]A[/] [/x]" in shown
        assert "[link=x]R[/]" in shown
        await select(pilot, "redirect.p99")
        assert "[link=x]R[/], p99" in screen_text(pilot)
        assert "[@click=app.quit]E[/]" in explained(pilot)
        await select(pilot, "api.nodes")
        assert "[bold]A[/] [/x]: nodes" in screen_text(pilot)


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
        assert "Yelp" in screen_text(pilot).splitlines()[0]
        await pilot.press("up")
        await pilot.pause()
        assert "preset, 1 change" in screen_text(pilot)
        assert pilot.app.screen.inputs.rows["dau"].field.value == "200M user"


async def test_a_system_is_estimated_once_when_it_is_opened(monkeypatch):
    async with dashboard() as pilot:
        estimate, estimated = pilot.app.screen.plan.estimate, []
        monkeypatch.setattr(
            "estimators.plan.Plan.estimate",
            lambda plan, scenario: (
                estimated.append(plan.preset.id) or estimate.__func__(plan, scenario)
            ),
        )
        await pilot.app.screen.open("pastebin")
        await pilot.pause()
        assert estimated == ["pastebin"]


async def test_a_click_selects_the_line_it_is_on():
    async with dashboard() as pilot:
        numbers = pilot.app.screen.numbers
        row = next(y for y, line in enumerate(numbers._lines) if line.address == "create_rate")
        inside = numbers.content_region.offset - numbers.region.offset
        await pilot.click(numbers, offset=(inside.x + 3, inside.y + row))
        await pilot.pause()
        assert numbers.address == "create_rate"


async def test_the_filter_matches_what_a_system_is_like():
    async with dashboard() as pilot:
        await pilot.press("slash", *"twitter")
        await pilot.pause()
        listed = [o.id for o in pilot.app.screen.browser.list.options if o.id]
        assert listed == ["social-media", "trending-topics", "twitter-search"]
        await pilot.press("escape")
        await pilot.pause()
        assert len([o.id for o in pilot.app.screen.browser.list.options if o.id]) == 37


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


async def test_the_picture_is_of_the_screen_behind_the_dialog_and_loads_nothing(tmp_path):
    async with dashboard() as pilot:
        await pilot.press("ctrl+e")
        await pilot.pause()
        pilot.app.screen.query_one("#path", Input).value = "mine.svg"
        await pilot.press("enter")
        await pilot.pause()
        assert f"Wrote {tmp_path / 'mine.svg'}" in said(pilot)
    text = (tmp_path / "mine.svg").read_text("utf-8")
    shown = "".join(ElementTree.fromstring(text).itertext()).replace("\xa0", " ")
    assert "Hot-code hit ratio" in shown
    assert "goes back" not in shown
    assert not re.search(r"url\(\W*http|@import|href=|src=", text)


async def test_in_a_browser_the_file_is_sent_there(tmp_path, monkeypatch):
    sent = []
    monkeypatch.setattr(Dashboard, "is_web", True)
    monkeypatch.setattr(
        Dashboard,
        "deliver_binary",
        lambda _, file, save_filename: sent.append((save_filename, file.read().decode())),
    )
    (tmp_path / "url-shortener.json").write_text("{}")
    async with dashboard() as pilot:
        await pilot.press("ctrl+e", "ctrl+e", "enter")
        await pilot.pause()
        assert said(pilot)[-1] == "Sent url-shortener.json to the browser"
    ((name, text),) = sent
    assert (name, json.loads(text)["system"]) == ("url-shortener.json", "url-shortener")
    assert (tmp_path / "url-shortener.json").read_text() == "{}"


async def test_all_and_the_selected_number_are_copied_by_a_key():
    async with dashboard() as pilot:
        await pilot.press("y")
        assert "| `redirect_rate` | Redirects | 9.26K redirect/s |" in pilot.app.clipboard
        await pilot.press("Y")
        first, *rest = pilot.app.clipboard.splitlines()
        assert first == "Redirects"
        assert any("dau * redirects_per_user" in line for line in rest)
        await pilot.press("p", "Y")
        assert said(pilot)[-1] == "Nothing is selected that could be copied; y copies all."


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
