"""Small presets for tests, written as a person would write them and read by the real reader."""

from __future__ import annotations

import gc
import os
from collections.abc import Callable, Mapping, Sequence

import pytest
from hypothesis import settings

from estimators.plan import Plan
from models.faults import Fault, PresetError
from presets.loader import SHIPPED
from presets.reader import read_preset

# As the command has it (`app.cli`): what is looked for over and over is hardly ever there.
gc.set_threshold(100_000, 50, 100)

settings.register_profile("ci", derandomize=True)
if os.environ.get("CI"):
    # The same examples on every run: what a new one finds is for a person to look at.
    settings.load_profile("ci")

SYSTEMS = tuple(path.stem for path in sorted(SHIPPED.glob("*.toml")))
TYPICAL = ("ad-click-aggregator", "social-media", "url-shortener")
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


def system_tables(components: Mapping[str, str], paths: Mapping[str, Sequence[str]]) -> str:
    """The tables of components and paths.

    Args:
        components: id to kind; fields follow: `redis | holds = "kept" | replicas = 3`.
        paths: id to hops, each the inside of its table: `to = "store", chance = "0.2"`. Their
            rates are `rate` and `peak`; a first hop `rate = "a", peak = "b"` says otherwise.
    """
    lines = []
    for id_, given in components.items():
        kind, *fields = (part.strip() for part in given.split("|"))
        lines += [f"[components.{id_}]", f'kind = "{kind}"', f'label = "{id_.title()}"', *fields]
    for id_, hops in paths.items():
        own = hops and hops[0].startswith("rate")
        rates = hops[0].split(", ") if own else ['rate = "rate"', 'peak = "peak"']
        lines += [f"[paths.{id_}]", f'label = "{id_.title()}"', *rates, "hops = ["]
        lines += [*(f"  {{ {hop} }}," for hop in hops[1 if own else 0 :]), "]"]
    return "\n".join(lines)


RATES = {"rate": "50 request/s", "peak": '100 request/s | at = "peak"'}


@pytest.fixture(scope="session")
def system_of(plan_of: Callable[..., Plan]) -> Callable[..., Plan]:
    """A preset of components and paths made by `system_tables`, with 50 requests/s, 100 at peak."""

    def build(
        components: Mapping[str, str],
        paths: Mapping[str, Sequence[str]],
        inputs: Mapping[str, str] | None = None,
        derived: Mapping[str, str] | None = None,
    ) -> Plan:
        tables = ("" if derived else "[derived]\n") + system_tables(components, paths)
        return plan_of(RATES | dict(inputs or {}), derived, tables, nouns=())

    return build


@pytest.fixture(scope="session")
def faults_of(plan_of: Callable[..., Plan]) -> Callable[..., tuple[Fault, ...]]:
    """The faults of a preset made by `sample_text`; fails if there are none."""

    def build(*args: object, **kwargs: object) -> tuple[Fault, ...]:
        with pytest.raises(PresetError) as caught:
            plan_of(*args, **kwargs)
        return caught.value.faults

    return build


@pytest.fixture(params=SYSTEMS)
def system(request: pytest.FixtureRequest) -> str:
    """Each shipped system's id in turn."""
    return str(request.param)


@pytest.fixture(params=TYPICAL)
def typical(request: pytest.FixtureRequest) -> str:
    """Three systems in turn, for what is slow and hangs on the engine, not on the preset."""
    return str(request.param)
