"""GRD001: the context says otherwise."""

from collections.abc import Iterator
from typing import Annotated

from curator.checks.base import found, profile_check
from curator.checks.options import Between
from curator.checks.ungrounded import Claims, assessed, quoted
from curator.corpus import instruction_group
from curator.grounding.claims import Issue
from curator.model import Example, Finding, Severity, Span
from curator.text import shorten

# So many rows may be wrong in a group of any size, before its context is taken to be no context.
_FEW = 3
# More, where the context bears out what so many times as many rows claim.
_SOME, _TIMES = 8, 1.5
_SCORES = {"negation": 0.8, "name": 0.8, "state": 0.9}


@profile_check("GRD001", Severity.WARNING, learn=Claims, by=instruction_group)
def contradicted_output(
    example: Example, usual: Claims, *, most: Annotated[float, Between(0, 1)] = 0.1
) -> Iterator[Finding]:
    """An output that contradicts the context it is to be answered from: another number, date, name, or yes for no.

    A context is a passage, an article, notes, a tool's result, or the text to be rewritten. Values are compared as
    values ("two weeks" is 14 days), and what follows from the context by a sum, a rate or a conversion is borne out.
    A clash needs a sentence of the context that speaks of the same. Where more than the share `most` of a group's
    rows clash, the outputs are not answered from the context, and nothing is said. Stories, code, claims to be
    judged and worked sums are left out.

    Why: the model learns to answer against what it is given, which is how it will treat documents in use.
    Fix: correct the output from the context, or reject the example.
    Example:
        input "Returns are accepted within 14 days. How long do I have?", output "You have 30 days."
    """
    some = min(_SOME, usual.borne_out / _TIMES)
    if usual.clashing > max(_FEW, some, most * usual.rows + 1):
        return
    for field, text, assessment in assessed(example):
        for issue in assessment.clashes[:1]:
            spans = [Span(field, one.start, one.end, _why(one)) for one in assessment.clashes]
            yield found(
                example, _message(issue, text), evidence=spans, score=_SCORES.get(issue.kind, 0.9), rule=issue.kind
            )


def _why(issue: Issue) -> str:
    return f'the context says "{shorten(issue.instead, 60)}"' if issue.kind != "code" else "the context says otherwise"


def _message(issue: Issue, text: str) -> str:
    where = f' ("{shorten(issue.where, 80)}")' if issue.where and issue.where != issue.instead else ""
    return f'The output says {quoted(issue, text)}, the context "{shorten(issue.instead, 60)}"{where}.'
