"""FMT003: JSON that is not shaped like the rest of its group."""

import re
from collections.abc import Iterator
from typing import Annotated, Any, NamedTuple

from curator.checks.base import found, profile_check
from curator.checks.json_shapes import ROOT, Path, Shapes, display, folded, key_set, near, type_name
from curator.checks.json_texts import like, read, unfenced
from curator.checks.options import Between
from curator.checks.output_formats import AT_LEAST, Formats, arguments_of
from curator.corpus import instruction_group, opening
from curator.model import Example, Finding, Fix, Severity, Span
from curator.text import shorten

# Of fewer others, nothing is said to be usual.
_ENOUGH = 7
# Where a text says in words what the others say as true, false or a number, so many others are enough.
_FEW = 4
# A key that three rows in ten may have is in just one of eight rows once in five such groups, of a dozen once in 14.
_NEWEST = 11
# Below this many others all of them have to agree: one in fifty means nothing there.
_SMALL = 50
# So many departures are named for one output.
_NAMED = 4
# A set of keys that so many rows share is a variant on purpose ("type": "cancel" has no items).
_VARIANT = 0.01

# In a larger group a value of a closed set is one that so many have: a third of them where values do not come from
# the inputs. Names of people and places are in the inputs, and each is rarer.
_ESTABLISHED = 0.1

Keys = tuple[str | int, ...]


class Drift(NamedTuple):
    """One departure: the rule others share it by, what to say, the share of the others, where, and what to write.

    `at` are the keys that lead to it, `look` what marks it in the text. With `renames`, `becomes` is a key; `new` is a
    key that means nothing known.
    """

    rule: str
    says: str
    others: float
    at: Keys
    look: str = ""
    becomes: Any = None
    renames: bool = False
    new: bool = False


@profile_check("FMT003", Severity.WARNING, learn=Formats, by=instruction_group, at_least=AT_LEAST)
def json_drift(
    example: Example, usual: Formats, *, types: Annotated[float, Between(0, 0.3)] = 0.1
) -> Iterator[Finding]:
    """JSON that lacks a key that the others have, has one they lack, or a value of another type or spelling.

    Held against the JSON of the same instruction, path by path, and the arguments of a tool against other calls of
    it. A key is required when 98 % of the others have it (all, in a group of fewer than fifty); a new key counts
    where hardly any key is rare; a type when at most the share `types` has it; a spelling when nearly all others
    write the same word in another way. A set of keys that one row in a hundred has is a variant, and is left alone.

    Why: the model learns to write both, and the code that reads its JSON breaks on one of them.
    Fix: name the key, type or value as the others do; or accept the group of findings when both are right.
    Example:
        output {"order": 7, "qty": 2} where the others have {"order": 7, "quantity": 2}
    """
    shapes = usual.shapes
    if shapes.overflow or not shapes.paths or not usual.together:
        return
    for field, text in example.output_fields():
        reading = read(text)
        if reading.kind == "json":
            for drift in _ranked(_drifts(shapes, ROOT, reading.value, (), types)):
                if not _named(drift, example):
                    yield _finding(example, drift, field, text)
    for name, value in arguments_of(example):
        for drift in _ranked(_drifts(shapes, f"{name}()", value, (), types)):
            says = f"In the call of {shorten(name)}: {drift.says}"
            yield found(example, says, score=drift.others, rule=f"{name}: {drift.rule}")


def _named(drift: Drift, example: Example) -> bool:
    """Whether a new key is one that the input speaks of: "add a note if there is one"."""
    if not drift.new:
        return False
    pattern = rf"(?<![^\W_]){re.escape(drift.look)}(?![^\W_])"
    return re.search(pattern, opening(example), re.IGNORECASE) is not None


def _ranked(drifts: Iterator[Drift]) -> list[Drift]:
    return sorted(drifts, key=lambda drift: (-drift.others, drift.rule))[:_NAMED]


def _drifts(shapes: Shapes, name: str, value: Any, at: Keys, types: float) -> Iterator[Drift]:
    path = shapes.paths.get(name)
    if path is None:
        return
    other_type = _of_type(path, name, value, at, types)
    if other_type is not None:
        yield other_type
    elif isinstance(value, str):
        yield from _of_text(path, name, value, at)
    elif isinstance(value, dict):
        yield from _of_keys(path, name, value, at)
        for key, item in value.items():
            below = shapes.paths.get(f"{name}.{key}")
            if below is not None and (below.telling or isinstance(item, (dict, list))):
                yield from _drifts(shapes, f"{name}.{key}", item, (*at, key), types)
    elif isinstance(value, list):
        for index, item in enumerate(value):
            yield from _drifts(shapes, f"{name}[]", item, (*at, index), types)


def _of_type(path: Path, name: str, value: Any, at: Keys, types: float) -> Drift | None:
    kind, others = type_name(value), path.values - 1
    if kind == "null" or len(path.types) < 2 or others < _FEW:
        return None
    count = path.types.get(kind, 0)
    usual = max(sorted(path.types), key=lambda other: path.types[other] if other != "null" else -1)
    if others < _ENOUGH and (kind != "text" or _converted(value, usual) is None):
        return None
    share = path.types[usual] / others
    if usual == kind or share < (0.9 if others >= _SMALL else 1.0) or count > max(1, types * path.values):
        return None
    rule = f"{display(name)} is {_with_article(kind)}"
    says = f"{rule} here, and {_with_article(usual)} in {_share(path.types[usual], others)}."
    return Drift(rule, says, share, at, _last(at), _converted(value, usual))


def _of_text(path: Path, name: str, value: str, at: Keys) -> Iterator[Drift]:
    total, count = path.types.get("text", 0), path.texts.get(value, 0)
    if total <= _ENOUGH or not count or count > max(1, total // 50) or not path.enum:
        return
    for other, often in path.ranked:
        if total >= 30 and often < max(5, (_ESTABLISHED if 10 * path.copied > total else _ESTABLISHED / 3) * total):
            return
        same = folded(other) == folded(value)
        if often < (2 if same else 3) or (often < 3 * count and not (same and total < 30 and often > count)):
            return
        if other != value and near(other, value):
            says = f'{display(name)} is "{shorten(value)}" here, and "{shorten(other)}" in {_share(often, total - 1)}.'
            yield Drift(f'{display(name)} is spelled "{shorten(value)}"', says, often / total, at, value, other)
            return


def _of_keys(path: Path, name: str, value: dict[str, Any], at: Keys) -> Iterator[Drift]:
    others = path.objects - 1
    if others < _ENOUGH or path.open:
        return
    known = path.keys
    new = [key for key in value if key not in path.common]
    missing = [key for key, n in path.required.items() if key not in value and (others >= _SMALL or n == others)]
    if not new and not missing:
        return
    if not path.varied and path.sets.get(key_set(value), 1) - 1 > max(2, _VARIANT * others):
        return
    for key in new:
        meant = _meant(path, key, value)
        if meant is None and path.closed and len(missing) == 1 and len(new) == 1:
            meant = missing[0]
        if meant is not None:
            missing = [other for other in missing if other != meant]
            says = f'The key "{shorten(key)}" is "{shorten(meant)}" in {_share(known[meant], others)}{_in(name)}.'
            yield Drift(f'key "{shorten(key)}"{_in(name)}', says, known[meant] / others, (*at, key), key, meant, True)
        elif path.closed and others >= _NEWEST:
            count = known.get(key, 1) - 1
            has = f"{count:,} of {others:,} others have" if count else f"None of {others:,} others has"
            says = f'{has} the key "{shorten(key)}"{_in(name)}.'
            yield Drift(f'key "{shorten(key)}"{_in(name)}', says, 1 - count / others, (*at, key), key, new=True)
    for key in missing:
        says = f'There is no key "{shorten(key)}"{_in(name)}, which {_share(known[key], others)} have.'
        yield Drift(f'no key "{shorten(key)}"{_in(name)}', says, known[key] / others, at, _last(at))


def _meant(path: Path, key: str, value: dict[str, Any]) -> str | None:
    """The usual key that this one is another spelling of. The object must not have that one too."""
    count = path.keys.get(key, 1)
    often = max(3, 20 * count) if path.objects >= _SMALL else max(3, path.objects // 2)
    candidates = [other for other, n in path.keys.items() if n >= often and other not in value and near(other, key)]
    return max(sorted(candidates), key=lambda other: path.keys[other]) if candidates else None


_TRUTH = dict.fromkeys(("true", "yes", "y", "ja", "oui", "sí"), True) | dict.fromkeys(
    ("false", "no", "n", "nein", "non"), False
)


def _converted(value: Any, usual: str) -> Any:
    """The value as the usual type, when it says the same."""
    if usual == "number" and isinstance(value, str) and re.fullmatch(r"-?(?:0|[1-9]\d{0,14})(?:\.\d{1,10})?", value):
        return float(value) if "." in value else int(value)
    if usual == "true or false" and isinstance(value, str):
        return _TRUTH.get(value.strip().lower())
    if usual == "text" and isinstance(value, int) and not isinstance(value, bool):
        return str(value)
    return None


def _finding(example: Example, drift: Drift, field: str, text: str) -> Finding:
    start = text.find(f'"{drift.look}"') if drift.look else -1
    end = start + len(drift.look) + 2
    if start < 0:
        start, end = len(text) - len(text.lstrip()), len(text.rstrip())
    return found(
        example,
        drift.says,
        evidence=[Span(field, start, end, drift.rule)],
        score=min(1.0, drift.others),
        fix=_fix(drift, field, text),
        rule=drift.rule,
    )


def _fix(drift: Drift, field: str, text: str) -> Fix | None:
    if drift.becomes is None or not drift.at:
        return None
    body = unfenced(text).strip()
    changed = like(body, _changed(read(text).value, drift.at, drift.becomes, drift.renames))
    return None if changed is None else Fix({field: text.replace(body, changed)})


def _changed(value: Any, at: Keys, becomes: Any, renames: bool) -> Any:
    """A copy of the value in which what lies at these keys has become another value, or another key."""
    step, rest = at[0], at[1:]
    if isinstance(value, list):
        return [
            (_changed(item, rest, becomes, renames) if rest else becomes) if index == step else item
            for index, item in enumerate(value)
        ]
    if not rest and renames:
        return {becomes if key == step else key: item for key, item in value.items()}
    return {
        key: (_changed(item, rest, becomes, renames) if rest else becomes) if key == step else item
        for key, item in value.items()
    }


def _share(count: int, others: int) -> str:
    return f"all {others:,} others" if count >= others else f"{count:,} of {others:,} others"


def _in(name: str) -> str:
    inside = display(name)
    return "" if inside == "the JSON" else f" in {inside}"


def _last(at: Keys) -> str:
    return next((key for key in reversed(at) if isinstance(key, str)), "")


def _with_article(kind: str) -> str:
    return {"object": "an object", "list": "a list", "number": "a number", "null": "null"}.get(kind, kind)
