"""Messages whose content is blocks, as Anthropic's Messages API has them: texts, tool uses, tool results, thoughts."""

from typing import Any

from curator.errors import FormatError
from curator.formats.messages import read_role
from curator.formats.values import compact, decoded, kind
from curator.model import Message, Role, ToolCall

Blocks = list[dict[str, Any]]

#: Blocks that are no part of what is taught; they are kept as metadata.
THOUGHTS = ("thinking", "redacted_thinking")


def read_system(value: Any, field: str) -> list[Message]:
    """The system message of text or of blocks of text; none when there is none."""
    if value is None or value in ("", []):
        return []
    if type(value) is str:
        return [Message("system", value)]
    blocks = _blocks(value, field)
    return [Message("system", _content(blocks))]


def read_turn(role: Any, content: Any, field: str, thoughts: Blocks) -> list[Message]:
    """The messages of one turn: results of tools are messages of their own. `thoughts` receives what is not taught."""
    known: Role = read_role(role, f"{field}.role")
    if content is None or type(content) is str:
        return [Message(known, content or "")]
    messages: list[Message] = []
    calls: list[ToolCall] = []
    rest: Blocks = []
    for index, block in enumerate(_blocks(content, f"{field}.content")):
        where = f"{field}.content[{index}]"
        what = block.get("type")
        if what == "tool_use":
            calls.append(_call(block, where))
        elif what == "tool_result":
            messages.append(_result(block, where))
        elif what in THOUGHTS:
            thoughts.append(block)
        else:
            rest.append(block)
    if rest or calls or not messages:
        messages.append(Message(known, _content(rest), None, tuple(calls)))
    return messages


def write_turns(messages: list[Message]) -> Blocks:
    """Messages as turns of a user and an assistant; results of tools go to the user."""
    turns: Blocks = []
    for message in messages:
        if message.role == "tool":
            block = {"type": "tool_result", "tool_use_id": message.tool_call_id, "content": _written(message)}
            if turns and turns[-1]["role"] == "user" and _is_results(turns[-1]["content"]):
                turns[-1]["content"].append(block)
            else:
                turns.append({"role": "user", "content": [block]})
        elif message.tool_calls:
            turns.append({"role": message.role, "content": [*_texts(message), *map(_use, message.tool_calls)]})
        else:
            turns.append({"role": message.role, "content": _written(message)})
    return turns


def read_tool(tool: dict[str, Any]) -> dict[str, Any]:
    """A tool in OpenAI's shape; one of the provider's own stays as it is."""
    if type(tool.get("name")) is not str or "input_schema" not in tool:
        return tool
    rest = {key: value for key, value in tool.items() if key not in ("input_schema", "type") or value is None}
    if tool.get("type") not in (None, "custom"):
        return tool
    return {"type": "function", "function": {**rest, "parameters": tool["input_schema"]}}


def write_tool(tool: dict[str, Any]) -> dict[str, Any]:
    """The tool that `read_tool` reads as this one."""
    function = tool.get("function")
    if set(tool) != {"type", "function"} or type(function) is not dict or "parameters" not in function:
        return tool
    rest = {key: value for key, value in function.items() if key != "parameters"}
    return {**rest, "input_schema": function["parameters"]}


def _blocks(value: Any, field: str) -> Blocks:
    if type(value) is not list:
        raise FormatError(f"must be text or a list of blocks, not {kind(value)}", field)
    for index, block in enumerate(value):
        if type(block) is not dict:
            raise FormatError(f"must be an object with a type, not {kind(block)}", f"{field}[{index}]")
    return value


def _content(blocks: Blocks) -> str | tuple[dict[str, Any], ...]:
    """Text when it is one text and nothing else, else the blocks."""
    if not blocks:
        return ""
    block = blocks[0]
    alone = len(blocks) == 1 and block.get("type") == "text" and type(block.get("text")) is str
    if alone and all(value is None for key, value in block.items() if key not in ("type", "text", "cache_control")):
        return str(block["text"])
    return tuple(blocks)


def _call(block: dict[str, Any], field: str) -> ToolCall:
    name, given, known = block.get("name"), block.get("input"), block.get("id")
    if type(name) is not str:
        raise FormatError("is missing" if name is None else f"must be text, not {kind(name)}", f"{field}.name")
    if known is not None and type(known) is not str:
        raise FormatError(f"must be text, not {kind(known)}", f"{field}.id")
    return ToolCall(name, given if type(given) is str else compact({} if given is None else given), known)


def _result(block: dict[str, Any], field: str) -> Message:
    known, content = block.get("tool_use_id"), block.get("content")
    if known is not None and type(known) is not str:
        raise FormatError(f"must be text, not {kind(known)}", f"{field}.tool_use_id")
    if type(content) is list:
        content = _content(_blocks(content, f"{field}.content"))
    elif content is not None and type(content) is not str:
        raise FormatError(f"must be text or a list of blocks, not {kind(content)}", f"{field}.content")
    return Message("tool", content or "", None, (), known)


def _is_results(content: Any) -> bool:
    return type(content) is list and all(block.get("type") == "tool_result" for block in content)


def _written(message: Message) -> Any:
    return message.content if type(message.content) is str else list(message.content)


def _texts(message: Message) -> Blocks:
    if not isinstance(message.content, str):
        return list(message.content)
    return [{"type": "text", "text": message.content}] if message.content else []


def _use(call: ToolCall) -> dict[str, Any]:
    return {"type": "tool_use", "id": call.id, "name": call.name, "input": decoded(call.arguments, "arguments")}
