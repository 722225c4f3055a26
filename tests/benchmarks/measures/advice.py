"""The learning curve: how far its forecast from half of the rows is from the error at all of them."""

import gzip
import json
import random
from pathlib import Path

from curator.advice.curve import label_curve
from tests.benchmarks.measures import Row

#: Halves that are drawn; the worst of them is what is told.
HALVES = 3


def measure(data: Path) -> list[Row]:
    """The largest miss over several halves; the baseline takes the error at half for that at all."""
    found = []
    for name, rows in _sets(data).items():
        whole = label_curve(*zip(*rows, strict=True), most=len(rows))
        assert whole is not None
        misses, plain = [], []
        for seed in range(HALVES):
            some = random.Random(seed).sample(rows, len(rows) // 2)
            half = label_curve(*zip(*some, strict=True), most=len(some))
            assert half is not None
            misses.append(abs(half.at(whole.sizes[-1]) - whole.errors[-1]))
            plain.append(abs(half.errors[-1] - whole.errors[-1]))
        what = f"largest miss of {HALVES} forecasts"
        found.append(Row("assess", name, len(rows), what, max(misses), "error at half", max(plain), "<= .02"))
    return found


def _sets(data: Path) -> dict[str, list[tuple[str, str]]]:
    sets: dict[str, list[tuple[str, str]]] = {}
    with gzip.open(data / "c2_natural_conflicts.jsonl.gz", "rt", encoding="utf-8") as lines:
        for line in lines:
            row = json.loads(line)
            if row["input"]:
                sets.setdefault(row["dataset"], []).append((row["input"], row["output"]))
    return sets
