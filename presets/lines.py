"""Where each value of a TOML file stands: the line of every key, table and array element.

`tomllib` tells values but not lines. This is one pass over text that `tomllib` has accepted
already, so it only has to follow the syntax, not to judge it.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Mapping
from typing import Final

from models.faults import Path

KEY: Final = re.compile(r"""[ \t]*(?:"(?:[^"\\]|\\.)*"|'[^']*'|[A-Za-z0-9_-]+)""")
STRING: Final = re.compile(
    r'"""(?:[^\\]|\\.)*?"{3,5}' r"|'''.*?'{3,5}" r'|"(?:[^"\\\n]|\\.)*"' r"|'[^'\n]*'", re.DOTALL
)
BARE: Final = re.compile(r"[^,\]}\s#]+(?: [^,\]}\s#]+)?")
SPACE: Final = re.compile(r"(?:[ \t\r\n]|#[^\n]*)*")


def line_index(text: str) -> dict[Path, int]:
    """The line of every path in a TOML text.

    Args:
        text: valid TOML.

    Returns:
        Path to line, counted from 1: tables, array tables (with an index), keys, the elements of
        arrays and the keys of inline tables.
    """
    return _Scan(text).lines


def line_of(lines: Mapping[Path, int], path: Path) -> int:
    """The line of a path, or of the nearest table around it."""
    while path and path not in lines:
        path = path[:-1]
    return lines.get(path, 1)


class _Scan:
    def __init__(self, text: str) -> None:
        self.text, self.at = text, 0
        self.lines: dict[Path, int] = {}
        self.elements: dict[Path, int] = {}
        self.table: Path = ()
        self.skip()
        while self.at < len(text):
            if text[self.at] == "[":
                self.header()
            else:
                self.pair(self.table)
            self.skip()

    def skip(self) -> None:
        match = SPACE.match(self.text, self.at)
        assert match is not None
        self.at = match.end()

    def note(self, path: Path) -> None:
        self.lines.setdefault(path, self.text.count("\n", 0, self.at) + 1)

    def header(self) -> None:
        many = self.text.startswith("[[", self.at)
        start = self.at
        self.at += 2 if many else 1
        keys = self.dotted()
        path: Path = ()
        for key in keys[:-1]:
            path = self.inside((*path, key))
        path = (*path, keys[-1])
        if many:
            self.elements[path] = self.elements.get(path, -1) + 1
            path = self.inside(path)
        else:
            path = self.inside(path)
        self.at, after = start, self.at
        for depth in range(1, len(path) + 1):
            self.note(path[:depth])
        self.at = after + (2 if many else 1)
        self.table = path

    def inside(self, path: Path) -> Path:
        """The path of the latest element where the path is an array of tables."""
        return (*path, self.elements[path]) if path in self.elements else path

    def dotted(self) -> list[str]:
        keys = []
        while True:
            match = KEY.match(self.text, self.at)
            assert match is not None
            key = match[0].strip()
            keys.append(next(iter(tomllib.loads(f"{key} = 0"))))
            self.at = match.end()
            rest = re.compile(r"[ \t]*").match(self.text, self.at)
            assert rest is not None
            self.at = rest.end()
            if not self.text.startswith(".", self.at):
                return keys
            self.at += 1

    def pair(self, table: Path) -> None:
        start = self.at
        path = (*table, *self.dotted())
        self.at, after = start, self.at
        for depth in range(len(table) + 1, len(path) + 1):
            self.note(path[:depth])
        self.at = after + 1  # the equals sign
        self.skip()
        self.value(path)

    def value(self, path: Path) -> None:
        if match := STRING.match(self.text, self.at):
            self.at = match.end()
        elif self.text[self.at] == "[":
            self.array(path)
        elif self.text[self.at] == "{":
            self.inline(path)
        else:
            bare = BARE.match(self.text, self.at)
            assert bare is not None
            self.at = bare.end()

    def array(self, path: Path) -> None:
        self.at += 1
        self.skip()
        index = 0
        while self.text[self.at] != "]":
            self.note((*path, index))
            self.value((*path, index))
            index += 1
            self.skip()
            if self.text[self.at] == ",":
                self.at += 1
                self.skip()
        self.at += 1

    def inline(self, path: Path) -> None:
        self.at += 1
        self.skip()
        while self.text[self.at] != "}":
            self.pair(path)
            self.skip()
            if self.text[self.at] == ",":
                self.at += 1
                self.skip()
        self.at += 1
