"""Which documented figures of a system cannot hold together."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import combinations
from typing import Final

from estimators.documented import AGREES_WITHIN
from models.clash import Clash
from models.estimate import Comparison

STEEPEST_DAY: Final = 10.0
"""No daily rhythm has a peak of more than this many times its mean: a day's worth would be done in
2.4 hours. Measured days have two to four (Xu, System Design Interview, takes 2)."""


def clashes(figures: Sequence[Comparison]) -> tuple[Clash, ...]:
    """Every clash among a system's documented figures, the widest of each kind first.

    A rate beside a volume a day clashes when it is more than ten times the volume's average, or
    less than it; two figures of one thing when they are more than a factor 1.5 apart. What then
    still disagrees with its derived number asks for another input.
    """
    volumes = tuple(_over_volumes(figures))
    told = {clash.figure.label for clash in volumes}
    found = (
        volumes,
        tuple(_told_twice(figures)),
        tuple(_other_inputs([c for c in figures if c.label not in told])),
    )
    return tuple(c for kind in found for c in sorted(kind, key=lambda clash: -_width(clash)))


def _width(clash: Clash) -> float:
    return max(clash.factor, 1 / clash.factor)


def _over_volumes(figures: Sequence[Comparison]) -> Iterator[Clash]:
    for figure in figures:
        volume = next((f for f in figures if f.label == figure.volume), None)
        factor = figure.peak_over_volume
        if volume and factor and not 1 / AGREES_WITHIN <= factor <= STEEPEST_DAY:
            yield Clash("volume", figure, volume, factor)


def _told_twice(figures: Sequence[Comparison]) -> Iterator[Clash]:
    estimates = [f for f in figures if f.literal.figure.comparator in "~="]
    for one, other in combinations(estimates, 2):
        if one.literal.against != other.literal.against or other.label == one.label:
            continue
        if one.over != other.over:  # a rate and the volume it stands over
            continue
        larger, smaller = sorted((one, other), key=lambda f: -f.literal.figure.quantity.base)
        factor = larger.literal.figure.quantity.base / smaller.literal.figure.quantity.base
        if factor > AGREES_WITHIN:
            yield Clash("twice", larger, smaller, factor)


def _other_inputs(figures: Sequence[Comparison]) -> Iterator[Clash]:
    for figure in figures:
        held = figure.literal
        if held.verdict == "disagrees" and held.reconcile and held.ratio:
            yield Clash("input", figure, None, max(held.ratio, 1 / held.ratio))
