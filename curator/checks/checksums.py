"""Numbers that prove themselves: the check digits of cards, accounts and identity documents. Pure functions."""

from typing import Final

# Length of an IBAN by country: the SWIFT registry, release 99.
_LENGTHS: Final = """
    AD24 AE23 AL28 AT20 AZ28 BA20 BE16 BG22 BH22 BI27 BR29 BY28 CH21 CR22 CY28 CZ24 DE22 DJ27 DK18 DO28 EE20 EG29
    ES24 FI18 FK18 FO18 FR27 GB22 GE22 GI23 GL18 GR27 GT28 HN28 HR21 HU28 IE22 IL23 IQ23 IS26 IT27 JO30 KW30 KZ20
    LB28 LC32 LI21 LT20 LU20 LV21 LY25 MC27 MD24 ME22 MK19 MN20 MR27 MT31 MU30 NI28 NL18 NO15 OM23 PK24 PL28 PS29
    PT25 QA29 RO24 RS22 RU33 SA24 SC31 SD18 SE24 SI19 SK24 SM27 SO23 ST25 SV28 TL23 TN24 TR26 UA29 VA22 VG24 XK20
    YE30
"""
IBAN_LENGTHS: Final = {entry[:2]: int(entry[2:]) for entry in _LENGTHS.split()}
_DNI = "TRWAGMYFPDXBNJZSQVHLCKE"
# First four digits from, to, and the lengths that issuer uses.
_ISSUERS: Final = (
    (4000, 4999, (13, 16, 19)),  # Visa
    (5100, 5599, (16,)),  # Mastercard
    (2221, 2720, (16,)),
    (3400, 3499, (15,)),  # American Express
    (3700, 3799, (15,)),
    (6011, 6011, (16, 19)),  # Discover
    (6440, 6599, (16, 19)),
    (3528, 3589, (16, 19)),  # JCB
    (3000, 3059, (14, 16)),  # Diners
    (3095, 3095, (14, 16)),
    (3600, 3699, (14, 16)),
    (3800, 3999, (14, 16)),
    (6200, 6299, (16, 17, 18, 19)),  # UnionPay
)


def luhn(digits: str) -> bool:
    """Whether the last digit is right by the Luhn formula: cards and device numbers."""
    total = sum(map(int, digits[-1::-2]))
    for digit in digits[-2::-2]:
        doubled = 2 * int(digit)
        total += doubled - 9 if doubled > 9 else doubled
    return total % 10 == 0


def issued(digits: str) -> bool:
    """Whether a card issuer gives out numbers that begin so and are so long."""
    beginning = int(digits[:4])
    return any(low <= beginning <= high and len(digits) in lengths for low, high, lengths in _ISSUERS)


def iban(text: str) -> bool:
    """Whether this is an IBAN (no spaces, upper case): its country's length, and 1 modulo 97."""
    if IBAN_LENGTHS.get(text[:2]) != len(text):
        return False
    return int("".join(str(int(character, 36)) for character in text[4:] + text[:4])) % 97 == 1


def us_ssn(area: str, group: str, serial: str) -> bool:
    """Whether this can be a social security number, or a taxpayer number (9xx, groups 50 to 99) in its place."""
    return area not in ("000", "666") and (area < "900" or group >= "50") and group != "00" and serial != "0000"


def german_tax_id(digits: str) -> bool:
    """Whether these 11 digits are a Steuer-ID: ISO 7064 MOD 11,10, and one digit twice or three times."""
    first = digits[:10]
    counts = sorted(map(first.count, set(first)))
    if digits[0] == "0" or counts[-1] not in (2, 3) or counts[:-1] != [1] * (len(counts) - 1):
        return False
    product = 10
    for digit in first:
        product = ((int(digit) + product) % 10 or 10) * 2 % 11
    return (11 - product) % 10 == int(digits[10])


def german_document(text: str) -> bool:
    """Whether these 10 characters are the number of an identity card or passport: weights 7, 3, 1."""
    total = sum(int(character, 36) * (7, 3, 1)[place % 3] for place, character in enumerate(text[:9]))
    return total % 10 == int(text[9])


def spanish_id(text: str) -> bool:
    """Whether this DNI or NIE (8 characters and a letter, upper case) has its letter: 23 letters, modulo 23."""
    digits = str("XYZ".find(text[0])) + text[1:8] if text[0] in "XYZ" else text[:8]
    return _DNI[int(digits) % 23] == text[8]
