"""PRF003: the chosen end has a plain flaw that the rejected one has not."""

from collections.abc import Iterator

from curator.checks.base import example_check, found
from curator.checks.disclaimer import disclaimer
from curator.checks.empty_output import empty_output
from curator.checks.hidden_characters import hidden_characters
from curator.checks.leftovers import leftovers
from curator.checks.looping_output import looping_output
from curator.checks.mojibake import mojibake
from curator.checks.other_ends import Looks, ending, found_in
from curator.checks.refusal import refusal
from curator.ends import is_pair
from curator.model import Example, Finding, Severity

#: Flaws that make an end the worse one, whatever else it says.
_WORSE: Looks = tuple(
    [
        check.function
        for check in (empty_output, refusal, disclaimer, looping_output, mojibake, hidden_characters, leftovers)
    ]
)


@example_check("PRF003", Severity.WARNING)
def worse_chosen(example: Example) -> Iterator[Finding]:
    """A chosen end with a plain flaw (empty, a refusal, a loop, broken characters) that the rejected one has not.

    The flaws are those of TXT001, TXT004 to TXT006, TXT008, TXT012 and TXT014. Where both ends have one, nothing is
    said here: the rows' own findings say it.

    Why: the two ends are likely swapped, and the model would be taught to prefer the flaw.
    Fix: turn the pair round (`O` in review) when the rejected end is the better one; else mend the chosen one.
    Example:
        chosen "As an AI, I cannot help with that." over "Press and hold the button for five seconds."
    """
    if not is_pair(example):
        return
    flaw = next(found_in(example, _WORSE), None)
    if flaw is not None and next(found_in(ending(example, 0), _WORSE), None) is None:
        said = flaw.message[:1].lower() + flaw.message[1:].rstrip(".")
        yield found(example, f"In the chosen end {said}; the rejected one has no such flaw.", evidence=flaw.evidence)
