"""Before a group is decided: how many rows it has, which of them stay as they are, and what would happen."""

from collections.abc import Sequence
from typing import ClassVar

from textual.binding import BindingType

from curator.tui.actions import APP, GROUP, Action, Actions, bindings, scrolling
from curator.tui.screens.reading import ReadingScreen
from curator.tui.trail import trail
from curator.tui.widgets.wrap import Block, Mark

ACTIONS = (
    Action("confirm.yes", ("y",), "do it", "do it, as one step that u undoes", GROUP, 1),
    Action("confirm.no", ("escape", "n", "q"), "cancel", "leave everything as it was", APP, 2, "esc"),
    *scrolling("confirm", 3),
)


class ConfirmScreen(ReadingScreen[bool], inherit_bindings=False):
    """Says what one more key does, and answers whether it was pressed."""

    NAME: ClassVar[str] = "confirm"
    ACTIONS: ClassVar[Actions] = ACTIONS
    BINDINGS: ClassVar[list[BindingType]] = bindings(ACTIONS)

    def __init__(self, asked: str, blocks: Sequence[Block], marks: Sequence[Mark], *, possible: bool) -> None:
        super().__init__()
        self._asked = asked
        self._blocks = blocks
        self._marks = marks
        self._possible = possible

    @property
    def called(self) -> str:
        """What it is called in the line at the top."""
        return self._asked

    def draw(self) -> None:
        """Show what is asked."""
        self.show(trail(self, "bold"), (), self._blocks, self._marks)

    def possible(self, name: str) -> bool:
        """Whether the action `name` can be done now."""
        return self._possible or name != "confirm.yes"

    def action_confirm(self, what: str) -> None:
        if what in ("yes", "no"):
            self.dismiss(what == "yes")
        else:
            self.scroll_by(what)
