"""What a baseline leaves behind: where prompting falls short, and the winning prompt as a file that can be used."""

import json
from collections import Counter
from collections.abc import Mapping, Sequence
from typing import Any

from msgspec import Struct

from curator.advice.intervals import Interval, wilson
from curator.model import Example
from curator.operations.baseline import PromptResult, RowResult
from curator.operations.baseline_ladder import Ladder
from curator.text import normalise, shorten

#: Below this score a row counts as missed, where scores are not just 0 and 1.
MISSED = 0.5
#: Different references up to which they count as labels.
_LABELS = 200


class Shortfall(Struct, frozen=True):
    """A part of the rows, and how many of them the prompt missed. `keys` are the missed ones, for the queue."""

    by: str
    name: str
    missed: Interval
    keys: tuple[str, ...]


def shortfalls(
    result: PromptResult, examples: Mapping[str, Example], clusters: Mapping[str, str] | None = None
) -> tuple[Shortfall, ...]:
    """Where a prompt misses most: by label, by cluster and by kind of failure, the worst part first.

    Rows without an answer are a kind of their own and no part of the labels and clusters. The first thing to ask of a
    missed row is whether its reference is wrong.
    """
    scored = [row for row in result.rows if row.score is not None and row.key in examples]
    found = [*_parts("label", scored, _labels(scored, examples))]
    if clusters:
        found += _parts("cluster", scored, {row.key: clusters[row.key] for row in scored if row.key in clusters})
    found.sort(key=lambda one: (-one.missed.low, -one.missed.value, one.by, one.name))
    return (*found, *_kinds(result.rows, examples))


def winning(ladder: Ladder, result: PromptResult) -> str:
    """The prompt as JSON: the request of the first row as it was sent, and what changes from row to row in words."""
    prompt = result.prompt
    question = None if not ladder.rows else ladder.question(prompt, ladder.rows[0])
    changing = ["the user's turns"]
    if prompt.nearest:
        changing.append(f"the {prompt.shots} examples of the pool whose input is nearest to the row's")
    if prompt.notes:
        changing.append("the notes of a first call, given back as the assistant's turn")
    chosen = {"count": prompt.shots, "chosen": "nearest" if prompt.nearest else "once"}
    document: dict[str, Any] = {
        "name": prompt.name,
        "model": ladder.model,
        "max_tokens": question.max_tokens if question else None,
        "instructions": prompt.system,
        "first_step": prompt.notes or None,
        "examples": chosen if prompt.shots else None,
        "changes_with_the_row": changing,
        "system_of_the_first_row": list(question.system) if question else [],
        "measured": {
            "mean": result.interval.value, "low": result.interval.low, "high": result.interval.high,
            "rows": result.interval.count, "without_an_answer": result.failures,
        },
    }  # fmt: skip
    return json.dumps(document, ensure_ascii=False, indent=2) + "\n"


def _missed(row: RowResult) -> bool:
    return row.score is not None and row.score < MISSED


def _parts(by: str, rows: Sequence[RowResult], names: Mapping[str, str]) -> list[Shortfall]:
    groups: dict[str, list[RowResult]] = {}
    for row in rows:
        if row.key in names:
            groups.setdefault(names[row.key], []).append(row)
    return [
        Shortfall(by, name, wilson(len(missed), len(some)), tuple(row.key for row in missed))
        for name, some in groups.items()
        if (missed := [row for row in some if _missed(row)])
    ]


def _labels(rows: Sequence[RowResult], examples: Mapping[str, Example]) -> dict[str, str]:
    """The references by row, where they are drawn from few: then each is a label."""
    found = {row.key: normalise(examples[row.key].output_text) for row in rows}
    different = set(found.values())
    return found if len(different) <= _LABELS and 2 * len(different) <= len(found) else {}


def _kinds(rows: Sequence[RowResult], examples: Mapping[str, Example]) -> list[Shortfall]:
    """Rows that were missed by what is wrong with the answer, and those without an answer by why, most first."""
    kinds: dict[str, list[str]] = {}
    for row in rows:
        if row.failure is not None:
            kinds.setdefault(f"no answer: {row.failure}", []).append(row.key)
        elif _missed(row) and row.key in examples:
            kinds.setdefault(_kind(row.text, examples[row.key].output_text), []).append(row.key)
    order = Counter({name: len(keys) for name, keys in kinds.items()}).most_common()
    return [Shortfall("kind", name, wilson(count, len(rows)), tuple(kinds[name])) for name, count in order]


def _kind(answer: str, reference: str) -> str:
    """What is wrong with an answer, as far as it can be told without knowing the task."""
    said, wanted = answer.strip(), reference.strip()
    if not said:
        return "an empty answer"
    if wanted[:1] in "{[":
        return "another JSON value" if _is_json(said) else "no JSON"
    if normalise(wanted) in normalise(said):
        return "the right answer with words around it"
    if len(wanted) <= 40 and len(said) <= 80:
        return f"{shorten(normalise(said))!r} for {shorten(normalise(wanted))!r}"
    if len(said) > 3 * len(wanted):
        return "more than three times as long"
    return "a third as long or less" if 3 * len(said) < len(wanted) else "another text"


def _is_json(text: str) -> bool:
    try:
        json.loads(text)
    except (ValueError, RecursionError):
        return False
    return True
