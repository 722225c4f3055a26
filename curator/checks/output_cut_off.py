"""TRN008: so long that no output is left."""

from collections.abc import Iterator
from typing import Annotated

from curator.checks.base import example_check, found
from curator.checks.options import Between
from curator.checks.token_totals import DEFAULT, about, total
from curator.model import Example, Finding, Severity
from curator.tokens import Counting


@example_check("TRN008", Severity.ERROR)
def output_cut_off(
    example: Example, *, limit: Annotated[int, Between(64, 2_000_000)] = DEFAULT, tokens: Counting = "estimate"
) -> Iterator[Finding]:
    """An example whose input alone is longer than `limit`: a trainer that cuts at that length cuts all of the output.

    Unless told otherwise TRL cuts at 1,024 tokens (max_length) and drops what has no trainable token left,
    LLaMA-Factory at 2,048 (cutoff_len), MLX at 2,048 (max_seq_length); axolotl drops what is longer than sequence_len.
    Set `limit` to yours. Counted as in LEN001.

    Why: the row is in the file and not in the training, and no message says so.
    Fix: shorten the input, raise the trainer's limit, or reject the example.
    Example:
        a context of 40 pages, and a question at its end
    """
    index = example.output_index
    if not index or example.alternatives:
        return
    counted = total(example, example.messages[:index], limit, tokens)
    if counted is not None:
        said = about(counted, tokens)
        yield found(example, f"The input alone has {said} tokens; cut at {limit:,}, the output is gone.")
