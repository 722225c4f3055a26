"""Checks that somebody installs: what they print, end or take does not reach the others."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
CARD = '    """{}\n\n    Why: a.\n    Fix: b.\n    Example:\n        "x"\n    """\n'
HEAD = (
    "import os\nfrom curator.checks.base import example_check, found\nfrom curator.model import Example, Severity\n\n\n"
)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A folder with a workspace of three rows."""
    rows = [{"prompt": f"Question {n}?", "completion": "" if n == 1 else f"Leave {n}."} for n in range(3)]
    (tmp_path / "rows.jsonl").write_text("".join(json.dumps(row) + "\n" for row in rows), encoding="utf-8")
    assert curator(tmp_path, "import", "rows.jsonl").returncode == 0
    return tmp_path


def plugin(folder: Path, body: str) -> None:
    """Installs a module of checks as pip would."""
    (folder / "my_checks.py").write_text(HEAD + body, encoding="utf-8")
    info = folder / "my_checks-1.0.dist-info"
    info.mkdir()
    (info / "METADATA").write_text("Metadata-Version: 2.1\nName: my_checks\nVersion: 1.0\n")
    (info / "entry_points.txt").write_text("[curator.checks]\nmy_checks = my_checks\n")


def curator(folder: Path, *words: str) -> "subprocess.CompletedProcess[str]":
    paths = os.pathsep.join((str(folder), str(ROOT)))
    return subprocess.run([sys.executable, "-m", "curator", *words], capture_output=True, text=True, cwd=folder,
                          check=False, env={**os.environ, "PYTHONPATH": paths})  # fmt: skip


def test_a_code_or_a_name_that_is_taken_is_refused_and_said(folder: Path) -> None:
    plugin(folder, "@example_check('TXT001', Severity.ERROR)\ndef mine(example: Example):\n" + CARD.format("Mine.")
           + "    yield from ()\n\n\n@example_check('STY910', Severity.ERROR)\ndef empty_output(example: Example):\n"
           + CARD.format("Mine.") + "    yield from ()\n")  # fmt: skip
    done = curator(folder, "check", "--select", "TXT001,STY910")
    assert done.returncode == 2
    assert "TXT001 mine of my_checks is left out: TXT001 empty-output is taken" in done.stderr
    assert "STY910 empty-output of my_checks is left out" in done.stderr
    assert curator(folder, "check", "--select", "TXT001").returncode == 0
    assert "rows.jsonl:2: TXT001 error" in curator(folder, "findings").stdout


def test_what_a_check_prints_is_no_data(folder: Path) -> None:
    plugin(folder, "@example_check('STY911', Severity.INFO)\ndef talks(example: Example):\n" + CARD.format("Talks.")
           + "    print('noise')\n    yield from ()\n")  # fmt: skip
    done = curator(folder, "check", "--select", "STY911,TXT001", "--json")
    assert done.returncode == 0
    assert sorted(json.loads(line)["code"] for line in done.stdout.splitlines()) == ["STY911", "TXT001"]


def test_a_check_that_ends_its_process_is_named_with_its_row(folder: Path) -> None:
    plugin(folder, "@example_check('STY912', Severity.INFO)\ndef leaves(example: Example):\n" + CARD.format("Leaves.")
           + "    if example.output_text == 'Leave 2.':\n        os._exit(3)\n    yield from ()\n")  # fmt: skip
    done = curator(folder, "check", "--select", "STY912,TXT001")
    assert done.returncode == 0
    assert "Not checked: STY912: rows.jsonl, row 3: the check ended its process at this row" in done.stderr
    assert "rows.jsonl:2: TXT001 error" in curator(folder, "findings").stdout
