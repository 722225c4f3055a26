"""SAF004: a documented sample where a real value would stand."""

from collections.abc import Iterator

from curator.checks.account_numbers import account_places
from curator.checks.base import example_check
from curator.checks.samples import is_sample, spoken_of
from curator.checks.secret_shapes import secret_places
from curator.checks.sensitive import report
from curator.model import Example, Finding, Severity


@example_check("SAF004", Severity.WARNING)
def sample_numbers(example: Example) -> Iterator[Finding]:
    """A well-known test card, sample IBAN, social security number or key, used as if it were somebody's.

    Such values (4111 1111 1111 1111, 123-45-6789, AKIA...EXAMPLE) harm nobody. Where the row speaks of
    tests, examples, formats or documentation they are right and not reported.

    Why: the model learns that numbers of this kind are to be read out and written down; the next one is a real one.
    Fix: put a placeholder in its place, in all rows the same one; or accept the row.
    Example:
        output "I have charged 4111 1111 1111 1111 again."
    """
    samples = [place for place in (*account_places(example), *secret_places(example)) if is_sample(place)]
    if all(index < 0 for index, _, _ in samples) or spoken_of(example):
        samples = []
    return report(example, samples, lambda _: "[NUMBER]")
