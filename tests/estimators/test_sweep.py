"""Sweeps: how a grid is read, and that every point of it is what an estimate gives there."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Callable

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.reports.sweep import sweep_csv, sweep_json
from estimators.plan import Plan
from estimators.sweep import read_axis, sweep
from models.quantity import Quantity
from models.scenario import Scenario, ScenarioError
from presets.loader import load

PlanOf = Callable[..., Plan]
SYSTEMS = ("ad-click-aggregator", "social-media", "url-shortener")


@pytest.fixture(scope="module")
def url() -> Plan:
    return load("url-shortener")


# An axis is read


@pytest.mark.parametrize(
    ("text", "low", "high", "steps", "spacing"),
    [
        ("dau=1M..1B", 1e6, 1e9, 11, "linear"),
        ("dau=1M..1B:31", 1e6, 1e9, 31, "linear"),
        ("dau=1M..1B:31:log", 1e6, 1e9, 31, "log"),
        ("dau=1M..1B:31:linear", 1e6, 1e9, 31, "linear"),
        ("dau=1M to 1B:2", 1e6, 1e9, 2, "linear"),
        ("dau = 1M user .. 1B user : 1,001", 1e6, 1e9, 1001, "linear"),
        ("dau=0..1M:5", 0, 1e6, 5, "linear"),
        ("dau=0.0 user to 1M user:5", 0, 1e6, 5, "linear"),
        ("record_size=1 KB..2 KiB:3", 1000, 2048, 3, "linear"),
        ("hit_ratio=0%..100%", 0, 1, 11, "linear"),
        ("hit_ratio=85%..97%:4", 0.85, 0.97, 4, "linear"),
        ("retention=30 day..5 year:9:log", 30 * 86400, 5 * 365 * 86400, 9, "log"),
    ],
)
def test_an_axis_is_read_as_it_is_typed(
    text: str, low: float, high: float, steps: int, spacing: str, url: Plan
) -> None:
    axis = read_axis(url, text)
    assert axis.input == text.partition("=")[0].strip()
    assert (axis.low.base, axis.high.base) == pytest.approx((low, high), rel=1e-12)
    assert (axis.steps, axis.spacing) == (steps, spacing)


SHAPE = "expected INPUT=LOW..HIGH[:STEPS[:log]], such as dau=1M..1B:31:log"


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("dau=1B..1M", "dau: '1B..1M': the lower end is above the upper; expected 1M user first"),
        ("dau=0..0", "dau: '0..0': expected two ends, the lower first"),
        ("dau=5M..5M", "dau: '5M..5M': expected two ends, the lower first"),
        ("dau=1M..1B:1", "dau: '1' steps: expected a whole number of at least 2"),
        ("dau=1M..1B:0", "dau: '0' steps: expected a whole number of at least 2"),
        ("dau=1M..1B:-3", "dau: '-3' steps: expected a whole number of at least 2"),
        ("dau=1M..1B:2.5", "dau: '2.5' steps: expected a whole number of at least 2"),
        ("dau=1M..1B:many", "dau: 'many' steps: expected a whole number of at least 2"),
        ("dau=1M..1B:", "dau: '' steps: expected a whole number of at least 2"),
        ("dau=1M..1B:²", "dau: '²' steps: expected a whole number of at least 2"),
        ("dua=1M..1B", "no input 'dua'; did you mean dau?"),
        ("users=1M..1B", "no input 'users'; its inputs: dau, redirects_per_user"),
        ("redirect_rate=1..2", "redirect_rate is derived (dau * redirects_per_user)"),
        ("=1M..1B", "no input ''"),
        ("hit_ratio=50%..150%", "hit_ratio: '50%..150%': a share lies between 0% and 100%"),
        ("hit_ratio=0%..150%", "hit_ratio: '0%..150%': a share lies between 0% and 100%"),
        ("dau=0..1B:5:log", "dau: '0..1B': a logarithmic grid begins above zero"),
        ("hit_ratio=0%..50%:5:log", "hit_ratio: '0%..50%': a logarithmic grid begins above zero"),
        ("dau=1M", "dau: '1M': expected two ends, as in LOW..HIGH"),
        ("dau=100M +- 20%", "dau: '100M +- 20%': expected two ends, as in LOW..HIGH"),
        ("dau=", "dau: '': expected a number in user, such as 100 user"),
        ("dau=1M..", "dau: '1M..': expected a number in user"),
        ("dau=..1B", "dau: '..1B': expected a number in user"),
        ("dau=0..", "dau: "),
        ("dau=-5..1B", "a quantity is never negative"),
        ("dau=1 GB..2 GB", "dau: '1 GB..2 GB': is in GB; expected user"),
        ("dau=0..2 GB", "is in GB; expected user"),
        ("dau=0 GB..2M", "is in GB; expected user"),
        ("dau=1 to 2M", "is the lower end 1 or 1M?"),
        ("dau", f"'dau': {SHAPE}"),
        ("dau=1M..1B:3:cubic", f"'dau=1M..1B:3:cubic': {SHAPE}"),
        ("dau=1M..1B:3:log:4", f"'dau=1M..1B:3:log:4': {SHAPE}"),
        ("dau=1M..1B:" + "9" * 5000, "steps"),
    ],
)
def test_what_is_no_axis_is_refused_in_a_line(text: str, says: str, url: Plan) -> None:
    with pytest.raises(ScenarioError) as caught:
        read_axis(url, text)
    assert says in str(caught.value)
    assert "\n" not in str(caught.value)


# The grid


@pytest.mark.parametrize("steps", [2, 3, 11, 100])
def test_equal_steps_and_equal_ratios_are_numpys(steps: int, url: Plan) -> None:
    linear = read_axis(url, f"dau=1M..1B:{steps}").values()
    np.testing.assert_allclose(linear, np.linspace(1e6, 1e9, steps), rtol=1e-12)
    logarithmic = read_axis(url, f"dau=1M..1B:{steps}:log").values()
    np.testing.assert_allclose(logarithmic, np.logspace(6, 9, steps), rtol=1e-12)
    assert (logarithmic[0], logarithmic[-1]) == (1e6, 1e9)


def test_ends_in_two_units_are_one_axis_in_the_inputs_own(url: Plan) -> None:
    axis = read_axis(url, "record_size=500 B..1 KiB:3")
    found = sweep(url, Scenario(url.preset), [axis], ["url_storage"])
    assert found.inputs[0].values == pytest.approx([500, 762, 1024])
    assert str(found.inputs[0].unit) == "B/url"


def changed(scenario: Scenario, name: str, base: float) -> Scenario:
    unit = scenario.preset.inputs[name].unit
    return scenario.with_change(name, Quantity.of_base(base, unit).text)


def test_every_point_is_what_an_estimate_gives_there(typical: str) -> None:
    plan = load(typical)
    scenario = Scenario(plan.preset)
    medians = dict(scenario.medians())
    for name, given_ in plan.preset.inputs.items():
        low, high = "10%", "95%"
        if not given_.share:
            median = medians[name]
            ends = (Quantity(median.magnitude * factor, median.unit) for factor in (0.7, 1.9))
            low, high = (end.text for end in ends)
        found = sweep(plan, scenario, [read_axis(plan, f"{name}={low} to {high}:4:log")])
        assert [column.address for column in found.derived] == list(plan.preset.derived)
        assert found.points == 4
        for point in (0, 2):
            base = found.inputs[0].unit.to_base(float(found.inputs[0].values[point]))
            estimate = plan.estimate(changed(scenario, name, base))
            for column in found.derived:
                expected = estimate.derived[column.address].value
                assert column.unit == expected.unit
                value = float(column.values[point])
                assert value == pytest.approx(expected.magnitude, rel=1e-9), column.address


def test_every_point_of_two_axes_is_what_an_estimate_gives_there(url: Plan) -> None:
    scenario = Scenario(url.preset).with_change("peak_factor", "5x")
    texts = ("dau=10M..1B:3:log", "hit_ratio=0%..90%:4")
    found = sweep(url, scenario, [read_axis(url, text) for text in texts])
    assert found.points == 12
    for point in range(found.points):
        at = scenario
        for column in found.inputs:
            at = changed(at, column.address, column.unit.to_base(float(column.values[point])))
        estimate = url.estimate(at)
        for column in found.derived:
            expected = estimate.derived[column.address].value.magnitude
            assert column.values[point] == pytest.approx(expected, rel=1e-9), column.address


@given(st.sampled_from(SYSTEMS), st.floats(0.01, 100), st.floats(1.1, 1000), st.data())
@settings(deadline=None, max_examples=30)
def test_a_sweep_is_so_many_scenarios(
    system: str, start: float, ratio: float, data: st.DataObject
) -> None:
    plan = load(system)
    scenario = Scenario(plan.preset)
    name = data.draw(st.sampled_from([n for n, i in plan.preset.inputs.items() if i.grows]))
    median = dict(scenario.medians())[name]
    low = Quantity(median.magnitude * start, median.unit)
    high = Quantity(low.magnitude * ratio, median.unit)
    steps = data.draw(st.integers(2, 40))
    point = data.draw(st.integers(0, steps - 1))
    found = sweep(plan, scenario, [read_axis(plan, f"{name}={low.text}..{high.text}:{steps}")])
    expected = low.magnitude + (high.magnitude - low.magnitude) * point / (steps - 1)
    assert found.inputs[0].values[point] == pytest.approx(expected, rel=1e-9)
    at = scenario.with_change(name, Quantity(expected, median.unit).text)
    values = plan.values(at)
    for column in found.derived:
        assert column.unit.to_base(column.values[point]) == pytest.approx(values[column.address])


def test_of_two_axes_the_second_runs_faster(url: Plan) -> None:
    axes = [read_axis(url, text) for text in ("dau=1M..3M:3", "record_size=200..500:4")]
    found = sweep(url, Scenario(url.preset), axes, ["url_storage"])
    users, sizes = np.meshgrid([1e6, 2e6, 3e6], [200, 300, 400, 500], indexing="ij")
    assert list(found.inputs[0].values) == pytest.approx(users.ravel())
    assert list(found.inputs[1].values) == pytest.approx(sizes.ravel())
    # 0.1 URLs a user and day over five years, in TB.
    expected = (users * sizes * 0.1 * 5 * 365 / 1e12).ravel()
    assert list(found.derived[0].values) == pytest.approx(expected)
    again = sweep(url, Scenario(url.preset), axes[::-1], ["url_storage"])
    grid = np.reshape(again.derived[0].values, (4, 3))
    assert grid.T.ravel() == pytest.approx(expected)


def test_what_does_not_hang_on_the_axis_is_the_same_everywhere(url: Plan) -> None:
    axis = read_axis(url, "record_size=200..500:4")
    found = sweep(url, Scenario(url.preset), [axis], ["redirect_rate", "code_space"])
    # 8 redirects a day of 100M users; 62^7 codes.
    assert list(found.derived[0].values) == pytest.approx([8e8 / 86400] * 4)
    assert list(found.derived[1].values) == pytest.approx([62.0**7] * 4)


def test_the_scenario_holds_otherwise(url: Plan) -> None:
    scenario = Scenario(url.preset).with_change("redirects_per_user", "2")
    found = sweep(url, scenario, [read_axis(url, "dau=1M..3M:3")], ["redirect_rate"])
    assert list(found.derived[0].values) == pytest.approx([2e6 / 86400, 4e6 / 86400, 6e6 / 86400])


def test_only_what_is_asked_for_is_shown_once_and_in_order(url: Plan) -> None:
    axis = read_axis(url, "dau=1M..3M:3")
    scenario = Scenario(url.preset)
    found = sweep(url, scenario, [axis], ["url_storage", "redirect_rate", "url_storage", "dau"])
    assert [c.address for c in found.derived] == ["url_storage", "redirect_rate", "dau"]
    assert list(found.derived[2].values) == pytest.approx([1e6, 2e6, 3e6])


@pytest.mark.parametrize(
    ("texts", "show", "says"),
    [
        ([], [], "a sweep varies one input or two, not none"),
        (["dau=1..2", "dau=3..4"], [], "a sweep varies one input or two, not dau, dau"),
        (
            ["dau=1..2", "retention=1..2", "record_size=1..2"],
            [],
            "a sweep varies one input or two, not dau, retention, record_size",
        ),
        (["dau=1..2"], ["url_storag"], "no number 'url_storag'; did you mean url_storage?"),
        # 15 derived numbers and one axis, or two.
        (
            ["dau=1..2:10000000"],
            [],
            "a grid of 10,000,000 points is 170,000,000 numbers, more than the 50,000,000 that "
            "are kept in memory; take fewer steps",
        ),
        (
            ["dau=1..2:100000000000", "retention=1..2:100000000000"],
            ["dau"],
            "a grid of 10,000,000,000,000,000,000,000 points is ",
        ),
    ],
)
def test_what_is_no_sweep_is_refused_in_a_line(
    texts: list[str], show: list[str], says: str, url: Plan
) -> None:
    assert len(url.preset.derived) == 16
    axes = [read_axis(url, text) for text in texts]
    with pytest.raises(ScenarioError) as caught:
        sweep(url, Scenario(url.preset), axes, show)
    assert says in str(caught.value)
    assert "\n" not in str(caught.value)


def test_a_million_points_are_computed(url: Plan) -> None:
    axes = [read_axis(url, "dau=1M..1B:1000:log"), read_axis(url, "record_size=100..1000:1000")]
    found = sweep(url, Scenario(url.preset), axes, ["url_storage"])
    assert found.points == 1_000_000
    expected = np.multiply.outer(np.logspace(6, 9, 1000), np.linspace(100, 1000, 1000)).ravel()
    expected *= 0.1 * 5 * 365 / 1e12
    np.testing.assert_allclose(found.derived[0].values, expected, rtol=1e-9)


# Where a number has no finite value


def holed(plan_of: PlanOf) -> Plan:
    """100 op drain in 100 / (room - 10) s, from above 10 op/s on."""
    inputs = {"load": "10 op/s", "room": "20 op/s", "backlog": "100 op", "p": "5% | share = true"}
    derived = {"wait": "drain_time(backlog, room, load) | s", "sure": "load * p | op/s"}
    return plan_of(inputs, derived)


def test_a_point_without_a_finite_value_is_no_number_in_any_format(plan_of: PlanOf) -> None:
    plan = holed(plan_of)
    found = sweep(plan, Scenario(plan.preset), [read_axis(plan, "room=5..15:3")])
    wait, sure = found.derived
    assert np.isnan(wait.values).tolist() == [True, True, False]
    assert wait.values[2] == pytest.approx(20)
    assert list(sure.values) == pytest.approx([0.5] * 3)
    data = json.loads(json.dumps(sweep_json(found), allow_nan=False))
    assert data["derived"]["wait"]["values"] == [None, None, pytest.approx(20)]
    rows = list(csv.reader(io.StringIO(sweep_csv(found))))
    assert rows[0] == ["room (op/s)", "wait (s)", "sure (op/s)"]
    assert [row[1] for row in rows[1:3]] == ["", ""]
    assert float(rows[3][1]) == pytest.approx(20)


def test_what_grows_beyond_all_bounds_is_no_number_either(plan_of: PlanOf) -> None:
    """100 op in no time at all are infinitely many a second."""
    plan = plan_of({"work": "100 op", "x": "50 s"}, {"y": "work / x | op/s"})
    found = sweep(plan, Scenario(plan.preset), [read_axis(plan, "x=0..50:3")])
    assert list(found.derived[0].values) == pytest.approx([np.nan, 4, 2], nan_ok=True)
    data = json.loads(json.dumps(sweep_json(found), allow_nan=False))
    assert data["derived"]["y"]["values"] == [None, pytest.approx(4), pytest.approx(2)]
    assert next(csv.DictReader(io.StringIO(sweep_csv(found))))["y (op/s)"] == ""


def test_json_and_csv_hold_the_same_numbers_in_the_units_they_name(url: Plan) -> None:
    axes = [read_axis(url, text) for text in ("hit_ratio=0%..100%:3", "dau=0..1M:2")]
    found = sweep(url, Scenario(url.preset), axes, ["store_read_peak", "url_storage"])
    data = json.loads(json.dumps(sweep_json(found), allow_nan=False))
    assert (data["schema"], data["points"]) == (1, 6)
    assert data["scenario"]["system"] == "url-shortener"
    assert [axis["input"] for axis in data["vary"]] == ["hit_ratio", "dau"]
    assert [(axis["steps"], axis["spacing"]) for axis in data["vary"]] == [
        (3, "linear"),
        (2, "linear"),
    ]
    # A share is 0.5 with no unit.
    assert data["vary"][0]["high"]["value"] == 1
    assert data["inputs"]["hit_ratio"]["unit"] == ""
    assert data["inputs"]["hit_ratio"]["values"] == pytest.approx([0, 0, 0.5, 0.5, 1, 1])
    assert data["inputs"]["dau"]["values"] == pytest.approx([0, 1e6] * 3)
    # 8 redirects a day, at a peak of sqrt(2 * 4) times the average.
    peak = 1e6 * 8 / 86400 * 8**0.5
    expected = [0, peak, 0, peak / 2, 0, 0]
    assert data["derived"]["store_read_peak"]["values"] == pytest.approx(expected)
    assert data["derived"]["store_read_peak"]["unit"] == "redirect/s"
    rows = list(csv.reader(io.StringIO(sweep_csv(found))))
    headings = ["hit_ratio", "dau (user)", "store_read_peak (redirect/s)", "url_storage (TB)"]
    assert rows[0] == headings
    columns = list(zip(*([float(cell) for cell in row] for row in rows[1:]), strict=True))
    assert list(columns[0]) == data["inputs"]["hit_ratio"]["values"]
    assert list(columns[2]) == data["derived"]["store_read_peak"]["values"]
    assert list(columns[3]) == data["derived"]["url_storage"]["values"]
