"""How fast and how large an export is, beside a bare loop that reads each row with orjson and writes it again.

    python tests/benchmarks/export.py --rows 1000000 --rounds 5 [--to openai,trl-text | --to all]

Both run in turn on the same rows, each in a process of its own; the export re-reads and validates what it wrote. CPU
is user + system time and memory the largest resident set, both as the operating system accounts them; the medians
are printed. Bar: at most 8 times the bare loop for JSON Lines, and memory that does not grow with the rows. Targets of
preferences get rows with a chosen and a rejected answer, those of liked answers rows with a mark, and `openai-rft` rows
whose answer is graded.
"""

import argparse
import json
import shutil
import statistics
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

from import_ import measure, write_rows

BARE = """
import os, sys, orjson
with open(sys.argv[1], "rb") as lines, open(sys.argv[2], "wb") as out:
    for line in lines:
        out.write(orjson.dumps(orjson.loads(line)) + b"\\n")
    out.flush()
    os.fsync(out.fileno())
"""


PREFERENCES = ("openai-dpo", "fireworks-dpo", "together-dpo", "trl-preference")
LIKED = ("trl-kto",)


def kinds_of_rows(source: Path) -> dict[str, Path]:
    """The chat rows, and the same as preferences and as liked answers."""

    def written(name: str, row: Callable[[dict[str, Any], int], dict[str, Any]]) -> Path:
        path = source.with_name(f"{name}.jsonl")
        with source.open(encoding="utf-8") as lines, path.open("w", encoding="utf-8") as out:
            for number, line in enumerate(lines):
                out.write(json.dumps(row(json.loads(line), number)) + "\n")
        return path

    def preference(row: dict[str, Any], number: int) -> dict[str, Any]:
        *prompt, answer = row["messages"]
        worse = {**answer, "content": f"No. {number}"}
        return {"prompt": prompt, "chosen": [answer], "rejected": [worse]}

    def liked(row: dict[str, Any], number: int) -> dict[str, Any]:
        *prompt, answer = row["messages"]
        return {"prompt": prompt, "completion": [answer], "label": number % 2 == 0}

    return {"chat": source, "preferences": written("preferences", preference), "liked": written("liked", liked)}


def targets_of(asked: str) -> list[str]:
    """The targets that are asked for, by name."""
    if asked != "all":
        return asked.split(",")
    said = subprocess.run([sys.executable, "-m", "curator", "targets", "--json"], check=True, capture_output=True)
    return [json.loads(line)["target"] for line in said.stdout.splitlines()]


def rounds_of(target: str, source: Path, workspace: Path, rounds: int, more: list[str]) -> Iterator[tuple[float, ...]]:
    """CPU of the bare loop and of the export, and the peak of the export, round by round."""
    out = workspace.with_name("out")
    words = ["export", "-w", str(workspace), "--to", target, "--out", str(out), "--include", "pending", *more]
    for _ in range(rounds):
        bare = measure([sys.executable, "-c", BARE, str(source), str(workspace.with_name("bare.jsonl"))])[0]
        # 1: a limit on the set is broken, or a validation file is missing, and the rows are written all the same
        cpu, peak = measure([sys.executable, "-m", "curator", *words], fine=(0, 1))
        counts = json.loads((out / "manifest.json").read_text(encoding="utf-8"))["counts"]
        yield bare, cpu, peak, sum(counts["splits"].values())
        shutil.rmtree(out)


def main(rows: int, rounds: int, asked: str, more: list[str]) -> None:
    """Fills a workspace for each kind of rows, then runs both in turn and prints the medians."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        write_rows(folder / "rows.jsonl", rows)
        sources = kinds_of_rows(folder / "rows.jsonl")
        filled: dict[str, Path] = {}
        print(f"{rows:,} rows, {sources['chat'].stat().st_size / rows:.0f} bytes each, {rounds} rounds")
        for target in targets_of(asked):
            kind = "preferences" if target in PREFERENCES else "liked" if target in LIKED else "chat"
            if kind not in filled:
                filled[kind] = folder / f"{kind}.curator"
                words = ["import", str(sources[kind]), "-w", str(filled[kind])]
                subprocess.run([sys.executable, "-m", "curator", *words], check=True, capture_output=True)
            try:
                done = list(rounds_of(target, sources[kind], filled[kind], rounds, more))
            except SystemExit:
                print(f"{target:<22} refuses these rows, as `curator export --to {target}` says", flush=True)
                shutil.rmtree(folder / "out", ignore_errors=True)
                continue
            bare, cpu, peak, written = (statistics.median(column) for column in zip(*done, strict=True))
            print(
                f"{target:<22} bare {bare:6.2f} s   export {cpu:6.2f} s   ratio {cpu / bare:5.2f}   peak {peak:5.0f} MB"
                f"   {written:>9,.0f} rows written",
                flush=True,
            )


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rows", type=int, default=1_000_000)
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--to", default="openai")
    arguments, others = parser.parse_known_args()
    main(arguments.rows, arguments.rounds, arguments.to, others)
