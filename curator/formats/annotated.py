"""What people said about texts in an annotation tool, as an example and as judgements: shared by the tools' formats.

The texts of a task are read as a row of their own. When they are an input and an output, what people said are labels
of that pair. When they are an input alone, what people said is the output: the class, the summary, the translation.
"""

from collections import Counter
from collections.abc import Iterable, Sequence
from typing import Any

from msgspec import Struct

from curator.errors import FormatError
from curator.formats.alpaca import ALPACA
from curator.formats.base import Format, Judgement
from curator.formats.openai_chat import OPENAI_CHAT
from curator.formats.pairs import conversation
from curator.formats.preference import PREFERENCE
from curator.formats.prompt_completion import COMPLETIONS, PROMPT_COMPLETION, PROMPTS, SYSTEMS, WEAK_PROMPTS
from curator.formats.sharegpt import SHAREGPT
from curator.formats.values import listed, text_of
from curator.model import Example, Status

_SHAPES = (PREFERENCE, OPENAI_CHAT, SHAREGPT, ALPACA, PROMPT_COMPLETION)
_INPUTS = (*PROMPTS, "instruction", *WEAK_PROMPTS)


class Answer(Struct, frozen=True):
    """What one person said about one question. `done` is False for a draft, a suggestion and a skipped task."""

    question: str
    value: Any
    reviewer: str = ""
    done: bool = True
    refused: bool = False


def shape(texts: dict[str, Any]) -> Format | None:
    """The format that reads the texts of a task as an input and an output; None when they are an input alone."""
    best = max(_SHAPES, key=lambda one: one.matches(texts))
    return best if best.matches(texts) >= 40 else None


def input_of(texts: dict[str, Any]) -> str:
    """The column of the input among texts without an output. Raises `FormatError` when no column is surely it."""
    named = next((name for name in _INPUTS if type(texts.get(name)) is str), "")
    if named:
        return named
    alone = [name for name, value in texts.items() if type(value) is str and value]
    if len(alone) == 1:
        return alone[0]
    names = listed(texts)
    raise FormatError(
        f"which of these texts is the input is not clear: {names}; call it prompt, or the pair by its names"
    )


def question_of(answers: Sequence[Answer]) -> str:
    """The question whose answer is the output: one with a name of outputs, else the first that is answered in words."""
    names = list(dict.fromkeys(answer.question for answer in answers))
    worded = [answer.question for answer in answers if _words(answer.value)]
    return next((name for name in (*COMPLETIONS, "label", "labels") if name in names), (worded or names or [""])[0])


def example_of(texts: dict[str, Any], answers: Sequence[Answer], metadata: dict[str, Any]) -> Example:
    """The example of a task. Raises `FormatError` when neither its texts nor anybody's answer is an output."""
    found = shape(texts)
    if found is not None:
        example = found.parse(texts)
        return Example(
            messages=example.messages,
            tools=example.tools,
            alternatives=example.alternatives,
            reference=example.reference,
            metadata={**metadata, **example.metadata},
        )
    given = input_of(texts)
    question = question_of(answers)
    said = [answer for answer in answers if answer.question == question and answer.value not in (None, "", [])]
    agreed = [answer for answer in said if answer.done and not answer.refused]
    if not said:
        raise FormatError("nobody has said what its output is: it has no annotation yet")
    values = [_spoken(answer.value) for answer in agreed or said]
    most = Counter(values).most_common(1)[0][0]  # of several, what most say; the first of equals
    system = next((name for name in SYSTEMS if type(texts.get(name)) is str and texts[name]), "")
    rest = {name: value for name, value in texts.items() if name not in (given, system)}
    messages = conversation(texts[system] if system else "", texts[given], most)
    return Example(messages=messages, metadata={**metadata, **rest})


def judgements_of(texts: dict[str, Any], answers: Iterable[Answer]) -> tuple[Judgement, ...]:
    """What each person decided: labels of everything they said, and a status.

    Who gave the output has accepted it; who said something about a given pair has labelled it and no more, because a
    rating is no approval. A refused task is rejected by who refused it.
    """
    accepts = shape(texts) is None
    labels: dict[str, dict[str, Any]] = {}
    status: dict[str, Status | None] = {}
    for answer in answers:
        if not answer.reviewer:
            continue
        mine = labels.setdefault(answer.reviewer, {})
        status.setdefault(answer.reviewer, None)
        if answer.question and answer.value is not None:
            mine[answer.question] = answer.value
        if answer.refused:
            status[answer.reviewer] = "rejected"
        elif answer.done and accepts and answer.question and status[answer.reviewer] is None:
            status[answer.reviewer] = "accepted"
    return tuple(
        Judgement(reviewer, status[reviewer], mine) for reviewer, mine in labels.items() if mine or status[reviewer]
    )


def told(texts: dict[str, Any], answers: Sequence[Answer]) -> str:
    """How a task is read, in words."""
    found = shape(texts)
    if found is not None:
        return f"its texts are read as {found.name} ({found.readings(texts)[0]}), what people said about it are labels"
    try:
        given = input_of(texts)
    except FormatError as error:
        return str(error)
    question = question_of(answers)
    others = sorted({answer.question for answer in answers if answer.question} - {question})
    labels = f"; labels: {listed(others)}" if others else ""
    return f"`{given}` is the input and what people said for `{question or '?'}` the output{labels}"


def _words(value: Any) -> bool:
    return type(value) is str or (type(value) is list and bool(value) and all(type(item) is str for item in value))


def _spoken(value: Any) -> str:
    """A value as the text of an output: several classes are joined by a comma."""
    if type(value) is list and value and all(type(item) is str for item in value):
        return ", ".join(value)
    return text_of(value)
