"""The identity of an example: a hash of its content and source, and the number of its copy."""

import struct
from array import array

from curator.errors import WorkspaceError
from curator.workspace.connection import Connection

#: Identities that one transaction indexes, about 30 ms.
SLICE = 20_000
#: The last example that surely stays: what an import is still staging may yet go.
TOP = (
    "coalesce((select min(first) - 1 from span where load in (select id from load where standing = 0)), "
    "(select max(last) from span), 0)"
)
_key = struct.Struct(">q").unpack_from
_FIND = (
    "select i.seq from identity i join example e on e.seq = i.seq where i.key = ? and e.digest = ? and e.copy = ? "
    "and e.load in (select id from load where standing = 1)"
)


def id_of(digest: bytes, copy: int) -> str:
    """The identity as text: the algorithm, the hash, the number of the copy."""
    return f"b2-{digest.hex()}-{copy}"


def parse_id(text: str) -> tuple[bytes, int]:
    """The hash and the number of the copy. Raises `WorkspaceError` when the text is no id."""
    try:
        algorithm, digest, copy = text.split("-")
        parsed = bytes.fromhex(digest), int(copy)
        if algorithm != "b2" or len(parsed[0]) != 16:
            raise ValueError(text)
        return parsed
    except ValueError:
        raise WorkspaceError(f"{text!r} is no example id; ids look like b2-4f…-1.") from None


def key_of(digest: bytes) -> int:
    """The part of a hash that is indexed: integers in order are what SQLite appends fastest."""
    key: int = _key(digest)[0]
    return key


def ensure(connection: Connection) -> None:
    """Indexes the identities that no one has asked for yet: import does not wait for it, the first use does.

    In the order of their keys: a million random insertions would rewrite every page of the tree. In slices, so that
    no other writer waits longer than one.
    """
    done, top = int(connection.value("select seq from identified")), int(connection.value(f"select {TOP}"))
    if done >= top:
        return
    import numpy as np

    seqs, keys = array("q"), array("q")
    for seq, digest in connection.rows("select seq, digest from example where seq > ? and seq <= ?", (done, top)):
        seqs.append(seq)
        keys.append(key_of(digest))
    order = np.argsort(np.frombuffer(keys, dtype=np.int64), kind="stable")
    sorted_keys, sorted_seqs = np.frombuffer(keys, np.int64)[order], np.frombuffer(seqs, np.int64)[order]
    for start in range(0, len(order), SLICE):
        part = slice(start, start + SLICE)
        with connection.write() as sqlite:
            sqlite.executemany(
                "insert or ignore into identity values (?, ?)",
                zip(sorted_keys[part].tolist(), sorted_seqs[part].tolist(), strict=True),
            )
    with connection.write() as sqlite:
        sqlite.execute("update identified set seq = max(seq, ?)", (top,))


def find(connection: Connection, digest: bytes, copy: int) -> int | None:
    """The number of the example with this identity, or None."""
    seq = connection.value(_FIND, (key_of(digest), digest, copy))
    return None if seq is None else int(seq)
