"""Conflicts as people resolve them: which clusters of contradicting outputs are open, and what one of them says.

The checks tie rows by edges; whether a cluster is still open depends on what was decided and edited since. It is open
while two rows that would be trained on (pending or accepted, routed to training) say different things.
"""

from array import array
from bisect import bisect_right
from collections import Counter
from collections.abc import Generator, Iterator, Sequence

from msgspec import Struct

from curator.corpus import answer_kind
from curator.model import Entry, Example, Message, Progress, Route, Status, content_field
from curator.query import parse
from curator.workspace import Workspace

#: Rows read between two reports of progress.
STEP = 500
NOT_TRAINED = "status:rejected,fix or route:rag"


class Conflicts:
    """Clusters of conflicting rows, the largest first. Flat arrays: a million rows may be tied in many clusters."""

    def __init__(self, clusters: Sequence[Sequence[int]], compared: int) -> None:
        self.compared = compared  # the last event that the checks had seen: later edits may have ended a conflict
        self.members = array("q")
        self.starts = array("q", (0,))
        for cluster in sorted(clusters, key=lambda one: (-len(one), one[0])):
            self.members.extend(cluster)
            self.starts.append(len(self.members))
        self.open = bytearray(b"\1" * len(self))

    def __len__(self) -> int:
        return len(self.starts) - 1

    def rows(self, number: int) -> "array[int]":
        """The rows of a cluster, in their order."""
        return self.members[self.starts[number] : self.starts[number + 1]]

    def of(self, seq: int) -> int | None:
        """The cluster of a row; None when it conflicts with nothing."""
        try:
            return bisect_right(self.starts, self.members.index(seq)) - 1
        except ValueError:
            return None

    @property
    def left(self) -> int:
        """How many are open."""
        return sum(self.open)

    def next_open(self, number: int, step: int) -> int | None:
        """The next open cluster in a direction; None when there is none."""
        place = number + step
        while 0 <= place < len(self):
            if self.open[place]:
                return place
            place += step
        return None


class Row(Struct, frozen=True, gc=False):
    """A row of a conflict as it stands. `live`: it would be trained on. `field` is its output's, where it is a text."""

    seq: int
    variant: int
    status: Status
    route: Route
    revision: int
    reviewer: str | None
    note: str
    live: bool
    moved: bool
    field: str | None


class Variant(Struct, frozen=True):
    """One of the outputs: the first row that says it, all rows that do, where they are from, who decided what."""

    first: Entry
    seqs: "array[int]"
    sources: Counter[str]
    decided: Counter[tuple[Status, str | None]]
    live: int

    @property
    def text(self) -> str:
        """What is said: the text of the output, and its calls."""
        output = self.first.example.output
        return "" if output is None else spoken(output)


class Conflict(Struct, frozen=True):
    """A cluster as it stands: its variants in the order of their first rows, never by how many say so."""

    rows: tuple[Row, ...]
    variants: tuple[Variant, ...]
    compared: int

    @property
    def open(self) -> bool:
        """Whether two rows that would be trained on still say different things."""
        return len({row.variant for row in self.rows if row.live}) > 1

    @property
    def plain(self) -> bool:
        """Whether every output is a text, which another text can take the place of."""
        return all(row.field is not None for row in self.rows if row.status != "rejected")

    @property
    def same_input(self) -> bool:
        """Whether all variants answer exactly the same."""
        return len({given(one.first.example) for one in self.variants}) < 2


def spoken(output: Message) -> str:
    """A message as text: what it says, and the calls that it makes."""
    return "\n".join(
        (*((output.text,) if output.text else ()), *(f"{c.name} {c.arguments}" for c in output.tool_calls))
    )


def given(example: Example) -> str:
    """What a row is asked, its system prompt included."""
    return "\n\n".join([message.text for message in example.input])


def conflicts(ws: Workspace) -> Generator[Progress, None, Conflicts]:
    """Gathers the clusters of conflicting rows. Reads the texts of those alone that somebody has touched since."""
    yield Progress("reading conflicts", 0, None)
    found = Conflicts(ws.findings.clusters("conflict"), ws.judgements.compared())
    out = set(ws.examples.ids(parse(NOT_TRAINED)))
    touched = out.union(ws.examples.ids(parse("edited:yes")))
    for number in range(len(found)):
        rows = found.rows(number)
        if not touched.isdisjoint(rows):
            found.open[number] = sum(seq not in out for seq in rows) > 1 and still_open(ws, rows, found.compared)
        if number % STEP == 0:
            yield Progress("reading conflicts", number, len(found))
    return found


def at_once(ws: Workspace) -> Conflicts:
    """The same without a word on how far it has come, for who counts them."""
    steps = conflicts(ws)
    while True:
        try:
            next(steps)
        except StopIteration as ended:
            found: Conflicts = ended.value
            return found


def contradicting(ws: Workspace, found: Conflicts) -> int:
    """How many rows that would be trained on stand in conflicts that are open."""
    tied = {seq for number in range(len(found)) if found.open[number] for seq in found.rows(number)}
    return len(tied.difference(ws.examples.ids(parse(NOT_TRAINED)))) if tied else 0


def still_open(ws: Workspace, seqs: Sequence[int], compared: int) -> bool:
    """Whether two rows of a cluster that would be trained on say different things."""
    said = set[bytes]()
    for entry in _entries(ws, seqs):
        if _trained(entry) and not _moved(ws, entry, compared):
            said.add(answer_kind(entry.example))
            if len(said) > 1:
                return True
    return False


def look(ws: Workspace, seqs: Sequence[int], compared: int) -> Conflict:
    """A cluster as it stands. Of its texts, one a variant is kept."""
    rows: list[Row] = []
    numbers: dict[bytes, int] = {}
    variants: list[Variant] = []
    for entry in _entries(ws, seqs):
        number = numbers.setdefault(answer_kind(entry.example), len(variants))
        if number == len(variants):
            variants.append(Variant(entry, array("q"), Counter(), Counter(), 0))
        row = _row(ws, entry, number, compared)
        rows.append(row)
        one = variants[number]
        one.seqs.append(entry.seq)
        one.sources[entry.example.provenance.source] += 1
        one.decided[entry.state.status, entry.state.reviewer] += 1
    live = Counter(row.variant for row in rows if row.live)
    counted = [Variant(v.first, v.seqs, v.sources, v.decided, live[n]) for n, v in enumerate(variants)]
    return Conflict(tuple(rows), tuple(counted), compared)


def _entries(ws: Workspace, seqs: Sequence[int]) -> Iterator[Entry]:
    for start in range(0, len(seqs), STEP):
        yield from ws.examples.entries(seqs[start : start + STEP])


def _row(ws: Workspace, entry: Entry, number: int, compared: int) -> Row:
    state, example = entry.state, entry.example
    moved = _moved(ws, entry, compared)
    output, index = example.output, example.output_index
    plain = output is not None and not output.tool_calls and isinstance(output.content, str)
    field = content_field(index) if plain and index is not None else None
    live = _trained(entry) and not moved
    return Row(
        entry.seq, number, state.status, state.route, state.revision, state.reviewer, state.note, live, moved, field
    )


def _trained(entry: Entry) -> bool:
    return entry.state.route == "train" and entry.state.status in ("pending", "accepted")


def _moved(ws: Workspace, entry: Entry, compared: int) -> bool:
    """Whether a row is asked something else since the checks compared it: what was missing may be there by now."""
    if entry.state.revision <= compared:
        return False
    return given(ws.examples.original(entry.seq)) != given(entry.example)
