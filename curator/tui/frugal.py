"""The same picture in fewer bytes, for slow lines.

Textual writes the whole style before each piece of text and resets it after: nine bytes of ten of what a key sends are
colours that stand already. Here only what differs is written, and the colour of blanks is left as it is.
"""

import re
from functools import lru_cache
from typing import NamedTuple

from textual.driver import Driver

_SGR = re.compile(r"\x1b\[([0-9;]*)m")
_MOVES = re.compile(r"(?:\x1b\[[0-9;]*H|[\r\n])*\Z")
_BEGIN = re.compile(r"(?:\x1b\[[0-9;]*H|[\r\n])*")
#: Attributes that can be seen on a blank: underline, blink, reverse, strike, double underline, overline.
_ON_BLANKS = frozenset("4 5 6 7 9 21 53".split())


class Look(NamedTuple):
    """A style as the terminal knows it: attributes, and the codes of its two colours, empty for the terminal's own."""

    attributes: frozenset[str] = frozenset()
    front: str = ""
    back: str = ""


PLAIN = Look()


@lru_cache(maxsize=4096)
def look(codes: str) -> Look | None:
    """The style that a sequence sets after a reset; None for one that is not understood."""
    parts = iter(codes.split(";"))
    attributes, front, back = set[str](), "", ""
    for part in parts:
        if part in ("38", "48"):
            kind = next(parts, "")
            count = {"5": 1, "2": 3}.get(kind)
            if count is None:
                return None
            colour = ";".join([part, kind, *(next(parts, "") for _ in range(count))])
            front, back = (colour, back) if part == "38" else (front, colour)
        elif re.fullmatch("3[0-7]|9[0-7]", part):
            front = part
        elif re.fullmatch("4[0-7]|10[0-7]", part):
            back = part
        elif part in ("39", "49", "0", ""):
            pass
        elif re.fullmatch("[1-9]|21|5[123]", part):
            attributes.add(part)
        else:
            return None
    return Look(frozenset(attributes), front, back)


@lru_cache(maxsize=4096)
def _change(now: Look, wanted: Look) -> str:
    """What turns one style into the other."""
    if now == wanted:
        return ""
    gone = now.attributes - wanted.attributes or (now.front and not wanted.front) or (now.back and not wanted.back)
    kept = PLAIN if gone else now
    codes = [
        *(["0"] if gone else []),
        *sorted(wanted.attributes - kept.attributes),
        *([wanted.front] if wanted.front != kept.front else []),
        *([wanted.back] if wanted.back != kept.back else []),
    ]
    return f"\x1b[{';'.join(codes)}m"


@lru_cache(maxsize=4096)
def _on_blanks(now: Look, wanted: Look) -> Look:
    """The style for blanks: of what they do not show, as it is now."""
    seen = wanted.attributes & _ON_BLANKS
    if seen or now.attributes & _ON_BLANKS or wanted.back != now.back:
        return wanted if seen else Look(frozenset(), now.front if now.front else wanted.front, wanted.back)
    return now


def thrifty(data: str) -> str:
    """What is to be written, without what changes nothing. It begins and ends with the terminal's own style."""
    found = _SGR.split(data)
    if len(found) < 5:
        return data
    written, now, wanted = [found[0]], PLAIN, PLAIN
    for codes, text in zip(found[1::2], found[2::2], strict=True):
        style = look(codes)
        if style is None:
            return data
        wanted = style
        if not text:
            continue
        if wanted == PLAIN:  # what moves the cursor needs no style; whatever else there is gets the terminal's own
            if _MOVES.match(text):
                written.append(text)
                continue
            moves = _BEGIN.match(text)
            assert moves is not None
            written.append(f"{moves[0]}{_change(now, PLAIN)}{text[moves.end() :]}")
            now = PLAIN
            continue
        target = _on_blanks(now, wanted) if text.isspace() and "\n" not in text else wanted
        written.append(_change(now, target) + text)
        now = target
    fewer = "".join(written) + _change(now, PLAIN)
    return fewer if len(fewer) < len(data) else data


def frugal(driver: type[Driver]) -> type[Driver]:
    """The driver of this terminal that writes no more than it has to."""

    class Frugal(driver):  # type: ignore[valid-type,misc]
        def write(self, data: str) -> None:
            super().write(thrifty(data))

    return Frugal
