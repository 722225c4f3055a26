"""TRL's SFTTrainer with plain text: system, input and output with a blank line between them, all of it trained on."""

from typing import Any

from curator.errors import TargetError
from curator.formats.pairs import pair
from curator.model import Example
from curator.targets.alpaca import plain, weighted
from curator.targets.base import Shape, Target
from curator.targets.chat import MARKS
from curator.targets.chat_rules import keys_of
from curator.targets.status import status
from curator.targets.turns import marks_in


def render(example: Example) -> dict[str, Any]:
    """A row of one text."""
    found = pair(weighted(example))
    if isinstance(found, str):
        raise TargetError(found.replace("this format", "a text"))
    return {"text": "\n\n".join(filter(None, found))}


def refuses(example: Example) -> list[str]:
    """Why the example has no place in a text: several turns, tools, names, alternatives, an empty output."""
    try:
        render(example)
    except TargetError as error:
        return [str(error)]
    empty = not example.output_text.strip()
    return ["output: is empty, so nothing would be learnt from it"] if empty else []


def check_row(row: Any) -> list[str]:
    """What is wrong with a row of the written file."""
    wrong = keys_of(row, ("text",))
    return wrong or ([] if type(row["text"]) is str and row["text"].strip() else ["text: must be text, and not empty"])


TRL_TEXT = Target(
    name="trl-text",
    title="TRL SFTTrainer, plain text",
    status=status("trl-text"),
    format=Shape("text", "Plain text"),
    render=render,
    refuses=refuses,
    check_row=check_row,
    loses=lambda example: marks_in([("text", message.text) for message in example.messages], MARKS),
    plain=plain,
    rules=(
        "A row has text: system, input and output with a blank line between them, and no chat template around them.",
        "Every token is trained on, the input too: the target trl-prompt-completion trains on the output only.",
        "One user turn and one assistant turn: longer conversations, tools, images and names are left out.",
        "A text cannot be read back: which part is the output is no longer in it.",
    ),
)
