"""A scenario's numbers over all that is believed of its inputs: in closed form, else at points.

Each formula is tried in closed form first (products and powers of lognormals). What is none, such
as a sum, a maximum, a ceiling or anything with a share or a normal in it, is computed at the fixed
points of `estimators.points`, and so is what hangs on it. Points are drawn only where they are
asked for.
"""

from __future__ import annotations

import math
import sys
from collections.abc import Iterable, Mapping
from typing import Any, Final, NamedTuple

import numpy as np

from estimators.belief import P95, Belief
from estimators.engine import Engine, Step
from estimators.lognormal import Lognormal
from estimators.points import POINTS, Array, normal_points, percentiles
from models.preset import Correlation, Preset
from models.quantity import Interval
from models.scenario import Scenario

BAND: Final = (0.05, 0.5, 0.95)
EVERY_ONE: Final = slice(None)
LARGEST: Final = math.log(sys.float_info.max)


class Percentiles(NamedTuple):
    """p5, p50 and p95 in base units, and the share of the points at which there is no number."""

    p5: float
    p50: float
    p95: float
    missing: float = 0.0


class Sample:
    """The numbers of one scenario, with what is not known of them.

    Args:
        engine: the compiled formulas.
        scenario: whose intervals are believed.
        values: every input and derived number at the inputs' medians, in base units.
        planned: the sample of the same scenario from which the margins were taken; what does not
            hang on them is the same here.
    """

    def __init__(
        self,
        engine: Engine,
        scenario: Scenario,
        values: Mapping[str, float],
        planned: Sample | None = None,
    ) -> None:
        self.engine, self.scenario, self.values = engine, scenario, values
        self.beliefs: dict[str, Belief] = planned.beliefs if planned else _beliefs(scenario)
        self.names = tuple(self.beliefs)
        self.correlation = _correlation(scenario.preset.correlate, self.names)
        self._places = engine.places
        self._steps = {self._places[step.name]: step for step in engine.steps}
        self._rows = {self._places[name]: row for row, name in enumerate(self.names)}
        # What is bought is decided once: it stays so while what it has to carry varies.
        self._decided = {f"{id_}.nodes" for id_ in scenario.preset.components}
        self._points: dict[int, Any] = {}
        self._scores: Array | None = None
        self._exact: list[Any] = [values.get(n, engine.constants.get(n)) for n in self._places]
        for place, row in self._rows.items():
            self._exact[place] = self._start(row)
        known: set[str] = set()
        if planned is not None:
            known = self._places.keys() - engine.planned
            self._scores = planned._scores
            for name in known:
                place = self._places[name]
                self._exact[place] = planned._exact[place]
                if place in planned._points:
                    self._points[place] = planned._points[place]
        with np.errstate(all="ignore"):
            for step in engine.steps:
                if step.name not in known:
                    self._exact[self._places[step.name]] = self._closed(step)

    def _start(self, row: int) -> Lognormal | None:
        """An uncertain input in closed form, where it has one."""
        belief = self.beliefs[self.names[row]]
        if belief.shape != "lognormal":
            return None
        weights = np.zeros(len(self.names))
        weights[row] = belief.scale
        return Lognormal(math.exp(belief.location), weights)

    def _closed(self, step: Step) -> Any:
        """A derived number as a float or a lognormal; None where only points tell."""
        if step.name in self._decided:
            return self._exact[self._places[step.name]]
        used = [self._exact[place] for place in step.uses]
        if not any(value is None or isinstance(value, Lognormal) for value in used):
            return self._exact[self._places[step.name]]
        if any(value is None for value in used):
            return None
        try:
            value = step.run(self._exact)
        except (TypeError, ArithmeticError):
            return None
        if isinstance(value, Lognormal):
            return value if value.weights.any() else value.median
        return float(value) if isinstance(value, float) else None

    @property
    def scores(self) -> Array:
        """The standard normal scores of the uncertain inputs, a row each, correlated."""
        if self._scores is None:
            among = dict.fromkeys((*_streams(self.scenario.preset), *self.names))
            scores = normal_points(self.names, tuple(among))
            if (self.correlation != np.eye(len(self.names))).any():
                sizes, axes = np.linalg.eigh(self.correlation)
                scores = (axes * np.sqrt(np.maximum(sizes, 0.0))) @ axes.T @ scores
            self._scores = scores
        return self._scores

    def is_certain(self, name: str) -> bool:
        """Whether a number hangs on no uncertain input."""
        return isinstance(self._exact[self._places[name]], float)

    def lognormal(self, name: str) -> Lognormal | None:
        """A number in closed form, or None where it has none."""
        exact = self._exact[self._places[name]]
        return exact if isinstance(exact, Lognormal) else None

    def deviation(self, number: Lognormal) -> float:
        """The standard deviation of a lognormal's logarithm."""
        return math.sqrt(max(float(number.weights @ self.correlation @ number.weights), 0.0))

    def points(self, name: str, every: int = 1) -> Any:
        """A number at every point, or at every so manieth; a float where it is certain."""
        with np.errstate(all="ignore"):
            return self._at(self._places[name], slice(None, None, every))

    def _at(self, place: int, some: slice = EVERY_ONE) -> Any:
        exact = self._exact[place]
        if isinstance(exact, float):
            return exact
        if place not in self._points:
            if some != EVERY_ONE and place not in self._steps:
                return self._drawn(place, exact, some)
            self._points[place] = self._drawn(place, exact)
        return self._points[place][some]

    def _drawn(self, place: int, exact: Lognormal | None, some: slice = EVERY_ONE) -> Any:
        if exact is not None:
            moving = np.flatnonzero(exact.weights)
            return exact.median * np.exp(exact.weights[moving] @ self.scores[moving, some])
        if place in self._rows:
            row = self._rows[place]
            return self.beliefs[self.names[row]].at(self.scores[row, some])
        step, values = self._steps[place], self._exact.copy()
        for used in step.uses:
            values[used] = self._at(used)
        return np.broadcast_to(np.asarray(step.run(values), dtype=float), POINTS)

    def band(self, name: str) -> Percentiles | None:
        """p5, p50 and p95 of a number in base units; None where it is certain."""
        if self.is_certain(name):
            return None
        value = self.scenario.value(name) if name in self.beliefs else None
        if isinstance(value, Interval):
            return Percentiles(value.low.base, self.values[name], value.high.base)
        exact = self.lognormal(name)
        if exact is not None:
            reach = P95 * self.deviation(exact)
            low, high = (_exp(math.log(exact.median) + side * reach) for side in (-1, 1))
            if low > 0 and math.isfinite(high):
                return Percentiles(low, exact.median, high)
        found = band_of(self.points(name))
        return found or Percentiles(*(self.values[name],) * 3, missing=1.0)


def _exp(x: float) -> float:
    return math.exp(x) if x < LARGEST else math.inf


def band_of(values: Array) -> Percentiles | None:
    """p5, p50 and p95 of the points at which there is a number; None where there is at none."""
    finite = np.isfinite(values)
    known = values if finite.all() else values[finite]
    if len(known) < 2:
        return None
    p5, p50, p95 = percentiles(known, BAND)
    return Percentiles(p5, p50, p95, 1 - len(known) / len(values))


def _beliefs(scenario: Scenario) -> dict[str, Belief]:
    """What is believed of every input that is not known, in the preset's order."""
    found = {}
    for name, given in scenario.preset.changeable.items():
        value = scenario.value(name)
        if isinstance(value, Interval) and value.low.base < value.high.base:
            found[name] = Belief.of(value, given.share)
    return found


def can_be_correlated(pairs: Iterable[Correlation]) -> bool:
    """Whether some numbers can move together so: no combination of them has a negative variance."""
    pairs = tuple(pairs)
    names = tuple(dict.fromkeys(name for pair in pairs for name in (pair.first, pair.second)))
    return bool(np.linalg.eigvalsh(_correlation(pairs, names)).min() > -1e-9)


def _streams(preset: Preset) -> tuple[str, ...]:
    """What decides the steps of the points: the inputs, and the settings that are intervals."""
    settings = (name for name, i in preset.settings.items() if isinstance(i.value, Interval))
    return (*preset.inputs, *settings)


def _correlation(pairs: Iterable[Correlation], names: tuple[str, ...]) -> Array:
    matrix = np.eye(len(names))
    for pair in pairs:
        if pair.first in names and pair.second in names:
            i, j = names.index(pair.first), names.index(pair.second)
            matrix[i, j] = matrix[j, i] = pair.value
    return matrix
