"""Loads an export with `datasets` and lets TRL's trainers prepare it: `python load_trl.py TARGET FOLDER`."""

import json
import sys
import tempfile
from pathlib import Path

import trl
from datasets import load_dataset
from tiny import model as made
from tiny import tokenizer


def main(target: str, out: Path) -> None:
    """Prints how many rows the trainer has, and how many of them have a token to learn from."""
    kind, ending = ("parquet", "parquet") if target == "hf" else ("json", "jsonl")
    data = load_dataset(kind, data_files=str(out / f"train.{ending}"), split="train", cache_dir=tempfile.mkdtemp())
    words = tokenizer()
    model, beside = made(len(words)), made(len(words))  # the one that is trained, the one it starts from
    common = {"output_dir": tempfile.mkdtemp(), "report_to": [], "use_cpu": True, "per_device_train_batch_size": 1}
    if target == "trl-preference":
        trainer = trl.DPOTrainer(
            model, beside, trl.DPOConfig(**common, max_length=None), train_dataset=data, processing_class=words
        )
    elif target == "trl-kto":
        config_ = trl.KTOConfig(**{**common, "per_device_train_batch_size": 2}, max_length=20_000)
        trainer = trl.KTOTrainer(model, beside, config_, train_dataset=data, processing_class=words)
    else:
        settings = trl.SFTConfig(**common, max_length=None, assistant_only_loss=target in ("trl", "hf"))
        trainer = trl.SFTTrainer(model, settings, train_dataset=data, processing_class=words)
    prepared = trainer.train_dataset
    taught = sum(_learns(row) for row in prepared)
    print(json.dumps({"rows": len(prepared), "taught": taught, "loader": f"trl {trl.__version__}"}))


def _learns(row: dict) -> bool:
    for name in ("assistant_masks", "completion_mask"):
        if row.get(name) is not None:
            return any(row[name])
    for name in (
        "chosen_input_ids",
        "chosen_ids",
        "completion_input_ids",
        "completion_ids",
        "answer_input_ids",
        "labels",
        "input_ids",
    ):
        if row.get(name) is not None:
            return len(row[name]) > 0
    return bool(row.get("chosen") or row.get("completion") or row.get("text"))


if __name__ == "__main__":
    main(sys.argv[1], Path(sys.argv[2]))
