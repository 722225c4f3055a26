"""What review costs: first paint, memory, a cursor key, a decision. Run by hand on a workspace file:

    python tests/benchmarks/tui.py big.curator [--copy] [--size 160x50]

The real program runs in a pseudo-terminal whose other end is ours: it answers the terminal's questions, takes the
end of a synchronised update as "frame done", and reads CPU from the scheduler's own count for all threads, which is
right also on a busy machine. Budgets for 1,000,000 examples: first paint 1500 ms of CPU in all, 110 MB, a cursor
key 12 ms, a decision with commit and next row 30 ms. `--copy` works on a copy, so that decisions leave no trace.
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


def main() -> None:
    """Prints medians over the rounds."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("workspace", type=Path)
    parser.add_argument("--size", default="160x50")
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--keys", type=int, default=30)
    parser.add_argument("--copy", action="store_true")
    asked = parser.parse_args()
    columns, rows = map(int, asked.size.split("x"))
    with tempfile.TemporaryDirectory() as folder:
        path = asked.workspace.resolve()
        if asked.copy:
            path = Path(shutil.copy(path, folder))
        runs = [measure(path, columns, rows, asked.keys) for _ in range(asked.rounds)]
    for name in runs[0]:
        print(f"{name:24} {statistics.median(run[name] for run in runs):10.1f}")


if __name__ == "__main__":
    main()
