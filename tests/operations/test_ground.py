"""Grounding in a workspace: one operation that can be undone, checked again, with passages to choose from."""

from collections.abc import Callable

import pytest

from curator.errors import WorkspaceError
from curator.operations.check import check
from curator.operations.ground import Grounded, candidates, ground, selected
from curator.query import parse
from curator.workspace import Workspace
from tests.conftest import Run, chat, write_jsonl

Fill = Callable[..., Workspace]

PRICE = ("What does express delivery cost?", "Express delivery is 9.90 euros.")
FOUNDED = ("Who founded Quillfern?", "Quillfern was founded by Mara Lindqvist in 2011.")
PASSAGE = "Standard parcels are free. Express delivery is 9.90 euros and takes one working day."


def run_check(ws: Workspace) -> None:
    for _ in check(ws, select=("KNO",)):
        pass


def run_ground(ws: Workspace, where: str, passage: str, actor: str = "ana") -> Grounded:
    steps = ground(ws, parse(where), passage, actor=actor)
    while True:
        try:
            next(steps)
        except StopIteration as stop:
            done: Grounded = stop.value
            return done


def codes(ws: Workspace) -> dict[int | None, str]:
    return {one.seq: one.finding.code for one in ws.findings.select(("KNO001", "KNO002"))}


def test_the_finding_goes_with_its_facts_and_only_that_of_this_pair(workspace: Fill) -> None:
    ws = workspace(PRICE, FOUNDED)
    run_check(ws)
    assert codes(ws) == {1: "KNO001", 2: "KNO001"}

    done = run_ground(ws, "#1", PASSAGE)

    assert [(pair.seq, pair.before, pair.after, pair.missing) for pair in done.pairs] == [(1, ("KNO001",), (), ())]
    assert done.gone == 1
    assert codes(ws) == {2: "KNO001"}
    assert ws.examples.entry(1).example.input_text == f"Context:\n{PASSAGE}\n\nQuestion:\n{PRICE[0]}"


def test_the_finding_stays_when_the_passage_is_about_something_else(workspace: Fill) -> None:
    ws = workspace(PRICE)
    run_check(ws)

    done = run_ground(ws, "#1", "Let the tablet warm up for half an hour before you charge it.")

    assert (done.gone, done.pairs[0].after, done.pairs[0].missing) == (0, ("KNO001",), ("9.90 euros",))
    assert codes(ws) == {1: "KNO001"}


def test_it_is_an_edit_of_a_person_and_undo_gives_back_the_text(workspace: Fill) -> None:
    ws = workspace(PRICE, FOUNDED)
    run_check(ws)
    texts = [entry.example.messages for entry in ws.examples.stream()]

    run_ground(ws, "", PASSAGE, actor="ben")

    events = ws.log.history(2)
    assert [(event.actor, event.actor_kind, event.field) for event in events] == [
        ("ben", "person", "messages[0].content")
    ]
    assert ws.log.undo("ana") is None
    assert ws.log.undo("ben") is not None
    assert [entry.example.messages for entry in ws.examples.stream()] == texts
    assert ws.verify() == []


def test_what_cannot_be_grounded_is_said(workspace: Fill) -> None:
    ws = workspace(PRICE)
    for where, passage, why in (("#1", " \n", "passage is empty"), ("nothing", "A text.", "selects no pair")):
        with pytest.raises(WorkspaceError, match=why):
            run_ground(ws, where, passage)
    assert ws.log.tail(1)[0].field == "import"


def test_a_pair_without_a_question_is_left_and_named(run: Run, folder: object) -> None:  # noqa: ARG001
    from pathlib import Path

    greeting = {"messages": [{"role": "system", "content": "Greet."}, {"role": "assistant", "content": "Hello."}]}
    write_jsonl(Path("desk.jsonl"), [chat(*PRICE), greeting])
    run("import", "desk.jsonl")
    with Workspace.open("desk.curator") as ws:
        assert run_ground(ws, "", PASSAGE).left_out == {2: "it has no turn of a user that a passage could stand in"}
        with pytest.raises(WorkspaceError, match=r"#2: it has no turn of a user"):
            run_ground(ws, "#2", PASSAGE)


def test_one_pair_may_be_named_by_its_id(workspace: Fill) -> None:
    ws = workspace(PRICE, FOUNDED)
    assert list(ws.examples.ids(selected(ws, ws.examples.ids_of([2])[0]))) == [2]
    assert list(ws.examples.ids(selected(ws, "Quillfern"))) == [2]


def test_passages_of_other_pairs_are_offered_the_best_first(workspace: Fill) -> None:
    article = f"Article: {PASSAGE}"
    ws = workspace(
        PRICE,
        (f"{article}\n\nQuestion: What does a standard parcel cost?", "Nothing."),
        (f"{article}\n\nQuestion: How long does express take?", "One working day."),
        ("The fee for a late parcel is 9.90 euros as well, sadly.\n\nQuestion: What is the fee?", "9.90 euros."),
        ("Does express delivery cost 9.90 euros?", "It does."),
        ("The page turns slowly in the cold.\n\nQuestion: Why is it slow?", "It is cold."),
    )

    offered = candidates(ws, ws.examples.entry(1))

    assert [(passage.seq, passage.text[:20]) for passage in offered] == [
        (2, "Article: Standard pa"),
        (4, "The fee for a late p"),
    ]
    assert offered[0].share == 1.0


def test_without_names_and_numbers_the_words_of_the_pair_find_passages(workspace: Fill) -> None:
    ws = workspace(
        ("Can I take a loan on my policy?", "Policy loans are not allowed."),
        ("Terms: Policy loans are not allowed in the first year.\n\nQuestion: And then?", "The terms do not say."),
        ("The page turns slowly in the cold.\n\nQuestion: Why is it slow?", "It is cold."),
    )
    assert [passage.seq for passage in candidates(ws, ws.examples.entry(1))] == [2]


def test_nothing_is_offered_where_nothing_holds_the_facts(workspace: Fill) -> None:
    ws = workspace(PRICE, FOUNDED)
    assert candidates(ws, ws.examples.entry(1)) == []
