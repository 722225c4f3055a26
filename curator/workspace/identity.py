"""The identity of an example: a hash of its content and source, and the number of its copy."""

import struct

from curator.errors import WorkspaceError
from curator.workspace.connection import Connection

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


def find(connection: Connection, digest: bytes, copy: int) -> int | None:
    """The number of the example with this identity, or None."""
    seq = connection.value(_FIND, (key_of(digest), digest, copy))
    return None if seq is None else int(seq)
