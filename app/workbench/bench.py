"""A workbench: what it asks for, and what it answers."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from functools import cache
from typing import TYPE_CHECKING, Any, TypeAlias

from app.workbench.asked import Asked

if TYPE_CHECKING:
    from app.charts.chart import Chart
    from app.reports.table import Report
    from models.estimate import Estimate

Texts: TypeAlias = Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Ask:
    """One thing that a workbench asks for.

    Args:
        name: what it is called in texts and messages; `--name` on the command line.
        label: what stands beside its field.
        text: what its field begins with.
        why: what stands below the fields while it has the focus.
        choices: the texts that there are, if they are few.
        whole: whether it is a whole number.
    """

    name: str
    label: str
    text: str
    why: str
    choices: tuple[str, ...] = ()
    whole: bool = False


@dataclass(frozen=True, slots=True)
class Answer:
    """What follows from the texts.

    Args:
        report: to read.
        data: as JSON.
        charts: to look at.
    """

    report: Report
    data: dict[str, Any]
    charts: tuple[Chart, ...]


@dataclass(frozen=True, slots=True)
class Bench:
    """A workbench.

    Args:
        id: what files that are exported from it are called.
        label: what stands in a list.
        about: a sentence of what it is for.
        asks: its fields.
        answer: what follows; raises ValueError of one line for texts that cannot be.
    """

    id: str
    label: str
    about: str
    asks: tuple[Ask, ...]
    answer: Callable[[Asked], Answer]

    @property
    def texts(self) -> dict[str, str]:
        """What its fields begin with."""
        return {ask.name: ask.text for ask in self.asks}


@cache
def claims(name: str, group: str | None = None) -> Estimate:
    """What is documented of a workbench's subject beside what follows.

    Args:
        name: `sketches` or `protocols`.
        group: the group of derived numbers that is asked for; None for all.
    """
    from models.scenario import Scenario
    from presets.loader import load_workbench

    plan = load_workbench(name)
    estimate = plan.estimate(Scenario(plan.preset))
    asked = tuple(
        comparison
        for comparison in estimate.documented
        if group is None or estimate.derived[comparison.literal.against].group == group
    )
    return replace(estimate, documented=asked)
