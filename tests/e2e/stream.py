"""What Textual sends to a terminal, as a grammar: whatever else is in a stream came from somewhere else.

A session is an opening, frames, and a closing. Modes are set and questions are asked before the first frame and after
the last one only. A frame stands between the two marks of synchronised output and holds four things: text, the style
of it, the place where it goes, and the ends of lines. Rows of data are drawn in frames alone, so a sequence of theirs
is out of place even where it is one that Textual too sends at its beginning.
"""

import re

from tests.tui.hostile import FORBIDDEN

ESC = "\x1b"
_COLOUR = r"[34]8;(?:5;\d{1,3}|2;\d{1,3};\d{1,3};\d{1,3})"
"""Colours by their number or their parts: the sixteen that have a code of their own are never sent."""
_STYLE = rf"{ESC}\[(?:\d|{_COLOUR})(?:;(?:\d|{_COLOUR}))*m"
_PLACE = rf"{ESC}\[[1-9]\d{{0,2}};[1-9]\d{{0,2}}H"
_TEXT = f"[^{re.escape(''.join(sorted(FORBIDDEN | {ESC, chr(10), chr(13)})))}]+"
_POINTER = rf"{ESC}\]22;(?:default|pointer|text)\x07"
FRAME = re.compile(rf"{ESC}\[\?2026h(?:{_STYLE}|{_PLACE}|{_TEXT}|\r\n)*+{ESC}\[\?2026l|{_POINTER}")
EDGE = re.compile(
    rf"{ESC}\[\?(?:7|25|1000|1003|1004|1006|1015|1049|2004)[hl]"  # modes
    rf"|{ESC}\[\?(?:2026|2048)\$p"  # questions
    rf"|{ESC}\[(?:>\d+|<)u"  # the keyboard protocol
    rf"|{_POINTER}"
)


def out_of_place(raw: bytes) -> str:
    """The first 80 characters of a session that are not of the grammar; empty when all of it is."""
    text = raw.decode("utf-8", "surrogateescape")
    place = _after(EDGE, text, 0)
    place = _after(FRAME, text, place)
    return text[(place := _after(EDGE, text, place)) : place + 80]


def _after(pattern: re.Pattern[str], text: str, place: int) -> int:
    """The place after as many matches as follow on one another."""
    while (found := pattern.match(text, place)) is not None:
        place = found.end()
    return place
