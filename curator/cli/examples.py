"""`curator examples`: the standing state of each example."""

from pathlib import Path
from typing import Any

import click

from curator.cli.selection import parsed
from curator.cli.workspace_option import open_workspace, workspace_option

#: Characters of an input that are looked at for the 60 that a line shows.
BEGINNING = 1_000


@click.command("examples")
@workspace_option
@click.option("--where", "where", default="", help='A filter, such as "status:accepted -finding:any".')
@click.option("--json", "as_json", is_flag=True, help="Print a JSON line an example, with its text and raw row.")
def command(workspace: Path | None, where: str, as_json: bool) -> None:
    """Lists examples with what was decided about them, a line each.

    Secrets and personal data in texts are masked; --json gives every text as it is.
    """
    import msgspec

    from curator.checks.sensitive_values import masked_text
    from curator.cli.output import data, record
    from curator.text import visible

    with open_workspace(workspace) as ws:
        for entry in ws.examples.stream(parsed(ws, where)):
            example, state = entry.example, entry.state
            if not as_json:
                words = " ".join(masked_text(example.input_text[:BEGINNING]).split())[:60]
                place = f"{example.provenance.source}:{example.provenance.row}"
                data(visible(f"#{entry.seq}  {state.status:<8}  {place}  {words}", line=True))
                continue
            line: dict[str, Any] = {
                "id": example.id, "source": example.provenance.source, "row": example.provenance.row,
                "raw": ws.examples.raw(entry.seq).decode("utf-8", "backslashreplace"), "messages": [
                    {"role": message.role, "content": message.content, **msgspec.to_builtins(message)}
                    for message in example.messages
                ],
                "status": state.status, "route": state.route, "labels": state.labels, "note": state.note,
                "reviewer": state.reviewer, "split": state.split or example.source_split,
                "metadata": example.metadata,
            }  # fmt: skip
            record(line)
