"""Documented beside derived: verdicts at their boundaries, budgets, reconciling, implied peaks."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from estimators.plan import Plan
from models.estimate import Comparison, Held
from models.faults import Fault
from models.scenario import Scenario
from models.verdict import SIGNS
from presets.loader import load

PlanOf = Callable[..., Plan]
FaultsOf = Callable[..., tuple[Fault, ...]]
INPUTS = {"dau": "100 user", "per_user": "1 redirect/user/s", "other": "5"}
DERIVED = {
    "rate": "dau * per_user | redirect/s",
    "peak": "peak_rate(rate, 3) | redirect/s",
    "wait": "dau / (500 * user/s) | ms",
}


def documented(figure: str, against: str, *more: str) -> str:
    return "\n".join(
        [
            "[[documented]]",
            f'label = "{figure} of {against}"',
            'said = "as the source says it"',
            f'figure = "{figure}"',
            f'against = "{against}"',
            'source = "a book"',
            *more,
            "",
        ]
    )


BY_USERS = 'reconcile = "per_user"'


@pytest.fixture
def held(plan_of: PlanOf) -> Callable[..., Held]:
    """One figure held against the sample, whose rate is 100/s."""

    def build(figure: str, against: str = "rate", *more: str, **changes: str) -> Held:
        fields = more or (() if against in INPUTS else (BY_USERS,))
        plan = plan_of(INPUTS, DERIVED, documented(figure, against, *fields))
        scenario = Scenario(plan.preset)
        for address, text in changes.items():
            scenario = scenario.with_change(address, text)
        (comparison,) = plan.estimate(scenario).documented
        return comparison.literal

    return build


@pytest.mark.parametrize(
    ("figure", "ratio", "verdict"),
    [
        ("~100", 1.0, "agrees"),
        ("=100", 1.0, "agrees"),
        ("~150", 1 / 1.5, "agrees"),
        ("~80", 1.25, "agrees"),
        ("~150.1", 100 / 150.1, "same order"),
        ("~66", 100 / 66, "same order"),
        ("~20", 5.0, "same order"),
        ("~500", 0.2, "same order"),
        ("~19.9", 100 / 19.9, "disagrees"),
        ("~501", 100 / 501, "disagrees"),
        ("~10K", 0.01, "disagrees"),
        ("<100", 1.0, "met"),
        ("<101", 100 / 101, "met"),
        ("<99", 100 / 99, "missed"),
        (">100", 1.0, "met"),
        (">99", 100 / 99, "met"),
        (">101", 100 / 101, "missed"),
    ],
)
def test_the_verdict_follows_the_table(
    figure: str, ratio: float, verdict: str, held: Callable[..., Held]
) -> None:
    found = held(f"{figure} redirect/s")
    assert found.ratio == pytest.approx(ratio, rel=1e-12)
    assert found.verdict == verdict


def test_agreement_reaches_to_a_factor_of_one_and_a_half_on_both_sides(
    plan_of: PlanOf,
) -> None:
    for dau, verdict in (("150 user", "agrees"), ("150.01 user", "same order")):
        inputs = {**INPUTS, "dau": dau}
        plan = plan_of(inputs, DERIVED, documented("~100 redirect/s", "rate", BY_USERS))
        (comparison,) = plan.estimate(Scenario(plan.preset)).documented
        assert comparison.literal.verdict == verdict


def test_a_figure_that_is_an_input_is_given_and_asks_for_nothing(
    held: Callable[..., Held],
) -> None:
    found = held("~100 user", "dau")
    assert (found.verdict, found.ratio, found.reconcile) == ("given", 1.0, None)


def test_a_figure_that_an_input_differs_from_is_compared(held: Callable[..., Held]) -> None:
    found = held("~1K user", "dau")
    assert (found.verdict, found.ratio) == ("disagrees", 0.1)
    assert found.reconcile is not None
    assert found.reconcile.input == "dau"
    assert found.reconcile.needs is not None
    assert found.reconcile.needs.text == "1K user"


def test_every_verdict_has_a_sign_that_is_no_letter() -> None:
    for verdict, sign in SIGNS.items():
        assert len(sign) == 1
        assert not sign.isalnum(), verdict


@pytest.mark.parametrize(("address", "text"), [("dau", "200 user"), ("other", "6")])
def test_a_verdict_belongs_to_the_untouched_preset(
    address: str, text: str, held: Callable[..., Held]
) -> None:
    found = held("~100 redirect/s", **{address: text})
    assert found.verdict is None
    assert found.ratio == (2.0 if address == "dau" else 1.0)


def test_a_variant_has_ratios_and_no_verdicts() -> None:
    plan = load("url-shortener")
    small = plan.estimate(Scenario(plan.preset, "small"))
    assert {c.literal.verdict for c in small.documented} == {None}
    assert all(c.literal.ratio > 0 for c in small.documented)


def test_a_given_figure_that_is_edited_away_shows_its_ratio(held: Callable[..., Held]) -> None:
    found = held("~100 user", "dau", dau="200 user")
    assert (found.verdict, found.ratio) == (None, 2.0)
    assert found.figure.text == "~100 user"


def test_what_would_reconcile_is_solved_for(held: Callable[..., Held]) -> None:
    found = held("~10K redirect/s")
    assert found.reconcile is not None
    assert found.reconcile.needs is not None
    assert found.reconcile.input == "per_user"
    assert found.reconcile.needs.text == "100 redirect/user/s"
    assert found.reconcile.assumed.text == "1 redirect/user/s"
    assert found.reconcile.basis == "chosen"
    assert found.reconcile.why == ""


def test_an_input_that_was_changed_says_so(held: Callable[..., Held]) -> None:
    found = held("~10K redirect/s", per_user="2 redirect/user/s")
    assert found.reconcile is not None
    assert found.reconcile.assumed.text == "2 redirect/user/s"
    assert found.reconcile.basis == "changed"


def test_where_no_value_reaches_the_figure_that_is_said(plan_of: PlanOf) -> None:
    inputs = {"dau": "100 user", "portion": "50% | share = true"}
    derived = {"online": "dau * portion | user"}
    more = documented("~1K user", "online", 'reconcile = "portion"')
    plan = plan_of(inputs, derived, more)
    (comparison,) = plan.estimate(Scenario(plan.preset)).documented
    reconcile = comparison.literal.reconcile
    assert reconcile is not None
    assert reconcile.needs is None
    assert reconcile.why == "no portion gives it: online comes nearest with 100 user at 100%"


def test_readings_are_held_each_against_their_own(plan_of: PlanOf) -> None:
    more = documented(
        "~300 redirect/s",
        "rate",
        BY_USERS,
        'readings = [{ figure = "~300 redirect/s", against = "peak", reconcile = "per_user" }]',
    )
    plan = plan_of(INPUTS, DERIVED, more)
    (comparison,) = plan.estimate(Scenario(plan.preset)).documented
    assert comparison.literal.verdict == "same order"
    (reading,) = comparison.readings
    assert (reading.verdict, reading.ratio, reading.label) == ("agrees", 1.0, "peak")


# With a band: DESIGN, section 6. The inputs' medians are 100 user and 1 redirect/user/s throughout.


@pytest.fixture
def believed(plan_of: PlanOf) -> Callable[..., Held]:
    """One figure held against `rate`, at 100/s, which is as uncertain as `per_user` is."""

    def build(typed: str, figure: str, against: str = "rate", **changes: str) -> Held:
        inputs = {**INPUTS, "per_user": f"{typed} redirect/user/s"}
        derived = {**DERIVED, "more": "rate + 0.5 * rate | redirect/s"}
        plan = plan_of(inputs, derived, documented(figure, against, BY_USERS))
        scenario = Scenario(plan.preset)
        for address, text in changes.items():
            scenario = scenario.with_change(address, text)
        (comparison,) = plan.estimate(scenario).documented
        return comparison.literal

    return build


NARROW, WIDE = "0.4 to 2.5", "0.1 to 10"  # rate: 40 to 250, a factor 6.25; 10 to 1,000, of 100


@pytest.mark.parametrize(
    ("per_user", "figure", "verdict"),
    [
        # Inside a band no wider than a factor 10.
        (NARROW, "~249", "agrees"),
        (NARROW, "~151", "agrees"),
        (NARROW, "=60", "agrees"),
        (NARROW, "~41", "agrees"),
        # Outside of it, by the factor alone.
        (NARROW, "~251", "same order"),
        (NARROW, "~39", "same order"),
        (NARROW, "~499", "same order"),
        (NARROW, "~501", "disagrees"),
        (NARROW, "~19", "disagrees"),
        # Inside a wider band.
        (WIDE, "~151", "can't tell"),
        (WIDE, "~66", "can't tell"),
        (WIDE, "=499", "can't tell"),
        (WIDE, "~999", "can't tell"),
        (WIDE, "~11", "can't tell"),
        (WIDE, "~1001", "disagrees"),
        (WIDE, "~9", "disagrees"),
        # Within a factor 1.5, whatever the band.
        (WIDE, "~150", "agrees"),
        (WIDE, "~67", "agrees"),
        (WIDE, "=100", "agrees"),
        ("0.99 to 1.0101010101", "~149", "agrees"),
        ("0.99 to 1.0101010101", "~151", "same order"),
        ("0.99 to 1.0101010101", "~501", "disagrees"),
        # About the width of a factor 10: 0.3163^2 is 0.10005, 0.3161^2 is 0.09992.
        ("0.3163 to 3.1616", "~300", "agrees"),
        ("0.3161 to 3.1636", "~300", "can't tell"),
    ],
)
def test_an_uncertain_estimate_is_judged_by_its_band(
    per_user: str, figure: str, verdict: str, believed: Callable[..., Held]
) -> None:
    assert believed(per_user, f"{figure} redirect/s").verdict == verdict


@pytest.mark.parametrize(
    ("per_user", "figure", "verdict"),
    [
        (NARROW, "<251", "met"),
        (NARROW, "<249", "at risk"),
        (NARROW, "<101", "at risk"),
        (NARROW, "<99", "missed"),
        (NARROW, "<1", "missed"),
        (NARROW, ">39", "met"),
        (NARROW, ">41", "at risk"),
        (NARROW, ">99", "at risk"),
        (NARROW, ">101", "missed"),
        (NARROW, ">1000", "missed"),
        (WIDE, "<999", "at risk"),
        (WIDE, "<1001", "met"),
        (WIDE, ">11", "at risk"),
        (WIDE, ">9", "met"),
        ("1", "<101", "met"),
        ("1", "<99", "missed"),
    ],
)
def test_a_budget_is_at_risk_where_the_middle_keeps_to_it_and_the_end_does_not(
    per_user: str, figure: str, verdict: str, believed: Callable[..., Held]
) -> None:
    assert believed(per_user, f"{figure} redirect/s").verdict == verdict


@pytest.mark.parametrize(
    ("figure", "verdict"),
    [("~360", "agrees"), ("~390", "same order"), ("<360", "at risk"), ("<390", "met")],
)
def test_a_band_that_was_drawn_at_points_counts_as_one_in_closed_form(
    figure: str, verdict: str, believed: Callable[..., Held]
) -> None:
    """`more` is one and a half times the rate, by a sum: 150, from 60 to 375."""
    assert believed(NARROW, f"{figure} redirect/s", "more").verdict == verdict


def test_a_band_of_just_a_factor_ten_is_narrow_however_it_is_rounded(plan_of: PlanOf) -> None:
    found = {}
    for dau in range(1, 40):
        inputs = {"dau": f"{dau} user", "per_user": "1 to 10 redirect/user/s"}
        derived = {"rate": "dau * per_user | redirect/s"}
        plan = plan_of(inputs, derived, documented(f"~{9 * dau} redirect/s", "rate", BY_USERS))
        (comparison,) = plan.estimate(Scenario(plan.preset)).documented
        found[dau] = comparison.literal.verdict
    assert found == dict.fromkeys(found, "agrees")


@pytest.mark.parametrize(
    ("figure", "verdict"),
    [("~100", "given"), ("~140", "agrees"), ("~190", "agrees"), ("~210", "same order")],
)
def test_an_input_that_is_a_range_is_judged_by_its_range(
    figure: str, verdict: str, plan_of: PlanOf
) -> None:
    inputs = {"dau": "50 to 200 user"}
    plan = plan_of(inputs, {"twice": "2 * dau | user"}, documented(f"{figure} user", "dau"))
    (comparison,) = plan.estimate(Scenario(plan.preset)).documented
    assert comparison.literal.verdict == verdict
    assert comparison.literal.ratio_band == pytest.approx(
        (50 / float(figure[1:]), 200 / float(figure[1:])), rel=1e-12
    )


def test_the_band_of_the_ratio_is_the_band_over_the_figure(believed: Callable[..., Held]) -> None:
    found = believed(NARROW, "~200 redirect/s")
    assert found.ratio == pytest.approx(0.5, rel=1e-12)
    assert found.ratio_band == pytest.approx((0.2, 1.25), rel=1e-9)
    assert found.band is not None
    ends = (found.band.p5.base / 200, found.band.p95.base / 200)
    assert found.ratio_band == pytest.approx(ends, rel=1e-12)


def test_the_band_of_the_ratio_is_free_of_units(plan_of: PlanOf) -> None:
    inputs = {"dau": "100 user", "per_user": "40 to 250 redirect/user/h"}
    derived = {"rate": "dau * per_user | redirect/day"}
    plan = plan_of(inputs, derived, documented("~5 redirect/s", "rate", BY_USERS))
    (comparison,) = plan.estimate(Scenario(plan.preset)).documented
    expected = (4_000 / 3_600 / 5, 25_000 / 3_600 / 5)
    assert comparison.literal.ratio_band == pytest.approx(expected, rel=1e-9)


def test_a_ratio_of_what_is_certain_has_no_band(held: Callable[..., Held]) -> None:
    assert held("~100 redirect/s").ratio_band is None


@pytest.mark.parametrize(
    ("address", "text", "band"),
    [
        ("other", "6", (0.4, 2.5)),
        ("dau", "200 user", (0.8, 5)),
        ("per_user", "0.5 to 2", (0.5, 2)),
        ("per_user", "2", None),
    ],
)
@pytest.mark.parametrize("comparator", ["~", "<", ">"])
def test_a_change_leaves_the_band_of_the_ratio_and_takes_the_verdict(
    comparator: str,
    address: str,
    text: str,
    band: tuple[float, float] | None,
    believed: Callable[..., Held],
) -> None:
    figure = f"{comparator}100 redirect/s"
    assert believed(NARROW, figure).verdict is not None
    found = believed(NARROW, figure, **{address: text})
    assert found.verdict is None
    assert found.ratio_band == (band and pytest.approx(band, rel=1e-9))


def test_readings_have_bands_and_verdicts_of_their_own(plan_of: PlanOf) -> None:
    readings = (
        'readings = [{ figure = "~700 redirect/s", against = "peak", reconcile = "per_user" },'
        ' { figure = "~700 user", against = "dau" }]'
    )
    inputs = {**INPUTS, "per_user": f"{NARROW} redirect/user/s"}
    more = documented("~700 redirect/s", "rate", BY_USERS, readings)
    plan = plan_of(inputs, DERIVED, more)
    (comparison,) = plan.estimate(Scenario(plan.preset)).documented
    at_peak, of_users = comparison.readings
    assert comparison.literal.verdict == "disagrees"
    assert at_peak.verdict == "agrees"  # the peak is 300, from 120 to 750
    assert at_peak.ratio_band == pytest.approx((120 / 700, 750 / 700), rel=1e-9)
    assert (of_users.verdict, of_users.ratio_band) == ("disagrees", None)


# The implied peak


def over_sample(plan_of: PlanOf, *figures: str) -> tuple[Comparison, ...]:
    plan = plan_of(INPUTS, DERIVED, "\n".join(figures))
    return plan.estimate(Scenario(plan.preset)).documented


PEAK = documented("~900 redirect/s", "rate", BY_USERS, 'over = "rate"')
VOLUME = documented("~25.92M redirect/day", "rate", BY_USERS)
"""300 a second."""


def test_a_peak_over_a_derived_volume_is_so_many_times_the_average(plan_of: PlanOf) -> None:
    (comparison,) = over_sample(plan_of, PEAK)
    assert comparison.peak_over_volume == pytest.approx(9)


def test_a_documented_volume_goes_before_the_derived_one(plan_of: PlanOf) -> None:
    volume, peak = over_sample(plan_of, VOLUME, PEAK)
    assert peak.peak_over_volume == pytest.approx(3)
    assert volume.peak_over_volume is None


def test_what_is_said_of_a_second_is_no_volume(plan_of: PlanOf) -> None:
    _, peak = over_sample(plan_of, documented("~300 redirect/s", "rate", BY_USERS), PEAK)
    assert (peak.volume, peak.peak_over_volume) == (None, pytest.approx(9))


def test_a_volume_may_be_that_of_an_input_which_is_the_same_number(plan_of: PlanOf) -> None:
    inputs = {"daily": "1M redirect/day"}
    figures = [documented("~1M redirect/day", "daily"), documented(
        "~10K redirect/s", "rate", 'reconcile = "daily"', 'over = "rate"'
    )]  # fmt: skip
    plan = plan_of(inputs, {"rate": "daily | redirect/s"}, "\n".join(figures))
    volume, peak = plan.estimate(Scenario(plan.preset)).documented
    assert (peak.volume, peak.peak_over_volume) == (volume.label, pytest.approx(864))


@pytest.mark.parametrize(
    ("system", "said", "factor"),
    [
        # 100,000/s against 1B/day: 100,000 * 86,400 / 1e9.
        ("ad-click-aggregator", "~100K clicks/sec", 8.64),
        ("ad-click-aggregator", "~50K clicks/sec", 4.32),
        ("social-media", "~10K posts/sec", 0.864),
    ],
)
def test_the_implied_peak_of_a_shipped_figure(system: str, said: str, factor: float) -> None:
    plan = load(system)
    found = {c.said: c for c in plan.estimate(Scenario(plan.preset)).documented}
    assert found[said].peak_over_volume == pytest.approx(factor, rel=1e-12)


# Faults


@pytest.mark.parametrize(
    ("figure", "against", "more", "where", "says"),
    [
        ("~100 redirect/s", "rat", (), "against", "did you mean rate?"),
        ("~100 redirect/s", "zzz", (), "against", "is neither an input nor a derived number"),
        ("~100 redirect/s", "rate", (), None, "reconcile is missing: name the input to solve for"),
        ("~100 redirect/s", "rate", ('reconcile = "per_use"',), "reconcile", "did you mean per_us"),
        ("~100 redirect/s", "rate", ('reconcile = "peak"',), "reconcile", "'peak' is no input"),
        (
            "~100 redirect/s",
            "rate",
            ('reconcile = "other"',),
            "reconcile",
            "rate does not hang on other; expected one of: dau, per_user",
        ),
        ("~100 GB", "rate", (BY_USERS,), "figure", "is in GB; expected redirect/s"),
        ("~100 to 200", "rate", (BY_USERS,), "figure", "is a range; a documented figure is one"),
        ("~0 redirect/s", "rate", (BY_USERS,), "figure", "compares with nothing"),
        ("~lots", "rate", (BY_USERS,), "figure", "expected a number"),
        ("~100", "rate", (BY_USERS, 'over = "rte"'), "over", "did you mean rate?"),
        ("~100", "rate", (BY_USERS, 'over = "dau"'), "over", "dau is in user, rate in redirect/s"),
        ("~100", "rate", (BY_USERS, 'over = "peak"'), "over", "peak is a peak; expected the aver"),
    ],
)
def test_a_figure_that_does_not_fit_is_a_fault_in_its_place(
    figure: str,
    against: str,
    more: tuple[str, ...],
    where: str | None,
    says: str,
    faults_of: FaultsOf,
) -> None:
    (fault,) = faults_of(INPUTS, DERIVED, documented(figure, against, *more))
    assert fault.path == ("documented", 0, where) if where else ("documented", 0)
    assert says in fault.message


def test_a_reading_that_does_not_fit_is_a_fault_of_the_reading(faults_of: FaultsOf) -> None:
    reading = 'readings = [{ figure = "~1 GB", against = "rate", reconcile = "per_user" }]'
    (fault,) = faults_of(INPUTS, DERIVED, documented("~1", "rate", BY_USERS, reading))
    assert fault.path == ("documented", 0, "readings", 0, "figure")


def test_every_shipped_figure_has_a_ratio_a_verdict_and_what_would_reconcile_it(
    system: str,
) -> None:
    plan = load(system)
    comparisons = plan.estimate(Scenario(plan.preset)).documented
    assert comparisons
    for comparison in comparisons:
        for held in (comparison.literal, *comparison.readings):
            assert 0 < held.ratio < float("inf")
            assert held.verdict in SIGNS
            # A percentile follows from distributions: there is no formula to solve.
            if held.verdict == "given" or held.against in plan.preset.times:
                assert held.reconcile is None
            else:
                assert held.reconcile is not None
                assert held.reconcile.needs is not None or held.reconcile.why


def test_an_audit_is_the_documented_part_of_the_estimate(system: str) -> None:
    plan = load(system)
    scenario = Scenario(plan.preset)
    assert plan.audit(scenario).documented == plan.estimate(scenario).documented
