"""The benchmarks run, on little data: whether their figures hold is looked at by hand."""

import subprocess
import sys
from pathlib import Path

import pytest

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
