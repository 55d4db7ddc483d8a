"""A scenario: a preset with changes. Reading a change is where a person's text is checked."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from difflib import get_close_matches
from typing import Final

from models.growth import LONGEST, Growth
from models.preset import Input, Preset
from models.quantity import Quantity, QuantityError, Value, read_value

YEARS: Final = 5
"""How far ahead one looks unless told otherwise."""


class ScenarioError(ValueError):
    """A change that does not fit the preset. One line that names the address and the way out."""


@dataclass(frozen=True, slots=True)
class Scenario:
    """A preset, a variant of it if one is chosen, and the inputs that a person has changed.

    Args:
        preset: the system.
        variant: the key of a shipped variant, or None for the preset as it is.
        changes: address to value, in the order in which they were made.
        growth: the inputs that grow, each with how.
        years: how many years ahead are to be looked at, if it is stated; see `horizon`.
        name: what it is saved as, if it is; two that differ in nothing else are equal.
    """

    preset: Preset
    variant: str | None = None
    changes: Mapping[str, Value] = field(default_factory=dict)
    growth: Mapping[str, Growth] = field(default_factory=dict)
    years: int | None = None
    name: str | None = field(default=None, compare=False)

    def __post_init__(self) -> None:
        if self.variant is not None and self.variant not in self.preset.variants:
            known = ", ".join(self.preset.variants) or "none"
            raise ScenarioError(
                f"{self.preset.id} has no variant {self.variant!r}; it has: {known}"
            )

    def with_change(self, address: str, text: str) -> Scenario:
        """The scenario with one input set to what a person typed.

        Raises:
            ScenarioError: an unknown address, text that is no quantity, another dimension, or a
                value outside the input's domain.
        """
        value = read_input(self.preset, address, text)
        if value == self.base_value(address):
            return self.without_change(address)
        return replace(self, changes={**self.changes, address: value})

    def without_change(self, address: str) -> Scenario:
        """The scenario with one input back at its starting value."""
        return replace(self, changes={a: v for a, v in self.changes.items() if a != address})

    def with_growth(self, text: str, years: int | None = None) -> Scenario:
        """The scenario with one input growing, or all that the preset marks with `grows`.

        Args:
            text: `30%`, `dau=30%`, `dau=20% to 40%`, `dau=-10%`, `dau=150M@1, 400M@3`.
            years: how many years ahead to look, if it is stated.

        Raises:
            ScenarioError: an unknown input, a share, or text that is no growth.
        """
        address, equals, rest = text.partition("=")
        growing = [name for name, given in self.preset.inputs.items() if given.grows]
        names = [address.strip()] if equals else growing
        if not names:
            raise ScenarioError(
                f"{self.preset.id} marks no input that grows; name one, as in "
                f"{next(iter(self.preset.inputs), 'dau')}={text.strip()}"
            )
        growth = {name: read_growth(self.preset, name, rest if equals else text) for name in names}
        return self._looking_ahead({**self.growth, **growth}, years)

    def with_years(self, years: int) -> Scenario:
        """The scenario looked at for so many years ahead.

        Raises:
            ScenarioError: nothing grows, or the years are none or too many, or pass a milestone.
        """
        if not self.growth:
            raise ScenarioError("nothing grows; say how, as in --growth 30%")
        return self._looking_ahead(self.growth, years)

    @property
    def horizon(self) -> int:
        """How many years ahead are looked at: as stated, else 5, or up to the last milestone."""
        if self.years is not None or not self.growth:
            return self.years or 0
        last = min((g.last for g in self.growth.values() if g.last is not None), default=YEARS)
        return max(math.floor(last), 1)

    def _looking_ahead(self, growth: Mapping[str, Growth], years: int | None) -> Scenario:
        ahead = replace(self, growth=growth, years=self.years if years is None else years)
        if not 1 <= ahead.horizon <= LONGEST:
            raise ScenarioError(f"{ahead.horizon} years: expected from 1 to {LONGEST}")
        ends = {name: g.last for name, g in growth.items() if g.last is not None}
        name = min(ends, key=lambda name: ends[name], default=None)
        if name is not None and ahead.horizon > ends[name]:
            last = ends[name]
            shorter = f", or look ahead {math.floor(last)} years" if last >= 1 else ""
            raise ScenarioError(
                f"the last milestone of {name} is in year {last:g}; "
                f"give one for year {ahead.horizon}{shorter}"
            )
        return ahead

    def base_value(self, address: str) -> Value:
        """What the preset, or the chosen variant of it, gives an input."""
        if self.variant is not None:
            text = self.preset.variants[self.variant].set.get(address)
            if text is not None:
                return read_input(self.preset, address, text)
        given = self.preset.given(address)
        assert given is not None
        return given.value

    def value(self, address: str) -> Value:
        """What an input is in this scenario."""
        changed = self.changes.get(address)
        return changed if changed is not None else self.base_value(address)

    def medians(self) -> Iterator[tuple[str, Quantity]]:
        """Every input with its median, in the preset's order."""
        for name, given in self.preset.changeable.items():
            value = self.value(name)
            yield name, value if isinstance(value, Quantity) else value.median(given.share)


def read_growth(preset: Preset, address: str, text: str) -> Growth:
    """Read how an input grows.

    Raises:
        ScenarioError: naming the address, what was read and what is expected.
    """
    given = preset.inputs.get(address)
    if given is None:
        raise ScenarioError(unknown_input(preset, address))
    if given.share:
        raise ScenarioError(f"{address}: a share stays within 0..1 and does not grow; change it")
    try:
        return Growth.read(text, preset.vocabulary, given.unit)
    except QuantityError as error:
        raise ScenarioError(f"{address}: {error}") from None


def read_input(preset: Preset, address: str, text: str) -> Value:
    """Read what a person typed for an input of a preset.

    Raises:
        ScenarioError: naming the address, what was read and what is expected.
    """
    given = preset.given(address)
    if given is None:
        raise ScenarioError(unknown_input(preset, address))
    try:
        value = read_value(text, preset.vocabulary, given.unit)
    except QuantityError as error:
        said = str(error)
        hint = ", such as" if "expected" in said and "such as" not in said else "; for instance"
        raise ScenarioError(f"{address}: {said}{hint} {given.value.text}") from None
    if fault := domain_fault(given, value):
        raise ScenarioError(f"{address}: {text.strip()!r}: {fault}")
    return value


def domain_fault(given: Input, value: Value) -> str | None:
    """Why a value lies outside an input's domain, or None when it lies inside."""
    ends = (value,) if isinstance(value, Quantity) else (value.low, value.high)
    if given.least is not None:
        counted = isinstance(value, Quantity) and value.base.is_integer()
        if not counted or ends[0].base < given.least:
            return f"a whole number is expected, {given.least} or more"
    if not given.share:
        return None
    if value.dimension:
        return f"a share is a plain number such as 20%, not one in {value.unit}"
    if any(end.base > 1 for end in ends):
        return "a share lies between 0% and 100%"
    if len(ends) == 2 and ends[1].base == 1:
        return "a range of a share ends below 100%, as in 85% to 99%"
    return None


def unknown_input(preset: Preset, address: str) -> str:
    """What to say of an address that is no input: what it is, or the nearest one."""
    if address in preset.numbers:
        formula = preset.numbers[address].formula
        return f"{address} is derived ({formula}); change one of the inputs: {_inputs(preset)}"
    near = get_close_matches(address, preset.changeable, 1)
    hint = f"did you mean {near[0]}?" if near else f"its inputs: {_inputs(preset)}"
    return f"{preset.id} has no input {address!r}; {hint}"


def _inputs(preset: Preset) -> str:
    return ", ".join(preset.inputs)
