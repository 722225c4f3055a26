"""What we draw, and how where only ASCII can be drawn: frames, statuses, pointers, bars.

Only what is ours is drawn in another way. Text of the data is shown as it is; where it stands between our own, in a
line of a list or of a message, one of these glyphs is shown by its number, so that it is not taken for ours.
"""

import locale

FRAME = dict.fromkeys("┌┐└┘├┤┬┴┼", "+") | {"─": "-", "│": "|"}
TABLE = FRAME | {
    "·": "-", "✓": "+", "✗": "x", "✎": "e",  # pending, accepted, rejected, edited
    "▲": "!", "■": "=", "●": "o",  # error, warning, info
    "▸": ">", "→": ">", "←": "<", "↓": "v", "↑": "^", "↶": "<",
    "█": "#", "░": ".", "▁": "_", "▂": "_", "▃": "-", "▄": "-", "▅": "=", "▆": "=", "▇": "#",
    "▌": "#", "▐": "#", "▀": "#", "▖": "#", "▗": "#", "▘": "#", "▝": "#",
    "▙": "#", "▛": "#", "▜": "#", "▟": "#", "▚": "#", "▞": "#",
    "“": '"', "”": '"', "\u2013": "-", "\u03b1": "alpha", "•": "*", "…": "...", "≥": ">=", "≈": "~",
}  # fmt: skip
"""Each glyph of ours, and its form in ASCII."""

_DRAWN = str.maketrans(TABLE)
_NUMBERED = {ord(glyph): f"<U+{ord(glyph):04X}>" for glyph in TABLE}
_ascii = False


def use_ascii(ascii_only: bool) -> None:
    """Whether only ASCII is to be drawn from now on: one program draws on one terminal."""
    global _ascii
    _ascii = ascii_only


def only_ascii() -> bool:
    """Whether only ASCII is to be drawn."""
    return _ascii


def wanted(setting: str) -> bool:
    """Whether the setting asks for ASCII: ``ascii``, or ``auto`` where the locale is not UTF-8."""
    return setting == "ascii" or (setting == "auto" and locale.getencoding().lower() not in ("utf-8", "utf8"))


def drawn(text: str) -> str:
    """A text of ours as it is drawn."""
    return text.translate(_DRAWN) if _ascii and not text.isascii() else text


def quoted(text: str) -> str:
    """A text of the data that will stand between our own: glyphs of ours in it by their numbers."""
    return text.translate(_NUMBERED) if _ascii and not text.isascii() else text
