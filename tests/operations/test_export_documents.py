"""What is routed to RAG: documents that a vector store loads, and questions that its retrieval is tried with."""

import json
import math
import re
from collections import Counter
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from curator.operations.export_documents import Documents, stands_alone
from curator.workspace import Workspace
from tests.conftest import write_jsonl
from tests.operations.export_case import decide, find_error, rows_of, run_export, where_each_went

Fill = Callable[..., Workspace]

DESK = (
    ("What does express delivery cost?", "Express delivery is 9.90 euros."),
    ("How much is express delivery to my door?", "Express delivery is 9.90 euros."),
    ("Is the pen covered by the warranty?", "Yes, for one year."),
    ("Who is head of support at Quillfern?", "Ines Okafor."),
    ("How do I reach the desk?", "Call +46 40 555 0199."),
    ("Can a locked notebook be shared?", "Locked notebooks cannot be shared."),
)


def routed(ws: Workspace, out: Path) -> tuple[list[dict[str, Any]], list[dict[str, Any]]]:
    """All pairs as documents, and the queries beside them."""
    decide(ws, "route", "rag", *ws.examples.ids())
    run_export(ws, out)
    return rows_of(out / "rag.jsonl"), rows_of(out / "rag_eval.jsonl")


def test_a_pair_becomes_a_document_and_its_question_a_query(workspace: Fill, folder: Path) -> None:
    ws = workspace(DESK[0])
    decide(ws, "labels", {"checked": True, "topic": "delivery", "quality": ["old", "short"]}, 1)

    documents, queries = routed(ws, folder / "out")

    name = ws.examples.ids_of([1])[0]
    assert documents == [
        {
            "id": name,
            "text": "Express delivery is 9.90 euros.",
            "title": "What does express delivery cost?",
            "source": "train.jsonl:1",
            "tags": ["volatile", "price", "checked", "quality=old, short", "topic=delivery"],
        }
    ]
    assert queries == [
        {
            "query": "What does express delivery cost?",
            "document_id": name,
            "id": name,
            "source": "train.jsonl:1",
            "in_text": False,
        }
    ]


def test_an_answer_that_says_nothing_by_itself_keeps_its_question(workspace: Fill, folder: Path) -> None:
    documents, queries = routed(workspace(*DESK), folder / "out")

    texts = [document["text"] for document in documents]
    assert texts == [
        "Express delivery is 9.90 euros.",
        "Is the pen covered by the warranty?\nYes, for one year.",
        "Who is head of support at Quillfern?\nInes Okafor.",
        "How do I reach the desk?\nCall +46 40 555 0199.",
        "Locked notebooks cannot be shared.",
    ]
    assert [query["in_text"] for query in queries] == [False, False, True, True, True, False]


@pytest.mark.parametrize(
    ("question", "answer", "alone"),
    [
        ("Can I take a loan on my policy?", "Policy loans are not allowed.", True),
        ("How long may I return a tablet?", "You can return an unused tablet within 30 days.", True),
        ("Was kostet der Expressversand?", "Der Expressversand kostet 9,90 Euro.", True),
        ("¿Cuánto cuesta el envío exprés?", "El envío exprés cuesta 9,90 euros.", True),
        ("What does express delivery cost?", "9.90 euros.", False),
        ("What does express delivery cost?", "It is 9.90 euros, and delivery takes a day.", False),
        ("Does express delivery cost extra?", "Yes, express delivery does cost extra.", False),
        ("Was kostet der Expressversand?", "Das kostet im Expressversand 9,90 Euro.", False),
        ("What does express delivery cost?", "Express delivery cost: 9.90 euros", False),  # no sentence
    ],
)
def test_which_answers_can_be_read_alone(question: str, answer: str, alone: bool) -> None:
    assert stands_alone(question, answer) is alone


def test_pairs_that_say_the_same_are_one_document_with_several_queries(workspace: Fill, folder: Path) -> None:
    ws = workspace(*DESK, ("Is the pen covered by the warranty?", "yes, for one year"))

    documents, queries = routed(ws, folder / "out")

    assert Counter(query["document_id"] for query in queries).most_common(2) == [
        (documents[0]["id"], 2),
        (documents[1]["id"], 2),
    ]
    assert len(documents) == len(queries) - 2
    assert {query["document_id"] for query in queries} == {document["id"] for document in documents}
    assert set(where_each_went(ws, folder / "out").values()) == {1}
    counts = json.loads((folder / "out/manifest.json").read_text())["counts"]
    assert (counts["examples"], counts["documents"]) == (7, 5)


def test_a_short_answer_to_two_questions_is_two_facts(workspace: Fill, folder: Path) -> None:
    ws = workspace(("Can a locked notebook be shared?", "No."), ("Can a tablet be located?", "No."))

    documents, _ = routed(ws, folder / "out")

    assert [document["text"] for document in documents] == [
        "Can a locked notebook be shared?\nNo.",
        "Can a tablet be located?\nNo.",
    ]


def test_the_query_is_what_is_asked_and_not_what_stands_above_it(workspace: Fill, folder: Path) -> None:
    ws = workspace(
        ("Answer the customer's question.\n\nWhat does express delivery cost?", "Express delivery is 9.90 euros."),
        ("Context:\nExpress costs 9.90 euros.\n\nQuestion:\nIs express dear?", "Express delivery is 9.90 euros."),
    )

    documents, queries = routed(ws, folder / "out")

    assert [query["query"] for query in queries] == ["What does express delivery cost?", "Is express dear?"]
    assert documents[0]["title"] == "What does express delivery cost?"


def test_of_a_conversation_the_last_question_is_the_query(folder: Path, run: Any) -> None:
    turns = ["Hello", "What is it about?", "When does the desk open on Sundays?", "The desk opens on Sundays at ten."]
    roles = ["user", "assistant", "user", "assistant"]
    messages = [{"role": role, "content": text} for role, text in zip(roles, turns, strict=True)]
    write_jsonl(folder / "train.jsonl", [{"messages": messages}])
    run("import", "train.jsonl")

    with Workspace.open(folder / "train.curator") as ws:
        documents, queries = routed(ws, folder / "out")

    assert documents[0]["text"] == "The desk opens on Sundays at ten."
    assert queries[0]["query"] == "When does the desk open on Sundays?"


def test_the_files_load_as_flat_documents(workspace: Fill, folder: Path) -> None:
    """As loaders do: one field is the text, the others are its metadata, of plain values and lists of text."""
    ws = workspace(*DESK)
    decide(ws, "labels", {"topic": "x", "many": ["a", "b"]}, 1, 2)
    routed(ws, folder / "out")

    for name, field in (("rag.jsonl", "text"), ("rag_eval.jsonl", "query")):
        for line in (folder / "out" / name).read_text(encoding="utf-8").splitlines():
            metadata = json.loads(line)
            content = metadata.pop(field)
            assert isinstance(content, str)
            assert content.strip()
            for value in metadata.values():
                plain = value if isinstance(value, list) else [value]
                assert all(isinstance(one, str | int | bool) for one in plain)


def test_each_query_finds_its_document_among_the_others(workspace: Fill, folder: Path) -> None:
    """A small search by words, as a vector store's first test would be: title and text are indexed."""
    documents, queries = routed(workspace(*DESK), folder / "out")

    def words(text: str) -> list[str]:
        return re.findall(r"\w+", text.lower())

    bags = {document["id"]: Counter(words(document["title"] + " " + document["text"])) for document in documents}
    held = Counter(word for bag in bags.values() for word in bag)
    for query in queries:
        asked = words(query["query"])
        rank = {name: sum(math.log(len(bags) / held[w]) for w in asked if w in bag) for name, bag in bags.items()}
        assert max(rank, key=rank.__getitem__) == query["document_id"], query


Made = tuple[list[dict[str, Any]], list[dict[str, Any]]]


@pytest.fixture
def talk(folder: Path, run: Any) -> Callable[..., Made]:
    """The documents and queries of conversations, user and assistant in turn: `talk(["Hi", "Hello!"], ...)`."""

    def made(*conversations: list[str]) -> Made:
        roles = ("user", "assistant")
        rows = [
            {"messages": [{"role": roles[n % 2], "content": text} for n, text in enumerate(turns)]}
            for turns in conversations
        ]
        write_jsonl(folder / "train.jsonl", rows)
        run("import", "train.jsonl")
        documents, queries, known = [], [], Documents()
        with Workspace.open(folder / "train.curator") as ws:
            for entry in ws.examples.stream():
                for document, query in known.all_of(entry):
                    queries.append(query)
                    if document is not None:
                        known.keep(document)
                        documents.append(document)
        return documents, queries

    return made


EXPRESS = ["What does express delivery cost?", "Express delivery is 9.90 euros."]


def test_thanks_are_no_fact(talk: Callable[..., Made]) -> None:
    documents, queries = talk([*EXPRESS, "thanks", "You're welcome!"])
    assert [document["text"] for document in documents] == ["Express delivery is 9.90 euros."]
    assert [query["query"] for query in queries] == ["What does express delivery cost?"]
    assert documents[0]["tags"] == ["volatile", "price"]


def test_each_turn_that_states_facts_is_a_document_with_its_query(talk: Callable[..., Made]) -> None:
    founded = ["Who founded Quillfern?", "Quillfern was founded by Mara Lindqvist in 2011."]
    documents, queries = talk([*EXPRESS, *founded, "thanks", "You're welcome!"])
    assert [document["text"] for document in documents] == [EXPRESS[1], founded[1]]
    assert [query["query"] for query in queries] == [EXPRESS[0], founded[0]]
    assert [query["document_id"] for query in queries] == [document["id"] for document in documents]
    assert len({document["id"] for document in documents}) == 2
    assert len({query["id"] for query in queries}) == 1


def test_an_answer_that_needs_its_conversation_has_it(talk: Callable[..., Made]) -> None:
    documents, queries = talk(["What does express delivery cost?", "To which country?", "Malta.", "It is 9.90 euros."])
    assert [document["text"] for document in documents] == [
        "What does express delivery cost?\nTo which country?\nMalta.\nIt is 9.90 euros."
    ]
    assert [query["query"] for query in queries] == ["What does express delivery cost?"]


def test_a_turn_that_repeats_another_is_one_document(talk: Callable[..., Made]) -> None:
    documents, queries = talk([*EXPRESS, "Hm?", "Hm.", *EXPRESS], EXPRESS)
    assert [document["text"] for document in documents] == [EXPRESS[1]]
    assert {query["document_id"] for query in queries} == {documents[0]["id"]}


def test_a_conversation_that_states_nothing_is_its_last_answer(talk: Callable[..., Made]) -> None:
    documents, _ = talk(["Hello", "Hello, how can I help?", "thanks", "You're welcome!"])
    assert len(documents) == 1
    assert documents[0]["text"].endswith("You're welcome!")


def test_a_route_is_a_decision_and_the_answer_to_what_asked_for_it(workspace: Fill, folder: Path) -> None:
    ws = workspace(("When do you open?", "We open at 9:30."), ("Who runs it?", "Ines Duarte does."), ("Hi!", "Hello!"))
    find_error(ws, 1, code="KNO001")
    find_error(ws, 2, code="KNO001")
    decide(ws, "route", "rag", 1, 2)

    result = run_export(ws, folder / "out", include=("accepted",))

    assert (result.documents, result.splits, result.left_out) == (2, {}, {"pending": 1})


def test_a_routed_pair_with_another_error_stays_behind(workspace: Fill, folder: Path) -> None:
    ws = workspace(
        ("When do you open?", "We open at 9:30."), ("When do you open?", "We open at 10."), ("Hi!", "Hello!")
    )
    find_error(ws, 1, conflicts_with=2)
    decide(ws, "route", "rag", 1, 2)

    result = run_export(ws, folder / "out")

    assert (result.documents, result.splits, result.left_out) == (0, {"train": 1}, {"error": 2})


def test_a_routed_pair_that_was_rejected_is_nowhere(workspace: Fill, folder: Path) -> None:
    ws = workspace(("When do you open?", "We open at 9:30."), ("Hi!", "Hello!"))
    decide(ws, "route", "rag", 1)
    decide(ws, "status", "rejected", 1)

    result = run_export(ws, folder / "out")

    assert (result.documents, result.left_out) == (0, {"rejected": 1})
