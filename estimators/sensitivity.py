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
from numpy.polynomial.hermite_e import hermevander

from estimators.plan import Plan
from estimators.points import Array
from estimators.sample import Sample
from models.quantity import Interval, Quantity
from models.scenario import Scenario

DEGREE: Final = 5
"""Of the Hermite polynomials that stand for what one input does alone."""
LOGARITHM: Final = "the logarithm"
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
    a polynomial in each score, is fitted to the points, and each input's share is the covariance
    of its term with the logarithm, over the variance. What no such model explains is interaction.

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
    unit = plan.unit(address)
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
        together=max(1 - sum(shares), 0.0) if shares else 0.0,
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
    if not behind:
        return (), (), LOGARITHM
    rows = [sample.names.index(name) for name in behind]
    exact = sample.lognormal(address)
    if exact is not None:
        covariance = exact.weights * (sample.correlation @ exact.weights)
        return tuple(covariance[rows] / covariance.sum()), (), LOGARITHM
    values = sample.points(address)
    known = np.isfinite(values)
    scores, values = sample.scores[rows][:, known], values[known]
    positive = bool((values > 0).all())
    shares, pairs = _fitted(scores, np.log(values) if positive else values)
    named = [
        Interaction((behind[i], behind[j]), float(pairs[i, j]))
        for i, j in combinations(range(len(behind)), 2)
        if pairs[i, j] >= NAMED
    ]
    named.sort(key=lambda pair: -pair.share)
    return shares, tuple(named), LOGARITHM if positive else "the value"


def _fitted(scores: Array, values: Array) -> tuple[tuple[float, ...], Array]:
    """Shares of an additive model, a polynomial in each score; and of each pair in what is left."""
    centred = values - values.mean()
    variance = float(centred @ centred) / len(values)
    if variance <= 1e-18 * (1 + float(values.mean()) ** 2):
        return (0.0,) * len(scores), np.zeros((len(scores),) * 2)
    terms = hermevander(scores, DEGREE)[..., 1:]
    terms = terms - terms.mean(axis=1, keepdims=True)
    basis = terms.transpose(0, 2, 1).reshape(-1, len(values))
    weights = np.linalg.lstsq(basis @ basis.T, basis @ centred, rcond=1e-12)[0]
    each = (weights[:, None] * basis).reshape(len(scores), DEGREE, -1).sum(axis=1)
    left = centred - each.sum(axis=0)
    pairs = np.zeros((len(scores),) * 2)
    low = [terms[..., degree] / terms[..., degree].std(axis=1, keepdims=True) for degree in (0, 1)]
    for first in low:
        for second in low:
            pairs += ((first * left) @ second.T / len(values)) ** 2
    shares = each @ centred / len(values) / variance
    return tuple(float(share) for share in shares), pairs / variance
