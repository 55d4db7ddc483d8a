"""What is held in memory: caches and the hits they get, connections, sessions.

The hit ratio of a cache follows from how unevenly items are asked for. Under a Zipf law the item of
rank k is asked for in proportion to k^-skew, and the share of requests that go to the first n items
is H(n) / H(items), H being the sum of k^-skew.
"""

from __future__ import annotations

from typing import Final

import numpy as np

from estimators.number import Number, count, divide, mean_exp, only_where, pure, share

HEAD: Final = 16
"""Terms summed one by one. With three Bernoulli terms from there on, the rest is exact to 1e-12 up
to a skew of 3."""

NEWTON_STEPS: Final = 6
"""Each adds two digits or more: the slope that is taken is off by less than a hundredth."""


def hot_set(rate: Number, window: Number, hot: Number, size: Number) -> Number:
    """Memory for the hot share of a window's reads, the "20% of a day's reads" rule.

    hot set = rate * window * hot * size

    Repeated reads of one item are counted each time: nothing is de-duplicated, so this is an upper
    bound that can exceed all data there is. zipf_cached asks for the items instead.

    Args:
        rate: average rate of reads, things per time.
        window: the time over which reads are counted, a time (1 day).
        hot: share of them to hold in memory, 0..1 (0.2 by the 80/20 rule).
        size: what one takes, information per thing.

    Returns:
        Information. Not finite when hot is outside 0..1.

    Source: Grokking the System Design Interview, TinyURL: 20% of a day's requests.
    """
    return rate * window * share(hot) * size


def zipf_hit_ratio(cached: Number, items: Number, skew: Number) -> Number:
    """The share of requests that a cache of the most popular items answers.

    hit ratio = H(cached) / H(items),   H(n) = sum of k^-skew for k = 1..n

    What a cache gets that knows the popularity of each item: an upper bound. LRU gets less, as Che
    et al. show. Fractions of an item are interpolated.

    Args:
        cached: items in the cache, things; at `items` and above the ratio is 1.
        items: items that are asked for, things; at least one.
        skew: the Zipf exponent, a plain number, 0 for an even spread; 0.64 to 0.83 in web proxies
            (Breslau et al.), 0.99 in the YCSB benchmark.

    Returns:
        A share, 0..1. Not finite when cached or skew is negative or items is below one.

    Source: Breslau et al., Web Caching and Zipf-like Distributions (INFOCOM 1999); Che, Tung and
    Wang, Hierarchical Web Caching Systems (IEEE JSAC 20, 2002); Abramowitz and Stegun, Handbook of
    Mathematical Functions (1964), 23.1.30, for the Euler-Maclaurin formula.
    """
    held = count(np.minimum(cached, items))
    every, s = count(items), pure(skew)
    powers = _powers(s)
    ratio = divide(_harmonic(held, s, powers), _harmonic(every, s, powers))
    known = (held >= 0.0) & (every >= 1.0) & (s >= 0.0)
    return only_where(known, np.minimum(ratio, 1.0))


def zipf_cached(hit_ratio: Number, items: Number, skew: Number) -> Number:
    """How many of the most popular items to cache for a hit ratio.

    The inverse of zipf_hit_ratio: cached with H(cached) = hit_ratio * H(items)

    Args:
        hit_ratio: share of requests that the cache should answer, 0..1.
        items: items that are asked for, things; at least one.
        skew: the Zipf exponent, a plain number, 0 for an even spread.

    Returns:
        Items in the cache, things. Not finite when hit_ratio is outside 0..1, skew is negative or
        items is below one.

    Source: Breslau et al., Web Caching and Zipf-like Distributions (INFOCOM 1999).
    """
    hits, every, s = share(hit_ratio), count(items), pure(skew)
    powers = _powers(s)
    wanted = hits * _harmonic(every, s, powers)
    cached = np.zeros_like(wanted)
    for power in powers:
        rank = np.clip(wanted / power, 0.0, 1.0)
        cached, wanted = cached + rank, wanted - rank * power
    # What the first ranks leave is found in the tail: by Newton's method over the integral of
    # x^-s, of which the tail is nearly all, so that the slope is nearly 1.
    longest, unit = np.log(np.maximum(every / HEAD, 1.0)), HEAD ** (1.0 - s)
    wanted = wanted + _correction(float(HEAD), s)
    integral = wanted
    for _ in range(NEWTON_STEPS):
        length = np.clip(_log_length(integral / unit, s), 0.0, longest)
        end = HEAD * np.exp(length)
        integral = integral - (integral + _correction(end, s) - wanted) / (1.0 - s / (2.0 * end))
    length = np.clip(_log_length(integral / unit, s), 0.0, longest)
    cached = np.where(cached < HEAD, cached, HEAD * np.exp(length))
    cached = np.where(hits == 1.0, every, cached)
    known = (hits >= 0.0) & (every >= 1.0) & (s >= 0.0)
    return items * only_where(known, np.minimum(divide(cached, every), 1.0))


def _powers(s: Number) -> list[Number]:
    """k^-s for the ranks that are summed one by one."""
    return [float(rank) ** -s for rank in range(1, HEAD + 1)]


def _harmonic(n: Number, s: Number, powers: list[Number]) -> Number:
    """H(n), the sum of k^-s for k = 1..n, for any n >= 0, fractions interpolated."""
    head = sum(np.clip(n - rank, 0.0, 1.0) * power for rank, power in enumerate(powers))
    return head + _tail(np.log(np.maximum(n / HEAD, 1.0)), s)


def _tail(reach: Number, s: Number) -> Number:
    """The sum of k^-s for k above HEAD up to HEAD * e^reach, by the Euler-Maclaurin formula."""
    first = float(HEAD)
    # The integral of x^-s, which is `reach` at s = 1.
    integral = first ** (1.0 - s) * reach * mean_exp((1.0 - s) * reach)
    return integral + _correction(first * np.exp(reach), s) - _correction(first, s)


def _log_length(integral: Number, s: Number) -> Number:
    """ln(n) for which the integral of x^-s from 1 to n is given; inf where none is so long."""
    with np.errstate(divide="ignore", invalid="ignore"):
        reach = np.log1p(np.maximum((1.0 - s) * integral, -1.0)) / (1.0 - s)
    return np.where(s == 1.0, integral, reach)


def _correction(n: Number, s: Number) -> Number:
    """n^-s / 2 and the terms in the Bernoulli numbers 1/6, -1/30 and 1/42."""
    third = s * (s + 1.0) * (s + 2.0)
    fifth = third * (s + 3.0) * (s + 4.0)
    r = 1.0 / n
    terms = s / 12.0 * r - third / 720.0 * r**3 + fifth / 30240.0 * r**5
    return n**-s * (0.5 - terms)


def cache_memory(items: Number, size: Number, overhead: Number) -> Number:
    """Memory for cached items with what the cache keeps beside each.

    memory = items * (size + overhead)

    Args:
        items: items in the cache, things.
        size: key and value of one, information per thing.
        overhead: what the cache adds to each, information per thing: pointers, expiry, allocator.

    Returns:
        Information.

    Source: Redis documentation, memory usage: 56 bytes for an empty key and value.
    """
    return items * (size + overhead)


def connection_memory(connections: Number, buffers: Number, state: Number) -> Number:
    """Memory for open connections.

    memory = connections * (buffers + state)

    Args:
        connections: open at once, things.
        buffers: the kernel's send and receive buffers of one, information per thing.
        state: what the server keeps of one (TLS, session, subscriptions), information per thing.

    Returns:
        Information.

    Source: Linux manual, tcp(7): tcp_rmem and tcp_wmem.
    """
    return connections * (buffers + state)


def session_memory(rate: Number, lifetime: Number, size: Number) -> Number:
    """Memory for sessions.

    memory = rate * lifetime * size

    Args:
        rate: sessions started, things per time.
        lifetime: how long one is kept, its timeout included, a time.
        size: state of one session, information per thing.

    Returns:
        Information.

    Source: Little, A Proof for the Queuing Formula L = lambda W, Operations Research 9 (1961).
    """
    return rate * lifetime * size
