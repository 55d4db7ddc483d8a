"""A scenario: a preset with changes. Reading a change is where a person's text is checked."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from difflib import get_close_matches

from models.preset import Input, Preset
from models.quantity import Quantity, QuantityError, Value, read_value


class ScenarioError(ValueError):
    """A change that does not fit the preset. One line that names the address and the way out."""


@dataclass(frozen=True, slots=True)
class Scenario:
    """A preset, a variant of it if one is chosen, and the inputs that a person has changed.

    Args:
        preset: the system.
        variant: the key of a shipped variant, or None for the preset as it is.
        changes: address to value, in the order in which they were made.
    """

    preset: Preset
    variant: str | None = None
    changes: Mapping[str, Value] = field(default_factory=dict)

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

    def base_value(self, address: str) -> Value:
        """What the preset, or the chosen variant of it, gives an input."""
        if self.variant is not None:
            text = self.preset.variants[self.variant].set.get(address)
            if text is not None:
                return read_input(self.preset, address, text)
        return self.preset.inputs[address].value

    def value(self, address: str) -> Value:
        """What an input is in this scenario."""
        changed = self.changes.get(address)
        return changed if changed is not None else self.base_value(address)

    def medians(self) -> Iterator[tuple[str, Quantity]]:
        """Every input with its median, in the preset's order."""
        for name, given in self.preset.inputs.items():
            value = self.value(name)
            yield name, value if isinstance(value, Quantity) else value.median(given.share)


def read_input(preset: Preset, address: str, text: str) -> Value:
    """Read what a person typed for an input of a preset.

    Raises:
        ScenarioError: naming the address, what was read and what is expected.
    """
    given = preset.inputs.get(address)
    if given is None:
        raise ScenarioError(unknown_input(preset, address))
    try:
        value = read_value(text, preset.vocabulary, given.unit)
    except QuantityError as error:
        raise ScenarioError(f"{address}: {error}, such as {given.value.text}") from None
    if fault := domain_fault(given, value):
        raise ScenarioError(f"{address}: {text.strip()!r}: {fault}")
    return value


def domain_fault(given: Input, value: Value) -> str | None:
    """Why a value lies outside an input's domain, or None when it lies inside."""
    ends = (value,) if isinstance(value, Quantity) else (value.low, value.high)
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
    if address in preset.derived:
        formula = preset.derived[address].formula
        return f"{address} is derived ({formula}); change one of the inputs: {_inputs(preset)}"
    near = get_close_matches(address, preset.inputs, 1)
    hint = f"did you mean {near[0]}?" if near else f"its inputs: {_inputs(preset)}"
    return f"{preset.id} has no input {address!r}; {hint}"


def _inputs(preset: Preset) -> str:
    return ", ".join(preset.inputs)
