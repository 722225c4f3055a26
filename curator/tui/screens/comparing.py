"""Two answers to one input side by side: what is read in the background, and how it is drawn."""

from collections.abc import Generator, Sequence
from functools import partial
from typing import TYPE_CHECKING, NamedTuple

from textual.containers import Container, Vertical
from textual.widget import Widget

from curator.text import many
from curator.tui import conflicts as told
from curator.tui.desk import WorkspaceDesk
from curator.tui.dwell import Dwell
from curator.tui.screens.place import PlaceScreen, way_on
from curator.tui.shares import LEAST, helps, shares
from curator.tui.side_by_side import Mode, Sides
from curator.tui.veil import EXACT
from curator.tui.widgets.bar import Panel, Rule
from curator.tui.widgets.ink import Piece
from curator.tui.widgets.text_view import TextView
from curator.tui.widgets.wrap import Block, Mark

if TYPE_CHECKING:  # loads the checks, which nobody needs before conflicts are asked for
    from curator.operations.conflicts import Conflict, Conflicts
    from curator.operations.resolve import Effect

DIGITS = 9
"""Answers that have a digit of their own."""


class Seen(NamedTuple):
    """A conflict with what each key would do about it."""

    number: int
    conflict: "Conflict"
    effects: "Sequence[tuple[str, Effect]]"


class ComparingScreen(PlaceScreen, inherit_bindings=False):
    """Gathers conflicts, looks at one, and draws the first of its answers beside another."""

    AUTO_FOCUS = ""
    CSS_PATH = "conflicts.tcss"

    def __init__(self, desk: WorkspaceDesk, seq: int | None = None) -> None:
        super().__init__(desk)
        self.asked_for = seq
        self.found: Conflicts | None = None
        self.seen: Seen | None = None
        self.number: int | None = None
        self.other = 1
        self.mode: Mode = "words"
        self.accept = False
        self.sides: Sides | None = None
        self.touched: set[int] = set()
        self.dwell = Dwell(desk.settings.review.min_dwell_ms)
        self.message = [Piece("reading conflicts …", "dim")]

    def body(self) -> Generator[Widget, None, None]:
        """The input above, two answers, what the keys would do."""
        yield Rule(id="rule-given")
        yield TextView(id="given")
        with Container(id="sides"):
            for side in ("left", "right"):
                with Vertical(id=f"half-{side}"):
                    yield Rule(id=f"rule-{side}")
                    yield TextView(id=f"answer-{side}")
                    yield Panel(id=f"facts-{side}")
        yield Rule(id="rule-says")
        yield Panel(id="says")

    def on_mount(self) -> None:
        self.draw()
        self.gather()

    def on_resize(self) -> None:
        self.undivide()

    # -- in the background ---------------------------------------------------------------------------------------

    def gather(self) -> None:
        """Find out which conflicts there are, then show one."""

        def gather(desk: WorkspaceDesk) -> "Conflicts":
            from curator.operations.conflicts import conflicts

            return self.through(conflicts(desk.workspace))

        self.ask(gather, self._gathered)

    def _gathered(self, found: "Conflicts") -> None:
        self.found, self.message = found, ()
        wanted = None if self.asked_for is None else found.of(self.asked_for)
        if self.asked_for is not None and wanted is None:
            self.message = [Piece(f"#{self.asked_for} conflicts with nothing that the checks have found", "dim")]
        self.asked_for = None
        self.go(found.next_open(-1, 1) if wanted is None else wanted)
        if not len(found):
            checked = self.desk.checked()
            self.say("no conflict was found" if checked else "not checked yet: curator check --select CON", "dim")
        elif self.number is None:
            self.say("no conflict is open", "dim")

    def go(self, number: int | None) -> None:
        """Show another conflict, from its first two answers."""
        if number != self.number:
            self.other = 1
        self.number = number
        if number is None:
            self.seen = self.sides = None
            self.draw()
        else:
            self.look()

    def look(self) -> None:
        """Read the conflict that is to be shown, and what each key would do about it."""
        number, found, accept = self.number, self.found, self.accept
        if number is None or found is None:
            return
        rows = found.rows(number)

        def look(desk: WorkspaceDesk) -> Seen:
            from curator.operations import conflicts, resolve

            conflict = conflicts.look(desk.workspace, rows, found.compared)
            what = [(str(n + 1), resolve.Resolution("right", n, accept=accept)) for n in range(len(conflict.variants))]
            what = what[:2] if len(what) == 2 else what[:3]
            what += [("k", resolve.Resolution("both")), ("x", resolve.Resolution("reject"))]
            effects = [(key, resolve.effect(conflict, one)) for key, one in what]
            return Seen(number, conflict, [(key, effect) for key, effect in effects if effect.rows])

        self.ask(look, self._looked, group="look")

    def _looked(self, seen: Seen) -> None:
        if seen.number != self.number or self.found is None:
            return
        if self.seen is None or self.seen.number != seen.number:
            self.dwell.shown()
        self.seen, self.sides = seen, None
        self.found.open[seen.number] = seen.conflict.open
        self.other = min(self.other, max(1, len(seen.conflict.variants) - 1))
        self.draw()
        self.compare()

    def compare(self) -> None:
        """Mark what differs between the two answers that are shown."""
        seen, right, mode = self.seen, self.other, self.mode
        if seen is None or len(seen.conflict.variants) < 2:
            return
        self.ask(
            lambda _: told.compared(seen.conflict, 0, right, mode, EXACT),
            partial(self._compared, seen, right, mode),
            group="diff",
        )

    def _compared(self, seen: Seen, right: int, mode: Mode, found: Sides) -> None:
        if (seen, right, mode) == (self.seen, self.other, self.mode):
            self.sides = found
            self.draw()

    # -- drawing -------------------------------------------------------------------------------------------------

    @property
    def called(self) -> str:
        """What it is called in the line at the top."""
        return "Conflicts" + (f" ▸ #{self.seen.conflict.variants[0].first.seq}" if self.seen is not None else "")

    def draw(self) -> None:
        """Show the conflict as far as it is known."""
        self._frame()
        found, seen = self.found, self.seen
        if found is not None and seen is not None:
            variants, is_open = seen.conflict.variants, found.open[seen.number]
            size = f"{len(variants)} output{'' if len(variants) == 1 else 's'}, {many(len(seen.conflict.rows))}"
            place = f"{sum(found.open[: seen.number]) + 1:,} of" if is_open else "resolved ·"
            total = "" if self.has_class("-narrow") else f" · {len(found):,} in all"
            told_of = f"{place} {found.left:,} open{total} · {size} "
            self.show_title([Piece(told_of, "dim")])
        else:
            left = f"none open · {len(found):,} in all " if found is not None and len(found) else ""
            self.show_title([Piece(left, "dim")] if left else [])
        self._draw_texts()
        self.show_status()

    def _frame(self) -> None:
        narrow = self.has_class("-narrow")
        joint = [] if narrow else [(self.query_one("#half-left").size.width, "┴")]
        self.query_one("#rule-given", Rule).frame(("┌", "┐"))
        self.query_one("#rule-left", Rule).frame(("├", "┤" if narrow else ""))
        self.query_one("#rule-right", Rule).frame(("├", "┤") if narrow else ("┬", "┤"))
        self.query_one("#rule-says", Rule).frame(("├", "┤"), joint)
        self.query_one("#rule-bottom", Rule).frame(("└", "┘"))

    def _draw_texts(self) -> None:
        seen, narrow = self.seen, self.has_class("-narrow")
        given, says = self.query_one("#given", TextView), self.query_one("#says", Panel)
        self._draw_side("left", 0, narrow)
        self._draw_side("right", self.other, narrow)
        if seen is None:
            done = self.found is not None and len(self.found) and self.number is None
            given.show((Block("", "", f"No conflict is open. {way_on()}"),) if done else ())
            says.show([])
            self.query_one("#rule-given", Rule).show([])
            return
        blocks, heading = told.asked(seen.conflict, EXACT, whole=self.has_class("-asked"))
        given.show(tuple(blocks))
        how = f"diff: {self.sides.how}" if self.sides is not None else ""
        system = "" if self.has_class("-asked") or not seen.conflict.variants[0].first.example.system else "  + system"
        more = "  i shows it whole" if system or given.more_below else ""
        self.query_one("#rule-given", Rule).show(
            [Piece(heading, "title"), Piece(system + more, "dim")], [Piece(how, "dim")]
        )
        says.show(told.says(seen.conflict, seen.effects, accept=self.accept))
        self._divide(whole=self.has_class("-asked"))

    def _divide(self, *, whole: bool) -> None:
        """Give input and answers their lines by what they hold; the input all that it needs when it is asked for."""
        given, *answers = [self.query_one(f"#{name}", TextView) for name in ("given", "answer-left", "answer-right")]
        panes = [[given], *([one] for one in answers)] if self.has_class("-narrow") else [[given], answers]
        lines = [min(view.size.height for view in pane) for pane in panes]
        if not all(lines):
            return
        room = sum(lines)
        needs = [max(view.lines(room) for view in pane) for pane in panes]
        if whole or helps(needs, lines):
            first = min(needs[0], room - LEAST * (len(panes) - 1)) if whole else shares(needs, room)[0]
            given.styles.height = first
            if self.has_class("-narrow"):
                half = self.query_one("#half-left")
                half.styles.height = shares(needs[1:], room - first)[0] + half.size.height - answers[0].size.height

    def undivide(self) -> None:
        """Another size, or another wish: the lines are shared anew once it is drawn."""
        for name in ("given", "half-left"):
            self.query_one(f"#{name}").styles.clear_rule("height")
        self.call_after_refresh(self.draw)

    def _draw_side(self, side: str, number: int, narrow: bool) -> None:
        rule, text = self.query_one(f"#rule-{side}", Rule), self.query_one(f"#answer-{side}", TextView)
        panel = self.query_one(f"#facts-{side}", Panel)
        variants = self.seen.conflict.variants if self.seen is not None else ()
        if self.seen is None or number >= len(variants):
            rule.show([])
            text.show(())
            panel.show([])
            return
        one = variants[number]
        key = str(number + 1) if number < DIGITS else "0"
        count = len(variants) - 1
        which = [Piece(f"{number} of {count} others", "dim")] if side == "right" and count > 1 else []
        rule.show(told.heading(one, number, key), which)
        changes = None if self.sides is None else self.sides.left if side == "left" else self.sides.right
        asked, marks = told.unlike(self.seen.conflict, number, EXACT)
        if changes is None:
            blocks = [Block("", "", EXACT.part(one.text, 0, told.WHOLE))]
        else:
            ink = "removed" if side == "left" else "added"
            blocks = [Block(ink, "", changes.text)]
            marks = [*marks, *changes.marks]
        text.show((*blocks, *asked), tuple[Mark, ...](marks))
        panel.show(told.facts(one, brief=narrow, veil=EXACT))

    def on_text_view_scrolled(self) -> None:
        self.show_status()
