# ruff: noqa: E402 (what needs torch is imported after the question whether it is there)
import json
from dataclasses import replace

import numpy as np
import pytest
from PIL import Image

torch = pytest.importorskip("torch", reason="torch is an extra: pre-training is not tested without it.")

from ml.cli import main
from ml.network import NetworkShape
from ml.pretrain import curves
from ml.pretrain.probe import Probe
from ml.pretrain.run import Recipe, Run, load_teacher, pretrain, views_of
from ml.pretrain.sources import Display, Pool, Source, rendered_houses
from ml.pretrain.taught import TAUGHT, Lessons, lesson_name
from ml.pretrain.views import open_picture
from ml.truth import rendered_pictures
from ml.types import PictureError, WeightsError

SMALL = NetworkShape(width=24, depth=2, heads=2, stem=4, context_layers=1, tapped_layer=1)
NO_LESSONS, NO_PROBE = Lessons(None), Probe([])


@pytest.fixture
def pool(tmp_path):
    """Two pictures with a bright festive square, their masks, and one house that is seen in both."""
    for name in ("photos", "masks"):
        (tmp_path / name).mkdir()
    mask = np.zeros((225, 400), dtype=np.uint8)
    mask[60:120, 100:180] = 255
    for name in ("a", "b"):
        Image.fromarray(mask).save(tmp_path / "masks" / f"{name}.png")
        Image.fromarray(np.dstack([mask, mask // 3, mask // 5])).save(tmp_path / "photos" / f"{name}.jpg")
    rendered = tuple(Source(picture.path, picture) for picture in rendered_pictures(tmp_path))
    house = tuple(Display(source, (0.2, 0.2, 0.5, 0.6)) for source in rendered)
    return Pool(rendered=rendered, real=tuple(Source(source.path) for source in rendered), houses=(house,))


@pytest.fixture
def lessons(pool, tmp_path):
    """What an encoder might say that sees nothing but where light is: a grid that follows the square."""
    folder = tmp_path / "lessons"
    folder.mkdir()
    grid = np.zeros((9, 16, TAUGHT), dtype=np.float16)
    grid[2:5, 4:7, :4] = 1
    for source in pool.rendered:
        np.save(folder / lesson_name(source.path), grid)
    return Lessons(folder)


def recipe(**changes):
    return Recipe(**{"steps": 4, "batch": 2, "displays": 2, "warm_up_steps": 5} | changes)


def test_an_interrupted_run_ends_where_an_undisturbed_one_does(pool, lessons, tmp_path):
    whole = Run(tmp_path / "whole", recipe(), SMALL)
    pretrain(whole, pool, lessons, NO_PROBE)
    first = Run(tmp_path / "halves", recipe(), SMALL)
    for step in range(3):
        first.learn(views_of(recipe(), pool, lessons, step))
    first.save()
    second = Run(tmp_path / "halves", recipe(), SMALL)
    assert second.step == 3
    pretrain(second, pool, lessons, NO_PROBE)
    pairs = zip(whole.teacher.parameters(), second.teacher.parameters(), strict=True)
    assert all(torch.allclose(a, b, atol=1e-6) for a, b in pairs)


def test_a_step_without_a_finite_gradient_changes_nothing(pool, lessons, tmp_path):
    run = Run(tmp_path / "run", recipe(), SMALL)
    before = [p.clone() for p in run.student.parameters()]
    views = views_of(recipe(), pool, lessons, 0)
    found = run.learn(replace(views, wide=views.wide * np.nan, crops=views.crops * np.nan))
    assert np.isnan([found["taught"], found["rank"]]).all()
    assert run.step == 1
    assert all(torch.equal(a, b) for a, b in zip(before, run.student.parameters(), strict=True))


def test_an_interruption_in_the_middle_of_a_change_keeps_the_last_whole_state(
    pool, lessons, tmp_path, monkeypatch
):
    run = Run(tmp_path / "run", recipe(), SMALL)
    run.save()

    def interrupted(*_):
        raise KeyboardInterrupt

    monkeypatch.setattr("ml.pretrain.run.follow", interrupted)
    with pytest.raises(KeyboardInterrupt):
        pretrain(run, pool, lessons, NO_PROBE)
    kept = Run(tmp_path / "run", recipe(), SMALL)
    assert kept.step == 0
    assert not torch.equal(kept.student.dense.weight, run.student.dense.weight)


def test_a_run_that_goes_on_with_another_recipe_says_so(tmp_path, capsys):
    Run(tmp_path, recipe(), SMALL).save()
    Run(tmp_path, recipe(), SMALL)
    assert capsys.readouterr().err == ""
    Run(tmp_path, recipe(steps=9), SMALL)
    assert "steps 4 is now 9" in capsys.readouterr().err


def test_a_picture_is_looked_at_the_way_round_that_exif_says(tmp_path):
    exif = Image.Exif()
    exif[0x0112] = 6
    Image.new("RGB", (64, 32)).save(tmp_path / "lying.jpg", exif=exif)
    assert open_picture(Source(tmp_path / "lying.jpg")).picture.size == (32, 64)


def test_a_damaged_picture_is_named(tmp_path):
    (tmp_path / "torn.jpg").write_bytes(b"no picture")
    with pytest.raises(PictureError, match=r"torn\.jpg cannot be read"):
        open_picture(Source(tmp_path / "torn.jpg"))


def test_views_of_a_step_are_always_the_same(pool, lessons):
    first, second = (views_of(recipe(), pool, lessons, 7) for _ in range(2))
    assert np.array_equal(first.wide, second.wide)
    assert np.array_equal(first.crops, second.crops)


def test_truth_and_lessons_lie_where_the_light_is(pool, lessons):
    views = views_of(recipe(batch=8), pool, lessons, 0)
    lit = views.wide.max(axis=1).reshape(8, 22, 16, 22, 16).mean(axis=(2, 4))
    known = ~np.isnan(views.coverage)
    assert known.any()
    assert np.corrcoef(lit[known], views.coverage[known])[0, 1] > 0.7
    assert np.corrcoef(lit.ravel(), views.taught[..., 0].ravel())[0, 1] > 0.5


def test_the_student_learns_what_it_is_taught(pool, lessons, tmp_path):
    many = recipe(steps=40, batch=4, peak_rate=3e-3)
    run = Run(tmp_path / "run", many, SMALL)
    found = [run.learn(views_of(many, pool, lessons, step)) for step in range(40)]
    for name in ("taught", "taught_near", "truth"):
        losses = [one[name] for one in found]
        assert np.mean(losses[-5:]) < 0.8 * np.mean(losses[:5]), name


def test_without_lessons_hidden_patches_are_learnt_from_the_teacher(pool, tmp_path):
    run = Run(tmp_path / "run", recipe(), SMALL)
    found = run.learn(views_of(recipe(), pool, NO_LESSONS, 0))
    assert 0 < found["hidden"] <= 2
    assert found["taught"] == 0


def test_the_curves_hold_every_loss_and_the_probe_and_are_drawn(pool, lessons, tmp_path):
    pytest.importorskip("matplotlib", reason="Curves are drawn with matplotlib.")
    pictures = [source.truth for source in pool.rendered]
    pretrain(Run(tmp_path / "run", recipe(steps=10), SMALL), pool, lessons, Probe(pictures))
    rows = curves.read(tmp_path / "run")
    assert [row["step"] for row in rows] == [0, 10]
    assert 0 < rows[0]["probe"] <= 1
    assert {"taught", "truth", "alignment", "collapse", "rank", "entropy"} <= set(rows[1])
    with Image.open(tmp_path / "run" / "curves.png") as picture:
        assert picture.width > 600


def test_a_collapse_is_seen_early():
    falling = [{"step": step, "rank": 2.0} for step in range(5)]
    assert "collapsing" in curves.warning(falling)
    assert curves.warning([*falling[:4], {"step": 5, "rank": 20.0}]) is None
    assert "no number" in curves.warning([{"step": 1, "taught": float("nan")}])


def test_a_step_noted_twice_counts_once(tmp_path):
    curves.note(tmp_path, 10, {"rank": 5.0})
    curves.note(tmp_path, 10, {"rank": 7.0})
    assert [row["rank"] for row in curves.read(tmp_path)] == [7.0]


def test_a_line_that_was_cut_off_is_left_out(tmp_path):
    curves.note(tmp_path, 10, {"rank": 5.0})
    with (tmp_path / "curves.jsonl").open("a") as file:
        file.write('{"step": 20, "ra')
    assert [row["step"] for row in curves.read(tmp_path)] == [10]


def test_houses_of_a_rendered_drive_count_when_seen_decorated_and_twice(tmp_path):
    def sighting(house, festive_share):
        return {"house": house, "box": [0.1, 0.2, 0.3, 0.4], "festive_share": festive_share}

    frames = [
        {"photo": "a.jpg", "houses": [sighting(1, 0.01), sighting(2, 0.01), sighting(3, 0.0)]},
        {"photo": "b.jpg", "houses": [sighting(1, 0.02), sighting(3, 0.0)]},
    ]
    (tmp_path / "truth.json").write_text(json.dumps({"frames": frames}))
    (found,) = rendered_houses(tmp_path)
    assert [display.source.path.name for display in found] == ["a.jpg", "b.jpg"]


@pytest.mark.skipif(torch.cuda.is_available(), reason="There is a GPU here.")
def test_a_gpu_that_is_not_there_is_named(tmp_path, capsys):
    assert main(["pretrain", str(tmp_path), "--device", "cuda"]) == 2
    assert "no GPU" in capsys.readouterr().err


def test_a_folder_in_which_no_encoder_said_anything_is_named(tmp_path, capsys):
    assert main(["pretrain", str(tmp_path / "run"), "--taught", str(tmp_path)]) == 2
    assert "see python -m ml teach" in capsys.readouterr().err


def test_no_pictures_and_no_checkpoint_are_named(tmp_path):
    with pytest.raises(WeightsError, match="no pictures"):
        Pool((), ()).drawn(1, np.random.default_rng(0))
    with pytest.raises(WeightsError, match="run pretrain first"):
        load_teacher(tmp_path)
