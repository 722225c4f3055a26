"""What answers a set gives: whether the same input keeps its answer, and which short answers are labels."""

from functools import lru_cache
from zlib import crc32

from msgspec import Struct, field

from curator.corpus import alike_input
from curator.model import Example
from curator.tasks import is_short, looks_json
from curator.text import answer_key, normalise

#: Different inputs that are watched; of more, those with the smallest numbers, whatever order they come in.
INPUTS = 2_048
#: Different short answers that are counted; a set with more of them has no labels.
LABELS = 1_000
#: So often an answer is given before it is a label of the set.
LABEL_USES = 3
#: In a set with so few short answers one use less will do, where each is given so many times on average.
SMALL, LABELLED = 200, 2
#: So many watched inputs with answers of a form have to come again before several answers to most of them are a habit.
#: In a small set flaws alone make a few of them, and with labels or values more than with prose.
ENOUGH = {"json": 20, "short": 20, "prose": 15}
HABIT = 0.5
# Spaces in the shortest sentence.
_SENTENCE = 3
_NAMES = {kind[:1].encode(): kind for kind in ENOUGH}


class Watched(Struct):
    """One input: how many rows have it, the smallest of their answers (as a number), and whether there are others."""

    rows: int = 1
    answer: int = 0
    several: bool = False


class AnswersGiven(Struct):
    """A sample of the inputs with their answers, and the short answers counted. About 200 kB."""

    inputs: dict[int, dict[bytes, Watched]] = field(default_factory=dict)
    size: int = 0
    limit: int = 1 << 32
    labels: dict[str, int] = field(default_factory=dict)
    many: bool = False
    habits: dict[str, bool] = field(default_factory=dict)

    def add(self, example: Example) -> None:
        """Take in one example."""
        output = example.output
        if output is None:
            return
        text = output.text
        kind = "call" if output.tool_calls else form(text)
        if kind == "short" and text and not self.many:
            self._count(normalise(text), 1)
        last = example.messages[example.output_index - 1].text if example.output_index else ""
        number = crc32(normalise(last).encode("utf-8", "surrogatepass"))
        if number >= self.limit:
            return
        calls = [f"{call.name} {call.arguments}" for call in output.tool_calls]
        answer = crc32("\0".join((answer_key(text), *calls)).encode("utf-8", "surrogatepass"))
        self._watch(number, _kind(kind, example) + alike_input(example), Watched(1, answer))
        self._settle()

    def merge(self, other: "AnswersGiven") -> None:
        """Take in another count."""
        self.limit = min(self.limit, other.limit)
        for number in [number for number in self.inputs if number >= self.limit]:
            self.size -= len(self.inputs.pop(number))
        for number, watched in other.inputs.items():
            for key, one in watched.items():
                self._watch(number, key, Watched(one.rows, one.answer, one.several))
        self._settle()
        self.many |= other.many
        for answer, count in other.labels.items():
            self._count(answer, count)
        if self.many:
            self.labels = {}

    def is_label(self, answer: str) -> bool:
        """Whether a short answer is one of a closed set: given again and again."""
        uses = self.labels.get(normalise(answer), 0)
        if uses != LABEL_USES - 1:
            return uses >= LABEL_USES
        given = sum(self.labels.values())
        return LABELLED * len(self.labels) <= given <= SMALL

    def varied(self, example: Example) -> bool:
        """Whether inputs that come again mostly have several answers of this form, so that they are a habit.

        What is usual under the example's instruction counts, or in the whole set where too few come again there.
        """
        if not self.habits:
            self.habits = self._habits()
        if True not in self.habits.values():
            return False
        return self._varied(form(example.output_text), example)

    def _varied(self, kind: str, example: Example) -> bool:
        own = self.habits.get(_kind(kind, example).hex())
        return self.habits[kind] if own is None else own

    def _habits(self) -> dict[str, bool]:
        counts: dict[str, list[int]] = {kind: [0, 0] for kind in ENOUGH}
        size = 0
        for number in sorted(self.inputs):
            size += len(self.inputs[number])
            if size > INPUTS:
                break
            for key, one in self.inputs[number].items():
                if one.rows > 1 and key[:1] != b"c":
                    for name in (_NAMES[key[:1]], key[:5].hex()):
                        count = counts.setdefault(name, [0, 0])
                        count[0] += 1
                        count[1] += one.several
        return {
            name: again >= enough and several >= HABIT * again
            for name, (again, several) in counts.items()
            for enough in [ENOUGH[name if name in ENOUGH else _NAMES[bytes.fromhex(name)[:1]]]]
            if name in ENOUGH or again >= enough
        }

    def _watch(self, number: int, key: bytes, one: Watched) -> None:
        if number >= self.limit:
            return
        self.habits = {}
        watched = self.inputs.setdefault(number, {})
        known = watched.get(key)
        if known is None:
            watched[key] = one
            self.size += 1
        else:
            known.several |= one.several or known.answer != one.answer
            known.answer = min(known.answer, one.answer)
            known.rows += one.rows

    def _settle(self) -> None:
        """Let go of the inputs with the largest numbers, for good, until the others fit; rarely, since it sorts."""
        if self.size <= 2 * INPUTS:
            return
        for number in sorted(self.inputs, reverse=True):
            if self.size <= INPUTS:
                break
            self.size -= len(self.inputs.pop(number))
            self.limit = number

    def _count(self, answer: str, count: int) -> None:
        if self.many:
            return
        self.labels[answer] = self.labels.get(answer, 0) + count
        if len(self.labels) > LABELS:
            self.many = True
            self.labels = {}


def _kind(kind: str, example: Example) -> bytes:
    """The form of an answer and the first line that it was given under, in five bytes."""
    return kind[:1].encode() + crc32(example.messages[0].text.partition("\n")[0].encode("utf-8", "replace")).to_bytes(4)


@lru_cache(maxsize=4096)
def form(text: str) -> str:
    """The form of an answer, cheaply: json, short or prose; a short sentence with its stop is prose."""
    stripped = text.strip()
    if looks_json(stripped):
        return "json"
    sentence = stripped.endswith((".", "!", "?")) and stripped.count(" ") >= _SENTENCE
    return "short" if not sentence and is_short(stripped) else "prose"
