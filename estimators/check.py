"""The check of a formula before it ever runs: dimensions by pint, and average against peak.

Every name has a kind: its dimension and, for what is counted over time, whether it is an average
or a peak. The kind of a formula follows from its tree; a sum of unlike things, a stored peak or a
billed one is an error that spells out both sides.
"""

from __future__ import annotations

import ast
from collections.abc import Mapping
from dataclasses import dataclass
from difflib import get_close_matches
from functools import cache, lru_cache
from typing import TYPE_CHECKING, Final

from estimators.formula import (
    BUILT_IN,
    FUNCTIONS,
    Formula,
    FormulaError,
    Shape,
    as_float,
    snippet,
)
from estimators.signature import Parameter, Signature, signature
from models.preset import At
from models.units import counts_only, describe, exponent, registry

if TYPE_CHECKING:
    from models.units import Dimension

LARGEST_POWER: Final = 4
PEAK_HINT: Final = "peak_rate(...) makes a peak, average(...) takes it back"


@dataclass(frozen=True, slots=True)
class Kind:
    """What a number is: its dimension and, where it matters, average or peak."""

    dimension: Dimension
    at: At | None = None

    @property
    def is_rate(self) -> bool:
        return exponent(self.dimension, "[time]") < 0

    def __str__(self) -> str:
        said = describe(self.dimension)
        return f"{said}, {_article(self.at)}" if self.at else said


def plain(at: At | None = None) -> Kind:
    """The kind of a number without a dimension."""
    return Kind(registry().UnitsContainer({}), at)


def kind_of(dimension: Dimension, at: At | None) -> Kind:
    """The kind of a name as it is declared: a rate is an average unless stated."""
    kind = Kind(dimension, at)
    return Kind(dimension, "average") if kind.is_rate and at is None else _settled(kind)


def _settled(kind: Kind) -> Kind:
    """What is no rate is no average; a count stays a peak's (connections), a time does not."""
    timeless = not kind.is_rate and set(kind.dimension) <= {"[time]"}
    drops = timeless if kind.at == "peak" else not kind.is_rate
    return Kind(kind.dimension) if drops else kind


class UnknownKindError(Exception):
    """A part is not known because of an error that has its own message already."""


def infer(formula: Formula, names: Mapping[str, Kind | None]) -> Kind:
    """The kind of a formula's result.

    Args:
        formula: parsed.
        names: every name that may occur, with its kind; None where it has an error of its own.

    Raises:
        FormulaError: an unknown name, a wrong arity, a wrong dimension, an average met by a peak.
        UnknownKindError: a name is used that has an error of its own.
    """
    kinds = tuple(names.get(name) for name in formula.names)
    if all(kinds):
        try:
            return _inferred(formula.shape, kinds)
        except FormulaError:
            pass  # Said below in the formula's own names.
    return _Checker(names).kind(formula.tree)


@lru_cache(maxsize=10_000)
def _inferred(shape: Shape, kinds: tuple[Kind | None, ...]) -> Kind:
    """The kind of all formulas of a shape whose names are of these kinds."""
    return _Checker(dict(zip(shape.names, kinds, strict=True))).kind(shape.tree)


class _Checker:
    def __init__(self, names: Mapping[str, Kind | None]) -> None:
        self.names = names

    def kind(self, node: ast.expr) -> Kind:
        match node:
            case ast.Constant():
                as_float(node)
                return plain()
            case ast.Name(id=name):
                return self.name(name)
            case ast.UnaryOp(operand=operand):
                return self.kind(operand)
            case ast.BinOp(left=left, op=ast.Pow(), right=right):
                return self.power(left, right)
            case ast.BinOp(left=left, op=ast.Mult(), right=right):
                return self.product(node, self.kind(left), self.kind(right))
            case ast.BinOp(left=left, op=ast.Div(), right=right):
                return self.quotient(node, self.kind(left), self.kind(right))
            case ast.BinOp(left=left, op=op, right=right):
                verb = "adds" if isinstance(op, ast.Add) else "subtracts"
                return self.alike(left, right, verb)
            case ast.IfExp(test=test, body=body, orelse=orelse):
                self.kind(test)
                return self.alike(body, orelse, "chooses between")
            case ast.Compare(left=left, ops=[op], comparators=[right]):
                self.alike(left, right, "compares")
                return plain()
            case ast.Call(func=ast.Name(id=name), args=arguments):
                return self.call(name, arguments)
        raise AssertionError(ast.dump(node))

    def name(self, name: str) -> Kind:
        if name in self.names:
            kind = self.names[name]
            if kind is None:
                raise UnknownKindError
            return kind
        if name in FUNCTIONS:
            raise FormulaError(f"{name} is an estimator; call it as {_usage(name)}")
        raise FormulaError(f"unknown name {name!r}{nearest(name, self.names)}")

    def alike(self, left: ast.expr, right: ast.expr, what: str) -> Kind:
        """Two sides that must be one kind; a bare 0 is like anything."""
        a, b = self.kind(left), self.kind(right)
        if _is_zero(right):
            return a
        if _is_zero(left):
            return b
        if a.dimension != b.dimension:
            sides = f"{snippet(left)} ({a}) and {snippet(right)} ({b})"
            raise FormulaError(f"{what} {sides}: two sides must have one dimension")
        if a.at and b.at and a.at != b.at:
            sides = f"{snippet(left)} ({a}) and {snippet(right)} ({b})"
            raise FormulaError(f"{what} {sides}: an average and a peak; {PEAK_HINT}")
        return a if a.at else b

    def power(self, base: ast.expr, exponent: ast.expr) -> Kind:
        a, b = self.kind(base), self.kind(exponent)
        if b.dimension:
            raise FormulaError(f"the exponent {snippet(exponent)} is in {b}; expected a number")
        if not a.dimension:
            return a
        sign = -1.0 if isinstance(exponent, ast.UnaryOp) else 1.0
        digit = exponent.operand if isinstance(exponent, ast.UnaryOp) else exponent
        if not isinstance(digit, ast.Constant) or as_float(digit) > LARGEST_POWER:
            raise FormulaError(
                f"{snippet(base)} is in {a}, so its exponent must be a number of at most "
                f"{LARGEST_POWER} written out, not {snippet(exponent)}"
            )
        return Kind(a.dimension ** (sign * as_float(digit)), a.at)

    def product(self, node: ast.BinOp, a: Kind, b: Kind) -> Kind:
        at = _stronger(a.at, b.at)
        product = _settled(Kind(_product(a.dimension, b.dimension), at))
        for peak, other, side in ((a, b, node.left), (b, a, node.right)):
            lasts = exponent(other.dimension, "[time]") > 0 and not product.is_rate
            paid = exponent(other.dimension, "[currency]") > 0
            self.not_kept(node, side, peak, lasts, paid)
        return product

    def not_kept(
        self, node: ast.BinOp, side: ast.expr, peak: Kind, lasts: bool, paid: bool
    ) -> None:
        """A peak neither lasts for a time nor is paid for as if it did."""
        if peak.at != "peak" or not peak.is_rate:
            return
        if lasts:
            raise FormulaError(
                f"stores a peak: {snippet(node)} keeps {snippet(side)} ({peak}) for a time; "
                "use the average, or concurrency(...) for what is open at once"
            )
        if paid:
            raise FormulaError(
                f"bills a peak: {snippet(node)} pays for {snippet(side)} ({peak}) as if it "
                "lasted; use the average"
            )

    def quotient(self, node: ast.BinOp, a: Kind, b: Kind) -> Kind:
        """A rate over a rate is a bare ratio; everything else keeps what stands above."""
        dimension = _quotient(a.dimension, b.dimension)
        lasts = dict(b.dimension) == {"[time]": -1}
        self.not_kept(node, node.left, a, lasts, exponent(b.dimension, "[currency]") < 0)
        if a.at and b.at:
            return Kind(dimension)
        return _settled(Kind(dimension, a.at))

    def call(self, name: str, arguments: list[ast.expr]) -> Kind:
        if name in BUILT_IN:
            return self.built_in(name, arguments)
        if name not in FUNCTIONS:
            if name in self.names:
                raise FormulaError(f"{name} is a number, not an estimator; write * between the two")
            raise FormulaError(f"unknown estimator {name!r}{nearest(name, FUNCTIONS)}")
        called = signature(name)
        if not called.fewest <= len(arguments) <= len(called.parameters):
            raise FormulaError(
                f"{name} takes {_arity(called)}; {len(arguments)} given; {_usage(name)}"
            )
        bound: dict[str, Dimension] = {}
        carried: At | None = None
        for parameter, argument in zip(called.parameters, arguments, strict=False):
            given = self.kind(argument)
            self.fits(called, parameter, argument, given, bound)
            carried = carried if parameter.at else _stronger(carried, given.at)
        return kind_of(called.result.filled(bound), called.result_at or carried)

    def fits(
        self,
        called: Signature,
        parameter: Parameter,
        argument: ast.expr,
        given: Kind,
        bound: dict[str, Dimension],
    ) -> None:
        before = dict(bound)
        expected = ""
        if not parameter.pattern.bind(given.dimension, bound):
            expected = parameter.pattern.expected(before)
        elif parameter.at and given.at and parameter.at != given.at:
            expected = f"{_article(parameter.at)}: {PEAK_HINT}"
        if expected:
            said = f"{called.name}: `{parameter.name}` is {snippet(argument)} ({given})"
            raise FormulaError(f"{said}; expected {expected}")

    def built_in(self, name: str, arguments: list[ast.expr]) -> Kind:
        if name in ("ceil", "floor"):
            if len(arguments) != 1:
                raise FormulaError(f"{name} takes one value; {len(arguments)} given")
            kind = self.kind(arguments[0])
            if not counts_only(kind.dimension):
                raise FormulaError(
                    f"{name} takes a count or a plain number; {snippet(arguments[0])} is in {kind}"
                )
            return kind
        if len(arguments) < 2:
            raise FormulaError(f"{name} takes two values or more; {len(arguments)} given")
        kind = self.kind(arguments[0])
        for argument in arguments[1:]:
            found = self.alike(arguments[0], argument, f"{name} compares")
            kind = kind if kind.at else found
        return kind


@cache
def _product(a: Dimension, b: Dimension) -> Dimension:
    product: Dimension = a * b
    return product


@cache
def _quotient(a: Dimension, b: Dimension) -> Dimension:
    quotient: Dimension = a / b
    return quotient


def nearest(word: str, known: object) -> str:
    """`; did you mean ...?` where a known word is near, else nothing."""
    near = get_close_matches(word, list(known), 1)  # type: ignore[call-overload]
    return f"; did you mean {near[0]}?" if near else ""


def _is_zero(node: ast.expr) -> bool:
    return isinstance(node, ast.Constant) and node.value == 0


def _stronger(a: At | None, b: At | None) -> At | None:
    return "peak" if "peak" in (a, b) else a or b


def _article(at: At | None) -> str:
    return "an average" if at == "average" else "a peak"


def _arity(called: Signature) -> str:
    most, fewest = len(called.parameters), called.fewest
    return f"{most} values" if most == fewest else f"{fewest} to {most} values"


def _usage(name: str) -> str:
    if name in BUILT_IN:
        return f"{name}(value)" if name in ("ceil", "floor") else f"{name}(a, b)"
    return f"{name}({', '.join(p.name for p in signature(name).parameters)})"
