"""The systems themselves: opening, listing, showing and checking them."""

from __future__ import annotations

import os
import sys
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click
from click.shell_completion import get_completion_class

from app.options import FORMATS, Output, complete_system, writes

if TYPE_CHECKING:
    from app.reports.table import Report


@click.command("open", hidden=True)
@click.argument("system", required=False)
def open_dashboard(system: str | None) -> int:
    """Open the dashboard; without a terminal, print the estimate as text."""
    if sys.stdin.isatty() and sys.stdout.isatty():
        from app.dashboard import run

        return run(system)
    if system is None:
        raise click.UsageError("no terminal: name a SYSTEM, or a command such as `list`")
    from app import commands
    from app.reports.as_text import print_report
    from app.reports.build import estimate_report
    from app.scenarios import open_scenario
    from presets.loader import UnknownSystemError

    try:
        plan, scenario = open_scenario(system)
    except UnknownSystemError as error:
        from difflib import get_close_matches

        if near := get_close_matches(system, [str(command.name) for command in commands.ALL], 1):
            why = f"no command or system {system!r}; did you mean {near[0]}?"
            raise click.UsageError(why) from error
        raise
    print_report(estimate_report(plan.estimate(scenario)))
    return 0


@click.command("list")
@writes(*FORMATS)
def list_systems(out: Output) -> None:
    """The systems, by family, and below them the saved scenarios."""
    from presets.loader import headers

    found = headers()
    for header in found:
        if header.fault:
            click.echo(f"slipstick: {header.path} is left out: {header.fault}", err=True)

    def report() -> Report:
        from app import saved
        from app.reports.listing import listing, with_saved

        scenarios = saved.listing({header.id for header in found})
        for scenario in scenarios:
            if scenario.fault:
                click.echo(f"slipstick: {scenario.fault}", err=True)
        return with_saved(listing(found), scenarios)

    def as_csv() -> str:
        from app.reports.as_csv import report_csv
        from app.reports.listing import listing

        return report_csv(listing(found))

    def as_json() -> Any:
        from app.reports.as_json import listing_json

        return listing_json(found)

    out.deliver(report, as_json, as_csv)


@click.command()
@click.argument("system", shell_complete=complete_system)
@writes("table", "json", "md", "html")
def show(system: str, out: Output) -> None:
    """One system: inputs, formulas, components, paths, documented figures, notes."""
    from app.reports.as_json import preset_json
    from app.reports.build import preset_report
    from presets.loader import load

    preset = load(system).preset
    out.deliver(partial(preset_report, preset), partial(preset_json, preset))


@click.command()
@click.argument("files", nargs=-1, required=True, metavar="FILE...", type=click.Path())
def check(files: tuple[str, ...]) -> None:
    """Every fault of preset or catalog files of one's own, each with its line."""
    from models.faults import PresetError

    faulty = False
    for name in files:
        try:
            said = _checked(Path(name))
        except PresetError as error:
            faulty = True
            click.echo("\n".join(error.lines()))
            continue
        click.echo(f"{name}: ok: {said}")
    if faulty:
        raise click.exceptions.Exit(1)


def _checked(file: Path) -> str:
    """What a file has, in a line."""
    from presets.kinds import is_catalog, load_catalog
    from presets.loader import load_file

    if is_catalog(file):
        return f"kinds: {', '.join(load_catalog(file))}"
    preset = load_file(file).preset
    return (
        f"{len(preset.inputs)} inputs, {len(preset.derived)} derived, "
        f"{len(preset.documented)} documented"
    )


@click.command()
@click.argument("shell", type=click.Choice(["bash", "zsh", "fish"]))
def completion(shell: str) -> None:
    """The completion script for a shell, e.g. eval "$(slipstick completion bash)"."""
    from app.cli import slipstick

    kind = get_completion_class(shell)
    assert kind is not None
    os.environ.setdefault("_SLIPSTICK_COMPLETE", f"{shell}_source")
    click.echo(kind(slipstick, {}, "slipstick", "_SLIPSTICK_COMPLETE").source())
