"""LEN001: longer than a target takes."""

from collections.abc import Iterator
from typing import Annotated

from curator.checks.base import example_check, found
from curator.checks.options import Between
from curator.checks.token_totals import DEFAULT, about, total
from curator.model import Example, Finding, Severity
from curator.tokens import Counting


@example_check("LEN001", Severity.WARNING)
def over_token_limit(
    example: Example, *, limit: Annotated[int, Between(64, 2_000_000)] = DEFAULT, tokens: Counting = "estimate"
) -> Iterator[Finding]:
    """An example of more than `limit` tokens: messages, tool calls and tools, with what a chat template adds.

    Set `limit` to what your target takes (a trainer's max_length, a provider's tokens per example). `tokens` says how
    they are counted: "o200k_base" and "cl100k_base" exactly, with the extra `tokens`; "estimate" without any package,
    15 % off for English and 40 % for some languages, and then only what is over the limit for sure is reported.

    Why: providers refuse the file, and trainers cut the end off, which is where the output is.
    Fix: shorten the input, cut the conversation in two, or reject the example.
    Example:
        a contract of 90 pages in the input, limit 16384
    """
    counted = total(example, example.messages, limit, tokens)
    if counted is not None:
        said = about(counted, tokens)
        yield found(example, f"The example has {said} tokens; the limit is {limit:,}.", score=_score(counted, limit))


def _score(counted: int, limit: int) -> float:
    return round(1 - limit / (2 * counted), 3)
