"""The estimators that formulas may call, with their signatures: the one explicit table.

A signature lists `name: [average|peak] dimension [= default]`, then `->` and the result's. A
dimension is a product of time, information, currency, op, node, number (plain), share (plain,
0..1) and variables: single capital letters that stand for anything counted (url, url/user) or for
nothing.
`average` refuses a peak, `peak` takes nothing else; without a word either is taken, and the
result carries what came in.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, Final

from estimators import availability, bandwidth, cost, latency, memory, sizing, storage, traffic
from estimators.protocol import wire
from estimators.sketches import bloom, count_min, hyperloglog

ESTIMATORS: Final[Mapping[str, tuple[Callable[..., Any], str]]] = {
    # traffic
    "request_rate": (traffic.request_rate, "users: U, actions: N/U/time -> average N/time"),
    "peak_rate": (traffic.peak_rate, "rate: average N/time, factor: number -> peak N/time"),
    "average": (traffic.average, "rate: peak N/time, factor: number = 1 -> average N/time"),
    "peak_factor": (traffic.peak_factor, "peak: peak N/time, rate: average N/time -> number"),
    "load_at": (
        traffic.load_at,
        "rate: average N/time, factor: number, time_of_day: time, busiest: time -> N/time",
    ),
    "busy_hour_share": (traffic.busy_hour_share, "factor: number -> share"),
    "reads": (traffic.reads, "rate: N/time, ratio: number -> N/time"),
    "writes": (traffic.writes, "rate: N/time, ratio: number -> N/time"),
    "push_fanout": (traffic.push_fanout, "posts: P/time, followers: D/P -> D/time"),
    "pull_fanout": (traffic.pull_fanout, "reads: R/time, followees: D/R -> D/time"),
    "hybrid_fanout": (
        traffic.hybrid_fanout,
        "posts: P/time, followers: D/P, pulled: share, reads: R/time, celebrities: D/R -> D/time",
    ),
    "concurrency": (traffic.concurrency, "rate: N/time, duration: time -> N"),
    "connections": (traffic.connections, "users: U, online: share, per_user: N/U -> N"),
    "drain_time": (traffic.drain_time, "backlog: N, capacity: N/time, rate: N/time -> time"),
    "debounced": (traffic.debounced, "rate: N/time, window: time, gap: time -> N/time"),
    "retried": (traffic.retried, "rate: N/time, failures: share, retries: number -> N/time"),
    # storage
    "storage": (
        storage.storage,
        "rate: average N/time, size: information/N, retention: time -> information",
    ),
    "stock": (storage.stock, "rate: average N/time, retention: time -> N"),
    "grown_stock": (
        storage.grown_stock,
        "rate: average N/time, retention: time, growth: number, period: time -> N",
    ),
    "grown_storage": (
        storage.grown_storage,
        "rate: average N/time, size: information/N, retention: time, growth: number, period: time"
        " -> information",
    ),
    "indexed": (storage.indexed, "size: information, overhead: number -> information"),
    "amplified": (storage.amplified, "size: information, amplification: number -> information"),
    "compressed": (storage.compressed, "size: information/M, ratio: number -> information/M"),
    "deduplicated": (storage.deduplicated, "size: information, duplicates: share -> information"),
    "time_until_full": (
        storage.time_until_full,
        "capacity: information, used: information, rate: average information/time -> time",
    ),
    "id_space": (storage.id_space, "alphabet: number, length: number -> number"),
    "id_lifetime": (storage.id_lifetime, "ids: N, rate: average N/time -> time"),
    "collision_chance": (storage.collision_chance, "items: number, ids: number -> share"),
    # bandwidth
    "ingress": (bandwidth.ingress, "rate: N/time, size: information/N -> information/time"),
    "egress": (bandwidth.egress, "rate: N/time, size: information/N -> information/time"),
    "framed": (
        bandwidth.framed,
        "payload: information/N, segment: information/N, header: information/N -> information/N",
    ),
    "wire_rate": (
        bandwidth.wire_rate,
        "rate: N/time, payload: information/N, overhead: information/N, ratio: number = 1"
        " -> information/time",
    ),
    "offloaded": (
        bandwidth.offloaded,
        "traffic: information/time, hit_ratio: share -> information/time",
    ),
    "link_share": (
        bandwidth.link_share,
        "traffic: information/time, link: information/time -> number",
    ),
    # memory
    "hot_set": (
        memory.hot_set,
        "rate: average N/time, window: time, hot: share, size: information/N -> information",
    ),
    "zipf_hit_ratio": (memory.zipf_hit_ratio, "cached: N, items: N, skew: number -> share"),
    "zipf_cached": (memory.zipf_cached, "hit_ratio: share, items: N, skew: number -> N"),
    "cache_memory": (
        memory.cache_memory,
        "items: N, size: information/N, overhead: information/N -> information",
    ),
    "connection_memory": (
        memory.connection_memory,
        "connections: N, buffers: information/N, state: information/N -> information",
    ),
    "session_memory": (
        memory.session_memory,
        "rate: N/time, lifetime: time, size: information/N -> information",
    ),
    # sketches
    "bloom_memory": (bloom.bloom_memory, "items: N, error: share -> information"),
    "bloom_error": (bloom.bloom_error, "items: N, memory: information -> share"),
    "bloom_capacity": (bloom.bloom_capacity, "memory: information, error: share -> number"),
    "bloom_hashes": (bloom.bloom_hashes, "error: share -> number"),
    "count_min_memory": (
        count_min.count_min_memory,
        "epsilon: share, delta: share, counter: information = 4 -> information",
    ),
    "count_min_error": (
        count_min.count_min_error,
        "memory: information, delta: share, counter: information = 4 -> share",
    ),
    "overcount": (count_min.overcount, "epsilon: share, total: N -> N"),
    "hyperloglog_memory": (
        hyperloglog.hyperloglog_memory,
        "error: share, register: information = 0.75 -> information",
    ),
    "hyperloglog_error": (
        hyperloglog.hyperloglog_error,
        "memory: information, register: information = 0.75 -> share",
    ),
    # protocol
    "wire_size": (
        wire.wire_size,
        "payload: information/N, fields: number, frame: information/N = 14 -> information/N",
    ),
    "json_size": (
        wire.json_size,
        "payload: information/N, fields: number, name: information/N -> information/N",
    ),
    # sizing
    "times_of": (sizing.times_of, "items: N -> number"),
    "operations": (sizing.operations, "rate: N/time -> op/time"),
    "rate_need": (sizing.rate_need, "reads: op/time, read_rate: op/time/node -> node"),
    "space_need": (sizing.space_need, "held: information, space: information/node -> node"),
    "link_need": (
        sizing.link_need,
        "traffic: information/time, link: information/time/node -> node",
    ),
    "count_need": (sizing.count_need, "open_: N, per_node: 1/node -> node"),
    "planned": (sizing.planned, "need: node, margin: number, utilisation: share -> node"),
    "fleet": (
        sizing.fleet,
        "needed: peak node, copies: number, headroom: number, spares: node -> node",
    ),
    # availability
    "redundant": (availability.redundant, "availability: share, copies: number -> share"),
    "majority": (availability.majority, "availability: share, members: number -> share"),
    "needed_by": (availability.needed_by, "availability: share, chance: share -> share"),
    "downtime": (availability.downtime, "availability: share, period: time -> time"),
    # latency
    "waiting_chance": (latency.waiting_chance, "servers: number, load: number -> share"),
    "mean_wait": (latency.mean_wait, "servers: number, load: number, service: time -> time"),
    "served_within": (
        latency.served_within,
        "servers: number, load: number, service: time, limit: time -> share",
    ),
    "tail_chance": (latency.tail_chance, "chance: share, calls: number -> share"),
    "lognormal_mean": (latency.lognormal_mean, "median: time, p99: time -> time"),
    # cost
    "node_cost": (cost.node_cost, "nodes: node, price: currency/node/time -> currency/time"),
    "stored_cost": (
        cost.stored_cost,
        "held: information, price: currency/information/time -> currency/time",
    ),
    "used_cost": (cost.used_cost, "rate: average op/time, price: currency/op -> currency/time"),
    "traffic_cost": (
        cost.traffic_cost,
        "traffic: average information/time, price: currency/information -> currency/time",
    ),
}
"""Name in formulas -> the function and its signature."""
