"""The checks on a cluster find what they find on one machine. A Ray of this machine with two workers stands for it."""

import json
import subprocess
import sys
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import pytest

CURATOR = (sys.executable, "-m", "curator")
WORDS = [
    "order",
    "parcel",
    "refund",
    "invoice",
    "account",
    "login",
    "screen",
    "battery",
    "tracking",
    "address",
    "voucher",
    "delivery",
]


def pairs(count: int) -> list[dict[str, str]]:
    """Pairs with everything in them that checks of each shape look for: labels, JSON, answers, copies, conflicts."""
    made = []
    for number in range(count):
        word, other = WORDS[number % 10], WORDS[number // 10 % 10]
        kind = number % 3
        if kind == 0:
            label = "" if number % 997 == 0 else word
            made.append(
                {
                    "system": "Label the ticket.",
                    "input": f"My {word} and {other}, case {number % 4001}",
                    "output": label,
                }
            )
        elif kind == 1:
            body = json.dumps({"item": word, "count": number % 7}) if number % 501 else f"{{'item': '{word}'}}"
            made.append(
                {"system": "Extract as JSON.", "input": f"{number % 7} times {word} for {other}", "output": body}
            )
        else:
            end = "." if number % 211 else " and the"
            end = ". Write to tom.berg@gmx.net." if number % 401 == 0 else end
            end = ".<|im_end|>" if number % 307 == 0 else end
            text = f"Your {word} is on its way, and the {other} follows within {number % 9 + 1} days{end}"
            made.append(
                {
                    "system": "Answer politely.",
                    "input": f"Where is my {word} and the {other}? ({number % 3989})",
                    "output": text,
                }
            )
    return made


def findings(workspace: Path) -> list[dict[str, Any]]:
    listed = subprocess.run(
        [*CURATOR, "findings", "-w", workspace, "--json"], capture_output=True, text=True, check=True
    ).stdout
    return sorted((json.loads(line) for line in listed.splitlines()), key=json.dumps)


@pytest.mark.skipif(find_spec("ray") is None, reason="needs the extra: cluster")
def test_a_cluster_finds_what_one_machine_finds(tmp_path: Path) -> None:
    source = tmp_path / "pairs.jsonl"
    source.write_text("".join(json.dumps(pair) + "\n" for pair in pairs(20_000)))
    workspace = tmp_path / "pairs.curator"
    subprocess.run([*CURATOR, "import", source, "-w", workspace], check=True, capture_output=True)
    subprocess.run([*CURATOR, "check", "-w", workspace], check=True, capture_output=True)
    here = findings(workspace)
    told = subprocess.run(
        [*CURATOR, "check", "-w", workspace, "--engine", "ray"], capture_output=True, text=True, check=True
    )
    assert "Not checked" not in told.stderr
    assert findings(workspace) == here
    assert len({finding["code"] for finding in here}) >= 6


def test_an_address_without_the_engine_is_refused(tmp_path: Path) -> None:
    told = subprocess.run(
        [*CURATOR, "check", "--address", "ray://nowhere:1"], cwd=tmp_path, capture_output=True, text=True, check=False
    )
    assert (told.returncode, told.stderr.strip()) == (
        2, "curator: --address names a Ray cluster: say --engine ray too."
    )  # fmt: skip
