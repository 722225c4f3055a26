"""SAF003: numbers that stand for a person's money or identity."""

from collections.abc import Iterator

from curator.checks.account_numbers import account_places
from curator.checks.base import example_check
from curator.checks.samples import is_sample
from curator.checks.sensitive import report
from curator.model import Example, Finding, Severity

_PLACEHOLDERS = {"card number": "[CARD]", "IBAN": "[IBAN]"}


@example_check("SAF003", Severity.ERROR)
def identity_numbers(example: Example) -> Iterator[Finding]:
    """The number of a card, a bank account, a tax payer or an identity document, in the input or the output.

    Cards (Luhn and the issuers' ranges), IBAN (length by country and modulo 97), US social security, UK national
    insurance, German Steuer-ID and identity document, Spanish DNI and NIE, each with its check digits; those that many
    other numbers pass by chance only beside a word that names them. Documented test numbers are another check.

    Why: a tuned model recites what it has seen, and such a number is enough to do harm to the person behind it.
    Fix: put a placeholder in its place, in all rows the same one, or reject the example.
    Example:
        input "Please charge my card 4539 5787 ... again"
    """
    live = [place for place in account_places(example) if not is_sample(place)]
    return report(example, live, lambda kind: _PLACEHOLDERS.get(kind, "[ID]"))
