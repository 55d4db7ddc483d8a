"""What a solve found, as report and JSON."""

from __future__ import annotations

from typing import Any, Final

from app.reports.as_json import SCHEMA, exact_json, scenario_json, value_json, with_band
from app.reports.table import Report
from estimators.solve import Outcome, Sense, Solution
from models.band import Band
from models.quantity import Quantity
from models.scenario import Scenario
from models.show import times

WORDS: Final[dict[Outcome, str]] = {"at most": "up to ", "at least": "from "}


def solution_report(
    scenario: Scenario, want: tuple[str, Sense, Quantity], by: str, solution: Solution
) -> Report:
    """The value that one input would have to have, and what is not known of it.

    Args:
        scenario: what holds otherwise.
        want: the number's address, whether it should be, be at most or be at least, and what.
        by: the input that may change.
    """
    address, sense, quantity = want
    present = scenario.value(by)
    lines = [f"for {address} {sense} {quantity.text}, {by} would have to be:"]
    bands = solution.bands or (None,) * len(solution.values)
    if solution.outcome == "interval":
        low, high = solution.values
        lines.append(f"  {low.text} to {high.text}   (now {present.shown})")
        ends = zip(("from", "to"), bands, strict=True)
        lines += [f"    {word} {_unsure(band)}" for word, band in ends if band]
    else:
        for value, band in zip(solution.values, bands, strict=True):
            shown = value.text if sense == "=" else value.shown
            beside = f"now {present.shown}{_beside(value, scenario, by)}"
            lines.append(f"  {WORDS.get(solution.outcome, '')}{shown}   ({beside})")
            if band:
                lines.append(f"    {_unsure(band)}")
    if not solution.values:
        lines = [solution.why]
    return Report(scenario.preset.name, tuple(lines), ())


def _beside(value: Quantity, scenario: Scenario, by: str) -> str:
    """How many times the present value it is."""
    now = dict(scenario.medians())[by].base
    return f", {times(value.base / now)}" if now and value.base != now else ""


def _unsure(band: Band) -> str:
    text = f"{band.shown} (p5 to p95), as the other inputs are not known better"
    return f"{text}; {band.missing:.0%} of what is believed has no such value" if band.why else text


def solution_json(
    scenario: Scenario, want: tuple[str, Sense, Quantity], by: str, solution: Solution
) -> dict[str, Any]:
    """What a solve found: `needs` is the value nearest to the present one, or null."""
    address, sense, quantity = want
    bands = solution.bands or (None,) * len(solution.values)
    values = [
        with_band(value, band) | {"text": value.text}
        for value, band in zip(solution.values, bands, strict=True)
    ]
    return {
        "schema": SCHEMA,
        "scenario": scenario_json(scenario),
        "want": {"address": address, "sense": sense, **quantity.dump()},
        "input": by,
        "needs": exact_json(solution.nearest) if solution.nearest else None,
        "outcome": solution.outcome,
        "values": values,
        "assumed": value_json(scenario.value(by), scenario.preset.changeable[by].share),
        "why": solution.why or None,
    }
