"""Small presets for tests, written as a person would write them and read by the real reader."""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping

import pytest
from hypothesis import settings

from estimators.plan import Plan
from models.faults import Fault, PresetError
from presets.reader import read_preset

settings.register_profile("ci", derandomize=True)
if os.environ.get("CI"):
    # The same examples on every run: what a new one finds is for a person to look at.
    settings.load_profile("ci")

SHIPPED = ("ad-click-aggregator", "social-media", "url-shortener")
HEADER = """\
id = "sample"
name = "Sample"
family = "read-heavy"
consistency = "AP"
summary = "A preset for a test."
"""


def sample_text(
    inputs: Mapping[str, str],
    derived: Mapping[str, str] | None = None,
    more: str = "",
    nouns: tuple[str, ...] = ("url", "redirect"),
    head: str = "",
) -> str:
    """A preset file.

    Args:
        inputs: name to value; fields may follow the value after `|`: `20% | share = true`.
        derived: name to `formula | unit`; fields may follow: `dau * x | user | at = "peak"`.
        more: tables that follow.
        nouns: the preset's own.
        head: more lines of the header, such as `correlate`.
    """
    lines = [HEADER, f"nouns = {list(nouns)!r}", *([head] if head else []), ""]
    for name, given in inputs.items():
        value, *fields = (part.strip() for part in given.split("|"))
        lines += [f"[inputs.{name}]", f'label = "{name}"', f'value = "{value}"', *fields]
        lines += ["" if any("basis" in f for f in fields) else 'basis = "chosen"', ""]
    for name, given in (derived or {}).items():
        formula, unit, *fields = (part.strip() for part in given.split("|"))
        lines += [f"[derived.{name}]", f'label = "{name}"', 'group = "all"']
        lines += [f"formula = '{formula}'", f'unit = "{unit}"', *fields, ""]
    return "\n".join([*lines, more])


def no_base(id_: str) -> tuple[str, str]:
    raise LookupError(f"there is no system {id_!r}")


@pytest.fixture(scope="session")
def plan_of() -> Callable[..., Plan]:
    """Reads, checks and compiles a preset made by `sample_text`."""

    def build(
        inputs: Mapping[str, str],
        derived: Mapping[str, str] | None = None,
        more: str = "",
        nouns: tuple[str, ...] = ("url", "redirect"),
        head: str = "",
    ) -> Plan:
        text = sample_text(inputs, derived, more, nouns, head)
        return read_preset("sample.toml", text, no_base)

    return build


@pytest.fixture(scope="session")
def faults_of(plan_of: Callable[..., Plan]) -> Callable[..., tuple[Fault, ...]]:
    """The faults of a preset made by `sample_text`; fails if there are none."""

    def build(*args: object, **kwargs: object) -> tuple[Fault, ...]:
        with pytest.raises(PresetError) as caught:
            plan_of(*args, **kwargs)
        return caught.value.faults

    return build


@pytest.fixture(params=SHIPPED)
def system(request: pytest.FixtureRequest) -> str:
    """Each shipped system's id in turn."""
    return str(request.param)
