"""The band of a solution, held against closed formulas and against draws made here with numpy."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from statistics import NormalDist
from typing import Any

import numpy as np
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from estimators.plan import Plan
from estimators.solve import Sense, Solution
from models.band import Band
from models.quantity import Interval, Quantity
from models.scenario import Scenario
from presets.loader import load

PlanOf = Callable[..., Plan]
Draw = Callable[[Any], Any]
SYSTEMS = ("ad-click-aggregator", "social-media", "url-shortener")
NORMAL = NormalDist()
Z95 = NORMAL.inv_cdf(0.95)
DRAWS = 1_000_000


def sigma(low: float, high: float) -> float:
    """The deviation of the logarithm of a lognormal whose p5 and p95 these are."""
    return math.log(high / low) / (2 * Z95)


def lognormal(low: float, high: float) -> Draw:
    return lambda z: math.sqrt(low * high) * np.exp(sigma(low, high) * z)


def normal(middle: float, half: float) -> Draw:
    return lambda z: middle + half / Z95 * z


def share(low: float, high: float) -> Draw:
    return lambda z: 1 / (1 + np.exp(-np.log(lognormal(low / (1 - low), high / (1 - high))(z))))


def solved(
    plan: Plan, target: str, want: float, by: str, sense: Sense = "=", **changes: str
) -> Solution:
    """Solves for a number that is given in base units."""
    scenario = Scenario(plan.preset)
    for address, text in changes.items():
        scenario = scenario.with_change(address, text)
    return plan.solve(scenario, target, Quantity.of_base(want, plan.unit(target)), by, sense)


def ends(band: Band | None) -> list[float]:
    assert band is not None
    return [band.p5.base, band.p50.base, band.p95.base]


def spread_around(median: float, deviation: float) -> list[float]:
    """p5, p50 and p95 of a lognormal."""
    return [median * math.exp(z * deviation) for z in (-Z95, 0, Z95)]


# Products: want / rest, a lognormal with the summed variance of the rest


@pytest.mark.parametrize(
    ("formula", "median", "variance"),
    [
        # The medians of a, b and c: 20, 9 and 2.
        ("x * a * b", 5000 / (20 * 9), "a + b"),
        ("x * a / b", 5000 / 20 * 9, "a + b"),
        ("a * b / x", 20 * 9 / 5000, "a + b"),
        ("x * c * a ** 2", 5000 / 2 / 20**2, "4 a + c"),
        ("x ** 2 * a", math.sqrt(5000 / 20), "a / 4"),
        ("a * b * c / x ** 0.5", (20 * 9 * 2 / 5000) ** 2, "4 a + 4 b + 4 c"),
        ("x * c", 5000 / 2, "c"),
    ],
)
@pytest.mark.parametrize("own", ["30", "3 to 300"])
def test_the_band_of_a_factor_is_that_of_the_rest_of_the_product(
    formula: str, median: float, variance: str, own: str, plan_of: PlanOf
) -> None:
    inputs = {"x": own, "a": "10 to 40", "b": "3 to 27", "c": "1 to 4"}
    plan = plan_of(inputs, {"y": f"{formula} | "})
    found = solved(plan, "y", 5000.0, "x")
    a, b, c = sigma(10, 40) ** 2, sigma(3, 27) ** 2, sigma(1, 4) ** 2
    summed = {
        "a + b": a + b,
        "4 a + c": 4 * a + c,
        "a / 4": a / 4,
        "4 a + 4 b + 4 c": 4 * (a + b + c),
        "c": c,
    }[variance]
    assert found.values[0].base == pytest.approx(median, rel=1e-8)
    deviation = math.sqrt(summed)
    expected = spread_around(median, deviation)
    # An error of one score in a hundred is one of 1% where the band is a factor of 27 wide.
    assert ends(found.bands[0]) == pytest.approx(expected, rel=0.01 * max(1, deviation))
    assert found.bands[0] is not None
    assert found.bands[0].missing == 0


def test_the_inputs_own_interval_plays_no_part(plan_of: PlanOf) -> None:
    derived = {"y": "x * a + 3 | "}
    known = solved(plan_of({"x": "30", "a": "10 to 40"}, derived), "y", 900.0, "x")
    guessed = solved(plan_of({"x": "3 to 300", "a": "10 to 40"}, derived), "y", 900.0, "x")
    assert ends(guessed.bands[0]) == pytest.approx(ends(known.bands[0]), rel=1e-9)


@pytest.mark.parametrize("correlation", [-0.8, 0.5, 1.0])
def test_what_moves_together_widens_the_band_by_its_covariance(
    correlation: float, plan_of: PlanOf
) -> None:
    inputs = {"x": "30", "a": "10 to 40", "b": "3 to 27"}
    plan = plan_of(inputs, {"y": "x * a * b | "}, head=f'correlate = [["a", "b", {correlation}]]')
    a, b = sigma(10, 40), sigma(3, 27)
    summed = a**2 + b**2 + 2 * correlation * a * b
    expected = spread_around(5000 / (20 * 9), math.sqrt(summed))
    assert ends(solved(plan, "y", 5000.0, "x").bands[0]) == pytest.approx(expected, rel=0.01)


@given(
    st.lists(
        st.tuples(st.floats(1, 100), st.floats(1.2, 30), st.sampled_from([-2, -1, -0.5, 0.5, 1])),
        min_size=1,
        max_size=4,
    ),
    st.sampled_from([-1, 0.5, 1, 2]),
    st.floats(0.01, 100),
)
@settings(deadline=None, max_examples=12)
def test_any_product_has_the_band_of_its_closed_form(
    plan_of: PlanOf, rest: list[tuple[float, float, float]], power: float, times: float
) -> None:
    inputs = {"x": "7"} | {f"f{i}": f"{low!r} to {low * k!r}" for i, (low, k, _) in enumerate(rest)}
    formula = f"x ** {power}" + "".join(f" * f{i} ** {p}" for i, (_, _, p) in enumerate(rest))
    others = math.prod((low * math.sqrt(k)) ** p for low, k, p in rest)
    found = solved(plan_of(inputs, {"y": f"{formula} | "}), "y", others * 7**power * times, "x")
    deviation = math.sqrt(sum((p * sigma(1, k)) ** 2 for _, k, p in rest)) / abs(power)
    # 16,384 points know p5 and p95 to a twentieth of a deviation even where four inputs meet badly.
    scores = [math.log(end / 7) / deviation for end in ends(found.bands[0])]
    middle = math.log(times) / power / deviation
    assert scores == pytest.approx([middle - Z95, middle, middle + Z95], abs=0.05)


def test_a_shipped_preset_says_how_far_the_load_that_fits_is_known() -> None:
    """10 TB over 5 years of 0.05 to 0.2 URLs a user and day at 300 to 800 B each."""
    plan = load("url-shortener")
    scenario = Scenario(plan.preset)
    want = plan.wanted("url_storage", "10 TB")
    found = plan.solve(scenario, "url_storage", want, "dau", "<=")
    median = 10e12 / (0.1 * 5 * 365 * math.sqrt(300 * 800))
    deviation = math.hypot(sigma(0.05, 0.2), sigma(300, 800))
    assert ends(found.bands[0]) == pytest.approx(spread_around(median, deviation), rel=0.01)
    assert found.bands[0] is not None
    assert str(found.bands[0].p5.unit) == "user"


# Steps: both ends of a plateau move


ROOMS = {"x": "450 op", "room": "80 to 125 op/node"}
NODES = {"y": "ceil(x / room) | node"}


@pytest.mark.parametrize(
    ("sense", "want", "outcome", "rooms"),
    [("<=", 12, "at most", [12]), (">=", 12, "at least", [11]), ("=", 3, "interval", [2, 3])],
)
def test_what_so_many_machines_carry_is_as_unsure_as_what_one_does(
    sense: Sense, want: float, outcome: str, rooms: list[int], plan_of: PlanOf
) -> None:
    found = solved(plan_of(ROOMS, NODES), "y", want, "x", sense)
    assert found.outcome == outcome
    assert len(found.bands) == len(rooms)
    for band, count in zip(found.bands, rooms, strict=True):
        expected = spread_around(count * 100, sigma(80, 125))
        assert ends(band) == pytest.approx(expected, rel=0.01)


def test_both_ends_of_a_stretch_between_two_crossings_have_a_band(plan_of: PlanOf) -> None:
    """load x (1 - x) = 16 at x = (1 -+ sqrt(1 - 64 / load)) / 2: more load, a wider stretch."""
    inputs = {"x": "60% | share = true", "load": "80 to 120 op"}
    found = solved(plan_of(inputs, {"y": "load * x * (1 - x) | op"}), "y", 16.0, "x", ">=")
    assert found.outcome == "interval"
    roots = [math.sqrt(1 - 64 / load) / 2 for load in (80, math.sqrt(80 * 120), 120)]
    lower, upper = found.bands
    assert ends(lower) == pytest.approx([0.5 - root for root in reversed(roots)], rel=0.01)
    assert ends(upper) == pytest.approx([0.5 + root for root in roots], rel=0.01)


# Sums, shares, steps and plateaus, against a million draws


def percentiles(needed: Any) -> tuple[list[float], float]:
    """p5, p50 and p95 of the draws that have a value, and the share of those that have none."""
    known = needed[np.isfinite(needed)]
    return list(np.quantile(known, (0.05, 0.5, 0.95))), 1 - len(known) / len(needed)


def within(needed: Any, met: Any) -> Any:
    return np.where(met, needed, np.nan)


A = ("10 to 40", lognormal(10, 40))
B = ("5 to 30", lognormal(5, 30))
P = ("20% to 60% | share = true", share(0.2, 0.6))
N = ("50 +- 15", normal(50, 15))
NEEDED: dict[str, tuple[str, str, float, Sense, dict[str, tuple[str, Draw]], Callable[..., Any]]]
NEEDED = {
    "a sum": (
        "30", "x + a + b | ", 100, "=", {"a": A, "b": B},
        lambda a, b: within(100 - a - b, a + b < 100),
    ),
    "a sum with a factor": (
        "30", "a * b + x * b | ", 900, "<=", {"a": A, "b": B},
        lambda a, b: within((900 - a * b) / b, a * b < 900),
    ),
    "a sum below the line": (
        "3", "a / (x + b) | ", 0.3, "=", {"a": A, "b": B},
        lambda a, b: within(a / 0.3 - b, a / 0.3 > b),
    ),
    "the rest of a share": (
        "30", "x * (1 - p) * a | ", 400, "=", {"a": A, "p": P},
        lambda a, p: 400 / (1 - p) / a,
    ),
    "a blend": (
        "90", "p * x + (1 - p) * a | ", 70, ">=", {"a": A, "p": P},
        lambda a, p: within((70 - (1 - p) * a) / p, (1 - p) * a < 70),
    ),
    "a share": (
        "60% | share = true", "a * (1 - x) + b | ", 24, "=", {"a": A, "b": B},
        lambda a, b: within(1 - (24 - b) / a, (b < 24) & (24 - b < a)),
    ),
    "a normal": ("30", "x * n | ", 2000, "=", {"n": N}, lambda n: 2000 / n),
    "a difference of normals": (
        "300", "x - n - 2 * n ** 0.5 | ", 150, "=", {"n": N}, lambda n: 150 + n + 2 * np.sqrt(n),
    ),
    "machines with something on them": (
        "30", "ceil((x * a + b) / 25) | ", 12, "<=", {"a": A, "b": B},
        lambda a, b: within((12 * 25 - b) / a, b < 300),
    ),
    "machines at least": (
        "30", "ceil((x * a + b) / 25) | ", 12, ">=", {"a": A, "b": B},
        lambda a, b: within((11 * 25 - b) / a, b < 275),
    ),
    "whole machines": (
        "30", "floor(x / a) + floor(b / 1e9) | ", 7, ">=", {"a": A, "b": B},
        lambda a, b: 7 * a + 0 * b,
    ),
    "the larger of two": (
        "2", "max(x * a, b) | ", 20, "=", {"a": A, "b": B}, lambda a, b: within(20 / a, b < 20),
    ),
    "the smaller of two": (
        "2", "min(x * a, b) | ", 9, ">=", {"a": A, "b": B}, lambda a, b: within(9 / a, b > 9),
    ),
}  # fmt: skip


@pytest.mark.parametrize("case", NEEDED)
def test_the_band_is_that_of_a_million_independent_draws(case: str, plan_of: PlanOf) -> None:
    own, formula, want, sense, others, inverse = NEEDED[case]
    plan = plan_of({"x": own} | {name: text for name, (text, _) in others.items()}, {"y": formula})
    rng = np.random.default_rng(20240501)
    drawn = [draw(rng.standard_normal(DRAWS)) for _, draw in others.values()]
    expected, missing = percentiles(inverse(*drawn))
    found = solved(plan, "y", want, "x", sense)
    assert len(found.bands) == 1
    # 1%, or 0.3% of the band's width: of what nears zero 1% is next to nothing.
    width = expected[2] - expected[0]
    assert ends(found.bands[0]) == pytest.approx(expected, rel=0.01, abs=0.003 * width)
    assert found.bands[0] is not None
    assert found.bands[0].missing == pytest.approx(missing, abs=0.003)


def test_both_ends_of_a_plateau_are_those_of_a_million_draws(plan_of: PlanOf) -> None:
    inputs = {"x": "30", "a": "10 to 40", "b": "5 to 30"}
    found = solved(plan_of(inputs, {"y": "ceil((x * a + b) / 100) | "}), "y", 5.0, "x")
    assert found.outcome == "interval"
    rng = np.random.default_rng(7)
    a, b = (draw(rng.standard_normal(DRAWS)) for draw in (A[1], B[1]))
    for band, edge in zip(found.bands, (400, 500), strict=True):
        expected, _ = percentiles((edge - b) / a)
        assert ends(band) == pytest.approx(expected, rel=0.01)


def test_what_moves_together_moves_together_in_a_sum_too(plan_of: PlanOf) -> None:
    inputs = {"x": "30", "a": "10 to 40", "b": "5 to 30"}
    plan = plan_of(inputs, {"y": "x * a + b | "}, head='correlate = [["a", "b", 0.7]]')
    rng = np.random.default_rng(11)
    first, second = rng.standard_normal((2, DRAWS))
    a = A[1](first)
    b = B[1](0.7 * first + math.sqrt(1 - 0.7**2) * second)
    expected, _ = percentiles((500 - b) / a)
    assert ends(solved(plan, "y", 500.0, "x").bands[0]) == pytest.approx(expected, rel=0.01)


@given(
    st.sampled_from(SYSTEMS),
    st.sampled_from(["=", "<=", ">="]),
    st.floats(-0.7, 0.7),
    st.data(),
)
@settings(deadline=None, max_examples=12)
def test_one_in_twenty_lies_beyond_either_end_in_every_shipped_preset(
    system: str, sense: Sense, decades: float, data: st.DataObject
) -> None:
    """Needed is below an end just where the number at that end is past what is wanted already.

    Or, of a limit, keeps it already, where more keeps it; where less does, no longer keeps it.
    """
    plan = load(system)
    scenario = Scenario(plan.preset)
    target = data.draw(st.sampled_from(sorted(plan.preset.derived)))
    by = data.draw(st.sampled_from(plan.engine.needs[target]))
    values = plan.values(scenario)
    want = values[target] * 10**decades
    found = solved(plan, target, want, by, sense)
    assume(found.outcome in ("one", "at most", "at least"))
    band = found.bands[0]
    assume(band is not None)
    assert band is not None
    rng = np.random.default_rng(3)
    drawn: dict[str, Any] = {name: values[name] for name in plan.engine.inputs}
    for name, given_ in plan.preset.inputs.items():
        value = scenario.value(name)
        if isinstance(value, Interval) and name != by:
            made = share if given_.share else lognormal
            drawn[name] = made(value.low.base, value.high.base)(rng.standard_normal(100_000))

    def past(x: float) -> Any:
        at = np.broadcast_to(
            plan.engine.evaluate(drawn | {by: np.full(100_000, x)})[target], 100_000
        )
        return at <= want if sense == "<=" else at >= want

    least, most, far = values[by] * 1e-12, values[by] * 1e12, 1e-9
    if plan.preset.inputs[by].share:
        # Odds are looked through down to 4e-18, and a filter's error is small before it is absurd.
        least, most = 0.0, 1.0
        inside = [1e-15 < end < 1 - far for end in ends(band)]
    else:
        inside = [values[by] * far < end < values[by] / far for end in ends(band)]
    rising = past(most)
    # A limit that is kept at both ends is kept by any value: it is not missing, and without end.
    always = past(least) & rising if sense != "=" else np.zeros(100_000, dtype=bool)
    solvable = (past(least) != rising) | always
    assert band.missing == pytest.approx(1 - solvable.mean(), abs=0.01)
    assume(solvable.mean() > 0.5)
    upwards = found.outcome == "at most"
    for end, known, below in zip(ends(band), inside, (0.05, 0.5, 0.95), strict=True):
        endless = always[solvable].mean()
        if known:
            reached = np.where(always, not upwards, past(end) == rising)[solvable].mean()
            assert reached == pytest.approx(below, abs=0.01)
        elif sense != "=":
            assert endless > (1 - below if upwards else below) - 0.01


# Where there is no band, and where part of it is missing


@pytest.mark.parametrize(
    ("target", "by"),
    [("y", "x"), ("z", "x"), ("x", "x"), ("doubled", "a")],
)
def test_no_band_where_nothing_else_is_uncertain(target: str, by: str, plan_of: PlanOf) -> None:
    inputs = {"x": "3 to 30", "k": "5", "a": "10 to 40"}
    derived = {"y": "x * k | ", "z": "ceil(x + k) | ", "doubled": "2 * a | "}
    found = solved(plan_of(inputs, derived), target, 50.0, by)
    assert found.values
    assert set(found.bands) == {None}
    assert len(found.bands) == len(found.values)


def test_nothing_found_has_no_bands(plan_of: PlanOf) -> None:
    inputs = {"x": "60% | share = true", "a": "10 to 40"}
    found = solved(plan_of(inputs, {"y": "a * x | "}), "y", 500.0, "x")
    assert (found.outcome, found.values, found.bands) == ("none", (), ())


def test_missing_is_what_is_believed_to_be_beyond_reach(plan_of: PlanOf) -> None:
    """a x = 16 needs a share of 16 / a, which there is where a is above 16."""
    inputs = {"x": "60% | share = true", "a": "10 to 40"}
    band = solved(plan_of(inputs, {"y": "a * x | "}), "y", 16.0, "x").bands[0]
    beyond = NORMAL.cdf(math.log(16 / 20) / sigma(10, 40))
    assert band is not None
    assert band.missing == pytest.approx(beyond, abs=0.002)
    # 16 / a falls as a rises: of what is left of a, its p95, median and p5.
    scores = [NORMAL.inv_cdf(beyond + (1 - beyond) * p) for p in (0.95, 0.5, 0.05)]
    expected = [16 / (20 * math.exp(sigma(10, 40) * z)) for z in scores]
    assert ends(band) == pytest.approx(expected, rel=0.01)
    assert "of what is believed" in band.why


@pytest.mark.parametrize("number", [0, 1])
def test_both_of_two_solutions_are_found_as_near_as_they_come_together(
    number: int, plan_of: PlanOf
) -> None:
    """load x (1 - x) reaches 16 where load is 64 or more; there the two meet at 50%."""
    inputs = {"x": "60% | share = true", "load": "50 to 200 op"}
    found = solved(plan_of(inputs, {"y": "load * x * (1 - x) | op"}), "y", 16.0, "x")
    assert [value.base for value in found.values] == pytest.approx([0.8, 0.2], rel=1e-8)
    beyond = NORMAL.cdf(math.log(64 / 100) / sigma(50, 200))
    band = found.bands[number]
    assert band is not None
    assert band.missing == pytest.approx(beyond, abs=0.003)
    scores = [NORMAL.inv_cdf(beyond + (1 - beyond) * p) for p in (0.05, 0.5, 0.95)]
    roots = [math.sqrt(0.25 - 16 / (100 * math.exp(sigma(50, 200) * z))) for z in scores]
    expected = [0.5 + r for r in roots] if number == 0 else [0.5 - r for r in reversed(roots)]
    assert ends(band) == pytest.approx(expected, abs=0.005)


def test_a_hole_in_the_domain_hides_no_solution(plan_of: PlanOf) -> None:
    """100 op drain in 50 s where room is load + 2, whatever the load: none of it is missing."""
    inputs = {"load": "8 to 12 op/s", "room": "20 op/s", "backlog": "100 op"}
    plan = plan_of(inputs, {"wait": "drain_time(backlog, room, load) | s"})
    band = solved(plan, "wait", 50.0, "room").bands[0]
    assert band is not None
    assert band.missing == 0
    assert ends(band) == pytest.approx([10, math.sqrt(8 * 12) + 2, 14], rel=0.01)


def test_the_lower_end_of_a_stretch_is_never_taken_for_the_upper(plan_of: PlanOf) -> None:
    """x + k / x = 250 at x = 125 -+ sqrt(125^2 - k), for k up to 15,625."""
    inputs = {"x": "100 op", "k": "2000 to 40000 op"}
    found = solved(plan_of(inputs, {"y": "x + k * op / x | op"}), "y", 250.0, "x", "<=")
    assert found.outcome == "interval"
    middle = math.sqrt(2000 * 40000)
    beyond = 1 - NORMAL.cdf(math.log(125**2 / middle) / sigma(2000, 40000))
    scores = [NORMAL.inv_cdf((1 - beyond) * p) for p in (0.05, 0.5, 0.95)]
    roots = [math.sqrt(125**2 - middle * math.exp(sigma(2000, 40000) * z)) for z in scores]
    lower, upper = found.bands
    assert lower is not None
    assert lower.missing == pytest.approx(beyond, abs=0.005)
    assert ends(lower) == pytest.approx([125 - r for r in roots], rel=0.02)
    assert ends(upper) == pytest.approx([125 + r for r in reversed(roots)], rel=0.02)


@pytest.mark.parametrize(
    ("formula", "sense", "want"), [("min(x, a) | ", "<=", 12.0), ("x + a | ", ">=", 30.0)]
)
def test_a_limit_that_is_always_kept_somewhere_is_not_missing_there(
    formula: str, sense: Sense, want: float, plan_of: PlanOf
) -> None:
    """Missing is "the share of what is believed in which no value gives what is wanted": any does.

    min(x, a) stays below 12 where a does, and x + a above 30.
    """
    found = solved(plan_of({"x": "25", "a": "10 to 40"}, {"y": formula}), "y", want, "x", sense)
    band = found.bands[0]
    assert band is not None
    assert band.missing == 0


def test_the_same_question_has_the_same_band(plan_of: PlanOf) -> None:
    derived = {"y": "x * a + b | "}
    inputs: Mapping[str, str] = {"x": "30", "a": "10 to 40", "b": "5 to 30"}
    first, second = (solved(plan_of(inputs, derived), "y", 500.0, "x") for _ in range(2))
    assert first == second
