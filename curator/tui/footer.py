"""The footer: the keys that work now, as many as fit, read from the table of actions."""

from collections.abc import Callable, Sequence

from curator.tui.actions import Action
from curator.tui.widgets.ink import Piece, width_of


def footer(
    actions: Sequence[Action], works: Callable[[Action], bool], width: int, *, typing: bool = False
) -> list[Piece]:
    """The most wanted of `actions` that `works` says yes to, in the order of their rank, in `width` cells.

    While a text is typed, letters are text: then only other keys are shown.
    """
    wanted = sorted((a for a in actions if a.footer and a.strokes and works(a)), key=lambda a: a.footer)
    shown = [(action.first, action) for action in wanted]
    if typing:
        shown = [(action.typing.split()[0], action) for action in wanted if action.typing]
    pieces: list[Piece] = []
    tail = [piece for key, action in shown if action.name == "app.help" for piece in _pieces(key, action)]
    room = width - width_of(tail)
    for key, action in shown:
        if action.name == "app.help":
            continue
        one = _pieces(key, action)
        if width_of(one) > room:
            break
        pieces += one
        room -= width_of(one)
    return pieces + tail


def _pieces(key: str, action: Action) -> list[Piece]:
    return [Piece(f" {key}", "key"), Piece(f" {action.label} ", "dim")]
