"""Would more rows help? A learning curve of something light, and where it leads: error = a + b * n ** -c.

What is learned is no fine-tuned model. For labels it is ridge regression over sentence vectors and hashed words, for
texts the output of the nearest input, copied. How fast their error falls says how much the rows still have to teach;
the power law is that of Hestness et al. (2017), arXiv 1712.00409, fitted where the curve is measured.
"""

import math
from collections.abc import Callable, Sequence
from hashlib import blake2b
from itertools import pairwise

import numpy as np
from msgspec import Struct
from numpy.typing import NDArray

from curator.text import words
from curator.vectors.table import encode

Floats = NDArray[np.float32]
Doubles = NDArray[np.float64]

#: Rows that are looked at: more change the forecast by less than its error.
LABELLED, TEXTS = 12_000, 4_000
#: Held-out texts whose nearest input is looked for, and parts that labelled rows are cut into.
HELD_OUT, FOLDS = 400, 4
#: How many numbers stand for the words of a text beside its vector, and how firmly the weights are held at 0.
HASHED, RIDGE = 1_536, 0.5
#: Shares of the training rows at which the curve is measured.
SHARES = (0.06, 0.1, 0.16, 0.25, 0.4, 0.63, 1.0)
#: Fewer rows make no curve.
FEWEST = 60
#: A doubling of the rows that takes less off the error than this buys nothing.
FLAT = 0.01
_ASYMPTOTES, _EXPONENTS = 41, np.linspace(0.1, 1.5, 57)


class Curve(Struct, frozen=True):
    """A learning curve: rows and error where it was measured, and the law fitted to it, a + b * n ** -c.

    `rows` is how many there are to learn from in all; `low` and `high` hold the error at twice as many rows in nineteen
    of twenty fits to what chance could have measured. `learner` says what was learned.
    """

    learner: str
    sizes: tuple[int, ...]
    errors: tuple[float, ...]
    a: float
    b: float
    c: float
    rows: int
    low: float = 0.0
    high: float = 1.0
    sampled: bool = False

    def at(self, rows: int) -> float:
        """The error that is to be expected from so many rows."""
        return float(self.a + self.b * max(rows, 1) ** -self.c)

    @property
    def doubling(self) -> float:
        """What twice as many rows would take off the error."""
        return self.at(self.rows) - self.at(2 * self.rows)

    @property
    def flat(self) -> bool:
        """Whether twice as many rows would buy next to nothing."""
        return self.doubling < FLAT


def label_curve(
    inputs: Sequence[str], labels: Sequence[str], *, seed: int = 7, rows: int | None = None, most: int = LABELLED
) -> Curve | None:
    """The curve of labels, from rows whose inputs differ; None of fewer than `FEWEST`, or of one label.

    `rows` is how many there are in the whole set, where these are a sample.
    """
    names = sorted(set(labels))
    if len(labels) < FEWEST or len(names) < 2:
        return None
    place = {name: number for number, name in enumerate(names)}
    truth = np.array([place[label] for label in labels])
    order = np.random.default_rng(seed).permutation(len(labels))[:most]
    features, truth = _features([inputs[one] for one in order]), truth[order]
    parts = np.arange(len(order)) % FOLDS
    measured = [_learned(features, truth, parts == fold, len(names)) for fold in range(FOLDS)]
    sizes = [size for size, _ in measured[0]]
    errors = [float(np.mean([fold[at][1] for fold in measured])) for at in range(len(sizes))]
    return fitted("ridge regression over sentence vectors and words", sizes, errors, rows or len(labels), len(order))


def _learned(
    features: Floats, truth: "NDArray[np.intp]", held: "NDArray[np.bool_]", names: int
) -> list[tuple[int, float]]:
    """Errors on the held-out rows, learned from ever more of the others: the sums grow, so all cost as the last."""
    given, wanted, asked = features[~held], truth[~held], features[held]
    width = features.shape[1]
    squares, sums = np.zeros((width, width), np.float32), np.zeros((width, names), np.float32)
    found, start = [], 0
    for size in sizes_of(len(given)):
        if size < width:  # the same weights from products of rows, of which there are fewer
            part = given[:size]
            alike = part @ part.T + RIDGE * np.eye(size, dtype=np.float32)
            said = (asked @ part.T) @ np.linalg.solve(alike, np.eye(names, dtype=np.float32)[wanted[:size]])
        else:
            part = given[start:size]
            squares += part.T @ part
            np.add.at(sums.T, wanted[start:size], part)
            start = size
            said = asked @ np.linalg.solve(squares + RIDGE * np.eye(width, dtype=np.float32), sums)
        found.append((size, float((said.argmax(axis=1) != truth[held]).mean())))
    return found


def text_curve(
    inputs: Sequence[str],
    outputs: Sequence[str],
    score: Callable[[str, str], float],
    *,
    seed: int = 7,
    rows: int | None = None,
) -> Curve | None:
    """The curve of texts: how far the output of the nearest input is from the right one. None of too few rows."""
    if len(outputs) < FEWEST:
        return None
    order = np.random.default_rng(seed).permutation(len(outputs))[:TEXTS]
    held = order[: min(HELD_OUT, len(order) // 4)]
    given = order[len(held) :]
    near = encode([inputs[one] for one in held]) @ encode([inputs[one] for one in given]).T
    sizes, errors = sizes_of(len(given)), []
    for size in sizes:
        nearest = given[near[:, :size].argmax(axis=1)]
        right = [score(outputs[one], outputs[other]) for one, other in zip(held, nearest, strict=True)]
        errors.append(1 - math.fsum(right) / len(right))
    return fitted("the output of the nearest input", sizes, errors, rows or len(outputs), len(held))


def sizes_of(rows: int) -> list[int]:
    """At how many rows a curve is measured that could learn from so many."""
    return sorted({max(8, round(share * rows)) for share in SHARES})


def fitted(learner: str, sizes: Sequence[int], errors: Sequence[float], rows: int, tested: int) -> Curve:
    """The law that lies nearest to what was measured, and what chance leaves open of its forecast."""
    a, b, c = fit(sizes, errors)
    rng = np.random.default_rng(7)
    ends = []
    for _ in range(40):  # errors of one set of held-out rows go up and down together, so each is drawn by its own size
        drawn = [rng.binomial(tested, min(1.0, max(0.0, error))) / tested for error in errors]
        one = fit(sizes, drawn)
        ends.append(one[0] + one[1] * (2 * rows) ** -one[2])
    low, high = np.quantile(ends, (0.025, 0.975))
    return Curve(
        learner, tuple(sizes), tuple(errors), a, b, c, rows, float(low), float(high), sampled=rows > max(sizes) * 2
    )


def fit(sizes: Sequence[int], errors: Sequence[float]) -> tuple[float, float, float]:
    """a, b and c of a + b * n ** -c, none below 0: least squares over a grid of a and c. Later sizes weigh more."""
    at, error = np.asarray(sizes, dtype=float), np.asarray(errors, dtype=float)
    weights = at / at.sum()
    power = at ** -_EXPONENTS[:, None]
    a = np.linspace(0, max(float(error.min()), 0.0), _ASYMPTOTES)
    left = error - a[:, None]  # what b * n ** -c is to explain
    squares = (weights * power * power).sum(axis=1)
    b = np.maximum(0.0, np.einsum("s,cs,as->ca", weights, power, left) / squares[:, None])
    loss = np.einsum("s,cas->ca", weights, (left - b[:, :, None] * power[:, None, :]) ** 2)
    c, asymptote = np.unravel_index(int(loss.argmin()), loss.shape)
    return float(a[asymptote]), float(b[c, asymptote]), float(_EXPONENTS[c])


def _features(texts: Sequence[str]) -> Floats:
    """Sentence vectors beside hashed words and pairs of words, each part at length 1."""
    hashed = np.zeros((len(texts), HASHED), np.float32)
    for row, text in enumerate(texts):
        found = words(text)
        for term in (*found, *(f"{one} {two}" for one, two in pairwise(found))):
            number = int.from_bytes(blake2b(term.encode(), digest_size=8).digest(), "little")
            hashed[row, number % HASHED] += 1.0 if number >> 63 else -1.0
    df = (hashed != 0).sum(axis=0) + 1.0
    hashed *= np.log(len(texts) / df + 1)[None, :].astype(np.float32)
    hashed /= np.maximum(np.linalg.norm(hashed, axis=1, keepdims=True), 1e-9)
    return np.hstack([encode(texts), hashed, np.ones((len(texts), 1), np.float32)])
