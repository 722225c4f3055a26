"""Answers that some model gave elsewhere, a tuned one too, scored on the same rows and held against the best prompt."""

import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from msgspec import Struct

from curator.advice.comparing import Comparison
from curator.advice.intervals import Interval, mean_of
from curator.errors import SourceError
from curator.model import Example
from curator.operations.baseline import RowResult, Score, paired

_OUTPUTS = ("output", "answer", "completion", "response", "text")


class OutputsResult(Struct, frozen=True):
    """The answers of a model scored. `missing` rows have no answer in the file, `unknown` counts lines that are about
    no row of the eval set, `twice` those about a row that had one; all are said, none counts in silence.

    `interval` is of the rows that have a score; `pessimist` and `optimist` count those without one as wrong and as
    right. `against` compares with the best prompt, on the rows that both have a score of: its gain is this model's.
    """

    name: str
    interval: Interval
    rows: tuple[RowResult, ...]
    missing: tuple[str, ...]
    unknown: int
    twice: int
    pessimist: Interval
    optimist: Interval
    against: Comparison | None = None

    @property
    def failed(self) -> int:
        """How many rows have a line without an answer in the file: it is null, or was marked as failed."""
        return sum(row.failure == "refused" for row in self.rows)


def score_outputs(
    path: Path, rows: Sequence[tuple[str, Example]], score: Score, *, name: str,
    best: Mapping[str, float] | None = None, clusters: Mapping[str, str] | None = None,
) -> OutputsResult:  # fmt: skip
    """Scores the answers in a JSONL file. Each line has `output`, null where none came, and `id` (of the example) or
    `row` with `source` where there are several. `best` are the scores of the best prompt by row, `clusters` say
    which rows are near copies of each other.

    Raises `SourceError` that names the line when the file cannot be read.
    """
    answers, unknown, twice = _read(path, rows)
    results = [_scored(key, example, answers, score) for key, example in rows]
    scores = {one.key: one.score for one in results if one.score is not None}
    cluster = [(clusters or {}).get(key, key) for key, _ in rows]
    failed = [one.score is None for one in results]

    def mean(missing: float | None) -> Interval:
        counted = [place for place, none in enumerate(failed) if not none or missing is not None]
        values = [missing or 0.0 if (value := results[place].score) is None else value for place in counted]
        return mean_of(values, [cluster[place] for place in counted])

    return OutputsResult(
        name=name,
        interval=mean(None),
        pessimist=mean(0.0),
        optimist=mean(1.0),
        rows=tuple(results),
        missing=tuple(key for key, _ in rows if key not in answers),
        unknown=unknown,
        twice=twice,
        against=None if best is None else paired(best, scores, clusters),
    )


def _scored(key: str, example: Example, answers: Mapping[str, str | None], score: Score) -> RowResult:
    if key not in answers:
        return RowResult(key, failure="not asked", why="the file has no answer to it")
    answer = answers[key]
    if answer is None:
        return RowResult(key, failure="refused", why="the file says that no answer came")
    value = score(example, answer)
    if value is None:
        return RowResult(key, answer, None, "unscored", "the answer cannot be scored")
    return RowResult(key, answer, value)


def _read(path: Path, rows: Sequence[tuple[str, Example]]) -> tuple[dict[str, str | None], int, int]:
    names = _names(rows)
    answers: dict[str, str | None] = {}
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
            answers[key] = _output(path, number, value)
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


def _output(path: Path, number: int, value: dict[str, Any]) -> str | None:
    """The answer of a line; None where there is none: it is null, or the line names a failure."""
    name = next((name for name in _OUTPUTS if name in value), None)
    if name is None:
        raise SourceError(f"{path}:{number}: there is no output. Name it {', '.join(_OUTPUTS[:-1])} or {_OUTPUTS[-1]}.")
    said = value[name]
    if said is None or (value.get("failure") and not said):
        return None
    return said if isinstance(said, str) else json.dumps(said, ensure_ascii=False)
