"""Amazon Nova on Bedrock: rows in the shape of the Converse API, text blocks only."""

from typing import Any

from curator.errors import TargetError
from curator.targets.base import Shape
from curator.targets.chat import ChatRules
from curator.targets.chat_rules import keys_of
from curator.targets.chat_target import Row, chat_target
from curator.targets.limits import Limits
from curator.targets.packing import blocks_in, only, parted
from curator.targets.status import status

SCHEMA = "bedrock-conversation-2024"
_ROLES = {"user": "user", "assistant": "assistant"}
#: A job fails on these anywhere in a text, ordinary ones such as "System: Linux" included (AWS's Nova guide).
RESERVED = ("User:", "Bot:", "Assistant:", "System:", "Thought:", "<image>", "<video>", "[EOS]")
_ORDER = "Invalid messages, expected {expected} role but found {role}"
_ROWS = "Number of samples {count} out of bounds between {least} and {most}"


def pack(row: Row) -> Row:
    """The system text on top, each text as a block."""
    system, messages = parted(row["messages"])
    packed: Row = {"schemaVersion": SCHEMA}
    if system:
        packed["system"] = [{"text": system}]
    packed["messages"] = [{"role": turn["role"], "content": [{"text": turn["content"]}]} for turn in messages]
    return packed


def unpack(row: Any) -> Row:
    """The messages of a row, the system text first."""
    only(keys_of(row, ("schemaVersion", "messages"), ("system",)))
    if row["schemaVersion"] != SCHEMA:
        raise TargetError(f"schemaVersion: must be {SCHEMA!r}")
    messages = blocks_in(row["messages"], "messages", "content", _ROLES)
    if "system" in row:
        told = blocks_in([{"role": "system", "content": row["system"]}], "system", "content", {"system": "system"})
        messages = [*told, *messages]
    return {"messages": messages}


BEDROCK_CONVERSE = chat_target(
    name="bedrock-converse",
    title="Amazon Nova on Bedrock, Converse rows",
    status=status("bedrock-converse"),
    format=Shape("bedrock-converse", "Bedrock Converse conversations"),
    rules=ChatRules(
        who="Nova",
        tools=False,
        names=False,
        filled=True,
        order="turns",
        least=2,
        reserved=RESERVED,
        marks=(),
        says={"first": _ORDER, "order": _ORDER, "last": "Invalid messages, expected assistant role but found {role}"},
    ),
    limits=Limits(rows_least=8, rows_most=20_000, rows_recommended=200, rows_together=20_000, few=_ROWS, many=_ROWS),
    pack=pack,
    unpack=unpack,
    told=(
        f'A row has schemaVersion "{SCHEMA}", messages and, where the example has one, system; nothing else.',
        "User and assistant take turns, from a user to an assistant; one system message, at the beginning.",
        "Content is one text block, never empty: tools, images, names and weights are left out.",
        f"Reserved in every text: {', '.join(RESERVED)}. A job fails on one of them.",
        "Nova 2 Lite needs at least 200 rows and takes no validation file.",
    ),
)
