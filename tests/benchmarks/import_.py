"""How fast and how large an import is, beside a bare loop that parses each line and inserts it.

    python tests/benchmarks/import_.py --rows 1000000 --rounds 5

Both run in turn, each in a process of its own; CPU is user + system time as the operating system accounts it, and
the medians and their ratio are printed. Bar: at most 3 times the bare loop, under 300 MB at 1,000,000 rows.
"""

import argparse
import json
import os
import random
import re
import statistics
import subprocess
import sys
import tempfile
from collections.abc import Collection
from pathlib import Path

BARE = """
import sys, apsw, orjson
connection = apsw.Connection(sys.argv[2])
connection.pragma("journal_mode", "wal")
connection.pragma("synchronous", "full")
connection.execute("create table row(id integer primary key, raw blob)")
def rows():
    with open(sys.argv[1], "rb") as lines:
        for number, line in enumerate(lines):
            orjson.loads(line)
            yield number, line
with connection:
    connection.executemany("insert into row values (?, ?)", rows())
connection.close()
"""
WORDS = re.findall(
    r"\w+",
    "customer refund order late please answer shipping card account the a of to and is was with "
    "for on my our billing help today tomorrow invoice number email ",
)


def write_rows(path: Path, count: int, seed: int = 1) -> None:
    """Chat rows of about 400 bytes, each different."""
    choose = random.Random(seed)
    with path.open("w", encoding="utf-8") as lines:
        for number in range(count):
            question = " ".join(choose.choices(WORDS, k=28)) + f" {number}?"
            answer = " ".join(choose.choices(WORDS, k=20)) + "."
            messages = [
                {"role": "system", "content": "You are a support agent."},
                {"role": "user", "content": question},
                {"role": "assistant", "content": answer},
            ]
            lines.write(json.dumps({"messages": messages}) + "\n")


def measure(command: list[str], *, fine: Collection[int] = (0,)) -> tuple[float, float]:
    """CPU seconds and peak MB of one finished process; `fine` are the exit codes that it may end with."""
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    _, status, usage = os.wait4(process.pid, 0)
    process.returncode = status
    if os.waitstatus_to_exitcode(status) not in fine:
        raise SystemExit(f"{command[:4]} failed with {status}")
    return usage.ru_utime + usage.ru_stime, usage.ru_maxrss / 1024


def main(rows: int, rounds: int) -> None:
    """Runs both in turn and prints the medians."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        source = folder / "rows.jsonl"
        write_rows(source, rows)
        print(f"{rows:,} rows, {source.stat().st_size / rows:.0f} bytes each, {rounds} rounds")
        bare: list[float] = []
        ours: list[float] = []
        peaks: list[float] = []
        for number in range(rounds):
            bare.append(measure([sys.executable, "-c", BARE, str(source), str(folder / f"bare{number}.db")])[0])
            workspace = folder / f"ours{number}.curator"
            cpu, peak = measure([sys.executable, "-m", "curator", "import", str(source), "-w", str(workspace)])
            ours.append(cpu)
            peaks.append(peak)
            for leftover in folder.glob("*[0-9].*"):
                leftover.unlink()
        middle = statistics.median
        ratios = [a / b for a, b in zip(ours, bare, strict=True)]
        print(f"bare loop      CPU {middle(bare):7.2f} s")
        print(f"curator import CPU {middle(ours):7.2f} s   peak {middle(peaks):.0f} MB")
        print(f"ratio          {middle(ratios):.2f}")


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--rows", type=int, default=1_000_000)
    parser.add_argument("--rounds", type=int, default=5)
    arguments = parser.parse_args()
    main(arguments.rows, arguments.rounds)
