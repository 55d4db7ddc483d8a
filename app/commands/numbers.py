"""The numbers: estimating one scenario, and auditing what is documented."""

from __future__ import annotations

from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING, Any

import click

from app.options import (
    FORMATS,
    Output,
    assignment,
    complete_system,
    growth_options,
    open_changed,
    scenario_argument,
    set_option,
    variant_option,
    writes,
)

if TYPE_CHECKING:
    from app.reports.table import Report
    from estimators.plan import Plan
    from models.estimate import Estimate


@click.command()
@scenario_argument
@set_option
@variant_option
@growth_options
@click.option("--limit", "limits", multiple=True, metavar="ADDRESS=QUANTITY|ADDRESS",
              help="With --growth: when is this passed? May be given again.")  # fmt: skip
@click.option("--explain", metavar="ADDRESS", help="How one number comes about, to the inputs.")
@writes(*FORMATS)
def estimate(
    scenario: str,
    changes: tuple[str, ...],
    variant: str | None,
    growth: tuple[str, ...],
    years: int | None,
    limits: tuple[str, ...],
    explain: str | None,
    out: Output,
) -> None:
    """All numbers of a system or of an exported estimate, with inputs changed as you like."""
    from app.reports import as_csv, as_json, build

    plan, opened = open_changed(scenario, changes, variant, growth, years)
    result = plan.estimate(opened)
    if explain is not None:
        plan.unit(explain)
        out.deliver(partial(build.explanation_report, result, explain))
        return
    if opened.growth:
        _deliver_years(plan, result, limits, out)
        return
    if limits:
        raise click.UsageError("--limit asks when something is passed; say how it grows: --growth")
    out.deliver(
        partial(build.estimate_report, result),
        partial(as_json.estimate_json, result),
        partial(as_csv.estimate_csv, result),
    )


def _deliver_years(plan: Plan, result: Estimate, limits: tuple[str, ...], out: Output) -> None:
    """An estimate with its years ahead; as CSV the years alone, year 0 being the estimate."""
    from datetime import date

    from app.reports import as_json, build
    from app.reports.growth import growth_csv, growth_json, growth_tables
    from estimators.growth import project
    from estimators.limits import passings, read_limit

    scenario = result.scenario
    read = [read_limit(plan, scenario, *assignment(limit, "--limit")) for limit in limits]
    projection = project(plan, scenario)
    passed = passings(plan, projection, read)

    def report() -> Report:
        now = build.estimate_report(result)
        return replace(now, tables=(*now.tables, *growth_tables(projection, passed, date.today())))

    def json() -> dict[str, Any]:
        return as_json.estimate_json(result) | {"growth": growth_json(projection, passed)}

    out.deliver(report, json, partial(growth_csv, projection))


@click.command()
@click.argument("systems", nargs=-1, metavar="[SYSTEM]...", shell_complete=complete_system)
@click.option("--sort", "worst_first", is_flag=True, help="All figures in one table, worst first.")
@writes(*FORMATS)
def audit(systems: tuple[str, ...], worst_first: bool, out: Output) -> None:
    """Documented beside derived, with verdicts and what would reconcile the two."""
    from app.reports import as_csv, as_json
    from app.reports.audit import audit_figures, audit_report
    from app.reports.listing import in_families
    from models.scenario import Scenario
    from presets.loader import find, headers, load_known

    if systems:
        files = [find(system) for system in systems]
    else:
        known = [header for header in headers() if not header.fault]
        files = [h.path for _, some in in_families(known, lambda h: h.family) for h in some]
    plans = [load_known(file) for file in files]
    audits = [plan.audit(Scenario(plan.preset)) for plan in plans]
    figures = audit_figures(audits, worst_first)
    out.deliver(
        partial(audit_report, audits, worst_first),
        partial(as_json.audit_json, figures),
        partial(as_csv.audit_csv, figures),
    )
