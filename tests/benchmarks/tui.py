"""What review costs: first paint, memory, a cursor key, a decision. Run by hand on a workspace file:

    python tests/benchmarks/tui.py big.curator [--copy] [--size 160x50]

The real program runs in a pseudo-terminal whose other end is ours: it answers the terminal's questions, takes the
end of a synchronised update as "frame done", and reads CPU from the scheduler's own count for all threads, which is
right also on a busy machine. Budgets for 1,000,000 examples: first paint 1500 ms of CPU in all, 110 MB, a cursor
key 12 ms, a decision with commit and next row 30 ms. `--copy` works on a copy, so that decisions leave no trace.

    python tests/benchmarks/tui.py big.curator --copy --beside [--keys 300] [--rounds 3]

measures by the clock what a key takes from its press to the end of its frame, without and with a check of the whole
set beside it (started from Home, as a reviewer does), in turn. Budget: p95 at most 1.5 times that without.
"""

import argparse
import fcntl
import glob
import os
import pty
import select
import shutil
import signal
import statistics
import struct
import sys
import tempfile
import termios
import time
from pathlib import Path

ROOT = Path(__file__).parents[2]
ASKED, ANSWER, DONE = b"\x1b[?2026$p", b"\x1b[?2026;2$y", b"\x1b[?2026l"
PROGRAM = """
import sys
from pathlib import Path
from curator.settings import Review, Settings
from curator.tui.app import run
run(Path(sys.argv[1]), reviewer="benchmark", settings=Settings(review=Review(min_dwell_ms=0)))
"""


class Terminal:
    """The program in a terminal of ours."""

    def __init__(self, workspace: Path, columns: int, rows: int) -> None:
        self.pid, self.master = pty.fork()
        if self.pid == 0:
            os.chdir(ROOT)
            os.environ.update(TERM="xterm-256color", COLORTERM="truecolor", PYTHONPATH=str(ROOT))
            os.execv(sys.executable, [sys.executable, "-c", PROGRAM, str(workspace)])
        fcntl.ioctl(self.master, termios.TIOCSWINSZ, struct.pack("HHHH", rows, columns, 0, 0))
        self.sent = 0

    def wait(self, quiet: float, limit: float = 30.0) -> int:
        """Read until nothing has come for `quiet` seconds; the number of frames that came."""
        frames, until = 0, time.monotonic() + limit
        while time.monotonic() < until:
            ready, _, _ = select.select([self.master], [], [], quiet)
            if not ready:
                if frames:
                    return frames
                continue
            data = os.read(self.master, 1 << 20)
            self.sent += len(data)
            if ASKED in data:
                os.write(self.master, ANSWER)
            frames += data.count(DONE)
        raise TimeoutError("the program did not paint")

    def cpu(self) -> float:
        """Milliseconds of CPU of all its threads so far."""
        return (
            sum(int(Path(task).read_text().split()[0]) for task in glob.glob(f"/proc/{self.pid}/task/*/schedstat"))
            / 1e6
        )

    def memory(self, name: str = "VmRSS") -> float:
        """Megabytes."""
        line = next(line for line in Path(f"/proc/{self.pid}/status").read_text().splitlines() if line.startswith(name))
        return int(line.split()[1]) / 1024

    def key(self, keys: bytes, quiet: float = 0.06) -> tuple[float, int]:
        """CPU milliseconds and bytes that a key costs, its frames included."""
        cpu, sent = self.cpu(), self.sent
        os.write(self.master, keys)
        self.wait(quiet, 10)
        return self.cpu() - cpu, self.sent - sent

    def clock(self, keys: bytes, limit: float = 10.0) -> float:
        """Wall-clock milliseconds from a key to the end of its first frame."""
        began, data = time.perf_counter(), b""
        os.write(self.master, keys)
        while time.perf_counter() - began < limit:
            if select.select([self.master], [], [], limit)[0]:
                data = data[-len(DONE) :] + os.read(self.master, 1 << 20)
                if DONE in data:
                    return (time.perf_counter() - began) * 1000
        raise TimeoutError("the program did not paint")

    def drain(self, quiet: float) -> None:
        """Read until nothing has come for so many seconds, if anything comes at all."""
        while select.select([self.master], [], [], quiet)[0]:
            os.read(self.master, 1 << 20)

    def end(self) -> None:
        """Leave, and make sure of it."""
        os.write(self.master, b"\x11")
        deadline = time.monotonic() + 5
        while time.monotonic() < deadline:
            if os.waitpid(self.pid, os.WNOHANG)[0]:
                return
            if select.select([self.master], [], [], 0.05)[0]:
                try:
                    os.read(self.master, 1 << 20)
                except OSError:
                    continue
        os.kill(self.pid, signal.SIGKILL)
        os.waitpid(self.pid, 0)


def held(workspace: Path, columns: int, rows: int, rate: int = 100_000) -> float:
    """Seconds from the last of 60 held keys to the last byte, over a line of `rate` bytes a second."""
    terminal = Terminal(workspace, columns, rows)
    try:
        terminal.wait(0.6)
        began = time.monotonic()
        pressed, drained, last = 0, 0, 0.0
        while True:
            now = time.monotonic() - began
            if pressed < 60 and now >= pressed / 30:
                os.write(terminal.master, b"j")
                pressed += 1
            allowed = int(now * rate) - drained
            ready = allowed > 0 and select.select([terminal.master], [], [], 0.005)[0]
            if ready:
                data = os.read(terminal.master, min(allowed, 4096))
                drained, last = drained + len(data), time.monotonic() - began
            elif pressed == 60 and now > max(last, 59 / 30) + 0.5:
                return max(0.0, last - 59 / 30)
            else:
                drained = max(drained, int(now * rate) - 4096)  # an idle line saves nothing up
                time.sleep(0.001)
    finally:
        terminal.end()


def megabyte(folder: Path, columns: int, rows: int) -> float:
    """CPU milliseconds until the second of two pairs, of 1 MB, is shown."""
    import json

    from curator.operations.import_ import import_sources
    from curator.workspace import Workspace

    words = "The refund of order 5512 has not arrived, so the customer asks again. "
    texts = ["short", "\n".join(words * 3 for _ in range(500_000 // len(words) // 3))]
    source = folder / "large.jsonl"
    pairs = [[{"role": "user", "content": text}, {"role": "assistant", "content": text}] for text in texts]
    source.write_text("".join(json.dumps({"messages": pair}) + "\n" for pair in pairs))
    path = folder / "large.curator"
    with Workspace.create(path) as workspace:
        for _ in import_sources(workspace, [str(source)], actor="benchmark"):
            pass
    terminal = Terminal(path, columns, rows)
    try:
        terminal.wait(0.6)
        return terminal.key(b"j", 0.3)[0]
    finally:
        terminal.end()


def filters(workspace: Path) -> dict[str, float]:
    """CPU milliseconds to the first 200 rows of filters over indexes and words, and to all of them."""
    from curator.query import parse
    from curator.workspace import Workspace

    found: dict[str, float] = {}
    with Workspace.open(workspace) as opened:
        for _ in opened.words.build():
            pass
        for text in ("finding:any", "sev:error status:pending", "refund", "out~refund", "len(out)<20"):
            began, rows, first = time.process_time(), 0, 0.0
            for part in opened.examples.growing(parse(text)):
                rows += len(part)
                if not first and rows >= 200:
                    first = (time.process_time() - began) * 1000
            found[f"{text}: 200 rows"] = first
            found[f"{text}: all {rows:,}"] = (time.process_time() - began) * 1000
    return found


def measure(workspace: Path, columns: int, rows: int, keys: int) -> dict[str, float]:
    """One start and its keys."""
    terminal = Terminal(workspace, columns, rows)
    try:
        began = time.monotonic()
        terminal.wait(0.02)
        paint, first = terminal.cpu(), time.monotonic() - began
        terminal.wait(0.6) if terminal.cpu() - paint > 5 else None
        found = {"first paint CPU ms": paint, "first paint wall ms": first * 1000}
        time.sleep(1.0)  # the counting of the workspace, in its thread
        while select.select([terminal.master], [], [], 0.3)[0]:
            os.read(terminal.master, 1 << 20)
        found["settled CPU ms"] = terminal.cpu()
        found["memory MB"] = terminal.memory()
        for name, stroke in (("cursor", b"j"), ("page", b"\x1b[6~"), ("decision", b"a"), ("label-free undo", b"u")):
            costs = [terminal.key(stroke) for _ in range(keys)]
            found[f"{name} CPU ms"] = statistics.median(cost for cost, _ in costs)
            found[f"{name} bytes"] = statistics.median(sent for _, sent in costs)
        found["end CPU ms"] = terminal.key(b"G", 0.2)[0]
        found["peak MB"] = terminal.memory("VmHWM")
        return found
    finally:
        terminal.end()


def beside(workspace: Path, columns: int, rows: int, keys: int, rounds: int) -> dict[str, list[float]]:
    """What keys take by the clock, alone and beside a check, in turn: half of them move, half of them decide."""
    found: dict[str, list[float]] = {"alone": [], "beside a check": []}
    terminal = Terminal(workspace, columns, rows)
    try:
        terminal.wait(0.6)
        terminal.drain(1.0)
        for _ in range(rounds):
            for name, costs in found.items():
                if name != "alone":
                    press(terminal, b"g", b"h", b"c", b"\x1b")
                    time.sleep(8)  # until its processes have loaded the checks and are at work
                    terminal.drain(0.3)
                for number in range(keys):
                    costs.append(terminal.clock(b"ja"[number % 2 : number % 2 + 1]))
                    terminal.drain(0.02)
                if name != "alone":
                    if not children(terminal.pid):
                        raise SystemExit("the check ended before the keys did: take a larger workspace or fewer keys")
                    press(terminal, b"g", b"h", b"s", b"\x1b")
                    while children(terminal.pid):
                        terminal.drain(0.5)
        return found
    finally:
        terminal.end()


def press(terminal: Terminal, *keys: bytes) -> None:
    """Press keys slowly: an escape that follows at once would be taken for the beginning of another key."""
    for key in keys:
        os.write(terminal.master, key)
        terminal.drain(0.4)


def children(pid: int) -> list[str]:
    """The processes that a process has started and that are still there."""
    return Path(f"/proc/{pid}/task/{pid}/children").read_text().split() + [
        child
        for task in Path(f"/proc/{pid}/task").iterdir()
        if task.name != str(pid)
        for child in (task / "children").read_text().split()
    ]


def told(found: dict[str, list[float]]) -> None:
    """Prints the middle and the slowest twentieth of each, and the ratio of the latter."""
    slow = {name: statistics.quantiles(costs, n=20)[-1] for name, costs in found.items()}
    for name, costs in found.items():
        print(f"key {name:16} p50 {statistics.median(costs):6.1f} ms  p95 {slow[name]:6.1f} ms  ({len(costs)} keys)")
    print(f"ratio of p95 {slow['beside a check'] / slow['alone']:.2f}")


def main() -> None:
    """Prints medians over the rounds."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("workspace", type=Path)
    parser.add_argument("--size", default="160x50")
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--keys", type=int, default=30)
    parser.add_argument("--copy", action="store_true")
    parser.add_argument("--beside", action="store_true", help="Keys by the clock, with and without a check beside.")
    parser.add_argument("--filters", action="store_true", help="build the word index, and measure filters")
    asked = parser.parse_args()
    columns, rows = map(int, asked.size.split("x"))
    with tempfile.TemporaryDirectory() as folder:
        path = asked.workspace.resolve()
        if asked.copy:
            path = Path(shutil.copy(path, folder))
        if asked.beside:
            told(beside(path, columns, rows, asked.keys, asked.rounds))
            return
        runs = [measure(path, columns, rows, asked.keys) for _ in range(asked.rounds)]
        found = {name: statistics.median(run[name] for run in runs) for name in runs[0]}
        found["1 MB pair CPU ms"] = megabyte(Path(folder), columns, rows)
        found["60 held keys, lag ms"] = statistics.median(held(path, columns, rows) for _ in range(3)) * 1000
        if asked.filters:
            found |= filters(path)
    for name, value in found.items():
        print(f"{name:36} {value:10.1f}")


if __name__ == "__main__":
    main()
