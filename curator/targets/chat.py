"""Chat rows for trainers: an example's messages without anything that a strict reader does not know."""

from collections.abc import Sequence
from typing import Any

from msgspec import Struct
from msgspec.structs import replace

from curator.formats.messages import render_message
from curator.model import Example, Message, ToolCall


class ChatRules(Struct, frozen=True):
    """What a target takes in messages. `who` is the subject of the sentences about it."""

    who: str
    weights: bool = False
    parts: bool = False
    tool_names: bool = True
    function_keys: frozenset[str] = frozenset({"name", "description", "parameters", "strict"})
    most_tools: int = 0


def chat_messages(example: Example, rules: ChatRules) -> list[dict[str, Any]]:
    """The messages of a row: role and content always there, the other keys only where they mean something."""
    rendered: list[dict[str, Any]] = []
    calls = False
    for message in example.messages:
        if message.tool_calls or message.role == "tool":
            calls = True
            break
        rendered.append(_message(message, rules))
    if calls:
        return [_message(message, rules) for message in numbered(example.messages)]
    return rendered


def is_plain(example: Example) -> bool:
    """Whether nothing can be wrong with an example for a chat target: text turns that end with a filled output.

    It answers for nearly every example, so that the full rules run for the rest only.
    """
    if example.tools or example.alternatives:
        return False
    role = ""
    for message in example.messages:
        content = message.content
        role = message.role
        if type(content) is not str or message.weight is not None or message.tool_calls or role == "tool":
            return False
        if message.name is not None or message.tool_call_id is not None:
            return False
        if role == "assistant" and (not content or content.isspace()):
            return False
    return role == "assistant"


def chat_tools(example: Example) -> list[dict[str, Any]]:
    """The tools in OpenAI's shape; a definition without the ``function`` around it gets one."""
    return [_tool(tool) for tool in example.tools]


def numbered(messages: Sequence[Message]) -> Sequence[Message]:
    """Messages whose calls have ids: when none has one, ``call00001`` and so on, answered in order.

    Nine letters and digits, because Mistral's tokenizers take nothing else. Messages in which some calls
    have ids stay as they are.
    """
    if any(call.id is not None for message in messages for call in message.tool_calls):
        return messages
    if any(message.tool_call_id is not None for message in messages):
        return messages
    count = 0
    open_calls: list[ToolCall] = []
    found = []
    for message in messages:
        if message.tool_calls:
            open_calls = []
            for call in message.tool_calls:
                count += 1
                open_calls.append(replace(call, id=f"call{count:05d}"))
            message = replace(message, tool_calls=tuple(open_calls))
        elif message.role == "tool" and open_calls:
            answered = next((call for call in open_calls if call.name == message.name), open_calls[0])
            open_calls.remove(answered)
            message = replace(message, tool_call_id=answered.id)
        found.append(message)
    return found


def _message(message: Message, rules: ChatRules) -> dict[str, Any]:
    content = message.content
    bare = message.weight is None and message.name is None and message.tool_call_id is None
    if bare and not message.tool_calls and type(content) is str:
        return {"role": message.role, "content": content}
    row = render_message(message)
    if not rules.parts and len(content) == 1 and isinstance(content, tuple) and _is_text(content[0]):
        row["content"] = content[0]["text"]
    if message.role == "tool" and not rules.tool_names:
        row.pop("name", None)
    if message.weight is not None:
        if not rules.weights or (message.role != "assistant" and message.weight == 0):
            del row["weight"]
        elif message.weight in (0, 1):
            row["weight"] = int(message.weight)
    return row


def _is_text(part: dict[str, Any]) -> bool:
    return part.keys() == {"type", "text"} and part["type"] == "text" and isinstance(part["text"], str)


def _tool(tool: dict[str, Any]) -> dict[str, Any]:
    if "function" in tool or "name" not in tool or tool.get("type", "function") != "function":
        return tool
    return {"type": "function", "function": {key: value for key, value in tool.items() if key != "type"}}
