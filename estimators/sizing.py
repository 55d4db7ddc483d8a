"""How many machines: what each resource needs, and the fleet that carries the tightest of them."""

from __future__ import annotations

import numpy as np

from estimators.number import Number, count, divide, only_where, pure, share


def operations(rate: Number) -> Number:
    """Requests of a path as operations on a component: one each, whatever is counted.

    operations = rate

    Args:
        rate: requests, things per time.

    Returns:
        Operations per time.

    Source: the definition of a hop, `docs/components.md`.
    """
    # With pint, the noun that is counted gives way to op; floats and arrays have none.
    if not hasattr(rate, "m_as"):
        return rate
    second = rate._REGISTRY.Quantity(1.0, "s")
    return rate._REGISTRY.Quantity(count(rate * second), "op/s")


def times_of(items: Number) -> Number:
    """How often something is done for one request, whatever is counted.

    times = items

    Args:
        items: things per request, a count or a ratio of counts.

    Returns:
        A plain number.

    Source: the definition of a hop, `docs/components.md`.
    """
    return count(items)


def rate_need(reads: Number, read_rate: Number) -> Number:
    """Nodes that a rate of operations keeps busy all the time.

    nodes = operations / rate of one node

    Args:
        reads: operations per time.
        read_rate: what one node sustains at full load, operations per time and node.

    Returns:
        Nodes, not rounded. Not finite when one node sustains nothing.

    Source: Netflix service-capacity-modeling: CPU seconds a second over cores.
    """
    return divide(reads, read_rate)


def space_need(held: Number, space: Number) -> Number:
    """Nodes that data fills.

    nodes = held / space of one node

    Args:
        held: all copies, information.
        space: of one node, information per node.

    Returns:
        Nodes, not rounded. Not finite when a node has no space.

    Source: Netflix service-capacity-modeling: disk needs per instance.
    """
    return divide(held, space)


def link_need(traffic: Number, link: Number) -> Number:
    """Nodes whose network traffic fills.

    nodes = traffic / link of one node

    Args:
        traffic: information per time.
        link: of one node, information per time and node.

    Returns:
        Nodes, not rounded. Not finite when a node has no link.

    Source: Netflix service-capacity-modeling: network needs per instance.
    """
    return divide(traffic, link)


def count_need(open_: Number, per_node: Number) -> Number:
    """Nodes that hold open connections, sessions or anything else that is counted.

    nodes = count / count a node

    Args:
        open_: how many are open at once, things.
        per_node: how many one node holds, per node.

    Returns:
        Nodes, not rounded. Not finite when a node holds none.

    Source: Phoenix, "The Road to 2 Million Websocket Connections" (2015).
    """
    return divide(count(open_) if hasattr(open_, "m_as") else open_, per_node)


def planned(need: Number, margin: Number, utilisation: Number) -> Number:
    """Nodes that one plans for, so that each is busy only to a target.

    nodes = need * margin / utilisation

    Args:
        need: nodes that would be busy all the time, at the median demand, nodes.
        margin: how many times its median the demand is that one sizes for, a plain number.
        utilisation: the target, a share above 0.

    Returns:
        Nodes, not rounded. Not finite when the utilisation is 0 or outside 0..1.

    Source: Netflix service-capacity-modeling: buffers that multiply; targets by kind.
    """
    return need * margin / only_where(pure(utilisation) > 0.0, share(utilisation))


def fleet(needed: Number, copies: Number, headroom: Number, spares: Number) -> Number:
    """Whole nodes: the need rounded up to full sets of copies, with what may be lost on top.

    fleet = max(ceil(needed * headroom / copies), 1 or 2) * copies + spares

    2 where there is headroom for the loss of a zone: one node cannot be in two.

    Args:
        needed: nodes by the tightest resource, copies included, nodes.
        copies: of each piece of data, a plain number; 1 for a stateless fleet.
        headroom: 1.5 so that two of three zones carry everything, 1 for none, a plain number.
        spares: nodes beyond (N+1), nodes.

    Returns:
        Nodes.

    Source: Netflix service-capacity-modeling: zonal deployments; N+1 redundancy, IEC 60050-192.
    """
    # A need of 4.0000000000000004 is one of 4.
    sets = np.ceil(pure(needed, "node") * pure(headroom) / pure(copies) * (1.0 - 1e-12))
    whole = np.maximum(sets, np.where(pure(headroom) > 1.0, 2.0, 1.0)) * pure(copies)
    if hasattr(needed, "m_as"):
        return needed._REGISTRY.Quantity(whole, "node") + spares
    return whole + spares
