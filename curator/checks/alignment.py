"""Two texts laid side by side: their words, which of them match, and the gaps where they differ."""

import re
from collections.abc import Sequence
from functools import lru_cache
from itertools import groupby
from typing import NamedTuple

from rapidfuzz.distance import Indel

#: A block of so many words that stands elsewhere was moved; of fewer, "from A to B" would be "from B to A".
MOVED = 4
#: Clauses of so many words may stand in any order.
CLAUSE = 3
#: So few matching words between two gaps may match by chance.
ISLAND = 2

_CJK = "\u2e80-\ud7ff\uf900-\ufaff"
# Operators count, hyphens and the stars of Markdown do not.
_TOKEN = re.compile(
    rf"(?<![\w)])[-\u2212](?=[\d.])|(?<=[\d\s)])[*/](?=[\s\d(])|[<>=+^%$\u20ac\u00a3\u00a5&|~]"
    rf"|\d+(?:[.,:/-]\d+)*|[.:;?!\n]+|[{_CJK}]|[^\W_{_CJK}]+(?:['\u2019][^\W\d_]+)?"
)
_SHORT_FORMS = {"m": "am", "re": "are", "ve": "have", "ll": "will", "d": "would"}
_STEMS = {"ca": "can", "wo": "will", "sha": "shall"}
ENDS = ".:;?!\n"


class Token(NamedTuple):
    """A word, number or operator, where it stands, and in which clause. A name has a capital inside a sentence."""

    key: str
    start: int
    end: int
    clause: int
    name: bool = False


class Gap(NamedTuple):
    """The tokens of both sides, by index, that stand where the texts differ; one side may have none."""

    left: tuple[int, ...]
    right: tuple[int, ...]


@lru_cache(maxsize=512)
def tokens(text: str) -> tuple[Token, ...]:
    """The tokens of a text, case folded, with short forms written out."""
    found: list[Token] = []
    capitals = clause = 0
    for match in _TOKEN.finditer(text):
        word, (start, end) = match.group(), match.span()
        if word[0] in ENDS:
            clause += 1
            continue
        capital = word[0].isupper()
        capitals += capital
        name = capital and word != "I" and _inside(text, start)
        head, _, tail = word.casefold().replace("\u2019", "'").partition("'")
        if tail == "t" and head.endswith("n"):
            found += [Token(_STEMS.get(head[:-1], head[:-1]), start, end, clause), Token("not", start, end, clause)]
        elif head == "cannot":
            found += [Token("can", start, end, clause), Token("not", start, end, clause)]
        else:
            found.append(Token(head, start, end, clause, name))
            if tail:
                found.append(Token(_SHORT_FORMS.get(tail, tail), start, end, clause))
    # Where nearly all words have a capital, it marks no name.
    return tuple(found) if 5 * capitals <= 4 * len(found) else tuple(token._replace(name=False) for token in found)


def aligned(left: str, right: str) -> tuple[list[Gap], int]:
    """Where the texts differ, clauses and blocks that only changed places taken out; and how many tokens match."""
    one, two = tokens(left), tokens(right)
    rest, others = _unlike_clauses(one, two)
    keys, other_keys = [one[index].key for index in rest], [two[index].key for index in others]
    gaps = _gaps(keys, other_keys, range(len(keys)), range(len(other_keys)))
    joined = _without_islands(gaps)
    if moved := _moved(joined, keys, other_keys):
        while moved:
            joined = _rest(joined, *moved)
            moved = _moved(joined, keys, other_keys)
        gaps = [part for gap in joined for part in _gaps(keys, other_keys, gap.left, gap.right)]
    found = [Gap(tuple(rest[i] for i in gap.left), tuple(others[i] for i in gap.right)) for gap in gaps]
    return found, len(one) - sum(len(gap.left) for gap in found)


def _unlike_clauses(one: tuple[Token, ...], two: tuple[Token, ...]) -> tuple[list[int], list[int]]:
    """The tokens, by index, of the clauses that the other side does not have too, wherever."""
    mine, theirs = _clauses(one), _clauses(two)
    waiting: dict[tuple[str, ...], list[tuple[int, ...]]] = {}
    for key, place in theirs:
        waiting.setdefault(key, []).append(place)
    rest: list[int] = []
    for key, place in mine:
        if len(key) >= CLAUSE and waiting.get(key):
            waiting[key].pop(0)
        else:
            rest += place
    return rest, sorted(index for places in waiting.values() for place in places for index in place)


def _clauses(held: tuple[Token, ...]) -> list[tuple[tuple[str, ...], tuple[int, ...]]]:
    runs = [tuple(run) for _, run in groupby(range(len(held)), key=lambda index: held[index].clause)]
    return [(tuple(held[index].key for index in run), run) for run in runs]


def whole_clauses(text: str, run: Sequence[Token], ends: str = ENDS) -> bool:
    """Whether these tokens, which follow on each other, begin and end with a clause, or at one of `ends`."""
    if not run:
        return True
    before, after = text[: run[0].start].rstrip(" \"'([*#-"), text[run[-1].end :].lstrip(" \"')]*")
    return (not before or before[-1] in ends) and (not after or after[0] in ends)


def clause_around(text: str, start: int, end: int) -> tuple[int, int]:
    """Where the clause begins and ends that holds these characters."""
    before = max(text.rfind(mark, 0, start) for mark in ENDS) + 1
    after = [place for mark in ENDS if (place := text.find(mark, end)) >= 0]
    return before, min(after, default=len(text))


def _inside(text: str, start: int) -> bool:
    before = text[max(0, start - 3) : start]
    if "\n" in before:
        return False
    before = before.rstrip(" \"'\u201c\u2018(")
    return bool(before) and (before[-1].isalnum() or before[-1] in ",;)-")


def _gaps(keys: list[str], others: list[str], left: Sequence[int], right: Sequence[int]) -> list[Gap]:
    """The gaps between these tokens of both sides."""
    gaps: list[Gap] = []
    mine: tuple[int, ...] = ()
    theirs: tuple[int, ...] = ()
    for step in Indel.opcodes([keys[index] for index in left], [others[index] for index in right]):
        if step.tag == "delete":
            mine += tuple(left[step.src_start : step.src_end])
        elif step.tag == "insert":
            theirs += tuple(right[step.dest_start : step.dest_end])
        elif mine or theirs:
            gaps.append(Gap(mine, theirs))
            mine, theirs = (), ()
    return [*gaps, Gap(mine, theirs)] if mine or theirs else gaps


def _without_islands(gaps: list[Gap]) -> list[Gap]:
    """The gaps, those with few matches between joined: in long gaps a few words always match, but mean nothing."""
    joined: list[Gap] = []
    for gap in gaps:
        if joined and _between(joined[-1].left, gap.left) and _between(joined[-1].right, gap.right):
            before = joined.pop()
            gap = Gap(_through(before.left, gap.left), _through(before.right, gap.right))
        joined.append(gap)
    return joined


def _between(before: tuple[int, ...], after: tuple[int, ...]) -> bool:
    """Whether so few tokens lie between two runs that there may be an island; without a run nobody knows."""
    return bool(before) and bool(after) and after[0] - before[-1] <= ISLAND + 1


def _through(before: tuple[int, ...], after: tuple[int, ...]) -> tuple[int, ...]:
    return (*before, *range(before[-1] + 1, after[0]), *after)


def _rest(gaps: list[Gap], mine: set[int], theirs: set[int]) -> list[Gap]:
    """The gaps without these tokens."""
    left = [tuple(index for index in gap.left if index not in mine) for gap in gaps]
    right = [tuple(index for index in gap.right if index not in theirs) for gap in gaps]
    return [Gap(*sides) for sides in zip(left, right, strict=True) if any(sides)]


def _moved(gaps: list[Gap], keys: list[str], others: list[str]) -> tuple[set[int], set[int]] | None:
    """The tokens of blocks that stand in both texts, but elsewhere."""
    mine = _laid_out([gap.left for gap in gaps], keys, "\nleft")
    theirs = _laid_out([gap.right for gap in gaps], others, "\nright")
    if len(mine) < MOVED or len(theirs) < MOVED:
        return None
    left: set[int] = set()
    right: set[int] = set()
    for step in Indel.opcodes([key for _, key in mine], [key for _, key in theirs]):
        if step.tag == "equal" and step.src_end - step.src_start >= MOVED:
            left.update(index for index, _ in mine[step.src_start : step.src_end])
            right.update(index for index, _ in theirs[step.dest_start : step.dest_end])
    return (left, right) if left else None


def _laid_out(runs: list[tuple[int, ...]], keys: list[str], wall: str) -> list[tuple[int, str]]:
    """The tokens of all runs in a row, after each a wall that matches nothing on the other side."""
    laid: list[tuple[int, str]] = []
    for run in runs:
        if run:
            laid += [(index, keys[index]) for index in run]
            laid.append((-1, wall))
    return laid
