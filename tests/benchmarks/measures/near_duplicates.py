"""Near-duplicates: prompt templates over one set of passages, and edits that keep or change what is asked."""

import gzip
import json
import random
import re
from collections import defaultdict
from collections.abc import Callable, Iterable
from itertools import combinations
from pathlib import Path
from typing import Any

import numpy as np
from rapidfuzz import fuzz

from curator.checks.near_duplicate import near_duplicate
from curator.corpus import Clusters
from curator.minhash import content_key, leader_pairs, minhash
from curator.model import Example, Message
from curator.variable import SharedText, given_text, variable_parts
from tests.benchmarks.measures import Row

Pair = tuple[int, int]
Edit = Callable[[str, random.Random], "str | None"]


def measure(data: Path) -> list[Row]:
    """Pair precision and recall on d_clusters, and edited rows of k_knowledge that are found."""
    return [*_clusters(data), *_edits(data)]


def near_pairs(examples: list[Example]) -> set[Pair]:
    """The pairs that DUP002 ties, by index."""
    shared = SharedText()
    for example in examples:
        shared.add(example)
    bands, signatures = minhash(variable_parts([given_text(example) for example in examples], shared))
    candidates = leader_pairs(bands, signatures, _keys(examples))
    return {
        (one, other)
        for one, other in candidates.pairs.tolist()
        if near_duplicate.function(examples[one], examples[other], shared)
    }


def whole_prompt_pairs(examples: list[Example]) -> set[Pair]:
    """The usual way: MinHash over the whole prompt, all that share seven tenths of their minima."""
    bands, signatures = minhash([given_text(example) for example in examples])
    found = leader_pairs(bands, signatures, _keys(examples), agreement=0.7)
    alike = (signatures[found.pairs[:, 0]] == signatures[found.pairs[:, 1]]).mean(axis=1) >= 0.7
    return {(one, other) for one, other in found.pairs[alike].tolist()}


def _clusters(data: Path) -> list[Row]:
    rows = _read(data / "d_clusters.jsonl.gz")
    examples = [_example(number, row["input"], row["output"]) for number, row in enumerate(rows)]
    members = defaultdict(list)
    for number, row in enumerate(rows):
        members[row["cluster"]].append(number)
    gold = _together(members.values())
    found, usual = (_joined(pairs(examples)) for pairs in (near_pairs, whole_prompt_pairs))
    baseline = "whole-prompt MinHash"
    return [
        Row("DUP002", "d_clusters", len(rows), name, value, baseline, other, bar)
        for name, value, other, bar in (
            ("pair precision", len(found & gold) / len(found), len(usual & gold) / len(usual), ">= .9"),
            ("pair recall", len(found & gold) / len(gold), len(usual & gold) / len(gold), ">= .8"),
        )
    ]


def _edits(data: Path) -> list[Row]:
    rows = [row for row in _read(data / "k_knowledge.jsonl.gz") if 15 < len(row["input"]) < 3000]
    chosen = random.Random(7).sample(rows, 3000)
    lines = []
    for name, edits, bar in (
        ("edits that keep the question, found", KEEPING, ">= .8"),
        ("edits that change it, found", CHANGING, "<= .01"),
    ):
        draw = random.Random(11)
        examples = [_example(number, row["input"], row["output"]) for number, row in enumerate(chosen)]
        planted: set[Pair] = set()
        for number, row in enumerate(chosen):
            edited = draw.choice(edits)(row["input"], draw)
            if edited is not None:
                planted.add((number, len(examples)))
                examples.append(_example(len(examples), edited, row["output"]))
        texts = [given_text(example) for example in examples]
        usual = sum(fuzz.token_set_ratio(texts[one], texts[other]) >= 90 for one, other in planted)
        found = len(near_pairs(examples) & planted)
        lines.append(
            Row(
                "DUP002",
                "k_knowledge",
                len(planted),
                name,
                found / len(planted),
                "token-set ratio >= 90",
                usual / len(planted),
                bar,
            )
        )
    return lines


def _misspell(text: str, draw: random.Random) -> str | None:
    places = list(re.finditer(r"\b[a-z]{5,}\b", text))
    if not places:
        return None
    at = draw.choice(places).start() + draw.randrange(1, 3)
    return text[:at] + text[at + 1] + text[at] + text[at + 2 :] if text[at] != text[at + 1] else None


def _articles(text: str, draw: random.Random) -> str | None:
    shorter = re.sub(r"\b(?:the|an|a|my) ", "", text, count=1 + draw.randrange(2))
    return shorter if shorter != text else None


def _greet(text: str, draw: random.Random) -> str | None:
    return f"{draw.choice(('Hi', 'Hello', 'Hey there'))}, {text} {draw.choice(('Thanks!', 'Thank you.', 'Please.'))}"


def _frame(text: str, draw: random.Random) -> str | None:
    return draw.choice(("Task: ", "Please help with the following. ", "### Instruction:\n")) + text


def _reorder(text: str, _: random.Random) -> str | None:
    parts = re.split(r"(?<=[.?!])\s+", text)
    return " ".join(parts[1:] + parts[:1]) if len(parts) > 1 else None


def _number(text: str, draw: random.Random) -> str | None:
    match = re.search(r"\b\d{1,6}\b", text)
    return match and text[: match.start()] + str(int(match[0]) + draw.randrange(1, 9)) + text[match.end() :]


def _name(text: str, draw: random.Random) -> str | None:
    match = re.search(r"(?<=[a-z] )[A-Z][a-z]{3,}", text)
    return match and text[: match.start()] + draw.choice(("Quentin", "Uppsala")) + text[match.end() :]


def _negate(text: str, _: random.Random) -> str | None:
    negated = re.sub(r" (is|are|was|can|does|do|did) ", r" \1 not ", text, count=1)
    return negated if negated != text else None


def _swap(text: str, _: random.Random) -> str | None:
    one, *others = [*re.finditer(r"(?<=[a-z] )[A-Z][a-z]{3,}", text)] or [None]
    if one is None or not others or one[0] == others[0][0]:
        return None
    other = others[0]
    between = text[one.end() : other.start()]
    return text[: one.start()] + other[0] + between + one[0] + text[other.end() :]


KEEPING: tuple[Edit, ...] = (_misspell, _articles, _greet, _frame, _reorder)
CHANGING: tuple[Edit, ...] = (_number, _name, _negate, _swap)


def _read(path: Path) -> list[dict[str, Any]]:
    with gzip.open(path, "rt", encoding="utf-8") as file:
        return [json.loads(line) for line in file]


def _example(number: int, given: str, output: str) -> Example:
    return Example(messages=(Message("user", given), Message("assistant", output)), id=f"row-{number}")


def _keys(examples: list[Example]) -> "np.ndarray[Any, np.dtype[np.uint64]]":
    return np.array([content_key(example) for example in examples], np.uint64)


def _joined(pairs: set[Pair]) -> set[Pair]:
    clusters = Clusters()
    for one, other in pairs:
        clusters.join(one, other)
    return _together(clusters)


def _together(groups: Iterable[Iterable[int]]) -> set[Pair]:
    return {pair for group in groups for pair in combinations(sorted(group), 2)}
