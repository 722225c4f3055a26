"""A baseline in a process of its own, to be killed: `python -m tests.judge.worker FOLDER ADDRESS calls|batches`."""

import sys
from pathlib import Path

from curator.operations.baseline import climb
from tests.judge.asking import Desk
from tests.operations.baseline_case import ladder, score


def main(folder: str, address: str, how: str) -> None:
    with Desk(Path(folder), address) as desk:
        made = ladder(desk, 40)
        prompts = made.prompts[:2]
        prepared = made.prepared(desk.service, desk.stores(), desk.prices, prompts=prompts, batches=how == "batches")
        for step in climb(made, desk.session(prepared), score, prompts=prompts):
            print(step.stage, step.done, flush=True)
    print("done", flush=True)


if __name__ == "__main__":
    main(*sys.argv[1:])
