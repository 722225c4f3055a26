"""Sums that a text writes out, and whether they hold: own tokens, own precedence, exact fractions, no eval.

Only claims that can be read whole are judged: "12 * 4 = 46", "15% of 200 is 40" and "4 saws x 2 euros = 9 euros", not
"x + 2 = 5" or "2 hours + 30 minutes = 150 minutes". The result may be rounded or cut off to the digits written.
"""

import re
from collections.abc import Iterator
from fractions import Fraction
from string import ascii_letters
from typing import NamedTuple

from curator.grounding.chains import false_steps, may_go_on


class Claim(NamedTuple):
    """A sum that does not hold: where it stands, and what its left side comes to."""

    start: int
    end: int
    text: str
    value: Fraction


_NUM = r"(?:\d{1,3}(?:[,'\u2019\u00a0\u202f]\d{3})+(?:\.\d{1,12})?|\d{1,15}(?:[.,]\d{1,12})?|\.\d{1,12})"
_MONEY = r"[$€£¥₹]|(?:US|CA|A)\$|\b(?:EUR|USD|GBP|CHF|JPY|INR|CAD|AUD)"
_TOKEN = re.compile(
    rf"(?P<number>(?:{_MONEY})?\s?{_NUM})(?P<percent>\s?(?:%|percent\b|per cent\b))?"
    r"|(?P<op>[-+*/\u00d7÷·\u2212\u2013^()]|[xX](?=[\s$(]*[\d.])"
    r"|\b(?:of|plus|minus|times|multiplied by|divided by|mal|geteilt durch|fois|por)\b|\bat(?=\s[$€£])|@(?=\s?[$€£\d]))"
    r"|(?P<space>[ \t]+)",
    re.IGNORECASE,
)
# What a number counts: a sign or a word, up to two words before it, and what it is for ("euros a day each").
_UNIT = re.compile(
    r"\s?(?:[€£$¥₹]|°[CF]?|(?:[\s-]?(?!(?:times|plus|minus|multiplied|divided|mal|fois|por|at|of|is|are|equals?)\b)[^\W\d_]{2,20}){1,3}"
    r"|\s[hgml]\b)(?:(?:\s(?:a|an|per|each)\s|\s?/\s?)[^\W\d_]{1,12}\b)?(?:\s(?:each|apiece|je)\b)?",
    re.IGNORECASE,
)
# Words after a number that are no unit: what they join is no sum, or another one.
_NO_UNIT = re.compile(
    r"\b(?:for|total|and|or|to|the|so|then|than|that|this|with|from|by|in|on|as|if|we|you|it|he|she|they|i|has|have|was|were|will|"
    r"can|but|which|because|since|therefore|thus|hence|while|when|where|after|before|until|per|over|under|sin|cos|tan|log|ln|sqrt|mod|rem|remainder|hundred|thousand|million|billion|trillion|"
    r"dozen|mn|bn|lakh|crore|und|oder|et|y|percent|prozent|squared|cubed|th|st|nd|rd|x|out|more|less|times)\b",
    re.IGNORECASE,
)
_OPS = {
    "\u00d7": "*", "·": "*", "x": "*", "of": "*", "times": "*", "multiplied by": "*",
    "mal": "*", "fois": "*", "por": "*", "at": "*", "@": "*", "geteilt durch": "/",
    "÷": "/", "divided by": "/", "\u2212": "-", "\u2013": "-", "minus": "-", "plus": "+",
}  # fmt: skip
_PRECEDENCE = {"+": 1, "-": 1, "*": 2, "/": 2, "^": 3}
_RESULT = re.compile(
    r"\s*(?P<about>(?:about|around|approximately|approx\.?|roughly|~|≈)\s?)?"
    rf"(?P<sign>[-\u2212])?\s?(?:{_MONEY})?\s?(?P<sign2>[-\u2212])?(?P<number>{_NUM})"
    r"(?:(?P<slash>/)(?P<under>\d{1,9}))?(?P<percent>\s?%)?"
)
_SIGN = re.compile(
    r"(?<![=!<>:+*/~≈-])\s?(?:(?P<about>≈|≃|~=|=~)|=(?![=<>~]))"
    r"|(?<=[\w)%€£$])\s(?:is|are|equals?|makes?|gives?|comes? to|adds up to|add up to|totals?|ist|sind|macht|ergibt|"
    r"gleich|font|égale|son|es)(?: equal to| a total of)?"
    r"(?P<near> (?:about|around|approximately|roughly|nearly|almost|ca\.?|etwa|rund))?"
    r"(?=\s(?:[$€£]|EUR\s|USD\s|GBP\s|CHF\s)?-?\d)"
)
# What stands before a sum that is complete, and after the number it comes to.
_BEFORE = re.compile(r"(?:^|[\s(\[<:;,.!?\"'\u201c\u2018*_=≈`|]|\A)\Z")
_AFTER_UNREAD = re.compile(
    r"\s*[-+*/\u00d7÷^·\u2212\u2013]\s*(?:[\d$€£(]|[a-zA-Z]\b)|\s?(?:[(\[:/][\w$€£(]|!|\^|\d|\.\d|:\d|[rR]\s?\d|rem(?:ainder)?\b|"
    r"(?:hundred|thousand|million|billion|trillion|dozen|k|m|bn|mod)\b|[eE][+-]?\d|[x²³√π°])",
)
_WORD_AFTER = re.compile(r"\s?[^\W\d_]{2,}")
_DATE = re.compile(r"\d{1,4}\s?[/-]\s?\d{1,2}\s?[/-]\s?\d{1,4}|24\s?/\s?7")
_DENIED = re.compile(
    r"\b(?:incorrect\w*|wrong\w*|mistake\w*|false|not (?:equal|true|correct|right)|error\w*|falsch|≠|isn't|instead|"
    r"puzzle|joke|if we|suppose|pretend|base \d+|binary|hex\w*|octal|modulo|mod)\b",
    re.IGNORECASE,
)
_CODE = re.compile(r"```.*?(?:```|\Z)|`[^`\n]*`", re.DOTALL)
# One side in minutes, the other in hours: not an error when a unit is named.
_FACTORS = tuple(Fraction(n) for n in (2, 3, 4, 7, 8, 10, 12, 16, 24, 30, 36, 52, 60, 100, 365, 1440, 3600, 5280))
_METRIC = re.compile(
    r"\s?(?:[kcm]?(?:m|g|l)|tons?|tonnes?|\w*(?:met|lit)(?:er|re)s?|\w*grams?|[kmgt]i?b)\b", re.IGNORECASE
)
_METRES = tuple(Fraction(10**n) for n in range(1, 10))
_SPOKEN = re.compile(
    r"%|percent|per cent|plus|minus|times|\bby\b|\bat\b|@|\b(?:mal|durch|fois|por)\b|[*\u00d7÷+]|\s[-/x]\s",
    re.IGNORECASE,
)
# "The 8 x 10 print is 25 dollars" is no sum.
_SPOKEN_UNITS = re.compile(
    r"%|percent|per cent|plus|minus|times|\bby\b|\bat\b|@|\b(?:mal|durch|fois|por)\b|[*\u00d7÷+]", re.I
)
_ROUGH = Fraction(1, 20)
_REPEATING = re.compile(r"\.\d*(?:3{2,}|6{1,}7|6{2,}|1{2,}|[18]6+7?|83+|16|17|14\d|29|57|71|43|86)")
_LONGEST = 80


def false_claims(text: str, given: str = "") -> tuple[Claim, ...]:
    """The sums of a text that do not hold. Those that `given` states itself, or that the text denies, are left out."""
    if not may_claim(text):
        return ()
    code = [match.span() for match in _CODE.finditer(text)] if "`" in text else []
    found: list[Claim] = []
    for sign in _SIGN.finditer(text):
        if any(start <= sign.start() < end for start, end in code):
            continue
        claim = _claim(text, sign)
        if claim is not None and claim.text not in given and not _denied(text, claim):
            found.append(claim)
    for start, end, value in false_steps(text) if may_go_on(text) else ():
        claim = Claim(start, end, text[start:end], value)
        known = any(
            one.start < end and start < one.end for one in (*found, *[Claim(*span, "", value) for span in code])
        )
        if not known and claim.text not in given and not _denied(text, claim):
            found.append(claim)
    return tuple(found)


_OPERATION = re.compile(
    r"\d\s?[%)]?\s?(?:[^\W\d_x][^\d\n=]{0,30}?\s|[€£$]\s?)?(?:[-+*/\u00d7÷·\u2212^x]\s?(?:[$€£(]|[A-Z]{3}\s)?\s?[\d.]"
    r"|(?:of|plus|minus|times|multiplied by|divided by|percent of|at|@|mal|durch|fois|por)\s[$€£]?\d)"
)
_CLAIMING = re.compile(
    r"[=≈]| (?:(?:is|are|comes? to|adds? up to|ist|sind|macht|ergibt|gleich|font|égale|son|es) |equal|make|give|total)"
)
_DIGIT = re.compile(r"\d")


def may_claim(text: str) -> bool:
    """Whether there can be a sum in a text at all; a glance."""
    if _DIGIT.search(text) is None or _CLAIMING.search(text) is None:
        return False
    return _OPERATION.search(text) is not None


def _denied(text: str, claim: Claim) -> bool:
    around = text[max(0, claim.start - 80) : claim.start] + " " + text[claim.end : claim.end + 60]
    return _DENIED.search(around) is not None


def _claim(text: str, sign: re.Match[str]) -> Claim | None:
    """The claim around one sign of equality, when it can be read whole and does not hold."""
    left = _left(text, sign.start())
    right = _right(text, sign.end()) or (_worked(text, sign.end()) if left else None)
    if left is None or right is None:
        return None
    start, possible = left
    value = possible[0]
    end, results, loose = right
    spoken = not text[sign.start() : sign.end()].strip().startswith(("=", "≈", "~"))
    written = text[start : sign.start()]
    if spoken and not (_SPOKEN_UNITS if any(map(str.isalpha, written)) else _SPOKEN).search(written):
        return None
    if sign["about"] or sign["near"]:
        loose = True
    rough = _ROUGH if loose or _REPEATING.search(written) else Fraction(0)
    if any(abs(one - result) <= max(abs(one) * rough, step) for one in possible for result, step in results):
        return None
    if any(_unit_between(value, result, text, end) for result, _ in results):
        return None
    return Claim(start, end, text[start:end], value)


def _unit_between(value: Fraction, result: Fraction, text: str, end: int) -> bool:
    if not value or not result or not _WORD_AFTER.match(text, end):
        return False
    ratio = abs(value / result)
    if _METRIC.match(text, end) and (ratio in _METRES or 1 / ratio in _METRES):
        return True
    return ratio in _FACTORS or 1 / ratio in _FACTORS


def _left(text: str, end: int) -> tuple[int, list[Fraction]] | None:
    """The longest expression that ends here: its start and what it may come to. None when something unread is tied
    to it. "1.000" may be 1 or 1000, the same all through."""
    window = max(0, end - _LONGEST)
    line = max(text.rfind("\n", window, end), text.rfind("=", window, end), text.rfind("≈", window, end)) + 1
    start = max(window, line)
    for token in _starts(text, start, end):
        if not _BEFORE.search(text[max(0, token - 1) : token]):
            continue
        tokens = _tokens(text[token:end])
        if tokens is None:
            continue
        if _tied(text, token) or _DATE.search(text[token:end]) or _is_range(text[token:end]):
            return None
        if not any(kind == "op" for kind, *_ in tokens):
            return None
        values = [value for reading in (0, -1) if (value := _evaluate(tokens, reading)) is not None]
        if values or not any(map(str.isalpha, text[token:end])):
            return (token, values) if values else None
    return None


def _starts(text: str, start: int, end: int) -> Iterator[int]:
    """Where an expression may begin: at digits, currencies, brackets and signs; the longest first."""
    for index in range(start, end):
        if text[index] in "0123456789.($€£-\u2212" and (index == 0 or text[index - 1] not in "0123456789"):
            yield index


def _tied(text: str, start: int) -> bool:
    """Whether what comes before belongs to the expression too: a unit and an operator, a name, a list."""
    before = text[max(0, start - 30) : start]
    if before.endswith("*"):
        before = before.rstrip("*")  # bold text
    before = before.rstrip()
    if text[start] in "-\u2212" and before[-1:].isalnum():
        return True
    return before.endswith(tuple("+-*/\u00d7÷^%\u2212\u2013·(")) or _TIES.search(before) is not None


_TIES = re.compile(r"(?:\b(?:of|times|plus|minus|by|per|and|root|sqrt|log|sin|cos|tan|cube|square|[a-zA-Z])|\d)$")


def _is_range(written: str) -> bool:
    match = re.fullmatch(r"\s*(\d+)[-\u2013](\d+)\s*", written)
    return bool(match and int(match[1]) < int(match[2]))


def _right(text: str, start: int) -> tuple[int, list[tuple[Fraction, Fraction]], bool] | None:
    """Where the right side ends, what it may mean, with the step of its last digit, and whether it is rough."""
    match = _RESULT.match(text, start)
    if match is None:
        return None
    end = match.end()
    if _AFTER_UNREAD.match(text, end) or re.match(r"[A-Za-z_]\w*\s?[-+*/=(]", text[end : end + 20]):
        return None
    factor = Fraction(-1 if match["sign"] or match["sign2"] else 1)
    if match["slash"]:
        if int(match["under"]) == 0:
            return None
        factor /= int(match["under"])
    results = []
    for value, step in _readings(match["number"]):
        results.append((value * factor, Fraction(0) if match["slash"] else step))
        if match["percent"]:
            results.append((value * factor / 100, step / 100))
    return end, results, bool(match["about"])


def _worked(text: str, start: int) -> tuple[int, list[tuple[Fraction, Fraction]], bool] | None:
    """A right side that is a sum itself, up to the next sign of equality, as `_right` gives it: the first step of
    "4 x 5 + 2 = 20 + 2 = 22". Its first number alone is a result, too: "4 x 5 = 20 + 2 = 22" runs on.
    """
    first, sign = _RESULT.match(text, start), _SIGN.search(text, start, start + _LONGEST)
    written = text[start : sign.start()].strip() if sign and not sign["about"] else ""
    tokens = _tokens(written) if written else None
    if first is None or not tokens or not any(kind == "op" for kind, *_ in tokens) or "\n" in written:
        return None
    values = [value for reading in (0, -1) if (value := _evaluate(tokens, reading)) is not None]
    whole = all("." not in number for kind, number, _ in tokens if kind != "op")
    steps = [(value, Fraction(0) if whole else max(abs(value) / 100, Fraction(1, 10))) for value in values]
    end = start + len(text[start : sign.start()].rstrip()) if sign else start
    return (end, [*steps, *_readings(first["number"])], False) if values else None


def _readings(number: str) -> list[tuple[Fraction, Fraction]]:
    """What a number may mean, with the step of its last digit: "1,500" is 1500, "1.500" is 1.5 or 1500."""
    number = re.sub("['\u2019\u00a0\u202f]", ",", number)
    whole, _, decimals = number.replace(",", "").partition(".")
    exact = Fraction(int(whole or 0)) + (Fraction(int(decimals), 10 ** len(decimals)) if decimals else 0)
    # Whole numbers stand for what rounds or is cut to them; so the step is just below 1, and 1 of the last decimal.
    step = Fraction(1, 10 ** len(decimals)) if decimals else Fraction(999, 1000)
    readings = [(exact, step)]
    if re.fullmatch(r"\d+,\d{1,2}|\d+,\d{4,}", number):
        readings = [(Fraction(number.replace(",", ".")), Fraction(1, 10 ** len(number.partition(",")[2])))]
    elif re.fullmatch(r"\d{1,3}\.\d{3}", number):
        readings.append((Fraction(int(number.replace(".", ""))), Fraction(999, 1000)))
    return readings


_LETTERS = "$€£¥₹ " + ascii_letters
_Token = tuple[str, str, bool]


def _tokens(written: str) -> list[_Token] | None:
    """(kind, text, whether a space stood before it), or None when a part cannot be read."""
    tokens: list[_Token] = []
    units: list[str] = []
    position, space = 0, False
    while position < len(written):
        match = _TOKEN.match(written, position)
        if match is None:
            unit = _UNIT.match(written, position - space) if tokens and tokens[-1][0] == "number" else None
            if unit is None or _NO_UNIT.search(unit[0]):
                return None
            units.append(unit[0].strip(" -").casefold())
            position = unit.end()
            continue
        position = match.end()
        if match["space"]:
            space = True
            continue
        if match["op"]:
            tokens.append(("op", _OPS.get(match["op"].lower(), match["op"]), space))
        else:
            if match["percent"] and tokens and tokens[-1][1] in ("+", "-"):
                return None  # "50 - 20%" takes a fifth off
            tokens.append(("percent" if match["percent"] else "number", match["number"].lstrip(_LETTERS), space))
        space = False
    return tokens if tokens and _countable(tokens, units) else None


def _countable(tokens: list[_Token], units: list[str]) -> bool:
    """Whether numbers with these units can be reckoned with as they are: hours and minutes cannot be added."""
    if len(units) < 2 or not any(kind == "op" and text in "+-" for kind, text, _ in tokens):
        return True
    stems = {unit.split()[0].rstrip("s") for unit in units}
    return len(stems) == 1 or not any(_MEASURED.match(unit) for unit in units)


_MEASURED = re.compile(
    r"(?:[€£$¥₹°]|(?:sec|min|h\b|hour|hr|day|week|month|year|yr|stunde|tag|woche|monat|jahr|jour|an\b|euro|eur\b|dollar|cent|"
    r"usd|pound|pence|penn|dime|nickel|quarter|feet|foot|ft|inch|yard|mile|oz|ounce|lb|pint|quart|gallon|cup|pair|box|"
    r"pack|bag|kilo|gram|met(?:er|re)|lit(?:er|re)|ton|[kcm]?[mgl]\b|[kmgt]i?b\b))"
)


def _evaluate(tokens: list[_Token], reading: int) -> Fraction | None:
    """The value by precedence, left to right, powers right to left; None when it is no expression."""
    values: list[Fraction] = []
    operators: list[str] = []
    operand = True
    for kind, text, _ in tokens:
        if kind != "op" or text == "(":
            if not operand:
                return None
            if text == "(":
                operators.append(text)
                continue
            number = _readings(text)[reading][0]
            values.append(number / 100 if kind == "percent" else number)
            operand = False
        elif text == ")":
            if operand or not _close(values, operators):
                return None
        elif not _operator(text, operand, values, operators):
            return None
        else:
            operand = True
    return None if operand else _finish(values, operators)


def _operator(text: str, operand: bool, values: list[Fraction], operators: list[str]) -> bool:
    """Takes in an operator; where an operand is due, only the sign of a number can stand."""
    if operand:
        if text != "-" or (operators and operators[-1] != "("):
            return False
        values.append(Fraction(0))
    else:
        while operators and operators[-1] != "(" and _binds(operators[-1], text):
            if not _apply(values, operators.pop()):
                return False
    operators.append(text)
    return True


def _finish(values: list[Fraction], operators: list[str]) -> Fraction | None:
    while operators:
        if operators[-1] == "(" or not _apply(values, operators.pop()):
            return None
    return values[0] if len(values) == 1 else None


def _binds(standing: str, coming: str) -> bool:
    first, second = _PRECEDENCE[standing], _PRECEDENCE[coming]
    return first > second or (first == second and coming != "^")


def _close(values: list[Fraction], operators: list[str]) -> bool:
    while operators and operators[-1] != "(":
        if not _apply(values, operators.pop()):
            return False
    if not operators:
        return False
    operators.pop()
    return True


def _apply(values: list[Fraction], operator: str) -> bool:
    right, left = values.pop(), values.pop()
    if operator == "+":
        values.append(left + right)
    elif operator == "-":
        values.append(left - right)
    elif operator == "*":
        values.append(left * right)
    elif operator == "/":
        if not right:
            return False
        values.append(left / right)
    else:
        if right.denominator != 1 or abs(right) > 64 or (not left and right < 0):
            return False
        values.append(left ** int(right))
    return True
