"""Numbers with their units, dates and times as answers give them, and whether two of them can be the same."""

import re
from collections.abc import Iterator
from functools import lru_cache

from msgspec import Struct

from curator.alternation import one_of
from curator.checks.contradiction import NUMBER_WORDS, stem
from curator.checks.opposites import vocabulary

# Factors to the first unit of each line: seconds, metres, grams, litres, bytes.
_UNITS = (
    "s:1 sec:1 second:1 seconds:1 min:60 mins:60 minute:60 minutes:60 h:3600 hr:3600 hrs:3600 hour:3600 hours:3600 "
    "day:86400 days:86400 week:604800 weeks:604800 month:2629800 months:2629800 year:31557600 years:31557600",
    "m:1 metre:1 meter:1 metres:1 meters:1 mm:.001 cm:.01 km:1000 kilometre:1000 kilometer:1000 kilometres:1000 "
    "kilometers:1000",
    "g:1 gram:1 grams:1 kg:1000 kilo:1000 kilos:1000 kilogram:1000 kilograms:1000 mg:.001",
    "l:1 litre:1 liter:1 litres:1 liters:1 ml:.001 cl:.01 dl:.1",
)
_KNOWN = {
    name: (number, float(factor))
    for number, line in enumerate(_UNITS)
    for name, _, factor in (entry.partition(":") for entry in line.split())
}
_WORDS = one_of(NUMBER_WORDS)
_NUMBER = rf"(?:\d{{1,3}}(?:,\d{{3}})+|\d{{1,15}})(?:\.\d{{1,15}})?|\b(?:{_WORDS})\b"
_QUANTITY = re.compile(
    rf"(?P<sign>(?<![\w)])-)?(?P<money>[$€£¥])?\s?(?P<number>{_NUMBER})(?:(?:st|nd|rd|th)\b)?"
    rf"(?![\d:/]|\.\d|-\d)(?:\s?(?P<percent>%|percent\b|per cent\b)|[\s-]?(?P<unit>[^\W\d_]+))?",
    re.IGNORECASE,
)
_BEFORE = re.compile(r"([^\W\d_]+)\W*$")
_ALONE = re.compile(
    r"(?:(about|around|approximately|approx\.?|roughly|circa|ca\.?|nearly|almost|~)\s*)?(.+)", re.DOTALL
)
_ITEM = re.compile(r"(?:^|\n)\s*(?:step\s+)?\(?$", re.IGNORECASE)
# Words after a number that are no unit of it: "the 3 of", "at 5 and".
_NO_UNIT = vocabulary("a an and are as at but by for from has if in is it of on or so than that the then to was with")
_APPROXIMATE = 0.05
# A month is 30 days and twelve months are a year.
_CONVERTED = 0.02

_NAMES = (
    "january jan",
    "february feb",
    "march mar",
    "april apr",
    "may",
    "june jun",
    "july jul",
    "august aug",
    "september sep sept",
    "october oct",
    "november nov",
    "december dec",
)
_MONTHS = {name: number for number, names in enumerate(_NAMES, 1) for name in names.split()}
_MONTH = one_of(_MONTHS)
_DATES = tuple(
    re.compile(pattern, re.IGNORECASE)
    for pattern in (
        r"\b(?P<y>\d{4})[-/.](?P<m>\d{1,2})[-/.](?P<d>\d{1,2})(?!\d)(?:T[\d:.]+Z?)?",
        r"\b(?P<d>\d{1,2})[-/.](?P<m>\d{1,2})[-/.](?P<y>\d{4})\b",
        rf"\b(?P<d>\d{{1,2}})(?:st|nd|rd|th|\.)?\s+(?:of\s+)?(?P<n>{_MONTH})\b\.?,?(?:\s+(?P<y>\d{{4}}))?",
        rf"\b(?P<n>{_MONTH})\b\.?\s+(?P<d>\d{{1,2}})(?:st|nd|rd|th)?\b(?!:)(?:,?\s+(?P<y>\d{{4}}))?",
        rf"\b(?P<n>{_MONTH})\b\.?,?\s+(?P<y>\d{{4}})\b",
    )
)
_TIME = re.compile(
    r"\b(?P<h>\d{1,2})(?:[:.](?P<min>\d{2}))?\s*(?P<half>[ap])\.?m\b\.?|\b(?P<h2>\d{1,2}):(?P<min2>\d{2})\b"
)


class Quantity(Struct, frozen=True):
    """A number: its value, the half of its last written place, its unit ("" without one), and where it stands."""

    value: float
    half: float
    unit: str
    start: int
    end: int

    def same(self, other: "Quantity") -> bool:
        """Whether both can be one quantity, each as exact as it is written; a missing unit fits every unit."""
        one, two = _KNOWN.get(self.unit), _KNOWN.get(other.unit)
        if one and two and one[0] == two[0] and one[1] != two[1]:
            left, right = self.value * one[1], other.value * two[1]
            return abs(left - right) <= _CONVERTED * max(abs(left), abs(right))
        return abs(self.value - other.value) <= max(self.half, other.half) * (1 + 1e-9)

    def comparable(self, other: "Quantity") -> bool:
        """Whether they measure the same thing, as far as their units tell."""
        if not self.unit or not other.unit or stem(self.unit) == stem(other.unit):
            return True
        one, two = _KNOWN.get(self.unit), _KNOWN.get(other.unit)
        return bool(one and two and one[0] == two[0])


class Day(Struct, frozen=True):
    """A date, or two that it can be read as (3/4 is in March or in April); a part that is not written is 0."""

    readings: tuple[tuple[int, int, int], ...]
    start: int
    end: int

    def same(self, other: "Day") -> bool:
        """Whether some reading of both agrees in every part that both give."""
        return any(
            all(not one or not two or one == two for one, two in zip(left, right, strict=True))
            for left in self.readings
            for right in other.readings
        )


@lru_cache(maxsize=256)
def quantities(text: str) -> tuple[Quantity, ...]:
    """The numbers of a text with their units, without those of dates, times and list items."""
    taken = [(day.start, day.end) for day in days(text)] + [match.span() for match in _TIME.finditer(text)]
    return tuple(
        one for one in _quantities(text) if not any(start < one.end and one.start < end for start, end in taken)
    )


def _quantities(text: str) -> Iterator[Quantity]:
    for match in _QUANTITY.finditer(text):
        start, end = match.start("number"), match.end("number")
        if (start and (text[start - 1].isalnum() or text[start - 1] in "_#.,")) or text[end : end + 1] == "_":
            continue
        if text[end : end + 1] in (".", ")", ":") and _ITEM.search(text[:start][-12:]):
            continue
        written = match["number"].lower()
        written = NUMBER_WORDS.get(written, written).replace(",", "")
        unit = match["money"] or ("%" if match["percent"] else (match["unit"] or "").lower())
        if unit in _NO_UNIT:
            unit = ""
        if not unit and (before := _BEFORE.search(text[max(0, start - 24) : start])):
            unit = "" if before[1].lower() in _NO_UNIT else "after " + before[1].lower()
        places = len(written.partition(".")[2])
        value = float(written) * (-1 if match["sign"] else 1)
        # A price is meant to the cent, however few of its places are written.
        yield Quantity(value, 0.0 if match["money"] else 0.5 * 10**-places, unit, start, end)


@lru_cache(maxsize=256)
def days(text: str) -> tuple[Day, ...]:
    """The dates of a text."""
    if not any(character.isdigit() for character in text):
        return ()
    found: list[Day] = []
    for pattern in _DATES:
        for match in pattern.finditer(text):
            if any(match.start() < day.end and day.start < match.end() for day in found):
                continue
            readings = _readings(match)
            if readings:
                found.append(Day(readings, match.start(), match.end()))
    return tuple(sorted(found, key=lambda day: day.start))


def _readings(match: re.Match[str]) -> tuple[tuple[int, int, int], ...]:
    parts = match.groupdict()
    year, day = int(parts.get("y") or 0), int(parts.get("d") or 0)
    if parts.get("n"):
        return ((year, _MONTHS[parts["n"].lower()], day),) if day <= 31 else ()
    month = int(parts["m"])
    either = (
        ((year, month, day), (year, day, month))
        if match.string[match.start() : match.start() + 4] != parts["y"]
        else ()
    )
    return tuple(
        dict.fromkeys(one for one in either or ((year, month, day),) if 1 <= one[1] <= 12 and 1 <= one[2] <= 31)
    )


@lru_cache(maxsize=256)
def times(text: str) -> tuple[tuple[int, bool, int, int], ...]:
    """The times of day of a text: minutes after midnight, whether am or pm is said, start and end."""
    found = []
    for match in _TIME.finditer(text):
        hour, minute = int(match["h"] or match["h2"]), int(match["min"] or match["min2"] or 0)
        if hour > 24 or minute > 59:
            continue
        if match["half"]:
            hour = hour % 12 + (12 if match["half"].lower() == "p" else 0)
        found.append((hour * 60 + minute, bool(match["half"]) or hour > 12, match.start(), match.end()))
    return tuple(found)


@lru_cache(maxsize=512)
def only_quantity(text: str) -> Quantity | None:
    """The quantity that a whole answer is ("about 30 days"), or None; "about" widens what it can be."""
    if len(text) > 60:
        return None
    whole = _ALONE.fullmatch(text.strip().rstrip(".!"))
    if whole is None:
        return None
    approximate, rest = whole.groups()
    match = _QUANTITY.fullmatch(rest)
    found = next(_quantities(rest), None) if match else None
    if found is None:
        return None
    unit = "" if found.unit.startswith("after ") else found.unit
    half = max(found.half, abs(found.value) * _APPROXIMATE) if approximate else found.half
    return Quantity(found.value, half, unit, 0, len(text))


@lru_cache(maxsize=512)
def only_day(text: str) -> Day | None:
    """The date that a whole answer is, or None."""
    found = days(text) if len(text) <= 40 else ()
    whole = len(found) == 1 and not (text[: found[0].start] + text[found[0].end :]).strip(" .,\n")
    return found[0] if whole else None
