"""gRPC beside REST as report, JSON and charts."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from app.charts.chart import Chart, Line, Mark
from app.reports.as_json import SCHEMA, comparison_json, quantity_json
from app.reports.build import documented_tables
from app.reports.table import Column, Report, Table
from estimators.protocol.exchange import (
    SPEED_SOURCES,
    Exchange,
    Leg,
    Side,
)
from estimators.protocol.wire import FieldSize
from models.estimate import Estimate
from models.message import Message
from models.quantity import Quantity
from models.reference import Reference
from models.show import times
from models.units import BYTE, MS, NUMBER, Unit

BYTES_A_SECOND: Final = Unit((("B", 1), ("s", -1)))
BYTES_A_MONTH: Final = Unit((("B", 1), ("month", -1)))
BITS_A_SECOND: Final = Unit((("bit", 1), ("s", -1)))
DOLLARS_A_MONTH: Final = Unit((("USD", 1), ("month", -1)))
REQUESTS_A_SECOND: Final = Unit((("request", 1), ("s", -1)))
US: Final = Unit((("us", 1),))
RATES: Final = tuple(10.0 ** (power / 4) for power in range(-4, 9))
"""Times the rate that was asked, for the charts."""


def protocol_report(
    message: Message,
    exchange: Exchange,
    sizes: tuple[FieldSize, ...],
    claims: Estimate,
    aspects: Reference,
) -> Report:
    """One call as gRPC and as REST, byte by byte; what is documented; what else tells them apart.

    Args:
        message: of the request.
        exchange: both ways of sending it.
        sizes: of its fields in protobuf.
        claims: what is documented of the two.
        aspects: what else tells them apart.
    """
    rate = Quantity(exchange.rate, REQUESTS_A_SECOND).shown
    latency = Quantity.of_base(exchange.latency, MS).shown
    line = f"{message.name}, {rate}, {latency} a call; messages are not compressed on the wire"
    tables = (
        _sides_table(exchange),
        _fields_table(message, sizes),
        *documented_tables(claims.documented, "Documented beside what follows in general"),
        Table(
            "What else tells them apart",
            (Column("aspect"), Column("gRPC", below=True), Column("REST", below=True)),
            tuple((about, f"gRPC: {g}", f"REST: {r}") for about, g, r in aspects.rows),
        ),
    )
    return Report("gRPC beside REST", (line,), tables, (("CPU time from", SPEED_SOURCES),))


def _sides_table(exchange: Exchange) -> Table:
    sides = (exchange.grpc, exchange.rest, exchange.rest_http2)
    ratios = exchange.ratios
    cpu = ratios.cpu
    faster = f"{times(cpu.low)} to {times(cpu.high)}" if cpu else ""
    rows = (
        ("request, message alone", *(_bytes(s.request.message) for s in sides), ""),
        ("request, deflated", *(_bytes(s.request.deflated) for s in sides), ""),
        ("response, message alone", *(_bytes(s.response.message) for s in sides), ""),
        ("both messages", *(_bytes(s.message) for s in sides), _times(ratios.message)),
        ("first call, with headers", *(_bytes(s.first) for s in sides), _times(ratios.first)),
        ("later calls", *(_bytes(s.warm) for s in sides), _times(ratios.warm)),
        ("connections", *(f"{s.connections:,}" for s in sides), _times(ratios.connections)),
        ("bandwidth", *(_shown(s.bandwidth * 8, BITS_A_SECOND) for s in sides), ""),
        ("a month", *(_shown(s.month, BYTE) for s in sides), ""),
        ("money a month", *(_shown(s.money, Unit((("USD", 1),))) for s in sides), ""),
        ("CPU time a call, at best", *(_shown(s.cpu.low * 1e6, US) for s in sides), ""),
        ("CPU time a call, at worst", *(_shown(s.cpu.high * 1e6, US) for s in sides), faster),
        ("cores, at most", *(_shown(s.cores.high, NUMBER) for s in sides), ""),
    )
    columns = (
        Column(""),
        Column("gRPC", "right"),
        Column("REST", "right"),
        Column("on HTTP/2", "right"),
        Column("REST/gRPC", "right"),
    )
    return Table("A call, both ways: gRPC, REST over HTTP/1.1, REST over HTTP/2", columns, rows)


def _fields_table(message: Message, sizes: tuple[FieldSize, ...]) -> Table:
    numbers = {field.name: field.number for field in message.fields}
    columns = ("field", "number", "tag", "length", "value", "bytes")
    rows = tuple(
        (s.name, str(numbers[s.name]), str(s.tag), str(s.length), str(s.payload), str(s.total))
        for s in sizes
    )
    aligned = (Column(columns[0]), *(Column(name, "right") for name in columns[1:]))
    return Table(f"{message.name} in protobuf, bytes", aligned, rows)


def _bytes(size: int) -> str:
    return f"{size:,} B"


def _shown(magnitude: float, unit: Unit) -> str:
    return Quantity(magnitude, unit).shown


def _times(ratio: float | None) -> str:
    return times(ratio) if ratio is not None else ""


def protocol_json(
    message: Message, exchange: Exchange, sizes: tuple[FieldSize, ...], claims: Estimate
) -> dict[str, Any]:
    """One call as data: sizes are quantities, ratios plain numbers."""
    ratios = exchange.ratios
    return {
        "schema": SCHEMA,
        "message": message.name,
        "rate": Quantity(exchange.rate, REQUESTS_A_SECOND).dump(),
        "latency": Quantity(exchange.latency * 1e3, MS).dump(),
        "fields": [
            {"name": s.name, "tag": s.tag, "length": s.length, "payload": s.payload,
             "bytes": s.total}
            for s in sizes
        ],
        "grpc": _side(exchange.grpc),
        "rest": _side(exchange.rest),
        "rest_http2": _side(exchange.rest_http2),
        "ratios": {
            "message": ratios.message,
            "deflated": ratios.deflated,
            "first": ratios.first,
            "warm": ratios.warm,
            "connections": ratios.connections,
            "cpu": ratios.cpu and {"low": ratios.cpu.low, "high": ratios.cpu.high},
        },
        "documented": [
            comparison_json(claims.scenario.preset, comparison) for comparison in claims.documented
        ],
    }  # fmt: skip


def _side(side: Side) -> dict[str, Any]:
    return {
        "name": side.name,
        "http": side.http,
        "request": _leg(side.request),
        "response": _leg(side.response),
        "first": quantity_json(side.first, BYTE),
        "warm": quantity_json(side.warm, BYTE),
        "connections": quantity_json(side.connections),
        "bandwidth": quantity_json(side.bandwidth, BYTES_A_SECOND),
        "month": quantity_json(side.month, BYTES_A_MONTH),
        "money": quantity_json(side.money, DOLLARS_A_MONTH),
        "cpu": {
            "low": quantity_json(side.cpu.low * 1e6, US),
            "high": quantity_json(side.cpu.high * 1e6, US),
        },
        "cores": {"low": side.cores.low, "high": side.cores.high},
    }


def _leg(leg: Leg) -> dict[str, Any]:
    return {
        "message": quantity_json(leg.message, BYTE),
        "deflated": quantity_json(leg.deflated, BYTE),
        "framing": quantity_json(leg.overhead.framing, BYTE),
        "headers_first": quantity_json(leg.overhead.first, BYTE),
        "headers_warm": quantity_json(leg.overhead.warm, BYTE),
    }


def protocol_charts(exchange: Exchange) -> tuple[Chart, ...]:
    """Connections and bandwidth by the rate of calls."""
    rates = tuple(exchange.rate * factor for factor in RATES)
    sides: Mapping[str, Side] = {"gRPC": exchange.grpc, "REST": exchange.rest}
    connections = Chart(
        title="Connections by rate",
        x_label="rate",
        y_label="connections",
        lines=tuple(
            Line(
                f"{name}, {side.http}",
                rates,
                tuple(float(side.connections_at(rate, exchange.latency)) for rate in rates),
            )
            for name, side in sides.items()
        ),
        marks=(Mark("asked", exchange.rate),),
        x_unit=REQUESTS_A_SECOND,
        x_log=True,
        y_log=True,
    )
    bandwidth = Chart(
        title="Bandwidth by rate",
        x_label="rate",
        y_label="bandwidth",
        lines=tuple(
            Line(f"{name}, {side.http}", rates, tuple(rate * side.warm * 8 for rate in rates))
            for name, side in sides.items()
        ),
        marks=(Mark("asked", exchange.rate),),
        x_unit=REQUESTS_A_SECOND,
        y_unit=BITS_A_SECOND,
        x_log=True,
        y_log=True,
    )
    return (connections, bandwidth)
