"""What an input holds of an output, and what a passage would add to it.

Apart from `grounded`, because it needs the word table, which takes a third of a second to load.
"""

from curator.knowledge.grounded import with_passage
from curator.knowledge.payload import payload, stems
from curator.model import Example


def missing(example: Example) -> tuple[str, ...]:
    """The facts of an output that its input does not hold, as they are written: names, numbers, dates, links."""
    output, given = example.output_text, _given(example)
    found = [output[fact.start : fact.end] for fact in payload(given, output).facts if fact.kind != "term"]
    return tuple(dict.fromkeys([text for text in found if text not in given]))


def holds(example: Example, passage: str) -> float:
    """How much (0 to 1) of what an output adds to its input a passage has: of its facts, or of its words without any.

    A passage that has none of the facts holds nothing of them, however alike its words are.
    """
    said = stems(example.output_text)
    words = len(said & stems(passage)) / len(said) if said else 0.0
    lacking = missing(example)
    if not lacking:
        return words
    there = 1 - len(set(missing(with_passage(example, passage))) & set(lacking)) / len(lacking)
    return 0.75 * there + 0.25 * words if there > 0 else 0.0


def _given(example: Example) -> str:
    return "\n".join([message.text for message in example.input])
