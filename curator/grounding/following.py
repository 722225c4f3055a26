"""Numbers that a text does not have, but that follow from those it has: totals, prices of several, durations."""

import re
from collections.abc import Iterable, Iterator
from datetime import date
from fractions import Fraction
from itertools import combinations, pairwise

from curator.grounding.bearing import MEASURES, designated
from curator.grounding.lexicon import CURRENCIES
from curator.grounding.values import Value, values

# Some two of more numbers have any sum.
_MOST = 12
# Longer values are no single number.
_LONGEST = 24
_MONEY = frozenset(CURRENCIES.values())
_JOINED = re.compile(
    r"(?:\s+[^\W\d_]+){0,5}?\s*,?\s*(?P<and>&|\+|\b(?:and|plus|with|und|et|y|con|mit)\b)?"
    r"\s*(?:(?:a|an|the|another)\s+)?",
    re.IGNORECASE,
)
# "Two tyres at 22 euros", "22 euros each", "4 hours a day for 5 days".
_AT = re.compile(r"(?:\b(?:at|à|je|zu|times|for only)|@|\bx|[\u00d7*])\s*[$€£]?\s*\Z", re.IGNORECASE)
_EACH = re.compile(
    r"[^\d.!?]{0,18}?(?:\b(?:each|apiece|per|every|a piece|pro|je|chacune?|cada|jede[rsn]?"
    r"|an? (?:day|week|month|year|hour|night|person|head|unit|item))\b|/)",
    re.IGNORECASE,
)
_ONE = re.compile(r"\b(?:an?|another|eine?[nmrs]?|une?|un[ao])\s+[^\W\d_]", re.IGNORECASE)
_NOTHING = re.compile(
    r"\b(?:nothing|none|free|complimentary|no (?:charge|cost|fee|payment)|not any|kostenlos|gratis|nichts|keine?|rien"
    r"|gratuit\w*|nada)\b",
    re.IGNORECASE,
)
_STOP = re.compile(r"[.!?;]\s")
_SHARED_OUT = re.compile(
    r"\b(?:each|per|split|shared?|divided|equally|evenly|average|halves|pro|je|geteilt)\b", re.IGNORECASE
)
_TIMES = {
    Fraction(2): re.compile(r"\b(?:twice|double[ds]?|doppelt\w*|both|return trip|round trip)\b", re.IGNORECASE),
    Fraction(1, 2): re.compile(r"\b(?:half|halved|hälfte)\b", re.IGNORECASE),
}
_UNTIL = re.compile(r"\s*(?:-|\u2013|\u2014|to|till|until|through|bis|and|à|a)\s*(?:the\s+)?", re.IGNORECASE)


def follows(text: str, value: str) -> bool:
    """Whether a value is one number, and what a text says comes to it.

    Numbers are added and subtracted when they count the same or stand in one list ("3 adults and 2 children"), and
    multiplied when one is a price or a rate ("two tyres at 22 euros each"). From a time or a day to another is so
    long, and "a cake" is one.
    """
    if len(value) > _LONGEST:
        return False
    stated = values(value)
    if len(stated) != 1 or stated[0].kind != "number":
        return False
    held = values(text)
    numbers = [one for one in held if one.kind == "number" and one.plain]
    if len(numbers) > _MOST:
        return False
    wanted = stated[0].plain
    if (Fraction(1) in wanted and _ONE.search(text)) or (Fraction(0) in wanted and _NOTHING.search(text)):
        return True
    return any(found in wanted for found in _reckoned(text, held, numbers))


def _reckoned(text: str, held: tuple[Value, ...], numbers: list[Value]) -> Iterator[Fraction]:
    yield from _totals(text, numbers)
    yield from _prices(text, numbers)
    yield from _spans(text, held)
    for factor, said in _TIMES.items():
        if said.search(text):
            yield from (_plain(one) * factor for one in numbers)


def _plain(value: Value) -> Fraction:
    return min(value.plain)


def _totals(text: str, numbers: list[Value]) -> Iterator[Fraction]:
    """Sums and differences of what counts the same, and sums of lists."""
    by_unit: dict[str, list[Fraction]] = {}
    for one in numbers:
        for unit in one.units:
            by_unit.setdefault(unit, []).append(_plain(one))
    for same in by_unit.values():
        if len(same) > 1:
            yield sum(same, Fraction(0))
            for amount, other in combinations(same, 2):
                yield from (amount + other, abs(amount - other))
    total: Fraction | None = None
    for left, right in pairwise(numbers):
        joint = _JOINED.fullmatch(text, left.end, right.start)
        if joint is None or designated(left, text) or (left.units ^ right.units) & MEASURES:
            total = None
            continue
        total = (_plain(left) if total is None else total) + _plain(right)
        if joint["and"]:
            yield total


def _prices(text: str, numbers: list[Value]) -> Iterator[Fraction]:
    """So many at a price, alone and with what is added or taken off; a percentage of an amount; a share of it."""
    products = [product for left, right in combinations(numbers, 2) for product in _product(text, left, right)]
    money = [_plain(one) for one in numbers if one.units & _MONEY]
    yield from products
    counts = [
        _plain(left) for left, right in pairwise(numbers) if right.units & _MONEY and any(_product(text, left, right))
    ]
    if len(counts) > 1:
        yield sum(counts, Fraction(0))  # "2 adults at 28, 1 child at 14"
    priced = [product for left, right in pairwise(numbers) for product in _product(text, left, right)]
    yield sum(priced, Fraction(0))
    for product in products:
        for amount in money:
            yield from (product + amount, product - amount)
    parts = [_plain(one) for one in numbers if "%" in one.units]
    for part in parts:
        for whole in (*products, *(_plain(one) for one in numbers if "%" not in one.units)):
            yield from (whole * part / 100, whole * (100 - part) / 100, whole * (100 + part) / 100)
    if _SHARED_OUT.search(text):
        for left, right in combinations(numbers, 2):
            one, two = _plain(left), _plain(right)
            if one and two:
                yield from (one / two, two / one)


def _product(text: str, left: Value, right: Value) -> Iterator[Fraction]:
    between = text[left.end : right.start]
    if len(between) > 60 or _STOP.search(between) or "%" in left.units | right.units:
        return
    if _AT.search(between) or _EACH.match(text, right.end) or _EACH.match(text, left.end, right.start):
        yield _plain(left) * _plain(right)


def _spans(text: str, held: tuple[Value, ...]) -> Iterator[Fraction]:
    """How long it is from one time, weekday or day to the next, in hours and minutes, or days with and without both."""
    for left, right in pairwise(held):
        if not _UNTIL.fullmatch(text[left.end : right.start]):
            continue
        if left.kind == right.kind == "time":
            minutes = {(two - one) % 1440 for one in left.amounts for two in right.amounts}
            yield from (one for span in minutes for one in (Fraction(span), Fraction(span, 60)))
        elif left.kind == right.kind == "weekday":
            yield from _days(int(two - one) % 7 for one in left.amounts for two in right.amounts)
        elif right.dates and left.dates:
            yield from _days(_apart(left, right))
        elif right.dates and left.kind == "number":
            yield from _days(int(day - _plain(left)) for _, _, day in right.dates if day > _plain(left))


def _days(nights: Iterable[int]) -> Iterator[Fraction]:
    for count in nights:
        yield from (Fraction(count), Fraction(count + 1))


def _apart(left: Value, right: Value) -> Iterator[int]:
    for (year, month, day), (other_year, other_month, other_day) in (
        (one, two) for one in left.dates for two in right.dates
    ):
        try:
            first = date(year or other_year or 2023, month, day)
            last = date(other_year or year or 2023, other_month, other_day)
        except ValueError:
            continue
        yield abs((last - first).days)
