"""Sketches as report and JSON: size and error, as they fill, beside what does the same job."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, Final

from app.charts.chart import Chart, Line, Mark
from app.reports.as_json import SCHEMA, comparison_json
from app.reports.build import documented_tables, notes_lists
from app.reports.table import Column, Report, Table
from estimators.documented import verdict_of
from estimators.sketches.bloom import items_that_fit
from estimators.sketches.count_min import (
    CONSERVATIVE,
    can_overflow,
    heavy_hitter,
    overcount,
    overflow_after,
)
from estimators.sketches.hyperloglog import (
    largest_count,
    linear_counting_below,
    sparse_below,
)
from estimators.sketches.study import Study
from models.estimate import Estimate
from models.quantity import Quantity
from models.show import times
from models.sketch import Bloom, CountMin, HyperLogLog, Measured
from models.units import BIT, BYTE, ITEM, NUMBER, PERCENT, Unit
from models.verdict import SIGNS

HELD: Final = (0.01, 0.001)
"""Errors at which a filter's array is asked how many items it holds."""
CLOSE: Final = 1.005
"""What is no more than so much above what was asked for reads the same."""
FACTS: Final = (Column(""), Column("", "right"))
NAMES: Final = {
    "textbook": "textbook", "redis": "Redis", "datasketches": "Apache DataSketches",
    "guava": "Guava", "cassandra": "Cassandra",
}  # fmt: skip


def sketch_report(
    study: Study, total: float, measured: Measured | None, claims: Estimate
) -> Report:
    """A sketch from all sides.

    Args:
        study: it.
        total: how many events a Count-Min sketch counts.
        measured: what a real one did, if it was built.
        claims: what is documented of such sketches.
    """
    sketch = study.sketch
    if isinstance(sketch, Bloom):
        title, facts = "Bloom filter", _bloom_facts(sketch)
    elif isinstance(sketch, CountMin):
        title, facts = "Count-Min sketch", _count_min_facts(sketch, total)
    else:
        title, facts = "HyperLogLog", _hyperloglog_facts(sketch)
    tables = [Table("Size and error", FACTS, facts)]
    if measured:
        tables.append(Table("Measured", FACTS, measured_rows(measured)))
    if study.fills:
        tables.append(_fills_table(study))
    tables.append(rivals_table(study))
    tables.append(_said_table(study))
    tables += documented_tables(claims, "Documented beside derived")
    lines = [f"{NAMES[sketch.convention]} convention"]
    lines += [CONSERVATIVE] if isinstance(sketch, CountMin) else []
    notes = notes_lists(claims.scenario.preset.notes, title)
    return Report(title, tuple(lines), tuple(tables), notes)


def _bloom_facts(sketch: Bloom) -> tuple[tuple[str, str], ...]:
    return (
        ("made for", size(sketch.items, ITEM)),
        ("bits", size(sketch.bits, BIT, scaled=False)),
        ("memory", size(sketch.bytes, BYTE)),
        ("bits an item", f"{sketch.bits / sketch.items:.3g}"),
        ("hashes", str(sketch.hashes)),
        *(
            (f"holds at {percent(error)}", size(items_that_fit(sketch.bits, error), ITEM))
            for error in HELD
        ),
        ("false positives when full", percent(sketch.fp)),
        *_asked(sketch.asked, sketch.fp),
    )


def _count_min_facts(sketch: CountMin, total: float) -> tuple[tuple[str, str], ...]:
    full = overflow_after(sketch.counter_bits)
    overflows = "may overflow" if can_overflow(sketch.counter_bits, total) else "cannot overflow"
    return (
        ("width", f"{sketch.width:,} counters"),
        ("depth", f"{sketch.depth} rows"),
        ("counters", f"{sketch.width * sketch.depth:,} of {sketch.counter_bits} bit"),
        ("memory", size(sketch.bytes, BYTE)),
        ("overestimate, a share of all", f"at most {percent(sketch.epsilon)}"),
        ("exceeded for", f"{percent(sketch.delta)} of the items"),
        (f"of {size(total, NUMBER)} events", f"at most {size(overcount(sketch.epsilon, total))}"),
        ("a heavy hitter has", f"at least {size(heavy_hitter(sketch.epsilon, total))}"),
        (f"a counter holds {size(full)}", overflows),
    )


def _hyperloglog_facts(sketch: HyperLogLog) -> tuple[tuple[str, str], ...]:
    corrected = sketch.precision <= 18 and linear_counting_below(sketch.precision, corrected=True)
    # What does not fit into DataSketches' registers of 4 bits stands in a table beside them.
    bits = max(sketch.register_bits, 6 if sketch.convention == "datasketches" else 0)
    return (
        ("precision", str(sketch.precision)),
        ("registers", f"{sketch.registers:,} of {sketch.register_bits} bit"),
        ("memory", size(sketch.bytes, BYTE)),
        ("standard error", percent(sketch.error)),
        *_asked(sketch.asked, sketch.error),
        ("19 of 20 counts are within", percent(1.96 * sketch.error)),
        ("counts linearly below", size(linear_counting_below(sketch.precision), ITEM)),
        *([("HyperLogLog++ below", size(corrected, ITEM))] if corrected else []),
        ("lists items below", size(sparse_below(sketch), ITEM)),
        ("its registers are full at", size(largest_count(bits, sketch.precision), ITEM)),
    )


def _asked(asked: float | None, met: float) -> list[tuple[str, str]]:
    """What was asked for; it is met to the digits with which it was typed."""
    if asked is None:
        return []
    close = met <= asked * CLOSE
    return [("asked for", percent(asked) if close else f"{percent(asked)}, to its digits")]


def _fills_table(study: Study) -> Table:
    columns = ("items", "full", "bits set", "false positives")
    rows = tuple(
        (size(f.items, ITEM), f"{f.items / study.items:.0%}", f"{f.set:.1%}", percent(f.fp))
        for f in study.fills
    )
    return Table("As it fills", tuple(Column(c, "right") for c in columns), rows)


def rivals_table(study: Study) -> Table:
    """What does the same job: what it takes, beside this sketch, and what is gained or lost."""
    columns = (
        Column("structure"),
        Column("memory", "right"),
        Column("of this", "right"),
        Column("error", "right"),
        Column("", below=True),
    )
    rows = tuple(
        (
            rival.label,
            size(rival.bytes, BYTE),
            times(rival.bytes / study.sketch.bytes),
            percent(rival.error) if rival.error else "exact",
            rival.note,
        )
        for rival in study.rivals
    )
    return Table(f"The same job for {size(study.items, ITEM)}", columns, rows)


def _said_table(study: Study) -> Table:
    rows = []
    for said in study.said:
        ratio = said.holds / said.documented
        verdict = verdict_of(ratio)
        shares = percent(said.documented), percent(said.holds)
        rows.append((said.formula, *shares, times(ratio), f"{SIGNS[verdict]} {verdict}"))
    columns = (
        Column("formula", code=True),
        Column("documented", "right"),
        Column("here", "right"),
        Column("ratio", "right"),
        Column("verdict", verdict=True),
    )
    return Table("Documented formulas", columns, tuple(rows))


def measured_rows(measured: Measured) -> tuple[tuple[str, str], ...]:
    """Predicted beside measured, with the interval in which the truth lies."""
    return (
        (f"{measured.what}, predicted", percent(measured.predicted)),
        ("measured", percent(measured.measured)),
        ("95% sure", f"{percent(measured.low)} to {percent(measured.high)}"),
        ("items", f"{measured.items:,}"),
        ("trials", f"{measured.trials:,}"),
        ("the formula", "✓ holds" if measured.holds else "✗ does not hold"),
    )


def size(base: float, unit: Unit = NUMBER, scaled: bool = True) -> str:
    """A number in base units as a person reads it."""
    quantity = Quantity.of_base(base * unit.to_base(1.0) if unit == BIT else base, unit)
    return quantity.shown if scaled else f"{quantity.magnitude:,.0f} {unit}"


def percent(share: float) -> str:
    """A share to three digits: `0.813%`, `1.2e-07%`."""
    return Quantity.of_base(share, PERCENT).shown


def sketch_json(study: Study, measured: Measured | None, claims: Estimate) -> dict[str, Any]:
    """A sketch as data: counts and sizes are quantities, shares plain numbers."""
    sketch = study.sketch
    if isinstance(sketch, Bloom):
        data = {
            "kind": "bloom",
            "convention": sketch.convention,
            "items": _dump(sketch.items, ITEM),
            "bits": _dump(sketch.bits, BIT),
            "bytes": _dump(sketch.bytes, BYTE),
            "hashes": _dump(sketch.hashes),
            "asked": sketch.asked,
            "fp": sketch.fp,
        }
    elif isinstance(sketch, CountMin):
        data = {
            "kind": "count-min",
            "convention": sketch.convention,
            "width": _dump(sketch.width),
            "depth": _dump(sketch.depth),
            "counters": _dump(sketch.width * sketch.depth),
            "counter_bits": _dump(sketch.counter_bits, BIT),
            "bytes": _dump(sketch.bytes, BYTE),
            "epsilon": sketch.epsilon,
            "delta": sketch.delta,
        }
    else:
        data = {
            "kind": "hyperloglog",
            "convention": sketch.convention,
            "precision": sketch.precision,
            "registers": _dump(sketch.registers),
            "register_bits": _dump(sketch.register_bits, BIT),
            "bytes": _dump(sketch.bytes, BYTE),
            "asked": sketch.asked,
            "error": sketch.error,
        }
    rivals = [
        {"label": r.label, "bytes": _dump(r.bytes, BYTE), "error": r.error, "note": r.note}
        for r in study.rivals
    ]
    fills = [{"items": _dump(f.items, ITEM), "set": f.set, "fp": f.fp} for f in study.fills]
    return {
        "schema": SCHEMA,
        **data,
        **({"fills": fills} if fills else {}),
        "rivals": rivals,
        "formulas": [
            {"formula": s.formula, "documented": s.documented, "holds": s.holds,
             "verdict": verdict_of(s.holds / s.documented)}
            for s in study.said
        ],
        "documented": [comparison_json(claims.scenario.preset, c) for c in claims.documented],
        "measured": measured and _measured(measured),
    }  # fmt: skip


def _measured(measured: Measured) -> dict[str, Any]:
    return {
        "what": measured.what,
        "items": _dump(measured.items, ITEM),
        "trials": _dump(measured.trials),
        "predicted": measured.predicted,
        "measured": measured.measured,
        "low": measured.low,
        "high": measured.high,
        "holds": measured.holds,
    }


def _dump(magnitude: float, unit: Unit = NUMBER) -> dict[str, Any]:
    return Quantity(float(magnitude), unit).dump()


def sketch_charts(study: Study) -> tuple[Chart, ...]:
    """A filter's error as it fills, and what each error takes."""
    sketch = study.sketch
    error = {Bloom: "fp", CountMin: "epsilon", HyperLogLog: "error"}[type(sketch)]
    errors, taken = zip(*study.sizes, strict=True)
    sizes = Chart(
        title="Memory by error",
        x_label="error",
        y_label="memory",
        lines=(Line("memory", _percents(errors), taken),),
        marks=(Mark("this", 100 * getattr(sketch, error), sketch.bytes),),
        x_unit=PERCENT,
        y_unit=BYTE,
        x_log=True,
        y_log=True,
    )
    if not isinstance(sketch, Bloom):
        return (sizes,)
    held, shares = zip(*study.curve, strict=True)
    filling = Chart(
        title="False positives as it fills",
        x_label="items",
        y_label="false positives",
        lines=(Line("false positives", held, _percents(shares)),),
        marks=(Mark("full", sketch.items, 100 * sketch.fp),),
        x_unit=ITEM,
        y_unit=PERCENT,
        y_log=True,
    )
    return (filling, sizes)


def _percents(shares: Iterable[float]) -> tuple[float, ...]:
    return tuple(100 * share for share in shares)
