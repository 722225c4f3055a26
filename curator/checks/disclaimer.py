"""TXT014: an answer with a model's talk about itself in front of it."""

from collections.abc import Iterator
from typing import Annotated

from curator.checks.base import example_check, found
from curator.checks.options import Between
from curator.checks.refusals import refused
from curator.model import Example, Finding, Severity, Span


@example_check("TXT014", Severity.WARNING)
def disclaimer(example: Example, *, within: Annotated[int, Between(20, 100_000)] = 300) -> Iterator[Finding]:
    """An output that answers, but first says what a model is or cannot do: "As an AI, I can't taste, but here it is".

    Only the first `within` characters are read. A disclaimer that nothing follows is for the check `refusal`.

    Why: the tuned model learns to speak of itself before it answers.
    Fix: take the disclaimer off and keep the answer.
    Example:
        output "As an AI language model, I can't taste food. Here is a recipe that many people like: ..."
    """
    for field, said in refused(example, within):
        if said.answered:
            span = Span(field, said.start, said.end, said.why)
            yield found(example, "The output answers, after it speaks as an AI model.", evidence=[span])
