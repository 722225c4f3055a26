"""OpenAI's preference rows (direct preference optimisation)."""

from typing import Any

from curator.errors import TargetError
from curator.targets.base import Shape
from curator.targets.chat_rules import PARALLEL, keys_of
from curator.targets.chat_target import Row
from curator.targets.openai import LIMITS, RULES
from curator.targets.packing import only
from curator.targets.preference import Pair, preference_target
from curator.targets.status import status

FORMAT = Shape("openai-preference", "OpenAI preferences")
_SIDES = ("preferred_output", "non_preferred_output")
_COLUMNS = ("input", *_SIDES)


def pack(pair: Pair) -> Row:
    """The input, with its tools, and both outputs. The guide calls them so; one schema file says completion."""
    given: Row = {"messages": pair.prompt}
    if pair.tools:
        given |= {"tools": pair.tools, PARALLEL: True}
    return {"input": given, _SIDES[0]: pair.chosen, _SIDES[1]: pair.rejected}


def unpack(row: Any) -> Pair:
    """The pair of a row."""
    only(keys_of(row, _COLUMNS))
    given = row["input"]
    only([f"input.{reason}" for reason in keys_of(given, ("messages",), ("tools", PARALLEL))])
    if type(given.get(PARALLEL, True)) is not bool:
        raise TargetError(f"input.{PARALLEL}: must be true or false")
    return Pair(given["messages"], row[_SIDES[0]], row[_SIDES[1]], given.get("tools", []))


TOLD = (
    "A row has input with messages and, where the example has them, tools; preferred_output; non_preferred_output.",
    "Each output is one message of the assistant; the input ends with a user or a tool message.",
    "An example without a chosen and a rejected output is left out; of several rejected ones each makes a row.",
    "Weights have no place in it: the outputs are trained on.",
)

OPENAI_DPO = preference_target(
    name="openai-dpo",
    title="OpenAI direct preference optimisation",
    status=status("openai-dpo"),
    format=FORMAT,
    rules=RULES,
    limits=LIMITS,
    pack=pack,
    unpack=unpack,
    told=TOLD,
)
