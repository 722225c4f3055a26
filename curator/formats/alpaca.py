"""Alpaca rows: an instruction, what it is about, and the output; perhaps a system text and earlier turns."""

from functools import lru_cache
from typing import Any

from curator.errors import FormatError
from curator.formats.base import Format
from curator.formats.pairs import conversation, joined, plain_turns, taken
from curator.formats.values import REFERENCE, SYSTEM_COLUMNS, decoded, kind, missing, not_json, text_of
from curator.model import Example, Message

INSTRUCTION = "instruction"
#: What the instruction is about; Dolly calls it `context`. The first one with text is joined to the instruction.
INPUTS = ("input", "context")
#: Names of the output column, the usual one first.
OUTPUTS = ("output", "response", "completion", "answer", "target")
HISTORY = "history"


@lru_cache(maxsize=512)
def _output(columns: tuple[str, ...]) -> str:
    return next((name for name in OUTPUTS if name in columns), "")


def matches(row: dict[str, Any]) -> int:
    """70 for an instruction, an input and an output; 60 without an input."""
    if INSTRUCTION not in row or not _output(tuple(row)) or isinstance(row[INSTRUCTION], list | dict):
        return 0
    return 70 if any(name in row for name in INPUTS) else 60


def parse(row: dict[str, Any]) -> Example:
    """An example whose user turn is the instruction and, after a blank line, its input.

    A null output is empty text; a value that is not text becomes its JSON text. Pairs of `history` are
    earlier turns. Columns beside these, such as `text`, are metadata.
    """
    columns = tuple(row)
    output = _output(columns)
    given = row.get(INSTRUCTION)
    if not output or given is None:
        if given is None and INSTRUCTION in row:
            raise FormatError("must be text, not null", INSTRUCTION)
        raise missing(INSTRUCTION if given is None else "output", row)
    given = text_of(given)
    about = row.get("input")
    answer = text_of(row[output])
    if len(columns) == 3 and output == "output" and type(about) is str:
        return Example(messages=conversation("", joined(given, about), answer))
    return _with_optional(row, given, output, answer)


def holds(example: Example) -> str | None:
    """Plain text turns, user and assistant in alternation, perhaps after a system message."""
    found = plain_turns(example)
    if isinstance(found, str):
        return found
    system, turns = found
    roles = [turn.role for turn in turns]
    if not roles or len(roles) % 2 or roles != ["user", "assistant"] * (len(roles) // 2):
        return f"it is {' > '.join(roles) or 'no turn'}: this format needs user and assistant in alternation"
    metadata = example.metadata
    reason = taken(metadata, (INSTRUCTION, "input", "output", HISTORY, REFERENCE))
    if reason:
        return reason
    if _text(metadata, "context"):
        return "its metadata has text in 'context', which would be joined to the instruction"
    if system and "system" in metadata:
        return "its metadata has a column named 'system', where the system message goes"
    if not system and (column := _system(metadata)):
        return f"its metadata has text in {column!r}, which would be read as the system message"
    return not_json(render(example))


def render(example: Example) -> dict[str, Any]:
    """The row: instruction, an empty input, output, then system and history if there are any, then metadata."""
    found = plain_turns(example)
    if isinstance(found, str):
        raise FormatError(found)
    system, turns = found
    if len(turns) < 2:
        raise FormatError("needs a user turn and an assistant turn")
    texts = [str(turn.content) for turn in turns]
    row: dict[str, Any] = {INSTRUCTION: texts[-2], "input": "", "output": texts[-1]}
    if system:
        row["system"] = system
    if len(texts) > 2:
        row[HISTORY] = [texts[index : index + 2] for index in range(0, len(texts) - 2, 2)]
    if example.reference is not None:
        row[REFERENCE] = example.reference
    row.update(example.metadata)
    return row


def readings(row: dict[str, Any]) -> tuple[str, ...]:
    """How a row is read, for people; other columns that could be the output follow."""
    outputs = [name for name in OUTPUTS if name in row]
    about = next((name for name in INPUTS if name in row), "")
    with_input = f" with `{about}`" if about else ""
    others = (f"`{name}` as the output (--map input=instruction,output={name})" for name in outputs[1:])
    return (f"`instruction`{with_input} is the input and `{outputs[0]}` the output", *others)


def _with_optional(row: dict[str, Any], given: str, output: str, answer: str) -> Example:
    used = {INSTRUCTION, output, "input", HISTORY, REFERENCE}
    about = text_of(row.get("input"))
    if not about and _text(row, "context"):
        about = row["context"]
        used.add("context")
    system = _system(row)
    used.add(system)
    turns = conversation(row[system] if system else "", joined(given, about), answer)
    earlier = _history(row.get(HISTORY))
    return Example(
        messages=(*turns[:-2], *earlier, *turns[-2:]),
        reference=row.get(REFERENCE),
        metadata={name: value for name, value in row.items() if name not in used},
    )


def _history(value: Any) -> list[Message]:
    if type(value) is str and value:
        value = decoded(value, HISTORY)
    if not value and (value is None or value in ("", [])):
        return []
    if type(value) is not list:
        raise FormatError(f"must be a list of [question, answer] pairs, not {kind(value)}", HISTORY)
    turns = []
    for index, one in enumerate(value):
        if type(one) is not list or len(one) != 2 or not all(type(text) is str for text in one):
            raise FormatError("must be a pair of texts, [question, answer]", f"{HISTORY}[{index}]")
        turns += [Message("user", one[0]), Message("assistant", one[1])]
    return turns


def _system(row: dict[str, Any]) -> str:
    return next((name for name in SYSTEM_COLUMNS if _text(row, name)), "")


def _text(row: dict[str, Any], column: str) -> bool:
    value = row.get(column)
    return type(value) is str and value != ""


ALPACA = Format(
    name="alpaca",
    title="Alpaca",
    columns=frozenset({INSTRUCTION, *INPUTS, *OUTPUTS, *SYSTEM_COLUMNS, HISTORY, REFERENCE}),
    matches=matches,
    parse=parse,
    holds=holds,
    render=render,
    readings=readings,
)
