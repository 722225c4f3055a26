"""Preferences: which end of a conversation was preferred, which was not, and targets that are trained on both."""

from collections.abc import Callable, Sequence
from typing import Any

from msgspec import Struct
from msgspec.structs import replace

from curator.errors import TargetError
from curator.formats.base import Format
from curator.memo import per_example
from curator.model import Example, Message
from curator.targets.base import Shape, Status, Target
from curator.targets.chat import ChatRules, plain_messages
from curator.targets.chat_rules import check_chat, plain_rows
from curator.targets.chat_target import Row, chat_row, losses
from curator.targets.limits import Limits

Ends = Sequence[tuple[Message, ...]]


class Judged(Struct, frozen=True):
    """What the model is given, the ends that were preferred, the best first, and those that were not."""

    given: tuple[Message, ...]
    chosen: Ends
    rejected: Ends


class Pair(Struct, frozen=True):
    """One row of preferences as messages: `chosen` and `rejected` follow on `prompt`."""

    prompt: list[Row]
    chosen: list[Row]
    rejected: list[Row]
    tools: list[Row] = []


@per_example
def judged(example: Example) -> Judged:
    """The ends of an example by how they were judged.

    Its own output counts as chosen beside alternatives that were not preferred, and as rejected beside one that was;
    an alternative with the same messages says what it is. Where there are scores only, the best and the worst count.
    """
    index = example.output_index
    whole = index is None or index < len(example.messages) - 1
    given = example.messages if whole else example.messages[:index]
    own = () if whole else example.messages[index:]
    chosen = [end.messages for end in example.alternatives if end.preferred]
    rejected = [end.messages for end in example.alternatives if end.preferred is False]
    if not chosen and not rejected:
        ranked = sorted((end for end in example.alternatives if end.score is not None), key=_score)
        if len(ranked) > 1 and _score(ranked[0]) < _score(ranked[-1]):
            return Judged(given, [ranked[-1].messages], [ranked[0].messages])
    elif own and own not in chosen and own not in rejected:
        if not chosen:
            chosen = [own]
        elif not rejected:
            rejected = [own]
    return Judged(given, chosen, rejected)


def pairs_of(example: Example, rules: ChatRules) -> list[Pair]:
    """The rows of an example: its best end against each that was rejected. Raises `TargetError` without such."""
    found = judged(example)
    if not found.chosen or not found.rejected:
        missing = "rejected" if found.chosen or not example.alternatives else "chosen"
        if not example.alternatives:
            raise TargetError("it has no second output: a row of preferences needs a chosen and a rejected one")
        raise TargetError(f"it has no {missing} output: a row of preferences needs a chosen and a rejected one")
    count = len(found.given)
    best = end_row(example, found.given, found.chosen[0], rules)
    given, chosen, tools = best["messages"][:count], best["messages"][count:], best.get("tools", [])
    worse = [end_row(example, found.given, end, rules)["messages"][count:] for end in found.rejected]
    return [Pair(given, chosen, rejected, tools) for rejected in worse]


def plain_ends(example: Example, ends: Ends, given: tuple[Message, ...], rules: ChatRules) -> bool:
    """Whether nothing can be wrong with a row of these ends: text turns, then one filled output after a user's turn.

    It answers for nearly every example, so that the full rules run for the rest only.
    """
    if example.tools or not given or given[-1].role != "user":
        return False
    return all(len(end) == 1 and plain_messages((*given, *end), rules) for end in ends)


def end_row(example: Example, given: tuple[Message, ...], end: tuple[Message, ...], rules: ChatRules) -> Row:
    """The row of messages of one end, without weights: they mean nothing there."""
    messages = (*given, *end)
    if any(message.weight is not None for message in messages):
        messages = tuple(replace(message, weight=None) for message in messages)
    return chat_row(example, rules, messages)


def check_end(prompt: Any, end: Any, name: str, tools: Any, rules: ChatRules) -> list[str]:
    """What is wrong with one end and what it follows on."""
    if _is_plain(prompt, end, rules) and not tools:
        return []
    if type(prompt) is not list or type(end) is not list or not prompt:
        return [f"prompt and {name}: must both be lists of messages, the prompt not an empty one"]
    if len(end) != 1:
        return [f"{name}: must be one message of the assistant, not {len(end)}"]
    wrong = check_chat({"messages": [*prompt, *end], **({"tools": tools} if tools else {})}, rules)
    if not wrong and prompt[-1]["role"] not in ("user", "tool"):
        wrong.append(f"the prompt ends with {prompt[-1]['role']}; it must end with user or tool")
    return [reason.replace(f"messages[{len(prompt)}]", f"{name}[0]") for reason in wrong]


def _is_plain(prompt: Any, end: Any, rules: ChatRules) -> bool:
    """Whether an end surely is fine: one output after texts that end with the user's."""
    if type(prompt) is not list or type(end) is not list or not prompt or len(end) != 1:
        return False
    last = prompt[-1]
    return type(last) is dict and last.get("role") == "user" and plain_rows([*prompt, *end], rules)


def preference_target(
    *,
    name: str,
    title: str,
    rules: ChatRules,
    status: Status,
    told: tuple[str, ...],
    pack: Callable[[Pair], Row],
    unpack: Callable[[Any], Pair],
    format: Format | Shape,
    limits: Limits | None = None,
    **hooks: Any,
) -> Target:
    """A target of preferences: `pack` makes its row of a pair, `unpack` a pair of its row or raises `TargetError`."""

    def renders(example: Example) -> list[Row]:
        return [pack(pair) for pair in pairs_of(example, rules)]

    def check_row(row: Any) -> list[str]:
        try:
            pair = unpack(row)
        except TargetError as error:
            return [str(error)]
        wrong = check_end(pair.prompt, pair.chosen, "chosen", pair.tools, rules)
        wrong = wrong or check_end(pair.prompt, pair.rejected, "rejected", pair.tools, rules)
        return wrong or (["chosen and rejected are the same"] if pair.chosen == pair.rejected else [])

    def refuses(example: Example) -> list[str]:
        try:
            return [reason for row in renders(example) for reason in check_row(row)]
        except TargetError as error:
            return [str(error)]

    def plain(example: Example) -> bool:
        found = judged(example)
        if not found.chosen or not found.rejected or found.chosen[0] in found.rejected:
            return False
        return plain_ends(example, (found.chosen[0], *found.rejected), found.given, rules)

    return Target(
        name=name,
        title=title,
        format=format,
        status=status,
        render=lambda example: renders(example)[0],
        renders=renders,
        refuses=refuses,
        check_row=check_row,
        loses=lambda example: losses(example, rules),
        plain=plain,
        limits=limits or Limits(row_tokens=rules.row_tokens),
        rules=told,
        **hooks,
    )


def _score(end: Any) -> float:
    return float(end.score)
