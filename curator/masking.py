"""Secrets and personal data as they may be shown: their kind and their first characters, never the value.

A message quotes with `mask`, or goes through `hidden`; a screen that shows the text itself, with the offsets of its
evidence kept, uses `masked`. Nothing that these return can be turned back.
"""

from collections.abc import Iterable

from curator.model import Span

# One character in six, four at most: a card keeps two of sixteen digits, a key the prefix that names its provider.
_SHARE = 6
_MOST = 4
# A quotation that breaks off shows at least so much of a value before it tells something.
_PART = 6
_DOT = "\u2022"


def mask(value: str) -> str:
    """The first characters of a value and an ellipsis, for a message: ``mask("GB82WEST12345698765432")`` is "GB8…"."""
    return value[: _kept(value)] + "\u2026"


def masked(text: str, spans: Iterable[Span | tuple[int, int]]) -> str:
    """The text with dots in these spans, as long as before, so that every other offset stays right.

    Spaces and line ends stay, so that the lines of a key keep their places.
    """
    shown = list(text)
    for start, end in sorted((span.start, span.end) if isinstance(span, Span) else span for span in spans):
        for place in range(max(0, start) + _kept(text[start:end]), min(end, len(text))):
            if not text[place].isspace():
                shown[place] = _DOT
    return "".join(shown)


def hidden(message: str, values: Iterable[str]) -> str:
    """The message with every one of these values masked, those too that it quotes only the beginning of.

    For messages that quote a text in which sensitive values are known: ``hidden(message, sensitive_values(text))``.
    """
    for value in sorted(set(values), key=len, reverse=True):
        quoted = " ".join(value.split())
        for end in range(len(quoted), min(len(quoted), _PART) - 1, -1):
            if quoted[:end] in message:
                message = message.replace(quoted[:end], mask(value))
                break
    return message


def _kept(value: str) -> int:
    return min(_MOST, len(value) // _SHARE)
