"""Undo and redo over scenarios."""

import pytest

from app.dashboard.history import History
from models.scenario import Scenario
from presets.loader import load


@pytest.fixture
def start():
    return History(Scenario(load("url-shortener").preset))


def typed(history, text, address="dau"):
    return history.put(history.now.with_change(address, text), address)


def test_undo_goes_back_and_redo_forth(start):
    changed = typed(start, "200M")
    assert changed.undo().now == start.now
    assert changed.undo().redo().now == changed.now


def test_typing_into_one_field_is_one_step(start):
    changed = typed(typed(typed(start, "2"), "20"), "200M")
    assert changed.undo().now == start.now
    assert changed.undo().redo().now.changes["dau"].text == "200M user"


def test_leaving_a_field_ends_the_step(start):
    changed = typed(typed(start, "2M").settle(), "3M")
    assert changed.undo().now.changes["dau"].text == "2M user"


def test_another_field_is_another_step(start):
    changed = typed(typed(start, "200M"), "10", "retention")
    assert list(changed.undo().now.changes) == ["dau"]


def test_typing_after_an_undo_is_a_step_of_its_own_and_forgets_the_future(start):
    changed = typed(typed(start, "200M").undo(), "300M")
    assert changed.future == ()
    assert changed.undo().now == start.now


def test_at_the_ends_nothing_happens(start):
    assert start.undo() is start
    assert start.redo() is start
    assert start.put(start.now, "dau") is start
