"""STY002: the outputs that are least like the rest of their group in voice and length."""

from collections.abc import Iterator
from math import sqrt
from typing import Annotated

from curator.checks.base import found, profile_check
from curator.checks.options import Between
from curator.checks.voice import HABITS, Voice, habits, of_bits, size
from curator.corpus import instruction_group
from curator.model import Example, Finding, Severity, Span

_AT_LEAST = 200
# Lengths, in hundredths of a doubling, differ at least by so much before a difference counts.
_SPREAD = 30.0


@profile_check("STY002", Severity.INFO, learn=Voice, by=instruction_group, at_least=_AT_LEAST)
def least_typical(
    example: Example, usual: Voice, *, deviations: Annotated[float, Between(2, 20)] = 4.0
) -> Iterator[Finding]:
    """An output whose habits and length together are the least usual of a large group.

    The measure is the surprise of its habits, were they independent, and of its length, in deviations above the mean.
    By Chebyshev's inequality at most one output in seventeen lies four deviations out; in practice it is one in 100.

    Why: the least typical outputs are where other authors, other tasks and accidents collect; it is no error.
    Fix: look at the first few; accept the rest.
    Example:
        a reply of one word in a set of letters that greet, thank and sign
    """
    if usual.outputs < _AT_LEAST or not usual.together:
        return
    mean, variance = usual.expected
    average = usual.lengths / usual.outputs
    spread = max(_SPREAD**2, usual.squares / usual.outputs - average * average)
    lacking = usual.lacking
    for field, text in example.output_fields():
        mask = habits(text)
        if mask is None:
            continue
        bits = lacking + sum(usual.surprise[index][0] - usual.surprise[index][1] for index in of_bits(mask))
        away = (size(text) - average) ** 2 / spread
        # A squared normal deviate has mean 1 and variance 2.
        score = (bits - mean + away - 1) / sqrt(variance + 2)
        if score >= deviations:
            span = Span(field, len(text) - len(text.lstrip()), len(text.rstrip()), "least typical")
            says = f"One of the least typical outputs of its group: {_why(usual, mask, text, average)}."
            yield found(example, says, evidence=[span], score=1 - deviations / (2 * score))


def _why(usual: Voice, mask: int, text: str, average: float) -> str:
    held = [(usual.surprise[index][0], HABITS[index].never) for index in of_bits(mask)]
    bits = sorted(held, reverse=True)
    unusual = [f"the group {never}" for value, never in bits if value > 4 and never][:3]
    if not unusual:
        unusual = ["it is long" if size(text) > average else "it is short"]
    return ", ".join(unusual)
