"""What can be done in the terminal interface. Bindings, footer, palette and help screen read the same tables.

Those of the application, the queue and the line that asks stand here, those of any other screen in its own file.

An action ``list.half_down`` is run by the method ``action_list`` of its screen, called with ``"half_down"``. A key
of two words is a sequence: the first opens a small menu that takes the second.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from textual.binding import BindingType


@dataclass(frozen=True, slots=True)
class Action:
    """One thing to do: its name, keys, the footer's word, a sentence for the help, and where it lives.

    `footer` orders it in the footer, lowest first; 0 keeps it out. `shown` is how its keys are written. `beside`
    is the action whose line in the help it shares, with its label for a sentence.
    """

    name: str
    keys: tuple[str, ...]
    label: str
    help: str
    group: str
    footer: int = 0
    shown: str = ""
    beside: str = ""

    @property
    def method(self) -> str:
        """The Textual action that it runs."""
        family, _, what = self.name.partition(".")
        return f"{family}('{what}')"

    @property
    def typing(self) -> str:
        """Its keys that are not letters: those that work while a text is typed."""
        return " ".join(name for key in self.strokes if len(name := key_name(key)) > 1 and key != "space")

    @property
    def strokes(self) -> tuple[str, ...]:
        """The keys that do it for this reader: those of keys.toml, or its own."""
        return strokes_of(self, _REMAPPED)

    @property
    def written(self) -> str:
        """Its keys as a reader writes them."""
        own = self.shown if self.name not in _REMAPPED else ""
        return own or " ".join(key_name(key) for key in self.strokes)

    @property
    def first(self) -> str:
        """The one key that stands for it where there is room for one; empty when it has none."""
        own = self.shown if self.name not in _REMAPPED else ""
        return own or next(map(key_name, self.strokes), "")


Actions = tuple[Action, ...]
"""What can be done on a screen, in the order of its help."""

_REMAPPED: dict[str, tuple[str, ...]] = {}


def remap(keys: Mapping[str, tuple[str, ...]]) -> None:
    """Put other keys in the place of those of the tables, by the names of the actions: one program, one reader."""
    _REMAPPED.clear()
    for name, own in keys.items():
        _REMAPPED[name] = own


def key_for(name: str, own: str) -> str:
    """The key of the action `name`, for a hint beside what it acts on: `own` unless keys.toml has another."""
    return next(map(key_name, _REMAPPED.get(name, ())), "") if name in _REMAPPED else own


def strokes_of(action: Action, keys: Mapping[str, tuple[str, ...]]) -> tuple[str, ...]:
    """The keys of an action where these are other keys: single ones come beside its sequences, a sequence instead."""
    own = keys.get(action.name)
    if own is None or any(" " in key for key in own):
        return action.keys if own is None else own
    return (*own, *(key for key in action.keys if " " in key))


def begun() -> Mapping[str, Sequence[str]]:
    """The first strokes of the sequences of keys.toml, with the actions that they lead to."""
    found: dict[str, list[str]] = {}
    for name, keys in _REMAPPED.items():
        for key in keys:
            if " " in key:
                found.setdefault(key.split()[0], []).append(name)
    return found


def gone_to(key: str) -> bool:
    """Whether keys.toml gives a place this one key."""
    return any(key in keys for name, keys in _REMAPPED.items() if name.startswith("go."))


KEY_NAMES = {
    "space": "spc", "question_mark": "?", "full_stop": ".", "slash": "/", "colon": ":", "number_sign": "#",
    "left_square_bracket": "[", "right_square_bracket": "]", "left_curly_bracket": "{",
    "right_curly_bracket": "}", "escape": "esc", "pagedown": "pgdn", "pageup": "pgup",
    "semicolon": ";", "comma": ",", "exclamation_mark": "!", "quotation_mark": '"', "dollar_sign": "$",
    "percent_sign": "%", "ampersand": "&", "apostrophe": "'", "left_parenthesis": "(", "right_parenthesis": ")",
    "asterisk": "*", "plus": "+", "minus": "-", "less_than_sign": "<", "equals_sign": "=", "greater_than_sign": ">",
    "at": "@", "backslash": "\\", "circumflex_accent": "^", "underscore": "_", "grave_accent": "`",
    "vertical_line": "|", "tilde": "~", "down": "↓", "up": "↑", "left": "←", "right": "→",
}  # fmt: skip


def key_name(key: str) -> str:
    """How a key is written: ``question_mark`` is ``?``; a sequence keeps its blank."""
    return " ".join("+".join(KEY_NAMES.get(part, part) for part in stroke.split("+")) for stroke in key.split())


DECIDE, LABELS, GROUP, MOVE, FIND, APP = "DECIDE", "LABELS", "GROUP", "MOVE", "FIND", "APP"
EDIT, DRAFT, TEXT = "EDIT", "DRAFT", "TEXT"
ORDER, COPY = "ORDER", "COPY"


def scrolling(screen: str, footer: int) -> tuple[Action, ...]:
    """What moves a text that fills the screen."""
    return (
        Action(f"{screen}.down", ("down", "j"), "down", "scroll down", MOVE, footer),
        Action(f"{screen}.up", ("up", "k"), "up", "scroll up", MOVE, beside=f"{screen}.down"),
        Action(f"{screen}.page_down", ("pagedown", "space"), "page down", "a page down", MOVE),
        Action(f"{screen}.page_up", ("pageup",), "up", "a page up", MOVE, beside=f"{screen}.page_down"),
    )


APP_ACTIONS: Actions = (
    Action("app.help", ("question_mark", "f1"), "help", "the keys that work here", APP, 90, "?"),
    Action("app.palette", ("colon", "ctrl+p"), "command", "every command by name", APP, 80, ":"),
    Action("app.theme", (), "theme", "the next theme: dark, light, mono …", APP),
    Action("app.quit", ("ctrl+q",), "quit", "leave; all is saved", APP),
    Action("app.interrupt", ("ctrl+c",), "quit", "twice: leave", APP, beside="app.quit"),
)

QUEUE_ACTIONS: Actions = (
    Action("review.accept", ("a",), "accept", "accept, next pending", DECIDE, 1),
    Action("review.reject", ("x",), "reject", "reject, next pending", DECIDE, 2),
    Action("review.skip", ("space",), "skip", "skip, stays as it is", DECIDE, 3),
    Action("review.fix", ("f",), "fix", "needs fix, next pending", DECIDE, 9),
    Action("review.repeat", ("full_stop",), "repeat", "the last decision again", DECIDE, 12),
    Action("review.route", ("R",), "→RAG", "to RAG, or back to training", DECIDE, 11),
    *(Action(f"label.{digit}", (str(digit),), "label", f"label {digit} on or off", LABELS) for digit in range(1, 10)),
    Action("label.clear", ("0",), "no labels", "no labels", LABELS),
    Action("review.note", ("n",), "note", "write a note", DECIDE, 13),
    Action("edit.inline", ("e",), "edit", "edit a message here", DECIDE, 4),
    Action("edit.external", ("E",), "$EDITOR", "edit the output in $EDITOR", DECIDE, 14, beside="edit.inline"),
    Action("ends.turn", ("O",), "turn", "the other end is the better one; liked or not", DECIDE, 9),
    Action("suggestion.take", ("i",), "take it", "take the suggestion", DECIDE, 9),
    Action("ground.open", ("p",), "ground", "put a passage into its input", DECIDE, 20),
    Action("log.undo", ("u", "backspace"), "undo", "undo", DECIDE, 5, "u"),
    Action("log.redo", ("U", "ctrl+r"), "redo", "redo", DECIDE, 0, "U", beside="log.undo"),
    Action("log.pass_over", (), "leave it", "give up an undo that is refused", DECIDE),
    Action("tag.row", ("t",), "tag", "tag the row, or untag it", GROUP, 30),
    Action("tag.all", ("T",), "tag all", "tag all rows of the queue, or none", GROUP, beside="tag.row"),
    Action("tag.decide", ("semicolon",), "tagged", "the next decision goes to the tagged rows", GROUP, 8),
    Action("tag.range", ("V",), "range", "mark a range for the next key", GROUP),
    Action("bulk.open", ("b",), "bulk", "decide all rows of the filter", GROUP, 31),
    Action("group.accept", ("A",), "accept group", "accept all rows with this finding", GROUP, 10),
    Action("group.reject", ("X",), "reject group", "reject all rows with it", GROUP, 18),
    Action("group.fix", ("F",), "fix group", "take the fix of all rows with it", GROUP, 17),
    Action("list.down", ("j", "down"), "down", "row down", MOVE),
    Action("list.up", ("k", "up"), "up", "row up", MOVE, beside="list.down"),
    Action("list.half_down", ("ctrl+d",), "half page down", "half page down", MOVE),
    Action("list.half_up", ("ctrl+u",), "up", "half page up", MOVE, beside="list.half_down"),
    Action("list.page_down", ("pagedown",), "page down", "a page down", MOVE),
    Action("list.page_up", ("pageup",), "up", "a page up", MOVE, beside="list.page_down"),
    Action("list.first", ("g g", "home"), "first", "first row", MOVE),
    Action("list.last", ("G", "end"), "last", "last row", MOVE, beside="list.first"),
    Action("list.goto", ("number_sign",), "go to", "go to a row by its number", MOVE, 0),
    Action("text.down", ("J",), "scroll", "scroll the text down", MOVE),
    Action("text.up", ("K",), "up", "scroll the text up", MOVE, beside="text.down"),
    Action("finding.read", ("v",), "finding", "read the finding whole", MOVE, 7),
    Action("finding.next", ("right_square_bracket",), "next", "next finding", MOVE, 8),
    Action(
        "finding.previous",
        ("left_square_bracket",),
        "previous",
        "previous finding",
        MOVE,
        beside="finding.next",
    ),
    Action("group.next", ("right_curly_bracket",), "next flagged", "next row with findings", MOVE),
    Action(
        "group.previous", ("left_curly_bracket",), "previous", "previous row with findings", MOVE, beside="group.next"
    ),
    Action("pane.next", ("tab",), "pane", "next pane", MOVE),
    Action("pane.previous", ("shift+tab",), "previous", "previous pane", MOVE, beside="pane.next"),
    Action("pane.enter", ("l", "enter", "right"), "text", "into the text", MOVE),
    Action("pane.leave", ("h", "left"), "back", "back to the list", MOVE, beside="pane.enter"),
    Action("view.zoom", ("z",), "zoom", "one pane alone, or all", MOVE, 15),
    Action("view.system", ("S",), "system", "system prompt in full, or a line", MOVE),
    Action("view.unveil", ("m",), "unmask", "show masked values, or mask them", MOVE, 19),
    Action("filter.open", ("slash",), "filter", "choose the rows", FIND, 6),
    Action("filter.saved", ("L",), "saved", "saved filters", FIND, 32),
    Action("order.priority", ("o w",), "worst first", "worst finding first", ORDER),
    Action("order.random", ("o r",), "random", "shuffled; r keeps the order", ORDER, beside="order.priority"),
    Action("order.len", ("o l",), "longest", "longest output first", ORDER, beside="order.priority"),
    Action("order.cluster", ("o c",), "cluster", "what is tied stands together", ORDER, beside="order.priority"),
    Action("order.seq", ("o n",), "number", "by number", ORDER, beside="order.priority"),
    Action("near.similar", ("s",), "similar", "rows near to this one", FIND, 33),
    Action("near.conflicts", ("c",), "conflicts", "the conflict of the row, side by side", FIND, 16),
    Action("near.history", ("H",), "history", "what happened to the row", FIND, 34),
    Action("copy.input", ("y i",), "copy", "copy the input", COPY),
    Action("copy.output", ("y o",), "output", "copy the output", COPY, beside="copy.input"),
    Action("copy.row", ("y r",), "both", "copy both as text", COPY, beside="copy.input"),
    Action("copy.json", ("y j",), "JSON", "copy the row as JSON", COPY, beside="copy.input"),
    Action("queue.refresh", ("r",), "refresh", "choose the rows again", FIND, 16),
    Action("queue.clusters", ("C",), "clusters", "clusters of knowledge", FIND, 20),
    Action("queue.leave", ("q",), "quit", "leave; all is saved", APP, beside="app.quit"),
    Action("queue.back", ("escape",), "back", "back to the list", APP),
)

ASK_ACTIONS: Actions = (
    Action("ask.answer", ("enter",), "apply", "take what was typed", FIND, 1),
    Action("ask.cancel", ("escape",), "cancel", "leave everything as it was", FIND, 2),
)

FILTER_ACTIONS: Actions = (
    Action("filter.complete", ("tab",), "complete", "write what may stand here", FIND, 3),
    Action("filter.before", ("ctrl+r",), "before", "the filter before", FIND, 4),
    Action("filter.save", ("f2",), "save", "save the filter under a name", FIND, 5),
)


def name_of(action: str, parameters: tuple[object, ...]) -> str:
    """The name of the action that Textual is about to run."""
    return f"{action}.{parameters[0]}" if parameters else action


def unpressed(name: str) -> str:
    """A key that no keyboard has, for the action `name`."""
    return f"<{name}>"


def bindings(actions: Actions, *, of: str = "") -> "list[BindingType]":
    """The Textual bindings of a screen; the first strokes of its sequences open their menu.

    A widget that binds actions of the screen it is on names that with `of`: ``"screen."``.
    """
    from textual.binding import Binding  # the tables are read where no screen is shown, too

    found: list[BindingType] = []
    for action in actions:
        # keys.toml can only give another key to what has one: no terminal sends this one
        keys = ",".join(key for key in action.keys if " " not in key) or unpressed(action.name)
        found.append(Binding(keys, of + action.method, action.label, id=action.name, show=bool(action.footer)))
    firsts = (key.split()[0] for action in actions for key in action.keys if " " in key)
    for stroke in dict.fromkeys(firsts):
        found.append(Binding(stroke, f"app.prefix('{stroke}')", "…", id=f"prefix.{stroke}", show=False))
    return found


def sequences(actions: Actions) -> Iterator[tuple[Action, str]]:
    """The actions that have a key of two strokes for this reader, with that key."""
    for action in actions:
        for key in action.strokes:
            if " " in key:
                yield action, key
