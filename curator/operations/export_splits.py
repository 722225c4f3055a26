"""Which split each exported example belongs to: what was given stays, the rest is dealt out by cluster."""

from array import array
from collections.abc import Generator, Iterable, Mapping, Sequence

import msgspec

from curator.corpus import instruction_group, same_input
from curator.errors import TargetError
from curator.model import SPLITS, Entry, Progress, Split
from curator.operations.export_overlap import Overlap, overlaps
from curator.operations.export_passages import Held, Homes, Passages
from curator.operations.export_selection import Selection
from curator.splits import assign, check_ratios
from curator.targets.base import Target
from curator.tasks import is_short
from curator.text import fingerprint, normalise
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
        self.parted: list[str] = []
        self.notes: list[str] = []
        self.overlaps: list[Overlap] = []

    def of(self, seq: int) -> Split:
        """The split of an example; train for all in an empty plan."""
        return SPLITS[self._codes[seq]] if seq < len(self._codes) else "train"

    def put(self, seq: int, split: Split) -> None:
        """Gives an example its split."""
        if seq >= len(self._codes):
            self._codes.extend(bytes(max(seq + 1 - len(self._codes), len(self._codes))))
        self._codes[seq] = SPLITS.index(split)

    def codes(self, seqs: Sequence[int]) -> bytearray:
        """The places of splits in their order, for these examples."""
        return bytearray(SPLITS.index(self.of(seq)) for seq in seqs)

    def remember(self, ws: Workspace, reviewer: str) -> str | None:
        """Records what is new as one operation; it is never dealt out again. Returns its batch."""
        if not self.fresh:
            return None
        return ws.log.record((Change(seq, "split", self.of(seq)) for seq in self.fresh), actor=reviewer).batch


def plan(
    ws: Workspace,
    target: Target,
    selection: Selection,
    ratios: Mapping[Split, float] | None,
    seed: int,
    by: str = "",
) -> Generator[Progress, None, Plan]:
    """The splits of an export.

    With `ratios`, every example that is written and has no split yet gets one, and keeps it. A split that a source
    gave counts when it held the example out (validation, test); a source's ``train`` says no more than that
    it may be trained on. Without `ratios` all is train, but for what has a split or came with one, and for
    what shares its input or a passage with that. `by` names a metadata key whose values are never parted either (a
    document, a conversation, a customer). What is dealt out is stratified by label and task. Raises `TargetError`
    when no example has the key.
    """
    if ratios is not None:
        check_ratios(ratios)
    found = Plan()
    members = _Members(ws, by)
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
    if by and not members.has_key:
        raise no_such_key(by, members.known_keys)
    members.tie_passages()
    shares: Mapping[Split, float] = ratios or {"train": 1.0}
    given = assign(
        members.keys, shares, seed=seed, kept=members.kept, elsewhere=members.elsewhere, ties=members.ties,
        strata=members.strata if ratios is not None else None,
    )  # fmt: skip
    for seq, before, split in zip(members.seqs, members.kept, given.splits, strict=True):
        found.put(seq, split)
        if ratios is not None and before is None:
            found.fresh.append(seq)
    found.parted = _parted(members, given.parted)
    found.overlaps = overlaps(found.codes(members.seqs), members.shared(by))
    if by and len(members.seqs) > members.has_key:
        found.notes.append(
            f"{len(members.seqs) - members.has_key:,} of the rows have no {by!r}: they are on their own."
        )
    return found


class _Members:
    """What the dealing needs to know of the examples: keys, ties and the splits that they have."""

    def __init__(self, ws: Workspace, by: str) -> None:
        self.by = by
        self.has_key = 0
        self.known_keys: dict[str, None] = {}
        self.strata = array("Q")
        self.seqs = array("q")
        self.keys = array("Q")
        self.kept: list[Split | None] = []
        self.elsewhere: dict[int, Split] = {}
        self.ties: list[tuple[int, int]] = []
        self._cluster = {seq: number for number, cluster in enumerate(ws.findings.clusters()) for seq in cluster}
        self._first: dict[int, int] = {}
        self._same: dict[int, int] = {}
        self._near, self._groups, self._sources = array("Q"), array("Q"), array("Q")
        self._passages = Passages()

    def add(self, entry: Entry, *, written: bool, asked: bool) -> None:
        """Notes an example that is written into a training file, or that has a split already."""
        own = entry.state.split or _given(entry, asked=asked)
        if not written and own is None:
            return
        key = int.from_bytes(same_input(entry.example)[:8], "big")
        cluster = self._cluster.get(entry.seq)
        if cluster is not None:
            self.ties.append((self._first.setdefault(cluster, key), key))
        group = self._group(entry, key)
        if written:
            self.has_key += group is not None
            self._near.append(0 if cluster is None else cluster + 1)
            self._groups.append(group or 0)
            self._sources.append(_number(entry.example.provenance.source))
            self._passages.add(entry.example)
            self.strata.append(stratum(entry) if asked else 0)
            self.seqs.append(entry.seq)
            self.keys.append(key)
            self.kept.append(own)
        elif own is not None:
            before = self.elsewhere.get(key, own)
            # Where they differ, the one further from training: a held-out input stays held out.
            self.elsewhere[key] = max(before, own, key=SPLITS.index)

    def tie_passages(self) -> None:
        """Ties the rows that share a passage, once all were added and the other ties are known."""
        self._held = self._passages.shared()
        if len(self._held.rows):
            homes = Homes([*self.keys, *self.elsewhere], [*self.kept, *self.elsewhere.values()])
            for left, right in self.ties:
                homes.join(left, right)
            self.ties += self._passages.ties(self._held, self.keys, homes)

    def _group(self, entry: Entry, key: int) -> int | None:
        """The number of what the metadata key says, which ties; None where it says nothing."""
        if not self.by:
            return None
        value = entry.example.metadata.get(self.by)
        if value is None or value == "":
            if len(self.known_keys) < _NAMED:
                self.known_keys.update(dict.fromkeys(entry.example.metadata))
            return None
        group = _number(msgspec.json.encode(value, order="sorted").decode())
        self.ties.append((self._same.setdefault(group, key), key))
        return group

    def shared(self, by: str) -> dict[str, "array[int] | Held"]:
        """What rows may share, by name: a number each, 0 for none; of passages, who holds which."""
        named: dict[str, array[int] | Held] = {
            "the same input": self.keys,
            "a near input": self._near,
            "the same passage": self._held,
            "the same source": self._sources,
        }
        return {**named, f"the same {by}": self._groups} if by else named


def _number(text: str) -> int:
    """A number for a text; never 0."""
    return int.from_bytes(fingerprint(text)[:8], "big") | 1


def stratum(entry: Entry) -> int:
    """What a row is stratified by: its labels, else its output when that is as short as labels are; and its task."""
    example = entry.example
    said = msgspec.json.encode(entry.state.labels, order="sorted").decode() if entry.state.labels else ""
    if not said and is_short(example.output_text):
        said = normalise(example.output_text)
    return _number(f"{instruction_group(example).hex()} {said}")


def _given(entry: Entry, *, asked: bool) -> Split | None:
    split = entry.example.source_split
    return None if asked and split == "train" else split


def held_out(entry: Entry) -> bool:
    """Whether an example has a split other than train, so that an export without ratios needs a plan as well."""
    return (entry.state.split or entry.example.source_split) not in (None, "train")


def no_such_key(by: str, known: Iterable[str]) -> TargetError:
    """The sentence for a metadata key that no row has."""
    keys = ", ".join(known)
    has = f"the first rows have {keys}" if keys else "they have none at all"
    return TargetError(
        f"--split-by {by}: no row that is exported has this key in its metadata; {has}. Name one of them."
    )


def refuse_parted(plan: Plan) -> None:
    """Raises `TargetError` when clusters lie in several splits, with their rows."""
    if plan.parted:
        raise TargetError(
            f"{' '.join(plan.parted)} Nothing was written. To write them all the same, add --part-clusters."
        )


def _parted(members: _Members, parted: tuple[tuple[int, ...], ...]) -> list[str]:
    named = []
    also = f" or the same {members.by}" if members.by else ""
    for cluster in parted[:_NAMED]:
        own: dict[str, int] = {}
        for place in cluster:
            split = members.kept[place]
            if split is not None:
                own.setdefault(split, members.seqs[place])
        sides = " and ".join(f"#{seq} in {split}" for split, seq in own.items())
        named.append(
            f"{sides} have the same or a near input{also}, but were given different splits before. What is measured on "
            "one was trained on with the other: reject one of them, or change its split."
        )
    if len(parted) > _NAMED:
        named.append(f"{len(parted) - _NAMED:,} more clusters have members in different splits.")
    return named
