"""Two texts side by side: what only the left one says and what only the right one says, in marks without colour."""

import re
from collections.abc import Sequence
from typing import Literal, NamedTuple

from curator.tui.diff import UNRELATED, WORDS_UP_TO, Changes
from curator.tui.widgets.wrap import Mark

LINES_UP_TO = 500_000
"""Characters up to which lines are compared; of longer texts nothing is marked."""

Mode = Literal["words", "lines", "off"]
MODES: tuple[Mode, ...] = ("words", "lines", "off")
_WORD = re.compile(r"\w+|\s+|[^\w\s]")


class Sides(NamedTuple):
    """Both texts with their marks, and how they were compared, in words."""

    left: Changes
    right: Changes
    how: str


def sides(left: str, right: str, mode: Mode) -> Sides:
    """``[-only left-]`` in the one and ``{+only right+}`` in the other; neither where they have little in common."""
    longest = max(len(left), len(right))
    if mode == "off" or left == right:
        return _plain(left, right, "off" if mode == "off" else "the same text")
    if longest > LINES_UP_TO:
        return _plain(left, right, "too long to compare")
    lines = mode == "lines" or longest > WORDS_UP_TO
    parts, kept = _parts(_tokens(left, lines), _tokens(right, lines))
    if kept < UNRELATED * longest:
        return _plain(left, right, "next to nothing in common")
    how = "lines" if lines else "words"
    return Sides(_marked(parts, 1, "[-", "-]", "removed"), _marked(parts, 2, "{+", "+}", "added"), how)


def _plain(left: str, right: str, how: str) -> Sides:
    return Sides(Changes(left, ()), Changes(right, ()), how)


def _tokens(text: str, lines: bool) -> Sequence[str]:
    return text.splitlines(keepends=True) if lines else _WORD.findall(text)


def _parts(old: Sequence[str], new: Sequence[str]) -> tuple[list[tuple[str, str, str]], int]:
    """What is in both, and what only one of them says after it, in turn; and how much is in both.

    Blanks between two differences belong to them: a mark on each word of a sentence is harder to read than one.
    """
    from rapidfuzz.distance import Indel  # heavy: only who compares needs it

    parts, kept = [("", "", "")], 0
    for block in Indel.opcodes(old, new):
        was, now = "".join(old[block.src_start : block.src_end]), "".join(new[block.dest_start : block.dest_end])
        stays, left, right = parts[-1]
        if block.tag == "equal":
            kept += len(was.strip())
            inside = block.src_end < len(old) and block.dest_end < len(new)
            if not was.strip() and (left or right) and inside:
                parts[-1] = (stays, left + was if left else "", right + was if right else "")
            else:
                parts.append((was, "", ""))
        else:
            only_left, only_right = was if block.tag == "delete" else "", now if block.tag == "insert" else ""
            parts[-1] = (stays, left + only_left, right + only_right)
    return parts, kept


def _marked(parts: Sequence[tuple[str, str, str]], side: int, start: str, end: str, ink: str) -> Changes:
    text, marks, field = list[str](), list[Mark](), ink
    length = 0
    for part in parts:
        text.append(part[0])
        length += len(part[0])
        if own := part[side]:
            shown = f"{start}{own}{end}"
            marks.append(Mark(field, length, length + len(shown), ink))
            text.append(shown)
            length += len(shown)
    return Changes("".join(text), tuple(marks))
