import json
import sys

import numpy as np
import pytest

from ml.tools.search import (
    Entry,
    Index,
    Look,
    Maker,
    SearchError,
    check_maker,
    empty_index,
    load_index,
    open_finder,
    save_index,
    search,
)

WHOLE = (0.0, 0.0, 1.0, 1.0)
MAKER = Maker("embedded", "a" * 64, 8, "none", "", "bilinear-1 800")


def looks_of(*vectors: list[float] | np.ndarray) -> tuple[Look, ...]:
    rows = [np.asarray(vector, dtype=np.float32) for vector in vectors]
    return tuple(Look(WHOLE, row / np.linalg.norm(row)) for row in rows)


def index_of(looks: dict[str, tuple[Look, ...]], maker: Maker = MAKER) -> Index:
    return empty_index(maker).with_looks(
        {Entry(name, "", len(found)): found for name, found in looks.items()}
    )


def random_index(entries: int, seed: int = 1, most: int = 4) -> Index:
    """Entries with 1 to 4 vectors; every tenth is a copy of the one before."""
    chance = np.random.default_rng(seed)
    looks: dict[str, tuple[Look, ...]] = {}
    for number in range(entries):
        fresh = looks_of(*chance.normal(size=(chance.integers(1, most + 1), 8)))
        looks[f"{number:05d}"] = looks[f"{number - 1:05d}"] if number % 10 == 9 else fresh
    return index_of(looks)


def by_hand(index: Index, looks: tuple[Look, ...], top: int, threshold: float) -> list[tuple[str, float]]:
    """The slow way: every pair of vectors, one after the other."""
    scores = {}
    for entry, first in zip(index.entries, index.starts, strict=False):
        rows = index.vectors[first : first + entry.count]
        scores[entry.name] = max(float(np.dot(row, look.vector)) for row in rows for look in looks)
    ordered = sorted(scores.items(), key=lambda pair: (-round(pair[1], 6), pair[0]))
    return [(name, score) for name, score in ordered if score >= threshold][:top]


@pytest.mark.parametrize("engine", ["numpy", "faiss"])
@pytest.mark.parametrize(("top", "threshold"), [(1, -1.0), (7, -1.0), (500, 0.2), (20, 0.75), (5, 0.999)])
def test_both_engines_answer_as_the_slow_way_does(engine, top, threshold):
    if engine == "faiss":
        pytest.importorskip("faiss")
    index = random_index(400)
    looks = looks_of(*np.random.default_rng(2).normal(size=(2, 8)))
    found = search(index, open_finder(index, engine), looks, top, threshold)
    expected = by_hand(index, looks, top, threshold)
    assert [match.name for match in found] == [name for name, _ in expected]
    assert [match.score for match in found] == pytest.approx([score for _, score in expected], abs=1e-6)


@pytest.mark.parametrize("engine", ["numpy", "faiss"])
def test_equal_scores_come_by_name_wherever_their_rows_stand(engine):
    if engine == "faiss":
        pytest.importorskip("faiss")
    same = looks_of([1, 2, 3, 4, 5, 6, 7, 8])
    index = index_of(dict.fromkeys(("d", "b", "a", "c", "e"), same))
    found = search(index, open_finder(index, engine), same, top=3)
    assert [match.name for match in found] == ["a", "b", "c"]
    assert len({match.score for match in found}) == 1


def test_scores_stay_within_minus_1_and_1():
    index = index_of({"same": looks_of([1] * 8), "opposite": looks_of([-1] * 8)})
    found = search(index, open_finder(index), looks_of([1] * 8))
    assert [match.score for match in found] == pytest.approx([1, -1])
    assert all(-1 <= match.score <= 1 for match in found)


def test_the_best_pair_of_crops_counts_and_tells_its_boxes():
    left, right = (0.0, 0.0, 0.5, 1.0), (0.5, 0.0, 1.0, 1.0)
    (near,), (far,) = looks_of([1, 1, 0, 0, 0, 0, 0, 0]), looks_of([0, 0, 0, 0, 0, 0, 1, 1])
    index = index_of({"house": (Look(left, far.vector), Look(right, near.vector))})
    query = (Look(WHOLE, -near.vector), Look(left, near.vector))
    (match,) = search(index, open_finder(index), query)
    assert (match.box, match.query_box) == (right, left)
    assert match.score == pytest.approx(1)


def test_an_index_comes_back_as_it_was_saved(tmp_path):
    index = random_index(30)
    save_index(tmp_path / "houses", index)
    again = load_index(tmp_path / "houses.npz")
    assert (again.maker, again.entries) == (index.maker, index.entries)
    assert np.array_equal(again.vectors, index.vectors)
    card = json.loads((tmp_path / "houses.json").read_text())
    assert (card["backbone"], card["backbone_sha256"]) == ("embedded", "a" * 64)
    assert [len(one["boxes"]) for one in card["pictures"]] == [entry.count for entry in index.entries]


def test_an_entry_registered_again_takes_the_place_of_the_old():
    index = index_of({"a": looks_of([1] * 8, [-1] * 8), "b": looks_of([2, 1] * 4)})
    new = looks_of([1, -1] * 4)
    again = index.with_looks({Entry("a", "later", 1): new})
    assert [entry.name for entry in again.entries] == ["b", "a"]
    assert np.array_equal(again.vectors[1], new[0].vector)
    assert len(again.vectors) == 2


@pytest.mark.parametrize(
    ("maker", "sentence"),
    [
        (
            Maker("dinov2-small", "b" * 64, 8, "none", "", "bilinear-1 800"),
            "made with the backbone 'embedded'",
        ),
        (Maker("embedded", "a" * 64, 8, "festive", "c", "bilinear-1 800"), "made with the crop 'none'"),
        (
            Maker("embedded", "a" * 64, 8, "none", "", "bilinear-2 800"),
            "another version of the preprocessing",
        ),
    ],
)
def test_what_was_made_in_another_way_is_refused(maker, sentence):
    with pytest.raises(SearchError, match=sentence):
        check_maker(empty_index(MAKER), maker)


def test_vectors_of_another_length_are_refused():
    with pytest.raises(SearchError, match="length 1"):
        empty_index(MAKER).with_looks({Entry("a", "", 1): (Look(WHOLE, np.full(8, 2, np.float32)),)})
    with pytest.raises(SearchError, match="of 8 numbers"):
        empty_index(MAKER).with_looks({Entry("a", "", 1): looks_of([1, 2, 3])})


@pytest.mark.parametrize("spoil", [lambda whole: b"", lambda whole: whole[:200], lambda whole: b"no index"])
def test_a_damaged_index_is_a_sentence(tmp_path, spoil):
    save_index(tmp_path / "i", random_index(30))
    (tmp_path / "i.npz").write_bytes(spoil((tmp_path / "i.npz").read_bytes()))
    with pytest.raises(SearchError, match="may be damaged"):
        load_index(tmp_path / "i")


def test_an_index_that_lacks_rows_is_damaged(tmp_path):
    save_index(tmp_path / "i", random_index(5))
    with np.load(tmp_path / "i.npz") as arrays:
        rows = dict(arrays)
    np.savez(tmp_path / "i.npz", **(rows | {"vectors": rows["vectors"][1:]}))
    with pytest.raises(SearchError, match="may be damaged"):
        load_index(tmp_path / "i")


def test_a_missing_and_an_empty_index_say_what_to_do(tmp_path):
    with pytest.raises(SearchError, match="search register"):
        load_index(tmp_path / "nowhere")
    with pytest.raises(SearchError, match="register pictures first"):
        open_finder(empty_index(MAKER))


def test_a_search_that_cannot_be_made_is_refused():
    index = random_index(3)
    looks = looks_of([1] * 8)
    with pytest.raises(SearchError, match="1 or more"):
        search(index, open_finder(index), looks, top=0)
    with pytest.raises(SearchError, match="from -1 to 1"):
        search(index, open_finder(index), looks, threshold=float("nan"))


def test_without_faiss_a_large_index_is_searched_by_numpy(monkeypatch):
    monkeypatch.setitem(sys.modules, "faiss", None)
    monkeypatch.setattr("ml.tools.search.nearest.FAISS_ABOVE", 2)
    assert open_finder(random_index(5)).engine == "numpy"
    with pytest.raises(SearchError, match="pip install faiss-cpu"):
        open_finder(random_index(5), "faiss")


def test_a_large_index_is_searched_by_faiss_where_it_is_installed(monkeypatch):
    pytest.importorskip("faiss")
    monkeypatch.setattr("ml.tools.search.nearest.FAISS_ABOVE", 2)
    assert open_finder(random_index(5)).engine == "faiss"
