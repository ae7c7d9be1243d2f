"""How often the first answer is right: recall@1 over queries whose right answers were labelled by eye."""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from ml.metrics import share_interval
from ml.pictures import find_pictures, read_picture
from ml.tools.search.index import SearchError, empty_index
from ml.tools.search.looker import Looker
from ml.tools.search.nearest import Match, open_finder, search
from ml.tools.search.register import Tally, register


@dataclass(frozen=True)
class Question:
    """A picture, and the pictures of the index that show the same place."""

    picture: Path
    same: frozenset[Path]


@dataclass(frozen=True)
class Exam:
    """Questions, and the pictures among which the answers are looked for."""

    pictures: tuple[Path, ...]
    questions: tuple[Question, ...]


@dataclass(frozen=True)
class Answer:
    """`rank` of the first right picture, from 1; `first` is what was found in its place."""

    question: Question
    rank: int
    first: Match


@dataclass(frozen=True)
class Marks:
    """`chance` is the mean recall@1 of guessing."""

    answers: tuple[Answer, ...]
    chance: float

    def recall(self, at: int) -> float:
        """Share of the questions with a right picture among the first `at`."""
        return sum(answer.rank <= at for answer in self.answers) / len(self.answers)

    def summary(self, crop: str) -> dict[str, Any]:
        """In numbers, for scripts."""
        low, high = share_interval(sum(answer.rank <= 1 for answer in self.answers), len(self.answers))
        return {
            "crop": crop,
            "recall_at_1": round(self.recall(1), 4),
            "likely_range": [round(low, 4), round(high, 4)],
            "recall_at_5": round(self.recall(5), 4),
            "chance": round(self.chance, 4),
            "queries": len(self.answers),
            "answers": [
                {
                    "picture": answer.question.picture.name,
                    "rank": answer.rank,
                    "first": Path(answer.first.name).name,
                    "score": round(answer.first.score, 4),
                }
                for answer in self.answers
            ],
        }


def read_exam(path: Path, root: Path | None = None) -> Exam:
    """From JSON: {"pictures": [FILE or FOLDER, …], "queries": [{"picture": FILE, "same": [FILE, …]}, …]}.

    Paths are relative to `root`, or to the folder of the JSON file. Raises SearchError.
    """
    folder = root or path.parent
    try:
        written = json.loads(path.read_text(encoding="utf-8"))
        pictures = tuple(
            found.resolve() for found in find_pictures(folder / name for name in written["pictures"])
        )
        questions = tuple(question_of(one, folder) for one in written["queries"])
    except OSError:
        raise SearchError(f"{path} cannot be read.") from None
    except (ValueError, KeyError, TypeError):
        raise SearchError(
            f'{path} is not a set of queries: {{"pictures": [...], "queries": [{{"picture": ..., "same": [...]}}]}}.'
        ) from None
    if not questions or not pictures:
        raise SearchError(
            f"{path} has no queries or no pictures; are the paths right? They start at {folder}."
        )
    for question in questions:
        if not question.same or not question.same <= set(pictures):
            raise SearchError(f"The right answers of {question.picture.name} are not among the pictures.")
    return Exam(tuple(picture for picture in pictures), questions)


def question_of(written: dict[str, Any], folder: Path) -> Question:
    return Question(
        picture=(folder / written["picture"]).resolve(),
        same=frozenset((folder / name).resolve() for name in written["same"]),
    )


def sit(exam: Exam, looker: Looker, report: Callable[[Tally], None] = lambda tally: None) -> Marks:
    """Every question put to an index of the exam's pictures, without the question's own.

    Pictures that show nothing or cannot be read are left out, unless they are a right answer: then, as for a question,
    it raises MlError.
    """
    index, tally = register(empty_index(looker.maker), looker, exam.pictures, lambda index: None, report)
    for path in sorted(path for question in exam.questions for path in question.same):
        if str(path) in tally.refused:
            raise SearchError(f"{path}: {tally.refused[str(path)]}")
    finder = open_finder(index)
    answers = []
    for question in exam.questions:
        looks = looker.look(read_picture(question.picture))
        found = search(index, finder, looks, top=len(index.entries))
        answers.append(answered(question, [match for match in found if match.name != str(question.picture)]))
    guesses = [len(answer.question.same) / len(index.entries) for answer in answers]
    return Marks(tuple(answers), chance=sum(guesses) / len(guesses))


def answered(question: Question, found: Sequence[Match]) -> Answer:
    right = {str(path) for path in question.same}
    rank = next(place for place, match in enumerate(found, start=1) if match.name in right)
    return Answer(question, rank, found[0])
