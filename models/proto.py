"""A message from a .proto file: types are looked up and messages put together."""

from __future__ import annotations

from difflib import get_close_matches
from typing import Final

from models.message import DEEPEST, DELIMITED, SCALARS, Field, Message, MessageError
from models.proto_grammar import Draft, Enum, read_drafts, refusal

LONGEST: Final = 100_000
"""Characters of a description."""
MISSPELT: Final = {
    "int": "int32", "integer": "int32", "long": "int64", "uint": "uint32", "str": "string",
    "text": "string", "boolean": "bool", "float32": "float", "float64": "double",
}  # fmt: skip
"""Types as other languages spell them."""


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
    drafts, enums = read_drafts(text)
    types = _Types(drafts, enums)
    built = {name: types.message(name, ()) for name in drafts}
    if built[""].fields:
        return Message("Message", built[""].fields)
    top = [name for name in drafts if name and "." not in name]
    if not top:
        raise MessageError("no message was read; expected such as string name = 1; int32 id = 2;")
    return built[next((name for name in top if name not in types.used), top[0])]


class _Types:
    """Looks types up and puts messages together, each once."""

    def __init__(self, drafts: dict[str, list[Draft]], enums: dict[str, Enum]) -> None:
        self.drafts, self.enums = drafts, enums
        self.built: dict[str, Message] = {}
        self.depth: dict[str, int] = {}
        self.used: set[str] = set()

    def message(self, name: str, around: tuple[str, ...]) -> Message:
        """A message with all that it is made of. Those around it cannot be parts of it."""
        if name not in self.built:
            self.depth[name] = 1
            fields = [self.field(draft, (*around, name)) for draft in self.drafts[name]]
            fields.sort(key=lambda each: each.number)
            self.built[name] = Message(name, tuple(fields))
        return self.built[name]

    def field(self, draft: Draft, trail: tuple[str, ...]) -> Field:
        """A field of the message that the trail ends at."""
        type_: str = draft.type
        part: Message | None = None
        values: Enum = ()
        if type_ not in SCALARS:
            full = self.find(draft, trail[-1])
            if full in self.enums:
                type_, values = "enum", self.enums[full]
            else:
                type_, part = "message", self.part(draft, full, trail)
        repeated = draft.label == "repeated"
        if draft.packed is not None and (not repeated or type_ in DELIMITED):
            raise refusal(
                draft.line, f"field {draft.name} cannot be packed: only repeated numbers can"
            )
        if draft.key:
            value = Field("value", 2, type_, message=part, values=values)
            entry = Message(f"{draft.name} entry", (Field("key", 1, draft.key), value))
            return Field(draft.name, draft.number, "map", repeated=True, message=entry)
        packed = repeated and type_ not in DELIMITED and draft.packed is not False
        optional = draft.label == "optional"
        return Field(draft.name, draft.number, type_, repeated, optional, packed, part, values)

    def part(self, draft: Draft, full: str, trail: tuple[str, ...]) -> Message:
        """The message that a field is made of."""
        scope = trail[-1]
        if full in trail:
            raise refusal(
                draft.line, f"message {full} is recursive: field {draft.name} leads back to it"
            )
        if full != scope.split(".")[0]:
            self.used.add(full)
        if len(trail) <= DEEPEST:
            part = self.message(full, trail)
            self.depth[scope] = max(self.depth[scope], self.depth[full] + 1)
            if self.depth[scope] <= DEEPEST:
                return part
        raise refusal(draft.line, f"field {draft.name} is nested deeper than {DEEPEST} messages")

    def find(self, draft: Draft, scope: str) -> str:
        """The full name of a type, looked for from the inside out."""
        name = draft.type.removeprefix(".")
        around = scope.split(".") if scope and name == draft.type else []
        for kept in range(len(around), -1, -1):
            full = ".".join([*around[:kept], name])
            if full in self.drafts or full in self.enums:
                return full
        known = [*SCALARS, *filter(None, self.drafts), *self.enums]
        raise refusal(
            draft.line,
            f"{draft.type} is no known type of field {draft.name}{_nearest(draft.type, known)}",
        )


def _nearest(word: str, known: list[str]) -> str:
    meant = MISSPELT.get(word.lower())
    near = [meant] if meant else get_close_matches(word, known, 1)
    return f"; did you mean {near[0]}?" if near else "; expected such as string or int32"
