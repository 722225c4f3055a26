"""LAB001: a label in another spelling than the set's."""

from collections.abc import Iterator

from curator.checks.annotator_notes import remark
from curator.checks.base import found, profile_check
from curator.checks.label_lists import listed_in, without_identifiers
from curator.checks.label_spelling import is_rare, unlisted, variant
from curator.checks.placeholder_output import placeholder
from curator.checks.prompts import parts
from curator.corpus import instruction_group, opening
from curator.model import Example, Finding, Fix, Severity, Span
from curator.tasks import Outputs
from curator.text import normalise, shorten

# Longer answers are no labels of any set.
_WORDS = 5


@profile_check("LAB001", Severity.WARNING, learn=Outputs, by=instruction_group)
def variant_label(example: Example, usual: Outputs) -> Iterator[Finding]:
    """A label written in another way than in the rest of its set: a slip, other case, a plural, a word too many;
    or one that is not on the list that the instruction gives.

    Looked for where the outputs of an instruction are a label set. A rare spelling counts when a label that is used
    more often, or that the instruction lists, differs from it by case, spacing, punctuation, number, a slip of the
    keyboard, a word like "issue", or a prefix like "Label:". Rare labels that resemble no other are left alone,
    unless the instruction lists the set.

    Why: the model learns two names for one class, and exact-match scores count one of them as wrong.
    Fix: write it as the rest of the set does.
    Example:
        output "Billing issue", where the others are "billing", "bug" and "account"
    """
    written = example.output_text.strip()
    index = example.output_index
    if index is None or written not in usual.written or usual.task != "labels" or not is_rare(written, usual):
        return
    head = parts(example).head
    if remark(written, usual, head):
        return
    listed = listed_in(head, usual)
    meant = variant(written, usual, listed, head)
    field, text = f"messages[{index}].content", example.output_text
    start = text.index(written)
    if meant is None:
        # What holds a place, and what is a sentence, is for other checks.
        other = placeholder(written, False) is not None or len(written.split()) > _WORDS
        if (
            listed
            and not other
            and unlisted(written, head, listed, usual)
            and normalise(written) not in normalise(without_identifiers(opening(example)))
        ):
            says = f"{shorten(written)!r} is none of the labels that the instruction lists."
            evidence = [Span(field, start, start + len(written), "an unknown label")]
            yield found(example, says, evidence=evidence, rule="a label that the instruction does not list")
        return
    where = "the rest of the set" if meant.label in usual.written else "the list of the instruction"
    yield found(
        example,
        f"{shorten(written)!r} is {shorten(meant.label)!r} in {where}: they differ in {meant.how}.",
        evidence=[Span(field, start, start + len(written), "another spelling")],
        fix=Fix({field: text.replace(written, meant.label, 1)}, safe=meant.plain),
        rule=f"{shorten(written)!r} for {shorten(meant.label)!r}",
    )
