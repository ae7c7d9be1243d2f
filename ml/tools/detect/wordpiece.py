"""Words to the token numbers of an uncased BERT vocabulary, and back (WordPiece: longest known piece first)."""

from __future__ import annotations

import json
import unicodedata
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from ml.tools.detect.crops import DetectError

START, END, UNKNOWN = "[CLS]", "[SEP]", "[UNK]"
LONGEST_WORD = 100


@dataclass(frozen=True)
class Vocabulary:
    """Pieces by number; a piece that continues a word begins with ##."""

    pieces: dict[int, str]

    @property
    def numbers(self) -> dict[str, int]:
        return {piece: number for number, piece in self.pieces.items()}

    def encode(self, text: str) -> tuple[int, ...]:
        """Numbers of the pieces of a text, between [CLS] and [SEP]."""
        numbers = self.numbers
        pieces = [piece for word in words(text) for piece in pieces_of(word, numbers)]
        return tuple(numbers[piece] for piece in (START, *pieces, END))

    def decode(self, found: Sequence[int]) -> str:
        """The pieces as words again, [CLS] and [SEP] left out."""
        pieces = [self.pieces.get(number, UNKNOWN) for number in found]
        return " ".join(piece for piece in pieces if piece not in (START, END)).replace(" ##", "")


def words(text: str) -> Iterator[str]:
    """Lower case, without accents, parted at spaces and around every punctuation mark."""
    word = ""
    for letter in unicodedata.normalize("NFD", text.lower()):
        if unicodedata.category(letter) == "Mn":
            continue
        if letter.isalnum():
            word += letter
            continue
        if word:
            yield word
        word = ""
        if not letter.isspace():
            yield letter
    if word:
        yield word


def pieces_of(word: str, known: dict[str, int]) -> list[str]:
    """The longest known pieces from the left, or [UNK] for the whole word."""
    pieces: list[str] = []
    start = 0
    while start < len(word):
        before = "##" if start else ""
        ends = range(len(word), start, -1)
        end = next((end for end in ends if before + word[start:end] in known), None)
        if end is None or len(word) > LONGEST_WORD:
            return [UNKNOWN]
        pieces.append(before + word[start:end])
        start = end
    return pieces


def read_vocabulary(folder: Path) -> Vocabulary:
    """From `vocab.txt` or `tokenizer.json`, as the hub keeps them. Raises DetectError."""
    try:
        if (folder / "vocab.txt").is_file():
            lines = (folder / "vocab.txt").read_text(encoding="utf-8").splitlines()
            pieces = dict(enumerate(lines))
        else:
            tokenizer = json.loads((folder / "tokenizer.json").read_text(encoding="utf-8"))
            pieces = {int(number): piece for piece, number in tokenizer["model"]["vocab"].items()}
    except (OSError, ValueError, KeyError, TypeError, AttributeError):
        raise DetectError(f"{folder} holds no readable vocabulary: vocab.txt or tokenizer.json.") from None
    if not {START, END, UNKNOWN, "."} <= set(pieces.values()):
        raise DetectError(f"The vocabulary in {folder} is not that of a BERT: {START} or {END} is missing.")
    return Vocabulary(pieces)
