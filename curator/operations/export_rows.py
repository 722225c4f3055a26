"""Examples become rows: of training files, of documents for retrieval, of the list of those left out."""

import re
from collections import Counter
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

import msgspec

from curator.errors import TargetError
from curator.model import Entry
from curator.operations.export_files import Sheet
from curator.operations.export_origin import EDITS, PROVENANCE, RAG_PROVENANCE, Origins
from curator.operations.export_selection import LeftOut, Selection, left_out
from curator.operations.export_splits import Plan
from curator.targets.base import Target
from curator.targets.jsonl import line

if TYPE_CHECKING:
    from curator.operations.export_documents import Documents

RAG = "rag.jsonl"
RAG_EVAL = "rag_eval.jsonl"
LEFT_OUT = "left_out.jsonl"

#: Different reasons that are counted one by one; those after them count together.
_REASONS = 1_000
_OTHER = "other reasons"

_INDEX = re.compile(r"\[\d+\]")

_encode = msgspec.json.Encoder().encode


class Tally:
    """What became of the examples, counted."""

    def __init__(self) -> None:
        self.splits: Counter[str] = Counter()
        self.kinds: Counter[str] = Counter()
        self.reasons: Counter[str] = Counter()
        self.changed: Counter[str] = Counter()
        self.statuses: Counter[str] = Counter()
        self.reviewers: Counter[str] = Counter()
        self.routed = 0

    def count_left_out(self, row: LeftOut) -> None:
        """Counts an example that is left out under its kind and its reason."""
        self.kinds[row.kind] += 1
        known = row.reason in self.reasons or len(self.reasons) < _REASONS
        self.reasons[row.reason if known else _OTHER] += 1

    def count_changed(self, told: str) -> None:
        """Counts a row that is written without a part of it, or at a risk, under what is told of it."""
        text = _INDEX.sub("[\u2026]", told)
        self.changed[text if text in self.changed or len(self.changed) < _REASONS else _OTHER] += 1


class Rows:
    """Takes examples in batches and writes each into its file. Nothing but the current batch is held."""

    def __init__(
        self,
        target: Target,
        selection: Selection,
        plan: Plan,
        sheet: Callable[[str], Sheet],
        origins: Origins,
        *,
        tell: bool,
    ) -> None:
        self.tally = Tally()
        self.sheets: dict[str, Sheet] = {}
        self.told: list[LeftOut] = []
        self.changed: list[LeftOut] = []
        self._target = target
        self._selection = selection
        self._plan = plan
        self._sheet = sheet
        self._origins = origins
        self._tell = tell
        self._made: Documents | None = None
        self._lines: dict[str, list[bytes]] = {}
        for name in (LEFT_OUT, PROVENANCE):
            self._page(name)

    def take(self, batch: Sequence[Entry]) -> None:
        """Writes a batch of examples. Raises `OSError`."""
        # Which of them are in error is asked once a batch, not once an example.
        errors = self._selection.errors([entry.seq for entry in batch])
        outcome = self._selection.outcome
        self._origins.look(batch)
        for entry in batch:
            out = outcome(entry)
            if out is not None:
                self._leave(left_out(entry, out[0], out[1] or errors.get(entry.seq, "open error")))
            elif entry.state.route == "rag":
                self._document(entry)
            else:
                self._train(entry)
        for name, lines in self._lines.items():
            self.sheets[name].write(lines)
            lines.clear()

    def _page(self, name: str) -> list[bytes]:
        if name not in self.sheets:
            self.sheets[name] = self._sheet(name)
            self._lines[name] = []
        return self._lines[name]

    def _train(self, entry: Entry) -> None:
        example, target = entry.example, self._target
        plain = target.plain(example)
        reasons = [] if plain else target.refuses(example)
        split = self._plan.of(entry.seq)
        name = target.files.get(split)
        if name is None:
            reasons = [f"takes no {split} file"]
        if reasons or name is None:
            self._refused(entry, reasons)
            return
        try:
            made = [target.render(example)] if target.renders is None else target.renders(example)
            written = [line(row, numbers=not plain) for row in made]
            whole = self._origins.whole(example, made[0], plain=plain) if made else True
        except TargetError as error:
            self._refused(entry, [str(error)])
            return
        lines = self._page(name)
        for data in written:
            lines.append(data)
            row = self.sheets[name].rows + len(lines)
            self._lines[PROVENANCE].append(self._origins.of(entry, name, row, split, whole=whole))
        if entry.state.revision:
            self._keep_edits(entry)
        self._count(entry, split, [] if plain else target.loses(example))

    def _keep_edits(self, entry: Entry) -> None:
        edits = self._origins.edits(entry)
        if edits is not None:
            self._page(EDITS).append(edits)

    def _count(self, entry: Entry, split: str, told: Sequence[str]) -> None:
        state = entry.state
        for text in told:
            self.tally.count_changed(text)
        if told and self._tell:
            self.changed.append(left_out(entry, "changed", f"{self._target.name}: {'; '.join(told)}"))
        self.tally.splits[split] += 1
        self.tally.statuses[state.status] += 1
        if state.reviewer is not None:
            self.tally.reviewers[state.reviewer] += 1

    def _refused(self, entry: Entry, reasons: Sequence[str]) -> None:
        self._leave(left_out(entry, "target", f"{self._target.name}: {'; '.join(reasons)}"))

    @property
    def _documents(self) -> "Documents":
        if self._made is None:
            from curator.operations.export_documents import Documents  # 0.15 s, which most exports need not pay

            self._made = Documents()
        return self._made

    def _document(self, entry: Entry) -> None:
        try:
            made = self._documents.all_of(entry)
        except ValueError as missing:
            self._leave(left_out(entry, "rag", f"routed to RAG, but its {missing} has no text"))
            return
        try:
            lines = [(document, b"" if document is None else line(document), line(query)) for document, query in made]
        except TargetError as error:
            self._leave(left_out(entry, "rag", f"routed to RAG, but {error}"))
            return
        row = (self.sheets[RAG_EVAL].rows + len(self._lines[RAG_EVAL]) if RAG_EVAL in self.sheets else 0) + 1
        split = self._plan.of(entry.seq)
        self._page(RAG_PROVENANCE).append(self._origins.of(entry, RAG_EVAL, row, split, whole=False))
        self._keep_edits(entry)
        for document, text, query in lines:
            if document is not None:
                self._documents.keep(document)
                self._page(RAG).append(text)
            self._page(RAG_EVAL).append(query)
        self.tally.routed += 1

    def _leave(self, row: LeftOut) -> None:
        self._lines[LEFT_OUT].append(_encode(row) + b"\n")
        self.tally.count_left_out(row)
        if self._tell:
            self.told.append(row)
