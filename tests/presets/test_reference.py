"""The reference tables: read, checked, and held against arithmetic."""

from __future__ import annotations

from pathlib import Path

import pytest

from models.faults import PresetError
from models.quantity import Quantity
from models.reference import Reference
from models.units import Unit, Vocabulary
from presets.reference import SHIPPED, read_reference, reference, references

WORDS = Vocabulary(())
GOOD = """\
id = "times"
title = "Times"
rows = [["a seek", "4 to 10 ms", "of a disk"], ["a syscall", "300 ns", ""]]
[[columns]]
name = "operation"
[[columns]]
name = "time"
unit = "ns"
source = "somebody, 2026"
[[columns]]
name = "note"
"""


def base(text: str, unit: str) -> float:
    return Quantity.read(text, WORDS, Unit.read(unit, WORDS)).base


def read(tmp_path: Path, text: str) -> Reference:
    path = tmp_path / "times.toml"
    path.write_text(text, "utf-8")
    return read_reference(path)


def test_every_shipped_table_is_sound_and_named_as_its_file() -> None:
    tables = references()
    assert {table.id for table in tables} == {path.stem for path in SHIPPED.glob("*.toml")}
    assert {
        "glossary", "cap", "security", "latency", "throughput", "limits", "prices", "nines",
        "powers", "grpc-rest",
    } <= {table.id for table in tables}  # fmt: skip
    for table in tables:
        assert table.title
        assert len(table.rows) > 5, table.id
        names = [column.name for column in table.columns]
        assert len(set(names)) == len(names), table.id


def test_figures_have_a_source() -> None:
    """In a column of figures above them, or in a column of their own beside them."""
    for table in references():
        said = any("source" in column.name for column in table.columns)
        for column in table.columns:
            if column.unit and table.id not in ("nines", "powers"):
                assert column.source or said, (table.id, column.name)


@pytest.mark.parametrize(
    ("period", "seconds"),
    [("year", 365 * 86_400), ("month", 365 * 86_400 / 12), ("week", 604_800), ("day", 86_400)],
)
def test_the_nines_are_exact_arithmetic(period: str, seconds: float) -> None:
    nines = reference("nines")
    column = next(n for n, c in enumerate(nines.columns) if period in c.name)
    for row in nines.rows:
        away = (1 - base(row[0], "")) * seconds
        assert base(row[column], "s") == pytest.approx(away, rel=0.006), row


def test_the_choices_are_those_of_37_systems() -> None:
    cap = reference("cap")
    assert len(cap.rows) == 37
    assert {row[1] for row in cap.rows} == {"AP", "CP"}


def test_each_aspect_of_protocols_is_followed_by_its_example() -> None:
    rows = reference("grpc-rest").rows
    names = [name for name, _, _ in rows]
    assert names[::2] == [
        "Protocol", "Data format", "Speed and efficiency", "Streaming", "Contract", "Tooling",
        "Browser support", "Interoperability", "Use cases", "Error handling",
    ]  # fmt: skip
    for name, example in zip(names[::2], names[1::2], strict=True):
        assert example in (f"{name}: example", f"{name}: benchmark")
    assert all(grpc and rest for _, grpc, rest in rows)


def test_a_word_is_found_in_any_case_and_a_table_by_its_name(tmp_path: Path) -> None:
    table = read(tmp_path, GOOD)
    assert [row[0] for row in table.matching("SEEK")] == ["a seek"]
    assert [row[0] for row in table.matching("disk")] == ["a seek"]
    assert table.matching("times") == table.rows
    assert table.matching("elsewhere") == ()


@pytest.mark.parametrize(
    ("old", "new", "says"),
    [
        ('"300 ns"', '"300 GB"', "row 2: '300 GB': is in GB"),
        ('"300 ns"', '"soon"', "row 2: 'soon'"),
        ('["a syscall", "300 ns", ""]', '["a syscall", "300 ns"]', "row 2 has 2 cells; expected 3"),
        ('title = "Times"', 'tittle = "Times"', "title"),
        ('unit = "ns"', "unit = 5", "unit"),
        ('unit = "ns"', 'unit = "parsec"', "parsec"),
        ("rows = [", "rows = ", "TOML"),
    ],
)
def test_a_table_with_faults_is_refused(old: str, new: str, says: str, tmp_path: Path) -> None:
    with pytest.raises(PresetError) as caught:
        read(tmp_path, GOOD.replace(old, new, 1))
    lines = "\n".join(caught.value.lines())
    assert says.lower() in lines.lower() or "times.toml" in lines
    assert "times.toml" in lines
