"""Signatures of estimators over dimension variables, and how arguments are held against them.

`rate: average N/time, size: information/N, retention: time -> information` says that `storage`
takes an average rate of anything countable, a size for each of that thing, and a time.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING, Any, Final, get_args

from estimators.table import ESTIMATORS
from models.preset import At
from models.units import counts_only, describe, exponent, registry

if TYPE_CHECKING:
    from models.units import Dimension

FIXED: Final = {
    "time": "[time]", "information": "[information]", "currency": "[currency]", "op": "[op]",
    "node": "[node]",
}  # fmt: skip
PLAIN: Final = ("number", "share", "1")
PARAMETER: Final = re.compile(r"(\w+): (?:(average|peak) )?(\S+)(?: = (\S+))?")


@dataclass(frozen=True, slots=True)
class Pattern:
    """A dimension with variables: `information/N` has the fixed part [information] and N^-1."""

    text: str
    fixed: Dimension
    variables: tuple[tuple[str, int], ...]

    @classmethod
    def parse(cls, text: str) -> Pattern:
        fixed, variables = registry().UnitsContainer({}), []
        for sign, word in re.findall(r"(^|[*/])([^*/]+)", text):
            power = -1 if sign == "/" else 1
            if word in FIXED:
                fixed = fixed * registry().UnitsContainer({FIXED[word]: power})
            elif word not in PLAIN:
                variables.append((word, power))
        return cls(text, fixed, tuple(variables))

    def bind(self, given: Dimension, bound: dict[str, Dimension]) -> bool:
        """Whether a dimension fits, binding the variable that it meets first."""
        rest, free = given / self.fixed, []
        for name, power in self.variables:
            if name in bound:
                rest = rest / bound[name] ** power
            else:
                free.append((name, power))
        if not free:
            return not rest
        ((name, power),) = free
        if not counts_only(rest):
            return False
        bound[name] = rest**power
        return True

    def filled(self, bound: Mapping[str, Dimension]) -> Dimension:
        """The dimension once every variable is bound."""
        dimension = self.fixed
        for name, power in self.variables:
            dimension = dimension * bound[name] ** power
        return dimension

    def expected(self, bound: Mapping[str, Dimension]) -> str:
        """What a person should give: `B/redirect`, `a rate of anything counted`."""
        if all(name in bound for name, _ in self.variables):
            return describe(self.filled(bound))
        words = {"[information]": "B", "[time]": "s", "[currency]": "USD"}
        fixed = [(words.get(d, d.strip("[]")), exponent(self.fixed, d)) for d in self.fixed]
        factors = [*((f"({n})", p) for n, p in self.variables), *fixed]
        above = "*".join(n for n, p in factors if p > 0) or "1"
        below = "".join(f"/{n}" for n, p in factors if p < 0)
        return f"{above}{below} with a counted noun for each letter"


@dataclass(frozen=True, slots=True)
class Parameter:
    name: str
    at: At | None
    pattern: Pattern
    optional: bool


@dataclass(frozen=True, slots=True)
class Signature:
    """An estimator as formulas see it."""

    name: str
    function: Callable[..., Any]
    text: str
    parameters: tuple[Parameter, ...]
    result: Pattern
    result_at: At | None

    def __str__(self) -> str:
        before, _, after = self.text.partition(" -> ")
        return f"{self.name}({before}) -> {after}"

    @property
    def fewest(self) -> int:
        return sum(not parameter.optional for parameter in self.parameters)


@cache
def signature(name: str) -> Signature:
    """The signature of an estimator in the table."""
    function, text = ESTIMATORS[name]
    before, _, after = text.partition(" -> ")
    parameters = []
    for part in before.split(", "):
        match = PARAMETER.fullmatch(part)
        if match is None:
            raise ValueError(f"estimator {name}: {part!r} is no parameter")
        word, at, pattern, default = match.groups()
        parameters.append(Parameter(word, _at(at), Pattern.parse(pattern), default is not None))
    at, _, result = after.rpartition(" ")
    return Signature(name, function, text, tuple(parameters), Pattern.parse(result), _at(at))


def _at(word: str | None) -> At | None:
    return next((at for at in get_args(At) if at == word), None)
