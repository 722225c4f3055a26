"""The keys of plain review: those of the queue, as far as a line of text can be one of them."""

from collections.abc import Mapping
from typing import NamedTuple


class Key(NamedTuple):
    """A key that is typed and followed by Enter, named as in the table of the queue; `takes` is what may follow it."""

    name: str
    words: tuple[str, ...]
    help: str
    takes: str = ""


KEYS = (
    Key("review.accept", ("a",), "accept, next pending"),
    Key("review.reject", ("x",), "reject, next pending"),
    Key("review.skip", ("space", "s"), "skip, stays as it is"),
    Key("review.fix", ("f",), "needs fix, next pending"),
    Key("review.repeat", (".",), "the last decision again"),
    Key("review.route", ("R",), "to RAG, or back to training"),
    *(Key(f"label.{digit}", (str(digit),), f"label {digit} on or off", "value") for digit in range(1, 10)),
    Key("label.clear", ("0",), "no labels"),
    Key("review.note", ("n",), "write a note", "text"),
    Key("edit.external", ("e", "E"), "edit the output in $EDITOR"),
    Key("ends.turn", ("O",), "the other end is the better one; liked or not"),
    Key("suggestion.take", ("i",), "take the suggestion"),
    Key("log.undo", ("u",), "undo"),
    Key("log.redo", ("U",), "redo"),
    Key("list.down", ("j",), "next row"),
    Key("list.up", ("k",), "row before"),
    Key("list.first", ("gg",), "first row"),
    Key("list.last", ("G",), "last row"),
    Key("list.goto", ("#",), "go to a row by its number", "number"),
    Key("group.next", ("}",), "next row with findings"),
    Key("group.previous", ("{",), "row before with findings"),
    Key("finding.read", ("v",), "read the findings whole"),
    Key("view.zoom", ("z",), "read the pair whole"),
    Key("view.system", ("S",), "read the system prompt whole"),
    Key("view.unveil", ("m",), "show masked values, or mask them"),
    Key("filter.open", ("/",), "choose the rows", "filter"),
    Key("queue.refresh", ("r",), "choose the rows again"),
    Key("app.help", ("?",), "the keys"),
    Key("queue.leave", ("q",), "leave; all is saved"),
)
"""What can be done, in the order of the help."""
# These take what follows them without a blank: #12, /status:pending.
_JOINED = ("/", "#")


class Keys:
    """Finds the key that a line means. `own` are other keys of this reader, by the names of the tables."""

    def __init__(self, own: Mapping[str, tuple[str, ...]]) -> None:
        self._words: dict[str, tuple[str, ...]] = {key.name: own.get(key.name, key.words) for key in KEYS}
        taken = {word: key.name for key in KEYS for word in key.words if key.name not in own}
        self._names = taken | {word: name for name, words in own.items() if name in self._words for word in words}
        self._takes = {key.name: key.takes for key in KEYS}

    def words(self, key: Key) -> str:
        """How a key is typed, for the help; empty when it has none."""
        return " or ".join(word for word in self._words[key.name] if self._names.get(word) == key.name)

    def find(self, line: str) -> tuple[str, str] | None:
        """The name of what a line asks for and what follows the key; None when it is no key."""
        typed = line.strip() or ("space" if line else "")
        if typed in self._names:
            return self._names[typed], ""
        word, _, rest = typed.partition(" ")
        if typed[:1] in _JOINED and typed[:1] in self._names:
            word, rest = typed[0], typed[1:]
        name = self._names.get(word, "")
        return (name, rest.strip()) if self._takes.get(name) else None
