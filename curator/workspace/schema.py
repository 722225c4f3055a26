"""The tables, as numbered migrations. A migration is a function that is never changed once it was released.

What is kept for ever: `source`, `load`, `example`, `former`, `rejected`, `event`. What is derived from events and
can be rebuilt (`verify` does): `judgement`, `state`, `operation`, `ignored`, `stated`. What checks say: `run`, `code`,
`finding`, `member`, `edge`, `mended`. A load or run is invisible until its `standing` is 1, so that what a kill leaves
behind is never seen. `example.raw` is null where the row stood in its source byte for byte as its body, so that such
files are stored once.
"""

from collections.abc import Callable

import apsw

from curator.workspace.answers_schema import answers as m006_answers

#: "CURA": marks a SQLite file as a Curator workspace.
APPLICATION_ID = 0x43555241

DERIVED = ("judgement", "state", "operation", "ignored", "stated")

_INITIAL = """
create table source(
    id integer primary key, name text not null unique, kind text not null) strict;
create table load(
    id integer primary key autoincrement, source integer not null references source, digest text not null,
    format text not null, layout text not null, revision text, split text, at text not null,
    standing integer not null default 0, counts text not null default '{}') strict;
create table span(load integer not null, first integer not null, last integer not null) strict;
create table example(
    seq integer primary key, load integer not null, row integer not null, digest blob not null,
    copy integer not null, raw blob, body blob not null) strict;
create table renewal(
    load integer not null, seq integer not null, row integer not null, raw blob, body blob not null) strict;
create table former(
    seq integer not null, load integer not null, row integer not null, raw blob, body blob not null) strict;
create index former_seq on former(seq);
create table identity(
    key integer not null, seq integer not null, primary key (key, seq)) strict, without rowid;
create table identified(seq integer not null) strict;
create table absent(seq integer primary key, load integer not null, retired integer not null) strict;
create table rejected(
    load integer not null, row integer not null, line integer, place integer, reason text not null,
    raw blob not null) strict;
create index rejected_load on rejected(load);

create table event(
    seq integer primary key autoincrement, op text not null unique, batch text not null,
    actor_kind text not null, actor text not null, at text not null, version text not null,
    example integer, source text, field text not null, before text, after text, undoes integer) strict;
create index event_example on event(example, seq) where example is not null;
create index event_batch on event(batch);
create trigger event_never_changes before update on event
    begin select raise(abort, 'events are append-only'); end;
create trigger event_never_goes before delete on event
    begin select raise(abort, 'events are append-only'); end;
create trigger event_never_returns before insert on event when exists (select 1 from event where seq = new.seq)
    begin select raise(abort, 'events are append-only'); end;

create table judgement(
    example integer not null, reviewer text not null, status text not null, labels text not null,
    note text not null, route text not null, seq integer not null,
    primary key (example, reviewer)) strict, without rowid;
create table state(
    example integer primary key, status text not null, labels text not null, note text not null,
    route text not null, reviewer text, split text, revision integer not null, body blob) strict;
create index state_status on state(status);
create table operation(
    batch text primary key, actor text not null, actor_kind text not null, last integer not null,
    size integer not null, label text not null, standing text not null, undoes text) strict, without rowid;
create index operation_actor on operation(actor, standing, last);

create table run(
    id integer primary key autoincrement, at text not null, version text not null, options text not null,
    seen integer not null, standing integer not null default 0) strict;
create table code(
    code text primary key, run integer not null, severity text not null, name text not null) strict, without rowid;
create table finding(
    id integer primary key, run integer not null, code text not null, example integer, message text not null,
    score real not null, evidence text not null, fix text, stale integer not null default 0) strict;
create index finding_example on finding(example, code);
create index finding_code on finding(code, run, stale, example);
create table member(finding integer not null, example integer not null, found_in integer not null) strict;
create index member_finding on member(finding);
create index member_example on member(example);
create table edge(
    run integer not null, code text not null, kind text not null, left integer not null,
    right integer not null) strict;
create index edge_code on edge(code, run);

create table draft(
    example integer not null, field text not null, reviewer text not null, text text not null, at text not null,
    primary key (example, field, reviewer)) strict, without rowid;
create table word_index(done integer not null) strict;
create virtual table words using fts5(
    input, output, content='', contentless_delete=1, tokenize='unicode61');
"""


def m001_initial(connection: apsw.Connection) -> None:
    """Everything that the first release stores."""
    connection.execute(_INITIAL)
    connection.execute("insert into word_index values (0)")
    connection.execute("insert into identified values (0)")


def m002_usual(connection: apsw.Connection) -> None:
    """The rule of a finding, and what a run has learned to be usual: with it an edit is checked again at once."""
    connection.execute("alter table finding add column rule text not null default ''")
    connection.execute(
        "create table usual(learner text not null, key blob not null, size integer not null, body blob not null, "
        "primary key (learner, key)) strict, without rowid"
    )


def m003_ignored(connection: apsw.Connection) -> None:
    """What people have set aside, and the findings that an edit has made go away: they were real."""
    connection.execute(
        "create table ignored(field text not null, subject text not null, example integer not null, code text not "
        "null, rule text, score real, body text not null, primary key (field, subject, example)) strict, without rowid"
    )
    connection.execute(
        "create table mended(example integer not null, code text not null, rule text not null, "
        "primary key (example, code, rule)) strict, without rowid"
    )


def m004_said(connection: apsw.Connection) -> None:
    """When each field of a judgement was said last: what stands is taken field by field."""
    connection.execute("drop table judgement")
    connection.execute(
        "create table judgement(example integer not null, reviewer text not null, status text not null default "
        "'pending', labels text not null default '{}', note text not null default '', route text not null default "
        "'train', seq integer not null default 0, status_seq integer not null default 0, labels_seq integer not null "
        "default 0, note_seq integer not null default 0, route_seq integer not null default 0, "
        "primary key (example, reviewer)) strict, without rowid"
    )


def m005_stated(connection: apsw.Connection) -> None:
    """What people state about the whole set: prompts they tried, answers to questions, eval sets."""
    connection.execute(
        "create table stated(field text not null, subject text not null, body text not null, "
        "primary key (field, subject)) strict, without rowid"
    )


#: The first version whose judgements stand as they do now: those of older files are made again from the log.
JUDGED_ANEW = 4
MIGRATIONS: tuple[Callable[[apsw.Connection], None], ...] = (
    m001_initial,
    m002_usual,
    m003_ignored,
    m004_said,
    m005_stated,
    m006_answers,
)
VERSION = len(MIGRATIONS)


def differences(connection: apsw.Connection, version: int) -> tuple[list[str], list[str]]:
    """Triggers, views, tables and indexes that no migration up to `version` makes (a reason not to trust the file),
    and those that are missing."""
    ours = apsw.Connection(":memory:")
    for migration in MIGRATIONS[:version]:
        migration(ours)
    query = "select type, name, coalesce(sql, '') from sqlite_schema where name not like 'sqlite^_%' escape '^'"
    expected = set(ours.execute(query))
    ours.close()
    stored = set(connection.execute(query))
    return (
        sorted(f"{kind} {name}" for kind, name, _ in stored - expected),
        sorted(f"{kind} {name}" for kind, name, _ in expected - stored),
    )
