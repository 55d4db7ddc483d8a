"""The commands. Each reads its words, asks the layers below, and prints one report.

Only click is imported at the top: `--version`, completion and `list` must answer at once, and no
command but the dashboard's may load Textual.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Callable
from difflib import get_close_matches
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

import click
from click.shell_completion import CompletionItem, get_completion_class

if TYPE_CHECKING:
    from app.reports.table import Report
    from estimators.plan import Plan
    from models.scenario import Scenario

FORMATS = ("table", "json", "csv", "md")
SUFFIXES = {".json": "json", ".csv": "csv", ".md": "md", ".markdown": "md"}

F = TypeVar("F", bound=Callable[..., Any])


def expected_errors() -> tuple[type[Exception], ...]:
    """The errors that a person's input can cause: said in a line, never a traceback."""
    from app.files import FileError
    from app.scenarios import ScenarioFileError
    from estimators.engine import EstimateError
    from models.faults import PresetError
    from models.quantity import QuantityError
    from models.scenario import ScenarioError
    from presets.loader import UnknownSystemError

    return (
        EstimateError, FileError, PresetError, QuantityError, ScenarioError, ScenarioFileError,
        UnknownSystemError,
    )  # fmt: skip


# Completion: only headers and keys of files are read, and nothing heavy is imported.


def complete_system(_: click.Context, __: Any, incomplete: str) -> list[CompletionItem]:
    """The ids that begin with what is typed."""
    from presets.loader import headers

    return [
        CompletionItem(header.id, help=header.name)
        for header in headers()
        if header.id.startswith(incomplete) and not header.fault
    ]


def complete_input(ctx: click.Context, _: Any, incomplete: str) -> list[CompletionItem]:
    """The inputs of the system that stands on the line."""
    import tomllib

    from presets.loader import UnknownSystemError, find

    try:
        # A line that is not finished yet leaves its words unparsed.
        system = ctx.params.get("scenario") or next(iter(ctx.args), "")
        data = tomllib.loads(find(system).read_text("utf-8"))
    except (UnknownSystemError, OSError, ValueError):
        return []
    return [CompletionItem(name) for name in data.get("inputs", {}) if name.startswith(incomplete)]


# Options that several commands share.


def writes(*formats: str) -> Callable[[F], F]:
    """`--format`, `-o` and `--force`, for a command that returns text in a format."""

    def add(command: F) -> F:
        for option in (
            click.option("--force", is_flag=True, help="Let -o replace a file that is there."),
            click.option(
                "-o", "--output", type=click.Path(path_type=Path), help="Write to a file, whole."
            ),
            click.option(
                "--format", "format_", type=click.Choice(formats), help="How to print the result."
            ),
        ):
            command = option(command)
        return command

    return add


scenario_argument = click.argument("scenario", shell_complete=complete_system)
set_option = click.option(
    "--set",
    "changes",
    multiple=True,
    metavar="ADDRESS=QUANTITY",
    shell_complete=complete_input,
    help="Change an input, e.g. --set dau=200M. May be given again.",
)
variant_option = click.option("--variant", metavar="NAME", help="Start from a shipped variant.")


def deliver(
    formats: dict[str, Callable[[], Any]], format_: str | None, output: Path | None, force: bool
) -> None:
    """Print a result, or write it to a file; a file's ending tells its format unless stated."""
    if format_ is None:
        format_ = SUFFIXES.get(output.suffix.lower(), "table") if output else "table"
    if format_ not in formats:
        raise click.UsageError(f"no {format_} here; expected {' or '.join(formats)}")
    result = formats[format_]()
    if format_ == "table" and output is None:
        from app.reports.as_text import print_report

        print_report(result)
        return
    text = _rendered(format_, result)
    if output is None:
        sys.stdout.write(text)
        return
    from app.files import write_whole

    write_whole(output, text, force)
    click.echo(f"wrote {output}", err=True)


def _rendered(format_: str, result: Any) -> str:
    if format_ == "json":
        from app.reports.as_json import dumps

        return dumps(result)
    if format_ == "md":
        from app.reports.as_markdown import markdown

        return markdown(result)
    if format_ == "table":
        from app.reports.as_text import plain

        return plain(result)
    assert isinstance(result, str)
    return result


def _assignment(text: str, option: str) -> tuple[str, str]:
    """`dau=200M` as address and text."""
    address, equals, quantity = text.partition("=")
    if not equals or not address.strip():
        raise click.UsageError(f"{option} {text!r}: expected ADDRESS=QUANTITY, such as dau=200M")
    return address.strip(), quantity


def _open(scenario: str, changes: tuple[str, ...], variant: str | None) -> tuple[Plan, Scenario]:
    """A system, or an exported estimate, with the changes of the command line put on."""
    from dataclasses import replace

    from app.scenarios import open_scenario

    plan, opened = open_scenario(scenario)
    if variant is not None:
        opened = replace(opened, variant=variant)
    for change in changes:
        opened = opened.with_change(*_assignment(change, "--set"))
    return plan, opened


# The commands.


@click.command("open", hidden=True)
@click.argument("system", required=False)
def open_dashboard(system: str | None) -> None:
    """Open the dashboard; without a terminal, print the estimate as text."""
    if sys.stdin.isatty() and sys.stdout.isatty():
        from app.dashboard import run

        run(system)
        return
    if system is None:
        raise click.UsageError("no terminal: name a SYSTEM, or a command such as `list`")
    from app.reports.as_text import print_report
    from app.reports.build import estimate_report
    from app.scenarios import open_scenario
    from presets.loader import UnknownSystemError

    try:
        plan, scenario = open_scenario(system)
    except UnknownSystemError as error:
        if near := get_close_matches(system, [str(command.name) for command in ALL], 1):
            why = f"no command or system {system!r}; did you mean {near[0]}?"
            raise click.UsageError(why) from error
        raise
    print_report(estimate_report(plan.estimate(scenario)))


@click.command("list")
@writes(*FORMATS)
def list_systems(format_: str | None, output: Path | None, force: bool) -> None:
    """The systems, by family."""
    from presets.loader import headers

    found = headers()
    for header in found:
        if header.fault:
            click.echo(f"slipstick: {header.path} is left out: {header.fault}", err=True)

    def report() -> Report:
        from app.reports.listing import listing

        return listing(found)

    def as_csv() -> str:
        from app.reports.as_csv import report_csv

        return report_csv(report())

    def as_json() -> Any:
        from app.reports.as_json import listing_json

        return listing_json(found)

    deliver({"table": report, "json": as_json, "csv": as_csv, "md": report}, format_, output, force)


@click.command()
@scenario_argument
@writes("table", "json", "md")
def show(scenario: str, format_: str | None, output: Path | None, force: bool) -> None:
    """One system: inputs, formulas, documented figures, notes."""
    from app.reports.as_json import preset_json
    from app.reports.build import preset_report
    from presets.loader import load

    preset = load(scenario).preset
    report = lambda: preset_report(preset)  # noqa: E731
    deliver(
        {"table": report, "json": lambda: preset_json(preset), "md": report},
        format_, output, force,
    )  # fmt: skip


@click.command()
@scenario_argument
@set_option
@variant_option
@click.option("--explain", metavar="ADDRESS", help="How one number comes about, to the inputs.")
@writes(*FORMATS)
def estimate(
    scenario: str,
    changes: tuple[str, ...],
    variant: str | None,
    explain: str | None,
    format_: str | None,
    output: Path | None,
    force: bool,
) -> None:
    """All numbers of a system or of an exported estimate, with inputs changed as you like."""
    from app.reports import as_csv, as_json, build

    plan, opened = _open(scenario, changes, variant)
    result = plan.estimate(opened)
    if explain is not None:
        plan.unit(explain)
        report = lambda: build.explanation_report(result, explain)  # noqa: E731
        deliver({"table": report, "md": report}, format_, output, force)
        return
    report = lambda: build.estimate_report(result)  # noqa: E731
    deliver(
        {
            "table": report,
            "json": lambda: as_json.estimate_json(result),
            "csv": lambda: as_csv.estimate_csv(result),
            "md": report,
        },
        format_,
        output,
        force,
    )


@click.command()
@click.argument("systems", nargs=-1, metavar="[SYSTEM]...", shell_complete=complete_system)
@writes(*FORMATS)
def audit(systems: tuple[str, ...], format_: str | None, output: Path | None, force: bool) -> None:
    """Documented beside derived, with verdicts and what would reconcile the two."""
    from app.reports import as_csv, as_json, build
    from models.scenario import Scenario
    from presets.loader import headers, load

    names = systems or tuple(header.id for header in headers() if not header.fault)
    plans = [load(name) for name in names]
    estimates = [plan.estimate(Scenario(plan.preset)) for plan in plans]
    report = lambda: build.audit_report(estimates)  # noqa: E731
    deliver(
        {
            "table": report,
            "json": lambda: as_json.audit_json(estimates),
            "csv": lambda: as_csv.audit_csv(estimates),
            "md": report,
        },
        format_,
        output,
        force,
    )


@click.command()
@scenario_argument
@click.option("--want", required=True, metavar="ADDRESS=QUANTITY", help="What should come out.")
@click.option(
    "--by", required=True, metavar="INPUT", shell_complete=complete_input, help="What may change."
)
@set_option
@variant_option
@writes("table", "json", "md")
def solve(
    scenario: str,
    want: str,
    by: str,
    changes: tuple[str, ...],
    variant: str | None,
    format_: str | None,
    output: Path | None,
    force: bool,
) -> None:
    """The value of one input for which a number comes out as you want it."""
    from app.reports import as_json, build

    plan, opened = _open(scenario, changes, variant)
    address, text = _assignment(want, "--want")
    target, solution = plan.solve(opened, address, text, by)
    report = lambda: build.solution_report(plan, opened, address, target, by, solution)  # noqa: E731
    deliver(
        {
            "table": report,
            "json": lambda: as_json.solution_json(opened, (address, target), by, solution),
            "md": report,
        },
        format_,
        output,
        force,
    )


@click.command()
@click.argument("files", nargs=-1, required=True, metavar="FILE...", type=click.Path())
def check(files: tuple[str, ...]) -> None:
    """Every fault of preset files of one's own, each with its line."""
    from models.faults import PresetError
    from presets.loader import load_file

    faulty = False
    for name in files:
        try:
            preset = load_file(Path(name)).preset
        except PresetError as error:
            faulty = True
            click.echo("\n".join(error.lines()))
            continue
        click.echo(
            f"{name}: ok: {len(preset.inputs)} inputs, {len(preset.derived)} derived, "
            f"{len(preset.documented)} documented"
        )
    if faulty:
        raise click.exceptions.Exit(1)


@click.command()
@click.argument("shell", type=click.Choice(["bash", "zsh", "fish"]))
def completion(shell: str) -> None:
    """The completion script for a shell, e.g. eval "$(slipstick completion bash)"."""
    from app.cli import slipstick

    kind = get_completion_class(shell)
    assert kind is not None
    os.environ.setdefault("_SLIPSTICK_COMPLETE", f"{shell}_source")
    click.echo(kind(slipstick, {}, "slipstick", "_SLIPSTICK_COMPLETE").source())


ALL = (list_systems, show, estimate, audit, solve, check, completion)
