"""Grounding a pair: a passage that holds its facts is pasted, or taken from another row, and put into its input."""

import time
from functools import partial
from typing import TYPE_CHECKING, ClassVar

from msgspec.structs import replace
from textual import events, on
from textual.app import ComposeResult
from textual.binding import BindingType
from textual.message import Message
from textual.screen import Screen
from textual.timer import Timer
from textual.widgets import TextArea
from textual.worker import Worker, WorkerState, WorkType

from curator.errors import ConflictError, CuratorError
from curator.knowledge.grounded import BORNE_OUT, held_passage, placed, without_passage
from curator.model import Entry
from curator.tui.actions import APP, APP_ACTIONS, EDIT, MOVE, Action, Actions, bindings, name_of
from curator.tui.desk import Errand, WorkspaceDesk
from curator.tui.footer import footer
from curator.tui.present import input_blocks, output_blocks
from curator.tui.screens.edit import DRAFT_AFTER, Edited
from curator.tui.trail import Trailed, trail
from curator.tui.veil import EXACT
from curator.tui.widgets.bar import Bar, Panel, Rule, frame
from curator.tui.widgets.hazard import decode, encode, why_not_inline
from curator.tui.widgets.ink import Piece, Pieces
from curator.tui.widgets.text_view import TextView
from curator.tui.widgets.typing_area import typing_area
from curator.tui.widgets.wrap import Block, Mark
from curator.workspace import StoredFinding

if TYPE_CHECKING:  # loads the word table, which nobody needs before a pair is grounded
    from curator.operations.ground import Passage

ACTIONS = (
    Action("ground.save", ("ctrl+s",), "store", "store the passage, check again", EDIT, 1),
    Action("ground.enter", ("enter",), "store", "store the chosen passage", EDIT, beside="ground.save"),
    Action("ground.replace", ("ctrl+r",), "replace", "store it instead of the passage that stands there", EDIT, 2),
    Action("ground.take", ("e",), "edit", "take the passage over, to edit it", EDIT, 3),
    Action("ground.switch", ("tab", "shift+tab"), "list or text", "to the list, or to the text", MOVE, 2, "tab"),
    Action("ground.down", ("j", "down"), "down", "passage down", MOVE, 5),
    Action("ground.up", ("k", "up"), "up", "passage up", MOVE, beside="ground.down"),
    Action("ground.leave", ("escape",), "leave", "leave; asks when a passage was typed", APP, 4, "esc"),
)


WEIGH_AFTER = 0.15
"""Seconds after the last key until it is said what the passage holds."""
SHOWN = 400
"""Characters of an offered passage that its line may show."""
SEEN_AFTER = 0.5
"""Seconds that a passage was shown for, before a key may store it that the list has not asked for."""
DRAFT = "passage"
"""What a passage that was not stored yet is kept under."""
_NONE_HOLDS = "  none holds the facts"


class GroundScreen(Trailed, Screen[Edited | None], inherit_bindings=False):
    """The pair above, a text area for the passage in the middle, passages of other rows below."""

    NAME: ClassVar[str] = "ground"
    ACTIONS: ClassVar[Actions] = ACTIONS
    BINDINGS: ClassVar[list[BindingType]] = bindings(ACTIONS)
    AUTO_FOCUS = "#area"
    VERTICAL_BREAKPOINTS = [(0, "-tiny"), (16, "-short"), (30, "-tall")]

    class Offered(Message):
        """A worker has found passages in other rows."""

        def __init__(self, passages: "list[Passage]") -> None:
            super().__init__()
            self.passages = passages

    class Weighed(Message):
        """A worker has looked at what a passage holds: the facts that are still missing, and the share of words."""

        def __init__(self, passage: str, missing: tuple[str, ...], share: float) -> None:
            super().__init__()
            self.passage = passage
            self.missing = missing
            self.share = share

    def __init__(self, desk: WorkspaceDesk, entry: Entry) -> None:
        super().__init__()
        self.desk = desk
        self.entry = entry
        self.offered: list[Passage] | None = None
        self.choice = 0
        self.message: Pieces = [Piece("looking for passages in other rows …", "dim")]
        self.found = self._knowledge()
        self.stored: tuple[Entry, str] | None = None
        """The pair as it was, without the passage that was replaced, and the passage that was stored."""
        self._choosing = False  # the list of passages has the keys, and not the text area
        self._leaving = False
        self._weigh_later: Timer | None = None
        self._keep_later: Timer | None = None
        self._kept = desk.draft(entry.seq, DRAFT) or ""  # the draft that is on the disk
        self._typed = self._kept
        self._busy = bool(self._kept)  # a key was pressed, or there is something to press one for
        self._offered_at: float | None = None  # when the list took the keys by itself

    def _knowledge(self) -> list[StoredFinding]:
        found = self.desk.findings(self.entry.seq)
        return [one for one in found if one.finding.code.startswith("KNO") and not one.stale]

    def compose(self) -> ComposeResult:
        yield Bar(id="title")
        yield Rule(id="rule-pair")
        yield TextView(id="reading")
        yield Rule(id="rule-text")
        yield typing_area()
        yield Rule(id="rule-passages")
        yield Panel(id="passages")
        yield Rule(id="rule-bottom")
        yield Bar(id="last")
        yield Bar(id="keys")

    def on_mount(self) -> None:
        frame(self, "pair", "text", "passages", "bottom")
        self._show_pair()
        if self._kept:
            self.area.load_text(encode(self._kept))
            self.message = [Piece("this passage was never stored: ctrl+s stores it", "fix")]
        self.show_state()
        look: WorkType[None] = self._look
        self.run_worker(look, group="passages", exit_on_error=False)

    def on_resize(self) -> None:
        self.call_after_refresh(self.show_state)

    # -- what is shown -------------------------------------------------------------------------------------------

    @property
    def area(self) -> TextArea:
        """Where the passage is pasted."""
        return self.query_one(TextArea)

    @property
    def passage(self) -> str:
        """What would be put into the pair: the text of the area, or the chosen passage."""
        typed = decode(self.area.text).strip()
        return self.offered[self.choice].text if self._choosing and self.offered else typed

    @property
    def called(self) -> str:
        """What it is called in the line at the top."""
        return f"Ground #{self.entry.seq}"

    def _show_pair(self) -> None:
        example = self.entry.example
        asked = input_blocks(example, whole_system=False)
        answered = [Block(block.field, block.heading or "OUTPUT", block.text) for block in output_blocks(example)]
        spans = [span for one in self.found for span in one.finding.evidence]
        marks = tuple([Mark(span.field, span.start, span.end, "evidence") for span in spans])
        self.query_one("#reading", TextView).show((*asked, *answered), marks, EXACT.part)
        self.query_one("#title", Bar).show(
            trail(self),
            [Piece(" ".join(sorted({one.finding.code for one in self.found})) or "no KNO finding", "dim"), Piece(" ")],
        )
        marked = f"  marked: {len(spans)} that its input does not hold" if spans else ""
        self.query_one("#rule-pair", Rule).show([Piece("PAIR", "title"), Piece(marked, "dim")])

    def show_state(self) -> None:
        """Draw everything but the pair itself."""
        self._show_passage()
        count = "" if self.offered is None else f"  {len(self.offered)}" if self.offered else _NONE_HOLDS
        ink = "focus" if self._choosing else "title"
        self.query_one("#rule-passages", Rule).show([Piece("PASSAGES OF OTHER ROWS", ink), Piece(count, "dim")])
        lines = [self._line(index, passage) for index, passage in enumerate(self.offered or ())]
        self.query_one("#passages", Panel).show(lines, (self.choice, self.choice + 1))
        self.query_one("#last", Bar).show([Piece(" "), *self.message])
        actions = (*ACTIONS, *APP_ACTIONS)
        works = [action.name for action in actions if self.possible(action.name)]
        keys = footer(actions, lambda action: action.name in works, self.size.width, typing=not self._choosing)
        self.query_one("#keys", Bar).show(keys)

    def _show_passage(self) -> None:
        """The text area, or the chosen passage whole."""
        whole, size = self.query_one("#whole", TextView), len(self.area.text)
        self.area.display, whole.display = not self._choosing, self._choosing
        if self._choosing and self.offered:
            chosen = self.offered[self.choice]
            whole.show((Block("", "", chosen.text),), (), EXACT.part)
            told = f"  of #{chosen.seq}: enter stores it, e edits it first, tab to paste another"
            if held_passage(self.entry.example):
                told = f"  of #{chosen.seq}: enter puts it below the passage above, ctrl+r in its place"
        else:
            told = f"  {size:,} ch" if size else "  paste the text that holds the facts"
            if held_passage(self.entry.example):
                told += "; goes below the passage above, ctrl+r puts it in its place"
        ink = "title" if self._choosing else "focus"
        self.query_one("#rule-text", Rule).show([Piece("PASSAGE", ink), Piece(told, "dim")])

    def _line(self, index: int, passage: "Passage") -> Pieces:
        here = self._choosing and index == self.choice
        return [
            Piece("▸" if here else " ", "pointer"),
            Piece(f"{passage.share:>4.0%} ", "key"),
            Piece(f"#{passage.seq} ", "dim"),
            Piece("fix " if passage.status == "fix" else "", "fix"),
            Piece(" "),
            Piece(" ".join(EXACT.head(passage.text, SHOWN).split()), "bold" if here else "plain"),
        ]

    def say(self, text: str, ink: str = "plain") -> None:
        """Put a message into the status line."""
        self.message = [Piece(text, ink)]
        self.show_state()

    # -- what a passage holds ------------------------------------------------------------------------------------

    async def _look(self) -> None:
        seq = self.entry.seq
        self.post_message(self.Offered(await Errand(self.desk.workspace.path).ask(lambda desk: desk.passages(seq))))

    @on(Offered)
    def _offered(self, event: Offered) -> None:
        self.offered = event.passages
        if not self.area.text:
            self.message = ()
        if self.offered and not self.area.text and not self._busy:
            self._offered_at = time.monotonic()
            self._choose(True)
        else:
            self.show_state()

    def _choose(self, choosing: bool) -> None:
        """Give the keys to the list, or to the text area."""
        self._choosing = choosing
        self.area.can_focus = not choosing
        self.set_focus(None if choosing else self.area)
        self._weigh()
        self.show_state()

    @on(TextArea.Changed)
    def _changed(self) -> None:
        self._leaving = False
        self._typed = decode(self.area.text).strip()
        for timer in (self._weigh_later, self._keep_later):
            if timer is not None:
                timer.stop()
        self._weigh_later = self.set_timer(WEIGH_AFTER, self._weigh)
        self._keep_later = self.set_timer(DRAFT_AFTER, self.keep)
        if self._choosing and self._offered_at is not None and self._typed:  # typed just before the list came
            self._choose(False)
        self.show_state()

    @property
    def unsaved(self) -> bool:
        """Whether what was typed is a draft and no more."""
        return bool(self._typed)

    def keep(self) -> None:
        """Write what was typed as a draft, now. Also called when the program is told to end."""
        if areas := self.query(TextArea):
            self._typed = decode(areas.first().text).strip()
        try:
            if self._typed and self._typed != self._kept:
                self.desk.keep_draft(self.entry.seq, DRAFT, self._typed)
            elif self._kept and not self._typed:
                self.desk.drop_draft(self.entry.seq, DRAFT)
        except CuratorError as error:
            self.say(f"the draft could not be kept: {error}", "failed")
        else:
            self._kept = self._typed

    def _weigh(self) -> None:
        passage = self.passage
        if passage:
            hold: WorkType[None] = partial(self._hold, passage)
            self.run_worker(hold, group="weigh", exclusive=True, exit_on_error=False)

    async def _hold(self, passage: str) -> None:
        entry = self.entry
        weighed = await Errand(self.desk.workspace.path).ask(lambda desk: desk.weigh(entry, passage))
        self.post_message(self.Weighed(passage, *weighed))

    @on(Weighed)
    def _weighed(self, event: Weighed) -> None:
        if event.passage != self.passage:
            return
        if event.missing:
            lacking = ", ".join(f'"{self._masked(text)}"' for text in event.missing[:4])
            self.say(f"this passage does not hold {lacking}", "fix")
        elif event.share < BORNE_OUT:
            self.say(f"no fact is marked, and this passage has only {event.share:.0%} of what is said", "fix")
        else:
            self.say(f"this passage holds every marked fact, and {event.share:.0%} of what is said", "saved")

    def _masked(self, text: str) -> str:
        """A fact of the output, masked as it stands in its sentence: a part of a card number is none by itself."""
        output = self.entry.example.output_text
        at = output.find(text)
        return EXACT.part(output, at, at + min(len(text), 40)) if at >= 0 else EXACT.head(text, 40)

    # -- keys ----------------------------------------------------------------------------------------------------

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Whether a key works now."""
        return self.possible(name_of(action, parameters))

    def possible(self, name: str) -> bool:
        """Whether the action `name` can be done now."""
        if not self.is_mounted:
            return False
        if name == "ground.save":
            return bool(self.passage)
        if name == "ground.replace":
            return bool(self.passage and held_passage(self.entry.example))
        if name in ("ground.enter", "ground.take", "ground.down", "ground.up"):
            return self._choosing
        return name != "ground.switch" or bool(self.offered)

    def on_key(self) -> None:
        """A key was pressed: from now on the list leaves the keys where they are."""
        self._busy = True

    def action_ground(self, what: str) -> None:
        self._busy = True
        if what in ("save", "enter", "replace"):
            self._save(instead=what == "replace")
        elif what == "switch":
            self._offered_at = None
            self._choose(not self._choosing)
        elif what == "take":
            self._take()
        elif what in ("down", "up"):
            self._offered_at = None
            last = len(self.offered or ()) - 1
            self.choice = max(0, min(last, self.choice + (1 if what == "down" else -1)))
            self._weigh()
            self.show_state()
        else:
            self._leave()

    def _take(self) -> None:
        """Put the chosen passage into the area, to be shortened before it is stored."""
        text = self.passage
        if refused := why_not_inline(text):
            self.say(f"not here: {refused}; enter stores it as it is", "failed")
            return
        self.area.load_text(encode(text))
        self._choose(False)

    def _save(self, *, instead: bool = False) -> None:
        entry, passage = self.entry, self.passage
        if self._choosing and self._offered_at is not None and time.monotonic() - self._offered_at < SEEN_AFTER:
            self.say("this passage has only just come: read it first, enter stores it", "fix")
            return
        self.keep()
        try:
            place = placed(entry.example, passage, instead=instead)
            # With its passage a pair teaches to read, which is training.
            event = self.desk.save_text(entry.seq, {place.field: place.text}, entry.state.revision, None, "train")
        except ConflictError:
            self._conflict()
        except (CuratorError, ValueError) as error:
            self.say(f"not saved: {error}", "failed")
        else:
            held_against = replace(entry, example=without_passage(entry.example)) if instead else entry
            self.stored = held_against, passage
            self._stop_keeping()
            self.dismiss(Edited(entry.seq, f"ground #{entry.seq}", event, None))

    def _conflict(self) -> None:
        """Somebody changed the pair: show what stands now, and let the next save put the passage into that."""
        try:
            self.entry = self.desk.entry(self.entry.seq)
            self.found = self._knowledge()
        except CuratorError as error:
            self.say(f"not saved: {error}", "failed")
            return
        self._show_pair()
        self.say("not saved: somebody changed this pair meanwhile. Above is what stands now; ctrl+s stores", "failed")

    def _stop_keeping(self) -> None:
        """The passage is stored: no draft of it is left, nor comes back."""
        with self.prevent(TextArea.Changed):
            self.area.load_text("")
        self.keep()

    def _leave(self) -> None:
        if decode(self.area.text).strip() and not self._leaving:
            self._leaving = True
            self.keep()
            self.say("not saved: ctrl+s stores the passage, esc again leaves and keeps it as a draft", "failed")
        else:
            self.dismiss(None)

    def on_unmount(self) -> None:
        self.keep()

    def on_paste(self, event: events.Paste) -> None:
        event.stop()
        if self._choosing:  # a paste means the area, wherever the keys go
            self._choose(False)
            self.area.insert(encode(event.text))

    def on_worker_state_changed(self, event: Worker.StateChanged) -> None:
        if event.state is WorkerState.ERROR:
            self.offered = self.offered or []
            self.say(EXACT.head(str(event.worker.error), 400), "failed")  # it may quote a text
