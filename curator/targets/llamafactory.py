"""LLaMA-Factory: turns with from and value, and the dataset_info.json that names their columns."""

from typing import Any

import msgspec

from curator.errors import TargetError
from curator.formats.sharegpt import SHAREGPT as SHAREGPT_FORMAT
from curator.targets.base import Written
from curator.targets.chat import ChatRules
from curator.targets.chat_rules import keys_of
from curator.targets.chat_target import Row, chat_target
from curator.targets.from_value import messages_of, tools_of, tools_text, turns_of
from curator.targets.packing import led, only, parted
from curator.targets.status import status

_INFO = "dataset_info.json"
#: Every row has all three: LLaMA-Factory stops at a row without a column that dataset_info.json names.
COLUMNS = ("conversations", "system", "tools")


def pack(row: Row) -> Row:
    """The turns, the system text and the tools as JSON text; both may be empty."""
    system, messages = parted(row["messages"])
    return {"conversations": turns_of(messages), "system": system, "tools": tools_text(row)}


def unpack(row: Any) -> Row:
    """The messages and tools of a row."""
    only(keys_of(row, COLUMNS))
    if type(row["system"]) is not str:
        raise TargetError("system: must be text")
    return {"messages": led(row["system"], messages_of(row["conversations"], "conversations"))} | tools_of(row["tools"])


def beside(written: Written) -> dict[str, bytes]:
    """The file that LLaMA-Factory looks data sets up in: one of each split."""
    shape = {"formatting": "sharegpt", "columns": {"messages": COLUMNS[0], "system": COLUMNS[1], "tools": COLUMNS[2]}}
    names = {split: "curated" if split == "train" else f"curated_{split}" for split in written.files}
    info = {names[split]: {"file_name": file, **shape} for split, file in written.files.items()}
    return {_INFO: msgspec.json.format(msgspec.json.encode(info), indent=2) + b"\n"}


LLAMAFACTORY = chat_target(
    name="llamafactory",
    title="LLaMA-Factory",
    status=status("llamafactory"),
    format=SHAREGPT_FORMAT,
    rules=ChatRules(who="LLaMA-Factory", names=False, tool_names=False, order="turns", least=2),
    pack=pack,
    unpack=unpack,
    extras=beside,
    extra_names=(_INFO,),
    told=(
        f"{_INFO} names the data sets curated, curated_validation and curated_test: use the folder as dataset_dir.",
        "A row has conversations, system and tools, always; a turn has from and value.",
        "human and gpt take turns, from a human to gpt: LLaMA-Factory drops other rows with a line in its log only.",
        "A call is a function_call turn, its answer an observation; several calls at once are left out.",
        "Ids of calls and names of tool messages are left out: there is no place for them.",
        "Weights are ignored by LLaMA-Factory: an example with a weight other than 1 is left out.",
    ),
)
