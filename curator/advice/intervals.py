"""How sure a measured share or mean is: intervals, and how many rows would make one narrower."""

import math
from collections import Counter
from collections.abc import Hashable, Sequence
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
    share = right / count
    low, high = _wilson(share, count, critical(confidence) if z is None else z)
    return Interval(share, 0.0 if right == 0 else low, 1.0 if right == count else high, count, confidence)


def _wilson(share: float, count: float, z: float) -> tuple[float, float]:
    z2 = z * z
    middle = (share + z2 / (2 * count)) / (1 + z2 / count)
    half = z / (1 + z2 / count) * math.sqrt(share * (1 - share) / count + z2 / (4 * count * count))
    return max(0.0, middle - half), min(1.0, middle + half)


def mean_of(
    scores: Sequence[float], clusters: Sequence[Hashable] | None = None, z: float | None = None, *,
    low: float | None = None, confidence: float = CONFIDENCE,
) -> Interval:  # fmt: skip
    """The interval of a mean of scores from 0 to 1; of right and wrong in rows that stand alone it is Wilson's.

    Wilson's interval of as many rows as the scores are worth. Scores that lie close together are worth more than right
    and wrong, as their variance is less than that of a share; it is taken with z²/2 rows of 0 and of 1 added (Agresti
    and Coull 1998, The American Statistician 52), so that a few equal scores are not taken for certainty. Rows of one
    cluster are near copies and are taken to stand or fall together: of sizes m they are worth (sum m)² / sum m² rows
    (Kish 1965, Survey Sampling, chapter 8.2). `z` is the critical value, `low` another one of the lower end.
    """
    count = len(scores)
    if not count:
        return Interval(0.0, 0.0, 1.0, 0, confidence)
    z = critical(confidence) if z is None else z
    mean = math.fsum(scores) / count
    sizes = Counter(clusters if clusters is not None else range(count)).values()
    copies = sum(size * size for size in sizes) / count
    least, _ = _wilson(mean, count / copies / _spread(scores, z if low is None else low), z if low is None else low)
    _, most = _wilson(mean, count / copies / _spread(scores, z), z)
    return Interval(mean, min(least, mean) if mean else 0.0, max(most, mean) if mean < 1 else 1.0, count, confidence)


def _spread(scores: Sequence[float], z: float) -> float:
    """The variance of the scores, with z²/2 rows of 0 and of 1, by that of a share with their mean; at most 1."""
    more = z * z / 2
    rows = len(scores) + 2 * more
    mean = (math.fsum(scores) + more) / rows
    squares = math.fsum((one - mean) ** 2 for one in scores) + more * ((1 - mean) ** 2 + mean**2)
    return squares / rows / (mean * (1 - mean))


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
