"""What the commands about findings say: where the other row is, and what to write instead of a slip."""

from pathlib import Path

import pytest

from tests.conftest import Run, write_jsonl


@pytest.fixture
def said(run: Run, folder: Path) -> Run:
    """A checked workspace, and the command line to go with it."""
    rows = [
        {"prompt": "Name the topic. I was charged twice", "completion": "billing"},
        {"prompt": "Name the topic. I was charged twice", "completion": "technical"},
        {"prompt": "Name the topic. It is late", "completion": "deli\u202every"},
        {"prompt": "Name the topic. It is broken", "completion": ""},
    ]
    write_jsonl(folder / "rows.jsonl", rows)
    for words in (("import", "rows.jsonl"), ("check",)):
        assert run(*words).exit_code == 0
    return run


def test_a_finding_names_the_row_that_it_compares_with(said: Run) -> None:
    lines = said("findings", "--select", "CON001").output.splitlines()
    assert lines[0].startswith("rows.jsonl:1: CON001 error: ")
    assert lines[0].endswith("[rows.jsonl:2]")
    assert lines[1].endswith("[rows.jsonl:1]")


@pytest.mark.parametrize("words", [("findings",), ("examples",), ("fix",), ("decide", "--accept", "--yes")])
def test_a_slip_in_a_code_of_a_filter_is_no_empty_answer(said: Run, words: tuple[str, ...]) -> None:
    for where in ("finding:XYZ001", "finding:CON01", "not finding:TXT999/Rule"):
        assert said(*words, "--where", where).exit_code == 2, where
    assert "no check is called 'XYZ001'" in said(*words, "--where", "finding:XYZ001").output


def test_families_and_any_are_no_slips(said: Run) -> None:
    for where in ("finding:TXT", "finding:any", "finding:none", "finding:con001", "finding:JDG001", "finding~TX"):
        assert said("findings", "--where", where).exit_code == 0, where


def test_ignore_names_the_codes_of_a_family(said: Run) -> None:
    assert "TXT: say which one, with its reason: TXT001" in said("ignore", "TXT", "--reason", "old").output


def test_fixes_that_may_change_a_meaning_are_counted(said: Run) -> None:
    assert said("fix", "--select", "TXT006").output.startswith("1 fix may change a meaning: --unsafe --diff shows")


def test_options_are_explained_in_plain_numbers(run: Run) -> None:
    assert "(a whole number from 64 to 2,000,000)" in run("explain", "LEN001").output


def test_settings_under_a_code_are_sent_to_the_name(said: Run, folder: Path) -> None:
    (folder / "curator.toml").write_text("[checks.TXT003]\nx = 1\n")
    assert "write [checks.truncated-output]" in said("check").output


def test_checks_that_found_nothing_are_the_others(said: Run) -> None:
    assert " other checks found nothing." in said("check").output


def test_a_check_says_in_how_many_rows_it_found_something(said: Run) -> None:
    assert "CON001  error            2 rows  conflicting-outputs" in said("check").stdout
