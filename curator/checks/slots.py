"""What GRD003 and GRD005 share: a sample of a group's records and texts, and how its slots are usually said."""

import re
from collections import Counter
from functools import cached_property
from zlib import crc32

from msgspec import Struct, field

from curator.checks.json_texts import read
from curator.checks.telling import Telling, Told
from curator.corpus import opening
from curator.grounding.following import follows
from curator.grounding.lexicon import CURRENCIES
from curator.grounding.names import names
from curator.grounding.records import leaves, record, says
from curator.model import Example

#: Rows of a group that are looked at to learn what is usual: those with the lowest checksum, whatever their order.
SAMPLE = 1500
# Other rows that have a slot, before it can be usual that their texts have its value.
OTHERS = 5
# With so many other rows, one of them may be wrong too.
_SECOND = 9
# Values from their inputs, before a null says that the input has none.
_COPIED = 2
# Longer rows are documents, and no slots.
_LONGEST_GIVEN = 3_000
_LONGEST_OUTPUT = 2_000


class Rows(Struct, dict=True):
    """The rows of a group that turn a record into text, or text into JSON: the `SAMPLE` with the lowest checksums."""

    rows: list[tuple[int, str, str]] = field(default_factory=list)
    sorted: bool = True

    def add(self, example: Example) -> None:
        """Keep the example, when it is of that kind and its checksum is low enough."""
        output = example.output_text
        given = opening(example)
        if not structured(given, output):
            return
        key = crc32(output.encode("utf-8", "replace"), crc32(given.encode("utf-8", "replace")))
        if len(self.rows) >= SAMPLE and self.sorted and key > self.rows[SAMPLE - 1][0]:
            return
        self.__dict__.clear()  # what was learned from fewer rows
        self.rows.append((key, given, output))
        self.sorted = False
        if len(self.rows) >= 2 * SAMPLE:
            self._settle()

    def merge(self, other: "Rows") -> None:
        """Take in another sample."""
        self.__dict__.clear()
        self.rows += other.rows
        self._settle()

    def _settle(self) -> None:
        self.rows.sort()
        del self.rows[SAMPLE:]
        self.sorted = True

    @cached_property
    def lowest(self) -> list[tuple[int, str, str]]:
        """The sample itself, once everything was added."""
        return sorted(self.rows)[:SAMPLE]

    @cached_property
    def told(self) -> Told:
        """How the records of the group are told."""
        return Told([(given, output) for _, given, output in self.lowest if not _json(output)], beyond)

    @cached_property
    def copied(self) -> dict[str, Telling]:
        """For every path of the outputs' JSON, how often its value is in the input, or follows from it.

        A null is borne out too, where several others have a value, and all of those but for one are in their inputs.
        """
        found: dict[str, list[int]] = {}
        nulls: Counter[str] = Counter()
        for _, given, output in self.lowest:
            for path, leaf in json_leaves(output):
                counts = found.setdefault(path, [0, 0])
                counts[0] += 1
                counts[1] += says(given, leaf) or follows(given, leaf)
            nulls.update(_nulls(output))
        for path, counts in found.items():
            if counts[1] >= _COPIED and counts[0] - counts[1] <= 1:
                counts[:] = [count + nulls[path] for count in counts]
        return {path: Telling(*counts) for path, counts in found.items()}

    def always_told(self, usually: float) -> frozenset[str]:
        """The slots that the texts always have as they stand, but for the one that is asked about."""
        return self._always("told", self.told.literal, usually)

    def always_copied(self, usually: float) -> frozenset[str]:
        """The paths of the outputs' JSON whose values the inputs always have, likewise."""
        return self._always("copied", self.copied, usually)

    def _always(self, kind: str, counts: dict[str, Telling], usually: float) -> frozenset[str]:
        known = self._known.get((kind, usually))
        if known is None:
            found = frozenset(name for name, counted in counts.items() if _always(counted, usually))
            known = self._known[kind, usually] = found
        return known

    @cached_property
    def _known(self) -> dict[tuple[str, float], frozenset[str]]:
        return {}


def _always(counted: Telling, usually: float) -> bool:
    """Whether the other rows with a slot tell it as it stands, seen from one that does not; of many, one may fail."""
    others = counted.rows - 1
    allowed = max(others * (1 - usually), 1 if others >= _SECOND else 0)
    return others >= OTHERS and others - counted.literal <= allowed


def structured(given: str, output: str) -> bool:
    """Whether a row turns a record into text, or a text into JSON; a glance."""
    if not output or len(given) > _LONGEST_GIVEN or len(output) > _LONGEST_OUTPUT:
        return False
    if _json(output):
        return True
    return ("[" in given or "=" in given or "{" in given or given.count(": ") >= 3) and bool(record(given))


def _json(output: str) -> bool:
    return output.lstrip()[:1] in ("{", "[")


def json_leaves(output: str) -> list[tuple[str, str]]:
    """The strings and numbers of an output in JSON, with their paths; empty when it is none."""
    if not _json(output):
        return []
    return [
        (path, str(leaf))
        for path, leaf in leaves(read(output).value)
        if not isinstance(leaf, bool) and str(leaf).strip()
    ]


def _nulls(output: str) -> list[str]:
    """The keys of an output in JSON that are null."""
    value = read(output).value if "null" in output and _json(output) else None
    return [str(key) for key, item in value.items() if item is None] if isinstance(value, dict) else []


_INSIDE = re.compile(r"(?<=\w )[A-Z][^\W\d_]+|(?<=, )[A-Z]\w+")
_DIGITS = re.compile(r"[0-9]{2,}")


def beyond(given: str, output: str, ordinary: frozenset[str]) -> tuple[tuple[int, int], ...]:
    """Where an output has digits or names that its record has not; `ordinary` words are no names."""
    folded = given.casefold()
    found = [match.span() for match in _DIGITS.finditer(output) if match[0].lstrip("0") not in folded]
    if any(word.casefold() not in folded for word in _INSIDE.findall(output)):
        found += [
            (name.start, name.end)
            for name in names(output)
            if not name.first
            and not any(word[:4] in folded for word in name.words)
            and not all(word in ordinary or word in CURRENCIES for word in name.words)
        ]
    return tuple(found)
