"""Every value in a text that is not to be shown: what the safety checks look for, samples included."""

from curator.checks.account_numbers import account_numbers
from curator.checks.personal_data import contact_data
from curator.checks.secret_shapes import secrets
from curator.checks.sensitive import Hit, without_overlaps
from curator.masking import masked


def sensitive_hits(text: str) -> tuple[Hit, ...]:
    """Where a text holds personal data, account numbers or secrets, in order and without overlaps."""
    return without_overlaps([*contact_data(text), *account_numbers(text), *secrets(text)])


def sensitive_values(text: str) -> tuple[str, ...]:
    """The values themselves, to be hidden wherever the text is quoted."""
    return tuple(dict.fromkeys(text[hit.start : hit.end] for hit in sensitive_hits(text)))


def masked_text(text: str) -> str:
    """The text as long as before, with dots in place of every such value."""
    return masked(text, [(hit.start, hit.end) for hit in sensitive_hits(text)])
