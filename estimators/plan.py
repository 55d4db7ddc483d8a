"""A plan: a compiled preset, from which a scenario's estimate follows in one step."""

from __future__ import annotations

from dataclasses import dataclass

from estimators.check import nearest
from estimators.documented import DocumentedClaims, compare, read_claims
from estimators.engine import Engine, EstimateError, compile_formulas
from estimators.solve import Solution, solve
from models.estimate import DerivedValue, Estimate, InputValue
from models.faults import Fault, PresetError
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
        inputs = {name: quantity.base for name, quantity in medians.items()}
        derived = self.engine.evaluate(inputs)
        values = {name: float(value) for name, value in (inputs | derived).items()}
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
                    at=self.engine.kinds[name].at,
                )
                for name, number in self.preset.derived.items()
            },
            documented=compare(self.engine, self.figures, scenario, values),
        )

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

    def solve(
        self, scenario: Scenario, address: str, text: str, by: str
    ) -> tuple[Quantity, Solution]:
        """Which value of one input makes a number what a person wants.

        Args:
            scenario: what holds otherwise.
            address: an input or a derived number.
            text: what it should be, as typed.
            by: the input that may change.

        Returns:
            What is wanted as it was read, and the solution.

        Raises:
            ScenarioError: an unknown address or input, or text that is no such quantity.
            EstimateError: the scenario itself has no finite numbers.
        """
        unit = self.unit(address)
        if by not in self.preset.inputs:
            raise ScenarioError(unknown_input(self.preset, by))
        try:
            want = Quantity.read(text, self.preset.vocabulary, unit)
        except QuantityError as error:
            raise ScenarioError(f"{address}: {error}") from None
        values = {name: quantity.base for name, quantity in scenario.medians()}
        values |= self.engine.evaluate(values)
        return want, solve(self.engine, values, address, want.base, by)


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


def _variant_faults(preset: Preset) -> list[Fault]:
    faults = []
    for key, variant in preset.variants.items():
        for address, text in variant.set.items():
            try:
                read_input(preset, address, text)
            except ScenarioError as error:
                faults.append(Fault(("variants", key, "set", address), str(error)))
    return faults
