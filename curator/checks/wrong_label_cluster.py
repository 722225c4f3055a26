"""LAB006: a whole class of questions under a label that it does not fit."""

from collections import Counter
from collections.abc import Iterator
from typing import Annotated

from curator.checks.base import Space, found_at, space_check
from curator.checks.label_doubt import Doubt, doubt
from curator.checks.options import Between
from curator.corpus import Clusters, instruction_group
from curator.model import Finding, Severity
from curator.tasks import Outputs, names_labels
from curator.text import shorten

# Members are in doubt themselves, and among each other's nearest: a chain of single steps is no class of questions.
_DOUBT = -1.0
_NEAREST = 5
_ALIKE = 0.2
# So much of a cluster fits one and the same other label.
_UNITED = 0.6
_SHOWN = 50


@space_check("LAB006", Severity.INFO, learn=Outputs, by=instruction_group, when=names_labels, at_least=20)
def wrong_label_cluster(space: Space, *, fewest: Annotated[int, Between(2, 1000)] = 3) -> Iterator[Finding]:
    """Examples that ask much the same and together sit under a label that another one fits better.

    At least `fewest` examples of one label, each among the nearest of the next, most of which fit the same other
    label better. One decision settles them all.

    Why: labels go wrong by habit; one misunderstanding of the guidelines moves a whole class of questions.
    Fix: decide once what such inputs are, and correct or accept the group.
    Example:
        seven questions how to place an order, labelled "other", in a set with the label "ordering"
    """
    found = doubt(space)
    if found is None or not found.told():
        return
    for members in _clusters(found):
        better, votes = Counter(int(found.other[row]) for row in members).most_common(1)[0]
        odds = sum(float(found.odds[row]) for row in members) / len(members)
        if len(members) < fewest or odds <= 0 or votes < _UNITED * len(members):
            continue
        given, other = shorten(found.label_of(members[0])), shorten(found.labelled.names[better])
        first, *rest = sorted(members, key=lambda row: (-float(found.score[row]), row))
        yield found_at(
            found.id_of(first),
            f"{len(members):,} examples that ask much the same are labelled {given!r}; {other!r} fits them better.",
            score=max(0.0, min(1.0, round(odds / 5, 6))),
            related=[found.id_of(row) for row in rest[:_SHOWN]],
            rule=f"{given!r} that may be {other!r}",
        )


def _clusters(found: Doubt) -> Iterator[tuple[int, ...]]:
    place = {int(row): index for index, row in enumerate(found.candidates) if found.odds[row] > _DOUBT}
    codes, clusters = found.labelled.codes, Clusters()
    for row, index in place.items():
        for near, alike in zip(found.near[index][:_NEAREST].tolist(), found.alike[index].tolist(), strict=False):
            back = place.get(near)
            if back is None or near < row or codes[near] != codes[row] or alike < _ALIKE:
                continue
            if row in found.near[back][:_NEAREST] and found.other[row] == found.other[near]:
                clusters.join(row, near)
    yield from clusters
