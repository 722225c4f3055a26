"""OpenAI's reinforcement fine-tuning: what the model is given, and the answer that a grader compares with."""

from typing import Any

from msgspec.structs import replace

from curator.errors import TargetError
from curator.model import Example
from curator.targets.base import Shape, Target
from curator.targets.chat import chat_messages, chat_tools, is_plain
from curator.targets.chat_rules import check_messages, check_tools, keys_of, plain_rows
from curator.targets.chat_target import losses
from curator.targets.jsonl import line
from curator.targets.openai import LIMITS, RULES
from curator.targets.status import status

_ANSWER = "reference_answer"
#: A message after which the model answers is no output: the rules look at a conversation that would end with one.
_END = {"role": "assistant", "content": "…"}
_RULES = replace(RULES, weights=False)


def render(example: Example) -> dict[str, Any]:
    """A row of everything before the output; the answer is the reference, or without one the text of the output."""
    row: dict[str, Any] = {"messages": chat_messages(example.input, _RULES)}
    if example.tools:
        row["tools"] = chat_tools(example)
    row[_ANSWER] = example.output_text if example.reference is None else example.reference
    return row


def refuses(example: Example) -> list[str]:
    """Why OpenAI would reject the example, or a grader could not grade it."""
    row = render(example)
    wrong = check_row(row)
    try:
        line(row)
    except TargetError as error:  # a reference may be anything, NaN as well
        wrong.append(str(error))
    if example.alternatives:
        wrong.append("its alternatives would be lost: a row holds one reference answer")
    return wrong


def plain(example: Example) -> bool:
    """Whether nothing can be wrong with the example: text turns, a user's and a filled output last, no other answer."""
    messages = example.messages
    if example.reference is not None or len(messages) < 2 or messages[-2].role != "user":
        return False
    return is_plain(example, _RULES)


def check_row(row: Any) -> list[str]:
    """What OpenAI would refuse in a row of the written file."""
    wrong = keys_of(row, ("messages", _ANSWER), ("tools",))
    if wrong:
        return wrong
    messages, answer = row["messages"], row[_ANSWER]
    if type(messages) is not list or not messages:
        return ["messages: must be a list that is not empty"]
    ended = [*messages, _END]
    wrong = [] if plain_rows(ended, _RULES) else check_messages(ended, "messages", _RULES)
    if not wrong and messages[-1]["role"] != "user":
        wrong.append(f"messages[{len(messages) - 1}].role: the last message must be from the user")
    if answer is None or (type(answer) is str and not answer.strip()):
        wrong.append(f"{_ANSWER}: is empty, so nothing could be compared with it")
    return wrong + check_tools(row["tools"], _RULES) if "tools" in row else wrong


def loses(example: Example) -> list[str]:
    """What is written without a part of it: the output, where there is a reference answer as well."""
    told = losses(example, _RULES)
    if example.reference is not None and example.output_text and example.output_text != example.reference:
        told.append("its output is left out: the model's own answers are graded by the reference answer")
    return told


OPENAI_RFT = Target(
    name="openai-rft",
    title="OpenAI reinforcement fine-tuning",
    status=status("openai-rft"),
    format=Shape("openai-rft", "OpenAI messages with a reference answer"),
    render=render,
    refuses=refuses,
    check_row=check_row,
    loses=loses,
    plain=plain,
    limits=replace(LIMITS, needs_validation=True),
    rules=(
        "A row has messages, reference_answer and, where the example has them, tools. The last message is a user's.",
        "reference_answer is the example's reference or, without one, the text of its output: graders read it as "
        "{{ item.reference_answer }}.",
        "A validation file is needed. Weights and alternatives have no place in it.",
    ),
)
