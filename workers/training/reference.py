"""What the backbone sees in the rendered pictures of the reference set: looked at once, kept in private storage."""

from __future__ import annotations

import time
from collections.abc import Sequence

from django.core.files.base import ContentFile
from django.core.files.storage import storages
from django.utils.translation import gettext as _

from ml.head import Head
from ml.packing import Packing
from ml.reference_set import RenderedReference, load_reference_set, rendered_reference
from ml.regions import share_in_regions
from ml.rescoring import Rescorer
from ml.scorer import Scorer as Network
from ml.stored import read
from ml.teaching.limits import told_limits
from server.jobs.models import Job
from server.jobs.services import tell
from workers.training.start import Start

FOLDER = "training/reference"
TURN_S = 15.0


def references() -> Sequence[RenderedReference]:
    return load_reference_set().rendered


def name_of(packing: Packing, one: RenderedReference) -> str:
    """The name holds all that its content depends on."""
    seen = f"{packing.backbone_sha256[:12]}-{packing.key.hex()[:12]}"
    return f"{FOLDER}/{seen}/{one.seed}_{one.number:03}_{one.share:.5f}.features"


def look_at_references(job: Job, start: Start) -> bool:
    """Looks at pictures that were not looked at yet, for a turn at most; False where some are left."""
    storage, wanted = storages["default"], references()
    missing = [one for one in wanted if not storage.exists(name_of(start.packing, one))]
    if not missing:
        return True
    until = time.monotonic() + TURN_S
    done = len(wanted) - len(missing)
    tell(
        job, stage=_("Pictures of the reference set, once for each backbone"), done=done, expected=len(wanted)
    )
    for one in missing:
        if time.monotonic() > until:
            return False
        storage.save(name_of(start.packing, one), ContentFile(features_of(start.network, one)))
        done += 1
        tell(job, done=done)
    return True


def features_of(network: Network, one: RenderedReference) -> bytes:
    return network.features(rendered_reference(one))


def limits_of(start: Start, head: Head) -> dict[str, dict[str, float]]:
    """The `class_limits` and `house_limits` of a new head (see `ml.teaching.limits`)."""
    before, after = (festivities(start.packing, one) for one in (start.anchor, head))
    return {
        "class_limits": told_limits(start.anchor.class_limits, before[0], after[0]),
        "house_limits": told_limits(start.anchor.house_limits, before[1], after[1]),
    }


def festivities(packing: Packing, head: Head) -> tuple[list[float], list[float]]:
    """Of each picture the festivity, and the part of it that lies in regions."""
    rescorer, storage = Rescorer(packing, head), storages["default"]
    whole, in_regions = [], []
    for one in references():
        with storage.open(name_of(packing, one)) as stream:
            festivity_map = rescorer.festivity_map(read(packing, stream.read()))
        whole.append(float(festivity_map.mean()))
        in_regions.append(share_in_regions(festivity_map))
    return whole, in_regions
