"""Which split each exported example belongs to: what was given stays, the rest is dealt out by cluster."""

from array import array
from collections.abc import Generator, Mapping

from curator.corpus import same_input
from curator.model import SPLITS, Entry, Progress, Split
from curator.operations.export_selection import Selection
from curator.splits import assign, check_ratios
from curator.targets.base import Target
from curator.workspace import Change, Workspace

#: Parted clusters that are named; the rest is counted.
_NAMED = 5


class Plan:
    """A split for every example that is exported, and what of it is new. A million take a few megabytes.

    An empty plan is that of a workspace in which nothing has a split: all is train.
    """

    def __init__(self) -> None:
        self._codes = bytearray()
        self.fresh = array("q")
        self.problems: list[str] = []

    def of(self, seq: int) -> Split:
        """The split of an example; train for all in an empty plan."""
        return SPLITS[self._codes[seq]] if seq < len(self._codes) else "train"

    def put(self, seq: int, split: Split) -> None:
        """Gives an example its split."""
        if seq >= len(self._codes):
            self._codes.extend(bytes(max(seq + 1 - len(self._codes), len(self._codes))))
        self._codes[seq] = SPLITS.index(split)

    def remember(self, ws: Workspace, reviewer: str) -> str | None:
        """Records what is new as one operation; it is never dealt out again. Returns its batch."""
        if not self.fresh:
            return None
        return ws.log.record((Change(seq, "split", self.of(seq)) for seq in self.fresh), actor=reviewer).batch


def plan(
    ws: Workspace, target: Target, selection: Selection, ratios: Mapping[Split, float] | None, seed: int
) -> Generator[Progress, None, Plan]:
    """The splits of an export.

    With `ratios`, every example that is written and has no split yet gets one, and keeps it. A split that a source
    gave counts when it held the example out (validation, test); a source's ``train`` says no more than that
    it may be trained on. Without `ratios` all is train, but for what has a split or came with one, and for
    what shares its input with that.
    """
    if ratios is not None:
        check_ratios(ratios)
    found = Plan()
    members = _Members(ws)
    total = ws.examples.count()
    done = 0
    for batch in ws.examples.batches():
        for entry in batch:
            written = (
                entry.state.route == "train" and selection.outcome(entry) is None and not target.refuses(entry.example)
            )
            members.add(entry, written=written, asked=ratios is not None)
        done += len(batch)
        yield Progress("clusters", done, total)
    shares: Mapping[Split, float] = ratios or {"train": 1.0}
    given = assign(members.keys, shares, seed=seed, kept=members.kept, elsewhere=members.elsewhere, ties=members.ties)
    for seq, before, split in zip(members.seqs, members.kept, given.splits, strict=True):
        found.put(seq, split)
        if ratios is not None and before is None:
            found.fresh.append(seq)
    found.problems = _parted(members, given.parted)
    return found


class _Members:
    """What the dealing needs to know of the examples: keys, ties and the splits that they have."""

    def __init__(self, ws: Workspace) -> None:
        self.seqs = array("q")
        self.keys = array("Q")
        self.kept: list[Split | None] = []
        self.elsewhere: dict[int, Split] = {}
        self.ties: list[tuple[int, int]] = []
        self._cluster = {seq: number for number, cluster in enumerate(ws.findings.clusters()) for seq in cluster}
        self._first: dict[int, int] = {}

    def add(self, entry: Entry, *, written: bool, asked: bool) -> None:
        """Notes an example that is written into a training file, or that has a split already."""
        own = entry.state.split or _given(entry, asked=asked)
        if not written and own is None:
            return
        key = int.from_bytes(same_input(entry.example)[:8], "big")
        cluster = self._cluster.get(entry.seq)
        if cluster is not None:
            self.ties.append((self._first.setdefault(cluster, key), key))
        if written:
            self.seqs.append(entry.seq)
            self.keys.append(key)
            self.kept.append(own)
        elif own is not None:
            before = self.elsewhere.get(key, own)
            # Where they differ, the one further from training: a held-out input stays held out.
            self.elsewhere[key] = max(before, own, key=SPLITS.index)


def _given(entry: Entry, *, asked: bool) -> Split | None:
    split = entry.example.source_split
    return None if asked and split == "train" else split


def held_out(entry: Entry) -> bool:
    """Whether an example has a split other than train, so that an export without ratios needs a plan as well."""
    return (entry.state.split or entry.example.source_split) not in (None, "train")


def _parted(members: _Members, parted: tuple[tuple[int, ...], ...]) -> list[str]:
    named = []
    for cluster in parted[:_NAMED]:
        own: dict[str, int] = {}
        for place in cluster:
            split = members.kept[place]
            if split is not None:
                own.setdefault(split, members.seqs[place])
        sides = " and ".join(f"#{seq} in {split}" for split, seq in own.items())
        named.append(
            f"{sides} have the same or a near input, but were given different splits before. What is measured on one "
            "was trained on with the other: reject one of them, or change its split."
        )
    if len(parted) > _NAMED:
        named.append(f"{len(parted) - _NAMED:,} more clusters have members in different splits.")
    return named
