"""What was worked out about a pair is kept until its left side meets the next: several checks ask in turn."""

from collections.abc import Callable
from typing import TypeVar

from curator.model import Example

Usual = TypeVar("Usual")
Worked = TypeVar("Worked")


def per_pair(function: Callable[[Example, Example, Usual], Worked]) -> Callable[[Example, Example, Usual], Worked]:
    """Keep what a pure function gives for a pair, and what is usual, with the left example: for one pair at a time.

    Engines ask all checks of a block about a pair before they go on to the next.
    """
    name = f"{function.__module__}.{function.__qualname__}"

    def asked(left: Example, right: Example, usual: Usual) -> Worked:
        known: tuple[Example, Usual, Worked] | None = vars(left).get(name)
        if known is None or known[0] is not right or known[1] is not usual:
            known = vars(left)[name] = (right, usual, function(left, right, usual))
        return known[2]

    asked.__module__, asked.__qualname__, asked.__doc__ = function.__module__, function.__qualname__, function.__doc__
    return asked
