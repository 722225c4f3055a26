"""Sums in words that go on from a result: "3 x 12 = 36 euros, plus 14 euros for the bag, so 50 euros in total"."""

import re
from collections.abc import Iterator
from fractions import Fraction
from functools import lru_cache
from typing import NamedTuple

from curator.grounding.values import stem


class Step(NamedTuple):
    """A result that does not follow from the one before: where it stands with what it is made of, and what that is."""

    start: int
    end: int
    value: Fraction


_NUM = r"\d{1,3}(?:,\d{3})+(?:\.\d{1,2})?|\d{1,9}(?:[.,]\d{1,2})?"
_WORDS = (
    "and|or|for|in|on|of|to|the|plus|minus|less|so|then|which|that|this|it|is|are|makes?|make|gives?|give|comes?|leaves?|with|at|each|"
    "per|we|you|if|from|by|because|times|divided|also|und|für|das|sind|ist|macht|ergibt|dann|donc|soit|pour|et|para|y|son|more|left|"
    "remain|remaining|altogether|together|total|half|twice"
)


def _amount(name: str) -> str:
    """A number with its currency or the word behind it, as groups of these names."""
    return (
        rf"(?:(?:[$€£¥₹]|EUR|USD|GBP|CHF)\s?)?(?P<{name}>{_NUM})(?![\d/:]|[.,]\d)"
        rf"(?:\s?(?P<{name}unit>%|[$€£¥₹]|(?!(?:{_WORDS})\b)[^\W\d_]{{2,20}}))?"
    )


# What a first result stands behind: a sign of equality, or a word for it.
_FIRST = re.compile(
    r"(?:(?P<equal>=)|\b(?:is|are|makes?|gives?|comes to|totals?|costs?|sind|ist|macht|ergibt|kosten?|kostet|font"
    r"|fait|son))\s?" + _amount("first"),
    re.IGNORECASE,
)
# What is added or taken off.
_SIGN = (
    r"plus|adding|add|minus|less|subtracting|subtract|taking off|take away|[+\u2212-]|and|zuzüglich|abzüglich|más|menos"
    r"|moins|und"
)
# A rate or a condition: what is added is another amount.
_RATE = (
    r"each|apiece|per|every|daily|weekly|monthly|yearly|pro|je|jeweils|par|cada|if|when|times"
    r"|an? (?:day|week|month|year|hour|night|person|head|piece|box|kilo|unit|item|child|adult)"
)
# Words that stand between what is added and what it comes to.
_LEAD = (
    r"so|thus|hence|therefore|is|are|makes?|making|gives?|giving|comes|adds|leaves?|leaving|totals?|totalling"
    r"|altogether|together|"
    r"get|also|macht|ergibt|sind|ist|zusammen|insgesamt|bleiben|donc|soit|fait|font|son|hace|quedan"
)
_FILLING = (
    r"and|then|which|that|this|it|you|we|they|the|all|everything|sum|result|bill|up|to|for|a|of|pay|have|owe|in|das"
    r"|dies|es|cela|"
    r"au|en|entonces|dann"
)
_TERM = re.compile(
    rf"\s?[,;.]?\s{{0,2}}(?:(?:and|then|now|und|dann|et|y)\s)?(?P<sign>{_SIGN})\s"
    r"(?:(?:the|another|a|an additional|an extra|weitere|otros|noch)\s)?(?:(?:discount|fee|further) (?:of )?)?"
    rf"{_amount('term')}(?P<about>(?:\s(?!(?:(?:which|that)\s(?:{_LEAD}|we|you)|{_LEAD}|{_SIGN}|{_RATE}|et|y|we|it)\b)"
    r"[^\W\d_][\w'\u2019-]*){0,7})",
    re.IGNORECASE,
)
_RATED = re.compile(rf"\s?(?:/|x\b|\*|(?:{_RATE})\b)", re.IGNORECASE)
_PART = re.compile(r"\b(?:of (?:them|these|those|which|the)|davon|unless|or)\b", re.IGNORECASE)
_SO = re.compile(rf"\s?[,;:.\u2013\u2014]?\s?(?:(?:{_LEAD}|{_FILLING}|total)\b\s?|[=,:]\s?){{0,8}}", re.IGNORECASE)
_LEADS = re.compile(rf"=|\b(?:total|{_LEAD})\b", re.IGNORECASE)
# What leads up to no other amount than the one before, so that no price of one thing is taken for that of several.
_COMES_TO = re.compile(
    r"=|\b(?:is|are|mak|giv|com|add|leav|total|altogether|together|macht|ergibt|sind|ist|zusammen|insgesamt|fait|font)",
    re.I,
)
_IN_ALL = re.compile(
    r"\s?,?\s?(?:in (?:total|all)|altogether|together|total|insgesamt|zusammen|au total|en total)\b", re.IGNORECASE
)
_RESULT = re.compile(_amount("result"), re.IGNORECASE)
# "So 28 euros for four", "so 5 are left of each": something else is reckoned.
_ELSE = re.compile(
    r"\s?(?:for\s(?!(?:everything|all|the (?:lot|whole|two|three)|it|that|you|us|me)\b)|each|per|every|an? (?:day"
    r"|week|month|year|hour|night|person)\b"
    r"|apiece|[-+*/\u00d7÷=x]\s?\d|of (?:them|these|those)\b|%)",
    re.IGNORECASE,
)
# "Half of that is 25": what is done to the result before.
_FACTORS = {
    "half": Fraction(1, 2), "double": Fraction(2), "twice": Fraction(2), "a third": Fraction(1, 3),
    "a quarter": Fraction(1, 4), "three times": Fraction(3), "die hälfte": Fraction(1, 2), "das doppelte": Fraction(2),
}  # fmt: skip
_TIMES = re.compile(
    rf"\s?[,;.]?\s{{0,2}}(?:(?:and|then|now|so|und)\s)?(?:(?P<word>{'|'.join(_FACTORS)})(?:\s(?:of|von"
    rf"|davon))?(?:\s(?:that|this|it|which))?"
    rf"|(?P<by>times|multiplied by|divided by)\s(?P<factor>{_NUM})(?:\s(?!(?:is|are|makes?|gives?"
    rf"|equals?)\b)[^\W\d_]+){{0,2}})"
    r"\s?,?\s(?:(?:that|this|it|which)\s)?(?:is|are|makes?|gives?|comes to|equals?|ist|sind|macht)\s",
    re.IGNORECASE,
)
_GLANCE = re.compile(
    r"\d[^\d\n]{0,80}?\b(?:plus|minus|less|add(?:ing)?|subtract(?:ing)?|taking off|take away|half|twice|double|times"
    r"|divided|three times"
    r"|a third|a quarter|zuzüglich|abzüglich|die hälfte|das doppelte|más|menos|moins)\b",
    re.IGNORECASE,
)
_PLUS = frozenset(("plus", "adding", "add", "+", "zuzüglich", "más", "and", "und"))
_PERCENT = frozenset(("%",))
_JOINS = frozenset(("and", "und"))
_MOST = 5


def may_go_on(text: str) -> bool:
    """Whether a sum can go on from a result in a text at all; a glance."""
    return _GLANCE.search(text) is not None


def false_steps(text: str) -> Iterator[Step]:
    """The results in a text that do not follow from the result before and what is added, taken off, or done to it."""
    end = 0
    for match in _FIRST.finditer(text):
        if match.start() < end or _RATED.match(text, match.end()) or _tied(text, match.start("first")):
            continue
        found = _added(text, match) or _multiplied(text, match)
        if found is not None:
            end = found.end
            yield found


def _tied(text: str, start: int) -> bool:
    return text[start - 1 : start] in tuple("-+*/x\u00d7")


def _added(text: str, first: re.Match[str]) -> Step | None:
    """A first result with what is added to it, where it does not come to the result that follows."""
    sums = {_number(first["first"])}
    units = _unit(first["firstunit"])
    position = first.end()
    for count in range(_MOST):
        term = _TERM.match(text, position)
        sign = term["sign"].casefold() if term else ""
        if term is None or (sign in _JOINS and not count):
            break
        if _RATED.match(text, term.end()) or _RATED.match(text, term.end("term")) or _PART.search(term["about"]):
            return None
        unit = _unit(term["termunit"])
        amount = _number(term["term"])
        way = 1 if sign in _PLUS else -1
        if unit == _PERCENT:
            sums = {one * (100 + way * amount) / 100 for one in sums} | {one + way * amount for one in sums}
        else:
            units |= unit
            sums = {one + way * amount for one in sums}
        position = term.end()
    else:
        return None
    return _judged(text, first, position, sums, units) if position > first.end() else None


def _judged(text: str, first: re.Match[str], position: int, sums: set[Fraction], units: frozenset[str]) -> Step | None:
    lead = _SO.match(text, position)
    result = _RESULT.match(text, lead.end()) if lead and _LEADS.search(lead[0]) else None
    if lead is None or result is None or _ELSE.match(text, result.end()):
        return None
    said = _number(result["result"])
    if not first["equal"]:
        whole = _COMES_TO.search(lead[0]) or _IN_ALL.match(text, result.end())
        if not whole or any(one > 0 and (said / one).denominator == 1 for one in sums):
            return None
    return _step(first, result, sums, units)


def _multiplied(text: str, first: re.Match[str]) -> Step | None:
    """A first result that is halved, doubled, divided, where that is not the result that follows."""
    match = _TIMES.match(text, first.end())
    if match is None:
        return None
    by = _number(match["factor"]) if match["factor"] else Fraction(0)
    if match["by"] and not by:
        return None
    factor = _FACTORS[match["word"].casefold()] if match["word"] else 1 / by if match["by"][0] in "dD" else by
    result = _RESULT.match(text, match.end())
    if result is None or _ELSE.match(text, result.end()):
        return None
    return _step(first, result, {_number(first["first"]) * factor}, _unit(first["firstunit"]))


def _step(first: re.Match[str], result: re.Match[str], sums: set[Fraction], units: frozenset[str]) -> Step | None:
    """The step from a first result to the next, where they count the same and none of the sums comes to it."""
    unit = _unit(result["resultunit"])
    said = _number(result["result"])
    if len(units | unit) > 1 or unit == _PERCENT:
        return None
    if any(abs(one - said) <= _rounding(result["result"]) for one in sums):
        return None
    return Step(first.start("first"), result.end(), min(sums))


@lru_cache(maxsize=256)
def _unit(word: str | None) -> frozenset[str]:
    return frozenset((stem(word.casefold()),)) if word else frozenset()


def _number(written: str) -> Fraction:
    if re.fullmatch(r"\d{1,3}(?:,\d{3})+(?:\.\d+)?", written):
        return Fraction(written.replace(",", ""))
    return Fraction(written.replace(",", "."))


def _rounding(written: str) -> Fraction:
    """How far rounding may go: less than one of whole numbers, one of the last decimal."""
    number = _number(written)
    return Fraction(1, 2) if number.denominator == 1 and "." not in written else Fraction(1, 100)
