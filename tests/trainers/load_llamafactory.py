"""Loads an export as LLaMA-Factory's training does: `python load_llamafactory.py TARGET FOLDER`."""

import json
import shutil
import sys
import tempfile
import types
from importlib.metadata import version
from pathlib import Path

from tiny import model, tokenizer


def main(out: Path) -> None:
    """Prints how many rows its data set has, and how many of them have a token to learn from."""
    # Sound is not text, and its package goes with builds of torch for graphics cards alone.
    sys.modules["torchaudio"] = types.ModuleType("torchaudio")
    from llamafactory.data import get_dataset, get_template_and_fix_tokenizer
    from llamafactory.hparams import get_train_args
    from llamafactory.model import load_tokenizer

    folder = Path(tempfile.mkdtemp())
    words = tokenizer()
    words.save_pretrained(folder)
    model(len(words)).save_pretrained(folder)
    data = folder / "data"
    shutil.copytree(out, data)
    info = data / "dataset_info.json"
    if not info.exists():  # a file of its own, without what curator writes beside it
        tags = {"role_tag": "from", "content_tag": "value", "user_tag": "human", "assistant_tag": "gpt"}
        rows = {"file_name": "train.jsonl", "formatting": "sharegpt", "columns": {"messages": "conversations"}}
        info.write_text(json.dumps({"train": {**rows, "tags": tags}}), encoding="utf-8")
    name = next(iter(json.loads(info.read_bytes())))
    found = get_train_args({
        "stage": "sft", "do_train": True, "model_name_or_path": str(folder), "dataset": name, "dataset_dir": str(data),
        "template": "qwen", "output_dir": str(folder / "out"), "cutoff_len": 16_384, "report_to": "none",
        "use_cpu": True, "overwrite_cache": True, "finetuning_type": "full",
    })  # fmt: skip
    model_args, data_args, training_args = found[:3]
    module = load_tokenizer(model_args)
    template = get_template_and_fix_tokenizer(module["tokenizer"], data_args)
    loaded = get_dataset(template, model_args, data_args, training_args, stage="sft", **module)["train_dataset"]
    taught = sum(any(label != -100 for label in row["labels"]) for row in loaded)
    print(json.dumps({"rows": len(loaded), "taught": taught, "loader": f"llamafactory {version('llamafactory')}"}))


if __name__ == "__main__":
    main(Path(sys.argv[2]))
