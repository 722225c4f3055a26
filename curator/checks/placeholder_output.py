"""TXT002: somebody meant to come back to this."""

import re
from collections.abc import Iterator
from functools import lru_cache
from typing import Annotated

from msgspec import Struct

from curator.checks.base import found, profile_check
from curator.checks.options import Between
from curator.corpus import instruction_group
from curator.model import Example, Finding, Severity, Span
from curator.text import normalise

_WHAT = (
    r"(?:answer|output|response|completion|reply|label|summary|translation|text|content|"
    r"antwort|ausgabe|réponse|sortie|respuesta|salida)"
)
_SLOT = rf"(?:your |the |an? |model |assistant |expected )?{_WHAT}(?: text)?(?: goes)?(?: here| hier| ici| aquí)?"
_INSERT = r"(?:insert|enter|add|write|put|type|fill in|einfügen|hier|insérer|insertar|escribir)"
_OPEN, _CLOSE = r"[\[<({]{1,2}\s*", r"\s*[\])}>]{1,2}"
# The whole output, normalised, is one of these.
_WHOLE = re.compile(
    "|".join(
        (
            r"todo|to do|to-do|tbd|tba|tbc|fixme|to be (?:determined|done|completed|written|announced|filled in)",
            r"placeholder(?: text)?|dummy(?: text)?|lorem ipsum.*|x{3,}|\.{2,}|_{3,}|\?{2,}|asdf\w*|qwerty|foo ?bar",
            r"(?:todo|tbd|fixme)(?:\s*[:(]| - ).{0,200}",
            rf"{_OPEN}(?:todo|tbd|fixme|xxx|placeholder)\b[^\])}}>]{{0,80}}{_CLOSE}",
            rf"{_OPEN}(?:{_INSERT} )?{_SLOT}{_CLOSE}",
            rf"{_OPEN}{_INSERT}\b[^\])}}>]{{0,80}}{_CLOSE}",
            rf"{_INSERT} {_SLOT}|{_SLOT} goes here|(?:your )?(?:answer|output|response) here",
            r"<(?:no ?output|no ?input)>",
            r"à compléter|à définir|por completar|por definir|noch auszufüllen|wird ergänzt|folgt noch",
        )
    ),
    re.DOTALL,
)
# Somewhere in a longer output.
_INSIDE = re.compile(
    rf"lorem ipsum dolor|[\[<]\s*{_INSERT} (?:the |your |an? )?{_WHAT}(?: text)?(?: here)?\s*[\]>]|"
    r"\[(?:TODO|TBD|FIXME)\b[^\]]{0,60}\]|\[(?:insert|fill in|insérer|insertar)\s[^\]\n]{2,60}\]",
    re.IGNORECASE,
)
# Right where it is one of the answers that are usual, a gap where prose is.
_MAYBE = re.compile(r"n/a|n\.a|n\. a|not applicable|null|nan|-+|\u2013|\u2014|\?|\.")
_GAPS = r"placeholders?|gaps?|blanks?|platzhalter|lücken?"
# What a placeholder begins with, and what an input says that asks for such a one; both normalised.
_ASKED = tuple(
    (re.compile(held), re.compile(rf"\b(?:{given})\b"))
    for held, given in (
        (r"lorem|dummy|placeholder", r"lorem|placeholders?|dummy|fillers?|platzhalter|blindtext"),
        (r"\W*to-?do\b", r"to-?dos?"),
        (r"\W*tbd\b", r"tbds?"),
        (r"\W*fixme\b", r"fixmes?"),
        # A gap for the very output is no gap of a template.
        (rf"{_OPEN}(?:{_INSERT} )?{_SLOT}{_CLOSE}$", _GAPS),
        (r"[\[<({]", rf"{_GAPS}|templates?|vorlagen?|modèles?|plantillas?"),
    )
)
_BETWEEN = str.maketrans("", "", " -")
# A list of tasks is not the word itself.
_LIST = r"(?!\w|[ -](?:lists?|items?|apps?|tasks?|notes?)\b)"
_NUMERAL = re.compile(r"\broman\b|römisch|romain|romano", re.IGNORECASE)


class ShortOutputs(Struct):
    """How many outputs of a group are a few words at most: a label set or an extraction, or prose."""

    outputs: int = 0
    short: int = 0

    def add(self, example: Example) -> None:
        """Count one example's outputs."""
        for _, text in example.output_fields():
            self.outputs += 1
            self.short += len(text) < 120 and len(text.split()) <= 4

    def merge(self, other: "ShortOutputs") -> None:
        """Take in another count."""
        self.outputs += other.outputs
        self.short += other.short

    @property
    def share(self) -> float:
        """The share of short outputs, 0 to 1."""
        return self.short / self.outputs if self.outputs else 0.0


@profile_check("TXT002", Severity.ERROR, learn=ShortOutputs, by=instruction_group)
def placeholder_output(
    example: Example, usual: ShortOutputs, *, labels: Annotated[float, Between(0, 1)] = 0.5
) -> Iterator[Finding]:
    """An output that only holds the place of one: TODO, TBD, lorem ipsum, [insert answer here], xxx, "...".

    "N/A" and "-" count where outputs are prose; where at least the share `labels` of a group's outputs is a
    few words long they are an answer like any other. A placeholder that the input asks for, or shows, is none.

    Why: the model learns to answer real questions with "TODO".
    Fix: write the output, or reject the example.
    Example:
        input "Summarise the call", output "[insert summary here]"
    """
    for field, text in example.output_fields():
        span = _placeholder(text, usual.share < labels)
        if span is None:
            continue
        start, end = span
        held = text[start:end]
        given = " ".join(message.text for message in example.input)
        if _asked_for(held, given):
            continue
        yield found(
            example,
            "The output is a placeholder." if end - start == len(text.strip()) else "A placeholder was left in.",
            evidence=[Span(field, start, end, "placeholder")],
        )


@lru_cache(maxsize=64)
def _placeholder(text: str, prose: bool) -> tuple[int, int] | None:
    if len(text) <= 250:
        stripped = text.strip()
        normal = normalise(stripped)
        normal = normal.strip("*_`\"' ") or normal
        if _WHOLE.fullmatch(normal) or (prose and _MAYBE.fullmatch(normal)):
            start = text.index(stripped)
            return start, start + len(stripped)
    inside = _INSIDE.search(text) if "[" in text or "<" in text or "dolor" in text.lower() else None
    return inside.span() if inside else None


def _asked_for(held: str, given: str) -> bool:
    """Whether the input shows this very text, or asks for text of this kind."""
    normal, asking = normalise(held), normalise(given)
    if normal.translate(_BETWEEN).isalpha():
        if re.search(rf"(?<!\w){re.escape(normal)}{_LIST}", asking):
            return True
    elif any(map(str.isalnum, normal)) and normal in asking:
        return True
    if held.isupper() and _NUMERAL.search(given):
        return True
    kind = next((words for beginning, words in _ASKED if beginning.match(normal)), None)
    return " " in normal and kind is not None and kind.search(asking) is not None
