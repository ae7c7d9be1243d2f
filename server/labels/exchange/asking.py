"""Masks that are brought through the site: kept in private storage until a worker has read them."""

from __future__ import annotations

from datetime import timedelta

from django.core.files.base import File
from django.core.files.storage import default_storage
from django.utils import timezone

from server.accounts.models import User
from server.core.identifiers import new_public_id
from server.jobs.kinds import Kind
from server.jobs.models import Job
from server.jobs.services import ask

FOLDER = "brought-labels"
MOST_BYTES = 512 * 1024**2
LOOKED_BACK = timedelta(days=60)


def ask_to_import(*, stream: File[bytes], name: str, all_or_none: bool, by: User, title: str) -> Job:
    """A job that takes the masks of a zip or of a COCO JSON. `all_or_none`: one that cannot be taken stops all."""
    kept = default_storage.save(f"{FOLDER}/{new_public_id()}", stream)
    asked = {"file": kept, "name": name[:200], "all_or_none": all_or_none}
    return ask(Kind.IMPORT_LABELS, title=title, asked=asked, asked_by=by)


def sweep() -> int:
    """Drops the files of jobs that have ended; how many."""
    ended = Job.objects.filter(kind=Kind.IMPORT_LABELS, ended_at__gte=timezone.now() - LOOKED_BACK)
    count = 0
    for job in ended.exclude(asked__file=""):
        default_storage.delete(job.asked["file"])
        Job.objects.filter(pk=job.pk).update(asked={**job.asked, "file": ""})
        count += 1
    return count
