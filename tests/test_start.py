"""What is loaded when: `curator --help` must feel instant."""

import subprocess
import sys

HEAVY = ("textual", "pydantic", "anthropic", "datasets", "pyarrow", "numpy", "apsw", "msgspec", "ftfy", "rapidfuzz")


def loaded_after(code: str) -> set[str]:
    script = f"{code}\nimport sys; print('MODULES', *sys.modules)"
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True)
    return set(done.stdout.rpartition("MODULES")[2].split())


def test_help_loads_nothing_heavy() -> None:
    loaded = loaded_after(
        "from click.testing import CliRunner\nfrom curator.cli import group\n"
        "assert CliRunner().invoke(group, ['--help']).exit_code == 0"
    )
    assert not loaded & set(HEAVY)


def test_the_package_itself_is_light() -> None:
    assert not loaded_after("import curator") & {*HEAVY, "click"}


def test_import_of_a_jsonl_file_needs_no_textual_pydantic_or_datasets(tmp_path: object) -> None:
    code = f"""
from pathlib import Path
from curator.workspace import Workspace
from curator.operations.import_ import import_sources
path = Path({str(tmp_path)!r})
(path / "a.jsonl").write_text('{{"prompt": "a", "completion": "b"}}')
with Workspace.create(path / "w.curator") as ws:
    for _ in import_sources(ws, [str(path / "a.jsonl")], actor="me"): pass
    assert ws.examples.count() == 1
"""
    assert not loaded_after(code) & {"textual", "pydantic", "anthropic", "datasets", "pyarrow", "ftfy"}


def test_every_command_says_what_it_is_for() -> None:
    from click.testing import CliRunner

    from curator.cli import COMMANDS, group

    for name in COMMANDS:
        result = CliRunner().invoke(group, [name, "--help"])
        assert result.exit_code == 0, name
        assert result.output.count("\n") > 4, name
