"""What a baseline is measured on: the frozen rows, the pool that prompts are made from, and the measure of the task."""

import heapq
from collections.abc import Generator, Mapping, Sequence
from hashlib import sha256

from msgspec import Struct

from curator.advice.metrics import Metric, metrics_of
from curator.errors import JudgeError
from curator.model import Entry, Example, Progress
from curator.operations.baseline_ladder import Row, rows_of
from curator.operations.eval_set import EvalSet, HeldOut, show
from curator.tasks import Outputs, Task
from curator.workspace import Workspace

#: Rows that few-shot examples are taken from, and that the form of the answers is read from.
POOL = 2_000
#: Rows of the eval set that a cluster has, before it is told apart.
CLUSTER = 3
_AT_ONCE = 500


class Material(Struct, frozen=True):
    """What a baseline needs of a workspace. `rows` are keyed by the id of their example, `seqs` gives their numbers.

    `metrics` measure the task; the first decides. `changed` rows read otherwise than when the set was frozen, or are
    gone: they are not measured. `sources` holds the passage that an answer is in, by key, where passages were asked
    for. `clusters` names the larger clusters of rows, `groups` says of every row which one it belongs to.
    """

    eval_set: EvalSet
    task: Task
    metrics: tuple[Metric, ...]
    rows: tuple[tuple[str, Example], ...]
    seqs: dict[str, int]
    clusters: dict[str, str]
    pool: tuple[Example, ...]
    sources: dict[str, str] = {}
    groups: dict[str, str] = {}

    @property
    def metric(self) -> Metric:
        """The measure that decides."""
        return self.metrics[0]

    @property
    def examples(self) -> Mapping[str, Example]:
        """The measured examples by key."""
        return dict(self.rows)

    def score(self, example: Example, answer: str) -> float:
        """How right an answer is, 0 to 1."""
        return self.metric.score(example.output_text, answer)

    def outputs(self) -> list[str]:
        """The outputs that have the form of the set: of the pool, or of the measured rows where there is no pool."""
        return [one.output_text for one in self.pool or self.examples.values()]

    def ladder_rows(self) -> list[Row]:
        """The rows as the ladder takes them."""
        return rows_of(self.rows, self.sources, self.groups)


def material(ws: Workspace, name: str, *, passages: bool = False) -> Generator[Progress, None, Material]:
    """Gathers what a baseline is measured on. With `passages` each row gets the passage of another row that holds its
    answer, where there is one: for sets that teach facts. Raises `WorkspaceError` without such an eval set,
    `JudgeError` for one that has no row left.
    """
    found = show(ws, name)
    gone = {*found.changed, *found.dropped}
    entries = [entry for entry in _entries(ws, found.seqs) if entry.seq not in gone]
    if not entries:
        raise JudgeError(
            f"the eval set {name!r} has no row left that reads as it was frozen and that nobody rejected. Make another "
            "one: `curator eval-set create --name NAME`."
        )
    sources: dict[str, str] = {}
    for count, entry in enumerate(entries if passages else (), 1):
        if passage := _passage(ws, entry):
            sources[entry.example.id] = passage
        yield Progress("looking for passages", count, len(entries))
    usual = Outputs()
    for entry in entries:
        usual.add(entry.example)
    pool = yield from _pool(ws)
    group = dict(zip(found.seqs, found.groups, strict=True))
    return Material(
        eval_set=found,
        task=usual.task,
        metrics=metrics_of(usual.task, [entry.example.output_text for entry in entries]),
        rows=tuple((entry.example.id, entry.example) for entry in entries),
        seqs={entry.example.id: entry.seq for entry in entries},
        clusters=_named(found, entries),
        groups={entry.example.id: f"cluster {group[entry.seq]}" for entry in entries},
        pool=tuple(pool),
        sources=sources,
    )


def _named(found: EvalSet, entries: Sequence[Entry]) -> dict[str, str]:
    """The cluster of each row by its first member; of a smaller one than `CLUSTER` there is nothing to say."""
    group = dict(zip(found.seqs, found.groups, strict=True))
    members: dict[int, list[Entry]] = {}
    for entry in entries:
        members.setdefault(group[entry.seq], []).append(entry)
    large = [some for some in members.values() if len(some) >= CLUSTER]
    return {entry.example.id: f"of #{some[0].seq}" for some in large for entry in some}


def _entries(ws: Workspace, seqs: Sequence[int]) -> list[Entry]:
    hidden = ws.examples.hidden()
    wanted = [seq for seq in seqs if seq not in hidden]
    parts = (wanted[start : start + _AT_ONCE] for start in range(0, len(wanted), _AT_ONCE))
    return [entry for part in parts for entry in ws.examples.entries(part)]


def _passage(ws: Workspace, entry: Entry) -> str:
    from curator.operations.ground import candidates  # loads the word table, which few baselines need

    return next((one.text for one in candidates(ws, entry, 1)), "")


def _pool(ws: Workspace) -> Generator[Progress, None, list[Example]]:
    """Rows that prompts may be made from: an even draw of those that are to be trained on and in no eval set.

    Accepted rows come first. Which are drawn depends on the rows alone.
    """
    held, total, done = HeldOut(ws), ws.examples.count(), 0
    drawn: list[tuple[tuple[bool, bytes], Example]] = []
    for batch in ws.examples.batches():
        fit = [entry for entry in batch if _teaches(entry) and held.of(entry) is None]
        marks = [(entry.state.status != "accepted", sha256(entry.example.id.encode()).digest()) for entry in fit]
        drawn += [(mark, entry.example) for mark, entry in zip(marks, fit, strict=True)]
        if len(drawn) > 2 * POOL:
            drawn = heapq.nsmallest(POOL, drawn, key=lambda one: one[0])
        done += len(batch)
        yield Progress("reading the pool", done, total)
    return [example for _, example in heapq.nsmallest(POOL, drawn, key=lambda one: one[0])]


def _teaches(entry: Entry) -> bool:
    state = entry.state
    return (
        state.status not in ("rejected", "fix") and state.route == "train" and bool(entry.example.output_text.strip())
    )
