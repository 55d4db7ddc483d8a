"""Finding preset files, listing them by their headers, and loading one into a plan.

Presets are shipped beside this file in `systems/`; one's own stand in the `presets` folder of the
user's configuration, or anywhere under a path that is named. Listing reads only what stands before
a file's first table, and imports nothing heavy.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    from estimators.plan import Plan

FAMILIES: Final = (
    "read-heavy", "write-heavy", "strong-consistency", "proximity", "aggregation", "distributed",
)  # fmt: skip
"""The families in the order in which they are listed; a preset of one's own may name another."""
SHIPPED: Final = Path(__file__).parent / "systems"
WORKBENCHES: Final = Path(__file__).parent / "workbenches"


class UnknownSystemError(LookupError):
    """No preset answers to a name, or several do. One line that says which are near."""


@dataclass(frozen=True, slots=True)
class Header:
    """What stands before a preset file's first table.

    Args:
        path: the file.
        fault: why the header could not be read, or nothing.
    """

    id: str
    name: str
    family: str
    consistency: str
    summary: str
    like: tuple[str, ...]
    path: Path
    fault: str = ""


def own_folder() -> Path:
    """The folder of one's own presets."""
    from platformdirs import user_config_path

    return user_config_path("slipstick") / "presets"


def preset_files() -> Iterator[Path]:
    """Every preset file there is: the shipped ones, then one's own."""
    for folder in (SHIPPED, own_folder()):
        if folder.is_dir():
            yield from sorted(folder.glob("*.toml"))


def headers() -> list[Header]:
    """The header of every preset, with a `fault` where it cannot be read; one's own come last."""
    return [_header(path) for path in preset_files()]


def names() -> list[str]:
    """What presets are called by their files, without opening them: for completion.

    A preset's file is named as its id; `slipstick list` reads the ids themselves.
    """
    return [path.stem for path in preset_files()]


def find(system: str) -> Path:
    """The file of a system.

    Args:
        system: an id, a prefix that only one id has, the name of one system or of something it is
            like (`whatsapp`), or a path to a preset file.

    Raises:
        UnknownSystemError: nothing answers to it, or several do.
    """
    if os.sep in system or system.endswith(".toml"):
        path = Path(system).expanduser()
        if not path.is_file():
            raise UnknownSystemError(f"there is no preset file {system}")
        return path
    known = [header for header in headers() if header.id]
    exact = [header.path for header in known if header.id == system]
    if len(exact) > 1:
        raise UnknownSystemError(f"two presets are called {system}: {exact[0]} and {exact[1]}")
    if exact:
        return exact[0]
    meant = [
        h for h in known if (system and h.id.startswith(system)) or _slug(system) in _called(h)
    ]
    if len(meant) == 1:
        return meant[0].path
    if meant:
        ids = ", ".join(header.id for header in meant)
        raise UnknownSystemError(f"{system!r} may be any of: {ids}")
    from difflib import get_close_matches

    near = get_close_matches(system, [header.id for header in known], 1)
    hint = f"did you mean {near[0]}?" if near else "`slipstick list` shows them"
    raise UnknownSystemError(f"there is no system {system!r}; {hint}")


def _called(header: Header) -> set[str]:
    """What a system is called beside its id: by its name, and by what it is like."""
    return {_slug(name) for name in (header.name, *header.like)}


def _slug(name: str) -> str:
    """A name as it would be typed: `facebook-messenger`."""
    return "-".join(name.lower().split())


def load(system: str) -> Plan:
    """Find, read, check and compile a system; each file once while it stays as it is.

    Raises:
        UnknownSystemError: nothing answers to the name.
        PresetError: the file has faults; each is named with its line.
    """
    return load_known(find(system))


def load_known(path: Path) -> Plan:
    """The plan of a preset file; each file is read once while it stays as it is.

    Raises:
        PresetError: the file has faults; each is named with its line.
    """
    return _loaded(path, path.stat().st_mtime_ns)


def load_workbench(name: str) -> Plan:
    """What is documented of a workbench's subject, as a plan: `sketches`, `protocols`."""
    return _loaded(WORKBENCHES / f"{name}.toml", 0)


@cache
def _loaded(path: Path, _: int) -> Plan:
    return load_file(path)


def load_file(path: Path) -> Plan:
    """Read, check and compile one preset file.

    Raises:
        PresetError: the file has faults; each is named with its line.
    """
    from presets.reader import read_preset

    return read_preset(str(path), read_text(path), base_text)


def read_text(path: Path) -> str:
    """A preset file's text.

    Raises:
        PresetError: it cannot be read, or is no text.
    """
    from models.faults import Fault, PresetError

    try:
        return path.read_text("utf-8-sig")
    except UnicodeDecodeError:
        why = "is no UTF-8 text"
    except OSError as error:
        why = f"cannot be read: {error.strerror or error}"
    raise PresetError((Fault((), why),), str(path))


def base_text(id_: str) -> tuple[str, str]:
    """File and text of the preset that another one extends.

    Raises:
        UnknownSystemError: there is none of that id.
    """
    path = _of_id(id_)
    return str(path), read_text(path)


def _header(path: Path) -> Header:
    try:
        data = _header_data(path)
        if base := data.get("extends"):
            data = _header_data(_of_id(str(base))) | data
        texts = {key: str(data[key]) for key in ("id", "name", "family", "consistency", "summary")}
        like = data.get("like", [])
        if not isinstance(like, list):
            raise KeyError("a list of names in `like`")
        return Header(**texts, like=tuple(map(str, like)), path=path)
    except (OSError, ValueError, RecursionError, UnknownSystemError) as error:
        fault = str(error).partition("\n")[0]
    except KeyError as error:
        fault = f"{error.args[0]} is missing"
    return Header("", "", "", "", "", (), path, fault)


def _header_data(path: Path) -> dict[str, Any]:
    """What stands before the first line that opens a table."""
    import tomllib

    lines = []
    with path.open(encoding="utf-8-sig") as file:
        for line in file:
            if line.startswith("["):
                break
            lines.append(line)
    try:
        return tomllib.loads("".join(lines))
    except tomllib.TOMLDecodeError:
        # The line may have stood inside a long string: then the whole file tells.
        return tomllib.loads(path.read_text("utf-8-sig"))


def _of_id(id_: str) -> Path:
    """The file of the preset with exactly this id.

    Raises:
        UnknownSystemError: there is none.
    """
    for path in preset_files():
        try:
            if _header_data(path).get("id") == id_:
                return path
        except (OSError, ValueError, RecursionError):
            continue
    raise UnknownSystemError(f"the preset {id_!r} that it extends is missing")
