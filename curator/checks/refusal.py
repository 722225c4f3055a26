"""TXT004: the model that wrote the data refused, or spoke of itself."""

from collections.abc import Iterator
from typing import Annotated

from curator.checks.base import example_check, found
from curator.checks.options import Between
from curator.checks.refusals import Said, refused
from curator.model import Example, Finding, Severity, Span


@example_check("TXT004", Severity.WARNING)
def refusal(example: Example, *, within: Annotated[int, Between(20, 100_000)] = 300) -> Iterator[Finding]:
    """An output in which a model refuses, or speaks of itself as an AI (English, German, French, Spanish).

    Only the first `within` characters are read. Quoted and reported refusals, texts whose input shows the same
    words, and answers of a service ("I can't find that order", "I can't refund it after 30 days") are none. A model
    that speaks of itself and then answers all the same is for the check `disclaimer`.

    Why: refusals of the model that wrote the data become refusals of the tuned model, far beyond the cases meant.
    Fix: write the answer; accept the example when this refusal is wanted.
    Example:
        output "As an AI language model, I don't have access to your account."
    """
    for field, said in refused(example, within):
        if not said.answered:
            yield found(example, f"The output {said.why}.", evidence=[_span(field, said)])


def _span(field: str, said: Said) -> Span:
    return Span(field, said.start, said.end, said.why)
