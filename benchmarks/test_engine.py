"""The compiled formulas beside the same formulas through pint, in one run.

`make bench` prints both; the ratio is what matters. The floor that DESIGN asks for: all derived
numbers of a preset in under 200 microseconds, and 20 times faster than pint each time.
"""

import pytest

from estimators.engine import Engine
from models.scenario import Scenario
from models.units import registry
from presets.loader import load

SYSTEMS = ("url-shortener", "social-media", "ad-click-aggregator")


def through_pint(engine: Engine):
    """The same compiled formulas as a function over pint quantities, made anew each time."""
    preset, ureg = engine.preset, registry()

    def quantity(base, dimension):
        names = {"[information]": "B", "[time]": "s", "[currency]": "USD"}
        units = {names.get(d, d.strip("[]")): power for d, power in dimension.items()}
        return ureg.Quantity(base, ureg.UnitsContainer(units))

    constants = [
        quantity(size, registry().get_dimensionality(preset.vocabulary.find(word)))
        for word, size in engine.constants.items()
    ]
    kinds = [engine.kinds[name].dimension for name in preset.inputs]
    medians = [median.base for _, median in Scenario(preset).medians()]
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
    engine = load(system).engine
    inputs = {name: median.base for name, median in Scenario(engine.preset).medians()}
    assert benchmark(engine.evaluate, inputs)


@pytest.mark.parametrize("system", SYSTEMS)
@pytest.mark.benchmark(group="all derived numbers of a preset")
def test_through_pint_each_time(benchmark, system):
    assert benchmark(through_pint(load(system).engine))


@pytest.mark.parametrize("system", SYSTEMS)
@pytest.mark.benchmark(group="a whole estimate, documented figures solved for")
def test_estimate(benchmark, system):
    plan = load(system)
    assert benchmark(plan.estimate, Scenario(plan.preset))


@pytest.mark.benchmark(group="the registry")
def test_registry_from_units_txt(benchmark):
    assert benchmark(registry.__wrapped__)
