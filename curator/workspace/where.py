"""A filter's tree as parameterised SQL over `example e left join state s`. No value is ever put into the text.

What an index can answer is asked as `e.seq in (select ...)` with the window of numbers inside: SQLite goes through the
few that there are, and not through all examples. What needs a text is asked of SQLite first in a way that may say yes
too often and never no: the function that reads the text in Python is called for the rest.
"""

import math
from array import array
from bisect import bisect_left
from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

import msgspec

from curator.query import And, Measure, Node, Not, Number, Or, Term, Word

_RANK = "case c.severity when 'error' then 3 when 'warning' then 2 else 1 end"
_RANKS = {"error": 3, "warning": 2, "info": 1}
_BODY = "coalesce(s.body, e.body)"

# Every condition is true or false and never null: `not null` is null, and would leave out what it should select.
Sql = tuple[str, list[Any]]

_CODES = "from code c cross join finding f on f.code = c.code and f.run = c.run and f.stale = 0"
_TIES = "exists (select 1 from edge d where d.code = c.code and d.run = c.run)"
_TIED = f"""with recursive tied(seq) as (values(?) union select o.example from tied t
join member m on m.example = t.seq join finding f on f.id = m.finding and f.stale = 0
join code c on c.code = f.code and c.run = f.run and {_TIES} join member o on o.finding = f.id) select seq from tied"""
_MEMBERS = f"""select m.example from member m join finding f on f.id = m.finding and f.stale = 0
join code c on c.code = f.code and c.run = f.run and {_TIES} where m.example"""
_TWINS = """select m.example from member m join finding f on f.id = m.finding and f.stale = 0
join code c on c.code = f.code and c.run = f.run where m.example between ? and ?"""
_COPIED = "c.code glob 'DUP*'"
_COPIES = {
    "exact": "c.code = 'DUP001'",
    "near": "c.code = 'DUP002'",
    "paraphrase": f"{_COPIED} and c.code not in ('DUP001', 'DUP002')",
}
_TOLD_APART = "group by j.example having count(distinct j.status) > 1 or count(distinct settled(j.labels)) > 1"

#: Letters outside ASCII whose folded form has a letter of ASCII: a text with one may hold what it does not spell.
FOLDED = (
    "\u00df\u0130\u0149\u017f\u01f0\u1e96\u1e97\u1e98\u1e99\u1e9a\u1e9e\u212a\ufb00\ufb01\ufb02\ufb03\ufb04\ufb05\ufb06"
)


class Scope(NamedTuple):
    """What a filter is asked within: numbers from `first` to `last`, the tagged rows, what is near to a row."""

    first: int = 0
    last: int = 2**63 - 1
    tagged: "array[int] | None" = None
    near: Mapping[int, Sequence[int]] = {}

    @property
    def window(self) -> list[Any]:
        """First and last, as parameters."""
        return [self.first, self.last]

    def inside(self, seqs: "array[int]") -> str:
        """Those of some sorted numbers that lie in the window, as JSON."""
        return msgspec.json.encode(
            seqs[bisect_left(seqs, self.first) : bisect_left(seqs, self.last + 1)].tolist()
        ).decode()


def _in(column: str, values: tuple[str, ...]) -> Sql:
    return f"{column} in ({', '.join('?' * len(values))})", list(values)


def _any_of(parts: list[Sql]) -> Sql:
    return "(" + " or ".join(sql for sql, _ in parts) + ")", [value for _, values in parts for value in values]


def _judged(sql: str, values: Sequence[Any], scope: Scope) -> Sql:
    """What only an example can be that somebody has judged: those alone are looked at."""
    judged = f"e.seq in (select s.example from state s where s.example between ? and ? and {sql})"
    return judged, [*scope.window, *values]


def _status(term: Term, scope: Scope) -> Sql:
    if "pending" not in term.values:
        return _judged(*_in("s.status", term.values), scope)
    return _in("coalesce(s.status, 'pending')", term.values)


def _route(term: Term, scope: Scope) -> Sql:
    if "train" not in term.values:
        return _judged(*_in("s.route", term.values), scope)
    return _in("coalesce(s.route, 'train')", term.values)


def _found(sql: str, values: Sequence[Any], scope: Scope) -> Sql:
    """Examples with a finding that stands and of which this holds."""
    found = f"e.seq in (select f.example {_CODES} and f.example between ? and ? where {sql})"
    return found, [*scope.window, *values]


def _finding(term: Term, scope: Scope) -> Sql:
    parts: list[Sql] = []
    for value in term.values:
        if value in ("any", "none"):
            parts.append(_any_or_none(value, scope))
        else:
            parts.append(_found(*(_same_rule(value) if term.op == "=" and "/" in value else _like_rule(value)), scope))
    return _any_of(parts)


def _any_or_none(value: str, scope: Scope) -> Sql:
    sql, values = _found("1", (), scope)
    return f"{'not ' if value == 'none' else ''}{sql}", values


def _like_rule(value: str) -> Sql:
    """The beginning of a code or a part of a check's name, and a part of a rule."""
    check, _, rule = value.partition("/")
    sql, parameters = "(substr(c.code, 1, length(?)) = ? or instr(c.name, ?))", [check.upper()] * 2 + [check.lower()]
    return (f"{sql} and instr(f.rule, ?)", [*parameters, rule]) if rule else (sql, parameters)


def _same_rule(value: str) -> Sql:
    """Exactly this code or name and, after the slash, exactly this rule, which may be none."""
    check, _, rule = value.partition("/")
    return "(c.code = ? or c.name = ?) and f.rule = ?", [check.upper(), check.lower(), rule]


def _severity(term: Term, scope: Scope) -> Sql:
    if term.op in ("<", "<=", ">", ">="):
        return _found(f"{_RANK} {term.op} ?", [_RANKS.get(term.values[0], 0)], scope)
    return _any_of(
        [
            _any_or_none(value, scope) if value in ("any", "none") else _found("c.severity = ?", [value], scope)
            for value in term.values
        ]
    )


def _label(term: Term, scope: Scope) -> Sql:
    value_of = "case j.type when 'true' then 'true' when 'false' then 'false' else cast(j.atom as text) end"
    parts: list[Sql] = []
    for value in term.values:
        name, equals, wanted = value.partition("=")
        if value in ("any", "none"):
            sql, values = _judged("s.labels != '{}'", (), scope)
            parts.append((f"{'not ' if value == 'none' else ''}{sql}", values))
        elif equals:
            holds = f"exists (select 1 from json_each(s.labels) j where j.key = ? and {value_of} = ?)"
            parts.append(_judged(holds, [name, wanted], scope))
        else:
            holds = f"exists (select 1 from json_tree(s.labels) j where j.key = ? or {value_of} = ?)"
            parts.append(_judged(holds, [value, value], scope))
    return _any_of(parts)


def _source(term: Term, scope: Scope) -> Sql:  # noqa: ARG001 - terms are compiled alike
    found = "o.name = ?" if term.op == "=" else "holds(o.name, ?)"
    return _any_of(
        [
            (f"e.load in (select l.id from load l join source o on o.id = l.source where {found})", [value])
            for value in term.values
        ]
    )


def _reviewer(term: Term, scope: Scope) -> Sql:
    return _any_of(
        [
            ("s.reviewer is null", []) if value == "none" else _judged("s.reviewer = ?", [value], scope)
            for value in term.values
        ]
    )


def _edited(term: Term, scope: Scope) -> Sql:
    edited, values = _judged("s.body is not null", (), scope)
    return _any_of([(f"{'' if value == 'yes' else 'not '}{edited}", values) for value in term.values])


def _split(term: Term, scope: Scope) -> Sql:  # noqa: ARG001 - terms are compiled alike
    column = (
        "coalesce(s.split, json_extract(e.body, '$.source_split'), (select l.split from load l where l.id = e.load))"
    )
    return _any_of([(f"{column} is ?", [None if value == "none" else value]) for value in term.values])


def _number(text: str) -> int:
    return min(int(text), 2**63 - 1)


def _id(term: Term, scope: Scope) -> Sql:  # noqa: ARG001 - terms are compiled alike
    if term.op in ("<", "<=", ">", ">="):
        return f"e.seq {term.op} ?", [_number(term.values[0])]
    return f"e.seq in ({', '.join('?' * len(term.values))})", [_number(value) for value in term.values]


def _cluster(term: Term, scope: Scope) -> Sql:
    parts: list[Sql] = []
    for value in term.values:
        if value in ("any", "none"):
            sql = f"e.seq {'not ' if value == 'none' else ''}in ({_MEMBERS} between ? and ?)"
            parts.append((sql, scope.window))
        else:
            parts.append((f"e.seq in ({_TIED})", [_number(value)]))
    return _any_of(parts)


def _near(term: Term, scope: Scope) -> Sql:
    near = array("q", sorted({seq for value in term.values for seq in scope.near.get(int(value), ())}))
    return "e.seq in (select value from json_each(?))", [scope.inside(near)]


def _language(term: Term, scope: Scope) -> Sql:  # noqa: ARG001 - terms are compiled alike
    told = f"language_of({_BODY})"
    return _any_of([(f"{told} != 'none'", []) if value == "any" else (f"{told} = ?", [value]) for value in term.values])


def _duplicate(term: Term, scope: Scope) -> Sql:
    parts: list[Sql] = []
    for value in term.values:
        negated = "not " if value in ("no", "none") else ""
        parts.append((f"e.seq {negated}in ({_TWINS} and {_COPIES.get(value, _COPIED)})", scope.window))
    return _any_of(parts)


def _disagree(term: Term, scope: Scope) -> Sql:
    apart = f"select j.example from judgement j where j.example between ? and ? and j.status != 'pending' {_TOLD_APART}"
    return _any_of([(f"e.seq {'' if value == 'yes' else 'not '}in ({apart})", scope.window) for value in term.values])


def _tag(term: Term, scope: Scope) -> Sql:
    tagged = scope.inside(array("q", sorted(scope.tagged or ())))
    sql = "in (select value from json_each(?))"
    return _any_of([(f"e.seq {'' if value == 'yes' else 'not '}{sql}", [tagged]) for value in term.values])


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
    "cluster": _cluster,
    "sim": _near,
    "lang": _language,
    "dup": _duplicate,
    "disagree": _disagree,
    "tag": _tag,
}
_COLUMN = {
    "note": "coalesce(s.note, '')",
    "src": "(select o.name from load l join source o on o.id = l.source where l.id = e.load)",
    "by": "coalesce(s.reviewer, '')",
    "label": "coalesce(s.labels, '')",
}
_TEXTS = ("in", "out", "sys", "any", "note")


def _term(term: Term, scope: Scope) -> Sql:
    if term.op == "!=":
        sql, parameters = _term(Term(term.field, "=", term.values), scope)
        return f"not {sql}", parameters
    if term.field.startswith("meta."):
        return _metadata(term)
    if term.op in ("~", "~/"):
        return _search(term, scope)
    if term.field in _TEXTS:
        return _any_of([_text_is(term, value) for value in term.values])
    return _TERMS[term.field](term, scope)


def _column(field: str) -> Sql:
    return (_COLUMN[field], []) if field in _COLUMN else (f"text_of({_BODY}, ?)", [field])


def _search(term: Term, scope: Scope) -> Sql:
    function, value = "matches" if term.op == "~/" else "holds", term.values[0]
    if term.field == "finding":
        return _found(f"{function}(f.message, ?)", [value], scope)
    column, values = _column(term.field)
    sql: Sql = (f"{function}({column}, ?)", [*values, value])
    return _where_spelt(value, sql) if function == "holds" and term.field not in _COLUMN else sql


def _text_is(term: Term, value: str) -> Sql:
    column, values = _column(term.field)
    if term.field == "note" and value in ("any", "none"):
        return f"{column} {'=' if value == 'none' else '!='} ''", []
    sql: Sql = (f"holds({column}, ?)" if term.op == ":" else f"{column} = ?"), [*values, value]
    return _where_spelt(value, sql) if term.field not in _COLUMN else sql


def _where_spelt(value: str, sql: Sql) -> Sql:
    """Asks only of bodies that spell the value: JSON does as it stands, but for quotes, backslashes and what is unseen.

    Five times faster over all texts, and other threads work meanwhile: SQLite looks through them without Python.
    """
    if not value or not value.isascii() or not value.isprintable() or '"' in value or "\\" in value:
        return sql
    like = value.replace("%", "\\%").replace("_", "\\_")
    body = f"cast({_BODY} as text)"
    spelt = f"{body} like ? escape '\\' or (length({body}) < length({_BODY}) and {body} glob ?)"
    return f"case when {spelt} then {sql[0]} else 0 end", [f"%{like}%", f"*[{FOLDED}]*", *sql[1]]


def _metadata(term: Term) -> Sql:
    path = term.field[5:]
    if term.op in ("~", "~/"):
        return f"{'matches' if term.op == '~/' else 'holds'}(meta_of(e.body, ?), ?)", [path, term.values[0]]
    if term.op in ("<", "<=", ">", ">="):
        return f"coalesce(meta_number(e.body, ?) {term.op} ?, 0)", [path, float(term.values[0])]
    return _any_of([("meta_of(e.body, ?) is ?", [path, None if value == "none" else value]) for value in term.values])


_MEASURES = {"len": "length_of", "tok": "tokens_of", "lines": "lines_of"}


def _measure(node: Measure) -> Sql:
    if node.function == "turns":
        return f"turns_of({_BODY}) {node.op} ?", [node.number]
    sql, values = f"{_MEASURES[node.function]}({_BODY}, ?) {node.op} ?", [node.field, node.number]
    if node.function == "len" and node.op in (">", ">=", "=") and node.number > 0:
        # No text is longer than the JSON that holds it.
        return f"case when length({_BODY}) >= ? then {sql} else 0 end", [math.floor(node.number), *values]
    return sql, values


def _word(node: Word, scope: Scope) -> Sql:
    quoted = '"' + node.text.replace("\0", " ").replace('"', '""') + '"'
    words = "e.seq in (select rowid from words where words match ? and rowid between ? and ?)"
    return words, [quoted, *scope.window]


def condition(node: Node, scope: Scope = Scope()) -> Sql:  # noqa: B008 - it is never changed
    """The SQL condition of a tree and its parameters."""
    if isinstance(node, And | Or):
        parts = [condition(part, scope) for part in node.nodes]
        joined = (" and " if isinstance(node, And) else " or ").join(f"({sql})" for sql, _ in parts)
        return joined, [value for _, values in parts for value in values]
    if isinstance(node, Not):
        sql, values = condition(node.node, scope)
        return f"not ({sql})", values
    if isinstance(node, Term):
        return _term(node, scope)
    if isinstance(node, Measure):
        return _measure(node)
    if isinstance(node, Number):
        return "e.seq = ?", [min(node.seq, 2**63 - 1)]
    return _word(node, scope)
