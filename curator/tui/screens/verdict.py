"""Should you fine-tune? The verdict, the evidence for it, what is missing; questions are answered here."""

from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, ClassVar

from textual.binding import BindingType

from curator.tui import verdict as words
from curator.tui.actions import FIND, GROUP, Action, Actions
from curator.tui.desk import WorkspaceDesk
from curator.tui.places import Opened, Place
from curator.tui.screens.listed import ListedScreen, moving
from curator.tui.screens.place import PLACE_ACTIONS, place_bindings
from curator.tui.veil import EXACT
from curator.tui.widgets.ink import Piece, Pieces

if TYPE_CHECKING:  # loads what measures, which nobody needs before a verdict is asked for
    from curator.operations.assess import Assessment
    from curator.operations.eval_set import Created

ACTIONS: Actions = (
    Action("verdict.open", ("enter",), "rows", "the rows that it is about, in the queue", FIND, 1),
    Action("verdict.yes", ("y",), "tried", "this was tried: say what shows it", GROUP, 2),
    Action("verdict.no", ("n",), "not tried", "this was not tried", GROUP, 3),
    Action("verdict.freeze", ("E",), "eval set", "freeze rows to measure with", GROUP, 4),
    Action("verdict.write", ("w",), "write", "write it as a page for who pays", GROUP, 5),
    *moving("verdict", "line"),
    Action("verdict.refresh", ("r",), "refresh", "assess again", FIND, 22),
    *PLACE_ACTIONS,
)


class VerdictScreen(ListedScreen, inherit_bindings=False):
    """Lists evidence, says where each number is from. Answers with the rows of a line for the queue."""

    NAME: ClassVar[str] = "verdict"
    ACTIONS: ClassVar[Actions] = ACTIONS
    BINDINGS: ClassVar[list[BindingType]] = place_bindings(ACTIONS)

    def __init__(self, desk: WorkspaceDesk) -> None:
        super().__init__(desk)
        self.found: Assessment | None = None
        self.told: list[words.Told] = []
        self.message = [Piece("measuring …", "dim")]

    def on_mount(self) -> None:
        self.draw()
        self._assess()

    # -- in the background ---------------------------------------------------------------------------------------

    def _assess(self, after: Pieces = ()) -> None:
        """Measure anew; `after` is what the status line says once that is done, else how sure it is."""

        def measure(desk: WorkspaceDesk) -> "Assessment":
            from curator.operations.assess import assess

            return self.through(assess(desk.workspace))

        self.ask(measure, partial(self._assessed, after))

    def _assessed(self, after: Pieces, found: "Assessment") -> None:
        name = self.line_name
        self.found, self.told = found, words.listed(found)
        names = [one.line.name if one.line else "" for one in self.told]
        self.cursor = names.index(name) if name in names else min(self.cursor, self.count - 1)
        self.message = after or [Piece(found.verdict.confidence, "dim")]
        self.draw()

    @property
    def line_name(self) -> str:
        """The name of the line under the cursor, by which it is found again."""
        line = self.here.line if self.here is not None else None
        return line.name if line is not None else ""

    # -- drawing -------------------------------------------------------------------------------------------------

    @property
    def count(self) -> int:
        """How many lines there are."""
        return len(self.told)

    @property
    def here(self) -> words.Told | None:
        """The line under the cursor."""
        return self.told[self.cursor] if self.told else None

    def draw(self) -> None:
        """Show the list, and what is said of the line under the cursor."""
        found, one = self.found, self.here
        self.show_title([Piece(f"{found.verdict.title} ", "title")] if found else [])
        if found is not None and one is not None:
            self.show_list("SHOULD YOU FINE-TUNE?", words.lines(found, self.told, self.cursor, EXACT))
            self.show_told("EVIDENCE", words.said(found, one, EXACT))
        self.show_status()

    def possible(self, name: str) -> bool:
        """Whether the action `name` can be done now."""
        if self.asking or not name.startswith("verdict."):
            return super().possible(name)
        one, ready = self.here, self.here is not None and not self.busy
        if name == "verdict.open":
            return ready and one is not None and bool(one.where)
        if name in ("verdict.yes", "verdict.no"):
            return ready and one is not None and bool(one.question)
        if name == "verdict.freeze":
            return ready and self.found is not None and self.found.signals.eval_set is None
        if name in ("verdict.write", "verdict.refresh"):
            return ready
        return one is not None

    # -- keys ----------------------------------------------------------------------------------------------------

    def action_verdict(self, what: str) -> None:
        one = self.here
        if what == "open" and one is not None:
            self.dismiss(Opened(f"status:pending {one.where}"))
        elif what == "refresh":
            self.say("measuring …", "dim")
            self._assess()
        elif what == "yes" and one is not None:
            self.ask_line(f"tried {one.question}", "what shows it?", "", "a number, a place where it can be read")
        elif what == "no" and one is not None:
            self._keep(one.question, False, "")
        elif what == "freeze":
            self._freeze()
        elif what == "write":
            self.ask_line("write", "write to", f"{self.desk.workspace.path.stem}-verdict.html", "one HTML file")
        elif what not in ("open", "yes", "no"):
            self.move(what)

    def answered(self, about: str, text: str) -> None:
        """What was typed: what shows that something was tried, or the file to write."""
        kind, _, question = about.partition(" ")
        if kind == "tried" and not text.strip():
            self.hint("say what shows it; without that it does not count", "failed")
            return
        self.close_line()
        if kind == "tried":
            self._keep(question, True, text.strip())
        elif text.strip():
            self._write(Path(text.strip()))

    def _keep(self, question: str, tried: bool, note: str) -> None:
        reviewer = self.desk.reviewer

        def keep(desk: WorkspaceDesk) -> int:
            from curator.advice.prompts import Answer
            from curator.operations.tried import answer

            return answer(desk.workspace, [Answer(question, tried, note)], actor=reviewer).seq

        self.ask(keep, self._kept)

    def _kept(self, event: int) -> None:
        if event:
            self.saved("answered", event)
        self._assess(self.message)

    def _freeze(self) -> None:
        reviewer = self.desk.reviewer

        def freeze(desk: WorkspaceDesk) -> "Created":
            from curator.operations.eval_set import create

            return self.through(create(desk.workspace, actor=reviewer))

        self.say("choosing rows …", "dim")
        self.ask(freeze, self._frozen)

    def _frozen(self, done: "Created") -> None:
        self.saved(f"froze an eval set of {len(done.eval_set.seqs):,} rows", done.saved.seq)
        self._assess(self.message)

    def _write(self, given: Path) -> None:
        out = given if given.is_absolute() else self.desk.workspace.path.parent / given

        def write(desk: WorkspaceDesk) -> Path:
            from curator.operations.report import report

            self.through(report(desk.workspace, out, found=self.found))
            return out

        self.ask(write, self._written)

    def _written(self, out: Path) -> None:
        self.say(f"written to {EXACT.head(str(out), 300)}")

    def turned(self) -> None:
        """An answer, an eval set or a decision was taken back, or done again."""
        self._assess(self.message)


PLACE = Place("v", "verdict", "should you fine-tune?", VerdictScreen)
