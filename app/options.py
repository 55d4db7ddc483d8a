"""What several commands share: arguments and options, completion, and how a result is delivered.

Only click is imported at the top; see `app.commands`.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Callable
from dataclasses import dataclass
from functools import wraps
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click
from click.shell_completion import CompletionItem

if TYPE_CHECKING:
    from app.reports.table import Report
    from estimators.plan import Plan
    from models.scenario import Scenario

FORMATS = ("table", "json", "csv", "md", "html")
SUFFIXES = {
    ".json": "json", ".csv": "csv", ".md": "md", ".markdown": "md", ".html": "html", ".htm": "html",
}  # fmt: skip

Command = Callable[..., None]


# Completion: nothing heavy is imported, and a file is opened only for its inputs.


def complete_system(_: click.Context, __: Any, incomplete: str) -> list[CompletionItem]:
    """The ids that begin with what is typed."""
    from presets.loader import names

    return [CompletionItem(name) for name in names() if name.startswith(incomplete)]


def complete_scenario(ctx: click.Context, _: Any, incomplete: str) -> list[CompletionItem]:
    """The ids and the saved scenarios that begin with what is typed."""
    from app import saved

    # In bash, click takes each word of an offer for an offer of its own.
    bash = os.environ.get("_SLIPSTICK_COMPLETE", "").startswith("bash")
    names = [name for name in saved.names() if not (bash and " " in name)]
    own = [CompletionItem(name) for name in names if name.startswith(incomplete)]
    return complete_system(ctx, None, incomplete) + own


def complete_input(ctx: click.Context, _: Any, incomplete: str) -> list[CompletionItem]:
    """The inputs of the system, or of the saved scenario's, that stands on the line."""
    import tomllib

    from app import saved
    from app.stored import read_stored
    from presets.loader import UnknownSystemError, find

    try:
        # A line that is not finished yet leaves its words unparsed.
        name = ctx.params.get("scenario") or next(iter(ctx.args), "")
        system = read_stored(saved.file_of(name)).system if saved.exists(name) else name
        data = tomllib.loads(find(system).read_text("utf-8"))
    except (UnknownSystemError, OSError, ValueError):
        return []
    return [CompletionItem(name) for name in data.get("inputs", {}) if name.startswith(incomplete)]


# Arguments and options.


scenario_argument = click.argument("scenario", shell_complete=complete_scenario)
set_option = click.option(
    "--set",
    "changes",
    multiple=True,
    metavar="ADDRESS=QUANTITY",
    shell_complete=complete_input,
    help="Change an input, e.g. --set dau=200M. May be given again.",
)
variant_option = click.option("--variant", metavar="NAME", help="Start from a shipped variant.")


@dataclass(frozen=True, slots=True)
class Output:
    """Where a result goes, and how: `--format`, `-o` and `--force`."""

    format: str | None
    path: Path | None
    force: bool

    @property
    def is_data(self) -> bool:
        """Whether a program reads the result."""
        return self._chosen() == "json"

    def _chosen(self) -> str:
        """The format: as stated, else as the file's ending tells, else a table."""
        if self.format is None and self.path is not None:
            return SUFFIXES.get(self.path.suffix.lower(), "table")
        return self.format or "table"

    def deliver(
        self,
        report: Callable[[], Report],
        json: Callable[[], Any] | None = None,
        csv: Callable[[], str] | None = None,
    ) -> None:
        """Print a result, or write it to a file; a file's ending tells its format unless stated.

        Args:
            report: makes the result as a report, for a table or Markdown.
            json: makes it as data, where the command has JSON.
            csv: makes it as CSV text, where the command has that.
        """
        format_ = self._chosen()
        if format_ == "table" and self.path is None:
            from app.reports.as_text import print_report

            print_report(report())
            return
        text = self._text(format_, report, json, csv)
        if self.path is None:
            sys.stdout.write(text)
            return
        from app.files import write_whole

        write_whole(self.path, text, self.force)
        click.echo(f"wrote {self.path}", err=True)

    def _text(
        self,
        format_: str,
        report: Callable[[], Report],
        json: Callable[[], Any] | None,
        csv: Callable[[], str] | None,
    ) -> str:
        if format_ == "table":
            from app.reports.as_text import plain

            return plain(report())
        if format_ == "md":
            from app.reports.as_markdown import markdown

            return markdown(report())
        if format_ == "html":
            from app.reports.as_html import html

            return html(report())
        if format_ == "json" and json is not None:
            from app.reports.as_json import dumps

            return dumps(json())
        if format_ == "csv" and csv is not None:
            return csv()
        has = ["table", *(["json"] if json else []), *(["csv"] if csv else []), "md", "html"]
        raise click.UsageError(f"no {format_} here; expected {' or '.join(has)}")


def writes(*formats: str) -> Callable[[Command], Command]:
    """Give a command `--format`, `-o` and `--force`, and pass it an `Output`."""

    def add(command: Command) -> Command:
        @wraps(command)
        def run(format_: str | None, output: Path | None, force: bool, **words: Any) -> None:
            command(**words, out=Output(format_, output, force))

        for option in (
            click.option("--force", is_flag=True, help="Let -o replace a file that is there."),
            click.option(
                "-o", "--output", type=click.Path(path_type=Path), help="Write to a file, whole."
            ),
            click.option(
                "--format", "format_", type=click.Choice(formats), help="How to print the result."
            ),
        ):
            run = option(run)
        return run

    return add


def assignment(text: str, option: str) -> tuple[str, str]:
    """`dau=200M` as address and text."""
    address, equals, quantity = text.partition("=")
    if not equals or not address.strip():
        raise click.UsageError(f"{option} {text!r}: expected ADDRESS=QUANTITY, such as dau=200M")
    return address.strip(), quantity


def growth_options(command: Command) -> Command:
    """Give a command `--growth` and `--years`."""
    for option in (
        click.option("--years", type=int, help="With --growth: how many years ahead; 5."),
        click.option(
            "--growth",
            multiple=True,
            metavar="[INPUT=]RATE",
            help="What grows each year: 30%, dau=20%..40%, dau=-5%, dau=150M@1,400M@3.",
        ),
    ):
        command = option(command)
    return command


def open_changed(
    scenario: str,
    changes: tuple[str, ...],
    variant: str | None,
    growth: tuple[str, ...] = (),
    years: int | None = None,
) -> tuple[Plan, Scenario]:
    """A scenario with the changes of the command line put on."""
    from dataclasses import replace

    from app.scenarios import open_scenario

    plan, opened = open_scenario(scenario)
    if variant is not None:
        opened = replace(opened, variant=variant)
    for change in changes:
        opened = opened.with_change(*assignment(change, "--set"))
    for text in growth:
        opened = opened.with_growth(text)
    if years is not None:
        opened = opened.with_years(years)
    return plan, opened
