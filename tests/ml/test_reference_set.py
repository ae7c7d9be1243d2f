import json
import re
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from ml.cli import main
from ml.reference_set import (
    BOUNDS,
    SHIPPED,
    best_cut,
    limits_between,
    load_reference_set,
    make_reference_set,
    render_references,
    share_of,
)
from ml.tools.render.frames import render_frame
from ml.truth import drawn_labels
from ml.types import WeightsError


def test_a_scorer_that_finds_the_truth_has_limits_in_the_gaps_around_the_bounds():
    shares = [0, 0.001, 0.01, 0.04, 0.06, 0.09, 0.12, 0.3]
    limits = limits_between(np.array(shares), np.array(shares))
    assert limits == {"some": 0.0055, "many": 0.05, "most": 0.105}


def test_a_scorer_that_finds_twice_the_truth_has_twice_the_limits():
    shares = [0, 0.001, 0.01, 0.04, 0.06, 0.09, 0.12, 0.3]
    limits = limits_between(np.array(shares), 2 * np.array(shares))
    assert limits == {"some": 0.011, "many": 0.1, "most": 0.21}


def test_both_sides_count_alike_however_many_there_are():
    festivity = np.array([*np.linspace(0, 0.1, 1000), 0.095, 0.2])
    above = np.arange(1002) >= 1000
    assert 0.08 < best_cut(festivity, above) < 0.095


def test_of_equally_good_cuts_the_widest_gap_is_taken():
    assert best_cut(np.array([0.1, 0.2, 0.3, 0.7]), np.array([False, True, False, True])) == 0.5


@given(st.lists(st.floats(0, 1), min_size=4, max_size=12))
def test_limits_rise_and_are_above_zero_under_any_scorer(festivities):
    shares = [0, 0.01, 0.07, 0.5] * 3
    found = np.array(festivities)
    some, many, most = limits_between(np.array(shares[: len(found)]), found).values()
    assert 0 < some < many < most


def test_a_set_on_one_side_of_a_bound_is_refused():
    with pytest.raises(WeightsError, match=r"both sides of a true share of 0\.1"):
        limits_between(np.array([0, 0.02, 0.06]), np.array([0, 0.02, 0.06]))


def test_the_shipped_set_shows_every_class_rendered_and_real():
    shipped = load_reference_set()
    for pictures in (shipped.real, shipped.rendered):
        shares = np.array([one.share for one in pictures])
        classes = np.searchsorted(list(BOUNDS.values()), shares, side="right")
        assert np.bincount(classes, minlength=4).min() >= 10


def test_the_shipped_set_holds_the_true_shares_of_the_drawn_masks():
    shipped = load_reference_set().real[::20]
    labels = drawn_labels()
    assert make_reference_set([labels[one.sha256] for one in shipped], 0, 0).real == shipped


def test_the_rendered_pictures_are_still_drawn_as_the_set_says():
    shipped = load_reference_set().rendered[::16]
    drawn = [render_frame(one.seed, one.number)[0].mask for one in shipped]
    assert [share_of(mask) for mask in drawn] == [one.share for one in shipped]


def test_rendered_pictures_are_drawn_once(tmp_path, capsys):
    rendered = load_reference_set().rendered[:1]
    (path,) = render_references(rendered, tmp_path)
    before = path.stat().st_mtime_ns
    assert render_references(rendered, tmp_path) == [path]
    assert path.stat().st_mtime_ns == before
    assert capsys.readouterr().err.count("rendered 1 pictures") == 1


def test_a_set_with_other_truth_is_drawn_anew(tmp_path):
    rendered = load_reference_set().rendered[0]
    first = render_references([rendered], tmp_path)
    assert render_references([replace(rendered, share=0.5)], tmp_path) != first


def test_the_shipped_set_names_no_files_and_no_places():
    rows = json.loads(SHIPPED.read_text())
    assert all(set(row) == {"sha256", "share"} for row in rows["real"])
    assert all(re.fullmatch("[0-9a-f]{64}", row["sha256"]) for row in rows["real"])


def test_a_set_of_ones_own_can_be_made(tmp_path, capsys):
    command = ["reference", str(tmp_path / "own.json"), "--seed", "9002", "--rendered", "1", "--no-real"]
    assert main(command) == 0
    assert load_reference_set(tmp_path / "own.json").rendered[0].seed == 9002


def test_a_file_that_is_no_set_is_refused(tmp_path):
    (tmp_path / "x.json").write_text('{"real": []}')
    with pytest.raises(WeightsError, match="is not a reference set"):
        load_reference_set(tmp_path / "x.json")
