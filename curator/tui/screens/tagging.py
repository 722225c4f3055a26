"""Rows that are tagged, and the decision that goes to all of them as one step."""

from collections.abc import Sequence
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

from textual import on
from textual.message import Message
from textual.worker import WorkType

from curator.errors import CuratorError
from curator.review import Outcome
from curator.settings import Binding
from curator.text import many
from curator.tui.desk import Errand, WorkspaceDesk
from curator.tui.screens.opening import OpeningScreen

if TYPE_CHECKING:
    from curator.operations.tagged import Field, Tagged

TYPED_FROM = 10_000
"""Tagged rows above which a decision is made on the screen that asks for their number."""


class TaggingScreen(OpeningScreen, inherit_bindings=False):
    """Tags live as long as the session."""

    class Given(Message):
        """A worker has decided the tagged rows, or others that are named so: it is on the disk."""

        def __init__(self, seqs: Sequence[int], named: str, words: str, done: "Tagged", *, decided: bool) -> None:
            super().__init__()
            self.seqs = seqs
            self.named = named
            self.words = words
            self.done = done
            self.decided = decided

    to_tagged = False
    """Whether the next decision goes to the tagged rows."""

    def possible(self, name: str) -> bool:
        """Whether the action `name` can be done now."""
        if name == "tag.decide" and not len(self.tags):
            return False
        if name.startswith("tag.") and not len(self.queue):
            return False
        return super().possible(name)

    def action_tag(self, what: str) -> None:
        if what == "decide":
            self._ask_what()
            return
        seqs = self.queue.seqs
        if what == "row":
            seq = seqs[self.queue.cursor]
            self.tags.set((seq,), seq not in self.tags)
            told = f"#{seq} is tagged" if seq in self.tags else f"#{seq} is not tagged any more"
            self.queue.move(self.queue.cursor + 1)
        else:
            on = not all(seq in self.tags for seq in seqs)
            self.tags.set(seqs, on)
            told = f"{many(len(self.tags))} tagged" if on else "the rows of this queue are not tagged any more"
        self.panes.rows.refresh()
        self.arrived()
        self.say(told, "dim")

    def _ask_what(self) -> None:
        count = len(self.tags)
        if count > TYPED_FROM:
            self._decide_in_bulk()
        elif self._deciding:
            self.say("rows are being decided; wait until it is saved", "failed")
        else:
            self.to_tagged = True
            self.say(
                f"for {count:,} tagged rows: a accept  x reject  f fix  R →RAG  n note  1-9 label  esc nothing", "fix"
            )

    def _decide_in_bulk(self) -> None:
        from curator.tui.screens.bulk import BulkScreen

        self.app.push_screen(BulkScreen(self.desk, "tag:yes", self.tags.seqs), self._place_left)

    def action_queue(self, what: str) -> None:
        if what == "back" and self.to_tagged:
            self.to_tagged = False
            self.say("nothing was changed", "dim")
        else:
            super().action_queue(what)

    def decide_tagged(self, field: "Field", value: Any) -> None:
        """Give the tagged rows what was pressed, as one step."""
        self.to_tagged = False
        self.decide_rows(self.tags.seqs, "tagged", field, value)

    def decide_rows(self, seqs: Sequence[int], named: str, field: "Field", value: Any) -> None:
        """Give these rows a value in a thread, as one step."""
        try:
            self.desk.in_place()
        except CuratorError as error:
            self.say(f"not saved: {error}", "failed")
            return
        self._deciding = True
        self.say(f"deciding {len(seqs):,} {named} rows …", "dim")
        path, reviewer = self.desk.workspace.path, self.desk.reviewer
        errand: WorkType[None] = partial(self._give, path, reviewer, seqs, named, field, value)
        self.run_worker(errand, group="decide", exit_on_error=False)

    async def _give(
        self, path: Path, reviewer: str, seqs: Sequence[int], named: str, field: "Field", value: Any
    ) -> None:
        def give(desk: WorkspaceDesk) -> "Tagged":
            from curator.operations.tagged import decide_tagged

            steps = decide_tagged(desk.workspace, seqs, field, value, actor=reviewer)
            while True:
                try:
                    self.post_message(self.Stepped(next(steps)))
                except StopIteration as ended:
                    done: Tagged = ended.value
                    return done

        try:
            done = await Errand(path).ask(give)
        except CuratorError as error:
            self.post_message(self.Refused(error))
            return
        shown = value.label if isinstance(value, Binding) else value or ("no labels" if field == "labels" else "other")
        words = f"{'note' if field == 'note' else field} {'' if field == 'note' else shown}".strip()
        self.post_message(self.Given(seqs, named, words, done, decided=field == "status"))

    @on(Given)
    def _given(self, event: Given) -> None:
        done = event.done
        kept = f" · {done.kept:,} decided before are kept" if done.kept else ""
        others = f" · {done.others:,} that it is not for" if done.others else ""
        words = f"{event.words}: {done.rows:,} {event.named} row{'' if done.rows == 1 else 's'}{kept}{others}"
        if event.decided and event.named == "tagged":
            self.tags.clear()
            self.panes.rows.refresh()

        def settle() -> Outcome:
            return self.review.grouped(event.seqs, words, done.saved.seq, decided=event.decided)

        self._do(settle)
        self._recount()
