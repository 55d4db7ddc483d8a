"""Scenarios: what a person changes, what is refused, and what stands where nothing was changed."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from estimators.plan import Plan
from models.preset import Preset
from models.quantity import Quantity, Range
from models.scenario import Scenario, ScenarioError, read_input

VARIANT = """
[variants.small]
label = "Small"
set = { dau = "50K user", hit_ratio = "80%" }
"""


@pytest.fixture(scope="module")
def preset(plan_of: Callable[..., Plan]) -> Preset:
    return plan_of(
        {
            "dau": "100M user",
            "per_user": "4 to 16 redirect/user/day",
            "hit_ratio": "85% to 97% | share = true",
            "factor": "3x",
            "codes": "7 | least = 2",
        },
        {"rate": "dau * per_user | redirect/s"},
        VARIANT,
    ).preset


def test_a_change_takes_the_unit_of_its_field(preset: Preset) -> None:
    scenario = Scenario(preset).with_change("dau", "200M")
    assert scenario.value("dau") == Quantity(2e8, preset.inputs["dau"].unit)
    assert list(scenario.changes) == ["dau"]


@pytest.mark.parametrize("text", ["2.5", "1", "0", "2 to 4", "3 +- 1"])
def test_what_is_counted_is_a_whole_number(preset: Preset, text: str) -> None:
    with pytest.raises(ScenarioError, match=r"codes: .*: a whole number is expected, 2 or more"):
        Scenario(preset).with_change("codes", text)
    assert Scenario(preset).with_change("codes", "2").value("codes").text == "2"


def test_a_scenario_is_not_changed_but_made_anew(preset: Preset) -> None:
    first = Scenario(preset)
    second = first.with_change("dau", "200M")
    assert not first.changes
    assert second is not first
    assert second == Scenario(preset).with_change("dau", "200M user")


def test_changes_stand_in_the_order_in_which_they_were_made(preset: Preset) -> None:
    scenario = Scenario(preset).with_change("factor", "4x").with_change("dau", "1M")
    assert list(scenario.changes) == ["factor", "dau"]


def test_typing_the_starting_value_again_takes_the_change_back(preset: Preset) -> None:
    changed = Scenario(preset).with_change("dau", "200M")
    assert changed.with_change("dau", "100,000,000 users") == Scenario(preset)
    assert changed.without_change("dau") == Scenario(preset)
    assert Scenario(preset).without_change("dau") == Scenario(preset)


def test_a_range_may_be_typed_over_a_value_and_a_value_over_a_range(preset: Preset) -> None:
    scenario = Scenario(preset).with_change("dau", "80M to 120M").with_change("per_user", "8")
    dau, per_user = scenario.value("dau"), scenario.value("per_user")
    assert isinstance(dau, Range)
    assert (dau.low.base, dau.high.base) == (8e7, 1.2e8)
    assert per_user == Quantity(8.0, preset.inputs["per_user"].unit)


def test_a_variant_stands_between_the_preset_and_the_changes(preset: Preset) -> None:
    small = Scenario(preset, "small")
    assert small.value("dau").text == "50K user"
    assert small.value("factor").text == "3x"
    assert small.with_change("dau", "60K").value("dau").text == "60K user"
    assert small.with_change("dau", "50K") == small
    assert small.with_change("dau", "100M").value("dau").text == "100M user"


def test_an_unknown_variant_is_refused_with_the_known_ones(preset: Preset) -> None:
    with pytest.raises(ScenarioError, match=r"sample has no variant 'large'; it has: small"):
        Scenario(preset, "large")


@pytest.mark.parametrize(
    ("address", "text", "message"),
    [
        ("dau", "3GB", "dau: '3GB': is in GB; expected user, such as 100M user"),
        (
            "dau",
            "-5",
            "dau: '-5': a quantity is never negative; expected a number of at least 0, "
            "such as 100M user",
        ),
        ("hit_ratio", "120%", "hit_ratio: '120%': a share lies between 0% and 100%"),
        ("hit_ratio", "90", None),
        ("hit_ratio", "50% to 120%", "a share lies between 0% and 100%"),
        ("hit_ratio", "50% to 100%", "a range of a share ends below 100%, as in 85% to 99%"),
        ("daus", "5", "sample has no input 'daus'; did you mean dau?"),
        ("zzz", "5", "its inputs: dau, per_user, hit_ratio, factor, codes"),
        ("rate", "5", "rate is derived (dau * per_user); change one of the inputs: dau, per_user"),
    ],
)
def test_a_change_that_does_not_fit_is_refused_by_name(
    preset: Preset, address: str, text: str, message: str | None
) -> None:
    if message is None:  # a bare 90 in a field of % is 90%
        assert read_input(preset, address, text).text == "90%"
        return
    with pytest.raises(ScenarioError) as caught:
        Scenario(preset).with_change(address, text)
    assert message in str(caught.value)
    assert "\n" not in str(caught.value)


def test_a_share_may_be_nothing_or_all(preset: Preset) -> None:
    scenario = Scenario(preset)
    assert scenario.with_change("hit_ratio", "0%").value("hit_ratio").text == "0%"
    assert scenario.with_change("hit_ratio", "100%").value("hit_ratio").text == "100%"


def test_medians_are_of_every_input_in_the_order_of_the_preset(preset: Preset) -> None:
    medians = dict(Scenario(preset).with_change("codes", "9").medians())
    assert list(medians) == list(preset.inputs)
    assert medians["per_user"].text == "8 redirect/user/day"
    assert medians["codes"].base == 9
    # Log odds: sqrt(0.85/0.15 * 0.97/0.03) = 13.536; 13.536 / 14.536 = 0.9312.
    assert medians["hit_ratio"].base == pytest.approx(0.93120, abs=1e-5)
