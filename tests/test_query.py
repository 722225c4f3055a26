"""The filter language: what it means, where it goes wrong, and that SQL says the same as plain Python."""

from array import array
from collections.abc import Iterator
from itertools import pairwise
from pathlib import Path

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st
from msgspec.structs import replace

from curator.errors import QueryError
from curator.languages import NAMES, prose_language
from curator.model import Entry, Finding, Severity
from curator.query import CHOICES, LANGUAGES, And, Measure, Node, Not, Number, Or, Query, Term, Word, ordered, parse
from curator.workspace import Change, StoredFinding, Workspace
from curator.workspace.where import FOLDED
from tests.workspace.filling import example as pair
from tests.workspace.filling import fill

PENDING = Term("status", ":", ("pending",))


@pytest.mark.parametrize(
    ("text", "where"),
    [
        ("", None),
        ("  ", None),
        ("refund", Word("refund")),
        ('"my refund"', Word("my refund")),
        (r'"say \"hi\""', Word('say "hi"')),
        ("#88213", Number(88213)),
        ("status:pending", PENDING),
        ("status=pending", Term("status", "=", ("pending",))),
        ("status:pending,fix", Term("status", ":", ("pending", "fix"))),
        ("status!=fix", Term("status", "!=", ("fix",))),
        ("-status:pending", Not(PENDING)),
        ("not status:pending", Not(PENDING)),
        ("not -status:pending", Not(Not(PENDING))),
        ("a b", And((Word("a"), Word("b")))),
        ("a and b", And((Word("a"), Word("b")))),
        ("a or b c", Or((Word("a"), And((Word("b"), Word("c")))))),
        ("(a or b) c", And((Or((Word("a"), Word("b"))), Word("c")))),
        ("-(a b)", Not(And((Word("a"), Word("b"))))),
        ("sev>=warning", Term("sev", ">=", ("warning",))),
        ("sev:>=warning", Term("sev", ">=", ("warning",))),
        ('out~"escalate now"', Term("out", "~", ("escalate now",))),
        ("out!~escalate", Not(Term("out", "~", ("escalate",)))),
        (r"out~/a b\d+/", Term("out", "~/", (r"a b\d+",))),
        ("len(out)>2000", Measure("len", "out", ">", 2000)),
        ("len(out)>1.5k", Measure("len", "out", ">", 1500)),
        ("lines()<=2", Measure("lines", "any", "<=", 2)),
        ("turns():3", Measure("turns", "any", "=", 3)),
        ("meta.ticket>7", Term("meta.ticket", ">", ("7",))),
        ("meta.user.name:Ana", Term("meta.user.name", ":", ("Ana",))),
        ("label:topic=billing", Term("label", ":", ("topic=billing",))),
        ("tok(in)>100", Measure("tok", "in", ">", 100)),
        ("cluster:12", Term("cluster", ":", ("12",))),
        ("cluster:any", Term("cluster", ":", ("any",))),
        ("sim:12 order:sim", Term("sim", ":", ("12",))),
        ("disagree:yes", Term("disagree", ":", ("yes",))),
        ("tag:no", Term("tag", ":", ("no",))),
        ("lang:de,none", Term("lang", ":", ("de", "none"))),
        ("-lang:en dup!=near", And((Not(Term("lang", ":", ("en",))), Term("dup", "!=", ("near",))))),
        ("order:len", None),
    ],
)
def test_what_a_filter_says(text: str, where: Node | None) -> None:
    assert parse(text).where == where


def test_a_tail_orders_and_limits() -> None:
    assert parse("a order:random(7) limit:100") == Query(Word("a"), "random", 7, 100, "a order:random(7) limit:100")


@pytest.mark.parametrize(
    ("text", "position", "reason"),
    [
        ('"x', 0, "unclosed quote"),
        ('out~"x', 4, "unclosed quote"),
        ("(a", 0, "not closed"),
        ("a )", 2, "closes nothing"),
        ("a ()", 2, "brackets are empty"),
        ("a or", 2, "both sides"),
        ("or a", 0, "both sides"),
        ("a not", 2, "nothing follows"),
        ("status:done", 7, "one of pending"),
        ("status:", 7, "a value belongs here"),
        ("status:,", 7, "a value belongs here"),
        ("label:,", 6, "a value belongs here"),
        ("colour:red", 0, "there is no field 'colour'"),
        ("note>3", 4, "has no order"),
        ("sev>=error,warning", 5, "one value"),
        ("status~acc", 6, "holds no text"),
        ("out~/(/", 4, "no regular expression"),
        ("len(out)>x", 9, "a number belongs here"),
        ("len(out)>nan", 9, "a number belongs here"),
        ("len(out)>1kk", 9, "a number belongs here"),
        ("len(note)>3", 4, "lengths are of"),
        ("size(out)>3", 0, "there is no size()"),
        ("meta.k>abc", 7, "a number belongs here"),
        ("id:²", 3, "an id is a number"),
        ("lang:deutsch", 5, "lang is one of ar, bg, bn"),
        ("lang~de", 4, "holds no text to search; use :"),
        ("lang>de", 4, "lang has no order"),
        ("dup:2", 4, "dup is one of yes, no, exact, near, paraphrase, any, none"),
        ("cluster:x", 8, "what follows cluster: is a number"),
        ("sim:any", 4, "what follows sim: is a number"),
        ("order:sim", 0, "needs sim:NUMBER"),
        ("limit:ten", 6, "a limit is a whole number from 0 on"),
        ("limit:99999999999999999999", 6, "a limit is a whole number from 0 on"),
        ("order:colour", 6, "an order is one of"),
        ("order:len(3)", 6, "only random takes a seed"),
        ("a order:random(x)", 14, "a seed is a number, as in order:random(7)"),
        ("order:random()", 12, "a seed is a number"),
        ("order:random(-1) b", 12, "a seed is a number"),
        ("order:len(x)", 9, "only random takes a seed"),
        ("-order:len", 0, "cannot be negated"),
        ('a ""', 2, "nothing between these quotes"),
        ("(" * 60 + "a" + ")" * 60, 50, "at most 50"),
        ("not " * 60 + "a", 200, "at most 50"),
        ("a " * 300, 400, "at most 200"),
    ],
)
def test_where_a_filter_goes_wrong(text: str, position: int, reason: str) -> None:
    with pytest.raises(QueryError) as caught:
        parse(text)
    assert caught.value.position == position
    assert reason in caught.value.reason
    assert str(caught.value).splitlines()[-1] == " " * (position + 2) + "^"


@given(st.text('ab:()"-~/<>=!#,. \\0kor\n', max_size=30))
def test_any_text_is_a_filter_or_an_error_with_a_place(text: str) -> None:
    position = 0
    try:
        parse(text)
    except QueryError as error:
        position = error.position
    assert 0 <= position <= len(text)


# -- the same in plain Python --------------------------------------------------------------------------------------


def value_text(value: object) -> str | None:
    return {True: "true", False: "false"}.get(value, str(value)) if value is not None else None  # type: ignore[call-overload]


class World:
    """A small workspace in which every field has something to tell apart."""

    def __init__(self, path: Path) -> None:
        self.ws = Workspace.create(path)
        ws = self.ws
        fill(ws, [
            pair("Can I return my order?", "Yes, within 30 days.", ticket=7, vip=True, user={"name": "Ana"}),
            pair("Where is my ORDER", "On its way.\nWait.", ticket=70, vip=False),
            pair("straße 5%", "a_b % '); drop table event; --", ticket=None),
            pair("", ""),
            pair("nul\0inside", "Yes\0no\nmaybe"),
            pair("Can I return my order?", "No."),
        ], name="train.jsonl")  # fmt: skip
        fill(ws, [pair(f"question {n}", "x" * n * 3) for n in range(5)], name="data/100%_test.jsonl", split="test")
        fill(ws, [pair("q", "order"), pair("gone", "gone")], name="gone.jsonl")
        fill(ws, [pair("q", "order")], name="gone.jsonl", retire=True)
        ws.log.record([Change(seq, "status", "accepted") for seq in (1, 3, 8)], actor="ana")
        ws.log.record([Change(1, "status", "rejected"), Change(1, "note", "50% off?")], actor="ben")
        ws.log.record([Change(2, "labels", {"topic": "billing", "urgent": True, "tags": ["a", "b"]})], actor="ana")
        ws.log.record(
            [Change(5, "route", "rag"), Change(6, "split", "validation"), Change(7, "split", "train")], actor="ben"
        )
        ws.log.record([Change(6, "messages[1].content", "Yes, an order", 0), Change(9, "status", "fix")], actor="ana")
        ws.log.record([Change(2, "note", "none"), Change(10, "labels", {"topic": "ORDER"})], actor="o'neil")
        run = ws.findings.begin_run({"TXT001": ("error", "empty-output"), "DUP001": ("warning", "exact-duplicate"),
                                     "LEN001": ("info", "short_output")})  # fmt: skip
        names = dict(zip(range(1, 13), ws.examples.ids_of(range(1, 13)), strict=True))
        run.add([Finding("TXT001", names[4], "empty"), Finding("DUP001", names[1], "same as #6", 0.5),
                 Finding("DUP001", names[6], "same as #1", 0.9, related=(names[3],)),
                 Finding("LEN001", names[1], "short", 0.1), Finding("LEN001", names[7], "very short"),
                 Finding("TXT001", None, "a set")])  # fmt: skip
        run.finish()
        ws.log.record([Change(7, "messages[1].content", "longer", 0)], actor="ana")
        self.entries = [entry for batch in ws.examples.batches() for entry in batch]
        self.original = {entry.seq: ws.examples.original(entry.seq) for entry in self.entries}
        self.findings = {
            seq: [found for found in stored if not found.stale]
            for seq, stored in ws.findings.of_many([entry.seq for entry in self.entries]).items()
        }

    # -- what a tree means, with no SQL --

    def selects(self, node: Node | None, entry: Entry) -> bool:
        if node is None:
            return True
        if isinstance(node, Not):
            return not self.selects(node.node, entry)
        if isinstance(node, And):
            return all(self.selects(part, entry) for part in node.nodes)
        if isinstance(node, Or):
            return any(self.selects(part, entry) for part in node.nodes)
        if isinstance(node, Number):
            return entry.seq == node.seq
        if isinstance(node, Measure):
            return self.measures(node, entry)
        if isinstance(node, Term):
            return self.term(node, entry)
        raise AssertionError(node)

    @staticmethod
    def text(field: str, entry: Entry) -> str:
        if field == "any":
            return "\n\n".join(message.text for message in entry.example.messages)
        return {
            "in": entry.example.input_text, "out": entry.example.output_text, "sys": entry.example.system,
            "note": entry.state.note, "src": entry.example.provenance.source, "by": entry.state.reviewer or "",
        }[field]  # fmt: skip

    def measures(self, node: Measure, entry: Entry) -> bool:
        text = self.text(node.field, entry)
        users = sum(message.role == "user" for message in entry.example.messages)
        return compare(
            {"len": len(text), "lines": text.count("\n") + 1, "turns": users}[node.function], node.op, node.number
        )

    def term(self, term: Term, entry: Entry) -> bool:
        if term.op == "~":
            if term.field == "finding":
                return any(term.values[0].casefold() in found.finding.message for found in self.found(entry))
            return term.values[0].casefold() in self.text(term.field, entry).casefold()
        if term.op in ("<", "<=", ">", ">="):
            return self.ordered(term, entry)
        if term.op == "!=":
            return not any(self.equals(term.field, "=", value, entry) for value in term.values)
        return any(self.equals(term.field, term.op, value, entry) for value in term.values)

    def ordered(self, term: Term, entry: Entry) -> bool:
        if term.field == "id":
            return compare(entry.seq, term.op, int(term.values[0]))
        if term.field == "sev":
            wanted = {"any": 0, "none": 0}.get(term.values[0]) or getattr(
                Severity, term.values[0].upper(), Severity.INFO
            ).rank
            wanted = 0 if term.values[0] in ("any", "none") else wanted
            return any(compare(Severity(found.severity).rank, term.op, wanted) for found in self.found(entry))
        value = entry.example.metadata.get(term.field[5:])
        return isinstance(value, int) and not isinstance(value, bool) and compare(value, term.op, float(term.values[0]))

    def found(self, entry: Entry) -> list[StoredFinding]:
        return self.findings.get(entry.seq, [])

    def equals(self, field: str, op: str, value: str, entry: Entry) -> bool:
        state = entry.state
        if field in ("status", "route"):
            return bool(getattr(state, field) == value)
        if field == "by":
            return state.reviewer == (None if value == "none" else value)
        if field == "split":
            return (state.split or entry.example.source_split) == (None if value == "none" else value)
        if field == "edited":
            return (entry.example != self.original[entry.seq]) == (value == "yes")
        if field == "id":
            return entry.seq == int(value)
        if field == "label":
            return label_is(state.labels, value)
        if field in ("finding", "sev", "lang", "dup"):
            return self.finding_is(field, value, entry)
        if field == "note" and value in ("any", "none"):
            return bool(state.note) == (value == "any")
        if field.startswith("meta."):
            held: object = entry.example.metadata
            for part in field[5:].split("."):
                held = held.get(part) if isinstance(held, dict) else None
            return value_text(held) == (None if value == "none" else value)
        text = self.text(field, entry)
        return text == value if op == "=" else value.casefold() in text.casefold()

    def is_copy(self, value: str, entry: Entry) -> bool:
        """Only copies of the kind `exact` were found in this world."""
        found = [found for several in self.findings.values() for found in several if found.finding.code == "DUP001"]
        copies = {seq for one in found for seq in (one.seq, *one.related)}
        return value in ("yes", "any", "exact") if entry.seq in copies else value in ("no", "none")

    def finding_is(self, field: str, value: str, entry: Entry) -> bool:
        if field == "lang":
            told = prose_language(entry.example.output_text)
            return told is not None if value == "any" else (told or "none") == value
        if field == "dup":
            return self.is_copy(value, entry)
        if value in ("any", "none"):
            return bool(self.found(entry)) == (value == "any")
        if field == "sev":
            return any(found.severity == value for found in self.found(entry))
        return any(
            found.finding.code.startswith(value.upper()) or value.lower() in found.check for found in self.found(entry)
        )


def label_is(labels: dict[str, object], value: str) -> bool:
    if value in ("any", "none"):
        return bool(labels) == (value == "any")
    name, equals, wanted = value.partition("=")
    if equals:
        return value_text(labels.get(name)) == wanted
    flat = [*labels, *(item for held in labels.values() for item in (held if isinstance(held, list) else [held]))]
    return value in [value_text(item) for item in flat]


def compare(left: float, op: str, right: float) -> bool:
    return {"=": left == right, "!=": left != right, "<": left < right, "<=": left <= right,
            ">": left > right, ">=": left >= right}[op]  # fmt: skip


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory) -> Iterator[World]:
    made = World(tmp_path_factory.mktemp("query") / "world.curator")
    yield made
    made.ws.close()


TEXTS = ["order", "ORDER", "a_b", "%", "_", "'", "'); drop table event; --", "straße", "STRASSE", "\0", "none", "any",
         "Yes\0no", "yes", "On its way.\nWait.", "\\", '"', "50% off?", "billing", "ana", "ben", "o'neil"]  # fmt: skip


def term(fields: str, ops: str, *values: str | tuple[str, ...]) -> st.SearchStrategy[Term]:
    """Terms of these fields and operators; a value is one word or several."""
    given = [value if isinstance(value, tuple) else (value,) for value in values]
    return st.builds(Term, st.sampled_from(fields.split()), st.sampled_from(ops.split()), st.sampled_from(given))


terms = st.one_of(
    term("status", ": = !=", "pending", "accepted", ("pending", "fix"), ("rejected", "accepted")),
    term("route", ": !=", "rag", "train", ("rag", "train")),
    term("split", ": = !=", "train", "test", "none", ("validation", "none")),
    term("edited", ": !=", "yes", "no", ("yes", "no")),
    term("lang", ": = !=", "en", "none", "any", ("de", "none")),
    term("dup", ": = !=", "yes", "no", "exact", "near", ("near", "exact"), ("no", "exact"), "any", "none"),
    term("id", ": != < <= > >=", "3", "0", "99999999999999999999999"),
    term("sev", ": != < <= > >=", "error", "warning", "info", "any", "none"),
    term("finding", ": !=", "DUP", ("txt001", "len"), "exact", "any", "none", "%", "_", "x"),
    term("finding", "~", "same", "#6", "short", "zzz"),
    term("label", ": !=", "topic", "billing", "topic=billing", "urgent=true", "urgent=1", "true", "any", "none", "'",
         ("b", "ORDER")),
    term("in out sys any note", ": = !=", *TEXTS, ("order", "_"), ("none", "yes")),
    term("in out sys any note src by", "~", *TEXTS),
    term("src", ": = !=", "train", "train.jsonl", "%", "_", ("data/100%_test.jsonl", "x")),
    term("by", ": !=", "ana", "none", ("ben", "o'neil")),
    term("meta.ticket", "< <= > >=", "7", "8.5", "-1"),
    term("meta.ticket meta.vip meta.user.name meta.none", ": = !=", "7", "true", "Ana", "none", "1", ("70", "none")),
)  # fmt: skip
measures = st.builds(
    Measure, st.sampled_from(["len", "lines", "turns"]), st.sampled_from(["in", "out", "sys", "any"]),
    st.sampled_from(["=", "!=", "<", "<=", ">", ">="]), st.sampled_from([0, 1, 2, 6, 11, 12.5]),
)  # fmt: skip
nodes: st.SearchStrategy[Node] = st.recursive(
    terms | measures | st.builds(Number, st.sampled_from([0, 1, 7, 12, 13, 2**70])),
    lambda inner: st.one_of(
        st.builds(Not, inner),
        st.builds(And, st.lists(inner, min_size=1, max_size=3).map(tuple)),
        st.builds(Or, st.lists(inner, min_size=1, max_size=3).map(tuple)),
    ),
    max_leaves=6,
)


@given(node=nodes)
@settings(max_examples=600, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@example(node=Not(Term("by", ":", ("ana",))))
@example(node=Not(Term("split", ":", ("train",))))
@example(node=Term("meta.ticket", "!=", ("7",)))
def test_a_compiled_filter_selects_what_plain_python_selects(world: World, node: Node) -> None:
    query = Query(where=node)
    expected = [entry.seq for entry in world.entries if world.selects(node, entry)]
    assert list(world.ws.examples.ids(query)) == expected
    assert world.ws.examples.count(query) == len(expected)
    assert list(world.ws.examples.found(query)) == expected
    assert [entry.seq for entry in world.ws.examples.stream(Query(where=node, limit=2))] == expected[:2]


def written(node: Node) -> str:
    """A tree as somebody would write it."""
    if isinstance(node, Not):
        return f"-({written(node.node)})"
    if isinstance(node, And | Or):
        return "(" + (" or " if isinstance(node, Or) else " ").join(map(written, node.nodes)) + ")"
    assert isinstance(node, Term)
    return f"{node.field}{node.op}{','.join(node.values)}"


def chosen(field: str, values: tuple[str, ...]) -> st.SearchStrategy[Node]:
    given = st.lists(st.sampled_from(values), min_size=1, max_size=4).map(tuple)
    return st.builds(Term, st.just(field), st.sampled_from((":", "=", "!=")), given)


@given(
    st.recursive(
        st.one_of([chosen(field, CHOICES[field]) for field in ("lang", "dup", "status", "split")]),
        lambda inner: st.one_of(
            st.builds(Not, inner),
            st.builds(And, st.lists(inner, min_size=2, max_size=3).map(tuple)),
            st.builds(Or, st.lists(inner, min_size=2, max_size=3).map(tuple)),
        ),
        max_leaves=6,
    )
)
def test_what_is_written_is_read_as_it_was_meant(node: Node) -> None:
    assert parse(written(node)).where == node


def test_every_language_that_can_be_told_can_be_asked_for() -> None:
    assert tuple(sorted(NAMES)) == LANGUAGES


def test_the_language_of_an_output_is_told_as_it_stands(tmp_path: Path) -> None:
    with Workspace.create(tmp_path / "tongues.curator") as ws:
        fill(ws, [pair("Wann öffnet ihr?", "Wir öffnen um neun Uhr und schließen um sechs."),
                  pair("When do you open?", "We open at nine and we close at six."),
                  pair("Tell me in JSON", '{"hours": "we open at nine and close at six"}'),
                  pair("Where?", "Berlin")])  # fmt: skip
        assert [list(ws.examples.ids(parse(f"lang:{code}"))) for code in ("de", "en", "none")] == [[1], [2], [3, 4]]
        assert list(ws.examples.ids(parse("lang:any -lang:de"))) == [2]
        ws.log.record([Change(1, "messages[1].content", "On our site you will find when we are open.", 0)], actor="ana")
        assert list(ws.examples.ids(parse("lang:en"))) == [1, 2]


def test_copies_are_found_with_the_first_one_and_by_kind(tmp_path: Path) -> None:
    from curator.operations.check import check

    with Workspace.create(tmp_path / "copies.curator") as ws:
        asked = "Where do i find the invoice of my last order from the shop"
        told = "You find every invoice in your account under orders, where it stands beside the order."
        fill(ws, [pair(asked, told), pair("Is it open?", "No."), pair(asked, told), pair(f"Hi, {asked}s?", told),
                  pair(asked, told)])  # fmt: skip
        assert not ws.examples.count(parse("dup:yes"))
        for _ in check(ws):
            pass
        assert list(ws.examples.ids(parse("dup:exact"))) == [1, 3, 5]
        assert 4 in ws.examples.ids(parse("dup:near"))
        assert list(ws.examples.ids(parse("dup:yes"))) == [1, 3, 4, 5]
        assert list(ws.examples.ids(parse("-dup:any"))) == list(ws.examples.ids(parse("dup:no"))) == [2]
        later = list(ws.examples.ids(parse("finding:DUP001")))
        assert list(ws.examples.ids(parse("dup:exact -finding:DUP001"))) == [1]
        assert later == [3, 5]


def ids(world: World, text: str) -> list[int]:
    return list(world.ws.examples.ids(parse(text)))


def test_words_are_found_in_what_stands(world: World) -> None:
    assert world.ws.examples.count(parse("order")) == 4
    assert ids(world, "order") == [1, 2, 6, 12]
    assert ids(world, '"my order"') == [1, 2, 6]
    assert ids(world, "longer -order") == [7]
    assert ids(world, "xxx or maybe") == [5, 8]


def test_hostile_words_are_only_words(world: World) -> None:
    for text in ("' or 1=1 --", "x\0y", "a*", "NEAR(a b)", "input:order", "^order", "-", "*", "{", "?!"):
        quoted = '"' + text.replace("\\", "\\\\").replace('"', '\\"') + '"'
        world.ws.examples.ids(parse(quoted))
        world.ws.examples.count(parse(f"out~{quoted} or note:{quoted} or meta.k:{quoted} or by:{quoted}"))
    assert world.ws.verify() == []
    assert world.ws.examples.count() == len(world.entries)


def test_orders(world: World) -> None:
    everything = [entry.seq for entry in world.entries]
    lengths = {entry.seq: len(entry.example.output_text) for entry in world.entries}
    assert ids(world, "order:len") == sorted(everything, key=lambda seq: (-lengths[seq], seq))
    assert ids(world, "order:priority")[:4] == [4, 6, 1, 2]
    first, again, second = ids(world, "order:random(1)"), ids(world, "order:random(1)"), ids(world, "order:random(2)")
    assert first == again
    assert sorted(first) == sorted(second) == everything
    assert first != second != everything
    gaps = {(right - left) % len(everything) for left, right in pairwise(first)}
    assert len(gaps) > 3, "a rotation of the same order is no other sample"
    assert ids(world, "order:random(99999999999999999999999)")
    assert ids(world, "status:accepted order:len limit:1") == [3]


@pytest.mark.parametrize(
    ("text", "order", "expected"),
    [
        ("", "len", "order:len"),
        ("status:pending order:len", "seq", "status:pending"),
        ("order:random(7) status:pending", "priority", "status:pending order:priority"),
        ('out~"order:len"', "cluster", 'out~"order:len" order:cluster'),
    ],
)
def test_a_filter_is_given_another_order(text: str, order: str, expected: str) -> None:
    assert ordered(text, order) == expected


def test_what_a_body_spells_otherwise_is_found_all_the_same() -> None:
    found = [chr(code) for code in range(128, 0x110000) if any(letter.isascii() for letter in chr(code).casefold())]
    assert "".join(found) == FOLDED


@pytest.fixture
def tied(tmp_path: Path) -> Iterator[Workspace]:
    """Six examples: 1, 2 and 5 in one cluster, 3 and 6 in another, 4 alone."""
    with Workspace.create(tmp_path / "tied.curator") as ws:
        text = "Where is the parcel with the green bicycle that I ordered in March?"
        fill(ws, [pair(text, "On its way."), pair(text + " Hello?", "Lost."), pair("The \u212aelvin scale", "Yes."),
                  pair("Unrelated", "No."), pair(text, "Gone."), pair("the kelvin scale", "No.")])  # fmt: skip
        ids = ws.examples.ids_of(range(1, 7))
        run = ws.findings.begin_run({"CON001": ("error", "conflicting"), "LAB003": ("info", "doubtful")})
        run.add([Finding("CON001", ids[1], "x", related=(ids[0],)), Finding("CON001", ids[4], "x", related=(ids[1],)),
                 Finding("CON001", ids[5], "x", related=(ids[2],)),
                 Finding("LAB003", ids[3], "x", related=(ids[0],))])  # fmt: skip
        run.add_edges([(1, 2, "conflict", "CON001"), (2, 5, "conflict", "CON001"), (3, 6, "conflict", "CON001")])
        run.finish()
        yield ws


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("cluster:1", [1, 2, 5]),
        ("cluster:6", [3, 6]),
        ("cluster:4", [4]),
        ("cluster:any", [1, 2, 3, 5, 6]),
        ("cluster:none", [4]),
        ("order:cluster", [1, 2, 5, 3, 6, 4]),
        ("order:cluster limit:4 -#2", [1, 5, 3, 6]),
        ("sim:5 order:sim", [5, 1, 2]),
        ("sim:5", [1, 2, 5]),
        ("in~kelvin", [3, 6]),
        ("tok(out)>1", [1, 2, 3, 4, 5, 6]),
    ],
)
def test_clusters_and_what_is_near(tied: Workspace, text: str, expected: list[int]) -> None:
    assert list(tied.examples.ids(parse(text))) == expected
    assert list(tied.examples.found(parse(text))) == expected
    assert list(tied.examples.counting(parse(text)))[-1] == len(expected)


def test_reviewers_who_judged_differently(tied: Workspace) -> None:
    tied.log.record([Change(seq, "status", "accepted") for seq in (1, 2, 3)], actor="ana")
    tied.log.record([Change(1, "status", "rejected"), Change(2, "status", "accepted")], actor="ben")
    tied.log.record([Change(2, "labels", {"tone": "cold", "topic": "x"}), Change(4, "note", "later")], actor="ana")
    assert list(tied.examples.ids(parse("disagree:yes"))) == [1, 2]
    tied.log.record([Change(2, "labels", {"topic": "x", "tone": "cold"})], actor="ben")
    assert list(tied.examples.ids(parse("disagree:yes"))) == [1]
    assert list(tied.examples.ids(parse("disagree:no limit:2"))) == [2, 3]


def test_tags_are_of_a_session(tied: Workspace) -> None:
    tagged = replace(parse("tag:yes"), tagged=array("q", [6, 2]))
    assert list(tied.examples.ids(tagged)) == [2, 6]
    assert list(tied.examples.ids(replace(parse("tag:no"), tagged=array("q", [6, 2])))) == [1, 3, 4, 5]
    with pytest.raises(QueryError, match="in a session of review only"):
        tied.examples.ids(parse("tag:yes"))


def test_a_limit_holds_while_rows_come_bit_by_bit(tied: Workspace) -> None:
    assert list(tied.examples.found(parse("in~e limit:3"))) == [1, 2, 3]
