"""Sensitivity: which uncertain inputs a number hangs on, and so what to measure first.

Two answers, side by side. The share of the number's log-variance that an input carries: how much
surer one would be if it were known. And the swing: where the number goes when that input alone
goes from its p5 to its p95.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import combinations
from typing import Final

import numpy as np
import numpy.typing as npt
from numpy.polynomial.hermite_e import hermevander

from estimators.plan import Plan
from estimators.points import Array
from estimators.sample import Sample
from models.quantity import Interval, Quantity
from models.scenario import Scenario

DEGREE: Final = 5
"""Of the Hermite polynomials that stand for what one input does alone."""
LOGARITHM: Final = "the logarithm"
BINS: Final = 64
CELLS: Final = 24
ROUNDS: Final = 2
"""Bins of one input, cells of each of two, and how often all inputs' bins are gone through."""
FEWEST: Final = 1000
"""Points with a number: fewer say nothing of what moves it."""
STILL: Final = 1e-12
"""A number that moves by less than this share of itself does not move."""
NAMED: Final = 0.005
"""An interaction that carries less than this share of the variance is not named."""


@dataclass(frozen=True, slots=True)
class Influence:
    """What one uncertain input does to a number.

    Args:
        input: its name, `label` and `value`.
        share: of the number's log-variance, all shares and the interactions summing to 1. With
            correlated inputs the covariance is split evenly, and a share may be negative.
        low, high: the number with this input at its p5 and its p95, all others at their medians;
            None where it has no finite value there.
    """

    input: str
    label: str
    value: Interval
    share: float
    low: Quantity | None
    high: Quantity | None

    @property
    def swing(self) -> float | None:
        """How many times the smaller end the larger is; None where an end is missing or zero."""
        if self.low is None or self.high is None:
            return None
        ends = sorted((self.low.base, self.high.base))
        return ends[1] / ends[0] if ends[0] > 0 else None


@dataclass(frozen=True, slots=True)
class Interaction:
    """What two inputs do together beyond what each does alone, as a share of the log-variance."""

    inputs: tuple[str, str]
    share: float


@dataclass(frozen=True, slots=True)
class Sensitivity:
    """What a number hangs on.

    Args:
        address: the number, `label`, `value` at the medians.
        influences: by share, the largest first; empty where nothing uncertain is behind it.
        interactions: the pairs worth naming, the largest first.
        together: the share of all interactions, named or not.
        of: whether shares are of the variance of the logarithm, or of the value itself, where
            the number may be zero and has no logarithm.
        exact: whether they are in closed form.
    """

    address: str
    label: str
    value: Quantity
    influences: tuple[Influence, ...]
    interactions: tuple[Interaction, ...]
    together: float
    of: str
    exact: bool

    def by_swing(self) -> tuple[Influence, ...]:
        """The influences by swing, the widest first; those without one last."""
        return tuple(sorted(self.influences, key=lambda i: -round(i.swing or 0, 9)))


def sensitivity(plan: Plan, scenario: Scenario, address: str) -> Sensitivity:
    """Rank the uncertain inputs behind a number.

    For products of lognormals the shares are exact: w_i (R w)_i / w'Rw, with w the weights of the
    scores in the logarithm and R their correlation. Otherwise an additive model of the logarithm,
    a polynomial and steps in each score, is fitted to the points, and each input's share is the
    covariance of its term with the logarithm, over the variance. What no such model explains is
    interaction.

    Args:
        plan: the compiled preset.
        scenario: whose intervals are believed.
        address: an input or a derived number.

    Raises:
        ScenarioError: there is no such number.
        EstimateError: the scenario has no finite numbers.

    Source: Xu and Gertner, Uncertainty and sensitivity analysis for models with correlated
    parameters (RESS 93, 2008); Sobol', Sensitivity estimates for nonlinear mathematical models
    (1993), which the shares equal where inputs are independent.
    """
    unit = plan.formula_unit(address)
    sample = plan.sample(scenario)
    behind = tuple(name for name in sample.names if name in plan.engine.needs[address])
    shares, pairs, of = _shares(sample, address, behind)
    influences = [
        _influence(plan, sample, address, name, share)
        for name, share in zip(behind, shares, strict=True)
    ]
    return Sensitivity(
        address=address,
        label=plan.preset.label(address),
        value=Quantity.of_base(sample.values[address], unit),
        influences=tuple(sorted(influences, key=lambda i: -round(i.share, 9))),
        interactions=pairs,
        together=max(1 - sum(shares), 0.0) if any(shares) else 0.0,
        of=of,
        exact=sample.lognormal(address) is not None,
    )


def _influence(plan: Plan, sample: Sample, address: str, name: str, share: float) -> Influence:
    value = sample.scenario.value(name)
    assert isinstance(value, Interval)
    curve = plan.engine.curve(sample.values, address, name)
    with np.errstate(all="ignore"):
        ends = [float(curve(end.base)) for end in (value.low, value.high)]
    unit = plan.unit(address)
    low, high = (Quantity.of_base(end, unit) if np.isfinite(end) else None for end in ends)
    return Influence(name, plan.preset.label(name), value, share, low, high)


def _shares(
    sample: Sample, address: str, behind: tuple[str, ...]
) -> tuple[tuple[float, ...], tuple[Interaction, ...], str]:
    """The share of each input, the interactions, and what the variance is of."""
    nothing = (0.0,) * len(behind)
    if not behind or sample.is_certain(address):
        return nothing, (), LOGARITHM
    rows = [sample.names.index(name) for name in behind]
    exact = sample.lognormal(address)
    if exact is not None:
        covariance = exact.weights * (sample.correlation @ exact.weights)
        total = float(covariance.sum())
        if total <= STILL * float(exact.weights @ exact.weights):
            return nothing, (), LOGARITHM
        return tuple(float(c) for c in covariance[rows] / total), (), LOGARITHM
    values = sample.points(address)
    known = np.isfinite(values)
    scores, values = sample.scores[rows][:, known], values[known]
    of = LOGARITHM if len(values) and (values > 0).all() else "the value"
    values = np.log(values) if of == LOGARITHM else values
    if len(values) < FEWEST or np.ptp(values) <= STILL * np.abs(values).max():
        return nothing, (), of
    shares, left = _additive(scores, values - values.mean())
    pairs = _interactions(scores, left, float(values.var()))
    together = max(1 - sum(shares), 0.0)
    pairs = {pair: share for pair, share in pairs.items() if share >= NAMED}
    if len(behind) == 2 or sum(pairs.values()) > together:
        # Two inputs have nobody else to interact with; several share what there is.
        scale = together / (sum(pairs.values()) or 1.0)
        pairs = {pair: share * scale for pair, share in pairs.items()}
    named = [Interaction((behind[i], behind[j]), share) for (i, j), share in pairs.items()]
    named.sort(key=lambda pair: -pair.share)
    return shares, tuple(named), of


def _additive(scores: Array, values: Array) -> tuple[tuple[float, ...], Array]:
    """What a model that adds up a term of each input explains, and what it leaves.

    A term is a polynomial, by least squares, and what a mean by bins then still finds: the steps of
    a ceiling or of a condition.
    """
    terms = hermevander(scores, DEGREE)[..., 1:]
    terms = terms - terms.mean(axis=1, keepdims=True)
    basis = terms.transpose(0, 2, 1).reshape(-1, len(values))
    weights = np.linalg.lstsq(basis @ basis.T, basis @ values, rcond=1e-12)[0]
    each = (weights[:, None] * basis).reshape(len(scores), DEGREE, -1).sum(axis=1)
    left = values - each.sum(axis=0)
    bins = _bins(scores, BINS)
    for _ in range(ROUNDS):
        for row, numbers in enumerate(bins):
            step = _means(numbers, left, BINS)
            each[row] += step
            left = left - step
    shares = each @ values / float(values @ values)
    # Means by bins follow the points a little: together they explain no more than all there is.
    shares = shares / max(float(shares.sum()), 1.0)
    return tuple(float(share) for share in shares), left


def _interactions(scores: Array, left: Array, variance: float) -> dict[tuple[int, int], float]:
    """How much of what is left each two inputs explain together: by products, and by cells."""
    bins = _bins(scores, CELLS)
    curves = hermevander(scores, 2)[..., 1:] / np.sqrt([1.0, 2.0])
    count = len(left)
    # Means of pure noise vary too, by so much.
    noise = CELLS**2 / count
    found = {}
    for i, j in combinations(range(len(scores)), 2):
        products = np.einsum("np,nq->pqn", curves[i], curves[j]).reshape(-1, count)
        weights = products @ left / np.einsum("mn,mn->m", products, products)
        smooth = weights @ products
        rest = left - smooth
        means = _means(bins[i] * CELLS + bins[j], rest, CELLS**2)
        stepped, spread = float(means @ means) / count, float(rest @ rest) / count
        stepped = max(stepped - noise * (spread - stepped) / (1 - noise), 0.0)
        found[i, j] = (float(smooth @ smooth) / count + stepped) / variance
    return found


def _bins(scores: Array, count: int) -> npt.NDArray[np.int64]:
    """For every point the number of its bin, all bins holding alike many."""
    ranks = scores.argsort(axis=1).argsort(axis=1)
    bins: npt.NDArray[np.int64] = ranks * count // scores.shape[1]
    return bins


def _means(numbers: npt.NDArray[np.int64], values: Array, count: int) -> Array:
    """For every point the mean over its bin."""
    sums = np.bincount(numbers, values, count)
    return (sums / np.maximum(np.bincount(numbers, minlength=count), 1))[numbers]
