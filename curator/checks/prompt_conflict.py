"""CON003: one question under two wordings of one instruction, two answers that cannot both be right."""

from curator.checks.answers_given import AnswersGiven
from curator.checks.base import pair_check
from curator.checks.conflicting_outputs import comparable, differing, edge_of, quoted_outputs
from curator.checks.prompts import change, fixed_key, is_persona, parts
from curator.corpus import Edge, same_pair
from curator.model import Example, Severity
from curator.text import shorten, worded

#: How much longer than another a text may be that says the same.
_LONGER = 1.5


def asked_under_a_prompt(example: Example) -> bytes | None:
    """The key of inputs that ask the same under an instruction, whatever that says."""
    head, first, later = parts(example)
    return fixed_key("", later, "under", worded(first)) if head and first else None


@pair_check(
    "CON003", Severity.WARNING, block=asked_under_a_prompt, learn=AnswersGiven, takes=comparable, kind=same_pair
)
def prompt_conflict(left: Example, right: Example, usual: AnswersGiven) -> Edge | None:
    """The same input under two variants of one system prompt, with outputs that contradict each other.

    Variants say the same in other words: they differ in function words, in who answers and how ("a friendly
    assistant", "answer briefly"), and in how long answers are ("in at most 3 sentences"); or, where they say who
    answers, in a number or a negation. Instructions that differ in anything else are other tasks, and may have other
    answers. An instruction without a system message is what stands above the first blank line, or the first line
    break.

    Why: the model cannot tell from a rewording that another answer is wanted.
    Fix: settle on one system prompt and one answer; or say in the prompt what makes the difference.
    Example:
        "You are a helpful agent of Acme." and "You're an assistant of Acme.": "Returns?" -> "30 days", "14 days"
    """
    if left.messages[0] == right.messages[0] and left.messages[0].role == "system":
        return None
    head, _, _ = parts(left)
    other, _, _ = parts(right)
    if head == other:
        return None
    kind = change(head, other)
    if not kind or (kind not in ("wording", "length") and not (is_persona(head) and is_persona(other))):
        return None
    found = differing(left, right, usual)
    if found is None or not found.conflict or not found.hard:
        return None
    if kind == "length" and found.kind == "text" and not _about_as_long(left.output_text, right.output_text):
        return None
    said, opposed = quoted_outputs(left, right)
    what = {"wording": "wording", "length": "a length", "number": "a number", "negation": "a negation"}[kind]
    message = (
        f"The same input under instructions that differ in {what} is answered with {said} and with {opposed}: "
        f'"{shorten(head)}" and "{shorten(other)}".'
    )
    return edge_of(left, right, "conflict", found, message)


def _about_as_long(one: str, other: str) -> bool:
    """Whether two texts have room for the same: a shorter one leaves out facts, and may choose others."""
    return max(len(one), len(other)) <= _LONGER * min(len(one), len(other))
