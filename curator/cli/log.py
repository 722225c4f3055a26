"""`curator log`: who changed what, and when."""

from pathlib import Path

import click

from curator.cli.workspace_option import open_workspace, workspace_option


@click.command("log")
@workspace_option
@click.option("-n", "--count", default=20, show_default=True, type=click.IntRange(min=1), help="How many events.")
@click.option("--example", type=int, default=None, help="Only those of one example (its number).")
@click.option("--json", "as_json", is_flag=True, help="Print a JSON line an event, with before and after whole.")
def command(workspace: Path | None, count: int, example: int | None, as_json: bool) -> None:
    """Lists what was changed, newest first. Nothing is ever deleted from this log.

    Secrets and personal data in texts are masked; --json gives every text as it is.
    """
    from curator.cli.output import data, record

    with open_workspace(workspace) as ws:
        events = ws.log.tail(count) if example is None else list(reversed(ws.log.history(example)))[:count]
    for event in events:
        if as_json:
            record(event)
            continue
        about = f"#{event.example}" if event.example is not None else event.source or ""
        undo = f" (undoes #{event.undoes})" if event.undoes else ""
        before, after = (_short(value) for value in (event.before, event.after))
        data(f"#{event.seq}  {event.at[:19]}  {event.actor}  {about}  {event.field}: {before} -> {after}{undo}")


def _short(value: object) -> str:
    from curator.checks.sensitive_values import masked_text

    text = " ".join(masked_text(str(value)).split())
    return text if len(text) <= 60 else text[:57] + "..."
