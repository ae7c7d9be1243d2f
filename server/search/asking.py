"""Who asks, as a request tells it, and how often they may."""

from __future__ import annotations

import secrets

from django.conf import settings
from django.contrib.auth.models import AnonymousUser
from django.http import HttpRequest
from django.utils.translation import gettext as _

from server.accounts.models import User
from server.core.limits import Limit, network_of, passes
from server.search.models import Asker
from server.search.services import TooMany

WORD = "photo_searches"
WINDOW_S = 600
PER_ASKER = Limit("search", times=12, window_s=WINDOW_S)
PER_NETWORK = Limit("search of a network", times=60, window_s=WINDOW_S)
PER_POINTER = Limit("pointing", times=300, window_s=WINDOW_S)
FORM_BYTES = 64 * 1024


def asker_of(request: HttpRequest) -> Asker:
    """The account and the session of the request, as far as there are any."""
    return Asker(user=account_of(request.user), visitor=request.session.get(WORD, ""))


def lasting_asker_of(request: HttpRequest) -> Asker:
    """The same, for one who will come back for the answer: a session without a word is given one."""
    if WORD not in request.session:
        request.session[WORD] = secrets.token_urlsafe(16)
    return asker_of(request)


def account_of(user: User | AnonymousUser) -> User | None:
    return None if isinstance(user, AnonymousUser) else user


def count_search(request: HttpRequest, asker: Asker) -> None:
    """One more search of this asker from this network. Raises TooMany."""
    who = f"account {asker.user.pk}" if asker.user else asker.visitor
    if not (passes(PER_NETWORK, network_of(request)) and passes(PER_ASKER, who)):
        raise TooMany(_("That was many searches in a short time. Try again in ten minutes."))


def count_pointing(request: HttpRequest) -> None:
    """One more thing outlined for this network. Raises TooMany."""
    if not passes(PER_POINTER, network_of(request)):
        raise TooMany(_("That was many clicks in a short time. Try again in ten minutes."))


def is_too_long(request: HttpRequest) -> bool:
    """Whether the body is longer than any form with a picture: such a one is not read at all."""
    length = request.META.get("CONTENT_LENGTH") or "0"
    return not length.isdecimal() or int(length) > settings.SEARCH_MAX_BYTES + FORM_BYTES
