"""CON001: one input, two answers."""

from curator.checks.base import pair_check
from curator.corpus import Edge, output_key, same_input
from curator.model import Example, Message, Severity, Span
from curator.text import shared_beginning, shorten

# Characters of two outputs that a message shows; when these are alike, it shows where they part.
_BEGINNING = 30


@pair_check("CON001", Severity.ERROR, block=same_input)
def conflicting_outputs(left: Example, right: Example) -> Edge | None:
    """The same input with different outputs.

    Inputs are the same when system prompt, all turns before the output, and tools are, up to case, spacing
    and a final stop. Outputs are compared as what they are: JSON as values, numbers as numbers, tool calls
    by name and arguments, else as text. An empty output and preference pairs are not compared.

    Why: the loss pulls the model both ways; it learns neither answer, or flips a coin between them.
    Fix: keep the right one, reject the others and check again; or add to the input what makes the difference.
    Example:
        input "I was charged twice", outputs "billing" and "technical"
    """
    said, other = left.output, right.output
    if said is None or other is None or said == other or left.alternatives or right.alternatives:
        return None
    if not _full(said) or not _full(other) or output_key(said) == output_key(other):
        return None
    quoted, opposed = _quoted(said, other)
    return Edge(
        left_id=left.id,
        right_id=right.id,
        kind="conflict",
        evidence=_whole(right, other),
        message=f"The same input is answered with {quoted} and with {opposed}.",
        left_evidence=_whole(left, said),
    )


def _full(output: Message) -> bool:
    return bool(output.tool_calls) or bool(output.text.strip())


def _whole(example: Example, output: Message) -> tuple[Span, ...]:
    text = output.text
    if not text:
        return ()
    return (Span(f"messages[{example.output_index}].content", 0, len(text), "differs for the same input"),)


def _quoted(left: Message, right: Message) -> tuple[str, str]:
    """How both begin; of long texts with one beginning, where they part."""
    if left.tool_calls or right.tool_calls:
        return _called(left), _called(right)
    one, two = left.text, right.text
    start = 0
    if one[:_BEGINNING] == two[:_BEGINNING]:
        start = max(0, shared_beginning(one, two) - _BEGINNING // 2)
    before = "\u2026" if start else ""
    return f'"{before}{shorten(one[start:])}"', f'"{before}{shorten(two[start:])}"'


def _called(output: Message) -> str:
    return f"a call of {shorten(output.tool_calls[0].name)}" if output.tool_calls else f'"{shorten(output.text)}"'
