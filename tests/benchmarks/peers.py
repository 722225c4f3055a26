"""How long `curator check` takes beside tools that check some of the same: same pairs, same machine, same run.

    python tests/benchmarks/peers.py --data s_scale_sgd.jsonl.gz --venvs FOLDER [--limit 600] [--memory 16000]

Each peer comes from PyPI into a virtual environment of its own in FOLDER, made at the first run, and works offline.
All get the first 10,000 pairs, then more, until one takes longer or more memory than it may. Where a tool can be
called in several ways, it is called in its fastest one. Prints a line for each run, then a table: each tool on the
largest prefix that it finished, beside the seconds that `curator check` took for as many.
"""

import argparse
import json
import os
import platform
import re
import sys
import tempfile
import threading
import time
import venv
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any, NamedTuple

import psutil

sys.path.insert(0, str(Path(__file__).parents[2]))

from tests.benchmarks.check import Run, checked, measured, pairs

ROOT = Path(__file__).parents[2]
SIZES = "10000,50000,100000,262524,525048"
HEAD = ("Tool", "Checks", "Pairs", "Wall s", "CPU s", "Peak MB", "Pairs/s", "Findings", "curator, as many: s", "Then")

# Inputs are compared within one kind of pair, as the kinds share them. Copies are counted before anything is indexed:
# SemHash does so itself, and an index of copies would be quadratic.
_READ = """
import json, sys
from collections import Counter
kinds = {}
for line in open(sys.argv[1], encoding="utf-8"):
    row = json.loads(line)
    kinds.setdefault(row["instruction"], []).append(row["input"])
found = Counter()
"""
_TELL = """
json.dump(found, open(sys.argv[2], "w"))
"""
# Its own default model has to be fetched from a hub; it takes any object that can encode.
_SEMHASH = f"""{_READ}
sys.path.insert(0, sys.argv[3])
from curator.vectors.table import encode
from semhash import SemHash
class Offline:
    def encode(self, inputs, **_):
        return encode(inputs)
for texts in kinds.values():
    result = SemHash.from_records(records=texts, model=Offline()).self_deduplicate()
    found.update("exact" if one.exact else "near" for one in result.filtered)
{_TELL}"""
_DATASKETCH = f"""{_READ}
from datasketch import MinHash, MinHashLSH
for texts in kinds.values():
    distinct = list(dict.fromkeys(texts))
    found["exact"] += len(texts) - len(distinct)
    index = MinHashLSH(threshold=0.7, num_perm=128)
    grams = ([text[at : at + 5].encode() for at in range(max(1, len(text) - 4))] for text in distinct)
    for number, sketch in enumerate(MinHash.generator(grams, num_perm=128)):
        found["near"] += bool(index.query(sketch))
        index.insert(number, sketch)
{_TELL}"""
_MODELBREW = f"""
import json, sys
from collections import Counter
from modelbrew_cleaner import clean_file
found = Counter(issue.code for row in clean_file(sys.argv[1]) for issue in row.issues)
{_TELL}"""


def alpaca(pair: dict[str, Any]) -> dict[str, Any]:
    """A pair as an Alpaca row."""
    return {"instruction": pair["kind"], "input": pair["input"], "output": pair["output"]}


def chat(pair: dict[str, Any]) -> dict[str, Any]:
    """A pair as a conversation."""
    said = zip(("system", "user", "assistant"), (pair["kind"], pair["input"], pair["output"]), strict=True)
    return {"messages": [{"role": role, "content": content} for role, content in said]}


class Peer(NamedTuple):
    """A tool: what pip installs, what it checks, what it reads, how it is called, and where it says what it found."""

    requirement: str
    checks: str
    shape: Callable[[dict[str, Any]], dict[str, Any]]
    #: From the folder of its programs, the file to read and the folder to write to.
    command: Callable[[Path, Path, Path], list[str]]
    found: Callable[[Path], dict[str, int]]


def program(text: str) -> Callable[[Path, Path, Path], list[str]]:
    """How a library is called: a few lines of Python."""
    return lambda bin_, rows, out: [str(bin_ / "python"), "-c", text, str(rows), str(out / "found.json"), str(ROOT)]


def finelint(bin_: Path, rows: Path, out: Path) -> list[str]:
    """Told which fields are what: it finds the same as in chat rows, without searching all rows for each finding."""
    fields = [word for name in ("instruction", "input", "output") for word in ("--fields", name)]
    roles = ["--input-fields", "instruction", "--input-fields", "input", "--output-fields", "output"]
    written = ["--report", str(out / "found.json"), "--affected-records", str(out / "affected.json")]
    return [str(bin_ / "finelint"), "inspect", str(rows), "--schema", "generic", *fields, *roles, *written]


def dropoutt(bin_: Path, rows: Path, out: Path) -> list[str]:
    """On all cores: its default leaves one out."""
    quiet = ["--offline", "--quiet", "--no-html", "--no-open"]
    return [str(bin_ / "dropoutt"), "scan", str(rows), "-o", str(out), "-j", str(os.cpu_count() or 1), *quiet]


def counted(out: Path) -> dict[str, int]:
    """What the programs above write."""
    found: dict[str, int] = json.loads((out / "found.json").read_text(encoding="utf-8"))
    return found


def of_finelint(out: Path) -> dict[str, int]:
    """Findings by code; one finding of duplicates or of a conflict is a group of rows."""
    found: dict[str, int] = json.loads((out / "found.json").read_text(encoding="utf-8"))["summary"]["by_code"]
    return found


def of_dropoutt(out: Path) -> dict[str, int]:
    """How many rows or prompts each finding counts; those of severity "info" are figures, not findings."""
    with (out / "findings.jsonl").open(encoding="utf-8") as lines:
        return {said["check_id"]: said["count"] for said in map(json.loads, lines) if said["severity"] != "info"}


PEERS = {
    "semhash": Peer(
        "semhash==0.5.0",
        "near-duplicate inputs by sentence vectors (cosine .9; the vectors are curator's)",
        alpaca,
        program(_SEMHASH),
        counted,
    ),
    "datasketch": Peer(
        "datasketch==2.0.0",
        "near-duplicate inputs by MinHash (candidates at Jaccard .7 of 5-grams, not verified)",
        alpaca,
        program(_DATASKETCH),
        counted,
    ),
    "finelint": Peer(
        "finelint==0.2.0",
        "duplicates, near-duplicates (Jaccard .95), conflicting outputs, missing and mistyped fields",
        alpaca,
        finelint,
        of_finelint,
    ),
    "dropoutt": Peer(
        "dropoutt==1.4.1",
        "duplicates, near-duplicates, conflicting outputs, personal data, keys, language, boilerplate, roles",
        chat,
        dropoutt,
        of_dropoutt,
    ),
    "modelbrew-cleaner": Peer(
        "modelbrew-cleaner==0.1.0",
        "duplicates, near-duplicates (of its first 2,000 rows), personal data, injections, refusals, wording, length",
        chat,
        program(_MODELBREW),
        counted,
    ),
}


class Line(NamedTuple):
    """How a tool fared with so many pairs: `run` is None when it did not finish, and `told` says why."""

    pairs: int
    run: Run | None
    told: str

    def __str__(self) -> str:
        if self.run is None:
            return f"{self.pairs:>9,} pairs  {self.told}"
        return "  ".join(
            (
                f"{self.pairs:>9,} pairs",
                f"{self.run.wall:7.1f} s",
                f"CPU {self.run.cpu:7.1f} s",
                f"peak {self.run.peak:6,.0f} MB",
                f"{self.pairs / self.run.wall:8,.0f} pairs/s",
                self.told,
            )
        )


def installed(name: str, venvs: Path) -> Path:
    """The folder of a peer's programs; makes its environment when it is missing. SystemExit when pip fails."""
    folder = venvs / PEERS[name].requirement
    done = folder / "installed"
    if not done.exists():
        venv.create(folder, with_pip=True, clear=True)
        pip = [str(folder / "bin" / "python"), "-m", "pip", "--quiet", "--disable-pip-version-check"]
        measured([*pip, "install", PEERS[name].requirement])
        done.touch()
    return folder / "bin"


@contextmanager
def bounded(seconds: float, megabytes: float) -> Iterator[list[str]]:
    """Ends each command started meanwhile that takes longer or, with its children, more memory; the list says why."""
    why: list[str] = []
    over = threading.Event()

    def watch() -> None:
        while not over.wait(0.2):
            for child in psutil.Process().children():
                with suppress(psutil.Error):
                    family = [*child.children(recursive=True), child]
                    if reason := excess(family, seconds, megabytes):
                        why.append(reason)
                        for one in family:
                            one.kill()

    watcher = threading.Thread(target=watch)
    watcher.start()
    try:
        yield why
    finally:
        over.set()
        watcher.join()


def excess(family: list[psutil.Process], seconds: float, megabytes: float) -> str:
    """What a process, which is the last, and its children take too much of; nothing if they do not."""
    if time.time() - family[-1].create_time() > seconds:
        return f"stopped after {seconds:,.0f} s"
    if sum(one.memory_info().rss for one in family) > megabytes * 2**20:
        return f"stopped at {megabytes:,.0f} MB"
    return ""


def peer_run(name: str, bin_: Path, source: Path, rows: int, folder: Path) -> tuple[Run, str]:
    """A peer on so many pairs, and what it found."""
    peer = PEERS[name]
    written = folder / f"{peer.shape.__name__}-{rows}.jsonl"
    if not written.exists():
        with written.open("w", encoding="utf-8") as lines:
            lines.writelines(json.dumps(peer.shape(pair), ensure_ascii=False) + "\n" for pair in pairs(source, rows))
    out = folder / f"{name}-{rows}"
    out.mkdir()
    run = measured(peer.command(bin_, written, out))
    found = Counter(peer.found(out))
    return run, f"{found.total():,}: " + ", ".join(f"{code} {count:,}" for code, count in found.most_common(5))


def curator_run(source: Path, rows: int, folder: Path) -> tuple[Run, str]:
    """`curator check`, all checks, and what it found. The import before it is not counted."""
    run = checked(source, rows, folder, [])
    said = re.search(r"([\d,]+) findings?\b", run.told)
    return run, said[1] if said else run.told.strip()[-200:]


def attempt(name: str, rows: int, folder: Path, arguments: argparse.Namespace) -> Line:
    """One tool on so many pairs, within its bounds."""
    try:
        bin_ = Path() if name == "curator" else installed(name, arguments.venvs)
    except SystemExit as problem:
        return Line(rows, None, f"not installed: {last_words(problem)}")
    with bounded(arguments.limit, arguments.memory) as why:
        try:
            if name == "curator":
                return Line(rows, *curator_run(arguments.data, rows, folder))
            return Line(rows, *peer_run(name, bin_, arguments.data, rows, folder))
        except SystemExit as problem:
            return Line(rows, None, why[0] if why else f"failed: {last_words(problem)}")
        except (OSError, ValueError, LookupError) as problem:
            return Line(rows, None, f"failed: {type(problem).__name__}: {problem}")


def last_words(problem: SystemExit) -> str:
    """The last line that a failed command said."""
    lines = str(problem).strip().splitlines()
    return lines[-1].strip()[-200:]


def table(lines: dict[str, list[Line]]) -> list[tuple[str, ...]]:
    """A line a tool: its largest finished prefix, and how the next one ended."""
    walls = {line.pairs: line.run.wall for line in lines.get("curator", []) if line.run}
    out = [HEAD, ("---",) * len(HEAD)]
    for name, tried in lines.items():
        checks = "all of this project" if name == "curator" else PEERS[name].checks
        then = "" if tried[-1].run else f"{tried[-1].pairs:,}: {tried[-1].told}"
        finished = [(line, line.run) for line in tried if line.run]
        if not finished:
            out.append((name, checks, "0", *("",) * 6, then))
            continue
        line, run = finished[-1]
        figures = (f"{run.wall:,.1f}", f"{run.cpu:,.1f}", f"{run.peak:,.0f}", f"{line.pairs / run.wall:,.0f}")
        as_many = f"{walls[line.pairs]:,.1f}" if line.pairs in walls else ""
        out.append((name, checks, f"{line.pairs:,}", *figures, line.told, as_many, then))
    return out


def main() -> None:
    """Prints a line for each run, and the table."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--data", type=Path, required=True)
    parser.add_argument("--venvs", type=Path, required=True, help="a folder for the peers' environments (1.2 GB)")
    parser.add_argument("--limit", type=float, default=600, help="seconds")
    parser.add_argument("--memory", type=float, default=16_000, help="MB")
    parser.add_argument("--sizes", default=SIZES, help=f"{SIZES}, or others, growing")
    parser.add_argument("--only", default="", help=f"some of curator,{','.join(PEERS)}")
    arguments = parser.parse_args()
    arguments.venvs = arguments.venvs.expanduser().resolve()
    lines: dict[str, list[Line]] = {name: [] for name in arguments.only.split(",") if name} or {
        name: [] for name in ("curator", *PEERS)
    }
    print(f"{os.cpu_count()} cores, {platform.system()} {platform.machine()}, Python {platform.python_version()}")
    for rows in map(int, arguments.sizes.split(",")):
        with tempfile.TemporaryDirectory() as folder:
            for name, tried in lines.items():
                if all(line.run for line in tried):
                    tried.append(attempt(name, rows, Path(folder), arguments))
                    print(f"{name:<17}  {tried[-1]}", flush=True)
    print("\n" + "\n".join("| " + " | ".join(cells) + " |" for cells in table(lines)))


if __name__ == "__main__":
    main()
