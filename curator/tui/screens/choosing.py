"""Which rows the queue shows: filters typed, saved and gone back to, orders, rows that come while one works."""

import asyncio
import time
from array import array
from collections.abc import Callable, Iterator, Mapping, Sequence
from functools import partial
from pathlib import Path

from msgspec.structs import replace
from textual import on
from textual.message import Message

from curator.errors import CuratorError, QueryError
from curator.model import Progress
from curator.query import Query, Term, Word, ordered, parse, uses
from curator.rows import Queue
from curator.text import many
from curator.tui.completing import Offer, offer, shared
from curator.tui.desk import Errand, WorkspaceDesk
from curator.tui.screens.grounding import GroundingScreen
from curator.tui.widgets.ask import Ask
from curator.tui.widgets.ink import Piece

COUNT_AFTER = 0.15
"""Seconds of no typing before a filter is counted."""
FIRST, GROW_AFTER = 200, 0.2
"""Rows that are shown as soon as they are found, and seconds between two times that more are added."""
FIELDS = "status finding sev label route in out lang dup sys any src by split note  len(out)>200  order:len"


class ChoosingScreen(GroundingScreen, inherit_bindings=False):
    """Asks for a line, filters with it. Owns the workers that choose and count rows."""

    class Chosen(Message):
        """A worker has read the first examples of a filter; `done` when there are no more."""

        def __init__(self, where: str, seqs: "array[int]", *, done: bool = True, ticket: int | None = None) -> None:
            super().__init__()
            self.where = where
            self.seqs = seqs
            self.done = done
            self.ticket = ticket

    class More(Message):
        """A worker has read more of them."""

        def __init__(self, seqs: "array[int]", ticket: int, *, done: bool) -> None:
            super().__init__()
            self.seqs = seqs
            self.ticket = ticket
            self.done = done

    class Counted(Message):
        """A worker has counted the examples of a filter, for the bar that it is typed into."""

        def __init__(self, where: str, count: int, *, done: bool = True) -> None:
            super().__init__()
            self.where = where
            self.count = count
            self.done = done

    class Indexing(Message):
        """A worker builds the word index first."""

        def __init__(self, progress: Progress) -> None:
            super().__init__()
            self.progress = progress

    class Known(Message):
        """A worker has read the values that the workspace knows, for completion."""

        def __init__(self, values: Mapping[str, Sequence[str]]) -> None:
            super().__init__()
            self.values = values

    _put_off: Chosen | None = None
    """Rows that arrived while a line was typed or another screen was open."""
    _ticket = 0
    """Which choice of rows is meant: what comes of an earlier one is dropped."""
    _sought: tuple[int, int] | None = None
    """The example that was under the cursor before its rows were chosen again, and where the cursor was put."""
    _known: Mapping[str, Sequence[str]] = {}
    _offered: tuple[str, Offer, int] | None = None
    """The text and the offer that tab goes through, and how far it has come."""
    _before = -1
    """How far ctrl+r has gone back."""

    def on_mount(self) -> None:
        self.used: list[str] = []  # filters of this session, the newest first
        if self.where:
            self._choose(self.where)

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

    def action_filter(self, what: str) -> None:
        if what == "open":
            self._offered, self._before = None, -1
            self._ask("filter", "/", self.where, 3)
            self._hint_filter(self.where)
            if not self._known:
                self._ask_file("known", partial(self._learn, self.desk.workspace.path))
        elif what == "complete":
            self._complete()
        elif what == "before":
            self._go_back()

    @on(Ask.Typed)
    def _typed(self, event: Ask.Typed) -> None:
        if event.about == "filter" and not isinstance(event, Ask.Answered):
            self._hint_filter(event.text)

    # -- what is typed -------------------------------------------------------------------------------------------

    def query_of(self, where: str) -> Query:
        """The parsed filter, with what is tagged. Raises `QueryError`."""
        query = parse(where)
        return replace(query, tagged=self.tags.seqs) if uses(query.where, Term, "tag") else query

    def _hint_filter(self, text: str) -> None:
        """Say where a filter goes wrong, or count what it selects, beside the filter that stands."""
        ask = self.query_one(Ask)
        ask.hint(1, [Piece(f"   {FIELDS}", "dim")])
        ask.hint(2, [Piece(f"   now: {many(len(self.queue))}", "dim"), Piece(f"  {self.where}", "dim")])
        try:
            query = self.query_of(text)
        except QueryError as error:
            ask.hint(0, [Piece(" " * (ask.indent + error.position)), Piece(f"▲ {error.reason}", "failed")])
            return
        ask.hint(0, [Piece("   counting …", "dim")])
        self._ask_file("count", partial(self._count, self.desk.workspace.path, text, query))

    async def _count(self, path: Path, text: str, query: Query) -> None:
        await asyncio.sleep(COUNT_AFTER)

        def count(desk: WorkspaceDesk) -> None:
            told, found = time.monotonic(), 0
            for found in desk.workspace.examples.counting(query):
                if time.monotonic() - told > GROW_AFTER:
                    told = time.monotonic()
                    self.post_message(self.Counted(text, found, done=False))
            self.post_message(self.Counted(text, found))

        await Errand(path).ask(count)

    @on(Counted)
    def _counted(self, event: Counted) -> None:
        if self.asking == "filter" and event.where == self.query_one(Ask).text:
            told = f"   {many(event.count)}" if event.done else f"   ≥ {event.count:,} so far"
            self.query_one(Ask).hint(0, [Piece(told, "bold"), Piece("   enter shows them", "dim")])

    async def _learn(self, path: Path) -> None:
        def learn(desk: WorkspaceDesk) -> dict[str, Sequence[str]]:
            counts = desk.workspace.findings.counts()
            return {
                "finding": [count.code for count in counts if count.findings],
                "src": [source.name for source in desk.workspace.sources.list() if " " not in source.name],
            }

        self.post_message(self.Known(await Errand(path).ask(learn)))

    @on(Known)
    def _learnt(self, event: Known) -> None:
        labels = dict.fromkeys(label.binding.label for label in self.label_keys)
        self._known = {**event.values, "label": list(labels), "by": [self.desk.reviewer]}

    def _complete(self) -> None:
        """Write what is offered; tab again writes the next of several."""
        ask = self.query_one(Ask)
        if self._offered is not None and self._offered[0] == ask.text:
            _, found, at = self._offered
            word = found.words[at % len(found.words)]
        else:
            found, at = offer(ask.text, ask.place, self._known), -1
            word = shared(found.words)
            if word == ask.text[found.start : ask.place] and found.words:
                word, at = found.words[0], 0
        if not found.words:
            ask.hint(1, [Piece("   nothing that begins so", "dim")])
            return
        text = ask.text[: found.start] + word + ask.text[ask.place :]
        ask.write(text, found.start + len(word))
        self._offered = None if at < 0 else (text, found, at + 1)  # another tab writes the next of several
        self.call_after_refresh(ask.hint, 1, [Piece("   " + "  ".join(found.words[:40]), "dim")])

    def _go_back(self) -> None:
        if self._before + 1 < len(self.used):
            self._before += 1
            text = self.used[self._before]
            self.query_one(Ask).write(text, len(text))

    def _apply_filter(self, text: str) -> None:
        try:
            self.query_of(text)
        except QueryError:
            return  # the caret is there already; the last good filter stays
        self._asked()
        self.review.hush("the filter")
        self._choose(text)

    def action_order(self, what: str) -> None:
        order = f"random({int(time.time()) % 10_000})" if what == "random" else what
        self._choose(ordered(self.where, order))

    # -- choosing ------------------------------------------------------------------------------------------------

    def _choose(self, where: str) -> None:
        try:
            self.desk.in_place()
            query = self.query_of(where)
        except CuratorError as error:
            self.say(str(error), "failed")
            return
        self._ticket += 1
        self.say("looking for rows …", "dim")
        if where and where not in self.used[:1]:
            self.used = [where, *(one for one in self.used if one != where)][:50]
        self._ask_file("choose", partial(self._read, self.desk.workspace.path, where, query, self._ticket))

    async def _read(self, path: Path, where: str, query: Query, ticket: int) -> None:
        def read(desk: WorkspaceDesk) -> None:
            if uses(query.where, Word) or uses(query.where, Term, "sim"):
                for step in desk.workspace.words.build():
                    self.post_message(self.Indexing(step))
            first = True
            for seqs, done in _in_parts(desk.workspace.examples.growing(query), time.monotonic):
                more = self.More(seqs, ticket, done=done)
                self.post_message(self.Chosen(where, seqs, done=done, ticket=ticket) if first else more)
                first = False

        await Errand(path).ask(read)

    @on(Indexing)
    def _indexing(self, event: Indexing) -> None:
        progress = event.progress
        share = f" {progress.done / progress.total:.0%}" if progress.total else ""
        self.say(f"{progress.stage}, once{share} …", "dim")

    @on(Chosen)
    def _chosen(self, event: Chosen) -> None:
        """Show other rows, but never under a text that is being typed: its letters would become decisions."""
        if event.ticket is not None and event.ticket != self._ticket:
            return
        if self.asking or not self.is_current:
            self._put_off = event
            return
        self._put_off = None
        try:
            self._show_chosen(event)
        except CuratorError as error:
            self.say(str(error), "failed")

    @on(More)
    def _grown(self, event: More) -> None:
        if event.ticket != self._ticket:
            return
        if self._put_off is not None:
            self._put_off.seqs.extend(event.seqs)
            self._put_off.done = event.done
            return
        offset = len(self.queue)
        self.growing = not event.done
        self.queue.grow(event.seqs)
        self.panes.grow(max(event.seqs, default=0), growing=self.growing)
        self._seek(offset, event.seqs)
        if event.done:
            self._say_how_many()
        if not offset and event.seqs:
            self.queue.start()
        if not offset or event.done:
            self.arrived()
        else:
            self.show_status()

    def _seek(self, offset: int, seqs: "array[int]") -> None:
        """Go to the example that was looked at before, when it comes and nobody has moved meanwhile."""
        if self._sought is None:
            return
        seq, cursor = self._sought
        if self.queue.cursor != cursor:
            self._sought = None
        elif seq in seqs:
            self._sought = None
            self.queue.move(offset + seqs.index(seq))
            self.arrived()

    def _show_what_was_put_off(self) -> None:
        if self._put_off is not None:
            self._chosen(self._put_off)

    def on_screen_resume(self) -> None:
        self.call_after_refresh(self._show_what_was_put_off)

    def _show_chosen(self, event: Chosen) -> None:
        seq = self.queue.here.entry.seq if len(self.queue) else None
        same = event.where == self.where
        self.where, self.growing = event.where, not event.done
        queue = Queue(self.desk, event.seqs)
        index = queue.index_of(seq) if seq is not None and same else None
        queue.start(index)
        lost = seq is not None and same and index is None and self.growing
        self._sought = (seq, queue.cursor) if lost and seq is not None else None
        self.review.freeze(queue)
        self.panes.freeze(queue, growing=self.growing)
        self._say_how_many()
        self.arrived()

    def _say_how_many(self) -> None:
        count = len(self.queue)
        self.message = [Piece("more rows are coming …" if self.growing else many(count), "dim")]


def _in_parts(found: Iterator["array[int]"], clock: Callable[[], float]) -> Iterator[tuple["array[int]", bool]]:
    """What is found, gathered: the first rows at once, more after a while, and whether these are the last."""
    waiting, began, first = array("q"), clock(), True
    for part in found:
        waiting.extend(part)
        late = clock() - began > GROW_AFTER and len(waiting)
        if late or (first and len(waiting) >= FIRST):
            yield waiting, False
            waiting, began, first = array("q"), clock(), False
    yield waiting, True
