# ruff: noqa: E402 (what needs torch is imported after the question whether it is there)
import pytest

torch = pytest.importorskip("torch", reason="torch is an extra: pre-training is not tested without it.")

from ml.pretrain import losses


def test_the_coding_rate_is_0_when_all_collapse_and_large_when_spread():
    same = torch.nn.functional.normalize(torch.ones(8, 16), dim=1)
    assert float(losses.coding_rate(torch.eye(8, 16))) == pytest.approx(1, abs=1e-4)
    assert float(losses.coding_rate(same)) < 0.3


def test_the_effective_rank_counts_directions():
    corners = torch.tensor([[1.0, 0], [-1, 0], [0, 1], [0, -1]])
    assert float(losses.effective_rank(corners)) == pytest.approx(2, abs=1e-4)
    assert float(losses.effective_rank(torch.outer(torch.arange(4.0), torch.ones(3)))) == pytest.approx(
        1, abs=1e-4
    )


def test_alignment_leaves_out_the_same_view():
    views = torch.eye(2)[:, None, :]
    assert float(losses.alignment(views, views)) == pytest.approx(1)


def test_what_is_said_exactly_leaves_nothing_unexplained():
    taught, counted = torch.randn(2, 3, 4), torch.ones(2, 3, dtype=torch.bool)
    assert float(losses.unexplained(taught, taught, counted)) == 0
    assert float(losses.unexplained(torch.zeros_like(taught), taught, counted)) == pytest.approx(1)


def test_what_is_not_counted_does_not_matter():
    counted = torch.tensor([True, False])
    taught, said = torch.tensor([[1.0, 0], [0, 1]]), torch.tensor([[1.0, 0], [9, 9]])
    assert float(losses.unexplained(said, taught, counted)) == 0
    assert float(losses.unlike(said, taught, counted)) == pytest.approx(0, abs=1e-6)


def test_patches_of_unknown_truth_do_not_matter():
    coverage = torch.tensor([[[1.0, float("nan")]]])
    assert float(losses.dense_truth(torch.tensor([[[20.0, -50]]]), coverage)) == pytest.approx(0, abs=1e-6)
    assert float(losses.dense_truth(torch.zeros(1, 1, 1), torch.full((1, 1, 1), float("nan")))) == 0
