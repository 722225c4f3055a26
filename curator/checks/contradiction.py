"""How much two texts that answer the same question contradict each other, from their words alone.

Seven measures of a pair: content words that the other side lacks (all, and those that the question does not give),
opposite ends of a scale, the same end, a negation of its own, numbers on both sides that the other lacks, and word
pairs in another order. They are weighed by a logistic function.

The weights were fitted on graded answers of students beside the reference answer (SemEval-2013 task 7: BEETLE and
SciEntsBank, contradictory against correct, both labels and both corpora weighted alike, L2 at C = .05 on standardised
measures) and rounded. Area under the ROC curve with one corpus fitted and the other measured: .77 on SciEntsBank, .79
on BEETLE; leaving whole questions out in ten folds: .79 and .80. BEETLE is about circuits: without the scales of what
is open and what is lit, the shipped weights reach .80 and .77. The ratio of common words reaches .68 and .72.
"""

import math
from collections.abc import Iterable
from functools import lru_cache
from itertools import pairwise

from curator.checks.opposites import NEGATIONS, signs, vocabulary
from curator.text import words

_BIAS = -2.3
_WEIGHTS = (1.0, 1.6, 0.8, -0.33, 0.75, 1.45, 0.75)
#: More different words than this say no more about a text; comparing all of them would be quadratic.
_WORDS = 120
_UNMATCHED = 40
_SPELLING = 0.4

#: Words that carry no content of their own.
FUNCTION_WORDS = vocabulary(
    "a an the this that these those it its he she they them his her their there here i you we my your our is are was "
    "were be been being am do does did done doing have has had having will would can could should shall may might must "
    "of in on at to for from by with into onto about as and or but so because if then than when while which who what "
    "where why how also just only very too more most some any all each both such own other s t d ll ve re m got get "
    "gets going go goes went made make makes because cause thing things one"
)
_COUNT = (
    "zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen seventeen "
    "eighteen nineteen twenty"
)
_TENS = {"thirty": "30", "forty": "40", "fifty": "50", "sixty": "60", "ninety": "90", "hundred": "100"}
#: Small numbers in words, and in figures.
NUMBER_WORDS = {word: str(number) for number, word in enumerate(_COUNT.split())} | _TENS
_SUFFIXES = (
    "ational ization fulness ousness iveness ations ation ingly edly ments ment ness ities ity able ible ings ing ies "
    "ied est ers ely ed er ly es s ion al e"
)
_ENDINGS = tuple(_SUFFIXES.split())


def contradiction(question: str, left: str, right: str) -> float:
    """From 0 to 1: how likely the two texts contradict each other as answers to the question. The sides are alike."""
    measured = zip(_WEIGHTS, measures(question, left, right), strict=True)
    return 1 / (1 + math.exp(-_BIAS - sum(weight * value for weight, value in measured)))


def measures(question: str, left: str, right: str) -> tuple[float, ...]:
    """The seven measures that `contradiction` weighs, in the order of the weights."""
    one, two = plain_words(left), plain_words(right)
    asked = content(plain_words(question))
    says, other = content(one), content(two)
    stand, against = signs(one), signs(two)
    figures, others = _figures(one), _figures(two)
    return (
        (lacking(says, other) + lacking(other, says)) / 2,
        (lacking(says - asked, other) + lacking(other - asked, says)) / 2,
        min(stand.clashes(against), 2),
        min(stand.agreements(against), 2),
        (stand.negations > 0) != (against.negations > 0),
        bool(figures - others and others - figures),
        _reordered(one, two),
    )


@lru_cache(maxsize=256)
def plain_words(text: str) -> tuple[str, ...]:
    """The words of a text without apostrophes, small numbers in figures."""
    found: Iterable[str] = words(text)
    if "'" in text or "\u2019" in text:
        found = [word.replace("'", "").replace("\u2019", "") for word in found]
    return tuple([NUMBER_WORDS.get(word, word) for word in found])


@lru_cache(maxsize=256)
def content(found: tuple[str, ...]) -> frozenset[str]:
    """The stems of words that carry content: neither function words nor negations."""
    stems = dict.fromkeys(stem(word) for word in found if word not in FUNCTION_WORDS and word not in NEGATIONS)
    return frozenset(list(stems)[:_WORDS])


@lru_cache(maxsize=4096)
def stem(word: str) -> str:
    """What is left of a word without its ending, as far as comparing needs it."""
    if len(word) > 4:
        for ending in _ENDINGS:
            if word.endswith(ending) and len(word) - len(ending) >= 3:
                word = word[: -len(ending)]
                break
    if len(word) > 3 and word[-1] == word[-2]:
        word = word[:-1]
    return word[:-1] if len(word) > 3 and word[-1] in "iey" else word


@lru_cache(maxsize=64)
def lacking(says: frozenset[str], other: frozenset[str]) -> float:
    """The share of the content of one text that the other lacks, misspellings forgiven; half where there is none."""
    if not says:
        return 0.5
    missing = sorted(says - other)
    found = len(says) - len(missing)
    if len(missing) > _UNMATCHED:
        return 1 - found / len(says)
    spelled = [(one, len(one)) for one in map(_trigrams, other)]
    forgiven = 0.0
    for word in missing:
        own = _trigrams(word)
        letters = len(own)
        likeness = max([(both := len(own & one)) / (letters + others - both) for one, others in spelled], default=0.0)
        forgiven += likeness if likeness > _SPELLING else 0.0
    return 1 - (found + forgiven) / len(says)


@lru_cache(maxsize=4096)
def _trigrams(word: str) -> frozenset[str]:
    padded = f" {word} "
    return frozenset(padded[start : start + 3] for start in range(len(padded) - 2))


def _figures(found: tuple[str, ...]) -> frozenset[str]:
    return frozenset(word for word in found if word[0].isdigit())


def _reordered(one: tuple[str, ...], two: tuple[str, ...]) -> float:
    pairs, others = set(pairwise(one)), set(pairwise(two))
    return 1 - len(pairs & others) / max(1, min(len(pairs), len(others)))
