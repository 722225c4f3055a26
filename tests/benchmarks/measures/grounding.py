"""Grounding: texts that drop or add facts, answers whose numbers were changed, and sums that do not hold."""

import gzip
import json
import random
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from curator.checks.absent_from_context import absent_from_context
from curator.checks.contradicted_output import contradicted_output
from curator.checks.false_arithmetic import false_arithmetic
from curator.checks.untold_slots import doubtful_slot, untold_slot
from curator.model import Entry, Example, Finding, Message, State
from tests.benchmarks.measures import Row
from tests.checks.in_memory import found

_PASSAGES = ("reading_comprehension", "contrast_with_passage", "extraction")


def measure(data: Path) -> list[Row]:
    """AUROC of texts that drop facts; changed numbers found in answers from passages; wrong sums found."""
    knowledge = list(_rows(data / "k_knowledge.jsonl.gz"))
    return [*_slots(data), *_passages(knowledge), *_sums(knowledge)]


def _slots(data: Path) -> Iterator[Row]:
    rows = list(_rows(data / "c1_e2e_nlg.jsonl.gz"))
    pairs = [(row["input"], row["output"]) for row in rows]
    findings = _found([untold_slot, doubtful_slot], pairs)
    scores = [0.0] * len(rows)
    for finding in findings:
        index = int(finding.example_id or 0)
        scores[index] = max(scores[index], finding.score)
    missing = [_share_missing(row["input"], row["output"]) for row in rows]
    for gold, measured in (("is_error", "AUROC, any wrong slot"), ("not_in_text", "AUROC, a slot left out")):
        wrong = [bool(row[gold]) for row in rows]
        yield Row(
            "GRD003, GRD005 slots",
            "E2E NLG",
            len(rows),
            measured,
            _auroc(scores, wrong),
            "share of values not in the text",
            _auroc(missing, wrong),
            "> .80" if gold == "is_error" else "",
        )
    sure = {int(finding.example_id or 0) for finding in findings if finding.code == "GRD003"}
    right = sum(bool(rows[index]["is_error"]) for index in sure)
    yield Row("GRD003 untold-slot", "E2E NLG", len(rows), f"precision of {len(sure)}", right / max(len(sure), 1))


def _passages(knowledge: list[dict[str, Any]]) -> Iterator[Row]:
    rows = [(row["input"], row["output"]) for row in knowledge if row["kind"] in _PASSAGES]
    flagged = {finding.example_id for finding in _found([contradicted_output, absent_from_context], rows)}
    checks = "GRD001, GRD002 context"
    yield Row(checks, "P3 passages", len(rows), "flagged as they are", len(flagged) / len(rows), bar="< .01")
    changed = _changed(rows)
    flagged = {
        finding.example_id
        for finding in _found([contradicted_output, absent_from_context], [*rows, *changed], first=len(rows))
    }
    yield Row(checks, "P3 passages", len(changed), "found of changed numbers", len(flagged) / len(changed))


def _changed(rows: list[tuple[str, str]]) -> list[tuple[str, str]]:
    """The answers with a number, with another one that their passage has not."""
    chance = random.Random(1)
    changed = []
    for given, output in rows:
        number = re.search(r"\d+", output)
        if number is None or len(output) > 200:
            continue
        other = str(int(number[0]) + chance.choice((1, 2, 3, 7, 10)))
        if other not in given:
            changed.append((given, output[: number.start()] + other + output[number.end() :]))
    return changed


def _sums(knowledge: list[dict[str, Any]]) -> Iterator[Row]:
    rows = [(row["input"], row["output"]) for row in knowledge if row["kind"] == "maths_reasoning"]
    code = "GRD004 false-arithmetic"
    flagged = len(_found([false_arithmetic], rows)) / len(rows)
    bare = sum(_naive(output) for _, output in rows) / len(rows)
    yield Row(code, "GSM8K", len(rows), "flagged as they are", flagged, "a op b = c by pattern", bare)
    chance = random.Random(1)
    wrong = []
    for given, output in rows:
        results = list(re.finditer(r"= ?\$?(\d+)\b(?!\.)", output))
        if results:
            result = chance.choice(results)
            other = str(int(result[1]) + chance.choice((1, 2, 5, 10)))
            wrong.append((given, output[: result.start(1)] + other + output[result.end(1) :]))
    recalled = len(_found([false_arithmetic], wrong)) / len(wrong)
    naive = sum(_naive(output) for _, output in wrong) / len(wrong)
    yield Row(code, "GSM8K", len(wrong), "found of changed results", recalled, "a op b = c by pattern", naive)


def _naive(output: str) -> bool:
    """What a regular expression for two operands finds."""
    for left, sign, right, result in re.findall(r"(\d+) ?([-+*/x]) ?(\d+) ?= ?\$?(\d+)", output):
        one, two = int(left), int(right)
        value = {"+": one + two, "-": one - two, "*": one * two, "x": one * two, "/": one / two if two else 0}[sign]
        if value != int(result):
            return True
    return False


def _share_missing(given: str, output: str) -> float:
    values = re.findall(r"\[([^\]]*)\]", given.casefold())
    return sum(value not in output.casefold() for value in values) / max(len(values), 1)


def _found(checks: list[Any], pairs: list[tuple[str, str]], first: int = 0) -> list[Finding]:
    """The findings in the pairs from `first` on; those before are only learned from."""
    entries = [
        Entry(
            number + 1,
            Example(messages=(Message("user", given), Message("assistant", output)), id=str(number)),
            State(),
        )
        for number, (given, output) in enumerate(pairs)
    ]
    findings, problems = found(checks, entries[first:], context=entries[:first])
    assert not problems, problems
    return findings


def _auroc(scores: list[float], wrong: list[bool]) -> float:
    ranked = sorted(zip(scores, wrong, strict=True))
    positives = sum(wrong)
    ranks, start = 0.0, 0
    while start < len(ranked):
        end = start
        while end < len(ranked) and ranked[end][0] == ranked[start][0]:
            end += 1
        ranks += sum(label for _, label in ranked[start:end]) * (start + end + 1) / 2
        start = end
    return (ranks - positives * (positives + 1) / 2) / (positives * (len(ranked) - positives))


def _rows(path: Path) -> Iterator[dict[str, Any]]:
    with gzip.open(path, "rt", encoding="utf-8") as lines:
        for line in lines:
            yield json.loads(line)
