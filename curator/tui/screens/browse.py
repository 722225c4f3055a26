"""Looking through a queue: list, texts, findings, and the keys that change nothing but what is seen."""

from array import array

from textual import events, on
from textual.app import ComposeResult
from textual.screen import Screen

from curator.errors import CuratorError
from curator.model import KNOWLEDGE, State
from curator.review import Review
from curator.rows import Queue, Tags
from curator.settings import Binding
from curator.tui import lines
from curator.tui.actions import APP_ACTIONS, ASK_ACTIONS, FILTER_ACTIONS, QUEUE_ACTIONS, key_for, name_of
from curator.tui.belonging import Belonging
from curator.tui.desk import WorkspaceDesk
from curator.tui.footer import footer
from curator.tui.lines import LabelKey, Tally
from curator.tui.panes import TEXTS, QueuePanes
from curator.tui.trail import Trailed, trail
from curator.tui.veil import OPEN, Veil
from curator.tui.widgets.ask import Ask, FilterLine
from curator.tui.widgets.bar import Bar, Panel, Rule
from curator.tui.widgets.ink import Piece, Pieces, width_of
from curator.tui.widgets.rows import RowList
from curator.tui.widgets.text_view import TextView
from curator.workspace import StoredFinding

REMEDIES = ("review.route", "ground.open")
"""What helps a pair that teaches facts."""
LINES_A_LABEL_LINE = 8
"""Lines of the terminal for each line that labels may take: texts are what a row is decided by."""


class BrowseScreen(Trailed, Screen[None], inherit_bindings=False):
    """Queue and detail, to look at. What decides and filters is in `QueueScreen`."""

    IS_PLACE = True

    HORIZONTAL_BREAKPOINTS = [(0, "-narrow"), (100, "-wide"), (140, "-full")]
    VERTICAL_BREAKPOINTS = [(0, "-short"), (30, "-tall")]
    AUTO_FOCUS = "#list"

    def __init__(self, desk: WorkspaceDesk, where: str, label_keys: tuple[LabelKey, ...], min_dwell: float) -> None:
        super().__init__()
        self.desk = desk
        self.where = where
        self.label_keys = label_keys
        seqs = array("q") if where else desk.seqs("")  # what a filter selects is read in the background
        self.review = Review(desk, Queue(desk, seqs), min_dwell=min_dwell)
        self.review.queue.start()
        self.found: list[StoredFinding] = []
        self.current: int | None = None  # the finding that is looked at
        self.tally = Tally()
        self.saved = 0
        self.undoable = ""
        self.whole_system = False
        self.unveiled: int | None = None  # the example whose secrets and personal data were asked for
        self.message: Pieces = ()
        self.tags = Tags()
        self.belonging = Belonging(desk)
        self.growing = bool(where)  # whether rows are still being chosen

    @property
    def queue(self) -> Queue:
        """The frozen order of examples."""
        return self.review.queue

    def compose(self) -> ComposeResult:
        yield Bar(id="title")
        yield FilterLine(id="ask")
        yield QueuePanes(self.queue, id="panes")
        yield Rule(id="rule-bottom")
        yield Panel(id="labels")
        yield Bar(id="progress")
        yield Bar(id="last")
        yield Bar(id="keys")

    @property
    def panes(self) -> QueuePanes:
        """List, texts, findings."""
        return self.query_one(QueuePanes)

    @property
    def asking(self) -> str:
        """What the line at the top is asking for; empty when it is away."""
        return self.query_one(Ask).about if self.is_mounted else ""

    def on_mount(self) -> None:
        self.undoable = self.desk.next_undo()
        self.panes.nothing_found = "none" if self.desk.checked() else "not checked yet: curator check"
        self.panes.tags = self.tags
        self.panes.freeze(self.queue, growing=self.growing)

    def on_screen_resume(self) -> None:
        if self.size.width:
            self.call_after_refresh(self.arrived)

    def on_resize(self) -> None:
        self.call_after_refresh(self._resized)

    def _resized(self) -> None:
        self._fit_focus()
        self.arrived()

    def _fit_focus(self) -> None:
        """On a terminal too small for two panes the focused one is shown alone."""
        tiny = self.size.width < 60 or self.size.height < 20
        focused = self.focused.id if self.focused is not None else None
        if tiny and focused in ("list", *TEXTS):
            self.panes.zoom(focused)
        elif not tiny and self.panes.alone and not self.has_class("-zoomed"):
            self.panes.zoom("")

    # -- drawing -------------------------------------------------------------------------------------------------

    def arrived(self) -> None:
        """The cursor is somewhere, perhaps somewhere else: show what is there."""
        self.panes.rows.move(self.queue.cursor)
        if len(self.queue) and self.queue.seqs[self.queue.cursor] != self.unveiled:
            self.unveiled = None  # what is come back to is masked again
        try:
            found = self.desk.findings(self.queue.here.entry.seq) if len(self.queue) else []
            if found != self.found:
                self.found, self.current = found, None
            self.show_all()
        except CuratorError as error:
            self.say(str(error), "failed")

    def show_all(self) -> None:
        """Draw everything from what is known; each pane repaints only what differs."""
        try:
            self._show_card()
        except CuratorError as error:
            self.message = [Piece(str(error), "failed")]
        self.show_status()

    def show_status(self) -> None:
        """Draw the bars."""
        width = self.size.width
        queue, tally = self.queue, self.tally
        state = self._state()
        at = lines.Place(queue.cursor + 1, len(queue), self.growing, len(self.tags), len(self.panes.marked))
        head = lines.title(trail(self), self.where, at, tally.total, self.desk.reviewer, width)
        self.query_one("#title", Bar).show(*head)
        veil = self._veil() if len(queue) else self.panes.veil
        self._show_labels(state)
        self.query_one("#rule-bottom", Rule).show(lines.note(state, width, veil))
        self.query_one("#progress", Bar).show(*lines.progress(tally, self.review.pace, self.saved, width))
        key = key_for("log.undo", "u")
        undo = [Piece(f"{key} ", "key"), Piece(f"undoes: {self.undoable} ", "dim")] if self.undoable else []
        told = [Piece(" "), *(self.message or self.hint())]
        if width_of(told) + width_of(undo) > width:
            undo = []  # what happened is worth more than what could be undone
        self.query_one("#last", Bar).show(told, undo)
        actions = (*((*ASK_ACTIONS, *FILTER_ACTIONS) if self.asking else QUEUE_ACTIONS), *APP_ACTIONS)
        teaches = any(one.finding.code.startswith(KNOWLEDGE) and not one.stale for one in self.found)
        first = (*(REMEDIES if teaches else ()), "ends.turn")
        keys = footer(actions, lambda action: self.possible(action.name), width, first=first)
        self.query_one("#keys", Bar).show(keys)

    def _show_labels(self, state: State | None) -> None:
        most = max(1, self.size.height // LINES_A_LABEL_LINE)
        labels = self.query_one("#labels", Panel)
        labels.styles.height = lines.label_rows([_by_key(label) for label in self.label_keys], self.size.width, most)
        labels.show(lines.labels(self.offered_labels(), state, self.size.width, most))

    def hint(self) -> Pieces:
        """What stands in the status line while nothing has happened."""
        return ()

    def why_no_label(self, binding: Binding) -> str:
        """Why a label is not for the row under the cursor, in words; empty when it is."""
        try:
            return self.belonging.why_not(binding, self.queue.here.entry) if binding.where and len(self.queue) else ""
        except CuratorError as error:
            return str(error)

    def offered_labels(self) -> list[LabelKey]:
        """The labels of the row under the cursor, by the keys that give them: those that are for it, or that it has."""
        state = self._state()
        return [
            _by_key(label)
            for label in self.label_keys
            if not self.why_no_label(label.binding) or (state is not None and label.given(state.labels))
        ]

    def _state(self) -> State | None:
        """The state of the example under the cursor; None when there is none, or none that can be read."""
        try:
            return self.queue.here.entry.state if len(self.queue) else None
        except CuratorError:
            return None  # whoever needs the example itself says so

    def _show_card(self) -> None:
        if not len(self.queue):
            nothing = "no example matches the filter" if self.where else "the workspace is empty"
            self.panes.show_nothing("looking for rows …" if self.growing else nothing)
            return
        card = self.queue.here
        veil = self._veil()
        self.panes.show_card(card, self.found, self.current, whole_system=self.whole_system, veil=veil)
        if self.has_class("-full"):
            self.panes.show_side(card.entry, self.desk.history(card.entry.seq), veil)

    def _veil(self) -> Veil:
        """What lies over the example under the cursor: nothing while it is unmasked."""
        here = self.unveiled is not None and self.queue.seqs[self.queue.cursor] == self.unveiled
        return OPEN if here else self.panes.veil

    def say(self, text: str, ink: str = "plain") -> None:
        """Put a message into the status line."""
        self.message = [Piece(text, ink)]
        self.show_status()

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Whether a key works now: what the footer shows and what the keys do never differ."""
        return self.possible(name_of(action, parameters))

    def possible(self, name: str) -> bool:
        """Whether the action `name` can be done now."""
        in_line = name in ("filter.complete", "filter.before", "filter.save")
        if self.asking or in_line or name.startswith("ask."):
            own = name.startswith("ask.") or name in ("app.quit", "app.interrupt")
            return self.asking == "filter" if in_line else bool(self.asking) and own
        if name.startswith("finding."):
            return bool(self.found)
        if name.startswith(("list.", "group.", "text.", "pane.", "view.")):
            return len(self.queue) > 0
        return True

    # -- moving --------------------------------------------------------------------------------------------------

    def _move(self, index: int) -> None:
        if self.queue.move(index):
            self.message = ()
            self.arrived()

    def _step(self, rows: int) -> None:
        text = self.panes.focused_text
        if text is not None:
            text.scroll_lines(rows)
        else:
            self._move(self.queue.cursor + rows)

    def _page(self) -> int:
        text = self.panes.focused_text
        return max(1, (text if text is not None else self.panes.rows).size.height - 1)

    def action_list(self, what: str) -> None:
        page = self._page()
        half = max(1, page // 2)
        steps = {"down": 1, "up": -1, "half_down": half, "half_up": -half, "page_down": page, "page_up": -page}
        if what in steps:
            self._step(steps[what])
        else:
            self._move(0 if what == "first" else len(self.queue) - 1)

    def _reading(self, down: bool) -> TextView:
        """The text that J and K scroll: the focused one, else input and output as one after the other."""
        first, second = self.panes.text("input"), self.panes.text("output")
        if (focused := self.panes.focused_text) is not None:
            return focused
        if down:
            return first if first.more_below else second
        return second if second.top else first

    def action_text(self, what: str) -> None:
        down = what == "down"
        self._reading(down).scroll_lines(2 if down else -2)

    def action_group(self, what: str) -> None:
        try:
            index = self.queue.next_flagged(1 if what == "next" else -1)
        except CuratorError as error:
            self.say(str(error), "failed")
            return
        if index is None:
            self.say("no finding in the next 2,000 rows; / sev:any shows only rows with findings", "dim")
        else:
            self._move(index)

    # -- panes ---------------------------------------------------------------------------------------------------

    def _panes_in_order(self) -> list[str]:
        return ["list", "input", "output", *(["system"] if self.has_class("-full") else [])]

    def _focus_pane(self, name: str) -> None:
        if self.panes.alone:
            self.panes.zoom(name)
        self.set_focus(self.query_one(f"#{name}"))
        self.show_all()
        if self.panes.alone:
            self.call_after_refresh(self.show_all)

    def _next_pane(self, step: int) -> None:
        order = self._panes_in_order()
        here = self.focused.id if self.focused is not None else None
        self._focus_pane(order[(order.index(here) + step) % len(order)] if here in order else "list")

    def action_pane(self, what: str) -> None:
        if what in ("next", "previous"):
            self._next_pane(1 if what == "next" else -1)
        elif what == "leave":
            self._focus_pane("list")
        elif self.panes.focused_text is None:
            self._focus_pane("input")

    def action_view(self, what: str) -> None:
        if what == "zoom":
            self._zoom()
        elif what == "unveil":
            here = self.queue.seqs[self.queue.cursor]
            self.unveiled = None if self.unveiled == here else here
            self.message = [Piece("unmasked: m masks again, so does another row" if self.unveiled else "masked", "dim")]
            self.show_all()
        else:
            self.whole_system = not self.whole_system
            self.show_all()

    def _zoom(self) -> None:
        if self.panes.alone:
            self.remove_class("-zoomed")
            self.panes.zoom("")
            self._fit_focus()
        else:
            self.add_class("-zoomed")
            focused = self.focused.id if self.focused is not None else None
            self.panes.zoom(focused if focused in ("list", *TEXTS) else "list")
        self.call_after_refresh(self.show_all)

    def action_queue(self, what: str) -> None:
        if what == "leave":
            self.app.exit()
        elif self.has_class("-zoomed"):
            self._zoom()
        elif self.panes.focused_text is not None:
            self._focus_pane("list")
        else:
            self.say("q leaves; everything is saved", "dim")

    @on(RowList.Picked)
    def _picked(self, event: RowList.Picked) -> None:
        self._move(event.index)

    def on_paste(self, event: events.Paste) -> None:
        event.stop()
        self.say("pasted text was ignored: letters are decisions here", "failed")


def _by_key(label: LabelKey) -> LabelKey:
    """The label with the key that gives it, which need not be its digit."""
    return label._replace(key=key_for(f"label.{label.key}", label.key))
