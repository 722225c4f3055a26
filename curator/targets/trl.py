"""TRL's SFTTrainer with chat rows: every token of `messages` is trained on unless the trainer is told otherwise."""

from typing import Any

from curator.formats.openai_chat import OPENAI_CHAT
from curator.model import Example
from curator.targets.base import Target
from curator.targets.chat import ChatRules, chat_messages, chat_tools, is_plain
from curator.targets.chat_rules import check_messages, check_tools, keys_of, plain_rows
from curator.targets.status import status

#: TRL's templates know ``return`` in a function, which transformers writes for Python functions.
RULES = ChatRules(who="TRL", function_keys=frozenset({"name", "description", "parameters", "strict", "return"}))


def render(example: Example) -> dict[str, Any]:
    """A row of messages, and tools when the example has some. Weights are left out."""
    row: dict[str, Any] = {"messages": chat_messages(example, RULES)}
    if example.tools:
        row["tools"] = chat_tools(example)
    return row


def refuses(example: Example) -> list[str]:
    """Why TRL would fail on the example, drop it, or train on what should not be trained on."""
    if is_plain(example):
        return []
    wrong = check_row(render(example))
    for index, message in enumerate(example.messages):
        if message.role == "assistant" and message.weight not in (None, 1):
            wrong.append(
                f"messages[{index}].weight: TRL ignores weights, so it would train on this message in full "
                f"(its weight is {message.weight:g}); the target trl-prompt-completion trains on the last one only"
            )
    return wrong + lost(example)


def check_row(row: Any) -> list[str]:
    """What TRL would fail on, drop or mangle in a row of the written file."""
    if type(row) is dict and len(row) == 1 and plain_rows(row.get("messages")):
        return []
    wrong = keys_of(row, ("messages",), ("tools",))
    if wrong:
        return wrong
    wrong = check_messages(row["messages"], "messages", RULES)
    return wrong + check_tools(row["tools"], RULES) if "tools" in row else wrong


def lost(example: Example) -> list[str]:
    """What of an example has no place in a row of supervised fine-tuning."""
    return ["its alternatives would be lost: an SFT row holds one output"] if example.alternatives else []


def limits(counts: dict[str, int]) -> list[str]:
    """The training file must not be empty."""
    return [] if counts.get("train", 0) else ["the training file has no examples"]


TRL = Target(
    name="trl",
    title="TRL SFTTrainer, messages",
    format=OPENAI_CHAT,
    status=status("trl"),
    render=render,
    refuses=refuses,
    check_row=check_row,
    limits=limits,
    rules=(
        "A row has messages and, where the example has them, tools; nothing else.",
        "Roles are system, user, assistant and tool: with any other TRL drops the row in silence.",
        "The last message is from the assistant; every assistant message has text or calls.",
        "Every token is trained on unless the trainer gets assistant_only_loss=True.",
        "Weights are ignored by TRL: an example with a weight other than 1 is left out.",
        "Content is text: one text part becomes text, images and several parts are left out.",
        "Every tool call is answered before the next turn; calls without ids get ids (call00001).",
    ),
)
