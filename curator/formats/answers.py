"""Questions with a list of right answers, as in SQuAD: `answers` is an object with texts, or a list of texts."""

from typing import Any

from curator.errors import FormatError
from curator.formats.base import Format
from curator.formats.inverse import inverse
from curator.formats.pairs import conversation, joined, pair
from curator.formats.values import REFERENCE, kind, missing
from curator.model import Example

QUESTIONS = ("question", "query", "prompt", "input")
ANSWERS = "answers"
CONTEXT = "context"


def _question(row: dict[str, Any]) -> str:
    return next((name for name in QUESTIONS if type(row.get(name)) is str), "")


def _texts(value: Any) -> list[str] | None:
    texts = value.get("text", value.get("texts")) if type(value) is dict else value
    if type(texts) is str:
        texts = [texts]
    return texts if type(texts) is list and all(type(text) is str for text in texts) else None


def matches(row: dict[str, Any]) -> int:
    """75 for a question and answers with their texts."""
    value = row.get(ANSWERS)
    return 75 if type(value) in (dict, list) and _texts(value) is not None and _question(row) else 0


def parse(row: dict[str, Any]) -> Example:
    """An example whose output is the first answer, after the question and its context.

    All answers, with their places, stay in the metadata. A question without an answer has an empty output.
    """
    question = _question(row)
    if not question:
        raise missing(QUESTIONS[0], row)
    if ANSWERS not in row:
        raise missing(ANSWERS, row)
    texts = _texts(row[ANSWERS])
    if texts is None:
        raise FormatError(f"must be a list of texts, or an object with them, not {kind(row[ANSWERS])}", ANSWERS)
    context = row.get(CONTEXT)
    used = {question, REFERENCE}
    if type(context) is str and context:
        used.add(CONTEXT)
    else:
        context = ""
    if texts == [*texts[:1]] and row[ANSWERS] == {"text": texts}:
        used.add(ANSWERS)  # the output says all that it says
    return Example(
        messages=conversation("", joined(row[question], context), texts[0] if texts else ""),
        reference=row.get(REFERENCE),
        metadata={name: value for name, value in row.items() if name not in used},
    )


def render(example: Example) -> dict[str, Any]:
    """The row: question, answers, reference answer, then metadata as columns."""
    found = pair(example)
    if isinstance(found, str):
        raise FormatError(found)
    if found[0]:
        raise FormatError("it has a system message")
    row: dict[str, Any] = {"question": found[1], ANSWERS: {"text": [found[2]]}}
    if example.reference is not None:
        row[REFERENCE] = example.reference
    return {**row, **example.metadata}


def readings(row: dict[str, Any]) -> tuple[str, ...]:
    """How a row is read, for people."""
    about = f" with `{CONTEXT}`" if type(row.get(CONTEXT)) is str and row[CONTEXT] else ""
    return (f"`{_question(row)}`{about} is the input and the first of `{ANSWERS}` the output",)


QUESTION_ANSWERS = Format(
    name="question-answers",
    title="Question and a list of answers",
    columns=frozenset({*QUESTIONS, ANSWERS, CONTEXT, REFERENCE}),
    matches=matches,
    parse=parse,
    holds=inverse(render, parse),
    render=render,
    readings=readings,
)
