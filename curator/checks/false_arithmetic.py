"""GRD004: sums that do not hold."""

from collections.abc import Iterator
from fractions import Fraction

from curator.checks.base import example_check, found
from curator.grounding.arithmetic import false_claims, may_claim
from curator.model import Example, Finding, Severity, Span
from curator.text import shorten


@example_check("GRD004", Severity.WARNING)
def false_arithmetic(example: Example) -> Iterator[Finding]:
    """A sum that is written out and does not hold: "12 * 4 = 46", "15% of 200 is 40", "3/4 + 1/4 = 2".

    Computed with exact fractions by precedence; a result may be rounded, or cut off, to the digits that are written.
    Only what can be read whole is judged, with words for signs and units between the numbers ("4 saws x 2 euros"), not
    variables, units that need a conversion, dates, ranges, code; nor a sum that the input states, or that the text
    calls wrong. Of 700 worked solutions to school problems one is flagged, rightly; of results changed in them,
    four of five are found.

    Why: the model learns wrong results, and that steps need not follow from each other.
    Fix: correct the sum and what is built on it, or reject the example.
    Example:
        output "She has 12 * 4 = 46 apples."
    """
    for field, text in example.output_fields():
        if not may_claim(text):
            continue
        claims = false_claims(text, _given(example))
        if claims:
            first = claims[0]
            yield found(
                example,
                f'"{shorten(first.text)}" does not hold: it is {_written(first.value)}.',
                evidence=[Span(field, one.start, one.end, f"it is {_written(one.value)}") for one in claims],
            )


def _given(example: Example) -> str:
    return "\n".join(message.text for message in example.input if message.role != "assistant")


def _written(value: Fraction) -> str:
    if value.denominator == 1:
        return f"{value.numerator:,}" if abs(value) < 10**18 else "another number"
    return f"{float(value):,.6g}" if abs(value) < 10**18 else "another number"
