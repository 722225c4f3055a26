"""Where a text holds a phone number. Read by personal_data.

Three kinds of evidence: the country code (+49 ...), a shape that only phone numbers have ((415) 555-2671), or a
word before or after it ("call me on", "Fax:"). Digits alone prove nothing: order numbers, dates, sizes and postcodes
look the same. A library of number plans (phonenumbers) was measured on 92 real-looking numbers among 1,500 texts: in
its strict mode it knows 48 % of them with three home countries, in its lenient mode it takes 1,082 other numbers.
"""

import re

from curator.checks.sensitive import is_own

# Up to 15 digits (E.164), at most two separators between two of them, an extension.
_NUMBER = re.compile(
    r"(?<![\w/#&$\u20ac\u00a3%-])(?<!\d[.,:])"
    r"(?:(?:\+|00)[1-9]\d{0,3}[ .-]?)?(?:\(\d{1,5}\)[ .-]?)?\d(?:[ .\u00a0/-]{0,2}\d){4,13}"
    r"(?:\s?(?:x|ext\.?|extension)\s?\d{1,6})?(?![\w%\u20ac$]|[.,:/=-]\d)",
    re.IGNORECASE,
)
# As many digits, no farther apart than there, as a phone number has without its extension.
_DIGITS = re.compile(r"\d(?:[ .\u00a0/()-]{0,2}\d){6}")
_SHAPES = re.compile(
    r"(?:1[ .-])?\([2-9]\d\d\) ?\d{3}[ .-]\d{4}"  # North America
    r"|(?:1[ .-])?[2-9]\d\d([.-])\d{3}\1\d{4}"
    r"|0[1-9](?:([ .-])\d\d)(?:\2\d\d){3}"  # France
    r"|07\d{3} \d{3} ?\d{3}|020 [378]\d{3} \d{4}|0\d{4} \d{6}"  # United Kingdom
    r"|04\d\d \d{3} \d{3}"  # Australia
    r"|01[567]\d[ /-]\d{7,8}"  # Germany, mobile
)
_EXTENSION = re.compile(r"\s?(?:x|ext\.?|extension)\s?\d+$", re.IGNORECASE)
# Words that announce a number. The last of these before it decides, and one of another kind of number against it.
_WORDS = re.compile(
    r"(?<![^\W_])(?:(?P<phone>(?:tele)?(?:phones?|fax|fon)|tel|mobile|cell(?:phone)?|landline|whatsapp|desk|hotline"
    r"|contact (?:number|no)|telefon\w*|handy(?:nummer)?|mobil(?:nummer|telefon)|rufnummer|r\u00fcckruf"
    r"|t\u00e9l\u00e9phone|tel\u00e9fono|m\u00f3vil|celular|telefone|cellulare|telefono)"
    r"|(?P<other>order|ticket|invoice|reference|ref|case|id|account|acct|zip|code|iban|card|isbn|serial|sku|part|item"
    r"|tracking|amount|price|total|date|year|version|model|booking|customer|policy|ssn|security|licen[cs]e|vat"
    r"|population|bestell\w*|rechnung\w*|kunden\w*|auftrag\w*|vorgang\w*|konto\w*|plz|pedido|factura|commande|facture"
    r"|claim|transaction|confirmation|imei|passport|page|section|room|suite|apt|box|port|error))(?![^\W_])",
    re.IGNORECASE,
)
# What people are asked to do with a number, right before it.
_DO = re.compile(
    r"\b(?:call(?:ed|ing)?|ring|text(?:ed)?|sms|dial|reach(?:ed|able)?"
    r"|contact|answering|messages? to|registered|anrufen|erreichbar"
    r"|appel\w*|joign\w+|ll\u00e1m\w+|portable)"
    r"(?:\s+(?:me|us|him|her|them|you|back|at|on|to|now|please|under|unter|au|al|number|no)\b\.?){0,4}\s*:?\s*\(?$",
    re.IGNORECASE,
)
_AFTER = re.compile(r"\s*[-(,]?\s*(?:office|fax|mobile|cell|home|work|desk|phone)\b", re.IGNORECASE)
_BEFORE = 48
# A run of fewer digits, without a mark between, is too short even beside a word.
_RUN = 8
_DATE = re.compile(
    r"(?:19|20)\d\d[-./ ]?(?:0\d|1[0-2])[-./ ]?[0-3]\d(?:\D.*)?|[0-3]?\d[-./ ][0-3]?\d[-./ ](?:19|20)\d\d(?:\D.*)?"
    r"|(?:19|20)\d\d ?[-/] ?(?:19|20)\d\d"
)
# Kept free for examples and films: 555-0100 to 0199 (North America), Ofcom's drama numbers.
_RESERVED = re.compile(r"(?:1?[2-9]\d\d)?55501\d\d$|(?:44|0)(?:7700900|1632960|20 ?79460|808157 ?0)\d{2,3}$")
# Freephone and service numbers belong to companies.
_SERVICE = re.compile(
    r"1?8(?:00|33|44|55|66|77|88)[2-9]\d{6}$|(?:0|49|44)(?:800|180\d|900|808|845|870)\d{3,8}$|1?900\d{7}$"
)


def phone_numbers(text: str) -> list[tuple[int, int]]:
    """Where phone numbers are that may belong to a person; reserved and service numbers are left out."""
    found: list[tuple[int, int]] = []
    if _DIGITS.search(text) is None:
        return found
    for match in _NUMBER.finditer(text):
        number = match.group()
        digits = re.sub(r"\D", "", _EXTENSION.sub("", number))
        if (
            not 6 < len(digits) < 16
            or (_RESERVED.search(digits) and not is_own(text, match.start()))
            or _SERVICE.match(digits)
            or digits.count(digits[0]) == len(digits)
        ):
            continue
        start = match.start() - (text[match.start() - 1 : match.start()] == "(")
        if _is_phone(text, number, match.start(), match.end(), len(digits)):
            found.append((start, match.end()))
    return found


def _is_phone(text: str, number: str, start: int, end: int, digits: int) -> bool:
    if number.startswith("+"):
        return digits > 7
    bare = _EXTENSION.sub("", number)
    if _DATE.fullmatch(bare) or (digits < _RUN and bare.isdigit()):
        return False
    announced = True if _AFTER.match(text, end, end + 20) else _announced(text, start)
    return announced is not False and (announced is True or _SHAPES.fullmatch(bare) is not None)


def _announced(text: str, start: int) -> bool | None:
    """Whether the word nearest before the number speaks of phones (True), of other numbers (False), or none does."""
    # Above a blank line may stand the instruction, which in other formats is no part of this text.
    before = text[max(0, start - _BEFORE) : start].rpartition("\n\n")[2]
    if _DO.search(before):
        return True
    words = list(_WORDS.finditer(before))
    return words[-1]["phone"] is not None if words else None
