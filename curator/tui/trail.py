"""The line at the top of a screen: the workspace, the place, what is open in it. One rule for all screens."""

from typing import Any, ClassVar

from textual.screen import Screen

from curator.tui.widgets.ink import Piece


class Trailed:
    """A screen that says where it is. Mixed into the screens; a layer without it, such as a menu, is not named."""

    NAME: ClassVar[str] = ""
    IS_PLACE: ClassVar[bool] = False
    """Whether it stands right under the workspace, wherever it was opened from."""

    @property
    def called(self) -> str:
        """What it is called in the line at the top."""
        return self.NAME.capitalize()


def trail(screen: Screen[Any], ink: str = "dim") -> list[Piece]:
    """``refunds ▸ Conflicts ▸ #1 ▸ One answer``: the way to `screen` from the place that it lies over.

    A place follows the workspace; what is opened over a place follows it. `ink` is that of the screen's own name.
    """
    names: list[str] = []
    stack = screen.app.screen_stack
    below = stack[: stack.index(screen) + 1] if screen in stack else [screen]
    for one in reversed(below):
        if isinstance(one, Trailed):
            names.insert(0, one.called)
            if one.IS_PLACE:
                break
    before = "".join(f" ▸ {name}" for name in names[:-1])
    return [Piece(f" {screen.app.title}", "title"), Piece(f"{before} ▸ ", "dim"), Piece(names[-1], ink)]
