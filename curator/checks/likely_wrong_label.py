"""LAB002: another label fits far better, and the nearest examples have it."""

from collections.abc import Iterator
from typing import TYPE_CHECKING

from curator.checks.base import Space, space_check
from curator.checks.label_doubt import Doubt, doubt
from curator.corpus import instruction_group
from curator.model import Finding, Severity
from curator.tasks import Outputs, names_labels

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

# Where fewer rows than this are under the label that fits them best, inputs do not tell labels.
_AGREEMENT = 0.7
# By so much, in cosines, another label fits better. In CLINC150 and Banking77 with one label in twenty planted
# wrong, 92 to 96 of 100 rows above it are the planted ones; of untouched rows it takes 1 to 4 in 1,000.
_FAR = 0.8
# In a small group no label has a sharp centre; there the row has to stand apart from all others.
_SMALL = 100
_SOME, _APART = 0.45, 0.25
_SMALL_AGREEMENT = 0.75


@space_check("LAB002", Severity.WARNING, learn=Outputs, by=instruction_group, when=names_labels)
def likely_wrong_label(space: Space) -> Iterator[Finding]:
    """A label that is very likely wrong: another one fits far better, and the nearest examples have it.

    Each label's centre is made of its other examples, by sentence vectors and words. None of the three nearest
    examples may share the label. In a group of up to 100, the example must also stand apart from all others, or
    fit another label very much better. Groups whose inputs do not tell their labels (tone, truth) are left alone.

    Why: a wrong label teaches two classes a wrong border at once.
    Fix: look at the nearest examples, then correct the label or accept it.
    Example:
        input "I was charged twice", output "bug", where such inputs are "billing" elsewhere
    """
    found = doubt(space)
    if found is None:
        return
    strong = surely(found)
    for candidate, chosen in enumerate(strong.tolist()):
        if chosen:
            yield found.finding(candidate)


def surely(found: Doubt) -> "NDArray[np.bool_]":
    """Which of the candidates are likely enough to be wrong for a warning."""
    import numpy as np

    codes, other = found.labelled.codes, found.other[found.candidates][:, None]
    nearest = found.near[:, :3]
    theirs = np.where(nearest >= 0, codes[nearest], -1)
    alone = ~(theirs == codes[found.candidates][:, None]).any(axis=1)
    backing = (theirs == other).sum(axis=1)
    margins, agreement = found.margin[found.candidates], found.agreement
    strong = alone & (backing >= 2) & (margins > _FAR) & (agreement >= _AGREEMENT)
    if agreement >= _SMALL_AGREEMENT and len(codes) <= _SMALL:
        strong |= alone & (backing >= 1) & (margins >= _standing_apart(found.margin))
    chosen: NDArray[np.bool_] = strong
    return chosen


def _standing_apart(margins: "NDArray[np.float32]") -> float:
    """The margin from which rows stand apart: two rows or one in ten at most, with a gap below them."""
    from math import inf

    ranked = sorted(margins.tolist(), reverse=True)
    for last in range(max(1, len(ranked) // 10, 2 * (len(ranked) >= 15)), 0, -1):
        if ranked[last - 1] > _SOME and ranked[last - 1] - ranked[last] >= _APART:
            return float(ranked[last - 1])
    return inf
