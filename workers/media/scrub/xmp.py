"""XMP packets: values of telling properties are written over with spaces, so that the packet stays well-formed XML."""

from __future__ import annotations

import re
from collections.abc import Iterator

from workers.media.scrub.patch import Patch, spaces

_TELLING = (
    rb"(?:[\w-]*[Ss]erial[\w-]*|[\w-]*[Oo]wner[\w-]*|[Aa]rtist|[Cc]reator(?!Tool)[\w-]*|[Aa]uthors?(?:Position)?|[Cc]opyright[\w-]*"
    rb"|[Rr]ights|Credit|CaptionWriter|Photographer|ImageUniqueID|(?:Original)?DocumentID|InstanceID|Contact[\w-]*|Licensor\w*)"
)
_PREFIX = rb"[\w-]+:"
_ATTRIBUTE = re.compile(rb"[\s]" + _PREFIX + _TELLING + rb"\s*=\s*(?:\"([^\"]*)\"|'([^']*)')")
_ELEMENT = re.compile(rb"<(" + _PREFIX + _TELLING + rb")(?:\s[^<>]*)?(?<!/)>(.*?)</\1\s*>", re.DOTALL)


def xmp_patches(packet: bytes) -> Iterator[Patch]:
    """Patches relative to the packet (UTF-8)."""
    for found in _ATTRIBUTE.finditer(packet):
        group = 1 if found[1] is not None else 2
        yield spaces(found.start(group), len(found[group]))
    for found in _ELEMENT.finditer(packet):
        yield spaces(found.start(2), len(found[2]))
