"""`curator clusters`: what is listed, and a cluster routed from the command line."""

import json
from pathlib import Path
from typing import Any

import pytest

from curator.query import parse
from curator.workspace import Change, Workspace
from tests.conftest import Run, write_jsonl
from tests.knowledge import lanterns


@pytest.fixture
def shop(run: Run, folder: Path) -> Run:
    """The lantern maker's rows, with what the knowledge checks find in them."""
    write_jsonl(folder / "lanterns.jsonl", lanterns.rows())
    assert run("import", "lanterns.jsonl").exit_code == 0
    with Workspace.open(folder / "lanterns.curator") as ws:
        lanterns.suspect(ws)
    return run


def routed() -> list[int]:
    with Workspace.open("lanterns.curator") as ws:
        return list(ws.examples.ids(parse("route:rag")))


def listed(run: Run) -> list[dict[str, Any]]:
    return [json.loads(line) for line in run("clusters", "--json").stdout.splitlines()]


def test_each_cluster_is_a_line_with_a_sample_below(shop: Run) -> None:
    result = shop("clusters")
    lines = result.stdout.splitlines()
    assert lines[0].startswith("   1  ")
    assert "glimmerhold" in lines[0]
    assert lines[0].endswith(": 6 pairs, 67% of the 9 rows about it")
    assert lines[1].startswith("      lanterns.jsonl:")
    assert f'   2  asked of "{lanterns.SYSTEM}": 5 pairs, 100% of the 5 rows about it' in lines
    assert "   3  others: 2 pairs" in lines
    assert "13 of 26 pairs teach facts, in 3 clusters." in result.stderr


def test_json_names_terms_members_and_share(shop: Run) -> None:
    glimmer, hut, others = listed(shop)
    assert (glimmer["kind"], glimmer["size"], glimmer["rows"], glimmer["members"]) == (
        "terms",
        6,
        9,
        [1, 2, 3, 4, 5, 6],
    )
    assert {"glimmerhold", "tidewick pass"} <= set(glimmer["terms"])
    assert (hut["asked"], hut["share"]) == (lanterns.SYSTEM, 1.0)
    assert others["share"] is None
    assert others["sample"][0] == {"id": others["sample"][0]["id"], "source": "lanterns.jsonl", "row": 12}


def test_a_cluster_is_routed_by_one_of_its_terms_and_taken_back(shop: Run) -> None:
    result = shop("clusters", "--route", "Glimmerhold", "--yes", "--as", "ben")
    assert "6 pairs to RAG (6 pending)." in result.stderr
    assert "6 pairs routed to RAG, saved as #" in result.stderr
    assert routed() == [1, 2, 3, 4, 5, 6]
    assert listed(shop)[0]["routed"] == 6
    assert "route to RAG 6 examples" in shop("undo", "--as", "ben").stderr
    assert routed() == []


def test_the_pairs_that_share_no_term_are_routed_by_the_name_that_is_listed(shop: Run) -> None:
    assert "2 pairs routed to RAG" in shop("clusters", "--route", "others", "--yes").stderr
    assert routed() == listed(shop)[2]["members"]


def test_a_cluster_is_routed_by_its_number_and_what_is_decided_stays(shop: Run) -> None:
    shop("decide", "--where", "#7", "--reject", "--yes")
    shop("decide", "--where", "#8", "--accept", "--yes")
    result = shop("clusters", "--route", "2", "--yes")
    assert "4 pairs to RAG (3 pending, 1 accepted). Left as they are: 1 rejected." in result.stderr
    assert routed() == [8, 9, 10, 11]
    again = shop("clusters", "--route", "2", "--yes")
    assert (again.exit_code, routed()) == (0, [8, 9, 10, 11])
    assert "no pair is left to route. Left as they are: 1 rejected, 4 in RAG already." in again.stderr


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("--route", "2"), "add --yes to route them without being asked"),
        (("--route", "9", "--yes"), "there are 3 clusters"),
        (("--route", "moonrise", "--yes"), "no cluster has this name or term"),
    ],
)
def test_nothing_is_routed_unasked_or_unknown(shop: Run, words: tuple[str, ...], said: str) -> None:
    result = shop("clusters", *words)
    assert (result.exit_code, routed()) == (2, [])
    assert said in result.stderr


def test_without_a_check_it_says_how_to_get_one(run: Run, folder: Path) -> None:
    write_jsonl(folder / "lanterns.jsonl", lanterns.rows())
    run("import", "lanterns.jsonl")
    result = run("clusters")
    assert (result.stdout, result.exit_code) == ("", 0)
    assert "curator check --select KNO" in result.stderr


def test_pairs_that_were_edited_and_not_checked_again_are_said(shop: Run) -> None:
    assert "not checked again" not in shop("clusters").stderr
    with Workspace.open("lanterns.curator") as ws:
        ws.log.record([Change(1, "messages[0].content", "Where is it?", 0)], actor="ana")
    said = shop("clusters").stderr
    assert "1 pair was edited and not checked again, so in no cluster: `curator check --select KNO` does." in said
