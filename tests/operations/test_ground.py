"""Grounding in a workspace: one operation that can be undone, checked again, with passages to choose from."""

from collections.abc import Callable, Sequence

import pytest

from curator.errors import WorkspaceError
from curator.model import Entry
from curator.operations.check import check
from curator.operations.ground import Grounded, candidates, ground, selected
from curator.query import parse
from curator.settings import Settings
from curator.workspace import Change, Workspace
from tests.conftest import Run, chat, write_jsonl

Fill = Callable[..., Workspace]

PRICE = ("What does express delivery cost?", "Express delivery is 9.90 euros.")
FOUNDED = ("Who founded Quillfern?", "Quillfern was founded by Mara Lindqvist in 2011.")
PASSAGE = "Standard parcels are free. Express delivery is 9.90 euros and takes one working day."


def run_check(ws: Workspace) -> None:
    for _ in check(ws, select=("KNO",)):
        pass


def run_ground(
    ws: Workspace, where: str, passage: str, actor: str = "ana", settings: Settings | None = None
) -> Grounded:
    steps = ground(ws, parse(where), passage, actor=actor, settings=settings)
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


def test_a_pair_that_was_routed_to_rag_goes_to_training_with_its_passage_as_one_step(workspace: Fill) -> None:
    ws = workspace(PRICE, FOUNDED)
    run_check(ws)
    ws.log.record([Change(1, "route", "rag")], actor="ana")

    done = run_ground(ws, "id:1,2", PASSAGE)

    assert (done.back, len(done.pairs)) == (1, 2)
    assert [ws.examples.entry(seq).state.route for seq in (1, 2)] == ["train", "train"]
    ws.log.undo("ana")
    assert [ws.examples.entry(seq).state.route for seq in (1, 2)] == ["rag", "train"]
    assert ws.examples.entry(1).example.input_text == PRICE[0]
    assert not ws.examples.entry(1).state.edited


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


SLEEVE = ("Is the Sleeve covered by the warranty?", "Sleeves are not covered by the warranty.")
COLD = "The page turns slowly below freezing. Let the tablet warm up before you put it on the charger again."


def test_a_check_that_does_not_run_again_is_not_said_to_find_nothing(workspace: Fill) -> None:
    ws = workspace(PRICE)
    run_check(ws)

    done = run_ground(ws, "#1", COLD, settings=Settings(ignore=("KNO",)))

    pair = done.pairs[0]
    assert (pair.before, pair.after, pair.unchecked, done.gone) == (("KNO001",), (), ("KNO001",), 0)


def test_a_rule_without_names_and_numbers_is_not_cured_by_any_passage(workspace: Fill) -> None:
    ws = workspace(SLEEVE, (SLEEVE[0] + " Please.", SLEEVE[1]))
    run_check(ws)
    assert codes(ws) == {1: "KNO001", 2: "KNO001"}

    cold = run_ground(ws, "#1", COLD)
    wool = run_ground(ws, "#1", "The Sleeve is made of wool and has two pockets.")
    terms = run_ground(ws, "#2", "Terms. The warranty covers tablets and pens. Sleeves are not covered.")

    assert (cold.pairs[0].after, cold.gone) == (("KNO001",), 0)
    assert (wool.pairs[0].doubtful, wool.gone) == (True, 0)
    assert (terms.pairs[0].doubtful, terms.gone) == (False, 1)


def test_a_passage_is_not_put_in_twice(workspace: Fill) -> None:
    ws = workspace(PRICE, FOUNDED)
    run_check(ws)
    run_ground(ws, "#1", PASSAGE)

    assert list(run_ground(ws, "", PASSAGE).left_out) == [1]

    with pytest.raises(WorkspaceError, match=r"#1: this passage stands in its input already"):
        run_ground(ws, "", PASSAGE)
    assert ws.examples.entry(1).example.input_text.count("Express") == 1


def test_what_was_cut_off_before_its_check_is_checked_by_the_next_one(workspace: Fill) -> None:
    ws = workspace(PRICE, FOUNDED)
    run_check(ws)
    steps = ground(ws, parse(""), PASSAGE, actor="ana")
    for step in steps:
        if step.stage == "checking again":
            break
    steps.close()
    assert len([one for one in ws.findings.select(("KNO",), stale=True) if one.stale]) == 1

    with pytest.raises(WorkspaceError, match="1 that was edited before was checked again"):
        run_ground(ws, "", PASSAGE)

    assert codes(ws) == {2: "KNO001"}
    assert not [one for one in ws.findings.select(("KNO",), stale=True) if one.stale]


def test_pairs_are_held_by_the_step_and_not_all_at_once(workspace: Fill, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("curator.operations.ground.STEP", 2)
    ws = workspace(*((f"Who founded Quill{n}?", f"Quill{n} was founded by Mara Lindqvist in 2011.") for n in range(5)))
    run_check(ws)
    read: list[int] = []
    entries = ws.examples.entries

    def counted(seqs: Sequence[int]) -> list[Entry]:
        read.append(len(seqs))
        return entries(seqs)

    monkeypatch.setattr(ws.examples, "entries", counted)

    done = run_ground(ws, "", "Mara Lindqvist founded all of Quill0 to Quill4 in 2011.")

    assert len(done.pairs) == 5
    assert max(read) == 2


def test_rejected_rows_are_no_source_and_those_that_need_a_fix_say_so(workspace: Fill) -> None:
    ws = workspace(
        PRICE,
        (f"Article: {PASSAGE}\n\nQuestion: What does a standard parcel cost?", "Nothing."),
        ("The fee for a late parcel is 9.90 euros as well, sadly.\n\nQuestion: What is the fee?", "9.90 euros."),
    )
    ws.log.record([Change(2, "status", "rejected"), Change(3, "status", "fix")], actor="ana")
    assert [(one.seq, one.status) for one in candidates(ws, ws.examples.entry(1))] == [(3, "fix")]
