"""TXT006: characters that nobody sees and the model reads."""

import re
from collections.abc import Iterator

from curator.checks.base import example_check, found
from curator.model import Example, Finding, Fix, Message, Severity, Span

# What is looked at at all. NEL (U+0085) is a line end of some systems; variation selectors are dealt with in runs.
_SEEN = re.compile(
    r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x84\x86-\x9f\u00ad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180e\u200b-\u200f"
    r"\u2028-\u202e\u2060-\u206f\u3164\ufeff\uffa0\ufff9-\ufffb\U000e0000-\U000e01ef]|[\ufe00-\ufe0f]{2,}"
)
_CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f]")
# A terminal's commands: the escape goes with what it commands.
_ESCAPE = re.compile(r"(?:\x1b\[|\x9b)[0-?]*[ -/]*[@-~]|\x1b\][^\x07\x1b]*(?:\x07|\x1b\\)|\x1b[@-Z\\-_]?")
# UTF-8 read as Latin-1 leaves C1 characters behind such a letter: the check `mojibake` names those.
_UTF8_LEAD = re.compile(r"[\u00c2-\u00f4][\u0080-\u00bf]{0,2}\Z")
_RIGHT_TO_LEFT = re.compile(r"[\u0590-\u08ff\ufb1d-\ufdff\ufe70-\ufefc]")
# Scripts that join or break words with zero-width characters: Arabic and its kin, those of India and South-East Asia.
_JOINING = re.compile(r"[\u0600-\u08ff\u0900-\u109f\u1780-\u17ff\u1a20-\u1aaf\ua840-\uabff\ufb50-\ufdff\ufe70-\ufefc]")
# What a zero-width joiner ties together, or a tag follows: emoji, with their variation selectors and skin tones.
_EMOJI = re.compile(r"[\u00a9\u00ae\u203c-\u3299\ufe0f\U0001f000-\U0001faff]")
_ENGLAND = re.compile("\U0001f3f4[\U000e0020-\U000e007e]+\U000e007f")
_ABOUT = re.compile(
    r"zero[- ]?width|invisible (?:char|unicode)|hidden (?:char|unicode)|control (?:char|code)|non-?print(?:able|ing)|"
    r"bidi|right-to-left (?:override|mark)|soft hyphen|byte[- ]order mark|\bBOM\b|\bU\+[0-9A-F]{4}|escape (?:seq|code)|"
    r"\bANSI\b|unsichtbare zeichen|steuerzeichen|caract[eè]res? (?:invisible|de contr[oô]l)",
    re.IGNORECASE,
)
_JOINERS = "\u200c\u200d"
_MARKS = "\u061c\u200e\u200f\u2066\u2067\u2068\u2069\u202a\u202b\u202c"
_OVERRIDES = "\u202d\u202e"
_LINES = "\x0b\x0c\u2028\u2029"


@example_check("TXT006", Severity.WARNING)
def hidden_characters(example: Example) -> Iterator[Finding]:
    """Characters in input or output that are not seen: control characters, bidi and zero-width marks, hidden tags.

    Joiners in emoji and in the scripts that need them, and direction marks in text that runs from right to left,
    are left alone; so are conversations about such characters.

    Why: they split words into rare tokens, the model learns to write them, and they can carry hidden instructions.
    Fix: take the proposed text (curator fix). It is safe where the character shows nothing and does nothing; one
        that stands where a letter was lost, or that turned the order of the text, is for a person to look at.
    Example:
        output "Your re\u200bfund is on its way." with a zero-width space in "refund"
    """
    for index, message in enumerate(example.messages):
        text = message.text
        if text.isprintable() and text.isascii():
            continue
        spans = _hidden(f"messages[{index}].content", text)
        if not spans or any(_ABOUT.search(other.text) for other in example.messages):
            continue
        why = spans[0].why
        more = f" and {len(spans) - 1} more" if len(spans) > 1 else ""
        fix = _fix(message, spans)
        yield found(
            example, f"There is a hidden character in the text: {why}{more}.", evidence=spans, fix=fix, rule=why
        )


def _hidden(field: str, text: str) -> list[Span]:
    if text.isascii() and not _CONTROL.search(text):
        return []
    right_to_left: bool | None = None
    spans: list[Span] = []
    for match in _SEEN.finditer(text):
        start, end = match.span()
        if spans and start < spans[-1].end:
            continue
        character = text[start]
        if character in _MARKS:
            if right_to_left is None:
                right_to_left = _RIGHT_TO_LEFT.search(text) is not None
            if right_to_left:
                continue
        if _in_its_place(text, start, character):
            continue
        escape = _ESCAPE.match(text, start)
        if escape:
            end = escape.end()
        why = _name(character)
        if spans and spans[-1].end == start and spans[-1].why == why:
            spans[-1] = Span(field, spans[-1].start, end, why)
        else:
            spans.append(Span(field, start, end, why))
    return spans


def _in_its_place(text: str, at: int, character: str) -> bool:
    """Whether this character does here what it is for."""
    before, after = text[at - 1 : at], text[at + 1 : at + 2]
    if character in _JOINERS:
        if _JOINING.match(before) or _JOINING.match(after):
            return True
        return bool(character == "\u200d" and _EMOJI.match(before) and _EMOJI.match(after))
    if character == "\u200b":
        return bool(_south_east(before) and _south_east(after))
    if "\U000e0020" <= character <= "\U000e007f":
        return any(flag.start() < at < flag.end() for flag in _ENGLAND.finditer(text))
    if "\U000e0100" <= character <= "\U000e01ef":  # a variant of one Han character
        return "\u3400" <= before <= "\u9fff" or "\U00020000" <= before <= "\U0003ffff"
    return "\x80" <= character <= "\x9f" and _UTF8_LEAD.search(text[max(0, at - 3) : at]) is not None


def _south_east(character: str) -> bool:
    """Thai, Lao, Myanmar, Khmer: scripts without spaces, where a zero-width one tells words apart."""
    return "\u0e00" <= character <= "\u0eff" or "\u1000" <= character <= "\u109f" or "\u1780" <= character <= "\u17ff"


def _name(character: str) -> str:
    code = ord(character)
    if character == "\x1b" or character == "\x9b":
        return "a terminal's escape sequence"
    if code < 0xA0:
        return f"a control character (U+{code:04X})"
    if character in _OVERRIDES:
        return f"an override of the text's direction (U+{code:04X})"
    if character in _MARKS:
        return f"a mark of the text's direction (U+{code:04X})"
    if 0xE0000 <= code <= 0xE007F:
        return "hidden text in tag characters"
    if 0xFE00 <= code <= 0xFE0F or code >= 0xE0100:
        return "variation selectors that select nothing"
    kind = {0xAD: "a soft hyphen", 0x200B: "a zero-width space", 0xFEFF: "a byte-order mark"}.get(code)
    if kind is None and character in _LINES:
        kind = "a line separator"
    return f"{kind or 'an invisible character'} (U+{code:04X})"


def _fix(message: Message, spans: list[Span]) -> Fix | None:
    if not isinstance(message.content, str):
        return None
    text = message.content
    parts: list[str] = []
    position, safe = 0, True
    for span in spans:
        hidden = text[span.start : span.end]
        shown, harmless = _replacement(hidden, text[span.start - 1 : span.start], text[span.end : span.end + 1])
        parts += [text[position : span.start], shown]
        position = span.end
        safe = safe and harmless
    fixed = "".join((*parts, text[position:]))
    return Fix({spans[0].field: fixed}, safe=safe) if fixed.strip() else None


def _replacement(hidden: str, before: str, after: str) -> tuple[str, bool]:
    """What to put in place of a run of one kind of hidden character, and whether that can change the meaning."""
    first = hidden[0]
    if first in _LINES:
        return "\n", True
    if first in "\x1b\x9b":
        return "", len(hidden) > 1
    if "\x80" <= first <= "\x9f":  # what Windows shows for it
        return hidden.encode("latin-1").decode("cp1252", "ignore"), False
    if first in _OVERRIDES or first >= "\U000e0000" or "\ufe00" <= first <= "\ufe0f":
        return "", False
    if first < " ":  # inside a word it may stand for a letter that was lost
        return "", first != "\x08" and not (before.isalnum() and after.isalnum())
    return "", True
