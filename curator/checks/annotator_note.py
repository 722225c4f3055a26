"""LAB004: an annotator's remark, left in the label."""

from collections.abc import Iterator

from curator.checks.annotator_notes import note_in
from curator.checks.base import found, profile_check
from curator.checks.label_spelling import squashed
from curator.checks.prompts import parts
from curator.corpus import instruction_group
from curator.model import Example, Finding, Fix, Severity, Span
from curator.tasks import Outputs, is_short, looks_code
from curator.text import normalise, shorten

_MARKS = tuple("([{<#/")


@profile_check("LAB004", Severity.WARNING, learn=Outputs, by=instruction_group)
def annotator_note(example: Example, usual: Outputs) -> Iterator[Finding]:
    """A remark of whoever wrote the label, left beside it: "(not sure??)", "- check w/ Anna", "// TODO", "positive?".

    Looked for in short outputs, where the outputs of an instruction are labels or extracted values. A question mark
    counts when the output without it is one of the set's labels; a remark that several examples share is a label.

    Why: the model learns to write the remark; and whoever left it was in doubt about the label.
    Fix: settle the doubt, then write the bare label.
    Example:
        output "bug (not sure??)"
    """
    text, index = example.output_text, example.output_index
    written = text.strip()
    if index is None or len(written) > 120 or usual.task not in ("labels", "extraction") or not is_short(written):
        return
    noted = _note(written, usual)
    if noted is None or looks_code(written) or usual.written.get(written, 0) > max(1, usual.outputs // 100):
        return
    start, end = noted
    bare = (written[:start] + written[end:]).strip()
    if not bare or normalise(written) in normalise(parts(example).head):
        return
    field, offset = f"messages[{index}].content", text.index(written)
    yield found(
        example,
        f"Somebody left a remark in the answer: {shorten(written[start:end].strip())!r}.",
        evidence=[Span(field, offset + start, offset + end, "remark")],
        fix=Fix({field: text.replace(written, bare, 1)}),
        rule="a remark beside the label",
    )


def _note(written: str, usual: Outputs) -> tuple[int, int] | None:
    span = note_in(written)
    bare = written.rstrip("?! ")
    if span is not None:
        # Among extracted values, "maybe" may be of the text itself; there a remark stands in brackets or after a mark.
        marked = written[span[0] : span[1]].strip()[:1] in _MARKS
        return span if usual.task == "labels" or marked else None
    if bare != written and written.endswith("?") and usual.task == "labels" and _is_label(bare, usual):
        return len(bare), len(written)
    return None


def _is_label(bare: str, usual: Outputs) -> bool:
    name = squashed(bare)
    return any(
        squashed(other) == name and count >= 2 for other, count in usual.written.items() if not other.endswith("?")
    )
