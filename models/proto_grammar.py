"""The grammar of .proto files: a text becomes fields whose types are names as yet.

    file    = { syntax | message | enum | field }
    message = "message" name "{" { message | enum | field } "}"
    enum    = "enum" name "{" { name "=" number ";" } "}"
    field   = ["optional" | "repeated"] type name "=" number [ "[" options "]" ] ";"
    type    = scalar | name of a message or an enum | "map" "<" scalar "," type ">"

Fields may stand alone, without a message around them. `package`, `option` and `reserved` change no
byte and are read over.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final, NamedTuple, TypeAlias

from models.message import DEEPEST, INTEGERS, SCALARS, MessageError

LONGEST_WORD: Final = 200
"""Characters."""
MOST_FIELDS: Final = 1000

KEYS: Final = (*INTEGERS, "bool", "string")
"""What the keys of a map may be."""
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
READ_OVER: Final = ("package", "option", "reserved")
TOKEN: Final = re.compile(
    r"(?P<blank>\s+|//[^\n]*|/\*.*?\*/)"
    r"|(?P<word>\.?[A-Za-z_]\w*(?:\.[A-Za-z_]\w*)*)"
    r"|(?P<number>-?\d[\w.]*)"
    r"""|(?P<text>"[ !#-~]*"|'[ -&(-~]*')"""
    r"|(?P<sign>[][{}<>()=;,])",
    re.ASCII | re.DOTALL,
)

Enum: TypeAlias = tuple[tuple[str, int], ...]
"""Names and numbers."""


class Draft(NamedTuple):
    """A field as it was read: its type is a name that is looked up once all are known."""

    name: str
    number: int
    label: str
    key: str
    type: str
    packed: bool | None
    line: int


def read_drafts(text: str) -> tuple[dict[str, list[Draft]], dict[str, Enum]]:
    """Read what a .proto file defines, before any type is looked up.

    Args:
        text: such as `message User { string name = 1; int32 id = 2; }`.

    Returns:
        The fields of each message, by its full name such as User.Address, and the values of each
        enum. Fields that stand outside of any message have the name of none, "".

    Raises:
        MessageError: one line with the line of the text, what was read and what is expected.

    Source: Protocol Buffers documentation, Language Specification (proto 3).
    """
    return _Reader(text).file()


def refusal(line: int, why: str) -> MessageError:
    """What is said of a text that cannot be read.

    Args:
        line: where, from 1.
        why: what was read and what is expected.

    Returns:
        An error of one line, to be raised.
    """
    return MessageError(f"line {line}: {why}")


class _Token(NamedTuple):
    kind: str
    text: str
    line: int


class _Reader:
    """One pass over the tokens of one text."""

    def __init__(self, text: str) -> None:
        self.tokens, self.next = list(_tokens(text)), 0
        self.end = _Token("end", "the end", text.count("\n") + 1)
        self.drafts: dict[str, list[Draft]] = {"": []}
        self.enums: dict[str, Enum] = {}
        self.fields = 0

    def peek(self) -> _Token:
        return self.tokens[self.next] if self.next < len(self.tokens) else self.end

    def take(self, kind: str, expected: str) -> _Token:
        token = self.peek()
        if token.kind != kind:
            raise refusal(token.line, f"read {token.text}; expected {expected}")
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
            raise refusal(self.peek().line, f"read {self.peek().text}; expected {text} {where}")

    def file(self) -> tuple[dict[str, list[Draft]], dict[str, Enum]]:
        while self.peek() is not self.end:
            self.statement("")
        return self.drafts, self.enums

    def statement(self, outer: str) -> None:
        """One statement of a message, or of the file, whose name is that of none."""
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
                raise refusal(first.line, f"{first.text} has no end; expected a ;")
            self.next += 1

    def supported(self, word: _Token) -> None:
        if word.text in UNSUPPORTED:
            raise refusal(word.line, f"{word.text} is not supported; {UNSUPPORTED[word.text]}")

    def syntax(self) -> None:
        self.expect("=", "after syntax")
        version = self.take("text", '"proto3"')
        if version.text[1:-1] != "proto3":
            raise refusal(
                version.line, f'syntax {version.text} is not supported; expected "proto3"'
            )
        self.expect(";", "after the syntax")

    def name(self, what: str) -> _Token:
        name = self.take("word", f"the name of {what}")
        if "." in name.text:
            raise refusal(name.line, f"{name.text} is no name of {what}: it has a dot in it")
        return name

    def new_type(self, outer: str, what: str) -> str:
        """The full name of a message or an enum that is defined here."""
        name = self.name(what)
        full = f"{outer}.{name.text}" if outer else name.text
        if full in self.drafts or full in self.enums:
            raise refusal(name.line, f"{full} is defined twice")
        if full.count(".") >= DEEPEST:
            raise refusal(name.line, f"{name.text} is nested deeper than {DEEPEST} messages")
        if name.text in SCALARS:
            raise refusal(name.line, f"{name.text} is a type of its own; choose another name")
        self.expect("{", f"after {what} {name.text}")
        return full

    def message(self, outer: str) -> None:
        full = self.new_type(outer, "a message")
        self.drafts[full] = []
        while not self.takes("}"):
            if self.peek() is self.end:
                raise refusal(self.end.line, f"message {full} is not closed; expected a }}")
            self.statement(full)

    def enum(self, outer: str) -> None:
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
                raise refusal(name.line, f"enum {full} has two values named {name.text}")
            if not values and number:
                raise refusal(name.line, f"the first value of enum {full} is {number}; expected 0")
            low, high = INTEGERS["int32"]
            if not low <= number <= high:
                raise refusal(name.line, f"{name.text} = {number} is outside {low} to {high}")
            values[name.text] = number
            self.options(name.text)
            self.expect(";", f"after {name.text}")
        if not values:
            raise refusal(
                self.peek().line, f"enum {full} has no values; expected such as UNKNOWN = 0;"
            )
        self.enums[full] = tuple(values.items())

    def number(self, name: str) -> int:
        token = self.take("number", f"a number after {name} =")
        if not re.fullmatch(r"-?\d+", token.text):
            raise refusal(
                token.line, f"{token.text} is no whole number; expected such as {name} = 1"
            )
        return int(token.text)

    def field(self, outer: str, first: _Token) -> None:
        label, key, type_ = "", "", first
        if first.text in ("optional", "repeated"):
            label, type_ = first.text, self.take("word", f"a type after {first.text}")
            self.supported(type_)
        if type_.text == "map" and self.takes("<"):
            if label:
                raise refusal(first.line, f"a map cannot be {label}")
            key = self.take("word", "the type of the map's keys").text
            if key not in KEYS:
                raise refusal(
                    type_.line, f"{key} cannot be a key; expected a whole number, string or bool"
                )
            self.expect(",", "between key and value of a map")
            type_ = self.take("word", "the type of the map's values")
            if type_.text == "map":
                raise refusal(type_.line, "a map's values cannot be maps")
            self.expect(">", "after the types of a map")
        name = self.name("a field").text
        self.expect("=", f"and a number after {name}")
        number = self.number(name)
        packed = self.options(name)
        if outer or self.peek() is not self.end:
            self.expect(";", f"after field {name}")
        self.add(outer, Draft(name, number, label, key, type_.text, packed, first.line))

    def options(self, name: str) -> bool | None:
        """What is said of packed, if anything is."""
        if not self.takes("["):
            return None
        packed, more = None, True
        while more:
            option = self.take("word", "an option such as packed = false")
            if option.text not in ("packed", "deprecated"):
                raise refusal(option.line, f"option {option.text} of {name} is not supported")
            self.expect("=", f"after {option.text}")
            value = self.take("word", "true or false")
            if value.text not in ("true", "false"):
                raise refusal(value.line, f"{option.text} is {value.text}; expected true or false")
            if option.text == "packed":
                packed = value.text == "true"
            more = self.takes(",")
        self.expect("]", "after the options")
        return packed

    def add(self, outer: str, new: Draft) -> None:
        """A field of a message, unless it cannot be one."""
        self.fields += 1
        if self.fields > MOST_FIELDS:
            raise refusal(new.line, f"more than {MOST_FIELDS:,} fields; expected at most so many")
        if not 1 <= new.number <= HIGHEST_NUMBER or new.number in RESERVED:
            raise refusal(
                new.line,
                f"field {new.name} has number {new.number}; expected 1 to {HIGHEST_NUMBER}, "
                f"not {RESERVED[0]} to {RESERVED[-1]}",
            )
        for old in self.drafts[outer]:
            if old.name == new.name:
                raise refusal(
                    new.line, f"two fields are named {new.name}; expected a name of its own"
                )
            if old.number == new.number:
                raise refusal(
                    new.line,
                    f"fields {old.name} and {new.name} have one number, {new.number}; "
                    "expected a number of its own",
                )
        self.drafts[outer].append(new)


def _tokens(text: str) -> Iterator[_Token]:
    at, line = 0, 1
    while at < len(text):
        match = TOKEN.match(text, at)
        if match is None or match.lastgroup is None:
            if text.startswith("/*", at):
                raise refusal(line, "a comment is not closed; expected */")
            raise refusal(
                line, f"{text[at]!r} has no place here; expected such as string name = 1;"
            )
        if match.lastgroup != "blank":
            if len(match[0]) > LONGEST_WORD:
                raise refusal(
                    line,
                    f"{match[0][:20]}... has {len(match[0]):,} characters; "
                    f"expected at most {LONGEST_WORD}",
                )
            yield _Token(match.lastgroup, match[0], line)
        line += match[0].count("\n")
        at = match.end()
