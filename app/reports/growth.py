"""A scenario over the years, as report, JSON and CSV rows."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date, timedelta
from typing import Any, Final

from app.reports.as_csv import band_cells, csv_text, quantity_cells
from app.reports.as_json import with_band
from app.reports.table import Column, Table
from estimators.growth import YEAR, Grown, Projection
from estimators.limits import Passing
from models.show import join, shown_parts

MANY: Final = 8
"""With more years than that a table shows a few of them."""


def growth_tables(
    projection: Projection, passings: Sequence[Passing], today: date
) -> tuple[Table, ...]:
    """Every number year by year, and when limits are passed.

    Args:
        projection: the years.
        passings: the limits.
        today: year 0, for dates.
    """
    last = projection.scenario.horizon
    years = range(last + 1) if last <= MANY else _some(last)
    growth = ", ".join(f"{n} {g.shown}" for n, g in projection.scenario.growth.items())
    columns = (
        Column("address", code=True),
        *(Column("now" if year == 0 else f"year {year}", "right") for year in years),
        Column("unit"),
        Column(f"year {last}, p5 to p95", "right"),
    )
    courses = {**projection.inputs, **projection.derived}
    rows = tuple(_row(name, [course[y] for y in years]) for name, course in courses.items())
    tables = [Table(f"Year by year: {growth}", columns, rows)]
    if passings:
        tables.append(_limits(passings, last, today))
    return tuple(tables)


def _some(last: int) -> list[int]:
    """Some years of many, the last among them."""
    return [year for year in (0, 1, 2, 3, 5, 7, 10, 15, 20, 30, 40) if year < last] + [last]


def _row(name: str, course: Sequence[Grown]) -> tuple[str, ...]:
    parts = [shown_parts(grown.value.magnitude, grown.value.unit) for grown in course]
    units = {unit for _, unit in parts}
    last = course[-1]
    band = last.band.beside(last.value) if last.band else ""
    if len(units) == 1:
        return (name, *(number for number, _ in parts), units.pop(), band)
    return (name, *(join(part) for part in parts), "", band)


def _limits(passings: Sequence[Passing], years: int, today: date) -> Table:
    columns = (
        Column("number"),
        Column("limit", "right"),
        Column("of", below=True),
        Column("now", "right"),
        Column("passed"),
        Column("years, p5 to p95"),
        Column("chance", "right"),
    )
    rows = tuple(
        (
            p.limit.address,
            p.limit.limit.shown,
            p.limit.of,
            p.now.shown,
            _passed(p.at, years, today),
            "" if p.early == p.late else f"{_after(p.early, years)} to {_after(p.late, years)}",
            f"{p.chance:.0%}",
        )
        for p in passings
    )
    return Table(f"Limits, within {years} year{'s' * (years != 1)}", columns, rows)


def _passed(at: float | None, years: int, today: date) -> str:
    if at is None:
        return f"not within {years} year{'s' * (years != 1)}"
    if at == 0:
        return "already"
    when = today + timedelta(seconds=at * YEAR)
    months = max(round(at * 12), 1)
    after = f"{at:.1f} years" if at >= 1.5 else f"{months} month{'s' * (months != 1)}"
    return f"in {after}, about {when:%B %Y}"


def _after(at: float | None, years: int) -> str:
    return f"after {years}" if at is None else "now" if at == 0 else f"{at:.1f}"


def growth_json(projection: Projection, passings: Sequence[Passing]) -> dict[str, Any]:
    """The years one by one, and the limits; times are in years from now."""
    years = projection.scenario.horizon + 1
    return {
        "years": [
            {
                "year": year,
                "inputs": _year_json(projection.inputs.items(), year),
                "derived": _year_json(projection.derived.items(), year),
            }
            for year in range(years)
        ],
        "limits": [
            {
                "address": p.limit.address,
                "label": p.limit.label,
                "limit": p.limit.limit.dump(),
                "of": p.limit.of,
                "now": p.now.dump(),
                "passed": p.at,
                "passed_p5": p.early,
                "passed_p95": p.late,
                "chance": p.chance,
            }
            for p in passings
        ],
    }


def _year_json(
    courses: Iterable[tuple[str, tuple[Grown, ...]]], year: int
) -> dict[str, dict[str, Any]]:
    return {name: with_band(course[year].value, course[year].band) for name, course in courses}


def growth_csv(projection: Projection) -> str:
    """A row a number and year, with its band."""
    rows = [
        (year, name, *quantity_cells(grown.value), *band_cells(grown.band), grown.value.shown)
        for name, course in {**projection.inputs, **projection.derived}.items()
        for year, grown in enumerate(course)
    ]
    return csv_text(("year", "address", "value", "unit", "p5", "p50", "p95", "text"), rows)
