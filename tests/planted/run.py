"""How many planted flaws are named, and how many clean rows are flagged: `python -m tests.planted.run`.

A run is 65 clean rows of seven tasks and one instance of each of 32 classes of flaws, written as files of one format,
imported, checked and listed with the commands that everybody uses. A flaw is named by a finding at warning or above
that has one of its codes and stands on its row (or on the row that it copies or contradicts). Any other finding at
warning or above on a clean row is a false alarm.
"""

import json
import random
import tempfile
import tomllib
from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

import click
from click.testing import CliRunner
from msgspec import Struct

from curator.cli import group
from curator.model import Severity

HERE = Path(__file__).parent
INSTANCES = (1, 2, 3)


class Row(Struct, frozen=True, kw_only=True):
    """One row of the set. `flaw` is the class planted in it; `talk` is set where only a chat can hold it."""

    id: str
    instruction: str
    input: str = ""
    output: str = ""
    split: str = "train"
    flaw: str = ""
    of: str = ""
    talk: tuple[dict[str, Any], ...] = ()
    tools: tuple[dict[str, Any], ...] = ()


class Flaw(Struct, frozen=True):
    """A class of flaws and the codes that are a right name for it."""

    name: str
    codes: tuple[str, ...]


class Alarm(Struct, frozen=True, order=True):
    """A finding, on the row with this id ("" for the whole set)."""

    row: str
    code: str
    severity: str
    message: str

    @property
    def serious(self) -> bool:
        """At warning or above."""
        return Severity(self.severity).rank >= Severity.WARNING.rank


class Outcome(Struct, frozen=True):
    """What one run found: the codes that named each class, and all findings."""

    rows: tuple[Row, ...]
    flaws: tuple[Flaw, ...]
    alarms: tuple[Alarm, ...]

    @property
    def named(self) -> dict[str, list[str]]:
        """The codes that name each class; an empty list is a miss."""
        return {flaw.name: sorted({one.code for one in self.alarms if self._names(one, flaw)}) for flaw in self.flaws}

    @property
    def false_alarms(self) -> list[Alarm]:
        """Serious findings on clean rows, and on the whole set, that name no flaw."""
        clean = {"", *(row.id for row in self.rows if not row.flaw)}
        return [
            one
            for one in self.alarms
            if one.serious and one.row in clean and not any(self._names(one, flaw) for flaw in self.flaws)
        ]

    def on(self, flaw: str) -> list[Alarm]:
        """All findings on the row of a flaw, whatever their code."""
        ids = {row.id for row in self.rows if row.flaw == flaw}
        return [one for one in self.alarms if one.row in ids]

    def places(self) -> set[tuple[str, str]]:
        """Row and code of every finding on a row that each format can hold."""
        everywhere = {row.id for row in self.rows if not row.talk}
        return {(one.row, one.code) for one in self.alarms if one.row in everywhere}

    def _names(self, alarm: Alarm, flaw: Flaw) -> bool:
        there = {id for row in self.rows if row.flaw == flaw.name for id in (row.id, row.of)}
        return alarm.serious and alarm.code in flaw.codes and alarm.row in there


def clean_rows() -> list[Row]:
    """The 65 rows with nothing wrong in them, and four conversations that only chats can hold."""
    data = _read("clean.toml")
    rows = [
        Row(
            id=row["id"],
            instruction=task["instruction"],
            input=_with_contexts(row["input"], data["contexts"]),
            output=row["output"],
            split=row.get("split", "train"),
        )
        for task in data["task"]
        for row in task["row"]
    ]
    for row in data["talk"]:
        talk = tuple(_message(turn) for turn in row["turns"])
        rows.append(Row(id=row["id"], instruction=row["system"], talk=talk, tools=tuple(row.get("tools", ()))))
    return rows


def flaws() -> tuple[Flaw, ...]:
    """The 32 classes."""
    return tuple(Flaw(one["name"], tuple(one["codes"])) for one in _read("flaws.toml")["class"])


def flawed_rows(instance: int) -> list[Row]:
    """One row of each class."""
    clean = _read("clean.toml")
    instructions = {task["name"]: task["instruction"] for task in clean["task"]}
    rows = []
    for kind in _read("flaws.toml")["class"]:
        one = kind["instance"][instance - 1]
        said, instead = one.get("instruction", ("", ""))
        instruction = instructions[one["task"]]
        assert said in instruction, one
        rows.append(
            Row(
                id=f"{one['task']}: {kind['name']}",
                instruction=instruction.replace(said, instead) if said else instruction,
                input=_with_contexts(one["input"], clean["contexts"]),
                output=one["output"],
                split=one.get("split", "train"),
                flaw=kind["name"],
                of=one.get("of", ""),
            )
        )
    return rows


def rows_of(instance: int) -> tuple[Row, ...]:
    """The rows of a run, mixed; always in the same order."""
    rows = [*clean_rows(), *flawed_rows(instance)]
    random.Random(instance).shuffle(rows)
    return tuple(rows)


def as_chat(row: Row) -> dict[str, Any]:
    """OpenAI chat: the instruction is the system message."""
    talk = row.talk or ({"role": "user", "content": row.input}, {"role": "assistant", "content": row.output})
    tools = {"tools": list(row.tools)} if row.tools else {}
    return {"messages": [{"role": "system", "content": row.instruction}, *talk], **tools}


def as_alpaca(row: Row) -> dict[str, Any]:
    """Alpaca: instruction, input and output are columns."""
    return {"instruction": row.instruction, "input": row.input, "output": row.output}


def as_prompt(row: Row) -> dict[str, Any]:
    """Prompt and completion: the instruction stands above the input."""
    return {"prompt": f"{row.instruction}\n\n{row.input}", "completion": row.output}


FORMATS: Mapping[str, Callable[[Row], dict[str, Any]]] = {
    "chat": as_chat,
    "alpaca": as_alpaca,
    "prompt-completion": as_prompt,
}


def written(rows: Sequence[Row], form: str, folder: Path) -> dict[tuple[str, int], str]:
    """Write train.jsonl and validation.jsonl in a format; which row stands where, by file and number from 1."""
    lines: dict[str, list[str]] = defaultdict(list)
    places = {}
    for row in rows:
        if row.talk and form != "chat":
            continue
        file = f"{row.split}.jsonl"
        lines[file].append(json.dumps(FORMATS[form](row), ensure_ascii=False) + "\n")
        places[file, len(lines[file])] = row.id
    for file, texts in lines.items():
        (folder / file).write_text("".join(texts), encoding="utf-8")
    return places


def outcome(instance: int, form: str) -> Outcome:
    """Write, import, check and list one run."""
    rows = rows_of(instance)
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        places = written(rows, form, folder)
        workspace = ["-w", str(folder / "planted.curator")]
        _call("import", *workspace, str(folder / "train.jsonl"), str(folder / "validation.jsonl"))
        _call("check", *workspace)
        found = [json.loads(line) for line in _call("findings", *workspace, "--json").splitlines()]
    return Outcome(rows, flaws(), tuple(sorted(_alarm(one, places) for one in found)))


def _alarm(found: Mapping[str, Any], places: Mapping[tuple[str, int], str]) -> Alarm:
    example = found["example"]
    row = places[Path(example["source"]).name, example["row"]] if example else ""
    return Alarm(row, found["code"], found["severity"], found["message"])


def _call(*words: str) -> str:
    result = CliRunner().invoke(group, words)
    if result.exit_code:
        raise RuntimeError(f"curator {' '.join(words)} ended with {result.exit_code}: {result.output}")
    return result.stdout


def _read(file: str) -> dict[str, Any]:
    return tomllib.loads((HERE / file).read_text(encoding="utf-8"))


def _with_contexts(text: str, contexts: Mapping[str, str]) -> str:
    for name, context in contexts.items():
        text = text.replace(f"{{{name}}}", context)
    return text


def _message(turn: Sequence[str]) -> dict[str, Any]:
    role, text, *arguments = turn
    if role == "call":
        call = {"id": "call_1", "type": "function", "function": {"name": text, "arguments": arguments[0]}}
        return {"role": "assistant", "content": "", "tool_calls": [call]}
    return {"role": role, "content": text, **({"tool_call_id": "call_1"} if role == "tool" else {})}


@click.command()
@click.option("--instance", type=click.IntRange(1, 3), help="Only this instance of each class.")
@click.option("--format", "form", type=click.Choice(list(FORMATS)), help="Only this format.")
@click.option("--all", "everything", is_flag=True, help="Also the information, and every finding on flawed rows.")
def main(instance: int | None, form: str | None, everything: bool) -> None:
    """Print what is named, what is missed, and which clean rows are flagged."""
    for number in [instance] if instance else INSTANCES:
        runs = {name: outcome(number, name) for name in ([form] if form else FORMATS)}
        for name, run in runs.items():
            _print(number, name, run, everything)
        first, *others = runs.items()
        for name, run in others:
            for row, code in sorted(first[1].places() ^ run.places()):
                click.echo(f"  {first[0]} and {name} differ: {code} on {row}")


def _print(number: int, form: str, run: Outcome, everything: bool) -> None:
    missed = [name for name, codes in run.named.items() if not codes]
    flagged = {one.row for one in run.false_alarms}
    click.echo(
        f"\ninstance {number}, {form}: {len(run.flaws) - len(missed)} of {len(run.flaws)} named, {len(flagged)} flagged"
    )
    for name in missed:
        others = ", ".join(f"{one.code} ({one.severity})" for one in run.on(name)) or "nothing"
        click.echo(f"  MISSED  {name}; found there: {others}")
    for one in run.false_alarms:
        click.echo(f"  FALSE   {one.row or 'the set'}: {one.code} {one.message}")
    if not everything:
        return
    for name, codes in run.named.items():
        besides = sorted({one.code for one in run.on(name) if one.serious} - set(codes))
        click.echo(f"  {name}: {', '.join(codes) or '-'}" + (f"; besides {', '.join(besides)}" if besides else ""))
    clean = {row.id for row in run.rows if not row.flaw}
    for one in run.alarms:
        if not one.serious and one.row in clean:
            click.echo(f"  info    {one.row}: {one.code} {one.message}")


if __name__ == "__main__":
    main()
