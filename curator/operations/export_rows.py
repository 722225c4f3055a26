"""Examples become rows: of training files, of documents for retrieval, of the list of those left out."""

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from typing import Any

import msgspec
from msgspec import Struct

from curator.errors import TargetError
from curator.model import Entry
from curator.operations.export_files import Sheet
from curator.operations.export_selection import LeftOut, Selection, left_out
from curator.operations.export_splits import Plan
from curator.targets.base import Target
from curator.targets.jsonl import line

RAG = "rag.jsonl"
RAG_EVAL = "rag_eval.jsonl"
LEFT_OUT = "left_out.jsonl"
PROVENANCE = "provenance.jsonl"

#: Different reasons that are counted one by one; those after them count together.
_REASONS = 1_000
_OTHER = "other reasons"
#: Characters of a question that make the title of its document.
_TITLE = 120

_encode = msgspec.json.Encoder().encode


class Origin(Struct, frozen=True, omit_defaults=True):
    """Which example a written row came from: a line of provenance.jsonl. Rows count from 1 in both files.

    `revision` is the event that last changed its text; it is missing for the text as imported.
    """

    file: str
    row: int
    id: str
    source: str
    source_row: int
    revision: int = 0


class Tally:
    """What became of the examples, counted."""

    def __init__(self) -> None:
        self.splits: Counter[str] = Counter()
        self.kinds: Counter[str] = Counter()
        self.reasons: Counter[str] = Counter()
        self.statuses: Counter[str] = Counter()
        self.reviewers: Counter[str] = Counter()

    def count_left_out(self, row: LeftOut) -> None:
        """Counts an example that is left out under its kind and its reason."""
        self.kinds[row.kind] += 1
        known = row.reason in self.reasons or len(self.reasons) < _REASONS
        self.reasons[row.reason if known else _OTHER] += 1


class Rows:
    """Takes examples in batches and writes each into its file. Nothing but the current batch is held."""

    def __init__(
        self, target: Target, selection: Selection, plan: Plan, sheet: Callable[[str], Sheet], *, tell: bool
    ) -> None:
        self.tally = Tally()
        self.sheets: dict[str, Sheet] = {}
        self.told: list[LeftOut] = []
        self._target = target
        self._selection = selection
        self._plan = plan
        self._sheet = sheet
        self._tell = tell
        self._lines: dict[str, list[bytes]] = {}
        for name in (LEFT_OUT, PROVENANCE):
            self._page(name)

    def take(self, batch: Sequence[Entry]) -> None:
        """Writes a batch of examples. Raises `OSError`."""
        # Which of them are in error is asked once a batch, not once an example.
        errors = self._selection.errors([entry.seq for entry in batch])
        outcome = self._selection.outcome
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
        example, state, target = entry.example, entry.state, self._target
        reasons = target.refuses(example)
        split = self._plan.of(entry.seq)
        name = target.files.get(split)
        if name is None:
            reasons = [f"takes no {split} file"]
        if reasons or name is None:
            self._refused(entry, reasons)
            return
        try:
            data = line(target.render(example))
        except TargetError as error:
            self._refused(entry, [str(error)])
            return
        lines = self._page(name)
        lines.append(data)
        row = self.sheets[name].rows + len(lines)
        provenance = example.provenance
        origin = Origin(name, row, example.id, provenance.source, provenance.row, state.revision)
        self._lines[PROVENANCE].append(_encode(origin) + b"\n")
        self.tally.splits[split] += 1
        self.tally.statuses[state.status] += 1
        if state.reviewer is not None:
            self.tally.reviewers[state.reviewer] += 1

    def _refused(self, entry: Entry, reasons: Sequence[str]) -> None:
        self._leave(left_out(entry, "target", f"{self._target.name}: {'; '.join(reasons)}"))

    def _document(self, entry: Entry) -> None:
        document = rag_document(entry)
        query = entry.example.input_text.strip()
        if document is None or not query:
            missing = "output" if document is None else "input"
            self._leave(left_out(entry, "rag", f"routed to RAG, but its {missing} has no text"))
            return
        try:
            lines = line(document), line({"query": query, "document_id": entry.example.id})
        except TargetError as error:
            self._leave(left_out(entry, "rag", f"routed to RAG, but {error}"))
            return
        self._page(RAG).append(lines[0])
        self._page(RAG_EVAL).append(lines[1])

    def _leave(self, row: LeftOut) -> None:
        self._lines[LEFT_OUT].append(_encode(row) + b"\n")
        self.tally.count_left_out(row)
        if self._tell:
            self.told.append(row)


def rag_document(entry: Entry) -> dict[str, Any] | None:
    """A pair as a document for a vector store; None without text in its output.

    The text is what the pair knows, the title what was asked. Index the text: the question, which is also the
    query of the retrieval test, is in the title only, so that the test does not find it word for word.
    """
    example = entry.example
    text = example.output_text.strip()
    if not text:
        return None
    asked = next((message.text for message in reversed(example.input) if message.role == "user"), "")
    provenance = example.provenance
    return {
        "id": example.id,
        "text": text,
        "title": asked.strip().partition("\n")[0][:_TITLE],
        "source": f"{provenance.source}:{provenance.row}",
        "tags": _tags(entry.state.labels),
    }


def _tags(labels: Mapping[str, Any]) -> list[str]:
    return [name if value is True else f"{name}={value}" for name, value in sorted(labels.items())]
