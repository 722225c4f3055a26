"""What is usual in the JSON of a group: which keys an object has, of which type, with which few values.

Counters per path, such as ``order.items[].sku``; nothing is merged into one schema, because a schema cannot tell a
key that one row in a hundred has from one that half of them have. Each counter is bounded: a path with ever new keys
or values is called open and no longer counted, and then nothing is said about those.
"""

from functools import cached_property, lru_cache
from typing import Any

from msgspec import Struct, field
from rapidfuzz.distance import DamerauLevenshtein

from curator.text import shorten

#: Different keys of one object, and different texts of one field, that are counted one by one.
KEYS = 300
TEXTS = 60
#: Longer texts are no value of a closed set.
TEXT_LENGTH = 40
#: What the path of an output's value begins with; that of a tool's arguments begins with its name.
ROOT = "$"
#: The share of objects that has a required key.
REQUIRED = 0.98
#: A key is new when at most one object in so many has it. One in fifty is rare, but may be a kind of rows.
NEW = 200
# Deeper values, and longer lists, are not looked into.
_DEPTH = 10
_ITEMS = 50
_PATHS = 5_000
_NAMES = {str: "text", int: "number", float: "number", bool: "true or false", type(None): "null"}


class Path(Struct, dict=True):
    """What was seen at one path. What is derived from the counts is remembered until more is counted."""

    types: dict[str, int] = field(default_factory=dict)
    objects: int = 0
    keys: dict[str, int] = field(default_factory=dict)
    sets: dict[str, int] = field(default_factory=dict)
    texts: dict[str, int] = field(default_factory=dict)
    copied: int = 0
    open: bool = False
    free: bool = False
    varied: bool = False

    def merge(self, other: "Path") -> None:
        """Take in another count of the same path."""
        vars(self).clear()
        self.objects += other.objects
        self.copied += other.copied
        for name, count in other.types.items():
            self.types[name] = self.types.get(name, 0) + count
        self.open = _joined(self.keys, other.keys, KEYS, self.open or other.open)
        self.free = _joined(self.texts, other.texts, TEXTS, self.free or other.free)
        self.varied = _joined(self.sets, other.sets, KEYS, self.varied or other.varied)

    @cached_property
    def closed(self) -> bool:
        """Whether the objects have the same keys again and again: most are in many of them, and hardly any is rare.

        Rare is a key that at most one object in fifty has (in a small group, only one). Names of slots or of
        people as keys are an open set, in which a new one means nothing.
        """
        total = sum(self.keys.values())
        shared = sum(n for n in self.keys.values() if 3 * n >= self.objects)
        rare = max(1, self.objects // 50)
        allowed = self.objects // 15 if self.objects < 50 else self.objects * 3 // 100
        new = sum(n for n in self.keys.values() if n <= rare)
        return not self.open and 3 * shared >= 2 * total and new <= max(1, allowed)

    @cached_property
    def required(self) -> dict[str, int]:
        """The keys that nearly all objects have, in the order of their names."""
        return {key: n for key, n in sorted(self.keys.items()) if n >= REQUIRED * (self.objects - 1)}

    @cached_property
    def common(self) -> frozenset[str]:
        """The keys that are not new: more than one object in `NEW` has them, and more than one at all."""
        rare = max(1, self.objects // NEW)
        return frozenset(key for key, n in self.keys.items() if n > rare)

    @cached_property
    def telling(self) -> bool:
        """Whether one text, number or other single value can depart from the others: in its type or in its spelling."""
        return len(self.types) > 1 or self.enum

    @cached_property
    def ranked(self) -> list[tuple[str, int]]:
        """Its texts and how often each is there, the most frequent first."""
        return sorted(self.texts.items(), key=lambda item: (-item[1], item[0]))

    @cached_property
    def values(self) -> int:
        """How many values there are that are not null."""
        return sum(n for kind, n in self.types.items() if kind != "null")

    @cached_property
    def enum(self) -> bool:
        """Whether its texts come from a small set that is written with care, and are not copied from the inputs.

        Nearly all are values that come again and again, and hardly any is another spelling of one of those: where
        people's own words are kept, both "next Tuesday" and "next tuesday" are right.
        """
        total = self.types.get("text", 0)
        if self.free or total < 4 or 2 * self.copied > total:
            return False
        often = max(3, total // 100) if total >= 30 else 2
        most: dict[str, int] = {}
        for text, count in self.texts.items():
            most[folded(text)] = max(count, most.get(folded(text), 0))
        loose = total - sum(most.values())
        again = sum(count for count in self.texts.values() if count >= often) + loose
        return again >= (0.95 if total >= 30 else 0.8) * total and loose <= max(2, total // 100)


class Shapes(Struct):
    """The paths of a group's JSON."""

    paths: dict[str, Path] = field(default_factory=dict)
    overflow: bool = False

    def add(self, root: str, value: Any, given: str) -> None:
        """Count the paths of one value below `root`; `given` is the text that its values may be copied from."""
        if not self.overflow:
            self._walk(root, value, given, 0)
            self._bound()

    def merge(self, other: "Shapes") -> None:
        """Take in another count."""
        self.overflow = self.overflow or other.overflow
        if self.overflow:
            self.paths.clear()
            return
        for name, path in other.paths.items():
            if name in self.paths:
                self.paths[name].merge(path)
            else:
                self.paths[name] = own = Path()
                own.merge(path)
        for name in [name for name, path in self.paths.items() if path.open]:
            self._forget_below(name)
        self._bound()

    def _walk(self, name: str, value: Any, given: str, depth: int) -> None:
        path = self.paths.get(name)
        if path is None:
            path = self.paths[name] = Path()
        if vars(path):
            vars(path).clear()
        kind = type_name(value)
        path.types[kind] = path.types.get(kind, 0) + 1
        if kind == "text":
            if len(value) <= TEXT_LENGTH:
                path.copied += value in given
                if not path.free:
                    path.free = _counted(path.texts, value, TEXTS)
            else:
                path.free = True
                path.texts.clear()
        elif depth >= _DEPTH:
            return
        elif kind == "object":
            self._walk_object(name, path, value, given, depth)
        elif kind == "list":
            for item in value[:_ITEMS]:
                self._walk(name + "[]", item, given, depth + 1)

    def _walk_object(self, name: str, path: Path, value: dict[str, Any], given: str, depth: int) -> None:
        path.objects += 1
        if path.open:
            return
        keys = path.keys
        for key in value:
            keys[key] = keys.get(key, 0) + 1
        if not path.varied:
            path.varied = _counted(path.sets, key_set(value), KEYS)
        if len(keys) > KEYS:
            path.open = True
            keys.clear()
            self._forget_below(name)
            return
        for key, item in value.items():
            self._walk(f"{name}.{key}", item, given, depth + 1)

    def _forget_below(self, name: str) -> None:
        """Ever new keys have ever new paths."""
        for below in [other for other in self.paths if other.startswith(name + ".")]:
            del self.paths[below]

    def _bound(self) -> None:
        if len(self.paths) > _PATHS:
            self.overflow = True
            self.paths.clear()


def type_name(value: Any) -> str:
    """The type of a JSON value in words."""
    return _NAMES.get(type(value)) or ("object" if isinstance(value, dict) else "list")


def key_set(value: dict[str, Any]) -> str:
    """One text for the keys of an object, in whatever order."""
    return "\0".join(sorted(value))


@lru_cache(maxsize=4096)
def folded(text: str) -> str:
    """A key or value without case, separators and punctuation: what spellings of one word share."""
    return "".join(filter(str.isalnum, text.casefold()))


def near(left: str, right: str) -> bool:
    """Whether two words are spellings or slips of one: the same letters, or one slip in five letters or more."""
    one, two = folded(left), folded(right)
    if one == two:
        return bool(one)
    if len(one) == len(two) == 4 and sorted(one) == sorted(two):
        return True
    if min(len(one), len(two)) < 5 or any(map(str.isdigit, one + two)):
        return False
    return DamerauLevenshtein.distance(one, two, score_cutoff=1) <= 1


def display(name: str) -> str:
    """A path for people: quoted, without the mark of the root."""
    whole = name.removeprefix(ROOT).removeprefix(".")
    return f'"{shorten(whole, 60)}"' if whole else "the JSON"


def _counted(counts: dict[str, int], value: str, limit: int) -> bool:
    """Count a value; True when there are too many different ones now, which are then forgotten."""
    counts[value] = counts.get(value, 0) + 1
    if len(counts) > limit:
        counts.clear()
        return True
    return False


def _joined(counts: dict[str, int], other: dict[str, int], limit: int, over: bool) -> bool:
    if over:
        counts.clear()
        return True
    for value, count in other.items():
        counts[value] = counts.get(value, 0) + count
    if len(counts) > limit:
        counts.clear()
        return True
    return False
