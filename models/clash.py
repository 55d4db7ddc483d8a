"""Documented figures that cannot hold together, and by how much they miss each other."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from models.estimate import Comparison

ClashKind = Literal["volume", "twice", "input"]


@dataclass(frozen=True, slots=True)
class Clash:
    """A documented figure that does not go with what else is documented or assumed.

    Args:
        kind: `volume`: a rate beside a volume a day of the same thing; `twice`: two figures of
            one thing; `input`: an input that would have to be far from what it is.
        figure: the documented figure.
        beside: the documented volume, or the other figure of the same thing; None for an input.
        factor: how far apart the two are: the rate over the volume's average (below 1 too), the
            larger figure over the smaller, or derived over documented, the larger side.
    """

    kind: ClashKind
    figure: Comparison
    beside: Comparison | None
    factor: float
