"""Editing one example's messages in place, with the changes in sight and a draft that survives a crash."""

from collections.abc import Mapping
from typing import ClassVar, NamedTuple

from textual import events, on
from textual.app import ComposeResult
from textual.binding import BindingType
from textual.screen import Screen
from textual.timer import Timer
from textual.widgets import TextArea
from textual.widgets.text_area import Selection

from curator.errors import ConflictError, CuratorError
from curator.model import Entry, Span, Status
from curator.tui import external
from curator.tui.actions import APP_ACTIONS, DRAFT, EDIT, Action, Actions, bindings, name_of
from curator.tui.desk import WorkspaceDesk
from curator.tui.diff import changes
from curator.tui.editing import Editing, field_of
from curator.tui.footer import footer
from curator.tui.trail import Trailed, trail
from curator.tui.veil import EXACT, WHOLE, exact
from curator.tui.widgets.bar import Bar, Rule, frame
from curator.tui.widgets.hazard import decode, encode, why_not_inline
from curator.tui.widgets.ink import Piece, Pieces
from curator.tui.widgets.text_view import TextView
from curator.tui.widgets.typing_area import typing_area
from curator.tui.widgets.wrap import Block

ACTIONS = (
    Action("edit.save", ("ctrl+s",), "save+accept", "save, accept, next pending", EDIT, 1),
    Action("edit.keep", ("f2",), "save", "save and stay with the row", EDIT, 2),
    Action("edit.editor", ("ctrl+o",), "$EDITOR", "go on in $EDITOR", EDIT, 3),
    Action("edit.next", ("tab", "ctrl+down"), "message", "next message", EDIT, 4, "tab"),
    Action("edit.previous", ("shift+tab", "ctrl+up"), "previous", "previous message", EDIT, beside="edit.next"),
    Action("edit.leave", ("escape",), "leave", "leave; asks when something is unsaved", EDIT, 5),
    Action("draft.take", ("y",), "take draft", "take the draft over", DRAFT, 1),
    Action("draft.drop", ("n",), "drop draft", "throw the draft away", DRAFT, 2),
)


DRAFT_AFTER = 0.5
"""Seconds after the last key until the draft is on the disk: all that a crash can cost."""
DIFF_AFTER = 0.1
# So many characters are a label, a name or a gap, and written anew as a whole.
_SHORT = 40
_NOWHERE: Mapping[str, Span] = {}


class Edited(NamedTuple):
    """What was saved: in words, as which event, and the status given with it."""

    seq: int
    words: str
    event: int
    status: Status | None


def _location(text: str, at: int) -> tuple[int, int]:
    """The line and the column of a character."""
    return text.count("\n", 0, at), at - (text.rfind("\n", 0, at) + 1)


def _masked(text: str) -> str:
    """The text as it may be shown. A long one is not remembered: there is another one with each key."""
    return exact(text) if len(text) <= WHOLE else exact.__wrapped__(text)


class EditScreen(Trailed, Screen[Edited | None], inherit_bindings=False):
    """One message in a text area at a time; what comes before it above, the changes below."""

    NAME: ClassVar[str] = "edit"
    ACTIONS: ClassVar[Actions] = ACTIONS
    BINDINGS: ClassVar[list[BindingType]] = bindings(ACTIONS)
    AUTO_FOCUS = ""
    VERTICAL_BREAKPOINTS = [(0, "-tiny"), (16, "-short"), (30, "-tall")]

    def __init__(
        self, desk: WorkspaceDesk, entry: Entry, texts: Mapping[str, str], places: Mapping[str, Span] = _NOWHERE
    ) -> None:
        super().__init__()
        self.desk = desk
        self._places = places
        self.editing = Editing(desk, entry, texts)
        self.field = self._first(texts)
        self.message: Pieces = ()
        self._leaving = False
        self._refused = ""  # why this field cannot be edited in place
        self._keep_later: Timer | None = None
        self._diff_later: Timer | None = None

    def _first(self, texts: Mapping[str, str]) -> str:
        offered = next(iter([*texts, *self.editing.offers]), None)
        if offered is not None:
            return offered
        output = self.editing.entry.example.output_index
        return field_of(output if output in self.editing.indexes else self.editing.indexes[-1])

    def compose(self) -> ComposeResult:
        yield Bar(id="title")
        yield Rule(id="rule-before")
        yield TextView(id="before")
        yield Rule(id="rule-text")
        yield typing_area()
        yield Rule(id="rule-changes")
        yield TextView(id="changes")
        yield Rule(id="rule-bottom")
        yield Bar(id="last")
        yield Bar(id="keys")

    def on_mount(self) -> None:
        frame(self, "before", "text", "changes", "bottom")
        self.open(self.field)
        self.call_after_refresh(self._divide)
        self.keep()  # what $EDITOR has written is nowhere else

    # -- what is shown -------------------------------------------------------------------------------------------

    @property
    def area(self) -> TextArea:
        """Where text is typed."""
        return self.query_one(TextArea)

    def open(self, field: str) -> None:
        """Put a message into the text area, or say why it has to be edited elsewhere."""
        self.field = field
        text = self.editing.text(field)
        self._refused = why_not_inline(text)
        offered = field in self.editing.offers
        self.area.display = not self._refused
        whole = self.query_one("#whole", TextView)
        whole.display = bool(self._refused)
        with self.prevent(TextArea.Changed):
            self.area.load_text("" if self._refused else encode(text))
            if field in self._places and not self._refused and text == self.editing.original(field):
                self._point_at(self._places[field], text)
        self.area.read_only = offered
        if self._refused:
            whole.show((Block(field, "", text),), (), EXACT.part)
            self.say(f"not here: {self._refused}; ctrl+o opens it in $EDITOR", "failed")
        elif offered:
            self.say("a draft of this text was never saved: y takes it, n throws it away, tab looks elsewhere", "fix")
        self.set_focus(whole if self._refused or offered else self.area)
        if offered:
            self.set_focus(None)
        self._show_before()
        self.show_state()

    def _point_at(self, place: Span, text: str) -> None:
        """Select what a finding is about, so that typing replaces it; of more than a few words, go to the beginning."""
        start, end = min(place.start, len(text)), min(place.end, len(text))
        self.area.selection = Selection(
            _location(text, start), _location(text, end if end - start <= _SHORT else start)
        )

    def _show_before(self) -> None:
        example = self.editing.entry.example
        index = self._index()
        before = example.messages[index - 1] if index else None
        blocks = (Block("", "", before.text),) if before is not None else ()
        self.query_one("#before", TextView).show(blocks, (), EXACT.part)
        self._divide()
        role = before.role.upper() if before is not None else "NOTHING BEFORE"
        self.query_one("#rule-before", Rule).show(
            [Piece(role, "title"), Piece("  read only, tab edits another message", "dim")]
        )

    def _divide(self) -> None:
        """What comes before has the lines that it needs, up to half of what it shares with the text."""
        before = self.query_one("#before", TextView)
        room = before.size.height + self.query_one("#text").size.height
        if before.size.height:
            before.styles.height = max(1, before.lines(room // 2))

    def on_resize(self) -> None:
        self.query_one("#before").styles.clear_rule("height")
        self.call_after_refresh(self._divide)

    @property
    def called(self) -> str:
        """What it is called in the line at the top."""
        return f"Edit #{self.editing.entry.seq} {self._role}"

    @property
    def _role(self) -> str:
        """What is edited: the output, or the message of whom."""
        example, index = self.editing.entry.example, self._index()
        return "OUTPUT" if index == example.output_index else example.messages[index].role.upper()

    def _index(self) -> int:
        return int(self.field[len("messages[") : self.field.index("]")])

    def show_state(self) -> None:
        """Draw everything but the text itself."""
        example, field = self.editing.entry.example, self.field
        offered = self.editing.offers.get(field)
        text = self.editing.text(field) if offered is None else offered
        original = self.editing.original(field)
        unsaved = len(self.editing.changed)
        index = self._index()
        state = Piece("● unsaved ", "fix") if unsaved else Piece("no changes ", "dim")
        self.query_one("#title", Bar).show(trail(self), [state])
        place = f"  message {index + 1} of {len(example.messages)}"
        shown = len(self.editing.text(field))
        size = (
            f"  {shown:,} ch ({shown - len(original):+,})" if unsaved and shown != len(original) else f"  {shown:,} ch"
        )
        self.query_one("#rule-text", Rule).show([Piece(self._role, "focus"), Piece(size + place, "dim")])
        # Masked before they are compared: a part of a card number is no card number, and would be shown.
        told = changes(_masked(original), _masked(text))
        none = "within what is masked" if text != original else "none"
        self.query_one("#rule-changes", Rule).show([Piece("DRAFT" if offered is not None else "CHANGES", "title")])
        self.query_one("#changes", TextView).show((Block("", "", told.text or none),), told.marks)
        self._show_bars()

    def _show_bars(self) -> None:
        self.query_one("#last", Bar).show([Piece(" "), *self.message])
        actions = (*ACTIONS, *APP_ACTIONS)
        typing = self.focused is self.area
        keys = footer(actions, lambda action: self.possible(action.name), self.size.width, typing=typing)
        self.query_one("#keys", Bar).show(keys)

    def say(self, text: str, ink: str = "plain") -> None:
        """Put a message into the status line."""
        self.message = [Piece(text, ink)]
        self._show_bars()

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Whether a key works now."""
        return self.possible(name_of(action, parameters))

    def possible(self, name: str) -> bool:
        """Whether the action `name` can be done now."""
        offered = self.field in self.editing.offers
        if name.startswith("draft."):
            return offered
        if name in ("edit.save", "edit.keep"):
            return not offered and bool(self.editing.changed)
        if name == "edit.editor":
            return not offered
        if name in ("edit.next", "edit.previous"):
            return len(self.editing.indexes) > 1
        return True

    # -- typing --------------------------------------------------------------------------------------------------

    @on(TextArea.Changed)
    def _changed(self, event: TextArea.Changed) -> None:
        self.editing.type(self.field, decode(event.text_area.text))
        if self._leaving:
            self._leaving, self.message = False, ()
        for timer in (self._keep_later, self._diff_later):
            if timer is not None:
                timer.stop()
        self._keep_later = self.set_timer(DRAFT_AFTER, self.keep)
        self._diff_later = self.set_timer(DIFF_AFTER, self.show_state)

    def keep(self) -> None:
        """Write the drafts now. Also called when the program is told to end."""
        try:
            self.editing.keep()
        except CuratorError as error:
            self.say(f"the draft could not be kept: {error}", "failed")

    @property
    def unsaved(self) -> bool:
        """Whether what was typed is a draft and no more."""
        return bool(self.editing.changed)

    def on_descendant_blur(self) -> None:
        self.keep()

    def on_unmount(self) -> None:
        self.keep()

    def on_paste(self, event: events.Paste) -> None:
        event.stop()

    # -- keys ----------------------------------------------------------------------------------------------------

    def _go(self, step: int) -> None:
        indexes = self.editing.indexes
        self.message = ()
        self.open(field_of(indexes[(indexes.index(self._index()) + step) % len(indexes)]))

    def action_edit(self, what: str) -> None:
        if what in ("save", "keep"):
            self._save("accepted" if what == "save" else None)
        elif what in ("next", "previous"):
            self._go(1 if what == "next" else -1)
        elif what == "editor":
            self._edit_outside()
        else:
            self._leave()

    def action_draft(self, what: str) -> None:
        if what == "take":
            self.editing.take(self.field)
            self.message = [Piece("the draft was taken over; ctrl+s saves it")]
        else:
            self.editing.refuse(self.field)
            self.message = [Piece("the draft was thrown away", "dim")]
        self.open(self.field)

    def _save(self, status: Status | None) -> None:
        texts, entry = self.editing.changed, self.editing.entry
        self.keep()
        try:
            event = self.desk.save_text(entry.seq, texts, entry.state.revision, status)
        except ConflictError:
            self._conflict(entry.seq)
            return
        except CuratorError as error:
            self.say(f"not saved: {error}", "failed")
            return
        self.editing.forget()
        words = "edit and accept" if status is not None else "edit"
        self.dismiss(Edited(entry.seq, f"{words} #{entry.seq}", event, status))

    def _conflict(self, seq: int) -> None:
        """Somebody saved first: show their text against mine, and let the next save decide."""
        try:
            self.editing.rebase(self.desk.entry(seq))
        except CuratorError as error:
            self.say(str(error), "failed")
            return
        self.say(
            "somebody saved another text meanwhile: [-theirs-] {+yours+}. ctrl+s keeps yours, esc esc theirs", "failed"
        )
        self._show_before()
        self.show_state()

    def _edit_outside(self) -> None:
        self.keep()
        try:
            text = external.edit(self.app, self.editing.text(self.field), f"{self.editing.entry.seq}-{self._index()}")
        except CuratorError as error:
            self.say(str(error), "failed")
            return
        self.editing.type(self.field, text)
        self.keep()
        self.message = ()
        self.open(self.field)

    def _leave(self) -> None:
        if self.editing.changed and not self._leaving:
            self._leaving = True
            self.keep()
            self.say("not saved: ctrl+s saves, esc again leaves and keeps the draft", "failed")
        else:
            self.dismiss(None)
