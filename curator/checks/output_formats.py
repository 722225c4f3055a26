"""What the outputs of a group look like: JSON or text, their outer form, and the shapes of their JSON.

One summary serves all format checks, so that they cost one pass.
"""

from collections.abc import Iterable, Iterator
from functools import cached_property
from typing import Any

import msgspec
from msgspec import Struct, field

from curator.checks.heads import Heads
from curator.checks.json_shapes import ROOT, Shapes
from curator.checks.json_texts import read
from curator.checks.signatures import FEATURES, Feature, Signature, answer, signature
from curator.model import Example
from curator.tasks import looks_code

#: The smallest group that is held against itself.
AT_LEAST = 6
#: The share of the others that makes something usual.
MAJORITY = 0.8
#: Of fewer others nothing is said to be their form.
ENOUGH = 7
#: Different short outputs that are counted one by one.
ANSWERS = 2_000
_SHORT = 60
#: Different last lines that are counted; outputs that have more of them close in no usual way.
CLOSES = 64
# Forms that all others depart from by not having them, whichever other form those have.
_ALONE = frozenset((("case", "upper"), ("start", "bullet"), ("start", "item number"), ("start", "heading")))


class Formats(Struct, dict=True):
    """Counts of the outer forms of a group's outputs. Mergeable in any order, bounded in size."""

    rows: int = 0
    outputs: int = 0
    turns: int = 0
    json: int = 0
    broken: int = 0
    fenced: int = 0
    short: int = 0
    code: int = 0
    features: dict[Feature, dict[str, int]] = field(default_factory=lambda: {feature: {} for feature in FEATURES})
    answers: dict[str, int] = field(default_factory=dict)
    many: bool = False
    open_ended: bool = False
    shapes: Shapes = field(default_factory=Shapes)
    heads: Heads = field(default_factory=Heads)

    def add(self, example: Example) -> None:
        """Count one example's outputs."""
        vars(self).clear()
        self.rows += 1
        self.heads.add(example)
        fields = example.output_fields()
        self.turns += len(fields) > 1
        for _, text in fields:
            kind, value, fenced = read(text)
            if kind == "empty":
                continue
            self.outputs += 1
            if kind == "text":
                self._count(text)
            else:
                self.json += kind == "json"
                self.broken += kind == "broken"
                self.fenced += fenced
                if kind == "json":
                    self.shapes.add(ROOT, value, example.input_text)
        for name, value in arguments_of(example):
            self.shapes.add(f"{name}()", value, example.input_text)

    def merge(self, other: "Formats") -> None:
        """Take in another count."""
        vars(self).clear()
        for name in ("rows", "outputs", "turns", "json", "broken", "fenced", "short", "code"):
            setattr(self, name, getattr(self, name) + getattr(other, name))
        for feature, counts in other.features.items():
            own = self.features[feature]
            for value, count in counts.items():
                own[value] = own.get(value, 0) + count
        self.open_ended = self.open_ended or other.open_ended
        self._bound_closes()
        self.many = self.many or other.many
        for text, count in other.answers.items():
            self._answer(text, count)
        if self.many:
            self.answers.clear()
        self.shapes.merge(other.shapes)
        self.heads.merge(other.heads)

    @property
    def texts(self) -> int:
        """How many outputs are no JSON."""
        return self.outputs - self.json - self.broken

    @cached_property
    def bare_code(self) -> bool:
        """Whether the outputs are code without fences, but for a few."""
        fences = self.features["marks"].get("fence", 0) + self.features["wrap"].get("fence", 0)
        few = max(2, self.outputs // 20)
        others = max(2, self.outputs // 4) if self.outputs < 40 else few
        return self.outputs - self.code <= others and fences <= few and not self.dialogues

    @property
    def dialogues(self) -> bool:
        """Whether most examples have several outputs."""
        return 2 * self.turns > self.rows

    @cached_property
    def together(self) -> bool:
        """Whether these examples are one group; see `Heads.together`."""
        return self.heads.together

    @cached_property
    def labels(self) -> dict[str, tuple[str, int]]:
        """The answers of a closed set, by `signatures.answer`: how each is usually written, and how often.

        Empty when the outputs are no closed set: not short, or hardly any comes again.
        """
        if self.many or self.short < MAJORITY * self.outputs or not self.short:
            return {}
        often = 3 if self.short >= 30 else 2
        totals: dict[str, int] = {}
        spelled: dict[str, tuple[str, int]] = {}
        for text, count in sorted(self.answers.items(), key=lambda item: (-item[1], item[0])):
            key = answer(text)
            totals[key] = totals.get(key, 0) + count
            spelled.setdefault(key, (text, count))
        repeated = sum(count for count in totals.values() if count >= often)
        return spelled if repeated >= 0.6 * self.short else {}

    @cached_property
    def closed(self) -> bool:
        """Whether hardly any output is no known label."""
        known = sum(self.answers[spelled] for spelled, count in self.labels.values() if count >= 2)
        return known >= 0.8 * self.outputs and len(self.labels) <= 200

    @cached_property
    def spellings(self) -> frozenset[str]:
        """The labels that come again, as they are usually written."""
        return frozenset(spelled for spelled, count in self.labels.values() if count > 1)

    def mostly_text(self, majority: float) -> bool:
        """Whether enough others are text to say what is usual there, seen from one of them."""
        others = self.texts - 1
        return others >= ENOUGH and others >= majority * (self.outputs - 1)

    def departing(self, own: Signature, majority: float) -> list[tuple[Feature, str, str, int]]:
        """In which features, and with which values, a form departs from what the share `majority` of the others has.

        Each with the common value, and how many have it.
        """
        told = self._told.get(majority)
        if told is None:
            told = self._told[majority] = _Departing(self._departing(majority))
        return told[own]

    @cached_property
    def _told(self) -> dict[float, "_Departing"]:
        return {}

    def _departing(self, majority: float) -> Iterator[tuple[tuple[Feature, str], tuple[str, int]]]:
        for feature in FEATURES:
            counts = self.features[feature]
            common = max(sorted(counts), key=lambda value: counts[value], default="")
            for value, count in counts.items():
                kept = self.texts - count if (feature, value) in _ALONE else counts[common]
                if feature == "case" and not (value and common):
                    continue  # numbers and scripts without case
                if value != common and 2 * count <= self.texts and kept >= majority * (self.texts - 1):
                    yield (feature, value), (common, kept)

    def _count(self, text: str) -> None:
        stripped = text.strip()
        self.code += looks_code(stripped)
        for counts, value in zip(self.features.values(), signature(text), strict=True):
            counts[value] = counts.get(value, 0) + 1
        self._bound_closes()
        if len(text) <= _SHORT and "\n" not in stripped:
            self.short += 1
            self._answer(stripped, 1)

    def _bound_closes(self) -> None:
        counts = self.features["close"]
        if len(counts) > CLOSES or (self.open_ended and len(counts) > 1):
            self.open_ended = True
            self.features["close"] = {"": sum(counts.values())}

    def _answer(self, text: str, count: int) -> None:
        if self.many:
            return
        self.answers[text] = self.answers.get(text, 0) + count
        if len(self.answers) > ANSWERS:
            self.many = True
            self.answers.clear()


class _Departing(dict[Signature, list[tuple[Feature, str, str, int]]]):
    """In what each form departs, filling itself as forms are met: the outputs of a group have few different ones."""

    def __init__(self, values: Iterable[tuple[tuple[Feature, str], tuple[str, int]]]) -> None:
        self._values = dict(values)

    def __missing__(self, own: Signature) -> list[tuple[Feature, str, str, int]]:
        found = self[own] = [(*form, *self._values[form]) for form in own.items() if form in self._values]
        return found


def arguments_of(example: Example) -> Iterator[tuple[str, Any]]:
    """The name and the arguments of each call that is JSON."""
    for message in example.messages:
        if message.role == "assistant" and message.weight != 0:
            for call in message.tool_calls:
                try:
                    yield call.name, msgspec.json.decode(call.arguments)
                except (msgspec.DecodeError, UnicodeEncodeError, RecursionError):
                    continue
