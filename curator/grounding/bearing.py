"""Whether a value is borne out by a text: given there in some form, or following from what is given."""

import re
from collections.abc import Iterable
from fractions import Fraction
from itertools import combinations, pairwise

from curator.grounding.calendar import day_of, next_to, of_its_month, so_much_later, years_on
from curator.grounding.lexicon import CURRENCIES, DESIGNATORS, MANY_DAYS, TIMES, listed
from curator.grounding.measures import converted
from curator.grounding.names import question_of, sentences, tokens
from curator.grounding.values import YEAR, Value, same, stem, values

#: Units that say by themselves what a number counts.
MEASURES = frozenset((*CURRENCIES.values(), "%", "time", "calendar", YEAR, *(name for name, _, _ in TIMES.values())))
# Of a context with more numbers than these, the first ones are reckoned with.
_MOST = 60
# With more numbers than these, some two of them have any sum: then all three have to count the same thing.
_FEW = 10
_RATES = re.compile(r"\b(?:per|each|every|apiece|times|%|pro|je|jede[rsn]?|par|chaque|por|cada)\b|%|/", re.IGNORECASE)
_ABOUT = re.compile(
    r"(?:about|around|approximately|roughly|nearly|almost|over|more than|less than|up to|some|~|under|circa|etwa|rund|"
    r"environ|unos|unas)\s*\Z",
    re.IGNORECASE,
)
_ANY_DAY = re.compile(r"\b(?:every|each|any|all|seven|7) (?:single |the )?days?\b", re.IGNORECASE)
_SMALL = Fraction(12)
# "In one or two sentences" says how to answer, and is no number to reckon with.
_FORM = frozenset(map(stem, ("sentence", "sentences", "words", "lines", "paragraphs", "sätze", "sätzen", "phrases")))
# Added up are as many numbers of a sentence as a reader would.
_ADDENDS = 6
_ONE = listed("one eins eine une una")
_PART = re.compile(r"\s+(?:of|von|davon|among) (?:them|these|those|which|whom|ihnen|denen)\b|\s+(?:davon|dont)\b")
_DIMENSIONS = frozenset(("time", "calendar"))
_MONEY = frozenset(CURRENCIES.values())
_RATED = frozenset((*CURRENCIES.values(), *_DIMENSIONS))
_HOURS = re.compile(r"\d{1,2}\s?(?:h|heures?)", re.IGNORECASE)
_HOURS_BEFORE = re.compile(r"\b(\d{1,2})\s?h\s?\Z", re.IGNORECASE)
_ARTICLES = listed("a an one ein eine einen einem einer un une uno una")
_PERIODS = {"week": (7,), "month": (4, 30), "year": (12, 52, 365), "day": (24,), "hour": (60,), "dozen": (12,)}


def designated(value: Value, text: str) -> str:
    """The word that makes a number a name: "room" of "room 204"."""
    led = text[max(0, value.start - 20) : value.start].casefold().rstrip(" :#.").rpartition(" ")[2]
    return led if led in DESIGNATORS else ""


def borne_out(value: Value, held: tuple[Value, ...], text: str, output: str) -> bool:
    """Whether a value of the output is among the `held` values of the text, or follows from them."""
    if any(same(value, other) and (other.claim or _stands_for(other, value, text)) for other in held):
        return True
    if value.kind == "code":
        folded = text.casefold()
        digits = re.sub(r"\D", "", value.code)
        if value.code in folded or (len(digits) > 3 and digits in re.sub(r"\D", "", folded)):
            return True
        return any(value.code in other.code or other.code in value.code for other in held if other.code)
    if value.kind == "weekday":
        return _in_many_days(value, text) or _in_day_range(value, held, text)
    if value.kind == "date":
        years = {year for year, _, _ in value.dates}
        named = any(other.plain & years for other in held) and all(not month for _, month, _ in value.dates)
        return (
            named or next_to(value, held, text, output) or of_its_month(value, held, text) or so_much_later(value, held)
        )
    if value.kind == "time":
        return _in_minutes(value, held) or _after_a_while(value, held, text)
    return (
        _in_parts(value, held)
        or _on_the_clock(value, held, output)
        or _derived(value, held, text, output)
        or _share_of_price(value, held, text)
        or converted(value, output, [*((one, text) for one in held), *((one, output) for one in values(output))])
    )


def counted_otherwise(value: Value, held: Iterable[Value]) -> Value | None:
    """The one number that a text has of what a value counts, where it has that of the value only of something else.

    Of "30 cows and 12 goats", "30 goats" took the wrong one.
    """
    things = value.units - MEASURES
    if value.kind != "number" or not value.claim or not things:
        return None
    numbers = [other for other in held if other.kind == "number"]
    of_them = [other for other in numbers if other.units & things]
    alike = [other for other in numbers if other.plain & value.plain]
    if not of_them or not alike or any(other.plain != of_them[0].plain for other in of_them):
        return None
    amounts = [amount for other in numbers[:_MOST] for amount in other.plain]
    reckoned = any({one + two, abs(one - two)} & value.plain for one, two in combinations(amounts, 2))
    wrong = of_them[0].claim and not reckoned and not of_them[0].plain & value.plain
    return of_them[0] if wrong and all(other.units - MEASURES - things for other in alike) else None


def _stands_for(other: Value, value: Value, text: str) -> bool:
    """Whether a word that claims no number bears this one out: "an adult" is not 1 euro, "a day" is 1 day."""
    measured = value.units & _RATED
    return not measured or bool(measured & other.units) or text[other.start : other.end].casefold() not in _ARTICLES


# A departure and how long it takes: of more of them, some two come to any time.
_MOST_TIMES, _MOST_SPANS = 4, 4


_APART = re.compile(
    r"\s(?:earlier|later|sooner|before|after|früher|später|vorher|nachher|plus (?:tôt|tard)|antes|después)\b", re.I
)


def _after_a_while(value: Value, held: Iterable[Value], text: str) -> bool:
    """Whether a time of day is a given one and given spans later, or earlier."""
    times = {amount for other in held if other.kind == "time" and other.claim for amount in other.amounts}
    spans = [
        max(other.amounts)
        for other in held
        if other.kind == "number" and "time" in other.units and (other.claim or _APART.match(text, other.end))
    ]
    if not times or not spans or len(times) > 2 * _MOST_TIMES or len(spans) > _MOST_SPANS:
        return False
    steps = {sum(some) for count in (1, 2) for some in combinations(spans, count)} | {sum(spans)}
    reached = {(time + way * step) % 1440 for time in times for step in steps for way in (1, -1)}
    return not reached.isdisjoint(value.amounts)


def _in_minutes(value: Value, held: Iterable[Value]) -> bool:
    """ "Half past 11" is given as 11 and a half; "at 9" as a bare number."""
    written = {one for other in held if other.kind == "number" for one in other.plain}
    numbers = {one for other in held if other.kind == "number" and not other.units & MEASURES for one in other.plain}
    for amount in value.amounts:
        hour, minute = divmod(amount, 60)
        hours = {hour, hour % 12}
        if minute and written & {one + minute / 100 for one in hours}:  # "2.30"
            return True
        if not minute:
            if numbers & hours:
                return True
            continue
        parts = {minute, Fraction(minute, 60), 1 - Fraction(minute, 60)}
        if numbers & parts and numbers & (hours | {one + 1 for one in hours}):
            return True
    return False


def _on_the_clock(value: Value, held: Iterable[Value], output: str) -> bool:
    """ "18 h" and "9 heures" are six in the evening and nine o'clock; "8 h 15" begins with the hour of 8:15."""
    times = [amount for other in held if other.kind == "time" for amount in other.amounts]
    if _HOURS.fullmatch(output, value.start, value.end):
        return any(amount // 60 * 60 in value.amounts for amount in times)
    behind = _HOURS_BEFORE.search(output, max(0, value.start - 6), value.start) if times else None
    return behind is not None and any(int(behind[1]) * 60 + one in times for one in value.plain)


# "Entry is 6 euros, half for children", "twice that at weekends".
_TIMES_AS_MUCH = {
    Fraction(1, 2): re.compile(r"\b(?:half|hälfte|moitié|demi-tarif|mitad)\b", re.IGNORECASE),
    Fraction(2): re.compile(r"\b(?:twice|double[ds]?|doppelt\w*|double|doble)\b", re.IGNORECASE),
}


def _share_of_price(value: Value, held: Iterable[Value], text: str) -> bool:
    """Whether a price is half, or twice, a given one, where the text speaks of such."""
    if not value.units & _MONEY:
        return False
    factors = [factor for factor, said in _TIMES_AS_MUCH.items() if said.search(text)]
    return any(
        amount * factor in value.plain
        for other in held
        if other.kind == "number" and other.units & value.units & _MONEY
        for amount in other.plain
        for factor in factors
    )


def _in_parts(value: Value, held: Iterable[Value]) -> bool:
    """A number that is the day or year of a date, the hour of a time, or inside of a code."""
    if value.units & _RATED:
        return False
    for other in held:
        if other.dates and any(part and Fraction(part) in value.plain for date in other.dates for part in date):
            return True
        if other.kind == "time" and any(amount / 60 in value.plain for amount in other.amounts):
            return True
        if other.code and any(str(amount) in re.findall(r"\d+", other.code) for amount in value.plain):
            return True
    return False


def _in_many_days(value: Value, text: str) -> bool:
    named = [MANY_DAYS[word] for word in tokens(text) if word in MANY_DAYS]
    return any(value.amounts <= days for days in named) or _ANY_DAY.search(text) is not None


def _in_day_range(value: Value, held: tuple[Value, ...], text: str) -> bool:
    days = [other for other in held if other.kind == "weekday"]
    for one, two in pairwise(days):
        if re.fullmatch(r"\s?(?:-|\u2013|\u2014|to|through|until|till|bis|à|a)\s?", text[one.end : two.start]):
            first, last = int(min(one.amounts)), int(min(two.amounts))
            span = {(first + step) % 7 for step in range((last - first) % 7 + 1)}
            if value.amounts & {Fraction(day) for day in span}:
                return True
    return False


def _derived(value: Value, held: tuple[Value, ...], text: str, output: str) -> bool:
    """Whether a number follows from two given ones: a sum or difference of like things, or a rate times an amount."""
    numbers = [
        other
        for other in held
        if other.kind == "number" and other.units.isdisjoint(_FORM) and _stands_for(other, value, text)
    ][:_MOST]
    wanted = value.plain | value.amounts
    rough = _ABOUT.search(output[max(0, value.start - 16) : value.start]) is not None
    if any(_near(one, two, rough) for other in numbers for one in other.plain | other.amounts for two in wanted):
        return True
    if YEAR in value.units:
        return years_on(value, held)
    if _between(held) & wanted:
        return True
    rated = _RATES.search(text) is not None or "?" in text[-300:]
    if rated and value.units & MEASURES and _over_time(numbers, wanted, text, output):
        return True
    many = len(numbers) > _FEW
    measured = bool(value.units & MEASURES)
    alike = {number.start for number in numbers if not measured and value.units and value.units <= number.units}
    for index, left in enumerate(numbers):
        for right in numbers[index + 1 :]:
            shared = left.units & right.units
            if many and not shared & value.units:
                continue
            if measured and shared and YEAR not in shared and shared.isdisjoint(value.units):
                continue  # a difference of grams is no minutes
            if alike and left.start not in alike and right.start not in alike:
                continue  # where members are counted, more members come of them
            if (shared or not (left.units and right.units)) and _sums(left, right, text) & wanted:
                return True
            if (rated and _products(left, right) & wanted) or _is_share(value, left, right, rough):
                return True
    return _totals(numbers, wanted, text)


def _is_share(value: Value, left: Value, right: Value, rough: bool) -> bool:
    """Whether a percentage is what one number is of another that counts the same, as far as it is written out."""
    if "%" not in value.units or MEASURES & (left.units | right.units):
        return False
    if left.units and right.units and not left.units & right.units:
        return False
    step = Fraction(2) if rough else Fraction(1, 2)
    shares = [
        100 * a / b for one, two in ((left, right), (right, left)) for a in one.plain for b in two.plain if 0 < a < b
    ]
    return any(abs(share - said) <= step for share in shares for said in value.plain)


def multiplied(value: Value, borne: Iterable[Value], held: Iterable[Value]) -> bool:
    """Whether a sum of money is a number of times what the output says, and rightly, a piece of them costs."""
    if not value.units & _MONEY:
        return False
    prices = [one for other in borne if other.units & _MONEY for one in other.plain]
    counts = [one for other in held if other.kind == "number" and not other.units & MEASURES for one in other.plain]
    return any(price * count in value.plain for price in prices for count in counts)


def _between(held: Iterable[Value]) -> frozenset[Fraction]:
    """How long it is from one given time of day to another, in minutes, and from one date to another, in days."""
    times = sorted({amount for other in held if other.kind == "time" for amount in other.amounts})[:_MOST]
    apart = {step for one, two in combinations(times, 2) for step in (two - one, 1440 - (two - one))}
    days = sorted({day for other in held for date in other.dates if (day := day_of(date))})[:_MOST]
    for one, two in combinations(days, 2):
        step = (two - one).days
        apart |= {
            Fraction(step),
            Fraction(1440 * step),
            Fraction(step + 1),
            Fraction(12 * (two.year - one.year) + two.month - one.month),
        }
    return frozenset(apart)


def _over_time(numbers: Iterable[Value], wanted: frozenset[Fraction], text: str, output: str) -> bool:
    """Whether a number is a given one for a longer time: 35 a month is 420 a year."""
    spoken = set(tokens(output)) | set(tokens(question_of(text)))
    factors = [factor for word, times in _PERIODS.items() if word in spoken for factor in times]
    return any(one * factor in wanted for other in numbers for one in other.plain for factor in factors)


def _near(given: Fraction, said: Fraction, rough: bool) -> bool:
    if not given or given == said:
        return given == said
    step = Fraction(1, 20) if rough else Fraction(1, 100) if given.denominator != 1 else Fraction(0)
    return abs(given - said) <= step * abs(given)


def _sums(left: Value, right: Value, text: str) -> set[Fraction]:
    """What two numbers come to; "23 members, 9 of them new" are not 32."""
    if not (_counts(left, text) and _counts(right, text)):
        return set()
    part = _PART.match(text, left.end) or _PART.match(text, right.end)
    return {
        result
        for one, two in ((left.amounts, right.amounts), (left.plain, right.plain))
        for a in one
        for b in two
        for result in ((abs(a - b),) if part else (a + b, abs(a - b)))
    }


def _counts(value: Value, text: str) -> bool:
    """Whether a number can be added: a claim, or "one" where another one is counted."""
    return value.claim or text[value.start : value.end].casefold().split()[0] in _ONE


def _totals(numbers: Iterable[Value], wanted: frozenset[Fraction], text: str) -> bool:
    """Whether a number is what three or more numbers of one sentence come to."""
    placed = [value for value in numbers if _counts(value, text) and not designated(value, text)]
    for start, end in sentences(text):
        counted = [value for value in placed if start <= value.start < end and YEAR not in value.units]
        if 3 <= len(counted) <= _ADDENDS and sum(min(value.plain) for value in counted) in wanted:
            return True
    return False


def _products(left: Value, right: Value) -> set[Fraction]:
    found: set[Fraction] = set()
    for a in left.plain:
        for b in right.plain:
            found.add(a * b)
            if a and b:
                found.update((a / b, b / a))
            if "%" in left.units or "%" in right.units:
                part, whole = (a, b) if "%" in left.units else (b, a)
                found.update((whole * part / 100, whole * (100 - part) / 100, whole * (100 + part) / 100))
    if left.claim and right.claim:
        return found
    return {result for result in found if result.denominator != 1 or result > _SMALL}
