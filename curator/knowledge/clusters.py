"""The set level of knowledge: clusters of suspect pairs that share recurring terms which the rest of the set lacks.

A cluster that is made wholly of new facts does more harm than the same share spread over a set (Dang et al. 2025,
arXiv 2511.02626), so a cluster is said with its share. Terms are mined from suspect pairs only: mined from all,
they are noise.

The rows are told in three rounds, so that none of their texts is held: `Recurring` meets the terms of each suspect,
`Survey.suspect` is told which recurring terms each suspect holds, `Survey.other` the same of every other row. What
comes out does not depend on the order within a round.
"""

import math
from array import array
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Literal, NamedTuple, overload

from curator.knowledge.terms import RECURRING, Vocabulary, in_english, is_rare
from curator.knowledge.topics import Topic, holds, topics

#: A term is so many times as frequent among suspects as in the rest.
_TELLING = 3.0
# Rows of ordinary English that the rest is imagined to have besides its own, so that a set of nothing but suspects
# has something to be held against.
_IMAGINED = 100
# The share of a word's rows that hold a longer term with it, from which only the longer one is kept.
_COVERED = 0.8
#: Terms that are kept; of more, the most telling.
MOST_TERMS = 20_000
#: Terms of one row that are kept.
MOST_OF_ROW = 20
#: Pairs of a cluster that are shown.
SAMPLE = 8

Kind = Literal["terms", "asked", "others"]


class Cluster(NamedTuple):
    """Suspect pairs that belong together.

    `terms` are the most telling first; a cluster without any shares what it was asked (`kind` "asked", and `group` is
    that instruction's key), or nothing ("others"). `weak` pairs hold its terms and may be no knowledge. `rows` are the
    members, and all rows of no cluster that hold its terms or were asked the same.
    """

    kind: Kind
    terms: tuple[str, ...]
    members: tuple[int, ...]
    weak: tuple[int, ...]
    rows: int
    sample: tuple[int, ...]
    group: bytes = b""

    @property
    def share(self) -> float | None:
        """How much (0 to 1) of what it is about is knowledge; None for what shares nothing."""
        return len(self.members) / self.rows if self.kind != "others" else None


class _Rows(Sequence["array[int]"]):
    """Rows by their numbers, each with the terms that it holds, in a few bytes a term."""

    def __init__(self) -> None:
        self.seqs = array("q")
        self._starts = array("q", [0])
        self._terms = array("I")

    def add(self, seq: int, terms: Iterable[int]) -> None:
        self.seqs.append(seq)
        self._terms.extend(terms)
        self._starts.append(len(self._terms))

    def __len__(self) -> int:
        return len(self.seqs)

    @overload
    def __getitem__(self, place: int) -> "array[int]": ...
    @overload
    def __getitem__(self, place: slice) -> "list[array[int]]": ...
    def __getitem__(self, place: int | slice) -> "array[int] | list[array[int]]":
        if isinstance(place, slice):
            return [self[index] for index in range(*place.indices(len(self)))]
        if not 0 <= place < len(self):
            raise IndexError(place)
        return self._terms[self._starts[place] : self._starts[place + 1]]


class Survey:
    """Who holds which term. Tell it all suspects before the first other row."""

    def __init__(self, vocabulary: Vocabulary) -> None:
        self.vocabulary = vocabulary
        self._suspects, self._weak, self._others = _Rows(), _Rows(), _Rows()
        self._among = array("I", bytes(4 * len(vocabulary.terms)))
        self._beyond = array("I", bytes(4 * len(vocabulary.terms)))
        self._rest = 0
        self._groups: dict[bytes, int] = {}
        self._asked = array("I")
        self._asked_too: list[int] = []

    def suspect(self, seq: int, terms: Sequence[int], group: bytes) -> None:
        """A suspect row, what it holds, and the key of its instruction (empty when it stands alone)."""
        self._suspects.add(seq, terms)
        for term in terms:
            self._among[term] += 1
        number = self._groups.setdefault(group, len(self._groups))
        self._asked.append(number)
        if number == len(self._asked_too):
            self._asked_too.append(0)

    def weak(self, seq: int, terms: Sequence[int], group: bytes) -> None:
        """A row that may be knowledge: it makes no term a term, and takes none away."""
        self._weak.add(seq, terms)
        self._count(group)

    def other(self, terms: Sequence[int], group: bytes) -> None:
        """A row that is no suspect."""
        self._rest += 1
        self._count(group)
        among, beyond = self._among, self._beyond
        kept = []
        for term in terms:
            if beyond[term] < among[term]:  # as often as by suspects: it is no term any more
                beyond[term] += 1
                kept.append(term)
        if kept:
            self._others.add(0, kept)

    def _count(self, group: bytes) -> None:
        number = self._groups.get(group)
        if number is not None:
            self._asked_too[number] += 1

    # -- which terms tell ----------------------------------------------------------------------------------------

    def clusters(self) -> list[Cluster]:
        """The clusters, the largest first, with those that share no term at the end."""
        weights = self._weights()
        rows = _Rows()
        for seq, terms in zip(self._suspects.seqs, self._suspects, strict=True):
            rows.add(seq, _strongest(terms, weights))
        alone = frozenset(number for number in weights if is_rare(self.vocabulary.terms[number]))
        found = topics(rows, weights, alone, RECURRING, {number: self._beyond[number] for number in weights})
        left = bytearray(b"\1") * len(rows)
        for topic in found:
            for row in topic.rows:
                left[row] = 0
        weak, beyond = _about(self._weak, found), _about(self._others, found)
        told = [
            self._told(topic, rows, weights, weak[number], len(beyond[number])) for number, topic in enumerate(found)
        ]
        told += self._asked_alike([row for row, is_left in enumerate(left) if is_left])
        return sorted(told, key=lambda one: (one.kind == "others", -len(one.members), one.terms, one.members))

    def _weights(self) -> dict[int, int]:
        """What each term that tells suspects from others is worth, in thousandths."""
        suspects = max(1, len(self._suspects.seqs))
        found = {}
        for number, term in enumerate(self.vocabulary.terms):
            among, beyond = self._among[number], self._beyond[number]
            if among < RECURRING or beyond >= among:
                continue
            anywhere = in_english(term)
            usual = (beyond + _IMAGINED * anywhere) / (self._rest + _IMAGINED)
            lift = among / suspects / max(usual, anywhere)
            if lift >= _TELLING:
                found[number] = round(1_000 * math.log(lift))
        for number in self._covered(found):
            del found[number]
        best = sorted(found, key=lambda number: (-found[number] * self._among[number], number))[:MOST_TERMS]
        return {number: found[number] for number in best}

    def _covered(self, weights: dict[int, int]) -> set[int]:
        """Words that hardly stand outside of one longer term."""
        terms, numbers = self.vocabulary.terms, {self.vocabulary.terms[number]: number for number in weights}
        gone = set()
        for number in weights:
            parts = terms[number].split()
            for size in range(1, len(parts)):
                for place in range(len(parts) - size + 1):
                    part = numbers.get(" ".join(parts[place : place + size]))
                    if part is not None and self._among[number] >= _COVERED * self._among[part]:
                        gone.add(part)
        return gone

    # -- in numbers ----------------------------------------------------------------------------------------------

    def _told(self, topic: Topic, rows: _Rows, weights: Mapping[int, int], weak: Sequence[int], beyond: int) -> Cluster:
        seqs = self._suspects.seqs
        terms = frozenset(topic.terms)
        worth = {row: sum(weights[term] for term in rows[row] if term in terms) for row in topic.rows}
        best = sorted(topic.rows, key=lambda row: (-worth[row], seqs[row]))[:SAMPLE]
        return Cluster(
            kind="terms",
            terms=tuple(self.vocabulary.terms[number] for number in topic.terms),
            members=tuple(sorted(seqs[row] for row in topic.rows)),
            weak=tuple(sorted(self._weak.seqs[place] for place in weak)),
            rows=len(topic.rows) + len(weak) + beyond,
            sample=tuple(seqs[row] for row in best),
        )

    def _asked_alike(self, left: Sequence[int]) -> Iterator[Cluster]:
        seqs = self._suspects.seqs
        by_group: dict[int, list[int]] = {}
        for row in left:
            by_group.setdefault(self._asked[row], []).append(seqs[row])
        others: list[int] = []
        keys = {number: key for key, number in self._groups.items()}
        for number, members in by_group.items():
            if not keys[number] or len(members) < RECURRING:
                others += members
                continue
            found = tuple(sorted(members))
            yield Cluster("asked", (), found, (), len(found) + self._asked_too[number], found[:SAMPLE], keys[number])
        if others:
            found = tuple(sorted(others))
            yield Cluster("others", (), found, (), len(found), found[:SAMPLE])


def _strongest(terms: Iterable[int], weights: Mapping[int, int]) -> tuple[int, ...]:
    kept = [term for term in terms if term in weights]
    return tuple(sorted(kept, key=lambda term: (-weights[term], term))[:MOST_OF_ROW])


def _about(rows: _Rows, found: Sequence[Topic]) -> list["array[int]"]:
    """For each topic the places of the rows that hold its terms; one pass over the rows for all topics."""
    named = [frozenset(topic.terms) for topic in found]
    topic_of = {term: number for number, terms in enumerate(named) for term in terms}
    about = [array("I") for _ in found]
    for place, terms in enumerate(rows):
        for number in {topic_of[term] for term in terms if term in topic_of}:
            if holds(terms, named[number], found[number].alone):
                about[number].append(place)
    return about
