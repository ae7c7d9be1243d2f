"""Whatever bytes people bring, a mask comes of them or a sentence."""

from __future__ import annotations

import io
import json
import zipfile
from contextlib import suppress

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from server.labels.exchange import coco, gimp
from server.labels.exchange.found import found_in_file
from server.labels.exchange.refused import Refused
from server.labels.pictures import Mask

SIZE = (16, 9)
MASK = np.arange(144).reshape(9, 16) % 5 < 2
PNG = gimp.written_mask(MASK)
IMAGE = {"id": 1, "file_name": "a.png", "frame": "a", "width": 16, "height": 9}
COCO = json.dumps(
    {"images": [IMAGE], "annotations": [coco.annotation_of(MASK, 1, 1)], "categories": [coco.CATEGORY]}
).encode()
CHANGES = st.lists(
    st.tuples(st.integers(0, 4000), st.binary(max_size=6), st.integers(0, 6)), min_size=1, max_size=4
)
JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.sampled_from([*IMAGE, "size", "counts"]), inner),
    max_leaves=12,
)  # fmt: skip


def zip_of(content: bytes, name: str) -> bytes:
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as bundle:
        bundle.writestr(name, content)
    return stream.getvalue()


WHOLE = (PNG, COCO, zip_of(PNG, "a.mask.png"), zip_of(COCO, "all.json"))


def changed(content: bytes, changes: list[tuple[int, bytes, int]]) -> bytes:
    """With bytes put in at places, for so many that stood there."""
    for place, put, for_many in changes:
        at = place % (len(content) + 1)
        content = content[:at] + put + content[at + for_many :]
    return content


def read_all(content: bytes) -> None:
    """Every mask in it; anything but Refused is a fault."""
    with suppress(Refused):
        for one in found_in_file(io.BytesIO(content)):
            with suppress(Refused):
                sound(one.mask(*SIZE))
    with suppress(Refused):
        sound(gimp.mask_in(content, *SIZE))


def sound(mask: Mask) -> None:
    assert (mask.shape, mask.dtype) == ((9, 16), np.bool_)


@settings(max_examples=400)
@given(whole=st.sampled_from(WHOLE), changes=CHANGES)
def test_damaged_files_give_masks_or_sentences(whole: bytes, changes: list[tuple[int, bytes, int]]) -> None:
    read_all(changed(whole, changes))


@given(st.binary(max_size=200))
def test_any_bytes_give_masks_or_sentences(content: bytes) -> None:
    for start in (b"", b"PK\x03\x04", b"PK\x05\x06", b"{", gimp.SIGNATURE):
        read_all(start + content)


@given(segmentation=JSON, image=JSON)
def test_any_json_gives_masks_or_sentences(segmentation: object, image: object) -> None:
    annotation = {"image_id": 1, "category_id": 1, "segmentation": segmentation}
    images = [IMAGE, image] if isinstance(image, dict) else [IMAGE]
    said = {"images": images, "annotations": [annotation], "categories": [coco.CATEGORY]}
    read_all(json.dumps(said).encode())


@given(arrays(np.bool_, st.tuples(st.integers(1, 12), st.integers(1, 12))))
def test_every_mask_comes_back_from_its_run_lengths(mask: Mask) -> None:
    said = coco.annotation_of(mask, 1, 1)["segmentation"]
    assert (coco.mask_of_segmentation(said, mask.shape[1], mask.shape[0]) == mask).all()
    assert (gimp.mask_in(gimp.written_mask(mask), mask.shape[1], mask.shape[0]) == mask).all()
