"""JSON as outputs carry it: bare, in a fence, with text around it, or broken. Says what is wrong, and mends it.

`read` sorts a text by what it sets out to be; `fault` explains why a text is no JSON. What the standard allows
(RFC 8259) is right; duplicate keys, which it discourages because readers differ on them, are a fault.
"""

import ast
import json
import re
from collections.abc import Callable
from functools import lru_cache
from typing import Any, Literal, NamedTuple, NoReturn

import msgspec

from curator.tasks import looks_json
from curator.text import shorten

Kind = Literal["json", "broken", "text", "empty"]

_FENCED = re.compile(r"\A\s*(?:```|~~~)[\w+-]*[ \t]*\n(.*?)\n?\s*(?:```|~~~)\s*\Z", re.DOTALL)
_STRING = re.compile(r'"(?:\\.|[^"\\])*"', re.DOTALL)
_TRAILING = re.compile(r",(?=\s*[}\]])")
_LITERAL = re.compile(r"-?(?:NaN|Infinity|None|True|False|undefined|nan|inf)\b")
_KEY = re.compile(r"[A-Za-z_$][\w$-]*\s*:")
_CURLY = ("\u201c", "\u201d", "\u201e")
_COMMENT = re.compile(r"//|/\*|#")
_CONTROL = {code: json.dumps(chr(code))[1:-1] for code in range(0x20)}
# Beyond this a text is explained, and not mended.
_MENDED = 50_000


class Reading(NamedTuple):
    """What a text sets out to be, its value when it is JSON, and whether it stands in a fence."""

    kind: Kind
    value: Any = None
    fenced: bool = False


class Fault(NamedTuple):
    """Why a text is no JSON, where, and the text without the fault when that can be said."""

    at: int
    why: str
    mended: str | None = None
    safe: bool = False


@lru_cache(maxsize=64)
def read(text: str) -> Reading:
    """What a text sets out to be: JSON (an object or an array), broken JSON, other text, or nothing."""
    stripped = text.strip()
    if not stripped:
        return Reading("empty")
    if stripped[0] in "{[":
        return _bare(stripped)
    if stripped.startswith(("```", "~~~")):
        match = _FENCED.match(stripped)
        inner = match.group(1).strip() if match else ""
        if inner[:1] in ("{", "["):
            return _bare(inner)._replace(fenced=True)
    return Reading("text")


def unfenced(text: str) -> str:
    """What stands in the fence that a text is; the text itself when it is none."""
    match = _FENCED.match(text) if "```" in text or "~~~" in text else None
    return match.group(1).strip() if match else text


def embedded(text: str) -> tuple[int, int] | None:
    """Where the first JSON object (or array of objects) lies that a text carries among other words."""
    for match in re.finditer(r'\{\s*"|\[\s*\{\s*"', text[:_MENDED]):
        try:
            value, end = json.JSONDecoder().raw_decode(text, match.start())
        except (ValueError, RecursionError):
            continue
        if value:
            return match.start(), end
    return None


def fault(text: str) -> Fault | None:
    """What keeps a text from being JSON, or None when it is."""
    try:
        json.loads(text, object_pairs_hook=_unique, parse_constant=_refuse)
    except json.JSONDecodeError as error:
        at, why = _explained(text, error)
    except _TwiceError as error:
        return Fault(_second(text, str(error)), f'the key "{shorten(str(error))}" is there twice')
    except _ConstantError as error:
        at, why = _outside(text, re.escape(str(error))), f"{error} is no JSON value"
    except (ValueError, RecursionError):
        return None  # numbers and nesting beyond this reader are no fault of the text
    else:
        return None
    mended, safe = _mended(text)
    return Fault(at, why, mended, safe)


def place(text: str, at: int) -> str:
    """Line and column of an offset, as people count them."""
    return f"line {text.count(chr(10), 0, at) + 1}, column {at - text.rfind(chr(10), 0, at)}"


def like(text: str, value: Any) -> str | None:
    """A changed value, written as its JSON text was; None when that text was laid out by hand."""
    try:
        old = json.loads(text)
    except (ValueError, RecursionError):
        return None
    for ascii_only in (False, True):
        for layout in ({}, {"separators": (",", ":")}, {"indent": 2}, {"indent": 4}, {"indent": "\t"}):
            if json.dumps(old, ensure_ascii=ascii_only, **layout) == text.strip():
                return json.dumps(value, ensure_ascii=ascii_only, **layout)
    return None


def _bare(stripped: str) -> Reading:
    try:
        return Reading("json", msgspec.json.decode(stripped))
    except (msgspec.DecodeError, UnicodeEncodeError, RecursionError):
        pass
    try:
        return Reading("json", json.loads(stripped, parse_constant=_refuse))
    except RecursionError:
        return Reading("json")
    except ValueError:
        inside = stripped[1:].lstrip()
        meant = looks_json(stripped) or _KEY.match(inside) or inside[:1] in _CURLY
        return Reading("broken" if meant else "text")


def keys_twice(text: str, keys: int) -> bool:
    """Whether a text of JSON may have a key twice, given the number of keys of its value: a cheap look first."""
    return text.count('":') != keys and isinstance(_parsed(text), _TwiceError)


def _parsed(text: str) -> Exception | None:
    try:
        json.loads(text, object_pairs_hook=_unique)
    except (ValueError, RecursionError) as error:
        return error
    return None


class _TwiceError(ValueError):
    """A key is there twice."""


class _ConstantError(ValueError):
    """A constant that JSON does not know."""


def _unique(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for key, value in pairs:
        if key in found:
            raise _TwiceError(key)
        found[key] = value
    return found


def _refuse(constant: str) -> NoReturn:
    raise _ConstantError(constant)


def _masked(text: str) -> str:
    """The text with the inside of its strings blanked, so that a pattern sees the structure alone."""
    return _STRING.sub(lambda match: '"' + "." * (len(match.group()) - 2) + '"', text)


def _outside(text: str, pattern: str) -> int:
    match = re.search(pattern, _masked(text))
    return match.start() if match else 0


def _second(text: str, key: str) -> int:
    pattern = re.compile(re.escape(json.dumps(key, ensure_ascii=False)) + r"\s*:")
    starts = [match.start() for match in pattern.finditer(text)]
    return starts[1] if len(starts) > 1 else 0


def _explained(text: str, error: json.JSONDecodeError) -> tuple[int, str]:
    at = min(error.pos, len(text))
    rest, before = text[at:].lstrip(), text[:at].rstrip()
    at = len(text) - len(rest) if rest else at
    first = rest[:1]
    if error.msg.startswith("Extra data"):
        more = "a bracket too many" if first in ("}", "]") else "text after the JSON"
        return at, "a second JSON document follows" if first in ("{", "[") else more
    if error.msg.startswith("Unterminated string"):
        return at, "it breaks off inside a text"
    if not rest:
        return at, "it breaks off before it is closed"
    if error.msg.startswith("Invalid control"):
        return at, "a line break or control character inside a text"
    if error.msg.startswith("Invalid \\"):
        return at, f'"{shorten(rest[:2])}" is no escape that JSON knows'
    return at, _by_character(rest, before, error.msg)


def _by_character(rest: str, before: str, said: str) -> str:
    first = rest[0]
    literal = _LITERAL.match(rest)
    if first in "}]" and before.endswith(","):
        return "a comma before the closing bracket"
    if first == "'":
        return "single quotes where JSON has double ones"
    if first in _CURLY:
        return "curly quotes where JSON has straight ones"
    if _COMMENT.match(rest):
        return "a comment, which JSON does not have"
    if literal:
        return f"{literal.group()} is no JSON value"
    if "property name" in said and _KEY.match(rest):
        return f'the key "{shorten(rest.partition(":")[0].strip())}" has no quotes'
    if "':'" in said:
        return "a colon is missing"
    if "','" in said:
        quoted = before.endswith('"') and (first.isalnum() or rest[:1] == '"')
        return "a comma is missing, or a quote inside a text is not escaped" if quoted else _separator(first)
    return f'a value is expected, and "{shorten(rest, 20)}" is none'


def _separator(first: str) -> str:
    return "a bracket closes that is not open" if first in "}]" else "a comma is missing"


def _mended(text: str) -> tuple[str | None, bool]:
    """The text without its fault, and whether its meaning cannot have changed."""
    if len(text) > _MENDED:
        return None, False
    attempts: tuple[tuple[Callable[[str], str | None], bool], ...] = (
        (_without_trailing_commas, True),
        (_with_escapes, True),
        (_from_literals, False),
        (_straight, False),
        (_alone, False),
    )
    for attempt, safe in attempts:
        mended = attempt(text)
        if mended is not None and mended != text and _parsed(mended) is None:
            return mended, safe
    return None, False


def _without_trailing_commas(text: str) -> str:
    masked = _masked(text)
    for match in reversed(list(_TRAILING.finditer(masked))):
        text = text[: match.start()] + text[match.end() :]
    return text


def _with_escapes(text: str) -> str:
    return _STRING.sub(lambda match: match.group().translate(_CONTROL), text)


def _from_literals(text: str) -> str | None:
    """A Python literal (single quotes, None, True) as JSON."""
    masked = text if "null" not in text and "true" not in text and "false" not in text else _pythonic(text)
    try:
        value = ast.literal_eval(masked.strip())
        return json.dumps(value, ensure_ascii=False, allow_nan=False) if isinstance(value, (dict, list)) else None
    except (ValueError, SyntaxError, TypeError, MemoryError, RecursionError):
        return None


def _pythonic(text: str) -> str:
    masked = re.sub(r"'(?:\\.|[^'\\])*'", lambda match: "'" + "." * (len(match.group()) - 2) + "'", _masked(text))
    for match in reversed(list(re.finditer(r"\b(?:null|true|false)\b", masked))):
        said = {"null": "None", "true": "True", "false": "False"}[match.group()]
        text = text[: match.start()] + said + text[match.end() :]
    return text


def _straight(text: str) -> str:
    return re.sub("[\u201c\u201d\u201e]", '"', text)


def _alone(text: str) -> str | None:
    lies = embedded(text)
    if lies is None or "{" in text[: lies[0]] + text[lies[1] :]:
        return None  # a second document is as good as the first
    return text[lies[0] : lies[1]]
