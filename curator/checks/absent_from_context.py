"""GRD002: the context does not say so."""

from collections.abc import Iterator
from typing import Annotated

from curator.checks.base import found, profile_check
from curator.checks.options import Between
from curator.checks.ungrounded import Claims, assessed, quoted
from curator.corpus import instruction_group
from curator.model import Example, Finding, Severity, Span

# Rows that claim something, before it is usual that the context bears claims out.
_ENOUGH = 5
# So many rows may lack a claim in a group of any size; one more, where the context bears out three times as many.
_FEW, _SOME, _TIMES = 2, 3, 3
_KINDS = {"code": "code", "name": "name", "number": "number", "date": "date", "time": "time", "weekday": "day"}


@profile_check("GRD002", Severity.WARNING, learn=Claims, by=instruction_group, at_least=_ENOUGH)
def absent_from_context(
    example: Example, usual: Claims, *, most: Annotated[float, Between(0, 1)] = 0.1
) -> Iterator[Finding]:
    """A number, date, name or code in the output that its context has nowhere, where outputs keep to their context.

    Said only where it is rare: in groups in which at most the share `most` of the rows that claim something do so
    (two or three rows, in a small group). Reference summaries of news, for one, hold more than their articles in one
    row of three, and are left alone. What follows from the context by a sum, a rate or a conversion is borne out;
    so are small counts. A row that contradicts its context is not reported again.

    Why: the model learns to add facts of its own to what it is given.
    Fix: take out what the context does not say, or add its source to the context; else reject the example.
    Example:
        input "Article: The museum opened in May. Question: Who opened it?", output "Mayor Jane Holt opened it."
    """
    some = min(_SOME, usual.borne_out / _TIMES)
    if usual.rows < _ENOUGH or usual.lacking > max(_FEW, some, most * usual.rows + 1):
        return
    for field, text, assessment in assessed(example):
        if assessment.clashes or not assessment.absent:
            continue
        first = assessment.absent[0]
        yield found(
            example,
            f"The output says {quoted(first, text)}, which the context has nowhere.",
            evidence=[Span(field, one.start, one.end, "not in the context") for one in assessment.absent],
            score=0.7,
            rule=_KINDS.get(first.kind, "claim"),
        )
