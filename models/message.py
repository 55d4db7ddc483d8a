"""What a message is: fields with a name, a number and a type."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

INTEGERS: Final = {
    "int32": (-(2**31), 2**31 - 1), "sint32": (-(2**31), 2**31 - 1),
    "sfixed32": (-(2**31), 2**31 - 1), "uint32": (0, 2**32 - 1), "fixed32": (0, 2**32 - 1),
    "int64": (-(2**63), 2**63 - 1), "sint64": (-(2**63), 2**63 - 1),
    "sfixed64": (-(2**63), 2**63 - 1), "uint64": (0, 2**64 - 1), "fixed64": (0, 2**64 - 1),
}  # fmt: skip
"""Types of whole numbers, with the smallest and the largest value of each."""
SCALARS: Final = (*INTEGERS, "double", "float", "bool", "string", "bytes")
DELIMITED: Final = ("string", "bytes", "message", "map")
"""Types whose values have their length before them, so that a list of them is not packed."""

DEEPEST: Final = 20
"""How many messages lie one in another, at most."""


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
