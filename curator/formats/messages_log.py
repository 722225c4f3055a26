"""Logs of Anthropic's Messages API: a request with messages and system, a response with blocks of content."""

from typing import Any

from curator.errors import FormatError
from curator.formats import content_blocks as blocks
from curator.formats.base import Format
from curator.formats.exchange_log import COLUMNS, exchange, failed, filled, needed, no_list, rest
from curator.formats.inverse import inverse
from curator.formats.messages import read_tools
from curator.formats.values import kind
from curator.model import Example, Message

#: Where thoughts of the model are kept: they are not taught.
THINKING = "thinking"


def matches(row: dict[str, Any]) -> int:
    """93 for a request with messages whose response has content."""
    found = exchange(row)
    return 93 if found and "content" in found.response and "choices" not in found.response else 0


def parse(row: dict[str, Any]) -> Example:
    """An example whose output is the response. Thinking, the model, usage and other settings are metadata."""
    found = needed(row)
    asked, answered = found.columns
    listed = found.request["messages"]
    if type(listed) is not list:
        raise no_list(listed, f"{asked}.messages")
    if "content" not in found.response:
        raise failed(found.response, answered, "content")
    thoughts: list[dict[str, Any]] = []
    messages = blocks.read_system(found.request.get("system"), f"{asked}.system")
    for index, turn in enumerate(listed):
        field = f"{asked}.messages[{index}]"
        if type(turn) is not dict:
            raise FormatError(f"must be an object with role and content, not {kind(turn)}", field)
        messages += blocks.read_turn(turn.get("role"), turn.get("content"), field, thoughts)
    role = found.response.get("role", "assistant")
    messages += blocks.read_turn(role, found.response["content"], answered, thoughts)
    taken = (("messages", "system", "tools"), ("content", "role", "type"))
    metadata = rest(row, found, taken)
    if thoughts:
        if THINKING in metadata:
            raise FormatError("rename this column: its name is needed for the thinking of the model", THINKING)
        metadata[THINKING] = thoughts
    tools = read_tools(found.request.get("tools"), f"{asked}.tools")
    return Example(messages=tuple(messages), tools=tuple(map(blocks.read_tool, tools)), metadata=metadata)


def render(example: Example) -> dict[str, Any]:
    """The row: request, response, then metadata as columns."""
    messages = list(example.messages)
    request: dict[str, Any] = {}
    if messages and messages[0].role == "system":
        request["system"] = _content(messages.pop(0))
    if not messages or messages[-1].role != "assistant":
        raise FormatError("it does not end with an answer")
    turns = blocks.write_turns(messages)
    request["messages"] = turns[:-1]
    if example.tools:
        request["tools"] = [blocks.write_tool(tool) for tool in example.tools]
    response = {"type": "message", **turns[-1]}
    metadata = dict(example.metadata)
    filled("request", request, metadata)
    filled("response", response, metadata)
    return {"request": request, "response": response, **metadata}


def readings(row: dict[str, Any]) -> tuple[str, ...]:
    """How a row is read, for people."""
    asked, answered = needed(row).columns
    return (f"`{asked}` and `{answered}` are a request to a Messages API and its response",)


def _content(message: Message) -> Any:
    return message.content if type(message.content) is str else list(message.content)


MESSAGES_LOG = Format(
    name="messages-log",
    title="Log of a Messages API",
    columns=frozenset(name for both in COLUMNS for name in both),
    matches=matches,
    parse=parse,
    holds=inverse(render, parse),
    render=render,
    readings=readings,
    sure=True,
)
