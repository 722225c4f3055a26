"""Conflicts: those that two published intent sets really have, and how contradictory answers are ranked."""

import gzip
import json
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from curator.checks.comparison import conflict_score
from curator.checks.conflicting_outputs import conflicting_outputs
from curator.model import Entry, Example, Message, State
from curator.text import normalise
from tests.benchmarks.measures import Row
from tests.checks.in_memory import found

_CHECK = "CON001 conflicting-outputs"


def measure(data: Path) -> list[Row]:
    """Natural conflicts found and invented, and AUROC of contradictory against consistent answers."""
    return [*_natural(data), *_graded(data)]


def _natural(data: Path) -> Iterator[Row]:
    rows = list(_rows(data / "c2_natural_conflicts.jsonl.gz"))
    for name in sorted({row["dataset"] for row in rows}):
        part = [row for row in rows if row["dataset"] == name]
        gold = {index for index, row in enumerate(part) if row["conflict"]}
        entries = [_entry(index, row["input"], row["output"]) for index, row in enumerate(part)]
        findings, problems = found([conflicting_outputs], entries)
        assert not problems, problems
        flagged = {int(finding.example_id or -1) for finding in findings}
        same = _same_text(part)
        for measured, value, baseline, bar in (
            ("recall", len(flagged & gold) / len(gold), len(same & gold) / len(gold), "1.0"),
            ("invented", float(len(flagged - gold)), float(len(same - gold)), "0"),
        ):
            yield Row(_CHECK, name, len(part), measured, value, "equal but for case and spacing", baseline, bar)


def _graded(data: Path) -> Iterator[Row]:
    rows = list(_rows(data / "c2_same_question.jsonl.gz"))
    for corpus in sorted({row["corpus"] for row in rows}):
        part = [row for row in rows if row["corpus"] == corpus]
        ours = _by_label(part, [conflict_score(row["input"], row["output"], row["output_b"]) for row in part])
        plain = _by_label(part, [1 - _token_set_ratio(row["output"], row["output_b"]) for row in part])
        for label, bar in (("contradictory", "> .74"), ("other_wrong", "")):
            yield Row(
                _CHECK,
                f"SemEval-2013 task 7, {corpus}",
                len(ours[label]) + len(ours["consistent"]),
                f"AUROC, {label.replace('_', ' ')} against consistent",
                auroc(ours[label], ours["consistent"]),
                "token-set ratio",
                auroc(plain[label], plain["consistent"]),
                bar,
            )


def auroc(positive: NDArray[np.float64], negative: NDArray[np.float64]) -> float:
    """How often a positive scores above a negative, ties half."""
    ordered = np.sort(negative)
    below = np.searchsorted(ordered, positive, "left") + np.searchsorted(ordered, positive, "right")
    return float(below.mean() / 2 / len(negative))


def _same_text(part: list[dict[str, Any]]) -> set[int]:
    """What comparing normalised inputs and outputs flags."""
    groups: dict[str, list[int]] = {}
    for index, row in enumerate(part):
        groups.setdefault(normalise(row["input"]), []).append(index)
    return {
        index
        for group in groups.values()
        if len({normalise(part[one]["output"]) for one in group}) > 1
        for index in group
    }


def _token_set_ratio(left: str, right: str) -> float:
    from rapidfuzz.fuzz import token_set_ratio

    return token_set_ratio(left.lower(), right.lower()) / 100


def _by_label(part: list[dict[str, Any]], scores: Iterable[float]) -> dict[str, NDArray[np.float64]]:
    grouped: dict[str, list[float]] = {}
    for row, score in zip(part, scores, strict=True):
        grouped.setdefault(row["label"], []).append(score)
    return {label: np.array(values) for label, values in grouped.items()}


def _entry(index: int, given: str, output: str) -> Entry:
    return Entry(
        index, Example(messages=(Message("user", given), Message("assistant", output)), id=str(index)), State()
    )


def _rows(path: Path) -> Iterator[dict[str, Any]]:
    with gzip.open(path, "rt", encoding="utf-8", newline="\n") as lines:
        yield from map(json.loads, lines)
