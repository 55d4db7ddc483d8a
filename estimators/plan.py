"""A plan: a compiled preset, from which a scenario's estimate follows in one step."""

from __future__ import annotations

from dataclasses import dataclass, replace

from estimators.check import nearest
from estimators.documented import DocumentedClaims, compare, read_claims
from estimators.engine import Engine, EstimateError, compile_formulas
from estimators.needs import needs_bands
from estimators.sample import Percentiles, Sample, can_be_correlated
from estimators.solve import Sense, Solution, solve
from models.estimate import Band, DerivedValue, Estimate, InputValue
from models.faults import Fault, Path, PresetError
from models.preset import Preset
from models.quantity import Quantity, QuantityError
from models.scenario import Scenario, ScenarioError, domain_fault, read_input, unknown_input
from models.units import Unit, exponent


@dataclass(frozen=True, slots=True)
class Plan:
    """A preset that is ready to be asked: its formulas compiled, its documented figures read."""

    preset: Preset
    engine: Engine
    figures: tuple[DocumentedClaims, ...]

    def estimate(self, scenario: Scenario) -> Estimate:
        """All numbers of a scenario of this preset.

        Raises:
            EstimateError: a formula that has no finite value for these inputs.
        """
        medians = dict(scenario.medians())
        values = self.values(scenario)
        sample = Sample(self.engine, scenario, values)
        bands = {name: self.band(name, sample.band(name)) for name in values}
        return Estimate(
            scenario=scenario,
            inputs={
                name: InputValue(
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
                for name, given in self.preset.inputs.items()
            },
            derived={
                name: DerivedValue(
                    name=name,
                    label=number.label,
                    group=number.group,
                    formula=number.formula,
                    value=Quantity.of_base(values[name], number.unit),
                    band=bands[name],
                    at=self.engine.kinds[name].at,
                )
                for name, number in self.preset.derived.items()
            },
            documented=compare(self.engine, self.figures, scenario, values, bands),
        )

    def values(self, scenario: Scenario) -> dict[str, float]:
        """Every input and derived number at the inputs' medians, in base units.

        Raises:
            EstimateError: a formula that has no finite value for these inputs.
        """
        inputs = {name: quantity.base for name, quantity in scenario.medians()}
        derived = self.engine.evaluate(inputs)
        return {name: float(value) for name, value in (inputs | derived).items()}

    def sample(self, scenario: Scenario) -> Sample:
        """The numbers of a scenario with what is not known of them.

        Raises:
            EstimateError: a formula that has no finite value for these inputs.
        """
        return Sample(self.engine, scenario, self.values(scenario))

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
        known = (*self.preset.inputs, *self.preset.derived)
        if address not in known:
            hint = nearest(address, known) or f"; its numbers: {', '.join(known)}"
            raise ScenarioError(f"{self.preset.id} has no number {address!r}{hint}")
        return self.engine.unit(address)

    def wanted(self, address: str, text: str) -> Quantity:
        """What a person wants a number to be, in its unit.

        Raises:
            ScenarioError: an unknown address, or text that is no such quantity.
        """
        unit = self.unit(address)
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
        if by not in self.preset.inputs:
            raise ScenarioError(unknown_input(self.preset, by))
        sample = self.sample(scenario)
        solution = solve(self.engine, sample.values, address, want.base, by, sense)
        found = needs_bands(sample, address, want.base, by, sense, solution)
        return replace(solution, bands=tuple(self.band(by, band) for band in found))


def compile_plan(preset: Preset, broken: frozenset[str] = frozenset()) -> Plan:
    """Check and compile a preset: its formulas, its documented figures, its variants.

    Args:
        preset: validated.
        broken: names whose own tables are faulty; what uses them is not blamed for it.

    Raises:
        PresetError: with every fault that was found.
    """
    engine, faults = compile_formulas(preset, broken)
    input_faults = _input_faults(preset)
    faults += input_faults
    figures, more = read_claims(engine)
    faults += [f for f in more if not _about(preset, f, broken)]
    faults += _correlation_faults(preset, broken)
    faults += [f for f in _variant_faults(preset) if f.path[-1] not in broken]
    if not input_faults:
        faults += _value_faults(engine)
    if faults:
        raise PresetError(tuple(faults))
    return Plan(preset, engine, figures)


def _value_faults(engine: Engine) -> list[Fault]:
    """A formula that has no finite value for the preset's own inputs."""
    medians = Scenario(engine.preset).medians()
    try:
        engine.evaluate({name: quantity.base for name, quantity in medians})
    except EstimateError as error:
        return [Fault(("derived", error.name, "formula"), str(error))]
    return []


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
