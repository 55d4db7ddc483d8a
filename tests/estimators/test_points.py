"""The fixed points: even, the same everywhere, each input's own; and percentiles of values."""

from __future__ import annotations

import math
import subprocess
import sys
from hashlib import sha256
from pathlib import Path
from statistics import NormalDist

import numpy as np
import numpy.typing as npt
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from estimators.points import POINTS, normal_points, normal_quantiles, percentiles

Array = npt.NDArray[np.float64]
ROOT = Path(__file__).parents[2]
NAMES = ("dau", "redirects_per_user", "hit_ratio", "record_size", "peak_factor")
INDEX = np.arange(POINTS)

names = st.lists(
    st.from_regex(r"[a-z][a-z0-9_]{0,15}", fullmatch=True), unique=True, min_size=1, max_size=12
).map(tuple)


def points(*several: str) -> Array:
    """The points of some inputs when there are no others."""
    return normal_points(several, several)


def step(row: Array) -> int:
    """By how many ranks a row goes on from point to point, modulo their number."""
    ranks = np.searchsorted(normal_quantiles(), row[:2])
    return int(ranks[1] - ranks[0]) % POINTS


# Even


def test_the_quantiles_are_the_middles_of_equal_parts_of_the_normal_distribution() -> None:
    quantiles = normal_quantiles()
    assert len(quantiles) == POINTS
    assert (np.diff(quantiles) > 0).all()
    below = np.array([NormalDist().cdf(z) for z in quantiles])
    assert np.abs(below - (INDEX + 0.5) / POINTS).max() < 1e-12
    assert np.array_equal(quantiles, -quantiles[::-1])


@given(names)
@settings(deadline=None, max_examples=20)
def test_each_row_holds_the_same_numbers_in_an_order_of_its_own(several: tuple[str, ...]) -> None:
    rows = points(*several)
    assert rows.shape == (len(several), POINTS)
    for row in rows:
        assert np.array_equal(np.sort(row), normal_quantiles())
        ranks = np.searchsorted(normal_quantiles(), row)
        assert np.array_equal(ranks, (ranks[0] + INDEX * step(row)) % POINTS)
    assert len({step(row) for row in rows}) == len(several)


def test_no_input_at_all_has_points_too() -> None:
    assert points().shape == (0, POINTS)


def test_nobody_can_write_over_the_points() -> None:
    with pytest.raises(ValueError, match="read-only"):
        points(*NAMES)[0, 0] = 0.0


def some_names(rng: np.random.Generator, count: int) -> tuple[str, ...]:
    return tuple(f"input_{number}" for number in rng.choice(10**6, count, replace=False))


def test_two_inputs_of_eight_are_all_but_uncorrelated_whatever_they_are_called() -> None:
    rng = np.random.default_rng(5)
    worst = [np.abs(np.corrcoef(points(*some_names(rng, 8))) - np.eye(8)).max() for _ in range(40)]
    assert max(worst) < 0.1
    assert np.mean(worst) < 0.02


def exact_quantile(share: float) -> float:
    """Of e^(z/2) e^(y/2) / (1 + e^(1 + 0.8 x)), z, y and x normal.

    The first two are one lognormal of deviation sqrt(1/2), so its distribution function is a mean
    over x, which is summed over 80 nodes and bisected.
    """
    nodes, weights = np.polynomial.hermite_e.hermegauss(80)
    weights = weights / weights.sum()
    part, cdf = -np.log1p(np.exp(1 + 0.8 * nodes)), NormalDist(0, math.sqrt(0.5)).cdf
    low, high = -20.0, 20.0
    for _ in range(80):
        middle = (low + high) / 2
        below = sum(w * cdf(middle - p) for w, p in zip(weights, part, strict=True))
        low, high = (middle, high) if below < share else (low, middle)
    return math.exp(low)


def errors_over_names(count: int, among: int) -> Array:
    """Of p5 and p95 of that model, over many sets of names for three of some inputs."""
    rng, exact = np.random.default_rng(6), np.array([exact_quantile(0.05), exact_quantile(0.95)])
    errors = []
    for _ in range(count):
        rows = points(*some_names(rng, among))
        z, y, x = rows[rng.choice(among, 3, replace=False)]
        found = percentiles(np.exp((z + y) / 2) / (1 + np.exp(1 + 0.8 * x)), (0.05, 0.95))
        errors.append(np.abs(found / exact - 1))
    return np.array(errors)


def test_three_inputs_of_eight_give_a_band_to_a_percent_whatever_they_are_called() -> None:
    errors = errors_over_names(150, 8)
    assert errors.mean() < 0.01
    assert np.percentile(errors, 95) < 0.02


def test_no_three_inputs_alone_are_called_so_unluckily_that_a_band_is_far_off() -> None:
    errors = errors_over_names(500, 3)
    assert errors.mean() < 0.005
    assert errors.max() < 0.05


# The same everywhere


def test_another_process_draws_the_very_same_points() -> None:
    code = (
        "from hashlib import sha256; from estimators.points import normal_points; "
        f"print(sha256(normal_points({NAMES!r}, {NAMES!r}).tobytes()).hexdigest())"
    )
    found = {
        subprocess.run(
            [sys.executable, "-c", code],
            cwd=ROOT,
            env={"PYTHONHASHSEED": seed},
            capture_output=True,
            text=True,
            check=True,
        ).stdout.strip()
        for seed in ("1", "2")
    }
    assert found == {sha256(points(*NAMES).tobytes()).hexdigest()}


# Each its own


@given(names, st.data())
@settings(deadline=None, max_examples=40)
def test_a_row_is_the_same_whichever_others_are_asked_for(
    among: tuple[str, ...], data: st.DataObject
) -> None:
    asked = tuple(data.draw(st.permutations(among)))[: data.draw(st.integers(1, len(among)))]
    rows = dict(zip(among, normal_points(among, among), strict=True))
    for name, row in zip(asked, normal_points(asked, among), strict=True):
        assert np.array_equal(row, rows[name])


@given(names, names)
@settings(deadline=None, max_examples=40)
def test_an_input_that_is_added_at_the_end_moves_no_other(
    there: tuple[str, ...], added: tuple[str, ...]
) -> None:
    more = (*there, *(name for name in added if name not in there))
    assert np.array_equal(normal_points(there, more), points(*there))


@pytest.mark.parametrize("count", [2, 64, 200])
def test_no_two_names_share_a_row(count: int) -> None:
    rows = points(*(f"input_{i}" for i in range(count)))
    assert len({row.tobytes() for row in rows}) == count


# Percentiles

SHARES = (0.05, 0.5, 0.95)


@pytest.mark.parametrize(
    ("inverse", "rel"),
    [
        (lambda p: p, 1e-12),
        (lambda p: 100 - 3 * p, 1e-12),
        (lambda p: -np.log(1 - p), 1e-6),
        (lambda p: (1 - p) ** (-1 / 3), 1e-6),
        (lambda p: np.log(p / (1 - p)) + 10, 1e-6),
    ],
    ids=["uniform", "falling", "exponential", "pareto", "logistic"],
)
def test_the_percentiles_of_a_known_distribution(inverse: object, rel: float) -> None:
    assert callable(inverse)
    values = inverse((INDEX + 0.5) / POINTS)
    shuffled = np.random.default_rng(1).permutation(values)
    expected = sorted(float(inverse(share)) for share in SHARES)
    assert percentiles(shuffled, SHARES) == pytest.approx(expected, rel=rel)


def test_the_percentiles_of_the_normal_quantiles_are_the_tables() -> None:
    # Abramowitz and Stegun, table 26.5: the 5% and 1% points of the normal distribution.
    shares, expected = (0.01, 0.05, 0.5, 0.95, 0.99), (-2.32635, -1.64485, 0, 1.64485, 2.32635)
    assert percentiles(normal_quantiles(), shares) == pytest.approx(expected, abs=1e-5)


@given(
    st.one_of(
        st.lists(st.floats(-1e9, 1e9), min_size=20, max_size=200),
        st.lists(
            st.floats(0, 1e200) | st.sampled_from((0.0, -0.0, 1.0)), min_size=20, max_size=200
        ),
    ),
    st.tuples(st.floats(0.05, 0.95), st.floats(0.05, 0.95)),
)
def test_percentiles_are_those_of_hazen(values: list[float], shares: tuple[float, float]) -> None:
    array = np.array(values)
    expected = np.percentile(array, [100 * share for share in shares], method="hazen")
    assert percentiles(array, shares) == pytest.approx(expected.tolist(), rel=1e-9, abs=1e-5)


@pytest.mark.parametrize("values", [(1.0, 100.0), (1.0, 2.0, 300.0), (5.0, 5.0), (1.0, 1.0, 9.0)])
def test_the_percentiles_of_few_values_lie_among_them(values: tuple[float, ...]) -> None:
    found = percentiles(np.array(values), SHARES)
    assert min(values) <= min(found) <= max(found) <= max(values)


def test_percentiles_leave_the_values_as_they_are() -> None:
    values = np.random.default_rng(2).permutation(100).astype(float)
    before = values.copy()
    percentiles(values, SHARES)
    assert np.array_equal(values, before)
