"""Rows that share telling terms, gathered into topics.

A topic grows from its most telling term: a term belongs to it once most of the rows that hold it do, a row once most of
what its terms are worth does. So one word that two topics use does not tie them together, which joining all rows with
a term in common would do.
"""

from array import array
from collections import Counter
from collections.abc import Collection, Iterable, Mapping, Sequence
from typing import NamedTuple

_ROUNDS = 12
#: Terms that a topic is called by: the most telling.
CALLED = 8
# The share of the rows of a word that a topic is called by, above which the word's other rows are about it, too.
_MOST = 0.5
_FREE, _INSIDE, _TAKEN = range(3)


class Topic(NamedTuple):
    """Terms, the most telling first, and the rows (by place) that share them.

    `alone` are those of the terms that tell the topic by themselves: no ordinary words, or words that it is called by
    and has most of the rows of ("pro" in a set in which that is the name of a plan).
    """

    terms: tuple[int, ...]
    rows: Sequence[int]
    alone: frozenset[int]


def holds(held: Iterable[int], terms: Collection[int], alone: Collection[int]) -> bool:
    """Whether a row with the terms `held` is about a topic: one of its terms that tells `alone`, or two others."""
    count = 0
    for term in held:
        if term in terms:
            count += 2 if term in alone else 1
            if count > 1:
                return True
    return False


def topics(
    rows: Sequence[Sequence[int]],
    weights: Mapping[int, int],
    alone: Collection[int],
    fewest: int,
    elsewhere: Mapping[int, int],
) -> list[Topic]:
    """The topics of at least `fewest` rows.

    `rows` are the terms that each row holds, `weights` what a term is worth; see `holds` for `alone`. `elsewhere` says
    how many rows hold a term that are not told of here.
    """
    field = _Field(rows, weights)
    # An ordinary word that a template brings into every row ties nothing together: it comes last.
    seeds = sorted(weights, key=lambda term: (term not in alone, -weights[term] * len(field.holders[term]), term))
    found = [terms for seed in seeds if (terms := field.grow(seed, fewest))]
    return _settled(rows, weights, alone, found, fewest, elsewhere)


class _Field:
    def __init__(self, rows: Sequence[Sequence[int]], weights: Mapping[int, int]) -> None:
        self._rows, self._weights = rows, weights
        self.holders = {term: array("I") for term in weights}
        self._worth = array("q", bytes(8 * len(rows)))
        for place, terms in enumerate(rows):
            for term in terms:
                self.holders[term].append(place)
                self._worth[place] += weights[term]
        self._free = {term: len(places) for term, places in self.holders.items()}
        self._state = bytearray(len(rows))
        self._share = array("q", bytes(8 * len(rows)))
        self._spent: set[int] = set()

    def grow(self, seed: int, fewest: int) -> set[int]:
        """The terms of the topic of a seed, whose rows are taken; empty when too few are left for one."""
        if seed in self._spent or self._free[seed] < fewest:
            return set()
        terms, inside, within, fresh = set[int](), array("I"), Counter[int](), {seed}
        touched = array("I")
        for turn in range(_ROUNDS):
            terms |= fresh
            self._add_up(fresh, touched)
            entering = self._enter(fresh, all_of=not turn)
            inside.extend(entering)
            near = set[int]()
            for row in entering:
                within.update(self._rows[row])
                near.update(self._rows[row])
            fresh = {term for term in near - terms - self._spent if self._belongs(term, within[term], fewest)}
            if not fresh:
                break
        self._take(terms, inside, touched)
        return terms

    def _belongs(self, term: int, within: int, fewest: int) -> bool:
        return within >= fewest - 1 and 2 * within > self._free[term]

    def _add_up(self, terms: set[int], touched: "array[int]") -> None:
        """Adds to each row that is free what these terms are worth to it."""
        for term in terms:
            for row in self.holders[term]:
                if self._state[row] != _TAKEN:
                    if not self._share[row]:
                        touched.append(row)
                    self._share[row] += self._weights[term]

    def _enter(self, terms: set[int], *, all_of: bool) -> "array[int]":
        entering = array("I")
        for term in terms:
            for row in self.holders[term]:
                if self._state[row] == _FREE and (all_of or 2 * self._share[row] >= self._worth[row]):
                    self._state[row] = _INSIDE
                    entering.append(row)
        return entering

    def _take(self, terms: set[int], inside: "array[int]", touched: "array[int]") -> None:
        self._spent |= terms
        for row in inside:
            self._state[row] = _TAKEN
            for term in self._rows[row]:
                self._free[term] -= 1
        for row in touched:
            self._share[row] = 0


def _settled(
    rows: Sequence[Sequence[int]],
    weights: Mapping[int, int],
    alone: Collection[int],
    found: Sequence[set[int]],
    fewest: int,
    elsewhere: Mapping[int, int],
) -> list[Topic]:
    """Each row with the topic that most of what it holds belongs to; topics that are left with too few give way."""
    topic_of = {term: number for number, terms in enumerate(found) for term in terms}
    while True:
        members: dict[int, array[int]] = {}
        for place, terms in enumerate(rows):
            shares = Counter[int]()
            for term in terms:
                if term in topic_of:
                    shares[topic_of[term]] += weights[term]
            about = [number for number in shares if holds(terms, found[number], alone)]
            if about:
                best = min(about, key=lambda number: (-shares[number], number))
                members.setdefault(best, array("I")).append(place)
        called = {
            term
            for number, places in members.items()
            for term in _telling(found[number], rows, places, weights)[:CALLED]
        }
        telling = _gather(rows, weights, {term: topic_of[term] for term in called}, members, elsewhere)
        small = {number for number in set(topic_of.values()) if len(members.get(number, ())) < fewest}
        if not small:
            break
        topic_of = {term: number for term, number in topic_of.items() if number not in small}
    return [
        Topic(
            _telling(found[number], rows, places, weights),
            array("I", sorted(places)),
            frozenset(term for term in found[number] if term in alone or term in telling),
        )
        for number, places in sorted(members.items())
    ]


def _gather(
    rows: Sequence[Sequence[int]],
    weights: Mapping[int, int],
    topic_of: Mapping[int, int],
    members: Mapping[int, "array[int]"],
    elsewhere: Mapping[int, int],
) -> set[int]:
    """Rows of no topic join the one that is called by one of their terms and has most of its rows; returns such terms.

    An ordinary word ties no topic together, but where a topic is called by it and has most of its rows, the others are
    about it as well, be they told of here or `elsewhere`. Of dozens of words each would bring a few along by chance.
    """
    taken = {place: number for number, places in members.items() for place in places}
    inside = Counter(term for place, number in taken.items() for term in rows[place] if topic_of.get(term) == number)
    holders = Counter(term for terms in rows for term in terms if term in topic_of)
    telling = {term for term, count in inside.items() if count > _MOST * (holders[term] + elsewhere[term])}
    for place, terms in enumerate(rows):
        if place not in taken and (known := telling.intersection(terms)):
            members[topic_of[max(known, key=lambda term: (weights[term], -term))]].append(place)
    return telling


def _telling(
    terms: set[int], rows: Sequence[Sequence[int]], places: Sequence[int], weights: Mapping[int, int]
) -> tuple[int, ...]:
    held = Counter(term for place in places for term in rows[place] if term in terms)
    return tuple(sorted(held, key=lambda term: (-held[term] * weights[term], term)))
