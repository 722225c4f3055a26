"""Editing the output of a pair in $EDITOR, from a conversation in lines. What was written is kept until it is saved."""

from collections.abc import Callable

from curator.errors import WorkspaceError
from curator.model import Entry, Status
from curator.tui.desk import WorkspaceDesk
from curator.tui.editing import Editing, field_of
from curator.tui.external import edit_plainly
from curator.tui.plain import words
from curator.tui.veil import EXACT

Edited = tuple[int, str, int, Status | None]
"""What was saved: the example, in words, as which event, and the status given with it."""


class PlainEditing:
    """Asks before what was written is saved; a draft stands for it until it was answered."""

    def __init__(self, desk: WorkspaceDesk, say: Callable[..., None], ask: Callable[[str], str | None]) -> None:
        self._desk = desk
        self._say = say
        self._ask = ask

    def edit(self, entry: Entry) -> Edited | None:
        """Edit the output; None when nothing was saved. Raises `WorkspaceError`, `ConflictError`."""
        index = entry.example.output_index
        if index is None or not isinstance(entry.example.messages[index].content, str):
            raise WorkspaceError("this pair has no output that is plain text, which is what an editor can keep.")
        field = field_of(index)
        editing = Editing(self._desk, entry, {})
        self._offer(editing, field)
        editing.type(field, edit_plainly(editing.text(field), f"{entry.seq}-output"))
        editing.keep()  # what the editor has written is nowhere else
        if not editing.changed:
            editing.forget()
            self._say("Nothing was changed in the editor.")
            return None
        self._say("Changes:", *words.changed(editing.original(field), editing.text(field), EXACT))
        answer = self._ask("y saves, a saves and accepts, d drops the changes, empty keeps them as a draft: ") or ""
        return self._answered(editing, answer.strip().lower())

    def _offer(self, editing: Editing, field: str) -> None:
        offered = editing.offers.get(field)
        if offered is None:
            return
        self._say("A draft of this text was never saved:", *words.changed(editing.original(field), offered, EXACT))
        answer = (self._ask("y goes on from it, d drops it, empty keeps it for later: ") or "").strip().lower()
        if answer == "y":
            editing.take(field)
        elif answer == "d":
            editing.refuse(field)
        else:
            raise WorkspaceError("the draft is kept, and nothing was edited.")

    def _answered(self, editing: Editing, answer: str) -> Edited | None:
        entry = editing.entry
        if answer == "d":
            editing.forget()
            self._say("The changes were dropped.")
        elif answer not in ("y", "a"):
            self._say("Not saved. The changes are kept as a draft: e offers it.")
        else:
            status: Status | None = "accepted" if answer == "a" else None
            event = self._desk.save_text(entry.seq, editing.changed, entry.state.revision, status)
            editing.forget()
            words_of = f"edited and accepted #{entry.seq}" if status else f"edited #{entry.seq}"
            return entry.seq, words_of, event, status
        return None
