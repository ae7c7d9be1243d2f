import json
from pathlib import Path

import numpy as np
import pytest
from PIL import Image as Pillow

from ml.backbone import LoadedBackbone, load_backbone
from ml.cli import main
from ml.scorer import load_scorer
from ml.tools.detect import load_cropper
from ml.tools.search import (
    Looker,
    SearchError,
    empty_index,
    load_index,
    read_exam,
    register,
    sit,
)
from ml.types import Image

TONES = {"red": (255, 40, 40), "blue": (60, 90, 255), "green": (40, 255, 60)}


def house(colour: str, x: int = 60, height: int = 90, width: int = 160) -> Image:
    """A dark picture with two rows of lamps of one colour."""
    image = np.full((height, width, 3), 4, dtype=np.uint8)
    for lamp in range(12):
        image[30:33, x + lamp * 5 : x + lamp * 5 + 3] = TONES[colour]
        image[50:53, x + lamp * 5 : x + lamp * 5 + 3] = TONES[colour]
    return image


@pytest.fixture(scope="module")
def backbone() -> LoadedBackbone:
    return load_backbone(threads=1)


def write_photos(folder: Path) -> Path:
    """Three houses, one black picture and one that is cut."""
    folder.mkdir()
    for colour in TONES:
        Pillow.fromarray(house(colour)).save(folder / f"{colour}.png")
    Pillow.new("RGB", (160, 90)).save(folder / "black.png")
    (folder / "cut.png").write_bytes((folder / "red.png").read_bytes()[:80])
    return folder


def registered(photos: Path) -> Path:
    path = photos.parent / "houses.npz"
    assert main(["search", "register", str(path), str(photos), "--threads", "1"]) == 1
    return path


@pytest.fixture(scope="module")
def shared(tmp_path_factory):
    """A folder with the photos and their index, for tests that leave both as they are."""
    photos = write_photos(tmp_path_factory.mktemp("search") / "photos")
    return photos, registered(photos)


@pytest.fixture
def photos(tmp_path):
    return write_photos(tmp_path / "photos")


def test_a_crop_is_seen_as_the_score_stage_sees_its_region(backbone):
    scorer = load_scorer(threads=1)
    (scored,) = scorer.score([house("red", height=180, width=320)])
    looks = Looker(backbone, load_cropper("festive", backbone)).look(house("red", height=180, width=320))
    assert [look.box for look in looks] == [region.box for region in scored.regions]
    for look, region in zip(looks, scored.regions, strict=True):
        assert look.vector @ region.vector == pytest.approx(1, abs=1e-5)


def test_vectors_are_of_length_1_with_and_without_the_crop(backbone):
    for kind in ("none", "festive"):
        for look in Looker(backbone, load_cropper(kind, backbone)).look(house("blue")):
            assert np.linalg.norm(look.vector) == pytest.approx(1, abs=1e-5)


def test_what_is_there_already_is_left_out(shared, capsys):
    photos, index = shared
    before = load_index(index)
    assert len(before.entries) == 3
    main(["search", "register", str(index), str(photos), "--threads", "1"])
    said = capsys.readouterr()
    assert "0 added, 3 there already, 2 refused" in said.out
    assert "black all over" in said.err
    assert "cannot be read" in said.err
    assert load_index(index).entries == before.entries


def test_a_picture_that_changed_is_looked_at_anew(photos, capsys):
    index = registered(photos)
    Pillow.fromarray(house("green", x=20)).save(photos / "red.png")
    main(["search", "register", str(index), str(photos / "red.png"), "--threads", "1"])
    assert "1 added" in capsys.readouterr().out
    assert len(load_index(index).entries) == 3


def test_interrupted_work_is_kept(photos, backbone):
    looker, kept = Looker(backbone), []

    def stop(tally):
        if tally.added == 2:
            raise KeyboardInterrupt

    paths = [photos / f"{colour}.png" for colour in TONES]
    with pytest.raises(KeyboardInterrupt):
        register(empty_index(looker.maker), looker, paths, kept.append, stop)
    index, tally = register(kept[-1], looker, paths, kept.append)
    assert (tally.added, tally.known) == (1, 2)
    assert len(index.entries) == 3


def test_a_registered_picture_finds_itself_and_its_page_is_written(shared, tmp_path, capsys):
    photos, index = shared
    arguments = ["search", "image", str(index), str(photos / "blue.png"), "--top", "2", "--json"]
    assert main([*arguments, "--out", str(tmp_path / "found"), "--panel", "90", "--threads", "1"]) == 0
    line = json.loads(capsys.readouterr().out)
    assert line["matches"][0]["path"].endswith("blue.png")
    assert line["matches"][0]["score"] == pytest.approx(1, abs=1e-5)
    with Pillow.open(line["written"]) as page:
        assert page.size == (3 * (120 + 4), 90 + 24)


def test_nothing_above_the_threshold_is_no_match(shared, tmp_path, capsys):
    _, index = shared
    Pillow.fromarray(house("red", x=5)[::-1].copy()).save(tmp_path / "other.png")
    assert (
        main(["search", "image", str(index), str(tmp_path / "other.png"), "--threshold", "1", "--json"]) == 0
    )
    assert json.loads(capsys.readouterr().out)["matches"] == []


def test_frames_find_their_houses_and_a_clip_shows_both(shared, tmp_path, capsys):
    photos, index = shared
    pytest.importorskip("av")
    clip = tmp_path / "found.mp4"
    arguments = ["search", "video", str(index), str(photos / "red.png"), str(photos / "black.png"), "--json"]
    assert main([*arguments, "--out", str(clip), "--panel", "90", "--fps", "5", "--threads", "1"]) == 0
    first, second = (json.loads(line) for line in capsys.readouterr().out.splitlines())
    assert first["matches"][0]["path"].endswith("red.png")
    assert (second["matches"], "black all over" in second["error"]) == ([], True)
    assert clip.stat().st_size > 500


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (["image", "nowhere.npz", "PHOTOS/red.png"], "There is no index"),
        (["image", "INDEX", "PHOTOS/cut.png"], "cannot be read"),
        (["image", "INDEX", "PHOTOS/black.png"], "black all over"),
        (["image", "INDEX", "PHOTOS/red.png", "--threshold", "2"], "from -1 to 1"),
        (["image", "INDEX", "PHOTOS/red.png", "--panel", "1"], "A panel is"),
        (["image", "INDEX", "PHOTOS/red.png", "--backbone", "nothing"], "no weights named"),
        (["register", "INDEX", "PHOTOS", "--crop", "none"], "made with the crop 'festive'"),
        (["register", "NEW", "EMPTY"], "no pictures"),
        (["register", "NEW", "PHOTOS", "--crop", "detector"], "--detector"),
        (["register", "NEW", "PHOTOS", "--crop", "detector", "--detector", "EMPTY"], "holds no detector"),
        (["evaluate", "PHOTOS/red.png"], "is not a set of queries"),
    ],
)
def test_what_cannot_be_done_is_a_sentence_and_exit_code_2(arguments, sentence, shared, tmp_path, capsys):
    photos, index = shared
    (tmp_path / "empty").mkdir()
    places = {"INDEX": index, "PHOTOS": photos, "EMPTY": tmp_path / "empty", "NEW": tmp_path / "new"}
    for word, place in places.items():
        arguments = [argument.replace(word, str(place)) for argument in arguments]
    assert main(["search", *arguments, *([] if "evaluate" in arguments else ["--threads", "1"])]) == 2
    said = capsys.readouterr()
    assert sentence in said.err
    assert "Traceback" not in said.err


def test_no_match_at_all_cannot_be_asked_for(capsys):
    with pytest.raises(SystemExit, match="2"):
        main(["search", "image", "index.npz", "red.png", "--top", "0"])
    assert "1 or more" in capsys.readouterr().err


def write_exam(folder, queries):
    exam = {"pictures": ["photos/red.png", "photos/blue.png", "photos/green.png"], "queries": queries}
    (folder / "exam.json").write_text(json.dumps(exam))
    return folder / "exam.json"


def test_recall_counts_first_right_answers(photos, tmp_path, capsys):
    Pillow.fromarray(house("red", x=58)).save(photos / "red again.png")
    right = {"picture": "photos/red again.png", "same": ["photos/red.png"]}
    wrong = {"picture": "photos/red again.png", "same": ["photos/green.png"]}
    exam = write_exam(tmp_path, [right, wrong])
    assert main(["search", "evaluate", str(exam), "--crops", "none", "--json", "--threads", "1"]) == 0
    line = json.loads(capsys.readouterr().out)
    assert (line["recall_at_1"], line["recall_at_5"], line["queries"]) == (0.5, 1.0, 2)
    assert line["chance"] == pytest.approx(1 / 3, abs=1e-4)


def test_a_picture_that_shows_nothing_is_no_right_answer(photos, tmp_path, backbone):
    queries = [{"picture": "photos/red.png", "same": ["photos/blue.png"]}]
    exam = {"pictures": ["photos"], "queries": queries}
    (tmp_path / "exam.json").write_text(json.dumps(exam))
    assert sit(read_exam(tmp_path / "exam.json"), Looker(backbone)).chance == pytest.approx(1 / 3)
    queries[0]["same"] = ["photos/black.png"]
    (tmp_path / "exam.json").write_text(json.dumps(exam))
    with pytest.raises(SearchError, match="black all over"):
        sit(read_exam(tmp_path / "exam.json"), Looker(backbone))


def test_a_question_does_not_find_its_own_picture(photos, tmp_path, backbone):
    exam = read_exam(write_exam(tmp_path, [{"picture": "photos/red.png", "same": ["photos/blue.png"]}]))
    (answer,) = sit(exam, Looker(backbone)).answers
    assert answer.first.name != str(photos / "red.png")


def test_right_answers_have_to_be_among_the_pictures(photos, tmp_path):
    with pytest.raises(SearchError, match="not among the pictures"):
        read_exam(write_exam(tmp_path, [{"picture": "photos/red.png", "same": ["photos/pink.png"]}]))
