"""The filter language: a line of text in, an expression tree out. The workspace turns the tree into SQL.

    query := or        or := and ("or" and)*      and := not+       not := ["-" | "not"] atom
    atom  := "(" query ")" | word | "quoted words" | "#" number | field op value | fn "(" field ")" op number
    op    := ":" | "=" | "!=" | "<" | "<=" | ">" | ">=" | "~" (contains) | "!~" (does not)     value ~ /regex/
    tail  := order:seq | order:priority | order:len | order:cluster | order:sim | order:random(7)      limit:100

Examples: ``status:pending finding:CON001``, ``-label:billing out~"escalate"``, ``len(out)>2000 or edited:yes``.
``finding:FMT004/Answer`` takes findings whose rule holds that word, ``finding="FMT004/starts with 'Answer:'"`` those
with exactly this code and rule. Values take commas (``status:pending,fix``)
and `none`. Words and quoted words are looked up in input and output. ``cluster:12`` takes the examples that findings
tie to #12, ``sim:12`` those that are near it, ``order:sim`` the nearest first; ``disagree:yes`` those that reviewers
judged differently; ``tag:yes`` those that were tagged in this session of review.

``lang:de`` takes outputs in German. It is told each time from the small words and the script of the output as it stands
(`curator.languages`, as the check TXT010 tells it; no model, nothing stored), so it needs no check to have run;
``lang:none`` are outputs too short or too mixed to tell, and code. ``dup:exact`` takes the examples that standing
findings tie together as copies, the first one too (DUP001); ``dup:near`` those nearly the same (DUP002),
``dup:paraphrase`` the same in other words (DUP003 and on), ``dup:yes`` all of them.
"""

import math
import re
from array import array
from collections.abc import Callable
from typing import Any

from msgspec import Struct

from curator.errors import QueryError

FIELDS = (
    "status",
    "finding",
    "sev",
    "label",
    "route",
    "in",
    "out",
    "sys",
    "any",
    "src",
    "by",
    "edited",
    "split",
    "note",
    "id",
    "cluster",
    "sim",
    "lang",
    "dup",
    "disagree",
    "tag",
)
FUNCTIONS = ("len", "tok", "lines", "turns")
#: The codes of `curator.languages`, in their order: written out, because a command line that asks for none loads none.
LANGUAGES = tuple(
    "ar bg bn cs da de el en es fa fi fr he hi hu hy id it ja ka ko nl pl pt ro ru sv ta te th tr uk ur vi zh".split()
)
ORDERS = ("seq", "priority", "len", "cluster", "sim", "random")
CHOICES: dict[str, tuple[str, ...]] = {
    "status": ("pending", "accepted", "rejected", "fix"),
    "sev": ("error", "warning", "info", "any", "none"),
    "route": ("train", "rag"),
    "edited": ("yes", "no"),
    "split": ("train", "validation", "test", "none"),
    "lang": (*LANGUAGES, "any", "none"),
    "dup": ("yes", "no", "exact", "near", "paraphrase", "any", "none"),
    "disagree": ("yes", "no"),
    "tag": ("yes", "no"),
}
WORDS_FOR = {"cluster": ("any", "none")}
_SEARCHED = ("in", "out", "sys", "any", "note", "src", "by", "label", "finding")
_AMOUNT = re.compile(r"[0-9]+(_[0-9]+)*(\.[0-9]+)?k?")
#: A filter with more conditions, or deeper in brackets, is no longer one that somebody typed; SQLite stops at 1,000.
MOST, DEEPEST = 200, 50


class Word(Struct, frozen=True):
    """A word, or words in quotes, in the input or the output."""

    text: str


class Number(Struct, frozen=True):
    """The example with this number in the workspace."""

    seq: int


class Term(Struct, frozen=True):
    """A field compared with values. `op` is one of ``: = != < <= > >= ~ !~ ~/``."""

    field: str
    op: str
    values: tuple[str, ...]


class Measure(Struct, frozen=True):
    """A counted length compared with a number: characters, lines or turns of a field."""

    function: str
    field: str
    op: str
    number: float


class Not(Struct, frozen=True):
    """What does not match."""

    node: "Node"


class And(Struct, frozen=True):
    """What matches all."""

    nodes: tuple["Node", ...]


class Or(Struct, frozen=True):
    """What matches any."""

    nodes: tuple["Node", ...]


Node = Word | Number | Term | Measure | Not | And | Or


class Query(Struct, frozen=True):
    """A parsed filter: the tree (None for everything), the order, the limit, and the text it came from."""

    where: Node | None = None
    order: str = "seq"
    seed: int = 0
    limit: int | None = None
    text: str = ""
    tagged: "array[int] | None" = None
    """The numbers that ``tag:yes`` means, in their order; None outside of a session of review."""


_TOKEN = re.compile(
    r"""(?P<space>\s+)
      | (?P<open>\() | (?P<close>\))
      | (?P<number>\#\d+)
      | (?P<measure>(?P<function>\w+)\((?P<measured>\w*)\)\s*(?P<mop><=|>=|!=|=|<|>|:)\s*(?P<amount>[^\s()]*))
      | (?P<term>(?P<field>\w+(?:\.[\w.\-]+)?)(?P<op>!~|~|<=|>=|!=|=|<|>|:)
            (?P<value>/(?:[^/\\]|\\.)*/|"(?:[^"\\]|\\.)*"|[^\s()"]+\(\d+\)|[^\s()"]*))
      | (?P<quoted>"(?:[^"\\]|\\.)*")
      | (?P<minus>-(?=[\w"(\#]))
      | (?P<unclosed>")
      | (?P<word>[^\s()"]+)
    """,
    re.VERBOSE,
)


class _Parser:
    def __init__(self, text: str) -> None:
        self.text = text
        self.tokens: list[tuple[str, re.Match[str]]] = []
        self.place = 0
        self.depth = 0
        self.order, self.seed = "seq", 0
        self.limit: int | None = None
        position = 0
        while position < len(text):
            match = _TOKEN.match(text, position)
            if match is None or match.lastgroup == "unclosed" or match["unclosed"]:
                raise QueryError("unclosed quote", text, position)
            kind = next(
                name
                for name in ("space", "open", "close", "number", "measure", "term", "quoted", "minus", "word")
                if match[name] is not None
            )
            if kind == "term" and match["value"].startswith('"') and not match["value"].endswith('"'):
                raise QueryError("unclosed quote", text, match.start("value"))
            position = match.end()
            if kind == "term" and not match["value"] and position < len(text) and text[position] == '"':
                raise QueryError("unclosed quote", text, position)
            if kind != "space":
                self.tokens.append((kind, match))
        if len(self.tokens) > MOST:
            raise self.fail(f"a filter has at most {MOST} parts", self.tokens[MOST][1])

    def fail(self, message: str, match: re.Match[str] | None = None, group: str = "") -> QueryError:
        position = len(self.text) if match is None else match.start(group) if group else match.start()
        return QueryError(message, self.text, position)

    def peek(self) -> str:
        if self.place >= len(self.tokens):
            return "end"
        kind, match = self.tokens[self.place]
        return match[0].lower() if kind == "word" and match[0].lower() in ("or", "and", "not") else kind

    def parse(self) -> Query:
        node = self.either() if self.tokens else None
        if self.place < len(self.tokens):
            raise self.fail("this bracket closes nothing", self.tokens[self.place][1])
        if self.order == "sim" and not uses(node, Term, "sim"):
            raise QueryError("order:sim needs sim:NUMBER", self.text, self.text.find("order:sim"))
        return Query(where=node, order=self.order, seed=self.seed, limit=self.limit, text=self.text)

    def either(self) -> Node | None:
        parts = [self.both()]
        while self.peek() == "or":
            word = self.tokens[self.place][1]
            self.place += 1
            parts.append(self.both())
            if parts[-1] is None or parts[-2] is None:
                raise self.fail("'or' needs something on both sides", word)
        nodes = tuple(part for part in parts if part is not None)
        return nodes[0] if len(nodes) == 1 else Or(nodes) if nodes else None

    def both(self) -> Node | None:
        nodes: list[Node] = []
        while self.peek() not in ("end", "close", "or"):
            if self.peek() == "and":
                self.place += 1
                continue
            node = self.negated()
            if node is not None:
                nodes.append(node)
        return None if not nodes else nodes[0] if len(nodes) == 1 else And(tuple(nodes))

    def negated(self) -> Node | None:
        if self.peek() in ("minus", "not"):
            sign = self.tokens[self.place][1]
            self.place += 1
            if self.peek() in ("end", "close", "or", "and"):
                raise self.fail("nothing follows the 'not'", sign)
            node = self.deeper(self.negated, sign)
            if node is None:
                raise self.fail("an order or a limit cannot be negated", sign)
            return Not(node)
        return self.atom()

    def deeper(self, parse: Callable[[], Node | None], match: re.Match[str]) -> Node | None:
        self.depth += 1
        if self.depth > DEEPEST:
            raise self.fail(f"a filter is at most {DEEPEST} brackets deep", match)
        node = parse()
        self.depth -= 1
        return node

    def atom(self) -> Node | None:
        kind, match = self.tokens[self.place]
        self.place += 1
        if kind == "open":
            inner = self.deeper(self.either, match)
            if self.peek() != "close":
                raise self.fail("this bracket is not closed", match)
            self.place += 1
            if inner is None:
                raise self.fail("these brackets are empty", match)
            return inner
        if kind == "number":
            return Number(int(match[0][1:]))
        if kind == "measure":
            return self.measure(match)
        if kind == "term":
            return self.term(match)
        word = _unquote(match[0])
        if not word.strip():
            raise self.fail("there is nothing between these quotes", match)
        return Word(word)

    def measure(self, match: re.Match[str]) -> Node:
        function, measured = match["function"], match["measured"] or "any"
        if function not in FUNCTIONS:
            raise self.fail(f"there is no {function}(); there are {', '.join(FUNCTIONS)}", match)
        if measured not in ("in", "out", "sys", "any"):
            raise self.fail("lengths are of in, out, sys or any", match, "measured")
        amount = match["amount"]
        if not _AMOUNT.fullmatch(amount):
            raise self.fail("a number belongs here", match, "amount")
        number = float(amount.rstrip("k").replace("_", "")) * (1000 if amount.endswith("k") else 1)
        return Measure(function, measured, "=" if match["mop"] == ":" else match["mop"], number)

    def term(self, match: re.Match[str]) -> Node | None:
        name, op, value = match["field"], match["op"], match["value"]
        if name in ("order", "limit"):
            self.tail(name, value, match)
            return None
        if name not in FIELDS and not name.startswith("meta."):
            raise self.fail(f"there is no field {name!r}; there are {', '.join(FIELDS)}, meta.NAME", match)
        if not value:
            raise self.fail("a value belongs here", match, "value")
        if op in ("~", "!~"):
            return self.contains(name, op, value, match)
        if op in ("<", "<=", ">", ">=") and name not in ("sev", "id") and not name.startswith("meta."):
            raise self.fail(f"{name} has no order; use : or ~", match, "op")
        values = (_unquote(value),) if value.startswith('"') else tuple(part for part in value.split(",") if part)
        if not values:
            raise self.fail("a value belongs here", match, "value")
        if op == ":" and name == "sev" and value[0] in "<>":
            op = value[: 2 if value[1:2] == "=" else 1]
            values = (value[len(op) :],)
        self.check_values(name, op, values, match)
        return Term(name, op, values)

    def check_values(self, name: str, op: str, values: tuple[str, ...], match: re.Match[str]) -> None:
        allowed = CHOICES.get(name)
        if op in ("<", "<=", ">", ">="):
            if len(values) > 1:
                raise self.fail(f"{op} compares with one value", match, "value")
            if name.startswith("meta.") and not _is_number(values[0]):
                raise self.fail("a number belongs here", match, "value")
        for part in values:
            if allowed is not None and part not in allowed:
                raise self.fail(f"{name} is one of {', '.join(allowed)}", match, "value")
            numbered = name == "id" or (name in ("cluster", "sim") and part not in WORDS_FOR.get(name, ()))
            if numbered and not (part.isascii() and part.isdigit()):
                an = "an id" if name == "id" else f"what follows {name}:"
                raise self.fail(f"{an} is a number", match, "value")

    def contains(self, name: str, op: str, value: str, match: re.Match[str]) -> Node:
        if name not in _SEARCHED and not name.startswith("meta."):
            raise self.fail(f"{name} holds no text to search; use :", match, "op")
        if value.startswith("/") and value.endswith("/") and len(value) > 2:
            try:
                re.compile(value[1:-1])
            except re.error as error:
                raise self.fail(f"no regular expression: {error}", match, "value") from None
            node: Node = Term(name, "~/", (value[1:-1],))
        else:
            node = Term(name, "~", (_unquote(value),))
        return Not(node) if op == "!~" else node

    def tail(self, name: str, value: str, match: re.Match[str]) -> None:
        if name == "limit":
            if not (value.isascii() and value.isdigit() and len(value) < 19):
                raise self.fail("a limit is a whole number from 0 on", match, "value")
            self.limit = int(value)
            return
        order, _, seed = value.rstrip(")").partition("(")
        if order not in ORDERS:
            raise self.fail(f"an order is one of {', '.join(ORDERS)}", match, "value")
        if order != "random" and "(" in value:
            raise self.fail("only random takes a seed, as in order:random(7)", match, "value")
        if self.text.startswith("(", match.end()):
            reason = "a seed is a number" if order == "random" else "only random takes a seed"
            raise QueryError(f"{reason}, as in order:random(7)", self.text, match.end())
        self.order, self.seed = order, int(seed or 0)


def _is_number(text: str) -> bool:
    try:
        return math.isfinite(float(text))
    except ValueError:
        return False


def _unquote(text: str) -> str:
    if len(text) >= 2 and text.startswith('"') and text.endswith('"'):
        return re.sub(r"\\(.)", r"\1", text[1:-1])
    return text


def parse(text: str) -> Query:
    """The query that a line of text says; an empty line is everything. Raises `QueryError` with the position."""
    return _Parser(text).parse()


def uses(node: Node | None, kind: type[Any], field: str = "") -> bool:
    """Whether a tree has a node of this kind anywhere, of this field where one is named."""
    if isinstance(node, Not):
        return uses(node.node, kind, field)
    if isinstance(node, And | Or):
        return any(uses(part, kind, field) for part in node.nodes)
    return isinstance(node, kind) and (not field or getattr(node, "field", "") == field)


def near_to(node: Node | None) -> list[int]:
    """The numbers that a tree asks for what is near them."""
    return [int(value) for term in terms(node) if term.field == "sim" for value in term.values]


def terms(node: Node | None) -> list[Term]:
    """The fields that a tree compares with values, in their order."""
    if isinstance(node, Not):
        return terms(node.node)
    if isinstance(node, And | Or):
        return [term for part in node.nodes for term in terms(part)]
    return [node] if isinstance(node, Term) else []


def ordered(text: str, order: str) -> str:
    """The filter with another order, in words; the order of numbers is no word. Raises `QueryError`."""
    parser = _Parser(text)
    kept, at = "", 0
    for kind, match in parser.tokens:
        if kind == "term" and match["field"] == "order":
            kept, at = kept + text[at : match.start()], match.end()
    kept = (kept + text[at:]).strip()
    return kept if order == "seq" else f"{kept} order:{order}".strip()
