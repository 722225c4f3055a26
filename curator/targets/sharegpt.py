"""ShareGPT files: conversations of turns with from and value."""

from typing import Any

from curator.formats.sharegpt import SHAREGPT as SHAREGPT_FORMAT
from curator.targets.chat import ChatRules
from curator.targets.chat_rules import keys_of
from curator.targets.chat_target import Row, chat_target
from curator.targets.from_value import messages_of, tools_of, tools_text, turns_of
from curator.targets.packing import only
from curator.targets.status import status


def pack(row: Row) -> Row:
    """The turns, and the tools as JSON text where there are some."""
    packed: Row = {"conversations": turns_of(row["messages"])}
    return packed | {"tools": tools_text(row)} if "tools" in row else packed


def unpack(row: Any) -> Row:
    """The messages and tools of a row."""
    only(keys_of(row, ("conversations",), ("tools",)))
    return {"messages": messages_of(row["conversations"], "conversations")} | tools_of(row.get("tools", ""))


SHAREGPT = chat_target(
    name="sharegpt",
    title="ShareGPT files",
    status=status("sharegpt"),
    format=SHAREGPT_FORMAT,
    rules=ChatRules(who="ShareGPT", names=False, tool_names=False, order="turns", least=2),
    pack=pack,
    unpack=unpack,
    told=(
        "A row has conversations and, where the example has them, tools as JSON text; a turn has from and value.",
        "human and gpt take turns, from a human to gpt, after one system turn; other orders are dropped by readers.",
        "A call is a function_call turn, its answer an observation; several calls at once are left out.",
        "Ids of calls and names of tool messages are left out: there is no place for them.",
        "There are no weights: an example with a weight other than 1 is left out.",
    ),
)
