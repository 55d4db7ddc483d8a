"""Every row of the table: the signature, the three kinds of number, and the docstring."""

import inspect
import re
from collections.abc import Callable
from contextlib import suppress
from typing import Any, Final, NamedTuple

import numpy as np
import pint
import pytest

from estimators import (
    availability,
    bandwidth,
    cost,
    latency,
    memory,
    sizing,
    storage,
    traffic,
)
from estimators.table import ESTIMATORS
from models.units import registry

PARAMETER: Final = re.compile(r"(\w+): (?:(average|peak) )?(\S+)(?: = (\S+))?")
DIMENSION: Final = re.compile(r"(1|\w+)([*/]\w+)*")

# What stands for each word of a signature: units that are not base units wherever there are any,
# so that a body that forgets one is caught.
UNITS: Final = {
    "time": "h",
    "information": "KB",
    "number": "",
    "node": "node",
    "op": "op",
    "currency": "USD",
    "share": "",
    "N": "request",
    "U": "user",
    "M": "message",
    "P": "event",
    "D": "item",
    "R": "op",
}

# A plausible value of each parameter, in base units.
VALUES: Final = {
    "actions": 0.002,
    "alphabet": 62.0,
    "amplification": 1.1,
    "availability": 0.99,
    "backlog": 5000.0,
    "buffers": 8000.0,
    "busiest": 20.0 * 3600,
    "cached": 120.0,
    "calls": 100.0,
    "capacity": 1000.0,
    "celebrities": 3.0,
    "chance": 0.01,
    "connections": 5e4,
    "members": 3.0,
    "copies": 2.0,
    "count": 7.0,
    "counter": 4.0,
    "delta": 0.01,
    "duplicates": 0.3,
    "duration": 90.0,
    "epsilon": 0.001,
    "error": 0.01,
    "factor": 3.0,
    "failures": 0.05,
    "fields": 3.0,
    "followees": 200.0,
    "followers": 150.0,
    "frame": 14.0,
    "gap": 0.3,
    "growth": 0.3,
    "header": 78.0,
    "headroom": 1.5,
    "held": 3e12,
    "hit_ratio": 0.8,
    "hot": 0.2,
    "ids": 1e6,
    "items": 900.0,
    "length": 7.0,
    "lifetime": 1800.0,
    "limit": 0.02,
    "link": 1e6,
    "load": 8.0,
    "margin": 1.3,
    "median": 0.003,
    "memory": 2e6,
    "name": 6.0,
    "need": 3.6,
    "needed": 4.8,
    "nodes": 7.0,
    "online": 0.1,
    "open_": 2e6,
    "overhead": 64.0,
    "p99": 0.02,
    "payload": 4380.0,
    "peak": 120.0,
    "per_node": 1e5,
    "per_user": 1.5,
    "period": 365 * 86_400.0,
    "posts": 12.0,
    "price": 3e-4,
    "pulled": 0.25,
    "rate": 40.0,
    "ratio": 4.0,
    "read_rate": 5e4,
    "reads": 70.0,
    "register": 0.75,
    "retention": 90 * 86_400.0,
    "retries": 2.0,
    "segment": 1460.0,
    "servers": 14.0,
    "service": 0.004,
    "size": 500.0,
    "skew": 0.9,
    "space": 5e11,
    "spares": 1.0,
    "state": 12_000.0,
    "time_of_day": 9.5 * 3600,
    "total": 1e9,
    "traffic": 3e5,
    "used": 400.0,
    "users": 1e6,
    "utilisation": 0.6,
    "window": 0.25,
}


class Row(NamedTuple):
    function: Callable[..., Any]
    units: dict[str, str]
    defaults: dict[str, float]
    result: str

    @property
    def values(self) -> dict[str, float]:
        return {name: VALUES[name] for name in self.units}


def unit(dimension: str) -> str:
    return re.sub(r"[A-Za-z]+", lambda word: UNITS[word[0]] or "1", dimension)


def row(name: str) -> Row:
    function, text = ESTIMATORS[name]
    before, _, after = text.partition(" -> ")
    units, defaults = {}, {}
    for part in before.split(", "):
        match = PARAMETER.fullmatch(part)
        assert match, part
        parameter, _, dimension, default = match.groups()
        units[parameter] = unit(dimension)
        if default is not None:
            defaults[parameter] = float(default)
    result = after.rpartition(" ")[2]
    assert DIMENSION.fullmatch(result)
    return Row(function, units, defaults, unit(result))


def quantity(value: Any, unit: str) -> Any:
    """A value in base units, said in a unit of the same dimension."""
    return registry().Quantity(value / in_base(registry().Quantity(1.0, unit)), unit)


def in_base(result: Any) -> Any:
    """The number in base units: of a quantity, or as it is."""
    bare = result.to_base_units().magnitude if hasattr(result, "to_base_units") else result
    return np.asarray(bare, dtype=float)


def dimension(result: Any) -> Any:
    return registry().Quantity(result).dimensionality


ALL: Final = pytest.mark.parametrize("name", ESTIMATORS)


@ALL
def test_parameters_are_those_of_the_function(name: str) -> None:
    expected = row(name)
    parameters = inspect.signature(expected.function).parameters
    assert list(expected.units) == list(parameters)
    assert expected.defaults == {
        p.name: p.default for p in parameters.values() if p.default is not p.empty
    }
    assert list(parameters)[len(parameters) - len(expected.defaults) :] == list(expected.defaults)


@ALL
def test_units_come_out_as_declared(name: str) -> None:
    function, units, _, expected = row(name)
    floats = function(**row(name).values)
    given = {n: quantity(VALUES[n], u) for n, u in units.items()}
    result = function(**given)
    assert dimension(result) == registry().Quantity(1.0, expected).dimensionality
    assert in_base(result) == pytest.approx(floats, rel=1e-12)


@ALL
def test_plain_numbers_may_stay_floats_among_quantities(name: str) -> None:
    function, units, _, expected = row(name)
    given = {n: quantity(VALUES[n], u) if u else VALUES[n] for n, u in units.items()}
    result = function(**given)
    assert dimension(result) == registry().Quantity(1.0, expected).dimensionality
    assert in_base(result) == pytest.approx(function(**row(name).values), rel=1e-12)


@ALL
def test_floats_give_a_finite_float(name: str) -> None:
    result = row(name).function(**row(name).values)
    assert isinstance(result, float)
    assert np.isfinite(result)


@ALL
def test_another_dimension_is_refused_or_shows(name: str) -> None:
    """One argument that is off by a dimension never gives a result of the right one."""
    function, units, _, expected = row(name)
    declared = registry().Quantity(1.0, expected).dimensionality
    right = {n: quantity(VALUES[n], u) for n, u in units.items()}
    for parameter in units:
        for slip in ("s", "B", "node"):
            wrong = {**right, parameter: right[parameter] * registry().Quantity(1.0, slip)}
            with suppress(pint.DimensionalityError):
                assert dimension(function(**wrong)) != declared, (parameter, slip)


@ALL
def test_arrays_are_floats_side_by_side(name: str) -> None:
    function, units, _, _ = row(name)
    steps = np.array([1.0, 0.9, 0.75])
    arrays = {n: VALUES[n] * steps for n in units}
    expected = [function(**{n: VALUES[n] * step for n in units}) for step in steps]
    np.testing.assert_allclose(function(**arrays), expected, rtol=1e-13)
    quantities = {n: quantity(VALUES[n] * steps, u) for n, u in units.items()}
    np.testing.assert_allclose(in_base(function(**quantities)), expected, rtol=1e-12)


@ALL
def test_one_array_meets_floats(name: str) -> None:
    function, units, _, _ = row(name)
    steps = np.array([1.0, 0.9, 0.75])
    for parameter in units:
        rest = row(name).values
        expected = [function(**{**rest, parameter: VALUES[parameter] * step}) for step in steps]
        found = function(**{**rest, parameter: VALUES[parameter] * steps})
        np.testing.assert_allclose(found, expected, rtol=1e-13, err_msg=parameter)


@ALL
def test_docstring_reads_as_a_manual(name: str) -> None:
    text = inspect.getdoc(row(name).function) or ""
    summary, blank, *_ = text.splitlines()
    assert summary.endswith(".")
    assert not blank
    for part in ("\nArgs:\n", "\nReturns:\n", "\nSource: "):
        assert part in text
    described = re.findall(r"^    (\w+): ", text, re.MULTILINE)
    assert described == list(row(name).units)


MODULES: Final = (
    traffic, storage, bandwidth, memory, sizing, availability, latency, cost
)  # fmt: skip


def test_every_public_estimator_is_in_the_table() -> None:
    public = {
        name: function
        for module in MODULES
        for name, function in inspect.getmembers(module, inspect.isfunction)
        if function.__module__ == module.__name__ and not name.startswith("_")
    }
    listed = {name: function for name, (function, _) in ESTIMATORS.items()}
    modules = {module.__name__ for module in MODULES}
    assert public == {n: f for n, f in listed.items() if f.__module__ in modules}


def test_size_of_nothing_counted_can_be_compressed() -> None:
    """M of compressed may stand for nothing."""
    size = registry().Quantity(3.0, "TB")
    assert storage.compressed(size, 3.0) == registry().Quantity(1.0, "TB")
