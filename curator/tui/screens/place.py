"""A screen beside the queue: its frame, its status line, and questions that are answered in the background."""

from collections.abc import Callable, Generator
from functools import partial
from pathlib import Path
from typing import ClassVar, TypeVar

from textual import events, on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.message import Message
from textual.screen import Screen
from textual.widget import Widget
from textual.worker import Worker, WorkerState, WorkType

from curator.errors import CuratorError, UndoRefusedError
from curator.model import Progress
from curator.rows import Turned
from curator.tui.actions import APP, APP_ACTIONS, GROUP, Action, Actions, bindings, key_for, name_of
from curator.tui.desk import Errand, WorkspaceDesk
from curator.tui.footer import footer
from curator.tui.places import Opened
from curator.tui.trail import Trailed, trail
from curator.tui.veil import EXACT
from curator.tui.widgets.bar import Bar, Rule
from curator.tui.widgets.ink import Piece, Pieces, width_of

T = TypeVar("T")

PLACE_ACTIONS: Actions = (
    Action("place.undo", ("u", "backspace"), "undo", "undo", GROUP, 50, "u"),
    Action("place.redo", ("U", "ctrl+r"), "redo", "redo", GROUP, 0, "U", beside="place.undo"),
    Action("place.close", ("escape", "q"), "back", "back to the queue", APP, 60, "esc"),
)


def place_bindings(actions: Actions) -> list[BindingType]:
    """The bindings of a place: its own actions, which end with `PLACE_ACTIONS`, and `g`."""
    return [*bindings(actions), Binding("g", "app.prefix('g')", "go", id="prefix.g", show=False)]


def way_on() -> str:
    """Where to go from a place in which nothing is left to do."""
    return f"{key_for('place.close', 'esc')} goes back to the queue, {key_for('go.home', 'g h')} shows what is next."


class PlaceScreen(Trailed, Screen[Opened | None], inherit_bindings=False):
    """Title and status around what a place shows. Answers with what the queue is to show next, if anything.

    A place names its `ACTIONS`, yields its widgets in `body`, shows them in `draw`, and runs an action ``family.what``
    in its method ``action_family``. Whatever reads more than the rows on the screen goes through `ask`.
    """

    IS_PLACE = True
    ACTIONS: ClassVar[Actions] = PLACE_ACTIONS
    HORIZONTAL_BREAKPOINTS = [(0, "-narrow"), (100, "-wide"), (140, "-full")]
    VERTICAL_BREAKPOINTS = [(0, "-short"), (30, "-tall")]

    class Answered(Message):
        """A worker has an answer, and the method that takes it."""

        def __init__(self, take: Callable[[], None]) -> None:
            super().__init__()
            self.take = take

    class Stepped(Message):
        """A worker has come so far."""

        def __init__(self, progress: Progress) -> None:
            super().__init__()
            self.progress = progress

    def __init__(self, desk: WorkspaceDesk) -> None:
        super().__init__()
        self.desk = desk
        self.undoable = ""
        self.message: Pieces = ()
        self.busy = False
        self.left = False

    def compose(self) -> ComposeResult:
        yield Bar(id="title")
        yield from self.body()
        yield Rule(id="rule-bottom")
        yield Bar(id="last")
        yield Bar(id="keys")

    def body(self) -> "Generator[Widget, None, None]":
        """What stands between the title and the rule above the status line."""
        raise NotImplementedError

    def on_mount(self) -> None:
        self.undoable = self.desk.next_undo()

    def on_unmount(self) -> None:
        self.left = True

    def on_resize(self) -> None:
        self.call_after_refresh(self.draw)

    # -- in the background ---------------------------------------------------------------------------------------

    def ask(self, question: Callable[[WorkspaceDesk], T], take: Callable[[T], None], *, group: str = "place") -> None:
        """Ask in a thread, on a connection of its own; `take` is called here with the answer, errors are said.

        While a question of the group ``place`` is open, `busy` holds. Another group leaves the keys alone, and its
        newest question takes the place of the one that is open.
        """
        own = group == "place"
        self.busy = self.busy or own
        errand: WorkType[None] = partial(self._answer, self.desk.workspace.path, question, take, own)
        self.run_worker(errand, group=group, exclusive=not own, exit_on_error=False)

    async def _answer(
        self, path: Path, question: Callable[[WorkspaceDesk], T], take: Callable[[T], None], own: bool
    ) -> None:
        try:
            answer = await Errand(path).ask(question)
        except CuratorError as error:
            self.post_message(self.Answered(partial(self._refused, own, error)))
        else:
            self.post_message(self.Answered(partial(self._taken, own, take, answer)))

    def _taken(self, own: bool, take: Callable[[T], None], answer: T) -> None:
        self.busy = self.busy and not own
        take(answer)

    def _refused(self, own: bool, error: CuratorError) -> None:
        self.busy = self.busy and not own
        if isinstance(error, UndoRefusedError):
            self.say("refused: somebody has changed it since; in the queue : can leave it", "failed")
        else:
            self.say(EXACT.head(str(error), 400), "failed")

    def through(self, steps: Generator[Progress, None, T]) -> T:
        """Run a long operation to its end, for a worker's thread; it stops when the screen is left."""
        while True:
            try:
                step = next(steps)
            except StopIteration as ended:
                result: T = ended.value
                return result
            if self.left:
                steps.close()
                raise CuratorError("the screen was left before the work was done.")
            self.post_message(self.Stepped(step))

    @on(Answered)
    def _answered(self, event: Answered) -> None:
        event.take()

    @on(Stepped)
    def stepped(self, event: Stepped) -> None:
        """Say how far a worker has come."""
        progress = event.progress
        share = "" if not progress.total else f" {progress.done / progress.total:.0%}"
        self.say(f"{progress.stage}{share} …", "dim")

    def on_worker_state_changed(self, event: Worker.StateChanged) -> None:
        if event.state is WorkerState.ERROR:
            self.busy = False
            self.say(EXACT.head(str(event.worker.error), 400), "failed")

    # -- drawing -------------------------------------------------------------------------------------------------

    def draw(self) -> None:
        """Show what is known."""
        raise NotImplementedError

    def show_title(self, right: Pieces = ()) -> None:
        """The line at the top: where we are, and what stands at the right."""
        self.query_one("#title", Bar).show(trail(self), right)

    def show_status(self) -> None:
        """Draw the bars below."""
        key = key_for("place.undo", "u")
        undo = [Piece(f"{key} ", "key"), Piece(f"undoes: {self.undoable} ", "dim")] if self.undoable else []
        told = [Piece(" "), *self.message]
        if width_of(told) + width_of(undo) > self.size.width:
            undo = []  # what happened is worth more than what could be undone
        self.query_one("#last", Bar).show(told, undo)
        actions = (*self.ACTIONS, *APP_ACTIONS)
        keys = footer(actions, lambda action: self.possible(action.name), self.size.width)
        self.query_one("#keys", Bar).show(keys)

    def say(self, text: str, ink: str = "plain") -> None:
        """Put a message into the status line."""
        self.message = [Piece(text, ink)]
        self.show_status()

    # -- keys ----------------------------------------------------------------------------------------------------

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Whether a key works now: what the footer shows and what the keys do never differ."""
        return self.possible(name_of(action, parameters))

    def possible(self, name: str) -> bool:
        """Whether the action `name` can be done now."""
        if name == "place.undo":
            return bool(self.undoable) and not self.busy
        return name != "place.redo" or not self.busy

    def action_place(self, what: str) -> None:
        """Leave; or undo and redo, in a thread: a step may be a million rows, which is seconds."""
        if what == "close":
            self.dismiss(None)
            return
        reviewer = self.desk.reviewer

        def turn(desk: WorkspaceDesk) -> Turned | None:
            own = WorkspaceDesk(desk.workspace, reviewer)
            return own.undo() if what == "undo" else own.redo()

        try:
            self.desk.in_place()
        except CuratorError as error:
            self.say(f"not saved: {error}", "failed")
            return
        self.say(f"{what} …", "dim")
        self.ask(turn, partial(self._turned_over, what))

    def _turned_over(self, what: str, turned: Turned | None) -> None:
        done = "undid" if what == "undo" else "redid"
        self.undoable = self.desk.next_undo()
        self.say(f"nothing to {what}" if turned is None else f"{done}: {turned.label}")
        if turned is not None and turned.relabelled:
            self.desk.read_labels()
        if turned is not None:
            self.desk.saved = max(self.desk.saved, turned.event)
            self.turned()

    def turned(self) -> None:
        """Something was undone or redone: what is shown may have changed."""

    def on_paste(self, event: events.Paste) -> None:
        event.stop()
        self.say("pasted text was ignored: letters are keys here", "failed")

    def saved(self, words: str, event: int) -> None:
        """Say what was done: it is on the disk. Only here does a place say saved."""
        self.desk.saved = max(self.desk.saved, event)
        self.undoable = self.desk.next_undo()
        self.say(f"{words} · saved #{event:,}")
