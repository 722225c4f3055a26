"""What stands in quotation marks or is somebody else's word. Read by the checks that look for things a text says."""

import re

_STRAIGHT = {0x2018: "'", 0x2019: "'", 0x02BC: "'"}
_OPENING = "\"'`\u201c\u201e\u00ab\u2039\u300c"
_CLOSING = "\"'`\u201d\u201c\u00bb\u203a\u300d"
_REPORTED = re.compile(
    r"\b(?:said|says|saying|replied|replies|answered|answers|responded|responds|wrote|told \w+)[ ,:]*$", re.I
)


def straight(text: str) -> str:
    """The text with typographic apostrophes made straight, character for character."""
    return text if text.isascii() else text.translate(_STRAIGHT)


def quoted(text: str, start: int) -> bool:
    """Whether the words at `start` are reported, or stand in quotation marks that open before them on their line."""
    before = text[text.rfind("\n", 0, start) + 1 : start]
    if before.lstrip().startswith(">") or _REPORTED.search(before):
        return True
    inside = False
    for index, character in enumerate(before):
        touches_left = index > 0 and before[index - 1].isalnum()
        touches_right = before[index + 1 : index + 2].isalnum() or index + 1 == len(before)
        if not inside and character in _OPENING and not touches_left:
            inside = True
        elif inside and character in _CLOSING and not (touches_left and touches_right):
            inside = False
    return inside
