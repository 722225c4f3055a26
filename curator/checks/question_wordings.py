"""Whether two inputs are one in other small words: read where the answers differ in a value, a label or a polarity.

More than `questions.same_question` forgives: "the season at the lido" is "the lido season", "yesterday night" is "last
night", "am I allowed to" is "can I", and who reports "when I press it" reports "when you press it". That is no ground
to call two texts one request; but where one answer says the 15th and the other the 25th, one of them is wrong.
"""

import re
from functools import lru_cache

from curator.checks.contradiction import FUNCTION_WORDS, plain_words
from curator.checks.opposites import vocabulary
from curator.checks.questions import bare, counted_as, is_question
from curator.checks.word_order import AMOUNTS

_PHRASES = (
    ("last night", r"yesterday (?:night|evening)|last evening"),
    ("tonight", r"this evening"),
    ("when", r"(?:at |on |by )?(?:what|which) (?:time|hour|day|date)"),
    ("why", r"how come|for what reason|what (?:is the|s the) reason (?:that|why)"),
    ("until", r"till|up until|up to"),
    ("", r"right now|at the moment|at present|now|nowadays|as well|too|will|would|shall|exactly|normally|usually"),
    ("must", r"(?:have|has|need|needs|am required|is required|are required|required|obliged) to"),
    ("nobody", r"no one|noone"),
    ("somebody", r"someone"),
    ("everybody", r"everyone"),
    ("anybody", r"anyone"),
    ("per day", r"(?:each|every|a|in one) day|daily"),
    ("per week", r"(?:each|every|a|in one) week|weekly"),
    ("per month", r"(?:each|every|a|in one) month|monthly"),
    ("per year", r"(?:each|every|a|in one) year|yearly|annually|per annum"),
    ("2 week", r"fortnight"),
    ("can i", r"(?:is|s) it (?:possible|allowed|ok|okay|permitted|all right|alright) (?:for me )?to"),
    ("can", r"may(?= (?:i|we|you|one|people|guests|visitors|members|customers)\b)|could"),
    ("can i", r"am i (?:allowed|permitted|able) to"),
    ("can we", r"are we (?:allowed|permitted|able) to"),
    ("what", r"how much(?= (?:do|does|did)\b[^.?!]*\bcosts?\b)"),
    ("because", r"since(?= (?:i|we|it|he|she|they|the) )"),
)
_NAMED = re.compile("|".join(f"(?P<p{number}>\\b(?:{one})\\b)" for number, (_, one) in enumerate(_PHRASES)))
# In a report "when I press it" is "when you press it"; in a question "you" may be the one who is asked.
_ANYBODY = re.compile(
    r"\b(when|whenever|if|as soon as|after|before|while|once|until|where) (?:you|i|we|one|somebody|people)\b"
)
_DROPPED = vocabulary(
    "a an the your this that these those any some is are am was were be been being do does did has have had it and "
    "there"
)
# "The season at the lido", "the form for the permit"; of "from" and "to" each has its own sense.
_JOINTS = vocabulary("of at in on for")
#: Words that a compound has on either side; words that a text may have besides those of the other.
_COMPOUND, _APART = 3, 6
#: Words that count which both have at least.
_LEAST = 3


def same_but_for_wording(left: str, right: str) -> bool:
    """Whether two texts are the same but for small words, and a compound for words with a preposition between."""
    mine, theirs = frozenset(plain_words(left)), frozenset(plain_words(right))
    if len(mine ^ theirs) > _APART or is_question(left) != is_question(right):
        return False
    one, two = _plain(left), _plain(right)
    if len([word for word in one if word not in FUNCTION_WORDS]) < _LEAST:
        return False
    return _told(one) == _told(two) or _compounded(one, two) or _compounded(two, one)


@lru_cache(maxsize=512)
def _plain(text: str) -> tuple[str, ...]:
    asked = _NAMED.sub(_spoken, " ".join(plain_words(bare(text))))
    if not is_question(text):
        asked = _ANYBODY.sub(r"\1 one", asked)
    return tuple(counted_as(word) for word in asked.split() if word not in _DROPPED)


def _spoken(found: re.Match[str]) -> str:
    return _PHRASES[int((found.lastgroup or "p0")[1:])][0]


def _told(found: tuple[str, ...]) -> tuple[str, ...]:
    """The words without the small prepositions that may be left out where words stand in one order."""
    return tuple(word for word in found if word not in ("of", "at", "in", "on"))


def _compounded(loose: tuple[str, ...], tight: tuple[str, ...]) -> bool:
    """Whether one says "the season at the lido" where the other says "the lido season", and both the same besides."""
    start = 0
    while start < min(len(loose), len(tight)) and loose[start] == tight[start]:
        start += 1
    mine, theirs = loose[start:], tight[start:]
    while mine and theirs and mine[-1] == theirs[-1]:
        mine, theirs = mine[:-1], theirs[:-1]
    if len(mine) != len(theirs) + 1:
        return False
    return any(
        word in _JOINTS and theirs == mine[place + 1 :] + mine[:place] and _nouns(mine[:place], mine[place + 1 :])
        for place, word in enumerate(mine)
    )


def _nouns(head: tuple[str, ...], before: tuple[str, ...]) -> bool:
    """Whether these may be a thing, and what it is of: no small words, and no amounts."""
    if not 0 < len(head) <= _COMPOUND or not 0 < len(before) <= _COMPOUND:
        return False
    return AMOUNTS.isdisjoint(head) and not any(word in FUNCTION_WORDS for word in (*head, *before))
