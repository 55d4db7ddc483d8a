"""The command `slipstick`: words to commands, errors to exit codes.

Exit codes: 0 done, 1 `check` found faults, 2 bad input. Standard output carries the result alone;
what went wrong is one or two lines on standard error.
"""

from __future__ import annotations

import gc
import os
import sys
from typing import Any

import click

from app import __version__, commands, options

BAD_INPUT = 2


class Slipstick(click.Group):
    """Commands by name; any other first word is a scenario, for the dashboard."""

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        if args and args[0] not in self.commands and not args[0].startswith("-"):
            return "open", commands.open_dashboard, args
        return super().resolve_command(ctx, args)

    def shell_complete(
        self, ctx: click.Context, incomplete: str
    ) -> list[click.shell_completion.CompletionItem]:
        found = super().shell_complete(ctx, incomplete)
        return found + options.complete_scenario(ctx, None, incomplete)


@click.group(
    cls=Slipstick,
    invoke_without_command=True,
    context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100},
    epilog="`slipstick` or `slipstick SYSTEM` opens the dashboard; without a terminal it prints "
    "the estimate as text.",
)
@click.version_option(__version__, "-V", "--version", message="slipstick %(version)s")
@click.pass_context
def slipstick(ctx: click.Context) -> None:
    """The engineer's slide rule for systems: what a load asks for, beside what is documented."""
    if ctx.invoked_subcommand is None:
        ctx.invoke(commands.open_dashboard, system=None)


for command in commands.ALL:
    slipstick.add_command(command)


def main(arguments: list[str] | None = None) -> None:
    """Run the command line and exit."""
    # A command makes much and drops little: looking for garbage less often saves a tenth of it.
    gc.set_threshold(100_000, 50, 100)
    for stream in (sys.stdout, sys.stderr):
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(errors="replace")
    try:
        code = slipstick.main(arguments, prog_name="slipstick", standalone_mode=False)
        sys.stdout.flush()
    except click.exceptions.NoArgsIsHelpError as error:
        click.echo(error.format_message(), err=True)
        code = BAD_INPUT
    except click.ClickException as error:
        code = _complain(error.format_message(), getattr(error, "ctx", None))
    except (click.Abort, KeyboardInterrupt):
        code = 130
    except SystemExit:
        # click leaves so when the reader of a pipe has gone: it has what it wanted.
        code = 0
    except BrokenPipeError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        code = 0
    except Exception as error:
        if not isinstance(error, commands.expected_errors()):
            raise
        code = _complain(str(error), None)
    sys.exit(code if isinstance(code, int) else 0)


def _complain(message: str, ctx: Any) -> int:
    """One or two lines on standard error."""
    lines = message.strip().splitlines() or ["something is wrong"]
    click.echo(f"slipstick: {lines[0]}", err=True)
    if len(lines) > 1:
        click.echo(f"and {len(lines) - 1} more; `slipstick check FILE` lists all", err=True)
    elif ctx is not None and ctx.command_path:
        shown = ctx.parent if ctx.command.hidden and ctx.parent else ctx
        click.echo(f"`{shown.command_path} --help` shows how it is used", err=True)
    return BAD_INPUT


if __name__ == "__main__":
    main()
