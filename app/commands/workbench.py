"""The workbenches: sketches by error or by size, and gRPC beside REST."""

from __future__ import annotations

import sys
from collections.abc import Callable
from contextlib import nullcontext
from functools import partial
from typing import TYPE_CHECKING, Any

import click

from app.options import FORMATS, Output, writes

if TYPE_CHECKING:
    from app.workbench.bench import Answer
    from models.sketch import Measured


@click.group()
def sketch() -> None:
    """Bloom, Count-Min and HyperLogLog: sizes from errors, errors from sizes; measured too."""


def asks(*options: tuple[str, str, str]) -> Callable[[Callable[..., None]], Callable[..., None]]:
    """Give a sketch's command its options (name, what it takes, help) and those of every sketch."""

    def add(command: Callable[..., None]) -> Callable[..., None]:
        for option in (
            click.option("--seed", default=1, show_default=True, help="Of what --measure draws."),
            click.option(
                "--measure", is_flag=True, help="Build one, up to 10M items; count its errors."
            ),
            click.option(
                "--convention",
                metavar="NAME",
                help="Whose rounding: textbook, redis, datasketches, guava or cassandra.",
            ),
            *(click.option(f"--{n}", metavar=of, help=says) for n, of, says in reversed(options)),
        ):
            command = option(command)
        return writes(*FORMATS)(command)

    return add


@sketch.command()
@asks(
    ("items", "COUNT", "What it is to hold, e.g. 1B."),
    ("fp", "SHARE", "False positives when it is full; 1%."),
    ("memory", "SIZE", "Its size instead, e.g. '1.2 GB'."),
    ("hashes", "COUNT", "With --memory: so many, not the best."),
)
def bloom(measure: bool, seed: int, out: Output, **texts: str | None) -> None:
    """Was this item added? A Bloom filter may say yes wrongly, but never no."""
    from app.workbench.sketches import bloom

    _deliver(bloom, measure, seed, texts, out)


@sketch.command("count-min")
@asks(
    ("epsilon", "SHARE", "Overestimate, a share of all events; 0.1%."),
    ("delta", "SHARE", "Share of the items that exceed it; 1%."),
    ("width", "COUNT", "Counters a row, with --depth, instead."),
    ("depth", "COUNT", "Rows."),
    ("counter-bits", "COUNT", "8, 16, 32 or 64."),
    ("total", "COUNT", "Events that are counted; 1B."),
    ("items", "COUNT", "Different items among them; 10M."),
)
def count_min(measure: bool, seed: int, out: Output, **texts: str | None) -> None:
    """How often was this item seen? A Count-Min sketch may say too much, but never too little."""
    from app.workbench.sketches import count_min

    _deliver(count_min, measure, seed, texts, out)


@sketch.command()
@asks(
    ("error", "SHARE", "Standard error; 0.81%."),
    ("precision", "COUNT", "Bits that pick a register, instead."),
    ("memory", "SIZE", "Its size instead, e.g. 12KB."),
    ("register-bits", "COUNT", "4 to 8; as its convention has it."),
    ("items", "COUNT", "Different items; 1B."),
)
def hyperloglog(measure: bool, seed: int, out: Output, **texts: str | None) -> None:
    """How many different items were seen? A HyperLogLog tells that in a few kilobytes."""
    from app.workbench.sketches import hyperloglog

    _deliver(hyperloglog, measure, seed, texts, out)


def _deliver(
    answer: Callable[..., Answer],
    measure: bool,
    seed: int,
    texts: dict[str, str | None],
    out: Output,
) -> None:
    from app.reports.as_csv import cells_csv
    from app.workbench.asked import Asked

    asked = Asked({name.replace("_", "-"): text or "" for name, text in texts.items()})
    given = answer(asked, partial(_measured, seed) if measure else None)
    report = given.report
    out.deliver(lambda: report, lambda: given.data, lambda: cells_csv(report))


def _measured(seed: int, measure: Callable[..., Measured], *asked: Any) -> Measured:
    """What a real sketch does, with a bar on a terminal while it is built."""
    seen = sys.stderr.isatty()
    bar: Any = click.progressbar(length=1000, label="measuring", file=sys.stderr)
    with bar if seen else nullcontext() as shown:

        def progress(done: float) -> None:
            if shown is not None:
                shown.update(round(done * 1000) - shown.pos)

        return measure(*asked, seed=seed, progress=progress)


@click.command()
@click.argument("message", required=False, metavar="[MESSAGE|FILE]")
@click.option("--sample", metavar="JSON|FILE", help="Its values; made up unless given.")
@click.option("--rate", metavar="RATE", help="Calls a second; 10K/s.")
@click.option("--latency", metavar="TIME", help="Of a call, for the connections; 20ms.")
@click.option("--price", metavar="PRICE", help="Of a GB on the wire; $0.01/GB, between zones.")
@writes(*FORMATS)
def protocol(message: str | None, sample: str | None, out: Output, **texts: str | None) -> None:
    """gRPC beside REST for a message: bytes on the wire, connections, bandwidth, time, money.

    MESSAGE is a description such as 'string name = 1; int32 id = 2;', or a .proto file.
    """
    from app.reports.as_csv import cells_csv
    from app.workbench.asked import Asked
    from app.workbench.protocols import protocol

    typed = {"message": _or_file(message, ".proto"), "sample": _or_file(sample, ".json")}
    given = protocol(Asked(typed | {name: text or "" for name, text in texts.items()}))
    out.deliver(lambda: given.report, lambda: given.data, lambda: cells_csv(given.report))


def _or_file(text: str | None, suffix: str) -> str:
    """What was typed, or what stands in the file that it names."""
    if text is None or not text.endswith(suffix):
        return text or ""
    from pathlib import Path

    try:
        written = Path(text).expanduser().read_text("utf-8-sig")
    except (OSError, UnicodeDecodeError, RuntimeError) as error:
        unknown = "no such home folder" if isinstance(error, RuntimeError) else "is no UTF-8 text"
        why = getattr(error, "strerror", None) or unknown
        raise click.UsageError(f"{text}: {why}") from None
    if not written.strip():
        raise click.UsageError(f"{text}: is empty")
    return written
