"""The README is run and compared: its tables are made from the code, its commands work, its check is found.

`CURATOR_UPDATE=1 python -m pytest tests/test_readme.py` writes the tables anew.
"""

import json
import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

from curator.checks.base import checks
from curator.formats.detect import formats
from curator.targets.named import targets
from tests.conftest import Run
from tests.formats.conventions import conventions_table

README = Path(__file__).parent.parent / "README.md"


def checks_table() -> str:
    rows = [
        f"| {check.code} | {check.name} | {check.severity.value} | {first(check.card.what)} |" for check in checks()
    ]
    return "\n".join(["| Code | Check | Severity | What it finds |", "| --- | --- | --- | --- |", *rows])


def formats_table() -> str:
    rows = [
        f"| `{shape.name}` | {shape.title} | {', '.join(f'`{column}`' for column in sorted(shape.columns))} |"
        for shape in formats()
    ]
    return "\n".join(["| Shape | What it is | Columns it knows |", "| --- | --- | --- |", *rows])


def targets_table() -> str:
    rows = []
    for target in targets():
        status = target.status.state + (f", until {target.status.until}" if target.status.until else "")
        rows.append(f"| `{target.name}` | {target.title} | {status} (verified {target.status.verified_on}) |")
    return "\n".join(["| Target | Who trains on it | Status |", "| --- | --- | --- |", *rows])


def first(text: str) -> str:
    return text.split("\n")[0].split(". ")[0].rstrip(".").replace("|", "\\|") + "."


TABLES = {
    "checks": checks_table,
    "conventions": conventions_table,
    "formats": formats_table,
    "targets": targets_table,
}


@pytest.mark.parametrize("name", TABLES)
def test_a_table_says_what_the_code_says(name: str) -> None:
    text = README.read_text(encoding="utf-8")
    pattern = re.compile(rf"(<!-- {name} -->\n)(.*?)(<!-- /{name} -->)", re.DOTALL)
    table = TABLES[name]() + "\n"
    if os.environ.get("CURATOR_UPDATE"):
        README.write_text(pattern.sub(lambda match: match[1] + table + match[3], text), encoding="utf-8")
        return
    found = pattern.search(text)
    assert found is not None
    assert found[2] == table


def test_the_five_minutes_work_as_they_are_written(run: Run, folder: Path) -> None:
    text = README.read_text(encoding="utf-8")
    content = re.search(r"<!-- file: desk.csv -->\n```csv\n(.*?)```", text, re.DOTALL)
    assert content is not None
    (folder / "desk.csv").write_text(content[1], encoding="utf-8")
    section = text.partition("## Five minutes")[2].partition("\n## ")[0]
    commands = [
        re.findall(r'"[^"]*"|\S+', line.partition("#")[0])
        for block in re.findall(r"```sh\n(.*?)```", section, re.DOTALL)
        for line in block.splitlines()
        if line.startswith("curator ")
    ]
    assert [words[1] for words in commands] == [
        "import",
        "check",
        "findings",
        "review",
        "decide",
        "decide",
        "decide",
        "decide",
        "export",
        "verify",
    ]
    for words in commands:
        if words[1] == "review":  # the terminal tests press its keys
            continue
        result = run(*(word.strip('"') for word in words[1:]))
        assert result.exit_code in ((0, 1) if words[1] == "export" else (0,)), (words, result.output)
    assert {"train.jsonl", "rag.jsonl", "left_out.jsonl", "manifest.json"} <= {
        path.name for path in (folder / "out").iterdir()
    }
    written = (folder / "out" / "train.jsonl").read_text(encoding="utf-8")
    assert written.count("\n") == 2
    assert "TODO" not in written


def installed(folder: Path, group: str, name: str, holds: str) -> str:
    """The README's file that holds this text, as a package that pip would leave in the folder."""
    text = README.read_text(encoding="utf-8")
    source: str = next(block for block in re.findall(r"```python\n(.*?)```", text, re.DOTALL) if holds in block)
    package = folder / name
    package.mkdir()
    (package / "__init__.py").write_text(source, encoding="utf-8")
    info = folder / f"{name}-1.0.dist-info"
    info.mkdir()
    (info / "METADATA").write_text(f"Metadata-Version: 2.1\nName: {name}\nVersion: 1.0\n")
    (info / "entry_points.txt").write_text(f"[{group}]\n{name} = {name}\n")
    return source


def curator(folder: Path, *words: str) -> "subprocess.CompletedProcess[str]":
    """What a command does where that package is installed."""
    paths = os.pathsep.join((str(folder), str(README.parent)))
    return subprocess.run([sys.executable, "-m", "curator", *words], capture_output=True, text=True, cwd=folder,
                          check=False, env={**os.environ, "PYTHONPATH": paths})  # fmt: skip


def test_the_check_of_the_readme_is_found_by_being_a_file(folder: Path) -> None:
    installed(folder, "curator.checks", "shouting", "example_check")
    done = curator(folder, "explain", "STY900")
    assert done.returncode == 0, done.stderr
    assert "written in capitals" in done.stdout


def test_the_target_of_the_readme_is_one_short_file_that_writes_and_refuses(folder: Path) -> None:
    assert installed(folder, "curator.targets", "harbour", "chat_target(").count("\n") < 60
    rows = [{"instruction": f"Say {n}.", "output": f"It is {n}."} for n in range(12)]
    rows.append({"instruction": "Go on.", "output": "Then <|harbour|> it ends."})
    (folder / "said.jsonl").write_text("".join(json.dumps(row) + "\n" for row in rows), encoding="utf-8")
    assert curator(folder, "import", "said.jsonl", "-w", "said.curator").returncode == 0
    assert "harbour" in curator(folder, "targets").stdout
    done = curator(folder, "export", "-w", "said.curator", "--to", "harbour", "--include", "pending", "--out", "port")
    assert done.returncode == 1, done.stderr  # one row is refused
    assert "<|harbour|>" in (folder / "port" / "left_out.jsonl").read_text(encoding="utf-8")
    written = (folder / "port" / "train.jsonl").read_text(encoding="utf-8").splitlines()
    assert json.loads(written[0]) == {
        "dialog": [{"by": "person", "text": "Say 0."}, {"by": "model", "text": "It is 0."}]
    }
    assert len(written) == 12
    few = curator(folder, "export", "-w", "said.curator", "--to", "harbour", "--include", "pending", "--out", "few",
                  "--where", "in~Say limit:3")  # fmt: skip
    assert "at least 10 examples" in few.stdout + few.stderr


def test_every_command_is_in_the_readme_or_its_help() -> None:
    from curator.cli import COMMANDS

    text = README.read_text(encoding="utf-8") + (README.parent / "CHANGELOG.md").read_text(encoding="utf-8")
    for name in COMMANDS:
        assert re.search(rf"\b{name}\b", text), name
