"""CON001: one input, two answers that cannot both be right. CON005: one input, several ways to answer it."""

from curator.checks.answers_given import AnswersGiven
from curator.checks.base import pair_check
from curator.checks.comparison import Comparison, compare
from curator.checks.prompts import asked
from curator.corpus import Edge, alike_input, answer_kind, sameness
from curator.memo import per_pair
from curator.model import Example, Message, Severity, Span
from curator.text import shared_beginning, shorten

# Characters of two outputs that a message shows; when these are alike, it shows where they part.
_BEGINNING = 30
_WHOLE = "differs for the same input"
# An input that comes more often than this is asked for variety, or lacks what makes the difference.
_VARIANTS = 8


def _full(output: Message) -> bool:
    return bool(output.tool_calls) or bool(output.text.strip())


def answered(example: Example, _: AnswersGiven) -> bool:
    """Whether an example has one answer that can be held against others."""
    said = example.output
    return said is not None and not example.alternatives and _full(said)


def comparable(example: Example, usual: AnswersGiven) -> bool:
    """Whether an example has one answer that can be held against others, in a set that has one answer for an input."""
    if not answered(example, usual):
        return False
    return bool(example.output and example.output.tool_calls) or not usual.varied(example)


@pair_check("CON001", Severity.ERROR, block=alike_input, learn=AnswersGiven, takes=comparable, kind=answer_kind)
def conflicting_outputs(left: Example, right: Example, usual: AnswersGiven) -> Edge | None:
    """The same input with outputs that contradict each other.

    Inputs are the same when system prompt, all turns before the output, and tools are, up to case, spacing,
    punctuation, hyphens and articles; the message says which. Outputs are compared as what they are: labels, yes and
    no, numbers with their units, dates, JSON leaf by leaf, tool calls by name and arguments, texts by what clashes in
    them. Other wordings of one answer, several answers to a creative or listing task, and short or JSON answers in a
    set that mostly has several for an input that comes again, are variants (CON005). An empty output and preference
    pairs are not compared.

    Why: the loss pulls the model both ways; it learns neither answer, or flips a coin between them.
    Fix: keep the right one, reject the others and check again; or add to the input what makes the difference.
    Example:
        input "I was charged twice", outputs "billing" and "technical"
    """
    found = differing(left, right, usual)
    if found is None or not found.conflict or found.doubtful:
        return None
    quoted, opposed = quoted_outputs(left, right)
    message = f"The same input{sameness(left, right)} is answered with {quoted} and with {opposed}."
    return edge_of(left, right, "conflict", found, message)


@pair_check("CON006", Severity.WARNING, block=alike_input, learn=AnswersGiven, takes=comparable, kind=answer_kind)
def divergent_outputs(left: Example, right: Example, usual: AnswersGiven) -> Edge | None:
    """The same input with two texts that have next to nothing in common, where one answer is to be expected.

    Nothing in particular can be named that contradicts (that is CON001); but the task leaves nothing open, and the
    rest of the set has one answer for an input. Inputs are compared as by CON001. The score is how likely two answers
    to one question contradict each other, from the words that they do not share, negations, opposites and numbers.

    Why: two answers to one question that have nothing in common are seldom both what the model is to say.
    Fix: keep the right one; or make one answer of both.
    Example:
        input "Where do refunds go?", outputs "Back to the card you paid with." and "Into your store credit."
    """
    found = differing(left, right, usual)
    if found is None or not found.doubtful:
        return None
    quoted, opposed = quoted_outputs(left, right)
    message = f"The same input{sameness(left, right)} is answered with two unlike texts: {quoted} and {opposed}."
    return edge_of(left, right, "conflict", found, message)


@pair_check("CON005", Severity.INFO, block=alike_input, learn=AnswersGiven, takes=answered, most=_VARIANTS)
def variant_outputs(left: Example, right: Example, usual: AnswersGiven) -> Edge | None:
    """The same input with several outputs that may all be right: other words, or another choice where the task is open.

    Inputs and outputs are compared as by CON001. The score says how far the outputs are apart. Where inputs that come
    again mostly have several answers, every difference is such a variant: the set is made so, or its inputs lack what
    makes the difference. An input that comes more often than eight times is passed over.

    Why: variants teach that an answer may be put in several ways; where one answer is wanted, they blur it.
    Fix: nothing, where variety is wanted; else keep the best one.
    Example:
        input "Do you ship abroad?", outputs "Yes, to 30 countries." and "Yes, we ship to 30 countries."
    """
    found = differing(left, right, usual)
    if found is None or (found.conflict and comparable(left, usual) and comparable(right, usual)):
        return None
    quoted, opposed = quoted_outputs(left, right)
    message = f"The same input{sameness(left, right)} is answered in several ways: {quoted} and {opposed}."
    return edge_of(left, right, "similar", found, message)


@per_pair
def differing(left: Example, right: Example, usual: AnswersGiven) -> Comparison | None:
    """How the outputs of two examples that are `comparable` differ; None when they do not."""
    said, other = left.output, right.output
    if said is None or other is None or answer_kind(left) == answer_kind(right):
        return None
    return compare(asked(left), said, other, usual.is_label)


def edge_of(left: Example, right: Example, kind: str, found: Comparison, message: str) -> Edge:
    """The edge of a comparison, with what differs as evidence on both sides."""
    return Edge(
        left_id=left.id,
        right_id=right.id,
        kind="conflict" if kind == "conflict" else "similar",
        evidence=_spans(right, found.right),
        message=f"{message} {found.detail}".rstrip(),
        left_evidence=_spans(left, found.left),
        score=found.score,
    )


def quoted_outputs(left: Example, right: Example) -> tuple[str, str]:
    """How both outputs begin; of long texts with one beginning, where they part."""
    said, other = left.output or Message("assistant"), right.output or Message("assistant")
    if said.tool_calls or other.tool_calls:
        return _called(said), _called(other)
    one, two = said.text, other.text
    start = 0
    if one[:_BEGINNING] == two[:_BEGINNING]:
        start = max(0, shared_beginning(one, two) - _BEGINNING // 2)
    before = "\u2026" if start else ""
    return f'"{before}{shorten(one[start:])}"', f'"{before}{shorten(two[start:])}"'


def _spans(example: Example, place: tuple[int, int] | None) -> tuple[Span, ...]:
    text = example.output_text
    if not text:
        return ()
    start, end = place or (0, len(text))
    return (Span(f"messages[{example.output_index}].content", start, end, _WHOLE),)


def _called(output: Message) -> str:
    return f"a call of {shorten(output.tool_calls[0].name)}" if output.tool_calls else f'"{shorten(output.text)}"'
