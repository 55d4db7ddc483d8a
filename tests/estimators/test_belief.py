"""What is believed of an input: each distribution has the typed ends as its p5 and p95."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from estimators.belief import P95, Belief
from estimators.points import normal_quantiles, percentiles
from models.quantity import Interval, Quantity, Range, Spread
from models.units import Unit, Vocabulary

Z = 1.6448536269514722
"""The normal score that 95% lie below: Abramowitz and Stegun, table 26.5, to more digits."""
VOCABULARY = Vocabulary()
UNITS = [Unit.read(text, VOCABULARY) for text in ("", "user", "GB", "request/user/day", "ms")]
PERCENT = Unit.read("%", VOCABULARY)


def interval(text: str) -> Interval:
    return Interval.read(text, VOCABULARY)


def ends(value: Interval) -> tuple[float, float]:
    return value.low.base, value.high.base


def at(belief: Belief, *scores: float) -> list[float]:
    return [float(x) for x in belief.at(np.array(scores))]


def at_points(belief: Belief) -> np.ndarray:
    return belief.at(normal_quantiles())


@st.composite
def ranges(draw: st.DrawFn) -> Interval:
    """Positive ranges over up to six decades."""
    low, decades = draw(st.floats(1e-6, 1e12)), draw(st.floats(0.001, 6))
    unit = draw(st.sampled_from(UNITS))
    return Range(Quantity(low, unit), Quantity(low * 10**decades, unit))


@st.composite
def spreads(draw: st.DrawFn, most: float = 0.99) -> Interval:
    """`a +- b` with b up to a share of a."""
    middle, off = draw(st.floats(1e-6, 1e12)), draw(st.floats(0.001, most))
    return Spread(Quantity(middle, draw(st.sampled_from(UNITS))), Quantity(100 * off, PERCENT))


@st.composite
def shares(draw: st.DrawFn) -> Interval:
    """Shares, near 0 and near 1 as well, typed as ranges or as spreads."""
    one, other = (100 / (1 + math.exp(-draw(st.floats(-9, 9)))) for _ in range(2))
    low, high = min(one, other), max(one, other)
    assume(high - low > 1e-3)
    if draw(st.booleans()):
        return Range(Quantity(low, PERCENT), Quantity(high, PERCENT))
    return Spread(Quantity((low + high) / 2, PERCENT), Quantity((high - low) / 2, PERCENT))


SHAPES = [
    ("4 to 16", False, "lognormal"),
    ("80M to 120M user", False, "lognormal"),
    ("1 KB to 4 GB", False, "lognormal"),
    ("100M user +- 20%", False, "normal"),
    ("100 +- 99%", False, "normal"),
    ("8 ms +- 2 ms", False, "normal"),
    ("85% to 97%", True, "logit-normal"),
    ("0.1% to 99.9%", True, "logit-normal"),
    ("0.3 to 0.4", True, "logit-normal"),
    ("90% +- 9%", True, "logit-normal"),
]


def test_the_score_of_the_ends_is_the_tables() -> None:
    assert pytest.approx(Z, rel=1e-14) == P95


@pytest.mark.parametrize(("text", "share", "shape"), SHAPES)
def test_how_it_was_typed_tells_the_shape(text: str, share: bool, shape: str) -> None:
    assert Belief.of(interval(text), share).shape == shape


@pytest.mark.parametrize(("text", "share"), [(text, share) for text, share, _ in SHAPES])
def test_p5_and_p95_of_the_points_are_the_typed_ends(text: str, share: bool) -> None:
    value = interval(text)
    p5, p50, p95 = percentiles(at_points(Belief.of(value, share)), (0.05, 0.5, 0.95))
    assert (p5, p95) == pytest.approx(ends(value), rel=1e-3)
    assert p50 == pytest.approx(value.median(share).base, rel=1e-3)


@pytest.mark.parametrize(("text", "share"), [(text, share) for text, share, _ in SHAPES])
def test_a_tenth_of_all_draws_lies_outside_the_ends(text: str, share: bool) -> None:
    value = interval(text)
    drawn = Belief.of(value, share).at(np.random.default_rng(5).standard_normal(400_000))
    low, high = ends(value)
    # Three standard errors of a share of 0.05 in 400,000 draws are 0.001.
    assert np.mean(drawn < low) == pytest.approx(0.05, abs=0.0011)
    assert np.mean(drawn > high) == pytest.approx(0.05, abs=0.0011)


@given(ranges())
def test_a_range_is_lognormal_between_its_ends(value: Interval) -> None:
    belief = Belief.of(value, share=False)
    low, high = ends(value)
    assert at(belief, -Z, Z) == pytest.approx([low, high], rel=1e-9)
    assert at(belief, 0) == pytest.approx([value.median().base], rel=1e-9)
    # As far beyond the upper end again, by ratio: the logarithm is linear in the score.
    assert at(belief, 3 * Z) == pytest.approx([high * (high / low)], rel=1e-9)
    assert (at_points(belief) > 0).all()


@given(spreads())
def test_a_spread_is_normal_between_its_ends_and_above(value: Interval) -> None:
    belief = Belief.of(value, share=False)
    low, high = ends(value)
    assert at(belief, -Z, Z) == pytest.approx([low, high], rel=1e-9)
    assert at(belief, 0) == pytest.approx([value.median().base], rel=1e-9)
    assert at(belief, 3 * Z) == pytest.approx([high + (high - low)], rel=1e-9)


@given(shares())
def test_a_share_is_logit_normal_between_its_ends(value: Interval) -> None:
    belief = Belief.of(value, share=True)
    low, high = ends(value)
    assert at(belief, -Z, Z) == pytest.approx([low, high], rel=1e-9)
    assert at(belief, 0) == pytest.approx([value.median(share=True).base], rel=1e-9)
    odds = [p / (1 - p) for p in (low, high, *at(belief, 2 * Z))]
    assert odds[2] == pytest.approx(odds[1] * math.sqrt(odds[1] / odds[0]), rel=1e-6)


@given(shares())
def test_a_share_never_leaves_nothing_to_all(value: Interval) -> None:
    belief = Belief.of(value, share=True)
    points = at_points(belief)
    assert (points > 0).all()
    assert (points <= 1).all()
    far = belief.at(np.array([-30.0, 30.0]))
    assert 0 <= far[0] <= far[1] <= 1


@given(st.one_of(ranges(), spreads(), shares()), st.booleans())
def test_more_of_the_score_is_more_of_the_value(value: Interval, share: bool) -> None:
    assume(not share or value.high.base < 1)
    assert (np.diff(at_points(Belief.of(value, share))) >= 0).all()


# Normals stay above zero


@given(spreads())
def test_a_normal_never_goes_to_zero_or_below(value: Interval) -> None:
    assert (at_points(Belief.of(value, share=False)) > 0).all()


@pytest.mark.parametrize("text", ["100 +- 99%", "100M user +- 99.5%", "100 +- 99.9%", "1 +- 0.999"])
def test_not_even_one_that_may_be_all_but_nothing(text: str) -> None:
    points = at_points(Belief.of(interval(text), share=False))
    assert points.min() > 0
    assert np.isfinite(1 / points).all()


@given(spreads())
def test_a_normal_is_exactly_normal_above_half_of_its_lower_end(value: Interval) -> None:
    middle, half = value.median().base, value.high.base - value.median().base
    scores = normal_quantiles()
    straight = middle + half / Z * scores
    above = straight >= value.low.base / 2 * (1 + 1e-9)
    assert above.sum() > len(scores) * 0.95
    found = at_points(Belief.of(value, share=False))
    assert np.abs(found[above] / straight[above] - 1).max() < 1e-9


@pytest.mark.parametrize("text", ["100 +- 50%", "100 +- 90%", "100 +- 99%"])
def test_below_that_it_tapers_without_a_step_or_a_kink(text: str) -> None:
    value = interval(text)
    belief = Belief.of(value, share=False)
    low, half = value.low.base, value.high.base - value.median().base
    bend = (low / 2 - value.median().base) / (half / Z)
    step = 1e-6 * low / half
    before, here, after = at(belief, bend - step, bend, bend + step)
    assert here == pytest.approx(low / 2, rel=1e-9)
    assert (here - before) / (after - here) == pytest.approx(1, rel=1e-3)
    assert before < here < after
    # A straight line would be at a quarter of the lower end here, and at nothing there.
    quarter, nothing = at(belief, bend - low / 4 / (half / Z), bend - low / 2 / (half / Z))
    assert low / 4 * 1.05 < quarter < low / 2
    assert 0.05 * low < nothing < quarter
