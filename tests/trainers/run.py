"""Loads real exports with the real trainers, each in an environment of its own. Run by hand.

    python tests/trainers/run.py --venvs FOLDER [--only trl,together]

For each trainer a virtual environment is made in FOLDER unless it is there, with the packages of `TRAINERS`. Every
export is written by `curator export` from `rows.py`, then read by the loader's own code: a table says how many rows
were written, how many the loader has, and how many of these have a token to learn from. It exits 1 when they differ.
"""

import argparse
import json
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Any

HERE = Path(__file__).resolve().parent
sys.path.insert(0, str(HERE.parent.parent))
from tests.trainers import rows  # noqa: E402 - the project's folder is on the path only from here on

#: Packages of each trainer. torch's build for processors alone is asked for by its version.
TRAINERS = {
    "trl": ("torch==2.13.0", "trl", "datasets"),
    "together": ("together==2.14.0",),
    "llamafactory": ("torch==2.13.0", "llamafactory"),
}
#: What is loaded: the trainer, the target, and the rows that are exported to it.
LOADS = (
    ("trl", "trl", "chats"), ("trl", "trl", "calls"), ("trl", "trl-prompt-completion", "chats"),
    ("trl", "trl-text", "chats"),
    ("trl", "trl-preference", "preferences"), ("trl", "trl-kto", "judged"), ("trl", "hf", "chats"),
    ("together", "together", "chats"), ("together", "together-dpo", "preferences"),
    ("llamafactory", "llamafactory", "chats"), ("llamafactory", "llamafactory", "calls"),
)  # fmt: skip


def main() -> None:
    """Prints a line for each load."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--venvs", type=Path, required=True)
    parser.add_argument("--only", default="")
    arguments = parser.parse_args()
    only = [name for name in arguments.only.split(",") if name]
    wrong = 0
    print("| Loader | Target | Rows of | Written | Loaded | Learnt from |\n| --- | --- | --- | ---: | ---: | ---: |")
    for trainer, target, kind in LOADS:
        if only and trainer not in only:
            continue
        python = environment(arguments.venvs, trainer)
        with tempfile.TemporaryDirectory() as folder:
            written = exported(Path(folder), target, getattr(rows, kind)())
            loaded, taught, said = load(python, trainer, target, Path(folder) / "out")
        wrong += not written == loaded == taught
        print(f"| {said} | `{target}` | {kind} | {written:,} | {loaded:,} | {taught:,} |", flush=True)
    print("\n| Loader | Row | curator | The loader, given it all the same |\n| --- | --- | --- | --- |")
    for trainer, target in (("trl", "trl"), ("together", "together"), ("llamafactory", "llamafactory")):
        if not only or trainer in only:
            wrong += refusals(arguments.venvs, trainer, target)
    sys.exit(1 if wrong else 0)


def refusals(venvs: Path, trainer: str, target: str) -> int:
    """Prints what becomes of rows with a flaw; how many of them curator writes and the loader does not take."""
    wrong = 0
    python = environment(venvs, trainer)
    for name, row in rows.refused().items():
        with tempfile.TemporaryDirectory() as folder:
            ours = exported(Path(folder), target, [row])
            out = Path(folder) / "raw"
            out.mkdir()
            given = rows.as_sharegpt(row) if trainer == "llamafactory" else row
            (out / "train.jsonl").write_text(json.dumps(given) + "\n", encoding="utf-8")
            loaded, taught, said = load(python, trainer, target, out, quiet=True)
        outcome = "refuses it" if not loaded else "loads it and learns nothing" if not taught else "takes it"
        wrong += bool(ours) and not taught
        print(f"| {said} | {name} | {'writes it' if ours else 'leaves it out'} | {outcome} |", flush=True)
    return wrong


def environment(venvs: Path, trainer: str) -> Path:
    """The Python of a trainer's environment, made when it is missing."""
    folder = venvs.resolve() / trainer
    python = folder / "bin" / "python"
    if not python.exists():
        subprocess.run([sys.executable, "-m", "venv", str(folder)], check=True)
        for package in TRAINERS[trainer]:
            subprocess.run([str(python), "-m", "pip", "install", "--quiet", package], check=True)
    return python


def exported(folder: Path, target: str, made: list[dict[str, Any]]) -> int:
    """Writes an export of these rows into `folder`/out; how many rows it holds."""
    source = folder / "rows.jsonl"
    source.write_text("".join(json.dumps(row, ensure_ascii=False) + "\n" for row in made), encoding="utf-8")
    curator(folder, "import", "rows.jsonl", allowed=(0, 1, 2))
    curator(folder, "decide", "--where", "", "--accept", "--yes", allowed=(0, 1, 2))
    curator(folder, "export", "--to", target, "--out", "out", allowed=(0, 1, 2))
    if not (folder / "out" / "manifest.json").exists():
        return 0
    files = json.loads((folder / "out" / "manifest.json").read_bytes())["files"]
    return int(next((one["rows"] for name, one in files.items() if name.startswith("train.")), 0))


def curator(folder: Path, *words: str, allowed: tuple[int, ...] = (0,)) -> None:
    """Runs a command of this checkout in a folder. Raises `RuntimeError` with what it said."""
    done = subprocess.run(
        [sys.executable, "-m", "curator", *words], cwd=folder, capture_output=True, text=True, check=False,
        env={"PYTHONPATH": str(HERE.parent.parent), "PATH": "/usr/bin:/bin", "CURATOR_REVIEWER": "ana"},
    )  # fmt: skip
    if done.returncode not in allowed:
        raise RuntimeError(f"curator {' '.join(words)}: {done.stderr}")


def load(python: Path, trainer: str, target: str, out: Path, *, quiet: bool = False) -> tuple[int, int, str]:
    """What a trainer has of an export: rows, rows with a token to learn from, and its name with its version."""
    script = HERE / f"load_{trainer}.py"
    done = subprocess.run([str(python), str(script), target, str(out)], capture_output=True, text=True, check=False)
    if done.returncode:
        if not quiet:
            print(done.stderr[-3000:], file=sys.stderr)
        return 0, 0, trainer
    told = json.loads(done.stdout.splitlines()[-1])
    return told["rows"], told["taught"], told["loader"]


if __name__ == "__main__":
    main()
