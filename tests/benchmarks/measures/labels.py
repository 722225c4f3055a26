"""Wrong labels: labels whose owners corrected them, and planted ones."""

import gzip
import json
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import numpy as np

from curator.checks.base import Space
from curator.checks.doubtful_label import doubtful_label
from curator.checks.likely_wrong_label import likely_wrong_label
from curator.vectors.table import encode
from tests.benchmarks.measures import Row

SEEDS = (0, 1, 2)
NOISE = 0.05
#: Rows of a small group, and how many such groups are drawn.
GROUPS = {15: 60, 30: 40, 60: 20, 200: 5}


def measure(data: Path) -> list[Row]:
    """Average precision of the ranking on both bots and on CLINC150 with noise; precision of the warning."""
    rows = list(_bots(data / "c1_intents.jsonl.gz"))
    rows += _planted(data / "c2_natural_conflicts.jsonl.gz")
    return rows + list(_small(data))


def _bots(path: Path) -> Iterator[Row]:
    rows = _read(path)
    for bot in ("curekart", "sofmattress"):
        own = [row for row in rows if row["bot"] == bot]
        texts, labels = [row["input"] for row in own], [row["output"] for row in own]
        wrong = np.asarray([row["is_error"] for row in own])
        scores, _ = ranked(texts, labels)
        name, baseline = _baseline(texts, labels, wrong)
        yield Row(
            "LAB003", f"c1_intents {bot}", len(own), "AP", average_precision(scores, wrong), name, baseline, "> .17"
        )


def _planted(path: Path) -> Iterator[Row]:
    own = [row for row in _read(path) if row["dataset"] == "clinc150"]
    texts = [row["input"] for row in own]
    names, codes = np.unique([row["output"] for row in own], return_inverse=True)
    found, right, named, baselines = [], 0, 0, []
    label = ""
    for seed in SEEDS:
        random = np.random.default_rng(seed)
        moved = random.choice(len(codes), int(NOISE * len(codes)), replace=False)
        given = codes.copy()
        given[moved] = (codes[moved] + random.integers(1, len(names), len(moved))) % len(names)
        wrong = given != codes
        scores, warned = ranked(texts, names[given].tolist())
        found.append(average_precision(scores, wrong))
        right, named = right + int(wrong[warned].sum()), named + len(warned)
        if seed == SEEDS[0]:
            label, baseline = _baseline(texts, names[given].tolist(), wrong)
            baselines.append(baseline)
    size = f"clinc150, {NOISE:.0%} planted, {len(SEEDS)} seeds"
    yield Row("LAB003", size, len(own), "AP", float(np.mean(found)), label, baselines[0], "> .80")
    yield Row("LAB002", size, len(own), "precision", right / max(named, 1), "", None, ">= .80")
    yield Row("LAB002", size, len(own), "recall", right / (len(SEEDS) * int(wrong.sum())))


def _small(data: Path) -> Iterator[Row]:
    """LAB002 on groups of so many rows: 3 to 10 of 100 labels moved to another label of the group, and none moved."""
    intents = _read(data / "c2_natural_conflicts.jsonl.gz")
    bots = _read(data / "c1_intents.jsonl.gz")
    sources = {
        name: [(row["input"], row["output"]) for row in intents if row["dataset"] == name and row["output"] != "oos"]
        for name in ("clinc150", "banking77")
    }
    for bot in ("curekart", "sofmattress"):
        sources[bot] = [(row["input"], row["gold_output"]) for row in bots if row["bot"] == bot and row["gold_output"]]
    for size, groups in GROUPS.items():
        random = np.random.default_rng(size)
        for name, pairs in sources.items():
            right = named = moved = untouched = total = 0
            for _ in range(groups):
                texts, labels = _group(pairs, size, random)
                given, wrong = _moved(labels, random)
                warned = ranked(texts, given)[1]
                right, named, moved = right + int(wrong[warned].sum()), named + len(warned), moved + int(wrong.sum())
                untouched, total = untouched + len(ranked(texts, labels)[1]), total + len(texts)
            of = f"{name}, groups of {size}, 3 to 10 % moved"
            yield Row("LAB002", of, total, "precision", right / max(named, 1))
            yield Row("LAB002", of, total, "recall", right / moved)
            yield Row("LAB002", f"{name}, groups of {size}, none moved", total, "share named", untouched / total)


def _group(pairs: Sequence[tuple[str, str]], size: int, random: Any) -> tuple[list[str], list[str]]:
    """About so many rows under four labels or more, some of which have more rows than others."""
    by_label: dict[str, list[str]] = {}
    for text, label in dict(pairs).items():
        by_label.setdefault(label, []).append(text)
    known = sorted(label for label, texts in by_label.items() if len(texts) >= 3)
    count = int(random.integers(4, 8 if size <= 30 else 11 if size <= 60 else 21))
    labels = [known[place] for place in random.permutation(len(known))[:count]]
    rows: list[tuple[str, str]] = []
    for label, share in zip(labels, random.dirichlet([3] * len(labels)), strict=True):
        texts = by_label[label]
        rows += [(texts[place], label) for place in random.permutation(len(texts))[: max(2, round(share * size))]]
    return [text for text, _ in rows], [label for _, label in rows]


def _moved(labels: Sequence[str], random: Any) -> tuple[list[str], Any]:
    """The labels, some of them moved to another one of the group; and which."""
    known = sorted(set(labels))
    wrong = np.zeros(len(labels), bool)
    wrong[random.permutation(len(labels))[: max(1, round(random.uniform(0.03, 0.1) * len(labels)))]] = True
    given = [
        known[(known.index(label) + int(random.integers(1, len(known)))) % len(known)] if moved else label
        for label, moved in zip(labels, wrong.tolist(), strict=True)
    ]
    return given, wrong


def ranked(texts: Sequence[str], labels: Sequence[str]) -> tuple[Any, list[int]]:
    """The score of each row by the public checks with their defaults, 0 for one that is not named; warned rows."""
    ids = [f"{number:08d}" for number in range(len(texts))]
    space = Space(ids=ids, labels=labels, vectors=encode(texts), texts=texts)
    scores = np.zeros(len(texts))
    warned = []
    for check in (likely_wrong_label, doubtful_label):
        for finding in check.function(space):
            row = int(finding.example_id or 0)
            scores[row] = finding.score
            if check is likely_wrong_label:
                warned.append(row)
    return scores, warned


def average_precision(scores: Any, wrong: Any) -> float:
    """The mean, over wrong rows, of the precision down to each; equal scores stay in the order of rows."""
    hits = np.asarray(wrong)[np.argsort(-np.asarray(scores), kind="stable")]
    return float((np.cumsum(hits) / np.arange(1, len(hits) + 1))[hits > 0].mean())


def _baseline(texts: Sequence[str], labels: Sequence[str], wrong: Any) -> tuple[str, float]:
    """Confident learning over TF-IDF where it is installed; else the disagreement of TF-IDF neighbours."""
    try:
        from cleanlab.rank import get_label_quality_scores
        from sklearn.feature_extraction.text import TfidfVectorizer
        from sklearn.linear_model import LogisticRegression
        from sklearn.model_selection import StratifiedKFold, cross_val_predict
    except ImportError:
        return "TF-IDF neighbours", average_precision(_disagreement(texts, labels), wrong)
    codes = np.unique(labels, return_inverse=True)[1]
    points = TfidfVectorizer(ngram_range=(1, 2), sublinear_tf=True).fit_transform(texts)
    if len(codes) > 5000:  # the logistic model takes minutes on all of them
        return "TF-IDF neighbours", average_precision(_disagreement(texts, labels), wrong)
    folds = StratifiedKFold(4, shuffle=True, random_state=0)
    shares = cross_val_predict(LogisticRegression(C=10, max_iter=300), points, codes, cv=folds, method="predict_proba")
    return "cleanlab over TF-IDF", average_precision(-get_label_quality_scores(codes, shares), wrong)


def _disagreement(texts: Sequence[str], labels: Sequence[str], nearest: int = 10) -> Any:
    bags = [set(text.lower().split()) for text in texts]
    index = {word: number for number, word in enumerate(sorted(set().union(*bags)))}
    held = np.bincount([index[word] for bag in bags for word in bag])
    weights = np.log(len(bags) / held) + 1
    columns = np.random.default_rng(0).standard_normal((len(index), 256)).astype(np.float32)
    points = np.stack(
        [sum((weights[index[word]] * columns[index[word]] for word in sorted(bag)), np.zeros(256)) for bag in bags]
    )
    points = (points / np.maximum(np.linalg.norm(points, axis=1, keepdims=True), 1e-9)).astype(np.float32)
    codes = np.unique(labels, return_inverse=True)[1]
    scores = np.zeros(len(bags))
    for start in range(0, len(bags), 1000):
        cosines = points[start : start + 1000] @ points.T
        cosines[np.arange(len(cosines)), np.arange(start, start + len(cosines))] = -1
        near = np.argpartition(-cosines, nearest, axis=1)[:, :nearest]
        close = np.maximum(np.take_along_axis(cosines, near, axis=1), 1e-6)
        other = codes[near] != codes[start : start + 1000, None]
        scores[start : start + 1000] = (close * other).sum(axis=1) / close.sum(axis=1)
    return scores


def _read(path: Path) -> list[dict[str, Any]]:
    with gzip.open(path, "rt", encoding="utf-8") as file:
        return [json.loads(line) for line in file]
