"""LAB004: an annotator's remark, left in the label."""

from collections.abc import Iterator

from curator.checks.annotator_notes import aside_in, remark
from curator.checks.base import found, profile_check
from curator.checks.prompts import parts
from curator.corpus import instruction_group
from curator.model import Example, Finding, Fix, Severity, Span
from curator.tasks import Outputs, is_short, looks_code
from curator.text import normalise, shorten


@profile_check("LAB004", Severity.WARNING, learn=Outputs, by=instruction_group)
def annotator_note(example: Example, usual: Outputs) -> Iterator[Finding]:
    """A remark of whoever wrote the label, left beside it: "(not sure??)", "- check w/ Anna", "// TODO", "positive?".

    Looked for in short outputs, and behind a label of the set, where the outputs of an instruction are labels or
    extracted values; and at the end of any other output, where it stands in brackets or behind // and says that
    somebody is to look again. A question mark counts when the output without it is one of the set's labels; a remark
    that several examples share is a label.

    Why: the model learns to write the remark; and whoever left it was in doubt about the label.
    Fix: settle the doubt, then write the bare label.
    Example:
        output "bug (not sure??)"
    """
    text, index = example.output_text, example.output_index
    written = text.strip()
    if index is None or not written:
        return
    head = parts(example).head
    sorted_out = len(written) <= 120 and usual.task in ("labels", "extraction")
    if sorted_out and (is_short(written) or _led_by_a_label(written, usual)):
        noted = remark(written, usual, head)
    else:
        noted = aside_in(written) if "[" not in example.input_text[-400:] else None
    if noted is None or looks_code(written) or usual.written.get(written, 0) > max(1, usual.outputs // 100):
        return
    start, end = noted
    bare = (written[:start] + written[end:]).strip()
    # Comparing leaves marks out, of which a remark may consist.
    told = written.casefold() in head.casefold() or normalise(written) in normalise(head)
    if not bare or (told and (any(map(str.isalnum, written[start:end])) or written.casefold() in head.casefold())):
        return
    field, offset = f"messages[{index}].content", text.index(written)
    yield found(
        example,
        f"Somebody left a remark in the answer: {shorten(written[start:end].strip())!r}.",
        evidence=[Span(field, offset + start, offset + end, "remark")],
        fix=Fix({field: text.replace(written, bare, 1)}),
        rule="a remark beside the label",
    )


def _led_by_a_label(written: str, usual: Outputs) -> bool:
    """Whether the first word is a label of the set: what follows may be a long remark."""
    first = written.partition(" ")[0].rstrip(",:;.")
    return usual.task == "labels" and "\n" not in written and usual.written.get(first, 0) > 1
