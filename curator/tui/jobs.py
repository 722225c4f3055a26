"""Work that goes on while one reviews: who owns it, how far it is, how it is stopped. One job at a time.

A job is a process of its own: Python that is busy in a thread of ours would make every key wait ten times as long.
"""

import json
import os
import subprocess
import sys
import time
from collections.abc import Callable, Sequence
from contextlib import suppress
from pathlib import Path
from threading import Thread
from typing import Any, Literal

import curator
from curator.model import Progress

#: Seconds that a job has to end by itself, and then to be ended.
PATIENCE = 8.0

Ending = Literal["done", "stopped", "failed"]


class Job:
    """A process that works, as far as it has told. What it tells is read in a thread of its own."""

    def __init__(self, name: str, process: "subprocess.Popen[bytes]", ended: Callable[["Job"], None]) -> None:
        self.name = name
        self.progress: Progress | None = None
        self.ending: Ending | None = None
        self.words = ""
        self.stopping = False
        self._process = process
        self._ended = ended
        self._began = time.monotonic()
        self._reader = Thread(target=self._read, daemon=True)
        self._reader.start()

    @property
    def share(self) -> float | None:
        """How much of its present stage is done, 0 to 1; None when it has not said."""
        progress = self.progress
        return None if progress is None or not progress.total else min(1.0, progress.done / progress.total)

    @property
    def seconds(self) -> float:
        """How long it has been going on."""
        return time.monotonic() - self._began

    def stop(self) -> None:
        """Tell it to end; it does so by itself, and what it has done so far is kept for the next run."""
        if self.ending is None:
            self.stopping = True
            stdin = self._process.stdin
            if stdin is not None and not stdin.closed:
                with suppress(OSError):
                    stdin.close()

    def wait(self, seconds: float = PATIENCE) -> None:
        """Wait for its end; one that does not come is brought about."""
        for wait, end in ((seconds, self._process.terminate), (seconds, self._process.kill)):
            try:
                self._process.wait(wait)
                break
            except subprocess.TimeoutExpired:
                end()
        self._reader.join(seconds)

    def _read(self) -> None:
        assert self._process.stdout is not None
        for line in self._process.stdout:
            with suppress(ValueError, KeyError, TypeError):  # what is no line of ours
                self._take(json.loads(line))
        code = self._process.wait()
        self.stop_input()
        if self.stopping and not self.words:
            self.ending, self.words = "stopped", "stopped; the next check takes it up where it was"
        elif code or not self.words:
            self.ending, self.words = "failed", self.words or "ended before it was done; the next takes it up"
        else:
            self.ending = "done"
        self._ended(self)

    def stop_input(self) -> None:
        """Close what only holds it open."""
        for pipe in (self._process.stdin, self._process.stdout):
            if pipe is not None:
                with suppress(OSError):
                    pipe.close()

    def _take(self, line: dict[str, Any]) -> None:
        if "stage" in line:
            self.progress = Progress(line["stage"], line["done"], line["total"])
        elif "error" in line:
            self.words = line["error"]
        else:
            found, examples = line["found"], line["examples"]
            self.words = (
                f"{examples:,} rows checked in {clock(self.seconds)}: {found:,} finding{'' if found == 1 else 's'}"
            )
            if line["problems"]:
                self.words += f"; {len(line['problems'])} checks could not look at everything: curator check says which"


class Jobs:
    """The jobs of one workspace. It lives as long as the application, whichever screen is shown."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self.job: Job | None = None

    @property
    def running(self) -> Job | None:
        """The job that is under way, if any."""
        return self.job if self.job is not None and self.job.ending is None else None

    def check(self, ended: Callable[[Job], None]) -> Job:
        """Check all examples. `ended` is called in another thread. Does nothing while a job is under way."""
        if self.running is None:
            self.job = Job("check", _start([sys.executable, "-m", "curator.tui.checking", str(self._path)]), ended)
        assert self.job is not None
        return self.job

    def stop(self) -> None:
        """Tell the job that is under way to end."""
        if (job := self.running) is not None:
            job.stop()

    def close(self) -> None:
        """End the job that is under way, and wait for that: nothing is left behind."""
        if (job := self.running) is not None:
            job.stop()
            job.wait()


def _start(command: Sequence[str]) -> "subprocess.Popen[bytes]":
    """A process that hears nothing of the keys of our terminal, and takes no module from the folder it stands in."""
    path = os.pathsep.join(filter(None, (str(Path(curator.__file__).parents[1]), os.environ.get("PYTHONPATH"))))
    return subprocess.Popen(
        command,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        start_new_session=True,
        env=os.environ | {"PYTHONSAFEPATH": "1", "PYTHONPATH": path},
    )


def clock(seconds: float) -> str:
    """A span of time as minutes and seconds."""
    return f"{int(seconds) // 60}:{int(seconds) % 60:02}"
