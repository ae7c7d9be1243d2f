"""The catalogues of translations: written as .po files, compiled when the site starts, without gettext's tools."""

from __future__ import annotations

import logging
import os
from pathlib import Path

import polib

from server.core.texts import Text, texts_of

log = logging.getLogger(__name__)


def catalogue_paths(folder: Path) -> list[Path]:
    return sorted(folder.glob("*/LC_MESSAGES/django.po"))


def compile_stale(folder: Path) -> None:
    """Compiles every catalogue below `folder` that is newer than what was compiled of it. Where the folder cannot be
    written to, the site goes on with what is there."""
    for path in catalogue_paths(folder):
        compiled = path.with_suffix(".mo")
        if compiled.exists() and compiled.stat().st_mtime >= path.stat().st_mtime:
            continue
        try:
            write_whole(compiled, polib.pofile(str(path)).to_binary())
        except OSError as error:
            log.warning("The translations in %s could not be compiled: %s.", path, error)


def write_whole(path: Path, content: bytes) -> None:
    """Other processes that start now read the old file or the new one."""
    beside = path.with_suffix(f".{os.getpid()}.tmp")
    beside.write_bytes(content)
    beside.replace(path)


def untranslated(catalogue: Path, root: Path) -> list[Text]:
    """The texts of the source that the catalogue has no translation for."""
    known = {Text(entry.msgid, entry.msgid_plural) for entry in polib.pofile(str(catalogue)) if done(entry)}
    return sorted(set(texts_of(root)) - known)


def done(entry: polib.POEntry) -> bool:
    said = list(entry.msgstr_plural.values()) if entry.msgid_plural else [entry.msgstr]
    return all(said) and not entry.fuzzy and not entry.obsolete


def update(catalogue: Path, root: Path) -> None:
    """Brings the catalogue in line with the source: new texts come in untranslated, those that are gone go."""
    kept = {Text(entry.msgid, entry.msgid_plural): entry for entry in polib.pofile(str(catalogue))}
    fresh = polib.POFile(wrapwidth=110)
    fresh.metadata = polib.pofile(str(catalogue)).metadata
    for text, places in sorted(texts_of(root).items()):
        entry = kept.get(text) or new_entry(text)
        entry.occurrences = [(place, "") for place in places]
        fresh.append(entry)
    fresh.save(str(catalogue))


def new_entry(text: Text) -> polib.POEntry:
    if text.plural:
        return polib.POEntry(msgid=text.single, msgid_plural=text.plural, msgstr_plural={0: "", 1: ""})
    return polib.POEntry(msgid=text.single)
