"""What a key has led to: told once it is on the disk, checked again and counted in the background."""

import asyncio
from collections.abc import Callable, Sequence
from functools import partial
from pathlib import Path

from textual import on
from textual.message import Message
from textual.worker import Worker, WorkerState, WorkType

from curator.errors import CuratorError, UndoRefusedError
from curator.review import Kind, Outcome
from curator.text import shorten
from curator.tui import veil
from curator.tui.actions import key_for
from curator.tui.desk import Errand
from curator.tui.screens.browse import BrowseScreen
from curator.tui.widgets.ink import Piece

RECHECK = 2.0
"""Seconds between looks at whether another process has written."""
LOAD_AFTER = 0.05
"""Seconds after the first paint until what the safety checks look for is loaded."""


class SavingScreen(BrowseScreen, inherit_bindings=False):
    """Runs review actions and what follows on them. Owns the workers that check again and count."""

    class Tallied(Message):
        """A worker has counted the workspace."""

        def __init__(self, total: int, pending: int, since: int) -> None:
            super().__init__()
            self.total = total
            self.pending = pending
            self.since = since  # what was saved last when the count began

    class Rechecked(Message):
        """A worker has looked again for findings in examples whose text was changed."""

        def __init__(self, seqs: frozenset[int]) -> None:
            super().__init__()
            self.seqs = seqs

    class Loaded(Message):
        """A worker has loaded what the safety checks look for."""

    _to_check: frozenset[int] = frozenset()
    """Examples whose text was changed and that were not looked at since."""

    def on_mount(self) -> None:
        self.set_interval(RECHECK, self._look_for_others)
        self._recount()
        self.call_after_refresh(self._ask_file, "veil", self._load_veil)

    async def _load_veil(self) -> None:
        await asyncio.sleep(LOAD_AFTER)
        await asyncio.to_thread(veil.load)
        self.post_message(self.Loaded())

    @on(Loaded)
    def _loaded(self) -> None:
        self.panes.veil = veil.EXACT
        self.panes.rows.refresh()
        self.show_all()

    # -- what was done -------------------------------------------------------------------------------------------

    def _do(self, act: Callable[[], Outcome]) -> None:
        """Run a review action. Whatever goes wrong is said, and what stands is read again."""
        try:
            self._settle(act())
        except UndoRefusedError as error:
            now, then = (shorten(self.panes.veil.head(text, 200), 22) for text in error.versions)
            self.say(f"refused: now {now}, undo would write {then} · : leave it", "failed")
        except CuratorError as error:
            self.queue.forget()
            self.panes.rows.refresh()
            self.arrived()
            self.say(f"not saved: {error}", "failed")

    def _settle(self, outcome: Outcome) -> None:
        """Draw what an action has led to. Only here does the screen say saved: the commit has returned."""
        if outcome.event:
            self.saved = outcome.event
            self.undoable = self.desk.next_undo()
            if outcome.before is not None and outcome.after is not None:
                self.tally.moved(outcome.before, outcome.after)
        ink = {Kind.SAVED: "plain", Kind.HELD: "failed"}.get(outcome.kind, "dim")
        again = " (was so already)" if outcome.kind is Kind.UNCHANGED and outcome.after else ""
        end = " · no pending row below" if outcome.after is not None and not outcome.moved else ""
        if end and self.tally.pending == 0:
            end = f" · all is decided: {key_for('go.export', 'g e')} exports"
        self.message = [Piece(outcome.words, ink), Piece(again + end, "dim")]
        for seq in outcome.seqs[:50]:
            if (index := self.queue.index_of(seq)) is not None:
                self.panes.rows.touch(index)
        self.arrived()
        if outcome.edited:
            self._check_again(outcome.seqs)

    def _check_again(self, seqs: Sequence[int]) -> None:
        """Look again for findings in these, and in those that a look under way has not come to."""
        self._to_check |= frozenset(seqs)
        self._ask_file("recheck", partial(self._recheck, self.desk.workspace.path, self._to_check))

    async def _recheck(self, path: Path, seqs: frozenset[int]) -> None:
        await Errand(path).ask(lambda desk: desk.recheck(sorted(seqs)))
        self.post_message(self.Rechecked(seqs))

    @on(Rechecked)
    def _rechecked(self, event: Rechecked) -> None:
        self._to_check -= event.seqs
        try:
            self.queue.reread(event.seqs)
        except CuratorError:
            self.queue.forget()
        self.panes.rows.refresh()
        self.arrived()

    # -- what others do ------------------------------------------------------------------------------------------

    def _look_for_others(self) -> None:
        try:
            if not self.desk.changed():
                return
            self.undoable = self.desk.next_undo()
        except CuratorError as error:
            self.say(str(error), "failed")
            return
        self.queue.forget()
        self.panes.rows.refresh()
        self.arrived()
        self._recount()

    def _ask_file(self, group: str, errand: WorkType[None]) -> None:
        """Run an errand in the background, in place of the one of its group that may be under way."""
        self.run_worker(errand, group=group, exclusive=True, exit_on_error=False)

    def _recount(self) -> None:
        self._ask_file("tally", partial(self._tally, self.desk.workspace.path, self.saved))

    async def _tally(self, path: Path, since: int) -> None:
        self.post_message(self.Tallied(*await Errand(path).ask(lambda desk: desk.tally()), since))

    @on(Tallied)
    def _tallied(self, event: Tallied) -> None:
        if event.since != self.saved:  # it may or may not have seen what was decided meanwhile
            self._recount()
            if self.tally.total is not None:
                return
        self.tally.total, self.tally.pending = event.total, event.pending
        self.show_status()

    def on_worker_state_changed(self, event: Worker.StateChanged) -> None:
        if event.state is WorkerState.ERROR:
            self.say(self.panes.veil.head(str(event.worker.error), 400), "failed")  # it may quote a text
