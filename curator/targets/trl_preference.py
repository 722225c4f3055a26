"""TRL's DPOTrainer and RewardTrainer: prompt, chosen and rejected as lists of messages."""

from typing import Any

from curator.targets.base import Shape
from curator.targets.chat import ChatRules
from curator.targets.chat_rules import keys_of
from curator.targets.chat_target import Row
from curator.targets.packing import only
from curator.targets.preference import Pair, preference_target
from curator.targets.status import status


def pack(pair: Pair) -> Row:
    """All three as lists: TRL takes a row of lists and texts now this way, now that way."""
    return {"prompt": pair.prompt, "chosen": pair.chosen, "rejected": pair.rejected}


def unpack(row: Any) -> Pair:
    """The pair of a row."""
    only(keys_of(row, ("prompt", "chosen", "rejected")))
    return Pair(row["prompt"], row["chosen"], row["rejected"])


TRL_PREFERENCE = preference_target(
    name="trl-preference",
    title="TRL DPOTrainer and RewardTrainer",
    status=status("trl-preference"),
    format=Shape("preference", "Prompt, chosen and rejected as messages"),
    rules=ChatRules(who="TRL", advised="turns", tools=False),
    pack=pack,
    unpack=unpack,
    told=(
        "A row has prompt, chosen and rejected, all lists of messages, and no other key: TRL fails on others.",
        "chosen and rejected are one message of the assistant each; the prompt ends with a user message.",
        "An example without a chosen and a rejected output is left out; of several rejected ones each makes a row.",
        "Tools and tool calls are left out.",
    ),
)
