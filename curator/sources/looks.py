"""What a file is by its first bytes, when it is not the text that its name promises."""

_MAGIC: tuple[tuple[bytes, str], ...] = (
    (b"\x1f\x8b", "is packed with gzip; give it a name that ends in .gz (train.jsonl.gz)"),
    (b"\x28\xb5\x2f\xfd", "is packed with zstd; give it a name that ends in .zst (train.jsonl.zst)"),
    (b"PK\x03\x04", "is a zip archive or an Office workbook; unpack it, or save the sheet as CSV (UTF-8)"),
    (b"PAR1", "is a Parquet file; give it a name that ends in .parquet"),
    (b"ARROW1", "is an Arrow file; give the folder that `save_to_disk` wrote, or save it as Parquet"),
    (b"SQLite format 3\0", "is an SQLite database; write the table to JSON Lines or CSV first"),
    (b"BZh", "is packed with bzip2; unpack it first"),
    (b"\xfd7zXZ\0", "is packed with xz; unpack it first"),
    (b"7z\xbc\xaf\x27\x1c", "is a 7z archive; unpack it first"),
    (b"Obj\x01", "is an Avro file; write it as JSON Lines first"),
    (b"\x89HDF", "is an HDF5 file; write it as JSON Lines first"),
    (b"\xd0\xcf\x11\xe0", "is an old Office file; save the sheet as CSV (UTF-8)"),
    (b"%PDF", "is a PDF, not rows of data"),
    (b"\x7fELF", "is a program, not rows of data"),
    (b"\x89PNG", "is an image, not rows of data"),
    (b"\xff\xd8\xff", "is an image, not rows of data"),
    (b"\xff\xfe", "is UTF-16 text; save it as UTF-8 (iconv -f UTF-16 -t UTF-8)"),
    (b"\xfe\xff", "is UTF-16 text; save it as UTF-8 (iconv -f UTF-16 -t UTF-8)"),
)

_PICKLE = "looks like a Python pickle, which can run code when it is opened; write it as JSON Lines first"
_UTF16 = "looks like UTF-16 text; save it as UTF-8 (iconv -f UTF-16LE -t UTF-8)"
_BINARY = "is a binary file, not text; Curator reads JSON Lines, JSON, CSV and Parquet"

#: How much of a file is looked at, in bytes.
_LOOK = 8192

#: Text has no NUL bytes; one row damaged by a few must not cost the whole file.
_NUL_SHARE = 0.1
_ODD_SHARE = 0.3


def what_it_is(head: bytes) -> str:
    """What is wrong with a text file that begins like this and what to do; empty when it may be text."""
    for magic, words in _MAGIC:
        if head.startswith(magic):
            return words
    head = head[:_LOOK]
    if len(head) > 2 and head[0] == 0x80 and head[1] in (2, 3, 4, 5):
        return _PICKLE
    if head[257:262] == b"ustar":
        return "is a tar archive; unpack it first"
    nuls = head.count(0)
    if nuls:
        if max(head[0::2].count(0), head[1::2].count(0)) > 0.8 * nuls and nuls > 0.3 * len(head):
            return _UTF16
        if nuls > _NUL_SHARE * len(head) or _odd(head) > _ODD_SHARE * len(head):
            return _BINARY
    return ""


def _odd(head: bytes) -> int:
    """How many bytes are control characters or no UTF-8."""
    text = head.decode("utf-8", "ignore")
    return len(head) - len(text.encode()) + sum(char < " " and char not in "\t\n\r\x1b" for char in text)
