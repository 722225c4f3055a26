"""Findings by check and rule: how often each was right, one key to ignore, to fix, to look at its rows."""

import asyncio
from collections.abc import Callable, Generator
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, ClassVar

from textual import on
from textual.binding import BindingType
from textual.containers import Container, Vertical
from textual.widget import Widget
from textual.worker import WorkType

from curator.errors import CuratorError
from curator.tui import triage as told
from curator.tui.actions import DECIDE, FIND, GROUP, MOVE, Action, Actions
from curator.tui.desk import Errand, WorkspaceDesk
from curator.tui.places import Opened, Place
from curator.tui.screens.place import PLACE_ACTIONS, place_bindings
from curator.tui.screens.setting_aside import SettingAside
from curator.tui.veil import EXACT
from curator.tui.widgets.bar import Panel, Rule
from curator.tui.widgets.ink import Piece
from curator.tui.widgets.text_view import TextView
from curator.tui.widgets.wrap import Block

if TYPE_CHECKING:  # loads the engines, which nobody needs before findings are asked for
    from curator.operations.triage import Ruled, Triage

SAMPLE_AFTER = 0.08
"""Seconds that the cursor rests on a line before its rows are read."""

ACTIONS: Actions = (
    Action("triage.open", ("enter",), "rows", "its rows in the queue", FIND, 1),
    Action("triage.ignore", ("i",), "ignore", "ignore it, and say why", GROUP, 2),
    Action("triage.lift", ("I",), "list again", "ignore it no longer", GROUP, 3),
    Action("triage.threshold", ("t",), "threshold", "leave out low scores of the check", GROUP, 5),
    Action("triage.fix", ("A",), "fix", "take its safe fixes, shown before", GROUP, 4),
    Action("triage.dismiss", ("n",), "no finding", "the sampled row ▸ has no such flaw", DECIDE, 6),
    Action("triage.next_row", ("right_square_bracket",), "sample", "next row of the sample", MOVE, 7),
    Action("triage.last_row", ("left_square_bracket",), "back", "the one before", MOVE, beside="triage.next_row"),
    Action("triage.fold", ("h", "left"), "fold", "hide the rules of a check", FIND, 8),
    Action("triage.unfold", ("l", "right"), "unfold", "show them", FIND, beside="triage.fold"),
    Action("triage.down", ("j", "down"), "down", "line down", MOVE, 20),
    Action("triage.up", ("k", "up"), "up", "line up", MOVE, beside="triage.down"),
    Action("triage.page_down", ("pagedown", "ctrl+d"), "page down", "a page down", MOVE),
    Action("triage.page_up", ("pageup", "ctrl+u"), "up", "a page up", MOVE, beside="triage.page_down"),
    Action("triage.first", ("home",), "first", "first line", MOVE),
    Action("triage.last", ("G", "end"), "last", "last line", MOVE, beside="triage.first"),
    Action("triage.text_down", ("J", "space"), "text", "scroll the text", MOVE, 21),
    Action("triage.text_up", ("K",), "up", "scroll it up", MOVE, beside="triage.text_down"),
    Action("triage.refresh", ("r",), "refresh", "count again, another sample", FIND, 22),
    *PLACE_ACTIONS,
)


class TriageScreen(SettingAside, inherit_bindings=False):
    """Lists checks and rules, says how good one is, ignores and fixes it. Answers with what the queue is to show."""

    NAME: ClassVar[str] = "findings"
    ACTIONS: ClassVar[Actions] = ACTIONS
    BINDINGS: ClassVar[list[BindingType]] = place_bindings(ACTIONS)
    AUTO_FOCUS = "#reading"
    CSS_PATH = "triage.tcss"

    def __init__(self, desk: WorkspaceDesk) -> None:
        super().__init__(desk)
        self.folded: set[str] = set()
        self.seed = 0
        self.message = [Piece("reading what was found …", "dim")]

    def body(self) -> Generator[Widget, None, None]:
        """The line that is typed into, the list, and what is said of one."""
        yield from super().body()
        with Container(id="triage"):
            with Vertical(id="half-rules"):
                yield Rule(id="rule-rules")
                yield Panel(id="rules")
            with Vertical(id="half-told"):
                yield Rule(id="rule-told")
                yield TextView(id="reading")

    def on_mount(self) -> None:
        self.draw()
        self.gather()

    # -- in the background ---------------------------------------------------------------------------------------

    def gather(self) -> None:
        """Count again what stands."""

        def count(desk: WorkspaceDesk) -> "Triage":
            from curator.operations.triage import triage

            return triage(desk.workspace)

        self.ask(count, self._gathered)

    def _gathered(self, found: "Triage") -> None:
        first, self.found = self.found is None, found
        key = self.lines[self.cursor].key if self.lines else None
        self.lines = told.listed(found, self.folded)
        self.cursor = next((at for at, line in enumerate(self.lines) if line.key == key), self.cursor)
        self.cursor = max(0, min(self.cursor, len(self.lines) - 1))
        if first:
            self.message = [Piece(self._summary(found), "dim")]
        self._look()

    @staticmethod
    def _summary(found: "Triage") -> str:
        if not found.ran:
            return "not checked yet: g h goes home, where c checks all rows"
        return f"{found.open:,} open in {len(found.checks):,} check{'' if len(found.checks) == 1 else 's'}"

    def _look(self) -> None:
        """Read the rows of what is under the cursor, once it rests there."""
        self.seen, self.at = None, 0
        self.draw()
        if (ruled := self.here) is not None and not ruled.others:
            look: WorkType[None] = partial(self._sample, self.desk.workspace.path, ruled, self.seed)
            self.run_worker(look, group="sample", exclusive=True, exit_on_error=False)

    async def _sample(self, path: Path, ruled: "Ruled", seed: int) -> None:
        def look(desk: WorkspaceDesk) -> told.Sample:
            from curator.operations.triage import sample
            from curator.tui.groups import check_cards

            entries = sample(desk.workspace, ruled.code, ruled.rule, seed=seed)
            found = desk.workspace.findings.of_many([entry.seq for entry in entries])
            messages = {
                seq: one.finding.message
                for seq, all_found in found.items()
                for one in all_found
                if one.finding.code == ruled.code and ruled.rule in (None, one.finding.rule)
            }
            return told.Sample(entries, messages, check_cards().get(ruled.code))

        await asyncio.sleep(SAMPLE_AFTER)
        take: Callable[[], None]
        try:
            take = partial(self._sampled, ruled, await Errand(path).ask(look))
        except CuratorError as error:
            take = partial(self.say, EXACT.head(str(error), 400), "failed")
        self.post_message(self.Answered(take))

    def _sampled(self, ruled: "Ruled", seen: told.Sample) -> None:
        if ruled == self.here:
            self.seen = seen
            self.draw()

    # -- drawing -------------------------------------------------------------------------------------------------

    def draw(self) -> None:
        """Show the list, what is said of the line under the cursor, and the bars."""
        narrow, found = self.has_class("-narrow"), self.found
        self.query_one("#rule-rules", Rule).frame(("┌", "┐" if narrow else ""))
        self.query_one("#rule-told", Rule).frame(("├", "┤") if narrow else ("┬", "┐"))
        joint = self.query_one("#half-rules").size.width
        self.query_one("#rule-bottom", Rule).frame(("└", "┘"), [] if narrow else [(joint, "┴")])
        held = sum(one.rows for one in found.ignored) if found is not None else 0
        ignored = f" · {held:,} ignored" if held else ""
        count = f"{self._summary(found)}{ignored} " if found is not None and found.ran else ""
        self.show_title([Piece(count, "dim")] if count else [])
        if found is not None:
            panel = self.query_one("#rules", Panel)
            width = panel.content_size.width
            lines = told.drawn(self.lines, self.cursor, found, self.folded, width, EXACT)
            panel.show(lines, (self.cursor, self.cursor + 1))
            self.query_one("#rule-rules", Rule).show([Piece("CHECK AND RULE", "title")], [Piece("rows  real", "dim")])
        self.query_one(TextView).show(tuple(self._blocks()))
        self.show_status()

    def _blocks(self) -> list[Block]:
        line, found = self.line, self.found
        if found is None or line is None:
            return []
        if line.ruled is not None:
            return told.told(line.ruled, self.seen, self.at, EXACT)
        return told.told_all(found) if line.ignored is None else told.told_ignored(line.ignored, EXACT)

    def show_status(self) -> None:
        """Draw the bars below."""
        more = self.query_one(TextView).more_below
        self.query_one("#rule-bottom", Rule).show([], [Piece("↓ more", "dim")] if more else [])
        super().show_status()

    def on_text_view_scrolled(self) -> None:
        self.show_status()

    # -- keys ----------------------------------------------------------------------------------------------------

    @property
    def foldable(self) -> set[str]:
        """What has lines below it that can be hidden."""
        return told.foldable(self.found) if self.found is not None else set()

    def possible(self, name: str) -> bool:
        """Whether the action `name` can be done now."""
        if not name.startswith("triage.") or self.asking:
            return super().possible(name)
        what, line, ruled = name.partition(".")[2], self.line, self.here
        if what in ("ignore", "threshold", "fix", "lift") and self.busy:
            return False
        if what == "ignore" and line is not None and line.ignored is not None:
            return True
        if what in ("ignore", "threshold"):
            return ruled is not None and not ruled.others
        if what == "fix":
            return ruled is not None and bool(ruled.fixes) and not ruled.others
        if what == "lift":
            return line is not None and line.ignored is not None
        if what == "open":
            return ruled is not None
        if what in ("dismiss", "next_row", "last_row"):
            return self.seen is not None and bool(self.seen.entries) and not (what == "dismiss" and self.busy)
        if what in ("fold", "unfold"):
            return line is not None and line.fold in self.foldable and (line.fold in self.folded) == (what == "unfold")
        return not self.busy if what == "refresh" else line is not None

    def action_triage(self, what: str) -> None:
        acts = {
            "open": self._open, "ignore": self.ask_why, "lift": self.lift, "threshold": self.ask_score,
            "fix": self.look_at_fixes, "dismiss": self.no_finding, "refresh": self._refresh,
        }  # fmt: skip
        if what in acts:
            acts[what]()
        elif what in ("text_down", "text_up"):
            self.query_one(TextView).scroll_lines(2 if what == "text_down" else -2)
        elif what in ("next_row", "last_row") and self.seen is not None:
            self.at = (self.at + (1 if what == "next_row" else -1)) % len(self.seen.entries)
            self.draw()
        elif what in ("fold", "unfold"):
            self._fold(what == "fold")
        else:
            self._move(what)

    def _move(self, what: str) -> None:
        page, count = max(1, self.query_one("#rules", Panel).size.height - 1), len(self.lines)
        steps = {"down": 1, "up": -1, "page_down": page, "page_up": -page, "first": -count, "last": count}
        self._point(self.cursor + steps[what])

    def _point(self, place: int) -> None:
        place = max(0, min(place, len(self.lines) - 1))
        if self.lines and place != self.cursor:
            self.cursor = place
            self._look()

    @on(Panel.Picked)
    def _picked(self, event: Panel.Picked) -> None:
        if not self.asking:
            self._point(event.line)

    def _fold(self, fold: bool) -> None:
        line, found = self.line, self.found
        if line is None or found is None:
            return
        (self.folded.add if fold else self.folded.discard)(line.fold)
        self.lines = told.listed(found, self.folded)
        self.cursor = next(at for at, other in enumerate(self.lines) if other.fold == line.fold and not other.depth)
        self._look()

    def _refresh(self) -> None:
        self.seed += 1
        self.say("counting again …", "dim")
        self.gather()

    def _open(self) -> None:
        if (ruled := self.here) is not None:
            self.dismiss(Opened(ruled.where))

    def turned(self) -> None:
        """What was ignored may be listed again, and what was fixed be found."""
        self.gather()


PLACE = Place("f", "findings", "findings by check and rule", TriageScreen)
