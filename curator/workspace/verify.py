"""Does the file agree with itself? The derived tables are built again from the log and compared."""

from typing import cast

import msgspec

from curator.workspace import schema
from curator.workspace.connection import Connection, Statements
from curator.workspace.identity import id_of
from curator.workspace.log import EVENT_COLUMNS, replay


def differences(connection: Connection) -> list[str]:
    """What does not agree, a sentence each; empty when all does."""
    found = [f"SQLite: {row[0]}" for row in connection.rows("pragma integrity_check") if row[0] != "ok"]
    sqlite = cast(Statements, connection.sqlite)
    with connection.snapshot():
        for table in schema.DERIVED:
            # A temporary table hides the stored one from the very code that keeps it.
            definition = sqlite.execute("select sql from main.sqlite_schema where name = ?", (table,)).fetchone()[0]
            sqlite.execute(definition.replace("CREATE TABLE", "CREATE TEMP TABLE", 1))
        try:
            replay(sqlite, sqlite.execute(f"select {EVENT_COLUMNS} from main.event order by seq"))
            for table in schema.DERIVED:
                found += _compare(sqlite, table)
            found += _counts(sqlite)
        finally:
            for table in schema.DERIVED:
                sqlite.execute(f"drop table temp.{table}")
    return found


def _compare(sqlite: Statements, table: str) -> list[str]:
    found = []
    for first, second, words in (
        ("main", "temp", "is stored but does not follow from the log"),
        ("temp", "main", "follows from the log but is not stored"),
    ):
        rows = sqlite.execute(f"select * from {first}.{table} except select * from {second}.{table} limit 5").fetchall()
        found += [f"{table}: {row[:6]} {words}" for row in rows]
    return found


def _counts(sqlite: Statements) -> list[str]:
    found = []
    for source, load, counts in sqlite.execute(
        "select s.name, l.id, l.counts from main.load l join main.source s on s.id = l.source where standing = 1"
    ).fetchall():
        stored = sqlite.execute("select count(*) from main.example where load = ?", (load,)).fetchone()[0]
        rejected = sqlite.execute("select count(*) from main.rejected where load = ?", (load,)).fetchone()[0]
        said = msgspec.json.decode(counts)
        if stored != said["stored"] or rejected != said["rejected"]:
            found.append(
                f"{source}: import {load} stored {said['stored']} rows and rejected {said['rejected']}; the "
                f"file holds {stored} and {rejected}"
            )
    missing = sqlite.execute(
        "select e.digest, e.copy from main.example e left join main.identity i on i.seq = e.seq "
        "where i.seq is null and e.load in (select id from main.load where standing = 1) limit 5"
    )
    found += [f"{id_of(*row)} has no identity" for row in missing.fetchall()]
    return found
