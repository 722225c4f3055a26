"""Whether two texts are nearly the same: what they differ in is weighed, not counted.

Articles, politeness, spelling and text that many inputs share are trifles. So are auxiliaries, small prepositions,
pronouns and words of degree, unless one stands for another. A number, a name, a negation, an opposite or an operator
never is one. For everything else it depends on how much there is of it.
"""

from functools import lru_cache
from itertools import pairwise
from typing import NamedTuple

from rapidfuzz.distance import OSA

from curator.checks.alignment import ENDS, ISLAND, Gap, Token, aligned, clause_around, tokens, whole_clauses
from curator.checks.contradiction import NUMBER_WORDS
from curator.checks.opposites import NEGATIONS, signs
from curator.checks.trifles import FRAME, PHRASES, TRIFLES, for_each_other, other_persons
from curator.units import word_hash
from curator.variable import SharedText, covered_words

#: Of so many matched words one may be misspelt.
SPELLED = 4
#: A run of so many words in shared phrases is a template; fewer may be what is asked for.
TEMPLATE = 3
#: Of so many matched words one may be a small one that only one side has.
SMALL = 2
#: An instruction has at most so many words; more than that, and thrice what matches, is a text to be asked about.
LONG = 60

_ENDINGS = frozenset({"s", "es", "d", "ed", "n", "e", "en"})


class Difference(NamedTuple):
    """What two texts differ in that is no trifle.

    `content`: words, of the side that has more; `share`: of a clause, at most; `replaced`: whether one stands for
    another; `new`: whether they fill whole clauses that ask nothing, as an instruction does; `template`: words of
    shared text, likewise; `small`, `misspelt` and `matched`: words; `left`, `right`: where.
    """

    content: int = 0
    share: float = 0.0
    replaced: bool = False
    new: bool = True
    template: int = 0
    small: int = 0
    misspelt: int = 0
    matched: int = 0
    left: tuple[tuple[int, int], ...] = ()
    right: tuple[tuple[int, int], ...] = ()

    def plus(self, other: "Difference") -> "Difference":
        """Both differences; the places are those of this one."""
        return self._replace(
            content=self.content + other.content,
            share=max(self.share, other.share),
            replaced=self.replaced or other.replaced,
            new=self.new and other.new,
            template=self.template + other.template,
            small=self.small + other.small,
            misspelt=self.misspelt + other.misspelt,
        )


def difference(left: str, right: str, shared: SharedText) -> Difference | None:
    """What the texts differ in. None when that is never a trifle, or when little matches."""
    if 2 * _common(left, right) < min(len(tokens(left)), len(tokens(right))):
        return None
    gaps, matched = aligned(left, right)
    one, two = Side(left, shared), Side(right, shared)
    if matched < 2 or 2 * matched < min(len(one.tokens), len(two.tokens)):
        return None
    found = Difference(matched=matched)
    for group in _neighbours(gaps):
        whole = _span(group)
        if len(group) > 1 and _template(one.run(whole.left), two.run(whole.right), one, two):
            found = found.plus(Difference(template=max(map(len, whole))))
            continue
        for gap in group:
            weighed = _weighed(one.run(gap.left), two.run(gap.right), one, two)
            if weighed is None:
                return None
            found = found.plus(weighed)
    if found.small * SMALL > matched + 1:
        found = found._replace(content=found.content + found.small)
    if found.misspelt * SPELLED > matched or found.template > max(LONG, 3 * matched):
        return None
    return found._replace(
        left=_places(one.tokens, [gap.left for gap in gaps]), right=_places(two.tokens, [gap.right for gap in gaps])
    )


def _common(left: str, right: str) -> int:
    """How many tokens can match at the most: aligning takes fifty times as long."""
    keys = _keys(right)
    return sum(token.key in keys for token in tokens(left))


@lru_cache(maxsize=512)
def _keys(text: str) -> frozenset[str]:
    return frozenset(token.key for token in tokens(text))


class Side:
    """One of the two texts: its tokens, and on demand which of them are shared text."""

    def __init__(self, text: str, shared: SharedText) -> None:
        self.text = text
        self.tokens = tokens(text)
        self.shared = shared
        self._levels: dict[int, int] | None = None

    def run(self, indices: tuple[int, ...]) -> list[Token]:
        """The tokens with these indices."""
        return [self.tokens[index] for index in indices]

    def levels(self, run: list[Token]) -> list[int]:
        """For each token: 2 in a clause that many inputs share, 1 in such a phrase, else 0."""
        if self._levels is None:
            self._levels = covered_words(self.text, self.shared)
        return [self._levels.get(token.start, 0) for token in run]

    def holds_more(self, run: list[Token]) -> bool:
        """Whether one of these is a name, a negation, a number, an operator, or a part of an identifier."""
        return any(
            token.name
            or token.key in NEGATIONS
            or token.key in NUMBER_WORDS
            or not token.key.isalpha()
            or "_" in self.text[max(0, token.start - 1) : token.end + 1]
            for token in run
        )


def _neighbours(gaps: list[Gap]) -> list[list[Gap]]:
    """Gaps with at most `ISLAND` matching words between them, together."""
    groups: list[list[Gap]] = []
    for gap in gaps:
        if groups and _close(groups[-1][-1], gap):
            groups[-1].append(gap)
        else:
            groups.append([gap])
    return groups


def _close(before: Gap, after: Gap) -> bool:
    apart = [later[0] - earlier[-1] - 1 for earlier, later in zip(before, after, strict=True) if earlier and later]
    return bool(apart) and max(apart) <= ISLAND


def _span(group: list[Gap]) -> Gap:
    """The gaps of a group and the words between them as one gap."""
    sides = []
    for runs in ([gap.left for gap in group], [gap.right for gap in group]):
        indices = [index for run in runs for index in run]
        sides.append(tuple(range(min(indices), max(indices) + 1)) if indices else ())
    return Gap(*sides)


def _template(run: list[Token], other: list[Token], left: Side, right: Side) -> bool:
    """Whether the gap is between templates: clauses that many inputs share, enough words of such phrases, a frame."""
    for words, side in ((run, left), (other, right)):
        if _framing(words, side):
            continue
        levels = side.levels(words)
        if not all(levels) or (len(words) < TEMPLATE and 1 in levels):
            return False
    return True


def _framing(run: list[Token], side: Side) -> bool:
    return all(token.key in FRAME or token.key in TRIFLES for token in run) and whole_clauses(
        side.text, run, ENDS + ","
    )


def _weighed(run: list[Token], other: list[Token], left: Side, right: Side) -> Difference | None:
    """What a gap amounts to; None when it holds what is never a trifle."""
    mine, theirs = _telling(run, other)
    if not mine and not theirs:
        return Difference()
    if for_each_other([token.key for token in mine], [token.key for token in theirs]) or _with_to(
        run, other, left, right
    ):
        return Difference(small=max(len(mine), len(theirs)))
    if _template(run, other, left, right):
        return Difference(template=max(len(run), len(other)))
    if left.holds_more(mine) or right.holds_more(theirs) or _opposed(mine, theirs):
        return None
    if len(mine) == len(theirs) and all(_slip(a.key, b.key, left.shared) for a, b in zip(mine, theirs, strict=True)):
        return Difference(misspelt=len(mine))
    clauses = whole_clauses(left.text, run) and whole_clauses(right.text, other)
    asks = _asks(left.text, run) or _asks(right.text, other)
    words = max(len(mine), len(theirs))
    share = max(_share(left.text, run, words), _share(right.text, other, words))
    return Difference(content=words, share=share, replaced=bool(mine and theirs), new=clauses and not asks)


def _share(text: str, run: list[Token], words: int) -> float:
    """The share of so many words in the clause around a run."""
    if not run:
        return 0.0
    start, end = clause_around(text, run[0].start, run[-1].end)
    return words / max(words, len(text[start:end].split()))


def _telling(run: list[Token], other: list[Token]) -> tuple[list[Token], list[Token]]:
    """The tokens of a gap that are no trifles, and that the other side does not have."""
    if "".join(token.key for token in run) == "".join(token.key for token in other):
        return [], []
    return _but_trifles(run), _but_trifles(other)


def _but_trifles(run: list[Token]) -> list[Token]:
    kept = [token for token in run if token.key not in TRIFLES]
    return kept if len(kept) == len(run) or run[-1].key != "you" or run[-2:][0].key != "thank" else kept[:-1]


def _with_to(run: list[Token], other: list[Token], left: Side, right: Side) -> bool:
    """Whether what stands before a common "to" means the same with it: "need to" and "have to"."""
    if len(run) != 1 or len(other) != 1 or f"{run[0].key} to" not in PHRASES:
        return False
    after = left.text[run[0].end : run[0].end + 4], right.text[other[0].end : other[0].end + 4]
    return after == (" to ", " to ") and PHRASES[f"{run[0].key} to"] == PHRASES.get(f"{other[0].key} to")


def _opposed(mine: list[Token], theirs: list[Token]) -> bool:
    if other_persons([token.key for token in mine], [token.key for token in theirs]):
        return True
    ends, others = (signs(tuple(token.key for token in run)) for run in (mine, theirs))
    return ends.clashes(others) > 0


def _slip(one: str, two: str, shared: SharedText) -> bool:
    """Whether two words are one, misspelt or with another ending."""
    short, long = sorted((one, two), key=len)
    if long.startswith(short) and len(short) >= 3 and long[len(short) :] in _ENDINGS:
        return True
    if len(short) < 4 or (one[0] != two[0] and one[:2] != two[1::-1]):
        return False
    if OSA.distance(one, two, score_cutoff=2) > (1 if len(long) < 8 else 2):
        return False
    count = shared.counter()
    return min(count("word", word_hash(one)), count("word", word_hash(two))) < shared.many_words


def _asks(text: str, run: list[Token]) -> bool:
    return bool(run) and text[run[-1].end :].lstrip(" \"')*")[:1] == "?"


def _places(held: tuple[Token, ...], runs: list[tuple[int, ...]]) -> tuple[tuple[int, int], ...]:
    """Where the tokens of the runs stand, neighbours together."""
    indices = sorted(index for run in runs for index in run)
    cuts = [0, *(place + 1 for place, (a, b) in enumerate(pairwise(indices)) if b != a + 1), len(indices)]
    return tuple((held[indices[a]].start, held[indices[b - 1]].end) for a, b in pairwise(cuts) if b > a)
