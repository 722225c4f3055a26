"""A pair, its findings and its labels as lines of text that can be read aloud: no colour, no glyphs, no columns.

Lines of ours begin at the margin, lines of the data two blanks from it, so that no text of the data can be taken for
something that the program says.
"""

import json
import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Any, NamedTuple

from curator.model import Entry, Message
from curator.rows import Found
from curator.settings import Binding
from curator.text import visible
from curator.tui.veil import WHOLE, Veil

MOST = 4_000
"""Characters of a text that are printed without being asked for."""
TURNS = 12
"""Messages of an input that are printed without being asked for."""
LINE = 200
"""Characters of a text of the data in a line of ours."""
COLUMNS = 30

_DOTS = re.compile(r"\u2022+(?:\s+\u2022+)*")
_HIDDEN = re.compile(r"\u2022{2,}")


class Look(NamedTuple):
    """How much of a pair is wanted: through which veil, all of the pair, all of the system prompt."""

    veil: Veil
    whole: bool = False
    system: bool = False


def spoken(text: str, seen: str) -> str:
    """What may be seen of a text, with words in place of the dots, which are read aloud one by one."""

    def named(match: re.Match[str]) -> str:
        return "[masked]" if text[match.start() : match.end()] != match.group() else match.group()

    return _DOTS.sub(named, seen)


def part(text: str, start: int, end: int, veil: Veil) -> str:
    """Characters `start` to `end` of a text as they may be printed."""
    return spoken(text[start:end], veil.part(text, start, end))


def line_of(text: str, veil: Veil, most: int = LINE) -> str:
    """The first words of a text, in a line of ours."""
    more = f" (and {len(text) - most:,} more characters)" if len(text) > most else ""
    return visible(" ".join(part(text, 0, most, veil).split()), line=True) + more


def block(text: str, look: Look) -> Iterator[str]:
    """The lines of a text, set in from the margin: its beginning, or all of it, a piece at a time."""
    if not text:
        yield "  (empty)"
    end = len(text) if look.whole else min(len(text), MOST)
    start = 0
    while start < end:
        stop = min(end, start + WHOLE)
        broken = text.rfind("\n", start, stop) + 1
        stop = broken if stop < end and broken > start else stop
        for line in part(text, start, stop, look.veil).removesuffix("\n").split("\n"):
            yield f"  {visible(line)}"
        start = stop
    if end < len(text):
        yield f"(and {len(text) - end:,} more characters: z reads the pair whole)"


def pair(entry: Entry, at: tuple[int, int], look: Look) -> Iterator[str]:
    """What a pair is, given and taught, and what people said of it."""
    example, state = entry.example, entry.state
    origin = example.provenance
    routed, edited = ", goes to RAG" if state.route == "rag" else "", ", edited" if state.edited else ""
    place = visible(f"{origin.source}:{origin.row}", line=True)
    yield f"Row {at[0]:,} of {at[1]:,}: #{entry.seq}, {state.status}{routed}{edited}. From {place}"
    end = example.output_index
    given = list(enumerate(example.messages[: len(example.messages) if end is None else end]))
    yield from _system(entry, look)
    turns = [(index, message) for index, message in given if message.role != "system"]
    if len(turns) > TURNS and not look.whole:
        yield f"({len(turns) - TURNS:,} earlier messages: z reads the pair whole)"
        turns = turns[-TURNS:]
    for _, message in turns:
        yield from _message("Input", message, look)
    if example.tools:
        yield f"Tools, {len(example.tools)}:"
        yield from block(_json(example.tools), look)
    for message in example.messages[len(given) :]:
        yield from _message("Output" if message.role == "assistant" else "After it", message, look)
    if end is None:
        yield "Output: none."
    for number, other in enumerate(example.alternatives, 1):
        liked = {True: ", preferred", False: ", not preferred", None: ""}[other.preferred]
        score = "" if other.score is None else f", score {other.score:g}"
        for message in other.messages:
            yield from _message(f"Alternative {number}{liked}{score}", message, look)
    if example.reference is not None:
        yield "Reference:"
        yield from block(example.reference if isinstance(example.reference, str) else _json(example.reference), look)
    if look.whole:
        yield from _columns(example.metadata, look.veil)


def _system(entry: Entry, look: Look) -> Iterator[str]:
    for message in entry.example.messages:
        if message.role == "system" and (look.system or look.whole):
            yield f"System, {len(message.text):,} characters:"
            yield from block(message.text, Look(look.veil, whole=True))
        elif message.role == "system":
            yield f"System: {line_of(message.text, look.veil)}"


def _message(heading: str, message: Message, look: Look) -> Iterator[str]:
    name = f", {visible(message.name[:LINE], line=True)}" if message.name else ""
    untaught = ", not trained on" if message.role == "assistant" and message.weight == 0 else ""
    if message.text or not (message.tool_calls or message.content):
        yield f"{heading}, {message.role}{name}{untaught}, {len(message.text):,} characters:"
        yield from block(message.text, look)
    for other in () if isinstance(message.content, str) else message.content:
        if not isinstance(other.get("text"), str):
            yield f"{heading}, {message.role}{name}, a part that is not text:"
            yield from block(_json(other), look)
    for call in message.tool_calls:
        yield f"{heading}, {message.role}{name}{untaught} calls {visible(call.name[:LINE], line=True)}:"
        yield from block(call.arguments, look)


def _columns(metadata: Mapping[str, Any], veil: Veil) -> Iterator[str]:
    if metadata:
        yield "Other columns:"
    for name, value in list(metadata.items())[:COLUMNS]:
        text = value if isinstance(value, str) else _json(value)
        yield f"  {visible(name[:LINE], line=True)}: {line_of(text, veil)}"
    if len(metadata) > COLUMNS:
        yield f"(and {len(metadata) - COLUMNS:,} more columns)"


def _json(value: object) -> str:
    return json.dumps(value, ensure_ascii=False, indent=2)


def said_of(entry: Entry, veil: Veil) -> Iterator[str]:
    """The labels and the note of a pair, a line each; nothing when it has none."""
    if entry.state.labels:
        yield f"Labels: {labels_of(entry.state.labels)}"
    if entry.state.note:
        yield f"Note: {line_of(entry.state.note, veil, 1_000)}"


def labels_of(labels: Mapping[str, object]) -> str:
    """Labels in a line."""
    told = (
        name if value is True else f"{name}: {' + '.join(map(str, value)) if isinstance(value, list) else value}"
        for name, value in labels.items()
    )
    return visible(", ".join(told)[:1_000], line=True)


def digits(bindings: Mapping[str, Binding]) -> str:
    """Which digit gives which label."""
    told = (f"{key} {b.label}{'' if b.value in (True, None) else f' {b.value}'}" for key, b in bindings.items())
    return visible(", ".join(told), line=True)


def findings(found: Sequence[Found], entry: Entry, veil: Veil, *, checked: bool, whole: bool = False) -> Iterator[str]:
    """What was found, worst first: a line each, or all there is to say."""
    if not found:
        yield "Findings: none." if checked else "Findings: none, for no check was run yet."
        return
    yield f"Findings, {len(found)}:"
    for item in found:
        finding = item.finding
        stale = " (found before the text was changed)" if item.stale else ""
        message = finding.message if whole else finding.message[:500]
        yield f"  {item.severity} {finding.code}: {visible(message, line=True)}{stale}"
        if whole:
            yield from _whole(item, entry, veil)
        elif finding.fix is not None and not item.stale:
            yield "  it has a suggestion: v reads it, i takes it"


def _whole(item: Found, entry: Entry, veil: Veil) -> Iterator[str]:
    finding = item.finding
    if finding.rule:
        yield f"  shared difference: {visible(finding.rule[:1_000], line=True)}"
    if item.related:
        near = ", ".join(f"#{seq}" for seq in item.related[:20])
        more = f" and {len(item.related) - 20:,} more" if len(item.related) > 20 else ""
        yield f"  other rows: {near}{more}"
    if item.stale:
        return
    for span in finding.evidence[:8]:
        text = text_of(entry, span.field)
        if text is not None:
            quoted = " ".join(part(text, max(0, span.start), min(span.end, span.start + 300), veil).split())
            why = f" ({visible(span.why[:LINE], line=True)})" if span.why else ""
            yield f"  in {visible(span.field, line=True)}{why}: {visible(quoted, line=True)}"
    if finding.fix is not None:
        told = "cannot change the meaning" if finding.fix.safe else "may change the meaning"
        for field, after in sorted(finding.fix.changes.items()):
            before = text_of(entry, field)
            if before is not None:
                yield f"  suggestion for {visible(field, line=True)}, which {told}; i takes it:"
                yield from (f"  {line}" for line in changed(before, after, veil))
    yield f"  curator explain {visible(finding.code, line=True)} says what is looked for and why"


def text_of(entry: Entry, field: str) -> str | None:
    """The text of ``messages[2].content``; None when there is none."""
    for index, message in enumerate(entry.example.messages):
        if field == f"messages[{index}].content":
            return message.text
    return None


def changed(before: str, after: str, veil: Veil) -> Iterator[str]:
    """A change, word by word: what is taken out as [-this-], what is put in as {+that+}."""
    from curator.tui.diff import changes  # loads what measures and compares

    told = changes(veil.part(before, 0, len(before)), veil.part(after, 0, len(after))).text
    for line in (told[:MOST] or "the change is inside of what is masked; m shows it").split("\n"):
        yield f"  {visible(_HIDDEN.sub('[masked]', line))}"
    if len(told) > MOST:
        yield f"  (and {len(told) - MOST:,} more characters of changes)"
