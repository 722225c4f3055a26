"""Does the file agree with itself? The derived tables are built again from the log and compared."""

import hashlib
from typing import cast

import apsw
import msgspec

from curator.errors import WorkspaceError
from curator.workspace import schema
from curator.workspace.connection import Connection, Statements
from curator.workspace.events import COLUMNS, replay
from curator.workspace.identity import id_of


class _Content(msgspec.Struct, omit_defaults=True):
    """What an identity is made from, as the very bytes that were hashed."""

    messages: msgspec.Raw
    tools: msgspec.Raw | msgspec.UnsetType = msgspec.UNSET
    alternatives: msgspec.Raw | msgspec.UnsetType = msgspec.UNSET
    reference: msgspec.Raw | msgspec.UnsetType = msgspec.UNSET


_content = msgspec.json.Decoder(_Content)
_encode = msgspec.json.Encoder().encode


def differences(connection: Connection) -> list[str]:
    """What does not agree, a sentence each; empty when all does."""
    try:
        found = [f"SQLite: {row[0]}" for row in connection.rows("pragma integrity_check") if row[0] != "ok"]
        if found:
            return found  # what is read from a broken file proves nothing
        with connection.snapshot():
            return _derived(cast(Statements, connection.sqlite))
    except (apsw.Error, msgspec.MsgspecError, UnicodeDecodeError, WorkspaceError) as error:
        return [f"SQLite: {error}. Restore the newest file of {connection.path}.snapshots/."]


def _derived(sqlite: Statements) -> list[str]:
    found: list[str] = []
    for table in schema.DERIVED:
        # A temporary table hides the stored one from the very code that keeps it.
        definition = sqlite.execute("select sql from main.sqlite_schema where name = ?", (table,)).fetchone()[0]
        sqlite.execute(definition.replace("CREATE TABLE", "CREATE TEMP TABLE", 1))
    try:
        found += replay(sqlite, sqlite.execute(f"select {COLUMNS} from main.event order by seq"))
        for table in schema.DERIVED:
            found += _compare(sqlite, table)
        found += _counts(sqlite)
        found += _texts(sqlite)
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
        "where i.seq is null and e.seq <= (select seq from main.identified) "
        "and e.load in (select id from main.load where standing = 1) limit 5"
    )
    found += [f"{id_of(*row)} has no identity" for row in missing.fetchall()]
    return found


def _texts(sqlite: Statements) -> list[str]:
    """Examples whose stored text is not the one that their id was made from; at most five."""
    found: list[str] = []
    for load, name in sqlite.execute(
        "select l.id, s.name from main.load l join main.source s on s.id = l.source where l.standing = 1"
    ).fetchall():
        named = hashlib.blake2b(name.encode() + b"\0", digest_size=16)
        spans = sqlite.execute("select first, last from main.span where load = ?", (load,)).fetchall()
        for seq, digest, body in (
            row
            for span in spans
            for row in sqlite.execute("select seq, digest, body from main.example where seq between ? and ?", span)
        ):
            hasher = named.copy()
            try:
                hasher.update(_encode(_content.decode(body)))
            except msgspec.MsgspecError:
                hasher.update(b"unreadable")
            if hasher.digest() != digest:
                found.append(f"#{seq}: its text is not the one that was imported from {name}")
                if len(found) == 5:
                    return found
    return found
