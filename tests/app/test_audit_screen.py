"""The screen of the audit through Textual's pilot, and its lines at every width."""

import json
from contextlib import asynccontextmanager
from functools import cache

import pytest
from rich.cells import cell_len
from screens import GOLDENS, SIZES, dashboard, screen_text, settled

from app.dashboard.audit_rows import BY_FAMILY, ORDERS, figure_lines, matching
from app.reports.audit import audit_figures, audit_summary
from models.scenario import Scenario
from models.verdict import SIGNS
from presets.loader import FAMILIES, SHIPPED, headers, load_known

SYSTEMS = len(list(SHIPPED.glob("*.toml")))


@pytest.fixture(autouse=True)
def _alone(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr("presets.loader.own_folder", lambda: tmp_path / "own")


@cache
def audits():
    plans = [load_known(path) for path in sorted(SHIPPED.glob("*.toml"))]
    found = [plan.audit(Scenario(plan.preset)) for plan in plans]
    return sorted(found, key=lambda audit: FAMILIES.index(audit.preset.family))


@asynccontextmanager
async def opened(size=(120, 40), read=SYSTEMS, known=True):
    """The screen once so many systems are read; `known`: as they are, without the work."""
    if known:
        by_id = {audit.preset.id: audit for audit in audits()}
        monkey = pytest.MonkeyPatch()
        monkey.setattr("estimators.plan.Plan.audit", lambda plan, _: by_id.get(plan.preset.id))
    try:
        async with dashboard(size) as pilot:
            await pilot.press("f7")
            await pilot.app.workers.wait_for_complete()
            await pilot.pause()
            assert pilot.app.screen.done == read
            yield pilot
    finally:
        if known:
            monkey.undo()


def rows(pilot):
    """The first line of every figure on the table."""
    return [line for line in pilot.app.screen.table._lines if line.first]


def words(pilot):
    report = pilot.app.screen.words.report
    return [report.title, *report.lines, *(item for _, items in report.lists for item in items)]


# Pictures in text


PICTURES = [*((size, "numbers") for size in SIZES), ((80, 24), "explain")]


@pytest.mark.parametrize(("size", "pane"), PICTURES)
async def test_the_screen_is_as_it_was_looked_at(size, pane):
    async with opened(size) as pilot:
        await pilot.press("s")
        pilot.app.screen.show_pane(pane)
        name = "audit" if pane == "numbers" else f"audit-{pane}"
        golden = GOLDENS / f"{name}-{size[0]}x{size[1]}.txt"
        assert await settled(pilot) == golden.read_text("utf-8")


def test_nothing_is_cut_off_at_any_width_and_numbers_stay_with_their_figure():
    figures = audit_figures(audits())
    for width in (20, 41, *range(55, 200, 7)):
        _, lines = figure_lines(figures, width, families=True)
        assert [line.text for line in lines if cell_len(line.text) > width] == [], width
        for preset, figure in figures[:40]:
            address = f"{preset.id}/{figure.label}"
            said = " ".join(" ".join(ln.text for ln in lines if ln.address == address).split())
            assert preset.name in said
            assert figure.literal.figure.shown in said
            assert figure.literal.verdict in said


# Orders and the filter


def test_the_orders_are_what_they_are_called():
    by_family = ORDERS[BY_FAMILY](audits())
    assert [p.family for p, _ in by_family] == sorted(
        (p.family for p, _ in by_family), key=FAMILIES.index
    )
    names = [p.name.casefold() for p, _ in ORDERS["by system"](audits())]
    assert names == sorted(names)
    verdicts = [list(SIGNS).index(c.literal.verdict) for _, c in ORDERS["by verdict"](audits())]
    assert verdicts == sorted(verdicts)
    worst, *_, best = ORDERS["worst first"](audits())
    assert (worst[1].literal.verdict, best[1].literal.verdict) == ("disagrees", "given")
    assert {len(order(audits())) for order in ORDERS.values()} == {len(by_family)}


def test_a_word_of_the_filter_begins_a_word():
    figures = audit_figures(audits())
    for text, holds in (
        ("agrees", lambda f: f[1].literal.verdict == "agrees"),
        ("disagrees", lambda f: f[1].literal.verdict == "disagrees"),
        ("✗ missed", lambda f: f[1].literal.verdict == "missed"),
        ("write-heavy", lambda f: f[0].family == "write-heavy"),
        ("url-short", lambda f: f[0].id == "url-shortener"),
        ("~1M orders/sec", lambda f: f[1].said == "~1M orders/sec"),
    ):
        found = matching(figures, text)
        assert found
        assert [c.label for _, c in found] == [c.label for _, c in filter(holds, figures)], text


async def test_orders_and_filter_leave_the_cursor_on_its_figure_and_say_what_they_do():
    async with opened() as pilot:
        screen = pilot.app.screen
        assert audit_summary(audits()).split(" · ")[0] in screen_text(pilot)
        await pilot.press("G", "k")
        kept = screen.table.address
        for order in [*list(ORDERS)[1:], BY_FAMILY]:
            await pilot.press("s")
            await pilot.pause()
            assert f"1 Figures, {order}" in screen_text(pilot)
            assert screen.table.address == kept
            assert "▌" in screen_text(pilot)
        await pilot.press("slash", *"orders", "space", *"dis")
        await pilot.pause()
        assert all("Orders" in line.text and "✗ disagrees" in line.text for line in rows(pilot))
        assert f"{len(rows(pilot))} of {len(audit_figures(audits()))} figures" in screen_text(pilot)
        await pilot.press("down", "G", "pageup", "g")
        await pilot.pause()
        assert screen.table.address == rows(pilot)[0].address
        assert words(pilot)[0].endswith(": Orders a second")
        await pilot.press("slash", *"zzz")
        await pilot.pause()
        assert (rows(pilot), screen.table.address, screen.words.report) == ([], None, None)
        await pilot.press("escape")
        await pilot.pause()
        assert (len(rows(pilot)), screen.focused) == (len(audit_figures(audits())), screen.table)


async def test_the_figure_is_told_in_words_and_the_palette_has_verbs_that_apply():
    async with opened() as pilot:
        await pilot.press("s")
        await pilot.pause()
        title, said, *clashes = words(pilot)
        assert title == "E-commerce: Orders a second"
        assert said == '"~1M orders/sec" (scalability), held against order_rate'
        assert '"~1M orders/sec" and "~10K orders/sec" are said of one thing, 100 times apart.' in (
            clashes
        )
        readings = [row[0] for row in pilot.app.screen.words.report.tables[0].rows]
        assert readings[1:] == ["  or: Orders at peak", "  or: Orders, sale day's peak"]
        names = {c.title for c in pilot.app.get_system_commands(pilot.app.screen)}
        orders = {f"Order {BY_FAMILY}", "Order by system", "Order by verdict"}
        assert orders | {"Open the system", "Open Reference", "Filter", "Export"} <= names
        assert not {"Undo", "Redo", "Open Audit", "Order worst first"} & names
        for pane in ("numbers", "explain"):
            screen = pilot.app.screen
            screen.show_pane(pane)
            await pilot.press("f1")
            await pilot.pause()
            assert screen.PAGES[pane][1][:20] in screen_text(pilot)
            await pilot.press("escape")


# Going to the system


async def test_enter_opens_the_system_with_the_figures_number_selected():
    async with opened((80, 24)) as pilot:
        await pilot.press("s", "enter")
        await settled(pilot)
        screen = pilot.app.screen
        assert pilot.app.current_mode == "systems"
        assert (screen.plan.preset.id, screen.numbers.address) == ("e-commerce", "order_rate")
        assert screen.pane == "numbers"
        assert screen.focused is screen.numbers
        assert "▌Orders" in screen_text(pilot).replace("▌ ", "▌")
        await pilot.press("f7")
        await settled(pilot)
        assert pilot.app.screen.order == "worst first"


async def test_a_click_selects_the_line_it_is_on_and_a_second_opens_it():
    async with opened() as pilot:
        table = pilot.app.screen.table
        await pilot.click(table, offset=(30, 5))
        await pilot.pause()
        assert table.address == table._lines[5].address
        system = table.address.partition("/")[0]
        await pilot.click(table, offset=(30, 5), times=2)
        await settled(pilot)
        assert pilot.app.current_mode == "systems"
        assert pilot.app.screen.plan.preset.id == system


# Reading the systems


BROKEN = """\
id = "broken"
name = "[bold]Broken"
family = "read-heavy"
consistency = "AP"
summary = "A formula of nothing."
[inputs.load]
label = "Load"
value = "1 op/s"
basis = "chosen"
[derived.rate]
label = "Rate"
group = "traffic"
formula = "nothing * 2"
unit = "op/s"
"""


async def test_systems_come_one_by_one_and_a_faulty_one_is_told_of(tmp_path):
    (tmp_path / "own").mkdir()
    (tmp_path / "own" / "broken.toml").write_text(BROKEN, "utf-8")
    async with opened(read=SYSTEMS + 1) as pilot:
        screen = pilot.app.screen
        (said,) = [n.message for n in pilot.app._notifications if "broken.toml" in n.message]
        assert said.endswith("broken.toml is left out")
        assert "nothing" in said
        assert len(screen.audits) == SYSTEMS
        await pilot.press("j", "j")
        before, screen.audits[:] = list(screen.audits), screen.audits[:3]
        screen.done = 3
        screen.narrow()
        kept = screen.table.address
        screen.put_in_order("by verdict")
        await pilot.pause()
        assert f"3 of {SYSTEMS + 1} systems" in screen_text(pilot)
        at = screen.table._cursor_line() - screen.table.scroll_offset.y
        for audit in before[3:]:
            screen.post_message(screen.Audited(audit))
            await pilot.pause()
            assert screen.table.address == kept
            row = screen.table._cursor_line() - screen.table.scroll_offset.y
            assert row == at or not screen.table.scroll_offset.y
        assert len(rows(pilot)) == len(audit_figures(audits()))


async def test_what_is_on_screen_can_be_taken_away(tmp_path):
    async with opened() as pilot:
        await pilot.press("s", "slash", *"orders", "enter", "ctrl+e", "enter")
        await pilot.pause()
        text = (tmp_path / "audit.md").read_text("utf-8")
        assert "## Worst first" in text
        assert "Bookings" not in text
        await pilot.press("ctrl+e", "ctrl+e", "enter")
        await pilot.pause()
        data = json.loads((tmp_path / "audit.json").read_text("utf-8"))
        shown = [f"{figure['system']}/{figure['label']}" for figure in data]
        assert shown == [line.address for line in rows(pilot)]


def test_every_figure_is_held_against_a_number_that_can_be_selected():
    from app.dashboard.rows import number_lines

    for header in headers()[:6]:
        plan = load_known(header.path)
        estimate = plan.estimate(Scenario(plan.preset))
        known = {line.address for line in number_lines(estimate, 80)}
        assert {c.literal.against for c in estimate.documented} <= known
