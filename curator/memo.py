"""What was worked out about an example is kept while the checks of that example run."""

from collections.abc import Callable
from typing import TYPE_CHECKING, TypeVar

if TYPE_CHECKING:
    from curator.model import Example

Worked = TypeVar("Worked")

#: Examples that a function remembers: those of a batch, so that one pass over it finds what another has worked out.
KEPT = 2_048


def per_example(function: "Callable[[Example], Worked]") -> "Callable[[Example], Worked]":
    """Remember what a pure function gave for the last few thousand examples, by identity.

    An example is a tree: to hash it costs as much as most of what is asked about it. Each entry holds its example,
    so that no other can come to have its identity; threads at worst do the work twice.
    """
    known: dict[int, tuple[Example, Worked]] = {}

    def asked(example: "Example") -> Worked:
        kept = known.get(id(example))
        if kept is not None and kept[0] is example:
            return kept[1]
        worked = function(example)
        if len(known) >= KEPT:
            known.clear()
        known[id(example)] = (example, worked)
        return worked

    asked.__module__, asked.__qualname__, asked.__name__ = function.__module__, function.__qualname__, function.__name__
    asked.__doc__ = function.__doc__
    return asked
