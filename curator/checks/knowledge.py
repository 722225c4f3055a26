"""What KNO001 to KNO003 share: the verdict on an example, given what its neighbours are, and how it is said."""

from collections.abc import Iterator

from msgspec import Struct, field

from curator.checks.base import found
from curator.corpus import same_pair
from curator.knowledge.request import Turn
from curator.knowledge.score import Verdict, judge
from curator.knowledge.signs import saturated
from curator.memo import per_example
from curator.model import Example, Finding, Span
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
# An output that many have and that is one of these: chosen from a set, whatever its group as a whole does.
_OFTEN = 2.5


class Neighbours(Struct):
    """What a group's outputs look like, how often each short one was given, and how many of the pairs teach knowledge.

    `uses` counts short outputs by a number below `_COUNTERS`. `sampled` are the examples with the lowest numbers, which
    are made of what a pair says: any order, any file, draws the same. Each was judged by itself.
    """

    outputs: Outputs = field(default_factory=Outputs)
    short: int = 0
    uses: dict[int, int] = field(default_factory=dict)
    sampled: dict[int, bool] = field(default_factory=dict)
    highest: int = 0

    def add(self, example: Example) -> None:
        """Count one example."""
        text = example.output_text.strip()
        if not text:
            return
        self.outputs.add(example)
        if is_short(text):
            number = _counter(text)
            self.short += 1
            self.uses[number] = self.uses.get(number, 0) + 1
        number = int.from_bytes(same_pair(example)[:6], "big")
        if number % 2 == 0 and (len(self.sampled) < _SAMPLED or number < self.highest):
            self._sample({number: alone(example).probability >= _TEACHING})

    def merge(self, other: "Neighbours") -> None:
        """Take in another count."""
        self.outputs.merge(other.outputs)
        self.short += other.short
        for number, count in other.uses.items():
            self.uses[number] = self.uses.get(number, 0) + count
        self._sample(other.sampled)

    def _sample(self, judged: dict[int, bool]) -> None:
        self.sampled.update(judged)
        if len(self.sampled) > _SAMPLED:
            self.sampled = {number: self.sampled[number] for number in sorted(self.sampled)[:_SAMPLED]}
        self.highest = max(self.sampled, default=0)

    def often(self, text: str) -> float:
        """How surely (0 to 1) a short output is one that many inputs have."""
        if not is_short(text):
            return 0.0
        by_chance = 2 * self.short / _COUNTERS
        return saturated(max(0.0, self.uses.get(_counter(text), 0) - 2 - by_chance), _OFTEN)

    @property
    def suspects(self) -> float:
        """The share (0 to 1) of knowledge among the pairs of the group; 0 where too few were looked at."""
        return sum(self.sampled.values()) / len(self.sampled) if len(self.sampled) >= _FEWEST else 0.0


def _counter(text: str) -> int:
    return int.from_bytes(fingerprint(normalise(text))[:2], "big") % _COUNTERS


@per_example
def alone(example: Example) -> Verdict:
    """The verdict on an example of which nothing else is known."""
    return judge(*_pair(example))


@per_example
def _judged(_: Example) -> dict[tuple[float, bool, float], Verdict]:
    return {}


def verdict(example: Example, usual: Neighbours) -> Verdict | None:
    """The verdict on an example among its neighbours; None without an output of words. Three checks ask for it."""
    text = example.output_text.strip()
    if not text:
        return None
    around = (usual.often(text), usual.outputs.task == "labels", usual.suspects)
    known = _judged(example)
    if around not in known:
        known[around] = judge(*_pair(example), *around)
    return known[around]


def _pair(example: Example) -> tuple[tuple[Turn, ...], str]:
    last = example.output_index
    before = example.messages if last is None else example.messages[:last]
    turns = tuple([(message.role, message.text) for message in before if message.text])
    return turns, example.output_text


def findings(example: Example, usual: Neighbours, band: str) -> Iterator[Finding]:
    """The finding of an example whose verdict falls into a band."""
    judged = verdict(example, usual)
    index = example.output_index
    if judged is None or judged.band != band or index is None:
        return
    text = example.output_text
    name = f"messages[{index}].content"
    yield found(
        example,
        " ".join(_said(judged, text)),
        evidence=[
            Span(name, fact.start, fact.end, f"{fact.kind} that the input does not hold") for fact in judged.facts
        ],
        score=round(judged.probability, 4),
        rule=_rule(judged),
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
        yield f'Closed-book: "{asked}" is {judged.signs.request.form} without a passage to answer from.'
    else:
        yield "Nothing in the input is a source of it."
    if judged.neighbours:
        yield "By itself it shows little; the pairs around it teach facts, and it is asked the same way."
    if judged.soft:
        yield f"It is {judged.soft}, which a capable model may know anyway."
    name, strength = judged.exemption
    if strength >= 0.2:
        yield f"Considered and not enough: that it is {name}."
    if judged.tags:
        yield f"{', '.join(judged.tags).capitalize()}."
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
    return "facts of an organisation" if "organisation" in judged.tags else "facts of the world"
