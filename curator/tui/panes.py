"""The queue's panes and the frame around them, in three layouts: one column, two, three.

One column has the detail over the list. Two have the list beside it. Three add a panel with findings, history
and metadata. Which is which is in the style sheet, by the screen's classes; the frame's joints are drawn here.
"""

from collections.abc import Sequence

from textual.app import ComposeResult
from textual.containers import Container, Horizontal, Vertical
from textual.widget import Widget

from curator.ends import in_words, is_pair
from curator.errors import CuratorError
from curator.model import Entry, Event
from curator.rows import Card, Found, Queue, Tags
from curator.text import many
from curator.tui import present
from curator.tui.cards import proposing, suggestion
from curator.tui.shares import helps, shares
from curator.tui.veil import CAUTIOUS, Veil
from curator.tui.widgets.bar import Panel, Rule
from curator.tui.widgets.ink import Piece, Pieces
from curator.tui.widgets.rows import STATUS_GLYPHS, RowList, RowView
from curator.tui.widgets.text_view import TextView

LEGEND: list[Pieces] = [
    [
        Piece("▲", "error"),
        Piece(" error  "),
        Piece("■", "warning"),
        Piece(" warning  "),
        Piece("●", "info"),
        Piece(" info"),
    ],
    [Piece("· pending ", "pending"), Piece("✓ accepted ", "accepted"), Piece("✗ rejected", "rejected")],
    [Piece("~ needs fix  ", "fix"), Piece("✎ edited  → RAG")],
]
TEXTS = ("input", "output", "system")


class QueuePanes(Container):
    """List, texts, findings, history. Shows what it is given; decides nothing."""

    def __init__(self, queue: Queue, *, id: str) -> None:
        super().__init__(id=id)
        self._queue = queue
        self._highest = 0
        self.alone = ""
        self.nothing_found = "none"
        self.tags = Tags()
        self.marked = range(0)  # places in the queue that the next decision goes to
        self.veil = CAUTIOUS  # over the rows of the list, and whatever else is shown without asking

    def compose(self) -> ComposeResult:
        with Vertical(id="left"):
            yield Rule(id="rule-list")
            yield RowList(self._row, id="list")
            yield Rule(id="rule-legend")
            yield Panel(id="legend")
        with Vertical(id="detail"):
            yield Rule(id="rule-input")
            yield Rule(id="head-input")
            yield TextView(id="input")
            yield Rule(id="rule-output")
            with Horizontal(id="ends"):
                yield TextView(id="output")
                yield TextView(id="other")
            yield Rule(id="rule-system")
            yield TextView(id="system")
            yield Rule(id="rule-findings")
            yield Panel(id="findings")
        with Vertical(id="side"):
            yield Rule(id="rule-side")
            yield Panel(id="side-findings")
            yield Rule(id="rule-history")
            yield Panel(id="history")
            yield Rule(id="rule-meta")
            yield Panel(id="meta")

    def _row(self, index: int) -> RowView:
        try:
            tagged = self._queue.seqs[index] in self.tags
            return present.row_view(self._queue.card(index), self.veil, tagged=tagged, marked=index in self.marked)
        except CuratorError as error:  # the screen is being drawn: it is said in the row's place
            return RowView(self._queue.seqs[index], "pending", (), False, False, f"cannot be read: {error}")

    # -- what is in the panes ------------------------------------------------------------------------------------

    def freeze(self, queue: Queue, *, growing: bool = False) -> None:
        """Show another queue from its cursor on."""
        self._queue = queue
        self._highest = max(queue.seqs, default=0)
        self.rows.show(len(queue), queue.cursor, digits=len(str(self._highest)))
        self.count(growing=growing)
        self.query_one("#legend", Panel).show(LEGEND)
        self.rule("legend").show([Piece("LEGEND", "title")])

    def grow(self, highest: int, *, growing: bool) -> None:
        """The queue has more rows below, of numbers up to `highest`."""
        self._highest = max(self._highest, highest)
        self.rows.grow(len(self._queue), len(str(self._highest)))
        self.count(growing=growing)

    def count(self, *, growing: bool) -> None:
        """Say how many rows there are, or so far."""
        told = f"≥ {len(self._queue):,} so far" if growing else many(len(self._queue))
        self.rule("list").show([Piece(told, "title")])

    def show_card(
        self, card: Card, found: Sequence[Found], current: int | None, *, whole_system: bool, veil: Veil
    ) -> None:
        """An example with its findings; `veil` lies over its texts."""
        example = card.entry.example
        marks = present.marks_of(found, current)
        own_pane = self.screen.has_class("-full")
        blocks = present.input_blocks(example, whole_system=whole_system and not own_pane)
        asked = sum(message.role == "user" for message in example.input)
        self.text("input").show(blocks, marks, veil.part, from_end=asked > 1)  # the last turn is what is answered
        item = proposing(found, current)
        proposed, changed = ([], []) if item is None else suggestion(item, example, veil)
        pair, narrow = is_pair(example), self.screen.has_class("-narrow")
        other, differ = present.rejected(example, veil) if pair else ([], [])
        self.set_class(pair and not narrow, "-pair")
        self.text("other").show(() if narrow else tuple(other), tuple(differ), veil.part)
        below = (*other, *proposed) if narrow else proposed
        self.text("output").show(
            (*present.output_blocks(example, pair=False), *below), (*marks, *differ, *changed), veil.part
        )
        if own_pane:
            self.text("system").show(present.system_blocks(example), marks, veil.part)
            self.rule("system").show(self._title("system"))
        self._heads(card.entry, veil)
        self._findings(found, current)
        self._divide()

    def _divide(self) -> None:
        """Give the texts their lines by what they hold, where that shows more: a screen that jumps is hard to read."""
        panes = self._sharing()
        lines = [pane.size.height for pane in panes]
        if self.alone or not all(lines):
            return
        room = sum(lines)
        needs = [max(view.lines(room) for view in self._views(pane)) for pane in panes]
        if helps(needs, lines):
            for pane, height in zip(panes[:-1], shares(needs, room), strict=False):
                pane.styles.height = height  # the last one has what is left

    def _sharing(self) -> list[Widget]:
        """What shares the lines of the detail, from above."""
        names = ("input", "ends", "system") if self.screen.has_class("-full") else ("input", "ends")
        return [self.query_one(f"#{name}") for name in names]

    def _views(self, pane: Widget) -> list[TextView]:
        found = [pane] if isinstance(pane, TextView) else list(pane.query(TextView))
        return [view for view in found if view.size.width]

    def _undivide(self) -> None:
        """Even shares again: the panes are of another size."""
        for name in ("input", "ends", "system"):
            self.query_one(f"#{name}").styles.clear_rule("height")

    def _heads(self, entry: Entry, veil: Veil) -> None:
        example = entry.example
        origin = example.provenance
        place = Piece(f"{origin.source}:{origin.row}", "dim")
        state = entry.state
        told = Piece(f"{STATUS_GLYPHS[state.status]} {state.status}", state.status)
        extra = [Piece("  →RAG", "fix")] if state.route == "rag" else []
        number = Piece(f"#{entry.seq}", "title")
        narrow = self.screen.has_class("-narrow")
        head = [*self._title("input"), Piece(f"  {present.describe(example, brief=not narrow)}", "dim")]
        told_first = veil.head(example.system, 300) if example.system else ""
        system = [Piece(f"  system: {told_first}", "dim")] if told_first else []
        if narrow:
            self.rule("input").show([number, Piece("  "), *head, Piece("  "), place], [told, *extra])
        else:
            self.rule("input").show([number, Piece("  "), place], [told, *extra])
            in_sight = self.screen.has_class("-full")
            self.query_one("#head-input", Rule).show([*head, *(() if in_sight else system)])
        output = example.output
        length = [Piece(f"  {len(output.text):,} ch", "dim")] if output is not None else [Piece("  none", "error")]
        more = [Piece(f"  {said}", "fix")] if (said := in_words(example)) else []
        untaught = [Piece("  not trained on", "fix")] if output is not None and output.weight == 0 else []
        edited = [Piece("  ✎ edited", "dim")] if state.edited else []
        self.rule("output").show([*self._title("output"), *length, *untaught, *more, *edited])

    def _findings(self, found: Sequence[Found], current: int | None) -> None:
        title = [Piece("FINDINGS", "title"), Piece(f" {len(found)}", "dim")]
        if self.screen.has_class("-narrow"):
            nothing = [] if found or self.nothing_found == "none" else [Piece(f"  {self.nothing_found}", "dim")]
            self.rule("findings").show([*title, *present.finding_summary(found, current), *nothing])
            return
        wide = self.screen.has_class("-full")
        panel = self.query_one("#side-findings" if wide else "#findings", Panel)
        lines, place = present.finding_lines(found, current, panel.size.width or 60)
        panel.show(lines or [[Piece(f"  {self.nothing_found}", "dim")]], place)
        (self.query_one("#rule-side", Rule) if wide else self.rule("findings")).show(title)

    def show_side(self, entry: Entry, history: Sequence[Event], veil: Veil) -> None:
        """History and metadata, where there is room for them."""
        panel = self.query_one("#meta", Panel)
        self.query_one("#history", Panel).show(present.history_lines(history, entry, veil))
        panel.show(present.meta_lines(entry, panel.size.width or 30, veil))
        self.rule("history").show([Piece("HISTORY", "title")])
        self.rule("meta").show([Piece("METADATA", "title")])

    def show_nothing(self, why: str) -> None:
        """An empty queue."""
        for name in (*TEXTS, "other"):
            self.text(name).show(())
        self.rule("input").show([Piece(why, "title")])
        for name in ("output", "findings", "system", "history", "meta", "side"):
            self.rule(name).show([])
        for panel in ("findings", "side-findings", "history", "meta"):
            self.query_one(f"#{panel}", Panel).show([])

    # -- parts ---------------------------------------------------------------------------------------------------

    @property
    def rows(self) -> RowList:
        """The list."""
        return self.query_one("#list", RowList)

    def text(self, name: str) -> TextView:
        """A text pane: input, output or system."""
        return self.query_one(f"#{name}", TextView)

    def rule(self, name: str) -> Rule:
        """The line above a pane."""
        return self.query_one(f"#rule-{name}", Rule)

    def _title(self, name: str) -> list[Piece]:
        """The name of a text pane, pointed at while it has the focus."""
        focused = self.screen.focused
        if focused is not None and focused.id == name:
            return [Piece("▸ ", "pointer"), Piece(name.upper(), "focus")]
        return [Piece(name.upper(), "title")]

    @property
    def focused_text(self) -> TextView | None:
        """The text pane that has the focus."""
        focused = self.screen.focused
        return focused if isinstance(focused, TextView) else None

    # -- the frame -----------------------------------------------------------------------------------------------

    def zoom(self, name: str) -> None:
        """Show the pane `name` alone; with an empty name, all of them."""
        self.alone = name
        self._undivide()
        inside = {"list": "left"} | dict.fromkeys(TEXTS, "detail")
        self.set_class(bool(name), "-alone")
        for column in ("left", "detail", "side"):
            self.query_one(f"#{column}").set_class(bool(name) and inside[name] != column, "-away")
        for widget in (*self.query_one("#left").children, *self.query_one("#detail").children):
            keep = widget.id in (name, f"rule-{name}") or (name == "output" and widget.id == "ends")
            widget.set_class(bool(name) and not keep, "-away")
            widget.set_class(bool(name) and keep, "-kept")
        self.frame()

    def on_resize(self) -> None:
        self._undivide()
        self.call_after_refresh(self._refit)

    def _refit(self) -> None:
        self._divide()
        self.frame()

    def frame(self) -> None:
        """Draw corners and joints for the layout of the moment."""
        if self.alone:
            self.rule(self.alone).frame(("┌", "┐"))
            self._bottom([])
            return
        narrow, full = self.screen.has_class("-narrow"), self.screen.has_class("-full")
        top = ("┌", "┐") if narrow else ("┬", "" if full else "┐")
        middle, side = ("├", "┤"), ("│", "│")
        self.rule("input").frame(top)
        self.query_one("#head-input", Rule).frame(("│", "" if full else "│"), plain=True)
        for name in ("output", "system"):
            self.rule(name).frame(middle if narrow else ("│", "" if full else "│"), plain=not narrow)
        self.rule("findings").frame(middle if narrow else ("┼", "┤"))
        self.rule("list").frame(("┌", ""))
        self.rule("legend").frame(("├", ""))
        self.query_one("#rule-side", Rule).frame(("┬", "┐"))
        for name in ("history", "meta"):
            self.rule(name).frame(side, plain=True)
        self._bottom([] if narrow else ["#detail", "#side"] if full else ["#detail"])

    def _bottom(self, columns: Sequence[str]) -> None:
        joints = [(self.query_one(column, Widget).region.x, "┴") for column in columns]
        self.screen.query_one("#rule-bottom", Rule).frame(("└", "┘"), joints)
