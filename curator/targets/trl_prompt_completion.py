"""TRL's SFTTrainer with pairs of message lists: only the completion is trained on."""

from typing import Any

from curator.errors import TargetError
from curator.formats.prompt_completion_messages import PROMPT_COMPLETION_MESSAGES
from curator.model import Example
from curator.targets.base import Target
from curator.targets.chat import chat_messages, chat_tools, is_plain
from curator.targets.chat_rules import check_messages, check_tools, keys_of, plain_rows
from curator.targets.chat_target import LOST, losses
from curator.targets.status import status
from curator.targets.trl import RULES


def render(example: Example) -> dict[str, Any]:
    """A row whose prompt is every message before the last assistant message, and its completion that message.

    Both are lists always: TRL takes a row with one list and one text now this way, now that way.
    """
    index = example.output_index
    if not index:
        raise TargetError("the example needs an assistant message and something before it")
    messages = chat_messages(example.messages, RULES)
    row: dict[str, Any] = {"prompt": messages[:index], "completion": messages[index:]}
    if example.tools:
        row["tools"] = chat_tools(example)
    return row


def plain(example: Example) -> bool:
    """Whether nothing can be wrong with the example: text turns, the last two a user's and a filled output."""
    messages = example.messages
    return len(messages) > 1 and messages[-2].role == "user" and is_plain(example, RULES)


def refuses(example: Example) -> list[str]:
    """Why TRL would fail on the example, or not train on what should be trained on."""
    if plain(example):
        return []
    messages = example.messages
    if not example.output_index:
        return ["it needs an assistant message and a message before it"]
    wrong = check_row(render(example))
    for index, message in enumerate(messages):
        if message.role != "assistant" or message.weight is None:
            continue
        if index < example.output_index and message.weight != 0:
            wrong.append(f"messages[{index}].weight: TRL trains on the completion only, so not on this message")
        if index == example.output_index and message.weight != 1:
            wrong.append(f"messages[{index}].weight: TRL ignores weights and would train on this message in full")
    return [*wrong, LOST] if example.alternatives else wrong


def check_row(row: Any) -> list[str]:
    """What TRL would fail on, drop or mangle in a row of the written file."""
    wrong = keys_of(row, ("prompt", "completion"), ("tools",))
    if wrong:
        return wrong
    prompt, completion = row["prompt"], row["completion"]
    if type(prompt) is not list or type(completion) is not list:
        return ["prompt and completion: must both be lists of messages"]
    if not prompt or len(completion) != 1:
        return ["prompt: is empty"] if not prompt else ["completion: must be one message"]
    if not plain_rows([*prompt, *completion], RULES):
        fields = [*(f"prompt[{index}]" for index in range(len(prompt))), "completion[0]"]
        wrong = check_messages([*prompt, *completion], "prompt and completion", RULES, fields=fields)
    if not wrong and prompt[-1]["role"] not in ("user", "tool"):
        wrong.append(f"prompt[{len(prompt) - 1}].role: the prompt must end with user or tool for TRL's template")
    return wrong + check_tools(row["tools"], RULES) if "tools" in row else wrong


TRL_PROMPT_COMPLETION = Target(
    name="trl-prompt-completion",
    title="TRL SFTTrainer, prompt and completion as messages",
    format=PROMPT_COMPLETION_MESSAGES,
    status=status("trl-prompt-completion"),
    render=render,
    refuses=refuses,
    check_row=check_row,
    loses=lambda example: losses(example, RULES),
    plain=plain,
    rules=(
        "A row has prompt and completion, both lists of messages, and tools where the example has them.",
        "Only the completion, the last assistant message, is trained on; earlier ones are part of the prompt.",
        "The prompt ends with a user or tool message; the completion has text or calls.",
        "An earlier assistant message with a weight other than 0 is left out, since it would not be trained on.",
        "Content is text: one text part becomes text, images and several parts are left out.",
        "Every tool call is answered before the next turn; calls without ids get ids (call00001).",
    ),
)
