"""What it costs: nodes by the hour, stored bytes by the month, requests and traffic by use."""

from __future__ import annotations

from estimators.number import Number


def node_cost(nodes: Number, price: Number) -> Number:
    """Nodes that run all the time.

    cost = nodes * price

    Args:
        nodes: how many run, nodes.
        price: of one for a time, currency per node and time.

    Returns:
        Currency per time.

    Source: providers' price lists: on demand, by the hour.
    """
    return nodes * price


def stored_cost(held: Number, price: Number) -> Number:
    """Bytes that are kept.

    cost = held * price

    Args:
        held: how much is kept, information.
        price: for keeping it for a time, currency per information and time.

    Returns:
        Currency per time.

    Source: providers' price lists: GB-months.
    """
    return held * price


def used_cost(rate: Number, price: Number) -> Number:
    """What is paid by use.

    cost = rate * price

    Args:
        rate: the average rate of use, things per time. A peak is not billed.
        price: of one, currency per thing.

    Returns:
        Currency per time.

    Source: providers' price lists: per million requests.
    """
    return rate * price


def traffic_cost(traffic: Number, price: Number) -> Number:
    """What is paid for data that leaves.

    cost = traffic * price

    Args:
        traffic: the average, information per time. A peak is not billed.
        price: of one byte, currency per information.

    Returns:
        Currency per time.

    Source: providers' price lists: per GB out.
    """
    return traffic * price
