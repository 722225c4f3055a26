"""The values that a text states: numbers, money, percentages, dates, times, weekdays, codes; each with its place.

A value has readings, because writing is ambiguous: "3/4/2024" is a day in March or in April, "1.500" may be 1500.
Two values are the same when they share a reading.
"""

import re
from fractions import Fraction
from functools import lru_cache
from typing import Literal, NamedTuple

from curator.alternation import one_of
from curator.grounding.clock import spoken_times, times
from curator.grounding.lexicon import (
    CARDINALS,
    CLAIMING,
    CURRENCIES,
    EMPTY,
    GERMAN_DAYS,
    LIKE_DAYS,
    MONTHS,
    PASSING,
    SCALES,
    SHORT_DAYS,
    TIMES,
    WEEKDAYS,
)
from curator.grounding.written import VERBS, does, may, readings

Kind = Literal["number", "date", "time", "weekday", "code"]
Date = tuple[int, int, int]


class Value(NamedTuple):
    """One value of a text. `claim` is false for what merely bears out others ("a", "both", "third").

    `amounts` are the readings of a number (in minutes or months for times), of a time of day (minutes) or of a
    weekday, `plain` those of a number as written; `dates` those of a date, with 0 for what it leaves open. `units`
    are what a number counts.
    """

    kind: Kind
    start: int
    end: int
    amounts: frozenset[Fraction] = frozenset()
    plain: frozenset[Fraction] = frozenset()
    dates: frozenset[Date] = frozenset()
    units: frozenset[str] = frozenset()
    code: str = ""
    claim: bool = True


_MONTH = one_of(MONTHS)
_NUM = r"\d{1,3}(?:[,'\u2019\u00a0\u202f]\d{3})+(?:\.\d+)?|\d{1,3}(?:\.\d{3})+(?:,\d+)?|\d+(?:[.,]\d+)?|\.\d+"
_DIGITS = re.compile(
    rf"(?P<address>(?<![\w.+-])[\w.+-]+@[\w-]+(?:\.[\w-]+)+|https?://\S+|www\.\S+)"
    rf"|(?<![\w.])(?P<iso>\d{{4}}-\d\d?-\d\d?)(?!\d)"
    rf"|(?<![\w./-])(?P<dmy>\d{{1,2}}(?P<sep>[./-])\d{{1,2}}(?P=sep)(?:\d{{4}}|\d\d))(?![\w/-])"
    rf"|(?<![\w./-])(?P<dm>\d{{1,2}}\.\d{{1,2}}\.)(?!\d)"
    rf"|(?<![\w.])(?P<day>\d{{1,2}})(?:st|nd|rd|th|\.)?[\s-](?:of |de )?(?P<month>{_MONTH})\b\.?"
    rf"(?:,?[\s-](?:de )?(?P<year>\d{{4}}))?"
    rf"|\b(?P<month2>{_MONTH})\.?\s(?P<day2>\d{{1,2}})(?:st|nd|rd|th)?(?![\d:.,]?\d)(?:,?\s(?P<year2>\d{{4}}))?"
    rf"|\b(?P<month3>{_MONTH})\.?,?\s(?P<year3>\d{{4}})\b"
    r"|(?<![\w.:])(?P<hour>\d{1,2})(?:[:.](?P<minute>\d\d))?\s?(?P<half>[ap]\.?\s?m\b\.?)"
    r"|(?<![\w.:])(?P<hour2>\d{1,2})(?::(?P<minute2>\d\d))(?!:?\d)"
    r"|(?<![\w.])(?P<hour3>\d{1,2})(?:\.(?P<minute3>\d\d))?\s?(?:Uhr|o'clock)\b"
    r"|(?P<phone>(?<![\w.])\+?\(?\d[\d()]*(?:[ ()-]{1,2}\d{2,}){2,})(?!\w|\.\d)"
    r"|(?P<code>(?<![\w.])(?:[^\W\d_]+[-_./#]?\d[\w]*(?:[-_./]\w*\d\w*)*|\d+(?:[-_./]\d+){2,}|\d+[-_][^\W\d_]+\d\w*))"
    rf"|(?P<sign>(?<![\w)])[-\u2212+])?(?P<cur>[$€£¥₹]\s?)?(?P<num>(?<![\w.]){_NUM})(?P<ord>st|nd|rd|th|'?s)?(?:(?P<slash>/)(?P<under>\d+))?",
    re.IGNORECASE,
)
_SAID = one_of(w for w in (*CARDINALS, *PASSING, *SCALES, *WEEKDAYS, *LIKE_DAYS, *MONTHS) if len(w) > 1)
_A = r"(?:(?<=\bfor )|(?<=\bin )|(?<=\bwithin )|(?<=\bafter )|(?<=\bthan )|(?<=\babout ))"
_WORDS = re.compile(
    rf"\b{_SAID}\b|{_A}a(?=\s{one_of(TIMES)}\b)"
    rf"|\b(?-i:{'|'.join(GERMAN_DAYS)})\b(?=\.?,?\s?(?:\d|[-\u2013/+&]\s?(?-i:{'|'.join(GERMAN_DAYS)})\b))"
    rf"|(?<=[-\u2013/])(?-i:{'|'.join(GERMAN_DAYS)})\b",
    re.IGNORECASE,
)
_FOLLOWING = re.compile(r"\s?[-\u2013]?\s?(per cent\b|[^\W\d_]+|%|°\s?[CF]?|€|\$|£)", re.IGNORECASE)
_BETWEEN_WORDS = re.compile(r"[\s-]{1,2}(?:and\s)?")
_RANGE = re.compile(r"\s?(?:-|\u2013|\u2014|to|or|bis|und|à|a|and|oder|ou|o|x|by)\s?")
_TIMES_OF_DAY = re.compile(r"\b(noon|midday|midnight|mittags?|mitternacht|midi|minuit|mediodía|medianoche)\b", re.I)
# Days that have a name, the same in every year.
_FEASTS: dict[str, Date] = {
    "christmas eve": (0, 12, 24), "christmas day": (0, 12, 25), "boxing day": (0, 12, 26),
    "new year's eve": (0, 12, 31), "new year\u2019s eve": (0, 12, 31), "new year's day": (0, 1, 1),
    "new year\u2019s day": (0, 1, 1), "halloween": (0, 10, 31), "valentine's day": (0, 2, 14),
    "valentine\u2019s day": (0, 2, 14), "heiligabend": (0, 12, 24), "silvester": (0, 12, 31), "neujahr": (0, 1, 1),
    "nochebuena": (0, 12, 24), "nochevieja": (0, 12, 31), "saint-sylvestre": (0, 12, 31), "julafton": (0, 12, 24),
}  # fmt: skip
_FEAST = re.compile(rf"\b{one_of(_FEASTS)}\b", re.IGNORECASE)
# "6.45 pm": who writes so writes other times with a dot, too.
_DOTTED = re.compile(r"(?<![\w.:])\d{1,2}\.[0-5]\d\s?[ap]\.?m\b", re.IGNORECASE)
_DOTTED_TIME = re.compile(r"(\d{1,2})\.([0-5]\d)")
_PERCENT = frozenset(("percent", "per cent", "%", "prozent", "pct", "percentage"))
_ATTRIBUTES = 3
# Behind what is counted: "four concerts last year" took no years.
_WHICH = frozenset(("last", "next", "past", "previous", "following", "coming"))
#: The unit of a number of four digits that may be a year.
YEAR = "anno"


@lru_cache(maxsize=60_000)
def stem(word: str) -> str:
    """A word without the endings that grammar puts on it; rough, and the same for every language."""
    word = word.removesuffix("'s").removesuffix("\u2019s")
    if len(word) <= 5 and word in SHORT_DAYS:
        return SHORT_DAYS[word]
    if len(word) <= 3:
        return word
    for ending in ("ingly", "ings", "ies", "ing", "ed", "ers", "ens", "es", "en", "er", "ly", "ys", "s", "e", "y"):
        if word.endswith(ending) and len(word) - len(ending) >= 3:
            word = word[: -len(ending)]
            break
    if word[-1] == "v":
        return word[:-1] + "f"  # loaves, loaf
    return word[:-1] if len(word) > 3 and word[-1] == word[-2] else word


@lru_cache(maxsize=64)
def values(text: str) -> tuple[Value, ...]:
    """Every value of a text, in order. Remembered: checks of one example ask in turn."""
    found: list[Value] = []
    if any(map(str.isdigit, text)):
        for match in _DIGITS.finditer(text):
            value = _of_digits(match, text)
            if value is not None:
                found.append(value)
    if _DOTTED.search(text):
        found = [_as_time(value, text) for value in found]
    taken = [(value.start, value.end) for value in found]
    for start, end, minutes in spoken_times(text):
        found = [value for value in found if value.end <= start or value.start >= end]
        found.append(Value("time", start, end, frozenset(map(Fraction, minutes))))
        taken.append((start, end))
    found += [value for value in _of_words(text) if not any(s < value.end and value.start < e for s, e in taken)]
    found.sort(key=lambda value: value.start)
    return tuple(_shared_units(found, text))


def _as_time(value: Value, text: str) -> Value:
    """A bare "7.30" as the time of day that it is in a text which writes "6.45 pm"."""
    match = _DOTTED_TIME.fullmatch(text, value.start, value.end) if value.kind == "number" and not value.units else None
    minutes = times(int(match[1]), match[2], None) if match else frozenset()
    return Value("time", value.start, value.end, minutes) if minutes else value


def same(left: Value, right: Value) -> bool:
    """Whether two values can mean the same. A number without a unit may mean any."""
    if left.dates and right.dates:
        if any(_agree(one, two) for one in left.dates for two in right.dates):
            return True
        if left.kind == right.kind == "date":
            return False
    if left.kind == "code" or right.kind == "code":
        return left.code == right.code
    if left.kind != right.kind:
        return False
    if _measured_apart(left, right, _FAMILIES):
        return False
    if left.amounts & right.amounts and not _measured_apart(left, right, _DIMENSIONS):
        return True
    return bool(left.plain & right.plain) and not _measured_apart(left, right, _TIME_NAMES)


_DIMENSIONS = frozenset(dimension for _, dimension, _ in TIMES.values())
_FAMILIES = frozenset(("%", "time", "calendar", *CURRENCIES.values()))
_TIME_NAMES = frozenset(name for name, _, _ in TIMES.values())


def _measured_apart(left: Value, right: Value, names: frozenset[str]) -> bool:
    """Whether both name a unit among these, and not the same one."""
    one, two = left.units & names, right.units & names
    return bool(one and two and one != two)


def _agree(one: Date, two: Date) -> bool:
    return all(not a or not b or a == b for a, b in zip(one, two, strict=True)) and any(
        a and b for a, b in zip(one, two, strict=True)
    )


def _of_digits(match: re.Match[str], text: str) -> Value | None:
    kind = match.lastgroup
    start, end = match.span()
    if match["address"] or match["code"] or match["phone"]:
        written = match[0].rstrip(".,;:!?)\"'>]")
        code = written.casefold() if not match["phone"] else re.sub(r"\D", "", written)
        return Value("code", start, start + len(written), code=code)
    dates = _dates(match)
    if dates:
        if match["month"] in VERBS and not match["year"] and does(text, end):
            return _counted(start, match.end("day"), {Fraction(match["day"])}, set(), text, claim=True)
        return Value("date", start, end, dates=dates)
    hour = match["hour"] or match["hour2"] or match["hour3"]
    if hour:
        minutes = times(int(hour), match["minute"] or match["minute2"] or match["minute3"], match["half"])
        return Value("time", start, start + len(match[0].rstrip(". ")), amounts=minutes) if minutes else None
    if match["dm"]:  # "12.6." is the twelfth of June, or a number at the end of a sentence
        day, month = (int(part) for part in match["dm"].split(".")[:2])
        value = _counted(start, end - 1, {Fraction(match[0][:-1])}, set(), text, claim=True)
        return value._replace(dates=frozenset(((0, month, day),))) if 1 <= month <= 12 and 1 <= day <= 31 else value
    return _number(match, text) if kind and match["num"] else None


def _dates(match: re.Match[str]) -> frozenset[Date]:
    if match["iso"]:
        year, month, day = map(int, match["iso"].split("-"))
        return frozenset(((year, month, day),)) if 1 <= month <= 12 and 1 <= day <= 31 else frozenset()
    if match["dmy"]:
        one, two, year = (int(part) for part in match["dmy"].split(match["sep"]))
        year += 2000 if year < 70 else 1900 if year < 100 else 0
        orders = ((year, two, one), (year, one, two))
        return frozenset(date for date in orders if 1 <= date[1] <= 12 and 1 <= date[2] <= 31)
    month_name = match["month"] or match["month2"] or match["month3"]
    if not month_name:
        return frozenset()
    day = int(match["day"] or match["day2"] or 0)
    year = int(match["year"] or match["year2"] or match["year3"] or 0)
    return frozenset(((year, MONTHS[month_name.casefold()], day),)) if day <= 31 else frozenset()


def _number(match: re.Match[str], text: str) -> Value | None:
    if len(match["num"]) > 24:
        return Value("code", match.start(), match.end(), code=match["num"])
    amounts = readings(match["num"])
    end = match.end()
    if match["slash"]:
        if not int(match["under"]):
            return None
        amounts = {amount / int(match["under"]) for amount in amounts}
    if match["sign"] and match["sign"] != "+":
        # A dash before a number is a minus or a list mark or a range: its size is what counts.
        amounts |= {-amount for amount in amounts}
    units = {CURRENCIES[match["cur"].strip()]} if match["cur"] else set()
    return _counted(match.start(), end, amounts, units, text, claim=(match["ord"] or "th") == "th")


def _counted(start: int, end: int, amounts: set[Fraction], units: set[str], text: str, *, claim: bool) -> Value:
    """A number with the words after it: a scale, a unit, up to a few attributes before what is counted."""
    position = end
    plain = frozenset(amounts)
    for _ in range(_ATTRIBUTES):
        match = _FOLLOWING.match(text, position)
        if match is None:
            break
        word = match[1].casefold()
        if word in SCALES and position == end and word != "cent":
            amounts = {amount * SCALES[word] for amount in amounts}
            plain = plain | frozenset(amounts)
            end = position = match.end()
            continue
        if word in EMPTY or word in CARDINALS or (units and word in _WHICH):
            break
        attributed, position = position > end, match.end()
        if word in TIMES:
            thing = _counted_by(word, text, position) if max(plain) > 1 else ""
            if thing:
                units.add(stem(thing))  # "2 day passes", which may be a matter of days
            if thing and attributed:
                continue  # "20 visitor day passes"
            name, dimension, factor = TIMES[word]
            amounts = {amount * factor for amount in amounts}
            units |= {name, dimension}
            return Value("number", start, position, frozenset(amounts), plain, units=frozenset(units), claim=claim)
        if word in CURRENCIES or word in _PERCENT:
            units.add(CURRENCIES.get(word, "%"))
            return Value("number", start, position, frozenset(amounts), plain, units=frozenset(units), claim=claim)
        units.add(word if word[0] == "°" else stem(word))
    if not units & set(CURRENCIES.values()) and re.fullmatch(r"1[5-9]\d\d|20\d\d", text[start:end]):
        units.add(YEAR)
    return Value("number", start, end, frozenset(amounts), plain, units=frozenset(units), claim=claim)


#: Words of time that, behind another number than one, belong to the word behind them.
SINGULAR = frozenset(("minute", "hour", "day", "week", "month", "year", "second"))


def _counted_by(word: str, text: str, end: int) -> str:
    """What stands behind a word of time that is not in the plural: "passes" of "day passes"."""
    if word not in SINGULAR:
        return ""
    match = _THING.match(text, end)
    return match[1].casefold() if match and match[1].casefold() not in EMPTY else ""


_THING = re.compile(r"[ -]([^\W\d_]{3,}s)\b")


def _of_words(text: str) -> list[Value]:
    found: list[Value] = []
    matches = list(_WORDS.finditer(text))
    index = 0
    while index < len(matches):
        match = matches[index]
        word = match[0].casefold()
        index += 1
        if word in CARDINALS and (len(word) > 2 or word.isascii()):
            total, end, index = _spelled(matches, index, text, word)
            claims = word in CLAIMING or end != match.end()
            value = _counted(match.start(), end, {Fraction(total)}, set(), text, claim=claims)
            if not claims and value.units & _MONEY:  # "one euro" is a price
                value = value._replace(claim=True)
            found.append(value)
            if word in MONTHS:  # "sept" is also French for seven
                found.append(Value("date", *match.span(), dates=frozenset(((0, MONTHS[word], 0),)), claim=False))
        elif word in WEEKDAYS:
            found.append(Value("weekday", *match.span(), frozenset((Fraction(WEEKDAYS[word]),))))
        elif word in LIKE_DAYS or match[0] in GERMAN_DAYS:
            day = LIKE_DAYS[word] if word in LIKE_DAYS else GERMAN_DAYS[match[0]]
            claims = word in LIKE_DAYS and _expected(match, text)
            found.append(Value("weekday", *match.span(), frozenset((Fraction(day),)), claim=claims))
            if word in MONTHS:
                found.append(Value("date", *match.span(), dates=frozenset(((0, MONTHS[word], 0),)), claim=False))
        elif word == "may" and may(match[0], match.start(), match.end(), text):
            continue
        elif word in MONTHS and len(word) > 2:
            claims = match[0][0].isupper() and (len(word) > 3 or word == "may")
            found.append(Value("date", *match.span(), dates=frozenset(((0, MONTHS[word], 0),)), claim=claims))
        elif word in PASSING:
            often = word in _OFTEN and _EACH.match(text, match.end()) is not None
            article = _HALF_OF.match(text, match.end()) if word == "half" else None
            end = article.end() if article else match.end()  # "half an hour" is half of one
            index += index < len(matches) and matches[index].start() < end
            value = _counted(match.start(), end, {PASSING[word]}, set(), text, claim=often)
            found.append(value._replace(units=_OCCASIONS) if often else value)
    found += [
        Value("date", *feast.span(), dates=frozenset((_FEASTS[" ".join(feast[0].casefold().split())],)), claim=False)
        for feast in _FEAST.finditer(text)
    ]
    for clock in _TIMES_OF_DAY.finditer(text):
        minutes = (
            Fraction(0)
            if clock[1][:3].casefold() in ("mid", "mit", "min") and "d" not in clock[1][3:4]
            else Fraction(720)
        )
        found.append(Value("time", *clock.span(), frozenset((minutes, Fraction(720) - minutes)), claim=False))
    return found


_HALF_OF = re.compile(r"\s(?:a|an)\b", re.IGNORECASE)
# "Twice a day" is two times a day.
_OFTEN = frozenset(("once", "twice", "thrice"))
_EACH = re.compile(r"\s(?:a|an|per|each|every|daily|weekly|monthly|yearly)\b", re.IGNORECASE)
_OCCASIONS = frozenset((stem("times"),))
_MONEY = frozenset(CURRENCIES.values())


def _expected(match: re.Match[str], text: str) -> bool:
    """Whether a word that may be short for a weekday stands where one is to be expected: beside a number or "on"."""
    return (
        _DAY_AFTER.match(text, match.end()) is not None or _DAY_BEFORE.search(text[: match.start()][-12:]) is not None
    )


_DAY_AFTER = re.compile(r"\.?,?\s(?:\d|noon\b|at \d|(?:morning|afternoon|evening|night)\b)", re.IGNORECASE)
_DAY_BEFORE = re.compile(r"\b(?:on|every|next|until|till|by|mon|tue|wed|thu|fri|sat|am|le)[\s/-]\Z", re.IGNORECASE)


def _spelled(matches: list[re.Match[str]], index: int, text: str, word: str) -> tuple[int, int, int]:
    """Reads on through "two hundred and five thousand": the number, where it ends, and the next match."""
    total, current, end = 0, CARDINALS[word], matches[index - 1].end()
    while index < len(matches):
        match = matches[index]
        gap = text[end : match.start()]
        word = match[0].casefold()
        if not _BETWEEN_WORDS.fullmatch(gap):
            break
        if word in SCALES:
            current = max(current, 1) * SCALES[word]
            if SCALES[word] >= 1000:
                total, current = total + current, 0
        elif word in CARDINALS and "and" in gap and current < 100 and not total:
            break
        elif word in CARDINALS and (current % 100 == 0 or (current % 10 == 0 and CARDINALS[word] < 10)):
            current += CARDINALS[word]
        else:
            break
        end = match.end()
        index += 1
    return total + current, end, index


def _shared_units(found: list[Value], text: str) -> list[Value]:
    """Gives the first number of a range the unit of the second: "3 to 5 days", "$5-10"."""
    for index in range(len(found) - 2, -1, -1):
        one, two = found[index], found[index + 1]
        if one.kind == two.kind == "number" and _RANGE.fullmatch(text[one.end : two.start] or "?"):
            if two.units and not one.units:
                factor = next((f for name, _, f in TIMES.values() if name in two.units), Fraction(1))
                amounts = frozenset(amount * factor for amount in one.amounts)
                found[index] = one._replace(units=two.units, amounts=amounts)
            elif one.units and not two.units:
                found[index + 1] = two._replace(units=one.units)
    return found
