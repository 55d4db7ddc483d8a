"""Count-Min sketches: how often was each item seen, never too seldom?

Each of `depth` rows adds an item to one of its `width` counters and the least of them is the
answer, so that what other items add to it stays below a share of everything that was counted.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Final

import numpy as np

from estimators.number import Number, divide, in_bytes, only_where, pure, share
from estimators.sketches.expected import NAMES, check_share, layout_of, one_of
from models.sketch import Convention, CountMin, SketchError

COUNTER_BITS: Final = (8, 16, 32, 64)
NARROWEST: Final = 3
"""With fewer counters in a row, what may be added is all that there is."""
ROUNDING: Final = 1e-12
"""How far floats may leave a whole number before it is another."""

CONSERVATIVE: Final = (
    "Conservative update, which raises only the counters that are too low, overestimates less, by "
    "how much depends on the stream: no closed form is known, and this bound still holds "
    "(Estan and Varghese 2002; Cormode and Muthukrishnan 2005)."
)


def count_min_memory(epsilon: Number, delta: Number, counter: Number = 4.0) -> Number:
    """Memory of a Count-Min sketch for an error.

    memory = ceil(e / epsilon) * ceil(ln(1 / delta)) * counter

    Args:
        epsilon: what may be added to an answer, a share of all that is counted, above 0 and below
            1 (0.001 for 0.1%).
        delta: the share of the items that may get more, above 0 and below 1.
        counter: one counter, information; 4 bytes unless given.

    Returns:
        Information. Not finite when epsilon or delta is not between 0 and 1.

    Source: Cormode and Muthukrishnan, An Improved Data Stream Summary: The Count-Min Sketch and
    its Applications (Journal of Algorithms 55, 2005), theorem 1.
    """
    cells = _up(divide(math.e, _between(epsilon))) * _rows(delta)
    return in_bytes(cells * counter, epsilon)


def count_min_error(memory: Number, delta: Number, counter: Number = 4.0) -> Number:
    """The error that a Count-Min sketch of a size can promise.

    epsilon = min(e / width, 1),   width = memory / (ceil(ln(1 / delta)) * counter)

    Parts of a counter are not rounded off, so that a memory can be solved for.

    Args:
        memory: what it may take, information.
        delta: the share of the items that may get more, above 0 and below 1.
        counter: one counter, information; 4 bytes unless given.

    Returns:
        What may be added to an answer, a share of all that is counted; 1 promises nothing. Not
        finite when delta is not between 0 and 1.

    Source: Cormode and Muthukrishnan, An Improved Data Stream Summary: The Count-Min Sketch and
    its Applications (Journal of Algorithms 55, 2005), theorem 1.
    """
    width = pure(divide(memory, counter)) / _rows(delta)
    return np.minimum(divide(math.e, only_where(width >= 0.0, width)), 1.0)


def overcount(epsilon: Number, total: Number) -> Number:
    """What a Count-Min sketch may add to an answer.

    overcount = epsilon * total

    Args:
        epsilon: the share of all that is counted, 0..1.
        total: how much is counted altogether, things.

    Returns:
        Things. Not finite when epsilon is outside 0..1.

    Source: Cormode and Muthukrishnan, An Improved Data Stream Summary: The Count-Min Sketch and
    its Applications (Journal of Algorithms 55, 2005), theorem 1.
    """
    return share(epsilon) * total


def _rows(delta: Number) -> Number:
    return _up(-np.log(_between(delta)))


def _between(value: Number) -> Number:
    """A plain number above 0 and below 1; nan elsewhere."""
    given = pure(value)
    return only_where((given > 0.0) & (given < 1.0), given)


def _up(value: Number) -> Number:
    """The next whole number, where 1000.0000000000001 is 1000; at least 1."""
    return np.maximum(np.ceil(value * (1.0 - ROUNDING)), 1.0)


@dataclass(frozen=True, slots=True)
class Layout:
    """How a convention sizes a sketch.

    By Markov's inequality a row of `width` counters adds more than base / width of all to an answer
    with a chance of at most 1 / base, and all rows do with 1 / base^depth.

    Args:
        base: what the two are reckoned by.
        width: counters in a row for an epsilon, as it rounds them.
        depth: rows for a delta, as it rounds them.
        counter_bits: the size of a counter unless another is asked for.
        beside: bytes that it keeps beside the counters.
        most: counters at most.
    """

    base: float
    width: Callable[[float], int]
    depth: Callable[[float], int]
    counter_bits: int
    beside: int
    most: int


def _single(value: float) -> np.float32:
    """log10 in C's single precision, in which RedisBloom reckons; its least number is 1.4e-45."""
    return np.float32(math.log10(max(np.float32(value), np.finfo(np.float32).smallest_subnormal)))


LAYOUTS: Final[Mapping[Convention, Layout]] = {
    "textbook": Layout(
        base=math.e,
        width=lambda epsilon: int(_up(math.e / epsilon)),
        depth=lambda delta: int(_up(-math.log(delta))),
        counter_bits=32,
        beside=0,
        most=1 << 40,
    ),
    "redis": Layout(
        base=2.0,
        width=lambda epsilon: math.ceil(2.0 / epsilon),
        depth=lambda delta: math.ceil(_single(delta) / _single(0.5)),
        counter_bits=32,
        beside=32,
        most=1 << 40,
    ),
    "datasketches": Layout(
        base=math.e,
        width=lambda epsilon: math.ceil(math.e / epsilon),
        depth=lambda delta: math.ceil(-math.log(delta)),
        counter_bits=64,
        beside=24,
        most=(1 << 30) - 1,
    ),
}
"""Redis by RedisBloom's `cms.c`: a struct of three sizes and a pointer. DataSketches by its
`count_min_impl.hpp`: a preamble and the total are serialised before the counters."""


def count_min_for_error(
    epsilon: float,
    delta: float,
    convention: Convention = "textbook",
    counter_bits: int | None = None,
) -> CountMin:
    """The Count-Min sketch for an error.

    width = ceil(e / epsilon), depth = ceil(ln(1 / delta));   Redis: ceil(2 / epsilon) and
    ceil(log2(1 / delta))

    Args:
        epsilon: what may be added to an answer, a share of all that is counted.
        delta: the share of the items that may get more.
        convention: whose rounding and layout: textbook, redis or datasketches.
        counter_bits: 8, 16, 32 or 64; the convention's own unless given.

    Returns:
        It, with the error that it promises once width and depth are rounded up.

    Raises:
        SketchError: epsilon or delta is not between 0 and 1, there is no such convention or
            counter, or there are too many counters.

    Source: Cormode and Muthukrishnan (2005), theorem 1; RedisBloom, `src/cms.c`,
    CMS_DimFromProb; Apache DataSketches, `count_min_impl.hpp`, suggest_num_buckets and
    suggest_num_hashes.
    """
    check_share("epsilon", epsilon)
    check_share("delta", delta)
    layout = layout_of(LAYOUTS, convention, "Count-Min")
    # A width beyond what an int can be made of is beyond the most counters all the same.
    width, depth = layout.width(max(epsilon, 1e-300)), layout.depth(delta)
    if width * depth > layout.most:
        # A hundredth more, so that the digits that are shown are enough.
        least = f"{1.01 * layout.base * depth / layout.most:.3g}"
        raise SketchError(
            f"epsilon: read {epsilon:.4g}; expected at least {least} with {depth} rows "
            f"({NAMES[convention]})"
        )
    return count_min_for_size(width, depth, convention, counter_bits)


def count_min_for_size(
    width: int,
    depth: int,
    convention: Convention = "textbook",
    counter_bits: int | None = None,
) -> CountMin:
    """The Count-Min sketch of a size.

    epsilon = e / width, delta = e^-depth;   Redis: 2 / width and 2^-depth

    Args:
        width: counters in a row, at least 3: fewer promise nothing.
        depth: rows, at least 1.
        convention: whose layout: textbook, redis or datasketches.
        counter_bits: 8, 16, 32 or 64; the convention's own unless given.

    Returns:
        It, with the error that it promises.

    Raises:
        SketchError: too few or too many counters, or there is no such convention or counter.

    Source: Cormode and Muthukrishnan (2005), theorem 1; RedisBloom, `src/cms.c`; Apache
    DataSketches, `count_min_impl.hpp`.
    """
    layout = layout_of(LAYOUTS, convention, "Count-Min")
    bits = layout.counter_bits if counter_bits is None else counter_bits
    if bits not in COUNTER_BITS:
        raise SketchError(f"counter-bits: read {bits}; expected {one_of(COUNTER_BITS)}")
    if width < NARROWEST:
        raise SketchError(f"width: read {width:,}; expected at least {NARROWEST}")
    if depth < 1:
        raise SketchError(f"depth: read {depth:,}; expected at least 1")
    if width * depth > layout.most:
        raise SketchError(
            f"width: read {width:,} in {depth:,} rows; expected at most {layout.most:,} counters "
            f"in all ({NAMES[convention]})"
        )
    return CountMin(
        convention=convention,
        width=width,
        depth=depth,
        counter_bits=bits,
        bytes=width * depth * bits // 8 + layout.beside,
        epsilon=layout.base / width,
        delta=layout.base**-depth,
    )


def heavy_hitter(epsilon: float, total: float) -> int:
    """The smallest count that stands out: an item that was never seen may be told to have less.

    count = floor(epsilon * total) + 1

    Args:
        epsilon: what may be added to an answer, a share of all that is counted, 0..1.
        total: how much is counted altogether.

    Returns:
        A count.

    Source: Cormode and Muthukrishnan (2005), heavy hitters.
    """
    # Six decimals, so that 28.999999999999996 is 29.
    return math.floor(round(epsilon * total, 6)) + 1


def overflow_after(counter_bits: int) -> int:
    """The count at which a counter is full.

    count = 2^counter_bits - 1

    Args:
        counter_bits: its size.

    Returns:
        A count. What comes on top is lost, refused or wraps to 0, as the implementation has it.

    Source: RedisBloom, `src/cms.c`, CMS_IncrBy, which stops at UINT32_MAX.
    """
    return (1 << counter_bits) - 1


def can_overflow(counter_bits: int, total: float) -> bool:
    """Whether a stream is long enough to fill a counter: it cannot hold more than there is.

    total > 2^counter_bits - 1

    Args:
        counter_bits: the size of a counter.
        total: how much is counted altogether.

    Returns:
        False where no counter can overflow, whatever the stream.

    Source: Cormode and Muthukrishnan (2005): the counters of a row add up to the total.
    """
    return total > overflow_after(counter_bits)
