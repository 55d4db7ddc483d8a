"""The component catalog: finding the kinds that a preset uses, reading and checking them.

Kinds are shipped in `catalog/*.toml`, a table each, with tables of its figures and of the shapes of
its node below it; files in the `catalog` folder of the user's configuration may override any figure
or shape of one, or add some, or kinds. Only the tables that are asked for are parsed.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from itertools import groupby
from pathlib import Path
from typing import Any, Final

from pydantic import TypeAdapter, ValidationError

from models.catalog import SHAPED, Figure, Kind, Shape, figure_fault
from models.faults import Fault, PresetError
from models.quantity import Quantity
from models.units import Vocabulary
from presets.lines import line_index, line_of
from presets.loader import read_text

SHIPPED: Final = Path(__file__).parent / "catalog"
TABLE: Final = re.compile(r"^\[([a-z0-9-]+)(?:\.[a-z0-9_]+|\.nodes\.[a-z0-9-]+)?\]", re.MULTILINE)
OTHER: Final = re.compile(r"^[ \t]*[^#\s]", re.MULTILINE)
"""Anything but comments and blank lines."""
STRAY: Final = re.compile(rf"^[ \t]*\[(?!{TABLE.pattern[3:]})", re.MULTILINE)
"""A line that opens a table of no kind."""


@dataclass(frozen=True, slots=True)
class Block:
    """The text of one kind in one file, and the line before which it begins."""

    file: Path
    text: str
    line: int


def own_folder() -> Path:
    """The folder of one's own catalog files."""
    from platformdirs import user_config_path

    return user_config_path("slipstick") / "catalog"


def known_kinds() -> tuple[str, ...]:
    """The ids of all kinds."""
    return tuple(_blocks(SHIPPED, own_folder()))


def kinds(ids: Iterable[str]) -> Mapping[str, Kind]:
    """The kinds that are asked for; an unknown one is left out.

    Raises:
        PresetError: a kind has faults; each with its file and line.
    """
    blocks = _blocks(SHIPPED, own_folder())
    return {id_: _kind(id_, blocks[id_]) for id_ in dict.fromkeys(ids) if id_ in blocks}


def is_catalog(file: Path) -> bool:
    """Whether a file has tables of kinds rather than a preset; one that is no TOML is neither."""
    from dataclasses import fields

    from models.preset import Preset

    try:
        data = tomllib.loads(read_text(file))
    except tomllib.TOMLDecodeError:
        return False
    tables = all(isinstance(value, dict) for value in data.values())
    return bool(data) and tables and data.keys().isdisjoint(f.name for f in fields(Preset))


def load_catalog(file: Path) -> Mapping[str, Kind]:
    """The kinds of one file, wherever it lies: new ones, and shipped ones that it overrides.

    Raises:
        PresetError: with the faults of the first kind that has any.
    """
    own: dict[str, tuple[Block, ...]] = {}
    for id_, block in _split(file, file.stat().st_mtime_ns):
        own[id_] = (*own.get(id_, ()), block)
    shipped = _blocks(SHIPPED)
    return {id_: _kind(id_, (*shipped.get(id_, ()), *blocks)) for id_, blocks in own.items()}


def _blocks(*folders: Path) -> dict[str, tuple[Block, ...]]:
    """Every kind's blocks in the files of some folders, one after the other."""
    found: dict[str, tuple[Block, ...]] = {}
    for folder in folders:
        for file in sorted(folder.glob("*.toml")) if folder.is_dir() else ():
            for id_, block in _split(file, file.stat().st_mtime_ns):
                found[id_] = (*found.get(id_, ()), block)
    return found


@cache
def _split(file: Path, _: int) -> tuple[tuple[str, Block], ...]:
    text = read_text(file)
    # A kind's own table and those of its figures follow each other.
    first = [head for _, (head, *_) in groupby(TABLE.finditer(text), key=lambda head: head[1])]
    begin = first[0].start() if first else len(text)
    if stray := OTHER.search(text, 0, begin) or STRAY.search(text, begin):
        line = text.count("\n", 0, stray.end()) + 1
        why = "belongs to no kind; expected a table such as [redis], [redis.read_rate] or "
        why += "[redis.nodes.large]"
        raise PresetError((Fault((), why, line),), str(file))
    ends = [head.start() for head in first[1:]] + [len(text)]
    return tuple(
        (head[1], Block(file, text[head.start() : end], text.count("\n", 0, head.start())))
        for head, end in zip(first, ends[: len(first)], strict=True)
    )


@cache
def _adapter() -> TypeAdapter[Kind]:
    return TypeAdapter(Kind)


@cache
def _kind(id_: str, blocks: tuple[Block, ...]) -> Kind:
    from presets.reader import syntax_fault

    data: dict[str, Any] = {}
    for block in blocks:
        try:
            own = tomllib.loads(block.text)[id_]
        except tomllib.TOMLDecodeError as error:
            fault = syntax_fault(str(error))
            placed = Fault((), fault.message, block.line + fault.line)
            raise PresetError((placed,), str(block.file)) from None
        both = data.get("nodes"), own.get("nodes")
        data |= own
        if all(isinstance(shapes, dict) for shapes in both):
            data["nodes"] = both[0] | both[1]
    try:
        kind = _adapter().validate_python(data, context=Vocabulary())
    except ValidationError as error:
        raise _error(blocks, [_fault(id_, detail) for detail in error.errors()]) from None
    if faults := list(_faults(id_, kind)):
        raise _error(blocks, faults)
    return kind


def _error(blocks: tuple[Block, ...], faults: list[Fault]) -> PresetError:
    """The faults with their lines, in the last file that says anything of what is faulty."""
    placed: dict[Path, list[Fault]] = {}
    indexed = [(block, line_index(block.text)) for block in reversed(blocks)]
    for fault in faults:
        # A figure or a shape is overridden as a whole.
        whole = fault.path[: 3 if fault.path[1:2] == ("nodes",) else 2]
        block, lines = next((b for b in indexed if whole in b[1]), indexed[0])
        line = block.line + line_of(lines, fault.path)
        placed.setdefault(block.file, []).append(Fault(fault.path, fault.message, line))
    file, found = next(iter(placed.items()))
    return PresetError(tuple(dict.fromkeys(found)), str(file))


def _fault(id_: str, detail: Any) -> Fault:
    from presets.reader import is_type, message

    # Names of the types that were tried are no part of the file.
    path = tuple(key for key in detail["loc"] if not is_type(key))
    return Fault((id_, *path), message(detail, (id_, *path), _fields(path[:-1])))


def _fields(path: tuple[str | int, ...]) -> list[str]:
    from dataclasses import fields

    table = Kind if not path else Shape if path[0] == "nodes" else Figure
    return [field.name for field in fields(table)]


def _faults(id_: str, kind: Kind) -> Iterator[Fault]:
    """What is wrong with figures that can be read: dimensions, signs, sources, order."""
    for name, least in (("replicas", 1), ("zones", 1), ("spares", 0)):
        if getattr(kind, name) < least:
            yield Fault((id_, name), f"{getattr(kind, name)} is too few; expected at least {least}")
    for name, figure in kind.figures():
        where = (id_, name)
        if (figure.value is None) == (not figure.tiers):
            yield Fault(where, "has either a value or tiers")
        if not figure.source.strip():
            yield Fault((*where, "source"), "is empty: every figure says where it is from")
        for value in (figure.value, *(tier.value for tier in figure.tiers)):
            if value is not None and (why := figure_fault(name, value)):
                yield Fault((*where, "value" if figure.value else "tiers"), why)
        if why := _tiers_fault(figure):
            yield Fault((*where, "tiers"), why)
    for op in ("read", "write"):
        median, p99 = getattr(kind, f"{op}_median"), getattr(kind, f"{op}_p99")
        if median and p99 and _middle(median) > _middle(p99):
            yield Fault((id_, f"{op}_p99"), "is below the median")
    yield from _shape_faults(id_, kind)


def _shape_faults(id_: str, kind: Kind) -> Iterator[Fault]:
    """Shapes without a name of their own, or with figures that are none or differ from nothing."""
    if kind.nodes and not kind.node.strip():
        yield Fault((id_, "node"), "is missing: the machine of the kind's own figures has a name")
    own = {name for name, figure in kind.figures() if figure.value is not None}
    labels = {kind.node}
    for key, shape in kind.nodes.items():
        where = (id_, "nodes", key)
        if not shape.source.strip():
            yield Fault((*where, "source"), "is empty: every figure says where it is from")
        if not shape.label.strip() or shape.label in labels:
            yield Fault((*where, "label"), "is empty, or another machine of the kind has it")
        labels.add(shape.label)
        figures = dict(shape.figures())
        if not figures:
            yield Fault(where, f"has no figure; expected some of: {', '.join(SHAPED)}")
        for name, value in figures.items():
            if why := figure_fault(name, value):
                yield Fault((*where, name), why)
            if name not in own:
                yield Fault((*where, name), f"differs from nothing: {id_} has no one {name}")


def _tiers_fault(figure: Figure) -> str | None:
    bounds = [tier.up_to for tier in figure.tiers]
    if not bounds:
        return None
    known = [bound.base for bound in bounds[:-1] if isinstance(bound, Quantity)]
    rising = len(known) == len(bounds) - 1 and known == sorted(set(known)) and known[:1] != [0]
    if not rising or bounds[-1] is not None:
        return "have rising bounds, `up_to`, and a last one without"
    return None


def _middle(figure: Figure) -> float:
    value = figure.value
    if value is None:
        return 0.0
    return (value if isinstance(value, Quantity) else value.median()).base
