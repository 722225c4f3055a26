"""The tables of what models answered: a migration, to be named in `schema.MIGRATIONS`."""

import apsw


def answers(connection: apsw.Connection) -> None:
    """Answers that were paid for, by the key of their question, and batches that are under way."""
    connection.execute(
        "create table answer(key text primary key, model text not null, at text not null, cost real not null, "
        "body blob not null) strict, without rowid"
    )
    connection.execute(
        "create table asked(id integer primary key autoincrement, at real not null, endpoint text not null, "
        "model text not null, keys text not null, bound real not null, batch text) strict"
    )
