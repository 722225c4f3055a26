"""Whether a date follows from given ones: the day after a given one ends, a day of its month, so much later."""

import datetime
import re
from collections.abc import Iterable
from fractions import Fraction

from curator.grounding.values import YEAR, Date, Value

# Minutes, or months, over which a date is moved: a century.
_FARTHEST = 60 * 24 * 36_525
# Of more dates or spans, some two come to any date.
_MOST = 4
_DIMENSIONS = frozenset(("time", "calendar"))


# Where something ends, and where what comes after it begins.
_ENDS = re.compile(
    r"\b(?:to|until|till|til|through|thru|by|up to(?: and including)?|inclusive of|end(?:s|ing)?(?: on)?|and"
    r"|bis(?: zum)?|jusqu['\u2019]au"
    r"|au|hasta(?: el)?|al|till och med|before|vor dem|[-\u2013])\s?(?:the\s|including\s)?\Z",
    re.IGNORECASE,
)
_BEGINS = re.compile(
    r"\b(?:from|after|as of|since|starting(?: on)?|begin(?:s|ning)?(?: on| in)?|until|till|again (?:on|in)"
    r"|(?:open\w*|possible|allowed"
    r"|available|resum\w+|wait \w+) (?:\w+ )?(?:on|in|until)|ab(?: dem)?|im|à partir du?|dès|desde(?: el)?|från|in"
    r"|on)\s?"
    r"(?:the\s)?\Z",
    re.IGNORECASE,
)


def next_to(value: Value, held: Iterable[Value], text: str, output: str) -> bool:
    """Whether a date begins where a given one ends: from 15 June, or from July, for what is until 14 or 30 June."""
    if not _BEGINS.search(output, max(0, value.start - 24), value.start):
        return False
    return any(
        _ENDS.search(text, max(0, other.start - 24), other.start) is not None
        and any(_follows(one, two) for one in other.dates for two in value.dates)
        for other in held
        if other.kind == "date"
    )


# "From 6 May ... until the 20th": a day without its month.
_DAY_ALONE = re.compile(
    r"\b(?:the|le|el|den|am)\s(\d{1,2})(?:st|nd|rd|th|er|\.)?(?=\s*(?:[.,;:!?)]|\Z)|\s(?:and|or|to|at|for|until|in|und|bis)\b)",
    re.IGNORECASE,
)


def of_its_month(value: Value, held: Iterable[Value], text: str) -> bool:
    """Whether a date is a day that is given alone, in the month of a date that is given whole."""
    alone = {int(match[1]) for match in _DAY_ALONE.finditer(text)}
    if not alone:
        return False
    months = {month for other in held if other.kind == "date" for _, month, day in other.dates if day}
    return any(day in alone and month in months for _, month, day in value.dates)


def _follows(one: Date, two: Date) -> bool:
    """Whether one date ends where the other begins."""
    if not one[2]:
        return bool(one[1]) and one[1] % 12 + 1 == two[1] and two[2] in (0, 1)
    last = day_of(one)
    after = last + datetime.timedelta(days=1) if last else None
    return after is not None and after.month == two[1] and (after.day == two[2] or (after.day == 1 and not two[2]))


def so_much_later(value: Value, held: tuple[Value, ...]) -> bool:
    """Whether a date is a given one and a given number of days, weeks, months or years later, or earlier."""
    dates = [date for other in held if other.kind == "date" for date in other.dates if date[1]]
    spans = [other for other in held if other.kind == "number" and other.units & _DIMENSIONS]
    if not dates or not spans or len(dates) > _MOST or len(spans) > _MOST:
        return False
    reached = [
        moved
        for date in dates
        for span in spans
        for amount in span.amounts
        for way in (1, -1)
        if (moved := _moved(date, "calendar" in span.units, way * amount)) is not None
    ]
    return any(_agree_in_all(said, moved) for said in value.dates for moved in reached)


def years_on(value: Value, held: tuple[Value, ...]) -> bool:
    """Whether a year is a given one and a given number of years later, or earlier."""
    numbers = [other for other in held if other.kind == "number"]
    years = {year for other in numbers if YEAR in other.units for year in other.plain}
    years |= {Fraction(year) for other in held for year, _, _ in other.dates if year}
    spans = {amount / 12 for other in numbers if "calendar" in other.units for amount in other.amounts}
    if len(years) > _MOST or len(spans) > _MOST:
        return False
    return any(year + way * span in value.plain for year in years for span in spans for way in (1, -1))


def _moved(date: Date, months: bool, amount: Fraction) -> Date | None:
    """A date that is so many months, or minutes, away; without a year, years are left open."""
    year, month, day = date
    if amount.denominator != 1 or abs(amount) > _FARTHEST:
        return None
    if months:
        count = 12 * year + month - 1 + int(amount)
        return (count // 12 if year else 0, count % 12 + 1, day)
    start = day_of(date)
    if start is None or not day:
        return None
    end = start + datetime.timedelta(minutes=int(amount))
    return (end.year if year else 0, end.month, end.day)


def _agree_in_all(said: Date, reached: Date) -> bool:
    """Whether a date says nothing that is not so: what is left open in one of them may be anything."""
    return bool(said[1]) and all(not a or not b or a == b for a, b in zip(said, reached, strict=True))


def day_of(date: Date) -> datetime.date | None:
    """The day that a date names, of any year where it names none."""
    year, month, day = date
    try:
        return datetime.date(year or 2001, month, day)
    except ValueError:
        return None
