"""The clusters of knowledge: what the pairs that teach facts are about, and one key that routes a cluster to RAG."""

from collections.abc import Callable, Generator
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, ClassVar, TypeVar

from textual import events, on
from textual.app import ComposeResult
from textual.binding import BindingType
from textual.message import Message
from textual.screen import Screen
from textual.worker import Worker, WorkerState, WorkType

from curator.errors import CuratorError, UndoRefusedError
from curator.model import Progress
from curator.rows import Turned
from curator.tui import clusters as told
from curator.tui.actions import APP_ACTIONS, BY_SCREEN, bindings, name_of
from curator.tui.clusters import Opened
from curator.tui.desk import Errand, WorkspaceDesk
from curator.tui.footer import footer
from curator.tui.screens.confirm import ConfirmScreen
from curator.tui.veil import EXACT
from curator.tui.widgets.bar import Bar, Panel, Rule, frame
from curator.tui.widgets.ink import Piece, Pieces
from curator.tui.widgets.text_view import TextView

if TYPE_CHECKING:  # loads the word table, which nobody needs before clusters are asked for
    from curator.operations.clusters import Clusters, Listed, Preview, Routed

T = TypeVar("T")
GROUP = "clusters"


class ClustersScreen(Screen[Opened | None], inherit_bindings=False):
    """Lists clusters, shows a sample of one, routes it. Answers with what the queue is to show, if anything."""

    ACTIONS: ClassVar[str] = "clusters"
    BINDINGS: ClassVar[list[BindingType]] = bindings("clusters")
    AUTO_FOCUS = "#reading"
    VERTICAL_BREAKPOINTS = [(0, "-short"), (30, "-tall")]

    class Stepped(Message):
        """A worker has come so far."""

        def __init__(self, progress: Progress) -> None:
            super().__init__()
            self.progress = progress

    class Gathered(Message):
        """A worker has made the clusters, or counted again what of them is in RAG."""

        def __init__(self, found: "Clusters") -> None:
            super().__init__()
            self.found = found
            self.lines = told.lines(found, EXACT)  # in the worker's thread: there may be thousands

    class Looked(Message):
        """A worker has seen what routing a cluster would do."""

        def __init__(self, one: "Listed", seen: "Preview") -> None:
            super().__init__()
            self.one = one
            self.seen = seen

    class Routed(Message):
        """A worker has routed a cluster: it is on the disk."""

        def __init__(self, done: "Routed") -> None:
            super().__init__()
            self.done = done

    class Refused(Message):
        """A worker could not do what it was sent for."""

        def __init__(self, error: CuratorError) -> None:
            super().__init__()
            self.error = error

    def __init__(self, desk: WorkspaceDesk) -> None:
        super().__init__()
        self.desk = desk
        self.found: Clusters | None = None
        self.lines: list[Pieces] = []
        self.cursor = 0
        self.undoable = ""
        self.message: Pieces = [Piece("reading what was found …", "dim")]
        self._busy = True
        self._left = False

    def compose(self) -> ComposeResult:
        yield Bar(id="title")
        yield Rule(id="rule-top")
        yield Panel(id="clusters")
        yield Rule(id="rule-sample")
        yield TextView(id="reading")
        yield Rule(id="rule-bottom")
        yield Bar(id="last")
        yield Bar(id="keys")

    def on_mount(self) -> None:
        frame(self, "top", "sample", "bottom")
        self.undoable = self.desk.next_undo()
        self.draw()
        self._gather()

    def on_unmount(self) -> None:
        self._left = True

    def on_resize(self) -> None:
        self.call_after_refresh(self.draw)

    # -- in the background ---------------------------------------------------------------------------------------

    def _send(self, question: Callable[[WorkspaceDesk], Message]) -> None:
        """Ask in a thread, on a connection of its own; what it answers with is posted."""
        self._busy = True
        errand: WorkType[None] = partial(self._ask, self.desk.workspace.path, question)
        self.run_worker(errand, group=GROUP, exit_on_error=False)

    async def _ask(self, path: Path, question: Callable[[WorkspaceDesk], Message]) -> None:
        try:
            self.post_message(await Errand(path).ask(question))
        except CuratorError as error:
            self.post_message(self.Refused(error))

    def _through(self, steps: Generator[Progress, None, T]) -> T:
        """Run a long operation to its end, unless the screen was left."""
        while True:
            try:
                step = next(steps)
            except StopIteration as ended:
                result: T = ended.value
                return result
            if self._left:
                steps.close()
                raise CuratorError("the clusters were left before they were there.")
            self.post_message(self.Stepped(step))

    def _gather(self) -> None:
        def gather(desk: WorkspaceDesk) -> Message:
            from curator.operations.clusters import clusters

            return self.Gathered(self._through(clusters(desk.workspace)))

        self._send(gather)

    def _count(self) -> None:
        found = self.found
        if found is None:
            return

        def count(desk: WorkspaceDesk) -> Message:
            from curator.operations.clusters import counted

            return self.Gathered(counted(desk.workspace, found))

        self._send(count)

    @on(Stepped)
    def _stepped(self, event: Stepped) -> None:
        progress = event.progress
        share = "" if not progress.total else f" {progress.done / progress.total:.0%}"
        self.say(f"{progress.stage}{share} …", "dim")

    @on(Gathered)
    def _gathered(self, event: Gathered) -> None:
        first, self.found, self._busy = self.found is None, event.found, False
        self.lines = event.lines
        self.cursor = max(0, min(self.cursor, len(event.found.listed) - 1))
        if first:
            self.message = self._summary(event.found)
        self.draw()

    @staticmethod
    def _summary(found: "Clusters") -> Pieces:
        if not found.checked:
            return [Piece("not checked yet: curator check --select KNO", "dim")]
        if not found.listed:
            return [Piece("no pair was found that teaches facts", "dim")]
        return [Piece(f"{found.suspects:,} of {told.rows(found.examples)} teach facts", "dim")]

    @on(Refused)
    def _refused(self, event: Refused) -> None:
        self._busy = False
        self.say(EXACT.head(str(event.error), 400), "failed")

    def on_worker_state_changed(self, event: Worker.StateChanged) -> None:
        if event.state is WorkerState.ERROR:
            self._busy = False
            self.say(EXACT.head(str(event.worker.error), 400), "failed")

    # -- drawing -------------------------------------------------------------------------------------------------

    @property
    def here(self) -> "Listed | None":
        """The cluster under the cursor."""
        return self.found.listed[self.cursor] if self.found is not None and self.found.listed else None

    def draw(self) -> None:
        """Show list, sample and bars as they are known."""
        found, one = self.found, self.here
        count = len(found.listed) if found is not None else 0
        place = [Piece(f"cluster {self.cursor + 1:,} of {count:,} ", "dim")] if count else []
        self.query_one("#title", Bar).show(
            [Piece(f" {self.desk.workspace.path.stem}", "title"), Piece(" ▸ Queue ▸ Clusters", "dim")], place
        )
        if found is not None:
            lines = [*self.lines]
            if lines:
                lines[self.cursor] = told.pointed(lines[self.cursor])
            self.query_one(Panel).show(lines, (self.cursor, self.cursor + 1))
            self.query_one("#rule-top", Rule).show([Piece("ROWS AND SHARE OF KNOWLEDGE  → in RAG", "title")])
        if one is not None:
            try:
                entries = [card.entry for card in self.desk.cards(list(one.cluster.sample))]
                self.query_one(TextView).show(tuple(told.sample(one, entries, EXACT)))
            except CuratorError as error:
                self.message = [Piece(str(error), "failed")]
        self.show_status()

    def show_status(self) -> None:
        """Draw the bars below."""
        text = self.query_one(TextView)
        self.query_one("#rule-sample", Rule).show([Piece("SAMPLE", "title")] if self.here else [])
        self.query_one("#rule-bottom", Rule).show([Piece("↓ more", "dim")] if text.more_below else [])
        undo = [Piece("u ", "key"), Piece(f"undoes: {self.undoable} ", "dim")] if self.undoable else []
        self.query_one("#last", Bar).show([Piece(" "), *self.message], undo)
        actions = (*BY_SCREEN["clusters"], *APP_ACTIONS)
        keys = footer(actions, lambda action: self.possible(action.name), self.size.width)
        self.query_one("#keys", Bar).show(keys)

    def say(self, text: str, ink: str = "plain") -> None:
        """Put a message into the status line."""
        self.message = [Piece(text, ink)]
        self.show_status()

    def on_text_view_scrolled(self) -> None:
        self.show_status()

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Whether a key works now."""
        return self.possible(name_of(action, parameters))

    def possible(self, name: str) -> bool:
        """Whether the action `name` can be done now."""
        if name in ("clusters.open", "clusters.route"):
            return self.here is not None and (name == "clusters.open" or not self._busy)
        if name in ("clusters.undo", "clusters.redo"):
            return not self._busy and (name != "clusters.undo" or bool(self.undoable))
        if name in ("clusters.close", "clusters.refresh") or not name.startswith("clusters."):
            return name != "clusters.refresh" or not self._busy
        return self.here is not None

    # -- keys ----------------------------------------------------------------------------------------------------

    def action_clusters(self, what: str) -> None:
        if what in ("text_down", "text_up"):
            self.query_one(TextView).scroll_lines(2 if what == "text_down" else -2)
        elif what == "close":
            self.dismiss(None)
        elif what == "refresh":
            self.say("reading what was found …", "dim")
            self.found = None
            self._gather()
        elif what == "open":
            self._open()
        elif what == "route":
            self._look()
        elif what in ("undo", "redo"):
            self._turn(what)
        else:
            self._move(what)

    def _move(self, what: str) -> None:
        count = len(self.found.listed) if self.found is not None else 0
        page = max(1, self.query_one(Panel).size.height - 1)
        steps = {"down": 1, "up": -1, "page_down": page, "page_up": -page, "first": -count, "last": count}
        self._point(self.cursor + steps[what])

    def _point(self, place: int) -> None:
        count = len(self.found.listed) if self.found is not None else 0
        place = max(0, min(place, count - 1))
        if count and place != self.cursor:
            self.cursor = place
            self.draw()

    @on(Panel.Picked)
    def _picked(self, event: Panel.Picked) -> None:
        self._point(event.line)

    def on_paste(self, event: events.Paste) -> None:
        event.stop()
        self.say("pasted text was ignored: letters are keys here", "failed")

    def _open(self) -> None:
        from curator.operations.clusters import where

        if (one := self.here) is not None:
            self.dismiss(Opened(where(one), one.cluster.members))

    # -- to RAG --------------------------------------------------------------------------------------------------

    def _look(self) -> None:
        one = self.here
        if one is None:
            return

        def look(desk: WorkspaceDesk) -> Message:
            from curator.operations.clusters import preview

            return self.Looked(one, preview(desk.workspace, one.cluster))

        self.say("counting …", "dim")
        self._send(look)

    @on(Looked)
    def _looked(self, event: Looked) -> None:
        self._busy = False
        if not self.is_current:
            return
        one, seen = event.one, event.seen
        self.say("")
        blocks = told.question(one, seen, EXACT)
        title = f"route {told.rows(len(seen.seqs))} to RAG"
        confirm = ConfirmScreen(self.desk.workspace.path.stem, title, blocks, [], possible=bool(seen.seqs))
        self.app.push_screen(confirm, partial(self._confirmed, one, seen))

    def _confirmed(self, one: "Listed", seen: "Preview", yes: bool | None) -> None:
        if not yes:
            self.say("nothing was changed", "dim")
            return
        reviewer = self.desk.reviewer

        def carry(desk: WorkspaceDesk) -> Message:
            from curator.operations.clusters import route

            return self.Routed(self._through(route(desk.workspace, one.cluster, seen, actor=reviewer)))

        try:
            self.desk.in_place()
        except CuratorError as error:
            self.say(f"not saved: {error}", "failed")
            return
        self.say("routing to RAG …", "dim")
        self._send(carry)

    @on(Routed)
    def _routed(self, event: Routed) -> None:
        self._busy = False
        self.undoable = self.desk.next_undo()
        self.say(f"routed {told.rows(event.done.pairs)} to RAG · saved #{event.done.saved.seq:,}")
        self._count()

    def _turn(self, what: str) -> None:
        turn: Callable[[], Turned | None] = self.desk.undo if what == "undo" else self.desk.redo
        try:
            turned = turn()
            self.undoable = self.desk.next_undo()
        except UndoRefusedError:
            self.say("refused: somebody has changed it since; in the queue : can leave it", "failed")
        except CuratorError as error:
            self.say(f"not saved: {error}", "failed")
        else:
            self.say(
                f"nothing to {what}" if turned is None else f"{'undid' if what == 'undo' else 'redid'}: {turned.label}"
            )
            self._count()
