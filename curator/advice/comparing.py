"""Whether one prompt, or one model, is better than another on the same rows."""

import math
from collections.abc import Mapping, Sequence

import numpy as np
from msgspec import Struct

RESAMPLES = 10_000


class Comparison(Struct, frozen=True):
    """How much better the second is, and how easily chance alone would give such a difference.

    `gain` is the mean difference, second less first; `better` and `worse` count the rows on which they differ; `p` is
    two-sided.
    """

    gain: float
    better: int
    worse: int
    count: int
    p: float


def mcnemar(better: int, worse: int) -> float:
    """The exact two-sided p value of McNemar's test: of rows that differ, is each as likely to be better as worse?

    McNemar (1947), Psychometrika 12; exact binomial as in Fay (2010), Biostatistics 11. 1 when no row differs.
    """
    count, fewer = better + worse, min(better, worse)
    if not count:
        return 1.0
    # By logarithms: 2 ** -count is no float from 1,075 rows on.
    logs = [math.lgamma(count + 1) - math.lgamma(k + 1) - math.lgamma(count - k + 1) for k in range(fewer + 1)]
    most = max(logs)
    tail = math.exp(most + math.log(math.fsum(math.exp(one - most) for one in logs)) - count * math.log(2))
    return min(1.0, 2 * tail)


def compared(
    first: Sequence[float], second: Sequence[float], groups: Sequence[int | str] | None = None, *, seed: int = 0
) -> Comparison:
    """Compares two scores of the same rows: exact McNemar for 0 and 1 in rows that stand alone, else a sign-flip test
    over whole groups: rows of one group stand or fall together.

    The sign-flip test (Fisher 1935) asks how often a difference as large comes about when each group's difference has
    a sign by chance: 10,000 draws, seeded. Raises ValueError when the rows are not as many.
    """
    left, right = np.asarray(first, dtype=float), np.asarray(second, dtype=float)
    if left.shape != right.shape:
        raise ValueError(f"{len(left)} and {len(right)} scores are not of the same rows")
    difference = right - left
    better, worse, count = int((difference > 0).sum()), int((difference < 0).sum()), len(left)
    gain = float(difference.mean()) if count else 0.0
    if groups is not None and len(set(groups)) == count:
        groups = None
    if groups is None and set(np.unique(np.concatenate([left, right]))) <= {0.0, 1.0}:
        return Comparison(gain, better, worse, count, mcnemar(better, worse))
    names = np.arange(count) if groups is None else np.unique(np.asarray(groups), return_inverse=True)[1]
    sums = np.bincount(names, weights=difference) if count else np.zeros(0)
    sums = sums[sums != 0]
    if not len(sums):
        return Comparison(gain, better, worse, count, 1.0)
    rng = np.random.default_rng(seed)
    wanted, reached = abs(sums.sum()) - 1e-12, 0
    for start in range(0, RESAMPLES, 500):
        signs = rng.integers(0, 2, (min(500, RESAMPLES - start), len(sums)), dtype=np.int8) * 2 - 1
        reached += int((np.abs(signs @ sums) >= wanted).sum())
    return Comparison(gain, better, worse, count, (reached + 1) / (RESAMPLES + 1))


def holm(p_values: Mapping[str, float]) -> dict[str, float]:
    """P values corrected for being several: Holm (1979), Scandinavian Journal of Statistics 6."""
    corrected, highest = {}, 0.0
    for place, (name, p) in enumerate(sorted(p_values.items(), key=lambda one: (one[1], one[0]))):
        highest = max(highest, min(1.0, (len(p_values) - place) * p))
        corrected[name] = highest
    return {name: corrected[name] for name in p_values}
