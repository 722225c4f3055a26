"""curator.toml, the settings that lie beside a workspace, as frozen values.

    [labels.quality]                 # what a reviewer can say about an example, one digit a value
    kind = "multi"                   # single (one value, the default), multi (several)
    values = ["wrong answer", "bad format", "style drift"]
    keys = ["1", "2", "3"]           # optional; without it, values take the digits in the order they stand here
    where = "lang:en"                # optional: the filter of the rows that it is offered for

    [labels.unsafe]
    kind = "flag"                    # yes or no; flag, rating and text have no values, and one digit each

    [labels.clarity]
    kind = "rating"                  # 1 to `most`, which is 5 unless set and 9 at the most

    [labels.remark]
    kind = "text"                    # a line of free text

    [checks]
    select = ["TXT", "CON001"]       # codes, their beginnings, or names
    ignore = ["TXT003"]

    [checks.truncated-output]        # the options that `curator explain TXT003` lists
    stops = 0.95

    [review]
    min_dwell_ms = 150               # a decision sooner than this after the last is taken for a held key
    theme = "dark"                   # light, mono, contrast, contrast-light or colour-blind
    glyphs = "auto"                  # ascii or unicode; auto draws ASCII where the locale is not UTF-8

    [targets.openai]                 # what is known better than `curator targets openai` tells it: status and limits
    state = "closed"
    verified_on = "2027-01-06"
    rows_least = 20

    [filters]                        # saved filters, by name; F2 in the filter line of review adds one
    worst = "status:pending sev:error order:priority"

A digit belongs to its value for good: add new values at the end, and leave "" in the place of one that is
gone, so that no finger has to learn anew.
"""

import tomllib
from collections.abc import Iterable, Mapping, Sequence
from difflib import get_close_matches
from pathlib import Path
from typing import Any, Literal, get_args

from msgspec import Struct

from curator.errors import SettingsError

NAME = "curator.toml"
DIGITS = "123456789"
MOST = 5
"""The best that a rating can say unless it is set."""
LabelKind = Literal["single", "multi", "flag", "rating", "text"]
CHOICES: tuple[LabelKind, ...] = ("single", "multi")
"""The kinds of labels that have values; those of the others are not written down."""
Theme = Literal["dark", "light", "mono", "contrast", "contrast-light", "colour-blind"]
THEMES: tuple[Theme, ...] = get_args(Theme)
Glyphs = Literal["auto", "unicode", "ascii"]
#: What may stand under each key, in words.
_CODES = 'a list of codes, such as ["TXT", "CON001"]'
ALLOWED = {
    "kind": "single, multi, flag, rating or text",
    "most": "a whole number from 2 to 9",
    "values": 'a list of texts, such as ["wrong answer", "bad format"]',
    "keys": 'a list of the texts "1" to "9", one for each value, "" for none',
    "select": _CODES,
    "ignore": _CODES,
    "min_dwell_ms": "a whole number from 0 to 10000",
    "theme": ", ".join(THEMES),
    "glyphs": "auto, unicode or ascii",
}


class Label(Struct, frozen=True):
    """A named value that reviewers give. `keys` holds the digit of each value, "" for one without.

    A flag has no values: its only key turns it on and off, and its value is true. A rating is a number from 1 to
    `most`, a text whatever was written; the only key of both asks for it. `where` is the filter of the rows that a
    label is offered for, "" for all.
    """

    name: str
    kind: LabelKind = "single"
    values: tuple[str, ...] = ()
    keys: tuple[str, ...] = ()
    most: int = 0
    where: str = ""


class Binding(Struct, frozen=True):
    """What a digit does: give `value` of the label `label`; None where a rating or a text is to be asked for."""

    label: str
    kind: LabelKind
    value: Any
    most: int = 0
    where: str = ""

    def added_to(self, labels: Mapping[str, Any]) -> dict[str, Any]:
        """These labels with this one: beside the other values of a multi label, in place of those of another."""
        if self.kind != "multi":
            return {**labels, self.label: self.value}
        held = labels.get(self.label)
        values = held if isinstance(held, list) else [held] if isinstance(held, str) else []
        return {**labels, self.label: values if self.value in values else [*values, self.value]}


class Review(Struct, frozen=True):
    """How review behaves and looks. `min_dwell_ms`: decisions that follow the last one sooner are dropped.

    `glyphs` are those of frames, statuses and bars: ``auto`` draws ASCII where the locale is not UTF-8.
    """

    min_dwell_ms: int = 150
    theme: Theme = "dark"
    glyphs: Glyphs = "auto"


class Settings(Struct, frozen=True):
    """Everything that curator.toml says. `path` is None when there is no such file.

    `checks` holds options as written, by check name; who plans a run validates them against the check. `targets` holds
    what is known better than the targets know it, by name; who exports validates it.
    """

    path: Path | None = None
    labels: tuple[Label, ...] = ()
    select: tuple[str, ...] = ()
    ignore: tuple[str, ...] = ()
    checks: Mapping[str, Mapping[str, Any]] = {}
    review: Review = Review()
    filters: Mapping[str, str] = {}
    targets: Mapping[str, Mapping[str, Any]] = {}

    @property
    def bindings(self) -> dict[str, Binding]:
        """What each digit gives, in the order of the digits."""
        found = {}
        for label in self.labels:
            alone = True if label.kind == "flag" else None
            for key, value in zip(label.keys, label.values or (alone,), strict=True):
                if key:
                    found[key] = Binding(label.name, label.kind, value, label.most, label.where)
        return dict(sorted(found.items()))

    def binding(self, name: str, value: str) -> Binding:
        """What is meant by ``name=value``; a single value as it is written when the settings name no labels.

        Raises SettingsError that names the labels, or the values, that there are, and the nearest.
        """
        if not self.labels:
            return Binding(name, "single", value)
        by_name = {label.name: label for label in self.labels}
        label = by_name.get(name)
        if label is None:
            near = _nearest(name, by_name)
            raise SettingsError(
                f"{self.path}: [labels]: there is no label {name!r}{near}; there are {', '.join(by_name)}"
            )
        if label.kind == "flag" and value.casefold() in ("true", "yes"):
            return Binding(name, label.kind, True)
        if label.kind == "rating" and value in map(str, range(1, label.most + 1)):
            return Binding(name, label.kind, int(value), label.most)
        if value in label.values or (label.kind == "text" and value.strip()):
            return Binding(name, label.kind, value)
        there = {
            "flag": f"it is a flag, so write {name}=yes",
            "rating": f"it is a rating from 1 to {label.most}",
            "text": "it is a text, so write one",
        }.get(label.kind, f"its values are {', '.join(map(repr, label.values))}")
        near = _nearest(value, label.values)
        raise SettingsError(f"{self.path}: [labels.{name}]: {value!r} is no value of it{near}; {there}")


def load(folder: Path) -> Settings:
    """The settings of a folder; the defaults when it has no curator.toml.

    Raises SettingsError that names the file, the table, the key, and what is allowed there.
    """
    path = folder / NAME
    try:
        text = path.read_text(encoding="utf-8-sig")
    except FileNotFoundError:
        return Settings()
    except (OSError, UnicodeDecodeError) as error:
        raise SettingsError(f"{path}: cannot be read: {error}") from error
    return understood(path, text)


def understood(path: Path, text: str) -> Settings:
    """What a curator.toml with this text at `path` says. Raises `SettingsError` as `load` does."""
    try:
        return _settings(path, tomllib.loads(text))
    except tomllib.TOMLDecodeError as error:
        raise SettingsError(f"{path}: this is not TOML: {error}") from error


def _settings(path: Path, document: dict[str, Any]) -> Settings:
    checks = document.get("checks")
    options: dict[str, Any] = {}
    if isinstance(checks, dict):
        options = {name: value for name, value in checks.items() if isinstance(value, dict)}
        document = document | {"checks": {name: value for name, value in checks.items() if name not in options}}
    read = _validated(path, document)
    return Settings(
        path=path,
        labels=_labels(path, read.labels),
        select=read.checks.select,
        ignore=read.checks.ignore,
        checks=options,
        review=Review(read.review.min_dwell_ms, read.review.theme, read.review.glyphs),
        filters=read.filters,
        targets=read.targets,
    )


def _validated(path: Path, document: dict[str, Any]) -> Any:
    """The document as the model below, which is built here so that pydantic loads only for those who have a file."""
    from pydantic import BaseModel, ConfigDict, Field, ValidationError

    class Table(BaseModel):
        model_config = ConfigDict(extra="forbid", frozen=True)

    class LabelTable(Table):
        kind: LabelKind = "single"
        values: tuple[str, ...] = ()
        keys: tuple[Literal["", "1", "2", "3", "4", "5", "6", "7", "8", "9"], ...] | None = None
        most: int | None = Field(default=None, ge=2, le=9, strict=True)
        where: str = ""

    class ChecksTable(Table):
        select: tuple[str, ...] = ()
        ignore: tuple[str, ...] = ()

    class ReviewTable(Table):
        min_dwell_ms: int = Field(default=150, ge=0, le=10_000, strict=True)
        theme: Theme = "dark"
        glyphs: Glyphs = "auto"

    class File(Table):
        labels: dict[str, LabelTable] = Field(default_factory=dict)
        checks: ChecksTable = ChecksTable()
        review: ReviewTable = ReviewTable()
        filters: dict[str, str] = Field(default_factory=dict)
        targets: dict[str, dict[str, Any]] = Field(default_factory=dict)

    tables: dict[str, type[Table]] = {"labels": LabelTable, "checks": ChecksTable, "review": ReviewTable}
    try:
        return File.model_validate(document)
    except ValidationError as error:
        first = error.errors()[0]
        place = [part for part in first["loc"] if isinstance(part, str)]  # without the number of an item
        table = tables.get(place[0], File) if len(place) > 1 else File
        known = list(table.model_fields)
        raise SettingsError(_explain(path, place, first, known)) from error


def _explain(path: Path, place: list[str], error: Any, known: list[str]) -> str:
    """One sentence: file, table, key, what is wrong, what is allowed. None of pydantic's words."""
    *table, key = place
    if error["type"] == "extra_forbidden":
        hint = _nearest(key, known) or f" (there are {', '.join(known)})"
        return f"{path}: {_table(table)}there is no setting {key!r}{hint}"
    is_table = len(place) < (3 if place[0] == "labels" else 2) or place[0] == "targets"
    allowed = (
        f"a table, written [{'.'.join(place)}]" if is_table else ALLOWED.get(key, 'a filter, such as "status:pending"')
    )
    if len(error["loc"]) > len(place):
        return f"{path}: {_table(table)}{key}: {error['input']!r} is not allowed; {key} must be {allowed}"
    return f"{path}: {_table(table)}{key} = {error['input']!r} is not allowed; it must be {allowed}"


def _nearest(name: str, known: Iterable[str]) -> str:
    by_lower = {one.lower(): one for one in known}
    near = get_close_matches(name.lower(), by_lower, n=1, cutoff=0.6)
    return f" (did you mean {by_lower[near[0]]!r}?)" if near else ""


def _table(place: list[str]) -> str:
    return f"[{'.'.join(place)}]: " if place else ""


def _labels(path: Path, tables: Mapping[str, Any]) -> tuple[Label, ...]:
    taken: dict[str, str] = {}
    for name, table in tables.items():
        _check_label(path, name, table)
        for key in table.keys or ():
            if key and taken.setdefault(key, name) != name:
                raise SettingsError(
                    f"{path}: [labels.{name}]: key {key} belongs to [labels.{taken[key]}]; give it another digit"
                )
    keys = digits(
        {name: (len(table.values) if table.kind in CHOICES else 1, table.keys) for name, table in tables.items()}
    )
    found = []
    for name, table in tables.items():
        alone = table.kind not in CHOICES
        values = ("",) if alone else table.values
        kept = [(value, key) for value, key in zip(values, keys[name], strict=True) if value or alone]
        found.append(
            Label(
                name=name,
                kind=table.kind,
                values=() if alone else tuple(value for value, _ in kept),
                keys=tuple(key for _, key in kept),
                most=(table.most or MOST) if table.kind == "rating" else 0,
                where=table.where,
            )
        )
    return tuple(found)


def digits(labels: Mapping[str, tuple[int, Sequence[str] | None]]) -> dict[str, tuple[str, ...]]:
    """The digits of each label: its own, or for so many values those that are free, in their order."""
    taken = {key for _, keys in labels.values() for key in keys or ()}
    free = iter([digit for digit in DIGITS if digit not in taken])
    return {
        name: tuple(next(free, "") for _ in range(count)) if keys is None else tuple(keys)
        for name, (count, keys) in labels.items()
    }


def _check_label(path: Path, name: str, table: Any) -> None:
    where, alone = f"{path}: [labels.{name}]", table.kind not in CHOICES
    count = 1 if alone else len(table.values)
    if alone and table.values:
        raise SettingsError(f'{where}: values: a {table.kind} has none; use kind = "single" or remove them')
    if table.most is not None and table.kind != "rating":
        raise SettingsError(f'{where}: most: only a rating has it; use kind = "rating" or remove it')
    if not alone and not any(table.values):
        raise SettingsError(f'{where}: values: name at least one, such as values = ["wrong answer", "bad format"]')
    named = [value for value in table.values if value]
    if len(set(named)) != len(named):
        twice = next(value for value in named if named.count(value) > 1)
        raise SettingsError(f"{where}: values: {twice!r} is there twice; remove one")
    if table.keys is not None:
        used = [key for key in table.keys if key]
        if len(table.keys) != count or len(set(used)) != len(used):
            raise SettingsError(
                f'{where}: keys: {len(table.keys)} for {count} values; give each one digit, none twice ("" for none)'
            )
