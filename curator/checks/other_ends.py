"""What the checks of preference pairs share: another end read as if it were the output, and what is found in it."""

from collections.abc import Callable, Iterator, Sequence

from msgspec.structs import replace

from curator.memo import per_example
from curator.model import Alternative, Example, Finding

Looks = Sequence[Callable[..., Iterator[Finding]]]


@per_example
def _endings(_: Example) -> dict[int, Example]:
    return {}


def ending(example: Example, number: int) -> Example:
    """The conversation with the other end of this number, from 0, as its output."""
    known = _endings(example)
    if number not in known:
        other: Alternative = example.alternatives[number]
        known[number] = replace(example, messages=(*example.input, *other.messages), alternatives=())
    return known[number]


def found_in(example: Example, looks: Looks) -> Iterator[Finding]:
    """What example checks find in the output of an example, its input apart."""
    last = len(example.input)
    for look in looks:
        for finding in look(example):
            if all(int(span.field.partition("[")[2].partition("]")[0]) >= last for span in finding.evidence):
                yield finding
