"""LAB007: a label that occurs once."""

from collections.abc import Iterator

from curator.checks.annotator_notes import remark
from curator.checks.base import found, profile_check
from curator.checks.label_lists import listed_in
from curator.checks.label_spelling import unlisted, variant
from curator.checks.prompts import parts
from curator.corpus import instruction_group
from curator.model import Example, Finding, Severity, Span
from curator.tasks import Outputs
from curator.text import normalise, shorten

# Of fewer examples, one of a kind says nothing; and in a set where many labels are rare, none stands out.
_ENOUGH = 12
_OTHERS = 0.9
_USES = 3


@profile_check("LAB007", Severity.INFO, learn=Outputs, by=instruction_group)
def rare_label(example: Example, usual: Outputs) -> Iterator[Finding]:
    """A label that one example alone has, in a set whose other labels are used again and again.

    A label that the instruction lists is only rare. One that it does not list, where it lists most others, is said
    to be unknown.

    Why: nothing can be learned from one example; often the label is of an older guideline or another project.
    Fix: check that the label belongs to the set; add examples of it, or use the label it was merged into.
    Example:
        output "shipping_v1", once, among 400 examples of six other labels
    """
    written = example.output_text.strip()
    if usual.written.get(written, 0) != 1 or usual.short < _ENOUGH or usual.task != "labels":
        return
    index = example.output_index
    often = sum(count for count in usual.answers.values() if count > 1)
    uses = often // max(len(usual.answers) - 1, 1)
    if index is None or often < _OTHERS * usual.short or uses < _USES:
        return
    head = parts(example).head
    listed = listed_in(head, usual)
    if remark(written, usual, head) or unlisted(written, head, listed, usual):
        return
    if (
        normalise(written) in listed
        or usual.answers.get(normalise(written)) != 1
        or variant(written, usual, listed, head)
    ):
        return
    start = example.output_text.index(written)
    said = "The instruction does not list it." if listed else "No other example has it."
    yield found(
        example,
        f"{shorten(written)!r} occurs once, where labels are used {uses:,} times on average. {said}",
        evidence=[Span(f"messages[{index}].content", start, start + len(written), "once")],
        rule="a label that occurs once",
    )
