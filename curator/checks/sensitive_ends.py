"""PRF004: a secret or personal data in an end that is not the output."""

from collections.abc import Iterator

from curator.checks.base import example_check, found
from curator.checks.keys_and_tokens import keys_and_tokens
from curator.checks.other_ends import Looks, ending, found_in
from curator.checks.personal_data import personal_data
from curator.ends import is_judged
from curator.model import Example, Finding, Severity

_SENSITIVE: Looks = (keys_and_tokens.function, personal_data.function)


@example_check("PRF004", Severity.WARNING)
def sensitive_ends(example: Example) -> Iterator[Finding]:
    """A key, token or personal data in an end of the conversation that is not the output.

    Found as SAF001 and SAF002 find them in outputs. An answer that was liked or not is the output itself.

    Why: preference training reads the rejected end too, and a file that is uploaded holds it.
    Fix: write it without the value, or reject the row.
    Example:
        rejected "Call Jane at +1 415 867 5309."
    """
    if is_judged(example):
        return
    for number in range(len(example.alternatives)):
        for finding in found_in(ending(example, number), _SENSITIVE):
            # Its places are in another text than this row's output, so none is marked.
            yield found(example, f"In other end {number + 1}: {finding.message}")
