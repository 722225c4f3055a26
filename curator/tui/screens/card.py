"""The card of a finding: everything that is known about it, to be read whole."""

from collections.abc import Callable, Mapping, Sequence
from typing import ClassVar, NamedTuple

from textual.binding import BindingType

from curator.model import KNOWLEDGE, Entry
from curator.rows import Found
from curator.tui.actions import APP, DECIDE, GROUP, MOVE, Action, Actions, bindings, scrolling
from curator.tui.cards import CheckCard, finding_card
from curator.tui.screens.reading import ReadingScreen
from curator.tui.trail import trail
from curator.tui.veil import EXACT, OPEN
from curator.tui.widgets.ink import Piece

ACTIONS = (
    Action("card.close", ("escape", "v", "q"), "back", "back to the row", APP, 1, "esc"),
    Action("card.next", ("right_square_bracket",), "next", "next finding of the row", MOVE, 2),
    Action("card.previous", ("left_square_bracket",), "previous", "previous finding", MOVE, beside="card.next"),
    Action("card.accept", ("A",), "accept group", "accept all rows with this finding", GROUP, 3),
    Action("card.reject", ("X",), "reject group", "reject all rows with it", GROUP, 4),
    Action("card.fix", ("F",), "fix group", "take the fix of all rows with it", GROUP, 5),
    Action("card.route", ("R",), "→RAG", "this row to RAG: its facts are looked up", DECIDE, 2),
    Action("card.ground", ("p",), "ground", "put a passage into its input", DECIDE, 2),
    Action("card.unveil", ("m",), "unmask", "show masked values, or mask them", MOVE, 7),
    *scrolling("card", 6),
)

#: What the queue is asked to do once the card is left.
_ASKED = {"close": "", "accept": "group.accept", "reject": "group.reject", "fix": "group.fix",
          "route": "review.route", "ground": "ground.open"}  # fmt: skip

Related = Callable[[Found], Sequence[Entry]]


class Read(NamedTuple):
    """How a card was left: the action of the queue that was asked for, if any; the finding, and whether unmasked."""

    what: str
    current: int
    unveiled: bool


class CardScreen(ReadingScreen[Read], inherit_bindings=False):
    """The findings of one example, one at a time."""

    NAME: ClassVar[str] = "card"
    ACTIONS: ClassVar[Actions] = ACTIONS
    BINDINGS: ClassVar[list[BindingType]] = bindings(ACTIONS)

    def __init__(self, entry: Entry, found: Sequence[Found], current: int, related: Related, *, unveiled: bool) -> None:
        super().__init__()
        self._entry = entry
        self._found = found
        self._current = current
        self._related = related
        self._unveiled = unveiled
        self._checks: Mapping[str, CheckCard] | None = None

    def explain(self, checks: Mapping[str, CheckCard]) -> None:
        """The cards of the checks have been read."""
        self._checks = checks
        if self.is_mounted:
            self.draw()

    @property
    def called(self) -> str:
        """What it is called in the line at the top."""
        return f"Finding of #{self._entry.seq}"

    def draw(self) -> None:
        """Show the finding that is looked at."""
        item = self._found[self._current]
        check = None if self._checks is None else self._checks.get(item.finding.code, CheckCard())
        blocks, marks = finding_card(
            item, self._entry, self._related(item), check, OPEN if self._unveiled else EXACT, EXACT
        )
        self.show(
            trail(self),
            [Piece(f"finding {self._current + 1} of {len(self._found)} ", "dim")],
            blocks,
            marks,
        )

    def possible(self, name: str) -> bool:
        """Whether the action `name` can be done now."""
        if name in ("card.next", "card.previous"):
            return len(self._found) > 1
        item = self._found[self._current]
        if name in ("card.accept", "card.reject", "card.fix"):
            return not item.stale and (name != "card.fix" or item.finding.fix is not None)
        if name in ("card.route", "card.ground"):
            return not item.stale and item.finding.code.startswith(KNOWLEDGE)
        return True

    def action_card(self, what: str) -> None:
        if what in ("next", "previous"):
            self._current = (self._current + (1 if what == "next" else -1)) % len(self._found)
            self.draw()
        elif what == "unveil":
            self._unveiled = not self._unveiled
            self.draw()
        elif what in _ASKED:
            self.dismiss(Read(_ASKED[what], self._current, self._unveiled))
        else:
            self.scroll_by(what)
