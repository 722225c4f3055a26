"""The right answer to the input of a conflict, written once for all of its rows."""

from typing import TYPE_CHECKING, ClassVar

from textual import on
from textual.app import ComposeResult
from textual.binding import BindingType
from textual.screen import Screen
from textual.timer import Timer
from textual.widgets import TextArea

from curator.errors import CuratorError
from curator.text import many
from curator.tui import conflicts as told
from curator.tui.actions import APP_ACTIONS, EDIT, Action, Actions, bindings, name_of
from curator.tui.desk import WorkspaceDesk
from curator.tui.footer import footer
from curator.tui.trail import Trailed, trail
from curator.tui.veil import EXACT
from curator.tui.widgets.bar import Bar, Rule, frame
from curator.tui.widgets.hazard import decode, encode, why_not_inline
from curator.tui.widgets.ink import Piece, Pieces
from curator.tui.widgets.text_view import TextView
from curator.tui.widgets.typing_area import typing_area
from curator.tui.widgets.wrap import Block

if TYPE_CHECKING:
    from curator.operations.conflicts import Conflict

ACTIONS: Actions = (
    Action("answer.save", ("ctrl+s",), "store", "store it in all rows that remain", EDIT, 1),
    Action("answer.next", ("tab",), "start from", "start from the next answer, or from nothing", EDIT, 2),
    Action("answer.leave", ("escape",), "leave", "leave; asks when something is unsaved", EDIT, 3),
)

FIELD = "conflict"
"""Under this name a draft is kept, with the first row of the conflict."""
DRAFT_AFTER = 0.5
"""Seconds after the last key until the draft is on the disk."""


class OneAnswerScreen(Trailed, Screen[str | None], inherit_bindings=False):
    """The input and the answers above, a text area below. Answers with the text; it is empty to begin with."""

    NAME: ClassVar[str] = "one answer"
    ACTIONS: ClassVar[Actions] = ACTIONS
    BINDINGS: ClassVar[list[BindingType]] = bindings(ACTIONS)
    AUTO_FOCUS = "#area"
    CSS_PATH = "one_answer.tcss"
    VERTICAL_BREAKPOINTS = [(0, "-short"), (30, "-tall")]

    def __init__(self, desk: WorkspaceDesk, conflict: "Conflict") -> None:
        super().__init__()
        self.desk = desk
        self.conflict = conflict
        self.message: Pieces = ()
        self.start = -1
        self._typed = ""  # what was put there, until something is typed
        self._leaving = False
        self._keep_later: Timer | None = None

    def compose(self) -> ComposeResult:
        yield Bar(id="title")
        yield Rule(id="rule-before")
        yield TextView(id="reading")
        yield Rule(id="rule-text")
        yield typing_area()
        yield Rule(id="rule-bottom")
        yield Bar(id="last")
        yield Bar(id="keys")

    def on_mount(self) -> None:
        frame(self, "before", "text", "bottom")
        self.query_one("#whole").display = False
        asked, heading = told.asked(self.conflict, EXACT, whole=True)
        answers = [
            Block("", f"{told.letter(number)}  {many(len(one.seqs))}", EXACT.part(one.text, 0, told.WHOLE))
            for number, one in enumerate(self.conflict.variants[:9])
        ]
        self.query_one("#reading", TextView).show((*asked, *answers))
        self.query_one("#rule-before", Rule).show([Piece(heading, "title")])
        draft = self.desk.draft(self._first, FIELD)
        if draft:
            self._put(draft)
            self._typed = ""
            self.message = [Piece("this is the draft of an answer that was never stored", "fix")]
        self.show_state()

    @property
    def _first(self) -> int:
        return self.conflict.rows[0].seq

    @property
    def area(self) -> TextArea:
        """Where the answer is typed."""
        return self.query_one(TextArea)

    @property
    def text(self) -> str:
        """The answer as it stands."""
        return decode(self.area.text)

    @property
    def unsaved(self) -> bool:
        """Whether what was typed is a draft and no more."""
        return bool(self.text.strip()) and self.text != self._typed

    def show_state(self) -> None:
        """Draw everything but the texts."""
        self.query_one("#title", Bar).show(trail(self))
        remain = sum(row.status != "rejected" and row.route == "train" and not row.moved for row in self.conflict.rows)
        told_of = f"  {len(self.text):,} ch · for {many(remain)}"
        self.query_one("#rule-text", Rule).show([Piece("THE RIGHT ANSWER", "focus"), Piece(told_of, "dim")])
        self.query_one("#last", Bar).show([Piece(" "), *self.message])
        actions = (*ACTIONS, *APP_ACTIONS)
        keys = footer(actions, lambda action: self.possible(action.name), self.size.width, typing=True)
        self.query_one("#keys", Bar).show(keys)

    def say(self, text: str, ink: str = "plain") -> None:
        """Put a message into the status line."""
        self.message = [Piece(text, ink)]
        self.show_state()

    def on_resize(self) -> None:
        self.call_after_refresh(self.show_state)

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Whether a key works now."""
        return self.possible(name_of(action, parameters))

    def possible(self, name: str) -> bool:
        """Whether the action `name` can be done now."""
        return name != "answer.save" or (self.is_mounted and bool(self.text.strip()))

    @on(TextArea.Changed)
    def _changed(self) -> None:
        self._leaving = False
        self.message = ()
        if self._keep_later is not None:
            self._keep_later.stop()
        self._keep_later = self.set_timer(DRAFT_AFTER, self.keep)
        self.show_state()

    def keep(self) -> None:
        """Put what was typed on the disk, where a crash cannot reach it."""
        try:
            if self.unsaved:
                self.desk.keep_draft(self._first, FIELD, self.text)
            else:
                self.desk.drop_draft(self._first, FIELD)
        except CuratorError as error:
            self.say(f"the draft is not kept: {error}", "failed")

    def action_answer(self, what: str) -> None:
        if what == "save":
            self.keep()
            self.dismiss(self.text)
        elif what == "next":
            self._start_from_next()
        elif self.unsaved and not self._leaving:
            self._leaving = True
            self.say("not stored: ctrl+s stores it, esc again leaves it as a draft", "failed")
        else:
            self.keep()
            self.dismiss(None)

    def _start_from_next(self) -> None:
        if self.unsaved:
            self.say("what was typed stays: empty it to start from an answer", "failed")
            return
        variants = self.conflict.variants
        self.start = self.start + 1 if self.start + 1 < len(variants) else -1
        text = "" if self.start < 0 else variants[self.start].text
        if refused := why_not_inline(text) if text else "":
            self.say(f"not here: {refused}", "failed")
            return
        self._put(text)
        self.say("" if self.start < 0 else f"starts from {told.letter(self.start)}", "dim")

    def _put(self, text: str) -> None:
        self._typed = text
        with self.prevent(TextArea.Changed):
            self.area.load_text(encode(text) if text else "")
        self.area.move_cursor(self.area.document.end)
