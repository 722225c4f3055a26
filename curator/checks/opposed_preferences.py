"""PRF002: one input, and two preferences that cannot both be right."""

from curator.checks.base import pair_check
from curator.corpus import Edge, alike_input
from curator.ends import is_judged, is_pair
from curator.memo import per_example
from curator.model import Example, Severity
from curator.text import normalise, shorten


def preferred(example: Example) -> bytes | None:
    """The key of inputs of which something is preferred; None for an example that prefers nothing."""
    return alike_input(example) if example.alternatives else None


@pair_check("PRF002", Severity.ERROR, block=preferred)
def opposed_preferences(left: Example, right: Example) -> Edge | None:
    """The same input, where what one row prefers another one rejects.

    Inputs are the same up to case, spacing, punctuation and articles, answers up to case and spacing. An answer that
    one row likes and another one dislikes counts as well. Two rows with other pairs of ends do not: "a" before "b"
    and "c" before "d" go together.

    Why: the two rows pull the model in opposite directions; it learns neither preference.
    Fix: turn the wrong one round (`O` in review), or reject it.
    Example:
        chosen "Yes, until 8 pm." over "No." in one row, "No." over "Yes, until 8 pm." in another
    """
    liked, disliked = _said(left)
    theirs, not_theirs = _said(right)
    crossed = (liked & not_theirs) and (disliked & theirs) if is_pair(left) and is_pair(right) else set()
    judged = is_judged(left) or is_judged(right)
    if judged:
        crossed = (liked & not_theirs) | (disliked & theirs)
    if not crossed:
        return None
    said = shorten(min(crossed))
    return Edge(
        left.id, right.id, "conflict", message=f'The same input: "{said}" is preferred in one and not in the other.'
    )


@per_example
def _said(example: Example) -> tuple[frozenset[str], frozenset[str]]:
    """What is preferred, and what is not; nothing where an example says nothing about it."""
    if not example.alternatives:
        return frozenset(), frozenset()
    liked, disliked = set[str](), set[str]()
    if is_pair(example):
        liked.add(normalise(example.output_text))
    for other in example.alternatives:
        text = normalise("\n".join([message.text for message in other.messages]))
        if other.preferred is not None:
            (liked if other.preferred else disliked).add(text)
    return frozenset(liked - {""}), frozenset(disliked - {""})
