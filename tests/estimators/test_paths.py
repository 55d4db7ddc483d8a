"""How long paths take, held against simulations of a million requests each."""

from __future__ import annotations

import heapq
import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from itertools import pairwise
from statistics import NormalDist

import numpy as np
import numpy.typing as npt
import pytest

from estimators.paths import path_times
from estimators.plan import Plan
from models.band import Band
from models.scenario import Scenario
from models.system import PathValue
from presets.loader import load

SystemOf = Callable[..., Plan]
Array = npt.NDArray[np.float64]
REQUESTS = 1_000_000
WITHIN = 0.02
BAND_WITHIN = 0.12
Z95, Z99 = 1.6448536269514722, 2.3263478740408408


@dataclass(frozen=True)
class Time:
    """How long one operation takes: a lognormal by its median and p99, in milliseconds."""

    median: float
    p99: float

    @property
    def sigma(self) -> float:
        return math.log(self.p99 / self.median) / Z99

    def drawn(self, rng: np.random.Generator, shape: int | tuple[int, ...] = REQUESTS) -> Array:
        return self.median * np.exp(self.sigma * rng.standard_normal(shape))


FAST, MIDDLE, SLOW = Time(0.4, 1.2), Time(3.0, 12.0), Time(20.0, 200.0)
TIMES = {"fast": FAST, "middle": MIDDLE, "slow": SLOW}


def inputs(times: Mapping[str, Time] = TIMES) -> dict[str, str]:
    given = {f"{name}_time": f"{time.median!r} ms" for name, time in times.items()}
    return given | {f"{name}_tail": f"{time.p99!r} ms" for name, time in times.items()}


def component(name: str, more: str = "") -> str:
    return f'external | latency = "{name}_time" | latency_p99 = "{name}_tail"{more}'


COMPONENTS = {name: component(name) for name in TIMES}


def passed(plan: Plan, path: str = "get") -> PathValue:
    return plan.estimate(Scenario(plan.preset)).paths[path]


def milliseconds(found: PathValue) -> tuple[float, float]:
    assert found.p50 is not None
    assert found.p99 is not None
    return found.p50.base * 1e3, found.p99.base * 1e3


def path_of(system_of: SystemOf, *hops: str, more: Mapping[str, str] | None = None) -> PathValue:
    """A path over those of the three stores that its hops go to."""
    used = {n: text for n, text in COMPONENTS.items() if any(f'"{n}"' in hop for hop in hops)}
    return passed(system_of(used, {"get": hops}, inputs() | dict(more or {})))


def check(found: PathValue, simulated: Array) -> None:
    p50, p99 = np.percentile(simulated, (50, 99))
    assert milliseconds(found) == pytest.approx((p50, p99), rel=WITHIN)


@pytest.fixture
def rng() -> np.random.Generator:
    return np.random.default_rng(20261124)


# Hops


@pytest.mark.parametrize("name", TIMES)
def test_one_hop_takes_what_its_component_takes(name: str, system_of: SystemOf) -> None:
    found = path_of(system_of, f'to = "{name}"')
    assert milliseconds(found) == pytest.approx((TIMES[name].median, TIMES[name].p99), rel=0.005)


def test_hops_follow_each_other(system_of: SystemOf, rng: np.random.Generator) -> None:
    found = path_of(system_of, 'to = "fast"', 'to = "middle"', 'to = "slow"', 'to = "fast"')
    times = FAST.drawn(rng) + MIDDLE.drawn(rng) + SLOW.drawn(rng) + FAST.drawn(rng)
    check(found, times)


def test_twelve_hops_in_series(system_of: SystemOf, rng: np.random.Generator) -> None:
    found = path_of(system_of, *(['to = "middle"'] * 12))
    check(found, sum((MIDDLE.drawn(rng) for _ in range(12)), np.zeros(REQUESTS)))
    assert milliseconds(found)[1] < 0.6 * 12 * MIDDLE.p99  # p99s are never added


@pytest.mark.parametrize("chance", [0.4, 0.2, 0.03, 0.001])
def test_a_slow_store_that_some_requests_go_to_is_a_tail(
    chance: float, system_of: SystemOf, rng: np.random.Generator
) -> None:
    found = path_of(system_of, 'to = "fast"', f'to = "slow", chance = "{chance}"')
    some = rng.random(REQUESTS) < chance
    check(found, FAST.drawn(rng) + some * SLOW.drawn(rng))


def share_below(time: Array, of: Time) -> Array:
    """The share of operations that take less than some times."""
    with np.errstate(divide="ignore"):
        scores = np.log(np.maximum(time, 0) / of.median) / (of.sigma * math.sqrt(2))
    return np.array([math.erfc(-score) / 2 for score in np.atleast_1d(scores)])


def exactly(first: Time, then: Time, chance: float, share: float) -> float:
    """A percentile of a hop and, with a chance, another: by quadrature over 2,000 strata."""
    normal = NormalDist()
    scores = np.array([normal.inv_cdf((n + 0.5) / 2000) for n in range(2000)])
    times = first.median * np.exp(first.sigma * scores)
    low, high = 1e-3, 1e6
    for _ in range(40):
        middle = math.sqrt(low * high)
        alone = share_below(np.array([middle]), first)[0]
        passed = (1 - chance) * alone + chance * share_below(middle - times, then).mean()
        low, high = (middle, high) if passed < share else (low, middle)
    return low


@pytest.mark.parametrize("chance", [0.011, 0.01, 0.009])
def test_a_tail_that_begins_at_the_p99(chance: float, system_of: SystemOf) -> None:
    """Where a thousandth more or less of slow requests makes it another number altogether."""
    found = path_of(system_of, 'to = "fast"', f'to = "slow", chance = "{chance}"')
    expected = exactly(FAST, SLOW, chance, 0.99)
    assert milliseconds(found)[1] == pytest.approx(expected, rel=WITHIN)


@pytest.mark.parametrize("chance", [0.2, 0.005, 0.001])
def test_a_store_ten_thousand_times_slower_leaves_the_rest_as_it_is(
    chance: float, system_of: SystemOf
) -> None:
    """A retry after seconds beside a cache below a millisecond."""
    away = Time(5_000.0, 9_000.0)
    plan = system_of(
        {"fast": component("fast"), "away": component("away")},
        {"get": ['to = "fast"', f'to = "away", chance = "{chance}"']},
        inputs({"fast": FAST, "away": away}),
    )
    expected = [exactly(FAST, away, chance, share) for share in (0.5, 0.99)]
    assert milliseconds(passed(plan)) == pytest.approx(expected, rel=WITHIN)


def test_a_steady_time_that_is_seldom_spent_leaves_the_median(system_of: SystemOf) -> None:
    """A time-out of ten seconds has no spread, and happens to one request of ten."""
    plan = system_of(
        {"fast": component("fast"), "out": 'external | latency = "timeout"'},
        {"get": ['to = "fast"', 'to = "out", chance = "0.1"']},
        inputs({"fast": FAST}) | {"timeout": "10 s"},
    )
    p50, p99 = milliseconds(passed(plan))
    # Nine of ten are those of the cache: the median is its share 0.5/0.9.
    score = 0.13971029888186212
    assert p50 == pytest.approx(FAST.median * math.exp(FAST.sigma * score), rel=WITHIN)
    assert p99 == pytest.approx(10_000, rel=WITHIN)


def test_a_chance_of_one_is_always_and_of_none_is_never(system_of: SystemOf) -> None:
    alone = path_of(system_of, 'to = "middle"')
    always = path_of(system_of, 'to = "middle", chance = "share"', more={"share": "100%"})
    never = path_of(
        system_of, 'to = "middle"', 'to = "fast", chance = "share"', more={"share": "0%"}
    )
    assert milliseconds(always) == pytest.approx(milliseconds(alone), rel=1e-9)
    assert milliseconds(never) == pytest.approx(milliseconds(alone), rel=0.002)


@pytest.mark.parametrize("calls", [2, 20, 100])
def test_parallel_calls_take_as_long_as_the_longest(
    calls: int, system_of: SystemOf, rng: np.random.Generator
) -> None:
    found = path_of(system_of, 'to = "fast"', f'to = "slow", calls = "{calls}", parallel = true')
    longest = rng.standard_normal(REQUESTS)
    for _ in range(calls - 1):
        np.maximum(longest, rng.standard_normal(REQUESTS), out=longest)
    check(found, FAST.drawn(rng) + SLOW.median * np.exp(SLOW.sigma * longest))


def test_of_a_hundred_parallel_calls_63_in_100_meet_one_in_a_hundred(system_of: SystemOf) -> None:
    """Dean and Barroso (2013): one call's p99 is what more than half of all requests wait for."""
    found = path_of(system_of, 'to = "slow", calls = "100", parallel = true')
    p50, _ = milliseconds(found)
    assert p50 > SLOW.p99
    # The median of the longest of 100 is the 0.5^(1/100) = 99.309th percentile of one.
    score = 2.461995
    assert p50 == pytest.approx(SLOW.median * math.exp(SLOW.sigma * score), rel=0.005)


def test_some_requests_make_parallel_calls(system_of: SystemOf, rng: np.random.Generator) -> None:
    hop = 'to = "middle", calls = "20", parallel = true, chance = "0.3"'
    found = path_of(system_of, 'to = "fast"', hop)
    longest = MIDDLE.drawn(rng)
    for _ in range(19):
        np.maximum(longest, MIDDLE.drawn(rng), out=longest)
    check(found, FAST.drawn(rng) + (rng.random(REQUESTS) < 0.3) * longest)


def test_serial_calls_are_added_up(system_of: SystemOf, rng: np.random.Generator) -> None:
    found = path_of(system_of, 'to = "middle", calls = "5"')
    check(found, sum((MIDDLE.drawn(rng) for _ in range(5)), np.zeros(REQUESTS)))


def test_two_and_a_half_calls_are_two_or_three(
    system_of: SystemOf, rng: np.random.Generator
) -> None:
    found = path_of(system_of, 'to = "middle", calls = "2.5"')
    third = rng.random(REQUESTS) < 0.5
    check(found, MIDDLE.drawn(rng) + MIDDLE.drawn(rng) + third * MIDDLE.drawn(rng))


def test_two_and_a_half_calls_at_once_are_two_or_three(
    system_of: SystemOf, rng: np.random.Generator
) -> None:
    found = path_of(system_of, 'to = "middle", calls = "2.5", parallel = true')
    third = (rng.random(REQUESTS) < 0.5) * MIDDLE.drawn(rng)
    check(found, np.maximum(np.maximum(MIDDLE.drawn(rng), MIDDLE.drawn(rng)), third))


def test_less_than_one_call_at_once_is_a_chance(
    system_of: SystemOf, rng: np.random.Generator
) -> None:
    found = path_of(system_of, 'to = "fast"', 'to = "slow", calls = "0.2", parallel = true')
    check(found, FAST.drawn(rng) + (rng.random(REQUESTS) < 0.2) * SLOW.drawn(rng))


def test_hops_that_are_fast_beside_the_rest_are_not_lost(system_of: SystemOf) -> None:
    """Thirty hops of a tenth of a millisecond are as long as their mean beside one of 300 ms."""
    fast, far = Time(0.1, 0.2), Time(300.0, 310.0)
    plan = system_of(
        {"fast": component("fast"), "far": component("far")},
        {"get": ['to = "far"', *(['to = "fast"'] * 30)]},
        inputs({"fast": fast, "far": far}),
    )
    spent = 30 * fast.median * math.exp(fast.sigma**2 / 2)
    p50, p99 = milliseconds(passed(plan))
    assert p50 == pytest.approx(300 + spent, rel=0.002)
    assert p99 == pytest.approx(310 + spent, rel=WITHIN)


def test_what_takes_far_longer_than_a_percentile_leaves_it(
    system_of: SystemOf, rng: np.random.Generator
) -> None:
    """Each of four detours takes a dozen medians, and several of them many dozens."""
    away = Time(40.0, 70.0)
    plan = system_of(
        {"middle": component("middle"), "away": component("away")},
        {"get": ['to = "middle"', *(['to = "away", chance = "0.15"'] * 4)]},
        inputs({"middle": MIDDLE, "away": away}),
    )
    times = MIDDLE.drawn(rng)
    for _ in range(4):
        times += (rng.random(REQUESTS) < 0.15) * away.drawn(rng)
    check(passed(plan), times)


def test_calls_may_be_a_count_of_things(system_of: SystemOf) -> None:
    by_count = path_of(system_of, 'to = "middle", calls = "page"', more={"page": "5 item/request"})
    assert milliseconds(by_count) == pytest.approx(
        milliseconds(path_of(system_of, 'to = "middle", calls = "5"')), rel=1e-12
    )


def test_branches_run_side_by_side(system_of: SystemOf, rng: np.random.Generator) -> None:
    found = path_of(
        system_of,
        'to = "fast"',
        'to = "middle", branch = "a"',
        'to = "slow", branch = "b"',
        'to = "middle", branch = "a"',
        'to = "slow", branch = "c", chance = "0.1"',
        'to = "fast"',
    )
    a = MIDDLE.drawn(rng) + MIDDLE.drawn(rng)
    b = SLOW.drawn(rng)
    c = (rng.random(REQUESTS) < 0.1) * SLOW.drawn(rng)
    check(found, FAST.drawn(rng) + np.maximum(np.maximum(a, b), c) + FAST.drawn(rng))


def test_two_groups_of_branches_follow_each_other(
    system_of: SystemOf, rng: np.random.Generator
) -> None:
    pair = ('to = "middle", branch = "a"', 'to = "slow", branch = "b"')
    found = path_of(system_of, *pair, 'to = "fast"', *pair)
    groups = [np.maximum(MIDDLE.drawn(rng), SLOW.drawn(rng)) for _ in range(2)]
    check(found, groups[0] + FAST.drawn(rng) + groups[1])


def test_one_branch_alone_is_a_series(system_of: SystemOf) -> None:
    branch = path_of(system_of, 'to = "fast", branch = "a"', 'to = "slow", branch = "a"')
    series = path_of(system_of, 'to = "fast"', 'to = "slow"')
    assert milliseconds(branch) == pytest.approx(milliseconds(series), rel=1e-6)


def test_a_wait_is_added_to_both_percentiles(system_of: SystemOf, rng: np.random.Generator) -> None:
    """Debounced typing: 300 ms pass before anything is asked."""
    more = {"debounce": "300 ms"}
    found = path_of(system_of, 'wait = "debounce"', 'to = "slow"', more=more)
    check(found, 300 + SLOW.drawn(rng))
    before = path_of(system_of, 'to = "slow", wait = "debounce"', more=more)
    assert milliseconds(before) == pytest.approx(milliseconds(found), rel=1e-9)


def test_a_path_of_nothing_but_a_wait_takes_that_long(system_of: SystemOf) -> None:
    hops = {"get": ['wait = "debounce"'], "put": ['to = "fast"']}
    plan = system_of({"fast": component("fast")}, hops, inputs() | {"debounce": "300 ms"})
    assert milliseconds(passed(plan)) == pytest.approx((300, 300), rel=0.005)


def test_what_is_in_the_background_is_on_nobodys_clock(system_of: SystemOf) -> None:
    found = path_of(system_of, 'to = "fast"', 'to = "slow", op = "write", background = true')
    assert milliseconds(found) == milliseconds(path_of(system_of, 'to = "fast"'))
    assert [hop.to for hop in found.hops] == ["fast", "slow"]


def test_a_path_all_in_the_background_takes_no_time(system_of: SystemOf) -> None:
    found = path_of(system_of, 'to = "slow", background = true')
    assert milliseconds(found) == pytest.approx((0, 0), abs=1e-6)


def test_reads_and_writes_take_their_own_times(system_of: SystemOf) -> None:
    own = (
        'set = { read_median = "1 ms", read_p99 = "2 ms", write_median = "5 ms", '
        'write_p99 = "30 ms", read_rate = "1M op/s/node", write_rate = "1M op/s/node" }'
    )
    plan = system_of(
        {"store": f"postgresql | {own}"},
        {"get": ['to = "store"'], "put": ['to = "store", op = "write"']},
    )
    assert milliseconds(passed(plan, "get")) == pytest.approx((1, 2), rel=0.005)
    assert milliseconds(passed(plan, "put")) == pytest.approx((5, 30), rel=0.005)


# Waiting for a free server


def erlang_c(servers: int, load: float) -> float:
    """By the recursion of Erlang B, one server at a time."""
    blocked = 1.0
    for n in range(1, servers + 1):
        blocked = load * blocked / (n + load * blocked)
    return blocked / (1 - load / servers * (1 - blocked))


def queue(servers: int, peak: str, more: str = "") -> tuple[dict[str, str], dict[str, str]]:
    """A component that serves so many at once, and 1,000 a second at full use, on one node."""
    own = f'set = {{ servers = "{servers} /node", read_rate = "1K op/s/node"{more} }}'
    rates = {"peak": f'{peak} | at = "peak"', "rate": "1 request/s"}
    return {"store": component("middle", f" | {own}")}, inputs({"middle": MIDDLE}) | rates


@pytest.mark.parametrize(
    ("servers", "busy"), [(1, 0.5), (1, 0.9), (4, 0.8), (16, 0.95), (64, 0.98), (512, 0.7)]
)
def test_a_busy_component_makes_requests_wait(
    servers: int, busy: float, system_of: SystemOf, rng: np.random.Generator
) -> None:
    """M/M/c: with the chance C one waits, and then an exponential time."""
    components, given = queue(servers, f"{busy * 1000!r} request/s")
    found = passed(system_of(components, {"get": ['to = "store"']}, given))
    load = busy * servers
    waits = rng.random(REQUESTS) < erlang_c(servers, load)
    service = MIDDLE.median * math.exp(MIDDLE.sigma**2 / 2)
    wait = rng.exponential(service / (servers - load), REQUESTS)
    check(found, MIDDLE.drawn(rng) + waits * wait)


def test_waits_are_those_of_a_real_queue(system_of: SystemOf, rng: np.random.Generator) -> None:
    """A million requests that arrive at four servers: first come, first served."""
    servers, busy = 4, 0.6
    components, given = queue(servers, "600 request/s")
    found = passed(system_of(components, {"get": ['to = "store"']}, given))
    service = MIDDLE.median * math.exp(MIDDLE.sigma**2 / 2)
    arrivals = np.cumsum(rng.exponential(service / (servers * busy), REQUESTS)).tolist()
    served = rng.exponential(service, REQUESTS).tolist()
    free = [0.0] * servers
    waits = []
    for arrival, time in zip(arrivals, served, strict=True):
        begins = max(arrival, free[0])
        heapq.heapreplace(free, begins + time)
        waits.append(begins - arrival)
    check(found, np.array(waits) + MIDDLE.drawn(rng))


def test_serial_calls_of_a_busy_component_wait_each_time(
    system_of: SystemOf, rng: np.random.Generator
) -> None:
    components, given = queue(2, "300 request/s")
    found = passed(system_of(components, {"get": ['to = "store", calls = "3"']}, given))
    service = MIDDLE.median * math.exp(MIDDLE.sigma**2 / 2)
    times = np.zeros(REQUESTS)
    for _ in range(3):  # 300 requests of 3 calls are 90% of what one node can do
        waits = rng.random(REQUESTS) < erlang_c(2, 1.8)
        times += MIDDLE.drawn(rng) + waits * rng.exponential(service / 0.2, REQUESTS)
    check(found, times)


def test_an_idle_component_makes_nobody_wait(system_of: SystemOf) -> None:
    components, given = queue(100, "1 request/s")
    found = passed(system_of(components, {"get": ['to = "store"']}, given))
    assert milliseconds(found) == pytest.approx((MIDDLE.median, MIDDLE.p99), rel=0.005)


@pytest.mark.parametrize("servers", ["", ', servers = "4 /node"'])
def test_a_component_that_is_fully_busy_has_no_time_but_is_named(
    servers: str, system_of: SystemOf
) -> None:
    own = f'set = {{ read_rate = "1K op/s/node"{servers} }}'
    rates = {"peak": '3000 request/s | at = "peak"', "rate": "1 request/s"}
    hops = {"get": ['to = "fast"', 'to = "store"'], "put": ['to = "fast"'], "log": []}
    hops["log"] = ['to = "fast"', 'to = "store", chance = "0", background = true']
    plan = system_of(
        {"fast": component("fast"), "store": component("middle", f" | {own}")},
        hops,
        inputs() | rates,
    )
    paths = plan.estimate(Scenario(plan.preset)).paths
    assert plan.values(Scenario(plan.preset))["store.busy"] == pytest.approx(1.0)
    assert paths["get"].saturated == ("store",)
    assert (paths["get"].p50, paths["get"].p99) == (None, None)
    assert paths["put"].saturated == paths["log"].saturated == ()
    assert paths["log"].p99 == paths["put"].p99
    assert milliseconds(paths["put"]) == pytest.approx((FAST.median, FAST.p99), rel=0.005)


# Monotone


@pytest.mark.parametrize("servers", [1, 3, 40])
def test_a_busier_component_is_never_faster(servers: int, system_of: SystemOf) -> None:
    busy = (0.01, 0.1, 0.3, 0.5, 0.6, 0.7, 0.8, 0.9, 0.95, 0.99, 0.995)
    found = []
    for share in busy:
        components, given = queue(servers, f"{share * 1000!r} request/s")
        found.append(milliseconds(passed(system_of(components, {"get": ['to = "store"']}, given))))
    for earlier, later in pairwise(found):
        assert later[0] >= earlier[0] * (1 - 1e-3)
        assert later[1] >= earlier[1] * (1 - 1e-3)
    assert found[-1][1] > 2 * found[0][1]


def test_one_more_hop_is_never_faster(system_of: SystemOf) -> None:
    hops = ['to = "fast"', 'to = "middle"', 'to = "slow", chance = "0.05"', 'to = "middle"']
    times = [milliseconds(path_of(system_of, *hops[:n])) for n in range(1, 5)]
    assert times == sorted(times)
    assert [p99 for _, p99 in times] == sorted(p99 for _, p99 in times)


# Bands


def band_ends(band: Band | None) -> tuple[float, float]:
    assert band is not None
    return band.p5.base * 1e3, band.p95.base * 1e3


def ends(values: Array | list[float]) -> tuple[float, float]:
    p5, p95 = np.percentile(values, (5, 95))
    return float(p5), float(p95)


def test_the_band_of_one_hop_is_that_of_its_times(system_of: SystemOf) -> None:
    given = {"store_time": "2 to 5 ms", "store_tail": "20 to 80 ms"}
    found = passed(system_of({"store": component("store")}, {"get": ['to = "store"']}, given))
    assert milliseconds(found) == pytest.approx((math.sqrt(10), 40), rel=0.01)
    assert band_ends(found.p50_band) == pytest.approx((2, 5), rel=BAND_WITHIN)
    assert band_ends(found.p99_band) == pytest.approx((20, 80), rel=BAND_WITHIN)


def lognormal(rng: np.random.Generator, low: float, high: float, points: int) -> Array:
    """What is believed of an interval: lognormal, a twentieth beyond either end."""
    spread = math.log(high / low) / (2 * Z95)
    return math.sqrt(low * high) * np.exp(spread * rng.standard_normal(points))


def test_the_bands_of_a_path_are_those_of_many_simulations(
    system_of: SystemOf, rng: np.random.Generator
) -> None:
    """Two stores, one of them seldom; medians, tails and the chance are not known."""
    plan = system_of(
        {"fast": component("fast"), "slow": component("slow")},
        {"get": ['to = "fast"', 'to = "slow", chance = "1 - hit_ratio"']},
        {
            "fast_time": "0.3 to 1 ms", "fast_tail": "2 to 6 ms",
            "slow_time": "5 to 20 ms", "slow_tail": "50 to 300 ms",
            "hit_ratio": "70% to 95% | share = true",
        },
    )  # fmt: skip
    found = passed(plan)
    points = 3000
    fast, fast_tail = lognormal(rng, 0.3, 1, points), lognormal(rng, 2, 6, points)
    slow, slow_tail = lognormal(rng, 5, 20, points), lognormal(rng, 50, 300, points)
    low, high = math.log(0.7 / 0.3), math.log(0.95 / 0.05)
    score = rng.standard_normal(points)
    missed = 1 / (1 + np.exp((low + high) / 2 + (high - low) / (2 * Z95) * score))
    p50, p99 = np.empty(points), np.empty(points)
    for n in range(points):
        times = Time(fast[n], fast_tail[n]).drawn(rng, 8_000)
        some = rng.random(8_000) < missed[n]
        times += some * Time(slow[n], slow_tail[n]).drawn(rng, 8_000)
        p50[n], p99[n] = np.percentile(times, (50, 99))
    assert band_ends(found.p50_band) == pytest.approx(ends(p50), rel=BAND_WITHIN)
    assert band_ends(found.p99_band) == pytest.approx(ends(p99), rel=BAND_WITHIN)


def test_the_band_of_a_queue_is_that_of_its_load(
    system_of: SystemOf, rng: np.random.Generator
) -> None:
    """A fleet stays as it was bought while the load varies: at some loads it is saturated."""
    own = 'set = { read_rate = "1K op/s/node", servers = "4 /node", utilisation = "80%" }'
    plan = system_of(
        {"store": component("middle", f" | {own}")},
        {"get": ['to = "store"']},
        inputs({"middle": MIDDLE})
        | {"peak": '15K to 60K request/s | at = "peak"', "rate": "1 request/s"},
    )
    found = passed(plan)
    nodes = math.ceil(60 / 0.8)  # 75, for p95 of the demand
    assert plan.values(Scenario(plan.preset))["store.nodes"] == nodes
    servers, points = nodes * 4, 1000
    busy = lognormal(rng, 15, 60, points) / nodes
    service = MIDDLE.median * math.exp(MIDDLE.sigma**2 / 2)
    p50, p99 = [], []
    for share in busy[busy < 1]:
        times = MIDDLE.drawn(rng, 20_000)
        waits = rng.random(20_000) < erlang_c(servers, share * servers)
        times += waits * rng.exponential(service / (servers * (1 - share)), 20_000)
        p50.append(np.percentile(times, 50))
        p99.append(np.percentile(times, 99))
    assert band_ends(found.p50_band) == pytest.approx(ends(p50), rel=BAND_WITHIN)
    assert band_ends(found.p99_band) == pytest.approx(ends(p99), rel=BAND_WITHIN)


def test_a_band_says_how_much_of_what_is_believed_is_saturated(system_of: SystemOf) -> None:
    own = 'set = { read_rate = "1K op/s/node", servers = "4 /node" }'
    plan = system_of(
        {"store": component("middle", f" | {own}")},
        {"get": ['to = "store"']},
        inputs({"middle": MIDDLE})
        | {"peak": '15K to 60K request/s | at = "peak"', "rate": "1 request/s"},
    )
    # Sized for p95 of the demand and for full use: a twentieth is beyond, at 60 nodes.
    found = passed(plan)
    assert plan.values(Scenario(plan.preset))["store.nodes"] == 60
    assert found.p99_band is not None
    assert found.p99_band.missing == pytest.approx(0.05, abs=0.005)
    assert "no finite value in 0.05" in found.p99_band.why


def test_the_bands_of_a_shipped_path_are_those_of_many_points(system: str) -> None:
    """Each point's percentiles on the fine grid, which is held against simulations above.

    Measured over all shipped paths: 3.6% root mean square, a third at worst; of 552 ends 12 are
    off by more than 10%.
    """
    plan = load(system)
    scenario = Scenario(plan.preset)
    sample, found = plan.sample(scenario), plan.estimate(scenario).paths
    points = {name: sample.points(name) for name in (*plan.preset.changeable, *plan.preset.sized)}
    points = {n: v if isinstance(v, float) else v[::64] for n, v in points.items()}
    off = []
    for id_, path in found.items():
        times = path_times(plan.preset, id_, points)
        for name, band in (("p50", path.p50_band), ("p99", path.p99_band)):
            if band is None:  # a path that takes a fixed time
                continue
            exact = getattr(times, name)
            expected = ends(exact[np.isfinite(exact)] * 1e3)
            assert band_ends(band) == pytest.approx(expected, rel=0.35), f"{id_}.{name}"
            off += list(np.log(np.divide(band_ends(band), expected)))
    assert np.sqrt(np.mean(np.square(off))) < BAND_WITHIN


def test_a_steady_hop_takes_its_time_at_every_percentile(system_of: SystemOf) -> None:
    plan = system_of(
        {"store": 'external | latency = "takes"'}, {"get": ['to = "store"']}, {"takes": "30 ms"}
    )
    assert milliseconds(passed(plan)) == pytest.approx((30, 30), rel=0.005)


def test_a_certain_path_has_no_band(system_of: SystemOf) -> None:
    found = path_of(system_of, 'to = "fast"', 'to = "slow", chance = "0.2"')
    assert (found.p50_band, found.p99_band) == (None, None)


def test_what_is_only_in_the_background_gives_no_band(system_of: SystemOf) -> None:
    found = passed(
        system_of(
            {"fast": component("fast"), "log": component("log")},
            {"get": ['to = "fast"', 'to = "log", background = true']},
            inputs({"fast": FAST}) | {"log_time": "2 to 5 ms", "log_tail": "20 to 80 ms"},
        )
    )
    assert found.p99_band is None
