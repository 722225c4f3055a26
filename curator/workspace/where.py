"""A filter's tree as parameterised SQL over `example e left join state s`. No value is ever put into the text."""

import re
from functools import lru_cache
from typing import Any

import apsw
import msgspec
from msgspec import Struct

from curator.model import Example
from curator.query import And, Measure, Node, Not, Number, Or, Query, Term, Word

_example = msgspec.json.Decoder(Example)
_RANK = "case c.severity when 'error' then 3 when 'warning' then 2 else 1 end"
_RANKS = {"error": 3, "warning": 2, "info": 1}
_BODY = "coalesce(s.body, e.body)"

#: The findings that stand for `e`: of the newest run of their code, found in the text that stands.
STANDING = "from finding f join code c on c.code = f.code and c.run = f.run where f.example = e.seq and f.stale = 0"

# Every condition is true or false and never null: `not null` is null, and would leave out what it should select.
Sql = tuple[str, list[Any]]


class _Columns(Struct):
    metadata: dict[str, Any] = {}


_columns = msgspec.json.Decoder(_Columns)


def _text(body: bytes, field: str) -> str:
    example = _example.decode(body)
    if field == "in":
        return example.input_text
    if field == "out":
        return example.output_text
    if field == "sys":
        return example.system
    return "\n\n".join(message.text for message in example.messages)


def _turns(body: bytes) -> int:
    return sum(message.role == "user" for message in _example.decode(body).messages)


# SQLite's own length() and replace() stop at a NUL character.
def _length(body: bytes, field: str) -> int:
    return len(_text(body, field))


def _lines(body: bytes, field: str) -> int:
    return _text(body, field).count("\n") + 1


def _metadata_text(body: bytes, path: str) -> str | None:
    """A value of the metadata as a filter writes it: yes/no values and lists as JSON, numbers with every digit."""
    value: Any = _columns.decode(body).metadata
    if path in value:
        value = value[path]
    else:
        for part in path.split("."):
            value = value.get(part) if isinstance(value, dict) else None
    return value if value is None or isinstance(value, str) else msgspec.json.encode(value).decode()


def _metadata_number(body: bytes, path: str) -> float | None:
    try:
        return float(_metadata_text(body, path) or "")
    except ValueError:
        return None


@lru_cache(maxsize=64)
def _pattern(pattern: str) -> re.Pattern[str]:
    return re.compile(pattern)


def _contains(text: str | None, part: str) -> bool:
    return part.casefold() in (text or "").casefold()


def _matches(text: str | None, pattern: str) -> bool:
    return _pattern(pattern).search(text or "") is not None


def _shuffled(seq: int, seed: int) -> int:
    """A number that looks like chance and is the same on every machine (splitmix64), to sort by."""
    mixed = (seq + (seed + 1) * 0x9E3779B97F4A7C15) & 0xFFFFFFFFFFFFFFFF
    mixed = ((mixed ^ (mixed >> 30)) * 0xBF58476D1CE4E5B9) & 0xFFFFFFFFFFFFFFFF
    mixed = ((mixed ^ (mixed >> 27)) * 0x94D049BB133111EB) & 0xFFFFFFFFFFFFFFFF
    return (mixed ^ (mixed >> 31)) >> 1


def register(sqlite: apsw.Connection) -> None:
    """Gives a connection the functions that compiled filters call."""
    functions: tuple[tuple[str, Any, int], ...] = (
        ("text_of", _text, 2),
        ("turns_of", _turns, 1),
        ("length_of", _length, 2),
        ("lines_of", _lines, 2),
        ("meta_of", _metadata_text, 2),
        ("meta_number", _metadata_number, 2),
        ("holds", _contains, 2),
        ("matches", _matches, 2),
        ("shuffled", _shuffled, 2),
    )
    for name, function, count in functions:
        sqlite.create_scalar_function(name, function, count, deterministic=True)


def _in(column: str, values: tuple[str, ...]) -> Sql:
    return f"{column} in ({', '.join('?' * len(values))})", list(values)


def _any_of(parts: list[Sql]) -> Sql:
    return "(" + " or ".join(sql for sql, _ in parts) + ")", [value for _, values in parts for value in values]


def _status(term: Term) -> Sql:
    return _in("coalesce(s.status, 'pending')", term.values)


def _route(term: Term) -> Sql:
    return _in("coalesce(s.route, 'train')", term.values)


def _finding(term: Term) -> Sql:
    parts: list[Sql] = []
    for value in term.values:
        if value in ("any", "none"):
            parts.append((f"{'not ' if value == 'none' else ''}exists (select 1 {STANDING})", []))
        else:
            sql, parameters = _same_rule(value) if term.op == "=" and "/" in value else _like_rule(value)
            parts.append((f"exists (select 1 {STANDING} and {sql})", parameters))
    return _any_of(parts)


def _like_rule(value: str) -> Sql:
    """The beginning of a code or a part of a check's name, and a part of a rule."""
    check, _, rule = value.partition("/")
    sql, parameters = "(substr(f.code, 1, length(?)) = ? or instr(c.name, ?))", [check.upper()] * 2 + [check.lower()]
    return (f"{sql} and instr(f.rule, ?)", [*parameters, rule]) if rule else (sql, parameters)


def _same_rule(value: str) -> Sql:
    """Exactly this code or name and, after the slash, exactly this rule, which may be none."""
    check, _, rule = value.partition("/")
    return "(f.code = ? or c.name = ?) and f.rule = ?", [check.upper(), check.lower(), rule]


def _severity(term: Term) -> Sql:
    if term.op in ("<", "<=", ">", ">="):
        return f"exists (select 1 {STANDING} and {_RANK} {term.op} ?)", [_RANKS.get(term.values[0], 0)]
    parts: list[Sql] = []
    for value in term.values:
        if value in ("any", "none"):
            parts.append((f"{'not ' if value == 'none' else ''}exists (select 1 {STANDING})", []))
        else:
            parts.append((f"exists (select 1 {STANDING} and c.severity = ?)", [value]))
    return _any_of(parts)


def _label(term: Term) -> Sql:
    labels = "coalesce(s.labels, '{}')"
    value_of = "case j.type when 'true' then 'true' when 'false' then 'false' else cast(j.atom as text) end"
    parts: list[Sql] = []
    for value in term.values:
        name, equals, wanted = value.partition("=")
        if value in ("any", "none"):
            parts.append((f"{labels} {'=' if value == 'none' else '!='} '{{}}'", []))
        elif equals:
            parts.append(
                (f"exists (select 1 from json_each({labels}) j where j.key = ? and {value_of} = ?)", [name, wanted])
            )
        else:
            parts.append(
                (f"exists (select 1 from json_tree({labels}) j where j.key = ? or {value_of} = ?)", [value, value])
            )
    return _any_of(parts)


def _source(term: Term) -> Sql:
    found = "o.name = ?" if term.op == "=" else "holds(o.name, ?)"
    return _any_of(
        [
            (f"e.load in (select l.id from load l join source o on o.id = l.source where {found})", [value])
            for value in term.values
        ]
    )


def _reviewer(term: Term) -> Sql:
    return _any_of([("s.reviewer is ?", [None if value == "none" else value]) for value in term.values])


def _edited(term: Term) -> Sql:
    return _any_of([(f"s.body is {'not ' if value == 'yes' else ''}null", []) for value in term.values])


def _split(term: Term) -> Sql:
    column = (
        "coalesce(s.split, json_extract(e.body, '$.source_split'), (select l.split from load l where l.id = e.load))"
    )
    return _any_of([(f"{column} is ?", [None if value == "none" else value]) for value in term.values])


def _number(text: str) -> int:
    return min(int(text), 2**63 - 1)


def _id(term: Term) -> Sql:
    if term.op in ("<", "<=", ">", ">="):
        return f"e.seq {term.op} ?", [_number(term.values[0])]
    return f"e.seq in ({', '.join('?' * len(term.values))})", [_number(value) for value in term.values]


_TERMS = {
    "status": _status,
    "route": _route,
    "finding": _finding,
    "sev": _severity,
    "label": _label,
    "src": _source,
    "by": _reviewer,
    "edited": _edited,
    "split": _split,
    "id": _id,
}
_COLUMN = {
    "note": "coalesce(s.note, '')",
    "src": "(select o.name from load l join source o on o.id = l.source where l.id = e.load)",
    "by": "coalesce(s.reviewer, '')",
    "label": "coalesce(s.labels, '')",
}
_TEXTS = ("in", "out", "sys", "any", "note")


def _term(term: Term) -> Sql:
    if term.op == "!=":
        sql, parameters = _term(Term(term.field, "=", term.values))
        return f"not {sql}", parameters
    if term.field.startswith("meta."):
        return _metadata(term)
    if term.op in ("~", "~/"):
        return _search(term)
    if term.field in _TEXTS:
        return _any_of([_text_is(term, value) for value in term.values])
    return _TERMS[term.field](term)


def _column(field: str) -> Sql:
    return (_COLUMN[field], []) if field in _COLUMN else (f"text_of({_BODY}, ?)", [field])


def _search(term: Term) -> Sql:
    function = "matches" if term.op == "~/" else "holds"
    if term.field == "finding":
        return f"exists (select 1 {STANDING} and {function}(f.message, ?))", [term.values[0]]
    column, values = _column(term.field)
    return f"{function}({column}, ?)", [*values, term.values[0]]


def _text_is(term: Term, value: str) -> Sql:
    column, values = _column(term.field)
    if term.field == "note" and value in ("any", "none"):
        return f"{column} {'=' if value == 'none' else '!='} ''", []
    return (f"holds({column}, ?)" if term.op == ":" else f"{column} = ?"), [*values, value]


def _metadata(term: Term) -> Sql:
    path = term.field[5:]
    if term.op in ("~", "~/"):
        return f"{'matches' if term.op == '~/' else 'holds'}(meta_of(e.body, ?), ?)", [path, term.values[0]]
    if term.op in ("<", "<=", ">", ">="):
        return f"coalesce(meta_number(e.body, ?) {term.op} ?, 0)", [path, float(term.values[0])]
    return _any_of([("meta_of(e.body, ?) is ?", [path, None if value == "none" else value]) for value in term.values])


def _measure(node: Measure) -> Sql:
    if node.function == "turns":
        return f"turns_of({_BODY}) {node.op} ?", [node.number]
    return f"{node.function if node.function == 'lines' else 'length'}_of({_BODY}, ?) {node.op} ?", [
        node.field,
        node.number,
    ]


def _word(node: Word) -> Sql:
    quoted = '"' + node.text.replace("\0", " ").replace('"', '""') + '"'
    return "e.seq in (select rowid from words where words match ?)", [quoted]


def condition(node: Node) -> Sql:
    """The SQL condition of a tree and its parameters."""
    if isinstance(node, And | Or):
        parts = [condition(part) for part in node.nodes]
        joined = (" and " if isinstance(node, And) else " or ").join(f"({sql})" for sql, _ in parts)
        return joined, [value for _, values in parts for value in values]
    if isinstance(node, Not):
        sql, values = condition(node.node)
        return f"not ({sql})", values
    if isinstance(node, Term):
        return _term(node)
    if isinstance(node, Measure):
        return _measure(node)
    if isinstance(node, Number):
        return "e.seq = ?", [min(node.seq, 2**63 - 1)]
    return _word(node)


def order(query: Query) -> Sql:
    """The order of a query: by number, worst finding first, longest output first, or shuffled by a seed."""
    if query.order == "priority":
        return (f"(select max({_RANK} + f.score / 2) {STANDING}) desc nulls last, e.seq", [])
    if query.order == "len":
        return f"length_of({_BODY}, 'out') desc, e.seq", []
    if query.order == "random":
        return "shuffled(e.seq, ?), e.seq", [query.seed % 2**63]
    return "e.seq", []
