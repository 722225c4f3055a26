"""KNO003: may teach facts."""

from collections.abc import Iterator

from curator.checks.base import profile_check
from curator.checks.knowledge import Neighbours, findings
from curator.corpus import instruction_group
from curator.model import Example, Finding, Severity


@profile_check("KNO003", Severity.INFO, learn=Neighbours, by=instruction_group)
def may_teach_facts(example: Example, usual: Neighbours) -> Iterator[Finding]:
    """The output may state facts that its prompt does not hold; worth a look, and no more.

    Definitions, how-tos, explanations, advice and multiple choice without a passage are here at most: what every
    capable model knows does a large base model no harm, and is new to a small one. So are texts in scripts without
    capitals, where names cannot be told from other words.

    Why: whether such a pair teaches or only reminds, the base model decides.
    Fix: look at a few; ask the base model. What it answers rightly by itself may stay.
    Example:
        "What is inflation?" with "A rise in the general level of prices."
    """
    yield from findings(example, usual, "look")
