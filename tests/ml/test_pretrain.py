# ruff: noqa: E402 (what needs torch is imported after the question whether it is there)
import numpy as np
import pytest
from PIL import Image

torch = pytest.importorskip("torch", reason="torch is an extra: pre-training is not tested without it.")

from ml.network import NetworkShape
from ml.pretrain import losses
from ml.pretrain.run import Pool, Recipe, Run, load_teacher, pretrain, views_of
from ml.pretrain.views import make_views
from ml.truth import rendered_pictures
from ml.types import WeightsError

SMALL = NetworkShape(width=24, depth=2, heads=2, stem=4, context_layers=1, tapped_layer=1)


@pytest.fixture
def pool(tmp_path):
    """Two pictures with a bright festive square, and their masks."""
    for name in ("photos", "masks"):
        (tmp_path / name).mkdir()
    mask = np.zeros((225, 400), dtype=np.uint8)
    mask[60:120, 100:180] = 255
    for name in ("a", "b"):
        Image.fromarray(mask).save(tmp_path / "masks" / f"{name}.png")
        Image.fromarray(np.dstack([mask, mask // 3, mask // 5])).save(tmp_path / "photos" / f"{name}.jpg")
    rendered = rendered_pictures(tmp_path)
    return Pool(rendered=rendered, labelled=[], plain=[picture.path for picture in rendered])


def test_an_interrupted_run_ends_where_an_undisturbed_one_does(pool, tmp_path):
    recipe = Recipe(steps=4, truth_steps=2, batch=2)
    whole = Run(tmp_path / "whole", recipe, SMALL)
    pretrain(whole, pool)
    first = Run(tmp_path / "halves", recipe, SMALL)
    for step in range(3):
        first.learn(views_of(recipe, pool, step))
    first.save()
    second = Run(tmp_path / "halves", recipe, SMALL)
    assert second.step == 3
    pretrain(second, pool)
    pairs = zip(whole.teacher.parameters(), second.teacher.parameters(), strict=True)
    assert all(torch.allclose(a, b, atol=1e-6) for a, b in pairs)


def test_views_of_a_step_are_always_the_same(pool):
    recipe = Recipe(batch=2)
    first, second = (make_views(*pool.drawn(recipe, 7)) for _ in range(2))
    assert np.array_equal(first.globals, second.globals)


def test_views_know_where_the_truth_is(pool):
    views = make_views(list(pool.rendered), np.random.default_rng(0))
    lit = views.globals.max(axis=1).reshape(-1, 12, 16, 12, 16).mean(axis=(2, 4))
    assert np.corrcoef(lit.ravel(), views.coverage.ravel())[0, 1] > 0.7


def test_the_stem_learns_the_truth(pool, tmp_path):
    recipe = Recipe(steps=40, truth_steps=40, batch=2, peak_rate=3e-3, warm_up_steps=5)
    run = Run(tmp_path / "run", recipe, SMALL)
    found = [run.learn(views_of(recipe, pool, step))["truth_near"] for step in range(40)]
    assert np.mean(found[-5:]) < 0.7 * np.mean(found[:5])


def test_the_coding_rate_is_0_when_all_collapse_and_large_when_spread():
    same = torch.nn.functional.normalize(torch.ones(8, 16), dim=1)
    assert float(losses.coding_rate(torch.eye(8, 16))) == pytest.approx(1, abs=1e-4)
    assert float(losses.coding_rate(same)) < 0.3


def test_alignment_leaves_out_the_same_view():
    views = torch.eye(2)[:, None, :]
    assert float(losses.alignment(views, views)) == pytest.approx(1)


def test_no_pictures_and_no_checkpoint_are_named(tmp_path):
    with pytest.raises(WeightsError, match="no pictures"):
        Pool([], [], []).drawn(Recipe(), 0)
    with pytest.raises(WeightsError, match="run pretrain first"):
        load_teacher(tmp_path)


def test_the_second_part_leaves_the_stem_as_the_first_part_made_it(pool, tmp_path):
    recipe = Recipe(steps=4, truth_steps=2, batch=2)
    run = Run(tmp_path / "run", recipe, SMALL)
    for step in range(3):
        run.learn(views_of(recipe, pool, step))
    before = [weight.clone() for weight in run.teacher.backbone.stem.parameters()]
    last = run.teacher.backbone.blocks[-1].mlp_out.weight.clone()
    run.learn(views_of(recipe, pool, 3))
    assert all(torch.equal(a, b) for a, b in zip(before, run.teacher.backbone.stem.parameters(), strict=True))
    assert not torch.equal(last, run.teacher.backbone.blocks[-1].mlp_out.weight)
