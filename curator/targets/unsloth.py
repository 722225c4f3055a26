"""Unsloth: `conversations` of turns with two keys, as its standardize_data_formats leaves them."""

from typing import Any

from curator.formats.openai_chat import OPENAI_CHAT
from curator.targets.chat import ChatRules
from curator.targets.chat_rules import keys_of
from curator.targets.chat_target import Row, chat_target
from curator.targets.packing import only
from curator.targets.status import status


def pack(row: Row) -> Row:
    """The same messages under the name that Unsloth's notebooks read."""
    return {"conversations": row["messages"]}


def unpack(row: Any) -> Row:
    """The messages of a row."""
    only(keys_of(row, ("conversations",)))
    return {"messages": row["conversations"]}


UNSLOTH = chat_target(
    name="unsloth",
    title="Unsloth, conversations",
    status=status("unsloth"),
    rules=ChatRules(who="Unsloth", advised="turns", tools=False, names=False),
    format=OPENAI_CHAT,
    pack=pack,
    unpack=unpack,
    told=(
        "A row has conversations and nothing else; each turn has role and content, both text.",
        "The last message is from the assistant; every assistant message has text.",
        "Tools and tool calls are left out: a turn has two keys. The target trl holds them, and Unsloth reads it too.",
        "Weights are ignored by Unsloth: an example with a weight other than 1 is left out.",
    ),
)
