"""What digits may mean, and months that are also what somebody does."""

import re
from fractions import Fraction

#: Months that are also verbs; so written, these are no names.
VERBS = frozenset(("may", "march"))
_LEADS = re.compile(
    r"\b(?:in|of|since|until|till|by|from|to|this|next|last|every|each|mid|early|late|through|before|after|during|and|or|-)"
    r"[\s-]\Z",
    re.IGNORECASE,
)
_VERB = re.compile(
    r"\s(?!(?:at|on|from|to|until|till|and|or|in|with|for|the|is|was|are|were|by|as|after|before|between|through|onwards?"
    r"|we|i|you|he|she|it|they|there|this|(?:mon|tues|wednes|thurs|fri|satur|sun)day)\b)[^\W\d_]{2,}",
    re.IGNORECASE,
)


def is_led_to(text: str, start: int) -> bool:
    """Whether a word stands where a month is to be expected: "in may", "early may"."""
    return _LEADS.search(text, max(0, start - 12), start) is not None


_MAY = re.compile(r"\s(?:i|you|we|they|he|she|it|one|my|our|not|also|be|have)\b", re.IGNORECASE)


def may(word: str, start: int, end: int, text: str) -> bool:
    """Whether "may" is the verb: "May I", and in small letters wherever no month is to be expected."""
    return _MAY.match(text, end) is not None or (word == "may" and not is_led_to(text, start))


def does(text: str, end: int) -> bool:
    """Whether another verb stands behind a word, which is one itself then: "children under 12 may not swim"."""
    return _VERB.match(text, end) is not None


def readings(number: str) -> set[Fraction]:
    """What digits with points and commas may mean."""
    plain = re.sub("['\u2019\u00a0\u202f]", "", number)
    readings = set()
    if re.fullmatch(r"\d{1,3}(?:,\d{3})+(?:\.\d+)?", plain):
        readings.add(Fraction(plain.replace(",", "")))
    if re.fullmatch(r"\d{1,3}(?:\.\d{3})+(?:,\d+)?", plain):
        readings.add(Fraction(plain.replace(".", "").replace(",", ".")))
    if re.fullmatch(r"\d*\.?\d+", plain):
        readings.add(Fraction(plain if plain[0] != "." else "0" + plain))
    if re.fullmatch(r"\d+,\d{1,2}|\d+,\d{4,}|0,\d+", plain):
        readings.add(Fraction(plain.replace(",", ".")))
    return readings
