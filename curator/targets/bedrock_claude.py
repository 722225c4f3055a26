"""Claude 3 Haiku on Amazon Bedrock: the system text on top, user and assistant in turn."""

from typing import Any

from curator.errors import TargetError
from curator.targets.base import Shape
from curator.targets.chat import ChatRules
from curator.targets.chat_rules import keys_of
from curator.targets.chat_target import Row, chat_target
from curator.targets.limits import GIGABYTE, Limits
from curator.targets.packing import led, only, parted
from curator.targets.status import status

_LINES = "File has {count} lines. {Split} data should have between {least} and {most} lines."
_ENDS = "Messages must start with user and end with assistant"

LIMITS = Limits(
    rows_least=32,
    rows_most=10_000,
    validation_least=32,
    validation_most=1_000,
    rows_together=10_000,
    bytes_most=10 * GIGABYTE,
    validation_bytes_most=GIGABYTE,
    row_tokens=32_000,
    few=_LINES,
    many=_LINES,
)


def pack(row: Row) -> Row:
    """The system message becomes a key of the row."""
    system, messages = parted(row["messages"])
    return {"system": system, "messages": messages} if system else {"messages": messages}


def unpack(row: Any) -> Row:
    """The messages of a row, the system text first."""
    only(keys_of(row, ("messages",), ("system",)))
    system = row.get("system", "")
    if type(system) is not str or ("system" in row and not system) or type(row["messages"]) is not list:
        raise TargetError("system: must be text that is not empty, beside a list of messages")
    if any(type(message) is dict and message.get("role") == "system" for message in row["messages"]):
        raise TargetError("messages: have a system message; it belongs into the key system")
    return {"messages": led(system, row["messages"])}


BEDROCK_CLAUDE = chat_target(
    name="bedrock-claude",
    title="Claude 3 Haiku on Amazon Bedrock",
    status=status("bedrock-claude"),
    format=Shape("bedrock-claude", "Claude messages with the system text on top"),
    rules=ChatRules(
        who="Claude on Bedrock",
        tools=False,
        names=False,
        filled=True,
        order="turns",
        least=2,
        reserved=("\nHuman:", "\nAssistant:"),
        marks=(),
        row_tokens=LIMITS.row_tokens,
        counting="characters/3",
        says={"first": _ENDS, "last": _ENDS, "reserved": "Reserved keyword {word!r} found in message content"},
    ),
    limits=LIMITS,
    pack=pack,
    unpack=unpack,
    told=(
        "A row has messages and, where the example has one, the system text; nothing else.",
        "Content is text, never empty.",
        "User and assistant take turns, from a user to an assistant; one system message, at the beginning.",
        "Tools, images, names and weights are left out: there is no place for them.",
        '"\\nHuman:" and "\\nAssistant:" are reserved in every text.',
        "Tokens of a row are counted as AWS does: a third of the characters.",
    ),
)
