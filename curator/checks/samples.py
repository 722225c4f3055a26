"""Numbers and keys that their makers print in manuals: nobody's. Read by SAF002, SAF003 and SAF004."""

import re

from curator.checks.account_numbers import bare
from curator.checks.sensitive import Place
from curator.model import Example

# Cards: Stripe, PayPal, Adyen, Braintree. IBANs: the SWIFT registry and banks' manuals. Then SSNs (printed in wallets
# and leaflets), NINO, DNI and NIE, Steuer-ID and Ausweis of the model citizen.
_DOCUMENTED = """
    4242424242424242 4111111111111111 4000056655665556 4012888888881881 4222222222222 4000000000000002 4000000000003220
    4000000000009995 4000000000000077 5555555555554444 5105105105105100 2223003122003222 5200828282828210
    5454545454545454 5424000000000015 378282246310005 371449635398431 378734493671000 6011111111111117 6011000990139424
    6011000000000004 3056930009020004 36227206271667 30569309025904 38520000023237 3566002020360505 3530111333300000
    6200000000000005 4917610000000000 4007000000027 4532015112830366
    GB29NWBK60161331926819 GB82WEST12345698765432 GB33BUKB20201555555555 DE89370400440532013000 DE75512108001245126199
    FR1420041010050500013M02606 FR7630006000011234567890189 ES9121000418450200051332 IT60X0542811101000000123456
    NL91ABNA0417164300 CH9300762011623852957 AT611904300234573201 BE68539007547034
    123456789 078051120 219099999 457555462 987654320 987654321 AB123456C QQ123456C
    12345678Z 00000000T X1234567L 86095742719 02476291358 T220001293 L01X00T471 C01X00T478
"""
_NUMBERS = frozenset(_DOCUMENTED.split())
_KEYS = re.compile(
    r"EXAMPLE(?:KEY)?$|^(?:sk|pk)_test_4eC39HqLyjWDarjtT1zdP7dc$|eyJzdWIiOiIxMjM0NTY3ODkwIiwibmFtZSI6IkpvaG4gRG9lI"
    r"|^AccountKey=Eby8vdM02xNOcqFlqUwJPLlmEtlCDXJ1OUzFT50uSRZ6IFsuFq2UVErCz4I6tq"
    r"|^[\w-]*(?:1234567890|abcdef123456)[\w-]*$"
)
_SPOKEN_OF = re.compile(
    r"\btest(?:s|ing|[ -]?(?:cards?|mode|numbers?|data|keys?))?\b|sandbox|dummy|\b(?:for )?examples?\b|samples?\b"
    r"|\bfake\b|fictional|\bmock|\bdemo\b|documentation|specimen|fixture|checksum|luhn|regex|\bvalid(?:ate|ation|ator)?\b|\bformat"
    r"|beispiel|muster|ejemplo|prueba|exemple|esempio",
    re.IGNORECASE,
)


def is_sample(place: Place) -> bool:
    """Whether the value at this place is a documented one."""
    _, text, hit = place
    value = text[hit.start : hit.end]
    return bare(value) in _NUMBERS or _KEYS.search(value) is not None


def spoken_of(example: Example) -> bool:
    """Whether a row speaks of tests, examples or formats, where such a value is right."""
    return any(_SPOKEN_OF.search(message.text) for message in example.messages)
