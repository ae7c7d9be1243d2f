"""The sentences of the site's templates and Python files that are marked for translation, read without gettext's tools."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from django.utils.translation.template import templatize

MARKS = {
    "_": 1,
    "gettext": 1,
    "gettext_lazy": 1,
    "gettext_noop": 1,
    "ngettext": 2,
    "ngettext_lazy": 2,
}
CALL = re.compile(r"\b(?:n?gettext|_)\(")


@dataclass(frozen=True, order=True)
class Text:
    """A sentence as it stands in the source, with its plural where it has one."""

    single: str
    plural: str = ""


def texts_of(root: Path) -> dict[Text, list[str]]:
    """Every text below `root`/templates and `root`/server, with the files that say it."""
    said: dict[Text, list[str]] = {}
    for path in sorted([*(root / "templates").rglob("*.html"), *(root / "server").rglob("*.py")]):
        name = path.relative_to(root).as_posix()
        for text in texts_in(path):
            places = said.setdefault(text, [])
            if name not in places:
                places.append(name)
    return said


def texts_in(path: Path) -> Iterator[Text]:
    source = path.read_text(encoding="utf-8")
    return texts_in_template(source) if path.suffix == ".html" else texts_in_python(source)


def texts_in_python(source: str) -> Iterator[Text]:
    """The constant arguments of gettext and its kin."""
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in MARKS:
            words = [argument.value for argument in node.args if isinstance(argument, ast.Constant)]
            spoken = [word for word in words if isinstance(word, str)][: MARKS[node.func.id]]
            if spoken:
                yield Text(*spoken)


def texts_in_template(source: str) -> Iterator[Text]:
    """Django turns a template into calls of gettext with everything else blanked out; those calls are read here."""
    calls = templatize(source)
    for found in CALL.finditer(calls):
        yield from texts_in_python(whole_call(calls, found.start()))


def whole_call(calls: str, start: int) -> str:
    """From `start` to the bracket that closes the call."""
    end = calls.index(")", start)
    while True:
        try:
            ast.parse(calls[start : end + 1])
        except SyntaxError:
            end = calls.index(")", end + 1)
        else:
            return calls[start : end + 1]
