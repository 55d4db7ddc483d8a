"""The reference tables: found beside this file, read and checked."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any, Final

from models.faults import Fault, PresetError
from models.quantity import QuantityError, read_value
from models.reference import Reference
from models.units import Unit, Vocabulary

SHIPPED: Final = Path(__file__).parent / "reference"
WORDS: Final = Vocabulary(())


def references() -> tuple[Reference, ...]:
    """Every table, in the order of their files' names."""
    return tuple(read_reference(path) for path in sorted(SHIPPED.glob("*.toml")))


def reference(id_: str) -> Reference:
    """One table by its name.

    Raises:
        PresetError: there is none, or it has faults.
    """
    return read_reference(SHIPPED / f"{id_}.toml")


@cache
def read_reference(path: Path) -> Reference:
    """Read and check one table.

    Raises:
        PresetError: the file has faults: a row with too few cells, a figure of another dimension.
    """
    import tomllib

    from pydantic import TypeAdapter, ValidationError

    try:
        data: dict[str, Any] = tomllib.loads(path.read_text("utf-8"))
        table = TypeAdapter(Reference).validate_python(data)
    except (OSError, tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise PresetError((Fault((), str(error)),), str(path)) from None
    except ValidationError as error:
        first = error.errors()[0]
        why = f"{'.'.join(map(str, first['loc']))}: {first['msg']}"
        raise PresetError((Fault((), why),), str(path)) from None
    if faults := tuple(_faults(table)):
        raise PresetError(faults, str(path))
    return table


def _faults(table: Reference) -> Iterator[Fault]:
    """What is wrong with rows: too many or too few cells, or figures that are none."""
    units: list[Unit | None] = []
    for index, column in enumerate(table.columns):
        try:
            units.append(Unit.read(column.unit, WORDS) if column.unit else None)
        except ValueError as error:
            yield Fault(("columns", index), f"{column.name}: {error}")
            return
    for index, row in enumerate(table.rows):
        if len(row) != len(units):
            why = f"row {index + 1} has {len(row)} cells; expected {len(units)}"
            yield Fault(("rows", index), why)
            continue
        for cell, unit in zip(row, units, strict=True):
            try:
                if unit is not None and cell:
                    read_value(cell, WORDS, unit)
            except QuantityError as error:
                yield Fault(("rows", index), f"row {index + 1}: {error}")
