"""LAB001: a label in another spelling than the set's."""

from collections.abc import Iterator

from curator.checks.annotator_notes import note_in
from curator.checks.base import found, profile_check
from curator.checks.label_spelling import is_rare, listed_in, variant
from curator.checks.prompts import parts
from curator.corpus import instruction_group
from curator.model import Example, Finding, Fix, Severity, Span
from curator.tasks import Outputs
from curator.text import shorten


@profile_check("LAB001", Severity.WARNING, learn=Outputs, by=instruction_group)
def variant_label(example: Example, usual: Outputs) -> Iterator[Finding]:
    """A label written in another way than in the rest of its set: a slip, other case, a plural, a word too many.

    Looked for where the outputs of an instruction are a label set. A rare spelling counts when a label that is used
    more often, or that the instruction lists, differs from it by case, spacing, punctuation, number, a slip of the
    keyboard, a word like "issue", or a prefix like "Label:". Rare labels that resemble no other are left alone.

    Why: the model learns two names for one class, and exact-match scores count one of them as wrong.
    Fix: write it as the rest of the set does.
    Example:
        output "Billing issue", where the others are "billing", "bug" and "account"
    """
    written = example.output_text.strip()
    index = example.output_index
    if index is None or written not in usual.written or usual.task != "labels" or not is_rare(written, usual):
        return
    if note_in(written):
        return
    meant = variant(written, usual, listed_in(parts(example).head, usual))
    if meant is None:
        return
    field, text = f"messages[{index}].content", example.output_text
    start = text.index(written)
    yield found(
        example,
        f"{shorten(written)!r} is {shorten(meant.label)!r} in the rest of the set: they differ in {meant.how}.",
        evidence=[Span(field, start, start + len(written), "another spelling")],
        fix=Fix({field: text.replace(written, meant.label, 1)}, safe=meant.plain),
        rule=f"{shorten(written)!r} for {shorten(meant.label)!r}",
    )
