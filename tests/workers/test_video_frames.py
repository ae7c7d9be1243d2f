from __future__ import annotations

import io
from collections.abc import Sequence
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray

from tests.workers.clips import blurred, clip, passing, texture
from workers.media.refusal import Refused
from workers.media.video.container import opened
from workers.media.video.decoding import first_picture
from workers.media.video.moments import at_keyframes, missing_after, moments_at
from workers.media.video.pixels import half_picture, size_within, upright
from workers.media.video.stills import stills_at
from workers.media.video.tone import Transfer, tone_mapped

Taken = list[tuple[int, NDArray[np.uint8]]]


def taken(content: bytes, times_ms: Sequence[float], **given: Any) -> Taken:
    with opened(io.BytesIO(content)) as open_clip:
        keyframes = (
            at_keyframes(moments_at(times_ms), open_clip.keyframes_ms)
            if given.pop("keyframes", False)
            else None
        )
        moments = keyframes or moments_at(times_ms)
        return list(stills_at(open_clip, moments, keyframes_only=bool(keyframes), long_side=1024))


def test_the_sharpest_of_the_neighbours_is_taken() -> None:
    sharp = texture()
    pictures = [sharp if number in (7, 16, 31) else blurred(sharp) for number in range(40)]
    found = taken(clip(pictures, every_ms=40), [300, 600, 1200])
    assert [at_ms for at_ms, _ in found] == [280, 640, 1240]


def test_a_moment_without_a_frame_near_it_takes_the_next() -> None:
    found = taken(clip(passing(5, 2), every_ms=1000, options={"bf": "0"}), [1500, 3000])
    assert [at_ms for at_ms, _ in found] == [2000, 3000]


def test_frames_keep_their_own_times_where_the_rate_varies() -> None:
    times_ms = [0, 30, 60, 500, 530, 560, 2000, 2400, 2430]
    pictures = [np.full((96, 160, 3), 20 * number + 20, dtype=np.uint8) for number in range(9)]
    found = taken(clip(pictures, times_ms=times_ms, options={"bf": "0"}), [0, 500, 2000, 2430])
    assert [at_ms for at_ms, _ in found][1:3] == [500, 2000]
    assert [round(float(rgb.mean()) / 20) - 1 for _, rgb in found][1:3] == [3, 6]


def test_every_moment_gets_one_frame_across_jumps_and_in_order() -> None:
    times_ms = [0, 150, 5_000, 5_200, 9_900, 20_000, 20_100, 29_000]
    found = [at_ms for at_ms, _ in taken(clip(passing(300, 1)), times_ms)]
    assert len(found) == len(times_ms)
    assert found == sorted(found)
    assert np.abs(np.array(found) - times_ms).max() <= 100


@pytest.mark.parametrize("container", ["mp4", "matroska"])
def test_keyframes_stand_in_where_they_are_dense_enough(container: str) -> None:
    content = clip(passing(100, 1), container=container, options={"sc_threshold": "0"})
    found = [at_ms for at_ms, _ in taken(content, [0, 2_100, 3_900, 8_000], keyframes=True)]
    assert found == [0, 2_000, 4_000, 8_000]


def test_keyframes_that_are_too_far_apart_do_not_stand_in() -> None:
    assert at_keyframes(moments_at([0, 300, 600, 900, 1200]), [0, 1000]) is None


def test_what_is_there_already_is_not_wanted_again() -> None:
    moments = moments_at([0, 200, 400, 600])
    for last_ms in (310, 400, 490):
        assert [moment.at_ms for moment in missing_after(moments, last_ms)] == [600]
    assert missing_after(moments, None) == moments


@pytest.mark.parametrize(("rotation_deg", "corner"), [(90, (-1, 0)), (-90, (0, -1)), (180, (-1, -1))])
def test_pictures_come_out_upright(rotation_deg: int, corner: tuple[int, int]) -> None:
    lying = np.full((96, 160, 3), 30, dtype=np.uint8)
    lying[:32, :32] = 220
    ((_, rgb),) = taken(clip([lying] * 3, rotation_deg=rotation_deg), [0])
    assert rgb.shape == ((96, 160, 3) if rotation_deg == 180 else (160, 96, 3))
    assert rgb[corner].min() > 180
    assert rgb[0, 0].max() < 80


def test_a_turn_of_no_quarter_is_none() -> None:
    picture = texture()
    assert np.array_equal(upright(picture, 3.0), picture)


@pytest.mark.parametrize("colours", ["bt709", "smpte170m"])
def test_colours_are_those_of_the_matrix_that_the_file_names(colours: str) -> None:
    red = np.zeros((96, 160, 3), dtype=np.uint8)
    red[..., 0], red[..., 1] = 200, 40
    ((_, rgb),) = taken(clip([red] * 3), [0])
    assert np.abs(rgb[48, 80].astype(int) - (200, 40, 0)).max() < 12


def test_of_an_interlaced_picture_one_half_counts() -> None:
    torn = np.zeros((96, 160, 3), dtype=np.uint8)
    torn[::2] = 200
    ((_, rgb),) = taken(clip([torn] * 3, options={"x264-params": "tff=1:interlaced=1", "crf": "5"}), [0])
    assert rgb.shape == (96, 160, 3)
    assert rgb.min() > 150
    assert half_picture(torn).min() == 200


def test_high_dynamic_range_is_brought_to_a_screen() -> None:
    signal = np.linspace(0, 65_535, 256).astype(np.uint16)
    ramp = np.repeat(signal[None, :, None], 3, axis=2)
    for transfer in (Transfer.PQ, Transfer.HLG):
        grey = tone_mapped(ramp, transfer)[0, :, 1].astype(int)
        assert np.all(np.diff(grey) >= 0)
        assert (grey[0], grey[-1]) == (0, 255)
    paper_white = np.full((1, 1, 3), round(0.58 * 65_535), dtype=np.uint16)
    assert 170 < tone_mapped(paper_white, Transfer.PQ)[0, 0, 1] < 235


@pytest.mark.parametrize("transfer", ["smpte2084", "arib-std-b67"])
def test_a_clip_of_high_dynamic_range_gives_usual_pictures(transfer: str) -> None:
    parameters = f"log-level=none:transfer={transfer}:colorprim=bt2020:colormatrix=bt2020nc"
    grey = np.full((96, 160, 3), 128, dtype=np.uint8)
    content = clip([grey] * 3, codec="libx265", pixels="yuv420p10le", options={"x265-params": parameters})
    ((_, rgb),) = taken(content, [0])
    assert rgb.dtype == np.uint8
    assert np.ptp(rgb[40:50, 70:90]) < 12
    assert 60 < rgb.mean() < 240


def test_damage_in_the_middle_costs_only_what_is_damaged() -> None:
    content = bytearray(clip(passing(100, 1), options={"crf": "10"}))
    middle = len(content) // 2
    content[middle : middle + 400] = bytes(400)
    found = [at_ms for at_ms, _ in taken(bytes(content), list(range(0, 9_500, 500)))]
    assert len(found) >= 15
    assert found[-1] > 8_500


def test_a_clip_without_one_good_picture_is_refused() -> None:
    content = clip(passing(3, 1))
    start = content.index(b"mdat") + 4
    length = int.from_bytes(content[start - 8 : start - 4], "big") - 8
    blank = content[:start] + bytes(length) + content[start + length :]
    with opened(io.BytesIO(blank)) as broken, pytest.raises(Refused, match="no_frames"):
        first_picture(broken)


def test_sizes_never_grow() -> None:
    assert size_within(160, 96, 1024) == (160, 96)
    assert size_within(1920, 1080, 1024) == (1024, 576)
