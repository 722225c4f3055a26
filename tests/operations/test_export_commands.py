"""`curator export`, `verify`, `targets` and `formats` as they are typed."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from curator.formats.detect import formats
from curator.targets.named import targets
from curator.workspace import Workspace
from tests.conftest import Run
from tests.operations.export_case import asked, decide

Fill = Callable[..., Workspace]
TEN = [(f"Question {number}?", f"Answer {number}.") for number in range(1, 11)]


def test_all_selected_rows_written_is_0(workspace: Fill, folder: Path, run: Run) -> None:
    decide(workspace(*TEN), "status", "accepted", *range(1, 11))

    result = run("export", "--to", "openai", "--out", "out")

    assert result.exit_code == 0
    assert result.stdout.splitlines()[0] == "out/train.jsonl: 10 rows"
    assert "note: OpenAI supervised fine-tuning is closing (last day 2027-01-06)" in result.stderr
    assert len(asked(folder / "out/train.jsonl")) == 10


def test_rows_left_out_by_the_target_are_1(workspace: Fill, run: Run) -> None:
    workspace(*TEN, ("Empty?", ""))

    result = run("export", "--to", "trl", "--out", "out", "--include", "pending")

    assert result.exit_code == 1
    assert "left out: 1 refused by the target's rules" in result.stderr
    assert "the reasons are in out/left_out.jsonl" in result.stderr


def test_too_few_rows_are_1(workspace: Fill, run: Run) -> None:
    workspace(*TEN[:3])

    result = run("export", "--to", "openai", "--out", "out", "--include", "pending")

    assert result.exit_code == 1
    assert "problem: the training file has 3 example(s), but must have at least 10 examples" in result.stderr


def test_a_dry_run_says_what_would_be_left_out(workspace: Fill, folder: Path, run: Run) -> None:
    workspace(*TEN, ("Empty?", ""))

    result = run("export", "--to", "trl", "--out", "out", "--include", "pending", "--dry-run")

    assert result.exit_code == 1
    assert "train.jsonl:11: trl: messages[1]" in result.stderr
    assert "Nothing was written: this was a dry run." in result.stderr
    assert not (folder / "out").exists()


def test_json_is_one_object(workspace: Fill, run: Run) -> None:
    workspace(*TEN, ("Empty?", ""))

    words = "export --to trl --out out --include pending,flagged --split train=0.8,validation=0.2 --seed 3 --dry-run"
    found = json.loads(run(*words.split(), "--json").stdout)

    assert found["splits"] == {"train": 8, "validation": 2}
    assert found["left_out"] == {"target": 1}
    assert [row["row"] for row in found["rows"]] == [11]


def test_force_names_what_it_kept(workspace: Fill, run: Run) -> None:
    workspace(*TEN)
    words = ("export", "--to", "trl", "--out", "out", "--include", "pending")
    run(*words)

    result = run(*words, "--force")

    assert "kept what was there before as train.jsonl.bak" in result.stderr


@pytest.mark.parametrize(
    ("words", "says"),
    [
        (("--to", "opnai"), "'opnai' is not a target (did you mean 'openai'?)"),
        (("--to", "trl", "--include", "rejected"), "'rejected' is nothing to include"),
        (("--to", "trl", "--split", "train=0.9"), "the shares add up to 0.9, not to 1"),
        (("--to", "trl", "--where", "nothing:here"), "there is no field 'nothing'"),
        (("--to", "trl"), "no example is accepted yet"),
    ],
)
def test_what_cannot_be_exported_is_2(workspace: Fill, run: Run, words: tuple[str, ...], says: str) -> None:
    workspace(*TEN)

    result = run("export", "--out", "out", *words)

    assert result.exit_code == 2
    assert says in result.stderr


def test_verify_reads_an_export(workspace: Fill, folder: Path, run: Run) -> None:
    workspace(*TEN)
    run("export", "--to", "trl", "--out", "out", "--include", "pending")
    assert run("verify", "out").exit_code == 0

    (folder / "out/train.jsonl").write_text("{}\n")

    result = run("verify", "out")
    assert result.exit_code == 1
    assert result.stdout == "train.jsonl: has 1 rows; the manifest says 10\n"


def test_verify_says_every_way_in_which_an_export_is_not_the_one(workspace: Fill, folder: Path, run: Run) -> None:
    workspace(*TEN)
    run("export", "--to", "trl", "--out", "out", "--include", "pending")
    (folder / "out/train.jsonl").unlink()
    (folder / "out/left_out.jsonl").unlink()
    (folder / "out/left_out.jsonl").mkdir()
    (folder / "out/extra.jsonl").write_text("{}\n")
    card = folder / "out/CARD.md"
    card.write_text(card.read_text().replace("10", "11"))

    result = run("verify", "out")

    assert result.exit_code == 1
    assert result.stdout.splitlines() == [
        "CARD.md: has another content than when it was written, though as many lines",
        "left_out.jsonl: is a folder; the manifest says it is a file of 0 rows",
        "train.jsonl: is missing; the manifest says 10 rows",
        "extra.jsonl: is not in the manifest, so it is not part of this export",
    ]
    assert "out: 4 differences." in result.stderr


@pytest.mark.parametrize(
    ("manifest", "says"),
    [
        (None, "has no manifest.json, so it is no export, or one that was never finished"),
        ("{", "manifest.json: is no manifest of an export"),
        ("[]", "manifest.json: is no manifest of an export"),
        ('{"files": {"train.jsonl": {"rows": "ten"}}}', "manifest.json: is no manifest of an export"),
        ("\udc80", "manifest.json: is no manifest of an export"),
    ],
)
def test_verify_needs_a_manifest_that_can_be_read(
    workspace: Fill, folder: Path, run: Run, manifest: str | None, says: str
) -> None:
    workspace(*TEN)
    run("export", "--to", "trl", "--out", "out", "--include", "pending")
    path = folder / "out/manifest.json"
    path.unlink()
    if manifest is not None:
        path.write_bytes(manifest.encode(errors="surrogateescape"))

    result = run("verify", "out")

    assert result.exit_code == 2
    assert says in result.stderr
    assert result.stdout == ""


def test_verify_of_a_file_of_an_export_says_to_name_the_folder(workspace: Fill, run: Run) -> None:
    workspace(*TEN)
    run("export", "--to", "trl", "--out", "out", "--include", "pending")

    result = run("verify", "out/train.jsonl")

    assert result.exit_code == 2
    assert "out/train.jsonl: is a file of an export. Name its folder: curator verify out" in result.stderr


def test_splits_are_told_by_what_they_share(workspace: Fill, run: Run) -> None:
    workspace(*TEN)

    result = run("export", "--to", "trl", "--out", "out", "--include", "pending", "--split", "train=0.8,test=0.2")

    assert "overlap: 0 of 2 test rows (0.0%) have the same input as train" in result.stderr
    assert "overlap: 8 of 8 train rows (100.0%) have the same source as test" in result.stderr


def test_verify_reads_a_workspace(workspace: Fill, run: Run) -> None:
    workspace(*TEN)

    assert run("verify").exit_code == 0
    assert run("verify", "work.curator").exit_code == 0
    assert run("verify", "work.curator", "-w", "work.curator").exit_code == 2


def test_verify_of_nothing_says_what_it_looked_for(workspace: Fill, run: Run) -> None:
    workspace(*TEN)

    result = run("verify", "nope")
    assert result.exit_code == 2
    assert "nope: there is neither a workspace nor the folder of an export of that name" in result.stderr


@pytest.mark.parametrize("dry", [(), ("--dry-run",)])
def test_an_export_without_a_training_file_says_so_and_is_1(workspace: Fill, folder: Path, run: Run, dry: Any) -> None:
    decide(workspace(*TEN), "route", "rag", *range(1, 11))

    result = run("export", "--to", "trl", "--out", "out", "--include", "pending", *dry)

    assert result.exit_code == 1
    assert "problem: there is no training file: what was selected is routed to RAG" in result.stderr
    assert not (folder / "out/train.jsonl").exists()
    if not dry:
        assert json.loads((folder / "out/manifest.json").read_text())["problems"][0].startswith("there is no training")


def test_targets_are_listed_with_the_date_of_their_status(run: Run) -> None:
    lines = [json.loads(line) for line in run("targets", "--json").stdout.splitlines()]

    assert [line["target"] for line in lines] == [target.name for target in targets()]
    assert all(line["status"]["verified_on"] for line in lines)
    assert "openai  OpenAI supervised fine-tuning" in run("targets").stdout


def test_formats_are_listed_with_their_columns(run: Run) -> None:
    lines = [json.loads(line) for line in run("formats", "--json").stdout.splitlines()]

    assert [line["format"] for line in lines] == [one.name for one in formats()]
    assert "openai-chat" in run("formats").stdout
