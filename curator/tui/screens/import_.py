"""The import wizard: a source, where its columns go, what is wrong with its rows, and then the import."""

from collections.abc import Callable, Sequence
from functools import partial
from typing import TYPE_CHECKING, ClassVar

from msgspec.structs import replace
from textual.binding import BindingType

from curator.errors import CuratorError
from curator.model import SPLITS, Split
from curator.tui import importing as told
from curator.tui.actions import EDIT, FIND, MOVE, Action, Actions
from curator.tui.desk import WorkspaceDesk
from curator.tui.paths import size
from curator.tui.places import Opened, Place
from curator.tui.screens.mapping import MappingScreen
from curator.tui.screens.picking import COLUMNS, PROBLEMS, SOURCE, SUMMARY
from curator.tui.screens.place import PLACE_ACTIONS, place_bindings
from curator.tui.screens.wizard import steps
from curator.tui.veil import EXACT
from curator.tui.widgets.ink import Piece, Pieces
from curator.tui.widgets.wrap import Block

if TYPE_CHECKING:  # loads the sources, which nobody needs before something is imported
    from curator.operations.import_ import Imported
    from curator.operations.preview_import import Brought

ACTIONS: Actions = (
    Action("import.go", ("y",), "import", "import what was chosen (last step)", FIND, 2),
    Action("import.stop", ("x",), "stop", "stop the import: of the source it is at nothing is kept", FIND, 2),
    *steps("import"),
    Action("import.path", ("p",), "path", "type a path, or hf:ORG/NAME", EDIT, 2),
    Action("import.complete", ("tab",), "complete", "complete the path", EDIT, 3),
    Action("import.next_row", ("right_square_bracket",), "next row", "the next row in the preview", MOVE, 6),
    Action(
        "import.previous_row", ("left_square_bracket",), "previous", "the row before", MOVE, beside="import.next_row"
    ),
    Action("import.next_source", ("right_curly_bracket",), "next source", "the next of several sources", MOVE, 8),
    Action(
        "import.previous_source", ("left_curly_bracket",), "previous", "the one before", MOVE,
        beside="import.next_source",
    ),
    Action("import.reading", ("f",), "format", "read the rows as another format", EDIT, 5),
    Action("import.whole", ("w",), "check all", "try every row, not only the first", EDIT, 7),
    Action("import.split", ("s",), "split", "which split the rows are", EDIT, 5),
    *PLACE_ACTIONS,
)  # fmt: skip

STOPPED = "stopped: of the source it was at nothing was kept; those before it stand."


class ImportScreen(MappingScreen, inherit_bindings=False):
    """Asks what is to be imported and how its rows are read, tries the first rows meanwhile, imports in the end."""

    NAME: ClassVar[str] = "import"
    FAMILY: ClassVar[str] = "import"
    STEPS: ClassVar[tuple[str, ...]] = ("source", "columns", "problems", "summary")
    TYPING: ClassVar[frozenset[str]] = frozenset({"complete", "down", "up", "page_down", "page_up"})
    ACTIONS: ClassVar[Actions] = ACTIONS
    BINDINGS: ClassVar[list[BindingType]] = place_bindings(ACTIONS)

    def __init__(self, desk: WorkspaceDesk) -> None:
        super().__init__(desk)
        self.split: Split | None = None
        self.done: Brought | None = None

    # -- what is said --------------------------------------------------------------------------------------------

    def about(self) -> Pieces:
        """The source that is looked at."""
        if self.found is None or self.step == SOURCE:
            return ()
        sight, count = self.sight, len(self.found.sights)
        parts = [EXACT.head(sight.name, 60), f"{self.source + 1} of {count}" if count > 1 else ""]
        parts += [size(sight.size) if sight.size is not None else "", told.columns(len(sight.columns))]
        return [Piece(" · ".join(part for part in parts if part), "dim")]

    def lines(self) -> tuple[Pieces, Sequence[Pieces]]:
        """Files, columns, reasons or sources."""
        if self.step == SOURCE:
            return [Piece("FILES", "title")], told.file_lines(self.shelf)
        if self.step == COLUMNS and self.offering:
            what = "READ THE ROWS AS" if self.offering == "ways" else f"{EXACT.head(self.offering, 40)} IS"
            return [Piece(what, "focus")], [line for line, _ in self.offered]
        if self.step == COLUMNS:
            read = f"  {self.format.format.name}" if self.format else "  say which is which"
            return [Piece("COLUMNS", "title"), Piece(read, "dim")], told.column_lines(self.sight, self.goes)
        if self.step == PROBLEMS:
            return [Piece("PROBLEMS", "title")], told.reason_lines(self.seen)
        if self.done is not None:
            return [Piece("IMPORTED", "title")], told.brought_lines(self.done)
        return [Piece("SOURCES", "title")], told.summary_lines(self.chosen(), self.split)

    def blocks(self) -> tuple[Pieces, Sequence[Block]]:
        """What can be imported, a row, rows of a reason, or what the last key does."""
        if self.step == SOURCE:
            return [Piece("SOURCE", "title")], told.source_blocks(self.known)
        if self.step == COLUMNS:
            return self.preview()
        if self.step == PROBLEMS:
            reasons = self.seen.reasons if self.seen else ()
            reason = reasons[self.cursor] if self.cursor < len(reasons) else None
            return [Piece("ROWS", "title")], told.reason_blocks(reason, self.seen)
        if self.done is not None:
            return [Piece("WHAT CAME", "title")], told.brought_blocks(self.done)
        name = EXACT.head(self.desk.workspace.path.name, 80)
        return [Piece("SUMMARY", "title")], told.summary_blocks(self.chosen(), self.split, self.seen, name)

    def counted(self) -> tuple[Pieces, Sequence[Pieces]]:
        """What would become of the rows."""
        if self.step == SOURCE:
            problem = self.shelf.problem
            return [Piece("CHECKED", "title")], [[Piece(f" {EXACT.head(problem, 300)}", "dim")]] if problem else []
        return told.tally_title(self.seen, self.running), told.tally_lines(self.seen, self.running)

    # -- keys ----------------------------------------------------------------------------------------------------

    def action_import(self, what: str) -> None:
        self.do(what)

    def can(self, what: str) -> bool:
        """Whether something can be done that is no movement."""
        step, found = self.step, self.found is not None
        if self.working or self.busy:
            return what == "stop" and self.working
        several = found and step == COLUMNS and not self.offering
        return {
            "enter": self.done is not None or (step in (SOURCE, COLUMNS) and bool(self.listed)),
            "path": step == SOURCE,
            "next": step < SUMMARY and found and not self.offering,
            "back": step > SOURCE,
            "next_row": step == COLUMNS and found and self.row + 1 < len(self.sight.rows),
            "previous_row": step == COLUMNS and self.row > 0,
            "next_source": several and found and self.source + 1 < len(self.sights()),
            "previous_source": several and self.source > 0,
            "reading": step == COLUMNS and found and bool(self.sight.rows) and not self.offering,
            "whole": step in (COLUMNS, PROBLEMS) and self.seen is not None and not self.seen.whole and not self.running,
            "split": step == SUMMARY and self.done is None,
            "go": step == SUMMARY and self.done is None and bool(self.chosen()),
        }.get(what, False)

    def act(self, what: str) -> None:
        """Do what is no movement."""
        acts: dict[str, Callable[[], None]] = {
            "enter": self._enter,
            "next": self._next,
            "back": self._back,
            "path": self.ask_path,
            "complete": self.complete,
            "next_row": partial(self._to_row, 1),
            "previous_row": partial(self._to_row, -1),
            "next_source": partial(self._by_source, 1),
            "previous_source": partial(self._by_source, -1),
            "reading": self.offer_formats,
            "whole": partial(self.rehearse, None),
            "split": self._to_split,
            "go": self._import,
            "stop": self._stop,
        }
        acts[what]()

    def _to_row(self, by: int) -> None:
        self.row += by
        self.draw()

    def _by_source(self, by: int) -> None:
        self.to_source(self.source + by)

    def _to_split(self) -> None:
        order: list[Split | None] = [None, *SPLITS]
        self.split = order[(order.index(self.split) + 1) % len(order)]
        self.draw()

    def _stop(self) -> None:
        self.stopped = True
        self.say("stopping …", "dim")

    def _enter(self) -> None:
        if self.done is not None:
            self._open()
        elif self.step == SOURCE:
            self.take_file()
        elif self.offering:
            self.take()
        elif self.step == COLUMNS and self.sight.rows:
            self.offer_roles()

    def action_place(self, what: str) -> None:
        if what == "close" and self.offering:
            at = next((n for n, column in enumerate(self.sight.columns) if column.name == self.offering), 0)
            self.close_offer(at)
        else:
            super().action_place(what)

    def _next(self) -> None:
        if self.step == COLUMNS and not self.all_said():
            return
        self.to_step(self.step + 1)

    def _back(self) -> None:
        if self.offering:
            self.close_offer()
        elif self.done is not None or self.step == COLUMNS:
            self.end_stream()
            self.found = self.done = None
            self.to_step(SOURCE)
            self.list_again()
        else:
            self.to_step(self.step - 1)

    # -- the import ----------------------------------------------------------------------------------------------

    def _import(self) -> None:
        from curator.operations.preview_import import bring

        chosen = []
        for sight, options in self.chosen():
            alone = sight.split if len(sight.parts) == 1 else None  # a folder may have said it
            chosen.append((sight, replace(options, split=self.split or alone)))
        actor, done = self.desk.reviewer, list["Imported"]()

        def carry(desk: WorkspaceDesk) -> "Brought":
            return self.carried(bring(desk.workspace, chosen, done, actor=actor), STOPPED)

        try:
            self.desk.in_place()
        except CuratorError as error:
            self.say(f"not imported: {error}", "failed")
            return
        self.end_stream()
        self.working, self.stopped = True, False
        self.say("importing …", "dim")
        self.ask(carry, self._imported)

    def _refused(self, own: bool, error: CuratorError) -> None:
        self.working = self.working and not own
        super()._refused(own, error)

    def _imported(self, done: "Brought") -> None:
        self.working = False
        self.done = done
        self.cursor = 0
        self.draw()
        counts = [one.counts for one in done.imported]
        stored, known = sum(one.stored for one in counts), sum(one.known for one in counts)
        rejected, blank = sum(one.rejected for one in counts), sum(one.blank for one in counts)
        told = f"{stored:,} stored · {known:,} known · {rejected:,} rejected · {blank:,} blank"
        self.saved(told, self.desk.workspace.log.last_seq())

    def _open(self) -> None:
        done = self.done
        if done is not None and done.last >= done.first:
            self.dismiss(Opened(f"id>={done.first} id<={done.last}"))
        elif done is not None and done.imported:
            name = done.imported[0].source.replace("\\", "\\\\").replace('"', '\\"')
            self.dismiss(Opened(f'src="{name}"'))


PLACE = Place("i", "import", "bring rows in", ImportScreen)
