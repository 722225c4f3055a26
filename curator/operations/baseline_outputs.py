"""Answers that some model gave elsewhere, a tuned one too, scored on the same rows and held against the best prompt."""

import json
from collections import Counter
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from msgspec import Struct

from curator.advice.comparing import Comparison
from curator.advice.intervals import Interval, critical
from curator.advice.measured import without_answer
from curator.errors import SourceError
from curator.judge.base import FAILURES, Answer, Failure, failed
from curator.model import Example
from curator.operations.baseline import RowResult, Score, intervals_of, paired, result_of
from curator.operations.baseline_ladder import Row

_OUTPUTS = ("output", "answer", "completion", "response", "text")


class OutputsResult(Struct, frozen=True):
    """The answers of a model scored, as those of a prompt are: `interval` is of the rows that have a score, `pessimist`
    and `optimist` count the others as wrong and as right.

    `missing` rows have no line in the file, `unknown` counts lines that are about no row of the eval set, `twice` those
    about a row that had one; all are said, none counts in silence. `against` compares with the best prompt, on the rows
    that this has a score of: its gain is this model's, and a row without an answer of this model counts as wrong.
    """

    name: str
    interval: Interval
    pessimist: Interval
    optimist: Interval
    rows: tuple[RowResult, ...]
    missing: tuple[str, ...]
    unknown: int
    twice: int
    against: Comparison | None = None

    @property
    def failures(self) -> dict[str, int]:
        """How many rows have no score, by the reason."""
        return dict(Counter(row.failure for row in self.rows if row.failure is not None))

    @property
    def unanswered(self) -> str:
        """How many rows have no score and why, in words; empty where all have one."""
        return without_answer(self.failures, len(self.rows))


def score_outputs(
    path: Path, rows: Sequence[tuple[str, Example]], score: Score, *, name: str,
    best: Mapping[str, float] | None = None, clusters: Mapping[str, str] | None = None,
) -> OutputsResult:  # fmt: skip
    """Scores the answers in a JSONL file. Each line has `output`, and `id` (of the example) or `row` with `source`
    where there are several; a `failure`, as `--out` writes it, or an output that is null is no answer. `best` are the
    scores of the best prompt by row, `clusters` says which rows are near copies.

    Raises `SourceError` that names the line when the file cannot be read.
    """
    answers, unknown, twice = _read(path, rows)
    given = [Row(key, example, cluster=(clusters or {}).get(key, "")) for key, example in rows]
    results = [_scored(row, answers.get(row.key), score) for row in given]
    interval, pessimist, optimist = intervals_of(results, critical())
    return OutputsResult(
        name=name,
        interval=interval,
        pessimist=pessimist,
        optimist=optimist,
        rows=tuple(results),
        missing=tuple(key for key, _ in rows if key not in answers),
        unknown=unknown,
        twice=twice,
        against=None if best is None else paired(best, {one.key: one.score or 0.0 for one in results}, clusters),
    )


def _scored(row: Row, answer: Answer | None, score: Score) -> RowResult:
    if answer is None:
        return RowResult(row.key, failure="missing", why="the file has no answer to it", cluster=row.cluster)
    return result_of(row, "", answer, score)


def _read(path: Path, rows: Sequence[tuple[str, Example]]) -> tuple[dict[str, Answer], int, int]:
    names = _names(rows)
    answers: dict[str, Answer] = {}
    unknown = twice = 0
    try:
        lines = path.read_text(encoding="utf-8-sig").split("\n")
    except (OSError, UnicodeDecodeError) as error:
        raise SourceError(f"{path}: cannot be read: {error}") from error
    for number, line in enumerate(lines, 1):
        if not line.strip():
            continue
        value = _value(path, number, line)
        key = names.get(_name(value))
        if key is None:
            unknown += 1
        elif key in answers:
            twice += 1
        else:
            answers[key] = _answer(path, number, value)
    if not answers:
        raise SourceError(
            f"{path}: no line is about a row of the eval set. Give each line the id of its row: "
            '{"id": "...", "output": "..."}; `curator eval-set show --json` lists the ids. Or give its row and '
            "source, as `curator examples --json` has them."
        )
    return answers, unknown, twice


def _names(rows: Sequence[tuple[str, Example]]) -> dict[tuple[str, ...], str]:
    """All names of a row: its key, the id of the example, its place in its source, and that alone if it is unique."""
    found: dict[tuple[str, ...], str] = {}
    places: dict[tuple[str, ...], list[str]] = {}
    for key, example in rows:
        found[("id", key)] = key
        if example.id:
            found[("id", example.id)] = key
        where = example.provenance
        if where.row:
            found[("row", where.source, str(where.row))] = key
            places.setdefault(("row", "", str(where.row)), []).append(key)
    return found | {name: keys[0] for name, keys in places.items() if len(keys) == 1}


def _name(value: dict[str, Any]) -> tuple[str, ...]:
    if "id" in value:
        return "id", str(value["id"])
    return "row", str(value.get("source") or ""), str(value.get("row"))


def _value(path: Path, number: int, line: str) -> dict[str, Any]:
    try:
        value = json.loads(line)
    except (ValueError, RecursionError) as error:
        raise SourceError(f"{path}:{number}: this is not JSON ({error}). Write one object a line.") from error
    if not isinstance(value, dict):
        raise SourceError(f"{path}:{number}: this is no JSON object. Write one object a line.")
    return value


def _answer(path: Path, number: int, value: dict[str, Any]) -> Answer:
    if why := value.get("failure"):
        known: Failure = next((one for one in FAILURES if one == why), "failed")
        return Answer(failure=known, why=str(value.get("why") or why))
    name = next((name for name in _OUTPUTS if name in value), None)
    if name is None:
        raise SourceError(f"{path}:{number}: there is no output. Name it {', '.join(_OUTPUTS[:-1])} or {_OUTPUTS[-1]}.")
    said = value[name]
    if said is None:
        return failed(f"its {name} is null")
    return Answer(said if isinstance(said, str) else json.dumps(said, ensure_ascii=False))
