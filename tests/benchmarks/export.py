"""How fast and how large an export is, beside a bare loop that reads each row with orjson and writes it again.

    python tests/benchmarks/export.py --rows 1000000 --rounds 5

Both run in turn on the same rows, each in a process of its own; the export re-reads and validates what it wrote. CPU
is user + system time and memory the largest resident set, both as the operating system accounts them; the medians
are printed. Bar: at most 8 times the bare loop, and memory that does not grow with the rows.
"""

import argparse
import shutil
import statistics
import subprocess
import sys
import tempfile
from pathlib import Path

from import_ import measure, write_rows

BARE = """
import os, sys, orjson
with open(sys.argv[1], "rb") as lines, open(sys.argv[2], "wb") as out:
    for line in lines:
        out.write(orjson.dumps(orjson.loads(line)) + b"\\n")
    out.flush()
    os.fsync(out.fileno())
"""


def main(rows: int, rounds: int, target: str, more: list[str]) -> None:
    """Fills a workspace once, then runs both in turn and prints the medians."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        source, workspace = folder / "rows.jsonl", folder / "rows.curator"
        write_rows(source, rows)
        curator = [sys.executable, "-m", "curator"]
        subprocess.run([*curator, "import", str(source), "-w", str(workspace)], check=True, capture_output=True)
        print(f"{rows:,} rows, {source.stat().st_size / rows:.0f} bytes each, {rounds} rounds")
        bare, ours, peaks, ratios = [], [], [], []
        for _ in range(rounds):
            bare.append(measure([sys.executable, "-c", BARE, str(source), str(folder / "bare.jsonl")])[0])
            words = ["export", "-w", str(workspace), "--to", target, "--out", str(folder / "out"), *more]
            cpu, peak = measure([*curator, *words, "--include", "pending"])
            ours.append(cpu)
            peaks.append(peak)
            ratios.append(ours[-1] / bare[-1])
            print(f"  bare {bare[-1]:6.2f} s   export {cpu:6.2f} s   ratio {ratios[-1]:5.2f}   peak {peak:5.0f} MB")
            shutil.rmtree(folder / "out")
        print(f"median: bare {statistics.median(bare):.2f} s, export {statistics.median(ours):.2f} s,", end=" ")
        print(f"ratio {statistics.median(ratios):.2f} (bar 8), peak {statistics.median(peaks):.0f} MB")


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rows", type=int, default=1_000_000)
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--to", default="openai")
    arguments, others = parser.parse_known_args()
    main(arguments.rows, arguments.rounds, arguments.to, others)
