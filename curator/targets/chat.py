"""Chat rows for trainers: an example's messages without anything that a strict reader does not know."""

import re
from collections.abc import Sequence
from functools import lru_cache
from typing import Any, Literal

from msgspec import Struct
from msgspec.structs import replace

from curator.formats.messages import render_message
from curator.model import Example, Message, ToolCall

#: ``free``: any order. ``early``: a system message only before the first answer. ``led``: the system message first, a
#: user before any answer, no two users in a row. ``turns``: after a system message user and assistant in turn.
Order = Literal["free", "early", "led", "turns"]

#: What chat templates put around messages. In a text, a tokenizer reads them as what they stand for.
MARKS = (
    *("<|im_start|>", "<|im_end|>", "<|endoftext|>", "<|eot_id|>", "<|start_header_id|>", "<|begin_of_text|>"),
    *("<|end|>", "<|start|>", "<|user|>", "<|assistant|>", "<|system|>", "<start_of_turn>", "<end_of_turn>"),
    *("[INST]", "[/INST]", "</s>", "<<SYS>>", "<|START_OF_TURN_TOKEN|>", "<\uff5cUser\uff5c>"),
)


_SPEAK = frozenset({"system", "user", "assistant"})


class ChatRules(Struct, frozen=True):
    """What a target takes in messages. `who` is the subject of the sentences about it.

    `weights`: a row holds them; without, an example whose weights would change the training is refused. `filled`: no
    message may be empty. `order` is demanded; `advised` is an order that something down the road wants, and a row of
    another one is told of. `reserved` are texts that make a job fail, `marks` those that may be read as control tokens:
    they are told. `call_ids` is the pattern of the ids of tool calls: others get new ones. `row_tokens` bounds a row,
    counted as `counting` says. `says` holds the provider's own words by rule: first, order, last, reserved, system,
    tools, weight, advised; they may name {role}, {expected}, {word} and {where}.
    """

    who: str
    weights: bool = False
    parts: bool = False
    tools: bool = True
    names: bool = True
    tool_names: bool = True
    filled: bool = False
    function_keys: frozenset[str] = frozenset({"name", "description", "parameters", "strict"})
    most_tools: int = 0
    most_images: int = 10
    call_ids: str = ""
    order: Order = "free"
    advised: Order = "free"
    least: int = 1
    reserved: tuple[str, ...] = ()
    marks: tuple[str, ...] = MARKS
    row_tokens: int = 0
    counting: Literal["o200k_base", "estimate", "characters/3"] = "estimate"
    columns: tuple[str, ...] = ("tools",)
    says: dict[str, str] = {}


def chat_messages(messages: Sequence[Message], rules: ChatRules) -> list[dict[str, Any]]:
    """The messages of a row: role and content always there, the other keys only where they mean something."""
    rows = text_rows(messages)
    if rows is not None:
        return rows
    told = fitting(numbered(messages), rules.call_ids) if rules.call_ids else numbered(messages)
    return [_message(message, rules) for message in told]


def text_rows(messages: Sequence[Message]) -> list[dict[str, Any]] | None:
    """The rows of messages that are texts and nothing else, as nearly all are; None where one is more."""
    rows = []
    for message in messages:
        role, content = message.role, message.content
        if type(content) is not str or message.weight is not None or message.name is not None:
            return None
        if role == "tool" or message.tool_calls or message.tool_call_id is not None:
            return None
        rows.append({"role": role, "content": content})
    return rows


def is_plain(example: Example, rules: ChatRules) -> bool:
    """Whether nothing can be wrong with an example for a chat target: text turns that end with a filled output.

    It answers for nearly every example, so that the full rules run for the rest only.
    """
    return not example.tools and not example.alternatives and plain_messages(example.messages, rules)


def plain_messages(messages: Sequence[Message], rules: ChatRules) -> bool:
    """The same for messages alone."""
    roles = plain_roles(messages, rules)
    return fine_roles(roles, rules.order, rules.least) and well_advised(roles, rules)


def plain_roles(messages: Sequence[Message], rules: ChatRules) -> tuple[str, ...]:
    """The roles of messages with which nothing can be wrong but their order; none where something may be."""
    roles, size = [], 0
    reserved, marks, filled = rules.reserved, rules.marks, rules.filled
    guards = guards_of(reserved)
    for message in messages:
        content = message.content
        if type(content) is not str or message.weight is not None or message.tool_calls:
            return ()
        if message.name is not None or message.tool_call_id is not None:
            return ()
        roles.append(message.role)
        size += len(content)
        if (filled or message.role == "assistant") and (not content or content.isspace()):
            return ()
        if ("<" in content or "[" in content) and has_one(content, marks):
            return ()
        if reserved and guarded(content, guards) and has_one(content, reserved):
            return ()
    return tuple(roles) if fits(size, rules) else ()


def well_advised(roles: tuple[str, ...], rules: ChatRules) -> bool:
    """Whether messages of these roles have the order that is advised."""
    return rules.advised == "free" or fine_roles(roles, rules.advised, 1)


@lru_cache
def guards_of(words: tuple[str, ...]) -> tuple[str, ...]:
    """A sign of each word: a text without any of them has none of the words, and that is found out sooner."""
    return tuple({next((sign for sign in word if not sign.isalnum() and not sign.isspace()), word) for word in words})


def guarded(text: str, guards: tuple[str, ...]) -> bool:
    """Whether a text has one of these signs, so that it has to be looked at."""
    return bool([sign for sign in guards if sign in text])


def has_one(text: str, words: Sequence[str]) -> bool:
    """Whether one of the words is in the text."""
    return bool([word for word in words if word in text])  # any() costs twice as much


def fits(characters: int, rules: ChatRules) -> bool:
    """Whether so many characters are surely no more tokens than a row may have: a token is at least a byte."""
    return not rules.row_tokens or characters * 4 <= rules.row_tokens


@lru_cache(maxsize=4096)
def fine_roles(roles: tuple[str, ...], order: Order, least: int) -> bool:
    """Whether text messages of these roles, without tools, break no rule of order."""
    if not roles or roles[-1] != "assistant" or len(roles) < least or not _SPEAK.issuperset(roles):
        return False
    return not misplaced(roles, order)


@lru_cache(maxsize=4096)
def fine_ends(roles: tuple[str, ...], count: int, order: Order, least: int) -> bool:
    """Whether so many roles are an input that ends with the user's, and each of the others is an output on it."""
    given, ends = roles[:count], roles[count:]
    return given[-1:] == ("user",) and set(ends) == {"assistant"} and fine_roles((*given, "assistant"), order, least)


def misplaced(roles: Sequence[str], order: Order) -> list[tuple[int, str, str]]:
    """Which messages stand where they may not: the index, the rule that says so, the role that is expected there."""
    wrong: list[tuple[int, str, str]] = []
    before = ""
    for index, role in enumerate(roles):
        if role == "system":
            late = "assistant" in roles[:index] if order == "early" else index > 0 and order != "free"
            wrong += [(index, "system", "user")] if late else []
            continue
        expected = _expected(role, before, order)
        if expected:
            wrong.append((index, "order" if before else "first", expected))
        before = role
    return wrong


def _expected(role: str, before: str, order: Order) -> str:
    """The role that should stand here instead; empty when this one is right."""
    if order == "led":
        if role == "assistant" and not before:
            return "user"
        return "assistant" if role == before == "user" else ""
    if order == "turns":
        answers = before in ("user", "tool")
        return ("" if role == "assistant" else "assistant") if answers else ("user" if role == "assistant" else "")
    return ""


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


def fitting(messages: Sequence[Message], pattern: str) -> Sequence[Message]:
    """Messages whose calls have ids of this pattern: all get new ones when one does not fit. Ids mean nothing."""
    ids = [call.id for message in messages for call in message.tool_calls]
    if all(one is None or re.fullmatch(pattern, one) for one in ids):
        return messages
    count = 0
    named: dict[str | None, str] = {}
    found = []
    for message in messages:
        calls = []
        for call in message.tool_calls:
            count += 1
            named[call.id] = f"call{count:05d}"
            calls.append(replace(call, id=named[call.id]))
        answered = named.get(message.tool_call_id, message.tool_call_id)
        found.append(replace(message, tool_calls=tuple(calls), tool_call_id=answered))
    return found


def _message(message: Message, rules: ChatRules) -> dict[str, Any]:
    content = message.content
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
