"""Bytes of messages, held against the protobuf package and published examples."""

from __future__ import annotations

import json
import zlib
from base64 import b64encode
from dataclasses import dataclass
from typing import Any, Final

import numpy as np
import pytest
from google.protobuf import descriptor_pool, json_format, message_factory
from google.protobuf.descriptor_pb2 import (
    DescriptorProto,
    FieldDescriptorProto,
    FileDescriptorProto,
)
from google.protobuf.message import Message
from hypothesis import given, settings
from hypothesis import strategies as st

from estimators.protocol.rest import deflated, json_bytes
from estimators.protocol.wire import encode, json_size, sizes, wire_size
from models.message import INTEGERS, SCALARS
from models.message_sample import read_sample, sample_of
from models.proto import read_message
from models.units import registry

USER: Final = "message User { string name = 1; int32 id = 2; }"
JOHN: Final = {"name": "John", "id": 2}
# M. Kleppmann, Schema evolution in Avro, Protocol Buffers and Thrift (2012) and Designing
# Data-Intensive Applications (2017), chapter 4: 33 bytes of protobuf and 81 of JSON.
RECORD: Final = "string userName = 1; int64 favoriteNumber = 2; repeated string interests = 3;"
MARTIN: Final = {
    "userName": "Martin", "favoriteNumber": 1337, "interests": ["daydreaming", "hacking"],
}  # fmt: skip


def written(text: str, sample: dict[str, Any]) -> str:
    message = read_message(text)
    return encode(message, read_sample(message, json.dumps(sample))).hex(" ")


# Published examples


def test_the_record_of_kleppmann_takes_33_bytes_against_81() -> None:
    assert len(encode(read_message(RECORD), MARTIN)) == 33
    assert len(json_bytes(MARTIN)) == 81


def test_the_record_of_kleppmann_is_made_of_these_parts() -> None:
    """The picture in the book: tags, lengths and payloads of each field."""
    parts = [(s.name, s.tag, s.length, s.payload) for s in sizes(read_message(RECORD), MARTIN)]
    assert parts == [
        ("userName", 1, 1, 6), ("favoriteNumber", 1, 0, 2), ("interests", 2, 2, 18),
    ]  # fmt: skip


def test_a_number_and_a_text_of_the_documentation() -> None:
    assert written("int32 a = 1;", {"a": 150}) == "08 96 01"
    assert written("string b = 2;", {"b": "testing"}) == "12 07 74 65 73 74 69 6e 67"


@pytest.mark.parametrize(
    ("text", "sample", "expected"),
    [
        ("Test1 c = 3; message Test1 { int32 a = 1; }", {"c": {"a": 150}}, "1a 03 08 96 01"),
        (
            "string d = 4; repeated int32 e = 5 [packed = false];",
            {"d": "hello", "e": [1, 2, 3]},
            "22 05 68 65 6c 6c 6f 28 01 28 02 28 03",
        ),
        ("repeated int32 f = 6;", {"f": [3, 270, 86942]}, "32 06 03 8e 02 9e a7 05"),
        ("int32 a = 1;", {"a": -2}, "08 fe ff ff ff ff ff ff ff ff 01"),
    ],
)
def test_the_other_examples_of_the_documentation(
    text: str, sample: dict[str, Any], expected: str
) -> None:
    """protobuf.dev, Encoding: submessages, repeated and packed fields, negative numbers."""
    assert written(text, sample) == expected


@pytest.mark.parametrize(
    ("value", "zigzag"),
    [(0, 0), (-1, 1), (1, 2), (-2, 3), (0x7FFFFFFF, 0xFFFFFFFE), (-0x80000000, 0xFFFFFFFF)],
)
def test_zigzag_is_that_of_the_documentation(value: int, zigzag: int) -> None:
    as_sint = written("optional sint32 a = 1;", {"a": value})
    assert as_sint == written("optional uint32 a = 1;", {"a": zigzag})


def test_a_user_takes_8_bytes_against_22_and_25() -> None:
    assert written(USER, JOHN) == "0a 04 4a 6f 68 6e 10 02"
    assert json_bytes(JOHN) == b'{"name":"John","id":2}'
    assert json_bytes(JOHN, blanks=True) == b'{"name": "John", "id": 2}'
    assert (len(json_bytes(JOHN)), len(json_bytes(JOHN, blanks=True))) == (22, 25)


def test_a_default_value_is_left_out_unless_it_is_optional() -> None:
    assert written(USER, {"name": "", "id": 0}) == ""
    assert written("optional string name = 1; optional int32 id = 2;", {"name": "", "id": 0}) == (
        "0a 00 10 00"
    )


# The protobuf package


@dataclass(frozen=True)
class Part:
    """A field of a made-up message, before it is written as text or as a descriptor."""

    name: str
    number: int
    label: str
    key: str
    type: str
    packed: str
    inner: tuple[Part, ...]


COLOURS: Final = {"RED": 0, "BLUE": -3, "GREEN": 300}
ENUM: Final = "enum Colour { " + " ".join(f"{n} = {v};" for n, v in COLOURS.items()) + " }"


@st.composite
def parts(draw: st.DrawFn, depth: int = 2) -> tuple[Part, ...]:
    types = st.sampled_from([*SCALARS, "Colour", *(["message"] if depth else [])])
    numbers = st.one_of(st.integers(1, 40), st.integers(1, 18_999), st.integers(20_000, 2**29 - 1))
    found = []
    for at, number in enumerate(draw(st.lists(numbers, min_size=1, max_size=5, unique=True))):
        type_ = draw(types)
        label = draw(st.sampled_from(["", "optional", "repeated", "map"]))
        key = draw(st.sampled_from([*INTEGERS, "bool", "string"])) if label == "map" else ""
        packable = label == "repeated" and type_ not in ("string", "bytes", "message")
        packed = draw(st.sampled_from(["", "true", "false"])) if packable else ""
        inner = draw(parts(depth - 1)) if type_ == "message" else ()
        found.append(Part(f"f{at}", number, label, key, type_, packed, inner))
    return tuple(found)


def described(some: tuple[Part, ...], name: str = "M") -> str:
    """The text of a message."""
    lines = []
    for part in some:
        type_ = part.type
        if part.inner:
            type_ = f"T{part.name}"
            lines.append(described(part.inner, type_))
        type_ = f"map<{part.key}, {type_}>" if part.key else f"{part.label} {type_}"
        packed = f" [packed = {part.packed}]" if part.packed else ""
        lines.append(f"{type_} {part.name} = {part.number}{packed};")
    return f"message {name} {{ {' '.join(lines)} }}"


def descriptor(some: tuple[Part, ...], path: str, name: str = "M") -> DescriptorProto:
    """The same for protobuf."""
    found = DescriptorProto(name=name)
    path = f"{path}.{name}"

    def add(to: DescriptorProto, field_name: str, number: int, type_: str) -> FieldDescriptorProto:
        field = to.field.add(name=field_name, number=number, label=1)
        if type_.startswith("."):
            field.type = FieldDescriptorProto.TYPE_MESSAGE
            field.type_name = type_
        elif type_ == "Colour":
            field.type, field.type_name = FieldDescriptorProto.TYPE_ENUM, ".Colour"
        else:
            field.type = getattr(FieldDescriptorProto, f"TYPE_{type_.upper()}")
        return field

    for part in some:
        type_ = part.type
        if part.inner:
            found.nested_type.append(descriptor(part.inner, path, f"T{part.name}"))
            type_ = f"{path}.T{part.name}"
        if part.key:
            entry = found.nested_type.add(name=f"{part.name.title()}Entry")
            entry.options.map_entry = True
            add(entry, "key", 1, part.key)
            add(entry, "value", 2, type_)
            type_ = f"{path}.{entry.name}"
        field = add(found, part.name, part.number, type_)
        if part.label in ("repeated", "map"):
            field.label = FieldDescriptorProto.LABEL_REPEATED
        if part.packed:
            field.options.packed = part.packed == "true"
        if part.label == "optional":
            field.proto3_optional = True
            field.oneof_index = len(found.oneof_decl)
            found.oneof_decl.add(name=f"_{part.name}")
    return found


def by_protobuf(some: tuple[Part, ...]) -> type[Message]:
    """The class that protobuf itself makes of a message."""
    file = FileDescriptorProto(name="m.proto", syntax="proto3")
    file.message_type.append(descriptor(some, ""))
    colours = file.enum_type.add(name="Colour")
    for name, number in COLOURS.items():
        colours.value.add(name=name, number=number)
    pool = descriptor_pool.DescriptorPool()
    pool.Add(file)
    return message_factory.GetMessageClass(pool.FindMessageTypeByName("M"))


def as_written(kind: type[Message], sample: dict[str, Any]) -> bytes:
    return json_format.ParseDict(sample, kind()).SerializeToString(deterministic=True)


TEXT: Final = st.text(st.characters(exclude_categories=["Cs"]), max_size=12)


def values(part: Part, entries: int) -> st.SearchStrategy[Any]:
    """Values of one field, the default one and the ends among them."""
    if part.inner:
        return samples(part.inner, entries)
    if part.type in INTEGERS:
        low, high = INTEGERS[part.type]
        return st.one_of(st.sampled_from([0, low, high]), st.integers(low, high))
    return {
        "double": st.floats(allow_nan=False, allow_infinity=False),
        "float": st.floats(allow_nan=False, allow_infinity=False, width=32),
        "bool": st.booleans(),
        "string": TEXT,
        "bytes": st.binary(max_size=12).map(lambda data: b64encode(data).decode()),
        "Colour": st.one_of(st.sampled_from([*COLOURS]), st.sampled_from([*COLOURS.values()])),
    }[part.type]


def keys(part: Part) -> st.SearchStrategy[str]:
    if part.key == "string":
        return TEXT
    if part.key == "bool":
        return st.sampled_from(["true", "false"])
    return st.integers(*INTEGERS[part.key]).map(str)


@st.composite
def samples(draw: st.DrawFn, some: tuple[Part, ...], entries: int) -> dict[str, Any]:
    """Values of a message, with so many entries of each map at most."""
    found = {}
    for part in some:
        if draw(st.integers(0, 3)):
            each = values(part, entries)
            if part.key:
                each = st.dictionaries(keys(part), each, max_size=entries)
            elif part.label == "repeated":
                each = st.lists(each, max_size=4)
            found[part.name] = draw(each)
    return found


@given(st.data())
@settings(max_examples=150, deadline=None)
def test_bytes_are_those_of_the_protobuf_package(data: st.DataObject) -> None:
    some = data.draw(parts())
    sample = data.draw(samples(some, 1))
    message = read_message(f"{described(some)} {ENUM}")
    read = read_sample(message, json.dumps(sample))
    found = encode(message, read)
    assert found == as_written(by_protobuf(some), sample)
    assert sum(size.total for size in sizes(message, read)) == len(found)


@given(st.data())
@settings(max_examples=50, deadline=None)
def test_maps_are_read_back_by_the_protobuf_package(data: st.DataObject) -> None:
    """The order of their entries differs from one of its languages to another."""
    some = data.draw(parts())
    sample = data.draw(samples(some, 3))
    kind = by_protobuf(some)
    found = encode(read_message(f"{described(some)} {ENUM}"), sample)
    assert len(found) == len(as_written(kind, sample))
    assert kind.FromString(found) == json_format.ParseDict(sample, kind())


@given(parts())
@settings(max_examples=50, deadline=None)
def test_a_made_up_sample_is_one_to_the_protobuf_package(some: tuple[Part, ...]) -> None:
    message = read_message(f"{described(some)} {ENUM}")
    sample = sample_of(message)
    assert encode(message, sample) == as_written(by_protobuf(some), sample)


def test_the_entries_of_a_map_stand_by_key() -> None:
    """9 before 10, however they are given; as C++, Java and Go write them when asked to sort."""
    for sample in ({"9": 1, "10": 2}, {"10": 2, "9": 1}):
        assert written("map<int32, int32> m = 1;", {"m": sample}) == (
            "0a 04 08 09 10 01 0a 04 08 0a 10 02"
        )


def test_minus_zero_is_no_default() -> None:
    some = (Part("f0", 1, "", "", "double", "", ()),)
    expected = as_written(by_protobuf(some), {"f0": -0.0})
    assert encode(read_message("double f0 = 1;"), {"f0": -0.0}) == expected
    assert len(expected) == 9


# JSON


def test_json_is_utf_8_and_not_escaped() -> None:
    assert json_bytes({"é": "日本"}) == '{"é":"日本"}'.encode()


def test_tiny_messages_grow_when_deflated_and_long_ones_shrink() -> None:
    assert deflated(b"") == 8  # RFC 1950: two bytes of head, an empty block, four of checksum
    assert deflated(json_bytes(JOHN)) > len(json_bytes(JOHN))
    many = json_bytes({"users": [JOHN] * 100})
    assert deflated(many) < len(many) / 10
    assert len(zlib.decompress(zlib.compress(many))) == len(many)


# For formulas


def test_formulas_give_the_sizes_of_a_user() -> None:
    """John has 4 bytes of text; 2 fits the first byte of a number."""
    assert wire_size(4.0, 2.0, 0.0) == 8.0
    assert wire_size(4.0, 2.0) == 8.0 + 5 + 9
    # "John" and 2 as text, and names of 4 and 2 characters.
    assert json_size(6.0 + 1.0, 2.0, 3.0) == 22.0


def test_formulas_give_the_sizes_of_the_record_of_kleppmann() -> None:
    """Four fields on the wire; 1337 takes one byte beyond its first."""
    assert wire_size(6.0 + 1.0 + 11.0 + 7.0, 4.0, 0.0) == 33.0


def test_formulas_take_quantities() -> None:
    unit = registry()
    payload, name = 0.004 * unit.KB / unit.request, 3.0 * unit.B / unit.request
    assert wire_size(payload, 2.0).to("B/request").magnitude == pytest.approx(22.0)
    frame = 0.0 * unit.KB / unit.request
    assert wire_size(payload, 2.0, frame).to("B/request").magnitude == pytest.approx(8.0)
    values_ = 0.007 * unit.KB / unit.request
    assert json_size(values_, 2.0, name).to("B/request").magnitude == pytest.approx(22.0)


def test_formulas_take_arrays() -> None:
    assert wire_size(np.array([4.0, 100.0]), np.array([2.0, 10.0])) == pytest.approx([22.0, 134.0])
    assert json_size(np.array([7.0, 50.0]), 2.0, np.array([3.0, 8.0])) == pytest.approx([22.0, 75])
