"""A check in a process of its own: `python -m curator.tui.checking WORKSPACE`, started by `jobs`.

It says on its standard output how far it is, a line of JSON each, and ends cleanly (so that the next run takes up
where it was) when it is told to or when whoever started it goes away: then its standard input ends.
"""

import json
import os
import signal
import sys
import threading
import time
from contextlib import suppress
from pathlib import Path
from typing import Any

#: What yields to the keys of the interface, and to everything else that somebody waits for.
NICE = 10
#: Seconds between two lines.
PACE = 0.2


def main(path: Path) -> int:
    """Check all examples of a workspace, out of everybody's way; the exit code says whether it came to its end."""
    try:
        for number in (signal.SIGINT, signal.SIGTERM):
            signal.signal(number, signal.default_int_handler)
        if hasattr(os, "nice"):
            os.nice(NICE)
        return _check(path)
    except KeyboardInterrupt:
        os._exit(130)  # all is closed by now; taking down modules that were being loaded has crashed the interpreter


def _check(path: Path) -> int:
    told = _own_output()

    def say(**line: Any) -> None:
        with suppress(BrokenPipeError):
            told.write(json.dumps(line) + "\n")
            told.flush()

    from curator.errors import CuratorError
    from curator.operations.check import check
    from curator.workspace import Workspace

    _end_with_input()
    try:
        with Workspace.open(path) as ws:
            steps, last = check(ws), 0.0
            while True:
                try:
                    step = next(steps)
                except StopIteration as ended:
                    found = sum(count.findings for count in ended.value.counts)
                    problems = [str(problem) for problem in ended.value.unfinished]
                    say(examples=ended.value.examples, found=found, problems=problems)
                    return 0
                if time.monotonic() - last >= PACE:
                    last = time.monotonic()
                    say(stage=step.stage, done=step.done, total=step.total)
    except CuratorError as error:
        say(error=str(error))
    except Exception as error:  # a process without a terminal has nobody else to tell
        say(error=f"{type(error).__name__}: {error}")
    return 2


def _own_output() -> Any:
    """Standard output for ourselves: what a check prints, here or in a process of the engine, goes nowhere."""
    own = os.fdopen(os.dup(sys.stdout.fileno()), "w", encoding="utf-8")
    nowhere = os.open(os.devnull, os.O_WRONLY)
    os.dup2(nowhere, sys.stdout.fileno())
    os.close(nowhere)
    return own


def _end_with_input() -> None:
    """Wait for the end of standard input in a thread; then end as if told to."""

    def wait() -> None:
        with suppress(OSError, ValueError):
            while os.read(0, 1024):
                pass
        os.kill(os.getpid(), signal.SIGINT)  # to the process: one raised in this thread would not wake the main one

    threading.Thread(target=wait, daemon=True).start()


if __name__ == "__main__":
    sys.exit(main(Path(sys.argv[1])))
