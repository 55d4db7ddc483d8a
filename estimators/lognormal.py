"""Products of powers of lognormals: a number whose band is known in closed form.

A formula that only multiplies, divides and raises to powers turns lognormals into a lognormal. Such
a formula runs over `Lognormal` values as it runs over floats; one that adds, rounds or compares
them (but with zero) is refused by Python itself, since nothing else is defined here, and is left to
the points.
"""

from __future__ import annotations

from typing import Any, Final

import numpy as np

from estimators.points import Array


class Lognormal:
    """median * exp(sum of weight * score): a value that hangs on lognormal inputs.

    Args:
        median: its median, above zero, in base units.
        weights: for every uncertain input of the scenario, how much the logarithm moves with one
            standard normal score of it.
    """

    __slots__ = ("median", "weights")

    def __init__(self, median: float, weights: Array) -> None:
        self.median, self.weights = median, weights

    def __mul__(self, other: Any) -> Lognormal:
        if isinstance(other, Lognormal):
            return Lognormal(self.median * other.median, self.weights + other.weights)
        return Lognormal(self.median * _positive(other), self.weights)

    __rmul__ = __mul__

    def __truediv__(self, other: Any) -> Lognormal:
        if isinstance(other, Lognormal):
            return Lognormal(self.median / other.median, self.weights - other.weights)
        return Lognormal(self.median / _positive(other), self.weights)

    def __rtruediv__(self, other: Any) -> Lognormal:
        return Lognormal(_positive(other) / self.median, -self.weights)

    def __pow__(self, power: Any) -> Lognormal:
        return Lognormal(self.median ** float(power), self.weights * float(power))

    def __gt__(self, other: Any) -> bool:
        """It is above zero and all below; whether it is above anything else is not known."""
        if float(other) > 0:
            raise TypeError("whether an uncertain number is above another is not known")
        return True

    __ge__ = __gt__

    def __eq__(self, other: object) -> bool:
        raise TypeError("whether an uncertain number equals another is not known")

    __hash__ = None  # type: ignore[assignment]

    def __bool__(self) -> bool:
        raise TypeError("whether an uncertain number is zero is not known")

    def __array_ufunc__(self, ufunc: np.ufunc, method: str, *values: Any, **_: Any) -> Any:
        """What numpy's own operators do when an estimator or a numpy scalar calls them."""
        operation = OPERATIONS.get(ufunc)
        if operation is None or method != "__call__":
            # Raised here: numpy's own refusal of NotImplemented needs built-ins formulas lack.
            raise TypeError(f"{ufunc.__name__} of an uncertain number has no closed form")
        left, right = values
        return operation(left, right)


def _positive(value: Any) -> float:
    """A certain factor, as a float; zero and less have no logarithm."""
    factor = float(value)
    if not factor > 0:
        raise TypeError(f"{factor} is no factor of a lognormal")
    return factor


def _multiply(left: Any, right: Any) -> Any:
    return left * right if isinstance(left, Lognormal) else right * left


def _divide(left: Any, right: Any) -> Any:
    return left / right if isinstance(left, Lognormal) else right.__rtruediv__(left)


def _power(left: Any, right: Any) -> Any:
    if not isinstance(left, Lognormal):
        raise TypeError("an uncertain exponent has no closed form")
    return left**right


OPERATIONS: Final[dict[np.ufunc, Any]] = {
    np.multiply: _multiply,
    np.divide: _divide,
    np.power: _power,
    np.float_power: _power,
}
