"""Home: what is in the workspace, what was found, what is open, what goes on, and the one best next step."""

from collections.abc import Generator
from typing import TYPE_CHECKING, ClassVar

from textual import on
from textual.binding import BindingType
from textual.containers import Container, Horizontal, Vertical
from textual.widget import Widget

from curator.tui import home as told
from curator.tui.actions import FIND, MOVE, Action, Actions
from curator.tui.desk import WorkspaceDesk
from curator.tui.going import GoingApp
from curator.tui.jobs import Job
from curator.tui.places import Opened, Place
from curator.tui.screens.place import PLACE_ACTIONS, PlaceScreen, place_bindings
from curator.tui.veil import EXACT
from curator.tui.widgets.bar import Panel, Rule
from curator.tui.widgets.ink import Piece, Pieces

if TYPE_CHECKING:
    from curator.operations.agreement import Agreement
    from curator.operations.overview import Figures, Step, Texts
    from curator.workspace.counts import CodeCount

JOBS = "JOBS"

ACTIONS: Actions = (
    Action("home.next", ("n",), "next step", "start the next step", FIND, 1),
    Action("home.open", ("enter", "l", "right"), "rows", "its rows in the queue", FIND, 2, "enter"),
    Action("home.down", ("j", "down"), "down", "finding down", MOVE, 6),
    Action("home.up", ("k", "up"), "up", "finding up", MOVE, beside="home.down"),
    Action("home.page_down", ("pagedown", "ctrl+d"), "page down", "a page down", MOVE),
    Action("home.page_up", ("pageup", "ctrl+u"), "up", "a page up", MOVE, beside="home.page_down"),
    Action("home.first", ("home",), "first", "first finding", MOVE),
    Action("home.last", ("G", "end"), "last", "last finding", MOVE, beside="home.first"),
    Action("home.check", ("c",), "check", "check all rows, while you go on", JOBS, 4),
    Action("home.stop", ("s",), "stop", "stop the job that is under way", JOBS, 3),
    Action("home.refresh", ("r",), "refresh", "count again", FIND, 7),
    *PLACE_ACTIONS,
)

PLOTTED = 90
"""Columns from which lengths are a plot with axes; below, a line of blocks."""
PLOTTED_ROWS = 26
"""Rows from which there is room for it."""
TICK = 0.5
"""Seconds between two looks at a job."""


class HomeScreen(PlaceScreen, inherit_bindings=False):
    """Numbers, plots and jobs. Answers with what the queue is to show, if anything."""

    NAME: ClassVar[str] = "home"
    ACTIONS: ClassVar[Actions] = ACTIONS
    BINDINGS: ClassVar[list[BindingType]] = place_bindings(ACTIONS)
    CSS_PATH = "home.tcss"
    AUTO_FOCUS = None
    HORIZONTAL_BREAKPOINTS = [(0, "-narrow"), (PLOTTED, "-wide"), (140, "-full")]

    def __init__(self, desk: WorkspaceDesk) -> None:
        super().__init__(desk)
        self.figures: Figures | None = None
        self.texts: Texts | None = None
        self.agreement: tuple[Agreement | None, str] = (None, "")
        self.cursor = 0
        self.message = [Piece("counting …", "dim")]

    def body(self) -> Generator[Widget, None, None]:
        """Status and findings at the left, lengths and labels at the right, the rest below."""
        with Horizontal(id="columns"):
            with Vertical(id="left-side"):
                yield Rule(id="rule-status")
                yield Panel(id="status").add_class("box")
                yield Rule(id="rule-found")
                yield Panel(id="found").add_class("box")
            with Vertical(id="right-side"):
                yield Rule(id="rule-lengths")
                yield Container(id="plot", classes="box")
                yield Panel(id="lengths").add_class("box")
                yield Rule(id="rule-labels")
                yield Panel(id="shares").add_class("box")
        yield Rule(id="rule-open")
        yield Panel(id="open").add_class("box")
        yield Rule(id="rule-next")
        yield Panel(id="next").add_class("box")

    def on_mount(self) -> None:
        self.set_interval(TICK, self._look_at_job)
        self._gather()

    def on_resize(self) -> None:
        self.set_class(self.size.width < 60 or self.size.height < 20, "-tiny")
        self.set_class(self.size.height < PLOTTED_ROWS, "-low")
        super().on_resize()

    # -- in the background ---------------------------------------------------------------------------------------

    def _gather(self) -> None:
        def count(desk: WorkspaceDesk) -> "Figures":
            from curator.operations.overview import figures

            return figures(desk.workspace)

        self.ask(count, self._counted)

    def _counted(self, found: "Figures") -> None:
        self.figures = found
        self.cursor = max(0, min(self.cursor, len(self.found) - 1))
        self.undoable = self.desk.next_undo()
        self.draw()
        self._walk()
        self._compare()

    def _walk(self) -> None:
        """Look at all texts: that may take seconds, so the counts stand already."""

        def walk(desk: WorkspaceDesk) -> "Texts":
            from curator.operations.overview import texts

            return self.through(texts(desk.workspace))

        self.ask(walk, self._walked, group="texts")

    def _walked(self, texts: "Texts") -> None:
        self.texts = texts
        self.message = ()
        self.draw()

    def _compare(self) -> None:
        """Ask how far reviewers agree; nothing is read where one reviews alone."""
        settings = self.desk.settings

        def compare(desk: WorkspaceDesk) -> "tuple[Agreement | None, str]":
            from curator.operations.agreement import agreement, why_none

            found = agreement(desk.workspace, settings)
            return found, "" if found is not None else why_none(desk.workspace)

        self.ask(compare, self._compared, group="agreement")

    def _compared(self, found: "tuple[Agreement | None, str]") -> None:
        self.agreement = found
        self.draw()

    # -- drawing -------------------------------------------------------------------------------------------------

    @property
    def found(self) -> "list[CodeCount]":
        """The checks that found something, as they are listed."""
        return [] if self.figures is None else [code for code in self.figures.codes if code.findings]

    @property
    def step(self) -> "Step | None":
        """The one best next step."""
        return None if self.figures is None else self.figures.next

    def draw(self) -> None:
        """Show what is known."""
        found = self.figures
        count = 0 if found is None else found.summary.examples
        rows = f"{count:,} row{'' if count == 1 else 's'} · " if found is not None else ""
        who = f"{EXACT.head(self.desk.reviewer, 60)} " if found is not None else ""
        self.show_title([Piece(rows, "dim"), Piece(who, "dim")])
        self._draw_frame()
        if found is not None:
            self._draw_counts(found)
        if self.texts is not None:
            self._draw_texts(self.texts)
        self._draw_job()
        self.show_status()

    def _draw_frame(self) -> None:
        wide = self.size.width >= PLOTTED
        ends = {
            "status": ("┌", "┬" if wide else "┐"), "found": ("├", "┤"),
            "lengths": ("", "┐") if wide else ("├", "┤"),
            "labels": ("", "┤"), "open": ("├", "┤"), "next": ("├", "┤"), "bottom": ("└", "┘"),
        }  # fmt: skip
        if self.has_class("-tiny"):
            ends["found"] = ("┌", "┐")
        for name, pair in ends.items():
            self.query_one(f"#rule-{name}", Rule).frame(pair)
        titles = {
            "status": "STATUS",
            "found": "FINDINGS",
            "lengths": "LENGTH OF OUTPUTS",
            "open": "OPEN",
            "next": "NEXT",
        }
        for name, title in titles.items():
            self.query_one(f"#rule-{name}", Rule).show([Piece(title, "title")])

    def _show(self, name: str, lines: list[Pieces], keep: tuple[int, int] = (0, 1)) -> None:
        self.query_one(f"#{name}", Panel).show(lines, keep)

    def _draw_counts(self, found: "Figures") -> None:
        panel = self.query_one("#status", Panel)
        brief = self.has_class("-narrow")
        lines = (told.status_brief if brief else told.status)(found, panel.size.width)
        agreed = told.agreed(*self.agreement, panel.size.width)
        panel.styles.height = len(lines) + len(agreed) if agreed else None
        self._show("status", [*lines, *agreed])
        lines = told.findings(self.found, self.query_one("#found", Panel).size.width)
        if lines:
            lines[self.cursor] = told.pointed(lines[self.cursor])
        elif found.checked:
            lines = [[Piece(" ✓ ", "accepted"), Piece("nothing was found")]]
        else:
            lines = [[Piece(" not checked yet: c checks all rows", "dim")]]
        self._show("found", lines, (self.cursor, self.cursor + 1))
        hidden = len(self.found) > self.query_one("#found", Panel).size.height
        at = [Piece(f"{self.cursor + 1} of {len(self.found)} checks", "dim")] if hidden else []
        self.query_one("#rule-found", Rule).show([Piece("FINDINGS", "title")], at)
        left = self.query_one("#open", Panel)
        lines = told.still_open(found, left.size.width)
        left.styles.height = len(lines)
        left.show(lines)

    def _draw_texts(self, texts: "Texts") -> None:
        lengths, balance = texts.lengths, texts.balance
        shares = self.query_one("#shares", Panel)
        title = {"labels": "LABELS", "outputs": "OUTPUTS THAT COME AGAIN", "": "LABELS"}[balance.kind]
        self.query_one("#rule-labels", Rule).show([Piece(title, "title")])
        if self.has_class("-narrow"):
            self._show("lengths", [told.lengths_brief(lengths)])
            self._show("shares", [told.labels_brief(balance, EXACT)])
            return
        low = self.has_class("-low")
        self._show("lengths", [told.lengths_brief(lengths) if low else told.lengths(lengths)])
        self._show("shares", told.labels(balance, shares.size.width, shares.size.height, EXACT))
        if lengths.bars and not low:
            self._plot(lengths.bars, told.ticks(lengths))

    def _plot(self, bars: tuple[int, ...], ticks: "told.Ticks") -> None:
        from curator.tui.widgets.plot import BarPlot  # plotext: only where it is drawn

        plots = self.query(BarPlot)
        plot = plots.first() if plots else BarPlot(id="bars")
        if not plots:
            self.query_one("#plot").mount(plot)
        plot.show(bars, ticks)

    def _draw_job(self) -> None:
        if self.figures is not None:
            width = self.query_one("#next", Panel).size.width
            self._show("next", [told.next_line(self.step), told.job_line(self.desk.jobs.job, width)])

    # -- keys ----------------------------------------------------------------------------------------------------

    def possible(self, name: str) -> bool:
        """Whether the action `name` can be done now."""
        if name == "home.check":
            return self.desk.jobs.running is None
        if name == "home.stop":
            return (job := self.desk.jobs.running) is not None and not job.stopping
        if name == "home.next":
            return self.step is not None and (self.step.kind != "checks" or self.desk.jobs.running is None)
        if name == "home.refresh":
            return not self.busy
        return bool(self.found) if name.startswith("home.") else super().possible(name)

    def action_home(self, what: str) -> None:
        if what == "next":
            self._start_next()
        elif what == "open":
            self._open()
        elif what == "check":
            self._check()
        elif what == "stop":
            self.desk.jobs.stop()
            self._job_changed()
        elif what == "refresh":
            self.say("counting …", "dim")
            self._gather()
        else:
            self._move(what)

    def _move(self, what: str) -> None:
        count = len(self.found)
        page = max(1, self.query_one("#found", Panel).size.height - 1)
        steps = {"down": 1, "up": -1, "page_down": page, "page_up": -page, "first": -count, "last": count}
        self._point(self.cursor + steps[what])

    def _point(self, place: int) -> None:
        place = max(0, min(place, len(self.found) - 1))
        if place != self.cursor and self.figures is not None:
            self.cursor = place
            self.message = ()
            self._draw_counts(self.figures)
            self.show_status()

    @on(Panel.Picked, "#found")
    def _picked(self, event: Panel.Picked) -> None:
        self._point(event.line)

    def _open(self) -> None:
        code = self.found[self.cursor]
        if code.examples:
            self.dismiss(Opened(f"finding:{code.code}"))
        else:
            self.say(
                f"{code.code} is about the whole set, not about a row: curator findings --select {code.code}", "dim"
            )

    def _start_next(self) -> None:
        step = self.step
        if step is None:
            return
        if step.kind == "checks":
            self._check()
        elif step.place and step.place in self._places():
            self.app.post_message(GoingApp.Go(step.place))
        elif step.where:
            self.dismiss(Opened(step.where))
        else:
            self.say(f"curator {step.place} does it", "dim")

    @staticmethod
    def _places() -> set[str]:
        from curator.tui.places import places

        return set(places())

    # -- jobs ----------------------------------------------------------------------------------------------------

    def _check(self) -> None:
        app = self.app

        def ended(job: Job) -> None:
            app.post_message(GoingApp.JobEnded(job))

        self.desk.jobs.check(ended)
        self._job_changed()

    def _look_at_job(self) -> None:
        if self.is_current and self.desk.jobs.running is not None:
            self._draw_job()

    def _job_changed(self) -> None:
        self.message = ()
        self._draw_job()
        self.show_status()

    def job_ended(self, job: Job) -> None:
        """A job has ended: what it found is counted."""
        self._job_changed()
        if job.ending == "done":
            self._gather()

    def turned(self) -> None:
        """Something was undone or redone: count again."""
        self._gather()


PLACE = Place("h", "home", "home: status, findings, jobs", HomeScreen)
