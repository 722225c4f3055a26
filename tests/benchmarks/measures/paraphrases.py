"""Paraphrases: likeness of texts against people's judgement, and what DUP003 says of intents and dialogues.

AUROC over human-judged pairs; the baseline is rapidfuzz's token-set ratio. The larger model of the extra `minilm` is
measured on the same pairs where it is installed. For the check itself, each judged pair of questions is given one
answer, and every pair of two intent sets, whose rows are wordings of the same requests on purpose, is looked at;
there the baseline is a cosine of .9 and the same answer.
"""

import gzip
import json
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Any

import numpy as np
from rapidfuzz import fuzz

from curator.checks.paraphrase import paraphrase
from curator.model import Example, Message
from curator.variable import SharedText, given_text, variable_parts
from curator.vectors import minilm
from curator.vectors.likeness import cosine, similarity
from curator.vectors.nearest import pairs_above
from curator.vectors.table import encode
from tests.benchmarks.measures import Row

BARS = {"question-question": "> .735", "answer-answer": "> .741", "postediting": "> .892"}
CANDIDATES = 0.6
_ANSWER = "That is described in chapter seven of the handbook."

Pair = dict[str, Any]


def measure(data: Path) -> list[Row]:
    """The rows of the table."""
    with gzip.open(data / "d_pairs.jsonl.gz", "rt", encoding="utf-8") as lines:
        pairs = [json.loads(line) for line in lines]
    subsets = sorted({pair["subset"] for pair in pairs}, key=lambda name: (not name.startswith("sts"), name))
    rows = [row for name in subsets for row in _likeness([pair for pair in pairs if pair["subset"] == name], name)]
    questions = [pair for pair in pairs if pair["subset"] == "sts2016-question-question"]
    return [*rows, *_judged(questions), *_quiet(data)]


def _likeness(pairs: Sequence[Pair], subset: str) -> Iterator[Row]:
    name = subset.removeprefix("sts2016-")
    same = [bool(pair["duplicate"]) for pair in pairs]
    plain = auroc(_each(pairs, lambda one, other: fuzz.token_set_ratio(one, other)), same)
    ours = auroc(_each(pairs, similarity), same)
    yield Row("similarity", name, len(pairs), "AUROC", ours, "token-set ratio", plain, BARS.get(name, ""))
    if minilm.available() and name in BARS:
        ranked = minilm.rerank([(pair["text_a"], pair["text_b"]) for pair in pairs]).tolist()
        yield Row("similarity, minilm", name, len(pairs), "AUROC", auroc(ranked, same), "token-set ratio", plain)


def _judged(pairs: Sequence[Pair]) -> Iterator[Row]:
    """DUP003 on questions with the same long answer, which is about none of them."""
    found, near = [], []
    for pair in pairs:
        left, right = (_example(key, pair[f"text_{key}"], _ANSWER) for key in "ab")
        usual = SharedText()
        usual.add(left)
        usual.add(right)
        found.append(paraphrase.function(left, right, usual) is not None)
        near.append(cosine(pair["text_a"], pair["text_b"]) >= 0.9)
    same = np.array([pair["duplicate"] for pair in pairs], bool)
    for what, of in (("precision", lambda hit: same[hit].mean()), ("recall", lambda hit: hit[same].mean())):
        ours, plain = float(of(np.array(found))), float(of(np.array(near)))
        yield Row("DUP003", "question-question, one answer", len(pairs), what, ours, "cosine of .9", plain)


def _quiet(data: Path) -> Iterator[Row]:
    """Rows in a thousand that DUP003 names where wordings are many on purpose, and in dialogues."""
    with gzip.open(data / "c2_natural_conflicts.jsonl.gz", "rt", encoding="utf-8") as lines:
        intents = [row for line in lines if (row := json.loads(line))["input"] and row["output"]]
    with gzip.open(data / "s_scale_sgd.jsonl.gz", "rt", encoding="utf-8") as lines:
        turns = [json.loads(line) for number, line in enumerate(lines) if number % 50 == 0]
    for name, rows in (("CLINC150 and Banking77", intents[::3]), ("SGD", turns)):
        examples = [
            _example(str(number), row["input"], row["output"], row.get("kind", "")) for number, row in enumerate(rows)
        ]
        usual = SharedText()
        for example in examples:
            usual.add(example)
        vectors = encode(variable_parts([given_text(example) for example in examples], usual))
        found, plain = set(), set()
        for one, other, likeness in pairs_above(vectors, CANDIDATES):
            if paraphrase.function(examples[one], examples[other], usual) is not None:
                found.add(other)
            if likeness >= 0.9 and examples[one].output_text == examples[other].output_text:
                plain.add(other)
        ours, theirs = (1000 * len(hits) / len(examples) for hits in (found, plain))
        yield Row("DUP003", name, len(examples), "named in 1,000", ours, "cosine of .9, same answer", theirs)


def _example(name: str, given: str, output: str, system: str = "") -> Example:
    messages = (Message("user", given), Message("assistant", output))
    return Example(messages=(Message("system", system), *messages) if system else messages, id=name)


def _each(pairs: Sequence[Pair], of: Callable[[str, str], float]) -> list[float]:
    return [of(pair["text_a"], pair["text_b"]) for pair in pairs]


def auroc(scores: Sequence[float], same: Sequence[bool]) -> float:
    """How often a pair that is the same scores above one that is not; ties count half."""
    values, wanted = np.asarray(scores), np.asarray(same, bool)
    _, place, counts = np.unique(values, return_inverse=True, return_counts=True)
    ranks = (np.cumsum(counts) - (counts - 1) / 2)[place]
    hits, misses = int(wanted.sum()), int((~wanted).sum())
    return float((ranks[wanted].sum() - hits * (hits + 1) / 2) / (hits * misses))
