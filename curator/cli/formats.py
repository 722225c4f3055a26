"""`curator formats`: the row shapes that import knows."""

import click


@click.command("formats")
@click.option("--json", "as_json", is_flag=True, help="Print a JSON line a format.")
def command(as_json: bool) -> None:
    """Lists the formats of `curator import --format`. Columns that a format does not know become metadata."""
    from curator.cli.output import data, record
    from curator.formats.detect import formats

    known = formats()
    width = max(len(one.name) for one in known)
    for one in known:
        columns = sorted(one.columns)
        if as_json:
            record({"format": one.name, "title": one.title, "columns": columns})
        else:
            data(f"{one.name:<{width}}  {one.title}")
            data(f"{'':<{width}}  columns: {', '.join(columns)}")
