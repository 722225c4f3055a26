"""Where a text holds the number of a card, an account or an identity document. Read by SAF003 and SAF004.

Check digits prove some of them; those that one number in ten or twenty passes by chance also need a shape that
nothing else has, or a word beside them.
"""

import re
from collections.abc import Callable
from functools import lru_cache

from curator.checks.checksums import (
    german_document,
    german_tax_id,
    iban,
    issued,
    luhn,
    spanish_id,
    us_ssn,
)
from curator.checks.sensitive import Hit, Place, digits_in, places, without_overlaps
from curator.memo import per_example
from curator.model import Example

_CARD = re.compile(r"(?<![\w.,/#+-])(?<!\d[:=])(?<![A-Z]{2}\d\d )\d(?:[ -]?\d){11,18}(?![\w%]|[.,:-]\d)")
_GROUPED = re.compile(r"\d{4}([ -])\d{4}\1\d{4}\1\d{4}(?:\1\d{1,3})?|3\d{3}([ -])\d{6}\2\d{4,5}")
_CARDS = (
    r"card|credit|debit|visa|mastercard|amex|maestro|carta|cart\u00e3o|tarjeta|carte|karte|payment|ccnum|\bcc\b|\bpan\b"
)
_IBAN = re.compile(r"(?<![^\W_])[A-Za-z]{2}\d{2}(?: ?[A-Za-z0-9]{4}){2,7}(?: ?[A-Za-z0-9]{1,3})?(?![^\W_])")
_SSN = re.compile(r"(?<![\w.#/-])(\d{3})([ -]?)(\d{2})\2(\d{4})(?![\w/]|[-.,]\d)")
_NINO = re.compile(
    r"(?<![\w-])(?!BG|GB|NK|KN|TN|NT|ZZ)(?:QQ|[A-CEGHJ-PR-TW-Z][A-CEGHJ-NPR-TW-Z])"
    r"( ?)\d{2}\1\d{2}\1\d{2} ?[A-D](?![\w-])",
    re.IGNORECASE,
)
_TAX = re.compile(r"(?<![\w.,/-])\d{2} ?\d{3} ?\d{3} ?\d{3}(?![\w/]|[-.,]\d)")
_DOCUMENT = re.compile(r"(?<![\w-])[CFGHJKLMNPRTVWXYZ][CFGHJKLMNPRTVWXYZ0-9]{8}[0-9](?![\w-])")
_SPANISH = re.compile(r"(?<![\w-])(?:\d{8}|[XYZxyz]-?\d{7})[- ]?[A-Za-z](?![\w-])")
# The words that must stand near, where check digits alone prove too little.
_NEAR = {
    "card": re.compile(_CARDS, re.IGNORECASE),
    "ssn": re.compile(r"\bssns?\b|social[ _-]?security", re.IGNORECASE),
    "nino": re.compile(r"\bnino\b|national[ _-]?insurance|\bni (?:no|number)|hmrc", re.IGNORECASE),
    "tax": re.compile(r"steuer|\bid-?nr\b|\btin\b|tax", re.IGNORECASE),
    "document": re.compile(r"ausweis|\bperso\b|reisepass|passport|id[ _-]card|identity|german", re.IGNORECASE),
    "spanish": re.compile(r"\b(?:dni|nif|nie)\b|identi|documento|spanish", re.IGNORECASE),
}
_OTHERS = re.compile(
    r"order|invoice|tracking|parcel|shipment|imei|serial|reference|\bref\b|transaction|ticket|isbn|ean|gtin|barcode|bestell|"
    r"rechnung|sendung|pedido|commande|\bid\b|uuid|timestamp|hash|article|sku|model|part",
    re.IGNORECASE,
)
_BEFORE, _AFTER = 80, 40


@lru_cache(maxsize=256)
def account_numbers(text: str) -> tuple[Hit, ...]:
    """Where a text holds such numbers, samples included."""
    if not digits_in(text) and "usweis" not in text and "assport" not in text:
        return ()
    hits = [hit for hit in map(_iban, _IBAN.finditer(text)) if hit is not None]
    for kind, shape, proven in _NUMBERS:
        hits += [Hit(*match.span(), kind) for match in shape.finditer(text) if proven(text, match)]
    return without_overlaps(hits)


@per_example
def account_places(example: Example) -> tuple[Place, ...]:
    """Such numbers in any text of a row."""
    return places(example, account_numbers)


def bare(number: str) -> str:
    """A number without the spaces and hyphens it is written with, in upper case."""
    return number.replace(" ", "").replace("-", "").upper()


def _iban(match: re.Match[str]) -> Hit | None:
    """The IBAN at this place; words that follow it are cut off."""
    text = match.group()
    while len(text) > 14:
        if iban(bare(text)):
            return Hit(match.start(), match.start() + len(text), "IBAN")
        text, _, _ = text.rpartition(" ")
    return None


def _is_card(text: str, match: re.Match[str]) -> bool:
    number = bare(match.group())
    if not luhn(number) or number.count(number[0]) == len(number):
        return False
    if _near(text, match, "card"):
        return True
    if not issued(number):
        return False
    if _GROUPED.fullmatch(match.group()):
        return True
    # One number in ten passes; a run of digits is a card when nothing calls it something else.
    return len(number) in (15, 16) and match.group() == number and not _around(text, match, _OTHERS)


def _is_ssn(text: str, match: re.Match[str]) -> bool:
    if not us_ssn(match[1], match[3], match[4]):
        return False
    return _near(text, match, "ssn") or (match[2] == "-" and not _around(text, match, _OTHERS))


def _is_nino(text: str, match: re.Match[str]) -> bool:
    return bool(match[1]) or _near(text, match, "nino")


def _is_tax_id(text: str, match: re.Match[str]) -> bool:
    return german_tax_id(bare(match.group())) and _near(text, match, "tax")


def _is_document(text: str, match: re.Match[str]) -> bool:
    return german_document(match.group()) and _near(text, match, "document")


def _is_spanish(text: str, match: re.Match[str]) -> bool:
    return spanish_id(bare(match.group())) and _near(text, match, "spanish")


def _near(text: str, match: re.Match[str], words: str) -> bool:
    return _around(text, match, _NEAR[words])


def _around(text: str, match: re.Match[str], words: re.Pattern[str]) -> bool:
    # Above a blank line may stand the instruction, which in other formats is no part of this text.
    start = max(0, match.start() - _BEFORE)
    start = max(start, text.rfind("\n\n", start, match.start()) + 1)
    return words.search(text, start, match.end() + _AFTER) is not None


_NUMBERS: tuple[tuple[str, re.Pattern[str], Callable[[str, re.Match[str]], bool]], ...] = (
    ("card number", _CARD, _is_card),
    ("US social security number", _SSN, _is_ssn),
    ("UK national insurance number", _NINO, _is_nino),
    ("German tax number", _TAX, _is_tax_id),
    ("German identity document number", _DOCUMENT, _is_document),
    ("Spanish identity number", _SPANISH, _is_spanish),
)
