"""Measures of one thing in two systems: "80 sq ft, about 7.4 square metres", "220 °C (425 °F)"."""

import re
from collections.abc import Iterable
from fractions import Fraction
from typing import NamedTuple

from curator.alternation import one_of
from curator.grounding.values import Value

# Each line: a dimension, then units with how many of the first one they are; a gallon or a cup may be one of two.
_UNITS = """
length m metre metres meter meters 1; cm centimetre centimetres centimeter centimeters 0.01; mm millimetre millimetres
    millimeter millimeters 0.001; km kilometre kilometres kilometer kilometers 1000; in inch inches zoll 0.0254;
    ft foot feet fuß 0.3048; yd yard yards 0.9144; mi mile miles meile meilen 1609.344
mass kg kilo kilos kilogram kilograms kilogramm 1; g gram grams gramm gramme grammes 0.001; lb lbs pound pounds
    0.45359237; oz ounce ounces 0.028349523; st stone 6.35029318; t tonne tonnes tonnen 1000
volume l litre litres liter liters 1; ml millilitre millilitres milliliter milliliters 0.001; cl centilitre 0.01;
    dl decilitre 0.1; gal gallon gallons 3.785411784 4.54609; pt pint pints 0.473176473 0.56826125;
    cup cups 0.2365882365 0.24 0.25; tbsp tablespoon tablespoons 0.015; tsp teaspoon teaspoons 0.005; qt quart quarts
    0.946352946
area ha hectare hectares hektar 10000; acre acres 4046.8564224; m² sqm quadratmeter quadratmetern kvadratmeter 1;
    km² 1000000; sqft ft² 0.09290304
speed mph 1.609344; kph kmh km/h 1; knot knots 1.852
energy kcal calorie calories kalorien 4.184; kj kilojoule kilojoules 1
data kb 0.001 0.0009765625; mb megabyte megabytes 1; gb gigabyte gigabytes 1000 1024; tb terabyte terabytes
    1000000 1048576
warmth c celsius °c centigrade 1; f fahrenheit °f 1
"""
# What somebody reckons and rounds is this near, where its last digit does not say more.
_ROUND = Fraction(2, 100)
# Degrees by which an oven's temperature is rounded.
_DEGREES = 10


def _table() -> dict[str, tuple[str, tuple[Fraction, ...]]]:
    found: dict[str, tuple[str, tuple[Fraction, ...]]] = {}
    for line in re.sub(r"\n\s+", " ", _UNITS.strip()).split("\n"):
        dimension, _, units = line.partition(" ")
        for unit in units.split(";"):
            words = [word for word in unit.split() if not word[0].isdigit()]
            factors = tuple(Fraction(word) for word in unit.split() if word[0].isdigit())
            found.update(dict.fromkeys(words, (dimension, factors)))
    return found


_MEASURES = _table()
_UNIT = re.compile(
    rf"\s?[-\u2013]?\s?(?:degrees?\s|grad\s|°\s?)?(?P<square>sq\.?\s?|square\s|quadrat)?(?P<unit>{one_of(_MEASURES)})(?!\w)",
    re.IGNORECASE,
)


class _Measured(NamedTuple):
    dimension: str
    unit: str
    factors: tuple[Fraction, ...]
    amounts: frozenset[Fraction]


def converted(value: Value, output: str, others: Iterable[tuple[Value, str]]) -> bool:
    """Whether a measure of the output is one of `others`, each with its text, in another unit, as it is rounded."""
    own = _measured(value, output)
    if own is None:
        return False
    for other, text in others:
        given = _measured(other, text) if other is not value else None
        if given is None or given.dimension != own.dimension or given.unit == own.unit:
            continue
        if _as_warm(own, given) if own.dimension == "warmth" else _as_much(own, given):
            return True
    return False


def in_unit(unit: str, number: Fraction, others: Iterable[Value], text: str) -> bool:
    """Whether so many of a unit, as a key names it ("kg"), are one of the measures of a text, as it is rounded."""
    dimension, factors = _MEASURES.get(unit.casefold(), ("", ()))
    own = _Measured(dimension, unit.casefold(), factors, frozenset((number,)))
    given = [measure for other in others if (measure := _measured(other, text)) is not None]
    return any(
        other.dimension == dimension and (_as_warm(own, other) if dimension == "warmth" else _as_much(own, other))
        for other in given
    )


def _measured(value: Value, text: str) -> _Measured | None:
    if value.kind != "number":
        return None
    match = _UNIT.match(text, value.end) or _UNIT.search(text, value.start, value.end)
    if match is None:
        return None
    unit = match["unit"].casefold()
    dimension, factors = _MEASURES[unit]
    if match["square"]:
        if dimension != "length":
            return None
        dimension, factors = "area", tuple([factor * factor for factor in factors])
    return _Measured(dimension, unit, factors, value.plain)


def _as_much(one: _Measured, two: _Measured) -> bool:
    return any(
        abs(a * f - b * g) <= max(_ROUND * b * g, _precision(a) * f)
        for f in one.factors
        for g in two.factors
        for a in one.amounts
        for b in two.amounts
        if b
    )


def _precision(written: Fraction) -> Fraction:
    """Half of the last place that a number is written with; of a whole number, half of one."""
    places = 0
    while written.denominator != 1 and places < 4:
        written, places = written * 10, places + 1
    return Fraction(1, 2 * 10**places)


def _as_warm(one: _Measured, two: _Measured) -> bool:
    celsius, fahrenheit = (one, two) if one.unit in ("c", "celsius", "°c", "centigrade") else (two, one)
    if fahrenheit.unit not in ("f", "fahrenheit", "°f"):
        return False
    return any(abs(c * 9 / 5 + 32 - f) <= _DEGREES for c in celsius.amounts for f in fahrenheit.amounts)
