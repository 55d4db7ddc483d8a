"""Slipstick's bands beside three peers' on the same two models, measured in one run.

    python benchmarks/uncertainty.py [rounds]

A time is the median of all rounds, on one core; the ratio beside it is to Slipstick's. Errors are
those of p5 and p95 against the exact values: root mean square over the rounds, and the worst. In
every round the peers draw anew, and Slipstick's inputs have other names and so meet other points.
All formulas are parsed beforehand; squigglepy and pint run the one that Slipstick compiled.
Squiggle needs node and npm; it is installed once, in a folder under the system's temporary one.
"""

from __future__ import annotations

import json
import math
import os
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path
from statistics import NormalDist
from typing import Any, Final, NamedTuple

os.environ["OPENBLAS_NUM_THREADS"] = "1"  # numpy reads it when it is imported.
import numpy as np

from estimators.plan import Plan
from estimators.points import POINTS
from estimators.sample import Sample
from models.scenario import Scenario
from models.units import registry
from presets.loader import base_text, load
from presets.reader import read_preset

P95: Final = NormalDist().inv_cdf(0.95)
FEW: Final = 1_000  # Squiggle's default, and squigglepy's README; `sq.sample` itself draws one.
LOOPED: Final = 2_000
EVALUATE: Final = """
import { defaultEnvironment as defaults, SqModule, SqProject } from "@quri/squiggle-lang";
const { code, samples, rounds } = JSON.parse(process.argv[2]);
const module = new SqModule({ name: "main", code });
async function once(seed) {
  const start = performance.now();
  const project = new SqProject({ environment: { ...defaults, sampleCount: samples, seed } });
  project.setHead("root", { module });
  const { result } = await project.waitForOutput("root");
  if (!result.ok) throw new Error(result.value.toString());
  return [(performance.now() - start) / 1e3, result.value.result.asJS()];
}
while (performance.now() < 3e3) await once("warm-up");
const rows = [];
for (let round = 0; round < rounds; round++) rows.push(await once(`${round}`));
console.log(JSON.stringify(rows));
"""

ends = partial(np.percentile, q=(5, 95))
Pair = tuple[float, float]
Rows = Iterator[tuple[str, str, list[tuple[float, Pair]]]]
"""A peer, its samples, and each round's seconds with the p5 and p95 that it found."""


class Model(NamedTuple):
    """A sum of products of inputs; low, high and unit of each, in units that need no factors."""

    terms: tuple[tuple[str, ...], ...]
    unit: str
    inputs: dict[str, tuple[float, float, str]]

    def formula(self, ending: str = "") -> str:
        return " + ".join(" * ".join(name + ending for name in term) for term in self.terms)

    def plan(self, ending: str = "") -> Plan:
        """The model as a preset; points are picked by names, which end in `ending`."""
        text = 'id = "model"\nname = "-"\nfamily = "-"\nconsistency = "AP"\nsummary = "-"\n'
        for name, (low, high, unit) in self.inputs.items():
            text += f'[inputs.{name}{ending}]\nlabel = "-"\nbasis = "documented"\n'
            text += f'value = "{low} to {high} {unit}"\n'
        text += f'[derived.result]\nlabel = "-"\ngroup = "-"\nunit = "{self.unit}"\n'
        return read_preset("model", f'{text}formula = "{self.formula(ending)}"\n', base_text)

    def logarithm(self, *term: str) -> Pair:
        """Mean and standard deviation of a product's logarithm."""
        intervals = [self.inputs[name][:2] for name in term]
        scale = math.hypot(*(math.log(high / low) / (2 * P95) for low, high in intervals))
        return sum(math.log(low * high) / 2 for low, high in intervals), scale

    def exact(self) -> tuple[str, Pair]:
        """How p5 and p95 are computed, and what they are."""
        logarithms = [self.logarithm(*term) for term in self.terms]
        if len(logarithms) == 2:
            p5, p95 = (added_quantile(share, *logarithms) for share in (0.05, 0.95))
            return "1-D quadrature", (p5, p95)
        mean, scale = logarithms[0]
        return "closed form", (math.exp(mean - P95 * scale), math.exp(mean + P95 * scale))


PRODUCT: Final = Model((("people", "actions", "size", "kept"),), "B", {
    "people": (10e6, 40e6, "user"), "actions": (4, 16, "event/user/day"),
    "size": (300, 800, "B/event"), "kept": (200, 900, "day"),
})  # fmt: skip
SUM: Final = Model((("reads", "read_size"), ("writes", "write_size")), "B/s", {
    "reads": (20e3, 60e3, "request/s"), "read_size": (1e3, 10e3, "B/request"),
    "writes": (500, 5e3, "event/s"), "write_size": (10e3, 100e3, "B/event"),
})  # fmt: skip


def added_quantile(share: float, first: Pair, second: Pair) -> float:
    """A quantile of X + Y: P(X + Y <= t) integrated over X's normal score, t by bisection."""
    scores, step = np.linspace(-9, 9, 4001, retstep=True)
    weights = np.exp(-(scores**2) / 2) / math.sqrt(2 * math.pi) * step
    one = np.exp(first[0] + first[1] * scores)
    low, high = min(first[0], second[0]) - 9, max(first[0], second[0]) + 9
    while high - low > 1e-10:
        middle = (low + high) / 2
        other = np.log(np.maximum(math.exp(middle) - one, 1e-300))
        below = [math.erfc(z / math.sqrt(2)) / 2 for z in (second[0] - other) / second[1]]
        low, high = (middle, high) if weights @ below < share else (low, middle)
    return math.exp(low)


def timed(run: Callable[..., Any], *given: Any) -> tuple[float, Any]:
    start = time.perf_counter()
    found = run(*given)
    return time.perf_counter() - start, found


def slipstick(model: Model, rounds: int) -> Rows:
    """As it is while one edits, then as it is when the names are first met."""
    first, again = [], []
    for plan in [model.plan(f"_{number}") for number in range(rounds)]:
        scenario = Scenario(plan.preset)
        given = (plan.engine, scenario, plan.values(scenario))
        for times in (first, again):
            seconds, band = timed(lambda *given: Sample(*given).band("result"), *given)
            times.append((seconds, (band.p5, band.p95)))
    yield "Slipstick", f"{POINTS:,}", again
    yield "Slipstick, new names", f"{POINTS:,}", first


def squigglepy(model: Model, rounds: int) -> Rows:
    import squigglepy as sq

    formula = model.plan().engine.steps[0].run

    def run(samples: int) -> Pair:
        drawn = [sq.sample(sq.to(low, high), samples) for low, high, _ in model.inputs.values()]
        return ends(formula(drawn))

    sq.set_seed(1)
    for samples in (FEW, POINTS):
        yield "squigglepy", f"{samples:,}", [timed(run, samples) for _ in range(rounds)]


def squiggle(model: Model, rounds: int) -> Rows:
    """In node, warm after 3 s: `low to high`, which draws, and symbolic lognormals."""
    script = install_squiggle(Path(tempfile.gettempdir(), "slipstick-bench"))
    drawn, symbolic = "{} = {} to {}\n", "{} = Sym.lognormal({{p5: {}, p95: {}}})\n"
    for line, samples in ((drawn, FEW), (drawn, POINTS), (symbolic, POINTS)):
        code = "".join(line.format(name, *given) for name, given in model.inputs.items())
        code += f"x = {model.formula()}\n[inv(x, 0.05), inv(x, 0.95)]"
        given = json.dumps({"code": code, "samples": samples, "rounds": rounds})
        label = "Squiggle, symbolic" if line == symbolic else "Squiggle"
        yield label, f"{samples:,}", json.loads(printed("node", script, given))


def install_squiggle(folder: Path) -> str:
    if not (shutil.which("node") and shutil.which("npm")):
        raise OSError("needs node and npm on PATH")
    folder.mkdir(mode=0o700, exist_ok=True)
    if not (folder / "node_modules/@quri/squiggle-lang/package.json").is_file():
        flags = ("--loglevel=error", "--no-audit", "--no-fund", "--prefix", str(folder))
        printed("npm", "install", *flags, "@quri/squiggle-lang@0.10.0")
    (folder / "evaluate.mjs").write_text(EVALUATE, "utf-8")
    return str(folder / "evaluate.mjs")


def printed(*command: str) -> str:
    """What a command prints, or the first line in which it says why it failed."""
    done = subprocess.run(command, capture_output=True, text=True, check=False, timeout=300)
    if done.returncode:
        why = [line.strip() for line in done.stderr.splitlines() if "rror" in line]
        raise OSError(f"{command[0]} failed: {', '.join(why[:2])}")
    return done.stdout


def pint(model: Model, rounds: int) -> Rows:
    """Over whole arrays, and sample by sample for fewer samples, its time scaled."""
    quantity, formula = registry().Quantity, model.plan().engine.steps[0].run
    draw = np.random.default_rng(1).lognormal
    given = [(registry().Unit(u), model.logarithm(name)) for name, (*_, u) in model.inputs.items()]

    def arrays() -> Pair:
        return ends(formula([quantity(draw(*of, POINTS), unit) for unit, of in given]).magnitude)

    def looped() -> Pair:
        columns = [[quantity(x, unit) for x in draw(*of, LOOPED).tolist()] for unit, of in given]
        return ends([formula(row).magnitude for row in zip(*columns, strict=True)])

    yield "pint, whole arrays", f"{POINTS:,}", [timed(arrays) for _ in range(rounds)]
    rows = [timed(looped) for _ in range(rounds // 10 + 1)]
    yield "pint, one by one", f"{LOOPED:,}*", [(s * POINTS / LOOPED, found) for s, found in rows]


def show(model: Model, rounds: int) -> None:
    how, exact = model.exact()
    print(f"\n{model.formula()}: p5 {exact[0]:.6g}, p95 {exact[1]:.6g} {model.unit}, by {how}")
    print(f"  {'':<21}{'samples':>8}{'ms':>10}{'ratio':>10}{'p5 rms':>9}{'p95 rms':>9}{'worst':>9}")
    base = 0.0
    for peer in (slipstick, squigglepy, squiggle, pint):
        try:
            for label, samples, rows in peer(model, rounds):
                taken = float(np.median([seconds for seconds, _ in rows]))
                base = base or taken
                errors = np.array([found for _, found in rows]) / exact - 1
                p5, p95 = np.sqrt((errors**2).mean(axis=0))
                row = f"  {label:<21}{samples:>8}{taken * 1e3:>10.3f}{taken / base:>9,.1f}x"
                print(f"{row}{p5:>9.3%}{p95:>9.3%}{np.abs(errors).max():>9.3%}")
        except (ImportError, OSError, subprocess.TimeoutExpired) as error:
            hint = "; pip install '.[bench]'" if isinstance(error, ImportError) else ""
            print(f"  {peer.__name__} skipped: {error}{hint}")


def bands(plan: Plan, scenario: Scenario) -> Sample:
    sample = plan.sample(scenario)
    for name in plan.preset.derived:
        sample.band(name)
    return sample


def main(rounds: int = 60) -> None:
    print("all derived numbers of a preset with their bands, Slipstick")
    print(f"  {'':<21}{'numbers':>8}{'closed forms':>14}{'ms':>9}{'first ms':>10}")
    for plan in map(load, ("url-shortener", "social-media", "ad-click-aggregator")):
        scenario, names = Scenario(plan.preset), plan.preset.derived
        (first, sample), *again = [timed(bands, plan, scenario) for _ in range(rounds + 1)]
        closed = sum(sample.lognormal(name) is not None for name in names)
        times = f"{np.median([s for s, _ in again]) * 1e3:>9.3f}{first * 1e3:>10.3f}"
        print(f"  {plan.preset.id:<21}{len(names):>8}{closed:>14}{times}")
    for model in (PRODUCT, SUM):
        show(model, rounds)
    print(f"  * the time is scaled to {POINTS:,} samples; closed forms, without error, draw none")


if __name__ == "__main__":
    main(*map(int, sys.argv[1:]))
