"""What KNO001 to KNO003 share: the verdict on an example, given what its neighbours are, and how it is said."""

from collections.abc import Iterator
from typing import Any, NamedTuple, TypeVar

from msgspec import Struct, field

from curator.checks.base import found
from curator.corpus import same_pair
from curator.knowledge.payload import stems
from curator.knowledge.request import Turn
from curator.knowledge.score import Verdict, judge
from curator.knowledge.signs import saturated
from curator.memo import per_example
from curator.model import Example, Finding, Span, content_field
from curator.tasks import Outputs, is_short
from curator.text import fingerprint, normalise, shorten

# Short outputs are counted by a part of their fingerprint: so many counters at most, however many outputs there are.
_COUNTERS = 1 << 16
# So many examples at most say how much of a group teaches knowledge, of those whose number, below 2 ** 48, is even;
# fewer than the second number say nothing.
_SAMPLED = 32
_FEWEST = 4
# The probability from which an example by itself is held to teach knowledge.
_TEACHING = 0.5
# Facts that a message quotes.
_QUOTED = 3
# So many outputs of an example are judged at most; the last ones, as trainers that take only one take the last.
_ANSWERS = 16
# A description of a tool holds an output that has one word in so many from it; so many descriptions are looked at.
_SHARED = 3
_TOLD = 200
# The bands, from none to the most certain.
_BANDS = ("", "look", "likely", "strong")
# An output that many have and that is one of these: chosen from a set, whatever its group as a whole does.
_OFTEN = 2.5

_Drawn = TypeVar("_Drawn")


class Neighbours(Struct):
    """What a group's outputs look like, how often each short one was given, and how many of the pairs teach knowledge.

    `uses` counts short outputs by a number below `_COUNTERS`. `sampled` are the examples with the lowest numbers, which
    are made of what a pair says: any order, any file, draws the same. Each was judged by itself; those that `wait` are
    judged when somebody asks, as most that are drawn give way to others.
    """

    outputs: Outputs = field(default_factory=Outputs)
    short: int = 0
    uses: dict[int, int] = field(default_factory=dict)
    sampled: dict[int, bool] = field(default_factory=dict)
    waiting: dict[int, Example] = field(default_factory=dict)
    highest: int = 0

    def add(self, example: Example) -> None:
        """Count one example."""
        given = answers(example)
        if not given:
            return
        self.outputs.add(example)
        for text in [text for answer in given if is_short(text := answer.text.strip())]:
            number = _counter(text)
            self.short += 1
            self.uses[number] = self.uses.get(number, 0) + 1
        number = int.from_bytes(same_pair(example)[:6], "big")
        if number % 2 == 0 and (len(self.waiting) < _SAMPLED or number < self.highest):
            self.waiting = _lowest(self.waiting | {number: example})
            self.highest = max(self.waiting)

    def merge(self, other: "Neighbours") -> None:
        """Take in another count."""
        self.outputs.merge(other.outputs)
        self.short += other.short
        for number, count in other.uses.items():
            self.uses[number] = self.uses.get(number, 0) + count
        self._judge()
        other._judge()
        self.sampled = _lowest(self.sampled | other.sampled)

    def _judge(self) -> None:
        if self.waiting:
            judged = {number: alone(example) for number, example in self.waiting.items()}
            teaching = {number: one is not None and one.probability >= _TEACHING for number, one in judged.items()}
            self.sampled = _lowest(self.sampled | teaching)
            self.waiting = {}

    def often(self, text: str) -> float:
        """How surely (0 to 1) a short output is one that many inputs have."""
        if not is_short(text):
            return 0.0
        by_chance = 2 * self.short / _COUNTERS
        return saturated(max(0.0, self.uses.get(_counter(text), 0) - 2 - by_chance), _OFTEN)

    @property
    def suspects(self) -> float:
        """The share (0 to 1) of knowledge among the pairs of the group; 0 where too few were looked at."""
        self._judge()
        return sum(self.sampled.values()) / len(self.sampled) if len(self.sampled) >= _FEWEST else 0.0


def _lowest(numbered: dict[int, _Drawn]) -> dict[int, _Drawn]:
    if len(numbered) <= _SAMPLED:
        return numbered
    return {number: numbered[number] for number in sorted(numbered)[:_SAMPLED]}


def _counter(text: str) -> int:
    return int.from_bytes(fingerprint(normalise(text))[:2], "big") % _COUNTERS


class Answer(NamedTuple):
    """One output of an example: the field of its message, the turns before it, its text."""

    field: str
    turns: tuple[Turn, ...]
    text: str


@per_example
def answers(example: Example) -> tuple[Answer, ...]:
    """The outputs of words that an example teaches, each with all that stands before it; of many, the last ones.

    What an earlier output has said is no longer new: it is judged where it is said first.
    """
    found = []
    for index, message in enumerate(example.messages):
        if message.role == "assistant" and message.weight != 0 and message.text.strip():
            before = tuple([(turn.role, turn.text) for turn in example.messages[:index] if turn.text])
            found.append(Answer(content_field(index), _with_tools(before, example, message.text), message.text))
    return tuple(found[-_ANSWERS:])


def _with_tools(turns: tuple[Turn, ...], example: Example, text: str) -> tuple[Turn, ...]:
    """The turns before an output, with what the tools' descriptions say of it."""
    told = [said for said in _tool_texts(example) if _SHARED * len(stems(said) & stems(text)) >= len(stems(text))]
    if not told:
        return turns
    first = next((place + 1 for place, (role, _) in enumerate(turns) if role == "user"), len(turns))
    return (*turns[:first], ("system", "\n".join(told)), *turns[first:])


@per_example
def _tool_texts(example: Example) -> tuple[str, ...]:
    found: list[str] = []
    left: list[Any] = list(example.tools)
    while left and len(found) < _TOLD:
        value = left.pop()
        if isinstance(value, dict):
            found += [text for key, text in value.items() if key == "description" and isinstance(text, str)]
            left += [inner for inner in value.values() if isinstance(inner, (dict, list))]
        elif isinstance(value, list):
            left += [inner for inner in value if isinstance(inner, (dict, list))]
    return tuple(found)


@per_example
def alone(example: Example) -> Verdict | None:
    """The verdict on an example of which nothing else is known: that on the output that teaches most; None without."""
    return max([judge(answer.turns, answer.text) for answer in answers(example)], key=_most, default=None)


@per_example
def _judged(_: Example) -> dict[tuple[tuple[float, ...], bool, float], list[tuple[Answer, Verdict]]]:
    return {}


def verdicts(example: Example, usual: Neighbours) -> list[tuple[Answer, Verdict]]:
    """The verdict on each output of an example among its neighbours, the most certain first. Three checks ask."""
    given = answers(example)
    often, labels = tuple([usual.often(answer.text.strip()) for answer in given]), usual.outputs.task == "labels"
    known = _judged(example)
    around = (often, labels, usual.suspects)
    if around not in known:
        judged = [
            (answer, judge(answer.turns, answer.text, common, labels, usual.suspects))
            for answer, common in zip(given, often, strict=True)
        ]
        known[around] = sorted(judged, key=lambda one: _most(one[1]), reverse=True)
    return known[around]


def _most(verdict: Verdict) -> tuple[int, float]:
    return _BANDS.index(verdict.band), verdict.probability


def findings(example: Example, usual: Neighbours, band: str) -> Iterator[Finding]:
    """The finding of an example whose most certain output falls into a band, with the facts of all that do."""
    judged = verdicts(example, usual)
    if not judged or judged[0][1].band != band:
        return
    answer, first = judged[0]
    yield found(
        example,
        " ".join(_said(first, answer.text)),
        evidence=[
            Span(one.field, fact.start, fact.end, f"{fact.kind} that the input does not hold")
            for one, verdict in judged
            if verdict.band == band
            for fact in verdict.facts
        ],
        score=round(first.probability, 4),
        rule=_rule(first),
    )


def _said(judged: Verdict, text: str) -> Iterator[str]:
    quoted = [f'"{shorten(text[fact.start : fact.end])}"' for fact in judged.facts[:_QUOTED]]
    more = len(judged.facts) - len(quoted)
    if quoted:
        yield f"States what its input does not hold: {', '.join(quoted)}{f' and {more:,} more' if more else ''}."
    else:
        yield f'States "{shorten(text.strip())}", which its input does not hold.'
    if judged.signs.request.form:
        asked = shorten(judged.signs.request.text)
        if judged.signs.request.passage:
            yield f'"{asked}" is {judged.signs.request.form}, and the text beside it does not hold the answer.'
        else:
            yield f'Closed-book: "{asked}" is {judged.signs.request.form} without a passage to answer from.'
    else:
        yield "Nothing in the input is a source of it."
    if judged.neighbours:
        yield "By itself it shows little; the pairs around it teach facts, and it is asked the same way."
    if judged.soft:
        yield f"It is {judged.soft}, which a capable model may know anyway."
    name, strength = judged.exemption
    if strength >= 0.2:
        yield f"It might be {name}, which would be fine: too little speaks for that."
    if judged.tags:
        yield f"Tags: {', '.join(judged.tags)}."
    if judged.unseen:
        yield "Low confidence: script not supported, its names cannot be told from other words."
    if judged.cut:
        yield "Only the beginning of the text was read."


def _rule(judged: Verdict) -> str:
    if judged.soft:
        return judged.soft
    if judged.neighbours or not judged.facts:
        return "facts of an organisation" if "organisation" in judged.tags else "facts without names or numbers"
    if any(tag.startswith("volatile") for tag in judged.tags):
        return "facts that change"
    return "facts of an organisation" if "organisation" in judged.tags else "facts with names or numbers"
