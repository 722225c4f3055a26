"""Times of day, in figures and in words: "half past six", "quarter to nine", "halb sieben", "six heures et demie"."""

import re
from collections.abc import Iterator
from fractions import Fraction

from curator.alternation import one_of
from curator.grounding.lexicon import CARDINALS

_HOUR = one_of(word for word, value in CARDINALS.items() if 1 <= value <= 12)
_HOUR = rf"(?:{_HOUR}|1[0-2]|[1-9])"
_HALF_DAY = 720
# Minutes that are added to the hour that is named.
_SPOKEN = tuple(
    (re.compile(rf"\b{words}\b", re.IGNORECASE), minutes)
    for words, minutes in (
        (rf"half past ({_HOUR})", 30),
        (rf"(?:a )?quarter past ({_HOUR})", 15),
        (rf"(?:a )?quarter to ({_HOUR})", -15),
        (rf"halb ({_HOUR})", -30),
        (rf"halv ({_HOUR})", -30),
        (rf"(?:viertel nach|kvart över) ({_HOUR})", 15),
        (rf"(?:viertel vor|kvart i) ({_HOUR})", -15),
        (rf"({_HOUR}) heures? et demie", 30),
        (rf"({_HOUR}) heures? et quart", 15),
        (rf"({_HOUR}) heures? moins le quart", -15),
        (rf"las? ({_HOUR}) y media", 30),
        (rf"las? ({_HOUR}) y cuarto", 15),
        (rf"las? ({_HOUR}) menos cuarto", -15),
    )
)
_SIGNS = ("half", "quarter", "halb", "halv", "viertel", "kvart", "heure", " y ", "menos")


def spoken_times(text: str) -> Iterator[tuple[int, int, tuple[int, int]]]:
    """Where times of day stand in words, and both readings of each in minutes: in the morning, and in the evening."""
    folded = text.casefold()
    if len(folded) != len(text) or not any(map(folded.__contains__, _SIGNS)):
        return
    for pattern, added in _SPOKEN:
        for match in pattern.finditer(text):
            word = match[1].casefold()
            hour = int(word) if word.isdigit() else int(CARDINALS[word])
            minutes = (hour % 12 * 60 + added) % _HALF_DAY
            yield *match.span(), (minutes, minutes + _HALF_DAY)


def times(hour: int, minute: str | None, half: str | None) -> frozenset[Fraction]:
    """What an hour with its minutes, and "am" or "pm", may mean in minutes; nothing where there is no such time."""
    if hour > 24 or int(minute or 0) > 59:
        return frozenset()
    minutes = hour * 60 + int(minute or 0)
    if half:
        minutes = (hour % 12) * 60 + int(minute or 0) + (720 if half[0] in "pP" else 0)
        return frozenset((Fraction(minutes),))
    return (
        frozenset((Fraction(minutes), Fraction(minutes + 720))) if 1 <= hour <= 12 else frozenset((Fraction(minutes),))
    )
