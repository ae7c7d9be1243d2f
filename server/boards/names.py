"""The name that a driver takes on the board: what it may look like, and when two are the same."""

from __future__ import annotations

import re
import unicodedata

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

SHORTEST, LONGEST = 3, 24
SIGNS = " .-_'’"
KEPT_FOR_STAFF = ("admin", "administrator", "moderator", "staff", "festivitymap")
ADDRESS = re.compile(r"(https?:|www\.|\w\.(com|net|org|info|io|de|uk|us|eu)\b)", re.IGNORECASE)


def clean_name(words: str, email: str) -> str:
    """The name as it is shown. Raises ValidationError with what is wrong and what to do.

    `email` is the driver's own address: no part of it is taken for a name by mistake.
    """
    name = " ".join(unicodedata.normalize("NFKC", words).split())
    if "@" in name:
        raise ValidationError(
            _("An e-mail address is not taken: everybody would see it. Choose another name.")
        )
    if not SHORTEST <= len(name) <= LONGEST:
        raise ValidationError(
            _("Choose a name of %(shortest)s to %(longest)s letters.")
            % {"shortest": SHORTEST, "longest": LONGEST}
        )
    if any(
        not (letter.isalnum() or unicodedata.category(letter)[0] == "M" or letter in SIGNS) for letter in name
    ):
        raise ValidationError(_("Use letters, figures, spaces, and . - _ ' only."))
    if ADDRESS.search(name):
        raise ValidationError(_("A web address is not taken. Choose another name."))
    return refuse_telling(name, email)


def refuse_telling(name: str, email: str) -> str:
    folded = fold_name(name)
    if len(folded) < SHORTEST or not name[0].isalnum():
        raise ValidationError(_("Begin with a letter or a figure, and use at least three of them."))
    if folded in KEPT_FOR_STAFF:
        raise ValidationError(_("This name is kept for those who run the site. Choose another one."))
    if folded == fold_name(email.partition("@")[0]):
        raise ValidationError(
            _("This is the first part of your e-mail address. Choose a name that does not tell it.")
        )
    return name


def fold_name(name: str) -> str:
    """As names are compared: in small letters, without accents, spaces and signs, so that none passes for another; syllables
    that are taken apart for that are put together again."""
    plain = unicodedata.normalize("NFKD", name.casefold())
    return unicodedata.normalize("NFC", "".join(letter for letter in plain if letter.isalnum()))
