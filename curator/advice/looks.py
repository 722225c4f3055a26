"""Looking at a measurement while it runs, and stopping early, without being fooled by having looked often.

Who looks five times with an interval of 95 % is wrong about twice as often as he thinks. The bounds here spend the
same 5 % over the looks as Lan and DeMets (1983), Biometrika 70, do after O'Brien and Fleming (1979): hardly any of it
early, nearly all of it at the end, so that the last look loses next to nothing.
"""

import math
from collections.abc import Sequence
from functools import cache
from statistics import NormalDist
from typing import Literal

import numpy as np
from msgspec import Struct

from curator.advice.intervals import CONFIDENCE, Interval, wilson

#: Shares of the eval set after which the measurement is looked at.
LOOKS = (1 / 6, 1 / 3, 1 / 2, 2 / 3, 1.0)
Reached = Literal["suffices", "short", "undecided"]

_STEPS = 801
_REACH = 8.0


class Look(Struct, frozen=True):
    """What a look says: `suffices` when the target (less the margin) is reached surely, `short` when it is surely
    missed, else `undecided`, which a last look may say too."""

    reached: Reached
    interval: Interval
    last: bool


@cache
def bounds(shares: tuple[float, ...], confidence: float = CONFIDENCE) -> tuple[float, ...]:
    """The critical value of each look, at shares of the information that grow to 1.

    By recursive numerical integration (Armitage, McPherson and Rowe 1969, JRSS A 132) over a grid of 801 points.
    Raises ValueError when the shares do not grow, or do not end at 1.
    """
    if not shares or any(one >= two for one, two in zip((0.0, *shares), shares, strict=False)) or shares[-1] != 1.0:
        raise ValueError(f"looks must be shares that grow to 1, not {shares}")
    normal, alpha = NormalDist(), 1 - confidence
    spent = [4 * (1 - normal.cdf(normal.inv_cdf(1 - alpha / 4) / math.sqrt(share))) for share in shares]
    found: list[float] = []
    grid = density = np.zeros(0)
    for place, share in enumerate(shares):
        step = share - (shares[place - 1] if place else 0.0)
        if not place:
            found.append(normal.inv_cdf(1 - spent[0] / 2) if spent[0] > 1e-15 else _REACH)
        else:
            found.append(_crossing(grid, density, step, share, spent[place] - spent[place - 1]))
        edge = found[-1] * math.sqrt(share)
        fresh = np.linspace(-edge, edge, _STEPS)
        if not place:
            density = np.exp(-(fresh**2) / (2 * step)) / math.sqrt(2 * math.pi * step)
        else:
            density = _moved(grid, density, fresh, step)
        grid = fresh
    return tuple(found)


def _moved(grid: "np.ndarray", density: "np.ndarray", fresh: "np.ndarray", step: float) -> "np.ndarray":
    """The density of the score at the next look, of those that have not stopped before."""
    kernel = np.exp(-((fresh[:, None] - grid[None, :]) ** 2) / (2 * step)) / math.sqrt(2 * math.pi * step)
    heights = kernel * density[None, :]  # by trapezia, as the grid is even
    area: np.ndarray = (grid[1] - grid[0]) * (heights.sum(axis=1) - (heights[:, 0] + heights[:, -1]) / 2)
    return area


def _crossing(grid: "np.ndarray", density: "np.ndarray", step: float, share: float, wanted: float) -> float:
    """The critical value beyond which `wanted` of the probability is left at this look."""
    far = np.linspace(-_REACH, _REACH, 2 * _STEPS) * math.sqrt(share)
    left = _moved(grid, density, far, step)
    upper = far >= 0
    at, height = far[upper], left[upper]
    tail = np.concatenate([np.cumsum((height[:-1] + height[1:])[::-1] * np.diff(at)[::-1])[::-1], [0.0]])  # both sides
    return float(np.interp(-wanted, -tail, at)) / math.sqrt(share)


def look(right: int, count: int, rows: int, *, target: float, margin: float, plan: Sequence[int]) -> Look:
    """What `right` of the first `count` rows say, of an eval set of `rows` that is looked at after those of `plan`.

    `plan` holds the numbers of rows at which it was or will be looked, ending with `rows`; `count` is one of them.
    """
    shares = tuple(one / rows for one in plan)
    z = bounds(shares)[plan.index(count)]
    interval = wilson(right, count, z)
    last = count == rows
    if interval.low >= target - margin:
        return Look("suffices", interval, last)
    if interval.high < target:
        return Look("short", interval, last)
    return Look("undecided", interval, last)


def plan_of(rows: int) -> tuple[int, ...]:
    """After how many rows to look at an eval set."""
    return tuple(dict.fromkeys(max(1, round(share * rows)) for share in LOOKS))
