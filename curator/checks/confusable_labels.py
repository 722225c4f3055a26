"""LAB005: two labels that inputs do not tell apart."""

from collections.abc import Iterator
from itertools import islice
from typing import Annotated

from curator.checks.base import Space, found, space_check
from curator.checks.label_doubt import Doubt, doubt
from curator.checks.options import Between
from curator.corpus import instruction_group
from curator.model import Finding, Severity
from curator.tasks import Outputs, names_labels
from curator.text import shorten

_FEWEST = 3
_PAIRS = 20


@space_check("LAB005", Severity.INFO, learn=Outputs, by=instruction_group, when=names_labels, at_least=20)
def confusable_labels(space: Space, *, share: Annotated[float, Between(0.05, 1)] = 0.2) -> Iterator[Finding]:
    """Two labels that are hard to tell apart: the inputs of one fit the other as well, or better.

    Said of a pair when at least three examples, and at least `share` as many as the smaller label has, fit the
    other label of the pair better than their own, while inputs tell the labels of the rest of the set. Labels that
    hold all sorts of things are left out.

    Why: people and models guess between such labels, and each guess is counted as right or wrong by chance.
    Fix: write down where the border is and relabel, or make them one label.
    Example:
        "order status" and "delivery date", of which a third of the questions could be either
    """
    doubts = doubt(space)
    if doubts is None:
        return
    sizes, pairs = doubts.labelled.sizes.tolist(), _pairs(doubts)
    ranked = sorted((-len(rows) / min(sizes[one], sizes[two]), one, two) for (one, two), rows in pairs.items())
    wanted = [one for one in ranked if -one[0] >= share and len(pairs[one[1:]]) >= _FEWEST]
    # Of a set whose inputs tell no label at all, no pair is worth a word.
    told = (one for one in wanted if doubts.told(apart=one[1:]))
    for part, one, two in islice(told, _PAIRS):
        rows = pairs[one, two]
        left, right = (shorten(doubts.labelled.names[label]) for label in (one, two))
        yield found(
            None,
            f"{left!r} and {right!r} are hard to tell apart: {len(rows):,} examples of one fit the other better.",
            score=min(1.0, round(-part, 6)),
            related=[doubts.id_of(row) for row in rows[:3]],
            rule=f"{left!r} and {right!r}",
        )


def _pairs(doubts: Doubt) -> dict[tuple[int, int], list[int]]:
    """The rows that fit the other label of a pair better, the most doubtful first, by pair."""
    pairs: dict[tuple[int, int], list[int]] = {}
    for row in sorted(doubts.candidates.tolist(), key=lambda row: (-float(doubts.odds[row]), row)):
        given, better = int(doubts.labelled.codes[row]), int(doubts.other[row])
        if doubts.odds[row] > 0 and not (doubts.diffuse[given] or doubts.diffuse[better]):
            pairs.setdefault((min(given, better), max(given, better)), []).append(row)
    return pairs
