"""What follows from changing things: solving, sensitivity, sweeping, comparing."""

from __future__ import annotations

import re
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

import click

from app.options import (
    FORMATS,
    Output,
    complete_input,
    complete_scenario,
    growth_options,
    open_changed,
    scenario_argument,
    set_option,
    variant_option,
    writes,
)

if TYPE_CHECKING:
    from app.reports.sensitivity import Order
    from estimators.plan import Plan
    from estimators.solve import Sense
    from models.scenario import Scenario

SENSES: dict[str, Sense] = {"=": "=", "<": "<=", "<=": "<=", ">": ">=", ">=": ">="}
WANT = re.compile(r"\s*([^<>=\s]+)\s*(<=|>=|<|>|=)\s*(.*)", re.DOTALL)


@click.command()
@scenario_argument
@click.option(
    "--want",
    required=True,
    metavar="ADDRESS=QUANTITY",
    help="What should come out; with <= or >= a limit to keep.",
)
@click.option(
    "--by",
    metavar="INPUT",
    shell_complete=complete_input,
    help="What may change; the input that grows, unless stated.",
)
@set_option
@variant_option
@writes("table", "json", "md", "html")
def solve(
    scenario: str,
    want: str,
    by: str | None,
    changes: tuple[str, ...],
    variant: str | None,
    out: Output,
) -> None:
    """The value of one input for which a number comes out as you want it.

    With a limit, --want "url_storage<=10TB", the load that it carries. Where no value gives it, or
    more than one does, the exit code is 2.
    """
    from app.reports.solution import solution_json, solution_report

    plan, opened = open_changed(scenario, changes, variant)
    address, sense, text = _wanted(want)
    by = by or _load(plan)
    quantity = plan.wanted(address, text)
    solution = plan.solve(opened, address, quantity, by, sense)
    asked = (opened, (address, sense, quantity), by, solution)
    if solution.outcome != "none" or out.is_data:
        out.deliver(partial(solution_report, *asked), partial(solution_json, *asked))
    if solution.outcome in ("none", "several"):
        raise click.ClickException(solution.why)


def _wanted(text: str) -> tuple[str, Sense, str]:
    match = WANT.fullmatch(text)
    if match is None:
        raise click.UsageError(
            f"--want {text!r}: expected ADDRESS=QUANTITY, such as redirect_rate=50K/s, "
            "or a limit, such as 'url_storage<=10TB'"
        )
    address, sign, quantity = match.groups()
    return address, SENSES[sign], quantity


def _load(plan: Plan) -> str:
    """The input that stands for the load: the only one that grows."""
    growing = [name for name, given in plan.preset.inputs.items() if given.grows]
    if len(growing) != 1:
        which = ", ".join(growing) or "none"
        raise click.UsageError(f"--by is missing; inputs that grow: {which}")
    return growing[0]


@click.command()
@scenario_argument
@click.option("--of", "address", required=True, metavar="ADDRESS", help="Which number.")
@click.option(
    "--sort",
    type=click.Choice(["share", "swing"]),
    default="share",
    help="By the share of what is not known, or by the swing from p5 to p95.",
)
@set_option
@variant_option
@writes(*FORMATS)
def sensitivity(
    scenario: str,
    address: str,
    sort: Order,
    changes: tuple[str, ...],
    variant: str | None,
    out: Output,
) -> None:
    """Which uncertain inputs a number hangs on: what to measure first."""
    from app.reports.sensitivity import sensitivity_csv, sensitivity_json, sensitivity_report
    from estimators.sensitivity import sensitivity as find

    plan, opened = open_changed(scenario, changes, variant)
    found = find(plan, opened, address)
    out.deliver(
        partial(sensitivity_report, opened, found, sort),
        partial(sensitivity_json, opened, found, sort),
        partial(sensitivity_csv, found, sort),
    )


@click.command()
@scenario_argument
@click.option(
    "--vary",
    multiple=True,
    required=True,
    metavar="INPUT=LOW..HIGH[:STEPS[:log]]",
    help="An input over a range; 11 equal steps unless stated. May be given twice.",
)
@click.option("--show", multiple=True, metavar="ADDRESS", help="Only this number. May be repeated.")
@set_option
@variant_option
@writes(*FORMATS)
def sweep(
    scenario: str,
    vary: tuple[str, ...],
    show: tuple[str, ...],
    changes: tuple[str, ...],
    variant: str | None,
    out: Output,
) -> None:
    """Every number over a grid of one input or two."""
    from app.reports.sweep import sweep_csv, sweep_json, sweep_report
    from estimators.sweep import read_axis
    from estimators.sweep import sweep as run

    plan, opened = open_changed(scenario, changes, variant)
    found = run(plan, opened, [read_axis(plan, text) for text in vary], show)
    out.deliver(partial(sweep_report, found), partial(sweep_json, found), partial(sweep_csv, found))


@click.command()
@click.argument(
    "scenarios", nargs=-1, required=True, metavar="SCENARIO...", shell_complete=complete_scenario
)
@set_option
@click.option(
    "--variant",
    "variants",
    multiple=True,
    metavar="NAME",
    help="Beside the first scenario, a shipped variant of it. May be given again.",
)
@growth_options
@writes(*FORMATS)
def compare(
    scenarios: tuple[str, ...],
    changes: tuple[str, ...],
    variants: tuple[str, ...],
    growth: tuple[str, ...],
    years: int | None,
    out: Output,
) -> None:
    """Scenarios of one system side by side: what differs, how much, and because of what.

    With --set, the first scenario beside itself with these changes; with --growth, now beside the
    last year.
    """
    from app.reports import differences as reports
    from estimators.differences import differences, differences_over_years

    plan, first = open_changed(scenarios[0], (), None, growth, years)
    if first.growth and (growth or years):
        if len(scenarios) > 1 or changes or variants:
            raise click.UsageError("--growth compares one scenario with its own last year")
        found, compared = differences_over_years(plan, first), [first]
    else:
        opened = [(name, open_changed(name, (), None)[1]) for name in scenarios]
        named = [(n if n.endswith(".json") else s.name or s.preset.id, s) for n, s in opened]
        named += [(key, open_changed(scenarios[0], (), key)[1]) for key in variants]
        if changes:
            named.append(("changed", open_changed(scenarios[0], changes, None)[1]))
        compared = [scenario for _, scenario in named]
        found = differences(plan, compared, _labels(named))
    preset = plan.preset
    out.deliver(
        partial(reports.differences_report, preset, found),
        partial(reports.differences_json, preset, compared, found),
        partial(reports.differences_csv, preset, found),
    )


@click.command()
@scenario_argument
@click.option("--lose", multiple=True, metavar="COMPONENT", help="It is down. May be given again.")
@click.option("--cold", is_flag=True, help="Caches have nothing.")
@click.option("--zone", is_flag=True, help="One of three zones is lost.")
@click.option("--peak", default="1x", metavar="TIMES", help="So many times the peak, e.g. 10x.")
@set_option
@variant_option
@writes(*FORMATS)
def whatif(
    scenario: str,
    lose: tuple[str, ...],
    cold: bool,
    zone: bool,
    peak: str,
    changes: tuple[str, ...],
    variant: str | None,
    out: Output,
) -> None:
    """What saturates first when something goes wrong with the fleet or the load."""
    from app.reports.whatif import whatif_csv, whatif_json, whatif_report
    from estimators.whatif import Mishap, what_if
    from models.quantity import Quantity, QuantityError
    from models.units import TIMES

    plan, opened = open_changed(scenario, changes, variant)
    try:
        factor = Quantity.read(peak, plan.preset.vocabulary, TIMES).base
    except QuantityError as error:
        raise click.UsageError(f"--peak {error}, such as 10x") from None
    outcome = what_if(plan, opened, Mishap(tuple(dict.fromkeys(lose)), cold, zone, factor))
    out.deliver(
        partial(whatif_report, opened, outcome),
        partial(whatif_json, opened, outcome),
        partial(whatif_csv, outcome),
    )


def _labels(named: list[tuple[str, Scenario]]) -> list[str]:
    """What each scenario is called in a heading: the end of its path, numbered where two agree."""
    labels: list[str] = []
    for name, _ in named:
        label = Path(name).stem if name.endswith(".json") else name
        same = sum(other.partition(" #")[0] == label for other in labels)
        labels.append(f"{label} #{same + 1}" if same else label)
    return labels
