"""How much a target takes: rows, bytes and tokens, as data that a user can override."""

from collections.abc import Mapping

from msgspec import Struct

from curator.model import Split

MEGABYTE, GIGABYTE = 1 << 20, 1 << 30


class Limits(Struct, frozen=True):
    """The bounds of a set; 0 is no bound that is known.

    `few` and `many` say in the provider's words what is wrong; they may name ``{split}``, ``{Split}``, ``{count}``,
    ``{least}`` and ``{most}``. `row_tokens` bounds one row: it is held against an exact count, or against
    the low end of the estimate.
    """

    rows_least: int = 1
    rows_most: int = 0
    rows_recommended: int = 0
    validation_least: int = 0
    validation_most: int = 0
    rows_together: int = 0
    bytes_most: int = 0
    validation_bytes_most: int = 0
    row_tokens: int = 0
    needs_validation: bool = False
    few: str = "the {split} file has {count} example(s), but must have at least {least} examples"
    many: str = "the {split} file has {count:,} examples; at most {most:,} are taken"

    def broken(self, rows: Mapping[Split, int], sizes: Mapping[Split, int] | None = None) -> list[str]:
        """What is wrong with a set of so many rows and bytes a split."""
        wrong = self._rows(rows)
        for split, size in (sizes or {}).items():
            most = self.validation_bytes_most if split == "validation" else 0
            most = most or self.bytes_most
            if most and size > most:
                wrong.append(f"the {_FILES[split]} file has {size:,} bytes; at most {most:,} are taken")
        return wrong

    def _rows(self, rows: Mapping[Split, int]) -> list[str]:
        train, validation = rows.get("train", 0), rows.get("validation", 0)
        if not train:
            return ["the training file has no examples"]
        wrong = self._bounded("train", train, self.rows_least, self.rows_most)
        if validation:
            wrong += self._bounded("validation", validation, self.validation_least, self.validation_most)
        elif self.needs_validation:
            wrong.append("there is no validation file, and one is needed: --split train=0.9,validation=0.1 makes it")
        if self.rows_together and train + validation > self.rows_together:
            wrong.append(
                f"training and validation have {train + validation:,} rows together; at most {self.rows_together:,} "
                "are taken"
            )
        return wrong

    def _bounded(self, split: Split, count: int, least: int, most: int) -> list[str]:
        name = _FILES[split]
        said = {"split": name, "Split": name.capitalize(), "count": count, "least": least, "most": most}
        if count < least:
            return [self.few.format(**said)]
        return [self.many.format(**said)] if most and count > most else []

    def in_words(self) -> str:
        """The bounds as a line for people; empty when none is known."""
        told = [_range(self.rows_least if self.rows_least > 1 else 0, self.rows_most, "rows")]
        told.append(f"{self.rows_recommended:,} rows recommended" if self.rows_recommended else "")
        told.append(_range(self.validation_least, self.validation_most, "validation rows"))
        told.append(f"at most {self.rows_together:,} rows together" if self.rows_together else "")
        told.append(f"at most {_size(self.bytes_most)}" if self.bytes_most else "")
        told.append(f"validation at most {_size(self.validation_bytes_most)}" if self.validation_bytes_most else "")
        told.append(f"at most {self.row_tokens:,} tokens a row" if self.row_tokens else "")
        told.append("validation file needed" if self.needs_validation else "")
        return "; ".join(filter(None, told))


_FILES: dict[Split, str] = {"train": "training", "validation": "validation", "test": "test"}


def _range(least: int, most: int, what: str) -> str:
    if least and most:
        return f"{least:,} to {most:,} {what}"
    return f"at least {least:,} {what}" if least else f"at most {most:,} {what}" if most else ""


def _size(count: int) -> str:
    if count % GIGABYTE == 0:
        return f"{count // GIGABYTE:,} GB"
    return f"{count // MEGABYTE:,} MB" if count % MEGABYTE == 0 else f"{count:,} bytes"
