"""Turns with ``from`` and ``value``: calls and tools as JSON text, as LLaMA-Factory reads them."""

from typing import Any

import msgspec

from curator.errors import TargetError
from curator.targets.packing import Row, turns_in

_NAMES = {"system": "system", "user": "human", "assistant": "gpt", "tool": "observation"}
_ROLES = {name: role for role, name in _NAMES.items()} | {"function_call": "function_call"}


class _Call(msgspec.Struct):
    name: str
    arguments: msgspec.Raw


def turns_of(messages: list[Row]) -> list[Row]:
    """Messages as turns. Ids of calls and names of tools have no place; text beside calls raises `TargetError`."""
    turns = []
    for message in messages:
        name, value = _NAMES[message["role"]], message["content"]
        if "tool_calls" in message:
            if value:
                raise TargetError("a message has text beside its tool calls, and a turn holds one or the other")
            if len(message["tool_calls"]) > 1:
                raise TargetError("a message makes several calls at once, whose answers would break the order of turns")
            name, value = "function_call", _call_text(message["tool_calls"][0]["function"])
        turns.append({"from": name, "value": value})
    return turns


def messages_of(value: Any, name: str) -> list[Row]:
    """Turns as messages; raises `TargetError`."""
    messages = turns_in(value, name, ("from", "value"), _ROLES)
    calls = 0
    for index, message in enumerate(messages):
        if type(message["content"]) is not str:
            raise TargetError(f"{name}[{index}].value: must be text")
        if message["role"] == "function_call":
            calls += 1
            messages[index] = _calling(message["content"], f"{name}[{index}].value", calls)
        elif message["role"] == "tool":
            message["tool_call_id"] = _id(calls)
    return messages


def tools_text(row: Row) -> str:
    """The tools of a row as JSON text; empty when it has none."""
    return msgspec.json.encode(row["tools"]).decode() if "tools" in row else ""


def tools_of(text: Any) -> Row:
    """The key ``tools`` of a row of messages, from JSON text; none for empty text. Raises `TargetError`."""
    if type(text) is not str:
        raise TargetError("tools: must be JSON text")
    try:
        return {"tools": msgspec.json.decode(text)} if text else {}
    except (ValueError, RecursionError):
        raise TargetError("tools: must be JSON text") from None


def _call_text(function: Row) -> str:
    """The call as JSON, its arguments as they are written."""
    try:
        call = _Call(function["name"], msgspec.Raw(function["arguments"].encode()))
        return msgspec.json.encode(call).decode()
    except (ValueError, UnicodeEncodeError):
        raise TargetError("a call cannot be written as JSON") from None


def _calling(text: str, name: str, number: int) -> Row:
    try:
        call = msgspec.json.decode(text, type=_Call)
        function = {"name": call.name, "arguments": bytes(call.arguments).decode()}
    except (ValueError, RecursionError):
        raise TargetError(f"{name}: must be the JSON text of a call with name and arguments") from None
    return {
        "role": "assistant",
        "content": "",
        "tool_calls": [{"id": _id(number), "type": "function", "function": function}],
    }


def _id(number: int) -> str:
    return f"call{number:05d}"
