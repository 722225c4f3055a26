"""Rows on which reviewers disagree: what each has said, and one key that decides between them for good."""

from array import array
from collections.abc import Generator
from typing import TYPE_CHECKING, Any, ClassVar

from textual import on
from textual.binding import BindingType
from textual.widget import Widget

from curator.errors import CuratorError, SettingsError
from curator.model import Entry, Status
from curator.tui import disagreements as told
from curator.tui.actions import DECIDE, FIND, MOVE, Action, Actions
from curator.tui.desk import WorkspaceDesk
from curator.tui.dwell import Dwell
from curator.tui.places import Opened, Place
from curator.tui.screens.asking import AskingScreen
from curator.tui.screens.place import PLACE_ACTIONS, place_bindings, way_on
from curator.tui.veil import EXACT
from curator.tui.widgets.bar import Panel, Rule, frame
from curator.tui.widgets.ink import Piece, Pieces
from curator.tui.widgets.text_view import TextView
from curator.tui.widgets.wrap import Block
from curator.workspace import Judgement

if TYPE_CHECKING:  # loads numpy, which nobody needs before disagreements are asked for
    from curator.operations.adjudicate import Disagreements
    from curator.operations.agreement import Agreement

OPEN = "disagree:yes -by~adjudicated"
SETTLED = "disagree:yes by~adjudicated"
"""The filters of the two lists."""

ACTIONS: Actions = (
    *(
        Action(f"take.{n}", (str(n),), f"as {n}", f"as reviewer {n} has said, for good", DECIDE, n if n < 3 else 20 + n)
        for n in range(1, told.DIGITS + 1)
    ),
    Action("adjudicate.accepted", ("a",), "accept", "accept, with the labels that all gave", DECIDE, 3),
    Action("adjudicate.rejected", ("x",), "reject", "reject, with the labels that all gave", DECIDE, 4),
    Action("adjudicate.fix", ("f",), "fix", "needs fix, with the labels that all gave", DECIDE, 5),
    Action("own.answer", ("o",), "own", "an answer of your own: a status, and labels", DECIDE, 6),
    Action("rows.down", ("j", "down"), "down", "row down", MOVE, 7),
    Action("rows.up", ("k", "up"), "up", "row up", MOVE, beside="rows.down"),
    Action("rows.page_down", ("pagedown", "ctrl+d"), "page down", "a page down", MOVE),
    Action("rows.page_up", ("pageup", "ctrl+u"), "up", "a page up", MOVE, beside="rows.page_down"),
    Action("rows.first", ("home",), "first", "first row", MOVE),
    Action("rows.last", ("G", "end"), "last", "last row", MOVE, beside="rows.first"),
    Action("rows.text_down", ("J", "space"), "scroll", "scroll the row", MOVE, 8),
    Action("rows.text_up", ("K",), "up", "scroll it up", MOVE, beside="rows.text_down"),
    Action("rows.which", ("v",), "adjudicated", "those that were adjudicated, or the open ones", FIND, 9),
    Action("rows.open", ("enter",), "queue", "these rows in the queue", FIND, 9),
    Action("rows.refresh", ("r",), "refresh", "gather the rows again", FIND),
    *PLACE_ACTIONS,
)


class DisagreementsScreen(AskingScreen, inherit_bindings=False):
    """Lists rows that were judged differently; what is decided here stands until it is adjudicated again."""

    NAME: ClassVar[str] = "disagreements"
    ACTIONS: ClassVar[Actions] = ACTIONS
    BINDINGS: ClassVar[list[BindingType]] = place_bindings(ACTIONS)
    AUTO_FOCUS = ""
    CSS_PATH = "disagreements.tcss"

    def __init__(self, desk: WorkspaceDesk) -> None:
        super().__init__(desk)
        self.found: Disagreements | None = None
        self.agreement: Agreement | None = None
        self.measured = False
        self.settled = False
        self.cursor = self.top = 0
        self.dwell = Dwell(desk.settings.review.min_dwell_ms)
        self.message = [Piece("reading judgements …", "dim")]

    def body(self) -> Generator[Widget, None, None]:
        """The line that is typed into, the rows, what is said of one, the row, the agreement."""
        yield from super().body()
        for name, widget in (("rows", Panel), ("said", Panel), ("reading", TextView), ("agreed", Panel)):
            yield Rule(id=f"rule-{name}")
            yield widget(id=name)

    def on_mount(self) -> None:
        frame(self, "rows", "said", "reading", "agreed", "bottom")
        self.draw()
        self.gather()
        self.measure()

    # -- in the background ---------------------------------------------------------------------------------------

    def gather(self) -> None:
        """Find the rows that were judged differently."""

        def look(desk: WorkspaceDesk) -> "Disagreements":
            from curator.operations.adjudicate import disagreements

            return disagreements(desk.workspace)

        self.ask(look, self._gathered, group="rows")

    def measure(self) -> None:
        """Ask how far reviewers agree."""
        settings = self.desk.settings

        def agree(desk: WorkspaceDesk) -> "Agreement | None":
            from curator.operations.agreement import agreement

            return agreement(desk.workspace, settings)

        self.ask(agree, self._measured, group="agreement")

    def _measured(self, found: "Agreement | None") -> None:
        self.agreement, self.measured = found, True
        self.draw()

    def _gathered(self, found: "Disagreements") -> None:
        first, before, here = self.found is None, frozenset(self.seqs), self.here
        self.found = found
        back = next((index for index, seq in enumerate(self.seqs) if seq not in before), None)
        if not first and back is not None:
            self.cursor = back
        elif here is not None and here in self.seqs:
            self.cursor = self.seqs.index(here)
        self.cursor = max(0, min(self.cursor, len(self.seqs) - 1))
        if first:
            self.message = () if len(found.open) else [Piece("reviewers disagree on no row that is open", "dim")]
        self.draw()

    # -- what is shown -------------------------------------------------------------------------------------------

    @property
    def seqs(self) -> "array[int]":
        """The rows of the list that is shown."""
        if self.found is None:
            return array("q")
        return self.found.adjudicated if self.settled else self.found.open

    @property
    def here(self) -> int | None:
        """The row under the cursor."""
        return self.seqs[self.cursor] if self.cursor < len(self.seqs) else None

    @property
    def said(self) -> list[Judgement]:
        """What was said of the row under the cursor; an adjudication stands last."""
        here = self.here
        return [] if here is None else self.desk.workspace.judgements.of((here,)).get(here, [])

    def draw(self) -> None:
        """Show the rows in sight, what was said of one of them, and how far reviewers agree."""
        found, count = self.found, len(self.seqs)
        place = f"{self.cursor + 1:,} of {count:,} " if count else "0 "
        other = f"· {len(found.open if self.settled else found.adjudicated):,} " if found is not None else ""
        which = "adjudicated" if self.settled else "open"
        kinds = f"{place}{which} {other}{'open' if self.settled else 'adjudicated'} " if found is not None else ""
        self.show_title([Piece(kinds, "dim")])
        try:
            self._draw_rows()
        except CuratorError as error:
            self.message = [Piece(EXACT.head(str(error), 400), "failed")]
        panel = self.query_one("#agreed", Panel)
        lines: list[Pieces] = [[Piece(" counting …", "dim")]]
        panel.show(told.agreed(self.agreement, max(1, panel.size.height)) if self.measured else lines)
        of = f"  {self.agreement.reviewers} reviewers" if self.agreement is not None else ""
        self.query_one("#rule-agreed", Rule).show([Piece("AGREEMENT", "title"), Piece(of, "dim")])
        self.show_status()

    def _draw_rows(self) -> None:
        rows, said, reading = self.query_one("#rows", Panel), self.query_one("#said", Panel), self.query_one(TextView)
        height = max(1, rows.size.height)
        self.top = max(0, min(max(self.top, self.cursor - height + 1), self.cursor, max(0, len(self.seqs) - height)))
        shown = self.seqs[self.top : self.top + height].tolist()
        entries = self.desk.workspace.examples.entries(shown)
        judged = self.desk.workspace.judgements.of(shown)
        rows.show([told.line(one, judged.get(one.seq, ()), EXACT, here=one.seq == self.here) for one in entries])
        title = "ADJUDICATED" if self.settled else "JUDGED DIFFERENTLY"
        self.query_one("#rule-rows", Rule).show([Piece(title, "title")])
        entry = next((one for one in entries if one.seq == self.here), None)
        says = told.sayings(judged.get(entry.seq, ()), EXACT) if entry is not None else []
        said.show(says)
        more = [Piece(f"{len(says)} in all", "dim")] if len(says) > said.size.height else []
        self.query_one("#rule-said", Rule).show([Piece("WHAT EACH SAYS", "title")] if says else [], more)
        done = self.found is not None and not len(self.seqs)
        nothing = (Block("", "", f"Reviewers disagree on no row that is open. {way_on()}"),) if done else ()
        reading.show(nothing if entry is None else told.pair(entry), (), EXACT.part)
        self._title_row(entry)

    def _title_row(self, entry: Entry | None) -> None:
        source = "" if entry is None else f"  {entry.example.provenance.source}:{entry.example.provenance.row}"
        title = [] if entry is None else [Piece(f"#{entry.seq}", "title"), Piece(EXACT.head(source, 100), "dim")]
        self.query_one("#rule-reading", Rule).show(title)

    def show_status(self) -> None:
        """Draw the bars below."""
        more = self.query_one(TextView).more_below
        self.query_one("#rule-bottom", Rule).show([], [Piece("↓ more", "dim")] if more else [])
        super().show_status()

    def on_text_view_scrolled(self) -> None:
        self.show_status()

    # -- keys ----------------------------------------------------------------------------------------------------

    def possible(self, name: str) -> bool:
        """Whether the action `name` can be done now."""
        if self.asking:
            return super().possible(name)
        family, _, what = name.partition(".")
        if family == "take":
            said = self.said
            return int(what) <= len(said) and not said[int(what) - 1].adjudicated
        if family in ("adjudicate", "own"):
            return self.here is not None
        if name == "rows.which":
            return self.found is not None and bool(len(self.found.adjudicated) or self.settled)
        if name == "rows.refresh":
            return True
        return self.here is not None if family == "rows" else super().possible(name)

    def action_rows(self, what: str) -> None:
        if what in ("text_down", "text_up"):
            self.query_one(TextView).scroll_lines(2 if what == "text_down" else -2)
        elif what == "which":
            self.settled, self.cursor = not self.settled, 0
            self.dwell.shown()
            self.draw()
        elif what == "refresh":
            self.gather()
            self.measure()
        elif what == "open":
            self.dismiss(Opened(SETTLED if self.settled else OPEN, self.seqs))
        else:
            count, page = len(self.seqs), max(1, self.query_one("#rows", Panel).size.height - 1)
            steps = {"down": 1, "up": -1, "page_down": page, "page_up": -page, "first": -count, "last": count}
            self._point(self.cursor + steps[what])

    def _point(self, place: int) -> None:
        place = max(0, min(place, len(self.seqs) - 1))
        if place != self.cursor:
            self.cursor = place
            self.draw()

    @on(Panel.Picked, "#rows")
    def _picked(self, event: Panel.Picked) -> None:
        self._point(self.top + event.line)

    # -- deciding ------------------------------------------------------------------------------------------------

    def action_take(self, what: str) -> None:
        from curator.operations.adjudicate import taken

        one = self.said[int(what) - 1]
        self._settle(taken(one, by=self.desk.reviewer), f"as {one.reviewer} says")

    def action_adjudicate(self, what: Status) -> None:
        from curator.operations.adjudicate import decided

        words = {"accepted": "accept", "rejected": "reject"}.get(what, "needs fix")
        self._settle(decided(self.said, what, by=self.desk.reviewer), words)

    def action_own(self, _: str) -> None:
        from curator.operations.adjudicate import agreed

        self.ask_line("own", f"#{self.here}", told.as_line(agreed(self.said)), told.OWN)

    def answered(self, about: str, text: str) -> None:
        """Adjudicate what was typed; what is wrong with it is said below the line, which stays."""
        from curator.operations.adjudicate import decided

        if about != "own":
            return
        try:
            status, labels = told.read_own(text, self.desk.settings)
        except SettingsError as error:
            self.hint(EXACT.head(str(error).rpartition(".toml: ")[2], 300), "failed")
            return
        self.close_line()
        self._settle(decided(self.said, status, by=self.desk.reviewer, labels=labels), "an answer of your own")

    def _settle(self, value: dict[str, Any], words: str) -> None:
        here, found = self.here, self.found
        if here is None or found is None:
            return
        if self.dwell.too_soon():
            self.say("too fast: the key was dropped", "failed")
            return
        try:
            event = self.desk.record(here, {"adjudicated": value})
        except CuratorError as error:
            self.say(f"not saved: {error}", "failed")
            return
        self.dwell.shown()
        if not self.settled:
            found.open.pop(self.cursor)
            found.adjudicated.append(here)
            self.cursor = max(0, min(self.cursor, len(found.open) - 1))
        if event:
            self.saved(f"adjudicated #{here}: {EXACT.head(words, 80)}", event)
        else:
            self.message = [Piece(f"#{here} was adjudicated so already", "dim")]
        self.draw()

    def turned(self) -> None:
        """A row may be open again, or adjudicated again."""
        self.gather()


PLACE = Place("d", "disagreements", "where reviewers disagree", DisagreementsScreen)
