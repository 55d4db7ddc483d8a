"""The workbench of sketches: Bloom, Count-Min and HyperLogLog, by their error or by their size."""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import TYPE_CHECKING, Final, TypeAlias, cast, get_args

from app.workbench.asked import Asked
from app.workbench.bench import Answer, Ask, Bench, claims
from models.quantity import QuantityError
from models.sketch import Bloom, Convention, CountMin, HyperLogLog, SketchError
from models.units import Unit

if TYPE_CHECKING:
    from estimators.sketches.study import Study
    from models.sketch import Measured

EVENT: Final = Unit((("event", 1),))
CONVENTIONS: Final[tuple[str, ...]] = get_args(Convention)
Run: TypeAlias = Callable[..., "Measured"]
"""Runs a measurement, given it and what it measures: with a bar, with a seed."""


def bloom_asked(asked: Asked) -> Bloom:
    """A Bloom filter by two of its items, its error and its size; the third follows."""
    from estimators.sketches.bloom_built import bloom_for_error, bloom_for_size, bloom_that_fits

    whose = _convention(asked)
    if not asked.states("memory"):
        if asked.states("hashes"):
            raise SketchError("hashes go with memory; an error has a best number of its own")
        return bloom_for_error(asked.items("items"), asked.share("fp", "1%").value, whose)
    bits = math.floor(asked.memory("memory") * 8)
    hashes = asked.whole("hashes") if asked.states("hashes") else None
    if not asked.states("fp"):
        return bloom_for_size(asked.items("items"), bits, whose, hashes)
    if asked.states("items"):
        raise SketchError("fp, memory and items: state two of them; the third follows")
    if hashes is not None:
        raise SketchError("hashes go with memory and items; an error has a best number of its own")
    return bloom_that_fits(bits, asked.share("fp").value, whose)


def count_min_asked(asked: Asked) -> CountMin:
    """A Count-Min sketch by its errors, or by its width and depth."""
    from estimators.sketches.count_min import count_min_for_error, count_min_for_size

    whose = _convention(asked)
    bits = asked.whole("counter-bits") if asked.states("counter-bits") else None
    if not asked.states("width", "depth"):
        epsilon, delta = asked.share("epsilon", "0.1%").value, asked.share("delta", "1%").value
        return count_min_for_error(epsilon, delta, whose, bits)
    if asked.states("epsilon", "delta"):
        raise SketchError("state width and depth, or epsilon and delta; the others follow")
    return count_min_for_size(asked.whole("width"), asked.whole("depth"), whose, bits)


def hyperloglog_asked(asked: Asked) -> HyperLogLog:
    """A HyperLogLog by its error, its precision or its size."""
    from estimators.sketches.hyperloglog import (
        hyperloglog_for_error,
        hyperloglog_for_memory,
        hyperloglog_for_precision,
    )

    if sum(asked.states(name) for name in ("error", "precision", "memory")) > 1:
        raise SketchError("error, precision and memory: state one of them; the others follow")
    whose = _convention(asked)
    bits = asked.whole("register-bits") if asked.states("register-bits") else None
    if asked.states("precision"):
        return hyperloglog_for_precision(asked.whole("precision"), whose, bits)
    if asked.states("memory"):
        return hyperloglog_for_memory(asked.memory("memory"), whose, bits)
    error = asked.share("error", "0.81%")
    return hyperloglog_for_error(error.value, whose, bits, error.within)


def _convention(asked: Asked) -> Convention:
    text = asked.text("convention", "textbook")
    if text not in CONVENTIONS:
        raise QuantityError(f"convention: read {text!r}; expected one of {', '.join(CONVENTIONS)}")
    return cast(Convention, text)


def bloom(asked: Asked, run: Run | None = None) -> Answer:
    """A Bloom filter from all sides, measured where that is asked."""
    from estimators.sketches.measure import measure_bloom
    from estimators.sketches.study import study_bloom

    sketch = bloom_asked(asked)
    return _answer(study_bloom(sketch), "membership", run and run(measure_bloom, sketch))


def count_min(asked: Asked, run: Run | None = None) -> Answer:
    """A Count-Min sketch from all sides, measured where that is asked."""
    from estimators.sketches.measure import LARGEST, measure_count_min
    from estimators.sketches.study import study_count_min

    sketch = count_min_asked(asked)
    items, total = asked.items("items", "10M"), asked.quantity("total", EVENT, "1B")
    # Its bound is a share of the events, however many there are: so many tell it as well.
    measured = run and run(measure_count_min, sketch, round(min(total, LARGEST)))
    return _answer(study_count_min(sketch, items, total), "frequency", measured)


def hyperloglog(asked: Asked, run: Run | None = None) -> Answer:
    """A HyperLogLog from all sides, measured where that is asked."""
    from estimators.sketches.measure import LARGEST, measure_hyperloglog
    from estimators.sketches.study import study_hyperloglog

    sketch = hyperloglog_asked(asked)
    items = asked.items("items", "1B")
    # Its error is a share of the items, however many there are: so many tell it as well.
    measured = run and run(measure_hyperloglog, sketch, round(min(items, LARGEST)))
    return _answer(study_hyperloglog(sketch, items), "cardinality", measured)


def _answer(study: Study, job: str, measured: Measured | None) -> Answer:
    from app.reports.sketch import sketch_charts, sketch_json, sketch_report

    said = claims("sketches", job)
    return Answer(
        sketch_report(study, measured, said),
        sketch_json(study, measured, said),
        sketch_charts(study),
    )


def _stated(answer: Callable[[Asked], Answer], **names: str) -> Callable[[Asked], Answer]:
    """A workbench that has no answer before some of its fields are stated, each with an example."""

    def answered(asked: Asked) -> Answer:
        for name, example in names.items():
            if not asked.states(name):
                raise QuantityError(f"{name}: is missing; expected one such as {example}")
        return answer(asked)

    return answered


def _by_convention(*names: str) -> Ask:
    whose = ", ".join(names)
    return Ask("convention", "Convention", names[0], f"whose rounding and layout: {whose}", names)


FILTERS: Final = _by_convention(*CONVENTIONS)
COUNTERS: Final = _by_convention("textbook", "redis", "datasketches")
REGISTERS: Final = _by_convention("textbook", "redis", "datasketches", "cassandra")
ERRORS: Final = _by_convention("textbook", "redis", "datasketches")
COUNTED: Final = Ask("items", "Items", "1B item", "how many different items are counted")
HELD: Final = Ask("items", "Items", "10M item", "how many different items there are")
EVENTS: Final = Ask("total", "Events", "1B", "the length of the stream")
BENCHES: Final = (
    Bench(
        "bloom",
        "Bloom filter",
        "Was this item added? It may say yes wrongly, but never no.",
        (
            HELD,
            Ask("fp", "False positives", "1%", "the share of other items to which it says yes"),
            FILTERS,
        ),
        _stated(bloom, items="10M"),
    ),
    Bench(
        "bloom-by-size",
        "Bloom filter, by size",
        "What error a filter of this size has, as it fills and past its capacity.",
        (
            HELD,
            Ask("memory", "Memory", "12 MB", "the size of its array"),
            Ask(
                "hashes",
                "Hashes",
                "",
                "bits that an item sets; the best number where empty",
                whole=True,
            ),
            FILTERS,
        ),
        _stated(bloom, items="10M", memory="'12 MB'"),
    ),
    Bench(
        "count-min",
        "Count-Min",
        "How often was this item seen? It may say too much, but never too little.",
        (
            Ask("epsilon", "Overestimate", "0.1%", "a share of all events; seldom exceeded"),
            Ask("delta", "Exceeded for", "1%", "the share of the items for which it is exceeded"),
            EVENTS,
            HELD,
            COUNTERS,
        ),
        count_min,
    ),
    Bench(
        "count-min-by-size",
        "Count-Min, by size",
        "What a sketch of this width and depth promises.",
        (
            Ask("width", "Width", "2000", "counters in a row", whole=True),
            Ask("depth", "Depth", "7", "rows, each with a hash of its own", whole=True),
            Ask(
                "counter-bits",
                "Counter bits",
                "32",
                "the size of one counter: 8, 16, 32 or 64",
                ("8", "16", "32", "64"),
            ),
            EVENTS,
            HELD,
            COUNTERS,
        ),
        _stated(count_min, width="2000", depth="7"),
    ),
    Bench(
        "hyperloglog",
        "HyperLogLog",
        "How many different items were seen? It tells that in a few kilobytes.",
        (
            Ask("error", "Standard error", "0.81%", "two of three counts lie within it"),
            COUNTED,
            ERRORS,
        ),
        hyperloglog,
    ),
    Bench(
        "hyperloglog-by-size",
        "HyperLogLog, by size",
        "What error so much memory gives.",
        (
            Ask("memory", "Memory", "12.5 KB", "the size of its registers"),
            COUNTED,
            REGISTERS,
        ),
        _stated(hyperloglog, memory="'12.5 KB'"),
    ),
)
"""The sketches, each by error and by size."""
