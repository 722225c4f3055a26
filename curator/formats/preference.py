"""Preference pairs: a prompt, a chosen and a rejected end, each a text, a message or a list of messages."""

from typing import Any

from curator.errors import FormatError
from curator.formats import fields as unknown
from curator.formats.base import Format
from curator.formats.inverse import inverse
from curator.formats.messages import LIST_COLUMNS, looks_like_messages, read_messages, read_tools, render_message
from curator.formats.pairs import joined
from curator.formats.prompt_completion import PROMPTS
from curator.formats.sharegpt import read_turns as read_sharegpt
from curator.formats.transcripts import marks_of, read_turns
from curator.formats.values import REFERENCE, SYSTEM_COLUMNS, kind, listed, missing
from curator.model import Alternative, Example, Message

#: The names of the two columns.
SIDES = (
    ("chosen", "rejected"),
    ("chosen_response", "rejected_response"),
    ("response_chosen", "response_rejected"),
    ("preferred", "dispreferred"),
)
_GIVEN = (*PROMPTS, "instruction", *LIST_COLUMNS)


def _sides(row: dict[str, Any]) -> tuple[str, str] | None:
    return next((both for both in SIDES if both[0] in row and both[1] in row), None)


def _given(row: dict[str, Any]) -> str:
    """The column of what both ends follow on: text or messages. With an instruction, `input` is what it is about."""
    names = ("instruction", *_GIVEN) if "instruction" in row else _GIVEN
    return next((name for name in names if row.get(name) not in (None, "", [])), "")


def matches(row: dict[str, Any]) -> int:
    """97 for a chosen and a rejected end beside what they follow on, or that hold whole conversations."""
    sides = _sides(row)
    if sides is None:
        return 0
    chosen = row[sides[0]]
    return 97 if _given(row) or looks_like_messages(chosen) or marks_of(chosen) else 0


def parse(row: dict[str, Any]) -> Example:
    """An example whose output is the chosen end, with the rejected one as an alternative that was not preferred.

    What both ends begin with, when they are whole conversations, is the input; then a prompt column beside them is
    metadata, unless it says the same. Ends of several messages, or that part before the last answer, both become
    alternatives, and the example has no output of its own.
    """
    sides = _sides(row)
    if sides is None:
        raise missing("chosen", row)
    column = _given(row)
    kept: set[str] = set()  # columns whose messages have keys that the model has no place for: metadata as well
    given, used = _read_given(row, column, kept)
    chosen, rejected = (read_end(row[name], name, kept) for name in sides)
    prefix = _shared(chosen, rejected)
    if prefix:
        if given and given[-1] not in chosen[:prefix]:
            used -= {column, "input"}  # it says something else: kept as metadata
        given, chosen, rejected = chosen[:prefix], chosen[prefix:], rejected[prefix:]
    if not given:
        raise FormatError(f"nothing says what the two ends follow on; the columns are: {listed(row)}")
    if given[0].role != "system":
        name = next((name for name in SYSTEM_COLUMNS if type(row.get(name)) is str and row[name]), "")
        given = [*([Message("system", row[name])] if name else []), *given]
        used.add(name)
    tools = read_tools(row.get("tools"), "tools")
    used = (used | {*sides, "tools", REFERENCE}) - kept
    metadata = {name: value for name, value in row.items() if name not in used}
    return preferred(given, chosen, rejected, tools=tools, reference=row.get(REFERENCE), metadata=metadata)


def preferred(given: list[Message], chosen: list[Message], rejected: list[Message], **more: Any) -> Example:
    """An example with a chosen and a rejected end."""
    other = Alternative(tuple(rejected), preferred=False)
    if len(chosen) == 1 and chosen[0].role == "assistant":
        return Example(messages=(*given, *chosen), alternatives=(other,), **more)
    return Example(messages=tuple(given), alternatives=(Alternative(tuple(chosen), preferred=True), other), **more)


def ends_of(example: Example) -> tuple[list[Message], list[Message], list[Message]]:
    """The input, the chosen and the rejected end of what `preferred` made. Raises `FormatError` for other examples."""
    others = example.alternatives
    if len(others) == 1 and others[0].preferred is False and example.output_index == len(example.messages) - 1:
        return list(example.messages[:-1]), list(example.messages[-1:]), list(others[0].messages)
    if len(others) == 2 and others[0].preferred and others[1].preferred is False:
        return list(example.messages), list(others[0].messages), list(others[1].messages)
    raise FormatError("it has no chosen and no rejected end: this format needs one of each")


def render(example: Example) -> dict[str, Any]:
    """The row: prompt, chosen and rejected as messages, tools, reference answer, then metadata as columns."""
    given, chosen, rejected = ends_of(example)
    row: dict[str, Any] = {
        "prompt": [render_message(message) for message in given],
        "chosen": [render_message(message) for message in chosen],
        "rejected": [render_message(message) for message in rejected],
    }
    if example.tools:
        row["tools"] = list(example.tools)
    if example.reference is not None:
        row[REFERENCE] = example.reference
    return {**row, **example.metadata}


def readings(row: dict[str, Any]) -> tuple[str, ...]:
    """How a row is read, for people."""
    chosen, rejected = _sides(row) or SIDES[0]
    given = _given(row)
    whole = looks_like_messages(row.get(chosen)) or (not given and marks_of(row.get(chosen)))
    after = "" if whole and not given else f" after `{given}`"
    return (f"`{chosen}` was preferred to `{rejected}`{after}",)


def _read_given(row: dict[str, Any], column: str, kept: set[str]) -> tuple[list[Message], set[str]]:
    if not column:
        return [], set()
    value = row[column]
    if type(value) is list or column in LIST_COLUMNS:
        return read_list(value, column, kept), {column}
    if type(value) is not str:
        raise FormatError(f"must be text or messages, not {kind(value)}", column)
    if column == "instruction" and type(row.get("input")) is str:
        return [Message("user", joined(value, row["input"]))], {column, "input"}
    marks = marks_of(value)
    if marks is None:
        return [Message("user", value)], {column}
    turns = read_turns(value, column, marks)
    if turns[-1].role == "assistant" and not turns[-1].text.strip():
        turns.pop()  # the mark where the ends go on
    return turns, {column}


def read_list(value: Any, field: str, kept: set[str]) -> list[Message]:
    """Messages with role and content or with from and value; `kept` receives the field when they have more keys."""
    fields: unknown.Fields = {}
    if type(value) is list and value and type(value[0]) is dict and "from" in value[0]:
        messages = read_sharegpt(value, field, fields)
    else:
        messages = read_messages(value, field, fields)
    if fields:
        kept.add(field.partition(".")[0])
    return messages


def read_end(value: Any, field: str, kept: set[str]) -> list[Message]:
    """One end: a text of the assistant, a message, a list of messages, or a text with marked turns."""
    if type(value) is dict:
        if isinstance(value.get("messages"), list):
            kept.add(field)
            return read_list(value["messages"], f"{field}.messages", kept)
        return read_list([value], field, kept)
    if type(value) is list:
        return read_list(value, field, kept)
    if type(value) is not str:
        raise FormatError(f"must be text, a message or a list of messages, not {kind(value)}", field)
    marks = marks_of(value)
    return [Message("assistant", value)] if marks is None else read_turns(value, field, marks)


def _shared(chosen: list[Message], rejected: list[Message]) -> int:
    """How many messages both ends begin with, each keeping one at least; none when an end is an answer alone."""
    most = min(len(chosen), len(rejected)) - 1
    count = 0
    while count < most and chosen[count] == rejected[count]:
        count += 1
    return count if any(message.role == "user" for message in chosen[:count]) else 0


PREFERENCE = Format(
    name="preference",
    title="Chosen and rejected",
    columns=frozenset({*(name for both in SIDES for name in both), *_GIVEN, *SYSTEM_COLUMNS, "tools", REFERENCE}),
    matches=matches,
    parse=parse,
    holds=inverse(render, parse),
    render=render,
    readings=readings,
)
