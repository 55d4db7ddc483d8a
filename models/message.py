"""Messages: what a .proto file describes, and the sample values that are measured with it.

    file    = { syntax | message | enum | field }
    message = "message" name "{" { message | enum | field } "}"
    enum    = "enum" name "{" { name "=" number ";" } "}"
    field   = ["optional" | "repeated"] type name "=" number [ "[" options "]" ] ";"
    type    = scalar | name of a message or an enum | "map" "<" scalar "," type ">"

Fields may stand alone, without a message around them. `package`, `option` and `reserved` change no
byte and are read over.
"""

from __future__ import annotations

import json
import re
import struct
from base64 import b64decode, b64encode
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from difflib import get_close_matches
from itertools import count
from typing import Any, Final, NamedTuple, NoReturn

LONGEST: Final = 100_000
"""Characters of a description."""
LONGEST_SAMPLE: Final = 1_000_000
LONGEST_WORD: Final = 200
MOST_FIELDS: Final = 1000
MOST_VALUES: Final = 10_000
"""Values of a sample that is made up: messages in messages in messages multiply."""
DEEPEST: Final = 20

INTEGERS: Final = {
    "int32": (-(2**31), 2**31 - 1), "sint32": (-(2**31), 2**31 - 1),
    "sfixed32": (-(2**31), 2**31 - 1), "uint32": (0, 2**32 - 1), "fixed32": (0, 2**32 - 1),
    "int64": (-(2**63), 2**63 - 1), "sint64": (-(2**63), 2**63 - 1),
    "sfixed64": (-(2**63), 2**63 - 1), "uint64": (0, 2**64 - 1), "fixed64": (0, 2**64 - 1),
}  # fmt: skip
"""Types of whole numbers, with the smallest and the largest value of each."""
SCALARS: Final = (*INTEGERS, "double", "float", "bool", "string", "bytes")
KEYS: Final = (*INTEGERS, "bool", "string")
"""What the keys of a map may be."""
UNPACKABLE: Final = ("string", "bytes", "message", "map")

HIGHEST_NUMBER: Final = 2**29 - 1
RESERVED: Final = range(19_000, 20_000)
"""Numbers that protobuf keeps for itself."""

UNSUPPORTED: Final = {
    "oneof": "give its fields as optional ones",
    "group": "give a message in its place",
    "service": "only messages are measured",
    "rpc": "only messages are measured",
    "extend": "give its fields in the message itself",
    "extensions": "give its fields in the message itself",
    "import": "give the messages that it brings in beside this one",
    "required": "proto3 has no such fields",
    "edition": "expected proto3",
}
"""What is not read, and what to write instead."""
MISSPELT: Final = {
    "int": "int32", "integer": "int32", "long": "int64", "uint": "uint32", "str": "string",
    "text": "string", "boolean": "bool", "float32": "float", "float64": "double",
}  # fmt: skip
"""Types as other languages spell them."""
READ_OVER: Final = ("package", "option", "reserved")
TOKEN: Final = re.compile(
    r"(?P<blank>\s+|//[^\n]*|/\*.*?\*/)"
    r"|(?P<word>\.?[A-Za-z_]\w*(?:\.[A-Za-z_]\w*)*)"
    r"|(?P<number>-?\d[\w.]*)"
    r"""|(?P<text>"[ !#-~]*"|'[ -&(-~]*')"""
    r"|(?P<sign>[][{}<>()=;,])",
    re.ASCII | re.DOTALL,
)


class MessageError(ValueError):
    """A message, or a sample of one, that cannot be read. One line for a person."""


@dataclass(frozen=True, slots=True)
class Field:
    """One field of a message.

    Args:
        name: as it stands in the description and in JSON.
        number: what stands for it on the wire.
        type: a scalar such as int32, or enum, message or map.
        repeated: whether there may be several; so of a map.
        optional: whether a value is sent even where it is the default one, such as 0.
        packed: whether the values of a repeated field share one tag and one length.
        message: of what it is made, where its type is message or map. The message of a map is its
            entry, with a key and a value.
        values: names and numbers, where its type is enum.
    """

    name: str
    number: int
    type: str
    repeated: bool = False
    optional: bool = False
    packed: bool = False
    message: Message | None = None
    values: tuple[tuple[str, int], ...] = ()


@dataclass(frozen=True, slots=True)
class Message:
    """A message.

    Args:
        name: as it stands in the description, such as User or User.Address.
        fields: by number.
    """

    name: str
    fields: tuple[Field, ...]


# Reading a description


def read_message(text: str) -> Message:
    """Read a message from a small subset of a .proto file, or from bare fields.

    Of several messages it is the first that no other refers to. Where fields stand outside of any
    message, these are the message, and the messages beside them are its parts.

    Args:
        text: such as `message User { string name = 1; int32 id = 2; }`.

    Returns:
        The message, its parts within it, called Message where it has no name.

    Raises:
        MessageError: one line with the line of the text, what was read and what is expected.

    Source: Protocol Buffers documentation, Language Guide (proto 3) and Language Specification.
    """
    if len(text) > LONGEST:
        raise MessageError(
            f"the description has {len(text):,} characters; expected at most {LONGEST:,}"
        )
    drafts, enums = _Reader(text).file()
    types = _Types(drafts, enums)
    built = {name: types.message(draft, ()) for name, draft in drafts.items()}
    if built[""].fields:
        return Message("Message", built[""].fields)
    top = [name for name in drafts if name and "." not in name]
    if not top:
        raise MessageError("no message was read; expected such as string name = 1; int32 id = 2;")
    return built[next((name for name in top if name not in types.used), top[0])]


class _Token(NamedTuple):
    kind: str
    text: str
    line: int


class _Draft(NamedTuple):
    """A field as it was read: its type is a name that is looked up once all are known."""

    name: str
    number: int
    label: str
    key: str
    type: str
    packed: bool | None
    line: int


class _Drafts(NamedTuple):
    """A message as it was read."""

    name: str
    fields: list[_Draft]


Enum = tuple[tuple[str, int], ...]


def _fail(line: int, why: str) -> NoReturn:
    raise MessageError(f"line {line}: {why}")


class _Reader:
    """One pass over the tokens of one text."""

    def __init__(self, text: str) -> None:
        self.tokens, self.next = list(_tokens(text)), 0
        self.end = _Token("end", "the end", text.count("\n") + 1)
        self.drafts = {"": _Drafts("", [])}
        self.enums: dict[str, Enum] = {}
        self.fields = 0

    def peek(self) -> _Token:
        return self.tokens[self.next] if self.next < len(self.tokens) else self.end

    def take(self, kind: str, expected: str) -> _Token:
        token = self.peek()
        if token.kind != kind:
            _fail(token.line, f"read {token.text}; expected {expected}")
        self.next += 1
        return token

    def takes(self, text: str) -> bool:
        """Step over the next token if it is this one."""
        if self.peek().text == text:
            self.next += 1
            return True
        return False

    def expect(self, text: str, where: str) -> None:
        if not self.takes(text):
            _fail(self.peek().line, f"read {self.peek().text}; expected {text} {where}")

    def file(self) -> tuple[dict[str, _Drafts], dict[str, Enum]]:
        while self.peek() is not self.end:
            self.statement(self.drafts[""])
        return self.drafts, self.enums

    def statement(self, outer: _Drafts) -> None:
        """One statement of a file or of a message."""
        if self.takes(";"):
            return
        first = self.take("word", "message, enum or a field such as string name = 1;")
        self.supported(first)
        if first.text == "message":
            self.message(outer)
        elif first.text == "enum":
            self.enum(outer)
        elif first.text == "syntax":
            self.syntax()
        elif first.text in READ_OVER:
            self.read_over(first)
        else:
            self.field(outer, first)

    def read_over(self, first: _Token) -> None:
        while not self.takes(";"):
            if self.peek() is self.end:
                _fail(first.line, f"{first.text} has no end; expected a ;")
            self.next += 1

    def supported(self, word: _Token) -> None:
        if word.text in UNSUPPORTED:
            _fail(word.line, f"{word.text} is not supported; {UNSUPPORTED[word.text]}")

    def syntax(self) -> None:
        self.expect("=", "after syntax")
        version = self.take("text", '"proto3"')
        if version.text[1:-1] != "proto3":
            _fail(version.line, f'syntax {version.text} is not supported; expected "proto3"')
        self.expect(";", "after the syntax")

    def name(self, what: str) -> _Token:
        name = self.take("word", f"the name of {what}")
        if "." in name.text:
            _fail(name.line, f"{name.text} is no name of {what}: it has a dot in it")
        return name

    def new_type(self, outer: _Drafts, what: str) -> str:
        """The full name of a message or an enum that is defined here."""
        name = self.name(what)
        full = f"{outer.name}.{name.text}" if outer.name else name.text
        if full in self.drafts or full in self.enums:
            _fail(name.line, f"{full} is defined twice")
        if full.count(".") >= DEEPEST:
            _fail(name.line, f"{name.text} is nested deeper than {DEEPEST} messages")
        if name.text in SCALARS:
            _fail(name.line, f"{name.text} is a type of its own; choose another name")
        self.expect("{", f"after {what} {name.text}")
        return full

    def message(self, outer: _Drafts) -> None:
        full = self.new_type(outer, "a message")
        self.drafts[full] = _Drafts(full, [])
        while not self.takes("}"):
            if self.peek() is self.end:
                _fail(self.end.line, f"message {full} is not closed; expected a }}")
            self.statement(self.drafts[full])

    def enum(self, outer: _Drafts) -> None:
        full = self.new_type(outer, "an enum")
        values: dict[str, int] = {}
        while not self.takes("}"):
            name = self.name(f"a value of enum {full}")
            if name.text in READ_OVER:
                self.read_over(name)
                continue
            self.expect("=", f"after {name.text}")
            number = self.number(name.text)
            if name.text in values:
                _fail(name.line, f"enum {full} has two values named {name.text}")
            if not values and number:
                _fail(name.line, f"the first value of enum {full} is {number}; expected 0")
            low, high = INTEGERS["int32"]
            if not low <= number <= high:
                _fail(name.line, f"{name.text} = {number} is outside {low} to {high}")
            values[name.text] = number
            self.options(name.text)
            self.expect(";", f"after {name.text}")
        if not values:
            _fail(self.peek().line, f"enum {full} has no values; expected such as UNKNOWN = 0;")
        self.enums[full] = tuple(values.items())

    def number(self, name: str) -> int:
        token = self.take("number", f"a number after {name} =")
        if not re.fullmatch(r"-?\d+", token.text):
            _fail(token.line, f"{token.text} is no whole number; expected such as {name} = 1")
        return int(token.text)

    def field(self, outer: _Drafts, first: _Token) -> None:
        label, key, type_ = "", "", first
        if first.text in ("optional", "repeated"):
            label, type_ = first.text, self.take("word", f"a type after {first.text}")
            self.supported(type_)
        if type_.text == "map" and self.takes("<"):
            if label:
                _fail(first.line, f"a map cannot be {label}")
            key = self.take("word", "the type of the map's keys").text
            if key not in KEYS:
                _fail(type_.line, f"{key} cannot be a key; expected a whole number, string or bool")
            self.expect(",", "between key and value of a map")
            type_ = self.take("word", "the type of the map's values")
            if type_.text == "map":
                _fail(type_.line, "a map's values cannot be maps")
            self.expect(">", "after the types of a map")
        name = self.name("a field").text
        self.expect("=", f"and a number after {name}")
        number = self.number(name)
        packed = self.options(name)
        if not (self.peek() is self.end and not outer.name):
            self.expect(";", f"after field {name}")
        self.add(outer, _Draft(name, number, label, key, type_.text, packed, first.line))

    def options(self, name: str) -> bool | None:
        """What is said of packed, if anything is."""
        packed = None
        if not self.takes("["):
            return None
        while True:
            option = self.take("word", "an option such as packed = false")
            if option.text not in ("packed", "deprecated"):
                _fail(option.line, f"option {option.text} of {name} is not supported")
            self.expect("=", f"after {option.text}")
            value = self.take("word", "true or false")
            if value.text not in ("true", "false"):
                _fail(value.line, f"{option.text} is {value.text}; expected true or false")
            if option.text == "packed":
                packed = value.text == "true"
            if not self.takes(","):
                break
        self.expect("]", "after the options")
        return packed

    def add(self, outer: _Drafts, new: _Draft) -> None:
        """A field of a message, unless it cannot be one."""
        self.fields += 1
        if self.fields > MOST_FIELDS:
            _fail(new.line, f"more than {MOST_FIELDS:,} fields; expected at most so many")
        if not 1 <= new.number <= HIGHEST_NUMBER or new.number in RESERVED:
            _fail(
                new.line,
                f"field {new.name} has number {new.number}; expected 1 to {HIGHEST_NUMBER}, "
                f"not {RESERVED[0]} to {RESERVED[-1]}",
            )
        for old in outer.fields:
            if old.name == new.name:
                _fail(new.line, f"two fields are named {new.name}; expected a name of its own")
            if old.number == new.number:
                _fail(
                    new.line,
                    f"fields {old.name} and {new.name} have one number, {new.number}; "
                    "expected a number of its own",
                )
        outer.fields.append(new)


def _tokens(text: str) -> Iterator[_Token]:
    at, line = 0, 1
    while at < len(text):
        match = TOKEN.match(text, at)
        if match is None or match.lastgroup is None:
            if text.startswith("/*", at):
                _fail(line, "a comment is not closed; expected */")
            _fail(line, f"{text[at]!r} has no place here; expected such as string name = 1;")
        if match.lastgroup != "blank":
            if len(match[0]) > LONGEST_WORD:
                _fail(
                    line,
                    f"{match[0][:20]}... has {len(match[0]):,} characters; "
                    f"expected at most {LONGEST_WORD}",
                )
            yield _Token(match.lastgroup, match[0], line)
        line += match[0].count("\n")
        at = match.end()


class _Types:
    """Looks types up and puts messages together, each once."""

    def __init__(self, drafts: Mapping[str, _Drafts], enums: Mapping[str, Enum]) -> None:
        self.drafts, self.enums = drafts, enums
        self.built: dict[str, Message] = {}
        self.depth: dict[str, int] = {}
        self.used: set[str] = set()

    def message(self, draft: _Drafts, trail: tuple[str, ...]) -> Message:
        """A message with all that it is made of."""
        if draft.name not in self.built:
            fields = [self.field(each, draft.name, (*trail, draft.name)) for each in draft.fields]
            fields.sort(key=lambda each: each.number)
            self.built[draft.name] = Message(draft.name, tuple(fields))
        return self.built[draft.name]

    def field(self, draft: _Draft, scope: str, trail: tuple[str, ...]) -> Field:
        self.depth.setdefault(scope, 1)
        type_: str = draft.type
        part: Message | None = None
        values: Enum = ()
        if type_ not in SCALARS:
            full = self.find(draft, scope)
            if full in self.enums:
                type_, values = "enum", self.enums[full]
            else:
                type_, part = "message", self.part(draft, full, scope, trail)
        repeated = draft.label == "repeated"
        if draft.packed is not None and (not repeated or type_ in UNPACKABLE):
            _fail(draft.line, f"field {draft.name} cannot be packed: only repeated numbers can")
        if draft.key:
            value = Field("value", 2, type_, message=part, values=values)
            entry = Message(f"{draft.name} entry", (Field("key", 1, draft.key), value))
            return Field(draft.name, draft.number, "map", repeated=True, message=entry)
        packed = repeated and type_ not in UNPACKABLE and draft.packed is not False
        optional = draft.label == "optional"
        return Field(draft.name, draft.number, type_, repeated, optional, packed, part, values)

    def part(self, draft: _Draft, full: str, scope: str, trail: tuple[str, ...]) -> Message:
        """The message that a field is made of."""
        if full in trail:
            _fail(draft.line, f"message {full} is recursive: field {draft.name} leads back to it")
        if full != scope.split(".")[0]:
            self.used.add(full)
        if len(trail) <= DEEPEST:
            part = self.message(self.drafts[full], trail)
            self.depth[scope] = max(self.depth[scope], self.depth.get(full, 1) + 1)
            if self.depth[scope] <= DEEPEST:
                return part
        _fail(draft.line, f"field {draft.name} is nested deeper than {DEEPEST} messages")

    def find(self, draft: _Draft, scope: str) -> str:
        """The full name of a type, looked for from the inside out."""
        around = scope.split(".") if scope else []
        if draft.type.startswith("."):
            around, name = [], draft.type[1:]
        else:
            name = draft.type
        for kept in range(len(around), -1, -1):
            full = ".".join([*around[:kept], name])
            if full and (full in self.drafts or full in self.enums):
                return full
        known = [*SCALARS, *filter(None, self.drafts), *self.enums]
        _fail(
            draft.line,
            f"{draft.type} is no known type of field {draft.name}{_nearest(draft.type, known)}",
        )


def _nearest(word: str, known: Iterable[str]) -> str:
    near = [MISSPELT[word.lower()]] if word.lower() in MISSPELT else None
    near = near or get_close_matches(word, list(known), 1)
    return f"; did you mean {near[0]}?" if near else "; expected such as string or int32"


# Samples


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
    """
    if len(text) > LONGEST_SAMPLE:
        raise MessageError(
            f"the sample has {len(text):,} characters; expected at most {LONGEST_SAMPLE:,}"
        )
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
    """The key of a map, which is always text in JSON, as the value that it stands for."""
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
