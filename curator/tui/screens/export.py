"""The export wizard: which rows, for whom, in which splits; what would be refused is counted while one chooses."""

from collections.abc import Callable, Generator, Sequence
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, ClassVar

from textual.binding import BindingType

from curator.errors import CuratorError, QueryError
from curator.model import Split
from curator.text import many
from curator.tui import exporting as told
from curator.tui.actions import EDIT, FIND, Action, Actions
from curator.tui.desk import WorkspaceDesk
from curator.tui.paths import Shelf, shelf
from curator.tui.places import Opened, Place
from curator.tui.screens.confirm import ConfirmScreen
from curator.tui.screens.place import PLACE_ACTIONS, place_bindings
from curator.tui.screens.wizard import WizardScreen, steps
from curator.tui.veil import EXACT
from curator.tui.widgets.ask import Ask
from curator.tui.widgets.ink import Piece, Pieces
from curator.tui.widgets.wrap import Block

if TYPE_CHECKING:  # loads the targets, which nobody needs before something is exported
    from curator.operations.export import ExportResult
    from curator.operations.preview_export import Numbers, Previewed
    from curator.targets.base import Target

ACTIONS: Actions = (
    Action("export.go", ("y",), "write", "write the files (last step)", FIND, 2),
    Action("export.stop", ("x",), "stop", "stop: nothing is put in place", FIND, 2),
    *steps("export"),
    Action("export.filter", ("slash",), "filter", "only rows that a filter selects", FIND, 5),
    Action("export.folder", ("o",), "folder", "another folder to write into", EDIT, 5),
    Action("export.complete", ("tab",), "complete", "complete the path", EDIT, 6),
    *(
        Action(f"export.open_{number}", (str(number),), "open", f"the rows of problem {number} in the queue", FIND)
        for number in range(1, told.KEYS + 1)
    ),
    *PLACE_ACTIONS,
)

ROWS, TARGET, SPLIT, CHECK = range(4)
NAMED = 2_000
"""Rows that a filter names by their numbers: the queue shows the first of more."""
STOPPED = "stopped: nothing was put in place."


class ExportScreen(WizardScreen, inherit_bindings=False):
    """Asks for rows, target and splits, goes through the export meanwhile without writing, writes in the end."""

    NAME: ClassVar[str] = "export"
    FAMILY: ClassVar[str] = "export"
    STEPS: ClassVar[tuple[str, ...]] = ("rows", "target", "split", "check")
    TYPING: ClassVar[frozenset[str]] = frozenset({"complete"})
    ACTIONS: ClassVar[Actions] = ACTIONS
    BINDINGS: ClassVar[list[BindingType]] = place_bindings(ACTIONS)

    def __init__(self, desk: WorkspaceDesk) -> None:
        super().__init__(desk)
        from curator.targets.named import targets

        self.targets = targets()
        self.target: Target = next((target for target in self.targets if target.name == "openai"), self.targets[0])
        self.include = {"accepted"}
        self.where = ""
        self.splits: dict[Split, float] | None = None
        self.seed = 7
        self.by = ""
        self.out: Path | None = None
        self.numbers: Numbers | None = None
        self.seen: Previewed | None = None
        self.there: list[str] = []
        self.shelf = Shelf("", (), "")
        self._completing = False
        self.done: ExportResult | None = None

    def on_mount(self) -> None:
        self._count()
        self._check()

    def _count(self) -> None:
        def count(desk: WorkspaceDesk) -> "Numbers":
            from curator.operations.preview_export import numbers

            return numbers(desk.workspace)

        self.ask(count, self._counted, group="count")

    def _counted(self, numbers: "Numbers") -> None:
        self.numbers = numbers
        self.draw()

    @property
    def folder(self) -> Path:
        """Where the files are to lie: where somebody said, else beside the workspace."""
        path = self.desk.workspace.path
        return self.out or path.absolute().parent / f"{path.stem}-{self.target.name}"

    # -- in the background ---------------------------------------------------------------------------------------

    def _check(self) -> None:
        """Something was chosen: go through the export by it, from the first row on."""
        target, where, include = self.target, self.where, tuple(sorted(self.include))
        splits, seed, by = self.splits, self.seed, self.by

        def run(desk: WorkspaceDesk) -> "Generator[Previewed, None, Previewed]":
            from curator.operations.preview_export import preview

            return preview(
                desk.workspace, target, where=desk.query(where), include=include, splits=splits, seed=seed, split_by=by
            )

        self.seen = None
        self._look_around()
        self.stream(run)
        self.draw()

    def _look_around(self) -> None:
        from curator.operations.preview_export import taken

        self.there = taken(self.target, self.folder)

    def streamed(self, value: "Previewed") -> None:
        """More rows were looked at."""
        self.seen = value
        self.draw()

    def turned(self) -> None:
        """A decision, or a split, was taken back or made again."""
        self._count()
        self._check()

    # -- what is said --------------------------------------------------------------------------------------------

    def about(self) -> Pieces:
        """How many rows would be written."""
        seen = self.seen
        return () if seen is None or self.done else [Piece(f"{many(seen.exported + seen.documents)}", "dim")]

    def lines(self) -> tuple[Pieces, Sequence[Pieces]]:
        """Statuses, targets, splits, or what is wrong."""
        if self.step == ROWS:
            return [Piece("ROWS", "title")], told.include_lines(self.include, self.numbers, self.where)
        if self.step == TARGET:
            return [Piece("TARGET", "title")], told.target_lines(self.targets, self.target)
        if self.step == SPLIT:
            return [Piece("SPLIT", "title")], told.split_lines(self.splits, self.seed, self.by)
        if self.done is not None:
            return [Piece("WRITTEN", "title")], told.written_lines(self.done)
        return [Piece("PROBLEMS", "title")], told.issue_lines(self.seen)

    def blocks(self) -> tuple[Pieces, Sequence[Block]]:
        """What the line under the cursor means."""
        if self.step == ROWS:
            return [Piece("WHAT IS EXPORTED", "title")], told.include_blocks(self.cursor, self.numbers)
        if self.step == TARGET:
            return [Piece("WHAT IT TAKES", "title")], told.target_blocks(self.targets[self.cursor])
        if self.step == SPLIT:
            return [Piece("SPLITS", "title")], told.split_blocks(self.cursor)
        if self.done is not None:
            return [Piece("WHERE", "title")], told.written_blocks(self.done)
        issues = self.seen.issues if self.seen else ()
        issue = issues[self.cursor] if self.cursor < len(issues) else None
        return [Piece("SUMMARY", "title")], told.check_blocks(self.seen, issue, self.target, self.folder, self.there)

    def counted(self) -> tuple[Pieces, Sequence[Pieces]]:
        """What would be written, and what would not."""
        width = self.query_one("#tally").content_size.width
        lines = told.checked_lines(self.seen, self.running, width)
        return told.checked_title(self.seen, self.target, self.running), lines

    # -- keys ----------------------------------------------------------------------------------------------------

    def action_export(self, what: str) -> None:
        self.do(what)

    def can(self, what: str) -> bool:
        """Whether something can be done that is no movement."""
        if self.working or self.busy:
            return what == "stop" and self.working
        ended = self.done is not None
        issues = self.seen.issues if self.seen and not ended else ()
        if what.startswith("open_"):
            return int(what[-1]) <= len(issues)
        return {
            "enter": self.step != CHECK or (bool(issues) and not ended),
            "next": self.step < CHECK,
            "back": self.step > ROWS,
            "filter": self.step == ROWS,
            "folder": self.step == CHECK and not ended,
            "go": self.step == CHECK and not ended and self.seen is not None and not self.seen.empty,
        }.get(what, False)

    def act(self, what: str) -> None:
        """Do what is no movement."""
        if what == "enter":
            self._enter()
        elif what in ("next", "back"):
            self.done = None
            self.to_step(self.step + (1 if what == "next" else -1))
            self._to_chosen()
        elif what == "filter":
            self.ask_line("filter", "/", self.where, 1)
        elif what == "folder":
            self.ask_line("folder", "folder", str(self.folder))
            self._list_folders(str(self.folder))
        elif what == "complete":
            self._complete()
        elif what == "go":
            self._write()
        elif what == "stop":
            self.stopped = True
            self.say("stopping …", "dim")
        else:
            self._open(int(what[-1]) - 1)

    def _to_chosen(self) -> None:
        """The cursor begins at what stands."""
        if self.step == TARGET:
            self.cursor = self.targets.index(self.target)
        elif self.step == SPLIT:
            known = [shares for _, shares, _ in told.SPLITTINGS]
            self.cursor = known.index(self.splits) if self.splits in known else len(known)
        self._look_around()
        self.draw()

    def _enter(self) -> None:
        if self.step == ROWS:
            self._toggle()
        elif self.step == TARGET:
            self.target = self.targets[self.cursor]
            self._check()
        elif self.step == SPLIT:
            self._take_split()
        else:
            self._open(self.cursor)

    def _toggle(self) -> None:
        if self.cursor == len(told.INCLUDES):
            self.ask_line("filter", "/", self.where, 1)
            return
        name = told.INCLUDES[self.cursor][0]
        if name == "accepted":
            self.say("what is accepted is exported always; / selects among it", "dim")
            return
        self.include ^= {name}
        if "flagged" in self.include and name == "flagged":
            self.include.add("pending")  # those are pending too
        if "pending" not in self.include:
            self.include.discard("flagged")
        self._check()

    def _take_split(self) -> None:
        if self.cursor < len(told.SPLITTINGS):
            self.splits = told.SPLITTINGS[self.cursor][1]
            self._check()
        elif self.cursor == len(told.SPLITTINGS):
            self.ask_line("shares", "shares", told.shares_of(self.splits) or "train=0.9,validation=0.1", 1)
        elif self.cursor == len(told.SPLITTINGS) + 1:
            self.ask_line("seed", "seed", str(self.seed), 1)
        else:
            self.ask_line("by", "together by", self.by, 1)

    # -- lines that are typed ------------------------------------------------------------------------------------

    def typed(self, text: str) -> None:
        """Say what is wrong with it while it is typed."""
        if self.asking == "folder":
            self._list_folders(text)
            return
        try:
            self._read(text)
        except QueryError as error:
            ask = self.query_one(Ask)
            ask.hint(0, [Piece(" " * (ask.indent + error.position)), Piece(f"▲ {error.reason}", "failed")])
        except (CuratorError, ValueError) as error:
            self.query_one(Ask).hint(0, [Piece(f"   ▲ {EXACT.head(str(error), 200)}", "failed")])
        else:
            self.query_one(Ask).hint(0, [])

    def _read(self, text: str) -> Callable[[], None]:
        """What the typed text sets. Raises what is wrong with it."""
        from curator.splits import read_ratios

        if self.asking == "filter":
            self.desk.query(text)
            return partial(setattr, self, "where", text.strip())
        if self.asking == "shares":
            return partial(setattr, self, "splits", read_ratios(text))
        if self.asking == "by":
            return partial(setattr, self, "by", text.strip())
        if not text.strip().isdecimal():
            raise ValueError("a seed is a whole number, such as 7")
        return partial(setattr, self, "seed", int(text))

    def answered(self, text: str) -> None:
        """The line is there; what cannot be read stays open."""
        if self.asking == "folder":
            if text.strip():
                self.out = Path(text.strip()).expanduser()
                self.close_line()
                self._look_around()
            return
        try:
            take = self._read(text)
        except (CuratorError, ValueError):
            self.typed(text)
            return
        self.close_line()
        take()
        self._check()

    def _list_folders(self, text: str) -> None:
        self.ask(lambda _: shelf(text, lambda _: False), self._listed, group="files")

    def _listed(self, found: Shelf) -> None:
        self.shelf = found
        if self._completing:
            self._complete()

    def _complete(self) -> None:
        """Complete the path, as soon as it is known with what."""
        self._completing = self.asking == "folder" and self.shelf.text != self.query_one(Ask).text
        if self.asking == "folder" and not self._completing and self.shelf.names:
            text = self.shelf.with_name(self.shelf.shared)
            self.ask_line("folder", "folder", text)
            self._list_folders(text)

    # -- the rows of a problem, and the files --------------------------------------------------------------------

    def _open(self, number: int) -> None:
        issues = self.seen.issues if self.seen else ()
        if number < len(issues):
            seqs = issues[number].seqs[:NAMED]
            self.dismiss(Opened(f"id:{','.join(map(str, seqs))}", seqs))

    def _write(self) -> None:
        from curator.operations.preview_export import taken

        there = taken(self.target, self.folder)
        parted = self.seen.parted if self.seen else ()
        asked = [
            *([("export what is parted", told.parting(parted))] if parted else []),
            *([("export over files", told.overwrite(self.folder, there))] if there else []),
        ]
        self._ask_first(asked, partial(self._export, force=bool(there), part=bool(parted)))

    def _ask_first(self, asked: list[tuple[str, list[Block]]], go: Callable[[], None]) -> None:
        """Ask one after another; go where all was agreed to."""
        if not asked:
            go()
            return

        def take(yes: bool | None) -> None:
            if yes:
                self._ask_first(asked[1:], go)
            else:
                self.say("nothing was written", "dim")

        title, blocks = asked[0]
        confirm = ConfirmScreen(title, blocks, [], possible=True)
        self.app.push_screen(confirm, take)

    def _export(self, *, force: bool, part: bool) -> None:
        target, folder, where, include = self.target, self.folder, self.where, tuple(sorted(self.include))
        splits, seed, by, reviewer = self.splits, self.seed, self.by, self.desk.reviewer

        def carry(desk: WorkspaceDesk) -> "ExportResult":
            from curator.operations.export import export

            work = export(
                desk.workspace, target, folder, where=desk.query(where), include=include, splits=splits, seed=seed,
                force=force, reviewer=reviewer, split_by=by, part_clusters=part,
            )  # fmt: skip
            return self.carried(work, STOPPED)

        try:
            self.desk.in_place()
        except CuratorError as error:
            self.say(f"not written: {error}", "failed")
            return
        self.working, self.stopped = True, False
        self.say("writing …", "dim")
        self.ask(carry, self._written)

    def _refused(self, own: bool, error: CuratorError) -> None:
        self.working = self.working and not own
        super()._refused(own, error)

    def _written(self, done: "ExportResult") -> None:
        self.working = False
        self.done = done
        self.undoable = self.desk.next_undo()
        count = sum(done.splits.values())
        self.message = [Piece(f"{many(count)} written into {EXACT.head(done.out, 200)}")]
        self.draw()


PLACE = Place("e", "export", "write training files", ExportScreen)
