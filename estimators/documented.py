"""Documented beside derived: ratio, verdict, and the input that would reconcile the two."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from estimators.check import nearest
from estimators.engine import Engine
from estimators.solve import solve
from models.band import Band
from models.estimate import Comparison, Held, Reconciliation
from models.faults import Fault, Path
from models.preset import Documented, Reading
from models.quantity import Figure, Quantity, QuantityError
from models.scenario import Scenario
from models.verdict import Verdict

AGREES_WITHIN: Final = 1.5
SAME_ORDER_WITHIN: Final = 5.0
RARELY: Final = 0.05
"""A budget is met in 95% of what is believed; where there is no number it is not."""
NARROW: Final = 10.0
"""A band no wider than this factor, p95 over p5, still says something by holding a figure."""


@dataclass(frozen=True, slots=True)
class Claim:
    """One reading of a documented figure, read and checked against a plan."""

    figure: Figure
    against: str
    reconcile: str | None


@dataclass(frozen=True, slots=True)
class DocumentedClaims:
    """A documented figure with its readings; the first is the literal one."""

    documented: Documented
    claims: tuple[Claim, ...]


def read_claims(engine: Engine) -> tuple[tuple[DocumentedClaims, ...], list[Fault]]:
    """Every documented figure of a preset, read in the unit of what it is held against.

    Returns:
        The figures that are right, and a fault for each thing that is wrong.
    """
    figures, faults = [], []
    for index, documented in enumerate(engine.preset.documented):
        path: Path = ("documented", index)
        found = [_claim(engine, documented, path)]
        found += [
            _claim(engine, reading, (*path, "readings", i))
            for i, reading in enumerate(documented.readings)
        ]
        wrong = [fault for _, several in found for fault in several]
        wrong += _over_faults(engine, documented, path)
        if documented.label in [other.label for other in engine.preset.documented[:index]]:
            why = f"{documented.label!r} stands twice: each figure has a label of its own"
            wrong.append(Fault((*path, "label"), why))
        faults += wrong
        if not wrong:
            claims = tuple(claim for claim, _ in found if claim is not None)
            figures.append(DocumentedClaims(documented, claims))
    return tuple(figures), faults


def _claim(
    engine: Engine, reading: Documented | Reading, path: Path
) -> tuple[Claim | None, list[Fault]]:
    preset = engine.preset
    known = (*preset.changeable, *preset.numbers, *preset.times)
    if reading.against not in known:
        near = nearest(reading.against, known)
        unknown = f"{reading.against!r} is neither an input nor a derived number{near}"
        return None, [Fault((*path, "against"), unknown)]
    faults = []
    figure = None
    try:
        figure = Figure.read(reading.figure, preset.vocabulary, engine.unit(reading.against))
        if not figure.quantity.base:
            faults.append(Fault((*path, "figure"), f"{reading.figure!r} compares with nothing"))
    except QuantityError as error:
        faults.append(Fault((*path, "figure"), f"{error}, the unit of {reading.against}"))
    if why := _reconcile_fault(engine, reading):
        faults.append(Fault((*path, "reconcile") if reading.reconcile else path, why))
    if faults or figure is None:
        return None, faults
    by = reading.reconcile or (reading.against if reading.against in preset.changeable else None)
    return Claim(figure, reading.against, by), []


def _reconcile_fault(engine: Engine, reading: Documented | Reading) -> str | None:
    inputs = engine.preset.changeable
    if reading.against in inputs:
        return None
    if reading.against in engine.preset.times:
        why = "the latency of a path is not solved for; leave reconcile out"
        return why if reading.reconcile else None
    movers = ", ".join(engine.needs.get(reading.against, ())) or "none"
    if reading.reconcile is None:
        return f"reconcile is missing: name the input to solve for, one of: {movers}"
    if reading.reconcile not in inputs:
        near = nearest(reading.reconcile, inputs)
        return f"{reading.reconcile!r} is no input{near or f'; one of: {movers}'}"
    sound = any(step.name == reading.against for step in engine.steps)
    if sound and reading.reconcile not in engine.needs[reading.against]:
        return f"{reading.against} does not hang on {reading.reconcile}; expected one of: {movers}"
    return None


def _over_faults(engine: Engine, documented: Documented, path: Path) -> list[Fault]:
    if documented.over is None:
        return []
    where = (*path, "over")
    known = (*engine.preset.changeable, *engine.preset.numbers)
    if documented.over not in known:
        near = nearest(documented.over, known)
        return [Fault(where, f"{documented.over!r} is neither input nor derived number{near}")]
    over, against = engine.kinds.get(documented.over), engine.kinds.get(documented.against)
    if over and against and over.dimension != against.dimension:
        return [Fault(where, f"{documented.over} is in {over}, {documented.against} in {against}")]
    if over and over.at == "peak":
        return [Fault(where, f"{documented.over} is a peak; expected the average rate of a volume")]
    return []


def compare(
    engine: Engine,
    figures: tuple[DocumentedClaims, ...],
    scenario: Scenario,
    values: Mapping[str, float],
    bands: Mapping[str, Band | None],
) -> tuple[Comparison, ...]:
    """Hold every documented figure against what it names.

    Args:
        engine: the compiled formulas.
        figures: from `read_claims`.
        scenario: whose changes decide whether a verdict is due.
        values: every input and derived number in base units.
        bands: what is not known of each.
    """

    def held(claim: Claim) -> Held:
        return _held(engine, claim, scenario, values, bands[claim.against])

    found = []
    for figure in figures:
        over, volume, peak_over_volume = figure.documented.over, None, None
        if over:
            volume = _volume(engine, figures, over, values)
            base = volume.claims[0].figure.quantity.base if volume else values[over]
            peak_over_volume = figure.claims[0].figure.quantity.base / base if base else None
        found.append(
            Comparison(
                label=figure.documented.label,
                said=figure.documented.said,
                source=figure.documented.source,
                literal=held(figure.claims[0]),
                readings=tuple(held(claim) for claim in figure.claims[1:]),
                over=over,
                volume=volume.documented.label if volume else None,
                peak_over_volume=peak_over_volume,
            )
        )
    return tuple(found)


def _volume(
    engine: Engine, figures: tuple[DocumentedClaims, ...], over: str, values: Mapping[str, float]
) -> DocumentedClaims | None:
    """The documented figure of a volume: of that very number, or of one that is the same.

    What is said of a second is no volume.
    """
    dimension = engine.unit(over).dimension
    for figure in figures:
        claim = figure.claims[0]
        alike = values[claim.against] == values[over]
        alike = alike and engine.unit(claim.against).dimension == dimension
        a_second = ("s", -1) in claim.figure.quantity.unit.factors
        if figure.documented.over is None and not a_second and (claim.against == over or alike):
            return figure
    return None


def _held(
    engine: Engine,
    claim: Claim,
    scenario: Scenario,
    values: Mapping[str, float],
    band: Band | None,
) -> Held:
    derived = values[claim.against]
    ratio = derived / claim.figure.quantity.base
    untouched = not scenario.changes and scenario.variant is None
    verdict = _verdict(claim, values, band, engine) if untouched else None
    return Held(
        figure=claim.figure,
        against=claim.against,
        label=engine.preset.label(claim.against),
        derived=Quantity.of_base(derived, engine.unit(claim.against)),
        band=band,
        ratio=ratio,
        verdict=verdict,
        reconcile=None if verdict == "given" else _reconcile(engine, claim, scenario, values),
    )


def _verdict(
    claim: Claim, values: Mapping[str, float], band: Band | None, engine: Engine
) -> Verdict:
    """The verdict by the table of `docs/documented.md`."""
    derived = values[claim.against]
    ends = (derived, derived) if band is None else (band.p5.base, band.p95.base)
    figure = claim.figure.quantity.base
    ratio, low, high = (value / figure for value in (derived, *ends))
    if claim.figure.comparator == "<":
        # A path's budget is held against its p99; where only the p50 keeps to it, it is at risk.
        median = values.get(claim.against.replace(".p99", ".p50"), derived)
        lost = band.missing if band else 0.0
        return _budget(median <= figure, ratio <= 1 and high <= 1 and lost < RARELY)
    if claim.figure.comparator == ">":
        lost = band.missing if band else 0.0
        return _budget(ratio >= 1, low >= 1 and lost < RARELY)
    if claim.against in engine.preset.inputs and ratio == 1:
        return "given"
    told = verdict_of(ratio)
    if told == "agrees" or not low <= 1 <= high:
        return told
    return "agrees" if high <= NARROW * low * (1 + 1e-9) else "can't tell"


def verdict_of(ratio: float) -> Verdict:
    """What is said of an estimate by its ratio derived/documented alone."""
    factor = max(ratio, 1 / ratio) if ratio else float("inf")
    if factor <= AGREES_WITHIN:
        return "agrees"
    return "same order" if factor <= SAME_ORDER_WITHIN else "disagrees"


def _budget(median: bool, surely: bool) -> Verdict:
    """A budget is met where 95% of what is believed keeps to it, at risk where the median does."""
    return ("met" if surely else "at risk") if median else "missed"


def _reconcile(
    engine: Engine, claim: Claim, scenario: Scenario, values: Mapping[str, float]
) -> Reconciliation | None:
    if claim.reconcile is None:
        return None
    want = claim.figure.quantity.base
    solution = solve(engine, values, claim.against, want, claim.reconcile)
    needs = solution.nearest
    if claim.against == claim.reconcile:
        needs = claim.figure.quantity
    return Reconciliation(
        input=claim.reconcile,
        needs=needs,
        assumed=scenario.value(claim.reconcile),
        basis="changed"
        if claim.reconcile in scenario.changes
        else engine.preset.changeable[claim.reconcile].basis,
        why=solution.why,
    )
