"""Every sentence of the site is there in every language, with the same places for numbers and names."""

from __future__ import annotations

import re
from pathlib import Path

import polib
import pytest
from django.conf import settings
from django.test import Client

from server.core.catalogues import catalogue_paths, compile_stale, untranslated, update
from server.core.texts import Text, texts_in_python, texts_in_template

CATALOGUES = catalogue_paths(settings.LOCALE_PATHS[0])
SLOT = re.compile(r"%\(\w+\)[sd]|%[sd]|\{\w*\}")


def ids(path: Path) -> str:
    return path.parts[-3]


@pytest.mark.parametrize("catalogue", CATALOGUES, ids=ids)
def test_no_sentence_is_left_untranslated(catalogue: Path) -> None:
    assert untranslated(catalogue, settings.ROOT) == [], "run manage.py texts, and translate what is new"


@pytest.mark.parametrize("catalogue", CATALOGUES, ids=ids)
def test_a_translation_has_the_places_of_its_sentence_and_nothing_that_breaks_html(catalogue: Path) -> None:
    for entry in polib.pofile(str(catalogue)):
        one, many = entry.msgid, entry.msgid_plural or entry.msgid
        said = [entry.msgstr_plural[0], entry.msgstr_plural[1]] if entry.msgid_plural else [entry.msgstr] * 2
        assert [sorted(SLOT.findall(text)) for text in said] == [
            sorted(SLOT.findall(text)) for text in (one, many)
        ]
        assert not set('<>"') & set("".join(said)), said


def test_there_is_a_catalogue_for_every_language_but_the_first() -> None:
    assert [ids(path) for path in CATALOGUES] == [code for code, _ in settings.LANGUAGES[1:]]


def test_a_template_tells_its_sentences() -> None:
    source = """{% load i18n %}<a title="{% translate "One's (own)" %}">{% blocktranslate count n=x %}{{ n }} house
    {% plural %}{{ n }} houses{% endblocktranslate %}</a>"""
    assert set(texts_in_template(source)) == {
        Text("One's (own)"),
        Text("%(n)s house\n    ", "%(n)s houses"),
    }


def test_a_python_file_tells_its_sentences() -> None:
    source = 'a = _("One") + ngettext("%d two", "%d twos", 2)\nb = other("three") + _(name)'
    assert set(texts_in_python(source)) == {Text("One"), Text("%d two", "%d twos")}


def test_a_catalogue_takes_in_new_sentences_drops_old_ones_and_is_compiled(tmp_path: Path) -> None:
    (tmp_path / "server").mkdir()
    (tmp_path / "server" / "a.py").write_text('_("new")\n_("kept")')
    catalogue = tmp_path / "locale" / "xx" / "LC_MESSAGES" / "django.po"
    catalogue.parent.mkdir(parents=True)
    catalogue.write_text(
        'msgid ""\nmsgstr ""\n"Language: xx\\n"\n\nmsgid "kept"\nmsgstr "K"\n\nmsgid "old"\nmsgstr "O"\n'
    )
    update(catalogue, tmp_path)
    assert untranslated(catalogue, tmp_path) == [Text("new")]
    compile_stale(tmp_path / "locale")
    assert [(e.msgid, e.msgstr) for e in polib.mofile(str(catalogue.with_suffix(".mo")))] == [("kept", "K")]


@pytest.mark.django_db
def test_the_site_speaks_the_browsers_language_until_another_is_chosen(client: Client) -> None:
    spanish = {"Accept-Language": "es-MX,es;q=0.9"}
    assert 'lang="es"' in client.get("/", headers=spanish).content.decode()
    chosen = client.post("/preferences/", {"language": "en", "units": "imperial", "next": "/leaderboard/"})
    assert chosen.headers["Location"] == "/leaderboard/"
    page = client.get("/", headers=spanish).content.decode()
    assert '<html lang="en" data-units="imperial">' in page


@pytest.mark.django_db
@pytest.mark.parametrize(
    "way", ["https://elsewhere.example/", "//elsewhere.example", "javascript:alert(1)", ""]
)
def test_choosing_never_leads_to_another_site(client: Client, way: str) -> None:
    answer = client.post("/preferences/", {"language": "xx", "units": "cubits", "next": way})
    assert (answer.headers["Location"], answer.cookies) == ("/", {})
