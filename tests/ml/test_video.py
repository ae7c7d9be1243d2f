import contextlib
from fractions import Fraction

import av
import numpy as np
import pytest
from PIL import Image

from ml.pictures import read_picture
from ml.types import PictureError
from ml.video import ClipWriter, FootageError, Piece, read_footage


def shade(level, height=64, width=96):
    return np.full((height, width, 3), level, dtype=np.uint8)


@pytest.fixture
def clip(tmp_path):
    """A clip of 20 frames, 10 a second, each a little brighter than the one before."""
    with ClipWriter(tmp_path / "drive.mp4", 10) as writer:
        for level in range(0, 200, 10):
            writer.write(shade(level))
    return writer.path


def test_a_clip_that_was_written_is_read_in_order_with_its_times(clip):
    moments = list(read_footage([clip]))
    assert [moment.frame for moment in moments] == list(range(20))
    assert [moment.at_ms for moment in moments] == list(range(0, 2000, 100))
    assert [float(moment.image.mean()) for moment in moments] == pytest.approx(range(0, 200, 10), abs=3)


def test_a_piece_of_a_clip_is_only_that_piece(clip):
    moments = list(read_footage([clip], Piece(first_ms=500, last_ms=1500, every=2, most=3)))
    assert [moment.frame for moment in moments] == [6, 8, 10]


def test_odd_sizes_lose_a_row_and_other_sizes_get_black_around_them(tmp_path):
    with ClipWriter(tmp_path / "odd.mp4") as writer:
        writer.write(shade(200, 65, 97))
        writer.write(shade(200, 96, 64))
    first, second = read_footage([writer.path])
    assert first.image.shape == second.image.shape == (64, 96, 3)
    assert second.image[:, 48].mean() > 180
    assert second.image[:, 2].mean() < 20


def test_a_clip_that_fails_on_the_way_leaves_no_file(tmp_path):
    with contextlib.suppress(ZeroDivisionError), ClipWriter(tmp_path / "half.mp4") as writer:
        writer.write(shade(9))
        writer.write(shade(1 // 0))
    assert list(tmp_path.iterdir()) == []


def test_a_clip_without_an_end_is_refused_with_a_sentence(clip):
    clip.write_bytes(clip.read_bytes()[: clip.stat().st_size // 2])
    with pytest.raises(FootageError, match=r"drive\.mp4 (breaks off|cannot be read|has no frames)"):
        list(read_footage([clip]))


def test_a_clip_that_breaks_off_gives_its_frames_and_then_says_so(tmp_path):
    path = tmp_path / "long.mp4"
    grain = np.random.default_rng(0)
    with ClipWriter(path, 5) as writer:
        for _ in range(40):
            writer.write(grain.integers(0, 255, (64, 96, 3), dtype=np.uint8))
    path.write_bytes(path.read_bytes()[: path.stat().st_size // 2])
    moments = read_footage([path])
    assert [next(moments).frame for _ in range(10)] == list(range(10))
    with pytest.raises(FootageError, match="breaks off after"):
        list(moments)


def test_a_clip_of_sound_alone_has_no_frames(tmp_path):
    path = tmp_path / "sound.mp4"
    with av.open(str(path), "w") as clip:
        stream = clip.add_stream("aac", rate=8000)
        stream.layout = "mono"
        sound = av.AudioFrame(format="fltp", layout="mono", samples=1024)
        sound.planes[0].update(np.zeros(1024, dtype=np.float32))
        sound.sample_rate, sound.time_base, sound.pts = 8000, Fraction(1, 8000), 0
        clip.mux(stream.encode(sound))
        clip.mux(stream.encode())
    with pytest.raises(FootageError, match="no frames"):
        list(read_footage([path]))


@pytest.mark.parametrize("content", [b"", b"not a clip at all" * 100])
def test_a_file_that_is_no_clip_is_refused_with_a_sentence(tmp_path, content):
    (tmp_path / "drive.mp4").write_bytes(content)
    with pytest.raises(FootageError, match="cannot be read as a clip"):
        list(read_footage([tmp_path / "drive.mp4"]))


def test_an_empty_folder_a_missing_file_and_a_late_piece_are_sentences(tmp_path, clip):
    (tmp_path / "empty").mkdir()
    with pytest.raises(PictureError, match="There are no pictures in"):
        list(read_footage([tmp_path / "empty"]))
    with pytest.raises(PictureError, match="does not exist"):
        list(read_footage([tmp_path / "gone.jpg"]))
    with pytest.raises(FootageError, match="no frame in that piece"):
        list(read_footage([clip], Piece(first_ms=60_000)))


def test_a_clip_among_pictures_is_refused(clip, tmp_path):
    with pytest.raises(FootageError, match="either one clip or pictures"):
        list(read_footage([clip, tmp_path]))


def test_pictures_take_their_times_from_their_names(tmp_path):
    for second in ("00", "03", "04"):
        Image.fromarray(shade(50)).save(tmp_path / f"phone_left_20251207_1800{second}.jpg")
    assert [moment.at_ms for moment in read_footage([tmp_path])] == [0, 3000, 4000]


def test_pictures_without_times_are_a_second_apart(tmp_path):
    for name in ("b", "a", "20251207_180000"):
        Image.fromarray(shade(50)).save(tmp_path / f"{name}.png")
    assert [(moment.name, moment.at_ms) for moment in read_footage([tmp_path])] == [
        ("20251207_180000", 0),
        ("a", 1000),
        ("b", 2000),
    ]
    assert read_picture(tmp_path / "a.png").shape == (64, 96, 3)


@pytest.mark.parametrize(
    "wrong", [{"every": 0}, {"most": 0}, {"first_ms": -1}, {"first_ms": 9, "last_ms": 3}]
)
def test_an_impossible_piece_is_refused(wrong):
    with pytest.raises(FootageError):
        Piece(**wrong)


def test_a_clip_of_another_ending_or_speed_is_refused(tmp_path):
    with pytest.raises(FootageError, match=r"\.mp4"):
        ClipWriter(tmp_path / "trail.gif")
    with pytest.raises(FootageError, match="frames per second"):
        ClipWriter(tmp_path / "trail.mp4", 0)
