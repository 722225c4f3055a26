"""The findings of a row: one after the other, read whole, and decided for all rows with the same difference."""

import asyncio
from collections.abc import Mapping
from functools import partial
from pathlib import Path

from textual import on
from textual.message import Message
from textual.worker import Worker, WorkType

from curator.errors import CuratorError
from curator.model import Progress
from curator.review import Outcome
from curator.tui import groups
from curator.tui.cards import RELATED, CheckCard, proposing, text_of
from curator.tui.desk import Errand, WorkspaceDesk
from curator.tui.panes import TEXTS
from curator.tui.present import first_span
from curator.tui.screens.card import CardScreen, Read
from curator.tui.screens.confirm import ConfirmScreen
from curator.tui.screens.saving import SavingScreen
from curator.tui.veil import EXACT
from curator.workspace import StoredFinding


class FindingsScreen(SavingScreen, inherit_bindings=False):
    """What is found in a row, and the keys that take a whole group. Owns the worker that decides one."""

    class Explained(Message):
        """A worker has read the cards of the checks."""

        def __init__(self, checks: Mapping[str, CheckCard]) -> None:
            super().__init__()
            self.checks = checks

    class Looked(Message):
        """A worker has seen which rows a group has."""

        def __init__(self, seen: groups.Seen) -> None:
            super().__init__()
            self.seen = seen

    class Stepped(Message):
        """A worker that decides a group has come so far."""

        def __init__(self, progress: Progress) -> None:
            super().__init__()
            self.progress = progress

    class Carried(Message):
        """A worker has decided a group: it is on the disk."""

        def __init__(self, done: groups.Done) -> None:
            super().__init__()
            self.done = done

    class Refused(Message):
        """A worker could not decide a group."""

        def __init__(self, error: CuratorError) -> None:
            super().__init__()
            self.error = error

    _deciding = False
    """Whether a group is being decided: one at a time."""

    # -- one finding ---------------------------------------------------------------------------------------------

    def possible(self, name: str) -> bool:
        """Whether the action `name` can be done now."""
        if name in ("group.accept", "group.reject", "group.fix"):
            item = self._selected()
            if item is None or item.stale or (name == "group.fix" and item.finding.fix is None):
                return False
        if name == "suggestion.take":
            item = proposing(self.found, self.current)
            return item is not None and not item.stale and item.finding.fix is not None and super().possible(name)
        return super().possible(name)

    def _selected(self) -> StoredFinding | None:
        """The finding that is looked at; the worst one before any was."""
        return self.found[self.current or 0] if self.found else None

    def action_suggestion(self, _what: str) -> None:
        item = proposing(self.found, self.current)
        fix = None if item is None else item.finding.fix
        if item is None or fix is None or item.stale:
            return
        entry = self.queue.here.entry
        texts = {field: text for field, text in fix.changes.items() if text_of(entry.example, field) is not None}

        def take() -> Outcome:
            event = self.desk.save_text(entry.seq, texts, entry.state.revision, None)
            return self.review.settled(entry.seq, f"took {item.finding.code} #{entry.seq}", event, None)

        self._do(take)

    def action_finding(self, what: str) -> None:
        if what == "read":
            self._read_finding()
        else:
            self._look_at(1 if what == "next" else -1)

    def _look_at(self, step: int) -> None:
        count = len(self.found)
        first = 0 if step > 0 else count - 1
        self._show_finding(first if self.current is None else (self.current + step) % count)

    def _show_finding(self, current: int) -> None:
        self.current = current
        span = first_span(self.found[current])
        if span is not None and span.field not in self._shown_fields():
            self.whole_system = True
        self.show_all()
        if span is not None:
            for name in TEXTS:
                self.panes.text(name).reveal(span.field, span.start)

    def _shown_fields(self) -> set[str]:
        return {field for name in TEXTS for field in self.panes.text(name).fields}

    def _read_finding(self) -> None:
        desk = self.desk
        try:
            entry = self.queue.here.entry
            related = {id(item): [card.entry for card in desk.cards(item.related[:RELATED])] for item in self.found}
        except CuratorError as error:
            self.say(str(error), "failed")
            return
        unveiled = self.unveiled == entry.seq
        card = CardScreen(entry, self.found, self.current or 0, lambda item: related[id(item)], unveiled=unveiled)
        self.app.push_screen(card, partial(self._card_left, entry.seq))
        self._ask_file("explain", self._explain)

    async def _explain(self) -> None:
        self.post_message(self.Explained(await asyncio.to_thread(groups.check_cards)))

    @on(Explained)
    def _explained(self, event: Explained) -> None:
        if isinstance(self.app.screen, CardScreen):
            self.app.screen.explain(event.checks)

    def _card_left(self, seq: int, read: Read | None) -> None:
        if read is None or not len(self.queue) or self.queue.here.entry.seq != seq:
            return
        self.unveiled = seq if read.unveiled else None
        if read.current < len(self.found):
            self._show_finding(read.current)
            if read.what:
                action, _, what = read.what.partition(".")
                getattr(self, f"action_{action}")(what)

    # -- a group -------------------------------------------------------------------------------------------------

    def action_group(self, what: str) -> None:
        if what not in groups.KEYS:
            super().action_group(what)
        elif self._deciding:
            self.say("a group is being decided; wait until it is saved", "failed")
        elif (item := self._selected()) is not None and self.possible(f"group.{what}"):
            seq = self.queue.here.entry.seq
            self.say(f"counting the rows with {groups.named(item)} …", "dim")
            self._ask_file("group", partial(self._count_group, self.desk.workspace.path, groups.KEYS[what], item, seq))

    async def _count_group(self, path: Path, what: groups.What, item: StoredFinding, seq: int) -> None:
        look = partial(groups.look, what=what, item=item, here=seq, queued=self.queue.seqs)
        self.post_message(self.Looked(await Errand(path).ask(look)))

    @on(Looked)
    def _looked(self, event: Looked) -> None:
        seen = event.seen
        if not self.is_current or self.asking:
            return
        if len(seen.members.all) < 2:
            self.say(f"no other row has {groups.named(seen.item)}: a and x decide this one", "dim")
            return
        blocks, marks = groups.question(seen, EXACT)
        confirm = ConfirmScreen(groups.asked(seen), blocks, marks, possible=bool(seen.seqs))
        self.message = ()
        self.app.push_screen(confirm, partial(self._confirmed, seen))

    def _confirmed(self, seen: groups.Seen, yes: bool | None) -> None:
        if not yes:
            self.say("nothing was changed", "dim")
            return
        try:
            self.desk.in_place()
        except CuratorError as error:
            self.say(f"not saved: {error}", "failed")
            return
        self._deciding = True
        self.say(f"{groups.asked(seen)} …", "dim")
        errand: WorkType[None] = partial(self._decide_group, self.desk.workspace.path, self.desk.reviewer, seen)
        self.run_worker(errand, group="decide", exit_on_error=False)

    async def _decide_group(self, path: Path, reviewer: str, seen: groups.Seen) -> None:
        def decide(desk: WorkspaceDesk) -> groups.Done:
            steps = groups.decided(desk, seen, reviewer)
            while True:
                try:
                    self.post_message(self.Stepped(next(steps)))
                except StopIteration as ended:
                    done: groups.Done = ended.value
                    return done

        try:
            self.post_message(self.Carried(await Errand(path).ask(decide)))
        except CuratorError as error:
            self.post_message(self.Refused(error))

    @on(Stepped)
    def _stepped(self, event: Stepped) -> None:
        progress = event.progress
        count = "" if progress.total is None else f" {progress.done:,} of {progress.total:,}"
        self.say(f"{progress.stage}{count} …", "dim")

    @on(Refused)
    def _refused(self, event: Refused) -> None:
        self._look_for_others()  # what was saved before it went wrong stands
        self.say(self.panes.veil.head(str(event.error), 400), "failed")  # it may quote a text

    @on(Carried)
    def _carried(self, event: Carried) -> None:
        done = event.done
        self._do(lambda: self._grouped(done))
        self._recount()

    def _grouped(self, done: groups.Done) -> Outcome:
        return self.review.grouped(done.seqs, done.words, done.event, decided=done.decided)

    def on_worker_state_changed(self, event: Worker.StateChanged) -> None:
        if event.worker.group == "decide" and event.worker.is_finished:
            self._deciding = False
