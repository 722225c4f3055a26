"""Two answers to the same input, compared by a model that is asked twice: once in each order.

Judges prefer what they read first, or last. A preference counts only when it survives the swap; one that does not is
a tie that is counted as swayed, so that it can be seen how much the order did.
"""

from typing import Literal

import msgspec
from msgspec import Struct

from curator.judge.base import Answer, Question, Turn, key_of
from curator.judge.rubrics import CANNOT, rubric
from curator.judge.verdicts import ANSWER_TOKENS
from curator.judge.wrapping import fields_of, row_of, rules, wrapped
from curator.model import Example

Preferred = Literal["left", "right", "tie", "swayed", "cannot judge", "not judged"]


class Preference(Struct, frozen=True):
    """Which of two answers is better. `score` is 1 for the left one, 0 for the right one, a half for neither; None
    where it was not judged."""

    preferred: Preferred
    why: str = ""

    @property
    def score(self) -> float | None:
        """The left answer's score."""
        return {"left": 1.0, "right": 0.0, "tie": 0.5, "swayed": 0.5}.get(self.preferred)


class _Said(Struct, frozen=True, forbid_unknown_fields=True):
    verdict: str
    quotes: tuple[str, ...]
    reason: str


def questions_of(
    example: Example, left: str, right: str, model: str, tag: str, *, thinking: int = 0
) -> tuple[Question, Question]:
    """The question in both orders: left first, then right first."""
    return (
        _question(example, left, right, model, tag, thinking),
        _question(example, right, left, model, tag, thinking),
    )


def preference_of(straight: Answer, swapped: Answer) -> Preference:
    """What the two answers are worth together."""
    failures = [one for one in (straight, swapped) if one.failure is not None]
    if failures:
        final = all(one.final for one in failures)
        return Preference("cannot judge" if final else "not judged", failures[0].why)
    said = [_verdict(one) for one in (straight, swapped)]
    if CANNOT in said:
        return Preference("cannot judge", "the model is not sure")
    if None in said:
        return Preference("cannot judge", "the answer has not the form that was asked for")
    if said == ["first", "second"]:
        return Preference("left")
    if said == ["second", "first"]:
        return Preference("right")
    if said == ["equal", "equal"]:
        return Preference("tie")
    return Preference("swayed", "the order of the answers decided")


def _question(example: Example, first: str, second: str, model: str, tag: str, thinking: int) -> Question:
    asked = rubric("prefer")
    row = {name: value for name, value in row_of(example).items() if name != "output"}
    data = {"task": row, "first": first, "second": second}
    key = key_of(model, asked.version, asked.schema, asked.text, wrapped(data, ""))
    system = (f"{asked.text}\n\n{rules(tag)}",)
    turns = (Turn("user", wrapped(data, tag)),)
    fields = (*(name for name in fields_of(example) if name != "output"), "both answers")
    return Question(key, system, turns, ANSWER_TOKENS + thinking, asked.schema, (example.id,), fields=fields)


def _verdict(answer: Answer) -> str | None:
    try:
        said = msgspec.convert(answer.parsed, _Said).verdict
    except msgspec.ValidationError:
        return None
    return said if said in rubric("prefer").verdicts else None
