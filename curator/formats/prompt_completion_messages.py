"""TRL's conversational pairs: `prompt` and `completion` are lists of messages, and only the second is trained on."""

from typing import Any

import msgspec

from curator.errors import FormatError
from curator.formats import fields as unknown
from curator.formats.base import Format
from curator.formats.messages import KEYS, list_column, read_messages, read_tools, render_messages
from curator.formats.pairs import taken
from curator.formats.values import REFERENCE, missing, not_json
from curator.model import Example, Message, Role

PROMPT = "prompt"
COMPLETION = "completion"


def matches(row: dict[str, Any]) -> int:
    """95 when both columns are lists of messages, 60 when one of them is text."""
    if PROMPT not in row or COMPLETION not in row:
        return 0
    lists = sum(list_column(row, "role", (column,)) is not None for column in (PROMPT, COMPLETION))
    texts = sum(type(row[column]) is str for column in (PROMPT, COMPLETION))
    return 95 if lists == 2 else 60 if lists and texts else 0


def parse(row: dict[str, Any]) -> Example:
    """An example whose messages are the prompt's and then the completion's.

    Only the completion is trained on, so assistant messages of the prompt get the weight 0 unless they have
    one. A side that is text is one user message, or one assistant message.
    """
    fields: unknown.Fields = {}
    later: unknown.Fields = {}
    given = _side(row, PROMPT, "user", fields)
    output = _side(row, COMPLETION, "assistant", later)
    fields.update({index + len(given): found for index, found in later.items()})
    for index, message in enumerate(given):
        if message.role == "assistant" and message.weight is None:
            given[index] = msgspec.structs.replace(message, weight=0)
    used = (PROMPT, COMPLETION, "tools", REFERENCE)
    metadata = {name: value for name, value in row.items() if name not in used}
    unknown.add(metadata, fields)
    return Example(
        messages=(*given, *output),
        tools=read_tools(row.get("tools"), "tools"),
        reference=row.get(REFERENCE),
        metadata=metadata,
    )


def holds(example: Example) -> str | None:
    """A conversation in which only the last assistant message, and what follows it, is trained on."""
    if example.alternatives:
        return "it has alternatives: this format holds one output"
    index = example.output_index
    if not index:
        return "it has no assistant message" if index is None else "it has nothing before its output"
    for number, message in enumerate(example.messages[:index]):
        if message.role == "assistant" and message.weight is None:
            return f"messages[{number}] is trained on: this format trains on the last assistant message only"
    return taken(example.metadata, (PROMPT, COMPLETION, "tools", REFERENCE)) or not_json(render(example))


def render(example: Example) -> dict[str, Any]:
    """The row: prompt, completion, tools, reference answer, then metadata as columns."""
    index = example.output_index
    if not index:
        raise FormatError("needs messages before the output", PROMPT)
    fields = unknown.of(example.metadata, example.messages, KEYS)
    messages = render_messages(example.messages, fields)
    for message in messages[:index]:
        if message["role"] == "assistant" and message.get("weight") == 0:
            del message["weight"]
    row: dict[str, Any] = {PROMPT: messages[:index], COMPLETION: messages[index:]}
    if example.tools:
        row["tools"] = list(example.tools)
    if example.reference is not None:
        row[REFERENCE] = example.reference
    row.update({k: v for k, v in example.metadata.items() if k != unknown.FIELDS or fields is None})
    return row


def readings(row: dict[str, Any]) -> tuple[str, ...]:
    """How a row is read, for people."""
    lists = [f"`{name}`" for name in (PROMPT, COMPLETION) if list_column(row, "role", (name,))]
    return (f"{' and '.join(lists)} {'is a list' if len(lists) == 1 else 'are lists'} of messages",)


def _side(row: dict[str, Any], column: str, role: Role, fields: unknown.Fields) -> list[Message]:
    if column not in row:
        raise missing(column, row)
    value = row[column]
    if type(value) is str and list_column(row, "role", (column,)) is None:
        return [Message(role, value)]
    return read_messages(value, column, fields)


PROMPT_COMPLETION_MESSAGES = Format(
    name="prompt-completion-messages",
    title="Prompt and completion as messages",
    columns=frozenset({PROMPT, COMPLETION, "tools", REFERENCE}),
    matches=matches,
    parse=parse,
    holds=holds,
    render=render,
    readings=readings,
)
