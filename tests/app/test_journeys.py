"""The four people whom Slipstick is for, each with the job that brings them, by keys alone."""

import re

import pytest
from screens import dashboard, screen_text, settled
from textual import events

from app import saved
from app.dashboard.inputs import Field


@pytest.fixture(autouse=True)
def _alone(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr("presets.loader.own_folder", lambda: tmp_path / "own")


async def press(pilot, *keys):
    await pilot.press(*keys)
    await pilot.pause()


async def enter(pilot, text):
    """A text in the field with the focus, as a terminal pastes it."""
    pilot.app.screen.focused.post_message(events.Paste(text))
    await pilot.pause()


async def view(pilot, name):
    """Turn to a view as so many presses of its key would."""
    screen = pilot.app.screen
    await press(pilot, "3")
    for _ in range(8):
        if screen.detail.view == name:
            break
        await press(pilot, "right_square_bracket")
    await press(pilot, "4")
    return await settled(pilot)


async def test_an_engineer_has_a_design_review_tomorrow(tmp_path):
    """The nearest preset, her own users, what breaks first, and a report for the document."""
    async with dashboard() as pilot:
        await press(pilot, "slash")
        await enter(pilot, "whatsapp")
        await press(pilot, "enter", "enter")
        screen = pilot.app.screen
        assert screen.plan.preset.id == "messaging"
        before = screen.estimate.derived["message_rate"].value.base
        # Choosing it has led on to its fields.
        assert isinstance(screen.focused, Field)
        assert screen.focused.address == "dau"
        asked = screen.estimate.inputs["dau"].value.base
        await enter(pilot, "20M")
        after = screen.estimate.derived["message_rate"].value.base
        assert after / before == pytest.approx(20e6 / asked)
        await press(pilot, "f6")
        await view(pilot, "architecture")
        await press(pilot, "m")
        text = await settled(pilot)
        assert re.search(r"What if: 10 times the peak\.  .* saturates first: \d+% busy", text)
        await press(pilot, "ctrl+e", "enter")
        report = (tmp_path / "messaging.md").read_text("utf-8")
        assert report.startswith("# Messaging app")
        assert "| `dau` | Daily active users | 20M user |" in report


async def test_a_candidate_guesses_first_and_reveals_after():
    async with dashboard() as pilot:
        await press(pilot, "p")
        assert "9.26K" not in screen_text(pilot)
        await press(pilot, "enter", *"10k", "enter")
        text = await settled(pilot)
        assert "you: 10K redirect/s  1.1x  ✓ spot on" in text
        # Formula by formula, down to the inputs.
        assert "= 100M user * 8 redirect/user/day" in text


async def test_a_planner_has_three_scenarios_ranges_and_years(slipstick):
    async with dashboard((80, 24)) as pilot:
        screen = pilot.app.screen
        for name, users in (("low", "50M"), ("middle", "80M to 120M"), ("high", "400M")):
            await press(pilot, "f6", "2")
            await enter(pilot, users)
            await press(pilot, "ctrl+s")
            await enter(pilot, name)
            await press(pilot, "enter")
        assert sorted(saved.names()) == ["high", "low", "middle"]
        await press(pilot, "f6", "ctrl+o", "slash")
        await enter(pilot, "middle")
        await press(pilot, "enter", "enter")
        await settled(pilot)
        assert "middle (saved)" in screen_text(pilot).splitlines()[0]
        assert "measure redirects_per_user first" in await view(pilot, "sensitivity")
        await view(pilot, "chart")
        for _ in range(3):
            await press(pilot, "f8")
        assert "the years ahead at 30% a year" in await settled(pilot)
        assert screen.estimate.derived["redirect_rate"].band
    code, out, _ = slipstick("compare", "low", "high", "--format", "csv")
    assert code == 0
    assert "redirect_rate" in out


async def test_a_reader_asks_whether_a_million_orders_a_second_can_be():
    async with dashboard() as pilot:
        await press(pilot, "f7")
        await pilot.app.workers.wait_for_complete()
        await settled(pilot)
        await press(pilot, "slash")
        await enter(pilot, "commerce orders")
        await press(pilot, "enter")
        text = await settled(pilot)
        assert "864 order/user/day" in text
        await press(pilot, "enter")
        await settled(pilot)
        screen = pilot.app.screen
        assert screen.plan.preset.id == "e-commerce"
        assert screen.numbers.address == "order_rate"
        # To the input that would meet the figure: 864 orders a user and day.
        await press(pilot, "enter")
        assert screen.focused.address == "orders_per_user"
        assert "assumed" in str(screen.inputs.note.content)


WRONG = ("x", "-5", "8 to 4")


async def test_wrong_text_in_any_field_is_said_in_a_sentence_and_changes_nothing():
    async with dashboard((80, 24)) as pilot:
        screen = pilot.app.screen
        for name, row in screen.inputs.rows.items():
            screen.inputs.focus_field(name)
            for text in WRONG:
                row.field.value = text
                await pilot.pause()
                assert row.error, (name, text)
                assert "\n" not in row.error
                assert str(screen.inputs.note.content) == f"✗ {row.error}"
                assert screen.numbers.has_class("-stale")
                assert not screen.history.now.changes
            await press(pilot, "ctrl+r")
            assert not row.error
        assert not screen.numbers.has_class("-stale")
