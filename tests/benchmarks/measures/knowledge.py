"""Knowledge or behaviour: pairs that teach facts, told from pairs that do not, on sources that the fit never saw.

All sources stand mixed in one set, a fifth of it knowledge, and go through the engine. Each source is judged with
weights that were fitted without it (in parts of several sources, each left out whole). The rows written and labelled
by hand (`tests/benchmarks/knowledge/test_*.jsonl`) and `k_mixed_silver` take no part in any fit; they are judged with
the shipped weights. Kinds with "multiple_choice" and ambiguous rows are left out.
"""

import gzip
import json
import math
import random
import re
from collections import Counter
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any
from unittest.mock import patch

import numpy as np

from curator.checks.knowledge_likely import likely_teaches_facts
from curator.checks.knowledge_look import may_teach_facts
from curator.checks.knowledge_strong import teaches_facts
from curator.knowledge import fit, score
from tests.benchmarks.measures import Row
from tests.checks.case_files import entries
from tests.checks.in_memory import found

OWN = Path(__file__).parents[1] / "knowledge"
PARTS = 4
CHECKS = (teaches_facts, likely_teaches_facts, may_teach_facts)
NAME = "KNO001, KNO002"
KINDS = (
    ("medical_faq", "flagged of medical_faq", ">= .80"),
    ("maths_reasoning", "flagged of maths problems", "<= .05"),
    ("intent_classification", "flagged of intents", "<= .05"),
    ("chatbot_small_talk", "flagged of small talk", "<= .05"),
    ("creative_generation", "flagged of creative work", "<= .05"),
    ("contrast_with_passage", "flagged with its passage", "<= .03"),
)


def measure(data: Path) -> list[Row]:
    """AUROC, precision and recall on sources left out; what is flagged of each kind; contrast pairs; languages."""
    public = _rows(data / "k_knowledge.jsonl.gz")
    own = _rows(OWN / "fit.jsonl")
    return [*_left_out(public, own), *_silver(data, [*public, *own]), *_by_hand([*public, *own])]


class Judged:
    """What the engine found in a set: the probability of each row (0 below a look), and which it flags."""

    def __init__(self, rows: Sequence[dict[str, Any]], weights: score.Weights | None = None) -> None:
        given = entries([{"input": row["input"], "output": row["output"], **_system(row)} for row in rows])
        places = {entry.example.id: number for number, entry in enumerate(given)}
        used = weights or score.weights()
        score.judge.cache_clear()
        with patch.object(score, "weights", lambda: used):
            findings, problems = found(CHECKS, given)
        score.judge.cache_clear()
        assert not problems
        self.likely = np.zeros(len(rows))
        self.flagged = np.zeros(len(rows), bool)
        for finding in findings:
            place = places[finding.example_id or ""]
            self.likely[place] = finding.score
            self.flagged[place] = finding.code != may_teach_facts.code


def _left_out(public: list[dict[str, Any]], own: list[dict[str, Any]]) -> Iterator[Row]:
    rows = _mixed(public)
    given = [row for one in public if (row := fit.read(one, "")) is not None]
    given += [row for one in own if (row := fit.read(one, "fit")) is not None]
    numbers = fit.numbers(given)
    sources = sorted({fit.family(row["source"]) for row in rows})
    likely, flagged, words = np.zeros(len(rows)), np.zeros(len(rows), bool), np.zeros(len(rows))
    for part in range(PARTS):
        unseen = set(sources[part::PARTS])
        inside = np.array([row.source not in unseen for row in given])
        taken = [row for row in given if row.source not in unseen]
        weights = score.read_weights(fit.as_stored(*fit.fitted(numbers[inside], taken)))
        judged = Judged(rows, weights)
        bag = Bag([(f"{row.turns[-1][1]} {row.output}", row.knowledge) for row in taken])
        for place, row in enumerate(rows):
            if fit.family(row["source"]) in unseen:
                likely[place], flagged[place] = judged.likely[place], judged.flagged[place]
                words[place] = bag.odds(f"{row['input']} {row['output']}")
    known = _known(rows)
    shares = float(flagged[known].mean()), float(flagged[~known].mean())
    worded = float((words[known] > 0).mean()), float((words[~known] > 0).mean())
    yield _row("left-out sources", rows, "AUROC", _auroc(likely, known), _auroc(words, known), ">= .95")
    yield _row("left-out sources", rows, "precision", _precision(*shares), _precision(*worded), ">= .85")
    yield _row("left-out sources", rows, "recall", shares[0], worded[0], ">= .85")
    for kind, measured, bar in KINDS:
        one = np.array([row["kind"] == kind for row in rows])
        yield Row(
            NAME, "left-out sources", int(one.sum()), measured, float(flagged[one].mean()), "bag of words",
            float((words[one] > 0).mean()), bar,
        )  # fmt: skip


def _silver(data: Path, seen: list[dict[str, Any]]) -> Iterator[Row]:
    rows = [row for row in _rows(data / "k_mixed_silver.jsonl.gz") if row["label"] != "ambiguous"]
    words = _bagged(seen, rows)
    yield _row(
        "k_mixed_silver",
        rows,
        "AUROC",
        _auroc(Judged(rows).likely, _known(rows)),
        _auroc(words, _known(rows)),
        ">= .88",
    )


def _by_hand(seen: list[dict[str, Any]]) -> Iterator[Row]:
    for name, measured, bar in (
        ("faq", "flagged of a company's FAQ", ">= .80"),
        ("faq_grounded", "flagged with its passage", "<= .03"),
    ):
        rows = _rows(OWN / f"test_{name}.jsonl")
        words = float((_bagged(seen, rows) > 0).mean())
        yield _row("by hand", rows, measured, float(Judged(rows).flagged.mean()), words, bar)
    rows = [row for row in _rows(OWN / "test_mixed.jsonl") if row["label"] != "ambiguous"]
    judged, known = Judged(rows), _known(rows)
    words = _bagged(seen, rows)
    shares = float(judged.flagged[known].mean()), float(judged.flagged[~known].mean())
    worded = float((words[known] > 0).mean()), float((words[~known] > 0).mean())
    yield _row("by hand, mixed", rows, "AUROC", _auroc(judged.likely, known), _auroc(words, known), ">= .95")
    yield _row("by hand, mixed", rows, "precision at 20 %", _precision(*shares), _precision(*worded), ">= .85")
    yield _row("by hand, mixed", rows, "recall", shares[0], worded[0], ">= .85")
    rows = _rows(OWN / "test_pairs.jsonl")
    yield _row("by hand", rows, "contrast ranked right", _ranked(Judged(rows).likely, rows), None, ">= .97")
    for language in ("en", "de", "fr", "es", "sv"):
        rows = _rows(OWN / f"test_{language}.jsonl")
        judged, known = Judged(rows), _known(rows)
        for measured, ones in (("knowledge", known), ("behaviour", ~known)):
            value = float(judged.flagged[ones].mean())
            yield Row(NAME, f"by hand, {language}", int(ones.sum()), f"flagged of {measured}", value)


def _mixed(public: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """All behaviour of all sources in one set, and a fourth as much knowledge, of each kind alike."""
    chance = random.Random(1)
    taken = [row for row in public if row["label"] == "behaviour" and "multiple_choice" not in row["kind"]]
    piles: dict[str, list[dict[str, Any]]] = {}
    for row in public:
        if row["label"] == "knowledge" and "multiple_choice" not in row["kind"]:
            piles.setdefault(row["kind"], []).append(row)
    wanted = len(taken) // 4
    for number, pile in enumerate(sorted(piles.values(), key=len)):
        share = min(len(pile), wanted // (len(piles) - number))
        taken += chance.sample(pile, share)
        wanted -= share
    chance.shuffle(taken)
    return taken


class Bag:
    """The baseline: naive Bayes over the words of a pair."""

    def __init__(self, texts: Sequence[tuple[str, bool]]) -> None:
        counts: dict[bool, Counter[str]] = {True: Counter(), False: Counter()}
        for text, known in texts:
            counts[known].update(_words(text))
        sizes = {known: sum(one.values()) + len(counts[True] | counts[False]) for known, one in counts.items()}
        self._odds = {
            word: math.log((counts[True][word] + 1) / sizes[True]) - math.log((counts[False][word] + 1) / sizes[False])
            for word in counts[True] | counts[False]
        }

    def odds(self, text: str) -> float:
        """The log odds that a pair is knowledge, a word on average."""
        words = [self._odds[word] for word in _words(text) if word in self._odds]
        return sum(words) / max(1, len(words))


def _words(text: str) -> set[str]:
    return set(re.findall(r"\w+", text.casefold()))


def _bagged(seen: Sequence[dict[str, Any]], rows: Sequence[dict[str, Any]]) -> "np.ndarray[Any, Any]":
    bag = Bag(
        [
            (f"{row['input']} {row['output']}", row["label"] == "knowledge")
            for row in seen
            if row["label"] != "ambiguous"
        ]
    )
    return np.array([bag.odds(f"{row['input']} {row['output']}") for row in rows])


def _ranked(likely: "np.ndarray[Any, Any]", rows: Sequence[dict[str, Any]]) -> float:
    pairs: dict[Any, dict[str, float]] = {}
    for value, row in zip(likely, rows, strict=True):
        pairs.setdefault(row["pair"], {})[row["label"]] = float(value)
    return sum(pair["knowledge"] > pair["behaviour"] for pair in pairs.values()) / len(pairs)


def _row(
    data: str, rows: Sequence[dict[str, Any]], measured: str, value: float, baseline: float | None, bar: str
) -> Row:
    return Row(NAME, data, len(rows), measured, value, "" if baseline is None else "bag of words", baseline, bar)


def _precision(recall: float, alarms: float) -> float:
    """Precision in a set of which a fifth is knowledge."""
    return 0.2 * recall / max(1e-9, 0.2 * recall + 0.8 * alarms)


def _known(rows: Sequence[dict[str, Any]]) -> "np.ndarray[Any, Any]":
    return np.array([row["label"] == "knowledge" for row in rows])


def _auroc(scores: "np.ndarray[Any, Any]", wanted: "np.ndarray[Any, Any]") -> float:
    _, places, counts = np.unique(scores, return_inverse=True, return_counts=True)
    ranks = (np.cumsum(counts) - (counts - 1) / 2)[places]
    positives = int(wanted.sum())
    area = ranks[wanted].sum() - positives * (positives + 1) / 2
    return float(area / (positives * (len(wanted) - positives)))


def _system(row: dict[str, Any]) -> dict[str, str]:
    return {"system": row["system"]} if row.get("system") else {}


def _rows(path: Path) -> list[dict[str, Any]]:
    opener: Any = gzip.open if path.suffix == ".gz" else open
    with opener(path, "rt", encoding="utf-8") as lines:
        return [json.loads(line) for line in lines]
