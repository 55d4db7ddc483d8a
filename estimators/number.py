"""The numbers that estimators compute with, and the few steps that plain arithmetic does not cover.

One function body serves four kinds of number: floats and numpy arrays in base units (second, byte,
dollar, one of each counted thing) and lognormals in closed form, which is how formulas run, and
pint quantities, from Python.
What is a plain number by its meaning (a factor, a share, a ratio of two times) is made one with
`pure` before a ufunc sees it: pint would round 1.5 KB / 1 B as 1.5, not as 1500.

Where a formula has no answer it gives nan or inf, which the engine turns into an error.
"""

from __future__ import annotations

from typing import Any, TypeAlias

import numpy as np

from estimators.lognormal import Lognormal
from models.units import counts_only, registry

Number: TypeAlias = Any
"""A float, an array of floats, a `Lognormal` or a pint quantity. No static type covers them all:
`float * array` and `float * quantity` are what these functions are for, so this says so."""


def pure(value: Number, unit: str = "") -> Number:
    """A number without a unit: a ratio whose units cancel, or a quantity counted in `unit`.

    Floats, arrays and lognormals are in base units already and come back as they are. A pint
    quantity of another dimension raises pint's DimensionalityError.
    """
    if isinstance(value, Lognormal):
        return value
    counted = value.m_as(unit) if hasattr(value, "m_as") else value
    # Exact fractions as conversion factors would leave arrays of objects, which np.exp refuses.
    return np.asarray(counted, dtype=np.float64)[()]


def count(items: Number) -> Number:
    """How many items, whatever noun they are counted in; a time or a size is no count."""
    if not hasattr(items, "m_as"):
        return pure(items)
    if not counts_only(items.dimensionality) or "[node]" in items.dimensionality:
        from pint import DimensionalityError

        raise DimensionalityError(items.units, "a count")
    return pure(items.to_base_units().magnitude)


def in_bytes(memory: Number, given: Number) -> Number:
    """A size that was counted in bytes, as a pint quantity where what it follows from is one."""
    bare = not hasattr(memory, "m_as") or memory.dimensionless
    return memory * registry().byte if bare and hasattr(given, "m_as") else memory


def share(value: Number) -> Number:
    """A plain number in 0..1; nan outside."""
    given = pure(value)
    return only_where((given >= 0.0) & (given <= 1.0), given)


def divide(above: Number, below: Number) -> Number:
    """above / below, where dividing by zero gives inf or nan and no exception."""
    with np.errstate(divide="ignore", invalid="ignore", over="ignore"):
        return np.divide(above, below)


def only_where(condition: Number, value: Number) -> Number:
    """The value where the condition holds, nan elsewhere."""
    if isinstance(condition, (bool, np.bool_)):
        return value if condition else value * np.nan
    return value * np.where(condition, 1.0, np.nan)


def mean_exp(reach: Number) -> Number:
    """The mean of e^x for x from 0 to `reach`: (e^reach - 1) / reach, and exactly 1 at 0."""
    with np.errstate(over="ignore", invalid="ignore"):
        steady = reach == 0.0
        moving = np.where(steady, 1.0, reach)
        return np.where(steady, 1.0, np.expm1(moving) / moving)[()]
