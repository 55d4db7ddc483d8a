"""An estimate: the one immutable result that every view reads and no view computes."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

from models.band import Band
from models.preset import At, Basis, Preset
from models.quantity import Figure, Quantity, Value
from models.scenario import Scenario
from models.system import ComponentValue, Cost, PathValue
from models.verdict import Verdict


@dataclass(frozen=True, slots=True)
class InputValue:
    """An input in a scenario.

    Args:
        value: what it is now; `starting` what the preset (or variant) says.
        median: the middle of it, which formulas use.
        changed: whether a person changed it.
    """

    name: str
    label: str
    value: Value
    starting: Value
    median: Quantity
    basis: Basis
    why: str
    source: str
    changed: bool


@dataclass(frozen=True, slots=True)
class DerivedValue:
    """A derived number: its value with the inputs at their medians, in its declared unit.

    Args:
        band: what is not known of it; None where it hangs on no uncertain input.
    """

    name: str
    label: str
    group: str
    formula: str
    value: Quantity
    band: Band | None
    at: At | None


@dataclass(frozen=True, slots=True)
class Reconciliation:
    """What one input would have to be for derived to meet documented.

    Args:
        input: its name.
        needs: the value, or None where no value reaches the figure.
        assumed: what it is in this scenario, and `basis`: why it is that.
        why: a sentence where there is no value, or more than one.
    """

    input: str
    needs: Quantity | None
    assumed: Value
    basis: Basis | Literal["changed"]
    why: str


@dataclass(frozen=True, slots=True)
class Held:
    """One reading of a documented figure, held against a number of the estimate.

    Args:
        figure: the documented value as it is read.
        against: the input or derived number it is held against; `label` is that one's.
        derived: what that number comes to here, and `band`: what is not known of it.
        ratio: derived over documented.
        verdict: of the untouched preset; None once inputs are changed.
        reconcile: what would make the two meet; None for a figure that is given.
    """

    figure: Figure
    against: str
    label: str
    derived: Quantity
    band: Band | None
    ratio: float
    verdict: Verdict | None
    reconcile: Reconciliation | None

    @property
    def comparable(self) -> Quantity:
        """The derived number in the figure's unit, so that the two can be read side by side."""
        return Quantity.of_base(self.derived.base, self.figure.quantity.unit)

    @property
    def comparable_band(self) -> Band | None:
        """What is not known of it, in the figure's unit."""
        return self.band and self.band.in_unit(self.figure.quantity.unit)

    @property
    def ratio_band(self) -> tuple[float, float] | None:
        """p5 and p95 of the ratio; None where it is certain."""
        if self.band is None:
            return None
        documented = self.figure.quantity.base
        return self.band.p5.base / documented, self.band.p95.base / documented


@dataclass(frozen=True, slots=True)
class Comparison:
    """A documented figure beside what the inputs lead to.

    Args:
        label: what it is a figure of.
        said: the source's own few words.
        source: where it is said.
        literal: the literal reading, the one that is counted.
        readings: other fair readings.
        over: where a peak stands over a volume: the average rate of that volume.
        volume: the documented figure of that volume; None where only a derived one is known.
        peak_over_volume: how many times that average the peak is.
    """

    label: str
    said: str
    source: str
    literal: Held
    readings: tuple[Held, ...]
    over: str | None
    volume: str | None
    peak_over_volume: float | None


@dataclass(frozen=True, slots=True)
class Audit:
    """The documented figures of one system beside what its inputs lead to."""

    preset: Preset
    documented: tuple[Comparison, ...]


@dataclass(frozen=True, slots=True)
class Estimate:
    """All of a scenario's numbers.

    Args:
        settings: the inputs of components, `codes.replicas`.
        sized: the numbers of components, paths and cost that follow by formulas, `codes.nodes`.
        margins: what p95 of each demand is over its median, `codes.rate_margin`.
    """

    scenario: Scenario
    inputs: Mapping[str, InputValue]
    derived: Mapping[str, DerivedValue]
    documented: tuple[Comparison, ...]
    settings: Mapping[str, InputValue]
    sized: Mapping[str, DerivedValue]
    margins: Mapping[str, Quantity]
    components: Mapping[str, ComponentValue]
    paths: Mapping[str, PathValue]
    cost: Cost | None

    def by_group(self) -> Mapping[str, tuple[DerivedValue, ...]]:
        """The derived numbers under their headings, in the preset's order."""
        groups: dict[str, tuple[DerivedValue, ...]] = {}
        for value in self.derived.values():
            groups[value.group] = (*groups.get(value.group, ()), value)
        return groups

    def held_against(self, address: str) -> tuple[Comparison, ...]:
        """The documented figures whose literal reading is held against one number."""
        return tuple(c for c in self.documented if c.literal.against == address)


@dataclass(frozen=True, slots=True)
class Explanation:
    """How a number comes about: its formula, the same with values put in, and its parts.

    Args:
        name: the input or derived number.
        label: its name on screen.
        value: what it comes to, for reading.
        band: what is not known of it, for reading beside the value.
        formula: its text; empty for an input.
        substituted: the formula with every name replaced by its value; empty for an input.
        basis: for an input, why it is what it is.
        estimators: the estimators the formula calls: signature, meaning and source of each.
        parts: the explanations of what the formula uses, in the order of their first use.
    """

    name: str
    label: str
    value: str
    band: str = ""
    formula: str = ""
    substituted: str = ""
    basis: str = ""
    estimators: tuple[EstimatorNote, ...] = ()
    parts: tuple[Explanation, ...] = ()


@dataclass(frozen=True, slots=True)
class EstimatorNote:
    """What an estimator is: its signature, its docstring's text, and the source it names."""

    signature: str
    text: str
    source: str
