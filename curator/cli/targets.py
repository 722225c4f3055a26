"""`curator targets`: where an export can go."""

from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

if TYPE_CHECKING:
    from curator.targets.base import Target


@click.command("targets")
@click.argument("name", required=False)
@click.option("--json", "as_json", is_flag=True, help="Print a JSON line a target.")
def command(name: str | None, as_json: bool) -> None:
    """Lists the targets of `curator export --to`: status with its date, and limits; of NAME also its rules.

    What [targets.NAME] in the curator.toml of this folder says comes before what this version knows.
    """
    from curator.cli.output import record
    from curator.targets.named import named, targets
    from curator.targets.overrides import in_folder

    for known in targets() if name is None else (named(name),):
        target = in_folder(known, Path())
        if as_json:
            record(_line(target))
        else:
            _print(target, whole=name is not None)


def _print(target: "Target", *, whole: bool) -> None:
    from curator.cli.output import data

    status = target.status
    word = "since" if status.state == "closed" else "until"
    until = f" {word} {status.until}" if status.until else ""
    data(f"{target.name}  {target.title}")
    data(f"  {status.state}{until}, verified {status.verified_on}: {status.source}")
    if bounds := target.limits.in_words():
        data(f"  {bounds}")
    if not whole:
        return
    if status.note:
        data(f"  {status.note}")
    files = ", ".join([*target.files.values(), *target.extra_names])
    data(f"  rows as {target.format.title} ({target.format.name}); files {files}")
    for rule in target.rules:
        data(f"  - {rule}")


def _line(target: "Target") -> dict[str, Any]:
    import msgspec

    return {
        "target": target.name,
        "title": target.title,
        "format": target.format.name,
        "status": msgspec.to_builtins(target.status),
        "files": target.files,
        "beside": list(target.extra_names),
        "max_bytes": target.max_bytes or None,
        "limits": msgspec.to_builtins(target.limits),
        "rules": list(target.rules),
    }
