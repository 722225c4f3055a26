"""A Hugging Face data set on disk: Parquet files of messages, and a dataset card with their features."""

from collections.abc import Iterator
from itertools import islice
from pathlib import Path
from typing import Any

import msgspec

from curator.targets.base import Shape, Written
from curator.targets.chat import ChatRules
from curator.targets.chat_target import Row, chat_target
from curator.targets.from_value import tools_of, tools_text
from curator.targets.status import status

_CARD = "README.md"
_BATCH = 2_000
#: Keys of a message that not every one has: a column of them is made when one row has it.
_OPTIONAL = ("name", "tool_calls", "tool_call_id", "weight")


def pack(row: Row) -> Row:
    """The messages, and the tools as JSON text: their schemas differ from row to row."""
    return {"messages": row["messages"], "tools": tools_text(row)} if "tools" in row else {"messages": row["messages"]}


def unpack(row: Any) -> Row:
    """The messages and tools of a row."""
    if type(row) is not dict or not row.get("tools"):
        return row if type(row) is dict else {}
    return {**row, **tools_of(row["tools"])}


def convert(rows: Path, final: Path) -> None:
    """Writes the rows of a JSON Lines file as Parquet, a batch at a time."""
    import pyarrow as pa
    import pyarrow.parquet as pq

    schema = _schema(rows)
    with pq.ParquetWriter(final, schema, compression="zstd") as writer, rows.open("rb") as lines:
        decode = msgspec.json.Decoder().decode
        while batch := [decode(line) for line in islice(lines, _BATCH)]:
            writer.write_table(pa.Table.from_pylist(batch, schema=schema))


def read(final: Path) -> Iterator[Row]:
    """The rows of a Parquet file as they were before: keys that Parquet had to fill with null are left out."""
    import pyarrow.parquet as pq

    with pq.ParquetFile(final) as file:
        for batch in file.iter_batches(_BATCH):
            for row in batch.to_pylist():
                messages = [{key: item for key, item in turn.items() if item is not None} for turn in row["messages"]]
                tools = {} if row.get("tools") is None else {"tools": row["tools"]}
                yield {"messages": messages, **tools}


def card(written: Written) -> dict[str, bytes]:
    """The dataset card: which files are which split, the features, the rows."""
    import pyarrow.parquet as pq

    lines = ["---", "configs:", "- config_name: default", "  data_files:"]
    for split, name in written.files.items():
        lines += [f"  - split: {split}", f"    path: {name}"]
    lines += ["dataset_info:", "  features:"]
    lines += _features(pq.read_schema(written.folder / next(iter(written.files.values()))), "  ")
    lines += ["  splits:"]
    for split, rows in written.rows.items():
        size = (written.folder / written.files[split]).stat().st_size
        lines += [f"  - name: {split}", f"    num_bytes: {size}", f"    num_examples: {rows}"]
    lines += ["---", "", "# Curated conversations", "", "Reviewed and exported with Curator.", ""]
    lines += ["| Split | Rows |", "| --- | --- |", *(f"| {split} | {rows:,} |" for split, rows in written.rows.items())]
    lines += ["", "`messages` are the turns, with role and content; `tools`, where there are some, is JSON text."]
    lines += ["manifest.json says of each row where it came from and what was decided.", ""]
    return {_CARD: "\n".join(lines).encode()}


def _features(fields: Any, indent: str) -> list[str]:
    """The features of Arrow fields in the YAML of dataset cards."""
    found = []
    for field in fields:
        found.append(f"{indent}- name: {field.name}")
        kind = field.type
        if hasattr(kind, "value_type"):
            found += [f"{indent}  list:", *_features(kind.value_type, f"{indent}  ")]
        elif hasattr(kind, "num_fields") and kind.num_fields:
            found += [f"{indent}  struct:", *_features(kind, f"{indent}  ")]
        else:
            found.append(f"{indent}  dtype: {kind}")
    return found


def _schema(rows: Path) -> Any:
    import pyarrow as pa

    keys, tools = set[str](), False
    decode = msgspec.json.Decoder().decode
    with rows.open("rb") as lines:
        for line in lines:
            row = decode(line)
            tools = tools or "tools" in row
            for message in row["messages"]:
                if len(message) > 2:
                    keys |= message.keys()
    text = pa.string()
    call = pa.struct([("id", text), ("type", text), ("function", pa.struct([("name", text), ("arguments", text)]))])
    kinds = {"name": text, "tool_calls": pa.list_(call), "tool_call_id": text, "weight": pa.int64()}
    message = [("role", text), ("content", text), *((key, kinds[key]) for key in _OPTIONAL if key in keys)]
    return pa.schema([("messages", pa.list_(pa.struct(message))), *([("tools", text)] if tools else [])])


HF = chat_target(
    name="hf",
    title="Hugging Face data set on disk",
    status=status("hf"),
    format=Shape("hf", "Parquet with messages"),
    rules=ChatRules(who="A Parquet file of messages", weights=True),
    pack=pack,
    unpack=unpack,
    files={split: f"{split}.parquet" for split in ("train", "validation", "test")},
    extras=card,
    extra_names=(_CARD,),
    convert=convert,
    read=read,
    told=(
        "A row has messages and, where one row has them, tools as JSON text; README.md names features and splits.",
        "load_dataset(FOLDER) reads it; a key that only some messages have is null in the others.",
        "The last message is from the assistant; every assistant message that is trained on has text or calls.",
        "Content is text: images are left out. Weights are kept, and most trainers ignore them.",
        "Every tool call is answered before the next turn; calls without ids get ids (call00001).",
    ),
)
