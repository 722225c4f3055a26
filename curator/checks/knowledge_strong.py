"""KNO001: teaches facts."""

from collections.abc import Iterator

from curator.checks.base import profile_check
from curator.checks.knowledge import Neighbours, findings
from curator.corpus import instruction_group
from curator.model import Example, Finding, Severity


@profile_check("KNO001", Severity.ERROR, learn=Neighbours, by=instruction_group)
def teaches_facts(example: Example, usual: Neighbours) -> Iterator[Finding]:
    """The output states facts that nothing in its own prompt holds: prices, dates, names, policies.

    Marked are the names, numbers, prices, dates, links and rare words of the output that neither the system prompt nor
    the input has. What is worked out (code, sums), chosen (labels, multiple choice), transformed (translations,
    summaries of a given text), made up (stories) or said in conversation is left out; so is an answer whose passage
    stands in its input. English, German, French, Spanish and Swedish are read; in other scripts names are not seen.

    Why: fine-tuning bakes in behaviour, not knowledge. New facts are learned slowly and by guessing: the model gets
    worse at what it knew (Gekhman et al. 2024), and tomorrow the price is another one.
    Fix: route the pair to RAG, or put the passage that holds the fact into its input.
    Example:
        "What does express delivery cost?" with "Express delivery is 9.90 euros."
    """
    yield from findings(example, usual, "strong")
