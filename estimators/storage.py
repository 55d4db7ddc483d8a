"""How much is kept: stocks from rates and retentions, what indexes and compaction add, id spaces.

One logical copy throughout: copies belong to the components that keep them.
"""

from __future__ import annotations

import numpy as np

from estimators.number import Number, divide, mean_exp, only_where, pure, share


def storage(rate: Number, size: Number, retention: Number) -> Number:
    """Bytes kept when things arrive steadily and each is kept for a while.

    storage = rate * size * retention

    Args:
        rate: average rate of arrivals, things per time.
        size: what one takes, information per thing.
        retention: how long each is kept, a time.

    Returns:
        Information.

    Source: system-design-primer, solutions/system_design/pastebin: "Calculate usage".
    """
    return rate * size * retention


def stock(rate: Number, retention: Number) -> Number:
    """Things kept when they arrive steadily and each is kept for a while.

    stock = rate * retention

    Args:
        rate: average rate of arrivals, things per time.
        retention: how long each is kept, a time.

    Returns:
        How many are kept, things.

    Source: Little, A Proof for the Queuing Formula L = lambda W, Operations Research 9 (1961).
    """
    return rate * retention


def grown_stock(rate: Number, retention: Number, growth: Number, period: Number) -> Number:
    """Things kept today when the rate has grown steadily up to today's.

    stock = integral from 0 to retention of rate * (1 + growth)^(-t / period) dt
          = rate * retention * (1 - e^-x) / x,   x = ln(1 + growth) * retention / period

    Less than rate * retention under growth: what is kept was written when traffic was smaller.

    Args:
        rate: today's average rate of arrivals, things per time.
        retention: how long each is kept, a time; the rate has grown at least as long.
        growth: share by which the rate grows in one period, a plain number (0.3 for 30%; 0 gives
            rate * retention; -0.1 for a rate that shrinks by 10%).
        period: the time in which it grows so much, a time (1 year).

    Returns:
        How many are kept today, things. Not finite when growth is -1 or below, or period is not
        above 0.

    Source: a continuous annuity, (1 - v^n) / delta; Kellison, The Theory of Interest (1970).
    """
    # log1p(-1) is -inf and below that nan: a rate that was lost whole has no history.
    with np.errstate(divide="ignore", invalid="ignore", over="ignore"):
        reach = -np.log1p(pure(growth)) * pure(divide(retention, period))
    return rate * retention * only_where(period > 0.0, mean_exp(reach))


def grown_storage(
    rate: Number, size: Number, retention: Number, growth: Number, period: Number
) -> Number:
    """Bytes kept today when the rate has grown steadily up to today's.

    storage = size * grown_stock(rate, retention, growth, period)

    Args:
        rate: today's average rate of arrivals, things per time.
        size: what one takes, information per thing.
        retention: how long each is kept, a time; the rate has grown at least as long.
        growth: share by which the rate grows in one period, a plain number (0.3 for 30%).
        period: the time in which it grows so much, a time (1 year).

    Returns:
        Information. Not finite when growth is -1 or below, or period is not above 0.

    Source: a continuous annuity, (1 - v^n) / delta; Kellison, The Theory of Interest (1970).
    """
    return grown_stock(rate, retention, growth, period) * size


def indexed(size: Number, overhead: Number) -> Number:
    """Data with its indexes.

    indexed = size * (1 + overhead)

    Args:
        size: the data alone, information.
        overhead: what indexes take as a share of the data, a plain number (0.2 for 20%; may be
            above 1).

    Returns:
        Information.

    Source: Elasticsearch sizing guides count 1.15 to 1.25 times the raw data (Alibaba Cloud
    documentation).
    """
    return size * (1.0 + overhead)


def amplified(size: Number, amplification: Number) -> Number:
    """Disk taken by a log-structured store, where old versions wait for compaction.

    amplified = size * amplification

    Args:
        size: the live data, information.
        amplification: bytes on disk for each byte of live data, a plain number: about 1.1 under
            leveled compaction, 2 and more under tiered.

    Returns:
        Information.

    Source: O'Neil et al., The Log-Structured Merge-Tree (1996); Dong et al., Optimizing Space
    Amplification in RocksDB (CIDR 2017).
    """
    return size * amplification


def compressed(size: Number, ratio: Number) -> Number:
    """Data, or the size of one thing, after compression.

    compressed = size / ratio

    Args:
        size: before compression, information, or information per thing.
        ratio: bytes before for each byte after, a plain number (3 for 3:1).

    Returns:
        What came in, smaller. Not finite when ratio is 0.

    Source: sirupsen/napkin-math, compression ratios: text and code 2 to 4, RPC payloads 5 to 10.
    """
    return divide(size, ratio)


def deduplicated(size: Number, duplicates: Number) -> Number:
    """Data once each duplicate is kept a single time.

    deduplicated = size * (1 - duplicates)

    Args:
        size: with duplicates, information.
        duplicates: share of the bytes that repeat others, 0..1.

    Returns:
        Information. Not finite when duplicates is outside 0..1.

    Source: Meyer and Bolosky, A Study of Practical Deduplication (FAST 2011).
    """
    return size * (1.0 - share(duplicates))


def time_until_full(capacity: Number, used: Number, rate: Number) -> Number:
    """How long until a store is full.

    time = (capacity - used) / rate

    Args:
        capacity: what fits, information.
        used: what is taken already, information.
        rate: average rate at which it fills, information per time.

    Returns:
        A time; 0 when it is full already. Not finite when rate is not above 0: it never fills.

    Source: linear extrapolation, as in Prometheus' predict_linear.
    """
    return only_where(rate > 0.0, divide(np.maximum(capacity - used, 0.0), rate))


def id_space(alphabet: Number, length: Number) -> Number:
    """How many ids there are of one length.

    ids = alphabet ^ length

    Args:
        alphabet: how many characters an id may use, a plain number (62 for a-z, A-Z, 0-9).
        length: how many characters an id has, a plain number.

    Returns:
        A plain number. Not finite when it is beyond the range of a float (about 1.8e308).

    Source: Xu, System Design Interview (2020), chapter 8: 62^7 is about 3.5 trillion.
    """
    with np.errstate(over="ignore", divide="ignore", invalid="ignore"):
        return np.float_power(pure(alphabet), pure(length))


def id_lifetime(ids: Number, rate: Number) -> Number:
    """How long ids last when each new thing takes one and none comes back.

    time = ids / rate

    Args:
        ids: how many ids there are, things.
        rate: average rate at which they are taken, things per time.

    Returns:
        A time. Not finite when rate is not above 0: they last forever.

    Source: Xu, System Design Interview (2020), chapter 8: ids for ten years of records.
    """
    return only_where(rate > 0.0, divide(ids, rate))


def collision_chance(items: Number, ids: Number) -> Number:
    """The chance that at least two of some random ids are the same (the birthday problem).

    chance = 1 - exp(-items * (items - 1) / (2 * ids)),   1 when there are more items than ids

    Close while items are far fewer than ids, and a little low beyond that: 23 of 365 give 0.5000
    where the exact chance is 0.5073.

    Args:
        items: how many ids are drawn, a plain number: divide a count by its noun.
        ids: how many ids there are, each equally likely, a plain number.

    Returns:
        A share, 0..1. Not finite when ids is not above 0.

    Source: Feller, An Introduction to Probability Theory and Its Applications, volume 1, II.3.
    """
    drawn, there = pure(items), pure(ids)
    pairs = drawn * np.maximum(drawn - 1.0, 0.0) / 2.0
    chance = np.where(drawn > there, 1.0, -np.expm1(-divide(pairs, there)))[()]
    return only_where(there > 0.0, chance)
