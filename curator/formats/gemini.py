"""Gemini's rows, as Vertex tunes on them: `contents` of parts, the assistant called model."""

from typing import Any

from curator.errors import FormatError
from curator.formats.base import Format
from curator.formats.inverse import inverse
from curator.formats.values import REFERENCE, compact, decoded, kind, missing
from curator.model import Example, Message, Role, ToolCall

CONTENTS = "contents"
SYSTEMS = ("systemInstruction", "system_instruction")
TOOLS = "tools"

_ROLES: dict[str, Role] = {"user": "user", "model": "assistant", "function": "tool", "tool": "tool"}


def matches(row: dict[str, Any]) -> int:
    """95 for `contents` of objects with parts."""
    value = row.get(CONTENTS)
    return 95 if type(value) is list and value and type(value[0]) is dict and "parts" in value[0] else 0


def parse(row: dict[str, Any]) -> Example:
    """An example of contents. A part that is only text is text; calls and their results are those of tools."""
    value = row.get(CONTENTS)
    if type(value) is not list or not value:
        raise missing(CONTENTS, row) if value is None else FormatError("must be a list with turns", CONTENTS)
    column = next((name for name in SYSTEMS if row.get(name) is not None), "")
    messages: list[Message] = []
    if column:
        messages += _turn(row[column], column, "system")
    for index, turn in enumerate(value):
        field = f"{CONTENTS}[{index}]"
        name = turn.get("role", "user") if type(turn) is dict else None
        role = _ROLES.get(name) if type(name) is str else None
        if role is None:
            raise FormatError("must be an object with the role user or model, and parts", field)
        messages += _turn(turn, field, role)
    tools, left = _read_tools(row.get(TOOLS))
    used = {CONTENTS, column, REFERENCE, *(() if left else (TOOLS,))}
    return Example(
        messages=tuple(messages),
        tools=tools,
        reference=row.get(REFERENCE),
        metadata={name: item for name, item in row.items() if name not in used},
    )


def render(example: Example) -> dict[str, Any]:
    """The row: systemInstruction, contents, tools, reference answer, then metadata as columns."""
    messages = list(example.messages)
    row: dict[str, Any] = {}
    if messages and messages[0].role == "system":
        row[SYSTEMS[0]] = {"role": "system", "parts": _parts(messages.pop(0))}
    names = {"user": "user", "assistant": "model", "tool": "user"}
    if not all(message.role in names for message in messages):
        raise FormatError("it has a system message after the first turn")
    row[CONTENTS] = [{"role": names[message.role], "parts": _parts(message)} for message in messages]
    if example.tools:
        row[TOOLS] = [{"functionDeclarations": [tool.get("function") for tool in example.tools]}]
    if example.reference is not None:
        row[REFERENCE] = example.reference
    return {**row, **example.metadata}


def readings(_row: dict[str, Any]) -> tuple[str, ...]:
    """How a row is read, for people."""
    return (f"`{CONTENTS}` is a list of turns with role and parts",)


def _turn(value: Any, field: str, role: Role) -> list[Message]:
    if type(value) is str and role == "system":
        return [Message(role, value)]
    parts = value.get("parts") if type(value) is dict else None
    if type(parts) is not list or not all(type(part) is dict for part in parts):
        raise FormatError(f"must be a list of objects, not {kind(parts)}", f"{field}.parts")
    results: list[Message] = []
    calls: list[ToolCall] = []
    rest: list[dict[str, Any]] = []
    for index, part in enumerate(parts):
        where = f"{field}.parts[{index}]"
        if "functionCall" in part:
            call = _named(part["functionCall"], f"{where}.functionCall")
            calls.append(ToolCall(call["name"], compact(call.get("args") or {}), call.get("id")))
        elif "functionResponse" in part:
            answer = _named(part["functionResponse"], f"{where}.functionResponse")
            text = compact(answer.get("response"))
            results.append(Message("tool", text, answer["name"], (), answer.get("id")))
        else:
            rest.append(part)
    if rest or calls or not results:
        results.append(Message(role, _content(rest), None, tuple(calls)))
    return results


def _named(value: Any, field: str) -> dict[str, Any]:
    if type(value) is not dict or type(value.get("name")) is not str:
        raise FormatError("must be an object with a name", field)
    if type(value.get("id")) not in (str, type(None)):
        raise FormatError(f"must be text, not {kind(value['id'])}", f"{field}.id")
    return value


def _content(parts: list[dict[str, Any]]) -> str | tuple[dict[str, Any], ...]:
    if not parts:
        return ""
    if len(parts) == 1 and parts[0].keys() == {"text"} and type(parts[0]["text"]) is str:
        return str(parts[0]["text"])
    return tuple({"type": "text", **part} if part.keys() == {"text"} else part for part in parts)


def _parts(message: Message) -> list[dict[str, Any]]:
    if message.role == "tool":
        answer: dict[str, Any] = {"name": message.name, "response": decoded(message.text, "response")}
        if message.tool_call_id is not None:
            answer["id"] = message.tool_call_id
        return [{"functionResponse": answer}]
    if isinstance(message.content, str):
        parts: list[dict[str, Any]] = [{"text": message.content}] if message.content or not message.tool_calls else []
    else:
        parts = [{"text": part["text"]} if part.keys() == {"type", "text"} else part for part in message.content]
    for call in message.tool_calls:
        inside: dict[str, Any] = {"name": call.name, "args": decoded(call.arguments, "arguments")}
        parts.append({"functionCall": inside if call.id is None else {**inside, "id": call.id}})
    return parts


def _read_tools(value: Any) -> tuple[tuple[dict[str, Any], ...], bool]:
    """Declared functions in OpenAI's shape, and whether there is more than those."""
    if value is None or value == []:
        return (), False
    if type(value) is not list or not all(type(tool) is dict for tool in value):
        raise FormatError(f"must be a list of tools, not {kind(value)}", TOOLS)
    found = []
    for tool in value:
        declared = tool.get("functionDeclarations", tool.get("function_declarations", []))
        if type(declared) is not list:
            raise FormatError(f"must be a list, not {kind(declared)}", f"{TOOLS}.functionDeclarations")
        found += [{"type": "function", "function": function} for function in declared]
    more = any(tool.keys() - {"functionDeclarations", "function_declarations"} for tool in value)
    return tuple(found), more


GEMINI = Format(
    name="gemini",
    title="Gemini contents",
    columns=frozenset({CONTENTS, *SYSTEMS, TOOLS, REFERENCE}),
    matches=matches,
    parse=parse,
    holds=inverse(render, parse),
    render=render,
    readings=readings,
    sure=True,
)
