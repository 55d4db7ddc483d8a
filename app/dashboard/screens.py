"""The screens beside the main one: each is imported when it is first opened."""

from __future__ import annotations

from textual.screen import Screen

from presets.loader import Header


def sketches() -> Screen[None]:
    from app.dashboard.workbench import WorkbenchScreen
    from app.workbench.sketches import BENCHES

    return WorkbenchScreen("Sketches", BENCHES)


def protocols() -> Screen[None]:
    from app.dashboard.workbench import WorkbenchScreen
    from app.workbench.protocols import BENCHES

    return WorkbenchScreen("Protocols", BENCHES)


def audit(systems: list[Header]) -> Screen[None]:
    from app.dashboard.audit import AuditScreen

    return AuditScreen(systems)


def reference() -> Screen[None]:
    from app.dashboard.reference import ReferenceScreen
    from presets.reference import references

    return ReferenceScreen(references())
