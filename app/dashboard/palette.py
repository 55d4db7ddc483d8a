"""What the palette offers on the main screen: each action worded as a verb, when it applies."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial
from typing import TYPE_CHECKING

from textual.app import SystemCommand

from app.dashboard.architecture import COLD, TENFOLD, ZONE
from app.dashboard.views import TITLES
from estimators.whatif import Mishap

if TYPE_CHECKING:
    from app.dashboard.systems import SystemsScreen


def offered(screen: SystemsScreen) -> Iterator[SystemCommand]:
    """The actions of the screen itself; those of every screen of panes are not among them."""
    if screen.history.now.changes:
        yield SystemCommand("Reset", "Put every input back", screen.reset_all)
    for key, variant in screen.plan.preset.variants.items():
        if screen.history.now.variant != key:
            yield SystemCommand(
                f"Use {variant.label}",
                "Start from this variant",
                partial(screen.use_variant, key),
            )
    if screen.history.now.variant:
        leave = partial(screen.use_variant, None)
        yield SystemCommand("Use the preset", "Leave the variant", leave)
    yield SystemCommand(
        "Hide bands" if screen.numbers.bands else "Show bands",
        "What is not known of each number",
        screen.numbers.action_bands,
    )
    practising = screen.numbers.practice is not None
    yield SystemCommand(
        "Stop practising" if practising else "Practise guessing",
        "Numbers are hidden until you have guessed them",
        screen.action_practise,
    )
    yield SystemCommand("Filter", "Narrow the list of systems", screen.action_filter)
    for view, title in TITLES.items():
        if view != screen.detail.view:
            yield SystemCommand(f"Show {title}", "In the pane below", partial(screen.turn_to, view))
    yield SystemCommand("Next chart", "Another chart of this number", screen.action_next_chart)
    if not screen.numbers.hidden:
        for id_, component in screen.plan.preset.components.items():
            if screen.plan.shapes[id_]:
                yield SystemCommand(
                    f"Choose the node of {component.label}",
                    "What it runs on",
                    partial(screen.choose_node, id_),
                )
    yield from _mishaps(screen)


def _mishaps(screen: SystemsScreen) -> Iterator[SystemCommand]:
    """What may be supposed to go wrong."""
    suppose = screen.suppose
    if screen.detail.architecture.mishap is not None:
        yield SystemCommand("Put all right", "End the what-if", partial(suppose, None))
    yield SystemCommand("Suppose ten times the peak", "What if", partial(suppose, TENFOLD))
    yield SystemCommand("Suppose a zone is lost", "What if", partial(suppose, ZONE))
    if any(c.hit_ratio for c in screen.plan.preset.components.values()):
        yield SystemCommand("Suppose cold caches", "What if", partial(suppose, COLD))
    for id_, component in screen.plan.preset.components.items():
        lost = Mishap(lost=(id_,))
        yield SystemCommand(f"Suppose {component.label} is down", "What if", partial(suppose, lost))
