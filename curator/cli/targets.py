"""`curator targets`: where an export can go."""

from typing import TYPE_CHECKING, Any

import click

if TYPE_CHECKING:
    from curator.targets.base import Target


@click.command("targets")
@click.option("--json", "as_json", is_flag=True, help="Print a JSON line a target.")
def command(as_json: bool) -> None:
    """Lists the targets of `curator export --to`: status with its date, format, files, rules."""
    from curator.cli.output import data, record
    from curator.targets.named import targets

    for target in targets():
        if as_json:
            record(_line(target))
            continue
        status = target.status
        until = f" until {status.until}" if status.until else ""
        data(f"{target.name}  {target.title}")
        data(f"  {status.state}{until}, verified {status.verified_on}: {status.source}")
        if status.note:
            data(f"  {status.note}")
        data(f"  format {target.format.name}; files {', '.join(target.files.values())}")
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
        "max_bytes": target.max_bytes or None,
        "rules": list(target.rules),
    }
