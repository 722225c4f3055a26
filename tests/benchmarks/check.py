"""How fast the checks are, and how much memory they take, on real pairs.

    python tests/benchmarks/check.py --data s_scale_sgd.jsonl.gz [--rows 525048] [--scaled 1000000] [--codes TXT,SAF]

The pairs are imported with `--map system=kind`, then `curator check` runs in a process of its own, children
included: wall time, CPU time, the peak of all its processes together, and the ratio to half the rows. Beyond the
pairs that there are, each further one is a real input after the input of another turn, with its own output.
"""

import argparse
import gzip
import json
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any, NamedTuple

import psutil


class Run(NamedTuple):
    """One finished command: wall seconds, CPU seconds, and the peak MB of it and its children together."""

    wall: float
    cpu: float
    peak: float
    told: str


def pairs(source: Path, count: int) -> Iterator[dict[str, Any]]:
    """So many pairs: the real ones, and beyond them each real input after that of another turn."""
    real: list[dict[str, Any]] = []
    with gzip.open(source, "rt", encoding="utf-8") as lines:
        for _, line in zip(range(count), lines, strict=False):
            real.append(json.loads(line))
            yield real[-1]
    for number in range(count - len(real)):
        pair, other = real[number % len(real)], real[(number * 7 + 4_001) % len(real)]
        yield {**pair, "input": f"{other['input']} {pair['input']}"}


def measured(command: list[str]) -> Run:
    """Run a command to its end and watch it. SystemExit with what it said when it fails."""
    started = time.perf_counter()
    process = psutil.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE)
    peak, cpu = 0.0, {}
    told: list[bytes] = []
    reader = threading.Thread(target=lambda: told.append(process.stderr.read()))
    reader.start()
    while process.poll() is None:
        held = 0
        try:
            for one in (process, *process.children(recursive=True)):
                times = one.cpu_times()
                cpu[one.pid] = times.user + times.system
                held += one.memory_info().rss
        except psutil.Error:
            continue
        peak = max(peak, held / 2**20)
        time.sleep(0.05)
    reader.join()
    if process.returncode != 0:
        raise SystemExit(f"{command} failed: {told[0].decode()}")
    return Run(time.perf_counter() - started, sum(cpu.values()), peak, told[0].decode())


def checked(source: Path, rows: int, folder: Path, codes: list[str]) -> Run:
    """Import so many pairs and check them."""
    written = folder / f"{rows}.jsonl"
    with written.open("w", encoding="utf-8") as lines:
        lines.writelines(json.dumps(pair, ensure_ascii=False) + "\n" for pair in pairs(source, rows))
    workspace = folder / f"{rows}.curator"
    curator = [sys.executable, "-m", "curator"]
    mapping = "system=kind,input=input,output=output"
    measured([*curator, "import", str(written), "-w", str(workspace), "--map", mapping])
    select = [word for code in codes for word in ("--select", code)]
    run = measured([*curator, "check", "-w", str(workspace), *select])
    for leftover in folder.glob(f"{rows}.*"):
        leftover.unlink()
    return run


def main() -> None:
    """Prints a line for half the rows and one for all of them, and the ratio."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--data", type=Path, required=True)
    parser.add_argument("--rows", type=int, default=525_048)
    parser.add_argument("--scaled", type=int, default=0)
    parser.add_argument("--codes", default="")
    arguments = parser.parse_args()
    codes = [code for code in arguments.codes.split(",") if code]
    sizes = [arguments.rows // 2, arguments.rows, *([arguments.scaled] if arguments.scaled else [])]
    walls = []
    with tempfile.TemporaryDirectory() as name:
        for rows in sizes:
            run = checked(arguments.data, rows, Path(name), codes)
            walls.append(run.wall)
            print(
                f"{rows:>9,} pairs  {run.wall:7.1f} s  CPU {run.cpu:7.1f} s  {rows / run.wall:7,.0f} pairs/s  "
                f"peak {run.peak:6,.0f} MB  {run.told.strip().splitlines()[-1]}",
                flush=True,
            )
    print(f"ratio of twice the rows {walls[1] / walls[0]:.2f}")


if __name__ == "__main__":
    main()
