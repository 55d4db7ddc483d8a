"""Explaining a number: the tree of formula, substituted values and inputs behind it."""

from __future__ import annotations

import ast
import inspect
from collections.abc import Mapping
from copy import deepcopy

from estimators.formula import BUILT_IN, parse_formula
from estimators.signature import signature
from models.estimate import Estimate, EstimatorNote, Explanation


def explain(estimate: Estimate, name: str) -> Explanation:
    """How a number of an estimate comes about, down to the inputs.

    Args:
        estimate: the numbers.
        name: an input or a derived number.

    Raises:
        KeyError: the estimate has no such number.
    """
    if name in estimate.margins:
        demand = estimate.scenario.preset.margins[name]
        return Explanation(
            name=name,
            label=f"{demand}, margin",
            value=estimate.margins[name].shown,
            basis=f"p95 of {demand} over its median",
        )
    given = estimate.inputs.get(name) or estimate.settings.get(name)
    if given is not None:
        basis = "changed here" if given.changed else given.basis
        return Explanation(
            name=name,
            label=given.label,
            value=given.value.shown,
            basis=f"{basis}: {given.why}" if given.why and not given.changed else basis,
        )
    number = estimate.derived.get(name) or estimate.sized[name]
    formula = parse_formula(number.formula)
    values = _shown(estimate, formula.names)
    return Explanation(
        name=name,
        label=number.label,
        value=number.value.shown,
        band=number.band.beside(number.value) if number.band else "",
        formula=ast.unparse(formula.tree),
        substituted=ast.unparse(_Substitute(values).visit(deepcopy(formula.tree))),
        estimators=tuple(_note(call) for call in _calls(formula.tree)),
        parts=tuple(explain(estimate, used) for used in formula.names if used in values),
    )


def _shown(estimate: Estimate, names: tuple[str, ...]) -> dict[str, str]:
    """What each name comes to; units and nouns stay as they stand."""
    values = {}
    for name in names:
        if name in estimate.margins:
            values[name] = estimate.margins[name].shown
        elif given := estimate.inputs.get(name) or estimate.settings.get(name):
            values[name] = given.median.shown
        elif number := estimate.derived.get(name) or estimate.sized.get(name):
            values[name] = number.value.shown
    return values


class _Substitute(ast.NodeTransformer):
    def __init__(self, values: Mapping[str, str]) -> None:
        self.values = values

    def visit_Name(self, node: ast.Name) -> ast.Name:
        return ast.Name(self.values.get(node.id, node.id), node.ctx)


def _calls(tree: ast.expr) -> list[str]:
    """The estimators that a formula calls, each once, in the order of the text."""
    called = [n for n in ast.walk(tree) if isinstance(n, ast.Call) and isinstance(n.func, ast.Name)]
    called.sort(key=lambda node: node.col_offset)
    names = [node.func.id for node in called if isinstance(node.func, ast.Name)]
    return [name for name in dict.fromkeys(names) if name not in BUILT_IN]


def _note(name: str) -> EstimatorNote:
    described = signature(name)
    text, _, source = (inspect.getdoc(described.function) or "").partition("Source:")
    return EstimatorNote(str(described), text.strip(), " ".join(source.split()))
