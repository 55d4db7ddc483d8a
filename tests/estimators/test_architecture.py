"""From load to what has to be bought: systems small enough to be worked out by hand."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence

import numpy as np
import pytest

from estimators.differences import differences
from estimators.plan import Plan
from estimators.sensitivity import sensitivity
from estimators.sweep import read_axis, sweep
from models.estimate import Estimate
from models.faults import Fault, PresetError
from models.scenario import Scenario, ScenarioError
from models.system import ComponentValue

SystemOf = Callable[..., Plan]
HOURS_A_MONTH = 730  # a year of 365 days over twelve

CODES = (
    'redis | holds = "kept" | replicas = 2 | set = { read_rate = "50K op/s/node", '
    'write_rate = "50K op/s/node", memory = "10 GB/node", utilisation = "50%", '
    'node_price = "$0.2/node/h" }'
)
INPUTS = {
    "kept": "12 GB",
    "dau": "3M user | grows = true",
    "rate": "20K request/s",
    "peak": '60K request/s | at = "peak"',
    "put_rate": "5K request/s",
    "put_peak": '10K request/s | at = "peak"',
}
PATHS = {
    "get": ['to = "codes"'],
    "put": ['rate = "put_rate", peak = "put_peak"', 'to = "codes", op = "write"'],
}


def estimate(plan: Plan, **changes: str) -> Estimate:
    scenario = Scenario(plan.preset)
    for name, text in changes.items():
        scenario = scenario.with_change(name.replace("__", "."), text)
    return plan.estimate(scenario)


def one(
    system_of: SystemOf, given: str, *hops: str, more: Mapping[str, str] | None = None
) -> ComponentValue:
    """The one component of a system, `store`; its first path is read at 100 requests/s."""
    plan = system_of({"store": given}, {"get": hops or ['to = "store"']}, more)
    return estimate(plan).components["store"]


@pytest.fixture(scope="module")
def codes(system_of: SystemOf) -> Plan:
    """Reads 60/50 and writes 20/50 keep 1.6 nodes busy, 24 GB fill 2.4; half of each is used."""
    return system_of({"codes": CODES}, PATHS, INPUTS)


# By hand


def test_each_resource_asks_for_its_nodes_and_the_tightest_is_named(codes: Plan) -> None:
    found = estimate(codes).components["codes"]
    assert {name: r.nodes for name, r in found.resources.items()} == {"rate": 4, "memory": 5}
    assert found.bottleneck == "memory"
    # 4.8 is 2.4 pairs: three pairs, and a spare.
    assert found.nodes == 7


def test_a_resource_shows_what_is_asked_for_beside_what_its_nodes_have(codes: Plan) -> None:
    resources = estimate(codes).components["codes"].resources
    assert resources["rate"].demand.base == pytest.approx(60e3 + 2 * 10e3)
    assert resources["rate"].capacity.base == pytest.approx(4 * 50e3)
    assert resources["memory"].demand.text == "24 GB"
    assert resources["memory"].capacity.base == pytest.approx(50e9)


def test_busy_is_the_load_over_the_whole_fleet(codes: Plan) -> None:
    busy = estimate(codes).components["codes"].utilisation
    assert busy is not None
    assert busy.base == pytest.approx(1.6 / 7)


def test_the_bill_is_nodes_by_the_hour(codes: Plan) -> None:
    found = estimate(codes)
    assert found.cost is not None
    in_dollars = found.cost.month.base * HOURS_A_MONTH * 3600
    assert in_dollars == pytest.approx(7 * 0.2 * HOURS_A_MONTH)
    assert found.cost.per_request.base == pytest.approx(found.cost.month.base / 25e3)
    assert found.cost.per_user is not None
    assert found.cost.per_user.base == pytest.approx(found.cost.month.base / 3e6)
    (item,) = found.cost.items
    assert (item.component, item.share) == ("codes", pytest.approx(1.0))


def test_three_copies_multiply_memory_and_writes_but_not_reads(codes: Plan) -> None:
    found = estimate(codes, codes__replicas="3")
    assert found.sized["codes.memory_need"].value.base == pytest.approx(36 / 10)
    assert found.sized["codes.rate_need"].value.base == pytest.approx(60 / 50 + 3 * 10 / 50)
    assert found.sized["codes.reads"].value.base == pytest.approx(20e3)
    # 7.2 nodes are three sets of three, and a spare.
    assert found.components["codes"].nodes == 10


def test_copies_multiply_disk(system_of: SystemOf) -> None:
    given = (
        'cassandra | holds = "kept" | replicas = 3 | set = { disk = "1 TB/node", '
        'disk_utilisation = "50%", read_rate = "1M op/s/node", write_rate = "1M op/s/node" }'
    )
    found = one(system_of, given, more={"kept": "1.4 TB"})
    assert (found.bottleneck, found.resources["disk"].nodes) == ("disk", 9)
    assert found.resources["disk"].demand.base == pytest.approx(4.2e12)
    assert found.nodes is not None
    assert found.nodes % 3 == 0


def test_a_group_of_five_takes_every_write_five_times(system_of: SystemOf) -> None:
    given = (
        'etcd | group = 5 | set = { write_rate = "100 op/s/node", read_rate = "100 op/s/node", '
        'utilisation = "100%" }'
    )
    writes = one(system_of, given, 'to = "store", op = "write"')
    assert writes.resources["rate"].demand.base == pytest.approx(500)
    assert writes.resources["rate"].nodes == 5
    reads = one(system_of, given)
    assert reads.resources["rate"].nodes == 1
    assert reads.nodes == writes.nodes


def fleet(kind: str, rate: str, more: str = "") -> str:
    return f'{kind} | set = {{ read_rate = "{rate}", utilisation = "100%"{more} }}'


def test_a_fleet_over_zones_carries_everything_without_one_of_them(system_of: SystemOf) -> None:
    """100 requests/s at 10 a node are 10 nodes: 15 over three zones, of which 10 are left."""
    plan = system_of({"store": fleet("api-server", "10 op/s/node")}, {"get": ['to = "store"']})
    headroom = plan.values(Scenario(plan.preset))["store.headroom"]
    zones = plan.kinds["store"].zones
    assert headroom == pytest.approx(zones / (zones - 1))
    found = estimate(plan, store__spares="0").components["store"]
    assert found.resources["rate"].nodes == 10
    assert found.nodes == math.ceil(10 * zones / (zones - 1))


def test_one_node_is_not_in_two_zones(system_of: SystemOf) -> None:
    plan = system_of({"store": fleet("api-server", "100K op/s/node")}, {"get": ['to = "store"']})
    assert estimate(plan, store__spares="0").components["store"].nodes == 2


def test_spares_come_on_top(codes: Plan) -> None:
    nodes = [estimate(codes, codes__spares=str(n)).components["codes"].nodes for n in range(4)]
    assert nodes == [6, 7, 8, 9]


def test_what_is_open_at_once_may_be_the_limit(system_of: SystemOf) -> None:
    given = (
        'websocket-gateway | connections = "online" | set = { connections = "100K /node", '
        'read_rate = "1M op/s/node", utilisation = "80%" }'
    )
    plan = system_of({"store": given}, {"get": ['to = "store"']}, {"online": "2M user"})
    found = estimate(plan).components["store"]
    assert found.bottleneck == "limit"
    assert found.resources["limit"].nodes == 25
    assert found.resources["limit"].demand.base == pytest.approx(2e6)
    assert found.resources["limit"].capacity.base == pytest.approx(25 * 100e3)


def test_what_a_node_can_do_is_no_margin_of_what_is_asked(system_of: SystemOf) -> None:
    """2M connections for sure stay 2M, whatever of 50K to 1M a node holds."""
    given = (
        'websocket-gateway | connections = "online" | set = { connections = "50K to 1M /node", '
        'read_rate = "1M op/s/node", utilisation = "80%" }'
    )
    plan = system_of({"store": given}, {"get": ['to = "store"']}, {"online": "2M user"})
    found = estimate(plan).components["store"].resources["limit"]
    assert found.demand.base == pytest.approx(2e6)
    # The median node holds 50K * sqrt(20).
    assert found.nodes == math.ceil(2e6 / (50e3 * math.sqrt(20)) / 0.8)


def test_bytes_at_the_peak_may_be_the_limit(system_of: SystemOf) -> None:
    """100 requests/s of 10 MB are 8 Gbit/s, over links of 1 Gbit/s that are used to 80%."""
    given = (
        'api-server | set = { bandwidth = "1 Gbit/s/node", read_rate = "1M op/s/node", '
        'utilisation = "80%" }'
    )
    found = one(system_of, given, 'to = "store", payload = "size"', more={"size": "10 MB/request"})
    assert (found.bottleneck, found.resources["bandwidth"].nodes) == ("bandwidth", 10)


def test_calls_and_chances_multiply_the_load(system_of: SystemOf) -> None:
    plan = system_of(
        {"store": fleet("redis", "10 op/s/node"), "log": fleet("redis", "10 op/s/node")},
        {
            "get": ['to = "store", calls = "3", chance = "1 - hit_ratio"', 'to = "store"'],
            "put": ['to = "log", calls = "page", background = true', 'to = "store"'],
        },
        {"hit_ratio": "90% | share = true", "page": "4 item/request"},
    )
    found = estimate(plan).sized
    assert found["store.read_peak"].value.base == pytest.approx(100 * (3 * 0.1 + 1) + 100)
    assert found["store.reads"].value.base == pytest.approx(50 * (3 * 0.1 + 1) + 50)
    assert found["log.read_peak"].value.base == pytest.approx(400)


def test_what_the_provider_runs_is_paid_by_what_is_in_it_and_by_use(system_of: SystemOf) -> None:
    given = (
        'dynamodb | holds = "kept" | set = { storage_price = "$0.25/GB/month", '
        'read_price = "0.25e-6 USD/op", write_price = "1.25e-6 USD/op" }'
    )
    plan = system_of(
        {"store": given},
        {"get": ['to = "store"'], "put": ['to = "store", op = "write"']},
        {"kept": "100 GB", "rate": "1000 request/s"},
    )  # fmt: skip
    found = estimate(plan).sized["store.cost"].value
    seconds = HOURS_A_MONTH * 3600
    expected = 100 * 0.25 + 1000 * seconds * (0.25 + 1.25) / 1e6
    assert found.base * seconds == pytest.approx(expected, rel=1e-9)


def test_tiers_of_a_price_are_honoured(system_of: SystemOf) -> None:
    """1,000 TB in S3: 50 TB at $0.023, 450 TB at $0.022, the rest at $0.021 a GB and month."""
    plan = system_of(
        {"store": 's3 | holds = "kept" | set = { read_price = "0 USD/op" }'},
        {"get": ['to = "store"']},
        {"kept": "1000 TB"},
    )
    found = estimate(plan).sized["store.cost"].value
    gb = 1000.0
    expected = 50 * gb * 0.023 + 450 * gb * 0.022 + 500 * gb * 0.021
    assert found.base * HOURS_A_MONTH * 3600 == pytest.approx(expected, rel=1e-9)
    small = estimate(plan, kept="10 TB").sized["store.cost"].value
    assert small.base * HOURS_A_MONTH * 3600 == pytest.approx(10 * gb * 0.023, rel=1e-9)


# Sized once, for p95 of the peak


def test_nodes_are_sized_for_p95_of_the_peak(system_of: SystemOf) -> None:
    """15K to 60K at 1K a node: 60 nodes, twice what the median of 30K keeps busy."""
    plan = system_of(
        {"store": 'external | latency = "time" | set = { read_rate = "1K op/s/node" }'},
        {"get": ['to = "store"']},
        {"time": "1 ms", "peak": '15K to 60K request/s | at = "peak"'},
    )
    found = estimate(plan)
    store = found.components["store"]
    assert found.margins["store.rate_margin"].base == pytest.approx(2, rel=1e-6)
    assert store.nodes == 60
    assert store.resources["rate"].demand.base == pytest.approx(60e3, rel=1e-6)
    assert store.utilisation is not None
    assert store.utilisation.base == pytest.approx(0.5)
    assert store.band is not None
    assert store.band.p5.base == pytest.approx(0.25, rel=0.01)
    assert store.band.p95.base == pytest.approx(1.0, rel=0.01)


def test_the_margin_of_a_product_is_that_of_its_logarithm(system_of: SystemOf) -> None:
    """Independent factors of 2 and 3 either way are one of exp(sqrt(ln2^2 + ln3^2))."""
    plan = system_of(
        {"store": 'external | latency = "time" | set = { read_rate = "1 op/s/node" }'},
        {"get": ['rate = "all", peak = "top"', 'to = "store"']},
        {"time": "1 ms", "dau": "500 to 2K user", "each": "1 to 9 request/user/s"},
        {"all": "dau * each | request/s", "top": "peak_rate(all, 2) | request/s"},
    )
    margin = math.exp(math.hypot(math.log(2), math.log(3)))
    found = estimate(plan)
    assert found.margins["store.rate_margin"].base == pytest.approx(margin, rel=1e-6)
    assert found.components["store"].nodes == math.ceil(6000 * margin)


def test_a_certain_demand_has_no_margin(codes: Plan) -> None:
    assert {m.base for m in estimate(codes).margins.values()} == {1.0}


def test_what_is_bought_stays_while_what_it_carries_varies(system: str) -> None:
    from presets.loader import load

    plan = load(system)
    sample = plan.sample(Scenario(plan.preset))
    bought = [name for name in plan.preset.sized if name.endswith(".nodes")]
    assert bought
    for name in bought:
        assert isinstance(sample.points(name), float), name
        assert sample.points(name) == round(sample.points(name))
        busy = name.replace(".nodes", ".busy")
        if busy in plan.preset.sized and not sample.is_certain(busy):
            assert np.ptp(sample.points(busy)) > 0


# Addresses


@pytest.fixture(scope="module")
def grown(system_of: SystemOf) -> Plan:
    """The same store under what users do: 1 request a user and 50 seconds, three times at peak."""
    derived = {
        "all": "dau * each | request/s",
        "top": "peak_rate(all, 3) | request/s",
    }
    given = CODES.replace('"50K op/s/node", w', '"25K to 100K op/s/node", w')
    paths = {"get": ['rate = "all", peak = "top"', 'to = "codes"']}
    inputs = {"kept": "12 GB", "dau": "1M user | grows = true", "each": "0.02 request/user/s"}
    return system_of({"codes": given}, paths, inputs, derived)


def test_a_limit_on_nodes_is_solved_for_the_users_that_keep_it(grown: Plan) -> None:
    """12 nodes are a spare and 11: five pairs, 10 nodes half used, of 50K each: 250K at peak."""
    scenario = Scenario(grown.preset)
    want = grown.wanted("codes.nodes", "12")
    found = grown.solve(scenario, "codes.nodes", want, "dau", "<=")
    assert found.outcome == "at most"
    (most,) = found.values
    assert most.base == pytest.approx(250e3 / 3 / 0.02, rel=1e-6)
    above = scenario.with_change("dau", f"{most.base * 1.001!r} user")
    assert grown.estimate(above).components["codes"].nodes == 13


def test_a_sweep_over_copies_shows_the_nodes_of_each(codes: Plan) -> None:
    axis = read_axis(codes, "codes.replicas=1..4:4")
    found = sweep(codes, Scenario(codes.preset), [axis], ["codes.nodes", "cost.month"])
    nodes, month = found.derived
    # 2.4, 4.8, 7.2 and 9.6 nodes in sets of 1, 2, 3 and 4, and a spare.
    assert nodes.values.tolist() == [4, 7, 10, 13]
    assert month.values == pytest.approx(np.array([4, 7, 10, 13]) * 0.2 * HOURS_A_MONTH)


def test_sensitivity_of_the_bill_names_what_is_not_known(system_of: SystemOf) -> None:
    given = 'dynamodb | set = { read_price = "1e-6 to 4e-6 USD/op" }'
    plan = system_of({"store": given}, {"get": ['to = "store"']}, {"rate": "100 to 200 request/s"})
    found = sensitivity(plan, Scenario(plan.preset), "cost.month")
    shares = {i.input: i.share for i in found.influences}
    price, rate = math.log(4) ** 2, math.log(2) ** 2
    assert shares["store.read_price"] == pytest.approx(price / (price + rate), abs=0.02)
    assert shares["rate"] == pytest.approx(rate / (price + rate), abs=0.02)


def test_compare_tells_which_setting_makes_the_difference(codes: Plan) -> None:
    start = Scenario(codes.preset)
    found = differences(codes, [start, start.with_change("codes.replicas", "3")], ["two", "three"])
    assert set(found.inputs) == {"codes.replicas"}
    numbers = {number.address: number for number in found.numbers}
    (change,) = numbers["codes.nodes"].changes
    assert change.ratio == pytest.approx(10 / 7)
    assert [cause.input for cause in change.causes] == ["codes.replicas"]


@pytest.mark.parametrize(
    ("address", "text", "why"),
    [
        ("codes.replica", "3", "did you mean codes.replicas?"),
        ("codes.nodes", "3", "codes.nodes is derived"),
        ("codes.read_rate", "5 GB", "codes.read_rate: "),
        ("codes.utilisation", "150%", "a share lies between 0% and 100%"),
    ],
)
def test_a_setting_that_cannot_be_is_refused(
    address: str, text: str, why: str, codes: Plan
) -> None:
    with pytest.raises(ScenarioError) as caught:
        Scenario(codes.preset).with_change(address, text)
    assert why in str(caught.value)


def test_a_percentile_of_a_path_cannot_be_solved_for(codes: Plan) -> None:
    with pytest.raises(ScenarioError, match=r"get\.p99 follows from distributions"):
        codes.wanted("get.p99", "5 ms")


# Faults


def faults(
    system_of: SystemOf,
    components: Mapping[str, str],
    paths: Mapping[str, Sequence[str]],
    inputs: Mapping[str, str] | None = None,
) -> tuple[Fault, ...]:
    with pytest.raises(PresetError) as caught:
        system_of(components, paths, inputs)
    assert all(fault.line > 1 for fault in caught.value.faults)
    return caught.value.faults


STORE = {"store": "redis"}
GET = {"get": ['to = "store"']}


@pytest.mark.parametrize(
    ("components", "paths", "path", "why"),
    [
        ({"store": "redsi"}, GET, ("components", "store", "kind"),
         "there is no kind 'redsi'; did you mean redis?"),
        (STORE, {"get": ['to = "stor"', 'to = "store"']}, ("paths", "get", "hops", 0, "to"),
         "'stor' is no component; did you mean store?"),
        (STORE, {"get": ['to = "store"', 'op = "write"']}, ("paths", "get", "hops", 1),
         "leads nowhere and waits for nothing; say `to` or `wait`"),
        (STORE | {"other": "redis"}, GET, ("components", "other"),
         "no hop of any path leads here"),
        ({"store": "external"}, GET, ("components", "store", "latency"),
         "is missing: what is external says how long it takes"),
        ({"store": 'redis | set = { red_rate = "5 op/s/node" }'}, GET,
         ("components", "store", "set", "red_rate"),
         "is no figure of a component; did you mean read_rate?"),
        ({"store": 'redis | hit_ratio = "rate"'}, GET, ("components", "store", "hit_ratio"),
         "'rate' is no share among the inputs"),
        ({"rate": "redis"}, {"get": ['to = "rate"']}, ("components", "rate"),
         "rate stands for something else already; choose another name"),
        ({"cost": "redis"}, {"get": ['to = "cost"']}, ("components", "cost"),
         "cost stands for something else already; choose another name"),
        (STORE, {"store": ['to = "store"']}, ("paths", "store"),
         "store stands for something else already; choose another name"),
        (STORE, {"get": ['rate = "rat", peak = "peak"', 'to = "store"']},
         ("paths", "get", "rate"),
         "'rat' is neither an input nor a derived number; did you mean rate?"),
        (STORE, {"get": ['to = "store", op = "delete"']}, ("paths", "get", "hops", 0, "op"),
         "'delete' is not one of 'read' or 'write'"),
    ],
)  # fmt: skip
def test_a_fault_is_named_with_its_place(
    components: dict[str, str],
    paths: dict[str, list[str]],
    path: tuple[str | int, ...],
    why: str,
    system_of: SystemOf,
) -> None:
    (fault,) = faults(system_of, components, paths)
    assert fault.path == path
    assert fault.message.startswith(why)


def test_several_faults_are_all_named(system_of: SystemOf) -> None:
    found = faults(
        system_of,
        {"store": "redsi", "away": "external"},
        {"get": ['to = "stor"', "parallel = true"]},
    )
    assert [fault.path for fault in found] == [
        ("components", "store"),
        ("components", "store", "kind"),
        ("components", "away", "latency"),
        ("components", "away"),
        ("paths", "get", "hops", 0, "to"),
        ("paths", "get", "hops", 1),
    ]
    assert [fault.line for fault in found] == sorted(fault.line for fault in found)


@pytest.mark.parametrize(
    ("figure", "text", "why"),
    [
        ("read_rate", "5 GB", "expected op/s/node"),
        ("read_rate", "many", "many"),
        ("read_rate", "-5 op/s/node", "-5"),
        ("read_rate", "0 op/s/node", "0"),
        ("utilisation", "150%", "100%"),
        ("utilisation", "0%", "0%"),
        ("availability", "101%", "100%"),
        ("servers", "0 /node", "0"),
        ("memory", "5 GBB/node", "GBB"),
    ],
)
def test_a_figure_that_cannot_be_is_refused_where_it_is_set(
    figure: str, text: str, why: str, system_of: SystemOf
) -> None:
    given = f'redis | holds = "kept" | set = {{ {figure} = "{text}" }}'
    found = faults(system_of, {"store": given}, GET, {"kept": "5 GB"})
    assert [fault.path for fault in found] == [("components", "store", "set", figure)]
    assert why in found[0].message


@pytest.mark.parametrize("field", ["replicas = 0", "replicas = -2", "group = 0"])
def test_fewer_copies_than_one_are_refused(field: str, system_of: SystemOf) -> None:
    (fault,) = faults(system_of, {"store": f"redis | {field}"}, GET)
    assert fault.path == ("components", "store", field.split()[0])


@pytest.mark.parametrize(
    ("rates", "end"),
    [('rate = "peak", peak = "peak"', "rate"), ('rate = "rate", peak = "rate"', "peak")],
)
def test_a_peak_for_an_average_is_refused_and_the_other_way_round(
    rates: str, end: str, system_of: SystemOf
) -> None:
    (fault,) = faults(system_of, STORE, {"get": [rates, 'to = "store"']})
    assert fault.path == ("paths", "get", end)
    assert "peak" in fault.message
    assert "average" in fault.message


@pytest.mark.parametrize("chance", ["1.5", "0 - 0.5"])
def test_a_chance_that_is_no_share_is_refused(chance: str, system_of: SystemOf) -> None:
    found = faults(system_of, STORE, {"get": [f'to = "store", chance = "{chance}"']})
    assert found[0].path[:2] == ("paths", "get")


def test_a_tail_below_its_median_is_refused(system_of: SystemOf) -> None:
    given = 'external | latency = "usual" | latency_p99 = "seldom"'
    found = faults(system_of, {"store": given}, GET, {"usual": "20 ms", "seldom": "5 ms"})
    assert found[0].path[:2] == ("components", "store")


@pytest.mark.parametrize("name", ["if", "GB"])
def test_a_component_that_formulas_would_misread_is_refused(name: str, system_of: SystemOf) -> None:
    found = faults(system_of, {name: "redis"}, {"get": [f'to = "{name}"']})
    assert ("components", name) in {fault.path for fault in found}


@pytest.mark.parametrize(
    ("field", "why"),
    [
        ('holds = "kep"', "unknown name 'kep'; did you mean kept?"),
        ('holds = "rate"', "comes to request/s, an average, but unit says GB"),
        ('connections = "kept"', "kept"),
        ('latency = "kept"', "comes to"),
    ],
)
def test_a_wrong_formula_of_a_component_is_named_at_it(
    field: str, why: str, system_of: SystemOf
) -> None:
    found = faults(system_of, {"store": f"redis | {field}"}, GET, {"kept": "5 GB"})
    assert {fault.path[:2] for fault in found} == {("components", "store")}
    assert why in found[0].message


@pytest.mark.parametrize("field", ['chance = "kept"', 'calls = "kept"', 'wait = "kept"',
                                   'payload = "1 * s"', 'chance = "hit"'])  # fmt: skip
def test_a_wrong_formula_of_a_hop_is_named_at_its_path(field: str, system_of: SystemOf) -> None:
    given = {"store": 'redis | holds = "kept"'}
    found = faults(system_of, given, {"get": [f'to = "store", {field}']}, {"kept": "5 GB"})
    assert ("paths", "get") in {fault.path[:2] for fault in found} or {
        fault.path[:2] for fault in found
    } == {("components", "store")}
