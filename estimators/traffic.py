"""How often things happen: average and peak rates, the day's curve, fan-out, what is open at once.

Rates are things per time. In plain floats that is per second.
"""

from __future__ import annotations

from typing import Final

import numpy as np

from estimators.number import Number, divide, only_where, pure, share

DAY: Final = 86_400.0
"""Seconds."""

SECANTS: Final = 6
"""Steps that find the last digit at every factor."""

SERIES_FROM: Final = 500.0
"""From here on four terms of the asymptotic series of I0 are exact to a float; np.i0 itself
overflows at 713."""

HOUR_NODES: Final = 32
"""Gauss-Legendre nodes over half an hour's peak: far below 1e-12 of error at every factor."""


def request_rate(users: Number, actions: Number) -> Number:
    """The average rate at which users do something.

    rate = users * actions

    Args:
        users: how many are active, users (daily active users where actions are per day).
        actions: what each of them does, things per user per time.

    Returns:
        The average rate, things per time.

    Source: Xu, System Design Interview (2020), chapter 2: QPS from daily active users.
    """
    return users * actions


def peak_rate(rate: Number, factor: Number) -> Number:
    """The rate in the busiest moments of a day.

    peak = rate * factor

    Args:
        rate: the average rate, things per time.
        factor: how many times the average the peak is, a plain number of at least 1.

    Returns:
        The peak rate, things per time.

    Source: Xu, System Design Interview (2020), chapter 2: peak QPS = 2 * QPS.
    """
    return rate * factor


def average(rate: Number, factor: Number = 1.0) -> Number:
    """The average rate behind a peak.

    average = rate / factor

    Args:
        rate: the peak rate, things per time.
        factor: how many times the average the peak is, a plain number; 1 counts the peak as if it
            lasted the whole time, an upper bound.

    Returns:
        The average rate, things per time. Not finite when factor is 0.

    Source: the inverse of peak_rate; Xu, System Design Interview (2020), chapter 2.
    """
    return divide(rate, factor)


def peak_factor(peak: Number, rate: Number) -> Number:
    """How many times the average the peak is.

    factor = peak / rate

    Args:
        peak: the peak rate, things per time.
        rate: the average rate of the same things, things per time.

    Returns:
        A plain number. Not finite when the average is 0.

    Source: the inverse of peak_rate; Xu, System Design Interview (2020), chapter 2.
    """
    return pure(divide(peak, rate))


def load_at(rate: Number, factor: Number, time_of_day: Number, busiest: Number) -> Number:
    """The rate at one time of an average day.

    load = rate * exp(k * cos(2 pi * (time_of_day - busiest) / day)) / I0(k)

    A day's load as a von Mises curve: smooth, one summit, and round the clock. k follows from the
    factor by exp(k) / I0(k) = factor, so that the mean over the day is exactly `rate` and the
    summit exactly factor * rate.

    Args:
        rate: the average rate, things per time.
        factor: how many times the average the summit is, a plain number of at least 1.
        time_of_day: when, a time since midnight; 26 h is 2 h.
        busiest: when the summit is, a time since midnight.

    Returns:
        The rate at that time, things per time. Not finite when factor is below 1.

    Source: Mardia and Jupp, Directional Statistics (2000), the von Mises distribution; Abramowitz
    and Stegun, Handbook of Mathematical Functions (1964), 9.6 and 9.7.1 for I0.
    """
    concentration = _concentration(pure(factor))
    angle = 2.0 * np.pi * pure(time_of_day - busiest, "s") / DAY
    return rate * (_curve(concentration, angle) / _scaled_i0(concentration))


def busy_hour_share(factor: Number) -> Number:
    """The share of a day's volume that falls into its busiest hour.

    share = integral of load_at over the hour around the summit / (rate * day)

    Between 1/24 on a flat day and factor/24, which an hour at the summit throughout would carry.

    Args:
        factor: how many times the average the summit of the day is, a plain number of at least 1.

    Returns:
        A share, 0..1. Not finite when factor is below 1.

    Source: the busy hour of ITU-T E.600, over the curve of load_at (Mardia and Jupp, Directional
    Statistics, 2000).
    """
    concentration = _concentration(pure(factor))[..., np.newaxis]
    # A sharp summit fits into 9 standard deviations, and the nodes have to fall inside it.
    reach = np.minimum(np.pi / 24.0, divide(9.0, np.sqrt(concentration)))
    nodes, weights = np.polynomial.legendre.leggauss(HOUR_NODES)
    curve = _curve(concentration, reach * (nodes + 1.0) / 2.0)
    volume = np.sum(weights * curve * reach, axis=-1) / (2.0 * np.pi)
    return np.minimum(volume / _scaled_i0(concentration[..., 0]), 1.0)


def _curve(k: Number, angle: Number) -> Number:
    """exp(k * (cos(angle) - 1)), exact at small angles too."""
    return np.exp(-2.0 * k * np.sin(angle / 2.0) ** 2)


def _concentration(factor: Number) -> Number:
    """k with exp(k) / I0(k) = factor, by the secant method; nan where the factor is below 1."""
    known = np.maximum(factor, 1.0)
    # exp(k) / I0(k) is about 1 + k for small k and tends to sqrt(2 pi k) from below.
    k = np.where(known < 2.0, known - 1.0, known**2 / (2.0 * np.pi))
    # The slope of ln(I0(k) e^-k) is I1(k) / I0(k) - 1, the ratio near Amos' bound.
    slope = k / (0.5 + np.sqrt(k**2 + 2.25)) - 1.0
    off = np.log(known * _scaled_i0(k))
    for _ in range(SECANTS):
        step = -off / slope
        further = np.maximum(k + step, 0.0)
        left = np.log(known * _scaled_i0(further))
        moved = further != k
        slope = np.where(moved, divide(left - off, further - k), slope)
        slope = np.where(slope < 0.0, slope, -1.0)
        k, off = further, left
    return only_where(factor >= 1.0, k)


def _scaled_i0(k: Number) -> Number:
    """exp(-k) * I0(k), for any k >= 0; beyond np.i0 by Abramowitz and Stegun 9.7.1."""
    small, large = np.minimum(k, SERIES_FROM), np.maximum(k, SERIES_FROM)
    r = 1.0 / (8.0 * large)
    series = 1.0 + r * (1.0 + 9.0 / 2.0 * r * (1.0 + 25.0 / 3.0 * r * (1.0 + 49.0 / 4.0 * r)))
    return np.where(
        k < SERIES_FROM,
        np.i0(small) * np.exp(-small),
        series / np.sqrt(2.0 * np.pi * large),
    )[()]


def reads(rate: Number, ratio: Number) -> Number:
    """The reads in a total of reads and writes.

    reads = rate * ratio / (1 + ratio)

    Args:
        rate: reads and writes together, things per time.
        ratio: reads for each write, a plain number (100 for 100:1).

    Returns:
        The rate of reads, things per time. Not finite when ratio is negative.

    Source: system-design-primer, solutions/system_design/pastebin: "10:1 read to write ratio".
    """
    per_write = pure(ratio)
    return rate * only_where(per_write >= 0.0, divide(per_write, 1.0 + per_write))


def writes(rate: Number, ratio: Number) -> Number:
    """The writes in a total of reads and writes.

    writes = rate / (1 + ratio)

    Args:
        rate: reads and writes together, things per time.
        ratio: reads for each write, a plain number (100 for 100:1).

    Returns:
        The rate of writes, things per time. Not finite when ratio is negative.

    Source: system-design-primer, solutions/system_design/pastebin: "10:1 read to write ratio".
    """
    per_write = pure(ratio)
    return rate * only_where(per_write >= 0.0, divide(1.0, 1.0 + per_write))


def push_fanout(posts: Number, followers: Number) -> Number:
    """Deliveries when each post is written into every follower's feed (fan-out on write).

    deliveries = posts * followers

    Args:
        posts: what is published, posts per time.
        followers: the average over posts, not over authors, of followers reached, deliveries per
            post. Authors with many followers post more, so the average over authors is too low.

    Returns:
        Feed writes, deliveries per time.

    Source: Xu, System Design Interview (2020), chapter 11: fan-out on write.
    """
    return posts * followers


def pull_fanout(reads: Number, followees: Number) -> Number:
    """Fetches when each feed is put together as it is read (fan-out on read).

    fetches = reads * followees

    Args:
        reads: feeds opened, reads per time.
        followees: authors whose posts one read fetches, fetches per read.

    Returns:
        Author lookups, fetches per time.

    Source: Xu, System Design Interview (2020), chapter 11: fan-out on read.
    """
    return reads * followees


def hybrid_fanout(
    posts: Number, followers: Number, pulled: Number, reads: Number, celebrities: Number
) -> Number:
    """Deliveries when posts are pushed, but those of celebrities are pulled as feeds are read.

    deliveries = posts * followers * (1 - pulled) + reads * celebrities

    Args:
        posts: what is published, posts per time.
        followers: the average over posts of followers reached, deliveries per post.
        pulled: share of follower edges whose author is pulled rather than pushed, 0..1.
        reads: feeds opened, reads per time.
        celebrities: pulled authors that one read fetches, deliveries per read.

    Returns:
        Pushes and pulls together, deliveries per time. Not finite when pulled is outside 0..1.

    Source: Xu, System Design Interview (2020), chapter 11: the hybrid approach.
    """
    return posts * followers * (1.0 - share(pulled)) + reads * celebrities


def concurrency(rate: Number, duration: Number) -> Number:
    """How many are in the system at once.

    concurrency = rate * duration

    Args:
        rate: arrivals, things per time. A peak gives what is open at the peak, if it lasts longer
            than `duration`.
        duration: how long each stays, on average, a time.

    Returns:
        How many are open at once, on average, things.

    Source: Little, A Proof for the Queuing Formula L = lambda W, Operations Research 9 (1961).
    """
    return rate * duration


def connections(users: Number, online: Number, per_user: Number) -> Number:
    """Connections that are open at once.

    connections = users * online * per_user

    Args:
        users: all users that may be online, users.
        online: share of them that is online at once, 0..1.
        per_user: connections of each (one for every device or tab), connections per user.

    Returns:
        Open connections. Not finite when online is outside 0..1.

    Source: Xu, System Design Interview (2020), chapter 12: connections of a chat system.
    """
    return users * share(online) * per_user


def drain_time(backlog: Number, capacity: Number, rate: Number) -> Number:
    """How long a backlog takes to work off while new work keeps coming.

    time = backlog / (capacity - rate)

    Args:
        backlog: what has piled up, things.
        capacity: what can be worked off, things per time.
        rate: what keeps coming, things per time.

    Returns:
        A time. Not finite when capacity is not above rate: the backlog never drains.

    Source: the fluid approximation of a queue; Newell, Applications of Queueing Theory (1971).
    """
    return only_where(capacity > rate, divide(backlog, capacity - rate))


def debounced(rate: Number, window: Number, gap: Number) -> Number:
    """Events left when one counts only if no other follows it within a window.

    left = rate * exp(-window / gap)

    That is the chance that an exponential gap is longer than the window. People type more evenly
    than that, so where the window is shorter than the gap more events are left, and where it is
    longer, fewer.

    Args:
        rate: events before, such as keystrokes of all users, things per time.
        window: how long a client waits for the next event, a time.
        gap: mean time between two events of one client, a time.

    Returns:
        Events that are sent, things per time. Not finite when gap is not above 0.

    Source: Kleinrock, Queueing Systems, volume 1 (1975): the gaps of a Poisson stream.
    """
    waited = pure(divide(window, gap))
    return rate * only_where(gap > 0.0, np.exp(-waited))


def retried(rate: Number, failures: Number, retries: Number) -> Number:
    """Attempts made when whatever fails is tried again.

    attempts = rate * (1 + f + f^2 + ... + f^retries) = rate * (1 - f^(retries + 1)) / (1 - f)

    Each attempt fails independently. In an outage f is 1 and the load is (1 + retries) times rate.

    Args:
        rate: first attempts, things per time.
        failures: share of attempts that fail (f), 0..1.
        retries: how often one thing is tried again at most, a plain number (2 for three attempts).

    Returns:
        All attempts, things per time. Not finite when failures is outside 0..1 or retries is
        negative.

    Source: Beyer et al., Site Reliability Engineering (2016), chapter 21: retries under overload.
    """
    f, again = share(failures), pure(retries)
    outage = f == 1.0
    attempts = np.where(outage, 1.0 + again, divide(1.0 - f ** (1.0 + again), 1.0 - f))
    return rate * only_where(again >= 0.0, attempts)
