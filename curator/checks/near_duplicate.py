"""DUP002: nearly the same pair again."""

from typing import Annotated

from rapidfuzz import fuzz

from curator.checks.base import NEAR, pair_check
from curator.checks.contradiction import stem
from curator.checks.near_inputs import Difference, difference
from curator.checks.options import Between
from curator.checks.request_words import INTERCHANGEABLE
from curator.corpus import Edge, answer_kind, same_pair
from curator.memo import per_example
from curator.model import Example, Severity, Span
from curator.text import shorten, visible, words
from curator.variable import SharedText, given_text

# An output of so many words says which question was asked, unless more than `COPIES` examples have it.
TELLING = 8
COPIES = 4
# Of shorter outputs, or common ones, those that this share of the set has are met by chance.
CHANCE = 0.05
#: Long outputs that are not equal are compared word by word from this ratio on; so many words may differ.
ALIKE, REWORDED = 0.85, 0.12


@pair_check(
    "DUP002",
    Severity.WARNING,
    block=NEAR,
    learn=SharedText,
    unless=("CON001", "CON002", "CON003", "DUP001", "SPL001", "SPL002"),
)
def near_duplicate(
    left: Example, right: Example, usual: SharedText, *, reworded: Annotated[float, Between(0, 0.3)] = 0.12
) -> Edge | None:
    """Nearly the same input with the same output as an earlier example; the later one is reported.

    Articles, politeness, spelling, spacing and the order of sentences are no difference, and neither is text that
    many inputs share: one example under two prompt templates is a near-duplicate, two questions about one passage
    are none. A number, a name, a negation or an opposite always is a difference. Where the output is long and given
    to hardly any other example, the share `reworded` of the words may differ as well.

    Why: each copy is another pass over one example, which the model then knows by heart; and where one of the copies
    is held out, it is tested with what it was trained on.
    Fix: keep the better one of the two; reject the copies made by a template that you will not use.
    Example:
        "Where do i find my invoice" and "Hi, where do I find my invoices?", both answered with one text
    """
    if left.alternatives or right.alternatives or not same_output(left, right, usual):
        return None
    if not same_beside_text(left, right):
        return None
    first, second = given_text(left), given_text(right)
    differs = difference(first, second, usual)
    if (
        differs is None
        or same_pair(left) == same_pair(right)
        or not same_example(differs, left, right, usual, reworded)
    ):
        return None
    return near_edge(left, right, differs, f"Nearly the same as {named(left)}")


def same_output(left: Example, right: Example, usual: SharedText) -> bool:
    """Whether two outputs say the same, or nearly: a long text may differ in trifles, and in a few of its words."""
    if answer_kind(left) == answer_kind(right):
        return bool(left.output and left.output.tool_calls) or bool(left.output_text.strip())
    if not (_in_words(left) and _in_words(right)):
        return False
    said, other = left.output_text, right.output_text
    if fuzz.ratio(said, other, score_cutoff=100 * ALIKE) < 100 * ALIKE:
        return False
    differs = difference(said, other, usual)
    if differs is None:
        return False
    # One word for another is another answer, unless both mean the same; some more of them are not.
    return interchanged(differs, said, other) or (
        not differs.replaced and differs.content <= REWORDED * differs.matched
    )


def same_example(differs: Difference, left: Example, right: Example, usual: SharedText, reworded: float) -> bool:
    """Whether inputs that differ like this, with outputs that agree, are one example."""
    synonyms = bool(differs.content) and interchanged(differs, given_text(left), given_text(right))
    if differs.content and answer_kind(left) != answer_kind(right) and not synonyms:
        # "Play it in the kitchen" and "in the bedroom": what differs in the input does so in the output.
        return False
    given = usual.outputs_like(right)
    by_chance = given > max(COPIES, CHANCE * usual.rows)
    if differs.template and by_chance:
        return False
    if not differs.content:
        return True
    telling = given <= COPIES and len(right.output_text.split()) >= TELLING
    if not telling or synonyms:
        return telling
    # Another instruction above one text, or a few other words in a long one.
    instructed = differs.new and differs.content <= differs.matched and differs.matched >= 2 * TELLING
    return instructed or (differs.share <= reworded and differs.content <= reworded * differs.matched)


def interchanged(differs: Difference, one: str, two: str) -> bool:
    """Whether all that differs are words that mean the same, one for one: "ring us" and "call us"."""
    mine, theirs = (
        [word for low, high in places for word in words(text[low:high])]
        for text, places in ((one, differs.left), (two, differs.right))
    )
    if not mine or len(mine) != len(theirs):
        return False
    return all(
        INTERCHANGEABLE.get(stem(a), -1) == INTERCHANGEABLE.get(stem(b), -2) for a, b in zip(mine, theirs, strict=True)
    )


def same_beside_text(left: Example, right: Example) -> bool:
    """Whether the inputs have the same tools, calls, pictures and files, so that their texts decide."""
    return left.tools == right.tools and _beside_text(left) == _beside_text(right)


@per_example
def _in_words(example: Example) -> bool:
    """Whether an output is a text of some length, of which a few words may differ."""
    said = example.output
    if said is None or said.tool_calls or said.text.lstrip()[:1] in ("{", "["):
        return False
    return len(said.text.split()) >= TELLING


@per_example
def _beside_text(example: Example) -> list[tuple[object, object]]:
    return [
        (message.tool_calls, message.content if not isinstance(message.content, str) else ())
        for message in example.input
        if message.tool_calls or not isinstance(message.content, str)
    ]


def near_edge(first: Example, later: Example, differs: Difference, said: str) -> Edge:
    """The edge between two nearly equal inputs: marked where they differ, which is also said."""
    return Edge(
        first.id,
        later.id,
        "similar",
        evidence=_spans_in(later, differs.right),
        message=f"{said}{_only(differs, given_text(later))}.",
        left_evidence=_spans_in(first, differs.left),
    )


def _spans_in(example: Example, places: tuple[tuple[int, int], ...]) -> tuple[Span, ...]:
    """Places of `given_text` as spans of the messages that they lie in."""
    spans = []
    start = 0
    for index, message in enumerate(example.input):
        end = start + len(message.text)
        for first, last in places:
            low, high = max(first, start), min(last, end)
            if low < high:
                spans.append(Span(f"messages[{index}].content", low - start, high - start, "differs"))
        start = end + 1
    return tuple(spans)


def named(example: Example) -> str:
    """How a message points at another example."""
    place = example.provenance
    return f"{visible(place.source, line=True)}, row {place.row}" if place.row else f"example {example.id}"


def _only(differs: Difference, text: str) -> str:
    """What a message quotes of the difference."""
    held = [shorten(text[low:high]) for low, high in differs.right[:2]]
    quoted = " and ".join(f'"{part}"' for part in held)
    return f"; what differs: {quoted}" if held else ""
