"""Charts as text, and the pane that shows one: sizes, ticks, colours, and what is not a number."""

import asyncio
import math
import re
import subprocess
import sys
from dataclasses import replace
from itertools import pairwise

import plotext
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from rich.cells import cell_len
from textual.app import App

import app.dashboard.chart
from app.charts.chart import Bar, Chart, Line, Mark, Palette
from app.charts.render import render_chart
from app.dashboard.application import DARK, LIGHT
from app.dashboard.chart import ChartPane
from models.units import MS, NUMBER, PERCENT, Unit, Vocabulary

CODE = re.compile(r"\x1b\[[\d;]*m")
PALETTE = Palette((1, 1, 1), ((2, 2, 2), (3, 3, 3)), (4, 4, 4), (5, 5, 5))
SIZES = ((80, 18), (40, 10), (24, 6), (200, 60), (23, 6), (24, 5), (12, 2), (1, 1), (0, 3))


NUMBERS = st.floats(min_value=-1e12) | st.floats(1e-9, 1e12) | st.just(math.nan)


def unit(text):
    return Unit.read(text, Vocabulary(("redirect",)))


def bloom(items):
    """The textbook's false positives, in percent, of 95.85M bits and 7 hashes: 1% at 10M items."""
    return 100 * (1 - math.exp(-7 * items / 95.85e6)) ** 7


ITEMS = tuple(i * 1e5 for i in range(201))
FILLING = Chart(
    title="As it fills",
    x_label="Items added",
    y_label="False positives",
    lines=(Line("False positives", ITEMS, tuple(map(bloom, ITEMS))),),
    marks=(Mark("made for", x=1e7), Mark("asked", y=1)),
    x_unit=unit("item"),
    y_unit=PERCENT,
)


TORNADO = Chart(
    title="Redirects: what moves it",
    x_label="Redirects",
    y_label="",
    lines=(),
    bars=(
        Bar("Redirects followed", 4000, 8000, 16000),
        Bar("漢字 [bold]", 10000, 8000, 6000),
        Bar("Peak over average", 7500, 8000, 8500),
    ),
    marks=(Mark("value", x=8000),),
    x_unit=unit("redirect/s"),
    x_log=True,
)


def line_chart(ys, xs=None, **more):
    xs = tuple(range(len(ys))) if xs is None else xs
    return Chart("Title", "across", "up", (Line("line", tuple(xs), tuple(ys)),), **more)


def rows(chart, width=80, height=18, palette=None):
    return render_chart(chart, width, height, palette).split("\n")


def y_ticks(lines):
    """What stands beside the ticks of the left axis, from the top."""
    return [line.partition("┤")[0].strip() for line in lines if "┤" in line]


def x_ticks(lines):
    """What stands under the lower axis, from the left."""
    at = next(i for i, line in enumerate(lines) if "└" in line)
    return re.split(r"\s{2,}", lines[at + 1].strip())


def canvas(lines):
    """What stands right of the left axis, from the top."""
    return [re.split("[┤│]", line, maxsplit=1)[1] for line in lines if re.match("[^└]*[┤│]", line)]


# Bars


@pytest.mark.parametrize(("height", "between"), [(8, 0), (14, 1)])
def test_a_tornado_has_a_bar_a_row_from_end_to_end_with_its_name_beside_it(height, between):
    lines = rows(TORNADO, 80, height)
    bars = [line for line in lines if "┤" in line]
    assert y_ticks(lines) == ["Redirects followed", "漢字 [bold]", "Peak over average"]
    at = [lines.index(bar) for bar in bars]
    assert [after - before for before, after in pairwise(at)] == [1 + between] * 2
    first, second, third = (bar.partition("┤")[2] for bar in bars)
    # On a logarithmic axis from 4K to 16K the middle is 8K: half of the bar on either side.
    assert first == first.strip()
    assert abs(first.count("░") - first.count("█")) <= 1
    # An input that lowers the number has its upper end on the left.
    assert second.strip().startswith("█")
    assert second.strip().endswith("░")
    assert 0 < len(third.strip()) < len(second.strip()) < len(first)


def test_a_tornado_keeps_its_largest_bars_and_is_told_in_words_where_there_is_no_room():
    names = [bar.label for bar in TORNADO.bars]
    assert y_ticks(rows(TORNADO, 60, 7)) == names
    many = replace(TORNADO, bars=TORNADO.bars * 4)
    # The title, the axis, its ticks and its label take four rows.
    assert y_ticks(rows(many, 80, 9)) == [*names, *names][:5]
    words = " ".join(" ".join(rows(TORNADO, 40, 5)).split())
    assert words.startswith("value: 8K redirect/s; Redirects followed: 4K redirect/s, 16K red")


# Sizes


@pytest.mark.parametrize("palette", [None, PALETTE])
@pytest.mark.parametrize(("width", "height"), SIZES)
@pytest.mark.parametrize("chart", [FILLING, TORNADO], ids=["curves", "bars"])
def test_every_line_has_exactly_the_cells_that_were_asked_for(chart, width, height, palette):
    lines = [CODE.sub("", line) for line in rows(chart, width, height, palette)]
    assert [cell_len(line) for line in lines] == [width] * height


def test_a_chart_may_be_larger_than_the_terminal(monkeypatch):
    monkeypatch.setenv("COLUMNS", "20")
    monkeypatch.setenv("LINES", "5")
    large = rows(FILLING, 150, 50)
    assert [len(line) for line in large] == [150] * 50
    assert any("⠒" in line or "⠊" in line for line in canvas(large)[:20])


@pytest.mark.parametrize(("width", "height"), [(80, 18), (40, 10), (24, 6)])
def test_curves_axes_and_ticks_are_there_as_soon_as_there_is_room(width, height):
    lines = rows(FILLING, width, height)
    assert len(y_ticks(lines)) >= 2
    assert x_ticks(lines)[-1].startswith("20M")
    assert len(canvas(lines)) >= 3


@given(
    st.lists(st.tuples(NUMBERS, NUMBERS), max_size=9),
    st.sampled_from([None, PERCENT, MS, unit("GiB"), unit("USD/month"), unit("redirect/day")]),
    st.sampled_from([None, unit("year"), unit("item"), unit("KB/s")]),
    st.booleans(),
    st.booleans(),
    st.integers(0, 90),
    st.integers(1, 25),
)
@settings(max_examples=150, deadline=None)
def test_whatever_the_numbers_the_size_is_right_and_no_tick_is_a_raw_float(
    points, y_unit, x_unit, x_log, y_log, width, height
):
    line = Line("l", tuple(x for x, _ in points), tuple(y for _, y in points))
    chart = Chart("t", "x", "y", (line,), (), x_unit, y_unit, x_log, y_log)
    lines = rows(chart, width, height)
    assert [len(line) for line in lines] == [width] * height
    text = " ".join(lines)
    assert not re.search(r"e\+|e-?0|nan|inf", text)
    for number in re.findall(r"\d[\d.,]*", text):
        assert len(re.sub("[.,]", "", number).strip("0")) <= 3


# Ticks


def test_ticks_are_quantities():
    lines = rows(FILLING)
    assert y_ticks(lines) == ["15%", "10%", "5%", "0%"]
    assert x_ticks(lines) == ["0", "5M", "10M", "15M", "20M"]


def test_ticks_stand_under_one_another_on_the_right():
    ends = {line.index("┤") for line in rows(FILLING) if "┤" in line}
    assert len(ends) == 1
    assert all(line[end - 2] != " " for line in rows(FILLING) for end in ends if line[end] == "┤")


@pytest.mark.parametrize(
    ("high", "name", "said"),
    [
        (24.0, "h", ["0", "6 h", "12 h", "18 h", "1 day"]),
        (90.0, "s", ["0", "30 s", "1 min", "1.5 min"]),
        (5.0, "year", ["0", "1 year", "2 year", "3 year", "4 year", "5 year"]),
        (3e9, "B", ["0", "500 MB", "1 GB", "1.5 GB", "2 GB", "2.5 GB", "3 GB"]),
        (4 * 2.0**30, "B", ["0", "1 GB", "2 GB", "3 GB", "4 GB"]),
        (4096.0, "MiB", ["0", "1 GiB", "2 GiB", "3 GiB", "4 GiB"]),
        (0.4, "%", ["0%", "0.1%", "0.2%", "0.3%", "0.4%"]),
        (50.0, "ms", ["0", "10 ms", "20 ms", "30 ms", "40 ms", "50 ms"]),
        (120.0, "", ["0", "20", "40", "60", "80", "100", "120"]),
    ],
)
def test_ticks_are_round_in_the_unit_that_is_read(high, name, said):
    chart = line_chart((1, 2), (0, high), x_unit=unit(name) if name else NUMBER)
    assert x_ticks(rows(chart)) == said


def test_a_logarithmic_axis_has_decades():
    sizes = tuple(10.0**n for n in range(2, 8))
    chart = line_chart(
        tuple(104 / math.sqrt(n) for n in sizes),
        sizes,
        x_unit=unit("B"),
        y_unit=PERCENT,
        x_log=True,
        y_log=True,
    )
    lines = rows(chart)
    assert x_ticks(lines) == ["100 B", "1 KB", "10 KB", "100 KB", "1 MB", "10 MB"]
    assert y_ticks(lines) == ["10%", "1%", "0.1%"]


def test_a_logarithmic_axis_of_time_goes_by_the_clock():
    chart = line_chart((1e-3, 86400), y_unit=unit("s"), y_log=True)
    assert y_ticks(rows(chart, 80, 40)) == [
        "1 day", "1 h", "10 min", "1 min", "10 s", "1 s", "100 ms", "10 ms", "1 ms",
    ]  # fmt: skip


def test_less_than_a_decade_has_round_numbers_all_the_same():
    lines = rows(line_chart((1, 2), (2, 9), x_log=True))
    assert x_ticks(lines) == ["2", "5"]


def test_what_is_counted_is_said_once_beside_the_axis():
    chart = line_chart((0, 20e3), x_unit=unit("item"), y_unit=unit("redirect/s"))
    lines = rows(chart)
    assert y_ticks(lines) == ["20K", "15K", "10K", "5K", "0"]
    assert lines[1].strip() == "up (redirect/s)"
    assert lines[-1].strip() == "across (item)"


def test_without_a_row_to_say_it_the_unit_stands_on_the_ticks():
    chart = line_chart((0, 1), (0, 2e6), x_unit=unit("item"))
    assert x_ticks(rows(chart, 30, 6)) == ["0", "1M item", "2M item"]


@pytest.mark.parametrize(("value", "side"), [(1e7, "10M"), (5e6, "5M")])
@pytest.mark.parametrize(("log", "height"), [(False, 18), (True, 18), (False, 31)])
def test_a_point_on_two_ticks_stands_where_they_meet(value, side, log, height):
    chart = line_chart(
        (0.1, 10),
        (1, 2e7),
        marks=(Mark("here", value, 10),),
        x_unit=unit("item"),
        y_unit=PERCENT,
        y_log=log,
    )
    lines = rows(chart, 80, height)
    (row,) = [line for line in lines[1:] if "●" in line]
    assert row.partition("┤")[0].strip() == "10%"
    axis = next(i for i, line in enumerate(lines) if "└" in line)
    column = row.index("●")
    assert lines[axis][column] == "┬"
    assert side in lines[axis + 1][column - len(side) : column + len(side) + 1]


# Curves


def test_a_rising_line_goes_from_corner_to_corner():
    drawn = canvas(rows(line_chart((0, 10), (0, 10))))
    # The lowest bits of a braille character are its left dots from the top, then its right ones.
    assert ord(drawn[0][-1]) - 0x2800 & 0b00001000
    assert ord(drawn[-1][0]) - 0x2800 & 0b01000000
    starts = [len(row) - len(row.lstrip()) for row in drawn]
    assert starts == sorted(starts, reverse=True)


def test_the_largest_of_many_points_is_seen():
    ys = [0.0] * 20_000
    ys[7_777] = 100.0
    drawn = canvas(rows(line_chart(ys)))
    column = next(i for i, cell in enumerate(drawn[0]) if cell.strip())
    assert column == pytest.approx(len(drawn[0]) * 7_777 / 20_000, abs=1)
    assert all(row[column].strip() for row in drawn)


def test_nothing_of_a_logarithm_is_drawn_at_zero_or_below():
    with_zeros = line_chart((0, 1, 10, 100, -5), (0, 1, 2, 3, 4), y_log=True)
    without = line_chart((1, 10, 100), (1, 2, 3), y_log=True)
    assert rows(with_zeros) == rows(without)


@pytest.mark.parametrize("hole", [math.nan, math.inf, -math.inf])
def test_what_is_not_a_number_leaves_a_gap(hole):
    drawn = canvas(rows(line_chart((1, 1, hole, 1, 1))))
    (flat,) = [row for row in drawn if row.strip()]
    third = len(flat) // 3
    assert flat[:third].strip()
    assert flat[-third:].strip()
    assert not flat[third + 2 : -third - 2].strip()


def test_an_infinity_at_the_end_does_not_stretch_the_axis():
    latency = tuple(2 / (1 - busy / 10) if busy < 10 else math.inf for busy in range(11))
    lines = rows(line_chart(latency, y_unit=MS))
    assert y_ticks(lines) == ["20 ms", "15 ms", "10 ms", "5 ms", "0"]


@pytest.mark.parametrize("log", [False, True])
def test_a_constant_is_a_level_line(log):
    drawn = canvas(rows(line_chart((5, 5, 5), y_log=log)))
    (flat,) = [row for row in drawn if row.strip()]
    assert len(set(flat)) == 1
    assert drawn.index(flat) == len(drawn) // 2


def test_what_three_digits_cannot_tell_apart_is_level():
    drawn = canvas(rows(line_chart((1_000_000, 1_000_100))))
    assert len([row for row in drawn if row.strip()]) == 1


def test_a_single_point_is_seen():
    drawn = "".join(canvas(rows(line_chart((5,), (1e6,), y_unit=PERCENT))))
    assert drawn.split() == ["•"]


def test_lines_are_told_apart_without_colour():
    flat = [Line(name, (0, 1), (y, y)) for name, y in (("a", 0), ("b", 5), ("c", 10))]
    lines = rows(Chart("Title", "x", "y", tuple(flat)))
    drawn = [row for row in canvas(lines) if row.strip()]
    assert len({re.sub("[⣀⠤⠒⠉]", "-", row)[:12] for row in drawn}) == 3
    assert [name in lines[0] for name in "abc"] == [True] * 3


def test_uprights_and_levels_go_through_the_whole_chart():
    lines = rows(line_chart((0, 1), (0, 10), marks=(Mark("then", x=5), Mark("said", y=0.5))))
    drawn = canvas(lines)
    assert len({row.index("┊") for row in drawn if "┊" in row}) == 1
    assert sum("┊" in row for row in drawn) >= len(drawn) - 2
    (level,) = [row for row in drawn if "╌╌" in row]
    assert level.count("╌") >= len(level) - 10
    assert "┊ then   ╌╌ said" in lines[0]


# Words


def test_words_say_the_same_where_there_is_no_room():
    chart = Chart(
        "Title",
        "x",
        "y",
        (Line("Error", (1e7, 2e7), (1.2, 3.4)),),
        x_unit=unit("item"),
        y_unit=PERCENT,
    )
    assert rows(chart, 60, 2) == [
        "Error: 1.2% at 10M item, 3.4% at 20M item".ljust(60),
        " " * 60,
    ]
    assert rows(chart, 23, 3) == [
        "Error: 1.2% at 10M     ",
        "item, 3.4% at 20M item ",
        "                       ",
    ]
    assert rows(chart, 20, 1) == ["Error: 1.2% at 10M…".ljust(20)]


def test_words_tell_marks_too():
    chart = line_chart(
        (0, 1), marks=(Mark("here", 1, 0.5), Mark("asked", y=0.25), Mark("full", x=3))
    )
    assert rows(chart, 70, 1)[0].startswith(
        "here: 0.5 at 1; asked: 0.25; full: 3; line: 0 at 0, 1 at 1"
    )


@pytest.mark.parametrize("ys", [(), (math.nan, math.inf), (0, -1)])
def test_no_numbers_are_said_so(ys):
    lines = rows(line_chart(ys, y_log=True))
    assert lines[0].strip() == "Title: no numbers to draw"
    assert not "".join(lines[1:]).strip()


def test_a_curve_that_cannot_be_named_is_not_drawn():
    many = tuple(Line(f"a rather long name {n}", (0, 1), (0, n)) for n in range(1, 4))
    assert "└" not in "".join(rows(Chart("Title", "x", "y", many), 24, 6))


def test_labels_are_shown_as_they_are_without_what_a_terminal_would_obey():
    rude = "[red]x[/] \x1b[31m\x07\ny"
    chart = Chart(rude, rude, rude, (Line(rude, (0, 1), (0, 1)),) * 2, (Mark(rude, 1, 1),))
    for height in (18, 2):
        text = render_chart(chart, 80, height, None)
        assert "[red]x[/] [31m y" in text
        assert not re.search(r"[\x00-\x09\x0b-\x1f\x7f]", text)


def test_wide_characters_take_two_cells():
    chart = Chart("標題" * 30, "項目", "誤差", (Line("誤差一", (1, 2), (5, 6)),) * 2)
    for width, height in ((80, 18), (41, 10), (25, 8), (13, 2)):
        assert {cell_len(line) for line in rows(chart, width, height)} == {width}


# Colours and state


def test_there_are_no_colours_without_a_palette_and_only_its_own_with_one():
    assert "\x1b" not in render_chart(FILLING, 80, 18, None)
    chart = Chart("Title", "x", "y", FILLING.lines * 2, FILLING.marks)
    codes = set(CODE.findall(render_chart(chart, 80, 18, PALETTE))) - {"\x1b[0m"}
    assert codes == {f"\x1b[38;2;{n};{n};{n}m" for n in (1, 2, 3, 4, 5)}


def test_colours_change_no_character():
    assert CODE.sub("", render_chart(FILLING, 80, 18, PALETTE)) == render_chart(
        FILLING, 80, 18, None
    )


def test_a_palette_may_be_of_the_terminals_own_colours():
    palette = Palette(8, (2, 6), None, None)
    codes = set(CODE.findall(render_chart(FILLING, 80, 18, palette))) - {"\x1b[0m"}
    assert codes == {"\x1b[38;5;8m", "\x1b[38;5;2m"}


def test_the_same_chart_is_the_same_text_whatever_was_drawn_before():
    first = render_chart(FILLING, 80, 18, PALETTE)
    render_chart(line_chart((1, 10, 100), y_log=True), 40, 10, None)
    plotext.title("left over")
    plotext.xlim(0, 1)
    plotext.scatter([1, 2], [3, 4])
    assert render_chart(FILLING, 80, 18, PALETTE) == first


def test_importing_charts_loads_nothing_heavy():
    heavy = "{'textual', 'rich', 'plotext'}"
    code = f"import sys, app.charts.render; print(*({heavy} & {{*sys.modules}}))"
    ran = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert ran.stdout.strip() == ""


# The pane


class Shown(App):
    def __init__(self):
        super().__init__()
        self.pane = ChartPane()

    def get_theme_variable_defaults(self):
        return {"chrome": "#808080"}

    def compose(self):
        yield self.pane

    def on_mount(self):
        for theme in (DARK, LIGHT):
            self.register_theme(theme)
        self.theme = DARK.name


@pytest.fixture
def drawn(monkeypatch):
    """The arguments of each drawing that the pane asked for."""
    asked = []

    def draw(*arguments):
        asked.append(arguments)
        return render_chart(*arguments)

    monkeypatch.setattr(app.dashboard.chart, "render_chart", draw)
    return asked


def pane_lines(pilot):
    pane = pilot.app.pane
    return [pane.render_line(y) for y in range(pane.size.height)]


def pane_text(pilot):
    return "\n".join(strip.text for strip in pane_lines(pilot))


def pane_colours(pilot):
    """The colours of what is not blank."""
    return {s.style.color for strip in pane_lines(pilot) for s in strip if s.text.strip()}


async def until(holds):
    for _ in range(200):
        if holds():
            return
        await asyncio.sleep(0.02)
    raise AssertionError("it never came to be")


async def test_the_pane_shows_the_chart_in_its_own_size():
    async with Shown().run_test(size=(80, 18)) as pilot:
        pilot.app.pane.show(FILLING)
        await until(lambda: "As it fills" in pane_text(pilot))
        assert pane_text(pilot) == render_chart(FILLING, 80, 18, None)
        screen = pilot.app.screen._compositor.render_strips()
        assert [strip.text for strip in screen] == rows(FILLING)


async def test_of_charts_that_follow_at_once_only_the_last_is_drawn_and_once(drawn):
    async with Shown().run_test(size=(80, 18)) as pilot:
        last = line_chart((1, 2, 3))
        for chart in (FILLING, line_chart((3, 2)), last):
            pilot.app.pane.show(chart)
        await until(lambda: "Title" in pane_text(pilot))
        pilot.app.pane.refresh()
        await pilot.pause()
        assert [chart for chart, *_ in drawn] == [last]


async def test_a_pane_that_is_not_seen_draws_nothing_until_it_is(drawn):
    async with Shown().run_test(size=(80, 18)) as pilot:
        pilot.app.pane.display = False
        pilot.app.pane.show(FILLING)
        await until(lambda: pilot.app.pane._chart is FILLING)
        await pilot.pause()
        assert not drawn
        pilot.app.pane.display = True
        await until(lambda: drawn)
        assert drawn[-1][:3] == (FILLING, 80, 18)


async def test_the_pane_follows_a_resize():
    async with Shown().run_test(size=(80, 18)) as pilot:
        pilot.app.pane.show(FILLING)
        await until(lambda: "As it fills" in pane_text(pilot))
        await pilot.resize_terminal(50, 12)
        await until(lambda: pane_text(pilot) == render_chart(FILLING, 50, 12, None))
        await pilot.resize_terminal(20, 4)
        await until(lambda: pane_text(pilot) == render_chart(FILLING, 20, 4, None))


async def test_the_pane_takes_the_colours_of_the_theme():
    async with Shown().run_test(size=(80, 18)) as pilot:
        pilot.app.pane.show(FILLING)
        await until(lambda: "As it fills" in pane_text(pilot))
        for theme in (DARK, LIGHT, DARK):
            pilot.app.theme = theme.name
            names = ("accent", "secondary", "foreground", "chrome")
            wanted = {pilot.app.theme_variables[name].lower() for name in names}
            assert len(wanted) == 4
            await until(
                lambda wanted=wanted: {c.get_truecolor().hex for c in pane_colours(pilot)} == wanted
            )


async def test_an_ansi_theme_has_the_terminals_own_colours():
    async with Shown().run_test(size=(80, 18)) as pilot:
        pilot.app.theme = "ansi-dark"
        pilot.app.pane.show(FILLING)
        await until(lambda: "As it fills" in pane_text(pilot))
        await until(lambda: all(c.triplet is None for c in pane_colours(pilot)))
        assert {c.number for c in pane_colours(pilot)} == {None, 2, 8}


async def test_without_colour_none_is_asked_for(drawn, monkeypatch):
    monkeypatch.setenv("NO_COLOR", "1")
    async with Shown().run_test(size=(80, 18)) as pilot:
        pilot.app.pane.show(FILLING)
        await until(lambda: drawn)
        assert {palette for *_, palette in drawn} == {None}


async def test_words_from_people_are_no_markup_in_the_pane():
    async with Shown().run_test(size=(80, 18)) as pilot:
        pilot.app.pane.show(line_chart((1, 2), marks=(Mark("[bold]\x1b[31m[/x]", 1, 1),)))
        await until(lambda: "● [bold] [31m[/x]" in pane_text(pilot))
