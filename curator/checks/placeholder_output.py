"""TXT002: somebody meant to come back to this."""

import re
from collections.abc import Iterator
from functools import lru_cache
from typing import Annotated

from msgspec import Struct, field

from curator.checks.base import found, profile_check
from curator.checks.gaps import blank, gap
from curator.checks.heads import Heads
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
            # In the comment of a language.
            r"(?:--|#+|//|/\*+|<!--|;+|%+)\s*(?:todo|tbd|fixme|placeholder|your (?:code|query|answer) (?:goes )?here|"
            r"(?:write|add|put|insert) (?:your )?(?:code|query|answer) here|not (?:yet )?implemented|implement (?:me|"
            r"this))"
            r"\b.{0,200}",
            r"(?:pass|return|return none|\.\.\.)\s*(?:#|//|--)\s*(?:todo|tbd|fixme)\b.{0,200}",
            r"select (?:\.{3}|\u2026) from .{0,80}|\$\{\w{1,30}\}|%s|#(?:n/a|ref!|value!|name\?)|\[object object\]",
            r"[(\[]\s*to be (?:determined|done|completed|written|announced|filled in|added|translated)\s*[)\]]",
            rf"{_OPEN}(?:todo|tbd|fixme|xxx|placeholder)\b[^\])}}>]{{0,80}}{_CLOSE}",
            rf"{_OPEN}(?:{_INSERT} )?{_SLOT}{_CLOSE}",
            rf"{_OPEN}{_INSERT}\b[^\])}}>]{{0,80}}{_CLOSE}",
            rf"{_INSERT} {_SLOT}|{_SLOT} goes here|(?:your )?(?:answer|output|response) here",
            r"<(?:no ?output|no ?input)>",
            rf"<(?:[a-z]{{3,}} ){{1,3}}(?:{_WHAT}|message|query|code|title|description|name|sentence)>",
            r"à compléter|à définir|por completar|por definir|noch auszufüllen|folgt noch|wird (?:noch )?(?:ergänzt|"
            r"nachgereicht|ausgefüllt)",
        )
    ),
    re.DOTALL,
)
# Somewhere in a longer output.
_INSIDE = re.compile(
    rf"lorem ipsum dolor|[\[<]\s*{_INSERT} (?:the |your |an? )?{_WHAT}(?: text)?(?: here)?\s*[\]>]|"
    # A function whose body is still to be written; and a value of JSON.
    r"(?:#|//|--)[ \t]*(?:(?:write |add )?your code (?:goes )?here|(?:TODO|FIXME)\b[^\n]{0,80}\s+(?:pass|\.\.\.|"
    r"raise NotImplementedError\b.*|throw new \w+\(.*|return(?: None| null)?;?)\s*\}?\s*\Z)|"
    r"[:\[,]\s*\"(?:TODO|TBD|FIXME)\b[^\"\n]{0,60}\"|"
    r"\[(?:TODO|TBD|FIXME)\b[^\]]{0,60}\]|\[(?:insert|fill in|insérer|insertar)\s[^\]\n]{2,60}\]",
    re.IGNORECASE,
)
# A statement of SQL in which a table or a condition is still to be named.
_UNNAMED = re.compile(
    r"\s*(?:(?:SELECT|INSERT|DELETE|WITH)\b[^;<>]*\b(?:FROM|JOIN|INTO|WHERE)|UPDATE)\s+(<[a-z][a-z_ ]{1,30}>)"
)
_LETTER = re.compile(
    r"letter|mail|message|reply|respon[ds]|template|speech|invit|resume|apolog|declin|script|announce|\bpost\b|\bbio|"
    r"write|"
    r"draft|compose|create|generate|brief|nachricht|schreib|lettre|écri|rédig|carta|escrib|redact",
    re.IGNORECASE,
)
# As many, or one in five hundred, are accidents; where more are, the outputs are templates.
_GAPPED, _GAPPED_SHARE = 2, 500
_ENOUGH = 10
_SIGNS = ("[", "<", "TODO", "FIXME", "TBD", "your code ")
# Written so, it is no Spanish "all".
_MARKED = re.compile(r"(?:TODO|FIXME|TBD)\s+[a-z(].{0,80}")
# Right where it is one of the answers that are usual, a gap where prose is.
_MAYBE = re.compile(
    r"n/a|n\.a|n\. a|not applicable|null|nan|undefined|nil|pending|test(?:ing)?(?: \d+)*|(?:see|as) above|"
    r"same as (?:above|before)|siehe oben|voir ci-dessus|véase arriba|-+|\u2013|\u2014|\?|\."
)
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
        (r"[\[<({]", rf"{_GAPS}|syntax|templates?|vorlagen?|modèles?|plantillas?"),
    )
)
_BRACKETS = ("[", "<", "{")
_SHOWN = re.compile(r"\{\{? ?\w+ ?\}|\[[A-Za-z][\w ]{1,30}\]|<[a-z][\w ]{1,30}>")
_BETWEEN = str.maketrans("", "", " -")
# A list of tasks is not the word itself.
_LIST = r"(?!\w|[ -](?:lists?|items?|apps?|tasks?|notes?)\b)"
_NUMERAL = re.compile(r"\broman\b|römisch|romain|romano", re.IGNORECASE)


class ShortOutputs(Struct):
    """How many outputs of a group are a few words at most, a label set or an extraction, and how many have gaps."""

    outputs: int = 0
    short: int = 0
    gapped: int = 0
    bracketed: int = 0
    heads: Heads = field(default_factory=Heads)

    def add(self, example: Example) -> None:
        """Count one example's outputs."""
        self.heads.add(example)
        for _, text in example.output_fields():
            self.outputs += 1
            self.short += len(text) < 120 and len(text.split()) <= 4
            self.gapped += gap(text) is not None
            self.bracketed += "[" in text

    def merge(self, other: "ShortOutputs") -> None:
        """Take in another count."""
        self.outputs += other.outputs
        self.short += other.short
        self.gapped += other.gapped
        self.bracketed += other.bracketed
        self.heads.merge(other.heads)

    @property
    def filled(self) -> bool:
        """Whether gaps of templates are rare here."""
        return self.gapped <= max(_GAPPED, self.outputs // _GAPPED_SHARE)

    @property
    def share(self) -> float:
        """The share of short outputs, 0 to 1."""
        return self.short / self.outputs if self.outputs else 0.0


@profile_check("TXT002", Severity.ERROR, learn=ShortOutputs, by=instruction_group)
def placeholder_output(
    example: Example, usual: ShortOutputs, *, labels: Annotated[float, Between(0, 1)] = 0.5
) -> Iterator[Finding]:
    """An output that only holds the place of one: TODO, TBD, lorem ipsum, [insert answer here], "...";
    and a gap that nobody filled in, "Dear [Customer Name]", where gaps are rare.

    "N/A" and "-" count where outputs are prose; where at least the share `labels` of a group's outputs is a
    few words long they are an answer like any other. A placeholder that the input asks for, or shows, is none.

    Why: the model learns to answer real questions with "TODO".
    Fix: write the output, or reject the example.
    Example:
        input "Summarise the call", output "[insert summary here]"
    """
    for where, text in example.output_fields():
        # What is asked for once, out of nothing, has gaps for what nobody said.
        alone = len(usual.heads.smallest) == 1 and usual.outputs >= _ENOUGH
        span = placeholder(text, usual.share < labels)
        left = None if span else _left_open(text, usual, alone)
        if span is None and left is None:
            continue
        start, end = span or left or (0, 0)
        held = text[start:end]
        given = " ".join(message.text for message in example.input)
        filling = left is not None or gap(held) == (0, len(held))
        if filling and not alone and not _recorded(held, given) and (_LETTER.search(given) or len(example.input) > 2):
            continue
        if left and left != gap(text) and "[" in given:
            continue
        if _asked_for(held, given):
            continue
        yield found(
            example,
            "The output is a placeholder." if end - start == len(text.strip()) else "A placeholder was left in.",
            evidence=[Span(where, start, end, "placeholder")],
        )


def _recorded(held: str, given: str) -> bool:
    """Whether the input has what the gap is for: "[reason]" beside "reason: high swell"."""
    name = held.strip("[]{}<> ").replace("_", " ").casefold()
    return (
        len(name) > 2
        and re.search(rf"(?:^|[;,{{\n\"])\s*{re.escape(name)}\"?\s*[:=]\s*\S", given.casefold()) is not None
    )


def _left_open(text: str, usual: ShortOutputs, alone: bool) -> tuple[int, int] | None:
    """Where a text has a gap, if that is rare here: one that says so, or a bracket where no other output has any."""
    if not usual.filled:
        return None
    return gap(text) or (blank(text) if alone and usual.bracketed == 1 else None)


@lru_cache(maxsize=64)
def placeholder(text: str, prose: bool) -> tuple[int, int] | None:
    """Where a text holds the place of another; in `prose`, "N/A" and "-" do."""
    if len(text) <= 250:
        stripped = text.strip()
        normal = normalise(stripped)
        normal = normal.strip("*_`\"' ") or normal
        if _WHOLE.fullmatch(normal) or _MARKED.fullmatch(stripped) or (prose and _MAYBE.fullmatch(normal)):
            start = text.index(stripped)
            return start, start + len(stripped)
    inside = _INSIDE.search(text) if any(map(text.__contains__, _SIGNS)) or "dolor" in text.lower() else None
    if inside is None and "<" in text:
        unnamed = _UNNAMED.match(text)
        return unnamed.span(1) if unnamed else None
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
    shown = frozenset([gap[0] for gap in _SHOWN.findall(given)])
    if shown and held[:1] in _BRACKETS and held[0] not in shown:
        return False  # "Keep {name}" asks for no "[reason]"
    kind = next((words for beginning, words in _ASKED if beginning.match(normal)), None)
    return (" " in normal or normal[:1] in _BRACKETS) and kind is not None and kind.search(asking) is not None
