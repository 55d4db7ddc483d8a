"""How often it works: shares of time, in series and side by side, and what they leave out."""

from __future__ import annotations

from typing import Final

import numpy as np

from estimators.number import Number, only_where, pure, share

MOST_MEMBERS: Final = 201
"""No quorum is larger: etcd advises at most seven."""


def redundant(availability: Number, copies: Number) -> Number:
    """The availability of copies any one of which is enough.

    availability = 1 - (1 - a)^copies

    Copies fail independently here; what they share (a zone, a deployment) is not in it.

    Args:
        availability: of one (a), a share.
        copies: how many there are, a plain number of at least 1.

    Returns:
        A share. Not finite when availability is outside 0..1.

    Source: Beyer et al., Site Reliability Engineering (2016), chapter 3; Trivedi, Probability and
    Statistics with Reliability (2002), parallel systems.
    """
    return 1.0 - (1.0 - share(availability)) ** pure(copies)


def majority(availability: Number, members: Number) -> Number:
    """The availability of a quorum: more than half of its members work.

    availability = sum of C(n, k) * (1 - a)^k * a^(n - k) for k = 0..floor((n - 1) / 2)

    Members fail independently here; an election takes no time.

    Args:
        availability: of one member (a), a share.
        members: how many there are (n), a plain number of at least 1 and at most 201.

    Returns:
        A share. Not finite when availability is outside 0..1, or with more members.

    Source: Trivedi, Probability and Statistics with Reliability (2002), k-out-of-n systems.
    """
    works = share(availability)
    count = np.floor(pure(members))
    spared = np.floor((count - 1.0) / 2.0)
    ways, total = np.ones_like(count), np.zeros_like(count * works)
    for lost in range(MOST_MEMBERS // 2 + 1):
        some = ways * (1.0 - works) ** lost * works ** np.maximum(count - lost, 0.0)
        total = total + np.where(lost <= spared, some, 0.0)
        if np.all(lost >= spared):
            break
        ways = ways * (count - lost) / (lost + 1.0)
    return only_where((count >= 1.0) & (count <= MOST_MEMBERS), total)[()]


def needed_by(availability: Number, chance: Number) -> Number:
    """The share of requests that one step of a path does not fail.

    availability = 1 - chance * (1 - a)

    Args:
        availability: of the component (a), a share.
        chance: the share of requests that go there at all, a share.

    Returns:
        A share. Not finite when one of the two is outside 0..1.

    Source: Trivedi, Probability and Statistics with Reliability (2002), series systems.
    """
    return 1.0 - share(chance) * (1.0 - share(availability))


def downtime(availability: Number, period: Number) -> Number:
    """How long something is away in a period.

    downtime = (1 - availability) * period

    Args:
        availability: a share.
        period: a time, such as 1 year.

    Returns:
        A time. Not finite when availability is outside 0..1.

    Source: system-design-primer, "Availability in numbers": 99.9% is 8 h 46 min a year.
    """
    return (1.0 - share(availability)) * period
