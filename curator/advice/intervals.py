"""How sure a measured share or mean is: intervals, and how many rows would make one narrower."""

import math
from collections.abc import Sequence
from statistics import NormalDist

import numpy as np
from msgspec import Struct

CONFIDENCE = 0.95
RESAMPLES = 2_000


class Interval(Struct, frozen=True):
    """A value with the bounds that it lies between, as sure as `confidence` says, from `count` rows."""

    value: float
    low: float
    high: float
    count: int
    confidence: float = CONFIDENCE

    @property
    def width(self) -> float:
        """How far the bounds are apart."""
        return self.high - self.low


def critical(confidence: float = CONFIDENCE) -> float:
    """The standard normal value that a two-sided interval reaches to: 1.96 for .95."""
    return NormalDist().inv_cdf(0.5 + confidence / 2)


def wilson(right: int, count: int, z: float | None = None, *, confidence: float = CONFIDENCE) -> Interval:
    """Wilson's interval of a share: `right` of `count` rows. Of no rows it is 0 to 1.

    Wilson, E. B. (1927), Probable inference, the law of succession, and statistical inference, JASA 22. It holds for
    few rows and for shares near 0 and 1, where the usual formula does not.
    """
    if count == 0:
        return Interval(0.0, 0.0, 1.0, 0, confidence)
    z = critical(confidence) if z is None else z
    share, z2 = right / count, z * z
    middle = (share + z2 / (2 * count)) / (1 + z2 / count)
    half = z / (1 + z2 / count) * math.sqrt(share * (1 - share) / count + z2 / (4 * count * count))
    low = 0.0 if right == 0 else max(0.0, middle - half)
    high = 1.0 if right == count else min(1.0, middle + half)
    return Interval(share, low, high, count, confidence)


def bootstrap(
    values: Sequence[float], groups: Sequence[int] | None = None, *, confidence: float = CONFIDENCE, seed: int = 0
) -> Interval:
    """Percentile bootstrap of a mean, drawing whole groups: rows of one cluster stand or fall together.

    Efron and Tibshirani (1993), chapter 13; 2,000 resamples. Of one group it is as wide as the values can be told:
    no interval, 0 to 1 of the values' own range.
    """
    data = np.asarray(values, dtype=float)
    if not len(data):
        return Interval(0.0, 0.0, 1.0, 0, confidence)
    names = np.arange(len(data)) if groups is None else np.unique(np.asarray(groups), return_inverse=True)[1]
    sums, sizes = np.bincount(names, weights=data), np.bincount(names)
    mean = float(data.mean())
    if len(sums) == 1:
        return Interval(mean, min(0.0, mean), max(1.0, mean), len(data), confidence)
    rng = np.random.default_rng(seed)
    means = np.empty(RESAMPLES)
    for start in range(0, RESAMPLES, 200):  # 200 draws at once hold 200 times the groups
        drawn = rng.integers(0, len(sums), (min(200, RESAMPLES - start), len(sums)))
        means[start : start + len(drawn)] = sums[drawn].sum(axis=1) / sizes[drawn].sum(axis=1)
    low, high = np.quantile(means, [(1 - confidence) / 2, (1 + confidence) / 2])
    return Interval(mean, float(low), float(high), len(data), confidence)


def rows_for_half(interval: Interval) -> int:
    """How many rows in all would make an interval half as wide: four times as many, as widths go by the root."""
    return 4 * interval.count
