"""Sample values of a message: read from JSON and held against it, or made up."""

from __future__ import annotations

import json
import re
import struct
from base64 import b64decode, b64encode
from collections import Counter
from collections.abc import Iterator
from difflib import get_close_matches
from itertools import count
from typing import Any, Final, NoReturn

from models.message import INTEGERS, Field, Message, MessageError

LONGEST: Final = 1_000_000
"""Characters of a sample."""
MOST_VALUES: Final = 10_000
"""Values of a sample that is made up: messages in messages in messages multiply."""


def read_sample(message: Message, text: str) -> dict[str, Any]:
    """Read sample values of a message from JSON.

    An enum is given by the name or the number of its value, bytes in base64, a map as an object.

    Args:
        message: of what.
        text: a JSON object, such as `{"name": "John", "id": 2}`. A field may be left out.

    Returns:
        The values as they were given.

    Raises:
        MessageError: one line with the field, what was read and what is expected.

    Source: Protocol Buffers documentation, ProtoJSON Format.
    """
    if len(text) > LONGEST:
        raise MessageError(f"the sample has {len(text):,} characters; expected at most {LONGEST:,}")
    try:
        sample = json.loads(text, object_pairs_hook=_object)
    except json.JSONDecodeError as error:
        at = f"line {error.lineno}, column {error.colno}"
        raise MessageError(f"the sample is no JSON: {error.msg} at {at}") from None
    except MessageError:
        raise
    except RecursionError:
        raise MessageError("the sample is nested too deep for its message") from None
    except ValueError:
        raise MessageError("the sample has a number of thousands of digits") from None
    check_sample(message, sample)
    assert isinstance(sample, dict)
    return sample


def _object(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    values = dict(pairs)
    if len(values) < len(pairs):
        ((twice, _),) = Counter(key for key, _ in pairs).most_common(1)
        raise MessageError(f"field {_short(twice)} is given twice; expected one value")
    return values


def check_sample(message: Message, sample: object, where: str = "") -> None:
    """Hold sample values against their message.

    Args:
        message: of what.
        sample: values as `json.loads` gives them.
        where: the field that they are the values of, for what is said of them.

    Raises:
        MessageError: one line with the field, what was read and what is expected.
    """
    if not isinstance(sample, dict):
        _refuse(where or "the sample", sample, f"an object with the fields of {message.name}")
    fields = {each.name: each for each in message.fields}
    for name, value in sample.items():
        at = f"{where}.{name}" if where else str(name)
        if name not in fields:
            near = get_close_matches(str(name), fields, 1)
            hint = f"did you mean {near[0]}?" if near else f"its fields: {', '.join(fields)}"
            raise MessageError(f"{_named(at)} is no field of {message.name}; {hint}"[:300])
        _check_field(fields[name], value, at)


def _check_field(field: Field, value: object, where: str) -> None:
    if field.type == "map":
        if not isinstance(value, dict):
            _refuse(where, value, 'an object such as {"key": ...}')
        assert field.message is not None
        key_field, value_field = field.message.fields
        for key, each in value.items():
            at = f"{where}[{_short(key)}]"
            _check_value(key_field, _key(key_field, key, at), at)
            _check_value(value_field, each, at)
    elif field.repeated:
        if not isinstance(value, list):
            _refuse(where, value, "a list in [ ]")
        for index, each in enumerate(value):
            _check_value(field, each, f"{where}[{index}]")
    else:
        _check_value(field, value, where)


def map_key(field: Field, key: str) -> str | int | bool:
    """The key of a map, which is always text in JSON, as the value that it stands for.

    Args:
        field: the key's, of the map's entry.
        key: such as "7" or "true".

    Returns:
        Such as 7 or True.

    Source: Protocol Buffers documentation, ProtoJSON Format.
    """
    if field.type == "string":
        return key
    return key == "true" if field.type == "bool" else int(key)


def _key(field: Field, key: object, where: str) -> object:
    if field.type == "bool" and key not in ("true", "false"):
        _refuse(where, key, '"true" or "false" as the key')
    whole = isinstance(key, str) and re.fullmatch(r"0|-?[1-9]\d{0,19}", key, re.ASCII)
    if field.type in INTEGERS and not whole:
        _refuse(where, key, f"a whole number ({field.type}) in quotes as the key")
    return map_key(field, key) if isinstance(key, str) else key


def _check_value(field: Field, value: object, where: str) -> None:
    """Whether one value is of the field's type."""
    whole = isinstance(value, int) and not isinstance(value, bool)
    if field.type == "message":
        assert field.message is not None
        check_sample(field.message, value, where)
    elif field.type in INTEGERS:
        low, high = INTEGERS[field.type]
        if not whole:
            _refuse(where, value, f"a whole number ({field.type})")
        if not low <= value <= high:  # type: ignore[operator]
            _refuse(where, value, f"{low} to {high} ({field.type})")
    elif field.type in ("double", "float"):
        if not (whole or isinstance(value, float)) or not _packs(field.type, value):
            _refuse(where, value, f"a number that a {field.type} can hold")
    elif field.type == "bool":
        if not isinstance(value, bool):
            _refuse(where, value, "true or false")
    elif field.type == "enum":
        names, numbers = zip(*field.values, strict=True)
        if not (value in names if isinstance(value, str) else whole and value in numbers):
            _refuse(where, value, f"one of {', '.join(names)}"[:200])
    elif field.type == "bytes":
        if not isinstance(value, str) or not _is_base64(value):
            _refuse(where, value, "bytes in base64, in quotes")
    elif not isinstance(value, str) or not _is_utf8(value):
        _refuse(where, value, "text in quotes")


def _packs(type_: str, value: object) -> bool:
    try:
        finite = abs(float(value)) < float("inf")  # type: ignore[arg-type]
        struct.pack("<f" if type_ == "float" else "<d", value)
    except OverflowError:
        return False
    return finite


def _is_base64(text: str) -> bool:
    try:
        b64decode(text, validate=True)
    except ValueError:
        return False
    return True


def _is_utf8(text: str) -> bool:
    try:
        text.encode("utf-8")
    except UnicodeEncodeError:
        return False
    return True


def _refuse(where: str, value: object, expected: str) -> NoReturn:
    raise MessageError(f"{_named(where)}: read {_short(value)}; expected {expected}")


def _short(value: object) -> str:
    text = json.dumps(value, default=repr)
    return text if len(text) <= 40 else f"{text[:40]}..."


def _named(where: str) -> str:
    """The way to a field, without what a terminal should not see."""
    text = json.dumps(where)[1:-1].replace('\\"', '"')
    return text if len(text) <= 100 else f"{text[:100]}..."


def sample_of(message: Message) -> dict[str, Any]:
    """Make up a sample: every field once, repeated ones twice, maps with one entry.

    Text is the name of its field and numbers are small, so that a message alone gives sizes to
    begin with. Long texts and large numbers take more on both sides.

    Args:
        message: of what.

    Returns:
        Values as `read_sample` gives them.

    Raises:
        MessageError: messages within messages that multiply to more than 10,000 values.
    """
    return _sample(message, count(1))


def _sample(message: Message, made: Iterator[int]) -> dict[str, Any]:
    sample: dict[str, Any] = {}
    for each in message.fields:
        if each.type == "map":
            assert each.message is not None
            key_field, value_field = each.message.fields
            key = _value(key_field, made)
            text = key if isinstance(key, str) else json.dumps(key)
            sample[each.name] = {text: _value(value_field, made)}
        elif each.repeated:
            sample[each.name] = [_value(each, made), _value(each, made)]
        else:
            sample[each.name] = _value(each, made)
    return sample


def _value(field: Field, made: Iterator[int]) -> Any:
    if next(made) > MOST_VALUES:
        raise MessageError(f"the message has more than {MOST_VALUES:,} values; give a sample")
    if field.message is not None:
        return _sample(field.message, made)
    small = min(field.number, 100)
    if field.type in INTEGERS:
        return small
    if field.type == "enum":
        return field.values[min(1, len(field.values) - 1)][0]
    made_up = {
        "double": small + 0.5, "float": small + 0.5, "bool": True, "string": field.name,
        "bytes": b64encode(field.name.encode()).decode(),
    }  # fmt: skip
    return made_up[field.type]
