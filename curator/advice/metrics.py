"""How near an answer is to the reference: one number from 0 to 1, by what the task is.

Labels, extracted values and numbers are right or wrong; texts are near or far. What is measured on a set is a mean of
these, save macro-F1, which is one number of the whole set.
"""

import json
import math
import re
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from fractions import Fraction
from typing import Any

from msgspec import Struct
from rapidfuzz.distance import LCSseq

from curator.tasks import Task
from curator.text import normalise, same_answer, words

#: A number counts as the same within this share of the reference, unless it is written out more exactly.
TOLERANCE = 1e-6
#: Letters in a row and weight of recall, as chrF2 has them.
CHRF_ORDER, CHRF_BETA = 6, 2

_FENCE = re.compile(r"\A\s*```[\w+-]*\s*\n(.*?)\n?```\s*\Z", re.DOTALL)
_NUMBER = re.compile(r"(?<![\w.])[-+]?(?:\d{1,3}(?:,\d{3})+|\d+)(?:\.\d+)?")


class Metric(Struct, frozen=True):
    """A measure: `score(reference, answer)` from 0 to 1. `exact` ones give 0 or 1 only, and take Wilson's interval."""

    name: str
    title: str
    exact: bool
    score: Callable[[str, str], float]


def exact(reference: str, answer: str) -> float:
    """1 for the same characters, white space at the ends apart."""
    return float(reference.strip() == answer.strip())


def normalised(reference: str, answer: str) -> float:
    """1 for answers that differ in case, spacing or a final stop only, or that are the same number or JSON."""
    return float(same_answer(reference, answer))


def label(reference: str, answer: str) -> float:
    """1 for the same label; the final stop, quotes, case and a word such as "Label:" before it do not count."""
    return float(_label(reference) == _label(answer))


def numeric(reference: str, answer: str) -> float:
    """1 when the last number of the answer is that of the reference: where both reason, the result stands last."""
    left, right = _last_number(reference), _last_number(answer)
    if left is None or right is None:
        return normalised(reference, answer)
    return float(abs(left - right) <= TOLERANCE * max(1.0, float(abs(left))))


def json_valid(reference: str, answer: str) -> float:  # noqa: ARG001  every metric takes both
    """1 when the answer is one JSON value, also in a code fence."""
    return float(_json(answer) is not None)


def json_fields(reference: str, answer: str) -> float:
    """F1 over the leaves (path and value) of two JSON values: a missing leaf and one too many both count."""
    left, right = _json(reference), _json(answer)
    if left is None or right is None:
        return 0.0
    return _f1(Counter(_leaves(left[0])), Counter(_leaves(right[0])))


def token_f1(reference: str, answer: str) -> float:
    """F1 over words, as SQuAD counts it (Rajpurkar et al. 2016)."""
    return _f1(Counter(words(reference)), Counter(words(answer)))


def rouge_l(reference: str, answer: str) -> float:
    """ROUGE-L F1 (Lin 2004): the longest common subsequence of words, without stemming."""
    left, right = words(reference), words(answer)
    if not left or not right:
        return float(left == right)
    same = LCSseq.similarity(left, right)
    return 2 * same / (len(left) + len(right))


def chrf(reference: str, answer: str) -> float:
    """chrF2 (Popović 2015): letters in rows of 1 to 6, white space apart, recall counting twice as much."""
    left, right = "".join(reference.split()), "".join(answer.split())
    if not left or not right:
        return float(left == right)
    precisions, recalls = [], []
    for size in range(1, CHRF_ORDER + 1):
        ours, theirs = _rows_of(left, size), _rows_of(right, size)
        if ours and theirs:
            same = (ours & theirs).total()
            precisions.append(same / theirs.total())
            recalls.append(same / ours.total())
    precision, recall = (math.fsum(found) / len(found) for found in (precisions, recalls))
    weight = CHRF_BETA**2
    both = weight * precision + recall
    return (1 + weight) * precision * recall / both if both else 0.0


def macro_f1(references: Sequence[str], answers: Sequence[str | None]) -> float:
    """The mean of the F1 of each label that stands in the references. No answer (None) is a miss and no false alarm."""
    right: Counter[str] = Counter()
    wanted: Counter[str] = Counter()
    given: Counter[str] = Counter()
    for reference, answer in zip(references, answers, strict=True):
        true, said = _label(reference), None if answer is None else _label(answer)
        wanted[true] += 1
        if said is not None:
            given[said] += 1
            right[true] += said == true
    return math.fsum(2 * right[one] / (wanted[one] + given[one]) for one in wanted) / len(wanted) if wanted else 0.0


METRICS = {
    one.name: one
    for one in (
        Metric("exact", "exact match", True, exact),
        Metric("normalised", "match but for case and spacing", True, normalised),
        Metric("label", "the right label", True, label),
        Metric("numeric", "the right number", True, numeric),
        Metric("json-valid", "valid JSON", True, json_valid),
        Metric("json-fields", "F1 of the fields", False, json_fields),
        Metric("token-f1", "F1 of the words", False, token_f1),
        Metric("rouge-l", "ROUGE-L", False, rouge_l),
        Metric("chrf", "chrF2", False, chrf),
    )
}

_OF_TASK: dict[Task, tuple[str, ...]] = {
    "labels": ("label",),
    "extraction": ("normalised", "token-f1"),
    "json": ("json-fields", "json-valid"),
    "code": ("normalised", "chrf"),
    "prose": ("chrf", "rouge-l", "token-f1"),
    "mixed": ("token-f1", "chrf"),
}


def metrics_of(task: Task, references: Iterable[str] = ()) -> tuple[Metric, ...]:
    """The measures of a task, the one that decides first: numeric where nine references in ten end in a number."""
    found = list(references)
    numbers = sum(_ends_in_number(one) for one in found)
    if task in ("extraction", "prose", "mixed") and found and numbers >= 0.9 * len(found):
        return METRICS["numeric"], METRICS["token-f1"]
    return tuple(METRICS[name] for name in _OF_TASK[task])


def _label(text: str) -> str:
    said = text.strip()
    head, colon, tail = said.partition(":")
    if colon and tail.strip() and "\n" not in said and head.strip().casefold() in _BEFORE_LABELS:
        said = tail
    return normalise(said.strip(_AROUND_LABEL))


_AROUND_LABEL = " \t\n\r\"'`*.\u201c\u201d\u2018\u2019"
_BEFORE_LABELS = {"label", "category", "class", "intent", "answer", "output", "classification", "topic"}


def _last_number(text: str) -> Fraction | None:
    found = _NUMBER.findall(text)
    return Fraction(found[-1].replace(",", "")) if found else None


def _ends_in_number(text: str) -> bool:
    return re.search(r"\d[\d,.]*\W{0,3}\Z", text.strip()) is not None


def _json(text: str) -> tuple[Any] | None:
    fenced = _FENCE.match(text)
    try:
        return (json.loads(fenced[1] if fenced else text),)
    except (ValueError, RecursionError):
        return None


def _leaves(value: Any, path: str = "") -> list[tuple[str, str]]:
    if isinstance(value, dict) and value:
        return [leaf for key, inner in value.items() for leaf in _leaves(inner, f"{path}/{key}")]
    if isinstance(value, list) and value:
        return [leaf for inner in value for leaf in _leaves(inner, f"{path}/*")]
    if isinstance(value, str):
        return [(path, "text " + normalise(value))]
    if isinstance(value, int | float) and not isinstance(value, bool):
        return [(path, f"number {float(value):.12g}")]
    return [(path, json.dumps(value))]


def _f1(left: "Counter[Any]", right: "Counter[Any]") -> float:
    if not left or not right:
        return float(left == right)
    same = (left & right).total()
    return 2 * same / (left.total() + right.total())


def _rows_of(text: str, size: int) -> "Counter[str]":
    return Counter(text[start : start + size] for start in range(len(text) - size + 1))
