"""The review queue: one key a decision, saved before the next example is shown."""

import asyncio
from array import array
from functools import partial
from pathlib import Path
from typing import ClassVar

from textual import on
from textual.binding import BindingType
from textual.message import Message

from curator.errors import CuratorError, QueryError
from curator.model import Entry, Status
from curator.rows import Queue
from curator.tui import external
from curator.tui.actions import QUEUE_ACTIONS, Actions, bindings
from curator.tui.desk import Errand
from curator.tui.places import Opened
from curator.tui.screens.edit import Edited, EditScreen
from curator.tui.screens.grounding import GroundingScreen
from curator.tui.widgets.ask import Ask
from curator.tui.widgets.ink import Piece

COUNT_AFTER = 0.15
"""Seconds of no typing before a filter is counted."""
FIELDS = "status finding sev label route in out sys any src by edited split note   len(out)>200   order:len"


class QueueScreen(GroundingScreen, inherit_bindings=False):
    """Decides, labels, filters and edits. Owns the workers that choose rows."""

    NAME: ClassVar[str] = "queue"
    ACTIONS: ClassVar[Actions] = QUEUE_ACTIONS
    BINDINGS: ClassVar[list[BindingType]] = bindings(QUEUE_ACTIONS)

    class Chosen(Message):
        """A worker has read the examples of a filter."""

        def __init__(self, where: str, seqs: "array[int]") -> None:
            super().__init__()
            self.where = where
            self.seqs = seqs

    class Counted(Message):
        """A worker has counted the examples of a filter, for the bar that it is typed into."""

        def __init__(self, where: str, count: int) -> None:
            super().__init__()
            self.where = where
            self.count = count

    _put_off: Chosen | None = None
    """Rows that arrived while a line was typed or another screen was open."""

    # -- deciding ------------------------------------------------------------------------------------------------

    def possible(self, name: str) -> bool:
        """Whether the action `name` can be done now."""
        if name.startswith("label.") and name != "label.clear" and name[6:] not in [k.key for k in self.label_keys]:
            return False
        if name.startswith(("review.", "label.", "edit.")) and not len(self.queue):
            return False
        if name == "review.repeat" and self.review.last is None:
            return False
        if name == "log.undo" and not self.undoable:
            return False
        return super().possible(name)

    def action_review(self, what: str) -> None:
        review = self.review
        statuses: dict[str, Status] = {"accept": "accepted", "reject": "rejected", "fix": "fix"}
        if what in statuses:
            self._do(partial(review.decide, statuses[what]))
        elif what == "note":
            state = self._state()
            if state is not None:
                self._ask("note", f"note #{self.queue.seqs[self.queue.cursor]}", state.note, 0)
        else:
            self._do({"skip": review.skip, "repeat": review.repeat, "route": review.toggle_route}[what])

    def action_label(self, what: str) -> None:
        if what == "clear":
            self._do(self.review.clear_labels)
        else:
            label = next(label for label in self.label_keys if label.key == what)
            self._do(partial(self.review.toggle_label, label.binding))

    def action_log(self, what: str) -> None:
        acts = {"undo": self.review.undo, "redo": self.review.redo, "pass_over": self.review.pass_over}
        self._do(acts[what])
        self._recount()

    # -- asking for a line ---------------------------------------------------------------------------------------

    def _ask(self, about: str, prompt: str, text: str, hints: int) -> None:
        self.query_one(Ask).ask(about, prompt, text, hints)
        self.show_status()
        self.call_after_refresh(self.show_all)

    def _asked(self) -> None:
        self.query_one(Ask).close()
        self.set_focus(self.panes.rows)
        self.show_status()
        self.call_after_refresh(self.show_all)
        self.call_after_refresh(self._show_what_was_put_off)

    def action_ask(self, what: str) -> None:
        if what == "cancel":
            self._asked()

    def action_list(self, what: str) -> None:
        if what == "goto":
            self._ask("goto", "#", "", 0)
        else:
            super().action_list(what)

    def action_filter(self, _what: str) -> None:
        self._ask("filter", "/", self.where, 3)
        self._hint_filter(self.where)

    @on(Ask.Typed)
    def _typed(self, event: Ask.Typed) -> None:
        if event.about == "filter" and not isinstance(event, Ask.Answered):
            self._hint_filter(event.text)

    @on(Ask.Answered)
    def _answered(self, event: Ask.Answered) -> None:
        if event.about == "filter":
            self._apply_filter(event.text)
            return
        self._asked()
        if event.about == "note":
            self._do(partial(self.review.note, event.text))
        elif event.about == "goto":
            self._go_to(event.text.strip().lstrip("#"))

    def _go_to(self, number: str) -> None:
        index = self.queue.index_of(int(number)) if number.isdigit() else None
        if index is None:
            self.say(f"#{number} is not in this queue", "failed")
        else:
            self._move(index)

    # -- filtering -----------------------------------------------------------------------------------------------

    def _hint_filter(self, text: str) -> None:
        """Say where a filter goes wrong, or count what it selects, beside the filter that stands."""
        ask = self.query_one(Ask)
        ask.hint(1, [Piece(f"   {FIELDS}", "dim")])
        ask.hint(2, [Piece(f"   now: {len(self.queue):,} rows", "dim"), Piece(f"  {self.where}", "dim")])
        try:
            self.desk.query(text)
        except QueryError as error:
            ask.hint(0, [Piece(" " * (ask.indent + error.position)), Piece(f"▲ {error.reason}", "failed")])
            return
        ask.hint(0, [Piece("   counting …", "dim")])
        path = self.desk.workspace.path
        self._ask_file("count", partial(self._count, path, text))

    async def _count(self, path: Path, text: str) -> None:
        await asyncio.sleep(COUNT_AFTER)
        self.post_message(self.Counted(text, await Errand(path).ask(lambda desk: desk.count(text))))

    @on(Counted)
    def _counted(self, event: Counted) -> None:
        if self.asking == "filter" and event.where == self.query_one(Ask).text:
            self.query_one(Ask).hint(
                0, [Piece(f"   {event.count:,} rows", "bold"), Piece("   enter shows them", "dim")]
            )

    def _apply_filter(self, text: str) -> None:
        try:
            self.desk.query(text)
        except QueryError:
            return  # the caret is there already; the last good filter stays
        self._choose(text)

    def action_queue(self, what: str) -> None:
        if what == "refresh":
            self._choose(self.where)
        elif what == "clusters":
            self.go("clusters")
        else:
            super().action_queue(what)

    def go(self, name: str) -> None:
        """Open a place over the queue."""
        from curator.tui.places import places  # loads every screen, which nobody needs before one is wanted

        self.app.push_screen(places()[name].screen(self.desk), self._place_left)

    def _place_left(self, opened: Opened | None) -> None:
        """Rows may have been changed there, and some of them be asked for."""
        try:
            self.undoable = self.desk.next_undo()
            self.queue.forget()
            self.panes.rows.refresh()
        except CuratorError as error:
            self.say(str(error), "failed")
        self.arrived()
        self._recount()
        if opened is not None and opened.seqs is not None:
            self._chosen(self.Chosen(opened.where, array("q", opened.seqs)))
        elif opened is not None:
            self._choose(opened.where)

    def _choose(self, where: str) -> None:
        try:
            self.desk.in_place()
        except CuratorError as error:
            self.say(str(error), "failed")
            return
        path = self.desk.workspace.path
        self._ask_file("choose", partial(self._read, path, where))

    async def _read(self, path: Path, where: str) -> None:
        self.post_message(self.Chosen(where, await Errand(path).ask(lambda desk: desk.seqs(where))))

    @on(Chosen)
    def _chosen(self, event: Chosen) -> None:
        """Show other rows, but never under a text that is being typed: its letters would become decisions."""
        if self.asking in ("note", "goto") or not self.is_current:
            self._put_off = event
            return
        self._put_off = None
        try:
            self._show_chosen(event)
        except CuratorError as error:
            self.say(str(error), "failed")

    def _show_what_was_put_off(self) -> None:
        if self._put_off is not None:
            self._chosen(self._put_off)

    def on_screen_resume(self) -> None:
        self.call_after_refresh(self._show_what_was_put_off)

    def _show_chosen(self, event: Chosen) -> None:
        seq = self.queue.here.entry.seq if len(self.queue) else None
        same = event.where == self.where
        self.where = event.where
        queue = Queue(self.desk, event.seqs)
        index = queue.index_of(seq) if seq is not None and same else None
        queue.start(index)
        self.review.freeze(queue)
        self.panes.freeze(queue)
        self.message = [Piece(f"{len(queue):,} rows", "dim")]
        self._asked()
        self.arrived()

    # -- editing -------------------------------------------------------------------------------------------------

    def action_edit(self, what: str) -> None:
        try:
            entry = self.desk.entry(self.queue.seqs[self.queue.cursor])
            if what == "inline":
                self._edit(entry, {})
            else:
                self._edit_outside(entry)
        except CuratorError as error:
            self.say(str(error), "failed")

    def _edit_outside(self, entry: Entry) -> None:
        index = entry.example.output_index
        if index is None:
            self.say("this example has no output to edit; e edits its messages", "failed")
            return
        content = entry.example.messages[index].content
        if not isinstance(content, str):
            self.say("this output is not plain text: it has parts that an editor would lose", "failed")
            return
        text = external.edit(self.app, content, f"{entry.seq}-output")
        if text == content:
            self.say("nothing was changed in the editor", "dim")
        else:
            self._edit(entry, {f"messages[{index}].content": text})

    def _edit(self, entry: Entry, texts: dict[str, str]) -> None:
        """Open the editor over `entry`, the revision that was seen: an edit made by others meanwhile is a conflict."""
        if not any(isinstance(message.content, str) for message in entry.example.messages):
            self.say("no message of this example is plain text", "failed")
            return
        self.app.push_screen(EditScreen(self.desk, entry, texts), self._edited)

    def _edited(self, edited: Edited | None) -> None:
        if edited is not None:
            self._do(partial(self.review.settled, edited.seq, edited.words, edited.event, edited.status))
