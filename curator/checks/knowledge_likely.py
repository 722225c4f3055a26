"""KNO002: likely teaches facts."""

from collections.abc import Iterator

from curator.checks.base import profile_check
from curator.checks.knowledge import Neighbours, findings
from curator.corpus import instruction_group
from curator.model import Example, Finding, Severity


@profile_check("KNO002", Severity.WARNING, learn=Neighbours, by=instruction_group)
def likely_teaches_facts(example: Example, usual: Neighbours) -> Iterator[Finding]:
    """The output likely states facts that its prompt does not hold; KNO001, with fewer signs.

    Facts without a name or a number ("Policy loans are not allowed.") are found by their neighbours: where most pairs
    of an instruction teach facts, one that is asked the same way and says as much is held to be one of them. The
    finding says so.

    Why: as for KNO001; a policy without a number goes out of date as quietly.
    Fix: route the pair to RAG, or put the passage that holds the fact into its input.
    Example:
        "Can I take a loan on my policy?" with "Policy loans are not allowed.", among the questions of an FAQ
    """
    yield from findings(example, usual, "likely")
