"""From the queue to other screens and back: places, what belongs to the row, saved filters; and copies of the row."""

from array import array

import msgspec
from textual import events
from textual.screen import ModalScreen

from curator.errors import CuratorError
from curator.query import Term, uses
from curator.settings import NAME
from curator.tui.places import Opened
from curator.tui.screens.choosing import ChoosingScreen
from curator.tui.screens.filters import FiltersScreen
from curator.tui.widgets.ask import Ask


class OpeningScreen(ChoosingScreen, inherit_bindings=False):
    """Opens what lies over the queue, and takes what it answers."""

    _covered = False
    """Whether another screen was shown over this one, and not only a menu of keys."""

    def on_mount(self) -> None:
        self.filters: dict[str, str] = dict(self.desk.settings.filters)

    def possible(self, name: str) -> bool:
        """Whether the action `name` can be done now."""
        if name.startswith(("near.", "copy.")) and not len(self.queue):
            return False
        if name == "near.conflicts" and not any(item.related for item in self.found):
            return False
        if name == "bulk.open" and (not len(self.queue) or self.growing):
            return False
        return super().possible(name) and (name != "filter.saved" or bool(self.filters))

    # -- over the queue ------------------------------------------------------------------------------------------

    def action_queue(self, what: str) -> None:
        if what == "refresh":
            self._choose(self.where)
        elif what == "clusters":
            self.go("clusters")
        else:
            super().action_queue(what)

    def go(self, name: str) -> None:
        """Open a place over the queue."""
        from curator.tui.places import places  # loads every screen, which nobody needs before one is wanted

        self.app.push_screen(places()[name].screen(self.desk), self._place_left)

    def action_bulk(self, _what: str) -> None:
        from curator.tui.screens.bulk import BulkScreen  # loads what a decision about many needs

        self.app.push_screen(BulkScreen(self.desk, self.where, self.queue.seqs), self._place_left)

    def action_near(self, what: str) -> None:
        seq = self.queue.seqs[self.queue.cursor]
        if what == "similar":
            self._choose(f"sim:{seq} order:sim")
        elif what == "conflicts":
            from curator.tui.screens.conflicts import ConflictsScreen

            self.app.push_screen(ConflictsScreen(self.desk, seq), self._place_left)
        else:
            from curator.tui.screens.history import HistoryScreen

            self.app.push_screen(HistoryScreen(self.desk, seq), self._place_left)

    def _place_left(self, opened: Opened | None) -> None:
        """Rows may have been changed there, and some of them be asked for."""
        try:
            self.undoable, self.saved = self.desk.next_undo(), max(self.saved, self.desk.saved)
            self.queue.forget()
            self.panes.rows.refresh()
        except CuratorError as error:
            self.say(str(error), "failed")
        self.arrived()
        self._recount()
        if opened is not None and opened.seqs is not None:
            self._chosen(self.Chosen(opened.where, array("q", opened.seqs)))
        elif opened is not None:
            self._choose(opened.where)

    def on_screen_suspend(self, _event: events.ScreenSuspend) -> None:
        self._covered = self._covered or not isinstance(self.app.screen, ModalScreen)

    def on_screen_resume(self) -> None:
        if self._covered:
            self._covered = False
            self.review.hush("another screen")

    # -- saved filters -------------------------------------------------------------------------------------------

    def action_filter(self, what: str) -> None:
        if what == "save":
            text = self.query_one(Ask).text
            try:
                if uses(self.query_of(text).where, Term, "tag"):
                    raise CuratorError("tags live in this session: a filter with tag: cannot be saved")
            except CuratorError as error:
                self.query_one(Ask).hint(1, [])
                self.say(str(error).splitlines()[0], "failed")
                return
            self._to_save = text
            self._ask("name", "save the filter as", "", 0)
        elif what == "saved":
            self.app.push_screen(FiltersScreen(self.desk, self.filters), self._place_left)
        else:
            super().action_filter(what)

    _to_save = ""

    def _save_filter(self, name: str) -> None:
        from curator.settings_file import set_value  # loads the writer of TOML

        name = name.strip()
        if not name:
            self.say("nothing was saved: a filter needs a name", "failed")
            return
        path = self.desk.settings.path or self.desk.workspace.path.parent / NAME
        try:
            set_value(path, ("filters", name), self._to_save)
        except CuratorError as error:
            self.say(f"not saved: {error}", "failed")
            return
        self.filters[name] = self._to_save
        self.say(f"saved in {path.name} as {name}: L shows it")
        self._choose(self._to_save)

    # -- copies --------------------------------------------------------------------------------------------------

    def action_copy(self, what: str) -> None:
        from curator.tui.clipboard import copy

        try:
            example = self.queue.here.entry.example
        except CuratorError as error:
            self.say(str(error), "failed")
            return
        if what == "json":
            text = msgspec.json.format(msgspec.json.encode(example)).decode()
        else:
            parts = {"input": (example.input_text,), "output": (example.output_text,)}
            text = "\n\n".join(parts.get(what, (example.system, example.input_text, example.output_text))).strip()
        self.say(
            f"{'JSON' if what == 'json' else 'input and output' if what == 'row' else what}: {copy(self.app, text)}"
        )
