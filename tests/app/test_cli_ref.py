"""`slipstick ref`: what there is, and the rows in which a word stands."""

import csv
import io

import pytest
from results import ok, parsed, refused


def test_without_a_word_it_says_what_there_is(slipstick):
    told = ok(slipstick("ref"))
    for table in ("glossary", "cap", "security", "latency", "throughput", "prices", "nines"):
        assert f"\n  {table} " in told


def test_a_word_is_looked_up_in_every_table(slipstick):
    told = ok(slipstick("ref", "idempotency"))
    assert "Idempotency" in told or "idempotency" in told
    kafka = parsed(slipstick("ref", "kafka", "--format", "json"))
    assert kafka["schema"] == 1
    assert len(kafka["tables"]) >= 2
    for table in kafka["tables"]:
        for row in table["rows"]:
            assert any("kafka" in cell.lower() for cell in row.values())


def test_a_table_is_shown_whole_by_its_name(slipstick):
    (found,) = (
        table
        for table in parsed(slipstick("ref", "nines", "--format", "json"))["tables"]
        if table["id"] == "nines"
    )
    # 99.99% of a 365-day year are 52.56 minutes away.
    row = next(r for r in found["rows"] if next(iter(r.values())) == "99.99%")
    assert any(cell.startswith("52.6 min") for cell in row.values())


@pytest.mark.parametrize("format_", ["csv", "md", "html"])
def test_every_format_has_the_rows(format_, slipstick):
    told = ok(slipstick("ref", "latency", "--format", format_))
    assert "main memory" in told.lower()
    if format_ == "csv":
        assert next(csv.reader(io.StringIO(told))) == ["table", "row", "column", "text"]


def test_a_table_is_found_by_its_name_in_any_case(slipstick):
    assert slipstick("ref", "CAP") == slipstick("ref", "cap")
    assert len(parsed(slipstick("ref", "cap", "--format", "json"))["tables"]) == 1


def test_figures_stand_with_their_sources(slipstick):
    told = ok(slipstick("ref", "latency"))
    assert "Sources of" in told
    assert "napkin-math" in told


@pytest.mark.parametrize(
    ("word", "says"),
    [
        ("idempotencyy", "did you mean"),
        ("zzzz", "nothing about 'zzzz' here"),
        ("[bold]", "nothing about '[bold]' here"),
    ],
)
def test_what_is_not_there_is_said_in_a_sentence(word, says, slipstick):
    assert says in refused(slipstick("ref", word))
