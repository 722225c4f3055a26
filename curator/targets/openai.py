"""OpenAI's supervised fine-tuning: chat rows, strict."""

from typing import Any

from curator.formats.openai_chat import OPENAI_CHAT
from curator.model import Example
from curator.targets.base import Target
from curator.targets.chat import ChatRules, chat_messages, chat_tools, is_plain
from curator.targets.chat_rules import check_messages, check_tools, keys_of, plain_rows
from curator.targets.status import status

#: OpenAI's supervised fine-tuning guide: fewest examples of a training file, and its largest size.
FEWEST = 10
MAX_BYTES = 512 * 1024 * 1024

_PARALLEL = "parallel_tool_calls"
_RULES = ChatRules(who="OpenAI", weights=True, parts=True, tool_names=False, most_tools=128)


def render(example: Example) -> dict[str, Any]:
    """A row of messages, with tools and `parallel_tool_calls` when the example has tools."""
    row: dict[str, Any] = {"messages": chat_messages(example, _RULES)}
    if example.tools:
        row["tools"] = chat_tools(example)
        if type(example.metadata.get(_PARALLEL)) is bool:
            row[_PARALLEL] = example.metadata[_PARALLEL]
    return row


def refuses(example: Example) -> list[str]:
    """Why OpenAI would reject the example or train on less of it."""
    if is_plain(example):
        return []
    wrong = check_row(render(example))
    if example.alternatives:
        wrong.append("its alternatives would be lost: a row of supervised fine-tuning holds one output")
    return wrong


def check_row(row: Any) -> list[str]:
    """What OpenAI would refuse in a row of the written file."""
    if type(row) is dict and len(row) == 1 and plain_rows(row.get("messages")):
        return []
    wrong = keys_of(row, ("messages",), ("tools", _PARALLEL))
    if wrong:
        return wrong
    wrong = check_messages(row["messages"], "messages", _RULES)
    if "tools" in row:
        wrong += check_tools(row["tools"], _RULES)
    if _PARALLEL in row and (type(row[_PARALLEL]) is not bool or "tools" not in row):
        wrong.append(f"{_PARALLEL}: must be true or false, beside tools")
    return wrong


def limits(counts: dict[str, int]) -> list[str]:
    """The training file needs at least `FEWEST` examples."""
    count = counts.get("train", 0)
    if count >= FEWEST:
        return []
    return [f"the training file has {count} example(s), but must have at least {FEWEST} examples"]


OPENAI = Target(
    name="openai",
    title="OpenAI supervised fine-tuning",
    format=OPENAI_CHAT,
    status=status("openai"),
    render=render,
    refuses=refuses,
    check_row=check_row,
    limits=limits,
    rules=(
        f"At least {FEWEST} examples in train.jsonl; 50 to 100 are recommended; at most 512 MB.",
        "A row has messages and, where the example has them, tools and parallel_tool_calls; nothing else.",
        "The last message is from the assistant; every assistant message that is trained on has text or calls.",
        "Weights are 0 or 1, on assistant messages only; one of them is not 0.",
        "Function names are 1 to 64 letters, digits, - or _; arguments are the JSON text of an object.",
        "Every tool call is answered before the next turn, and every tool message answers a call.",
        "Images are in user messages, at most 10 a row, JPEG, PNG or WEBP, a web address or up to 10 MB of data.",
        "Calls without ids get ids (call00001); the name of a tool message is left out: its schema has none.",
    ),
    max_bytes=MAX_BYTES,
)
