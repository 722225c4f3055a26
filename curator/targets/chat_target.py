"""Targets whose rows are conversations: rules as data, and where the rows look different, two small functions.

`chat_target(name="mine", rules=ChatRules(who="Mine"), ...)` is a whole target. Its rows are ``{"messages": [...]}``,
with ``tools`` where an example has some. A target whose rows look different gives `pack`, which makes its row of that
one, and `unpack`, which makes that one of its row again, or raises `TargetError`: every rule is checked on messages.
"""

from collections.abc import Callable, Sequence
from typing import Any

from curator.errors import TargetError
from curator.formats.base import Format
from curator.formats.openai_chat import OPENAI_CHAT
from curator.model import Example, Message
from curator.targets.base import Shape, Status, Target
from curator.targets.chat import ChatRules, chat_messages, chat_tools, is_plain, misplaced
from curator.targets.chat_rules import PARALLEL, check_chat
from curator.targets.limits import Limits
from curator.targets.turns import marks_in, maybe_long

Row = dict[str, Any]
TEMPLATES = "user and assistant do not take turns, from a user on: the chat templates of Gemma 3 and Cohere refuse that"
LOST = "its alternatives would be lost: a row of supervised fine-tuning holds one output"


def chat_target(
    *,
    name: str,
    title: str,
    rules: ChatRules,
    status: Status,
    told: tuple[str, ...],
    format: Format | Shape = OPENAI_CHAT,
    limits: Limits | None = None,
    pack: Callable[[Row], Row] | None = None,
    unpack: Callable[[Any], Row] | None = None,
    **hooks: Any,
) -> Target:
    """A target of conversations. `told` are its rules for people; `hooks` are further fields of `Target`."""

    def render(example: Example) -> Row:
        row = chat_row(example, rules)
        return row if pack is None else pack(row)

    def refuses(example: Example) -> list[str]:
        if is_plain(example, rules):
            return []
        wrong = refused(example, rules)
        if wrong or pack is None:
            return wrong
        try:
            pack(chat_row(example, rules))
        except TargetError as error:
            return [str(error)]
        return []

    def check_row(row: Any) -> list[str]:
        if unpack is None:
            return check_chat(row, rules)
        try:
            return check_chat(unpack(row), rules)
        except TargetError as error:
            return [str(error)]

    return Target(
        name=name,
        title=title,
        format=format,
        status=status,
        render=render,
        refuses=refuses,
        check_row=check_row,
        loses=lambda example: losses(example, rules),
        plain=lambda example: is_plain(example, rules),
        limits=limits or Limits(row_tokens=rules.row_tokens),
        rules=told,
        **hooks,
    )


def chat_row(example: Example, rules: ChatRules, messages: Sequence[Message] | None = None) -> Row:
    """The row of an example, or of other `messages` of it, with its tools and nothing else but what `rules` names."""
    row: Row = {"messages": chat_messages(example.messages if messages is None else messages, rules)}
    if example.tools:
        row["tools"] = chat_tools(example)
        if PARALLEL in rules.columns and type(example.metadata.get(PARALLEL)) is bool:
            row[PARALLEL] = example.metadata[PARALLEL]
    return row


def refused(example: Example, rules: ChatRules, *, alternatives: str = LOST) -> list[str]:
    """Why the example would be rejected, or trained on otherwise than it says."""
    wrong = check_chat(chat_row(example, rules), rules)
    if not rules.weights:
        wrong += unheard_weights(example, rules)
    if example.alternatives and alternatives:
        wrong.append(alternatives)
    return wrong


def unheard_weights(example: Example, rules: ChatRules) -> list[str]:
    """The outputs whose weight a target that knows none would not keep to."""
    advice = rules.says.get("weight", "")
    return [
        f"messages[{index}].weight: {rules.who} ignores weights, so it would train on this message in full "
        f"(its weight is {message.weight:g}){advice}"
        for index, message in enumerate(example.messages)
        if message.role == "assistant" and message.weight not in (None, 1) and message.weight is not None
    ]


def losses(example: Example, rules: ChatRules) -> list[str]:
    """What is written all the same, but without a part of it, or at a risk."""
    texts = [(f"messages[{index}].content", message.text) for index, message in enumerate(example.messages)]
    told = marks_in(texts, rules.marks) + maybe_long([text for _, text in texts], rules)
    if misplaced([message.role for message in example.messages], rules.advised):
        told.append(rules.says.get("advised", TEMPLATES))
    if not rules.tool_names and any(message.role == "tool" and message.name for message in example.messages):
        told.append(f"the names of tool messages are left out: {rules.who} takes none, the calls name the tools")
    return told
