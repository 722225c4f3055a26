"""FMT004 and FMT005: an output in another outer form than the rest of its group."""

from collections.abc import Iterator
from math import fsum, log2
from typing import Annotated

from curator.checks.base import found, profile_check
from curator.checks.departures import Departure, departures
from curator.checks.options import Between
from curator.checks.output_formats import AT_LEAST, Formats
from curator.corpus import instruction_group
from curator.model import Example, Finding, Fix, Severity, Span

# The bits of surprise at which a score is one half.
_HALF = 4
# A look is worth less surprise than this: one row in twenty has something of the kind.
_LOOK = 2.0


@profile_check("FMT004", Severity.WARNING, learn=Formats, by=instruction_group, at_least=AT_LEAST)
def format_drift(
    example: Example, usual: Formats, *, majority: Annotated[float, Between(0.5, 1)] = 0.8
) -> Iterator[Finding]:
    """An output that begins with "Answer:" or "Sure! Here is ...", stands in quotes, a fence or bold, or is a bullet,
    where the others of its instruction are not; and the reverse.

    What at least the share `majority` of the others does is usual; without such a majority nothing is said. In a
    small group all others have to do it. Dialogues vary, and so do lists where the input asks for one. In a set of
    labels, a label that comes again is right as it is. Findings with the same difference share a rule.

    Why: the model learns to write both forms, and what reads its output breaks on one of them.
    Fix: write the output as the others are written; or accept the group of findings when both are right.
    Example:
        output "Answer: billing" where the others are "billing", "delivery", "returns"
    """
    yield from _findings(example, usual, majority, strong=True)


@profile_check("FMT005", Severity.INFO, learn=Formats, by=instruction_group, at_least=AT_LEAST)
def rare_format(
    example: Example, usual: Formats, *, majority: Annotated[float, Between(0.5, 1)] = 0.8
) -> Iterator[Finding]:
    """An output whose ending, case, lines or first character few of the other outputs of its instruction have.

    The score is the surprise: how much rarer the form is than forms in this group usually are. Most such outputs are
    right; look at the rule and accept the group.

    Why: a form that one output in fifty has is learned as noise.
    Fix: write the output as the others are written, or accept the findings of the rule.
    Example:
        output "the lamp is sold out" where the others begin with a capital and end with a stop
    """
    yield from _findings(example, usual, majority, strong=False)


def _findings(example: Example, usual: Formats, majority: float, strong: bool) -> Iterator[Finding]:
    if usual.outputs < AT_LEAST or not usual.together:
        return
    for field, text in example.output_fields():
        departs = departures(example, text, usual, majority)
        if not departs:
            continue
        excess = fsum(_excess(usual, departure) for departure in departs)
        if any(departure.strong for departure in departs) is not strong or (not strong and excess < _LOOK):
            continue
        chosen = [departure for departure in departs if departure.strong is strong]
        yield _finding(example, field, text, chosen, excess, usual)


def _excess(usual: Formats, departure: Departure) -> float:
    """The surprise of a value beyond what its feature has on average, less one bit for chance."""
    counts = usual.features[departure.feature]
    total = sum(counts.values())
    # Exactly rounded: the order that the values were met in changes no bit of a score.
    mean = -fsum(n / total * log2(n / total) for n in counts.values()) if total else 0.0
    return max(0.0, -log2(min(1.0, departure.having / usual.texts)) - mean - 1) * departure.weight


def _finding(
    example: Example, field: str, text: str, departs: list[Departure], excess: float, usual: Formats
) -> Finding:
    first = departs[0]
    rest = len(text) - len(text.lstrip())
    count, others = first.having, usual.texts - first.having
    alone = f"none of the {others:,} others does"
    like = alone if count == 1 else f"{count:,} of {usual.texts:,} do, {others:,} do not"
    also = f" It also {' and '.join(other.rule for other in departs[1:])}." if departs[1:] else ""
    start, end = first.span or (rest, len(text.rstrip()))
    return found(
        example,
        f"The output {first.rule}; {like}.{also}",
        evidence=[Span(field, start, max(end, min(len(text), start + 1)), first.rule)],
        score=excess / (excess + _HALF),
        fix=None if first.fixed in (None, text) else Fix({field: str(first.fixed)}, safe=first.safe),
        rule=first.rule,
    )
