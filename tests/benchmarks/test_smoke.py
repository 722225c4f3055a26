"""The benchmarks run, on little data: whether their figures hold is looked at by hand."""

import gzip
import json
import subprocess
import sys
from pathlib import Path

import pytest

from tests.benchmarks.measures import Row
from tests.benchmarks.quality import cells, reached
from tests.conftest import Run, chat, write_jsonl

FOLDER = Path(__file__).parent


def output_of(name: str, *words: str) -> str:
    done = subprocess.run([sys.executable, str(FOLDER / name), *words], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    return done.stdout


@pytest.mark.parametrize("name", ["import_.py", "export.py"])
def test_a_ratio_is_printed(name: str) -> None:
    assert "ratio" in output_of(name, "--rows", "500", "--rounds", "1")


def test_the_cost_of_a_key_is_printed(run: Run, folder: Path) -> None:
    write_jsonl(folder / "rows.jsonl", [chat(f"Question {n}?", f"Answer {n}.") for n in range(300)])
    run("import", "rows.jsonl")
    assert "decision CPU ms" in output_of("tui.py", str(folder / "rows.curator"), "--rounds", "1", "--keys", "3")


def test_checks_are_measured_on_half_the_pairs_and_on_all_and_further_pairs_are_made(tmp_path: Path) -> None:
    with gzip.open(tmp_path / "pairs.jsonl.gz", "wt", encoding="utf-8") as lines:
        for number in range(300):
            pair = {"kind": "respond", "input": f"Is table {number} free?", "output": f"Table {number} is free."}
            lines.write(json.dumps(pair) + "\n")
    printed = output_of("check.py", "--data", str(tmp_path / "pairs.jsonl.gz"), "--rows", "300", "--scaled", "320")
    measured = [line for line in printed.splitlines() if " pairs/s" in line]
    assert [line.split(" pairs ")[0].strip() for line in measured] == ["150", "300", "320"]
    assert [line.split(" MB ")[1].split(",")[0].strip() for line in measured] == [
        "150 examples",
        "300 examples",
        "320 examples",
    ]
    assert "ratio of twice the rows" in printed


@pytest.mark.parametrize(
    ("bar", "value", "holds"),
    [
        ("> .17", 0.18, True),
        ("> .17", 0.17, False),
        (">= .9 at recall .8", 0.9, True),
        (">= .9", 0.899, False),
        ("<= 2", 2, True),
        ("<= 2", 3, False),
        ("< 2", 2, False),
        ("= 1.0", 1, True),
        ("= 1.0", 0.999, False),
        ("", 0, True),
    ],
)
def test_a_bar_is_reached_or_not(bar: str, value: float, holds: bool) -> None:
    assert reached(Row("near", "pairs", 10, "precision", value, bar=bar)) is holds


def test_a_value_below_its_bar_is_marked_in_the_table() -> None:
    row = Row("near", "pairs", 12_345, "precision", 0.5, "MinHash", 0.14, ">= .9")
    assert cells(row) == ("near", "pairs", "12,345", "precision", "0.500 !", "MinHash 0.140", ">= .9")


def test_a_value_without_a_bar_or_a_baseline_is_shown_alone() -> None:
    assert cells(Row("style", "bot", 10, "AUROC", 0.96)) == ("style", "bot", "10", "AUROC", "0.960", "", "")
