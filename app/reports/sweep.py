"""Numbers over a grid, as report, JSON and CSV."""

from __future__ import annotations

import io
import math
from typing import Any, Final

import numpy as np

from app.reports.as_json import SCHEMA, scenario_json
from app.reports.table import Column, Report, Table
from estimators.sweep import Column as Numbers
from estimators.sweep import Sweep
from models.quantity import Quantity
from models.units import DIMENSIONLESS

MOST_ROWS: Final = 1_000
"""A longer table is not for reading."""


class TooManyRowsError(ValueError):
    """A grid that is data and no table. One line that says the way out."""


def sweep_report(found: Sweep) -> Report:
    """A row a point; where two inputs are varied and one number shown, rows by columns.

    Raises:
        TooManyRowsError: more points than anybody reads.
    """
    if found.points > MOST_ROWS:
        raise TooManyRowsError(
            f"a table of {found.points:,} rows is not for reading; take up to {MOST_ROWS:,} "
            "points, or --format csv or json, with -o FILE"
        )
    crossed = len(found.axes) == 2 and len(found.derived) == 1
    table = _crossed(found) if crossed else _listed(found)
    return Report(found.scenario.preset.name, (), (table,))


def _listed(found: Sweep) -> Table:
    columns = (*found.inputs, *found.derived)
    rows = tuple(
        tuple(_shown(column, point) for column in columns) for point in range(found.points)
    )
    return Table("", tuple(Column(c.address, "right", code=False) for c in columns), rows)


def _crossed(found: Sweep) -> Table:
    """The first input downwards, the second across."""
    down, across = found.axes
    first, second = found.inputs
    headings = [_shown(second, i) for i in range(across.steps)]
    rows = tuple(
        (
            _shown(first, row * across.steps),
            *(_shown(found.derived[0], row * across.steps + i) for i in range(across.steps)),
        )
        for row in range(down.steps)
    )
    title = f"{found.derived[0].label}, by {down.input} downwards and {across.input} across"
    columns = (Column(down.input, "right"), *(Column(heading, "right") for heading in headings))
    return Table(title, columns, rows)


def _shown(column: Numbers, point: int) -> str:
    value = float(column.values[point])
    return Quantity(value, column.unit).shown if math.isfinite(value) else "no value"


def sweep_json(found: Sweep) -> dict[str, Any]:
    """Columns of numbers, each with its unit; null where there is no finite value."""
    return {
        "schema": SCHEMA,
        "scenario": scenario_json(found.scenario),
        "vary": [
            {
                "input": axis.input,
                "low": axis.low.dump(),
                "high": axis.high.dump(),
                "steps": axis.steps,
                "spacing": axis.spacing,
            }
            for axis in found.axes
        ],
        "points": found.points,
        "inputs": {column.address: _column_json(column) for column in found.inputs},
        "derived": {column.address: _column_json(column) for column in found.derived},
    }


def _column_json(column: Numbers) -> dict[str, Any]:
    values, unit = _plain(column)
    numbers = [value if math.isfinite(value) else None for value in values.tolist()]
    return {"label": column.label, "unit": unit, "values": numbers}


def sweep_csv(found: Sweep) -> str:
    """A row a point, a column a number; each heading says the unit."""
    columns = (*found.inputs, *found.derived)
    headings = []
    series = []
    for column in columns:
        values, unit = _plain(column)
        headings.append(f"{column.address} ({unit})" if unit else column.address)
        series.append(["" if v != v else repr(v) for v in values.tolist()])
    text = io.StringIO()
    text.write(",".join(headings) + "\n")
    text.writelines(",".join(row) + "\n" for row in zip(*series, strict=True))
    return text.getvalue()


def _plain(column: Numbers) -> tuple[Any, str]:
    """The values and the unit as data: a percentage is a plain number."""
    first = column.unit.factors[:1]
    if len(column.unit.factors) == 1 and first[0][0] in DIMENSIONLESS:
        return np.asarray(column.unit.to_base(column.values)), ""
    return column.values, str(column.unit)
