"""The compiled formulas beside the same formulas through pint, in one run.

`make bench` prints both; the ratio is what matters: 20 times faster than pint each time. A system
with its sizing, latency and cost is to take under 2 ms without bands and under 30 ms with them.
"""

import pytest

from estimators.paths import path_times
from estimators.plan import Plan
from models.scenario import Scenario
from models.units import registry
from presets.loader import load

SYSTEMS = ("url-shortener", "social-media", "ad-click-aggregator")


def through_pint(plan: Plan):
    """The same compiled formulas as a function over pint quantities, made anew each time."""
    engine, ureg = plan.engine, registry()
    preset = engine.preset

    def quantity(base, dimension):
        names = {"[information]": "B", "[time]": "s", "[currency]": "USD"}
        units = {names.get(d, d.strip("[]")): power for d, power in dimension.items()}
        return ureg.Quantity(base, ureg.UnitsContainer(units))

    constants = [
        quantity(size, registry().get_dimensionality(preset.vocabulary.find(word)))
        for word, size in engine.constants.items()
    ]
    kinds = [engine.kinds[name].dimension for name in engine.inputs]
    medians = plan.given(Scenario(preset)).values()
    given = [quantity(base, kind) for base, kind in zip(medians, kinds, strict=True)]

    def run():
        values = [*given, *constants]
        for step in engine.steps:
            values.append(step.run(values))
        return values

    return run


@pytest.mark.parametrize("system", SYSTEMS)
@pytest.mark.benchmark(group="all derived numbers of a preset")
def test_compiled_over_floats(benchmark, system):
    plan = load(system)
    assert benchmark(plan.engine.evaluate, plan.given(Scenario(plan.preset)))


@pytest.mark.parametrize("system", SYSTEMS)
@pytest.mark.benchmark(group="all derived numbers of a preset")
def test_through_pint_each_time(benchmark, system):
    assert benchmark(through_pint(load(system)))


@pytest.mark.parametrize("system", SYSTEMS)
@pytest.mark.benchmark(group="sizing, latency and cost without bands")
def test_without_bands(benchmark, system):
    plan = load(system)
    given = plan.given(Scenario(plan.preset))

    def recompute():
        values = given | plan.engine.evaluate(given)
        return [path_times(plan.preset, path, values) for path in plan.preset.paths]

    assert benchmark(recompute)


@pytest.mark.parametrize("system", SYSTEMS)
@pytest.mark.benchmark(group="a whole estimate with bands, documented figures solved for")
def test_estimate(benchmark, system):
    plan = load(system)
    assert benchmark(plan.estimate, Scenario(plan.preset))


@pytest.mark.benchmark(group="the registry")
def test_registry_from_units_txt(benchmark):
    assert benchmark(registry.__wrapped__)
