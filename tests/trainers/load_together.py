"""Checks an export with the file check of the `together` package: `python load_together.py TARGET FOLDER`."""

import json
import sys
from importlib.metadata import version
from pathlib import Path


def main(out: Path) -> None:
    """Prints how many rows its check has counted, when it passed."""
    try:
        from together.lib.utils.files import check_file
    except ImportError:
        from together.utils.files import check_file
    report = check_file(out / "train.jsonl")
    if not report["is_check_passed"]:
        sys.exit(f"refused: {report}")
    rows = report["num_samples"]
    print(json.dumps({"rows": rows, "taught": rows, "loader": f"together {version('together')}"}))


if __name__ == "__main__":
    main(Path(sys.argv[2]))
