"""The node of a component, chosen in a dialog under the pilot."""

import pytest
from screens import dashboard, screen_text, settled

from app.dashboard.nodes import NodeDialog, offer_lines, offers
from estimators.shapes import chosen
from models.scenario import Scenario
from presets.loader import load

LARGER = {
    "codes.memory": "26.32 GiB/node",
    "codes.bandwidth": "1.25 Gbit/s/node",
    "codes.node_price": "$0.412/node/h",
}


@pytest.fixture(autouse=True)
def _alone(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr("presets.loader.own_folder", lambda: tmp_path / "own")
    monkeypatch.setattr("presets.kinds.own_folder", lambda: tmp_path / "catalog")


async def at(pilot, component, view="sizing"):
    """The cursor on a component, in Sizing or Cost."""
    screen = pilot.app.screen
    screen.turn_to(view)
    await settled(pilot)
    pane = screen.detail.sizing if view == "sizing" else screen.detail.cost
    pane.list.highlighted = pane.list.get_option_index(component)
    await pilot.pause()
    return screen


def texts(screen):
    return {name: value.text for name, value in screen.history.now.changes.items()}


def said(pilot):
    return [str(toast.message) for toast in pilot.app._notifications]


def commands(screen):
    return {command.title: command.callback for command in screen.commands()}


async def test_a_node_is_chosen_and_that_is_one_step():
    async with dashboard() as pilot:
        screen = await at(pilot, "codes")
        before = screen.estimate.components["codes"].nodes
        await pilot.press("n", "down", "enter")
        text = await settled(pilot)
        assert texts(screen) == LARGER
        after = screen.estimate.components["codes"].nodes
        assert after < before
        assert f"{after} × r6g.xlarge" in text
        assert screen.focused is screen.detail.sizing.list
        assert screen.detail.sizing.fields.rows["codes.memory"].field.value == "26.32 GiB/node"
        await pilot.press("ctrl+z")
        text = await settled(pilot)
        assert not texts(screen)
        assert not screen.history.past
        assert f"{before} nodes" in text
        await pilot.press("ctrl+y")
        await pilot.pause()
        assert texts(screen) == LARGER


@pytest.mark.parametrize("size", [(120, 40), (80, 24), (60, 16)])
async def test_the_dialog_says_what_each_comes_to(size):
    async with dashboard(size) as pilot:
        screen = await at(pilot, "codes", "cost")
        await pilot.press("n")
        lines = (await settled(pilot)).splitlines()
        assert isinstance(pilot.app.screen, NodeDialog)
        for offer in offers(screen.plan, screen.history.now, "codes"):
            (line,) = (line for line in lines if f" {offer.choice.label} " in line)
            month = offer.component.cost.shown.removesuffix("/month")
            assert f"{offer.component.nodes} nodes" in line
            assert f"{month} a month" in line
            assert (f"● {offer.choice.label}" in line) == offer.present
            assert ("cheapest" in line) == (offer.choice.label == "r6g.large")
        assert any("26.3 GiB · 1.25 Gbit/s · $0.412/h" in line for line in lines)
        if size != (60, 16):
            assert any("enter chooses" in line for line in lines)
            await pilot.press("down")
            assert "quality C" in await settled(pilot)


@pytest.mark.parametrize("key", ["escape", "ctrl+q"])
async def test_one_goes_back_without_a_change(key):
    async with dashboard((80, 24)) as pilot:
        screen = await at(pilot, "codes")
        await pilot.press("n", "down", key)
        await pilot.pause()
        assert pilot.app.screen is screen
        assert not texts(screen)
        assert not screen.history.past


async def test_the_present_node_again_is_no_change():
    async with dashboard() as pilot:
        screen = await at(pilot, "codes")
        await pilot.press("n", "enter")
        await pilot.pause()
        assert not screen.history.past
        assert said(pilot) == ["Hot codes has r6g.large already."]


async def test_the_first_node_takes_back_and_leaves_what_else_is_changed():
    async with dashboard() as pilot:
        screen = await at(pilot, "codes")
        screen.change("codes.replicas", "3")
        await pilot.press("n", "down", "down", "enter")
        await pilot.pause()
        assert len(texts(screen)) == 1 + len(LARGER)
        await pilot.press("n")
        await pilot.pause()
        assert pilot.app.screen.query_one("#choices").highlighted == 2
        await pilot.press("up", "up", "enter")
        await pilot.pause()
        assert texts(screen) == {"codes.replicas": "3"}


async def test_figures_of_ones_own_are_named_so():
    async with dashboard() as pilot:
        screen = await at(pilot, "codes")
        screen.change("codes.memory", "100 GiB/node")
        await pilot.press("n")
        text = await settled(pilot)
        assert "● own figures" in text
        assert "● r6g" not in text
        await pilot.press("enter")
        await pilot.pause()
        assert texts(screen) == {"codes.memory": "100 GiB/node"}


async def test_where_there_is_one_node_the_key_says_so():
    async with dashboard() as pilot:
        screen = await at(pilot, "edge")
        await pilot.press("n")
        await pilot.pause()
        assert pilot.app.screen is screen
        await at(pilot, "clicks")
        await pilot.press("n")
        await pilot.pause()
        assert said(pilot) == [
            "Edge is run by its provider: there is no node to choose.",
            "The catalog has one node of Kafka; enter goes to its figures.",
        ]


async def test_n_is_a_letter_in_a_field():
    async with dashboard() as pilot:
        screen = await at(pilot, "codes")
        await pilot.press("enter", "n")
        await pilot.pause()
        assert pilot.app.screen is screen
        assert screen.detail.sizing.fields.rows["codes.replicas"].field.value == "n"


async def test_the_palette_offers_it_where_it_applies():
    async with dashboard() as pilot:
        screen = pilot.app.screen
        named = commands(screen)
        assert "Choose the node of Hot codes" in named
        assert "Choose the node of Edge" not in named
        named["Choose the node of API"]()
        await settled(pilot)
        assert isinstance(pilot.app.screen, NodeDialog)
        await pilot.press("escape")
        await pilot.pause()
        # What it leads to is in sight.
        assert screen.detail.view == "sizing"
        screen.action_practise()
        assert "Choose the node of Hot codes" not in commands(screen)


async def test_help_has_the_key():
    async with dashboard() as pilot:
        await at(pilot, "codes")
        await pilot.press("question_mark")
        assert "another node" in await settled(pilot)


MINE = """\
[redis.nodes.mine]
label = "[bold]mine[/]"
servers = "2 /node"
source = "[red]us[/]"
date = "2026"
quality = "A"
"""


async def test_what_files_say_is_never_markup(tmp_path):
    (tmp_path / "catalog").mkdir()
    (tmp_path / "catalog" / "mine.toml").write_text(MINE, "utf-8")
    # A system that is read after the shape was written.
    system = 'id = "mine"\nname = "Mine"\nextends = "url-shortener"\n'
    (tmp_path / "own").mkdir()
    (tmp_path / "own" / "mine.toml").write_text(system, "utf-8")
    async with dashboard(system="mine") as pilot:
        screen = await at(pilot, "codes")
        await pilot.press("n", "down")
        text = await settled(pilot)
        assert "[bold]mine[/]" in text
        assert "[red]us[/] (2026, quality A)" in text
        await pilot.press("enter")
        await pilot.pause()
        assert texts(screen) == {"codes.servers": "2/node"}
        await pilot.press("n", "enter")
        await pilot.pause()
        assert said(pilot) == ["Hot codes has [bold]mine[/] already."]
        assert screen_text(pilot)


def test_shapes_are_in_the_order_of_their_price_in_lines_that_fit():
    plan = load("url-shortener")
    scenario = chosen(Scenario(plan.preset), plan.shapes["api"][-1])
    offered = offers(plan, scenario, "api")
    prices = [offer.component.cost.base / offer.component.nodes for offer in offered]
    assert prices == sorted(prices)
    assert [offer.present for offer in offered].count(True) == 1
    lines = offer_lines(offered, 50)
    assert max(len(line) for text in lines for line in text.plain.splitlines()) <= 50
    for offer, text in zip(offered, lines, strict=True):
        assert text.plain.startswith("● " if offer.present else "  ")
