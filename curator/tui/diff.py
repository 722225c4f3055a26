"""What was changed between two texts, word by word, in marks that read without colour."""

import re
from collections.abc import Sequence
from typing import NamedTuple

from curator.tui.glyphs import drawn
from curator.tui.widgets.wrap import Mark

WORDS_UP_TO = 50_000
"""Characters up to which words are compared, 4 ms for 20 kB; longer texts are compared by lines."""
KEPT_AROUND = 24
"""Characters of unchanged text shown on each side of a change."""

UNRELATED = 0.3
"""Share of the longer text that two texts must have in common for their words to be compared."""

_WORD = re.compile(r"\w+|\s+|[^\w\s]")


class Changes(NamedTuple):
    """What was changed, as one text, with the removed and the added parts marked in it."""

    text: str
    marks: tuple[Mark, ...]


def changes(before: str, after: str) -> Changes:
    """The changes as ``[-removed-]`` and ``{+added+}`` with a little around them; empty when there are none."""
    if before == after:
        return Changes("", ())
    text, marks = "", list[Mark]()
    for kept, removed, added in _parts(before, after):
        text += _kept(kept, after=bool(marks), before=bool(removed or added))
        for part, ink in (
            (f"[-{removed}-]" if removed else "", "removed"),
            (f"{{+{added}+}}" if added else "", "added"),
        ):
            if part:
                marks.append(Mark("", len(text), len(text) + len(part), ink))
            text += part
    return Changes(text, tuple(marks))


def _parts(before: str, after: str) -> list[tuple[str, str, str]]:
    """What was kept, and what was removed and added after it, in turn.

    Blanks between two changes count as changed with them, and texts that have next to nothing in common as
    replaced: a list of single words that happen to be in both is nothing that anybody can read.
    """
    from rapidfuzz.distance import Indel  # heavy: only the editor needs it

    old, new = _tokens(before), _tokens(after)
    parts = [("", "", "")]
    kept = 0
    for block in Indel.opcodes(old, new):
        was = "".join(old[block.src_start : block.src_end])
        now = "".join(new[block.dest_start : block.dest_end])
        stays, removed, added = parts[-1]
        if block.tag == "equal":
            kept += len(was.strip())
            joins = not was.strip() and (removed or added) and block.src_end < len(old) and block.dest_end < len(new)
            if joins:
                parts[-1] = (stays, removed + was, added + was)
            else:
                parts.append((was, "", ""))
        else:
            parts[-1] = (
                stays,
                removed + (was if block.tag == "delete" else ""),
                added + (now if block.tag == "insert" else ""),
            )
    return [("", before, after)] if kept < UNRELATED * max(len(before), len(after)) else parts


def _tokens(text: str) -> Sequence[str]:
    return text.splitlines(keepends=True) if len(text) > WORDS_UP_TO else _WORD.findall(text)


def _kept(text: str, *, after: bool, before: bool) -> str:
    """An unchanged stretch after a change, before one, or between two: when it is long, what is next to them."""
    if after and before:
        return text if len(text) <= 2 * KEPT_AROUND else f"{text[:KEPT_AROUND]} {drawn('…')} {text[-KEPT_AROUND:]}"
    if len(text) <= KEPT_AROUND:
        return text
    return drawn("…") + text[-KEPT_AROUND:] if before else text[:KEPT_AROUND] + drawn("…")
