"""TXT005: text that was decoded with the wrong table on its way here."""

import re
from collections.abc import Iterator

from curator.checks.base import example_check, found
from curator.model import Example, Finding, Fix, Severity, Span
from curator.text import shared_beginning, shorten

_ABOUT_ENCODING = re.compile(
    r"mojibake|utf-?8|utf-?16|latin-?1|iso-?8859|windows-?125\d|cp125\d|unicode|charset|encod(?:ing|ed)|"
    r"zeichensatz|kodierung|encodage|codificaci[oó]n",
    re.IGNORECASE,
)
# The replacement character, its bytes read as Latin-1, and beginnings of UTF-8 whose rest was dropped.
_LOST = re.compile(r"\ufffd|\u00ef\u00bf\u00bd|\u00e2\u20ac|\u00c2[\u2018\u2019\u201c\u201d\u2013\u00a0\u00b0\u00a3]")
# Aligning longer texts character by character costs more than the finer span is worth.
_ALIGNED = 20_000


@example_check("TXT005", Severity.WARNING)
def mojibake(example: Example) -> Iterator[Finding]:
    """Text in input or output that was encoded in UTF-8 and decoded as something else, such as "cafÃ©".

    What ftfy can undo, where the result is better, and the marks of characters that were lost on the way (U+FFFD,
    "â€"); quotes, ligatures, full-width letters and other languages are left alone. Conversations about encodings may
    show such text and are left out.

    Why: the model learns to write "donâ€™t", and meets inputs that no user will type.
    Fix: take the proposed text (curator fix); it puts back the characters and touches nothing else.
    Example:
        output "Le cafÃ© est prÃªt." is "Le café est prêt."
    """
    texts = [(index, message) for index, message in enumerate(example.messages) if not message.text.isascii()]
    for index, message in texts:
        text = message.text
        mended = _mended(text)
        if mended is None:
            yield from _lost(example, index, text)
            continue
        if any(_ABOUT_ENCODING.search(other.text) for other in example.messages):
            continue
        field = f"messages[{index}].content"
        spans = _changed(field, text, mended)
        first = shorten(text[spans[0].start : spans[0].end])
        plain = isinstance(message.content, str)
        yield found(
            example,
            f'Wrongly decoded characters, such as "{first}".',
            evidence=spans,
            fix=Fix({field: mended}, safe=_reversible(text, mended)) if plain else None,
        )


def _lost(example: Example, index: int, text: str) -> Iterator[Finding]:
    """Characters that are beyond mending."""
    match = _LOST.search(text)
    if match is None or any(_ABOUT_ENCODING.search(other.text) for other in example.messages):
        return
    span = Span(f"messages[{index}].content", *match.span(), "lost in decoding")
    around = shorten(text[max(0, match.start() - 12) : match.end() + 12].strip())
    yield found(example, f'A character was lost in decoding: "{around}".', evidence=[span], rule="lost character")


def _mended(text: str) -> str | None:
    """The text with its encoding put right; None when nothing is wrong, or it cannot be made better."""
    import ftfy
    from ftfy.badness import badness, is_bad

    # U+0085 is a line end of its own in some systems' text, not the trace of an ellipsis.
    if not is_bad(text.replace("\x85", " ")):
        return None
    mended: str = ftfy.fix_encoding(text)
    return mended if mended != text and badness(mended) < badness(text) else None


def _reversible(text: str, mended: str) -> bool:
    """Whether nothing had to be guessed: no lost characters before, nothing suspicious after."""
    from ftfy.badness import is_bad

    return "\ufffd" not in text and "\x1a" not in text and not is_bad(mended)


def _changed(field: str, text: str, mended: str) -> list[Span]:
    """Where the two differ, as spans of the first."""
    head = shared_beginning(text, mended)
    tail = shared_beginning(text[head:][::-1], mended[head:][::-1])
    end = len(text) - tail
    if end - head > _ALIGNED:
        return [Span(field, head, end, "wrongly decoded")]
    from rapidfuzz.distance import Levenshtein

    spans: list[Span] = []
    for edit in Levenshtein.opcodes(text[head:end], mended[head : len(mended) - tail]):
        start, stop = head + edit.src_start, head + edit.src_end
        if edit.tag == "equal" or start == stop:
            continue
        if spans and spans[-1].end >= start:
            spans[-1] = Span(field, spans[-1].start, stop, "wrongly decoded")
        else:
            spans.append(Span(field, start, stop, "wrongly decoded"))
    return spans or [Span(field, head, max(end, head + 1), "wrongly decoded")]
