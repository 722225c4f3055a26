"""Check codes as people write them on a command line: repeated, or with commas."""

from collections.abc import Iterable


def codes(given: Iterable[str]) -> tuple[str, ...]:
    """``("TXT,CON001", "DUP")`` as ``("TXT", "CON001", "DUP")``."""
    return tuple(code.strip() for text in given for code in text.split(",") if code.strip())
