"""A preset: a system with its starting values, its formulas and its documented figures.

These are the tables of a preset file, one dataclass a table, frozen. pydantic fills them from the
file (`presets.loader`), with the preset's `Vocabulary` as context, and refuses unknown fields.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING, Any, ClassVar, Literal

from models.architecture import Component, Path
from models.quantity import Value
from models.readable import STRICT
from models.units import MS, Unit, Vocabulary

if TYPE_CHECKING:
    from pydantic import GetCoreSchemaHandler
    from pydantic_core import CoreSchema

At = Literal["average", "peak"]
Basis = Literal["documented", "assumed", "chosen"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Input:
    """A value a person may change.

    Args:
        label: its name on screen.
        value: a quantity, or a range: the 90% interval of what is not known of an average.
        basis: `documented` (the source states it), `assumed` (with a `why`), `chosen` (a design
            decision).
        why: the reason of an assumption or a choice.
        source: where it is published, if it is.
        share: it stays within 0..1.
        grows: it is what grows when the system grows.
        at: whether a rate is an average (the default) or a peak.
        least: it is counted: a whole number, no fewer than this.
    """

    __pydantic_config__: ClassVar[dict[str, Any]] = STRICT

    label: str
    value: Value
    basis: Basis
    why: str = ""
    source: str = ""
    share: bool = False
    grows: bool = False
    at: At | None = None
    least: int | None = None

    @property
    def unit(self) -> Unit:
        """The unit it is given in; what a bare number typed over it takes."""
        return self.value.unit


@dataclass(frozen=True, slots=True, kw_only=True)
class Derived:
    """A number that follows from the inputs.

    Args:
        label: its name on screen.
        group: the heading it stands under: traffic, storage, memory ...
        formula: text in the formula language; see `estimators.formula`.
        unit: the unit it is shown in; its dimension is checked against the formula's.
        at: `average` or `peak`, where the preset states it; checked against the formula's.
    """

    __pydantic_config__: ClassVar[dict[str, Any]] = STRICT

    label: str
    group: str
    formula: str
    unit: Unit
    at: At | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Reading:
    """Another fair reading of a documented figure: shown beside it, not counted."""

    __pydantic_config__: ClassVar[dict[str, Any]] = STRICT

    figure: str
    against: str
    reconcile: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Documented:
    """A figure that the literature gives for the system.

    Args:
        label: what it is a figure of.
        said: the source's own few words.
        figure: how they are read: a comparator and a quantity, in the unit of `against`.
        against: the address it is held against: a derived number, or an input.
        source: where it is said.
        reconcile: the input that is solved for when the two differ.
        over: where a peak stands over a volume: the average rate of that volume.
        readings: other fair readings.
    """

    __pydantic_config__: ClassVar[dict[str, Any]] = STRICT

    label: str
    said: str
    figure: str
    against: str
    source: str
    reconcile: str | None = None
    over: str | None = None
    readings: tuple[Reading, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Variant:
    """A shipped scenario of the same system: other values for some of its inputs."""

    __pydantic_config__: ClassVar[dict[str, Any]] = STRICT

    label: str
    set: Mapping[str, str]


@dataclass(frozen=True, slots=True, kw_only=True)
class Notes:
    """What a practitioner should know beside the numbers; short sentences."""

    __pydantic_config__: ClassVar[dict[str, Any]] = STRICT

    choices: tuple[str, ...] = ()
    trade_offs: tuple[str, ...] = ()
    failure_modes: tuple[str, ...] = ()
    edge_cases: tuple[str, ...] = ()
    monitor: tuple[str, ...] = ()
    cost: tuple[str, ...] = ()
    security: tuple[str, ...] = ()
    consistency: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Correlation:
    """Two inputs that are believed to move together.

    Args:
        first, second: their names.
        value: the correlation of their normal scores, -1..1.
    """

    first: str
    second: str
    value: float

    @classmethod
    def __get_pydantic_core_schema__(cls, _: Any, handler: GetCoreSchemaHandler) -> CoreSchema:
        from pydantic_core import core_schema

        def validate(given: Any) -> Correlation:
            match given:
                case [str(first), str(second), float() | int() as value] if not isinstance(
                    value, bool
                ):
                    return cls(first, second, float(value))
            raise ValueError(
                f'expected two inputs and a number, as in ["a", "b", 0.7], not {given!r}'
            )

        return core_schema.no_info_plain_validator_function(validate)


@dataclass(frozen=True, kw_only=True)
class Preset:
    """A system: its header, and its tables in the order of the file.

    It has no slots, so that what is put together from its tables is put together once.

    Args:
        correlate: inputs that are believed to move together; all others move independently.
        components: where state lives and work is done, by id.
        paths: the ways of requests through them, by id.
        settings, sized, margins: what follows from components and paths and the catalog; filled by
            `estimators.architecture`. Settings are inputs of a component, such as
            `codes.replicas`; sized are numbers of it, such as `codes.nodes`; a margin is how many
            times its median the demand is that one sizes for, by the name of that demand.
    """

    __pydantic_config__: ClassVar[dict[str, Any]] = STRICT

    id: str
    name: str
    family: str
    consistency: Literal["AP", "CP"]
    summary: str
    inputs: Mapping[str, Input]
    derived: Mapping[str, Derived]
    like: tuple[str, ...] = ()
    nouns: tuple[str, ...] = ()
    correlate: tuple[Correlation, ...] = ()
    components: Mapping[str, Component] = field(default_factory=dict)
    paths: Mapping[str, Path] = field(default_factory=dict)
    documented: tuple[Documented, ...] = ()
    variants: Mapping[str, Variant] = field(default_factory=dict)
    notes: Notes = Notes()
    settings: Mapping[str, Input] = field(default_factory=dict)
    sized: Mapping[str, Derived] = field(default_factory=dict)
    margins: Mapping[str, str] = field(default_factory=dict)

    @cached_property
    def changeable(self) -> Mapping[str, Input]:
        """Everything that a person may change: the inputs, and the settings of components."""
        return {**self.inputs, **self.settings}

    def given(self, address: str) -> Input | None:
        """One of what may be changed, or None."""
        return self.changeable.get(address)

    @cached_property
    def numbers(self) -> Mapping[str, Derived]:
        """Everything that follows by a formula: derived numbers, and those of components."""
        return {**self.derived, **self.sized}

    @cached_property
    def outcomes(self) -> Mapping[str, Derived]:
        """What one looks at when comparing: the derived numbers, nodes, and a month's cost."""
        bought = {
            name: number
            for name, number in self.sized.items()
            if name.endswith(".nodes") or name == "cost.month"
        }
        return {**self.derived, **bought}

    @cached_property
    def times(self) -> Mapping[str, Derived]:
        """The percentiles of paths, `redirect.p99`: addresses without a formula."""
        return {
            f"{id_}.{name}": Derived(
                label=f"{path.label}, {name}", group="latency", formula="", unit=MS
            )
            for id_, path in self.paths.items()
            for name in ("p50", "p99")
        }

    @cached_property
    def vocabulary(self) -> Vocabulary:
        """The units and nouns that its quantities may use."""
        return Vocabulary(self.nouns)

    def entry(self, address: str) -> Input | Derived:
        """What an address stands for: an input, a setting, or a number.

        Raises:
            KeyError: nothing.
        """
        found = self.given(address) or self.derived.get(address) or self.sized.get(address)
        return found or self.times[address]

    def label(self, address: str) -> str:
        """The label of an input, a setting, or a number."""
        return self.entry(address).label
