"""Values of typed tables as JSON values, with every change of type told.

Parquet and `datasets` know types that JSON does not have. Text stays text; whole numbers, finite numbers and
truth values stay themselves; the rest becomes text that can be read back, and is named in the notes once.
"""

import base64
import datetime
import math
from collections.abc import Callable
from decimal import Decimal
from typing import Any
from uuid import UUID

from curator.sources.strict_json import NotStrict, loads

#: A feature as `datasets` writes it to JSON: {"_type": "ClassLabel", "names": [...]}, a list, or a mapping.
Spec = Any


def _duration(value: datetime.timedelta) -> float:
    return value.total_seconds()


_CASTS: tuple[tuple[type, str, Callable[[Any], Any]], ...] = (
    (datetime.datetime, "timestamp written as ISO text", lambda value: value.isoformat()),
    (datetime.date, "date written as ISO text", lambda value: value.isoformat()),
    (datetime.time, "time written as ISO text", lambda value: value.isoformat()),
    (datetime.timedelta, "duration written as seconds", _duration),
    (Decimal, "decimal written as text", str),
    (bytes, "bytes written as base64", lambda value: base64.b64encode(value).decode()),
    (bytearray, "bytes written as base64", lambda value: base64.b64encode(value).decode()),
    (UUID, "UUID written as text", str),
)


class Plain:
    """Makes rows plain. `notes` grows by a sentence for the first change of each kind in each column.

    `features` is the data set's own description of its columns, where it has one. `encoded` says that
    values of the Json feature still are text, as in a Parquet file.
    """

    def __init__(self, notes: list[str], features: dict[str, Spec] | None = None, *, encoded: bool = False) -> None:
        self._notes = notes
        self._features = features or {}
        self._encoded = encoded
        self._told: set[tuple[str, str]] = set()

    def row(self, row: dict[str, Any]) -> dict[str, Any]:
        """A row of JSON values. A column that is null stays null."""
        features = self._features
        return {key: self._value(value, features.get(key), key, False) for key, value in row.items()}

    def _value(self, value: Any, spec: Spec, path: str, in_list: bool) -> Any:
        if value is None:
            return None
        kind = spec.get("_type") if isinstance(spec, dict) else None
        if kind == "ClassLabel" and isinstance(value, int):
            return self._label(value, spec, path)
        if kind == "Json":
            return self._json(value, path)
        if type(value) in (str, int, bool):
            return value
        if isinstance(value, float):
            return self._number(value, path)
        if isinstance(value, dict):
            return self._struct(value, spec, path, in_list)
        if isinstance(value, (list, tuple)):
            inner = _element(spec)
            return [self._value(item, inner, path, True) for item in value]
        return self._cast(value, spec, path, in_list)

    def _struct(self, value: dict[str, Any], spec: Spec, path: str, in_list: bool) -> dict[str, Any]:
        fields = _fields(spec)
        if in_list and None in value.values():
            self._tell(path, "empty fields of its objects left out (a table cannot tell absent from null)")
            value = {key: item for key, item in value.items() if item is not None}
        return {key: self._value(item, fields.get(key), f"{path}.{key}", in_list) for key, item in value.items()}

    def _label(self, value: int, spec: Spec, path: str) -> Any:
        names = spec.get("names") or []
        if 0 <= value < len(names):
            self._tell(path, "class number written as its name")
            return names[value]
        if value == -1:
            self._tell(path, "class -1 (no label) written as null")
            return None
        self._tell(path, "class number without a name kept as a number")
        return value

    def _json(self, value: Any, path: str) -> Any:
        if not self._encoded or not isinstance(value, (str, bytes)):
            return value
        try:
            return loads(value.encode() if isinstance(value, str) else value)
        except NotStrict as error:
            raise NotStrict(f"{path}: {error}") from None

    def _number(self, value: float, path: str) -> float | None:
        if math.isfinite(value):
            return value
        self._tell(path, "NaN or infinity written as null")
        return None

    def _cast(self, value: Any, spec: Spec, path: str, in_list: bool) -> Any:
        for kind, words, change in _CASTS:
            if isinstance(value, kind):
                self._tell(path, words)
                return change(value)
        if hasattr(value, "tolist"):  # an array of numpy, from a data set that was saved with that format
            return self._value(value.tolist(), spec, path, in_list)
        self._tell(path, f"{type(value).__name__} written as text")
        return str(value)

    def _tell(self, path: str, words: str) -> None:
        if (path, words) not in self._told:
            self._told.add((path, words))
            self._notes.append(f"column {path}: {words}")


def _fields(spec: Spec) -> dict[str, Spec]:
    """The features of an object's fields. A `Sequence` of objects is stored as one object of lists."""
    if not isinstance(spec, dict):
        return {}
    if not isinstance(spec.get("_type"), str):
        return spec
    inner = spec.get("feature")
    if spec["_type"] == "Sequence" and isinstance(inner, dict) and not isinstance(inner.get("_type"), str):
        return {name: [field] for name, field in inner.items()}
    return {}


def _element(spec: Spec) -> Spec:
    """The feature of a list's elements."""
    if isinstance(spec, list) and spec:
        return spec[0]
    return spec.get("feature") if isinstance(spec, dict) else None
