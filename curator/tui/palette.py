"""The command palette: every action of the screen that can be done now, by name."""

from collections.abc import Sequence
from dataclasses import replace
from functools import partial

from textual.command import CommandList, CommandPalette, DiscoveryHit, Hit, Hits, Provider
from textual.types import IgnoreReturnCallbackType

from curator.tui.actions import APP_ACTIONS, Action


class Actions(Provider):
    """Offers the actions of the screen that the palette was opened from."""

    def _offered(self) -> list[Action]:
        screen = self.screen
        possible = getattr(screen, "possible", lambda _: True)
        labels: dict[str, str] = getattr(self.app, "label_words", {})
        own = [action for action in getattr(screen, "ACTIONS", ()) if possible(action.name)]
        named = [replace(action, help=labels.get(action.name, action.help)) for action in own]
        ways: Sequence[Action] = getattr(self.app, "ways", tuple)()
        return [*named, *ways, *(action for action in APP_ACTIONS if action.name != "app.palette")]

    async def discover(self) -> Hits:
        """All of them, in the order of the table."""
        for action in self._offered():
            yield DiscoveryHit(f"{action.written:<10} {action.help}", self._call(action), text=action.help)

    async def search(self, query: str) -> Hits:
        """Those whose sentence or name matches."""
        matcher = self.matcher(query)
        for action in self._offered():
            score = max(matcher.match(action.help), matcher.match(action.name))
            if score > 0:
                yield Hit(score, matcher.highlight(action.help), self._call(action), help=action.written)

    def _call(self, action: Action) -> IgnoreReturnCallbackType:
        target = self.app if action.name.startswith(("app.", "go.")) else self.screen
        return partial(self.app.run_action, action.method, target)


class Palette(CommandPalette):
    """Textual's palette, kept from moving in a list that has no room: that raises a KeyError there."""

    def __init__(self) -> None:
        super().__init__(providers=[Actions], placeholder="Search for commands")

    def _action_command_list(self, action: str) -> None:
        if self.query_one(CommandList).size.height or action == "select":
            super()._action_command_list(action)
