"""LEN002: far longer or shorter than the others."""

from collections.abc import Iterator, Mapping
from functools import cached_property, lru_cache
from math import log2
from typing import Annotated

from msgspec import Struct, field

from curator.checks.base import found, profile_check
from curator.checks.options import Between
from curator.corpus import instruction_group
from curator.model import Example, Finding, Severity, Span
from curator.variable import given_text

# Steps of a sixth of an octave: 12 % each; 200 of them reach ten million characters.
_STEPS = 6
# Lengths that one in fifty has are usual, whatever the middle is.
_USUAL = 50
# "No." among short sentences is far shorter than they are, and nothing is odd about it.
_FEW = 100
# A standard deviation from the median deviation, for a normal distribution.
_SIGMA = 1.4826


class Lengths(Struct, dict=True):
    """How long the inputs and outputs of a group are: counts by sixths of an octave of characters."""

    inputs: dict[int, int] = field(default_factory=dict)
    outputs: dict[int, int] = field(default_factory=dict)

    def add(self, example: Example) -> None:
        """Count one example."""
        vars(self).clear()
        given, taught = _lengths(example)
        if given:
            step = _step(given)
            self.inputs[step] = self.inputs.get(step, 0) + 1
        if taught:
            step = _step(taught)
            self.outputs[step] = self.outputs.get(step, 0) + 1

    def merge(self, other: "Lengths") -> None:
        """Take in another count."""
        vars(self).clear()
        for counts, others in ((self.inputs, other.inputs), (self.outputs, other.outputs)):
            for step, number in others.items():
                counts[step] = counts.get(step, 0) + number

    @cached_property
    def usual(self) -> tuple[frozenset[int], frozenset[int]]:
        """The steps that are usual for inputs and for outputs: more than one row in fifty has them."""
        return _usual(self.inputs), _usual(self.outputs)

    @cached_property
    def middles(self) -> tuple[tuple[int, float], tuple[int, float]]:
        """The middle and the spread of inputs and of outputs."""
        return _middle(self.inputs), _middle(self.outputs)


def _usual(counts: Mapping[int, int]) -> frozenset[int]:
    enough = max(1, sum(counts.values()) // _USUAL)
    return frozenset(step for step, number in counts.items() if number > enough)


@profile_check("LEN002", Severity.INFO, learn=Lengths, by=instruction_group)
def length_outlier(
    example: Example, usual: Lengths, *, times: Annotated[float, Between(2, 1000)] = 8.0
) -> Iterator[Finding]:
    """An input or output at least `times` as long or as short as the middle one of its instruction, and rare there.

    Measured on the logarithm of the length, with median and median deviation: six deviations from the middle, so
    that a set of short and long answers has no outlier; and by 100 characters or more. Groups of fewer than ten are
    held against the whole set.

    Why: often two rows that ran together, a pasted document, or an answer that was lost; seldom just a long one.
    Fix: look at it; accept it when it is right.
    Example:
        one summary of 9,000 characters among summaries of about 300
    """
    given, taught = _lengths(example)
    usual_given, usual_taught = usual.usual
    odd_given = given and _step(given) not in usual_given
    odd_taught = taught and _step(taught) not in usual_taught
    if not odd_given and not odd_taught:
        return
    for what, length, odd, (middle, spread) in (
        ("input", given, odd_given, usual.middles[0]),
        ("output", taught, odd_taught, usual.middles[1]),
    ):
        if not odd:
            continue
        apart = _step(length) - middle
        typical = round(2 ** (middle / _STEPS))
        if abs(apart) < max(log2(times) * _STEPS, 6 * spread) or abs(length - typical) < _FEW:
            continue
        yield found(
            example,
            f"The {what} has {length:,} characters without spaces; {typical:,} are usual here.",
            score=round(1 - (max(log2(times) * _STEPS, 6 * spread) / (2 * abs(apart))), 3),
            evidence=_evidence(example) if what == "output" else (),
            rule=f"{'long' if apart > 0 else 'short'} {what}",
        )


def _lengths(example: Example) -> tuple[int, int]:
    index = example.output_index
    if index is None:
        return 0, 0
    return _characters(given_text(example)), _characters(example.messages[index].text)


def _characters(text: str) -> int:
    """Without spaces and line ends: formats join instruction and input with different ones."""
    return len(text) - text.count(" ") - text.count("\n")


def _evidence(example: Example) -> tuple[Span, ...]:
    return (Span(f"messages[{example.output_index}].content", 0, len(example.output_text), "unusual length"),)


@lru_cache(maxsize=4096)
def _step(length: int) -> int:
    return round(_STEPS * log2(length))


def _middle(counts: Mapping[int, int]) -> tuple[int, float]:
    """The median step, and the standard deviation that the median deviation stands for; at least one step."""
    middle = _median(counts)
    apart: dict[int, int] = {}
    for step, number in counts.items():
        apart[abs(step - middle)] = apart.get(abs(step - middle), 0) + number
    return middle, max(1.0, _SIGMA * _median(apart))


def _median(counts: Mapping[int, int]) -> int:
    half, below = sum(counts.values()) / 2, 0
    for step in sorted(counts):
        below += counts[step]
        if below >= half:
            return step
    return 0
