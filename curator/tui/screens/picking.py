"""The first step of an import: a file is picked from its folder, or a path is typed, which is completed."""

from typing import TYPE_CHECKING

from curator.tui.desk import WorkspaceDesk
from curator.tui.paths import Shelf, above, shelf
from curator.tui.screens.wizard import WizardScreen
from curator.tui.widgets.ask import Ask

if TYPE_CHECKING:  # loads the sources, which nobody needs before something is imported
    from curator.operations.preview_import import Look

UP = "../"
SOURCE, COLUMNS, PROBLEMS, SUMMARY = range(4)


class PickingScreen(WizardScreen, inherit_bindings=False):
    """Lists folders, asks for a path, looks at what is there."""

    def __init__(self, desk: WorkspaceDesk) -> None:
        super().__init__(desk)
        self.path = ""
        self.shelf = Shelf("", (), "")
        self._completing = False  # a path is to be completed once it is known with what
        self.picking = True  # the cursor is in the list of files; else what is typed counts

    def on_mount(self) -> None:
        self.known = self.desk.workspace.sources.list()
        self._list_files("")

    def looked(self, found: "Look") -> None:
        """It is known what there is."""
        raise NotImplementedError

    def ask_path(self) -> None:
        self.ask_line("path", "import", self.path)
        self._list_files(self.path)

    def _list_files(self, text: str) -> None:
        typing = bool(self.asking)

        def look(_: WorkspaceDesk) -> Shelf:
            from curator.sources.location import sources

            suffixes = tuple(suffix for source in sources() for suffix in source.suffixes)
            found = shelf(text, lambda name: name.lower().endswith(suffixes))
            return found if typing else found._replace(names=(UP, *found.names))

        self.picking = not typing
        self.ask(look, self._listed, group="files")

    def _listed(self, found: Shelf) -> None:
        if self.step == SOURCE and (not self.asking or found.text == self.query_one(Ask).text):
            self.shelf = found
            self.cursor = 1 if not self.asking and len(found.names) > 1 else 0
            self.draw()
            if self._completing and self.asking:
                self.complete()
            self._completing = False

    def typed(self, text: str) -> None:
        """Another path is typed: list what it could be."""
        self._list_files(text)

    def close_line(self) -> None:
        """The files are chosen from again, those of the folder that was typed."""
        super().close_line()
        if self.step == SOURCE:
            self.list_again()

    def points(self) -> bool:
        """What is typed counts until a file is chosen with the arrows."""
        return self.step != SOURCE or self.picking

    def do(self, what: str) -> None:
        """The first arrow goes to the first file."""
        if self.step == SOURCE and self.listed and not self.picking and what in ("down", "page_down"):
            self.picking, self.cursor = True, 0
            self.draw()
        else:
            super().do(what)

    def take_file(self) -> None:
        """A folder is gone into; a file is looked at."""
        name = self.shelf.names[self.cursor]
        self.path = above(self.shelf.text) if name == UP else self.shelf.with_name(name)
        if name.endswith("/"):
            self._list_files(self.path)
        else:
            self._look(self.path)

    def answered(self, text: str) -> None:
        """The path is there; a file under the cursor goes before what was typed."""
        names = self.shelf.names
        if self.picking and self.cursor < len(names):
            text = self.shelf.with_name(names[self.cursor])
        if text.endswith("/") and self.picking:
            self._complete_to(text)
        elif text.strip():
            self.path = text
            self.close_line()
            self._look(text.strip())

    def _complete_to(self, text: str) -> None:
        self.path = text
        self.ask_line("path", "import", text)
        self._list_files(text)

    def complete(self) -> None:
        """Complete the path, as soon as it is known with what."""
        if self.shelf.text != self.query_one(Ask).text:
            self._completing = True
            return
        names, shared = self.shelf.names, self.shelf.shared
        if self.picking and self.cursor < len(names):
            shared = names[self.cursor]
        if names:
            self._complete_to(self.shelf.with_name(shared))

    def _look(self, location: str) -> None:
        def look(desk: WorkspaceDesk) -> "Look":
            from curator.operations.preview_import import look

            return self.through(look(desk.workspace, location))

        self.end_stream()
        self.say("looking …", "dim")
        self.ask(look, self.looked)

    def list_again(self) -> None:
        """Show the folder of the path that stands."""
        self._list_files(self.path[: self.path.rfind("/") + 1])
