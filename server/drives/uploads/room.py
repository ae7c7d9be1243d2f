"""How much more may be brought: a driver's quota, and what the disk of the parts has left."""

from __future__ import annotations

import errno
from collections.abc import Iterator
from contextlib import contextmanager

from django.conf import settings
from django.db.models import F, Sum
from django.utils.translation import gettext as _

from server.core.sql import fetch_value
from server.drives.models import Upload
from server.drives.uploads.parts import free_bytes

GIGABYTE = 1000**3


class NoRoom(Exception):
    """There is no room for the file; the message is a sentence for the driver."""


class QuotaUsed(NoRoom):
    """The driver has used up what one driver may keep here."""


class DiskFull(NoRoom):
    """The site's disk is (nearly) full."""


def used_bytes(driver_id: int) -> int:
    """Originals that are still kept, of all drives of a driver, and the whole lengths of the uploads under way."""
    return int(fetch_value("drives/used_bytes.sql", {"driver": driver_id}))


def refuse_beyond_quota(driver_id: int, more_bytes: int = 0) -> None:
    """Raises QuotaUsed where the driver's files, with `more_bytes`, are more than one driver may keep."""
    refuse_more(used_bytes(driver_id) + more_bytes)


def refuse_more(used: int) -> None:
    """Raises QuotaUsed where `used` bytes are more than one driver may keep."""
    quota = settings.DRIVER_QUOTA_BYTES
    if used <= quota:
        return
    sentence = _(
        "Your files here would come to %(used)s GB, and the limit is %(quota)s GB. Originals make room when their drive is "
        "done; uploads that you do not go on with can be given up."
    )
    raise QuotaUsed(sentence % {"used": gigabytes(used), "quota": gigabytes(quota)})


def gigabytes(count: int) -> str:
    return f"{count / GIGABYTE:.1f}" if count < 100 * GIGABYTE else f"{count / GIGABYTE:.0f}"


def refuse_on_full_disk(more_bytes: int) -> None:
    """Raises DiskFull where `more_bytes` would leave less free than FESTIVITY_FREE_BYTES."""
    if free_bytes() - more_bytes < settings.FREE_BYTES:
        raise disk_full()


def disk_full() -> DiskFull:
    return DiskFull(
        _("The site's disk is full just now. What has arrived is kept: go on later, from where it stopped.")
    )


@contextmanager
def full_disk_told() -> Iterator[None]:
    """Says DiskFull of a write that finds no space, or no more of it than the system grants us."""
    try:
        yield
    except OSError as error:
        if error.errno in (errno.ENOSPC, errno.EDQUOT):
            raise disk_full() from error
        raise


def outstanding_bytes() -> int:
    """What all uploads under way will still bring."""
    left = Upload.objects.open().aggregate(all=Sum(F("length") - F("offset")))
    return left["all"] or 0
