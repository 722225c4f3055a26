"""One act for many rows: chosen, counted, looked at, and only then carried out, as one step to undo."""

from array import array
from collections.abc import Generator, Sequence
from functools import partial
from typing import TYPE_CHECKING, ClassVar

from textual.binding import BindingType
from textual.widget import Widget

from curator.errors import CuratorError, SettingsError
from curator.settings import Binding
from curator.text import many
from curator.tui import bulk as told
from curator.tui.actions import DECIDE, FIND, GROUP, LABELS, MOVE, Action, Actions
from curator.tui.desk import WorkspaceDesk
from curator.tui.screens.asking import AskingScreen
from curator.tui.screens.place import PLACE_ACTIONS, place_bindings
from curator.tui.veil import EXACT
from curator.tui.widgets.bar import Panel, Rule, frame
from curator.tui.widgets.ink import Piece
from curator.tui.widgets.text_view import TextView

if TYPE_CHECKING:  # loads the engines, which nobody needs before many rows are decided
    from curator.operations.bulk import Bulk, Preview
    from curator.workspace.bulk import Stored

TYPED_ABOVE = 10_000
"""Rows above which the number has to be typed: a key is pressed by chance, a number is not."""

ACTIONS: Actions = (
    Action("bulk.apply", ("y",), "do it", "do it, as one step that u undoes", GROUP, 1),
    Action("bulk.accept", ("a",), "accept", "accept them", DECIDE, 2),
    Action("bulk.reject", ("x",), "reject", "reject them", DECIDE, 3),
    Action("bulk.fix", ("f",), "fix", "they need a fix", DECIDE, 4),
    Action("bulk.route", ("R",), "→RAG", "to RAG; again: to training", DECIDE, 5),
    *(Action(f"bulk.{digit}", (str(digit),), "label", f"give label {digit}", LABELS) for digit in range(1, 10)),
    Action("bulk.note", ("n",), "note", "write the same note on them", DECIDE, 6),
    Action("bulk.overwrite", ("o",), "overwrite", "what people decided, or keep it", GROUP, 7),
    Action("bulk.drop", ("d",), "leave out", "rows that speak against it", GROUP, 8),
    Action("bulk.all", ("D",), "all in", "take in again what was left out", GROUP, 0, beside="bulk.drop"),
    Action("bulk.resample", ("r",), "resample", "another sample", FIND, 9),
    Action("bulk.down", ("j", "down", "space"), "down", "scroll the sample", MOVE, 20),
    Action("bulk.up", ("k", "up"), "up", "scroll it up", MOVE, beside="bulk.down"),
    *PLACE_ACTIONS,
)


class BulkScreen(AskingScreen, inherit_bindings=False):
    """Counts what an act would do to the rows of a filter. Nothing is written before `y`."""

    NAME: ClassVar[str] = "bulk"
    IS_PLACE = False
    ACTIONS: ClassVar[Actions] = ACTIONS
    BINDINGS: ClassVar[list[BindingType]] = place_bindings(ACTIONS)
    AUTO_FOCUS = "#reading"
    CSS_PATH = "bulk.tcss"

    def __init__(self, desk: WorkspaceDesk, where: str, seqs: Sequence[int]) -> None:
        super().__init__(desk)
        self.where = where
        self.all = seqs
        self.seqs = seqs
        self.bulk: Bulk | None = None
        self.seen: Preview | None = None
        self.asked_label = ""
        self.seed = 0
        self.working = False
        self.message = [Piece("choose what to do with them", "dim")]

    def body(self) -> Generator[Widget, None, None]:
        """The line that is typed into, the counts, what speaks against it, the sample."""
        yield from super().body()
        yield Rule(id="rule-act")
        yield Panel(id="counts")
        yield Rule(id="rule-objections")
        yield Panel(id="objections")
        yield Rule(id="rule-sample")
        yield TextView(id="reading")

    def on_mount(self) -> None:
        super().on_mount()
        frame(self, "act", "objections", "sample", "bottom")
        self.draw()

    # -- in the background ---------------------------------------------------------------------------------------

    def _count(self) -> None:
        """Count again what the act would do; an older count that is not done is given up."""
        bulk, seqs, seed = self.bulk, self.seqs, self.seed
        self.seen = None
        self.draw()
        if bulk is None:
            return

        def count(desk: WorkspaceDesk) -> "Preview":
            from curator.operations.bulk import preview

            return self.through(preview(desk.workspace, bulk, seqs, seed=seed))

        self.say("counting …", "dim")
        self.ask(count, partial(self._counted, bulk, seqs), group="count")

    def _counted(self, bulk: "Bulk", seqs: Sequence[int], seen: "Preview") -> None:
        if (bulk, seqs) == (self.bulk, self.seqs) and not self.working:
            self.seen = seen
            self.message = ()
            self.draw()

    # -- drawing -------------------------------------------------------------------------------------------------

    def draw(self) -> None:
        """Show the act, what it would do and the bars."""
        bulk, seen = self.bulk, self.seen
        self.show_title([Piece(f"/ {EXACT.head(self.where, 200)} " if self.where else "all rows ", "dim")])
        name = told.named(bulk).upper() if bulk is not None else ""
        count = f"  {many(len(seen.change))}" if seen is not None else ""
        heading = [Piece(name, "focus"), Piece(count, "bold")] if name else [Piece("WHAT TO DO", "title")]
        self.query_one("#rule-act", Rule).show(heading, [Piece(f"{many(len(self.seqs))} in the queue", "dim")])
        choices = [[Piece(told.choices(list(self.desk.settings.bindings)), "dim")]]
        self.query_one("#counts", Panel).show(
            [*(told.counts(bulk, seen) if bulk is not None and seen is not None else [[], [], []]), *choices]
        )
        self.query_one("#rule-objections", Rule).show([Piece("WHAT SPEAKS AGAINST IT", "title")])
        lines = told.objections(seen, len(self.all) - len(self.seqs)) if seen is not None else []
        self.query_one("#objections", Panel).show(lines)
        blocks = (
            told.sampled(bulk, seen, self.seed, max(20, self.size.width - 5), EXACT)
            if bulk is not None and seen is not None
            else []
        )
        self.query_one(TextView).show(tuple(blocks))
        self.show_status()

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
        if not name.startswith("bulk.") or self.asking:
            return super().possible(name)
        what, seen = name.partition(".")[2], self.seen
        if what in ("down", "up"):
            return seen is not None
        if self.busy:
            return False
        if what.isdigit():
            return what in self.desk.settings.bindings
        if what == "apply":
            return seen is not None and bool(seen.change)
        if what == "overwrite":
            return seen is not None and self.bulk is not None and bool(seen.kept or self.bulk.overwrite)
        if what == "drop":
            return seen is not None and bool(told.droppable(seen))
        return seen is not None if what == "resample" else what != "all" or len(self.seqs) < len(self.all)

    def action_bulk(self, what: str) -> None:
        if what in ("down", "up"):
            self.query_one(TextView).scroll_lines(2 if what == "down" else -2)
        elif what == "apply":
            self._ask_number()
        elif what == "note":
            self.ask_line("note", "note", "")
        elif what in ("drop", "all"):
            self._drop(everything=what == "all")
        elif what == "resample":
            self.seed += 1
            self._count()
        elif what.isdigit():
            self._choose_label(self.desk.settings.bindings[what])
        else:
            self._choose(what)

    def _choose_label(self, binding: Binding) -> None:
        """Give a label; where its digit does not say the value, that is asked for."""
        from curator.operations.bulk import Bulk

        if binding.value is None:
            self.asked_label = binding.label
            hint = f"a number from 1 to {binding.most}" if binding.kind == "rating" else "the line that they all get"
            self.ask_line("label", EXACT.head(binding.label, 40), "", hint)
            return
        self.bulk = Bulk(binding=binding)
        self._count()

    def _choose(self, what: str, note: str = "") -> None:
        """Another act; whether people's decisions are overwritten is asked anew for each."""
        from curator.operations.bulk import Bulk
        from curator.operations.decide import Decision

        statuses = {"accept": "accepted", "reject": "rejected", "fix": "fix"}
        if what == "overwrite":
            assert self.bulk is not None
            self.bulk = Bulk(self.bulk.decision, self.bulk.binding, not self.bulk.overwrite)
        elif what == "route":
            again = self.bulk is not None and self.bulk.decision.route == "rag"
            self.bulk = Bulk(Decision(route="train" if again else "rag"))
        else:
            self.bulk = Bulk(Decision(note=note) if what == "note" else Decision(status=statuses[what]))
        self._count()

    def _drop(self, *, everything: bool) -> None:
        from curator.operations.bulk import without

        if everything:
            self.seqs = self.all
        elif self.seen is not None:
            self.seqs = without(self.seqs, told.droppable(self.seen))
        self._count()

    def answered(self, about: str, text: str) -> None:
        """The note, the value of a label, or the number of rows: another number carries nothing out."""
        if about == "note":
            if text.strip():
                self.close_line()
                self._choose("note", text.strip())
            else:
                self.hint("a note says something", "failed")
        elif about == "label":
            try:
                binding = self.desk.settings.binding(self.asked_label, text.strip())
            except SettingsError:
                self.hint("that is no value of it", "failed")
            else:
                self.close_line()
                self._choose_label(binding)
        elif self.seen is not None:
            if text.strip().replace(",", "") == str(len(self.seen.change)):
                self.close_line()
                self._apply()
            else:
                self.hint(f"type {len(self.seen.change)} to do it, esc to leave it", "failed")

    def _ask_number(self) -> None:
        if self.seen is None:
            return
        count = len(self.seen.change)
        if count > TYPED_ABOVE:
            self.ask_line(
                "number", "rows", "", f"type {count} and enter to do it: above {TYPED_ABOVE:,} rows it is asked"
            )
        else:
            self._apply()

    # -- doing it ------------------------------------------------------------------------------------------------

    def _apply(self) -> None:
        bulk, seen = self.bulk, self.seen
        if bulk is None or seen is None:
            return
        reviewer, change = self.desk.reviewer, seen.change

        def carry(desk: WorkspaceDesk) -> "Stored":
            from curator.operations.bulk import carry_out

            return self.through(carry_out(desk.workspace, bulk, change, actor=reviewer))

        try:
            self.desk.in_place()
        except CuratorError as error:
            self.say(f"not saved: {error}", "failed")
            return
        self.working = True
        self.say("deciding …", "dim")
        self.ask(carry, partial(self._done, bulk))

    def _done(self, bulk: "Bulk", stored: "Stored") -> None:
        self.working = False
        self.bulk, self.seen, self.seqs = None, None, array("q", self.all)
        self.saved(told.done(bulk, stored.examples), stored.seq)
        self.draw()

    def _refused(self, own: bool, error: CuratorError) -> None:
        self.working = self.working and not own
        super()._refused(own, error)

    def turned(self) -> None:
        """The rows stand as they did before."""
        words = self.message
        self._count()
        self.message = words
        self.show_status()
