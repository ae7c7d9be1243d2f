import json

import numpy as np
import pytest
from PIL import Image

from ml.cli import command_names, main
from ml.video import ClipWriter, read_footage

SIZE = 192, 320


def night(left):
    """A dark picture with one patterned board whose left edge is at `left`."""
    picture = np.zeros((*SIZE, 3), dtype=np.uint8)
    board = np.random.default_rng(0).integers(0, 2, (8, 8, 3)).repeat(6, axis=0).repeat(6, axis=1) * 200 + 40
    picture[72:120, left : left + 48] = board
    picture[130:140, ::40] = 180
    return picture


@pytest.fixture
def clip(tmp_path):
    with ClipWriter(tmp_path / "drive.mp4", 10) as writer:
        for left in range(200, 80, -20):
            writer.write(night(left))
    return writer.path


def test_a_board_is_followed_through_a_clip(clip, tmp_path, capsys):
    out = tmp_path / "out"
    arguments = ["--box", "195,66,255,126", "--json", "--out", str(out)]
    assert main(["follow", str(clip), *arguments]) == 0
    lines = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    assert [line["state"] for line in lines] == ["found"] * 6
    assert [line["x"] for line in lines] == pytest.approx(range(225, 105, -20), abs=8)
    assert [line["y"] for line in lines] == pytest.approx([96] * 6, abs=8)
    assert [line["at_ms"] for line in lines] == [0, 100, 200, 300, 400, 500]
    assert len(list(read_footage([out / "drive-trail.mp4"]))) == 6


def test_pictures_are_followed_in_words(tmp_path, capsys):
    for number in range(3):
        Image.fromarray(night(200 - 20 * number)).save(tmp_path / f"{number}.png")
    out = tmp_path / "out"
    assert main(["follow", str(tmp_path), "--point", "224,96", "--layers", "6,12", "--out", str(out)]) == 0
    assert sorted(path.name for path in out.iterdir()) == [f"{number}-trail.png" for number in range(3)]
    words = capsys.readouterr().out.splitlines()
    assert words[0] == "0 at 0.00 s: 224.0,96.0 (1.00)"
    assert len(words) == 3


def test_what_cannot_be_followed_is_a_sentence_and_exit_code_2(clip, tmp_path, capsys):
    assert main(["follow", str(clip), "--point", "20,20"]) == 2
    assert main(["follow", str(clip), "--point", "999,20"]) == 2
    assert main(["follow", str(clip), "--box", "50,50,40,60"]) == 2
    assert main(["follow", str(clip), "--point", "224,96", "--out", str(clip)]) == 2
    assert main(["follow", str(clip), "--point", "224,96", "--layers", "77"]) == 2
    assert main(["follow", str(clip), "--point", "224,96", "--from-s", "60"]) == 2
    assert main(["follow", str(tmp_path / "gone.mp4"), "--point", "224,96"]) == 2
    (tmp_path / "empty").mkdir()
    assert main(["follow", str(tmp_path / "empty"), "--point", "224,96"]) == 2
    sentences = capsys.readouterr().err.splitlines()
    assert len(sentences) == 8
    assert all(sentence.endswith(".") for sentence in sentences)


def test_commands_have_dashes_and_their_shared_parts_are_none():
    assert "cls-map" in command_names()
    assert not any(name.startswith(("_", "-")) or "_" in name for name in command_names())
