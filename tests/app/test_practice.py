"""Practice: what is hidden, how a guess is judged, and that nothing tells the number before."""

import pytest
from screens import dashboard, screen_text

from app.dashboard.practice import Guess, Practice
from models.quantity import Quantity
from models.units import Unit, Vocabulary


@pytest.fixture(autouse=True)
def _alone(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr("presets.loader.own_folder", lambda: tmp_path / "own")


def quantity(magnitude):
    return Quantity(magnitude, Unit.read("user/s", Vocabulary()))


@pytest.mark.parametrize(
    ("guessed", "verdict", "orders"),
    [
        (100, "spot on", 0), (200, "spot on", 0.30103), (50, "spot on", 0.30103),
        (201, "same order", 0.3032), (1000, "same order", 1), (10, "same order", 1),
        (1001, "off", 1.00043), (0, "off", float("inf")),
    ],
)  # fmt: skip
def test_a_guess_is_judged_by_orders_of_magnitude(guessed, verdict, orders):
    guess = Guess(quantity(guessed), quantity(100))
    assert guess.verdict == verdict
    assert guess.orders == pytest.approx(orders, abs=1e-4)


def test_the_score_counts_guesses_and_not_what_was_given_up():
    practice = Practice()
    assert practice.score == "nothing guessed yet"
    for address, guessed in (("a", 100), ("b", 1000), ("c", 100_000)):
        practice = practice.with_guess(address, Guess(quantity(guessed), quantity(100)))
    practice = practice.with_guess("d", Guess(None, quantity(100)))
    said = "3 guessed: 1 spot on, 1 same order, 1 off, 1.3 orders off on average"
    assert practice.score == said
    assert [practice.hides(address) for address in "ade"] == [False, False, True]


async def test_numbers_are_hidden_guessed_and_shown_beside_the_guess():
    async with dashboard() as pilot:
        await pilot.press("p")
        await pilot.pause()
        text = screen_text(pilot)
        assert "9.26K" not in text
        assert "0.93x" not in text
        assert "Hidden until you have guessed it" in text
        await pilot.press("enter", *"12k", "enter")
        await pilot.pause()
        text = screen_text(pilot)
        assert "9.26K redirect/s" in text
        assert "you: 12K redirect/s  1.3x  ✓ spot on" in text
        assert "practice, 1 guessed: 1 spot on, 0.1 orders off on average" in text
        assert "redirect_rate = dau * redirects_per_user" in text


async def test_a_guess_that_cannot_be_read_says_why_and_giving_up_shows_the_number():
    async with dashboard() as pilot:
        await pilot.press("p", "enter", *"3GB", "enter")
        await pilot.pause()
        assert "expected redirect/s" in screen_text(pilot)
        await pilot.press("escape")
        await pilot.pause()
        assert "9.26K" not in screen_text(pilot)
        await pilot.press("enter", "enter")
        await pilot.pause()
        text = screen_text(pilot)
        assert "9.26K" in text
        assert "not guessed" in text
        await pilot.press("p")
        await pilot.pause()
        assert "26.2K redirect/s" in screen_text(pilot)
