"""The application: it owns the workspace, the themes and the way out, and nothing else."""

from pathlib import Path
from typing import Any, ClassVar

from textual import events
from textual.binding import BindingType
from textual.widgets import Input, TextArea

from curator.query import parse
from curator.settings import Settings
from curator.text import visible
from curator.tui.actions import APP_ACTIONS, bindings, key_name, remap
from curator.tui.desk import WorkspaceDesk
from curator.tui.keymap import Keys, find, keymap, load
from curator.tui.leaving import LeavingApp
from curator.tui.lines import LabelKey
from curator.tui.looks import LooksApp
from curator.tui.screens.next_key import NextKey
from curator.tui.screens.queue import QueueScreen
from curator.tui.veil import EXACT
from curator.workspace import Workspace


class CuratorApp(LooksApp, LeavingApp, inherit_bindings=False):
    """Review of one workspace by one reviewer."""

    CSS_PATH = "curator.tcss"
    BINDINGS: ClassVar[list[BindingType]] = bindings(APP_ACTIONS)
    ENABLE_COMMAND_PALETTE = False  # ours has its own key, of the table

    def __init__(
        self, workspace: Workspace, *, where: str, reviewer: str, settings: Settings, keys: Keys | None = None
    ) -> None:
        keys = keys or {}
        super().__init__()
        self.desk = WorkspaceDesk(workspace, reviewer, settings)
        self.desk.relabelled = self.take
        self.title = EXACT.head(workspace.path.stem, 80)
        self._where = where
        self._label_keys = tuple(LabelKey(key, binding) for key, binding in settings.bindings.items())
        self._min_dwell = settings.review.min_dwell_ms / 1000
        self.dress(settings.review)
        remap(keys)
        self.set_keymap(keymap(keys))

    @property
    def label_words(self) -> dict[str, str]:
        """What each label digit gives, by the name of its action, for help and palette."""
        return {f"label.{label.key}": visible(f"label {label.shown}", line=True) for label in self._label_keys}

    def take(self, settings: Settings) -> None:
        """Work with other settings from now on: the labels and their digits, and how everything looks."""
        if settings.review != self.desk.settings.review:
            self.dress(settings.review)
        self.desk.settings = settings
        self._label_keys = tuple(LabelKey(key, binding) for key, binding in settings.bindings.items())
        for screen in self.screen_stack:
            if isinstance(screen, QueueScreen):
                screen.label_keys = self._label_keys

    def on_key(self, event: events.Key) -> None:
        """Letters that came in one burst with the key that opened an input belong into it.

        On a slow line they were sent to what had the focus before, and would be lost, or be decisions.
        """
        focused = self.focused
        if isinstance(self.screen, NextKey):
            self.screen.answer(event.key)
        elif event.character and event.is_printable and isinstance(focused, Input):
            focused.insert_text_at_cursor(event.character)
        elif event.character and event.is_printable and isinstance(focused, TextArea) and not focused.read_only:
            focused.insert(event.character)
        else:
            self._say_why_not(event.key)
            return
        event.prevent_default()

    def _say_why_not(self, key: str) -> None:
        """A key of this screen that has nothing to do now says so: silence looks like a key that was lost."""
        screen: Any = self.screen
        if not hasattr(screen, "possible") or not hasattr(screen, "say") or getattr(screen, "asking", "") != "":
            return
        for action in getattr(screen, "ACTIONS", ()):
            if key in action.strokes and not screen.possible(action.name):
                screen.say(f"{key_name(key)} ({action.help}) has nothing to do here", "dim")
                return

    def on_mount(self) -> None:
        self.push_screen(QueueScreen(self.desk, self._where, self._label_keys, self._min_dwell))

    def action_app(self, what: str) -> None:
        if what == "help":
            self._help()
        elif what == "palette":
            self._palette()
        elif what == "theme":
            self.next_theme()
        elif what == "interrupt":
            self.interrupt()
        else:
            self.exit()

    def _palette(self) -> None:
        from curator.tui.palette import Palette

        if not isinstance(self.screen, Palette):
            self.push_screen(Palette())

    def _help(self) -> None:
        from curator.tui.screens.help import HelpScreen
        from curator.tui.widgets.typing_area import TEXT_KEYS

        about, actions = getattr(self.screen, "NAME", ""), getattr(self.screen, "ACTIONS", ())
        if actions and not isinstance(self.screen, HelpScreen):
            own = TEXT_KEYS if isinstance(self.focused, TextArea) else ()
            self.push_screen(HelpScreen(about, (*actions, *own, *self.ways()), self.label_words))


def run(path: Path, *, where: str = "", reviewer: str, settings: Settings | None = None) -> None:
    """Review the workspace at `path`, with the keys of the reader's keys.toml; returns when the reader leaves.

    Raises `WorkspaceError`, `QueryError`, and `SettingsError` for a keys.toml that is not right.
    """
    settings = settings or Settings()
    parse(where)
    keys = load(find(path.parent))
    with Workspace.open(path) as workspace:
        app = CuratorApp(workspace, where=where, reviewer=reviewer, settings=settings, keys=keys)
        app.run()
    if app.return_code:
        raise SystemExit(app.return_code)
