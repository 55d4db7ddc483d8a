"""The formula engine: formulas checked, ordered and compiled once, to be run many times.

All unit checks happen here. What runs afterwards is plain arithmetic in base units, over floats,
numpy arrays, or (to hold it against pint) pint quantities.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass, replace
from graphlib import CycleError, TopologicalSorter
from keyword import iskeyword
from types import MappingProxyType
from typing import Any, Final

import numpy as np

from estimators.check import Kind, UnknownKindError, infer, kind_of, plain
from estimators.formula import Formula, FormulaError, Values, parse_formula
from models.faults import Fault, Path
from models.preset import Derived, Preset
from models.units import NOUN, Unit, describe

NAME: Final = NOUN


class EstimateError(ValueError):
    """A formula that has no finite value for these inputs. One line that names it."""

    def __init__(self, name: str, message: str) -> None:
        super().__init__(message)
        self.name = name


@dataclass(frozen=True, slots=True)
class Step:
    """One derived number: its formula, and the compiled form of it.

    Args:
        run: computes it from a list of all values.
        uses: the places in that list which it reads.
    """

    name: str
    formula: Formula
    run: Callable[[Values], Any]
    uses: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Engine:
    """The compiled formulas of a preset.

    Args:
        preset: what it was compiled from.
        inputs: the names whose values are given: what may be changed, then the margins.
        steps: the derived numbers, each after those it uses.
        kinds: dimension and average/peak of every input and derived number.
        constants: the units and nouns that formulas name, with their size in base units.
        places: for every input, constant and derived number, its place in the list of values.
        needs: for every derived number, the inputs it hangs on, in the preset's order.
        planned: the numbers that hang on a margin: what is bought, and what follows from it.
    """

    preset: Preset
    inputs: tuple[str, ...]
    steps: tuple[Step, ...]
    kinds: Mapping[str, Kind]
    constants: Mapping[str, float]
    places: Mapping[str, int]
    needs: Mapping[str, tuple[str, ...]]
    planned: frozenset[str]

    def evaluate(
        self,
        inputs: Mapping[str, Any],
        held: Mapping[str, Any] = MappingProxyType({}),
        wanted: Collection[str] | None = None,
    ) -> dict[str, Any]:
        """Every derived number in base units.

        Args:
            inputs: everything that may be changed, and the margins, in base units: floats, or
                numpy arrays of one length.
            held: numbers that are as given here, and do not follow from their formulas.
            wanted: the only steps that are computed, with all that they use; None for all.

        Raises:
            EstimateError: a formula over floats that has no finite value; over arrays such
                elements are nan or infinite.
        """
        values: list[Any] = [inputs[name] for name in self.inputs]
        values += self.constants.values()
        derived: dict[str, Any] = {}
        with np.errstate(all="ignore"):
            for step in self.steps:
                if wanted is not None and step.name not in wanted:
                    values.append(math.nan)
                    continue
                try:
                    value = held[step.name] if step.name in held else step.run(values)
                except ArithmeticError:
                    value = math.nan
                if isinstance(value, complex):
                    value = math.nan
                if isinstance(value, float) and not math.isfinite(value):
                    raise EstimateError(step.name, self._not_finite(step))
                derived[step.name] = value
                values.append(value)
        return derived

    def with_functions(self, functions: Mapping[str, Callable[..., Any]]) -> Engine:
        """The same formulas with stand-ins for some of the estimators that they call."""
        steps = tuple(
            replace(step, run=step.formula.bind(self.places, functions))
            if any(name in step.formula.text for name in functions)
            else step
            for step in self.steps
        )
        return replace(self, steps=steps)

    def curve(self, values: Mapping[str, float], target: str, by: str) -> Callable[[Any], Any]:
        """One derived number as a function of one input, with everything else held.

        Args:
            values: every input and derived number in base units.
            target: the derived number.
            by: the input that moves.

        Returns:
            A function over floats (nan where there is no value) and numpy arrays.
        """
        held = [self.constants.get(name, values.get(name)) for name in self.places]
        place = self.places
        wanted = self.reach([target])
        moving = [
            (place[step.name], step.run)
            for step in self.steps
            if step.name in wanted and by in self.needs[step.name]
        ]
        moved, end = place[by], place[target]

        def curve(x: Any) -> Any:
            at = held.copy()
            at[moved] = x
            try:
                for slot, run in moving:
                    at[slot] = run(at)
            except ArithmeticError:
                return math.nan
            return math.nan if isinstance(at[end], complex) else at[end]

        return curve

    def reach(self, targets: Iterable[str]) -> set[str]:
        """Some derived numbers and all those that they use."""
        formulas = {step.name: step.formula for step in self.steps}
        reached, pending = set(), [*targets]
        while pending:
            name = pending.pop()
            if name not in reached and name in formulas:
                reached.add(name)
                pending += formulas[name].names
        return reached

    def _not_finite(self, step: Step) -> str:
        needs = self.needs[step.name]
        way_out = f"; change one of: {', '.join(needs)}" if needs else ""
        return f"{step.name} has no finite value for these inputs ({step.formula.text}){way_out}"

    def unit(self, address: str) -> Unit:
        """The unit in which an input or a derived number is given."""
        return self.preset.entry(address).unit


def compile_formulas(preset: Preset, broken: Collection[str] = ()) -> tuple[Engine, list[Fault]]:
    """Check every formula of a preset, order them, compile them.

    Args:
        preset: validated.
        broken: names whose own tables are faulty; what uses them is not blamed for it.

    Returns:
        The engine of the formulas that are sound, and every fault of names and formulas.
    """
    faults = _name_faults(preset)
    formulas, parse_faults = _parsed(preset)
    faults += parse_faults
    order, cycle_faults = _ordered(formulas)
    faults += cycle_faults
    changeable, numbers = preset.changeable, preset.numbers
    constants = {
        word: Unit(((name, 1),))
        for formula in formulas.values()
        for word in formula.names
        if word not in changeable and word not in numbers and word not in preset.margins
        if (name := preset.vocabulary.find(word)) is not None
    }
    kinds: dict[str, Kind | None] = dict.fromkeys((*broken, *numbers))
    kinds |= {word: Kind(unit.dimension) for word, unit in constants.items()}
    kinds |= {name: kind_of(i.value.dimension, i.at) for name, i in changeable.items()}
    kinds |= {name: plain() for name in preset.margins}
    sound: list[str] = []
    for name in order:
        try:
            kinds[name] = _checked(numbers[name], formulas[name], kinds)
            if {used for used in formulas[name].names if used in numbers} <= set(sound):
                sound.append(name)
        except (FormulaError, UnknownKindError) as error:
            if isinstance(error, FormulaError):
                faults.append(Fault(where(preset, name), str(error)))
            # The declared unit stands in, so that one slip is one message.
            declared = numbers[name]
            kinds[name] = kind_of(declared.unit.dimension, declared.at)
    inputs = (*changeable, *preset.margins)
    places = {name: place for place, name in enumerate((*inputs, *constants, *sound))}
    steps = tuple(_step(name, formulas[name], places) for name in sound)
    engine = Engine(
        preset=preset,
        inputs=inputs,
        steps=steps,
        kinds={name: kind for name, kind in kinds.items() if kind and name not in constants},
        constants={word: unit.to_base(1.0) for word, unit in constants.items()},
        places=places,
        needs=_needs(preset, formulas, order),
        planned=_planned(preset, formulas, order),
    )
    return engine, faults


def _step(name: str, formula: Formula, places: Mapping[str, int]) -> Step:
    return Step(name, formula, formula.bind(places), tuple(places[used] for used in formula.names))


def _name_faults(preset: Preset) -> list[Fault]:
    faults = []
    for table, names in (("inputs", preset.inputs), ("derived", preset.derived)):
        for name in names:
            if why := _name_fault(preset, table, name):
                faults.append(Fault((table, name), why))
    return faults


def _name_fault(preset: Preset, table: str, name: str) -> str | None:
    if not NAME.fullmatch(name) or iskeyword(name):
        return f"{name!r} is no name; expected lower-case words joined by _, such as record_size"
    if preset.vocabulary.find(name):
        return f"{name} is a unit or a noun; choose another name"
    if table == "derived" and name in preset.inputs:
        return f"{name} is an input already; choose another name"
    return None


def _parsed(preset: Preset) -> tuple[dict[str, Formula], list[Fault]]:
    formulas, faults = {}, []
    for name, derived in preset.numbers.items():
        if name in preset.inputs:
            continue
        try:
            formulas[name] = parse_formula(derived.formula)
        except FormulaError as error:
            faults.append(Fault(where(preset, name), str(error)))
    return formulas, faults


def where(preset: Preset, name: str) -> Path:
    """Where the formula of a number stands: of a component's or a path's, at its table."""
    owner = name.partition(".")[0]
    if name in preset.derived:
        return ("derived", name, "formula")
    return ("components" if owner in preset.components else "paths", owner)


def _ordered(formulas: Mapping[str, Formula]) -> tuple[list[str], list[Fault]]:
    """The names, each after those it uses; a cycle is cut out and named once."""
    faults: list[Fault] = []
    left = dict(formulas)
    while True:
        graph = {n: [used for used in f.names if used in left] for n, f in left.items()}
        try:
            return list(TopologicalSorter(graph).static_order()), faults
        except CycleError as error:
            cycle: list[str] = error.args[1][::-1]
            faults.append(
                Fault(
                    ("derived", cycle[0], "formula"),
                    f"a cycle: {' uses '.join(cycle)}; one of them must follow from inputs alone",
                )
            )
            for name in cycle[1:]:
                left.pop(name, None)


def _checked(declared: Derived, formula: Formula, kinds: Mapping[str, Kind | None]) -> Kind:
    """The kind of a derived number, held against what its table declares."""
    found = infer(formula, kinds)
    if found.dimension != declared.unit.dimension:
        raise FormulaError(
            f"comes to {found}, but unit says {str(declared.unit) or 'a plain number'} "
            f"({describe(declared.unit.dimension)})"
        )
    if declared.at and found.at and declared.at != found.at:
        raise FormulaError(
            f'at = "{declared.at}" is stated, but the formula comes to the '
            f"{found.at}; peak_rate(...) makes a peak, average(...) takes it back"
        )
    return kind_of(found.dimension, found.at or declared.at)


def _planned(preset: Preset, formulas: Mapping[str, Formula], order: list[str]) -> frozenset[str]:
    found: set[str] = set(preset.margins)
    for name in order:
        if found & {*formulas[name].names}:
            found.add(name)
    return frozenset(found)


def _needs(
    preset: Preset, formulas: Mapping[str, Formula], order: list[str]
) -> dict[str, tuple[str, ...]]:
    changeable = preset.changeable
    reach: dict[str, set[str]] = {name: {name} for name in changeable}
    for name in order:
        reach[name] = set().union(*(reach.get(used, set()) for used in formulas[name].names))
    place = {name: place for place, name in enumerate(changeable)}
    return {
        name: tuple(sorted(reach[name], key=place.__getitem__)) for name in (*changeable, *order)
    }
