"""The dashboard in a browser."""

from __future__ import annotations

import errno
from importlib.util import find_spec

import click

from app.options import complete_scenario

MISSING = "the dashboard in a browser needs a package more: pip install 'slipstick[web]'"


@click.command()
@click.argument("scenario", required=False, shell_complete=complete_scenario)
@click.option(
    "--port",
    type=click.IntRange(0, 65535),
    default=8000,
    show_default=True,
    help="Where it listens; 0 is any port that is free.",
)
@click.option(
    "--host",
    default="127.0.0.1",
    show_default=True,
    help="The address it listens at; any but the loopback lets others in.",
)
def serve(scenario: str | None, port: int, host: str) -> int:
    """The dashboard in a browser, for this machine alone unless told otherwise."""
    import asyncio
    import sys
    from contextlib import redirect_stdout
    from ipaddress import ip_address
    from socket import gethostname

    if find_spec("textual_serve") is None:
        raise click.UsageError(MISSING)
    from app.scenarios import open_scenario
    from app.web import WebServer, bound

    if scenario is not None:
        open_scenario(scenario)
    try:
        at = bound(host, port)
    except (OSError, UnicodeError) as error:
        raise click.UsageError(_why(error, host, port)) from error
    with at:
        address = ip_address(at.getsockname()[0])
        port = at.getsockname()[1]
        if not address.is_loopback:
            click.echo(
                f"slipstick: whoever reaches {host} at port {port} can use the dashboard as you, "
                "save and delete scenarios too; there is no password",
                err=True,
            )
        name = gethostname() if address.is_unspecified else host
        shown = f"[{name}]" if ":" in name else name
        click.echo(f"the dashboard is at http://{shown}:{port}; ctrl+c ends it")
        sys.stdout.flush()
        # What a session's program says of its end is no result.
        with redirect_stdout(sys.stderr):
            return asyncio.run(WebServer(scenario, host, address.is_loopback).run(at))


def _why(error: OSError | UnicodeError, host: str, port: int) -> str:
    """In a sentence, why nothing can listen there."""
    if isinstance(error, OSError) and error.errno == errno.EADDRINUSE:
        return f"port {port} of {host} is taken; --port names another, --port 0 takes a free one"
    why = (isinstance(error, OSError) and error.strerror) or "it is no name"
    # Python adds the address, which is said already.
    return f"nothing can listen at {host!r}, port {port}: {why.partition(' (while')[0]}"
