"""TXT004: the model that wrote the data refused, or spoke of itself."""

import re
from collections.abc import Iterator
from typing import Annotated

from curator.checks.base import example_check, found
from curator.checks.options import Between
from curator.checks.refusals import DISCLAIMER, REFUSAL
from curator.model import Example, Finding, Severity, Span

_STRAIGHT = {0x2018: "'", 0x2019: "'", 0x02BC: "'"}
_OPENING = "\"'`\u201c\u201e\u00ab\u2039\u300c"
_CLOSING = "\"'`\u201d\u201c\u00bb\u203a\u300d"
_REPORTED = re.compile(
    r"\b(?:said|says|saying|replied|replies|answered|answers|responded|responds|wrote|told \w+)[ ,:]*$", re.I
)


@example_check("TXT004", Severity.WARNING)
def refusal(example: Example, *, within: Annotated[int, Between(20, 100_000)] = 300) -> Iterator[Finding]:
    """An output in which a model refuses, or speaks of itself as an AI (English, German, French, Spanish).

    Only the first `within` characters are read. Quoted and reported refusals, texts whose input shows the same
    words, and answers of a service ("I can't find that order", "I can't refund it after 30 days") are none.

    Why: refusals of the model that wrote the data become refusals of the tuned model, far beyond the cases meant.
    Fix: write the answer; accept the example when this refusal is wanted.
    Example:
        output "As an AI language model, I don't have access to your account."
    """
    for field, text in example.output_fields():
        head = _straight(text[:within])
        for pattern, why in ((DISCLAIMER, "speaks as an AI model"), (REFUSAL, "refuses")):
            match = pattern.search(head)
            if match and not _quoted(head, match.start()) and not _shown(example):
                yield found(example, f"The output {why}.", evidence=[Span(field, match.start(), match.end(), why)])
                break


def _straight(text: str) -> str:
    return text if text.isascii() else text.translate(_STRAIGHT)


def _quoted(text: str, start: int) -> bool:
    """Whether the words are reported, or stand in quotation marks that open before them on their line."""
    before = text[text.rfind("\n", 0, start) + 1 : start]
    if before.lstrip().startswith(">") or _REPORTED.search(before):
        return True
    inside = False
    for index, character in enumerate(before):
        touches_left = index > 0 and before[index - 1].isalnum()
        touches_right = before[index + 1 : index + 2].isalnum() or index + 1 == len(before)
        if not inside and character in _OPENING and not touches_left:
            inside = True
        elif inside and character in _CLOSING and not (touches_left and touches_right):
            inside = False
    return inside


def _shown(example: Example) -> bool:
    """Whether the input has such words itself: a text to summarise, translate, classify or rewrite."""
    given = [_straight(message.text) for message in example.input if message.role != "assistant"]
    return any(DISCLAIMER.search(text) or REFUSAL.search(text) for text in given)
