"""Sums that a text writes out, and whether they hold: own tokens, own precedence, exact fractions, no eval.

Only claims that can be read whole are judged: "12 * 4 = 46" and "15% of 200 is 40", not "x + 2 = 5" or
"3 hours * $5 = $15". The result may be rounded or cut off to the digits that are written.
"""

import re
from collections.abc import Iterator
from fractions import Fraction
from typing import NamedTuple


class Claim(NamedTuple):
    """A sum that does not hold: where it stands, and what its left side comes to."""

    start: int
    end: int
    text: str
    value: Fraction


_NUM = r"(?:\d{1,3}(?:,\d{3})+(?:\.\d{1,12})?|\d{1,15}(?:[.,]\d{1,12})?|\.\d{1,12})"
_TOKEN = re.compile(
    rf"(?P<number>[$€£]?\s?{_NUM})(?P<percent>\s?(?:%|percent\b|per cent\b))?"
    r"|(?P<op>[-+*/\u00d7÷·\u2212\u2013^()]|[xX](?=[\s$(]*[\d.])"
    r"|\b(?:of|plus|minus|times|multiplied by|divided by)\b)"
    r"|(?P<space>[ \t]+)",
    re.IGNORECASE,
)
_OPS = {
    "\u00d7": "*", "·": "*", "x": "*", "of": "*", "times": "*", "multiplied by": "*",
    "÷": "/", "divided by": "/", "\u2212": "-", "\u2013": "-", "minus": "-", "plus": "+",
}  # fmt: skip
_PRECEDENCE = {"+": 1, "-": 1, "*": 2, "/": 2, "^": 3}
_RESULT = re.compile(
    r"\s*(?P<about>(?:about|around|approximately|approx\.?|roughly|~|≈)\s?)?"
    rf"(?P<sign>[-\u2212])?\s?[$€£]?\s?(?P<sign2>[-\u2212])?(?P<number>{_NUM})"
    r"(?:(?P<slash>/)(?P<under>\d{1,9}))?(?P<percent>\s?%)?"
)
_SIGN = re.compile(
    r"(?<![=!<>:+*/~≈-])\s?(?:(?P<about>≈|≃|~=|=~)|=(?![=<>~]))"
    r"|(?<=[\d)%])\s(?:is|are|equals?|makes|gives)(?: equal to)?"
    r"(?P<near> (?:about|around|approximately|roughly|nearly|almost))?(?=\s[$€£]?-?\d)"
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
_SPOKEN = re.compile(r"%|percent|per cent|plus|minus|times|\bby\b|[*\u00d7÷+]|\s[-/x]\s", re.IGNORECASE)
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
    return tuple(found)


_OPERATION = re.compile(
    r"\d\s?[%)]?\s?(?:[-+*/\u00d7÷·\u2212^x]\s?[$€£(]?\s?[\d.]"
    r"|(?:of|plus|minus|times|multiplied by|divided by|percent of)\s[$€£]?\d)"
)


def may_claim(text: str) -> bool:
    """Whether there can be a sum in a text at all; a glance."""
    if "=" not in text and "≈" not in text and " is " not in text and " equal" not in text and " makes " not in text:
        return False
    return _OPERATION.search(text) is not None


def _denied(text: str, claim: Claim) -> bool:
    around = text[max(0, claim.start - 80) : claim.start] + " " + text[claim.end : claim.end + 60]
    return _DENIED.search(around) is not None


def _claim(text: str, sign: re.Match[str]) -> Claim | None:
    """The claim around one sign of equality, when it can be read whole and does not hold."""
    left = _left(text, sign.start())
    right = _right(text, sign.end())
    if left is None or right is None:
        return None
    start, possible = left
    value = possible[0]
    end, results, loose = right
    spoken = not text[sign.start() : sign.end()].strip().startswith(("=", "≈", "~"))
    written = text[start : sign.start()]
    if spoken and not _SPOKEN.search(written):
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
    return before.endswith(tuple("+-*/\u00d7÷^%\u2212\u2013·=(")) or _TIES.search(before) is not None


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


def _readings(number: str) -> list[tuple[Fraction, Fraction]]:
    """What a number may mean, with the step of its last digit: "1,500" is 1500, "1.500" is 1.5 or 1500."""
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


_Token = tuple[str, str, bool]


def _tokens(written: str) -> list[_Token] | None:
    """(kind, text, whether a space stood before it), or None when a part cannot be read."""
    tokens: list[_Token] = []
    position, space = 0, False
    while position < len(written):
        match = _TOKEN.match(written, position)
        if match is None:
            return None
        position = match.end()
        if match["space"]:
            space = True
            continue
        if match["op"]:
            tokens.append(("op", _OPS.get(match["op"].lower(), match["op"]), space))
        else:
            tokens.append(("percent" if match["percent"] else "number", match["number"].lstrip("$€£ "), space))
        space = False
    return tokens or None


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
