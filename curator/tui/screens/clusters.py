"""The clusters of knowledge: what the pairs that teach facts are about, and one key that routes a cluster to RAG."""

from collections.abc import Generator
from functools import partial
from typing import TYPE_CHECKING, ClassVar

from textual import on
from textual.binding import BindingType
from textual.widget import Widget

from curator.errors import CuratorError
from curator.text import many
from curator.tui import clusters as told
from curator.tui.actions import FIND, GROUP, MOVE, Action, Actions
from curator.tui.desk import WorkspaceDesk
from curator.tui.places import Opened, Place
from curator.tui.screens.confirm import ConfirmScreen
from curator.tui.screens.place import PLACE_ACTIONS, PlaceScreen, place_bindings
from curator.tui.veil import EXACT
from curator.tui.widgets.bar import Panel, Rule, frame
from curator.tui.widgets.ink import Piece, Pieces
from curator.tui.widgets.text_view import TextView

if TYPE_CHECKING:  # loads the word table, which nobody needs before clusters are asked for
    from curator.operations.clusters import Clusters, Listed, Preview, Routed

ACTIONS: Actions = (
    Action("clusters.open", ("enter", "l", "right"), "rows", "its rows in the queue", FIND, 1, "enter"),
    Action("clusters.route", ("R",), "→RAG", "route its rows to RAG", GROUP, 2),
    Action("clusters.down", ("j", "down"), "down", "cluster down", MOVE, 4),
    Action("clusters.up", ("k", "up"), "up", "cluster up", MOVE, beside="clusters.down"),
    Action("clusters.page_down", ("pagedown", "ctrl+d"), "page down", "a page down", MOVE),
    Action("clusters.page_up", ("pageup", "ctrl+u"), "up", "a page up", MOVE, beside="clusters.page_down"),
    Action("clusters.first", ("home",), "first", "first cluster", MOVE),
    Action("clusters.last", ("G", "end"), "last", "last cluster", MOVE, beside="clusters.first"),
    Action("clusters.text_down", ("J", "space"), "sample", "scroll the sample", MOVE, 5),
    Action("clusters.text_up", ("K",), "up", "scroll it up", MOVE, beside="clusters.text_down"),
    Action("clusters.refresh", ("r",), "refresh", "gather the clusters again", FIND, 6),
    *PLACE_ACTIONS,
)


class ClustersScreen(PlaceScreen, inherit_bindings=False):
    """Lists clusters, shows a sample of one, routes it. Answers with what the queue is to show, if anything."""

    NAME: ClassVar[str] = "clusters"
    ACTIONS: ClassVar[Actions] = ACTIONS
    BINDINGS: ClassVar[list[BindingType]] = place_bindings(ACTIONS)
    AUTO_FOCUS = "#reading"

    def __init__(self, desk: WorkspaceDesk) -> None:
        super().__init__(desk)
        self.found: Clusters | None = None
        self.lines: list[Pieces] = []
        self.cursor = 0
        self.message = [Piece("reading what was found …", "dim")]

    def body(self) -> Generator[Widget, None, None]:
        """The list above, the sample below."""
        yield Rule(id="rule-top")
        yield Panel(id="clusters")
        yield Rule(id="rule-sample")
        yield TextView(id="reading")

    def on_mount(self) -> None:
        frame(self, "top", "sample", "bottom")
        self.draw()
        self._gather()

    # -- in the background ---------------------------------------------------------------------------------------

    def _gather(self) -> None:
        def gather(desk: WorkspaceDesk) -> "tuple[Clusters, list[Pieces]]":
            from curator.operations.clusters import clusters

            found = self.through(clusters(desk.workspace))
            return found, told.lines(found, EXACT)  # in the worker's thread: there may be thousands

        self.ask(gather, self._gathered)

    def _count(self) -> None:
        found = self.found
        if found is None:
            return

        def count(desk: WorkspaceDesk) -> "tuple[Clusters, list[Pieces]]":
            from curator.operations.clusters import counted

            again = counted(desk.workspace, found)
            return again, told.lines(again, EXACT)

        self.ask(count, self._gathered)

    def _gathered(self, answer: "tuple[Clusters, list[Pieces]]") -> None:
        first, (found, self.lines) = self.found is None, answer
        self.found = found
        self.cursor = max(0, min(self.cursor, len(found.listed) - 1))
        if first:
            self.message = self._summary(found)
        self.draw()

    @staticmethod
    def _summary(found: "Clusters") -> Pieces:
        if not found.checked:
            return [Piece("not checked yet: curator check --select KNO", "dim")]
        stale = f" · {found.unchecked:,} edited and not checked again" if found.unchecked else ""
        if not found.listed:
            return [Piece(f"no pair was found that teaches facts{stale}", "dim")]
        return [Piece(f"{found.suspects:,} of {many(found.examples)} teach facts{stale}", "dim")]

    # -- drawing -------------------------------------------------------------------------------------------------

    @property
    def here(self) -> "Listed | None":
        """The cluster under the cursor."""
        return self.found.listed[self.cursor] if self.found is not None and self.found.listed else None

    def draw(self) -> None:
        """Show list, sample and bars as they are known."""
        found, one = self.found, self.here
        count = len(found.listed) if found is not None else 0
        place = [Piece(f"cluster {self.cursor + 1:,} of {count:,} ", "dim")] if count else []
        self.show_title(place)
        if found is not None:
            lines = [*self.lines]
            if lines:
                lines[self.cursor] = told.pointed(lines[self.cursor])
            self.query_one(Panel).show(lines, (self.cursor, self.cursor + 1))
            self.query_one("#rule-top", Rule).show([Piece("ROWS AND SHARE OF KNOWLEDGE  → in RAG", "title")])
        if one is not None:
            try:
                entries = [card.entry for card in self.desk.cards(list(one.cluster.sample))]
                self.query_one(TextView).show(tuple(told.sample(one, entries, EXACT)))
            except CuratorError as error:
                self.message = [Piece(str(error), "failed")]
        self.show_status()

    def show_status(self) -> None:
        """Draw the bars below."""
        text = self.query_one(TextView)
        self.query_one("#rule-sample", Rule).show([Piece("SAMPLE", "title")] if self.here else [])
        self.query_one("#rule-bottom", Rule).show([Piece("↓ more", "dim")] if text.more_below else [])
        super().show_status()

    def on_text_view_scrolled(self) -> None:
        self.show_status()

    def possible(self, name: str) -> bool:
        """Whether the action `name` can be done now."""
        if name in ("clusters.open", "clusters.route"):
            return self.here is not None and (name == "clusters.open" or not self.busy)
        if name == "clusters.refresh":
            return not self.busy
        return self.here is not None if name.startswith("clusters.") else super().possible(name)

    # -- keys ----------------------------------------------------------------------------------------------------

    def action_clusters(self, what: str) -> None:
        if what in ("text_down", "text_up"):
            self.query_one(TextView).scroll_lines(2 if what == "text_down" else -2)
        elif what == "refresh":
            self.say("reading what was found …", "dim")
            self.found = None
            self._gather()
        elif what == "open":
            self._open()
        elif what == "route":
            self._look()
        else:
            self._move(what)

    def _move(self, what: str) -> None:
        count = len(self.found.listed) if self.found is not None else 0
        page = max(1, self.query_one(Panel).size.height - 1)
        steps = {"down": 1, "up": -1, "page_down": page, "page_up": -page, "first": -count, "last": count}
        self._point(self.cursor + steps[what])

    def _point(self, place: int) -> None:
        count = len(self.found.listed) if self.found is not None else 0
        place = max(0, min(place, count - 1))
        if count and place != self.cursor:
            self.cursor = place
            self.draw()

    @on(Panel.Picked)
    def _picked(self, event: Panel.Picked) -> None:
        self._point(event.line)

    def _open(self) -> None:
        from curator.operations.clusters import where

        if (one := self.here) is not None:
            self.dismiss(Opened(where(one), one.cluster.members))

    # -- to RAG --------------------------------------------------------------------------------------------------

    def _look(self) -> None:
        one = self.here
        if one is None:
            return

        def look(desk: WorkspaceDesk) -> "Preview":
            from curator.operations.clusters import preview

            return preview(desk.workspace, one.cluster)

        self.say("counting …", "dim")
        self.ask(look, partial(self._looked, one))

    def _looked(self, one: "Listed", seen: "Preview") -> None:
        if not self.is_current:
            return
        self.say("")
        blocks = told.question(one, seen, EXACT)
        title = f"route {many(len(seen.seqs))} to RAG"
        confirm = ConfirmScreen(title, blocks, [], possible=bool(seen.seqs))
        self.app.push_screen(confirm, partial(self._confirmed, one, seen))

    def _confirmed(self, one: "Listed", seen: "Preview", yes: bool | None) -> None:
        if not yes:
            self.say("nothing was changed", "dim")
            return
        reviewer = self.desk.reviewer

        def carry(desk: WorkspaceDesk) -> "Routed":
            from curator.operations.clusters import route

            return self.through(route(desk.workspace, one.cluster, seen, actor=reviewer))

        try:
            self.desk.in_place()
        except CuratorError as error:
            self.say(f"not saved: {error}", "failed")
            return
        self.say("routing to RAG …", "dim")
        self.ask(carry, self._routed)

    def _routed(self, done: "Routed") -> None:
        self.saved(f"routed {many(done.pairs)} to RAG", done.saved.seq)
        self._count()

    def turned(self) -> None:
        """Rows may have come back from RAG, or gone there again."""
        self._count()


PLACE = Place("k", "clusters", "clusters of knowledge", ClustersScreen)
