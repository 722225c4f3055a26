"""What an input holds of an output, and what a passage would add to it.

Apart from `grounded`, because it needs the word table, which takes a third of a second to load.
"""

from curator.knowledge.grounded import question_of
from curator.knowledge.payload import payload, stems
from curator.model import Example


def lacking(example: Example) -> tuple[tuple[int, int], ...]:
    """Where the output states a fact that its input does not hold: a name, number, date or link. Each text once."""
    output, given = example.output_text, "\n".join([message.text for message in example.input])
    found: dict[str, tuple[int, int]] = {}
    for fact in payload(given, output).facts:
        text = output[fact.start : fact.end]
        if fact.kind != "term" and text not in given:
            found.setdefault(text, (fact.start, fact.end))
    return tuple(found.values())


def missing(example: Example) -> tuple[str, ...]:
    """The facts of an output that its input does not hold, as they are written: names, numbers, dates, links."""
    return tuple([example.output_text[start:end] for start, end in lacking(example)])


class Wanted:
    """What the output of a pair adds to its input, held against one passage after the other."""

    def __init__(self, example: Example) -> None:
        self._output = example.output_text
        self._facts = frozenset(missing(example))
        # "No." says nothing but with its question.
        self._said = stems(self._output) or stems(question_of(example))

    def share(self, passage: str) -> float:
        """How much (0 to 1) a passage has of it: of its facts, or of its words where it states none.

        A passage that has none of the facts holds nothing of them, however alike its words are.
        """
        words = len(self._said & stems(passage)) / len(self._said) if self._said else 0.0
        if not self._facts:
            return words
        stated = payload(passage, self._output).facts
        gone = self._facts & {self._output[fact.start : fact.end] for fact in stated if fact.kind != "term"}
        there = 1 - len([text for text in gone if text not in passage]) / len(self._facts)
        return 0.75 * there + 0.25 * words if there > 0 else 0.0


def holds(example: Example, passage: str) -> float:
    """How much (0 to 1) of what an output adds to its input a passage has. Of many passages, `Wanted` says it."""
    return Wanted(example).share(passage)
