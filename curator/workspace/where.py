"""A filter's tree as parameterised SQL over `example e left join state s`. No value is ever put into the text."""

import re
from functools import lru_cache
from typing import Any

import apsw
import msgspec

from curator.model import Example
from curator.query import And, Measure, Node, Not, Number, Or, Query, Term, Word

_example = msgspec.json.Decoder(Example)
_RANK = "case c.severity when 'error' then 3 when 'warning' then 2 else 1 end"
_RANKS = {"error": 3, "warning": 2, "info": 1}
_BODY = "coalesce(s.body, e.body)"

#: The findings that stand for `e`: of the newest run of their code, found in the text that stands.
STANDING = "from finding f join code c on c.code = f.code and c.run = f.run where f.example = e.seq and f.stale = 0"

Sql = tuple[str, list[Any]]


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


@lru_cache(maxsize=64)
def _pattern(pattern: str) -> re.Pattern[str]:
    return re.compile(pattern)


def _contains(text: str | None, part: str) -> bool:
    return part.casefold() in (text or "").casefold()


def _matches(text: str | None, pattern: str) -> bool:
    return _pattern(pattern).search(text or "") is not None


def register(sqlite: apsw.Connection) -> None:
    """Gives a connection the functions that compiled filters call."""
    functions: tuple[tuple[str, Any, int], ...] = (
        ("text_of", _text, 2),
        ("turns_of", _turns, 1),
        ("holds", _contains, 2),
        ("matches", _matches, 2),
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
        if value == "none":
            parts.append((f"not exists (select 1 {STANDING})", []))
        elif value == "any":
            parts.append((f"exists (select 1 {STANDING})", []))
        else:
            parts.append(
                (
                    f"exists (select 1 {STANDING} and (f.code like ? || '%' or c.name like '%' || ? || '%'))",
                    [value, value],
                )
            )
    return _any_of(parts)


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
    parts: list[Sql] = []
    for value in term.values:
        if value in ("any", "none"):
            parts.append((f"coalesce(s.labels, '{{}}') {'=' if value == 'none' else '!='} '{{}}'", []))
        else:
            parts.append(
                (
                    "exists (select 1 from json_tree(coalesce(s.labels, '{}')) j where j.key = ? or "
                    "cast(j.atom as text) = ?)",
                    [value, value],
                )
            )
    return _any_of(parts)


def _source(term: Term) -> Sql:
    return _any_of(
        [
            (
                "e.load in (select l.id from load l join source o on o.id = l.source where o.name like "
                "'%' || ? || '%')",
                [value],
            )
            for value in term.values
        ]
    )


def _reviewer(term: Term) -> Sql:
    return _any_of(
        [("s.reviewer is null", []) if value == "none" else ("s.reviewer = ?", [value]) for value in term.values]
    )


def _edited(term: Term) -> Sql:
    return ("s.body is not null" if "yes" in term.values else "s.body is null"), []


def _split(term: Term) -> Sql:
    column = (
        "coalesce(s.split, json_extract(e.body, '$.source_split'), (select l.split from load l where l.id = e.load))"
    )
    return _any_of(
        [(f"{column} is null", []) if value == "none" else (f"{column} = ?", [value]) for value in term.values]
    )


def _id(term: Term) -> Sql:
    if term.op in ("<", "<=", ">", ">="):
        return f"e.seq {term.op} ?", [int(term.values[0])]
    return f"e.seq in ({', '.join('?' * len(term.values))})", [int(value) for value in term.values]


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


def _term(term: Term) -> Sql:
    if term.field.startswith("meta."):
        return _metadata(term)
    text = term.field in ("in", "out", "sys", "any", "note")
    if term.op in ("~", "~/") or text:
        column = _COLUMN.get(term.field)
        values: list[Any] = []
        if column is None:
            column = f"text_of({_BODY}, ?)"
            values = [term.field]
        if term.op in (":", "=", "!="):
            sql = f"{column} {'!=' if term.op == '!=' else '='} ?"
            return (
                ("holds(" + column + ", ?)", [*values, term.values[0]])
                if term.op == ":"
                else (sql, [*values, term.values[0]])
            )
        return f"{'matches' if term.op == '~/' else 'holds'}({column}, ?)", [*values, term.values[0]]
    sql, parameters = _TERMS[term.field](term)
    return (f"not {sql}" if term.op == "!=" else sql), parameters


def _metadata(term: Term) -> Sql:
    path = "$.metadata." + ".".join(f'"{part}"' for part in term.field[5:].split("."))
    column = "json_extract(e.body, ?)"
    if term.op in ("~", "~/"):
        function = "matches" if term.op == "~/" else "holds"
        return f"{function}(cast({column} as text), ?)", [path, term.values[0]]
    if term.op in ("<", "<=", ">", ">="):
        return f"cast({column} as real) {term.op} cast(? as real)", [path, term.values[0]]
    parts: list[Sql] = [
        (f"{column} is null", [path]) if value == "none" else (f"cast({column} as text) = ?", [path, value])
        for value in term.values
    ]
    sql, values = _any_of(parts)
    return (f"not {sql}" if term.op == "!=" else sql), values


def _measure(node: Measure) -> Sql:
    if node.function == "turns":
        return f"turns_of({_BODY}) {node.op} ?", [node.number]
    text = f"text_of({_BODY}, ?)"
    if node.function == "len":
        return f"length({text}) {node.op} ?", [node.field, node.number]
    return (
        f"length({text}) - length(replace({text}, char(10), '')) + 1 {node.op} ?",
        [node.field, node.field, node.number],
    )


def _word(node: Word) -> Sql:
    quoted = '"' + node.text.replace('"', '""') + '"'
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
        return "e.seq = ?", [node.seq]
    return _word(node)


def order(query: Query) -> Sql:
    """The order of a query: by number, worst finding first, longest output first, or shuffled by a seed."""
    if query.order == "priority":
        return (f"(select max({_RANK} + f.score / 2) {STANDING}) desc nulls last, e.seq", [])
    if query.order == "len":
        return f"length(text_of({_BODY}, 'any')) desc, e.seq", []
    if query.order == "random":
        return "((e.seq * 2654435761 + ?) % 4294967291 * 40503) % 4294967291, e.seq", [query.seed * 7919]
    return "e.seq", []
