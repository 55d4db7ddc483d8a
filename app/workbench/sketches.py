"""The workbench of sketches: Bloom, Count-Min and HyperLogLog, by their error or by their size."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import replace
from typing import TYPE_CHECKING, Final, TypeAlias, cast, get_args

from app.workbench.asked import Asked
from app.workbench.bench import Answer, Ask, Bench, claims
from models.quantity import QuantityError
from models.sketch import Bloom, Convention, CountMin, HyperLogLog, SketchError

if TYPE_CHECKING:
    from estimators.sketches.study import Study
    from models.sketch import Measured

CONVENTIONS: Final[tuple[str, ...]] = get_args(Convention)
CONVENTION: Final = Ask(
    "convention",
    "Convention",
    "textbook",
    f"whose rounding and layout: {', '.join(CONVENTIONS)}",
    CONVENTIONS,
)
Measure: TypeAlias = Callable[..., "Measured"]


def bloom_asked(asked: Asked) -> Bloom:
    """A Bloom filter by its items, and by either its error or its size."""
    from estimators.sketches.bloom_built import bloom_for_error, bloom_for_size

    whose = _convention(asked)
    if asked.states("memory", "fp") and not asked.states("items"):
        return _as_many_as_fit(asked, whose)
    items = asked.items("items")
    if not asked.states("memory"):
        if asked.states("hashes"):
            raise SketchError("hashes go with memory; an error has a best number of its own")
        return bloom_for_error(items, asked.share("fp", "1%").value, whose)
    if asked.states("fp"):
        raise SketchError("fp and memory: state one of them; the other follows")
    hashes = asked.whole("hashes") if asked.states("hashes") else None
    return bloom_for_size(items, math.floor(asked.memory("memory") * 8), whose, hashes)


def _as_many_as_fit(asked: Asked, whose: Convention) -> Bloom:
    """A Bloom filter of a size and an error: with the items that it then holds."""
    from estimators.sketches.bloom import items_that_fit
    from estimators.sketches.bloom_built import bloom_for_size

    bits, error = math.floor(asked.memory("memory") * 8), asked.share("fp", "1%").value
    return replace(bloom_for_size(items_that_fit(bits, error), bits, whose), asked=error)


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
    from estimators.sketches.hyperloglog import hyperloglog_for_error, hyperloglog_for_precision

    if sum(asked.states(name) for name in ("error", "precision", "memory")) > 1:
        raise SketchError("error, precision and memory: state one of them; the others follow")
    whose = _convention(asked)
    bits = asked.whole("register-bits") if asked.states("register-bits") else None
    if asked.states("precision"):
        return hyperloglog_for_precision(asked.whole("precision"), whose, bits)
    if asked.states("memory"):
        register = bits or hyperloglog_for_precision(14, whose).register_bits
        registers = asked.memory("memory") * 8 / register
        precision = math.floor(math.log2(registers) + 1e-9)
        return hyperloglog_for_precision(precision, whose, bits)
    error = asked.share("error", "0.81%")
    return hyperloglog_for_error(error.value, whose, bits, error.within)


def _convention(asked: Asked) -> Convention:
    text = asked.text("convention", "textbook")
    if text not in CONVENTIONS:
        raise QuantityError(f"convention: {text!r}: expected one of {', '.join(CONVENTIONS)}")
    return cast(Convention, text)


def bloom(asked: Asked, measure: Measure | None = None) -> Answer:
    """A Bloom filter from all sides, measured where that is asked."""
    from estimators.sketches.study import study_bloom

    sketch = bloom_asked(asked)
    return _answer(study_bloom(sketch), 0.0, measure and measure(sketch))


def count_min(asked: Asked, measure: Measure | None = None) -> Answer:
    """A Count-Min sketch from all sides, measured where that is asked."""
    from estimators.sketches.study import study_count_min

    sketch = count_min_asked(asked)
    items, total = asked.items("items", "10M"), asked.items("total", "1B")
    measured = measure and measure(sketch, round(items))
    return _answer(study_count_min(sketch, items), total, measured)


def hyperloglog(asked: Asked, measure: Measure | None = None) -> Answer:
    """A HyperLogLog from all sides, measured where that is asked."""
    from estimators.sketches.study import study_hyperloglog

    sketch = hyperloglog_asked(asked)
    items = asked.items("items", "1B")
    return _answer(study_hyperloglog(sketch, items), 0.0, measure and measure(sketch, round(items)))


def _by_size(answer: Callable[[Asked], Answer], *names: str) -> Callable[[Asked], Answer]:
    """A workbench whose size has to be stated."""

    def answered(asked: Asked) -> Answer:
        for name in names:
            if not asked.states(name):
                raise QuantityError(f"{name}: is missing")
        return answer(asked)

    return answered


def _answer(study: Study, total: float, measured: Measured | None) -> Answer:
    from app.reports.sketch import sketch_charts, sketch_json, sketch_report

    job = {Bloom: "membership", CountMin: "frequency", HyperLogLog: "cardinality"}
    said = claims("sketches", job[type(study.sketch)])
    return Answer(
        sketch_report(study, total, measured, said),
        sketch_json(study, measured, said),
        sketch_charts(study),
    )


ITEMS: Final = Ask("items", "Items", "10M item", "how many different items there are")
BENCHES: Final = (
    Bench(
        "bloom",
        "Bloom filter",
        "Was this item added? It may say yes wrongly, but never no.",
        (
            ITEMS,
            Ask("fp", "False positives", "1%", "the share of other items to which it says yes"),
            CONVENTION,
        ),
        bloom,
    ),
    Bench(
        "bloom-by-size",
        "Bloom filter, by size",
        "What error a filter of this size has, as it fills and past its capacity.",
        (
            ITEMS,
            Ask("memory", "Memory", "12 MB", "the size of its array"),
            Ask("hashes", "Hashes", "", "bits that an item sets; the best number where empty"),
            CONVENTION,
        ),
        _by_size(bloom, "memory"),
    ),
    Bench(
        "count-min",
        "Count-Min",
        "How often was this item seen? It may say too much, but never too little.",
        (
            Ask("epsilon", "Overestimate", "0.1%", "a share of all events; seldom exceeded"),
            Ask("delta", "Exceeded for", "1%", "the share of the items for which it is exceeded"),
            Ask("total", "Events", "1B", "the length of the stream"),
            ITEMS,
            CONVENTION,
        ),
        count_min,
    ),
    Bench(
        "count-min-by-size",
        "Count-Min, by size",
        "What a sketch of this width and depth promises.",
        (
            Ask("width", "Width", "2000", "counters in a row"),
            Ask("depth", "Depth", "7", "rows, each with a hash of its own"),
            Ask("counter-bits", "Counter bits", "32", "8, 16, 32 or 64"),
            Ask("total", "Events", "1B", "the length of the stream"),
            ITEMS,
            CONVENTION,
        ),
        _by_size(count_min, "width", "depth"),
    ),
    Bench(
        "hyperloglog",
        "HyperLogLog",
        "How many different items were seen? It tells that in a few kilobytes.",
        (
            Ask("error", "Standard error", "0.81%", "two of three counts lie within it"),
            Ask("items", "Items", "1B item", "how many different items are counted"),
            CONVENTION,
        ),
        hyperloglog,
    ),
    Bench(
        "hyperloglog-by-size",
        "HyperLogLog, by size",
        "What error so much memory gives.",
        (
            Ask("memory", "Memory", "12 KiB", "the size of its registers"),
            Ask("register-bits", "Register bits", "6", "4, 5, 6 or 8"),
            Ask("items", "Items", "1B item", "how many different items are counted"),
            CONVENTION,
        ),
        _by_size(hyperloglog, "memory"),
    ),
)
"""The sketches, each by error and by size."""
