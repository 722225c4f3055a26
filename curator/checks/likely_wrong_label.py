"""LAB002: another label fits far better, and the nearest examples have it."""

from collections.abc import Iterator
from typing import TYPE_CHECKING

from curator.checks.base import Space, space_check
from curator.checks.label_doubt import Doubt, doubt
from curator.checks.label_evidence import evidence
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
# Log odds against a label, in a group of fewer rows than `_SCARCE`, and in one of up to a hundred. Of labels moved to
# another of the group they take half and two thirds, of untouched rows 2 in 1,000; of one retail bot, where people
# labelled one question in two ways, 9. Among so few rows as in the first, -0.4 would take twice as many untouched ones.
_AGAINST, _AGAINST_MORE = 0.5, -0.4
_SCARCE = 24
# Own labels stand so many standard errors above chance where inputs tell them: of groups whose labels are dealt out
# anew, 1 in 100 has it, and of groups of intents 98.
_TOLD = 3.0


@space_check("LAB002", Severity.WARNING, learn=Outputs, by=instruction_group, when=names_labels)
def likely_wrong_label(space: Space) -> Iterator[Finding]:
    """A label that is very likely wrong: another one fits far better, and the nearest examples have it.

    Each label's centre is made of its other examples, by sentence vectors and words. None of the three nearest
    examples may share the label. In a group of up to 100, centres, neighbours, the names of the labels and what
    single words mean are added up instead; an example that uses a word of its label's name is left alone, and so
    is a label for all sorts ("other"). So are groups whose inputs do not tell their labels (tone, truth).

    Why: a wrong label teaches two classes a wrong border at once.
    Fix: look at the nearest examples, then correct the label or accept it.
    Example:
        input "I was charged twice", output "bug", where such inputs are "billing" elsewhere
    """
    found = doubt(space)
    if found is None:
        return
    against = evidence(found)
    for candidate, chosen in enumerate(surely(found).tolist()):
        if chosen:
            yield found.finding(candidate, None if against is None else against.of(candidate), sure=True)


def surely(found: Doubt) -> "NDArray[np.bool_]":
    """Which of the candidates are likely enough to be wrong for a warning."""
    import numpy as np

    against = evidence(found)
    if against is not None:
        bound = _AGAINST if len(found.labelled.rows) < _SCARCE else _AGAINST_MORE
        few: NDArray[np.bool_] = against.odds > (bound if against.told >= _TOLD else np.inf)
        return few
    if found.agreement < _AGREEMENT:
        return np.zeros(len(found.candidates), bool)
    codes, other = found.labelled.codes, found.other[found.candidates][:, None]
    nearest = found.near[:, :3]
    theirs = np.where(nearest >= 0, codes[nearest], -1)
    alone = ~(theirs == codes[found.candidates][:, None]).any(axis=1)
    backing = (theirs == other).sum(axis=1)
    strong: NDArray[np.bool_] = alone & (backing >= 2) & (found.margin[found.candidates] > _FAR)
    return strong
