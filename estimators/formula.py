"""The formula language: a small, safe subset of Python's expressions.

Names, numbers, `+ - * / **`, comparisons of like with like, `a if c else b`, and calls of
estimators. A formula is parsed by `ast`, checked against a whitelist, and compiled once into a
function over a list of values, so the very same code runs over floats, numpy arrays and pint
quantities.
"""

from __future__ import annotations

import ast
import math
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from keyword import iskeyword
from operator import itemgetter
from types import CodeType
from typing import Any, Final

import numpy as np

from estimators.table import ESTIMATORS

TOKEN: Final = re.compile(
    r"""(?P<comment>\#[^\n]*) | "[^"]*" | '[^']*' | \d[\w.]*(?:(?<=[eE])[+-]\d+)?
    | [^\W\d][\w.]*(?=\s*\() | (?P<word>[^\W\d]\w*(?:\.[^\W\d]\w*)?)""",
    re.VERBOSE,
)
"""What a formula is made of: numbers, functions before their bracket, and words."""
LONGEST: Final = 1000
DEEPEST: Final = 60
OPERATORS: Final[dict[type[ast.AST], str]] = {
    ast.Add: "+", ast.Sub: "-", ast.Mult: "*", ast.Div: "/", ast.Pow: "**",
    ast.Lt: "<", ast.LtE: "<=", ast.Gt: ">", ast.GtE: ">=", ast.Eq: "==", ast.NotEq: "!=",
    ast.USub: "-",
}  # fmt: skip
LANGUAGE: Final = (
    "a formula has names, numbers, + - * / **, one comparison, `a if c else b` and estimators"
)
WORDS: Final[dict[type[ast.AST], str]] = {
    ast.Attribute: "an attribute (a dot)",
    ast.Subscript: "a subscript",
    ast.Lambda: "a lambda",
    ast.BoolOp: "`and` or `or`",
    ast.Not: "`not`",
    ast.FloorDiv: "`//`",
    ast.Mod: "`%`",
    ast.NamedExpr: "an assignment",
    ast.Starred: "a star",
    ast.Tuple: "a list of values",
    ast.List: "a list",
    ast.Dict: "braces",
    ast.JoinedStr: "text in quotes",
}


class FormulaError(ValueError):
    """A formula that is not allowed, or that does not fit its names. One line for a person."""


def _choose(condition: Any, then: Any, otherwise: Any) -> Any:
    if isinstance(condition, np.ndarray):
        return np.where(condition, then, otherwise)
    return then if condition else otherwise


def _folded(ufunc: Any, plain: Callable[..., Any]) -> Callable[..., Any]:
    """`min` and `max` of several values, elementwise where one of them is an array."""

    def fold(*values: Any) -> Any:
        if not any(isinstance(value, np.ndarray) for value in values):
            return plain(values)
        result = values[0]
        for value in values[1:]:
            result = ufunc(result, value)
        return result

    return fold


BUILT_IN: Final[Mapping[str, Callable[..., Any]]] = {
    "min": _folded(np.minimum, min),
    "max": _folded(np.maximum, max),
    "ceil": np.ceil,
    "floor": np.floor,
}
"""Functions that keep the unit of what they are given."""

FUNCTIONS: Final[frozenset[str]] = frozenset(BUILT_IN) | frozenset(ESTIMATORS)
_NAMESPACE: Final[dict[str, Any]] = {
    "__builtins__": {},
    "_choose": _choose,
    **BUILT_IN,
    **{name: function for name, (function, _) in ESTIMATORS.items()},
}

HERE: Final[Mapping[str, Any]] = {"lineno": 1, "col_offset": 0}
"""Where a node that stands in no text is said to stand: the compiler asks for a place."""
Values = Sequence[Any]


@dataclass(frozen=True, slots=True, eq=False)
class Shape:
    """What formulas have in common that differ in their names alone: `a * b`, for any a and b.

    Most formulas follow from components and are of few shapes; each is parsed, held against the
    whitelist and compiled once.

    Args:
        tree: its whitelisted syntax tree, shared: never changed.
        names: its placeholders, in their order.
        code: a function of the placeholders' values.
    """

    tree: ast.expr
    names: tuple[str, ...]
    code: CodeType

    def function(self, functions: Mapping[str, Callable[..., Any]]) -> Callable[..., Any]:
        """The function itself, with stand-ins for some of the estimators that it calls."""
        made: Callable[..., Any] = eval(self.code, {**_NAMESPACE, **functions})
        return made


@dataclass(frozen=True, slots=True)
class Formula:
    """A parsed formula.

    Args:
        text: as it stands in the preset.
        names: the names of values it uses, in the order of their first use.
        shape: the formula with placeholders for the names.
        run: a function of the values of the names.
    """

    text: str
    names: tuple[str, ...]
    shape: Shape
    run: Callable[..., Any]

    @property
    def tree(self) -> ast.expr:
        """Its whitelisted syntax tree."""
        return _parsed(self.text)

    def bind(
        self, slots: Mapping[str, int], functions: Mapping[str, Callable[..., Any]] | None = None
    ) -> Callable[[Values], Any]:
        """The formula as a function of a list, in which each name has its place.

        Args:
            slots: name to place.
            functions: stand-ins for some of the estimators that it calls.
        """
        run = self.shape.function(functions) if functions else self.run
        places = [slots[name] for name in self.names]
        if len(places) > 1:
            picked = itemgetter(*places)
            return lambda values: run(*picked(values))
        if places:
            (place,) = places
            return lambda values: run(values[place])
        return lambda _: run()


@lru_cache(maxsize=10_000)
def parse_formula(text: str) -> Formula:
    """Parse a formula and hold it against the whitelist; systems share those of like components.

    Raises:
        FormulaError: one line that says what is not allowed and what is.
    """
    if len(text) > LONGEST:
        raise FormulaError(f"is {len(text):,} characters long; expected at most {LONGEST:,}")
    names: dict[str, str] = {}

    def placed(match: re.Match[str]) -> str:
        word = match["word"]
        if word is None or iskeyword(word):
            return "" if match["comment"] else match[0]
        return names.setdefault(word, f"v{len(names)}")

    pattern = TOKEN.sub(placed, text.strip())
    try:
        shape, run = _shape(pattern, len(names))
    except FormulaError:
        tree = _parsed(text)
        _allow(tree, 1, {})  # What is not allowed is told in the formula's own names.
        plain = ast.unparse(tree)
        if plain == text:
            raise
        # Written oddly, `(codes) .nodes`: it reads alike as one would write it.
        return replace(parse_formula(plain), text=text)
    return Formula(text, tuple(names), shape, run)


@lru_cache(maxsize=10_000)
def _shape(pattern: str, count: int) -> tuple[Shape, Callable[..., Any]]:
    tree = _parsed(pattern)
    found: dict[str, None] = {}
    _allow(tree, 1, found)
    names = tuple(f"v{index}" for index in range(count))
    if found.keys() != set(names):
        raise FormulaError("is written oddly")
    arguments = ast.arguments(
        posonlyargs=[], args=[ast.arg(name, **HERE) for name in names],
        kwonlyargs=[], kw_defaults=[], defaults=[],
    )  # fmt: skip
    whole = ast.Expression(ast.Lambda(arguments, _compilable(tree), **HERE))
    shape = Shape(tree, names, compile(whole, "<formula>", "eval"))
    return shape, shape.function({})


def _parsed(text: str) -> ast.expr:
    try:
        tree: ast.expr = _Dotted().visit(ast.parse(text.strip(), mode="eval").body)
    except (SyntaxError, ValueError, MemoryError, RecursionError) as error:
        what = error.msg if isinstance(error, SyntaxError) else "it is too complex"
        raise FormulaError(f"{_clip(text)} is no formula: {what}; {LANGUAGE}") from None
    return tree


def _allow(node: ast.AST, depth: int, names: dict[str, None]) -> None:
    """Hold a part of a formula against the whitelist, and note the names of values in it."""
    if depth > DEEPEST:
        raise FormulaError(f"is nested deeper than {DEEPEST} levels; split it in two")
    match node:
        case ast.Name(id=name):
            names.setdefault(name)
        case ast.Constant(value=value):
            if type(value) not in (int, float):
                kind = "text in quotes" if isinstance(value, str) else repr(value)
                raise FormulaError(f"{kind} is not allowed; {LANGUAGE}")
            as_float(node)
        case ast.BinOp(left=left, op=op, right=right) if type(op) in OPERATORS:
            _allow(left, depth + 1, names)
            _allow(right, depth + 1, names)
        case ast.Call(func=function, args=arguments, keywords=keywords):
            if not isinstance(function, ast.Name):
                raise FormulaError(f"only estimators can be called by name; {LANGUAGE}")
            if keywords:
                raise FormulaError(f"{function.id}: values are given in order, without names")
            for argument in arguments:
                _allow(argument, depth + 1, names)
        case ast.UnaryOp(op=ast.USub(), operand=operand):
            _allow(operand, depth + 1, names)
        case ast.Compare(left=left, ops=[op], comparators=[right]) if type(op) in OPERATORS:
            _allow(left, depth + 1, names)
            _allow(right, depth + 1, names)
        case ast.Compare(ops=[_, _, *_]):
            why = "a chain of comparisons is not allowed; compare two values at a time"
            raise FormulaError(why)
        case ast.IfExp(test=test, body=body, orelse=orelse):
            for part in (test, body, orelse):
                _allow(part, depth + 1, names)
        case _:
            # The whole is named where it has a word, else what joins its parts: `//`, `in`.
            joins = [getattr(node, "op", node), *getattr(node, "ops", ())]
            refused = node if type(node) in WORDS else joins[-1]
            kind = WORDS.get(type(refused), type(refused).__name__.lower())
            raise FormulaError(f"{kind} is not allowed; {LANGUAGE}")


class _Dotted(ast.NodeTransformer):
    """`codes.nodes` is one name, the address of a number of a component, and no attribute."""

    def visit_Attribute(self, node: ast.Attribute) -> ast.expr:
        if isinstance(node.value, ast.Name):
            return ast.copy_location(ast.Name(f"{node.value.id}.{node.attr}", node.ctx), node)
        self.generic_visit(node)
        return node

    def visit_Call(self, node: ast.Call) -> ast.expr:
        node.args = [self.visit(argument) for argument in node.args]
        return node


def _compilable(node: ast.expr) -> ast.expr:
    """Numbers become floats, and `if` a choice over arrays."""
    match node:
        case ast.Constant():
            return ast.Constant(as_float(node), **HERE)
        case ast.BinOp(left=left, op=op, right=right):
            return ast.BinOp(_compilable(left), op, _compilable(right), **HERE)
        case ast.UnaryOp(op=op, operand=operand):
            return ast.UnaryOp(op, _compilable(operand), **HERE)
        case ast.Compare(left=left, ops=ops, comparators=[right]):
            return ast.Compare(_compilable(left), ops, [_compilable(right)], **HERE)
        case ast.Call(func=function, args=arguments):
            return ast.Call(function, [_compilable(a) for a in arguments], [], **HERE)
        case ast.IfExp(test=test, body=body, orelse=orelse):
            parts = [_compilable(part) for part in (test, body, orelse)]
            return ast.Call(ast.Name("_choose", ast.Load(), **HERE), parts, [], **HERE)
    return node


def as_float(node: ast.Constant) -> float:
    """A number in a formula as a float.

    Raises:
        FormulaError: it is larger than a float can be.
    """
    try:
        value = float(node.value)  # type: ignore[arg-type]  # the whitelist lets only numbers pass
    except OverflowError:
        value = math.inf
    if math.isinf(value):
        raise FormulaError("has a number above 1e308")
    return value


def snippet(node: ast.expr) -> str:
    """The text of a part of a formula, for messages."""
    return _clip(ast.unparse(node))


def _clip(text: str) -> str:
    text = " ".join(text.split())
    return repr(text) if len(text) <= 60 else repr(text[:57] + "...")
