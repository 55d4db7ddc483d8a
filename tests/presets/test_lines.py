"""Where a value stands: line numbers against hand-counted and generated TOML."""

from __future__ import annotations

import tomllib
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from models.faults import Path
from presets.lines import line_index, line_of

# Counted by hand: the number before each line is its place.
TRICKY = [
    (1, "# a comment with [brackets] and = signs"),
    (2, 'id = "a # not a comment [x]"'),
    (3, "nouns = [ # opens here"),
    (4, '  "url",'),
    (5, '  "redirect", # "ghost",'),
    (6, "]"),
    (7, ""),
    (8, "dotted.key.here = 1"),
    (9, "dotted.other = 2"),
    (10, '"quoted key" = 3'),
    (11, "'single.quoted' = 4"),
    (12, '"esc\\"aped" = 5'),
    (13, "[inputs.dau] # [inputs.ghost]"),
    (14, 'label = """'),
    (15, "[inputs.fake]"),
    (16, 'value = "no"'),
    (17, '"" still \\""" inside'),
    (18, '"""'),
    (19, "value = '''"),
    (20, "[[documented]]"),
    (21, "it's ''quoted''"),
    (22, "'''"),
    (23, "why = 'back\\slash'"),
    (24, "[ inputs . spaced ]"),
    (25, "value = 1"),
    (26, '[inputs."quoted.name"]'),
    (27, "value = 2"),
    (28, "[[documented]]"),
    (29, 'label = "one"'),
    (30, "readings = ["),
    (31, '  { figure = "~1", against = "a" }, # {'),
    (32, ""),
    (33, '  { figure = "~2", against = "b" },'),
    (34, "]"),
    (35, "[[documented]]"),
    (36, 'label = "two"'),
    (37, "readings = [ { figure = '~3' }, { figure = '~4', deep = { x = [1,"),
    (38, "  2] } } ]"),
    (39, "[documented.more]"),
    (40, "x = 1979-05-27 07:32:00"),
    (41, "y = +1_000.5e-3"),
    (42, "z = [ [1, 2],"),
    (43, "      [3] ]"),
    (44, "[variants.small]"),
    (45, 'set = { dau = "1", "two words" = "2", a.b = "3" }'),
    (46, "[notes]"),
    (47, "choices = []"),
    (48, "empty = {}"),
    (49, "last = true"),
]
LINES: dict[Path, int] = {
    ("id",): 2,
    ("nouns",): 3,
    ("nouns", 0): 4,
    ("nouns", 1): 5,
    ("dotted",): 8,
    ("dotted", "key"): 8,
    ("dotted", "key", "here"): 8,
    ("dotted", "other"): 9,
    ("quoted key",): 10,
    ("single.quoted",): 11,
    ('esc"aped',): 12,
    ("inputs", "dau"): 13,
    ("inputs", "dau", "label"): 14,
    ("inputs", "dau", "value"): 19,
    ("inputs", "dau", "why"): 23,
    ("inputs", "spaced"): 24,
    ("inputs", "spaced", "value"): 25,
    ("inputs", "quoted.name"): 26,
    ("inputs", "quoted.name", "value"): 27,
    ("documented", 0): 28,
    ("documented", 0, "label"): 29,
    ("documented", 0, "readings"): 30,
    ("documented", 0, "readings", 0): 31,
    ("documented", 0, "readings", 0, "against"): 31,
    ("documented", 0, "readings", 1, "figure"): 33,
    ("documented", 1): 35,
    ("documented", 1, "label"): 36,
    ("documented", 1, "readings", 0, "figure"): 37,
    ("documented", 1, "readings", 1, "figure"): 37,
    ("documented", 1, "readings", 1, "deep", "x", 0): 37,
    ("documented", 1, "readings", 1, "deep", "x", 1): 38,
    ("documented", 1, "more"): 39,
    ("documented", 1, "more", "x"): 40,
    ("documented", 1, "more", "y"): 41,
    ("documented", 1, "more", "z"): 42,
    ("documented", 1, "more", "z", 0, 1): 42,
    ("documented", 1, "more", "z", 1, 0): 43,
    ("variants", "small"): 44,
    ("variants", "small", "set"): 45,
    ("variants", "small", "set", "dau"): 45,
    ("variants", "small", "set", "two words"): 45,
    ("variants", "small", "set", "a", "b"): 45,
    ("notes",): 46,
    ("notes", "choices"): 47,
    ("notes", "empty"): 48,
    ("notes", "last"): 49,
}


def test_every_value_of_a_tricky_file_stands_where_it_was_counted() -> None:
    assert [number for number, _ in TRICKY] == list(range(1, len(TRICKY) + 1))
    text = "\n".join(line for _, line in TRICKY) + "\n"
    tomllib.loads(text)  # it is TOML
    found = line_index(text)
    assert {path: found.get(path) for path in LINES} == LINES


def test_a_path_that_is_not_there_stands_at_the_table_around_it() -> None:
    lines = line_index("a = 1\n[inputs.dau]\nvalue = 2\n")
    assert line_of(lines, ("inputs", "dau", "label")) == 2
    assert line_of(lines, ("inputs", "dau", "value", "deeper", 3)) == 3
    assert line_of(lines, ("nothing",)) == 1
    assert line_of(lines, ()) == 1


@pytest.mark.parametrize(
    "text", ["", "\n\n", "# only a comment", "a = 1", "[a]", "a=1\r\n[b]\r\nc=2\r\n", "\t a = 1 "]
)
def test_a_file_without_a_last_line_end_or_with_others_is_read(text: str) -> None:
    assert set(line_index(text)) >= set(paths(tomllib.loads(text)))


def test_windows_line_ends_count_once() -> None:
    assert line_index("a=1\r\n[b]\r\nc=2\r\n")[("b", "c")] == 3


def test_a_quote_at_the_end_of_a_long_string_belongs_to_it() -> None:
    text = 'a = """x""""\nb = """y"""""\nc = \'\'\'z\'\'\'\'\nd = 1\n'
    assert tomllib.loads(text)["b"] == 'y""'
    assert line_index(text) == {("a",): 1, ("b",): 2, ("c",): 3, ("d",): 4}


def test_a_table_that_only_its_subtables_name_stands_where_the_first_does() -> None:
    lines = line_index('id = "a"\n[input.dau]\nvalue = 1\n[input.other]\n')
    assert line_of(lines, ("input",)) == 2


# Generated files


def paths(value: Any, path: Path = ()) -> list[Path]:
    """Every path of a parsed file."""
    if isinstance(value, dict):
        inner: list[tuple[str | int, Any]] = list(value.items())
    elif isinstance(value, list):
        inner = list(enumerate(value))
    else:
        return []
    return [p for key, v in inner for p in [(*path, key), *paths(v, (*path, key))]]


KEYS = st.sampled_from(["a", "b-c", "d_1", '"q.k"', "'s [k]'", '"e\\"k"', "3"])
SCALARS = st.sampled_from(
    ["1", "-1.5e3", "true", '"text"', '"# [no] = {"', "'lit\\'", "1979-05-27", "07:32:00",
     '"""two\nlines [a]\n= " x"""', "\'\'\'raw\n[[b]]\'\'\'", "1979-05-27T07:32:00Z", "inf"]
)  # fmt: skip
VALUES = st.recursive(
    SCALARS,
    lambda inner: st.one_of(
        st.lists(inner, max_size=3).map(
            lambda v: "[ # [\n" + "".join(f"  {x}, # ]\n" for x in v) + "]"
        ),
        st.lists(inner, max_size=2, unique=True).map(
            lambda v: "{ " + ", ".join(f"k{i} = {x}" for i, x in enumerate(v)) + " }"
        ),
    ),
    max_leaves=6,
)


@st.composite
def files(draw: st.DrawFn) -> str:
    """A TOML file in which each top-level value is named after the line it stands on."""
    lines, at = [], 1
    for number in range(draw(st.integers(0, 6))):
        before = draw(st.sampled_from(["", "# [x] = 1\n", "\n\n", "  "]))
        header = draw(st.sampled_from(["", "[t{n}]\n", "[ t{n} . {k} ] # c\n", "[[many]]\n"]))
        header = header.format(n=number, k=draw(KEYS))
        text = f"{before}{header}line_{{at}} = {draw(VALUES)}\n"
        place = at + (before + header).count("\n")
        lines.append(text.replace("{at}", str(place)))
        at += text.count("\n")
    return "".join(lines)


@given(files())
@settings(deadline=None, max_examples=150)
def test_generated_values_stand_on_the_lines_that_their_names_say(text: str) -> None:
    data = tomllib.loads(text)
    found = line_index(text)
    named = [path for path in paths(data) if str(path[-1]).startswith("line_")]
    assert len(named) == text.count("line_")
    for path in named:
        assert found[path] == int(str(path[-1]).removeprefix("line_"))
