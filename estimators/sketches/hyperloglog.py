"""HyperLogLog: how many different items were seen?

The first bits of an item's hash pick one of m registers, and the register keeps the longest run of
zeros met in the rest. Half of all hashes start with one zero, a quarter with two: long runs tell
of many different items, and the mean over the registers tells how many.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np

from estimators.number import Number, divide, in_bytes, only_where, pure, share
from estimators.sketches.expected import NAMES, check_share, layout_of, one_of
from models.show import shown
from models.sketch import Convention, HyperLogLog, SketchError
from models.units import PERCENT

RATE: Final = 1.04
"""The standard error times the square root of the registers."""
RATE_IN_ORDER: Final = math.sqrt(math.log(2.0))
"""The same where a sketch has seen its items itself and adds up the chances of each change (HIP):
0.8326."""
NEAR: Final = 0.01
"""An error asked for is met when it is met to this share: 1.04 / 128 is 0.8125%, said as 0.81%."""
FEWEST, MOST = 4, 26
"""Precisions of a textbook sketch: 16 registers, of which fewer say nothing, and 64M."""
SIX_BITS: Final = 0.75
"""A register of 6 bits, in bytes."""


def hyperloglog_memory(error: Number, register: Number = SIX_BITS) -> Number:
    """Memory of a HyperLogLog for a standard error.

    memory = registers * register,   registers = the least power of two, at least 16, with
    1.04 / sqrt(registers) <= 1.01 * error

    To one part in a hundred, since that is how errors are said: 0.81% is 16,384 registers.

    Args:
        error: the standard error of a count, a share above 0.
        register: one register, information; 6 bits (0.75 B) unless given.

    Returns:
        Information. Not finite when error is 0 or outside 0..1.

    Source: Flajolet, Fusy, Gandouet and Meunier, HyperLogLog (AofA 2007), theorem 1.
    """
    precision = np.ceil(2.0 * np.log2(divide(RATE, share(error) * (1.0 + NEAR))))
    return in_bytes(np.exp2(np.maximum(precision, float(FEWEST))) * register, error)


def hyperloglog_error(memory: Number, register: Number = SIX_BITS) -> Number:
    """The standard error of a HyperLogLog of a size.

    error = 1.04 / sqrt(memory / register)

    For any number of registers, not only powers of two, so that a memory can be solved for.

    Args:
        memory: what it may take, information.
        register: one register, information; 6 bits (0.75 B) unless given.

    Returns:
        A share. Not finite when memory is not above 0.

    Source: Flajolet, Fusy, Gandouet and Meunier, HyperLogLog (AofA 2007), theorem 1.
    """
    registers = pure(divide(memory, register))
    return divide(RATE, np.sqrt(only_where(registers > 0.0, registers)))


@dataclass(frozen=True, slots=True)
class Layout:
    """How a convention lays a sketch out.

    Args:
        rate: its standard error times the square root of the registers.
        precisions: those that it has.
        register_bits: the sizes of a register that it has, its own first.
        bytes: what it takes, from the precision and the bits of a register.
    """

    rate: float
    precisions: Sequence[int]
    register_bits: tuple[int, ...]
    bytes: Callable[[int, int], int]

    def error(self, precision: int) -> float:
        """The standard error at a precision."""
        return self.rate / math.sqrt(1 << precision)


def _packed(precision: int, register_bits: int) -> int:
    return -(-(register_bits << precision) // 8)


EXCEPTIONS: Final = (4, 4, 4, 8, 8, 8, 16, 16, 32, 32, 64, 128, 256, 512, 1024, 2048, 4096, 8192)
"""Of 4 bytes each, for which DataSketches sets space aside beside registers of 4 bits, by lg_k from
4 up (LG_AUX_ARR_INTS)."""


def _datasketches_bytes(precision: int, register_bits: int) -> int:
    """A preamble of 40 bytes, room for what 4 bits cannot say, a byte to read 6 bits two wide."""
    beside = {4: 4 * EXCEPTIONS[precision - 4], 6: 1, 8: 0}
    return 40 + _packed(precision, register_bits) + beside[register_bits]


def _cassandra_bytes(precision: int, register_bits: int) -> int:
    """Registers in words of 32 bits, and a preamble of 9 bytes."""
    return 4 * -(-(1 << precision) // (32 // register_bits)) + 9


LAYOUTS: Final[Mapping[Convention, Layout]] = {
    "textbook": Layout(RATE, range(FEWEST, MOST + 1), (6, 4, 5, 7, 8), _packed),
    "redis": Layout(RATE, (14,), (6,), lambda p, bits: _packed(p, bits) + 16),
    "datasketches": Layout(RATE_IN_ORDER, range(4, 22), (4, 6, 8), _datasketches_bytes),
    "cassandra": Layout(RATE, (13,), (5,), _cassandra_bytes),
}
"""Textbook registers have 6 bits: 5 are enough for hashes of 32 bits (Flajolet et al. 2007), 6 for
those of 64 (Heule et al. 2013). Redis by its `hyperloglog.c`; DataSketches by `HllUtil.hpp` and the
serialised form that can be updated; Cassandra counts the partitions of an SSTable with stream-lib's
HyperLogLogPlus(13, 25)."""


def hyperloglog_for_error(
    error: float,
    convention: Convention = "textbook",
    register_bits: int | None = None,
    within: float | None = None,
) -> HyperLogLog:
    """The smallest HyperLogLog for a standard error.

    registers = the least power of two with 1.04 / sqrt(registers) <= error + within;
    DataSketches: 0.8326 / sqrt(registers), for a sketch that is not the union of others

    Args:
        error: the standard error of a count, a share above 0 and below 1.
        convention: whose layout: textbook, redis, datasketches or cassandra.
        register_bits: the size of a register; the convention's own unless given.
        within: how far above it still counts as met: half a unit of the last digit typed, 0.00005
            for "0.81%"; a hundredth of the error unless given.

    Returns:
        It, with its error.

    Raises:
        SketchError: the error is not between 0 and 1 or too small, the convention has one size
            and another error, or there is no such convention or register.

    Source: Flajolet, Fusy, Gandouet and Meunier, HyperLogLog (AofA 2007), theorem 1; Apache
    DataSketches, `HllUtil.hpp`: sqrt(ln 2) in order, 1.03896 for unions.
    """
    check_share("error", error)
    layout = layout_of(LAYOUTS, convention, "HyperLogLog")
    slack = NEAR * error if within is None else within
    finest, asked = layout.precisions[-1], shown(100.0 * error, PERCENT)
    best = layout.error(finest)
    if len(layout.precisions) == 1 and abs(best - error) > slack:
        has = f"{NAMES[convention]} has {1 << finest:,} registers, {best:.2%}"
        raise SketchError(f"error: read {asked}; {has}")
    for precision in layout.precisions:
        if layout.error(precision) <= error + slack:
            return _built(convention, precision, register_bits, error)
    least = shown(100.0 * best, PERCENT)
    raise SketchError(f"error: read {asked}; expected at least {least} ({NAMES[convention]})")


def hyperloglog_for_precision(
    precision: int, convention: Convention = "textbook", register_bits: int | None = None
) -> HyperLogLog:
    """The HyperLogLog of a precision.

    error = 1.04 / sqrt(2^precision);   DataSketches: 0.8326 / sqrt(2^precision), for a sketch that
    is not the union of others

    Args:
        precision: bits of the hash that pick a register: 4 to 26, 4 to 21 for DataSketches, 14 for
            Redis, 13 for Cassandra.
        convention: whose layout: textbook, redis, datasketches or cassandra.
        register_bits: the size of a register; the convention's own unless given.

    Returns:
        It, with its error.

    Raises:
        SketchError: there is no such precision, convention or register.

    Source: Flajolet, Fusy, Gandouet and Meunier, HyperLogLog (AofA 2007), theorem 1; Apache
    DataSketches, `HllUtil.hpp`.
    """
    return _built(convention, precision, register_bits, None)


def hyperloglog_for_memory(
    memory: float, convention: Convention = "textbook", register_bits: int | None = None
) -> HyperLogLog:
    """The most precise HyperLogLog that fits into a memory.

    precision = the largest whose registers, and what the convention keeps beside them, fit

    Args:
        memory: what it may take, bytes.
        convention: whose layout: textbook, redis, datasketches or cassandra.
        register_bits: the size of a register; the convention's own unless given.

    Returns:
        It, with its error and nothing asked.

    Raises:
        SketchError: none fits, or there is no such convention or register.

    Source: as of hyperloglog_for_precision.
    """
    precisions = layout_of(LAYOUTS, convention, "HyperLogLog").precisions
    sketches = [_built(convention, each, register_bits, None) for each in precisions]
    for sketch in reversed(sketches):
        if sketch.bytes <= memory:
            return sketch
    least = f"{sketches[0].bytes:,} B ({NAMES[convention]})"
    raise SketchError(f"memory: read {memory:,.10g} B; expected at least {least}")


def _built(
    convention: Convention, precision: int, register_bits: int | None, asked: float | None
) -> HyperLogLog:
    layout = layout_of(LAYOUTS, convention, "HyperLogLog")
    bits = layout.register_bits[0] if register_bits is None else register_bits
    if precision not in layout.precisions:
        low, high = layout.precisions[0], layout.precisions[-1]
        expected = f"{low} to {high}" if low < high else f"{low}"
        raise SketchError(f"precision: read {precision}; expected {expected} ({NAMES[convention]})")
    if bits not in layout.register_bits:
        expected = f"{one_of(sorted(layout.register_bits))} ({NAMES[convention]})"
        raise SketchError(f"register-bits: read {bits}; expected {expected}")
    return HyperLogLog(
        convention=convention,
        precision=precision,
        register_bits=bits,
        bytes=layout.bytes(precision, bits),
        asked=asked,
        error=layout.error(precision),
    )


THRESHOLDS: Final = (
    10, 20, 40, 80, 220, 400, 900, 1800, 3100, 6500, 11_500, 20_000, 50_000, 120_000, 350_000,
)  # fmt: skip
"""Of HyperLogLog++, for precisions from 4 up, as found by its authors' experiments."""
CORRECTED: Final = range(FEWEST, FEWEST + len(THRESHOLDS))
"""Precisions for which there are such."""


def linear_counting_below(precision: int, corrected: bool = False) -> float:
    """How few items are told by the registers that are still empty, which is then more precise.

    items = 2.5 * 2^precision;   corrected: a table, from 10 for 4 bits to 350,000 for 18

    Args:
        precision: bits of the hash that pick a register.
        corrected: for HyperLogLog++, whose raw count is corrected for its bias and so can be used
            earlier; precisions 4 to 18.

    Returns:
        A count.

    Raises:
        SketchError: the table has no such precision.

    Source: Flajolet, Fusy, Gandouet and Meunier, HyperLogLog (AofA 2007), its practical
    form; Heule, Nunkesser and Hall, HyperLogLog in Practice (EDBT 2013), with the thresholds of
    its appendix as in stream-lib, `HyperLogLogPlus.java`, thresholdData.
    """
    if not corrected:
        return 2.5 * 2.0**precision
    if precision not in CORRECTED:
        expected = f"{CORRECTED[0]} to {CORRECTED[-1]} (HyperLogLog++)"
        raise SketchError(f"precision: read {precision}; expected {expected}")
    return float(THRESHOLDS[precision - FEWEST])


def linear_counting_error(registers: Number, items: Number) -> Number:
    """The standard error of a count told by the registers that are still empty.

    error = sqrt(m * (e^t - t - 1)) / n,   t = n / m

    Args:
        registers: how many there are (m), a plain number.
        items: how many different items were seen (n), a plain number.

    Returns:
        A share. Not finite without items, nor where they are hundreds of times the registers.

    Source: Whang, Vander-Zanden and Taylor, A Linear-Time Probabilistic Counting Algorithm for
    Database Applications (ACM TODS 15, 1990).
    """
    m, n = pure(registers), pure(items)
    load = divide(n, m)
    with np.errstate(over="ignore", invalid="ignore"):
        # The difference would be lost in rounding where few registers are taken.
        spread = np.where(load < 1e-4, load**2 / 2.0 + load**3 / 6.0, np.expm1(load) - load)
        return divide(np.sqrt(m * spread), n)[()]


REDIS_SPARSE: Final = {100: 267, 500: 1033, 1000: 1882, 2000: 3480, 3000: 4879, 5000: 7138}
"""Items and the bytes that they take sparse on average, from the head of Redis' `hyperloglog.c`."""
REDIS_LIMIT: Final = 3000 - 16
"""`hll-sparse-max-bytes` as it is set by default, without the header that it includes."""


def sparse_below(sketch: HyperLogLog) -> float:
    """How few items a sketch lists one by one before it takes its full size.

    textbook: bytes / 4, entries of 32 bits while they take less than the registers (HyperLogLog++,
    before it compresses them); Redis: about 1,690, at 3,000 bytes; DataSketches: 7 in a list, from
    precision 8 up 3/32 of the registers in a set; Cassandra: 3/4 of the registers

    Args:
        sketch: its convention and precision count.

    Returns:
        A count. Cassandra's list is kept for its precision: in memory it takes more than registers.

    Source: Heule, Nunkesser and Hall, HyperLogLog in Practice (EDBT 2013), 5.3; Redis,
    `hyperloglog.c` and `redis.conf`; Apache DataSketches, `HllUtil.hpp`; stream-lib,
    `HyperLogLogPlus.java`, sparseSetThreshold.
    """
    match sketch.convention:
        case "redis":
            return float(np.interp(REDIS_LIMIT, [*REDIS_SPARSE.values()], [*REDIS_SPARSE]))
        case "datasketches":
            return 7.0 if sketch.precision < 8 else sketch.registers * 3 / 32
        case "cassandra":
            return sketch.registers * 3 / 4
        case _:
            return sketch.bytes / 4


def largest_count(sketch: HyperLogLog) -> float:
    """What a sketch tells once all its registers are full, however many items there are.

    count = 2^precision * 2^(2^register_bits - 1) / (2 ln 2), at most 2^64, the different hashes

    To an eighth of it a count is low by less than 1%. DataSketches' registers of 4 bits hold what
    they are above the least of them, with a table of exceptions: they count as 6.

    Args:
        sketch: its precision and its registers count.

    Returns:
        A count.

    Source: Flajolet, Fusy, Gandouet and Meunier, HyperLogLog (AofA 2007), the estimate
    alpha m^2 / (sum of 2^-register), with alpha = 1 / (2 ln 2).
    """
    bits = sketch.register_bits
    if sketch.convention == "datasketches":
        bits = max(bits, 6)
    longest = min((1 << bits) - 1, 64)
    return min(2.0 ** (sketch.precision + longest) / (2.0 * math.log(2.0)), 2.0**64)
