"""The footer: the keys that work now, as many as fit, read from the table of actions."""

from collections.abc import Callable, Collection, Sequence

from curator.tui.actions import Action
from curator.tui.widgets.ink import Piece, width_of

FIRST = 3.5
"""The rank of what a row asks for: below accept, reject and skip."""


def footer(
    actions: Sequence[Action],
    works: Callable[[Action], bool],
    width: int,
    *,
    typing: bool = False,
    first: Collection[str] = (),
) -> list[Piece]:
    """The most wanted of `actions` that `works` says yes to, in the order of their rank, in `width` cells.

    Those named `first` are what this row asks for: they stand before those of a rank above `FIRST`. While a text is
    typed, letters are text: then only other keys are shown.
    """

    def rank(action: Action) -> float:
        return min(action.footer, FIRST) if action.name in first else action.footer

    wanted = sorted((a for a in actions if a.footer and a.strokes and works(a)), key=rank)
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
