"""Logs of the Chat Completions API: a request with messages, a response with choices."""

from typing import Any

from curator.errors import FormatError
from curator.formats import fields as unknown
from curator.formats.base import Format
from curator.formats.exchange_log import COLUMNS, exchange, failed, filled, needed, rest
from curator.formats.inverse import inverse
from curator.formats.messages import KEYS, read_messages, read_tools, render_message, render_messages
from curator.formats.values import kind
from curator.model import Alternative, Example


def matches(row: dict[str, Any]) -> int:
    """93 for a request with messages whose response has choices."""
    found = exchange(row)
    return 93 if found and "choices" in found.response else 0


def parse(row: dict[str, Any]) -> Example:
    """An example whose output is the first choice; the others are alternatives. Settings and usage are metadata."""
    found = needed(row)
    asked, answered = found.columns
    choices = found.response.get("choices")
    if type(choices) is not list or not choices:
        raise failed(found.response, answered, "choices")
    fields: unknown.Fields = {}
    messages = read_messages(found.request["messages"], f"{asked}.messages", fields)
    ends = []
    for index, choice in enumerate(choices):
        field = f"{answered}.choices[{index}].message"
        message = choice.get("message") if type(choice) is dict else None
        if type(message) is not dict:
            raise FormatError(f"must be a message, not {kind(message)}", field)
        extra: unknown.Fields = {}
        ends.append(read_messages([{**message, "role": message.get("role", "assistant")}], field, extra))
        if extra and index == 0:
            fields[len(messages)] = extra[0]
    tools = read_tools(found.request.get("tools"), f"{asked}.tools")
    functions = () if tools else read_tools(found.request.get("functions"), f"{asked}.functions")
    tools = tools or tuple({"type": "function", "function": function} for function in functions)
    metadata = rest(row, found, (("messages", "tools", "functions"), ("choices",)))
    told = [{key: item for key, item in choice.items() if key != "message"} for choice in choices]
    if any(left.keys() - {"index"} for left in told):
        metadata.setdefault(answered, {})["choices"] = told
    unknown.add(metadata, fields)
    return Example(
        messages=(*messages, *ends[0]),
        alternatives=tuple(Alternative(tuple(end)) for end in ends[1:]),
        tools=tools,
        metadata=metadata,
    )


def render(example: Example) -> dict[str, Any]:
    """The row: request, response, then metadata as columns."""
    if example.output_index != len(example.messages) - 1 or len(example.messages) < 2:
        raise FormatError("it does not end with an answer")
    fields = unknown.of(example.metadata, example.messages, KEYS)
    messages = render_messages(example.messages, fields)
    ends = [messages[-1]]
    for other in example.alternatives:
        if len(other.messages) != 1 or other.preferred is not None or other.score is not None:
            raise FormatError("it has alternatives that are more than other choices")
        ends.append(render_message(other.messages[0]))
    metadata = {k: v for k, v in example.metadata.items() if k != unknown.FIELDS or fields is None}
    request: dict[str, Any] = {"messages": messages[:-1]}
    if example.tools:
        request["tools"] = list(example.tools)
    filled("request", request, metadata)
    choices = _choices(metadata, len(ends))
    response = {"choices": [{**one, "message": end} for one, end in zip(choices, ends, strict=True)]}
    filled("response", response, metadata)
    return {"request": request, "response": response, **metadata}


def _choices(metadata: dict[str, Any], count: int) -> list[dict[str, Any]]:
    """What is known about each choice, taken out of the metadata."""
    told = metadata.get("response")
    if type(told) is not dict or "choices" not in told:
        return [{"index": index} for index in range(count)]
    choices = told["choices"]
    if type(choices) is not list or len(choices) != count or not all(type(one) is dict for one in choices):
        raise FormatError("its metadata has choices of another number than its answers")
    left = {key: value for key, value in told.items() if key != "choices"}
    metadata.pop("response")
    if left:
        metadata["response"] = left
    return choices


def readings(row: dict[str, Any]) -> tuple[str, ...]:
    """How a row is read, for people."""
    asked, answered = needed(row).columns
    return (f"`{asked}` and `{answered}` are a request to a Chat Completions API and its response",)


COMPLETIONS_LOG = Format(
    name="completions-log",
    title="Log of a Chat Completions API",
    columns=frozenset(name for both in COLUMNS for name in both),
    matches=matches,
    parse=parse,
    holds=inverse(render, parse),
    render=render,
    readings=readings,
    sure=True,
)
