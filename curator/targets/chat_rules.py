"""The rules of chat rows, checked on what was written: keys, types, roles, calls and their answers, outputs."""

import re
from collections.abc import Sequence
from typing import Any

import msgspec

from curator.targets.chat import ChatRules, fine_roles, fits, guarded, guards_of, has_one
from curator.targets.turns import check_turns

#: Names of functions, from OpenAI's API reference; the open trainers' templates take them as well.
NAME = re.compile(r"[A-Za-z0-9_-]{1,64}")
ROLES = ("system", "user", "assistant", "tool")
#: OpenAI's switch beside tools.
PARALLEL = "parallel_tool_calls"
#: OpenAI's vision guide: bytes of an image.
IMAGE_BYTES = 10 * 1024 * 1024

_IMAGE_URL = re.compile(r"https?://|data:image/(?:jpeg|png|webp);base64,")


def plain_rows(messages: Any, rules: ChatRules) -> bool:
    """Whether nothing can be wrong with these messages: text turns that end with a filled output."""
    return type(messages) is list and fine_roles(roles_of(messages, rules), rules.order, rules.least)


def roles_of(messages: Sequence[Any], rules: ChatRules) -> tuple[str, ...]:
    """The roles of messages with which nothing can be wrong but their order; none where something may be."""
    roles, size = [], 0
    reserved, filled = rules.reserved, rules.filled
    guards = guards_of(reserved)
    for message in messages:
        if type(message) is not dict or len(message) != 2:
            return ()
        content = message.get("content")
        role = message.get("role")
        if type(content) is not str or type(role) is not str:
            return ()
        if (filled or role == "assistant") and (not content or content.isspace()):
            return ()
        if reserved and guarded(content, guards) and has_one(content, reserved):
            return ()
        roles.append(role)
        size += len(content)
    return tuple(roles) if fits(size, rules) else ()


def keys_of(row: Any, needed: Sequence[str], optional: Sequence[str] = ()) -> list[str]:
    """What is wrong with the keys of a row: it is no object, one is missing, one is too many."""
    if type(row) is not dict:
        return ["the row is not a JSON object"]
    if tuple(row) == needed:  # as it was written, which is soonest told
        return []
    wrong = []
    for key in needed:
        if key not in row:
            wrong.append(f"{key}: is missing")
    for key in row:
        if key not in needed and key not in optional:
            wrong.append(f"found extra column {key!r}")
    return wrong


def check_messages(messages: Any, field: str, rules: ChatRules, *, fields: Sequence[str] = ()) -> list[str]:
    """What is wrong with a list of messages; `fields` names each where they come from several lists."""
    if type(messages) is not list:
        return [f"{field}: must be a list"]
    if not messages:
        return [f"{field}: is empty"]
    names = fields or [f"{field}[{index}]" for index in range(len(messages))]
    wrong: list[str] = []
    for name, message in zip(names, messages, strict=True):
        if type(message) is not dict:
            return [f"{name}: must be an object"]
        wrong += _message(message, name, rules)
    if wrong:
        return wrong
    wrong += _answers(messages, names) + check_turns(messages, field, names, rules)
    images = sum(len(_images(message["content"])) for message in messages)
    if images > rules.most_images:
        wrong.append(f"{field}: has {images} images, and at most {rules.most_images} are taken")
    return wrong


def check_chat(row: Any, rules: ChatRules) -> list[str]:
    """What is wrong with a row of messages and, where it has them, tools."""
    if type(row) is dict and len(row) == 1 and plain_rows(row.get("messages"), rules):
        return []
    wrong = keys_of(row, ("messages",), rules.columns)
    if wrong:
        return wrong
    wrong = check_messages(row["messages"], "messages", rules)
    if "tools" in row:
        wrong += check_tools(row["tools"], rules)
    if PARALLEL in row and (type(row[PARALLEL]) is not bool or "tools" not in row):
        wrong.append(f"{PARALLEL}: must be true or false, beside tools")
    return wrong


def check_tools(tools: Any, rules: ChatRules) -> list[str]:
    """What is wrong with the tools of a row."""
    if not rules.tools:
        return [rules.says.get("tools", f"tools: {rules.who} takes none")]
    if type(tools) is not list or not tools:
        return ["tools: must be a list with at least one tool"]
    wrong = [reason for index, tool in enumerate(tools) for reason in _tool(tool, f"tools[{index}]", rules)]
    if rules.most_tools and len(tools) > rules.most_tools:
        wrong.append(f"tools: has {len(tools)} tools, and {rules.who} takes at most {rules.most_tools}")
    if not wrong:
        names = [tool["function"]["name"] for tool in tools]
        wrong += [f"tools: two are named {name!r}" for name in sorted(set(names)) if names.count(name) > 1]
    return wrong


def _message(message: dict[str, Any], name: str, rules: ChatRules) -> list[str]:
    role = message.get("role")
    if role not in ROLES:
        return [f"{name}.role: {str(role)[:40]!r} is not one of {', '.join(ROLES)}"]
    if not rules.tools and (role == "tool" or "tool_calls" in message):
        return [f"{name}: {rules.who} takes no tool calls"]
    wrong = []
    known = _known(role, rules)
    wrong += [
        f"{name}: {rules.who} takes no key {key[:40]!r} in a message of {role}" for key in message if key not in known
    ]
    wrong += _content(message, name, rules)
    if "name" in message and (type(message["name"]) is not str or not message["name"]):
        wrong.append(f"{name}.name: must be text that is not empty")
    if "weight" in message and (type(message["weight"]) is not int or message["weight"] not in (0, 1)):
        wrong.append(f"{name}.weight: must be 0 or 1")
    if "tool_calls" in message:
        wrong += _calls(message["tool_calls"], f"{name}.tool_calls")
    if role == "tool" and (type(message.get("tool_call_id")) is not str or not message["tool_call_id"]):
        wrong.append(f"{name}.tool_call_id: is missing: a tool message names the call that it answers")
    return wrong


def _known(role: str, rules: ChatRules) -> set[str]:
    known = {"role", "content"}
    if role == "tool":
        return known | ({"tool_call_id", "name"} if rules.tool_names else {"tool_call_id"})
    known |= {"name"} if rules.names else set()
    if role == "assistant":
        known |= {"tool_calls", "weight"} if rules.weights else {"tool_calls"}
    return known


def _content(message: dict[str, Any], name: str, rules: ChatRules) -> list[str]:
    content = message.get("content")
    if type(content) is list and not rules.parts:
        return [f"{name}.content: has parts, and {rules.who} takes text"]
    if type(content) is list:
        wrong = [r for n, part in enumerate(content) for r in _part(part, f"{name}.content[{n}]", message["role"])]
        text = "".join(part["text"] for part in content if part.get("type") == "text") if not wrong else "?"
    elif type(content) is str:
        wrong, text = [], content
    else:
        return [f"{name}.content: must be text{' or parts' if rules.parts else ''}"]
    filled = text.strip() or message.get("tool_calls") or (message.get("weight") == 0 and not rules.filled)
    if message["role"] == "assistant" and not filled:
        wrong.append(f"{name}.content: is empty, so nothing would be learnt from it")
    elif rules.filled and not filled:
        wrong.append(f"{name}.content: is empty, and {rules.who} takes no empty message")
    if type(content) is list and not content:
        wrong.append(f"{name}.content: has no parts")
    return wrong


def _part(part: Any, name: str, role: str) -> list[str]:
    kind = part.get("type") if type(part) is dict else None
    if kind == "text":
        fine = part.keys() == {"type", "text"} and type(part["text"]) is str
        return [] if fine else [f"{name}: must be an object with type and text"]
    if kind != "image_url":
        return [f"{name}.type: must be 'text' or 'image_url'"]
    if role != "user":
        return [f"{name}: images are taken in user messages only"]
    image = part.get("image_url")
    url = image.get("url") if type(image) is dict else None
    if part.keys() != {"type", "image_url"} or type(url) is not str or not image.keys() <= {"url", "detail"}:
        return [f"{name}: must be an object with type and image_url, which has a url"]
    if not _IMAGE_URL.match(url):
        return [f"{name}.image_url.url: must be a web address or a data URL of a JPEG, PNG or WEBP image"]
    large = url.startswith("data:") and len(url) * 3 // 4 > IMAGE_BYTES
    return [f"{name}.image_url.url: the image is larger than 10 MB"] if large else []


def _images(content: Any) -> list[Any]:
    return [part for part in content if part["type"] == "image_url"] if type(content) is list else []


def _calls(calls: Any, name: str) -> list[str]:
    if type(calls) is not list or not calls:
        return [f"{name}: must be a list with at least one call"]
    wrong = []
    for index, call in enumerate(calls):
        where = f"{name}[{index}]"
        if type(call) is not dict or call.keys() - {"id"} != {"type", "function"} or call["type"] != "function":
            wrong.append(f"{where}: must be an object with id, type 'function' and function")
            continue
        if type(call.get("id")) is not str or not call["id"]:
            wrong.append(f"{where}.id: is missing")
        function = call["function"]
        if type(function) is not dict or function.keys() != {"name", "arguments"}:
            wrong.append(f"{where}.function: must be an object with name and arguments")
            continue
        wrong += _name(function["name"], f"{where}.function.name")
        if not _is_object(function["arguments"]):
            wrong.append(f"{where}.function.arguments: must be the JSON text of an object")
    ids = [call["id"] for call in calls] if not wrong else []
    return wrong + [f"{name}: two calls have the id {one!r}" for one in sorted(set(ids)) if ids.count(one) > 1]


def _answers(messages: list[dict[str, Any]], names: Sequence[str]) -> list[str]:
    """Each call is answered before the next turn, unless it is the end; each tool message answers a call."""
    wrong = []
    waiting: dict[str, str] = {}
    for name, message in zip(names, messages, strict=True):
        if message["role"] == "tool":
            if waiting.pop(message["tool_call_id"], None) is None:
                wrong.append(f"{name}.tool_call_id: {message['tool_call_id'][:40]!r} answers no call before it")
            continue
        wrong += [f"{where}: the call {call[:40]!r} is not answered" for call, where in waiting.items()]
        waiting = {call["id"]: f"{name}.tool_calls" for call in message.get("tool_calls", ())}
    if waiting and messages[-1]["role"] == "tool":
        wrong += [f"{where}: the call {call[:40]!r} is not answered" for call, where in waiting.items()]
    return wrong


def _tool(tool: Any, name: str, rules: ChatRules) -> list[str]:
    if type(tool) is not dict or tool.keys() != {"type", "function"} or tool["type"] != "function":
        return [f"{name}: must be an object with type 'function' and function"]
    function = tool["function"]
    if type(function) is not dict:
        return [f"{name}.function: must be an object"]
    wrong = [f"{name}.function: unknown key {key[:40]!r}" for key in function if key not in rules.function_keys]
    wrong += _name(function.get("name"), f"{name}.function.name")
    if type(function.get("description", "")) is not str:
        wrong.append(f"{name}.function.description: must be text")
    if type(function.get("parameters", {})) is not dict:
        wrong.append(f"{name}.function.parameters: must be an object")
    return wrong


def _name(value: Any, name: str) -> list[str]:
    if type(value) is str and NAME.fullmatch(value):
        return []
    return [f"{name}: must be 1 to 64 letters, digits, - or _, not {str(value)[:70]!r}"]


def _is_object(value: Any) -> bool:
    try:
        return type(value) is str and type(msgspec.json.decode(value)) is dict
    except (ValueError, RecursionError):
        return False
