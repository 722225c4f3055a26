"""What the two formats of provider logs share: where the request and the response stand in a row."""

from typing import Any

from msgspec import Struct

from curator.errors import FormatError
from curator.formats.values import decoded, kind, listed

#: What the columns are called: in logs of a proxy, in batch files, in traces.
COLUMNS = (
    ("request", "response"),
    ("body", "response"),
    ("params", "response"),
    ("params", "message"),
    ("params", "result"),
    ("kwargs", "response"),
    ("input", "output"),
    ("inputs", "outputs"),
)


class Exchange(Struct, frozen=True):
    """A request and its response, unwrapped, and the names of their columns."""

    request: dict[str, Any]
    response: dict[str, Any]
    columns: tuple[str, str]


def exchange(row: dict[str, Any]) -> Exchange | None:
    """The request with messages and its response; None when a row has no such two objects."""
    for columns in COLUMNS:
        if columns[0] in row and columns[1] in row:
            request, response = (_unwrapped(row[name], name) for name in columns)
            if request is not None and response is not None and "messages" in request:
                return Exchange(request, response, columns)
    return None


def needed(row: dict[str, Any]) -> Exchange:
    """The exchange of a row; raises `FormatError` that names the columns."""
    found = exchange(row)
    if found is None:
        raise FormatError(f"no columns hold a request with messages and its response; the columns are: {listed(row)}")
    return found


def failed(response: dict[str, Any], field: str, missing: str) -> FormatError:
    """The error for a response that answers nothing, with what it says itself."""
    error = response.get("error")
    said = error.get("message", error.get("type")) if type(error) is dict else error
    if said:
        return FormatError(f"is an error, not an answer: {str(said)[:120]!r}", field)
    return FormatError(f"has no {missing}; its keys are: {listed(response)}", field)


def rest(row: dict[str, Any], found: Exchange, taken: tuple[tuple[str, ...], tuple[str, ...]]) -> dict[str, Any]:
    """The other columns of a row, with what the request and the response say besides what was `taken` of them."""
    metadata = {name: value for name, value in row.items() if name not in found.columns}
    for column, value, used in zip(found.columns, (found.request, found.response), taken, strict=True):
        left = {key: item for key, item in value.items() if key not in used}
        if left:
            metadata[column] = left
    return metadata


def filled(column: str, value: dict[str, Any], metadata: dict[str, Any]) -> None:
    """Puts what `rest` kept of a request or a response back into it."""
    left = metadata.pop(column, None)
    if left is not None:
        if type(left) is not dict or not left or left.keys() & value.keys():
            raise FormatError(f"its metadata has a column named {column!r}, which this format gives a meaning")
        value.update(left)


def _unwrapped(value: Any, field: str) -> dict[str, Any] | None:
    """An object, decoded when it is JSON text; of a batch file's request or result, what it wraps."""
    if type(value) is str and value[:1] == "{":
        try:
            value = decoded(value, field)
        except FormatError:
            return None
    if type(value) is not dict:
        return None
    for key in ("body", "params", "message"):
        inner = value.get(key)
        if type(inner) is dict and ("messages" in inner or "choices" in inner or "content" in inner):
            return inner
    return value


def no_list(value: Any, field: str) -> FormatError:
    """The error for something that should be a list."""
    return FormatError(f"must be a list, not {kind(value)}", field)
