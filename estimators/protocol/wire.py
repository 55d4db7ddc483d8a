"""A message on the wire as protobuf writes it: bytes, and how many each field takes.

A field is a tag (its number and its wire type), the length where that is not known from the type,
and the payload.
"""

from __future__ import annotations

import struct
from base64 import b64decode
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final, NamedTuple

from estimators.number import Number, pure
from models.message import DELIMITED, Field, Message
from models.message_sample import map_key

VARINT, FIXED64, LENGTH, FIXED32 = 0, 1, 2, 5
FIXED: Final = {
    "double": "<d", "float": "<f", "fixed32": "<I", "fixed64": "<Q", "sfixed32": "<i",
    "sfixed64": "<q",
}  # fmt: skip
SIXTY_FOUR_BITS: Final = 2**64 - 1

TAG_AND_LENGTH: Final = 2.0
"""Bytes that a field takes beside its payload, below number 16 and 128 bytes."""
PREFIX_AND_FRAME: Final = 14.0
"""Bytes of gRPC's prefix of a message (5) and of the head of an HTTP/2 frame (9)."""
QUOTES_COLON_COMMA: Final = 4.0


class Record(NamedTuple):
    """One field as it stands on the wire; the length is empty where the type tells it."""

    tag: bytes
    length: bytes
    payload: bytes


@dataclass(frozen=True, slots=True)
class FieldSize:
    """What a field takes, in bytes; all of it 0 where it is left out.

    Args:
        name: of the field.
        tag: its tags; each value of a repeated field has one, unless they are packed.
        length: its lengths.
        payload: its values.
    """

    name: str
    tag: int
    length: int
    payload: int

    @property
    def total(self) -> int:
        """All three."""
        return self.tag + self.length + self.payload


def encode(message: Message, sample: Mapping[str, Any]) -> bytes:
    """The bytes of a message, as protobuf's own libraries write it.

    Fields stand in the order of their numbers. A value that is the default one (0, false, empty) is
    left out, unless its field is optional. A negative int32, int64 or enum takes ten bytes. The
    order of map entries is not laid down; here it is that of their keys.

    Args:
        message: of what.
        sample: its values, as read_sample and sample_of give them.

    Source: Protocol Buffers documentation, Encoding; Language Guide (proto 3), Field Presence.
    """
    return b"".join(
        b"".join(record) for field in message.fields for record in _records(field, sample)
    )


def sizes(message: Message, sample: Mapping[str, Any]) -> tuple[FieldSize, ...]:
    """What each field of a message takes; together they are the bytes of encode.

    Args:
        message: of what.
        sample: its values, as read_sample and sample_of give them.

    Returns:
        One for each field, by number. A message within counts as payload of its field.

    Source: Protocol Buffers documentation, Encoding.
    """
    found = []
    for field in message.fields:
        records = _records(field, sample)
        tag, length, payload = (sum(len(record[part]) for record in records) for part in range(3))
        found.append(FieldSize(field.name, tag, length, payload))
    return tuple(found)


def _records(field: Field, sample: Mapping[str, Any]) -> list[Record]:
    """A field as it stands on the wire: nothing, one record or several."""
    if field.name not in sample:
        return []
    value = sample[field.name]
    if field.type == "map":
        return [_record(field, entry) for entry in _entries(field, value)]
    if field.packed:
        packed = b"".join(_payload(field, each) for each in value)
        return [_record(field, packed)] if packed else []
    if field.repeated:
        return [_record(field, _payload(field, each)) for each in value]
    payload = _payload(field, value)
    # -0.0 is not the default: its sign bit is set.
    default = field.type != "message" and not (payload if _delimited(field) else any(payload))
    return [] if default and not field.optional else [_record(field, payload)]


def _entries(field: Field, value: Mapping[str, Any]) -> list[bytes]:
    """The entries of a map by key. Each has its key and its value, default ones too."""
    assert field.message is not None
    key_field, value_field = field.message.fields
    keys = {key: map_key(key_field, key) for key in value}
    # UTF-8 sorts as its code points do.
    ordered = sorted(value, key=keys.__getitem__)
    return [
        b"".join(
            (
                *_record(key_field, _payload(key_field, keys[key])),
                *_record(value_field, _payload(value_field, value[key])),
            )
        )
        for key in ordered
    ]


def _delimited(field: Field) -> bool:
    return field.type in DELIMITED or field.packed


def _record(field: Field, payload: bytes) -> Record:
    if _delimited(field):
        return Record(_varint(field.number << 3 | LENGTH), _varint(len(payload)), payload)
    wire_type = VARINT
    if field.type in FIXED:
        wire_type = FIXED64 if len(payload) == 8 else FIXED32
    return Record(_varint(field.number << 3 | wire_type), b"", payload)


def _payload(field: Field, value: Any) -> bytes:
    """One value without its tag."""
    if field.message is not None:
        return encode(field.message, value)
    if field.type in FIXED:
        return struct.pack(FIXED[field.type], value)
    if field.type == "string":
        return str(value).encode("utf-8")
    if field.type == "bytes":
        return b64decode(value)
    if field.type == "enum" and isinstance(value, str):
        value = dict(field.values)[value]
    if field.type in ("sint32", "sint64"):
        # Zigzag: 0, -1, 1, -2 are 0, 1, 2, 3.
        value = 2 * value if value >= 0 else -2 * value - 1
    return _varint(value & SIXTY_FOUR_BITS)


def _varint(value: int) -> bytes:
    """Seven bits a byte, the lowest first; the eighth says that more follow."""
    found = bytearray()
    while value > 127:
        found.append(value & 127 | 128)
        value >>= 7
    return bytes((*found, value))


# For formulas


def wire_size(payload: Number, fields: Number, frame: Number = PREFIX_AND_FRAME) -> Number:
    """What a protobuf message takes on the wire, from what is in it, without headers.

    size = payload + 2 bytes * fields + frame

    A field has a tag of one byte and a length of one byte; a number has a tag and its first byte.
    Two bytes are right for field numbers below 16 and texts below 128 bytes.

    Args:
        payload: bytes of the texts, and what numbers take beyond their first byte, information per
            thing.
        fields: that are sent, a plain number.
        frame: gRPC's prefix of 5 bytes and one HTTP/2 frame of 9, information per thing; 0 bytes
            for the message alone.

    Returns:
        Information per thing.

    Source: Protocol Buffers documentation, Encoding; grpc/grpc, doc/PROTOCOL-HTTP2.md
    (Length-Prefixed-Message); RFC 9113, 4.1 (frame format).
    """
    return payload + _bytes(TAG_AND_LENGTH * pure(fields), payload) + _bytes(frame, payload)


def json_size(payload: Number, fields: Number, name: Number) -> Number:
    """What a flat message takes as compact JSON.

    size = payload + (name + 4 bytes) * fields + 1 byte

    Beside each name stand two quotes, a colon and a comma; the last comma is not there, and the two
    braces are.

    Args:
        payload: the values as text, with the quotes of texts, information per thing.
        fields: that are sent, a plain number, at least one.
        name: of a field on average, information per thing.

    Returns:
        Information per thing.

    Source: RFC 8259, 4 (objects).
    """
    field = name + _bytes(QUOTES_COLON_COMMA, name)
    return payload + field * pure(fields) + _bytes(1.0, payload)


def _bytes(size: Number, beside: Number) -> Number:
    """A plain number of bytes in the base unit of what it is added to, such as B/request."""
    if hasattr(size, "to_base_units") or not hasattr(beside, "to_base_units"):
        return size
    return size * beside.to_base_units().units
