"""Starts workers and listens to them."""

import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parents[2]


class Worker:
    """A process that has opened the workspace and waits for `go`."""

    def __init__(self, verb: str, path: Path, *words: object, module: str = "tests.reliability.worker") -> None:
        self.process = subprocess.Popen(
            [sys.executable, "-m", module, verb, str(path), *map(str, words)],
            cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
        )  # fmt: skip
        assert self.process.stdout is not None
        self.lines = self.process.stdout

    def ready(self) -> "Worker":
        line = self.lines.readline()
        assert line == "ready\n", line + self.process.communicate()[1]
        return self

    def go(self) -> None:
        assert self.process.stdin is not None
        self.process.stdin.write("go\n")
        self.process.stdin.flush()

    def kill_after(self, seconds: float) -> list[str]:
        """Kills it at a moment of its work; what it had said until then."""
        try:
            self.process.wait(timeout=seconds)
        except subprocess.TimeoutExpired:
            self.process.kill()
        said, complaint = self.process.communicate()
        assert complaint == "", complaint
        # A line that the kill cut in two was not said.
        return said.split("\n")[:-1]

    def finish(self) -> list[str]:
        """Waits for its end; what it said. Fails with its complaint when it failed."""
        said, complaint = self.process.communicate(timeout=120)
        assert self.process.returncode == 0, complaint
        assert complaint == ""
        return said.splitlines()
