"""LAB006: a whole class of questions under a label that it does not fit."""

from collections import Counter
from collections.abc import Iterator
from typing import Annotated

from curator.checks.base import Space, found, space_check
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
    doubts = doubt(space)
    if doubts is None or not doubts.told():
        return
    for members in _clusters(doubts):
        better, votes = Counter(int(doubts.other[row]) for row in members).most_common(1)[0]
        odds = sum(float(doubts.odds[row]) for row in members) / len(members)
        if len(members) < fewest or odds <= 0 or votes < _UNITED * len(members):
            continue
        given, other = shorten(doubts.label_of(members[0])), shorten(doubts.labelled.names[better])
        first, *rest = sorted(members, key=lambda row: (-float(doubts.score[row]), row))
        yield found(
            doubts.id_of(first),
            f"{len(members):,} examples that ask much the same are labelled {given!r}; {other!r} fits them better.",
            score=max(0.0, min(1.0, round(odds / 5, 6))),
            related=[doubts.id_of(row) for row in rest[:_SHOWN]],
            rule=f"{given!r} that may be {other!r}",
        )


def _clusters(doubts: Doubt) -> Iterator[tuple[int, ...]]:
    place = {int(row): index for index, row in enumerate(doubts.candidates) if doubts.odds[row] > _DOUBT}
    codes, clusters = doubts.labelled.codes, Clusters()
    for row, index in place.items():
        for near, alike in zip(doubts.near[index][:_NEAREST].tolist(), doubts.alike[index].tolist(), strict=False):
            back = place.get(near)
            if back is None or near < row or codes[near] != codes[row] or alike < _ALIKE:
                continue
            if row in doubts.near[back][:_NEAREST] and doubts.other[row] == doubts.other[near]:
                clusters.join(row, near)
    yield from clusters
