"""Every setting of curator.toml: what it is now, what it is unless set, what it may be, and where it comes from."""

import tomllib
from collections.abc import Iterator
from pathlib import Path
from typing import Any, get_origin

from msgspec import Struct

from curator import settings_file
from curator.checks.base import Check, checks, select
from curator.errors import SettingsError
from curator.query import parse
from curator.settings import ALLOWED, NAME, Review, Settings, load
from curator.workspace import Workspace

_LOOKS = {
    "theme": "The colours of review, worn at once. mono has none; contrast and contrast-light have a contrast of 7 "
    "to 1; colour-blind has colours that no kind of colour blindness confuses. With NO_COLOR it is mono always.",
    "glyphs": "What frames, statuses and bars are drawn with: ascii where a terminal cannot draw more. auto asks the "
    "locale.",
}
"""What the settings of how review looks do."""


class Setting(Struct, frozen=True):
    """One setting. `keys` is its place in curator.toml; `value` is what holds now, `default` what holds unless set."""

    keys: tuple[str, ...]
    value: Any
    default: Any
    allowed: str
    help: str
    is_set: bool
    kind: Any = str
    check: str = ""

    @property
    def name(self) -> str:
        """Its last key."""
        return self.keys[-1]

    @property
    def many(self) -> bool:
        """Whether it is a list."""
        return get_origin(self.kind) is tuple or self.kind is tuple


def place_of(ws: Workspace) -> Path:
    """The curator.toml of a workspace, whether there is one or not."""
    return ws.path.parent / NAME


def settings_of(ws: Workspace) -> list[Setting]:
    """All settings, those of the checks after the others, in the order of the codes. Raises SettingsError."""
    held = load(ws.path.parent)
    path = place_of(ws)
    document = tomllib.loads(path.read_text(encoding="utf-8-sig")) if path.exists() else {}
    return [*_general(held, document), *_of_checks(held)]


def _general(held: Settings, document: dict[str, Any]) -> Iterator[Setting]:
    review, chosen = document.get("review", {}), document.get("checks", {})
    yield Setting(
        ("review", "min_dwell_ms"),
        held.review.min_dwell_ms,
        Review().min_dwell_ms,
        ALLOWED["min_dwell_ms"],
        "Milliseconds between two decisions of one pair of hands. What comes sooner is taken for a key that is held, "
        "and is dropped. It holds from the next start of review on.",
        "min_dwell_ms" in review,
        int,
    )
    for name, said in _LOOKS.items():
        yield Setting(
            ("review", name), getattr(held.review, name), getattr(Review(), name), ALLOWED[name], said, name in review
        )
    for name, value, said in (
        ("select", held.select, "The checks that run: codes, their beginnings, or names. Without it all of them do."),
        ("ignore", held.ignore, "Checks that do not run though they are selected."),
    ):
        yield Setting(("checks", name), value, (), ALLOWED[name], said, name in chosen, tuple)
    for name, where in held.filters.items():
        said = "A filter that was saved under this name: L shows it in the queue."
        yield Setting(("filters", name), where, "", "a filter", said, is_set=True)


def _of_checks(held: Settings) -> Iterator[Setting]:
    for check in checks():
        given = held.checks.get(check.name, {})
        for option in check.options:
            yield Setting(
                ("checks", check.name, option.name),
                given.get(option.name, option.default),
                option.default,
                option.allowed,
                f"{check.code} {check.name} ({check.severity.value}): {check.card.what}",
                option.name in given,
                option.kind,
                check.code,
            )


def read_value(setting: Setting, text: str) -> Any:
    """What somebody typed, as the value of a setting: quotes and brackets may be left out. Raises SettingsError."""
    text = text.strip()
    if setting.many and not text.startswith("["):
        return [part.strip().strip("\"'") for part in text.split(",") if part.strip()]
    if setting.kind is str and text[:1] not in ("'", '"'):
        return text
    try:
        return tomllib.loads(f"value = {text}")["value"]
    except (tomllib.TOMLDecodeError, KeyError):
        return text


def give(ws: Workspace, setting: Setting, text: str) -> Settings:
    """Gives a setting the value that was typed, in curator.toml. Raises SettingsError, QueryError; nothing is written
    then."""
    value = read_value(setting, text)
    where = f"{NAME}: [{'.'.join(setting.keys[:-1])}]"
    if setting.keys[0] == "filters":
        if not str(value).strip():
            raise SettingsError(f"{where}: {setting.name}: a filter is missing; reset removes it")
        parse(str(value))
    elif setting.check:
        check: Check = next(one for one in checks() if one.code == setting.check)
        value = check.validated({setting.name: value}, where)[setting.name]
    elif setting.keys[0] == "checks":
        select(checks(), value)
    return settings_file.set_value(place_of(ws), setting.keys, list(value) if isinstance(value, tuple) else value)


def reset(ws: Workspace, setting: Setting) -> Settings:
    """Takes a setting out of curator.toml, so that its default holds. Raises SettingsError."""
    return settings_file.remove(place_of(ws), setting.keys)
