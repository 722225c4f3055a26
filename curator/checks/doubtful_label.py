"""LAB003: labels ranked by doubt."""

from collections.abc import Iterator
from typing import Annotated

from curator.checks.base import Space, space_check
from curator.checks.label_doubt import doubt
from curator.checks.label_evidence import evidence
from curator.checks.likely_wrong_label import surely
from curator.checks.options import Between
from curator.corpus import instruction_group
from curator.model import Finding, Severity
from curator.tasks import Outputs, names_labels

# Log odds of seven to one for the label are a doubt that is worth a look, far down the list.
_OPEN = -3.0
# In a group of up to a hundred a person reads all of it anyhow: there only labels are listed of which
# about one in four is wrong.
_OPEN_FEW = -1.0


@space_check("LAB003", Severity.INFO, learn=Outputs, by=instruction_group, when=names_labels)
def doubtful_label(space: Space, *, most: Annotated[float, Between(0, 1)] = 0.25) -> Iterator[Finding]:
    """Labels that another label would fit better: a ranking to look through from the top, never a count of errors.

    At most the share `most` of a group is listed, beside the very likely ones (LAB002). Ranked by how much better
    the other label fits, by how often the one is given for the other in this group, and by whether near examples
    of the same label are doubtful too: labels go wrong in whole classes of questions.

    Why: a few wrong labels in a hundred cost more accuracy than as many missing examples.
    Fix: go through the list by score while it is worth it; correct or accept.
    Example:
        input "Where is my parcel?", output "returns"
    """
    found = doubt(space)
    if found is None or not found.told():
        return
    against = evidence(found)
    scores = found.score[found.candidates] if against is None else against.odds
    open_from = _OPEN if against is None else _OPEN_FEW
    said = surely(found).tolist()
    ranked = sorted(
        (-score, index) for index, score in enumerate(scores.tolist()) if score > open_from and not said[index]
    )
    for _, candidate in ranked[: int(most * len(found.labelled.rows))]:
        yield found.finding(candidate, None if against is None else against.of(candidate))
