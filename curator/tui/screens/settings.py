"""Settings: every one of curator.toml with its default, what it may be, and where it comes from; changed in place."""

from functools import partial
from typing import TYPE_CHECKING, ClassVar

from textual.binding import BindingType

from curator.errors import CuratorError, QueryError
from curator.settings import NAME, Settings
from curator.tui.actions import EDIT, FIND, Action, Actions
from curator.tui.desk import WorkspaceDesk
from curator.tui.places import Place
from curator.tui.screens.listed import ListedScreen, moving
from curator.tui.screens.place import PLACE_ACTIONS, place_bindings
from curator.tui.veil import EXACT
from curator.tui.widgets.ink import Piece

if TYPE_CHECKING:  # loads the checks, which nobody needs before their options are asked for
    from curator.operations.settings import Setting
    from curator.tui.settings import Line

ACTIONS: Actions = (
    Action("settings.change", ("enter", "e"), "change", "another value, in curator.toml at once", EDIT, 1, "enter"),
    Action("settings.reset", ("r",), "reset", "its default again", EDIT, 2),
    Action("settings.search", ("slash",), "search", "the next setting with this in its name", FIND, 3),
    Action("settings.again", ("n",), "next", "the next one", FIND, beside="settings.search"),
    *moving("settings", "setting"),
    *PLACE_ACTIONS,
)


class SettingsScreen(ListedScreen, inherit_bindings=False):
    """Lists settings, says all about one, and changes it in curator.toml."""

    NAME: ClassVar[str] = "settings"
    ACTIONS: ClassVar[Actions] = ACTIONS
    BINDINGS: ClassVar[list[BindingType]] = place_bindings(ACTIONS)

    def __init__(self, desk: WorkspaceDesk) -> None:
        super().__init__(desk)
        self.lines: list[Line] = []
        self.sought = ""
        self.message = [Piece("reading the settings …", "dim")]

    def on_mount(self) -> None:
        self._read("")

    # -- reading -------------------------------------------------------------------------------------------------

    def _read(self, said: str) -> None:
        def read(desk: WorkspaceDesk) -> "list[Setting]":
            from curator.operations.settings import settings_of

            return settings_of(desk.workspace)

        self.ask(read, partial(self._known, said))

    def _known(self, said: str, found: "list[Setting]") -> None:
        from curator.tui.settings import lines_of

        first, self.lines = not self.lines, lines_of(found)
        self.cursor = 1 if first else min(self.cursor, self.count - 1)
        own = sum(one.is_set for one in found)
        self.message = [Piece(said)] if said else [Piece(f"{len(found)} settings, {own} of them set", "dim")]
        self.draw()

    @property
    def count(self) -> int:
        """How many lines there are."""
        return len(self.lines)

    @property
    def here(self) -> "Setting | None":
        """The setting under the cursor; None on a heading."""
        return self.lines[self.cursor].setting if self.lines else None

    # -- drawing -------------------------------------------------------------------------------------------------

    def draw(self) -> None:
        """Show the list, and all that is known of the setting under the cursor."""
        from curator.tui.settings import shown, told

        place = self.desk.workspace.path.parent / NAME
        self.show_title([Piece(f"{NAME if place.exists() else f'no {NAME} yet'} ", "dim")])
        if self.lines:
            lines = [shown(line, EXACT, here=at == self.cursor) for at, line in enumerate(self.lines)]
            self.show_list("SETTING AND VALUE  ● set in curator.toml", lines)
            self.show_told("ABOUT IT", told(self.lines[self.cursor], EXACT))
        self.show_status()

    def possible(self, name: str) -> bool:
        """Whether the action `name` can be done now."""
        if name.startswith("settings.") and not self.lines:
            return False
        if name in ("settings.change", "settings.reset") and super().possible(name):
            one = self.here
            return one is not None and not self.busy and (name == "settings.change" or one.is_set)
        if name == "settings.again":
            return bool(self.sought) and super().possible(name)
        return super().possible(name)

    # -- keys ----------------------------------------------------------------------------------------------------

    def point(self, place: int) -> None:
        """Put the cursor on a setting: headings are passed over."""
        place = max(0, min(place, self.count - 1))
        if self.lines and self.lines[place].setting is None:
            place = max(1, place + (1 if place >= self.cursor or place == 0 else -1))
        super().point(place)

    def action_settings(self, what: str) -> None:
        from curator.tui.settings import typed

        one = self.here
        if what == "change" and one is not None:
            self.ask_line(
                "value", one.name, typed(one), f"{one.allowed} · now {EXACT.head(typed(one) or 'nothing', 60)}"
            )
        elif what == "reset" and one is not None:
            self._reset(one)
        elif what == "search":
            self.ask_line("search", "/", "")
        elif what == "again":
            self._search()
        else:
            self.move(what)

    def answered(self, about: str, text: str) -> None:
        """Write the value; what is wrong with it is said below the line, which stays."""
        if about == "search":
            self.close_line()
            self.sought = text.strip().casefold()
            self._search()
            return
        one = self.here
        if one is None:
            return

        from curator.operations.settings import give

        try:
            settings = give(self.desk.workspace, one, text)
        except QueryError as error:
            self.hint(EXACT.head(error.reason, 300), "failed")
        except CuratorError as error:
            self.hint(EXACT.head(str(error).partition("]: ")[2] or str(error), 300), "failed")
        else:
            self.close_line()
            self._changed(settings, f"{one.name} · saved in curator.toml")

    def _reset(self, one: "Setting") -> None:
        from curator.operations.settings import reset

        try:
            settings = reset(self.desk.workspace, one)
        except CuratorError as error:
            self.say(EXACT.head(str(error), 400), "failed")
        else:
            self._changed(settings, f"{one.name} has its default again · saved in curator.toml")

    def _changed(self, settings: Settings, said: str) -> None:
        if (take := getattr(self.app, "take", None)) is not None:
            take(settings)
        self._read(EXACT.head(said, 200))

    def _search(self) -> None:
        places = [*range(self.cursor + 1, self.count), *range(self.cursor + 1)]
        for place in places:
            one = self.lines[place].setting
            if self.sought and one is not None and self.sought in f"{one.check} {'.'.join(one.keys)}".casefold():
                self.point(place)
                self.say(f"/ {self.sought} · n finds the next", "dim")
                return
        self.say(f"no setting has {self.sought!r} in its name", "failed")


PLACE = Place("s", "settings", "every setting of curator.toml", SettingsScreen)
