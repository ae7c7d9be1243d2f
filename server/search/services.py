"""Verbs on searches. A worker claims one, looks, and ends it; whatever is forgotten on the way, the sweeper mends.

The row is written before its picture and deleted after it, so that no picture ever lies in storage without a row.
"""

from __future__ import annotations

import logging
from datetime import timedelta
from typing import Any

from django.conf import settings
from django.core.files.base import File
from django.core.files.storage import default_storage
from django.db import transaction
from django.db.models import F, QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from server.core.identifiers import new_public_id
from server.core.queue import LOOK_FOR, enqueue_on_commit
from server.frames.models import Frame
from server.houses.models import House
from server.search.models import Asker, Box, Failure, PhotoSearch

log = logging.getLogger(__name__)

FOLDER = "searches"
MOST_OPEN = 200
MOST_ATTEMPTS = 3
SILENT_AFTER_S = 120
LOST_AFTER_S = 900
KEPT_FOR = timedelta(days=1)
State = PhotoSearch.State


class TooMany(Exception):
    """No more searches are taken just now; the message is a sentence for the asker."""


def ask_by_photo(*, asker: Asker, picture: File[bytes]) -> PhotoSearch:
    """A search for the houses whose display is in the picture. Neither its name nor anything else of it is kept.

    Raises TooMany.
    """
    refuse_a_crowd()
    public_id = new_public_id()
    search = add_search(asker, public_id=public_id, picture=f"{FOLDER}/{public_id}")
    default_storage.save(f"{FOLDER}/{public_id}", File(picture.file, name=public_id))
    enqueue_on_commit(LOOK_FOR, search.pk)
    return search


def ask_by_house(*, asker: Asker, house: House) -> PhotoSearch:
    """A search for displays that are like this house's. Raises TooMany."""
    refuse_a_crowd()
    search = add_search(asker, like=house)
    enqueue_on_commit(LOOK_FOR, search.pk)
    return search


def ask_by_thing(
    *, asker: Asker, frame: Frame, box: Box, point: tuple[float, float] | None = None
) -> PhotoSearch:
    """A search for the other houses that have the thing in a box of a public frame. Raises TooMany."""
    refuse_a_crowd()
    search = add_search(asker, frame=frame, box=list(box), point=list(point) if point else None)
    enqueue_on_commit(LOOK_FOR, search.pk)
    return search


def refuse_a_crowd() -> None:
    if PhotoSearch.objects.open().count() >= MOST_OPEN:
        raise TooMany(_("Very many people are searching just now. Try again in a minute."))


def add_search(asker: Asker, **fields: Any) -> PhotoSearch:
    known = {"user": asker.user, "visitor": asker.visitor, "sent_at": timezone.now()}
    return PhotoSearch.objects.create(**known, **fields)


def claim(search_id: int) -> PhotoSearch | None:
    """Takes a waiting search for this worker, or None when another one has it or it has ended."""
    waiting = PhotoSearch.objects.filter(pk=search_id, state=State.WAITING)
    taken = waiting.update(state=State.LOOKING, attempts=F("attempts") + 1, sent_at=timezone.now())
    return PhotoSearch.objects.select_related("like", "frame").get(pk=search_id) if taken else None


def conclude(search: PhotoSearch, *, matches: list[dict[str, Any]], scorer_hash: str) -> bool:
    """Ends a search with the houses found, which may be none; False when it is no longer this worker's."""
    return end(search, state=State.FOUND, matches=matches, scorer_hash=scorer_hash)


def give_up(search: PhotoSearch, failure: Failure) -> bool:
    """Ends a search with a sentence; False when it is no longer this worker's."""
    return end(search, state=State.FAILED, failure=failure)


@transaction.atomic
def end(search: PhotoSearch, **said: Any) -> bool:
    """Deletes the picture and writes the end, if nobody has taken the search over since."""
    same = as_it_was(search)
    if not same.select_for_update().exists():
        return False
    forget_picture(search)
    return bool(same.update(picture="", **said))


def as_it_was(search: PhotoSearch) -> QuerySet[PhotoSearch]:
    """The row, while it is still at the state and attempt that the caller knows."""
    return PhotoSearch.objects.filter(pk=search.pk, state=search.state, attempts=search.attempts)


def forget_picture(search: PhotoSearch) -> None:
    if search.picture:
        default_storage.delete(str(search.picture.name))


def sweep() -> int:
    """Sends forgotten searches again, gives up those that nobody can look at, and drops old ones; how many it touched."""
    now = timezone.now()
    silent = PhotoSearch.objects.filter(
        state=State.LOOKING, sent_at__lt=now - timedelta(seconds=SILENT_AFTER_S)
    )
    forgotten = PhotoSearch.objects.filter(
        state=State.WAITING, sent_at__lt=now - timedelta(seconds=settings.LEASE_S)
    )
    mended = [send_again(search) for search in [*silent, *forgotten]]
    old = list(PhotoSearch.objects.filter(created_at__lt=now - KEPT_FOR))
    for search in old:
        drop_search(search)
    return len(mended) + len(old)


def send_again(search: PhotoSearch) -> bool:
    """Puts it before the workers once more; after three attempts, or a quarter of an hour, it ends with a sentence."""
    too_old = timezone.now() - search.created_at > timedelta(seconds=LOST_AFTER_S)
    if too_old or search.attempts >= MOST_ATTEMPTS:
        return give_up(search, Failure.LOST)
    sent = as_it_was(search).update(state=State.WAITING, sent_at=timezone.now())
    if sent:
        enqueue_on_commit(LOOK_FOR, search.pk)
    return bool(sent)


def drop_search(search: PhotoSearch) -> None:
    forget_picture(search)
    search.delete()
