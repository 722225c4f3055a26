"""What a sample of texts shows: how alike inputs and outputs are, what comes before each, what grows old.

All of it is of a sample of `signals.SAMPLE` rows; the numbers say how alike the rows of *this* set are and are of use
beside those of others, which `NARROW` has.
"""

import math
import re
from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence

import numpy as np

from curator.advice.signals import Narrowness, Neighbours, Prefix, Share
from curator.tokens import estimate
from curator.vectors.table import encode

#: Rows of which the Vendi score is taken: it grows with them, so it is always of so many.
VENDI = 240
#: Neighbours whose outputs are compared.
NEAREST = 5
#: A text before the input counts as constant when so many rows have it.
CONSTANT = 0.8
#: A share of the outputs that makes what they have in common their form; below it there is none, as for the checks.
USUAL = 0.8

# What is true today only: a date of this century, a price, a version, words that say so.
_VOLATILE = re.compile(
    r"\b20[0-4]\d\b|[$€£¥]\s?\d|\b\d[\d.,]*\s?(?:USD|EUR|GBP|dollars?|euros?)\b|\bv?\d+\.\d+\.\d+\b"
    r"|\b(?:currently|at present|as of|nowadays|latest|right now|this (?:year|month|week)|today|derzeit|aktuell)\b",
    re.IGNORECASE,
)


def vendi(texts: Sequence[str], *, seed: int = 7) -> tuple[float, int]:
    """How many different texts there seem to be among `VENDI` of them, and of how many that was taken.

    The exponential of the entropy of the eigenvalues of the matrix of cosines: n for texts that have nothing in
    common, 1 for copies.
    """
    order = np.random.default_rng(seed).permutation(len(texts))[:VENDI]
    vectors = encode([texts[one] for one in order]).astype(np.float64)
    vectors = vectors[np.linalg.norm(vectors, axis=1) > 0]
    if not len(vectors):
        return 0.0, 0
    values = np.linalg.eigvalsh(vectors @ vectors.T / len(vectors))
    values = values[values > 1e-12]
    return float(math.exp(-(values * np.log(values)).sum())), len(vectors)


def narrowness(inputs: Sequence[str], outputs: Sequence[str], template: float) -> Narrowness | None:
    """How alike the inputs are, without what they all share, and the outputs; None of fewer than ten."""
    if len(inputs) < 10:
        return None
    of_inputs, count = vendi(inputs)
    of_outputs, _ = vendi(outputs)
    near, _ = _nearest(inputs, 1)
    return Narrowness(of_inputs, of_outputs, count, float(near.mean()), template)


def _nearest(texts: Sequence[str], count: int) -> "tuple[np.ndarray, np.ndarray]":
    """The cosines and the places of the texts nearest to each, other than itself."""
    vectors = encode(texts)
    near = vectors @ vectors.T
    np.fill_diagonal(near, -2.0)
    places = np.argpartition(-near, count - 1, axis=1)[:, :count]
    return np.take_along_axis(near, places, axis=1), places


def neighbours(
    inputs: Sequence[str], outputs: Sequence[str], score: Callable[[str, str], float], *, seed: int = 7
) -> Neighbours | None:
    """How alike the outputs of near inputs are, beside those of rows by chance; None of fewer than 20."""
    if len(inputs) < 20:
        return None
    _, places = _nearest(inputs, NEAREST)
    rng = np.random.default_rng(seed)
    asked = rng.permutation(len(inputs))[:400]
    near = [score(outputs[one], outputs[other]) for one in asked for other in places[one]]
    # A step of 1 to n - 1 from a row never ends at itself.
    others = (asked[:, None] + rng.integers(1, len(inputs), (len(asked), NEAREST))) % len(inputs)
    random = [score(outputs[one], outputs[other]) for one, row in zip(asked, others, strict=True) for other in row]
    return Neighbours(math.fsum(near) / len(near), math.fsum(random) / len(random), len(asked))


def consistency(forms: Iterable[Sequence[tuple[str, str]]]) -> float | None:
    """How much alike outputs are in form, 0 to 1: the mean over the features of 1 less the normalised entropy.

    `forms` gives each output as pairs of a feature and its value. 1 when all have the same value; the entropy is
    normalised by that of as many different values as were seen, at least four.
    """
    counts: dict[str, Counter[str]] = {}
    for form in forms:
        for feature, value in form:
            counts.setdefault(feature, Counter())[value] += 1
    if not counts:
        return None
    left = []
    for found in counts.values():
        shares = [number / found.total() for number in found.values()]
        entropy = -math.fsum(share * math.log(share) for share in shares)
        left.append(1 - entropy / math.log(max(4, len(shares))))
    return math.fsum(left) / len(left)


def usual_form(forms: Iterable[Sequence[tuple[str, str]]]) -> dict[str, str]:
    """The features of which one value has a majority of `USUAL` among these outputs, with that value."""
    counts: dict[str, Counter[str]] = {}
    for form in forms:
        for feature, value in form:
            counts.setdefault(feature, Counter())[value] += 1
    tops = {feature: found.most_common(1)[0] for feature, found in counts.items()}
    return {feature: value for feature, (value, count) in tops.items() if count >= USUAL * counts[feature].total()}


def conformity(usual: Mapping[str, str], forms: Sequence[Sequence[tuple[str, str]]]) -> float | None:
    """The share of outputs that have the usual value in every feature which has one; None where nothing is usual."""
    if not usual or not forms:
        return None
    return sum(all(usual.get(name, value) == value for name, value in form) for form in forms) / len(forms)


def prefix(openings: Sequence[tuple[str, str]]) -> Prefix:
    """What most rows begin with, from the system text and the whole opening of each: a constant part of the prompt."""
    if not openings:
        return Prefix(0, 0.0)
    system, count = Counter(system for system, _ in openings).most_common(1)[0]
    if system and count >= CONSTANT * len(openings):
        rest = [opening for own, opening in openings if own == system]
        return Prefix(estimate(_whole(_common(rest))), count / len(openings))
    # Without one system text, what the openings of most rows share from their first letter on.
    ordered = sorted(opening for _, opening in openings)
    size = math.ceil(CONSTANT * len(ordered))
    runs = ((ordered[at], ordered[at + size - 1]) for at in range(len(ordered) - size + 1))
    longest = max((_common(run) for run in runs), key=len)
    return Prefix(estimate(_whole(longest)), size / len(ordered)) if longest.strip() else Prefix(0, 0.0)


def _common(texts: Sequence[str]) -> str:
    """What all of these begin with."""
    first, last = min(texts), max(texts)
    return first[: next((at for at, (a, b) in enumerate(zip(first, last, strict=False)) if a != b), len(first))]


def _whole(text: str) -> str:
    """A beginning up to its last whole word."""
    cut = max(text.rfind(" "), text.rfind("\n"))
    return text[:cut] if cut > 0 else text


def volatile(outputs: Sequence[str]) -> Share:
    """How many outputs say what will not stay true: dates, prices, versions, "currently"."""
    return Share(sum(_VOLATILE.search(text) is not None for text in outputs), len(outputs))
