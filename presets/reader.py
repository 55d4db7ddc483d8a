"""Reading a preset's text into a plan, with every fault of it named at once, by line.

A file is parsed, merged over the preset it extends, validated by pydantic, then compiled. What is
faulty is set aside and the rest is checked all the same, so that six mistakes give six messages.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Callable, Iterator, Mapping, Sequence
from difflib import get_close_matches
from functools import cache
from typing import Any, Final

from pydantic import TypeAdapter, ValidationError

from estimators.formula import FUNCTIONS
from estimators.plan import Plan, compile_plan
from models.catalog import Kind
from models.faults import Fault, Path, PresetError
from models.preset import Preset
from models.units import Vocabulary, noun_fault
from presets.lines import line_index, line_of

BaseText = Callable[[str], tuple[str, str]]
"""Finds the preset that another extends: id to file and text."""

ID: Final = re.compile(r"[a-z][a-z0-9]*(-[a-z0-9]+)*")
COMMANDS: Final = (
    "list", "show", "estimate", "audit", "solve", "sensitivity", "sweep", "compare", "whatif",
    "sketch", "protocol", "ref", "check", "new", "schema", "serve", "completion", "help",
)  # fmt: skip
"""Words of the command line; no preset may be called so."""

FILLED: Final = frozenset(("settings", "sized", "margins"))
"""Fields of a preset that no file has: they follow from its components."""
CONTROL: Final = re.compile(r"[\x00-\x1f\x7f-\x9f\u200e\u200f\u2028-\u202e\u2066-\u2069\ufeff]")
PLACEHOLDER: Final[Mapping[str, Any]] = {
    "id": "unnamed", "name": "?", "family": "?", "consistency": "AP", "summary": "?",
    "inputs": {}, "derived": {}, "documented": [], "nouns": [], "like": [], "variants": {},
    "components": {}, "paths": {}, "correlate": [], "notes": {},
}  # fmt: skip
"""What stands in for a faulty part of the header while the rest is checked."""


def read_preset(file: str, text: str, base_text: BaseText) -> Plan:
    """Read, check and compile a preset.

    Args:
        file: its name, for messages.
        text: its TOML.
        base_text: finds the preset that it extends.

    Raises:
        PresetError: with every fault that could be found, each with its line.
    """
    try:
        data = tomllib.loads(text)
    except (ValueError, RecursionError) as error:
        raise PresetError((syntax_fault(str(error)),), file) from None
    faults: list[Fault] = []
    if "extends" in data:
        data, faults = _extended(data, base_text)
    for key in FILLED & data.keys():
        faults.append(Fault((key,), f"is no known field; expected: {', '.join(_fields_at(()))}"))
        data = {name: value for name, value in data.items() if name != key}
    faults += list(_header_faults(data)) + list(_control_faults(data, ()))
    preset, more, broken = _validated(data)
    faults += more
    plan = None
    catalog = _catalog(preset)
    try:
        plan = compile_plan(preset, broken, catalog)
    except PresetError as error:
        faults += error.faults
    if faults or plan is None:
        lines = line_index(text)
        placed = [_placed(fault, lines) for fault in faults]
        raise PresetError(tuple(sorted(dict.fromkeys(placed), key=lambda f: f.line)), file)
    return plan


def _catalog(preset: Preset) -> Mapping[str, Kind]:
    """The kinds of its components; nothing is read where there are none."""
    if not preset.components:
        return {}
    from presets.kinds import kinds, known_kinds

    asked = {component.kind for component in preset.components.values()}
    # For an unknown kind the nearest of all is named.
    return kinds(asked if asked <= {*known_kinds(), "external"} else known_kinds())


def _placed(fault: Fault, lines: Mapping[Path, int]) -> Fault:
    """A fault with its line; one that is taken over stands where the file says `extends`."""
    if ("extends",) in lines and fault.path and fault.path[:2] not in lines:
        return Fault(fault.path, f"(taken over) {fault.message}", lines[("extends",)])
    return Fault(fault.path, fault.message, line_of(lines, fault.path))


def syntax_fault(message: str) -> Fault:
    """What tomllib says, with its line."""
    match = re.fullmatch(r"(.*) \(at line (\d+), column (\d+)\)", message)
    if not match:
        return Fault((), f"is no TOML: {message}", 1)
    why, line, column = match.groups()
    return Fault((), f"is no TOML: {why[:1].lower()}{why[1:]} at column {column}", int(line))


def _extended(data: dict[str, Any], base_text: BaseText) -> tuple[dict[str, Any], list[Fault]]:
    """The preset laid over the one it extends: tables by key, documented figures by label."""
    own = {key: value for key, value in data.items() if key != "extends"}
    base_id = data["extends"]
    try:
        _, text = base_text(str(base_id))
        base = tomllib.loads(text)
    except (LookupError, PresetError, ValueError, RecursionError) as error:
        return own, [Fault(("extends",), str(error))]
    if "extends" in base:
        why = f"{base_id} extends {base['extends']} itself; a preset extends one level"
        return own, [Fault(("extends",), why)]
    faults = []
    if own.get("id", base_id) == base_id:
        faults.append(Fault(("extends",), f"needs an id of its own, other than {base_id}"))
    merged = _merge(base, own)
    figures = base.get("documented", []), own.get("documented", [])
    if all(isinstance(several, list) for several in figures):
        merged["documented"] = _merge_documented(*figures)
    return merged, faults


def _merge(base: Any, own: Any) -> Any:
    if isinstance(base, dict) and isinstance(own, dict):
        return base | {key: _merge(base.get(key), value) for key, value in own.items()}
    return own


def _merge_documented(base: list[Any], own: list[Any]) -> list[Any]:
    """Own figures keep their place in the file, so that their faults find their lines."""
    labels = [figure.get("label") for figure in own if isinstance(figure, dict)]
    kept = [f for f in base if not isinstance(f, dict) or f.get("label") not in labels]
    return own + kept


def _header_faults(data: Mapping[str, Any]) -> Iterator[Fault]:
    id_ = data.get("id")
    if isinstance(id_, str) and not ID.fullmatch(id_):
        yield Fault(("id",), f"{id_!r} is no id; expected words joined by -, such as url-shortener")
    if id_ in COMMANDS:
        yield Fault(("id",), f"{id_!r} is a command of slipstick; choose another id")
    nouns = data.get("nouns", ())
    for index, noun in enumerate(nouns if isinstance(nouns, list) else ()):
        if not isinstance(noun, str):
            yield Fault(("nouns", index), f"expected text, not {noun!r}")
        elif why := noun_fault(noun):
            yield Fault(("nouns", index), why)
        elif noun in nouns[:index]:
            yield Fault(("nouns", index), f"noun {noun!r} stands twice: once is enough")
        elif noun in FUNCTIONS:
            yield Fault(("nouns", index), f"noun {noun!r} is an estimator: choose another word")


def _control_faults(value: Any, path: Path) -> Iterator[Fault]:
    """Control characters would reach the terminal: they are refused at the door."""
    if isinstance(value, dict):
        for key, inner in value.items():
            yield from _control_faults(key, (*path, key))
            yield from _control_faults(inner, (*path, key))
    elif isinstance(value, list):
        for index, inner in enumerate(value):
            yield from _control_faults(inner, (*path, index))
    elif isinstance(value, str) and (match := CONTROL.search(value)):
        if path[-1:] == ("formula",) and not CONTROL.search(value.replace("\n", " ")):
            return
        yield Fault(path, f"has a control character (U+{ord(match[0]):04X}); leave it out")


@cache
def _adapter() -> TypeAdapter[Preset]:
    return TypeAdapter(Preset)


def _validated(data: dict[str, Any]) -> tuple[Preset, list[Fault], frozenset[str]]:
    """The preset, with what is faulty set aside; the faults; and the names of inputs set aside."""
    faults: list[Fault] = []
    broken: set[str] = set()
    nouns = data.get("nouns", [])
    good = [n for n in nouns if isinstance(n, str) and not noun_fault(n)] if isinstance(
        nouns, list
    ) else []  # fmt: skip
    data = {**_copy(data), "nouns": good} if isinstance(nouns, list) else _copy(data)
    while True:
        try:
            preset = _adapter().validate_python(data, context=Vocabulary(tuple(good)))
            return preset, faults, frozenset(broken)
        except ValidationError as error:
            details = [
                (_real_path(data, tuple(detail["loc"])), detail)
                for detail in error.errors(include_url=False)
            ]
            # A value that may be of two types fails twice: the first message is the one to keep.
            first = dict(reversed(details))
            for path, detail in sorted(first.items(), key=lambda item: str(item[0])):
                faults.append(Fault(path, message(detail, path, _fields_at(path[:-1]))))
                broken |= _set_aside(data, path, detail["type"])


def _copy(value: Any) -> Any:
    if isinstance(value, dict):
        return {key: _copy(inner) for key, inner in value.items()}
    return [_copy(inner) for inner in value] if isinstance(value, list) else value


def _real_path(data: Any, loc: tuple[str | int, ...]) -> Path:
    """pydantic's location without the names of the types that it tried."""
    path: list[str | int] = []
    for key in loc:
        inside = isinstance(data, dict) and key in data
        within = isinstance(data, list) and isinstance(key, int) and key < len(data)
        if not (inside or within):
            # A missing key is part of the path; the name of a tried type is not.
            if isinstance(data, dict) and key == loc[-1] and not is_type(key):
                path.append(key)
            break
        path.append(key)
        data = data[key]
    return tuple(path)


def is_type(key: str | int) -> bool:
    """Whether a part of pydantic's location is a type that it tried, and not in the file."""
    return isinstance(key, str) and (key[:1].isupper() or "[" in key)


def message(detail: Any, path: Path, known: Sequence[str]) -> str:
    """What to say of a value that pydantic refused, where `known` are the fields of its table."""
    kind, key = detail["type"], path[-1] if path else ""
    if kind == "missing":
        return "is missing"
    if kind in ("extra_forbidden", "unexpected_keyword_argument"):
        near = get_close_matches(str(key), known, 1)
        expected = f"did you mean {near[0]}?" if near else f"expected: {', '.join(known)}"
        return f"is no known field; {expected}"
    if kind == "value_error":
        return str(detail["ctx"]["error"])
    if kind == "literal_error":
        return f"{detail['input']!r} is not one of {detail['ctx']['expected']}"
    given = type(detail["input"]).__name__
    words = {"str": "text", "dict": "a table", "list": "a list", "bool": "true or false"}
    said = {"string_type": "text", "tuple_type": "a list", "mapping_type": "a table"}
    said |= {"dataclass_type": "a table", "bool_type": "true or false"}
    said["bool_parsing"] = "true or false"
    return f"expected {said.get(kind, detail['msg'])}, not {words.get(given, given)}"


def _fields_at(path: Path) -> list[str]:
    """The fields that a table of the file may have."""
    from dataclasses import fields

    from models import architecture
    from models import preset as tables

    match path:
        case ():
            return [f.name for f in fields(Preset) if f.name not in FILLED] + ["extends"]
        case ("inputs", _):
            return [f.name for f in fields(tables.Input)]
        case ("derived", _):
            return [f.name for f in fields(tables.Derived)]
        case ("documented", _):
            return [f.name for f in fields(tables.Documented)]
        case ("documented", _, "readings", _):
            return [f.name for f in fields(tables.Reading)]
        case ("variants", _):
            return [f.name for f in fields(tables.Variant)]
        case ("components", _):
            return [f.name for f in fields(architecture.Component)]
        case ("paths", _):
            return [f.name for f in fields(architecture.Path)]
        case ("paths", _, "hops", _):
            return [f.name for f in fields(architecture.Hop)]
        case ("notes",):
            return [f.name for f in fields(tables.Notes)]
    return []


def _set_aside(data: dict[str, Any], path: Path, kind: str) -> set[str]:
    """Take what is faulty out of the data; the names that can no longer be blamed on others."""
    if kind in ("extra_forbidden", "unexpected_keyword_argument"):
        _remove(data, path)
        return set()
    match path:
        case (("inputs" | "derived" | "variants" | "components" | "paths") as table, name, *_):
            _remove(data, (table, name))
            return {str(name)}
        case ("documented", int(index), *_):
            # Emptied, not removed: the figures after it keep their places in the file.
            figure = data["documented"][index]
            data["documented"][index] = {
                "label": "?", "said": "?", "figure": "?", "against": BROKEN, "source": "?"
            }  # fmt: skip
            return {BROKEN} if figure is not None else set()
        case (key, *_) if key in PLACEHOLDER:
            data[str(key)] = _copy(PLACEHOLDER[str(key)])
    return set()


BROKEN: Final = "<broken>"


def _remove(data: Any, path: Path) -> None:
    for key in path[:-1]:
        data = data.get(key, {}) if isinstance(data, dict) else data[key]
    if isinstance(data, dict):
        data.pop(path[-1], None)
