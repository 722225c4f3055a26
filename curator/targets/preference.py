"""Preferences: which end of a conversation was preferred, which was not, and targets that are trained on both."""

from collections.abc import Callable, Collection, Sequence
from itertools import pairwise
from typing import Any

from msgspec import Struct
from msgspec.structs import replace

from curator.errors import TargetError
from curator.formats.base import Format
from curator.memo import per_example
from curator.model import Example, Message
from curator.targets.base import Shape, Status, Target
from curator.targets.chat import ChatRules, chat_messages, chat_tools, fine_ends, plain_roles, text_rows, well_advised
from curator.targets.chat_rules import check_chat, roles_of
from curator.targets.chat_target import Row, losses
from curator.targets.limits import Limits

Ends = Sequence[tuple[Message, ...]]


class Judged(Struct, frozen=True, gc=False):
    """What the model is given, the ends that were preferred, the best first, and those that were not."""

    given: tuple[Message, ...]
    chosen: Ends
    rejected: Ends


class Pair(Struct, frozen=True, gc=False):
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
    chosen: list[tuple[Message, ...]] = []
    rejected: list[tuple[Message, ...]] = []
    for end in example.alternatives:
        if end.preferred is not None:
            (chosen if end.preferred else rejected).append(end.messages)
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
    given, (chosen, *worse) = rows_of(found.given, (found.chosen[0], *found.rejected), rules)
    tools = chat_tools(example) if example.tools else []
    return [Pair(given, chosen, rejected, tools) for rejected in worse]


def plain_ends(example: Example, ends: Ends, given: tuple[Message, ...], rules: ChatRules) -> bool:
    """Whether nothing can be wrong with a row of these ends: text turns, then one filled output after a user's turn.

    It answers for nearly every example, so that the full rules run for the rest only.
    """
    messages = [*given]
    for end in ends:
        if len(end) != 1:
            return False
        messages.append(end[0])
    roles, count = plain_roles(messages, rules), len(given)
    if example.tools or not fine_ends(roles, count, rules.order, rules.least):
        return False
    return well_advised(roles[: count + 1], rules)


def rows_of(given: tuple[Message, ...], ends: Ends, rules: ChatRules) -> tuple[list[Row], list[list[Row]]]:
    """What is given and each end as rows of messages. Calls get their numbers from the conversation as a whole."""
    messages, cuts = [*given], [len(given)]
    for end in ends:
        messages += end
        cuts.append(len(messages))
    rows = text_rows(messages)
    if rows is None:
        wholes = [chat_messages((*given, *end), rules) for end in ends]
        return wholes[0][: cuts[0]], [whole[cuts[0] :] for whole in wholes]
    return rows[: cuts[0]], [rows[start:stop] for start, stop in pairwise(cuts)]


def check_ends(prompt: Any, ends: dict[str, Any], tools: Any, rules: ChatRules) -> list[str]:
    """What is wrong with the ends of a row, by their names in it, and with what they follow on."""
    if not tools and _surely_fine(prompt, ends.values(), rules):
        return []
    return next((wrong for name, end in ends.items() if (wrong := _check_end(prompt, end, name, tools, rules))), [])


def _check_end(prompt: Any, end: Any, name: str, tools: Any, rules: ChatRules) -> list[str]:
    if type(prompt) is not list or type(end) is not list or not prompt:
        return [f"prompt and {name}: must both be lists of messages, the prompt not an empty one"]
    if len(end) != 1:
        return [f"{name}: must be one message of the assistant, not {len(end)}"]
    wrong = check_chat({"messages": [*prompt, *end], **({"tools": tools} if tools else {})}, rules)
    if not wrong and prompt[-1]["role"] not in ("user", "tool"):
        wrong.append(f"the prompt ends with {prompt[-1]['role']}; it must end with user or tool")
    return [reason.replace(f"messages[{len(prompt)}]", f"{name}[0]") for reason in wrong]


def _surely_fine(prompt: Any, ends: Collection[Any], rules: ChatRules) -> bool:
    """Whether ends are one output each after texts that end with the user's."""
    if type(prompt) is not list:
        return False
    messages = prompt.copy()
    for end in ends:
        if type(end) is not list or len(end) != 1:
            return False
        messages.append(end[0])
    return fine_ends(roles_of(messages, rules), len(prompt), rules.order, rules.least)


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
    """A target of preferences: `pack` makes its row of a pair, `unpack` a pair of its row or raises `TargetError`.

    Weights mean nothing there: a row has none.
    """
    rules = replace(rules, weights=False)

    def renders(example: Example) -> list[Row]:
        return [pack(pair) for pair in pairs_of(example, rules)]

    def check_row(row: Any) -> list[str]:
        try:
            pair = unpack(row)
        except TargetError as error:
            return [str(error)]
        wrong = check_ends(pair.prompt, {"chosen": pair.chosen, "rejected": pair.rejected}, pair.tools, rules)
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
