"""Whether two texts say the same in another order: "the ceiling of the hall, on floor 3", "on the 3rd floor the hall
ceiling".

A text is taken as phrases, each led by its preposition or conjunction. In each clause one phrase may stand elsewhere,
whole: "from Rome to Oslo" and "to Oslo from Rome" are one, "from Oslo to Rome" is not. Within a phrase the order
counts, but for "the ceiling of the hall", which is "the hall ceiling".
"""

import re
from collections.abc import Callable
from typing import NamedTuple

from curator.checks.opposites import NEGATIONS, vocabulary

_LEADS = vocabulary(
    "in on at for with from to by into onto over under through between among during about around against near behind "
    "before after since until till without within across along off out up down as than like via per toward towards "
    "inside outside beside beyond above below past if when while because that which who whom where whether unless "
    "although though so"
)
# What says when, before a word or by itself.
_WHEN = vocabulary("last next every")
_TODAY = vocabulary("today yesterday tomorrow tonight now again already")
_JOINS = re.compile(r"[.;:!?()\n]+(?:\s|\Z)|\b(?:and|or|but|nor)\b")
#: "A number of orders" is no order number, "a cup of coffee" no coffee cup.
AMOUNTS = vocabulary(
    "number amount cup cups glass glasses bottle bottles box boxes pair pairs lot lots kind kinds type types sort "
    "sorts piece pieces half most part parts rest all some none out because instead ahead front back kilo pound pack "
    "packs bag bags can cans set sets list copy copies share percent quarter third couple dozen one each any many few "
    "much case cases full empty short tired proud sick made consist consists think thought hear heard"
)
_WORD = re.compile(r"\w+(?:['\u2019]\w+)*|,")
_HANGING = frozenset((word,) for word in (*NEGATIONS, "only", "just", "even", "except"))
#: Longest run of words that the word before "of" may follow instead.
_COMPOUND = 3


Counted = Callable[[str], str]


class Phrase(NamedTuple):
    """A preposition or conjunction ("" without one), the words led by it, and the orders that "of" gives them."""

    lead: str
    said: tuple[str, ...]
    orders: frozenset[tuple[str, ...]] = frozenset()

    def same(self, other: "Phrase") -> bool:
        """Whether both can be one phrase."""
        if self.lead != other.lead:
            return False
        if bool(self.orders) == bool(other.orders):
            return self.said == other.said
        return self.said in other.orders or other.said in self.orders

    @property
    def hangs(self) -> bool:
        """Whether a word at its end speaks of what follows, whatever that is: "not", "only"."""
        return self.said[-1:] in _HANGING


Clause = tuple[Phrase, ...]


def another_order(left: tuple[Clause, ...], right: tuple[Clause, ...]) -> bool:
    """Whether the clauses of two texts are the same, but for the place of one phrase in each."""
    return len(left) == len(right) and all(map(_one_moved, left, right))


def _one_moved(left: Clause, right: Clause) -> bool:
    if len(left) != len(right) or any(phrase.hangs for phrase in left):
        return False
    while left and left[0].same(right[0]):
        left, right = left[1:], right[1:]
    while left and left[-1].same(right[-1]):
        left, right = left[:-1], right[:-1]
    return not left or _first_went_last(left, right) or _first_went_last(right, left)


def _first_went_last(left: Clause, right: Clause) -> bool:
    first = left[0]
    return bool(first.lead) and first.same(right[-1]) and all(map(Phrase.same, left[1:], right[:-1]))


def clauses(text: str, counted: Counted) -> tuple[Clause, ...]:
    """The clauses of a text as phrases; `counted` gives each word its one form, or "" to leave it out."""
    parts = (_phrases(part, counted) for part in _JOINS.split(text))
    return tuple(phrases for phrases in parts if phrases)


def _phrases(text: str, counted: Counted) -> Clause:
    found: list[tuple[str, list[str], int]] = [("", [], -1)]
    closes = False
    for word in _WORD.findall(text):
        lead, said, joint = found[-1]
        if word == "of" and said and said[-1] not in AMOUNTS and joint < 0:
            found[-1] = (lead, said, len(said))
        elif word == "," or word in _LEADS or word in _TODAY or word in _WHEN:
            found.append((word.strip(","), [], -1))
            closes = word in _WHEN
            if word in _TODAY:
                found.append(("", [], -1))
        elif form := counted(word):
            said.append(form)
            if closes:
                found.append(("", [], -1))
                closes = False
    return tuple(Phrase(lead, tuple(said), _orders(said, joint)) for lead, said, joint in found if said or lead)


def _orders(said: list[str], joint: int) -> frozenset[tuple[str, ...]]:
    """The orders of a phrase that has an "of": with the word before it behind one to three of those after it."""
    if not 0 < joint < len(said):
        return frozenset()
    before, head, after = said[: joint - 1], said[joint - 1], said[joint:]
    return frozenset(
        (*before, *after[:words], head, *after[words:]) for words in range(1, min(len(after), _COMPOUND) + 1)
    )
