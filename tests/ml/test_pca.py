import json

import numpy as np
import pytest
from PIL import Image

from ml.cli import main
from ml.tools.grids import lit
from ml.tools.pca import PcaError, alike, colours, fit_basis
from ml.video import read_footage

SMALL = ["--long-side", "160"]
SPREADS = np.array([5, 3, 2, 1, 0.5, 0.2])


def grids_of(count=3, seed=0, turn=None):
    """Grids (8, 10, 6) whose patches vary most along the first axis, then the second, and so on."""
    rng = np.random.default_rng(seed)
    grids = (rng.gamma(2.0, 1.0, size=(count, 8, 10, 6)) * SPREADS).astype(np.float32)
    return list(grids if turn is None else grids @ turn)


def test_the_components_are_those_of_the_whole_set():
    basis = fit_basis(grids_of(40))
    assert np.abs(basis.axes[np.arange(3), np.arange(3)]) == pytest.approx(np.ones(3), abs=0.02)
    assert basis.deviations == pytest.approx(np.sqrt(2) * SPREADS[:3], rel=0.06)


def test_one_basis_gives_one_patch_one_colour_in_every_picture():
    grids = grids_of()
    grids[1][2, 3] = grids[0][5, 5]
    basis = fit_basis(grids)
    assert (colours(grids[1], basis)[2, 3] == colours(grids[0], basis)[5, 5]).all()


def test_signs_do_not_depend_on_the_order_or_on_a_few_pictures_more():
    grids = grids_of(20)
    bases = [fit_basis(grids), fit_basis(grids[::-1]), fit_basis(grids[:12])]
    for basis in bases[1:]:
        assert ((basis.axes * bases[0].axes).sum(axis=1) > 0.9).all()


def test_dark_patches_are_black_and_take_no_part():
    grids = grids_of()
    dark = [np.concatenate([grid, np.zeros_like(grid)]) for grid in grids]
    assert fit_basis(dark).mean == pytest.approx(fit_basis(grids).mean, abs=1e-5)
    drawn = colours(dark[0], fit_basis(dark))
    assert not drawn[8:].any()
    assert drawn[:8].any(axis=2).all()


@pytest.mark.parametrize("side", ["low", "high"])
def test_background_is_black_and_the_rest_is_coloured_anew(side):
    grids = grids_of()
    kept, cut = fit_basis(grids), fit_basis(grids, side)
    first = kept.components(grids[0])[..., 0]
    assert (cut.shown(grids[0]) == ((first > 0) if side == "low" else (first < 0))).all()
    assert not colours(grids[0], cut)[~cut.shown(grids[0])].any()
    assert cut.deviations[0] < kept.deviations[0]


def test_layers_keep_each_others_colours():
    grids = grids_of()
    basis = fit_basis(grids)
    turned = fit_basis(grids_of(turn=-np.eye(6, dtype=np.float32)))
    same = alike(turned, grids_of(turn=-np.eye(6, dtype=np.float32)), basis, grids)
    for grid in grids:
        assert np.abs(same.components(-grid) - basis.components(grid)).max() < 1e-3


def test_dark_or_tiny_sets_are_sentences():
    for grids in ([np.zeros((8, 10, 6), dtype=np.float32)], [grids_of()[0][:1, :2]], []):
        with pytest.raises(PcaError, match="dark"):
            fit_basis(grids)
    with pytest.raises(PcaError, match="differ in length"):
        fit_basis([grids_of()[0], grids_of()[0][..., :5]])


@pytest.fixture
def street(tmp_path):
    """Two pictures with something bright in an otherwise dark night."""
    folder = tmp_path / "street"
    folder.mkdir()
    rng = np.random.default_rng(1)
    for name in ("a", "b"):
        picture = np.zeros((90, 160, 3), dtype=np.uint8)
        picture[30:60, 20:140] = rng.integers(60, 255, (30, 120, 3))
        Image.fromarray(picture).save(folder / f"{name}.png")
    return folder


def test_pictures_are_written_beside_their_originals(street, tmp_path, capsys):
    assert main(["pca", str(street), "--out", str(tmp_path / "out"), "--layers", "6,-1", "--json"]) == 0
    lines = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    assert [line["name"] for line in lines] == ["a", "b"]
    assert all(0.05 < layer["shown"] < 0.9 for line in lines for layer in line["layers"])
    with Image.open(tmp_path / "out" / "a-pca.png") as page:
        assert page.size == (3 * 160 + 2 * 4, 90 + 22)
        drawn = np.asarray(page)
    assert drawn[45, 200:280].any()
    assert not drawn[5, 170:320].any()


def test_a_clip_through_the_frames_and_one_through_the_layers(street, tmp_path):
    out = tmp_path / "out"
    assert main(["pca", str(street), "--out", str(out), "--video", "frames", "--alone", *SMALL]) == 0
    assert len(list(read_footage([out / "street-pca.mp4"]))) == 2
    assert main(["pca", str(street), "--out", str(out), "--video", "layers", "--layers", "6,12", *SMALL]) == 0
    assert len(list(read_footage([out / "b-pca-layers.mp4"]))) == 2


def test_what_cannot_be_drawn_is_a_sentence_and_exit_code_2(street, tmp_path, capsys):
    (tmp_path / "empty").mkdir()
    Image.new("RGB", (160, 90)).save(tmp_path / "black.png")
    Image.new("RGB", (1, 1), "white").save(tmp_path / "one.png")
    (tmp_path / "cut.jpg").write_bytes(b"\xff\xd8\xff")
    out = ["--out", str(tmp_path / "out"), "--long-side", "160"]
    for wrong in ("empty", "black.png", "one.png", "cut.jpg", "gone.png"):
        assert main(["pca", str(tmp_path / wrong), *out]) == 2
    assert main(["pca", str(street), *out, "--layers", "99"]) == 2
    assert main(["pca", str(street), *out, "--backbone", "unknown"]) == 2
    assert main(["pca", str(street), "--out", str(tmp_path), "--long-side", "9000"]) == 2
    sentences = capsys.readouterr().err.splitlines()
    assert len(sentences) == 8
    assert all(sentence.endswith(".") for sentence in sentences)


@pytest.mark.parametrize("number", ["--width=3", "--long-side=-5", "--every=0", "--fps=0", "--threads=0"])
def test_numbers_out_of_range_are_refused(number, capsys):
    with pytest.raises(SystemExit) as stopped:
        main(["pca", "street", "--out", "out", number])
    assert stopped.value.code == 2
    assert "number" in capsys.readouterr().err


def test_lit_patches_are_those_that_are_not_zero():
    grid = np.zeros((2, 2, 3), dtype=np.float32)
    grid[0, 1, 2] = -0.1
    assert lit(grid).tolist() == [[False, True], [False, False]]
