"""The labels that an instruction lists, and how it writes them. No I/O, no state."""

import re
from functools import lru_cache

from curator.tasks import Outputs
from curator.text import normalise, words

#: The list is the set when the labels that stand in the instruction make up this share of the group.
MOST = 0.6
# Before and after an item of a list; "None of this matters" lists no "none".
_BEFORE = re.compile(
    r"(?:^|[,;:/|(\[\"'`\u201c\n*\u2022=\u2013\u2014-]|\d[.)]|\b(?:or|and|of|as|either|oder|und|als|ou|et|o|y))\s*\Z",
    re.IGNORECASE,
)
_AFTER = re.compile(r"\s*(?:\Z|[,;:/|)\](\"'`\u201d.\n=\u2013\u2014-]|(?:or|and|oder|und|ou|et|o|y)\b)", re.IGNORECASE)
# A name of several parts, which no word of a sentence is.
_IDENTIFIER = re.compile(r"[^\W_]+(?:_[^\W_]+)+")
_COMMAS = re.compile(r"[,;|\n]+")
# Longer answers are in no list.
_LONGEST = 60


def listed_in(instruction: str, usual: Outputs) -> frozenset[str]:
    """The answers of a group, normalised, that its instruction names, when it names the label set.

    That is when it names two or more, and those make up most of the group.
    """
    if not instruction:
        return frozenset()
    text = f" {_items(instruction)} "
    named = frozenset(answer for answer in usual.answers if (spoken := _items(answer)) and f" {spoken} " in text)
    covered = sum(usual.answers[answer] for answer in named)
    return named if len(named) >= 2 and covered >= MOST * usual.short else frozenset()


def as_listed(written: str, instruction: str, usual: Outputs) -> str:
    """How the instruction writes a label that an answer has in another case or joined in another way; "" if it has not.

    That counts where the group writes its labels as the instruction does: where it lists "billing" and all outputs have
    capitals, "Billing" is right.
    """
    squeezed = squashed(written)
    if not instruction or not squeezed.isalnum() or len(written) > _LONGEST or _stands(written, instruction):
        return ""
    found = {
        match[0]
        for match in _loosely(squeezed).finditer(instruction)
        if match[0] in usual.written or _IDENTIFIER.fullmatch(match[0]) or _is_item(instruction, *match.span())
    }
    used = found & usual.written.keys()
    label = min(used or found, default="") if len(used or found) == 1 else ""
    return label if label and _writes_so(written, label, instruction, usual) else ""


def _items(text: str) -> str:
    """The words of a text, the items of a list apart: in "card_lost, card_arrival" there is no "lost card"."""
    return " , ".join(said for item in _COMMAS.split(text) if (said := " ".join(words(item))))


def without_identifiers(instruction: str) -> str:
    """An instruction without the labels that are names in parts: "refund_request" does not list "refund"."""
    return _IDENTIFIER.sub(" ", instruction) if "_" in instruction else instruction


def but_identifiers(written: str, instruction: str) -> str:
    """An answer without the labels in parts that stand in the instruction: what is left may be none of them."""
    if "_" not in written:
        return written
    return _IDENTIFIER.sub(lambda found: " " if _stands(found[0], instruction) else found[0], written)


@lru_cache(maxsize=8192)
def squashed(text: str) -> str:
    """The letters and digits of a text, case folded: what a spelling says without its looks."""
    return "".join(character for character in normalise(text) if character.isalnum()) or text


def _writes_so(written: str, label: str, instruction: str, usual: Outputs) -> bool:
    """Whether the other answers of the group mostly stand in the instruction as they are written."""
    others = [(other, count) for other, count in usual.written.items() if other not in (written, label)]
    literal = [count for other, count in others if _stands(other, instruction)]
    return len(literal) >= 2 and sum(literal) >= MOST * sum(count for _, count in others)


@lru_cache(maxsize=1024)
def _stands(label: str, instruction: str) -> bool:
    """Whether an instruction has a label just so, and not as a part of a longer name."""
    if label not in instruction:
        return False
    return re.search(rf"(?<!\w)(?<!\w-){re.escape(label)}(?!\w|-\w)", instruction) is not None


@lru_cache(maxsize=256)
def _loosely(squeezed: str) -> re.Pattern[str]:
    """Finds a label in any case, and with any mark between its letters."""
    return re.compile(rf"(?<!\w)(?<!\w-){'[-_ ./&]?'.join(map(re.escape, squeezed))}(?!\w|-\w)", re.IGNORECASE)


def _is_item(text: str, start: int, end: int) -> bool:
    return _BEFORE.search(text[max(0, start - 12) : start]) is not None and _AFTER.match(text, end) is not None
