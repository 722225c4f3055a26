"""CON001: one input, two answers."""

from curator.checks.base import pair_check
from curator.corpus import Edge, same_input, same_output
from curator.model import Example, Severity, Span
from curator.text import shorten


@pair_check("CON001", Severity.ERROR, block=same_input)
def conflicting_outputs(left: Example, right: Example) -> Edge | None:
    """The same input with different outputs.

    Inputs are the same when system prompt, all turns before the output, and tools are, up to case, spacing
    and a final stop. Outputs are compared as what they are: JSON as values, numbers as numbers, tool calls
    by name and arguments, else as text. An empty output and preference pairs are not compared.

    Why: the loss pulls the model both ways; it learns neither answer, or flips a coin between them.
    Fix: keep the right one and reject the other, or add to the input what makes the difference.
    Example:
        input "I was charged twice", outputs "billing" and "technical"
    """
    if left.alternatives or right.alternatives or _same(left, right):
        return None
    said, other = left.output, right.output
    if said is None or other is None or not _full(left) or not _full(right):
        return None
    return Edge(
        left_id=left.id,
        right_id=right.id,
        kind="conflict",
        evidence=_whole(right),
        message=f"The same input is answered with {_quoted(left)} and with {_quoted(right)}.",
        left_evidence=_whole(left),
    )


def _same(left: Example, right: Example) -> bool:
    return left.output == right.output or same_output(left) == same_output(right)


def _full(example: Example) -> bool:
    output = example.output
    return output is not None and bool(output.tool_calls or output.text.strip())


def _whole(example: Example) -> tuple[Span, ...]:
    text = example.output_text
    if not text:
        return ()
    return (Span(f"messages[{example.output_index}].content", 0, len(text), "differs for the same input"),)


def _quoted(example: Example) -> str:
    output = example.output
    if output is not None and output.tool_calls and not output.text.strip():
        return f"a call of {shorten(output.tool_calls[0].name)}"
    return f'"{shorten(example.output_text)}"'
