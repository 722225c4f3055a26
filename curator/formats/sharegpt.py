"""ShareGPT rows: `conversations` of turns with from and value; tools and calls as LLaMA-Factory writes them."""

from typing import Any

import msgspec

from curator.errors import FormatError
from curator.formats import fields as unknown
from curator.formats.base import Format
from curator.formats.messages import (
    ROLE_NAMES,
    any_list_column,
    list_column,
    read_call,
    read_role,
    read_tools,
    read_weight,
    system_column,
)
from curator.formats.pairs import taken
from curator.formats.values import REFERENCE, SYSTEM_COLUMNS, compact, decoded, kind, not_json
from curator.model import Example, Message, ToolCall

#: Columns in which the turns are looked for, the usual one first.
COLUMNS = ("conversations", "conversation", "messages", "chat", "dialog")
#: A turn of this name holds one call, or a list of calls, as JSON text.
CALLS = ("function_call", "tool_call")
KEYS = unknown.Keys(
    message=frozenset({"from", "value", "weight"}),
    call=frozenset({"id", "type", "name", "arguments", "function"}),
)

_NAMES = {"system": "system", "user": "human", "assistant": "gpt", "tool": "observation"}


def matches(row: dict[str, Any]) -> int:
    """90 for a list of objects with `from`; 30 for `conversations` of another shape, so that its error is told."""
    if list_column(row, "from", COLUMNS):
        return 90
    return 30 if type(row.get("conversations")) is list and list_column(row, "role") is None else 0


def parse(row: dict[str, Any]) -> Example:
    """An example of ShareGPT turns. The system column is the system message when no turn is one."""
    fields: unknown.Fields = {}
    if len(row) == 1 and "conversations" in row:
        messages = read_turns(row["conversations"], "conversations", fields)
        if not fields:
            return Example(messages=tuple(messages))
    column = any_list_column(row, "from", COLUMNS)
    messages = read_turns(row[column], column, fields)
    system = system_column(row, messages)
    if system:
        messages.insert(0, Message("system", row[system]))
    used = (column, system, "tools", REFERENCE)
    metadata = {name: value for name, value in row.items() if name not in used}
    unknown.add(metadata, fields, 1 if system else 0)
    return Example(
        messages=tuple(messages),
        tools=read_tools(row.get("tools"), "tools"),
        reference=row.get(REFERENCE),
        metadata=metadata,
    )


def holds(example: Example) -> str | None:
    """Text turns and tool calls without text; no names, no parts, no ids of tool results."""
    if example.alternatives:
        return "it has alternatives: this format holds one output"
    if not example.messages:
        return "it has no messages"
    for index, message in enumerate(example.messages):
        reason = _not_held(message)
        if reason:
            return f"messages[{index}] has {reason}, which ShareGPT turns cannot hold"
    clash = taken(example.metadata, ("conversations", "tools", REFERENCE))
    if clash:
        return clash
    column = system_column(example.metadata, example.messages)
    if column:
        return f"its metadata has a column named {column!r}, which would be read as the system message"
    # Tools and calls are written as JSON text, which would hide what JSON cannot hold: look at them first.
    calls = [[call.name, call.arguments, call.id] for message in example.messages for call in message.tool_calls]
    inside = {"tools": list(example.tools), "metadata": example.metadata, "calls": calls}
    return not_json(inside) or not_json(render(example))


def render(example: Example) -> dict[str, Any]:
    """The row: conversations, tools as JSON text, reference answer, then metadata as columns."""
    fields = unknown.of(example.metadata, example.messages, KEYS)
    found = fields or {}
    turns = [_turn(message, found.get(index)) for index, message in enumerate(example.messages)]
    row: dict[str, Any] = {"conversations": turns}
    if example.tools:
        row["tools"] = compact(example.tools)
    if example.reference is not None:
        row[REFERENCE] = example.reference
    row.update({k: v for k, v in example.metadata.items() if k != unknown.FIELDS or fields is None})
    return row


def readings(row: dict[str, Any]) -> tuple[str, ...]:
    """How a row is read, for people."""
    return (f"`{any_list_column(row, 'from', COLUMNS)}` is a list of turns with from and value",)


def read_turns(value: Any, field: str, fields: unknown.Fields) -> list[Message]:
    """The messages of a list of objects with from and value; unknown keys are put into `fields`."""
    if type(value) is str:
        value = decoded(value, field) if value else []
    if type(value) is not list:
        raise FormatError(f"must be a list of turns, not {kind(value)}", field)
    if not value:
        raise FormatError("is empty", field)
    messages = []
    for turn in value:
        # The two keys of nearly every turn first.
        if type(turn) is dict and len(turn) == 2:
            name = turn.get("from")
            text = turn.get("value")
            if type(text) is str and type(name) is str:
                role = ROLE_NAMES.get(name)
                if role is not None:
                    messages.append(Message(role, text))
                    continue
        messages.append(_message(turn, f"{field}[{len(messages)}]", fields, len(messages)))
    return messages


def _message(turn: Any, field: str, fields: unknown.Fields, index: int) -> Message:
    if type(turn) is not dict:
        raise FormatError(f"must be an object with from and value, not {kind(turn)}", field)
    name = turn.get("from")
    key = next((key for key in ("value", "content", "text") if key in turn), None)
    if key is None:
        raise FormatError("is missing", f"{field}.value")
    text = turn[key]
    if text is None:
        text = ""
    elif type(text) is not str:
        raise FormatError(f"must be text, not {kind(text)}", f"{field}.{key}")
    weight = read_weight(turn.get("weight"), f"{field}.weight")
    extra = {name: item for name, item in turn.items() if name not in KEYS.message and name != key}
    if name in CALLS:
        message = Message("assistant", "", None, _calls(text, f"{field}.{key}", extra), None, weight)
    else:
        message = Message(read_role(name, f"{field}.from"), text, None, (), None, weight)
    if extra:
        fields[index] = extra
    return message


def _calls(text: str, field: str, extra: dict[str, Any]) -> tuple[ToolCall, ...]:
    value = decoded(text, field)
    calls = value if type(value) is list else [value]
    if not calls:
        raise FormatError("is a list without a call", field)
    return tuple(
        read_call(call, f"{field}[{number}]" if value is calls else field, extra, f"tool_calls[{number}]")
        for number, call in enumerate(calls)
    )


def _turn(message: Message, found: dict[str, Any] | None) -> dict[str, Any]:
    turn: dict[str, Any] = {"from": _NAMES[message.role], "value": message.content}
    calls = [_call(call) for call in message.tool_calls]
    if message.weight is not None:
        turn["weight"] = message.weight
    if found:
        unknown.put(turn, calls, found, KEYS)
    if calls:
        turn["from"] = CALLS[0]
        turn["value"] = compact(calls[0] if len(calls) == 1 else calls)
    return turn


def _call(call: ToolCall) -> dict[str, Any]:
    """Arguments as an object when that gives the same text back, else as the text itself."""
    arguments: Any = call.arguments
    try:
        value = msgspec.json.decode(arguments)
        if type(value) is dict and compact(value) == arguments:
            arguments = value
    except (ValueError, RecursionError):
        pass
    found = {"name": call.name, "arguments": arguments}
    return found if call.id is None else {**found, "id": call.id}


def _not_held(message: Message) -> str:
    if type(message.content) is not str:
        return "content parts"
    if message.name is not None:
        return "a name"
    if message.tool_call_id is not None:
        return "the id of a tool call that it answers"
    if message.tool_calls and message.role != "assistant":
        return "tool calls of another role than assistant"
    return "text beside tool calls" if message.tool_calls and message.content else ""


SHAREGPT = Format(
    name="sharegpt",
    title="ShareGPT",
    columns=frozenset({*COLUMNS, *SYSTEM_COLUMNS, "tools", REFERENCE}),
    matches=matches,
    parse=parse,
    holds=holds,
    render=render,
    readings=readings,
)
