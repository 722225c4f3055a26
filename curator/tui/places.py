"""The screens that `g` and a letter go to. A screen's file holds its `Place`: the folder is the registry."""

from collections.abc import Callable, Sequence
from functools import cache
from typing import TYPE_CHECKING, NamedTuple

from curator.registry import discover
from curator.tui.actions import FIND, Action

if TYPE_CHECKING:
    from curator.tui.desk import WorkspaceDesk
    from curator.tui.screens.place import PlaceScreen


class Opened(NamedTuple):
    """What the queue is to show: a filter in words, and the rows that are meant; without rows, those of the filter."""

    where: str
    seqs: Sequence[int] | None = None


class Place(NamedTuple):
    """A screen beside the queue: the letter after `g`, its name, what the help says of it, how it is made."""

    key: str
    name: str
    help: str
    screen: "Callable[[WorkspaceDesk], PlaceScreen]"

    @property
    def action(self) -> Action:
        """Going there, as the palette, the help and the menu after `g` show it."""
        return Action(f"go.{self.name}", (f"g {self.key}",), self.name, self.help, FIND)


QUEUE = Action("go.queue", ("g q",), "queue", "the queue", FIND)


@cache
def places() -> dict[str, Place]:
    """Every place by its name, in the order of the letters. Loads the screens: ask for it when one is wanted."""
    found = discover("curator.tui.screens", Place)
    return {place.name: place for place in sorted(found, key=lambda place: place.key)}


def ways() -> tuple[Action, ...]:
    """What `g` can be followed by."""
    return (QUEUE, *(place.action for place in places().values()))
