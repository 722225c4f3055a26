"""Text that a text area would change, carried through it unharmed.

A text area splits lines as `str.splitlines` does: U+2028, NEL, VT, FF and the separators become newlines,
mixed line ends become uniform, and control characters go to the terminal. `encode` moves every such character
to U+F0000 plus its code, where a text area leaves it alone; `decode` moves it back. Newline and tab stay.
"""

BASE = 0xF0000

HAZARDS = (
    *(code for code in range(0x20) if code not in (0x09, 0x0A)),
    *range(0x7F, 0xA0),
    0xAD, 0x061C, 0x200B, 0x200E, 0x200F, *range(0x2028, 0x202F), *range(0x2060, 0x2070), 0xFEFF,
)  # fmt: skip

LONGEST_TEXT = 200_000
"""Characters that may be edited in place. A text area needs 17 ms a key at 50 kB, 100 ms at 1 MB."""
LONGEST_LINE = 5_000
"""Characters of a line: a text area wraps the whole line again for each screen row it covers."""

_ENCODE = {code: chr(BASE + code) for code in HAZARDS}
_DECODE = {BASE + code: chr(code) for code in HAZARDS}
_ENCODE_LINE = _ENCODE | {0x09: chr(BASE + 0x09), 0x0A: chr(BASE + 0x0A)}
_DECODE_LINE = _DECODE | {BASE + 0x09: "\t", BASE + 0x0A: "\n"}


def encode(text: str, *, line: bool = False) -> str:
    """`text` as a text area may hold it; with `line`, as a one-line input may."""
    return text.translate(_ENCODE_LINE if line else _ENCODE)


def decode(text: str, *, line: bool = False) -> str:
    """What `encode` was given."""
    return text.translate(_DECODE_LINE if line else _DECODE)


def why_not_inline(text: str) -> str:
    """Why `text` cannot be edited in place, as a clause; empty when it can."""
    if len(text) > LONGEST_TEXT:
        return f"it has {len(text):,} characters, more than {LONGEST_TEXT:,}"
    longest = max(map(len, text.split("\n")))
    if longest > LONGEST_LINE:
        return f"it has a line of {longest:,} characters, more than {LONGEST_LINE:,}"
    if decode(encode(text)) != text:
        return "it uses the private characters that editing in place needs"
    return ""
