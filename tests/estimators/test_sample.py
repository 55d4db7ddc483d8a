"""Bands: exact where there is a closed formula, else against samples drawn here by numpy alone."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from statistics import NormalDist
from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from estimators.plan import Plan
from estimators.points import normal_points
from estimators.sample import band_of, can_be_correlated
from models.band import Band
from models.preset import Correlation
from models.quantity import Interval, Quantity, Range, Value
from models.scenario import Scenario
from presets.loader import load

Array = npt.NDArray[np.float64]
PlanOf = Callable[..., Plan]
Z = NormalDist().inv_cdf(0.95)
BAND = (5, 50, 95)


def bands(plan: Plan, **changes: str) -> dict[str, Band | None]:
    scenario = Scenario(plan.preset)
    for name, text in changes.items():
        scenario = scenario.with_change(name, text)
    return {name: number.band for name, number in plan.estimate(scenario).derived.items()}


def three(band: Band | None) -> tuple[float, float, float]:
    """p5, p50 and p95 in base units."""
    assert band is not None
    return band.p5.base, band.p50.base, band.p95.base


def deviation(low: float, high: float) -> float:
    """Of the logarithm of a lognormal with these ends."""
    return math.log(high / low) / (2 * Z)


def lognormal(low: float, high: float, scores: Array) -> Array:
    return math.sqrt(low * high) * np.exp(deviation(low, high) * scores)


def normal(middle: float, half: float, scores: Array) -> Array:
    return middle + half / Z * scores


def share(low: float, high: float, scores: Array) -> Array:
    a, b = (math.log(p / (1 - p)) for p in (low, high))
    return 1 / (1 + np.exp(-((a + b) / 2 + (b - a) / (2 * Z) * scores)))


def draws(rows: int, count: int = 1_000_000) -> Array:
    return np.random.default_rng(20_24).standard_normal((rows, count))


# Exact

ends = st.tuples(st.floats(0.001, 1000), st.floats(1.001, 8)).map(lambda x: (x[0], x[0] * x[1]))


@given(st.lists(st.tuples(ends, st.sampled_from((-2, -1, 1, 1, 2, 3))), min_size=1, max_size=6))
@settings(deadline=None, max_examples=60)
def test_the_band_of_a_product_of_powers_is_the_closed_formula(
    plan_of: PlanOf, factors: list[tuple[tuple[float, float], int]]
) -> None:
    inputs = {f"x{i}": f"{low!r} to {high!r}" for i, ((low, high), _) in enumerate(factors)}
    terms = [f"x{i} ** {power}" for i, (_, power) in enumerate(factors)]
    plan = plan_of(inputs, {"half": f"{' * '.join(terms)} |", "whole": "2 * half |"})
    median = math.prod(math.sqrt(low * high) ** power for (low, high), power in factors)
    spread = math.sqrt(sum((p * deviation(*both)) ** 2 for both, p in factors))
    expected = [median * math.exp(z * spread) for z in (-Z, 0, Z)]
    found = bands(plan)
    assert three(found["half"]) == pytest.approx(expected, rel=1e-9)
    assert three(found["whole"]) == pytest.approx([2 * x for x in expected], rel=1e-9)


def test_an_input_that_is_used_twice_counts_twice(plan_of: PlanOf) -> None:
    """a * (a / c) is a^2 / c: the deviations of a are added, not their squares."""
    plan = plan_of({"a": "1 to 4", "c": "2 to 3"}, {"part": "a / c |", "all": "a * part |"})
    spread = math.hypot(2 * deviation(1, 4), deviation(2, 3))
    assert three(bands(plan)["all"]) == pytest.approx(
        [4 / math.sqrt(6) * math.exp(z * spread) for z in (-Z, 0, Z)], rel=1e-9
    )


def test_units_and_estimators_keep_the_closed_formula(plan_of: PlanOf) -> None:
    plan = plan_of(
        {"dau": "50M to 200M user", "per_user": "4 to 16 redirect/user/day", "size": "1 to 4 KB"},
        {
            "rate": "dau * per_user | redirect/s",
            "peak": "peak_rate(rate, 3) | redirect/s",
            "kept": "storage(rate, size / redirect, 1 * year) | TB",
        },
    )
    found = bands(plan)
    rate = 100e6 * 8 / 86_400
    factor = math.exp(Z * math.hypot(deviation(1, 4), deviation(1, 4)))
    assert three(found["rate"]) == pytest.approx([rate / factor, rate, rate * factor], rel=1e-9)
    assert three(found["peak"]) == pytest.approx(
        [3 * rate / factor, 3 * rate, 3 * rate * factor], rel=1e-9
    )
    kept, wider = 100e6 * 8 * 365 * 2e3, math.exp(Z * math.sqrt(3) * deviation(1, 4))
    assert three(found["kept"]) == pytest.approx([kept / wider, kept, kept * wider], rel=1e-9)


def test_the_band_of_an_input_is_what_was_typed(plan_of: PlanOf) -> None:
    inputs = {
        "a": "4 to 16",
        "c": "100 +- 20%",
        "part": "20% to 80% | share = true",
        "fixed": "5",
    }
    plan = plan_of(inputs, {"all": "a * c * part * fixed |"})
    sample = plan.sample(Scenario(plan.preset))
    found = {name: sample.band(name) for name in inputs}
    assert found["fixed"] is None
    assert found["a"] == pytest.approx((4, 8, 16, 0), rel=1e-12)
    assert found["c"] == pytest.approx((80, 100, 120, 0), rel=1e-12)
    assert found["part"] == pytest.approx((0.2, 0.5, 0.8, 0), rel=1e-12)


@pytest.mark.parametrize(
    "formula",
    ["fixed * 3", "fixed + same", "same / fixed", "a / a", "a ** 0", "fixed if a > 0 else 1"],
)
def test_a_number_that_is_certain_has_no_band(plan_of: PlanOf, formula: str) -> None:
    inputs = {"a": "1 to 4", "fixed": "5", "same": "7 to 7"}
    plan = plan_of(inputs, {"number": f"{formula} |", "other": "a + fixed |"})
    found = bands(plan)
    assert found["number"] is None
    assert found["other"] is not None


def test_there_is_no_band_where_all_is_fixed(plan_of: PlanOf) -> None:
    plan = plan_of({"a": "1 to 4"}, {"more": "a + 1 |"})
    assert bands(plan)["more"] is not None
    assert bands(plan, a="2")["more"] is None


# At points, against independent samples


class Model(NamedTuple):
    """A formula, and the same over arrays: `n`, `m` are normal, `p` a share, others lognormal."""

    formula: str
    compute: Callable[..., Array]


MODELS = [
    Model("a + c + e + f", lambda a, c, e, f: a + c + e + f),
    Model("a * c + e * f", lambda a, c, e, f: a * c + e * f),
    Model("a * c + a * e", lambda a, c, e: a * c + a * e),
    Model("a * c / (e + f)", lambda a, c, e, f: a * c / (e + f)),
    Model("max(a, c * e) * f", lambda a, c, e, f: np.maximum(a, c * e) * f),
    Model("min(a, c) / e + f", lambda a, c, e, f: np.minimum(a, c) / e + f),
    Model(
        "ceil(1000 * a * c) + 1000 * e",
        lambda a, c, e: np.ceil(1000 * a * c) + 1000 * e,
    ),
    Model(
        "a * c if e > f else c * f",
        lambda a, c, e, f: np.where(e > f, a * c, c * f),
    ),
    Model("a * c * (1 - p)", lambda a, c, p: a * c * (1 - p)),
    Model("a * p + c * (1 - p)", lambda a, c, p: a * p + c * (1 - p)),
    Model("n * a * m", lambda n, a, m: n * a * m),
    Model("n * a + c * p", lambda n, a, c, p: n * a + c * p),
]


def random_case(
    model: Model, rng: np.random.Generator, scores: Array
) -> tuple[dict[str, str], Array]:
    """Intervals for a model's inputs, with up to 1 of deviation in all, and draws of its result."""
    names = model.compute.__code__.co_varnames[: model.compute.__code__.co_argcount]
    parts = rng.uniform(0.2, 1) * np.sqrt(rng.dirichlet(np.ones(len(names))))
    texts, drawn = {}, {}
    for name, part, z in zip(names, parts, scores, strict=False):
        if name == "p":
            low = rng.uniform(0.05, 0.6)
            high = low + rng.uniform(0.05, 0.35)
            texts[name] = f"{low!r} to {high!r} | share = true"
            drawn[name] = share(low, high, z)
        elif name in "nm":
            middle, percent = rng.uniform(1, 5), rng.uniform(5, 40)
            texts[name] = f"{middle!r} +- {percent!r}%"
            drawn[name] = normal(middle, middle * percent / 100, z)
        else:
            median, factor = math.exp(rng.uniform(-0.7, 0.7)), math.exp(Z * part)
            texts[name] = f"{median / factor!r} to {median * factor!r}"
            drawn[name] = lognormal(median / factor, median * factor, z)
    return texts, model.compute(**drawn)


def test_bands_without_a_closed_formula_are_right_to_a_percent(plan_of: PlanOf) -> None:
    """24 random models, each against 2M independent draws, whose own error is 0.2% or less."""
    rng, errors = np.random.default_rng(7), []
    scores = draws(4, 2_000_000)
    for model in MODELS * 2:
        texts, expected = random_case(model, rng, rng.permutation(scores))
        (band,) = bands(plan_of(texts, {"number": f"{model.formula} |"})).values()
        ratios = np.array(three(band)) / np.percentile(expected, BAND)
        errors.append(np.abs(ratios - 1))
    p5, p50, p95 = np.transpose(errors)
    outer = np.concatenate([p5, p95])
    assert outer.mean() < 0.01
    assert np.percentile(outer, 95) < 0.02
    assert p50.mean() < 0.005


def test_the_band_of_a_monotone_formula_of_one_input_is_that_of_its_ends(plan_of: PlanOf) -> None:
    plan = plan_of(
        {"a": "4 to 16"},
        {"more": "a + 5 |", "less": "20 - a |", "part": "1 / (1 + a) |", "low": "max(a, 6) |"},
    )
    found = bands(plan)
    assert three(found["more"]) == pytest.approx((9, 13, 21), rel=1e-4)
    assert three(found["less"]) == pytest.approx((4, 12, 16), rel=1e-3)
    assert three(found["part"]) == pytest.approx((1 / 17, 1 / 9, 1 / 5), rel=1e-4)
    assert three(found["low"]) == pytest.approx((6, 8, 16), rel=1e-4)


def test_what_hangs_on_a_sum_is_drawn_with_it(plan_of: PlanOf) -> None:
    """(a + c) / a is 1 + c / a, which has a closed formula: the a above and below is one a."""
    plan = plan_of({"a": "1 to 4", "c": "2 to 3"}, {"sum": "a + c |", "ratio": "sum / a |"})
    spread, median = math.hypot(deviation(1, 4), deviation(2, 3)), math.sqrt(6) / 2
    expected = [1 + median * math.exp(z * spread) for z in (-Z, 0, Z)]
    assert three(bands(plan)["ratio"]) == pytest.approx(expected, rel=0.01)


def test_the_value_and_the_p50_of_a_sum_differ(plan_of: PlanOf) -> None:
    """The value is the formula at the medians; the median of a sum of lognormals lies above it."""
    plan = plan_of({"a": "1 to 100", "c": "1 to 100"}, {"sum": "a + c |"})
    number = plan.estimate(Scenario(plan.preset)).derived["sum"]
    z = draws(2)
    expected = np.median(lognormal(1, 100, z[0]) + lognormal(1, 100, z[1]))
    assert number.value.base == pytest.approx(20, rel=1e-12)
    assert three(number.band)[1] == pytest.approx(expected, rel=0.01)
    assert three(number.band)[1] > 1.2 * 20


def drawn_input(value: Value, is_share: bool, scores: Array) -> Any:
    if isinstance(value, Quantity):
        return value.base
    low, high = value.low.base, value.high.base
    if is_share:
        return share(low, high, scores)
    if isinstance(value, Range):
        return lognormal(low, high, scores)
    return normal((low + high) / 2, (high - low) / 2, scores)


def test_the_bands_of_a_shipped_system_are_those_of_independent_draws(typical: str) -> None:
    plan = load(typical)
    inputs = {n: i for n, i in plan.preset.changeable.items() if isinstance(i.value, Interval)}
    scores = draws(len(inputs), 100_000)
    drawn = {
        name: drawn_input(given_.value, given_.share, z)
        for (name, given_), z in zip(inputs.items(), scores, strict=True)
    }
    computed = plan.engine.evaluate(plan.given(Scenario(plan.preset)) | drawn)
    found = bands(plan)
    assert any(found.values())
    for name, band in found.items():
        if band is None:
            assert np.ptp(computed[name]) == 0, name
            continue
        values = computed[name][np.isfinite(computed[name])]
        assert band.missing == pytest.approx(1 - len(values) / scores.shape[1], abs=0.005), name
        assert three(band) == pytest.approx(np.percentile(values, BAND), rel=0.025), name


# Inputs that move together


def correlated(plan_of: PlanOf, rho: float, *pairs: str, **inputs: str) -> dict[str, Band | None]:
    together = ", ".join([f'["a", "c", {rho}]', *pairs])
    plan = plan_of(
        {"a": "1 to 4", "c": "3 to 6", **inputs},
        {
            "product": "a * c |",
            "quotient": "a / c |",
            "powers": "a ** 2 / c ** 0.5 |",
            "sum": "a + c |",
            "most": "max(a, c) |",
        },
        head=f"correlate = [{together}]",
    )
    return bands(plan)


@pytest.mark.parametrize("rho", [-1, -0.5, 0, 0.3, 0.7, 1])
def test_correlated_logarithms_add_up_with_twice_their_covariance(
    plan_of: PlanOf, rho: float
) -> None:
    """Var(k ln a + m ln c) = k^2 s^2 + m^2 t^2 + 2 rho k m s t."""
    found = correlated(plan_of, rho)
    s, t = deviation(1, 4), deviation(3, 6)
    for name, k, m in (("product", 1, 1), ("quotient", 1, -1), ("powers", 2, -0.5)):
        variance = (k * s) ** 2 + (m * t) ** 2 + 2 * rho * k * m * s * t
        median = 2**k * math.sqrt(18) ** m
        expected = [median * math.exp(z * math.sqrt(variance)) for z in (-Z, 0, Z)]
        assert three(found[name]) == pytest.approx(expected, rel=1e-9), name


@pytest.mark.parametrize("rho", [-0.7, 0.3, 0.7, 0.95])
def test_sums_of_correlated_inputs_are_those_of_correlated_draws(
    plan_of: PlanOf, rho: float
) -> None:
    found = correlated(plan_of, rho)
    z = draws(2)
    a = lognormal(1, 4, z[0])
    c = lognormal(3, 6, rho * z[0] + math.sqrt(1 - rho**2) * z[1])
    assert three(found["sum"]) == pytest.approx(np.percentile(a + c, BAND), rel=0.01)
    assert three(found["most"]) == pytest.approx(np.percentile(np.maximum(a, c), BAND), rel=0.01)


def test_inputs_that_are_one_and_the_same_reach_their_ends_together(plan_of: PlanOf) -> None:
    found = correlated(plan_of, 1)
    assert three(found["sum"]) == pytest.approx((4, 2 + math.sqrt(18), 10), rel=0.005)
    assert three(found["most"]) == pytest.approx((3, math.sqrt(18), 6), rel=0.005)


def test_inputs_that_are_each_others_opposite_cancel(plan_of: PlanOf) -> None:
    plan = plan_of(
        {"a": "1 to 4", "c": "10 to 40"},
        {"product": "a * c |", "sum": "10 * a + c |"},
        head='correlate = [["a", "c", -1]]',
    )
    found = bands(plan)
    assert three(found["product"]) == pytest.approx((40, 40, 40), rel=1e-6)
    # 20 (e^sz + e^-sz) is least where z is 0 and symmetric in z: its p is that of |z|.
    s, half_normal = deviation(1, 4), [NormalDist().inv_cdf((1 + p) / 2) for p in (0.05, 0.5, 0.95)]
    expected = [40 * math.cosh(s * z) for z in half_normal]
    assert three(found["sum"]) == pytest.approx(expected, rel=0.01)


def test_several_pairs_hold_at_once_for_every_shape(plan_of: PlanOf) -> None:
    """Rank correlation of what is drawn, which shapes leave as it is: 6/pi asin(rho/2)."""
    inputs = {"a": "1 to 4", "n": "100 +- 20%", "p": "20% to 70% | share = true", "x": "2 to 3"}
    rhos = {("a", "n"): 0.8, ("n", "p"): -0.5, ("a", "p"): -0.3}
    pairs = ", ".join(f'["{one}", "{other}", {rho}]' for (one, other), rho in rhos.items())
    plan = plan_of(inputs, {"all": "a + n + p + x |"}, head=f"correlate = [{pairs}]")
    sample = plan.sample(Scenario(plan.preset))
    drawn = {name: sample.points(name) for name in inputs}
    for name, text in inputs.items():
        typed = plan.preset.inputs[name].value
        assert not isinstance(typed, Quantity)
        found = np.percentile(drawn[name], (5, 95))
        assert found == pytest.approx((typed.low.base, typed.high.base), rel=0.01), text
    ranks = {name: np.argsort(np.argsort(values)) for name, values in drawn.items()}
    for one in inputs:
        for other in inputs:
            rho = 1 if one == other else rhos.get((one, other), rhos.get((other, one), 0))
            expected = 6 / math.pi * math.asin(rho / 2)
            assert np.corrcoef(ranks[one], ranks[other])[0, 1] == pytest.approx(expected, abs=0.01)


def test_the_order_of_pairs_and_within_pairs_is_all_the_same(plan_of: PlanOf) -> None:
    more = {"e": "2 to 3"}
    there = correlated(plan_of, 0.5, '["e", "a", -0.2]', **more)
    plan_back = plan_of(
        {"a": "1 to 4", "c": "3 to 6", **more},
        {"sum": "a + c |", "product": "a * c |"},
        head='correlate = [["a", "e", -0.2], ["c", "a", 0.5]]',
    )
    back = bands(plan_back)
    assert (back["sum"], back["product"]) == (there["sum"], there["product"])


def test_a_correlation_with_a_fixed_input_does_nothing(plan_of: PlanOf) -> None:
    inputs = {"a": "1 to 4", "c": "3 to 6", "e": "2 to 3"}
    derived = {"sum": "a + c * e |", "product": "a * c * e |"}
    apart = plan_of(inputs, derived)
    together = plan_of(inputs, derived, head='correlate = [["a", "c", 0.9]]')
    assert bands(together) != bands(apart)
    assert bands(together, c="4") == bands(apart, c="4")
    fixed = plan_of({**inputs, "c": "4"}, derived, head='correlate = [["a", "c", 0.9]]')
    assert bands(fixed) == bands(apart, c="4")


def test_no_correlation_is_the_same_as_one_of_zero(plan_of: PlanOf) -> None:
    inputs, derived = {"a": "1 to 4", "c": "3 to 6"}, {"sum": "a + c |"}
    none = plan_of(inputs, derived, head='correlate = [["a", "c", 0]]')
    assert bands(none) == bands(plan_of(inputs, derived))


@pytest.mark.parametrize(
    ("rhos", "possible"),
    [
        # Three correlations r, s, t hold together where 1 + 2rst - r^2 - s^2 - t^2 >= 0.
        ((0.9, 0.9, -0.9), False),
        ((0.9, 0.9, 0.61), False),
        ((0.9, 0.9, 0.63), True),
        ((0.5, -0.5, 0.5), True),
        ((0.51, -0.51, 0.51), False),
        ((1, 1, 1), True),
        ((1, 1, 0.99), False),
        ((-1, -1, 1), True),
    ],
)
def test_which_three_correlations_hold_together(
    rhos: tuple[float, float, float], possible: bool
) -> None:
    names = (("a", "c"), ("c", "e"), ("a", "e"))
    pairs = [Correlation(*pair, rho) for pair, rho in zip(names, rhos, strict=True)]
    r, s, t = rhos
    assert (1 + 2 * r * s * t - r * r - s * s - t * t >= -1e-12) == possible
    assert can_be_correlated(pairs) == possible


# Steady

MIXED = {"a": "4 to 16", "c": "1 to 3", "n": "100 +- 30%", "p": "85% to 97% | share = true"}
FORMULAS = {
    "sum": "a * c + n |",
    "missed": "a * n * (1 - p) |",
    "most": "max(a * 10, n) |",
    "whole": "ceil(a * n * c) |",
    "chosen": "a * n if c > 1.5 else a * c * n |",
    "product": "a * c |",
}


def test_the_same_scenario_has_the_very_same_bands(plan_of: PlanOf) -> None:
    once = bands(plan_of(MIXED, FORMULAS))
    normal_points.cache_clear()
    assert bands(plan_of(MIXED, FORMULAS)) == once


def test_bands_do_not_hang_on_which_was_asked_for_first(plan_of: PlanOf) -> None:
    plan = plan_of(MIXED, FORMULAS)
    forth, back = plan.sample(Scenario(plan.preset)), plan.sample(Scenario(plan.preset))
    first = {name: forth.band(name) for name in FORMULAS}
    assert {name: back.band(name) for name in reversed(FORMULAS)} == first


def test_a_number_that_nothing_else_uses_moves_no_other(plan_of: PlanOf) -> None:
    plan = plan_of(MIXED, FORMULAS)
    fewer = plan_of(MIXED, {name: FORMULAS[name] for name in ("missed", "most")})
    assert {name: bands(plan)[name] for name in ("missed", "most")} == bands(fewer)


@pytest.mark.parametrize(
    ("name", "typed"),
    [
        ("a", lambda more: f"4 to {16 * more!r}"),
        ("a", lambda more: f"{4 / more!r} to 16"),
        ("c", lambda more: f"{more!r} to 3"),
        ("n", lambda more: f"{100 * more!r} +- 30%"),
        ("n", lambda more: f"100 +- {30 * more!r}%"),
        ("p", lambda more: f"{85 * more!r}% to 97%"),
        ("p", lambda more: f"85% to {100 - 3 / more!r}%"),
    ],
)
def test_a_band_moves_smoothly_while_an_end_is_moved(
    plan_of: PlanOf, name: str, typed: Callable[[float], str]
) -> None:
    """Twelve steps of 0.1%: no step moves p5 or p95 of anything by 1%."""
    plan = plan_of(MIXED, FORMULAS)
    seen = [bands(plan, **{name: typed(1.001**step)}) for step in range(13)]
    for formula in FORMULAS:
        found = np.array([three(found[formula]) for found in seen])
        assert np.abs(found[1:] / found[:-1] - 1).max() < 0.01, formula


@pytest.mark.parametrize(
    "changes",
    [
        {"size": "1000 to 4000 MB"},
        {"size": "0.001 to 0.004 TB"},
        {"size": "8 to 32 Gbit"},
        {"span": "0.5 h +- 20%"},
        {"span": "1800 s +- 360 s"},
        {"portion": "0.2x to 0.8x"},
        {"size": "8000 to 32000 Mbit", "span": "30 min +- 0.1 h", "portion": "0.2x to 0.8x"},
    ],
)
def test_typing_an_interval_in_another_unit_changes_no_band(
    plan_of: PlanOf, changes: Mapping[str, str]
) -> None:
    plan = plan_of(
        {
            "size": "1 to 4 GB",
            "span": "30 min +- 6 min",
            "portion": "20% to 80% | share = true",
        },
        {
            "flow": "size / span | MB/s",
            "rest": "size * (1 - portion) + 1 * GB | GB",
            "longer": "max(span, 25 * min) | s",
            "square": "size ** 2 | GB^2",
        },
    )
    before, after = bands(plan), bands(plan, **changes)
    for name in before:
        assert three(after[name]) == pytest.approx(three(before[name]), rel=1e-9), name


# Numbers that are not always there


def test_a_band_is_that_of_the_points_at_which_there_is_a_number(plan_of: PlanOf) -> None:
    """The root of a - c is there where a is above c: ln a - ln c is normal."""
    plan = plan_of(
        {"a": "2 to 8", "c": "1 to 3"}, {"root": "(a - c) ** 0.5 |", "more": "root + 1 |"}
    )
    found = bands(plan)
    middle, spread = math.log(4 / math.sqrt(3)), math.hypot(deviation(2, 8), deviation(1, 3))
    missing = NormalDist(middle, spread).cdf(0)
    z = draws(2)
    gap = lognormal(2, 8, z[0]) - lognormal(1, 3, z[1])
    expected = np.percentile(np.sqrt(gap[gap >= 0]), BAND)
    for name, more in (("root", 0), ("more", 1)):
        band = found[name]
        assert band is not None
        assert band.missing == pytest.approx(missing, abs=0.003)
        assert three(band) == pytest.approx(expected + more, rel=0.01)
        assert band.why == f"no finite value in {band.missing:.2g} of what is believed"
        assert band.dump()["why"] == band.why


def test_a_queue_that_may_never_drain_says_how_often(plan_of: PlanOf) -> None:
    plan = plan_of(
        {
            "backlog": "1M request",
            "capacity": "100 to 200 request/s",
            "rate": "80 to 120 request/s",
        },
        {"wait": "drain_time(backlog, capacity, rate) | h"},
    )
    band = bands(plan)["wait"]
    assert band is not None
    middle = math.log(math.sqrt(100 * 200) / math.sqrt(80 * 120))
    spread = math.hypot(deviation(100, 200), deviation(80, 120))
    assert band.missing == pytest.approx(NormalDist(middle, spread).cdf(0), abs=0.003)
    assert all(math.isfinite(x) and x > 0 for x in three(band))
    assert band.p5.base < band.p50.base < band.p95.base


def test_a_number_that_is_always_there_has_nothing_missing(plan_of: PlanOf) -> None:
    band = bands(plan_of({"a": "2 to 8"}, {"more": "a + 1 |"}))["more"]
    assert band is not None
    assert (band.missing, band.why) == (0, "")
    assert set(band.dump()) == {"p5", "p50", "p95"}


def test_without_two_finite_points_there_is_no_band() -> None:
    nothing = np.full(100, np.nan)
    assert band_of(nothing) is None
    assert band_of(np.array([*nothing, 5.0])) is None
    assert band_of(np.array([np.inf, 5.0, 5.0, -np.inf])) == (5.0, 5.0, 5.0, 0.5)


@pytest.mark.parametrize(
    ("typed", "formula"),
    [
        ("1e-100 to 1e100", "a ** 4"),
        ("1e140 to 1e160", "a ** 2"),
    ],
)
def test_a_band_beyond_all_floats_is_still_made_of_finite_numbers(
    plan_of: PlanOf, typed: str, formula: str
) -> None:
    band = bands(plan_of({"a": typed}, {"number": f"{formula} |"}))["number"]
    assert band is None or all(math.isfinite(x) for x in three(band))


def test_a_normal_that_is_all_but_nothing_can_be_divided_by(plan_of: PlanOf) -> None:
    band = bands(plan_of({"n": "100 +- 99.9%"}, {"inverse": "1 / n |"}))["inverse"]
    assert band is not None
    assert band.missing == 0
    # The points lie far apart there: 0.036 where the p5 of n is 0.1.
    assert band.p95.base == pytest.approx(1 / 0.1, rel=0.05)
