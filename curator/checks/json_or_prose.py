"""FMT002: prose where the others are JSON, or JSON where the others are prose."""

import re
from collections.abc import Iterator

from curator.checks.base import found, profile_check
from curator.checks.json_texts import embedded, read, unfenced
from curator.checks.output_formats import AT_LEAST, MAJORITY, Formats
from curator.checks.prompts import parts
from curator.corpus import instruction_group, opening
from curator.model import Example, Finding, Fix, Severity, Span
from curator.text import normalise, shorten

# Fewer others say nothing about what is usual.
_ENOUGH = 5
# JSON among texts is drift only where hardly any other is; many tasks have an input here and there that wants it.
_HARDLY = 0.05
_ASKED = re.compile(
    r"json|extract|\bobjects?\b|\barrays?\b|\bdict|\blists?\b|schema|\bapi\b|payload|config|yaml|xml|format|code|function|script",
    re.IGNORECASE,
)
_SCALARS = frozenset(("null", "true", "false"))


@profile_check("FMT002", Severity.WARNING, learn=Formats, by=instruction_group, at_least=AT_LEAST)
def json_or_prose(example: Example, usual: Formats) -> Iterator[Finding]:
    """Prose where the other outputs of the instruction are JSON, JSON in a fence where they are bare, or the reverse.

    A short answer that the input itself offers ("answer NONE when there is no order") is no drift, nor is JSON among
    prose where the input speaks of JSON, lists or code, or asks to extract.

    Why: what reads the model's JSON fails on an answer in words, and the model learns to write both.
    Fix: write the output as the others are written; the fix takes a fence off.
    Example:
        output "The customer ordered two lamps." where the others are {"order": ..., "quantity": ...}
    """
    others = usual.outputs - 1
    if others < _ENOUGH or not usual.together or len(example.messages) > 12:
        return
    for field, text in example.output_fields():
        reading = read(text)
        documents = usual.json + usual.broken
        if reading.kind == "empty":
            continue
        if reading.kind == "text":
            if documents >= MAJORITY * others and not _offered(example, text) and embedded(text) is None:
                says = f'This is text ("{shorten(text)}"), and {_share(documents, others)} are JSON.'
                yield _found(example, field, text, says, "text where JSON is usual", documents / others)
        elif documents >= MAJORITY * others:
            yield from _fence(example, usual, field, text, reading.fenced)
        elif reading.kind == "json" and reading.value and _foreign(example, usual):
            says = f"This is JSON, and {_share(usual.texts, others)} are text."
            yield _found(example, field, text, says, "JSON where text is usual", usual.texts / others)


def _fence(example: Example, usual: Formats, field: str, text: str, fenced: bool) -> Iterator[Finding]:
    documents = usual.json + usual.broken - 1
    alike = usual.fenced - fenced
    if fenced and documents - alike >= MAJORITY * documents:
        says = f"The JSON stands in a fence (```), and that of {_share(documents - alike, documents)} is bare."
        fix = Fix({field: unfenced(text)}, safe=True)
        yield _found(example, field, text, says, "JSON in a fence", 1 - alike / documents, fix)
    elif not fenced and alike >= MAJORITY * documents:
        says = f"The JSON is bare, and that of {_share(alike, documents)} stands in a fence (```)."
        fix = Fix({field: f"```json\n{text.strip()}\n```"}, safe=True)
        yield _found(example, field, text, says, "JSON without a fence", alike / documents, fix)


def _foreign(example: Example, usual: Formats) -> bool:
    others = usual.outputs - 1
    documents = usual.json + usual.broken - 1
    few = documents <= max(1, _HARDLY * others)
    return few and others >= 7 and _ASKED.search(opening(example)) is None


def _offered(example: Example, text: str) -> bool:
    """Whether a short answer is one that the input names, or a bare value of JSON."""
    said = normalise(text).strip("\"'`")
    if said in _SCALARS or not said:
        return True
    if len(said) > 60:
        return False
    pattern = rf"(?<!\w){re.escape(said)}(?!\w)"
    told = parts(example)
    # The whole input is nothing that it offers.
    return said != normalise(told.asked).strip("\"'`") and re.search(pattern, normalise(opening(example))) is not None


def _share(count: int, others: int) -> str:
    return f"all {others:,} others" if count >= others else f"{count:,} of {others:,} others"


def _found(
    example: Example, field: str, text: str, says: str, rule: str, others: float, fix: Fix | None = None
) -> Finding:
    span = Span(field, len(text) - len(text.lstrip()), len(text.rstrip()), rule)
    return found(example, says, evidence=[span], score=min(1.0, others), fix=fix, rule=rule)
