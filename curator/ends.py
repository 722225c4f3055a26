"""Chosen and rejected: which of two ends of a conversation is the better one, and how that is turned round."""

from collections.abc import Mapping

from curator.model import Alternative, Example, Message

#: The format of rows with one answer that was liked or not.
JUDGED = "kto"


def turned(example: Example) -> dict[str, str]:
    """The fields that change, with their new texts, when the preference is the other way round.

    Of a chosen and a rejected end the texts change places; an end that was liked or not has its mark turned. Empty
    where `why_not` says why not.
    """
    if why_not(example):
        return {}
    if is_judged(example) or _both_beside(example):
        return {
            f"alternatives[{number}].preferred": "disliked" if one.preferred else "liked"
            for number, one in enumerate(example.alternatives)
        }
    chosen, rejected = f"messages[{example.output_index}].content", "alternatives[0].messages[0].content"
    return {chosen: example.alternatives[0].messages[0].text, rejected: example.output_text}


def why_not(example: Example) -> str:
    """Why the preference of an example cannot be turned round, as a clause; empty when it can."""
    others, index = example.alternatives, example.output_index
    if not others:
        return "it has one end only"
    if is_judged(example) or _both_beside(example):
        return ""
    if index is None or not is_pair(example):
        return "it does not have one chosen and one rejected end"
    if not _plain(others[0].messages) or len(example.messages) != index + 1 or not _plain(example.messages[index:]):
        return "its ends are more than one plain text each"
    return ""


def is_judged(example: Example) -> bool:
    """Whether the one end there is was liked or not: its alternative is its own output, with the mark."""
    index = example.output_index
    if index is None or len(example.alternatives) != 1 or example.alternatives[0].preferred is None:
        return False
    # A pair whose ends say the same looks like an answer that was not liked: only its format tells.
    alone = example.alternatives[0].preferred or example.provenance.format == JUDGED
    return alone and example.alternatives[0].messages == example.messages[index:]


def is_pair(example: Example) -> bool:
    """Whether the output is a chosen end with a rejected one beside it."""
    return len(example.alternatives) == 1 and example.alternatives[0].preferred is False and not is_judged(example)


def named(example: Example, other: Alternative) -> str:
    """What another end is, for people."""
    if is_judged(example):
        return "this answer was liked" if other.preferred else "this answer was not liked"
    return {True: "chosen", False: "rejected", None: "another answer"}[other.preferred]


def with_its_end(example: Example, texts: Mapping[str, str]) -> dict[str, str]:
    """Edited texts, and beside those of an answer that was liked or not the same for the end that bears the mark."""
    index = example.output_index
    if index is None or not is_judged(example):
        return dict(texts)
    own = {f"messages[{at}].content": f"alternatives[0].messages[{at - index}].content"
           for at in range(index, len(example.messages))}  # fmt: skip
    return dict(texts) | {own[field]: text for field, text in texts.items() if field in own}


def in_words(example: Example) -> str:
    """How many ends there are and what is said of them, in a few words; empty for an output alone."""
    if not example.alternatives:
        return ""
    if is_judged(example):
        return "liked" if example.alternatives[0].preferred else "not liked"
    if is_pair(example):
        return "chosen, one rejected"
    return f"+{len(example.alternatives)} other ends"


def _both_beside(example: Example) -> bool:
    """Whether both ends are alternatives, as those of several messages are."""
    return len(example.alternatives) == 2 and {one.preferred for one in example.alternatives} == {True, False}


def _plain(messages: tuple[Message, ...]) -> bool:
    return len(messages) == 1 and isinstance(messages[0].content, str) and not messages[0].tool_calls
