"""Times of day, in figures and in words: "half past six", "closes at eight", "halb sieben", "six heures et demie"."""

import re
from collections.abc import Iterator
from fractions import Fraction

from curator.alternation import one_of
from curator.grounding.lexicon import CARDINALS

_HOUR = one_of(word for word, value in CARDINALS.items() if 1 <= value <= 12)
_HOUR = rf"(?:{_HOUR}|1[0-2]|[1-9])"
_HALF_DAY = 720
_NAMED = rf"(?P<hour>{_HOUR})"
# "Five to eight" is a time where one of these leads up to it.
_LEADING = r"(?:at|by|until|till|before|after|since|from)(?: around| about)?"
# Minutes that are added to the hour that is named.
_SPOKEN = tuple(
    (re.compile(rf"\b{words}\b", re.IGNORECASE), minutes)
    for words, minutes in (
        (rf"half past {_NAMED}", 30),
        (rf"(?:a )?quarter past {_NAMED}", 15),
        (rf"(?:a )?quarter to {_NAMED}", -15),
        *(
            (rf"{_LEADING} (?P<said>{count} {way} {_NAMED})(?!\s[^\W\d_]{{3}})", way_sign * added)
            for count, added in (("five", 5), ("ten", 10), ("twenty", 20), ("twenty[- ]five", 25))
            for way, way_sign in (("past", 1), ("to", -1))
        ),
        (rf"halb {_NAMED}", -30),
        (rf"halv {_NAMED}", -30),
        (rf"(?:viertel nach|kvart över) {_NAMED}", 15),
        (rf"(?:viertel vor|kvart i) {_NAMED}", -15),
        (rf"{_NAMED} heures? et demie", 30),
        (rf"{_NAMED} heures? et quart", 15),
        (rf"{_NAMED} heures? moins le quart", -15),
        (rf"las? {_NAMED} y media", 30),
        (rf"las? {_NAMED} y cuarto", 15),
        (rf"las? {_NAMED} menos cuarto", -15),
    )
)
# An hour is one where its part of the day is named, or where "at" leads up to it and nothing is counted behind it.
_MORNING = r"in the mornings?|a\.?m\b\.?|morgens|vormittags|du matin|de la mañana|på morgonen"
_EVENING = (
    r"in the (?:afternoon|evening)s?|p\.?m\b\.?|abends|nachmittags|du soir|de l['\u2019]après-midi|de la tarde"
    r"|på kvällen"
)
_ON_THE_HOUR = re.compile(
    rf"\b(?:(?:at|until|till|from|by|um|ab|bis|à|a las|kl\.?)\s)?(?P<hour>{_HOUR})"
    r"(?:\s(?:o['\u2019]clock|uhr|heures?))?"
    rf"\s(?:(?P<am>{_MORNING})|(?P<pm>{_EVENING}))"
    rf"|\b(?:at|until|till|um|bis)\s(?P<bare>{_HOUR})(?:\s(?:o['\u2019]clock|uhr))?"
    r"(?=\s?(?:[.;!?)]|,(?!\d)|\Z)(?!\d)|\s(?:and|on|every|each|in|during|but|und|am|im|jeden)\b)",
    re.IGNORECASE,
)
_LED = (
    "at ", "until ", "till ", "um ", "bis ", "morn", "noon", "even", "morgens", "mittags", "abends", "matin", "soir",
    "mañana", "tarde", "kväll",
)  # fmt: skip
_SIGNS = (
    "half", "quarter", "five past", "ten past", "twenty past", "five to", "ten to", "twenty to", "halb", "halv",
    "viertel", "kvart", "heure", " y ", "menos",
)  # fmt: skip


def spoken_times(text: str) -> Iterator[tuple[int, int, tuple[int, ...]]]:
    """Where times of day stand in words, and the readings of each in minutes: in the morning, the evening, or both."""
    folded = text.casefold()
    if len(folded) != len(text):
        return
    if any(map(folded.__contains__, _SIGNS)):
        for pattern, added in _SPOKEN:
            for match in pattern.finditer(text):
                minutes = (_hour(match["hour"]) * 60 + added) % _HALF_DAY
                start = match.start("said" if "said" in pattern.groupindex else 0)
                yield start, match.end(), (minutes, minutes + _HALF_DAY)
    if any(map(folded.__contains__, _LED)):
        for match in _ON_THE_HOUR.finditer(text):
            group = "hour" if match["hour"] else "bare"
            minutes = _hour(match[group]) * 60
            halves = (minutes, minutes + _HALF_DAY)
            yield match.start(group), match.end(), halves[:1] if match["am"] else halves[1:] if match["pm"] else halves


def _hour(word: str) -> int:
    return (int(word) if word.isdigit() else int(CARDINALS[word.casefold()])) % 12


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
