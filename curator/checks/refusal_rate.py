"""TXT013: too many refusals in the set, or too few."""

from collections.abc import Iterator
from math import sqrt
from typing import Annotated

from msgspec import Struct

from curator.checks.base import found, set_check
from curator.checks.options import Between
from curator.checks.refusals import refused
from curator.model import Example, Finding, Severity

# Of fewer examples a share says nothing.
_ENOUGH = 20


class Refusals(Struct):
    """How many examples there are, and in how many of them a model refuses or speaks of itself."""

    examples: int = 0
    refused: int = 0
    disclaimed: int = 0

    def add(self, example: Example) -> None:
        """Count one example."""
        self.examples += 1
        said = refused(example)
        if said:
            answered = said[-1][1].answered
            self.refused += not answered
            self.disclaimed += answered

    def merge(self, other: "Refusals") -> None:
        """Take in another count."""
        self.examples += other.examples
        self.refused += other.refused
        self.disclaimed += other.disclaimed


@set_check("TXT013", Severity.WARNING, learn=Refusals)
def refusal_rate(
    usual: Refusals,
    *,
    at_least: Annotated[float, Between(0, 1)] = 0.0,
    at_most: Annotated[float, Between(0, 1)] = 0.05,
) -> Iterator[Finding]:
    """The share of examples that refuse is outside of what is wanted: `at_least` to `at_most`.

    Said of 20 examples or more, and only where chance does not explain it (by the share's 95 % interval). Set both
    options to what the tuned model should refuse in production; answers behind a disclaimer are counted apart.

    Why: the tuned model refuses about as often as its data does, and in more kinds of cases.
    Fix: accept the refusals that are wanted and write answers for the others; or add refusals that are missing.
    Example:
        60 of 500 outputs begin "I'm sorry, but I can't assist with that."
    """
    if usual.examples < _ENOUGH:
        return
    low, high = _interval(usual.refused, usual.examples)
    if low <= at_most and high >= at_least:
        return
    wanted = f"at most {at_most:.0%}" if low > at_most else f"at least {at_least:.0%}"
    message = (
        f"{usual.refused:,} of {usual.examples:,} examples refuse ({usual.refused / usual.examples:.1%}); "
        f"{wanted} is wanted."
    )
    if usual.disclaimed:
        message += f" {usual.disclaimed:,} more answer behind a disclaimer."
    yield found(None, message)


def _interval(hits: int, total: int) -> tuple[float, float]:
    """Wilson's 95 % interval of a share."""
    z = 1.96
    share, square = hits / total, z * z / total
    middle = (share + square / 2) / (1 + square)
    half = z * sqrt(share * (1 - share) / total + square / (4 * total)) / (1 + square)
    return max(0.0, middle - half), min(1.0, middle + half)
