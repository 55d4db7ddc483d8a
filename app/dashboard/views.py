"""What the pane below the numbers can show: each view is a function of what is on screen."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

from app.reports.build import notes_lists
from app.reports.differences import differences_report
from app.reports.sensitivity import sensitivity_report
from app.reports.table import Report
from estimators.differences import differences
from estimators.engine import EstimateError
from estimators.plan import Plan
from estimators.sensitivity import sensitivity
from models.estimate import Estimate
from models.scenario import Scenario, ScenarioError

CHART, EXPLAIN, ARCHITECTURE, SIZING, COST = (
    "chart", "explained", "architecture", "sizing", "cost",
)  # fmt: skip
TITLES: Final = {
    CHART: "Chart",
    EXPLAIN: "Explain",
    ARCHITECTURE: "Architecture",
    SIZING: "Sizing",
    COST: "Cost",
    "sensitivity": "Sensitivity",
    "compare": "Compare",
    "notes": "Notes",
}


@dataclass(frozen=True, slots=True)
class Seen:
    """What is on screen.

    Args:
        plan: of the system.
        estimate: its numbers.
        address: the selected number.
    """

    plan: Plan
    estimate: Estimate
    address: str

    @property
    def scenario(self) -> Scenario:
        return self.estimate.scenario


def what_it_hangs_on(seen: Seen) -> Report:
    """Which uncertain inputs the selected number hangs on, or why that cannot be told."""
    try:
        found = sensitivity(seen.plan, seen.scenario, seen.address)
    except (ScenarioError, EstimateError) as error:
        return Report("", (f"{error}.",), ())
    return sensitivity_report(seen.scenario, found)


def what_changed(seen: Seen) -> Report:
    """The scenario on screen beside the untouched preset."""
    preset, scenario = seen.plan.preset, seen.scenario
    if not scenario.changes and scenario.variant is None:
        variants = ", ".join(variant.label for variant in preset.variants.values())
        why = "Nothing is changed yet: change an input, and this tells what moves and why."
        ways = (f"Variants, by their names in the palette (ctrl+p): {variants}.",)
        return Report("", (why, *(ways if variants else ())), ())
    try:
        found = differences(seen.plan, (Scenario(preset), scenario), ("preset", "now"))
    except EstimateError as error:
        return Report("", (f"{error}.",), ())
    return differences_report(preset, found)


def notes(seen: Seen) -> Report:
    """What the preset's notes say."""
    preset = seen.plan.preset
    return Report(preset.name, (preset.summary,), (), notes_lists(preset.notes))


REPORTS: Final[dict[str, Callable[[Seen], Report]]] = {
    "sensitivity": what_it_hangs_on,
    "compare": what_changed,
    "notes": notes,
}
"""The views that are reports and no more."""
