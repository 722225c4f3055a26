"""Whether two requests are one because their answers are: the answers say what the other words of a request mean.

"What becomes of my card if I don't collect it?" and "I leave my ID at your office, what happens?" have few words in
common. But where both are asked of one passage, and both answers say that it is destroyed after 90 days, they are one
question. The same goes for two orders that make one record, value by value. So the answers are compared strictly
(numbers, names, polarity, what they say), and of the requests only what could still tell them apart.
"""

import json
import re
from functools import lru_cache

from curator.checks.contradiction import NUMBER_WORDS, plain_words
from curator.checks.opposites import signs
from curator.checks.prose import polarity
from curator.checks.rephrasing import Request, asks_apart, names_either, request
from curator.checks.request_words import FIXED_LINES
from curator.tasks import looks_json
from curator.text import words
from curator.vectors.likeness import similarity, word_cosines

#: Likeness of two questions about one passage whose answers are equal, or say the same; and of those answers.
_ASKED, _SAID = 0.62, 0.72
#: Likeness of two requests without a passage, and of their answers.
_ALONE = 0.72
#: Likeness of two inputs of one record, and values that the record has at least.
_RECORD, _VALUES = 0.65, 3
#: Words of a passage that both inputs share.
_PASSAGE = 20
#: Words of an answer that says something.
_ANSWER = 6
#: How near a word that only one side has comes to those that both have ("a squealing noise").
_GOES_WITH = 0.3
# Words that join, and say nothing of their own.
_JOINING = frozenset(("since", "theres", "therefore", "while", "though", "although", "wed", "id", "itd", "itll"))
# Marks of a record; two records are compared value by value elsewhere.
_RECORDS = re.compile(r"[\[\]{}=|<>_]")
# "Until when" is not "from when on".
_EDGES = frozenset(("until", "till", "from", "since", "before", "after"))


def one_passage(whole: str, own: str) -> bool:
    """Whether an input has a text in common with the other, beside the part of its own."""
    return len(whole.split()) - len(own.split()) >= _PASSAGE


def may_be_one_answer(said: str, other: str) -> bool:
    """Whether two answers that differ have the same numbers, and at least one: all else takes longer to find out."""
    numbers = _numbers(said)
    return bool(numbers) and numbers == _numbers(other) and not looks_json(said)


def same_by_answers(one: str, two: str, said: str, other: str, passage: bool) -> bool:
    """Whether two requests with answers in prose are one, by what both of them say."""
    if min(len(said.split()), len(other.split())) < _ANSWER or _RECORDS.search(one) or not _agree(one, two):
        return False
    if said != other and not _say_the_same(said, other):
        return False
    mine, theirs = request(one), request(two)
    if asks_apart(mine, theirs) or mine.signs.clashes(theirs.signs):
        return False
    alike = similarity(one, two)
    if passage:
        return alike >= _ASKED
    return said != other and alike >= _ALONE and _near_words(mine, theirs, said, other)


def same_by_record(one: str, two: str, said: str) -> bool:
    """Whether two inputs are one because they make one record, of several values that both of them say."""
    if _RECORDS.search(one) or not _agree(one, two) or asks_apart(request(one), request(two)):
        return False
    both = _spoken(one) & _spoken(two)
    told = [value for value in _leaves(said) if (found := _spoken(value)) and found <= both]
    return len(told) >= _VALUES and similarity(one, two) >= _RECORD


def _agree(one: str, two: str) -> bool:
    """Whether numbers and names are the same, and no two words of a kind ("Monday", "Tuesday") stand for each other."""
    if _numbers(one) != _numbers(two):
        return False
    said, others = set(plain_words(one)), set(plain_words(two))
    for line in (*FIXED_LINES, _EDGES):
        mine, theirs = said & line, others & line
        if mine and theirs and mine != theirs:
            return False
    names, named = request(one).names, request(two).names
    return not any(len(name) > 3 and name not in others for name in names) and not any(
        len(name) > 3 and name not in said for name in named
    )


def _say_the_same(said: str, other: str) -> bool:
    """Whether two answers have the same numbers, at least one, and are as near as two wordings of one answer."""
    numbers = _numbers(said)
    if not numbers or numbers != _numbers(other) or not _agree(said, other) or polarity(said) != polarity(other):
        return False
    if request(said).signs.clashes(request(other).signs) or {said[-1:], other[-1:]} == {"?"}:
        return False
    return similarity(said, other) >= _SAID


def _near_words(mine: Request, theirs: Request, said: str, other: str) -> bool:
    """Whether the words that only one side has, but for one, are near words of the other side."""
    if signs(mine.content).clashes(signs(theirs.content)):
        return False
    strange = 0
    for own, others in ((mine, theirs), (theirs, mine)):
        alone = [own.spelled[word] for word in own.content if word not in others.content]
        alone = [word for word in alone if word not in _JOINING]
        near = word_cosines(alone, list(others.spelled.values())).max(axis=1, initial=-1)
        strange += int((near < _GOES_WITH).sum())
    if strange > 1:
        return False
    apart = [word for word in mine.content if word not in theirs.content]
    against = [word for word in theirs.content if word not in mine.content]
    return not (names_either(said, apart) and names_either(other, against) and not names_either(other, apart))


@lru_cache(maxsize=1024)
def _spoken(text: str) -> frozenset[str]:
    """The words of a text, with small numbers as figures."""
    return frozenset(NUMBER_WORDS.get(word, word) for word in words(text))


@lru_cache(maxsize=1024)
def _numbers(text: str) -> tuple[str, ...]:
    """The numbers of a text, each once; "one" is seldom one."""
    found = {NUMBER_WORDS.get(word, word) for word in words(text) if word != "one"}
    return tuple(sorted(word for word in found if word[:1].isdigit()))


@lru_cache(maxsize=256)
def _leaves(text: str) -> frozenset[str]:
    """The values of a JSON text that are texts or numbers."""
    if not looks_json(text):
        return frozenset()
    try:
        waiting = [json.loads(text)]
    except ValueError:
        return frozenset()
    found: set[str] = set()
    while waiting:
        value = waiting.pop()
        if isinstance(value, dict):
            waiting += value.values()
        elif isinstance(value, list):
            waiting += value
        elif isinstance(value, str | int | float) and not isinstance(value, bool):
            found.add(str(value))
    return frozenset(found)
