"""A key's steps: by a tenth, along 1, 2, 5, 10, and in whole numbers."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.dashboard.steps import round_beside, stepped
from models.grammar import read_value
from models.units import Vocabulary

WORDS = Vocabulary()


def quantity(text):
    return read_value(text, WORDS)


@pytest.mark.parametrize(
    ("text", "direction", "coarse", "after"),
    [
        ("100M user", 1, False, "110M user"),
        ("110M user", -1, False, "100M user"),
        ("100M user", 1, True, "200M user"),
        ("200M user", 1, True, "500M user"),
        ("500M user", 1, True, "1B user"),
        ("100M user", -1, True, "50M user"),
        ("37 GB", 1, True, "50 GB"),
        ("37 GB", -1, True, "20 GB"),
        ("20%", 1, True, "50%"),
        ("4 to 16 user", 1, True, "5 to 20 user"),  # the middle goes from 8 to 10
        ("10 user +- 20%", -1, True, "5 user +- 20%"),
        ("$0/GB", 1, True, "$0/GB"),
    ],
)
def test_a_step(text, direction, coarse, after):
    assert stepped(quantity(text), direction, coarse) == quantity(after)


@pytest.mark.parametrize(
    ("text", "direction", "coarse", "after"),
    [
        ("2", 1, False, "3"),
        ("2", -1, False, "1"),
        ("40", 1, False, "44"),
        ("0 node", 1, False, "1 node"),
        ("0 node", 1, True, "1 node"),
        ("3", 1, True, "5"),
        ("1", -1, True, "0"),
    ],
)
def test_what_is_counted_steps_by_whole_numbers(text, direction, coarse, after):
    assert stepped(quantity(text), direction, coarse, whole=True) == quantity(after)


@given(st.floats(1e-12, 1e15), st.sampled_from([1, -1]))
def test_there_and_on_it_is_a_round_number_beside(number, direction):
    beside = round_beside(number, direction)
    assert f"{beside:.15e}"[0] in "125"
    assert 0.999 <= (beside / number) ** direction <= 2.51
    # Back again one is at most as far as one began.
    assert (round_beside(beside, -direction) / number) ** direction <= 1.0011
