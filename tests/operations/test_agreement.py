"""Agreement of reviewers: the package's alpha, an interval around it, and what counts as having judged the same."""

import json
from pathlib import Path

import krippendorff
import numpy as np
import pytest

from curator.operations.agreement import Measure, agreement, alphas, why_none
from curator.settings import Label, Settings
from curator.workspace import Change, Workspace
from curator.workspace.adjudicating import adjudication
from tests.conftest import Run
from tests.workspace.filling import fill


@pytest.fixture
def ws(tmp_path: Path) -> Workspace:
    workspace = Workspace.create(tmp_path / "refunds.curator")
    fill(workspace, [(f"Question {number}", "Yes.") for number in range(1, 41)])
    return workspace


def say(ws: Workspace, actor: str, statuses: str) -> None:
    """One letter a row: accepted, rejected, fix, or . for nothing."""
    words = {"a": "accepted", "r": "rejected", "f": "fix"}
    ws.log.record([Change(seq, "status", words[letter]) for seq, letter in enumerate(statuses, 1) if letter != "."],
                  actor=actor)  # fmt: skip


def test_there_is_none_before_two_have_judged_the_same_row(ws: Workspace) -> None:
    assert agreement(ws) is None
    say(ws, "ana", "aaa...")
    say(ws, "bob", "...rrr")
    assert agreement(ws) is None


def test_it_is_krippendorffs_alpha_of_rows_that_two_judged(ws: Workspace) -> None:
    ana, bob, cyd = "aaaaaaaarrrrrrrfff..", "aaaaaaarrrrrrraffr..", "....aaarr.........a."
    for actor, said in (("ana", ana), ("bob", bob), ("cyd", cyd)):
        say(ws, actor, said)
    found = agreement(ws)
    assert found is not None
    assert (found.rows, found.reviewers) == (18, 3)
    values = {"a": 0.0, "r": 1.0, "f": 2.0, ".": np.nan}
    table = [[values[letter] for letter in said[:18]] for said in (ana, bob, cyd)]
    assert found.status.alpha == pytest.approx(krippendorff.alpha(table, level_of_measurement="nominal"))
    low, alpha, high = found.status.low, found.status.alpha, found.status.high
    assert low is not None
    assert alpha is not None
    assert high is not None
    assert low < alpha < high <= 1
    assert found.status.share == 15 / 18


@pytest.mark.parametrize("level", ["nominal", "ordinal"])
def test_the_draws_are_measured_as_the_package_does(level: str) -> None:
    random = np.random.default_rng(1)
    profiles = random.integers(0, 3, size=(12, 5)).astype(float)
    profiles = profiles[profiles.sum(axis=1) > 1]
    draws = random.integers(0, 4, size=(20, len(profiles)))
    for draw, alpha in zip(draws, alphas(draws, profiles, level), strict=True):  # type: ignore[arg-type]
        whole = np.repeat(profiles, draw, axis=0)
        theirs = krippendorff.alpha(value_counts=whole, value_domain=range(5), level_of_measurement=level)  # type: ignore[arg-type]
        assert alpha == pytest.approx(theirs)


def test_the_same_rows_have_the_same_interval(ws: Workspace) -> None:
    say(ws, "ana", "a" * 30 + "r" * 10)
    say(ws, "bob", "a" * 25 + "r" * 15)
    assert agreement(ws) == agreement(ws)


def test_where_all_said_the_same_of_every_row_alpha_says_nothing(ws: Workspace) -> None:
    say(ws, "ana", "aaaa")
    say(ws, "bob", "aaaa")
    found = agreement(ws)
    assert found is not None
    assert (found.status.alpha, found.status.share, found.status.rows) == (None, 1.0, 4)


def test_few_rows_have_no_interval(ws: Workspace) -> None:
    say(ws, "ana", "aarr")
    say(ws, "bob", "aara")
    found = agreement(ws)
    assert found is not None
    assert found.status.alpha is not None
    assert (found.status.low, found.status.high) == (None, None)


def test_no_difference_in_few_rows_is_no_proof_that_there_is_none(ws: Workspace) -> None:
    for rows, least in ((12, 0.4), (40, 0.8)):
        say(ws, "ana", "ar" * (rows // 2))
        say(ws, "bob", "ar" * (rows // 2))
        found = agreement(ws)
        assert found is not None
        assert (found.status.alpha, found.status.high) == (1.0, 1.0)
        assert found.status.low is not None
        assert least < found.status.low < 1


def test_labels_are_measured_as_what_they_are(ws: Workspace) -> None:
    say(ws, "ana", "a" * 12)
    say(ws, "bob", "a" * 12)
    for seq in range(1, 13):
        ana = {"tone": "warm" if seq % 2 else "cold", "clarity": 1 + seq % 5, "unsafe": True, "remark": f"so {seq}"}
        bob = {"tone": "warm" if seq % 3 else "cold", "clarity": 1 + (seq + seq % 2) % 5, "quality": ["curt", "odd"]}
        ws.log.record([Change(seq, "labels", ana | ({"quality": ["odd"]} if seq > 3 else {}))], actor="ana")
        ws.log.record([Change(seq, "labels", bob | ({"unsafe": True} if seq > 6 else {}))], actor="bob")
    found = agreement(ws, Settings(labels=(Label("remark", "text"),)))
    assert found is not None
    levels = {one.name: (one.level, one.rows, one.share) for one in found.measures}
    assert list(levels) == ["status", "clarity", "quality: curt", "quality: odd", "tone", "unsafe"]
    assert levels["clarity"][:2] == ("ordinal", 12)
    assert levels["unsafe"] == ("nominal", 12, 0.5)
    assert levels["quality: odd"] == ("nominal", 12, 9 / 12)
    assert levels["tone"] == ("nominal", 12, 6 / 12)


def test_a_rating_left_out_is_missing_and_a_value_left_out_is_not(ws: Workspace) -> None:
    say(ws, "ana", "aa")
    say(ws, "bob", "aa")
    ws.log.record([Change(1, "labels", {"clarity": 3, "tone": "warm"})], actor="ana")
    ws.log.record([Change(2, "labels", {"clarity": 3})], actor="ana")
    ws.log.record([Change(2, "labels", {"clarity": 4})], actor="bob")
    found = agreement(ws)
    assert found is not None
    rows = {one.name: (one.rows, one.share) for one in found.measures}
    assert rows == {"status": (2, 1.0), "clarity": (1, 0.0), "tone": (1, 0.0)}


def test_an_adjudication_is_no_judgement_of_a_reviewer(ws: Workspace) -> None:
    say(ws, "ana", "ar")
    say(ws, "bob", "aa")
    before = agreement(ws)
    ws.log.record([Change(2, "adjudicated", adjudication("cyd", status="rejected", labels={}))], actor="cyd")
    assert agreement(ws) == before


def test_one_reviewer_costs_no_look_at_the_judgements(ws: Workspace) -> None:
    say(ws, "ana", "a" * 40)
    asked: list[str] = []
    rows = ws._connection.rows

    def watch(sql: str, *more: object) -> object:
        asked.append(sql)
        return rows(sql, *more)  # type: ignore[arg-type]

    ws._connection.rows = watch  # type: ignore[method-assign, assignment]
    assert agreement(ws) is None
    assert why_none(ws) == ""
    assert not [sql for sql in asked if "judgement" in sql]


def test_why_there_is_none_is_told_where_several_have_judged(ws: Workspace) -> None:
    say(ws, "ana", "aaa...")
    assert why_none(ws) == ""
    say(ws, "bob", "...rrr")
    assert why_none(ws) == "2 reviewers, no row in common"
    ws.log.undo("bob")
    assert why_none(ws) == ""


def test_what_an_alpha_is_worth_is_said_in_a_word() -> None:
    def word(alpha: float | None, low: float | None) -> str:
        return Measure("status", "nominal", 20, 0.9, alpha, low, None if low is None else 1.0).word

    assert [word(0.9, 0.7), word(0.7, 0.67), word(0.9, 0.5), word(0.9, None), word(0.5, 0.4), word(None, None)] == [
        "good", "fair", "unsure", "unsure", "poor", "",
    ]  # fmt: skip


def test_status_tells_it(ws: Workspace, run: Run) -> None:
    path = str(ws.path)
    say(ws, "ana", "a" * 12)
    assert "agree" not in run("status", "-w", path).stdout
    assert "agreement" not in json.loads(run("status", "-w", path, "--json").stdout)
    say(ws, "bob", "." * 12 + "a")
    assert "  agree     2 reviewers, no row in common" in run("status", "-w", path).stdout
    say(ws, "bob", "a" * 10 + "rr")
    ws.log.record([Change(1, "labels", {"ana@lanterns.com": "yes"})], actor="ana")
    said = run("status", "-w", path).stdout
    assert "  agree     2 reviewers on 12 rows in common" in said
    assert "            status: Krippendorff's alpha -0.05, poor (" in said
    assert "lanterns" not in said
    told = json.loads(run("status", "-w", path, "--json").stdout)["agreement"]
    assert (told["reviewers"], told["rows"], told["measures"][0]["share"]) == (2, 12, 10 / 12)
