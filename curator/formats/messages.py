"""Message lists in the shape of OpenAI's chat API: read from rows and rendered, for every format that has them."""

from collections.abc import Sequence
from typing import Any

from curator.errors import FormatError
from curator.formats.fields import Fields, Keys, put
from curator.formats.values import SYSTEM_COLUMNS, compact, decoded, kind, missing, nearest, shown
from curator.model import ROLES, Message, Role, ToolCall

#: Columns in which a conversation is looked for, the usual one first.
LIST_COLUMNS = ("messages", "conversations", "conversation", "chat", "dialog")

#: What the roles are called elsewhere. `developer` is what OpenAI's newer models call the system.
ROLE_NAMES: dict[str, Role] = {
    **{role: role for role in ROLES},
    **dict.fromkeys(("developer",), "system"),
    **dict.fromkeys(("human", "prompter", "input"), "user"),
    **dict.fromkeys(("gpt", "bot", "model", "chatgpt", "chatbot", "output"), "assistant"),
    **dict.fromkeys(("function", "observation", "function_response"), "tool"),
}

KEYS = Keys(
    message=frozenset({"role", "content", "name", "tool_calls", "function_call", "tool_call_id", "weight"}),
    call=frozenset({"id", "type", "function"}),
    inner=frozenset({"name", "arguments"}),
)


def read_messages(value: Any, field: str, fields: Fields) -> list[Message]:
    """The messages of a list of objects with role and content; unknown keys are put into `fields`.

    JSON text is decoded first. Raises `FormatError` that names the value, as in ``messages[2].role``.
    """
    if type(value) is str:
        value = decoded(value, field) if value else []
    if type(value) is not list:
        raise FormatError(f"must be a list of messages, not {kind(value)}", field)
    if not value:
        raise FormatError("is empty", field)
    messages = []
    names = ROLE_NAMES
    for message in value:
        # Nearly every message of nearly every file is these two keys; the rest may cost what it costs.
        if type(message) is dict and len(message) == 2:
            name = message.get("role")
            content = message.get("content")
            if type(content) is str and type(name) is str:
                role = names.get(name)
                if role is not None:
                    messages.append(Message(role, content))
                    continue
        messages.append(_read_message(message, f"{field}[{len(messages)}]", fields, len(messages)))
    return messages


def read_role(value: Any, field: str) -> Role:
    """A role by any of its names; raises `FormatError` with the nearest one."""
    if type(value) is not str:
        raise FormatError("is missing" if value is None else f"must be text, not {kind(value)}", field)
    role = ROLE_NAMES.get(value)
    if role is None:
        raise FormatError(f"{shown(value)} is not a role{nearest(value, ROLES)}", field)
    return role


def read_content(value: Any, field: str) -> str | tuple[dict[str, Any], ...]:
    """Content as text or a tuple of parts; null is empty text."""
    if type(value) is str:
        return value
    if value is None:
        return ""
    if type(value) is not list:
        raise FormatError(f"must be text or a list of parts, not {kind(value)}", field)
    for index, part in enumerate(value):
        if type(part) is not dict:
            raise FormatError(f"must be an object such as {{'type': 'text'}}, not {kind(part)}", f"{field}[{index}]")
    return tuple(value)


def read_weight(value: Any, field: str) -> float | int | None:
    """A weight as it is: a number or nothing."""
    if value is None or type(value) is int or type(value) is float:
        return value
    raise FormatError(f"must be a number, not {kind(value)}", field)


def read_call(value: Any, field: str, extra: dict[str, Any], path: str) -> ToolCall:
    """A tool call, nested as OpenAI's or flat; `extra` gets its unknown keys under `path`."""
    if type(value) is not dict:
        raise FormatError(f"must be an object, not {kind(value)}", field)
    inner = value.get("function")
    if inner is not None and type(inner) is not dict:
        raise FormatError(f"must be an object, not {kind(inner)}", f"{field}.function")
    if value.get("type") not in (None, "function"):
        raise FormatError(f"must be 'function', not {value['type']!r:.60}", f"{field}.type")
    if inner is None:
        inner, known = value, KEYS.call | KEYS.inner
    else:
        known = KEYS.call
        extra.update({f"{path}.function.{key}": item for key, item in inner.items() if key not in KEYS.inner})
        field += ".function"
    extra.update({f"{path}.{key}": item for key, item in value.items() if key not in known})
    name = inner.get("name")
    if type(name) is not str:
        raise FormatError("is missing" if name is None else f"must be text, not {kind(name)}", f"{field}.name")
    call_id = _text(value.get("id"), f"{field.removesuffix('.function')}.id")
    return ToolCall(name, _arguments(inner.get("arguments"), f"{field}.arguments"), call_id)


def read_tools(value: Any, field: str) -> tuple[dict[str, Any], ...]:
    """Tool definitions as they are; JSON text is decoded; null, empty text and an empty list are no tools."""
    if type(value) is str and value:
        value = decoded(value, field)
    if not value and (value is None or value == "" or value == []):
        return ()
    if type(value) is not list:
        raise FormatError(f"must be a list of tools, not {kind(value)}", field)
    for index, tool in enumerate(value):
        if type(tool) is not dict:
            raise FormatError(f"must be an object, not {kind(tool)}", f"{field}[{index}]")
    return tuple(value)


def list_column(row: dict[str, Any], key: str, columns: Sequence[str] = LIST_COLUMNS) -> str | None:
    """The column that holds a list whose first object has `key` (``role``, or ``from``), else None."""
    for column in columns:
        value = row.get(column)
        if type(value) is str and value.lstrip()[:1] == "[":
            try:
                value = decoded(value, column)
            except FormatError:
                continue
        if type(value) is list and value and type(value[0]) is dict and key in value[0]:
            return column
    return None


def looks_like_messages(value: Any) -> bool:
    """Whether a cell is a list of turns (not JSON text of one): its first element has a role, or `from`."""
    if type(value) is not list or not value or type(value[0]) is not dict:
        return False
    return "role" in value[0] or "from" in value[0]


def any_list_column(row: dict[str, Any], key: str, columns: Sequence[str]) -> str:
    """As `list_column`; without a fit the first column that is there, so that an error can name it."""
    column = list_column(row, key, columns) or next((name for name in columns if name in row), None)
    if column is None:
        raise missing(columns[0], row)
    return column


def system_column(row: dict[str, Any], messages: Sequence[Message]) -> str | None:
    """The column whose text is the system message, when the messages have none."""
    for message in messages:
        if message.role == "system":
            return None
    for column in SYSTEM_COLUMNS:
        value = row.get(column)
        if type(value) is str and value:
            return column
    return None


def render_message(message: Message) -> dict[str, Any]:
    """A message in OpenAI's shape, `content` always there. Keys that the format does not know are not in it."""
    content = message.content
    into: dict[str, Any] = {"role": message.role, "content": content if type(content) is str else list(content)}
    if message.name is not None:
        into["name"] = message.name
    if message.tool_calls:
        into["tool_calls"] = [render_call(call) for call in message.tool_calls]
    if message.tool_call_id is not None:
        into["tool_call_id"] = message.tool_call_id
    if message.weight is not None:
        into["weight"] = message.weight
    return into


def render_call(call: ToolCall) -> dict[str, Any]:
    """A tool call in OpenAI's shape; `id` is left out when there is none."""
    found: dict[str, Any] = {} if call.id is None else {"id": call.id}
    return {**found, "type": "function", "function": {"name": call.name, "arguments": call.arguments}}


def render_messages(messages: Sequence[Message], fields: Fields | None) -> list[dict[str, Any]]:
    """Messages in OpenAI's shape with the unknown keys that they came with."""
    rendered = [render_message(message) for message in messages]
    for index, found in (fields or {}).items():
        put(rendered[index], rendered[index].get("tool_calls", ()), found, KEYS)
    return rendered


def _read_message(value: Any, field: str, fields: Fields, index: int) -> Message:
    if type(value) is not dict:
        raise FormatError(f"must be an object with role and content, not {kind(value)}", field)
    role = read_role(value.get("role"), f"{field}.role")
    extra: dict[str, Any] = {}
    calls = _calls(value, field, extra)
    key = next((key for key in ("content", "value", "text") if key in value), None)
    if key is None and not calls:
        raise FormatError("is missing", f"{field}.content")
    for name, item in value.items():
        if name not in KEYS.message and name != key:
            extra[name] = item
    if extra:
        fields[index] = extra
    return Message(
        role,
        read_content(value.get(key or "content"), f"{field}.{key or 'content'}"),
        _text(value.get("name"), f"{field}.name"),
        calls,
        _text(value.get("tool_call_id"), f"{field}.tool_call_id"),
        read_weight(value.get("weight"), f"{field}.weight"),
    )


def _calls(value: dict[str, Any], field: str, extra: dict[str, Any]) -> tuple[ToolCall, ...]:
    calls = value.get("tool_calls")
    old = value.get("function_call")
    if old is not None:
        if calls:
            raise FormatError("stands beside tool_calls; keep one of them", f"{field}.function_call")
        return (read_call(old, f"{field}.function_call", extra, "tool_calls[0]"),)
    if calls is None:
        return ()
    if type(calls) is not list:
        raise FormatError(f"must be a list, not {kind(calls)}", f"{field}.tool_calls")
    return tuple(
        read_call(call, f"{field}.tool_calls[{number}]", extra, f"tool_calls[{number}]")
        for number, call in enumerate(calls)
    )


def _arguments(value: Any, field: str) -> str:
    if type(value) is str:
        return value
    if value is None:
        return "{}"
    if type(value) is dict:
        return compact(value)
    raise FormatError(f"must be JSON text or an object, not {kind(value)}", field)


def _text(value: Any, field: str) -> str | None:
    if value is None or type(value) is str:
        return value
    raise FormatError(f"must be text, not {kind(value)}", field)
