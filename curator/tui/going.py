"""From screen to screen: the menu after a first stroke, and the places that `g` goes to."""

from collections.abc import Sequence
from functools import partial

from textual.app import App

from curator.tui.actions import Action, sequences
from curator.tui.screens.next_key import NextKey
from curator.tui.screens.place import PlaceScreen
from curator.tui.screens.queue import QueueScreen

GO = "g"


class GoingApp(App[None], inherit_bindings=False):
    """The part of the application that knows how its screens lie over each other: places lie over the queue."""

    def ways(self) -> Sequence[Action]:
        """Where one can go from the screen that is shown; nowhere from one that waits for an answer."""
        from curator.tui.places import ways  # loads every screen, which nobody needs before one is wanted

        if not isinstance(self.screen, QueueScreen | PlaceScreen):
            return ()
        return [way for way in ways() if way.name != f"go.{self.screen.NAME}"]

    def action_prefix(self, stroke: str) -> None:
        screen = self.screen
        own = sequences(getattr(screen, "ACTIONS", ()))
        menu = [(key.split()[1], action) for action, key in own if key.split()[0] == stroke]
        if stroke == GO:
            menu += [(key.split()[1], way) for way in self.ways() for key in way.keys]
        self.push_screen(NextKey(stroke, menu), partial(self._after_prefix, menu))

    async def _after_prefix(self, menu: list[tuple[str, Action]], method: str | None) -> None:
        action = next((action for _, action in menu if action.method == method), None)
        if action is not None:
            namespace = self if action.name.startswith("go.") else self.screen
            await self.run_action(action.method, namespace)

    def action_go(self, name: str) -> None:
        if isinstance(self.screen, PlaceScreen):
            self.screen.dismiss(None)
        queue = next((screen for screen in self.screen_stack if isinstance(screen, QueueScreen)), None)
        if queue is not None and name != "queue":
            queue.call_after_refresh(queue.go, name)
