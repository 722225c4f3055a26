"""OpenAI's chat rows: a list of messages with role and content, perhaps tools. Most trainers read them too."""

from typing import Any

from curator.formats import fields as unknown
from curator.formats.base import Format
from curator.formats.messages import (
    KEYS,
    LIST_COLUMNS,
    any_list_column,
    list_column,
    read_messages,
    read_tools,
    render_messages,
    system_column,
)
from curator.formats.values import REFERENCE, SYSTEM_COLUMNS, not_json
from curator.model import Example, Message


def matches(row: dict[str, Any]) -> int:
    """90 for a list of objects with a role, 30 for `messages` of another shape, so that its error is told."""
    if list_column(row, "role"):
        return 90
    return 30 if type(row.get("messages")) is list and list_column(row, "from") is None else 0


def parse(row: dict[str, Any]) -> Example:
    """An example of a chat row. The system column is the system message when the messages have none.

    `functions` and `function_call`, which OpenAI replaced, become tools and tool calls. A reference answer of
    null, and tools of null or [], are none. `parallel_tool_calls` and every other column are metadata.
    """
    if len(row) == 1 and "messages" in row:
        fields: unknown.Fields = {}
        found = read_messages(row["messages"], "messages", fields)
        if not fields:
            return Example(messages=tuple(found))
    return _parse(row)


def holds(example: Example) -> str | None:
    """Everything but alternatives, and metadata whose names are columns of this format."""
    metadata = example.metadata
    if example.alternatives:
        return "it has alternatives: chat rows hold one output"
    if not example.messages:
        return "it has no messages"
    for column in ("messages", "tools", REFERENCE):
        if column in metadata:
            return f"its metadata has a column named {column!r}, which this format gives a meaning"
    if "functions" in metadata and not example.tools:
        return "its metadata has a column named 'functions', which would be read as tools"
    column = system_column(metadata, example.messages) or ""
    if column:
        return f"its metadata has a column named {column!r}, which would be read as the system message"
    return not_json(render(example))


def render(example: Example) -> dict[str, Any]:
    """The row: messages, tools, reference answer, then metadata as columns."""
    fields = unknown.of(example.metadata, example.messages, KEYS)
    row: dict[str, Any] = {"messages": render_messages(example.messages, fields)}
    if example.tools:
        row["tools"] = list(example.tools)
    if example.reference is not None:
        row[REFERENCE] = example.reference
    for column, value in example.metadata.items():
        if column != unknown.FIELDS or fields is None:
            row[column] = value
    return row


def _parse(row: dict[str, Any]) -> Example:
    column = any_list_column(row, "role", LIST_COLUMNS)
    fields: unknown.Fields = {}
    messages = read_messages(row[column], column, fields)
    tools = read_tools(row.get("tools"), "tools")
    used = {column, "tools", REFERENCE}
    if not tools and "functions" in row:
        functions = read_tools(row["functions"], "functions")
        tools = tuple({"type": "function", "function": function} for function in functions)
        used.add("functions")
    system = system_column(row, messages)
    if system:
        messages.insert(0, Message("system", row[system]))
        used.add(system)
    metadata = {name: value for name, value in row.items() if name not in used}
    unknown.add(metadata, fields, 1 if system else 0)
    return Example(messages=tuple(messages), tools=tools, reference=row.get(REFERENCE), metadata=metadata)


def readings(row: dict[str, Any]) -> tuple[str, ...]:
    """How a row is read, for people."""
    return (f"`{any_list_column(row, 'role', LIST_COLUMNS)}` is a list of messages with role and content",)


OPENAI_CHAT = Format(
    name="openai-chat",
    title="OpenAI chat messages",
    columns=frozenset({*LIST_COLUMNS, *SYSTEM_COLUMNS, "tools", "functions", REFERENCE}),
    matches=matches,
    parse=parse,
    holds=holds,
    render=render,
    readings=readings,
)
