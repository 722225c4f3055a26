"""The footer: the keys that work now, as many as fit, read from the table of actions."""

from collections.abc import Callable, Sequence
from dataclasses import replace

from curator.tui.actions import Action
from curator.tui.widgets.ink import Piece, width_of


def footer(
    actions: Sequence[Action], works: Callable[[Action], bool], width: int, *, typing: bool = False
) -> list[Piece]:
    """The most wanted of `actions` that `works` says yes to, in the order of their rank, in `width` cells.

    While a text is typed, letters are text: then only other keys are shown.
    """
    wanted = sorted((a for a in actions if a.footer and a.keys and works(a)), key=lambda a: a.footer)
    if typing:
        wanted = [replace(action, shown=action.typing.split()[0]) for action in wanted if action.typing]
    pieces: list[Piece] = []
    tail = [action for action in wanted if action.name == "app.help"]
    room = width - sum(width_of(_piece(action)) for action in tail)
    for action in (action for action in wanted if action not in tail):
        piece = _piece(action)
        if width_of(piece) > room:
            break
        pieces += piece
        room -= width_of(piece)
    return pieces + [piece for action in tail for piece in _piece(action)]


def _piece(action: Action) -> list[Piece]:
    keys = action.shown or action.written.split()[0]
    return [Piece(f" {keys}", "key"), Piece(f" {action.label} ", "dim")]
