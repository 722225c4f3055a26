"""What checks and splits see beyond one example: keys of sameness, groups, and clusters joined from edges.

The keys are the same for the same data however it was written down, as chat, Alpaca, ShareGPT or
prompt-completion: formats put the instruction in a system message, in the first user turn, or in one text
with the input, so the opening of a conversation counts as one text.
"""

import json
from collections.abc import Callable, Iterable, Iterator
from functools import lru_cache
from typing import Any, Literal

from msgspec import Struct

from curator.memo import per_example
from curator.model import Example, Message, Span
from curator.text import answer_key, canonical_json, fingerprint, normalise, worded

EdgeKind = Literal["same", "similar", "conflict"]


class Edge(Struct, frozen=True, omit_defaults=True):
    """Two examples tied by a check.

    `conflict` concerns both sides alike. For `same` and `similar` the direction counts: the left one stays as
    it is, the right one (the later copy, the row outside the training split) is what is reported.
    `evidence` lies in the right example, `left_evidence` in the left one. `message` reads the same from
    both sides. `score` (0 to 1) ranks ties of one check.
    """

    left_id: str
    right_id: str
    kind: EdgeKind
    evidence: tuple[Span, ...] = ()
    message: str = ""
    left_evidence: tuple[Span, ...] = ()
    score: float = 1.0


@per_example
def opening(example: Example) -> str:
    """System text and first user turn as one text, the way a model reads them. Empty without either."""
    return joined(opening_turns(example.input))


@per_example
def same_input(example: Example) -> bytes:
    """The key of examples whose model is given the same: opening, later turns by role, tools, other media."""
    return _given_key(example, normalise)


@per_example
def alike_input(example: Example) -> bytes:
    """The key of examples whose input is worded alike: as in `same_input`, and punctuation, hyphens within words and
    articles do not count ("top-up" and "top up"). Numbers, negations and names always do."""
    return _given_key(example, worded)


def sameness(left: Example, right: Example) -> str:
    """What two inputs differ in that share their `alike_input`, as words that follow "the same input"."""
    if opening(left) == opening(right):
        return ""
    if same_input(left) == same_input(right):
        return " (but for case, spacing or a final stop)"
    return " (but for punctuation, hyphens or articles)"


def output_key(output: Message | None) -> tuple[str, ...]:
    """What an output is compared by: its text as `same_answer` compares it, tool calls, and other media."""
    return () if output is None else (answer_key(output.text), *_not_text(output))


@per_example
def answer_kind(example: Example) -> bytes:
    """The key of examples with the same output, whatever their input."""
    return fingerprint(*_answered(example))


@per_example
def same_pair(example: Example) -> bytes:
    """The key of true duplicates: the same input and the same output."""
    return fingerprint(same_input(example).hex(), *_answered(example))


@per_example
def instruction_group(example: Example) -> bytes:
    """The key of examples that were given the same instruction, as far as one example can tell.

    That is the first line of the opening when more follows it: the system prompt, or the instruction above
    the input. Examples whose opening is a single line all fall in one group.
    """
    head, _, rest = opening(example).strip().partition("\n")
    return _group_of(head if rest.strip() else "")


# A set has few instructions, and every row asks.
@lru_cache(maxsize=256)
def _group_of(head: str) -> bytes:
    return fingerprint(normalise(head))


class Clusters:
    """Examples joined step by step. What comes out does not depend on the order of what goes in."""

    def __init__(self) -> None:
        self._parent: dict[Any, Any] = {}

    def join(self, left: Any, right: Any) -> bool:
        """Put two members in one cluster; False when they were in one already."""
        first, second = sorted((self._root(left), self._root(right)))
        self._parent[second] = first
        return bool(first != second)

    def __iter__(self) -> Iterator[tuple[Any, ...]]:
        groups: dict[Any, list[Any]] = {}
        for member in sorted(self._parent):
            groups.setdefault(self._root(member), []).append(member)
        return iter(tuple(members) for members in groups.values())

    def _root(self, member: Any) -> Any:
        root = member
        while self._parent.setdefault(root, root) != root:
            root = self._parent[root]
        while self._parent[member] != root:
            self._parent[member], member = root, self._parent[member]
        return root


def join(edges: Iterable[Edge]) -> tuple[tuple[str, ...], ...]:
    """The clusters of these edges as sorted example ids, sorted by their first."""
    clusters = Clusters()
    for edge in edges:
        clusters.join(edge.left_id, edge.right_id)
    return tuple(clusters)


@per_example
def _answered(example: Example) -> tuple[str, ...]:
    return output_key(example.output)


def _given_key(example: Example, written: Callable[[str], str]) -> bytes:
    given = example.input
    first = opening_turns(given)
    parts = [written(opening(example))]
    for message in first:
        parts += _not_text(message)
    for message in given[len(first) :]:
        parts += [message.role, written(message.text), *_not_text(message)]
    if example.tools:
        parts += sorted(_value(tool) for tool in example.tools)
    return fingerprint(*parts)


def joined(messages: tuple[Message, ...]) -> str:
    """The texts of messages as one, a line each at the least."""
    return "\n".join([message.text for message in messages])


def opening_turns(given: tuple[Message, ...]) -> tuple[Message, ...]:
    """Of an input, what its opening says: its system messages, and the first user turn when that follows on them."""
    for index, message in enumerate(given):
        if message.role != "system":
            return given[: index + 1] if message.role == "user" else given[:index]
    return given


def _not_text(message: Message) -> list[str]:
    if not message.tool_calls and isinstance(message.content, str):  # nearly always
        return []
    calls = [f"{call.name} {canonical_json(call.arguments) or call.arguments}" for call in message.tool_calls]
    if isinstance(message.content, str):
        return calls
    return calls + [_value(part) for part in message.content if not isinstance(part.get("text"), str)]


def _value(value: Any) -> str:
    return json.dumps(value, sort_keys=True, default=str)
