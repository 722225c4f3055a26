"""The commands check, findings, explain, checks and fix, as users call them."""

import json
from collections.abc import Callable
from pathlib import Path

import pytest
from click.testing import Result

from curator.checks.base import checks
from curator.engines import plan
from curator.errors import ConflictError
from curator.operations.fix import apply, fixes
from curator.workspace import Workspace
from curator.workspace.log import Change
from tests.conftest import chat, write_jsonl
from tests.engines.example_checks import raises_on_seven

Run = Callable[..., Result]
Fill = Callable[..., Workspace]

ROWS = [
    chat("I was charged twice", "billing"),
    chat("I was charged twice.", "technical"),
    chat("MÃ¼ller fragt nach der Rechnung", "Le cafÃ© est prÃªt.\nBye."),
    {**chat("When?", ""), "ticket": 7},
    chat("Play \x1b]0;owned\x07 it", "As an AI \u202e, I cannot."),
]


@pytest.fixture
def checked(run: Run, folder: Path) -> Run:
    write_jsonl(folder / "train.jsonl", ROWS)
    assert run("import", "train.jsonl").exit_code == 0
    assert run("check").exit_code == 0
    return run


def test_check_counts_each_check(checked: Run) -> None:
    result = checked("check", "--json", "--select", "con001,TXT001", "--select", "mojibake")
    assert [json.loads(line) for line in result.stdout.splitlines()] == [
        {"code": "CON001", "check": "conflicting-outputs", "severity": "error", "examples": 2, "findings": 2},
        {"code": "TXT001", "check": "empty-output", "severity": "error", "examples": 1, "findings": 1},
        {"code": "TXT005", "check": "mojibake", "severity": "warning", "examples": 1, "findings": 2},
    ]
    assert "5 examples, 5 findings." in result.stderr


def test_check_fails_only_when_it_is_told_to(checked: Run) -> None:
    assert checked("check").exit_code == 0
    assert checked("check", "--fail-on", "error").exit_code == 1
    assert checked("check", "--select", "TXT005", "--fail-on", "error").exit_code == 0
    assert checked("check", "--select", "TXT005", "--fail-on", "warning").exit_code == 1


@pytest.fixture
def with_seven(checked: Run, folder: Path, monkeypatch: pytest.MonkeyPatch) -> Run:
    """A plug-in check that raises on one example and finds something in another."""
    monkeypatch.setattr(plan, "checks", lambda: (*checks(), raises_on_seven))
    write_jsonl(folder / "more.jsonl", [chat("How many?", "seven of them"), chat("And now?", "eight of them")])
    checked("import", "more.jsonl")
    return checked


def test_a_check_that_could_not_do_its_work_does_not_pass(with_seven: Run) -> None:
    assert with_seven("check").exit_code == 0
    result = with_seven("check", "--select", "ZZZ001", "--fail-on", "error")
    assert result.exit_code == 2
    assert "Not checked: ZZZ001: more.jsonl, row 1: the check failed with RuntimeError" in result.stderr
    assert "--fail-on error: ZZZ001 could not do its work" in result.stderr
    assert with_seven("check", "--select", "TXT002", "--fail-on", "error").exit_code == 0


def test_json_has_the_problems_too(with_seven: Run) -> None:
    lines = [json.loads(line) for line in with_seven("check", "--json", "--select", "ZZZ001").stdout.splitlines()]
    assert [line.get("findings") for line in lines] == [1, None]
    assert lines[1] == {
        "code": "ZZZ001",
        "problem": "the check failed with RuntimeError: seven is too much (example_checks.py, line 46)",
        "where": "more.jsonl, row 1", "count": 1,
    }  # fmt: skip


def test_findings_of_a_check_that_is_gone_can_be_selected_until_the_next_whole_check(
    with_seven: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    with_seven("check")
    monkeypatch.setattr(plan, "checks", checks)
    for select in ("ZZZ", "zzz001", "raises-on-seven"):
        assert "ZZZ001" in with_seven("findings", "--select", select).stdout
    assert "There is no fix to take" in with_seven("fix", "--select", "ZZZ").stderr
    with_seven("check", "--ignore", "TXT")
    assert len(with_seven("findings", "--select", "ZZZ,TXT001").stdout.splitlines()) == 2
    with_seven("check")
    assert with_seven("findings", "--select", "TXT001").stdout
    assert with_seven("findings", "--select", "ZZZ").exit_code == 2


def test_what_the_settings_ignore_stands_in_nobodys_way(checked: Run, folder: Path) -> None:
    words = ("export", "--to", "trl", "--include", "pending", "--where", "#1", "--dry-run", "--out", "out")
    assert checked(*words).exit_code == 2
    (folder / "curator.toml").write_text('[checks]\nignore = ["CON", "KNO"]\n')
    checked("check")
    assert checked("findings", "--select", "CON").stdout == ""
    assert checked(*words).exit_code == 0


def test_an_unknown_check_is_refused_with_the_nearest(checked: Run) -> None:
    result = checked("check", "--select", "mojibak")
    assert result.exit_code == 2
    assert "no check is called 'mojibak' (did you mean 'mojibake'?)" in result.stderr
    for command in ("findings", "fix", "check"):
        result = checked(command, "--select", "QQQ")
        assert (result.exit_code, result.stdout) == (2, "")
        assert "no check is called 'QQQ'; there are CON, DUP, " in result.stderr


def test_check_reads_the_settings_beside_the_workspace(checked: Run, folder: Path) -> None:
    (folder / "curator.toml").write_text('[checks]\nignore = ["CON"]\n[checks.refusal]\nwithin = 20\n')
    codes = {json.loads(line)["code"] for line in checked("check", "--json").stdout.splitlines()}
    assert "CON001" not in codes
    (folder / "curator.toml").write_text("[checks.refusal]\nwithin = 1\n")
    result = checked("check")
    assert result.exit_code == 2
    assert "curator.toml: [checks.refusal]: option within = 1 is not allowed" in result.stderr
    (folder / "curator.toml").write_text('[checks]\nignore = ["NOPE"]\n')
    result = checked("check")
    assert result.exit_code == 2
    assert "curator.toml: [checks]: ignore: no check is called 'NOPE'" in result.stderr


def test_findings_as_json_have_these_keys(checked: Run) -> None:
    lines = [json.loads(line) for line in checked("findings", "--json").stdout.splitlines()]
    assert all(
        list(line) == ["code", "check", "severity", "score", "message", "example", "related", "evidence", "fix"]
        for line in lines
    )
    conflict = next(line for line in lines if line["code"] == "CON001")
    assert (conflict["check"], conflict["severity"], conflict["score"]) == ("conflicting-outputs", "error", 0.9)
    assert conflict["example"]["source"] == "train.jsonl"
    assert conflict["example"]["row"] == 1
    assert [(other["source"], other["row"]) for other in conflict["related"]] == [("train.jsonl", 2)]
    assert conflict["evidence"] == [
        {"field": "messages[1].content", "start": 0, "end": 7, "why": "differs for the same input"}
    ]
    assert conflict["fix"] is None
    empty = next(line for line in lines if line["code"] == "TXT001")
    assert empty["example"]["metadata"] == {"ticket": 7}
    mojibake = next(line for line in lines if line["code"] == "TXT005")
    assert mojibake["fix"] == {"changes": {"messages[0].content": "Müller fragt nach der Rechnung"}, "safe": True}


def test_findings_can_be_selected(checked: Run) -> None:
    assert len(checked("findings", "--select", "TXT005").stdout.splitlines()) == 2
    assert len(checked("findings", "--select", "mojibake,TXT001").stdout.splitlines()) == 3
    checked("decide", "--where", "finding:TXT001", "--reject", "--yes")
    assert [line[:30] for line in checked("findings", "--where", "status:rejected").stdout.splitlines()] == [
        "train.jsonl:4: TXT001 error: T"
    ]


def test_findings_before_any_check_say_what_to_do(run: Run, folder: Path) -> None:
    write_jsonl(folder / "train.jsonl", ROWS)
    run("import", "train.jsonl")
    result = run("findings")
    assert result.stdout == ""
    assert "`curator check` runs them" in result.stderr


@pytest.mark.parametrize("check", checks(), ids=lambda check: check.code)
def test_explain_shows_the_whole_card(run: Run, check: object) -> None:
    for name in (check.code, check.name, check.code.lower()):  # type: ignore[attr-defined]  # a Check
        said = run("explain", name).stdout
        assert said.startswith(f"{check.code} {check.name} (")  # type: ignore[attr-defined]
        assert all(f"\n{part}:" in said for part in ("Why", "Fix", "Example"))


def test_explain_shows_options_with_their_range(run: Run) -> None:
    assert "stops = 0.9    (0.5 to 1)" in run("explain", "TXT003").stdout


def test_checks_are_listed(run: Run) -> None:
    assert [line.split()[0] for line in run("checks").stdout.splitlines()] == [check.code for check in checks()]
    first = json.loads(run("checks", "--json").stdout.splitlines()[0])
    assert (first["code"], first["check"], first["severity"]) == ("CON001", "conflicting-outputs", "error")


def test_a_diff_changes_nothing(checked: Run) -> None:
    shown = checked("fix", "--diff", "--select", "TXT005").stdout
    assert shown.splitlines() == [
        "--- train.jsonl:3 messages[0].content",
        "+++ TXT005 fixed",
        "@@ -1 +1 @@",
        "-MÃ¼ller fragt nach der Rechnung",
        "+Müller fragt nach der Rechnung",
        "--- train.jsonl:3 messages[1].content",
        "+++ TXT005 fixed",
        "@@ -1,2 +1,2 @@",
        "-Le cafÃ© est prÃªt.",
        "+Le café est prêt.",
        " Bye.",
    ]
    assert checked("fix", "--diff", "--select", "TXT005").stdout == shown


def test_a_fix_is_one_operation_that_can_be_undone(checked: Run, folder: Path) -> None:
    assert "2 text(s) of 1 example(s) fixed" in checked("fix", "--select", "mojibake").stderr
    with Workspace.open(folder / "train.curator") as ws:
        assert ws.examples.entry(3).example.output_text == "Le café est prêt.\nBye."
        assert ws.log.tail(1)[0].actor_kind == "fix"
    assert checked("findings", "--select", "TXT005").stdout == ""
    assert "There is no fix to take" in checked("fix", "--select", "mojibake").stderr
    checked("undo")
    with Workspace.open(folder / "train.curator") as ws:
        assert ws.examples.entry(3).example.input_text == "MÃ¼ller fragt nach der Rechnung"


@pytest.mark.usefixtures("checked")
def test_a_fix_of_a_text_that_was_edited_since_is_refused(folder: Path) -> None:
    with Workspace.open(folder / "train.curator") as ws:
        proposed = list(fixes(ws, ["TXT005"]))
        ws.log.record([Change(3, "messages[0].content", "Something else", 0)], actor="bo")
        with pytest.raises(ConflictError):
            list(apply(ws, proposed, actor="ana"))
        assert list(fixes(ws, ["TXT005"])) == []


def test_nothing_printed_drives_the_terminal(checked: Run) -> None:
    for words in (["findings"], ["findings", "--json"], ["fix", "--diff"], ["check"]):
        result = checked(*words)
        for stream in (result.stdout, result.stderr):
            assert not set(stream) & {"\x1b", "\x07", "\u202e", "\r"}
