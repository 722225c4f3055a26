"""What happened to a pair, or in the whole workspace: who, when, what, and what was there before."""

from array import array
from typing import ClassVar

from textual.binding import BindingType

from curator.errors import CuratorError
from curator.tui import history as words
from curator.tui.actions import FIND, Action, Actions
from curator.tui.desk import WorkspaceDesk
from curator.tui.places import Opened, Place
from curator.tui.screens.listed import ListedScreen, moving
from curator.tui.screens.place import PLACE_ACTIONS, place_bindings
from curator.tui.veil import EXACT
from curator.tui.widgets.ink import Piece
from curator.workspace.past import Past

PAGE = 100
"""Operations that are read at once."""
WINDOW = 500
"""Operations that are held: the log may have millions."""

ACTIONS: Actions = (
    Action("history.open", ("enter",), "rows", "its rows in the queue", FIND, 1),
    *moving("history", "operation"),
    Action("history.refresh", ("r",), "refresh", "read the log again", FIND, 22),
    *PLACE_ACTIONS,
)


class HistoryScreen(ListedScreen, inherit_bindings=False):
    """Lists operations, the newest first; shows what one changed. Answers with the rows of one for the queue."""

    NAME: ClassVar[str] = "history"
    ACTIONS: ClassVar[Actions] = ACTIONS
    BINDINGS: ClassVar[list[BindingType]] = place_bindings(ACTIONS)

    def __init__(self, desk: WorkspaceDesk, seq: int | None = None) -> None:
        super().__init__(desk)
        self.seq = seq
        self.listed: list[Past] = []

    def on_mount(self) -> None:
        self._read()

    # -- reading -------------------------------------------------------------------------------------------------

    @property
    def count(self) -> int:
        """How many operations are held."""
        return len(self.listed)

    @property
    def here(self) -> Past | None:
        """The operation under the cursor."""
        return self.listed[self.cursor] if self.listed else None

    def _read(self) -> None:
        """Read again, from the newest."""
        past = self.desk.workspace.past
        try:
            self.listed = past.before(None, PAGE) if self.seq is None else past.of(self.seq)
        except CuratorError as error:
            self.message = [Piece(EXACT.head(str(error), 400), "failed")]
        self.cursor = max(0, min(self.cursor, self.count - 1))

    def _older(self) -> None:
        found = self.desk.workspace.past.before(self.listed[-1].first, PAGE)
        over = max(0, self.count + len(found) - WINDOW)
        self.listed = [*self.listed, *found][over:]
        self.cursor -= over

    def _newer(self) -> None:
        found = self.desk.workspace.past.after(self.listed[0].last, PAGE)
        self.listed = [*found, *self.listed][:WINDOW]
        self.cursor += len(found)

    def move(self, what: str) -> None:
        """Move the cursor; in the workspace's past, read on where the list ends."""
        try:
            if self.seq is None and self.listed and what in ("first", "last"):
                past = self.desk.workspace.past
                self.listed = past.before(None, PAGE) if what == "first" else past.after(0, PAGE)
                self.cursor = 0 if what == "first" else self.count - 1
                self.draw()
                return
            super().move(what)
        except CuratorError as error:
            self.say(EXACT.head(str(error), 400), "failed")

    def point(self, place: int) -> None:
        """Put the cursor on a line; there are more lines than are held."""
        if self.seq is None and self.listed:
            step = place - self.cursor
            if place >= self.count - 1:
                self._older()
            elif place <= 0:
                self._newer()
            place = self.cursor + step
        super().point(place)

    # -- drawing -------------------------------------------------------------------------------------------------

    @property
    def called(self) -> str:
        """What it is called in the line at the top."""
        return "History" + (f" of #{self.seq}" if self.seq is not None else "")

    def draw(self) -> None:
        """Show the list, and what the operation under the cursor changed."""
        one = self.here
        self.show_title([Piece(f"event #{one.last:,} of #{self._newest():,} ", "dim")] if one else [])
        digits = max((len(f"{past.last:,}") for past in self.listed), default=1)
        lines = [words.line(past, EXACT, here=place == self.cursor, digits=digits)
                 for place, past in enumerate(self.listed)]  # fmt: skip
        self.show_list("WHEN, WHO AND WHAT  ↶ undone", lines)
        if one is not None:
            events = self.desk.workspace.past.events(one.batch, words.EVENTS, self.seq)
            self.show_told("BEFORE → AFTER", *words.told(one, events, EXACT))
        else:
            self.message = [Piece("nothing has happened to it since it was imported", "dim")]
            self.show_told("", [])
        self.show_status()

    def _newest(self) -> int:
        return self.desk.workspace.log.last_seq()

    def possible(self, name: str) -> bool:
        """Whether the action `name` can be done now."""
        if name == "history.open":
            return self.here is not None and not self.busy
        return super().possible(name)

    # -- keys ----------------------------------------------------------------------------------------------------

    def action_history(self, what: str) -> None:
        if what == "open":
            self._open()
        elif what == "refresh":
            self._read()
            self.draw()
        else:
            self.move(what)

    def _open(self) -> None:
        if (one := self.here) is None:
            return
        self.say("reading its rows …", "dim")
        self.ask(lambda desk: desk.workspace.past.examples(one.batch), self._opened)

    def _opened(self, seqs: "array[int]") -> None:
        if not seqs:
            self.say("it is about no row", "dim")
        elif self.is_current:
            self.dismiss(Opened(words.where(seqs), seqs))

    def turned(self) -> None:
        """Something was undone or redone: it is the newest operation now."""
        self.cursor = 0
        self._read()
        self.draw()


PLACE = Place("t", "history", "what happened, and who did it", HistoryScreen)
