"""Whether two inputs ask the same thing in nearly the same words."""

import re
from functools import lru_cache

from curator.checks.contradiction import plain_words
from curator.checks.opposites import NEGATIONS, vocabulary
from curator.text import normalise

# Said or left out, the question is the same.
_COURTESY = re.compile(
    r"\b(?:hi|hello|hey|dear|hallo|please|pls|plz|kindly|thanks(?: a lot| in advance)?|thank you(?: very much)?|"
    r"bitte|danke|sorry|excuse me|"
    r"(?:can|could|would|will) you (?:please )?(?:tell|show|explain to|help|let) me(?: know)?|"
    r"(?:tell|show) me|do you know|i (?:want|need|would like|wanted) to know|i was wondering|i wonder|id like to know|"
    r"just|really|actually|simply|currently|basically|also|there|so|ok|okay|well)\b"
)
_CONTRACTED = re.compile(r"\b(\w+)['\u2019](?:s|m|re|ve|ll|d)\b")
_HARMLESS = vocabulary(
    "a an the this that these those any some is are am was were be been being do does done have has had can could "
    "may might of in at for with and it its which"
)


def singular(word: str) -> str:
    """A word without the ending of a plural or of the third person."""
    if len(word) > 3 and word.endswith("s") and not word.endswith(("ss", "us", "is")):
        return word[:-3] + "y" if word.endswith("ies") else word[:-1]
    return word


_SAME = {
    singular(word): singular(group.split()[0])
    for group in (
        "parcel package packet",
        "phone telephone",
        "buy purchase",
        "begin start",
        "movie film",
        "picture photo image",
        "mail email",
        "cancel terminate",
        "cost price",
        "fix repair",
        "broken damaged",
        "big large",
        "quickly fast",
        "get obtain receive",
        "i me my mine",
        "you your yours",
        "we us our ours",
        "not no dont doesnt didnt isnt arent wasnt cant cannot couldnt wont wouldnt",
    )
    for word in group.split()
}
_PARTICLES = vocabulary("up down out on off over back away")
_ASKS = vocabulary(
    "what who whom whose when where why how which is are was were do does did can could will would should may am has "
    "have"
)
_INVERTED = _ASKS - {"what", "who", "whom", "whose", "when", "where", "why", "how", "which"}


@lru_cache(maxsize=1024)
def essence(text: str) -> tuple[str, ...]:
    """The words of a question that change what it asks, in order: no courtesy, no function words, one form of each."""
    asked = normalise(text)
    if "'" in asked or "\u2019" in asked:
        asked = _CONTRACTED.sub(r"\1", asked)
    found = plain_words(_COURTESY.sub(" ", asked.replace("-", " ")))
    kept = [
        word for place, word in enumerate(found, 1) if word not in _HARMLESS or (word == "do" and place == len(found))
    ]
    return tuple(map(counted_as, kept))


@lru_cache(maxsize=8192)
def counted_as(word: str) -> str:
    """One form for all forms of a word and its synonyms."""
    key = singular(word)
    return _SAME.get(key, key)


def same_question(left: str, right: str) -> bool:
    """Whether two texts ask the same: the same words that count, in the same order, spelling mistakes forgiven.

    A small word of a verb may move ("turn up the volume", "turn the volume up"). A statement is no question.
    """
    one, two = essence(left), essence(right)
    if is_question(left) != is_question(right) or not one:
        return False
    moved, others = sorted(_PARTICLES.intersection(one)), sorted(_PARTICLES.intersection(two))
    mine = [word for word in one if word not in _PARTICLES]
    theirs = [word for word in two if word not in _PARTICLES]
    return moved == others and len(mine) == len(theirs) and all(map(_one_word, mine, theirs))


@lru_cache(maxsize=1024)
def is_question(text: str) -> bool:
    """Whether a text asks, by its last mark or its first word."""
    stripped = text.rstrip(" \"')\n")
    if "?" in stripped[-1:]:
        return True
    first = plain_words(_COURTESY.sub(" ", normalise(text[:80])))[:1]
    return bool(first) and first[0] in _ASKS


def _one_word(one: str, two: str) -> bool:
    """Whether two words are equal, or one is a slip of the other: two letters swapped, or one doubled."""
    if one == two:
        return True
    if min(len(one), len(two)) < 5 or not one.isalpha() or not two.isalpha() or {one, two} & NEGATIONS:
        return False
    if one[0] != two[0]:
        return False
    if len(one) == len(two):
        differing = [index for index, (a, b) in enumerate(zip(one, two, strict=True)) if a != b]
        return (
            len(differing) == 2
            and differing[1] == differing[0] + 1
            and one[differing[0]] == two[differing[1]]
            and one[differing[1]] == two[differing[0]]
        )
    return re.sub(r"(.)\1", r"\1", one) == re.sub(r"(.)\1", r"\1", two)
