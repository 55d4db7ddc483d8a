"""Sketches as report and JSON: size and error, as they fill, beside what does the same job."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, Final

from app.charts.chart import Chart, Line, Mark
from app.reports.as_json import SCHEMA, comparison_json, quantity_json
from app.reports.build import documented_tables, notes_lists
from app.reports.table import Column, Report, Table
from estimators.documented import verdict_of
from estimators.sketches.count_min import CONSERVATIVE
from estimators.sketches.study import BloomFacts, CountMinFacts, HyperLogLogFacts, Study
from models.estimate import Estimate
from models.quantity import Quantity
from models.show import times
from models.sketch import Bloom, CountMin, HyperLogLog, Measured
from models.units import BIT, BYTE, ITEM, NUMBER, PERCENT, Unit
from models.verdict import SIGNS

CLOSE: Final = 1.005
"""What is no more than so much above what was asked for reads the same."""
FACTS: Final = (Column(""), Column("", "right"))
NAMES: Final = {
    "textbook": "textbook", "redis": "Redis", "datasketches": "Apache DataSketches",
    "guava": "Guava", "cassandra": "Cassandra",
}  # fmt: skip


def sketch_report(study: Study, measured: Measured | None, claims: Estimate) -> Report:
    """A sketch from all sides.

    Args:
        study: it.
        measured: what a real one did, if it was built.
        claims: what is documented of such sketches.
    """
    sketch, facts = study.sketch, study.facts
    lines = [f"{NAMES[sketch.convention]} convention"]
    if isinstance(sketch, Bloom) and isinstance(facts, BloomFacts):
        title, rows = "Bloom filter", _bloom_rows(sketch, facts)
    elif isinstance(sketch, CountMin) and isinstance(facts, CountMinFacts):
        title, rows = "Count-Min sketch", _count_min_rows(sketch, facts)
        lines.append(CONSERVATIVE)
    else:
        assert isinstance(sketch, HyperLogLog)
        assert isinstance(facts, HyperLogLogFacts)
        title, rows = "HyperLogLog", _hyperloglog_rows(sketch, facts)
    tables = [Table("Size and error", FACTS, rows)]
    if measured:
        seen = "events" if isinstance(sketch, CountMin) else "items"
        tables.append(Table("Measured", FACTS, _measured_rows(measured, seen)))
    if study.fills:
        tables.append(_fills_table(study))
    tables.append(rivals_table(study))
    tables.append(_said_table(study))
    tables += documented_tables(claims.documented, "Documented beside what follows in general")
    notes = notes_lists(claims.scenario.preset.notes, title)
    return Report(title, tuple(lines), tuple(tables), notes)


def _bloom_rows(sketch: Bloom, facts: BloomFacts) -> tuple[tuple[str, str], ...]:
    return (
        ("made for", size(sketch.items, ITEM)),
        ("bits", f"{sketch.bits:,} bit"),
        ("memory", size(sketch.bytes, BYTE)),
        ("bits an item", size(facts.each)),
        ("hashes", f"{sketch.hashes:,}"),
        *((f"holds at {percent(error)}", size(items, ITEM)) for error, items in facts.holds),
        ("false positives when full", percent(sketch.fp)),
        *_asked(sketch.asked, sketch.fp, "missed by its rounding"),
    )


def _count_min_rows(sketch: CountMin, facts: CountMinFacts) -> tuple[tuple[str, str], ...]:
    overflows = "may overflow" if facts.overflows else "cannot overflow"
    return (
        ("width", f"{sketch.width:,} counters"),
        ("depth", f"{sketch.depth} rows"),
        ("counters", f"{sketch.width * sketch.depth:,} of {sketch.counter_bits} bit"),
        ("memory", size(sketch.bytes, BYTE)),
        ("overestimate, a share of all", f"at most {percent(sketch.epsilon)}"),
        ("exceeded for", f"{percent(sketch.delta)} of the items"),
        (f"of {size(facts.total)} events", f"at most {size(facts.most)}"),
        ("a heavy hitter has", f"at least {size(facts.heavy)}"),
        (f"a counter holds {size(facts.full)}", overflows),
    )


def _hyperloglog_rows(sketch: HyperLogLog, facts: HyperLogLogFacts) -> tuple[tuple[str, str], ...]:
    corrected, linear = facts.corrected_below, facts.linear_error
    return (
        ("precision", str(sketch.precision)),
        ("registers", f"{sketch.registers:,} of {sketch.register_bits} bit"),
        ("memory", size(sketch.bytes, BYTE)),
        ("standard error", percent(sketch.error)),
        *_asked(sketch.asked, sketch.error, "met to its digits"),
        ("19 of 20 counts are within", percent(facts.within)),
        ("counts linearly below", size(facts.linear_below, ITEM)),
        *([("its error there", percent(linear))] if linear is not None else []),
        *([("HyperLogLog++ below", size(corrected, ITEM))] if corrected is not None else []),
        ("lists items below", size(facts.sparse_below, ITEM)),
        ("its registers are full at", size(facts.full, ITEM)),
    )


def _asked(asked: float | None, met: float, otherwise: str) -> list[tuple[str, str]]:
    """What was asked for, and what became of it where it is not quite met."""
    if asked is None:
        return []
    close = met <= asked * CLOSE
    return [("asked for", percent(asked) if close else f"{percent(asked)}, {otherwise}")]


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
        shares = percent(said.documented), percent(said.holds)
        told = ("", "too small to tell")
        if said.ratio is not None:
            verdict = verdict_of(said.ratio)
            told = (times(said.ratio), f"{SIGNS[verdict]} {verdict}")
        rows.append((said.formula, *shares, *told))
    columns = (
        Column("formula", code=True),
        Column("documented", "right"),
        Column("here", "right"),
        Column("ratio", "right"),
        Column("verdict", verdict=True),
    )
    return Table("Documented formulas", columns, tuple(rows))


def _measured_rows(measured: Measured, seen: str) -> tuple[tuple[str, str], ...]:
    """Predicted beside measured, with the interval in which the truth lies."""
    return (
        (f"{measured.what}, predicted", percent(measured.predicted)),
        ("measured", percent(measured.measured)),
        ("95% sure", f"{percent(measured.low)} to {percent(measured.high)}"),
        (seen, f"{measured.items:,}"),
        ("trials", f"{measured.trials:,}"),
        ("the formula", "✓ holds" if measured.holds else "✗ does not hold"),
    )


def size(base: float, unit: Unit = NUMBER) -> str:
    """A number in base units as a person reads it."""
    return Quantity.of_base(base, unit).shown


def percent(share: float) -> str:
    """A share to three digits: `0.813%`, `1.2e-07%`."""
    return Quantity.of_base(share, PERCENT).shown


def sketch_json(study: Study, measured: Measured | None, claims: Estimate) -> dict[str, Any]:
    """A sketch as data: counts and sizes are quantities, shares plain numbers."""
    sketch, facts = study.sketch, study.facts
    if isinstance(sketch, Bloom) and isinstance(facts, BloomFacts):
        data = {
            "kind": "bloom",
            "convention": sketch.convention,
            "items": quantity_json(sketch.items, ITEM),
            "bits": quantity_json(sketch.bits, BIT),
            "bytes": quantity_json(sketch.bytes, BYTE),
            "hashes": quantity_json(sketch.hashes),
            "asked": sketch.asked,
            "fp": sketch.fp,
            "holds": [{"fp": fp, "items": quantity_json(n, ITEM)} for fp, n in facts.holds],
        }
    elif isinstance(sketch, CountMin) and isinstance(facts, CountMinFacts):
        data = {
            "kind": "count-min",
            "convention": sketch.convention,
            "width": quantity_json(sketch.width),
            "depth": quantity_json(sketch.depth),
            "counters": quantity_json(sketch.width * sketch.depth),
            "counter_bits": quantity_json(sketch.counter_bits, BIT),
            "bytes": quantity_json(sketch.bytes, BYTE),
            "epsilon": sketch.epsilon,
            "delta": sketch.delta,
            "total": quantity_json(facts.total),
            "overcount": quantity_json(facts.most),
            "heavy_hitter": quantity_json(facts.heavy),
            "counter_holds": quantity_json(facts.full),
            "overflows": facts.overflows,
        }
    else:
        assert isinstance(sketch, HyperLogLog)
        assert isinstance(facts, HyperLogLogFacts)
        corrected = facts.corrected_below
        data = {
            "kind": "hyperloglog",
            "convention": sketch.convention,
            "precision": sketch.precision,
            "registers": quantity_json(sketch.registers),
            "register_bits": quantity_json(sketch.register_bits, BIT),
            "bytes": quantity_json(sketch.bytes, BYTE),
            "asked": sketch.asked,
            "error": sketch.error,
            "within": facts.within,
            "linear_below": quantity_json(facts.linear_below, ITEM),
            "corrected_below": None if corrected is None else quantity_json(corrected, ITEM),
            "sparse_below": quantity_json(facts.sparse_below, ITEM),
            "full": quantity_json(facts.full, ITEM),
        }
    rivals = [
        {"label": r.label, "bytes": quantity_json(r.bytes, BYTE), "error": r.error, "note": r.note}
        for r in study.rivals
    ]
    fills = [{"items": quantity_json(f.items, ITEM), "set": f.set, "fp": f.fp} for f in study.fills]
    return {
        "schema": SCHEMA,
        **data,
        **({"fills": fills} if fills else {}),
        "rivals": rivals,
        "formulas": [
            {"formula": s.formula, "documented": s.documented, "holds": s.holds,
             "verdict": verdict_of(s.ratio) if s.ratio is not None else None}
            for s in study.said
        ],
        "documented": [comparison_json(claims.scenario.preset, c) for c in claims.documented],
        "measured": measured and _measured(measured),
    }  # fmt: skip


def _measured(measured: Measured) -> dict[str, Any]:
    return {
        "what": measured.what,
        "items": quantity_json(measured.items, ITEM),
        "trials": quantity_json(measured.trials),
        "predicted": measured.predicted,
        "measured": measured.measured,
        "low": measured.low,
        "high": measured.high,
        "holds": measured.holds,
    }


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
