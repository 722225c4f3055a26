"""The label schema: what can be said about a row, with which digit, and how many rows carry it."""

from collections.abc import Callable
from functools import partial
from typing import ClassVar

from textual.binding import BindingType

from curator.errors import CuratorError, QueryError, SettingsError
from curator.operations import label_kind, relabel
from curator.operations.relabel import Edit, Schema
from curator.settings import CHOICES, Settings
from curator.text import many
from curator.tui import labels as words
from curator.tui.actions import EDIT, FIND, Action, Actions
from curator.tui.desk import WorkspaceDesk
from curator.tui.places import Opened, Place
from curator.tui.screens.confirm import ConfirmScreen
from curator.tui.screens.listed import ListedScreen, moving
from curator.tui.screens.place import PLACE_ACTIONS, place_bindings
from curator.tui.veil import EXACT
from curator.tui.widgets.ink import Piece
from curator.tui.widgets.wrap import Block

ACTIONS: Actions = (
    Action("labels.add", ("a",), "value", "one more value of this label", EDIT, 2),
    Action("labels.new", ("A",), "new label", "a new label", EDIT, 1),
    Action("labels.rename", ("e",), "rename", "another name, here and in what was given", EDIT, 3),
    Action("labels.remove", ("x", "delete"), "remove", "take it out; rows keep what was given", EDIT, 4, "x"),
    Action("labels.raise", ("left_square_bracket",), "up", "one place up; digits stay", EDIT, 6, "[ ]"),
    Action("labels.lower", ("right_square_bracket",), "down", "one place down", EDIT, beside="labels.raise"),
    Action("labels.kind", ("t",), "kind", "another kind of label; what was given goes with it", EDIT, 9),
    Action("labels.where", ("w",), "for rows", "the rows that it is offered for", EDIT, 5),
    Action("labels.bind", ("b",), "digit", "a digit for a value that has none", EDIT, 7),
    Action("labels.take_in", ("i",), "take in", "what was given becomes a value", EDIT, 2),
    Action("labels.open", ("enter",), "rows", "the rows that carry it, in the queue", FIND, 8),
    *moving("labels", "line"),
    *PLACE_ACTIONS,
)


class LabelsScreen(ListedScreen, inherit_bindings=False):
    """Lists labels and values, and changes them: in curator.toml at once, and in the queue."""

    NAME: ClassVar[str] = "labels"
    ACTIONS: ClassVar[Actions] = ACTIONS
    BINDINGS: ClassVar[list[BindingType]] = place_bindings(ACTIONS)

    def __init__(self, desk: WorkspaceDesk) -> None:
        super().__init__(desk)
        self.schema: Schema | None = None
        self.lines: list[words.Line] = []
        self.message = [Piece("counting …", "dim")]

    def on_mount(self) -> None:
        self._read(first=True)

    # -- reading -------------------------------------------------------------------------------------------------

    def _read(self, *, first: bool = False) -> None:
        self.ask(lambda desk: relabel.schema(desk.workspace), partial(self._known, first))

    def _known(self, first: bool, schema: Schema) -> None:
        self.schema, self.lines = schema, words.lines_of(schema)
        self.cursor = max(0, min(self.cursor, self.count - 1))
        if first:
            path = relabel.place_of(self.desk.workspace)
            said = f"{path.name} holds {len(schema.labels)} label{'' if len(schema.labels) == 1 else 's'}"
            self.message = [Piece(said if schema.labels else "no labels yet: A makes the first", "dim")]
        self.draw()

    @property
    def count(self) -> int:
        """How many lines there are."""
        return len(self.lines)

    @property
    def here(self) -> words.Line | None:
        """The line under the cursor."""
        return self.lines[self.cursor] if self.lines else None

    # -- drawing -------------------------------------------------------------------------------------------------

    def draw(self) -> None:
        """Show the list, and what is known of the line under the cursor."""
        schema, one = self.schema, self.here
        free = len(relabel.free_digits(schema.labels)) if schema is not None else 9
        self.show_title([Piece(f"{free} of 9 digits free ", "dim")])
        if schema is not None:
            lines = [words.shown(schema, line, EXACT, here=at == self.cursor) for at, line in enumerate(self.lines)]
            self.show_list("DIGIT, LABEL AND VALUE", lines)
            self.show_told("ABOUT IT", words.told(schema, one, EXACT) if one is not None else [])
        self.show_status()

    def possible(self, name: str) -> bool:
        """Whether the action `name` can be done now."""
        if not name.startswith("labels.") or not super().possible(name):
            return super().possible(name)
        what, one = name.removeprefix("labels."), self.here
        if what == "new" or self.busy:
            return not self.busy
        if one is None:
            return False
        stray = one.stray is not None
        can = {
            "add": not stray and one.label is not None and one.label.kind in CHOICES,
            "rename": not stray and not one.gone,
            "remove": not stray and not one.gone,
            "raise": not stray and not one.gone,
            "lower": not stray and not one.gone,
            "where": not stray,
            "kind": one.whole,
            "bind": not stray and not one.gone and self._slot_key(one) == "",
            "take_in": stray,
            "open": not one.gone,
        }
        return can.get(what, True)

    @staticmethod
    def _slot_key(one: words.Line) -> str | None:
        """The digit of a line that can have one; None for others."""
        if one.slot is not None:
            return one.slot.key
        return one.label.slots[0].key if one.label is not None and one.label.kind not in CHOICES else None

    # -- keys ----------------------------------------------------------------------------------------------------

    def action_labels(self, what: str) -> None:
        one = self.here
        asks: dict[str, tuple[str, str]] = {
            "new": ("new label", words.WRITE),
            "add": ("value", "its name; the next free digit gives it"),
            "rename": ("name", "rows that carry it keep it under its new name; u takes it back"),
            "kind": ("kind", words.TURN),
            "where": ("filter", "the rows that it is offered for, as / takes them; nothing for all"),
            "bind": ("digit", "1 to 9; it stays with the value for good"),
        }
        if what in asks:
            held = "" if one is None else one.name if what == "rename" else ""
            if what == "where" and one is not None and one.label is not None:
                held = one.label.where
            self.ask_line(what, asks[what][0], held, asks[what][1])
        elif one is None or what in ("open", "remove"):
            self._open_or_remove(what)
        elif what in ("raise", "lower") and one.label is not None:
            step, value = -1 if what == "raise" else 1, None if one.slot is None else one.slot.value
            self._edit(relabel.moved(one.label.name, value, step), "moved", follow=one.name)
        elif what == "take_in" and one.stray is not None:
            self._take_in(*one.stray[:2])
        else:
            self.move(what)

    def _open_or_remove(self, what: str) -> None:
        one = self.here
        if one is None:
            return
        if what == "open":
            value = one.stray[1] or one.stray[0] if one.stray is not None else one.name
            if '"' in value:
                value = value.replace("\\", "\\\\").replace('"', '\\"')
            self.dismiss(Opened(f'label:"{value}"'))
        elif one.label is not None:
            self._ask_remove(one)

    def answered(self, about: str, text: str) -> None:
        """Carry out what was typed; what is wrong with it is said below the line, which stays."""
        one = self.here
        text = text.strip()
        try:
            if about == "new":
                name, edit = words.read_label(text)
                self._edit(edit, f"label {name}", follow=name)
            elif one is None or one.label is None:
                return
            elif about == "rename":
                self._rename(one, text)
            elif about == "kind":
                self._look_at_kind(one.label.name, words.read_kind(text))
            else:
                edits: dict[str, Callable[[str], Edit]] = {
                    "add": partial(relabel.with_value, one.label.name),
                    "where": partial(relabel.offered, one.label.name),
                    "bind": partial(relabel.bound, one.label.name, one.slot.value if one.slot is not None else ""),
                }
                done = {"add": text, "where": f"rows of {one.label.name}", "bind": f"digit {text}"}
                self._edit(edits[about](text), done[about], follow=text if about == "add" else one.name)
        except QueryError as error:
            self.hint(EXACT.head(error.reason, 300), "failed")
            return
        except CuratorError as error:
            self.hint(EXACT.head(str(error), 300), "failed")
            return
        if self.asking:
            self.close_line()

    def typed(self, about: str, text: str) -> None:
        """Say what is missing of a new label."""
        if about == "new":
            try:
                words.read_label(text)
            except SettingsError as error:
                self.hint(EXACT.head(str(error), 300))
            else:
                self.hint("enter makes it", "bold")

    # -- changing ------------------------------------------------------------------------------------------------

    def _edit(self, edit: Edit, said: str, *, follow: str = "") -> None:
        """Change the schema; raises what is wrong with that."""
        settings = relabel.edited(self.desk.workspace, edit)
        self._taken_over(settings)
        self._know_again(follow)
        self.say(f"{EXACT.head(said, 80)} · saved in {relabel.place_of(self.desk.workspace).name}")

    def _taken_over(self, settings: Settings) -> None:
        """The keys of the queue are those of the schema, at once."""
        self.desk.settings = settings
        if (take := getattr(self.app, "take", None)) is not None:
            take(settings)

    def _know_again(self, follow: str = "") -> None:
        """Show the schema as it is now, with the counts that are known; the cursor stays with what it was on."""
        if self.schema is None:
            return
        path = relabel.place_of(self.desk.workspace)
        self.schema = Schema(relabel.written(path), self.schema.given)
        self.lines = words.lines_of(self.schema)
        place = next((at for at, line in enumerate(self.lines) if follow and line.name == follow), self.cursor)
        self.cursor = max(0, min(place, self.count - 1))
        self.draw()

    def _take_in(self, label: str, value: str) -> None:
        known = {one.name for one in self.schema.labels} if self.schema is not None else set()
        try:
            if label in known and value:
                self._edit(relabel.with_value(label, value), value, follow=value)
            elif value:
                self._edit(relabel.added(label, "multi", [value]), label, follow=label)
            else:
                self._edit(relabel.added(label, "flag"), label, follow=label)
        except CuratorError as error:
            self.say(EXACT.head(str(error), 400), "failed")

    def _rename(self, one: words.Line, text: str) -> None:
        reviewer, label = self.desk.reviewer, one.label
        if label is None or text == one.name:
            return
        self.desk.in_place()
        value = None if one.slot is None else one.slot.value

        def carry(desk: WorkspaceDesk) -> tuple[Settings, int]:
            return relabel.rename(desk.workspace, label.name, value, text, actor=reviewer)

        self.say("renaming …", "dim")
        self.ask(carry, partial(self._changed, f"renamed {one.name} to {text}"))

    def _changed(self, said: str, done: tuple[Settings, int]) -> None:
        settings, event = done
        self._taken_over(settings)
        self._know_again()
        self.saved(EXACT.head(said, 80), event)
        self._read()

    def _look_at_kind(self, name: str, asked: words.Kind) -> None:
        self.say("looking at what was given …", "dim")
        self.ask(lambda desk: label_kind.preview(desk.workspace, name, *asked), self._ask_kind)

    def _ask_kind(self, turning: label_kind.Turning) -> None:
        blocks = words.turning(turning, EXACT)
        confirm = ConfirmScreen("another kind of label", blocks, [], possible=True)
        self.app.push_screen(confirm, partial(self._turn, turning))

    def _turn(self, turning: label_kind.Turning, yes: bool | None) -> None:
        if not yes:
            self.say("nothing was changed", "dim")
            return
        reviewer = self.desk.reviewer
        try:
            self.desk.in_place()
        except CuratorError as error:
            self.say(f"not saved: {error}", "failed")
            return

        def carry(desk: WorkspaceDesk) -> tuple[Settings, int]:
            return label_kind.carry_out(desk.workspace, turning, actor=reviewer)

        self.say("changing …", "dim")
        after = turning.after
        self.ask(carry, partial(self._changed, f"{after.name} is {words.kind_of(after)} now"))

    def _ask_remove(self, one: words.Line) -> None:
        assert one.label is not None
        assert self.schema is not None
        count = many(words.count_of(self.schema, one))
        digits = [slot.key for slot in one.label.slots if slot.key] if one.slot is None else [one.slot.key]
        free = "free for others" if one.slot is None else "left empty"
        said = f"y takes it out of curator.toml. {count} that carry it keep it; it cannot be given any more."
        if any(digits):
            said += f"\nDigit{'s' if len(digits) > 1 else ''} {' '.join(digits)}: {free}."
        blocks = [Block("", EXACT.head(f"REMOVE {one.name}", 200), said)]
        confirm = ConfirmScreen("remove a label", blocks, [], possible=True)
        self.app.push_screen(confirm, partial(self._removed, one))

    def _removed(self, one: words.Line, yes: bool | None) -> None:
        if not yes or one.label is None:
            self.say("nothing was changed", "dim")
            return
        value = None if one.slot is None else one.slot.value
        try:
            self._edit(relabel.without(one.label.name, value), f"removed {one.name}")
        except CuratorError as error:
            self.say(EXACT.head(str(error), 400), "failed")

    def turned(self) -> None:
        """What labels there are may be as it was before."""
        self._read()


PLACE = Place("l", "labels", "what can be said about a row", LabelsScreen)
