"""A plan: a compiled preset, from which a scenario's estimate follows in one step."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, replace
from types import MappingProxyType
from typing import Any

from estimators import system
from estimators.architecture import expand, kind_of, path_faults
from estimators.check import nearest
from estimators.documented import DocumentedClaims, compare, read_claims
from estimators.engine import Engine, EstimateError, compile_formulas, where
from estimators.needs import needs_bands
from estimators.paths import Times, path_bands, path_times
from estimators.sample import Percentiles, Sample, can_be_correlated
from estimators.shapes import Choice, choices
from estimators.solve import Sense, Solution, solve
from models.band import Band
from models.catalog import Kind
from models.estimate import Audit, DerivedValue, Estimate, InputValue
from models.faults import Fault, Path, PresetError
from models.preset import Derived, Preset
from models.quantity import Quantity, QuantityError
from models.scenario import Scenario, ScenarioError, domain_fault, read_input, unknown_input
from models.system import ComponentValue
from models.units import TIMES, Unit, exponent


@dataclass(frozen=True, slots=True)
class Plan:
    """A preset that is ready to be asked: its formulas compiled, its documented figures read."""

    preset: Preset
    engine: Engine
    figures: tuple[DocumentedClaims, ...]
    kinds: Mapping[str, Kind]
    shapes: Mapping[str, tuple[Choice, ...]]

    def estimate(self, scenario: Scenario) -> Estimate:
        """All numbers of a scenario of this preset.

        Raises:
            EstimateError: a formula that has no finite value for these inputs.
        """
        medians = dict(scenario.medians())
        preset = self.preset
        sample = self.sample(scenario)
        shown = {*preset.inputs, *preset.derived, "cost.month", *self._held()}
        shown |= {f"{id_}.busy" for id_ in preset.components}
        times = {id_: path_times(preset, id_, sample.values) for id_ in preset.paths}
        values, bands = self._with_bands(sample, shown, times)

        def given_value(name: str) -> InputValue:
            given = preset.changeable[name]
            return InputValue(
                name=name,
                label=given.label,
                value=scenario.value(name),
                starting=scenario.base_value(name),
                median=medians[name],
                basis=given.basis,
                why=given.why,
                source=given.source,
                changed=name in scenario.changes,
            )

        def number_value(name: str, number: Derived) -> DerivedValue:
            return DerivedValue(
                name=name,
                label=number.label,
                group=number.group,
                formula=number.formula,
                value=Quantity.of_base(values[name], number.unit),
                band=bands.get(name),
                at=self.engine.kinds[name].at,
            )

        return Estimate(
            scenario=scenario,
            inputs={name: given_value(name) for name in preset.inputs},
            derived={name: number_value(name, number) for name, number in preset.derived.items()},
            settings={name: given_value(name) for name in preset.settings},
            margins={name: Quantity(values[name], TIMES) for name in preset.margins},
            sized={name: number_value(name, number) for name, number in preset.sized.items()},
            documented=compare(self.engine, self.figures, scenario, values, bands),
            components=system.components(scenario, self.kinds, self.shapes, values, bands),
            paths=system.paths(preset, times, values, bands),
            cost=system.cost(preset, values, bands),
        )

    def components(self, scenario: Scenario) -> Mapping[str, ComponentValue]:
        """The components alone, as the estimate has them but without bands, for a part of its work.

        Raises:
            EstimateError: a formula that has no finite value for these inputs.
        """
        return system.components(scenario, self.kinds, self.shapes, self.values(scenario), {})

    def audit(self, scenario: Scenario) -> Audit:
        """The documented figures alone, as the estimate has them, for a part of its work.

        Raises:
            EstimateError: a formula that has no finite value for these inputs.
        """
        sample, held = self.sample(scenario), self._held()
        asked = [id_ for id_ in self.preset.paths if {f"{id_}.p50", f"{id_}.p99"} & held]
        times = {id_: path_times(self.preset, id_, sample.values) for id_ in asked}
        values, bands = self._with_bands(sample, held, times)
        documented = compare(self.engine, self.figures, scenario, values, bands)
        return Audit(self.preset, documented)

    def _held(self) -> set[str]:
        """The numbers that documented figures are held against."""
        return {claim.against for figure in self.figures for claim in figure.claims}

    def _with_bands(
        self, sample: Sample, shown: Collection[str], times: Mapping[str, Times]
    ) -> tuple[dict[str, float], dict[str, Band | None]]:
        """All values, with those of paths, and the bands of what is shown and of the paths."""
        values = {**sample.values}
        bands = {name: self.band(name, sample.band(name)) for name in shown if name in values}
        for id_, found in times.items():
            drawn = path_bands(self.preset, id_, sample, found)
            for name, band in zip(("p50", "p99"), drawn, strict=True):
                address = f"{id_}.{name}"
                values[address] = getattr(found, name)
                bands[address] = self.band(address, band)
        return values, bands

    def values(self, scenario: Scenario) -> dict[str, float]:
        """Every input and number at the inputs' medians, in base units.

        Raises:
            EstimateError: a formula that has no finite value for these inputs.
        """
        return self._evaluated(self.given(scenario))

    def given(self, scenario: Scenario) -> dict[str, Any]:
        """Everything that formulas start from, in base units: medians, and the margins.

        Raises:
            EstimateError: a formula that has no finite value for these inputs.
        """
        given = self._medians(scenario)
        return (
            given | self._margins(self._planned(scenario, given)) if self.preset.margins else given
        )

    def _medians(self, scenario: Scenario) -> dict[str, Any]:
        medians = {name: quantity.base for name, quantity in scenario.medians()}
        return medians | dict.fromkeys(self.preset.margins, 1.0)

    def _evaluated(self, given: dict[str, Any]) -> dict[str, float]:
        found = given | self.engine.evaluate(given)
        return {name: float(value) for name, value in found.items()}

    def _planned(self, scenario: Scenario, given: dict[str, Any]) -> Sample:
        """The sample from which margins are taken: with none yet."""
        return Sample(self.engine, scenario, self._evaluated(given))

    def _margins(self, planned: Sample) -> dict[str, float]:
        """What p95 of each demand is over its median: fleets are sized for that, once."""
        margins = {}
        for margin, demand in self.preset.margins.items():
            band, median = planned.band(demand), planned.values[demand]
            margins[margin] = max(band.p95 / median, 1.0) if band and median else 1.0
        return margins

    def sample(self, scenario: Scenario) -> Sample:
        """The numbers of a scenario with what is not known of them.

        Raises:
            EstimateError: a formula that has no finite value for these inputs.
        """
        given = self._medians(scenario)
        planned = self._planned(scenario, given)
        if not self.preset.margins:
            return planned
        values = self._evaluated(given | self._margins(planned))
        return Sample(self.engine, scenario, values, planned)

    def band(self, name: str, found: Percentiles | None) -> Band | None:
        """Percentiles in base units as a band in the unit of a number."""
        if found is None:
            return None
        unit = self.engine.unit(name)
        p5, p50, p95 = (Quantity.of_base(end, unit) for end in (found.p5, found.p50, found.p95))
        return Band(p5, p50, p95, found.missing)

    def unit(self, address: str) -> Unit:
        """The unit of an input or a derived number.

        Raises:
            ScenarioError: there is no such number; the nearest one is named.
        """
        known = (*self.preset.changeable, *self.preset.numbers, *self.preset.times)
        if address not in known:
            within = [name for name in known if name.startswith(f"{address}.")]
            own = within or [*self.preset.inputs, *self.preset.derived]
            hint = f"; its numbers: {', '.join(own)}"
            hint = hint if within else nearest(address, known) or hint
            raise ScenarioError(f"{self.preset.id} has no number {address!r}{hint}")
        return self.engine.unit(address)

    def formula_unit(self, address: str) -> Unit:
        """The unit of a number that follows by a formula, or of what may be changed.

        Raises:
            ScenarioError: there is no such number, or it is a percentile of a path.
        """
        if address in self.preset.times:
            raise ScenarioError(
                f"{address} follows from distributions, not by a formula; "
                "`estimate`, `audit` and `whatif` tell it"
            )
        return self.unit(address)

    def wanted(self, address: str, text: str) -> Quantity:
        """What a person wants a number to be, in its unit.

        Raises:
            ScenarioError: an unknown address, or text that is no such quantity.
        """
        unit = self.formula_unit(address)
        try:
            return Quantity.read(text, self.preset.vocabulary, unit)
        except QuantityError as error:
            raise ScenarioError(f"{address}: {error}") from None

    def solve(
        self, scenario: Scenario, address: str, want: Quantity, by: str, sense: Sense = "="
    ) -> Solution:
        """Which value of one input makes a number what a person wants, or keeps it within a limit.

        Args:
            scenario: what holds otherwise.
            address: an input or a derived number.
            want: what it should be, or be at most, or at least, by `sense`.
            by: the input that may change.

        Returns:
            The solution at the medians of all other inputs, and its bands.

        Raises:
            ScenarioError: an unknown address or input.
            EstimateError: the scenario itself has no finite numbers.
        """
        self.unit(address)
        if by not in self.preset.changeable:
            raise ScenarioError(unknown_input(self.preset, by))
        sample = self.sample(scenario)
        solution = solve(self.engine, sample.values, address, want.base, by, sense)
        found = needs_bands(sample, address, want.base, by, sense, solution)
        return replace(solution, bands=tuple(self.band(by, band) for band in found))


def compile_plan(
    preset: Preset,
    broken: frozenset[str] = frozenset(),
    catalog: Mapping[str, Kind] = MappingProxyType({}),
) -> Plan:
    """Check and compile a preset: its formulas, its documented figures, its variants.

    Args:
        preset: validated.
        broken: names whose own tables are faulty; what uses them is not blamed for it.
        catalog: the kinds that components may be of.

    Raises:
        PresetError: with every fault that was found.
    """
    preset, architecture_faults = expand(preset, catalog, broken)
    engine, faults = compile_formulas(preset, broken)
    wrong_ends = list(path_faults(preset, engine.kinds))
    if wrong_ends:
        # What such a path asks of its components is wrong only because of it.
        faults = [f for f in faults if f.path[:1] not in (("components",), ("paths",))]
    faults += architecture_faults + wrong_ends
    input_faults = _input_faults(preset)
    faults += input_faults
    figures, more = read_claims(engine)
    faults += [f for f in more if not _about(preset, f, broken)]
    faults += _correlation_faults(preset, broken)
    faults += [f for f in _variant_faults(preset) if f.path[-1] not in broken]
    if not input_faults and not architecture_faults:
        faults += _value_faults(engine)
    if faults:
        raise PresetError(tuple(faults))
    kinds = {id_: kind_of(c, catalog) for id_, c in preset.components.items()}
    shapes = {id_: choices(preset, id_, kind) for id_, kind in kinds.items()}
    return Plan(preset, engine, figures, kinds, shapes)


def _value_faults(engine: Engine) -> list[Fault]:
    """A formula that has no finite value for the preset's own inputs, or one that cannot be."""
    given = {name: quantity.base for name, quantity in Scenario(engine.preset).medians()}
    try:
        values = given | engine.evaluate(given | dict.fromkeys(engine.preset.margins, 1.0))
    except EstimateError as error:
        return [Fault(where(engine.preset, error.name), str(error))]
    faults = []
    for id_ in engine.preset.components:
        for own in ("", "read_", "write_"):
            median, p99 = f"{id_}.{own}median", f"{id_}.{own}p99"
            if values.get(p99, 0.0) < values.get(median, 0.0):
                faults.append(Fault(("components", id_), f"{p99} is below {median}"))
    for name, value in values.items():
        if name.endswith("_chance") and not 0 <= value <= 1 and "." in name:
            path = ("paths", name.partition(".")[0])
            faults.append(Fault(path, f"{name} = {value:g}; a chance lies between 0 and 1"))
    return faults


def _about(preset: Preset, fault: Fault, broken: frozenset[str]) -> bool:
    """Whether a documented figure is only wrong because what it names is broken."""
    index = fault.path[1]
    assert isinstance(index, int)
    documented = preset.documented[index]
    named = {documented.against, documented.reconcile, documented.over}
    named |= {name for r in documented.readings for name in (r.against, r.reconcile)}
    return bool(named & broken)


def _input_faults(preset: Preset) -> list[Fault]:
    faults = []
    for name, given in preset.inputs.items():
        if why := domain_fault(given, given.value):
            faults.append(Fault(("inputs", name, "value"), why))
        if given.basis == "assumed" and not given.why.strip():
            faults.append(Fault(("inputs", name, "why"), "is missing: an assumption says why"))
        if given.at and exponent(given.value.dimension, "[time]") >= 0:
            why = f"only a rate is an average or a peak; {name} is in {given.unit or 'no unit'}"
            faults.append(Fault(("inputs", name, "at"), why))
    return faults


def _correlation_faults(preset: Preset, broken: frozenset[str]) -> list[Fault]:
    faults = []
    pairs: set[frozenset[str]] = set()
    for index, pair in enumerate(preset.correlate):
        where: Path = ("correlate", index)
        names = (pair.first, pair.second)
        unknown = [n for n in names if n not in preset.inputs and n not in broken]
        if unknown:
            hint = nearest(unknown[0], preset.inputs)
            faults.append(Fault(where, f"{unknown[0]!r} is no input{hint}"))
        elif pair.first == pair.second or {*names} in pairs:
            faults.append(Fault(where, f"{' and '.join(names)}: two inputs, each pair once"))
        elif not -1 <= pair.value <= 1:
            why = f"{pair.value:g} is no correlation; expected one from -1 to 1, such as 0.7"
            faults.append(Fault(where, why))
        pairs.add(frozenset(names))
    if preset.correlate and not faults and not can_be_correlated(preset.correlate):
        why = "no inputs can be correlated so: bring the correlations nearer to 0"
        faults.append(Fault(("correlate",), why))
    return faults


def _variant_faults(preset: Preset) -> list[Fault]:
    faults = []
    for key, variant in preset.variants.items():
        for address, text in variant.set.items():
            try:
                read_input(preset, address, text)
            except ScenarioError as error:
                faults.append(Fault(("variants", key, "set", address), str(error)))
    return faults
