"""Lognormals in closed form, held against the textbook and against the same steps over floats.

ln(X Y) = ln X + ln Y: a product of lognormals is lognormal, and so are quotients and powers. The
variances of independent logarithms add up (Crow and Shimizu, Lognormal Distributions, 1988, 1.2).
"""

from __future__ import annotations

import math
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from estimators.formula import parse_formula
from estimators.lognormal import Lognormal
from estimators.points import normal_points

medians = st.floats(1e-6, 1e6)
sigmas = st.floats(0.01, 2)
scores = st.tuples(*[st.floats(-4, 4)] * 3)


def lognormal(median: float, *weights: float) -> Lognormal:
    return Lognormal(median, np.array(weights))


def value(number: Lognormal, at: tuple[float, ...]) -> float:
    """What it comes to at some scores of the inputs, by its definition."""
    return number.median * math.exp(sum(w * z for w, z in zip(number.weights, at, strict=True)))


def deviation(number: Lognormal) -> float:
    """The standard deviation of the logarithm, of independent inputs."""
    return math.sqrt(sum(w * w for w in number.weights))


# Against the textbook


@given(medians, medians, sigmas, sigmas)
def test_the_logarithm_of_a_product_has_the_summed_mean_and_variance(
    a: float, b: float, s: float, t: float
) -> None:
    product = lognormal(a, s, 0) * lognormal(b, 0, t)
    assert math.log(product.median) == pytest.approx(math.log(a) + math.log(b), abs=1e-12)
    assert deviation(product) == pytest.approx(math.hypot(s, t), rel=1e-12)


@given(medians, medians, sigmas, sigmas)
def test_the_logarithm_of_a_quotient_has_the_difference_of_means_and_the_summed_variance(
    a: float, b: float, s: float, t: float
) -> None:
    quotient = lognormal(a, s, 0) / lognormal(b, 0, t)
    assert math.log(quotient.median) == pytest.approx(math.log(a) - math.log(b), abs=1e-12)
    assert deviation(quotient) == pytest.approx(math.hypot(s, t), rel=1e-12)


@given(medians, sigmas, st.floats(-4, 4))
def test_a_power_multiplies_mean_and_deviation_of_the_logarithm(
    a: float, s: float, power: float
) -> None:
    raised = lognormal(a, s) ** power
    assert math.log(raised.median) == pytest.approx(power * math.log(a), abs=1e-11)
    assert deviation(raised) == pytest.approx(abs(power) * s, rel=1e-12)


def test_a_number_times_itself_is_its_square_and_over_itself_one() -> None:
    one = lognormal(3.0, 0.5, 0.2)
    assert deviation(one * one) == pytest.approx(2 * deviation(one), rel=1e-12)
    assert deviation(one / one) == 0
    assert (one / one).median == 1


@given(medians, sigmas, st.floats(1e-6, 1e6))
def test_scaling_moves_the_median_alone(a: float, s: float, factor: float) -> None:
    for scaled in (lognormal(a, s) * factor, factor * lognormal(a, s)):
        assert scaled.median == pytest.approx(a * factor, rel=1e-12)
        assert deviation(scaled) == pytest.approx(s, rel=1e-12)


def test_the_drawn_logarithms_of_a_product_are_normal_with_that_deviation() -> None:
    product = lognormal(2.0, 0.4, 0) ** 2 * 5 / lognormal(3.0, 0, 0.3)
    drawn = np.log(product.median) + product.weights @ normal_points(*[("one", "other")] * 2)
    assert float(np.mean(drawn)) == pytest.approx(math.log(4 * 5 / 3), abs=1e-3)
    assert float(np.std(drawn)) == pytest.approx(math.hypot(0.8, 0.3), rel=2e-3)


# Against the same steps over floats

OPERATIONS = [
    "x * y",
    "x / y",
    "x * k",
    "k * x",
    "x / k",
    "k / x",
    "x**k",
    "k * x**2 / (y * x) ** 0.5",
    "np.float64(k) * x",
    "x * np.float64(k)",
    "np.float64(k) / x",
    "x / np.float64(k)",
    "x ** np.float64(k)",
    "np.multiply(x, y)",
    "np.multiply(k, x)",
    "np.multiply(x, k)",
    "np.divide(x, y)",
    "np.divide(x, k)",
    "np.divide(k, x)",
    "np.true_divide(k, x)",
    "np.power(x, k)",
    "np.float_power(x, k)",
    "x * np.array(k)",
]


def compute(operation: str, x: Any, y: Any, k: float = 1.5) -> Any:
    return eval(operation, {"x": x, "y": y, "k": k, "np": np, "math": math})


@pytest.mark.parametrize("operation", OPERATIONS)
@given(st.floats(0.01, 100), st.floats(0.01, 100), st.floats(0.1, 3), scores)
@settings(max_examples=20)
def test_an_operation_gives_at_any_scores_what_floats_give(
    operation: str, a: float, b: float, k: float, at: tuple[float, ...]
) -> None:
    one, other = lognormal(a, 0.5, -0.1, 0), lognormal(b, 0.2, 0, 0.7)
    found = compute(operation, one, other, k)
    assert isinstance(found, Lognormal)
    expected = compute(operation, value(one, at), value(other, at), k)
    assert value(found, at) == pytest.approx(expected, rel=1e-12)


def test_an_operation_leaves_both_sides_as_they_were() -> None:
    one, other = lognormal(2.0, 0.5), lognormal(3.0, 0.2)
    _ = one * other, one / other, one**2
    assert (one.median, *one.weights) == (2.0, 0.5)
    assert (other.median, *other.weights) == (3.0, 0.2)


# What has no closed form

REFUSED = [
    "x + 1",
    "1 + x",
    "x + y",
    "x - 1",
    "1 - x",
    "x - y",
    "-x",
    "abs(x)",
    "round(x)",
    "math.ceil(x)",
    "math.floor(x)",
    "float(x)",
    "int(x)",
    "bool(x)",
    "hash(x)",
    "x == 1",
    "x == x",
    "x != y",
    "x == 0",
    "x != 0",
    "x > 1",
    "x >= 1e-9",
    "x < 1",
    "x <= 1",
    "1 < x",
    "x < 0",
    "0 > x",
    "x > y",
    "x < y",
    "max(x, 1)",
    "max(x, y)",
    "min(1, x)",
    "min(x, y)",
    "2**x",
    "x**y",
    "x * 0",
    "0 * x",
    "x * -1",
    "x * math.nan",
    "x / 0",
    "0 / x",
    "-1 / x",
    "x * np.array([1.0, 2.0])",
    "np.array([1.0, 2.0]) * x",
    "np.float64(1) + x",
    "x + np.float64(1)",
    "np.float64(1) - x",
    "np.float64(1) < x",
    "np.float64(1) == x",
    "np.float64(2) ** x",
    "np.float64(0) * x",
    "np.add(x, y)",
    "np.subtract(1, x)",
    "np.negative(x)",
    "np.ceil(x)",
    "np.floor(x)",
    "np.rint(x)",
    "np.maximum(x, 1)",
    "np.minimum(x, y)",
    "np.greater(x, 1)",
    "np.less(x, y)",
    "np.equal(x, x)",
    "np.exp(x)",
    "np.log(x)",
    "np.isfinite(x)",
    "np.power(2, x)",
    "np.multiply.outer(x, y)",
]


@pytest.mark.parametrize("operation", REFUSED)
def test_what_has_no_closed_form_is_a_type_error(operation: str) -> None:
    one, other = lognormal(2.0, 0.5, 0), lognormal(3.0, 0, 0.2)
    with pytest.raises(TypeError):
        compute(operation, one, other)


@pytest.mark.parametrize("operation", ["x > 0", "x >= 0", "x > -5", "0 < x", "0.0 <= x", "-1 < y"])
def test_it_is_above_zero_and_all_below(operation: str) -> None:
    assert compute(operation, lognormal(1e-9, 3.0), lognormal(1e-300, 9.0)) is True


# In a compiled formula

PLACES = {"x": 0, "y": 1, "k": 2}


def run(text: str, values: list[Any]) -> Any:
    return parse_formula(text).bind(PLACES)(values)


@pytest.mark.parametrize(
    "text",
    [
        "x * y",
        "x / y / k",
        "k / x",
        "2 * x ** 3 * y ** -0.5",
        "peak_rate(x, k)",
        "average(x, y)",
        "peak_factor(x, y)",
        "storage(x, k, y)",
        "concurrency(x, y) / 7",
        "connections(x, 0.3, y)",
        "x if x > 0 else k",
        "x * y if k > 0 else x",
        "max(0, x)",
    ],
)
@given(at=scores)
@settings(max_examples=20)
def test_a_formula_of_products_stays_in_closed_form(text: str, at: tuple[float, ...]) -> None:
    one, other, k = lognormal(2.0, 0.5, 0, 0), lognormal(3.0, 0.1, 0.2, 0), 1.7
    found = run(text, [one, other, k])
    assert isinstance(found, Lognormal)
    expected = run(text, [value(one, at), value(other, at), k])
    assert value(found, at) == pytest.approx(expected, rel=1e-12)


@pytest.mark.parametrize(
    "text",
    [
        "x + y",
        "x + 1",
        "k - x",
        "-x",
        "1 - x / y",
        "ceil(x)",
        "floor(x * y)",
        "max(x, 1)",
        "max(x, y, k)",
        "min(k, x)",
        "x if x > 1 else y",
        "x if x > y else y",
        "x if x == k else y",
        "(x != 2) * k",
        "k ** x",
        "x * 0",
        "x * (k - 2)",
        "drain_time(x, y, k)",
        "zipf_hit_ratio(x, y, 1)",
        "debounced(x, y, k)",
        "deduplicated(k, x)",
        "reads(k, x)",
    ],
)
def test_any_other_formula_is_refused_with_a_type_error(text: str) -> None:
    with pytest.raises(TypeError):
        run(text, [lognormal(2.0, 0.5, 0), lognormal(3.0, 0, 0.2), 1.7])
