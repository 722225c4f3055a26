"""Which rows a label is for: its `where` in curator.toml, asked once for each row that is looked at."""

from collections.abc import Iterable

from curator.errors import CuratorError
from curator.model import Entry
from curator.query import And, Number, Query, Term, Word, parse, uses
from curator.settings import Binding
from curator.tui.desk import WorkspaceDesk

UNREAD = "looks for words, which are being read; try again soon"


class Belonging:
    """Answers for one row at a time: an example that was changed is another object, and is asked about again."""

    def __init__(self, desk: WorkspaceDesk) -> None:
        self._desk = desk
        self._entry: Entry | None = None
        self._told: dict[str, str] = {}

    def why_not(self, binding: Binding, entry: Entry) -> str:
        """Why a label is not for this row, as a sentence; empty when it is."""
        if not binding.where.strip():
            return ""
        if entry is not self._entry:
            self._entry, self._told = entry, {}
        if binding.where not in self._told:
            self._told[binding.where] = self._ask(binding.where, entry.seq)
        told = self._told[binding.where]
        return f"{binding.label} {told}" if told else ""

    def _ask(self, where: str, seq: int) -> str:
        try:
            node = parse(where).where
            if node is None:
                return ""
            if _words(where) and self._desk.workspace.words.missing():
                return UNREAD
            held = self._desk.workspace.examples.count(Query(where=And((Number(seq), node))))
        except CuratorError as error:
            return f"cannot be given, its where is wrong: {str(error).splitlines()[0]}"
        return "" if held else f"is for other rows: {where}"

    def forget(self) -> None:
        """Ask again: something that filters look at has changed."""
        self._entry = None

    def waits(self, bindings: Iterable[Binding]) -> bool:
        """Whether one of these labels can only be told apart once the words of the workspace are indexed."""
        return any(_words(one.where) for one in bindings if one.where) and self._desk.workspace.words.missing() > 0


def _words(where: str) -> bool:
    try:
        node = parse(where).where
    except CuratorError:
        return False
    return uses(node, Word) or uses(node, Term, "sim")
