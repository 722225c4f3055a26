"""Alpaca files: one instruction and one output a row, read by Axolotl, LLaMA-Factory, Unsloth and many others."""

from typing import Any

from msgspec.structs import replace

from curator.errors import TargetError
from curator.formats.alpaca import ALPACA as ALPACA_FORMAT
from curator.formats.pairs import pair
from curator.model import Example
from curator.targets.base import Target
from curator.targets.chat import MARKS, ChatRules, is_plain
from curator.targets.chat_rules import keys_of
from curator.targets.status import status
from curator.targets.turns import marks_in

#: Every row has all four: LLaMA-Factory stops at a row without a column that another row has.
COLUMNS = ("instruction", "input", "output", "system")
_PLAIN = ChatRules(who="Alpaca", filled=True, order="turns", least=2)


def render(example: Example) -> dict[str, Any]:
    """A row: the user turn is the instruction, `input` is empty, `system` is empty without a system message."""
    found = pair(weighted(example))
    if isinstance(found, str):
        raise TargetError(found)
    system, given, output = found
    return {"instruction": given, "input": "", "output": output, "system": system}


def refuses(example: Example) -> list[str]:
    """Why the example has no place in an Alpaca row: several turns, tools, names, alternatives, weight 0."""
    found = pair(weighted(example))
    if isinstance(found, str):
        return [found.replace("this format", "an Alpaca row")]
    return _empty(found[1], found[2])


def plain(example: Example) -> bool:
    """Whether nothing can be wrong with the example: a filled input and output, perhaps after a filled system text."""
    return len(example.messages) <= 3 and is_plain(example, _PLAIN)


def check_row(row: Any) -> list[str]:
    """What is wrong with a row of the written file."""
    wrong = keys_of(row, COLUMNS)
    if wrong:
        return wrong
    wrong = [f"{column}: must be text" for column in COLUMNS if type(row[column]) is not str]
    return wrong or _empty(row["instruction"] or row["input"], row["output"])


def _empty(given: str, output: str) -> list[str]:
    wrong = [] if given and not given.isspace() else ["instruction: is empty"]
    if not output or output.isspace():
        wrong.append("output: is empty, so nothing would be learnt from it")
    return wrong


def weighted(example: Example) -> Example:
    """The example without weights that change nothing: 1 on an output, 0 on everything else."""
    if not [message for message in example.messages if message.weight is not None]:
        return example
    usual = {"assistant": 1}
    turns = (
        replace(turn, weight=None) if turn.weight == usual.get(turn.role, 0) else turn for turn in example.messages
    )
    return replace(example, messages=tuple(turns))


ALPACA = Target(
    name="alpaca",
    title="Alpaca instruction files",
    format=ALPACA_FORMAT,
    status=status("alpaca"),
    render=render,
    refuses=refuses,
    check_row=check_row,
    loses=lambda example: marks_in([(message.role, message.text) for message in example.messages], MARKS),
    plain=plain,
    rules=(
        "A row has instruction, input, output and system, all text; input and system may be empty.",
        "One user turn and one assistant turn: longer conversations, tools, images and names are left out.",
        "The instruction and the output are not empty.",
        "Trainers that do not map the column system ignore it: map it, as LLaMA-Factory's dataset_info.json does.",
    ),
)
