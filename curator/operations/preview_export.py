"""Before an export: what would be written, what the target would refuse, and what two splits share.

Nothing is written. What is found so far is told again and again, so that somebody can choose meanwhile.
"""

import os
import re
from array import array
from collections.abc import Collection, Generator, Mapping, Sequence
from pathlib import Path

from msgspec import Struct

from curator.corpus import same_input, same_pair
from curator.model import SPLITS, Entry, Split
from curator.operations.export import file_names
from curator.operations.export_files import Sheet
from curator.operations.export_origin import Origins
from curator.operations.export_overlap import Overlap
from curator.operations.export_result import doubts, result_of
from curator.operations.export_rows import Rows
from curator.operations.export_selection import Selection
from curator.operations.export_splits import Plan, held_out, plan
from curator.query import Query, Word, uses
from curator.targets.base import Target
from curator.targets.overrides import in_folder
from curator.workspace import Workspace

#: Examples held at once, and of how many it is told how far that has come.
BATCH, STEP = 200, 2_000
#: Different reasons that are told one by one.
REASONS = 100

_INDEX = re.compile(r"\[\d+\]")


class Issue(Struct, frozen=True):
    """Rows with the same problem. `left` says whether they stay behind; else they are exported in spite of it."""

    text: str
    seqs: "array[int]"
    left: bool


class Previewed(Struct, frozen=True):
    """What an export would do, as far as `done` of `total` examples tell. `whole` when nothing is left to look at.

    `left` counts what stays behind by kind, as in `ExportResult`. `problems` concern the set as a whole, `notes` are
    what else is to know, `parted` clusters that lie in several splits, in words; `overlaps` what splits share.
    `compared` says whether there are two splits that could share something.
    """

    done: int = 0
    total: int = 0
    exported: int = 0
    documents: int = 0
    splits: dict[str, int] = {}
    files: dict[str, int] = {}
    left: dict[str, int] = {}
    issues: tuple[Issue, ...] = ()
    problems: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()
    parted: tuple[str, ...] = ()
    overlaps: tuple[Overlap, ...] = ()
    compared: bool = False
    whole: bool = False
    empty: bool = False

    @property
    def refused(self) -> int:
        """How many selected examples stay behind because the target, or a document, cannot take them."""
        return self.left.get("target", 0) + self.left.get("rag", 0)


class Numbers(Struct, frozen=True):
    """How many examples there are by status, and how many pending ones have an open error."""

    statuses: dict[str, int]
    flagged: int


def numbers(ws: Workspace) -> Numbers:
    """What could be exported, counted."""
    from curator.query import parse

    statuses = {name: ws.examples.count(parse(f"status:{name}")) for name in ("accepted", "rejected", "fix")}
    statuses["pending"] = ws.examples.count() - sum(statuses.values())
    return Numbers(statuses, ws.examples.count(parse("status:pending sev:error")) if ws.checked() else 0)


def taken(target: Target, out: Path) -> list[str]:
    """The files of an export that are in the folder already."""
    return [name for name in file_names(target, out) if os.path.lexists(out / name)]


def preview(
    ws: Workspace,
    target: Target,
    *,
    where: Query | None = None,
    include: Collection[str] = ("accepted",),
    splits: Mapping[Split, float] | None = None,
    seed: int = 7,
    split_by: str = "",
) -> Generator[Previewed, None, Previewed]:
    """Goes through an export without writing: the same selection, the same splits, the same rules of the target.

    Raises `TargetError` when no row has the metadata key `split_by`.
    """
    where = where or Query()
    target = in_folder(target, ws.path.parent)
    if uses(where.where, Word):
        for step in ws.words.build():
            yield Previewed(step.done, step.total or 0)
    with ws.moment():
        selection = Selection(ws, where, include)
        if not selection.any():
            return Previewed(total=ws.examples.count(), whole=True, empty=True)
        plain = splits is None and not split_by and all(source.split in (None, "train") for source in ws.sources.list())
        look = _Look(ws, target, selection, splits)
        if not plain or not (yield from look.through(Plan(), stop=True)):
            dealt = yield from _dealt(ws, target, selection, splits, seed, split_by)
            yield from look.through(dealt, stop=False)
        return look.told(whole=True)


def _dealt(
    ws: Workspace, target: Target, selection: Selection, splits: Mapping[Split, float] | None, seed: int, by: str
) -> Generator[Previewed, None, Plan]:
    steps = plan(ws, target, selection, splits, seed, by)
    while True:
        try:
            step = next(steps)
        except StopIteration as ended:
            found: Plan = ended.value
            return found
        yield Previewed(0, step.total or 0)


class _Look:
    """One walk through the examples. Of each that is exported it holds 25 bytes."""

    def __init__(
        self, ws: Workspace, target: Target, selection: Selection, splits: Mapping[Split, float] | None
    ) -> None:
        self._ws = ws
        self._target = target
        self._selection = selection
        self._splits = splits
        self._total = ws.examples.count()

    def through(self, dealt: Plan, *, stop: bool) -> Generator[Previewed, None, bool]:
        """Walks by a plan; with `stop`, gives up and returns False at an example that was held out."""
        self._dealt = dealt
        self._rows = Rows(
            self._target,
            self._selection,
            dealt,
            lambda name: Sheet(name, None),
            Origins(self._ws, self._target),
            tell=True,
        )
        self._done = 0
        self._reasons: dict[str, array[int]] = {}
        self._changed: dict[str, array[int]] = {}
        self._seqs, self._inputs, self._pairs, self._codes = array("q"), array("Q"), array("Q"), bytearray()
        for batch in self._ws.examples.batches(BATCH):
            if stop and any(map(held_out, batch)):
                return False
            self._take(batch)
            self._done += len(batch)
            if self._done % STEP < BATCH:
                yield self.told()
        return True

    def _take(self, batch: Sequence[Entry]) -> None:
        rows = self._rows
        rows.take(batch)
        left = {row.id: row for row in rows.told}
        changed = {row.id: row for row in rows.changed}
        rows.told.clear()
        rows.changed.clear()
        for entry in batch:
            row = left.get(entry.example.id)
            if entry.example.id in changed:
                _note(self._changed, changed[entry.example.id].reason, entry.seq)
            if row is None:
                if entry.state.route == "train":
                    self._seqs.append(entry.seq)
                    self._inputs.append(int.from_bytes(same_input(entry.example)[:8], "big"))
                    self._pairs.append(int.from_bytes(same_pair(entry.example)[:8], "big"))
                    self._codes.append(SPLITS.index(self._dealt.of(entry.seq)))
            elif row.kind in ("target", "rag", "error"):
                _note(self._reasons, row.reason, entry.seq)

    def told(self, *, whole: bool = False) -> Previewed:
        """What is known so far; all of it at the end, which alone compares the splits."""
        tally = self._rows.tally
        issues = [Issue(text, array("q", seqs), True) for text, seqs in self._reasons.items()]
        issues += [Issue(text, array("q", seqs), False) for text, seqs in self._changed.items()]
        issues.sort(key=lambda issue: (not issue.left, -len(issue.seqs)))
        counts = dict(tally.splits)
        found = Previewed(
            self._done, self._total, sum(counts.values()), tally.routed, counts,
            {name: sheet.rows for name, sheet in self._rows.sheets.items()}, dict(tally.kinds), tuple(issues),
        )  # fmt: skip
        return self._finished(found) if whole else found

    def _finished(self, found: Previewed) -> Previewed:
        from msgspec.structs import replace

        ws = self._ws
        result = result_of(self._target, Path(), ws.log.last_seq(), self._rows, self._dealt, self._splits, dry_run=True)
        leaks, again = _shared(self._inputs, self._codes, self._seqs), _again(self._pairs, self._seqs)
        issues = list(found.issues)
        if leaks:
            issues.append(Issue("the same input in two splits: what is measured was trained on", leaks, False))
        if again:
            issues.append(Issue("the same pair as another row: it is taught twice", again, False))
        return replace(
            found, issues=tuple(issues), problems=tuple(result.problems), compared=len(found.splits) > 1, whole=True,
            parted=tuple(self._dealt.parted), overlaps=tuple(one for one in self._dealt.overlaps if one.rows),
            notes=(*result.notes, *doubts(ws, ws.findings.counts())),
        )  # fmt: skip


def _note(reasons: "dict[str, array[int]]", reason: str, seq: int) -> None:
    text = _INDEX.sub("[…]", reason)
    text = text if text in reasons or len(reasons) < REASONS else "other reasons"
    reasons.setdefault(text, array("q")).append(seq)


def _shared(keys: "array[int]", codes: bytearray, seqs: "array[int]") -> "array[int]":
    """The numbers of examples whose key is in more than one split."""
    import numpy as np

    if len(set(codes)) < 2:
        return array("q")
    places = np.frombuffer(codes, dtype=np.uint8)
    _, home = np.unique(np.frombuffer(keys, dtype=np.uint64), return_inverse=True)
    seen = np.zeros(int(home.max()) + 1, dtype=np.uint8)
    np.bitwise_or.at(seen, home, np.left_shift(np.uint8(1), places))
    several = (seen & (seen - 1)) != 0
    return array("q", np.frombuffer(seqs, dtype=np.int64)[several[home]].tobytes())


def _again(keys: "array[int]", seqs: "array[int]") -> "array[int]":
    """The numbers of examples that come after another one with their key."""
    import numpy as np

    if not keys:
        return array("q")
    found = np.frombuffer(keys, dtype=np.uint64)
    _, first = np.unique(found, return_index=True)
    later = np.ones(len(found), dtype=bool)
    later[first] = False
    return array("q", np.frombuffer(seqs, dtype=np.int64)[later].tobytes())
