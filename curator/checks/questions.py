"""Whether two inputs ask the same thing in nearly the same words."""

import re
from functools import lru_cache

from curator.checks.contradiction import FUNCTION_WORDS, plain_words
from curator.checks.opposites import NEGATIONS, vocabulary
from curator.checks.word_order import Clause, another_order, clauses
from curator.text import normalise

# Said or left out, the question is the same.
_COURTESY = re.compile(
    r"\b(?:hi|hello|hey|dear|hallo|please|pls|plz|kindly|thanks(?: a lot| in advance)?|thank you(?: very much)?|"
    r"bitte|danke|sorry|excuse me|"
    r"(?:can|could|would|will) you (?:please )?(?:tell|show|explain to|help|let) me(?: know)?|"
    r"(?:tell|show) me|do you know|i (?:want|need|would like|wanted) to know|i was wondering|i wonder|id like to know|"
    r"just|really|actually|simply|currently|basically|also|there|so|ok|okay|well|"
    r"ever|very|quite|truly|totally|absolutely|definitely|at all)\b"
)
_CONTRACTED = re.compile(r"\b(\w+)['\u2019](?:s|m|re|ve|ll|d)\b")
_HARMLESS = vocabulary(
    "a an the this that these those any some is are am was were be been being do does done have has had can could "
    "may might of in at for with and it which"
)
_NUMBERED = ("third", "fourth", "fifth", "sixth", "seventh", "eighth", "ninth", "tenth")
_ORDINALS = vocabulary("st nd rd th") | frozenset(_NUMBERED)
# "The 3rd floor" is floor 3.
_ORDINAL = re.compile(rf"\b(?:(\d+)(?:st|nd|rd|th)|({'|'.join(_NUMBERED)})) ([a-z]+)\b")
# Whose it is; left out, it is clear from the rest. "Your" is not: who is asked for "the name" may not be asked for his.
_OWNERS = {"my": "my", "our": "my", "his": "his", "her": "her", "its": "its", "their": "their"}
#: Words of a question that tell what is asked without saying whose: "the name" is not "my name".
_TOLD = 4


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
        "lift elevator",
        "bike bicycle",
        "apartment flat",
        "shop store",
        "sofa couch",
        "ill sick",
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
_CIRCUMSTANCES = ("when", "where")


def essence(text: str) -> tuple[str, ...]:
    """The words of a question that change what it asks, in order: no courtesy, no function words, one form of each."""
    return _taken_apart(text)[0]


@lru_cache(maxsize=1024)
def _taken_apart(text: str) -> tuple[tuple[str, ...], dict[int, str]]:
    """The words that count, and whose the things are that they name: places in these words, with an owner."""
    asked = bare(text)
    found = plain_words(asked)
    if not _ORDINALS.isdisjoint(found):
        found = plain_words(_ORDINAL.sub(_after_its_noun, asked))
    if not _OWNERS.keys().isdisjoint(found):
        return _owned(found)
    kept = [counted for word in found if (counted := _counts(word))]
    if found[-1:] == ("do",):  # "what can I do": at the end it is a verb of its own
        kept.append(counted_as("do"))
    return tuple(kept), {}


def bare(text: str) -> str:
    """A text as it compares, without courtesies."""
    asked = normalise(text)
    if "'" in asked or "\u2019" in asked:
        asked = _CONTRACTED.sub(r"\1", asked)
    return _COURTESY.sub(" ", asked.replace("-", " "))


def _after_its_noun(found: re.Match[str]) -> str:
    number = found[1] or str(_NUMBERED.index(found[2]) + 3)
    return f"{number} {found[3]}" if found[3] in FUNCTION_WORDS else f"{found[3]} {number}"


@lru_cache(maxsize=512)
def _clauses(text: str) -> tuple[Clause, ...]:
    """The clauses of a text, by the words that count."""
    return clauses(_ORDINAL.sub(_after_its_noun, bare(text)), _form)


def _form(word: str) -> str:
    plain = plain_words(word)
    return "" if not plain or plain[0] in _OWNERS else _counts(plain[0])


def _owned(found: tuple[str, ...]) -> tuple[tuple[str, ...], dict[int, str]]:
    """The same where a word says whose something is."""
    kept: list[str] = []
    owned: dict[int, str] = {}
    last = len(found) - 1
    for place, word in enumerate(found):
        if word in _OWNERS and place < last and found[place + 1] not in FUNCTION_WORDS:
            owned[len(kept)] = _OWNERS[word]
        elif word not in _HARMLESS or (word == "do" and place == last):
            kept.append(counted_as(word))
    return tuple(kept), owned


@lru_cache(maxsize=8192)
def _counts(word: str) -> str:
    """What a word counts as; empty for one that says nothing."""
    return "" if word in _HARMLESS else counted_as(word)


@lru_cache(maxsize=8192)
def counted_as(word: str) -> str:
    """One form for all forms of a word and its synonyms."""
    key = singular(word)
    return _SAME.get(key, key)


def same_question(left: str, right: str) -> bool:
    """Whether two texts ask the same: the same words that count, in the same order, spelling mistakes forgiven.

    A small word of a verb may move ("turn up the volume", "turn the volume up"), and so may a phrase as a whole (see
    word_order). A statement is no question.
    """
    (one, mine), (two, theirs) = _taken_apart(left), _taken_apart(right)
    if not one or abs(len(one) - len(two)) > 1 or is_question(left) != is_question(right):
        return False
    turned = one != two and len(one) >= _TOLD and sorted(one) == sorted(two) and _owners(left) == _owners(right)
    if turned and another_order(_clauses(left), _clauses(right)):
        return True
    if mine != theirs and (len(one) < _TOLD or any(theirs.get(place, whose) != whose for place, whose in mine.items())):
        return False
    if one == two or "".join(one) == "".join(two):
        return True
    moved, others = sorted(_PARTICLES.intersection(one)), sorted(_PARTICLES.intersection(two))
    said = [word for word in one if word not in _PARTICLES]
    asked = [word for word in two if word not in _PARTICLES]
    return moved == others and len(said) == len(asked) and all(map(_one_word, said, asked))


def _owners(text: str) -> set[tuple[str, str]]:
    """What a text speaks of as somebody's, with whose."""
    found, owned = _taken_apart(text)
    return {(found[place], owner) for place, owner in owned.items()}


@lru_cache(maxsize=1024)
def is_question(text: str) -> bool:
    """Whether a text asks, by its last mark or its first word."""
    stripped = text.rstrip(" \"')\n")
    if "?" in stripped[-1:]:
        return True
    first, *then = plain_words(_COURTESY.sub(" ", normalise(text[:80])))[:2] or ("",)
    if first in _CIRCUMSTANCES and stripped[-1:] in (".", "!"):  # "When I open it, it crashes."
        return not _INVERTED.isdisjoint(then)
    return first in _ASKS


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
