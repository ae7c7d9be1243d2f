from __future__ import annotations

from pathlib import Path
from threading import Thread

import numpy as np

from workers.region_file import IDS, VECTORS, RegionFile, Rows

D = 4


def rows(*ids: int) -> Rows:
    """Rows whose numbers tell their ids."""
    numbers = np.array(ids)
    vectors = np.repeat(numbers[:, None], D, axis=1).astype(np.float16)
    return Rows(numbers.astype(np.int64), vectors, np.zeros((len(ids), 8, D), dtype=np.int8))


def ids_in(file: RegionFile) -> list[int]:
    """The ids, where every row is whole and its own."""
    found = file.rows()
    assert (found.vectors[:, 0] == found.ids).all()
    return list(found.ids)


def test_rows_are_added_at_the_end(tmp_path: Path) -> None:
    file = RegionFile(tmp_path, D)
    assert ids_in(file) == []
    for part in (rows(3, 1), rows(2)):
        file.add(part)
    assert ids_in(RegionFile(tmp_path, D)) == [3, 1, 2]


def test_a_writer_that_died_in_the_middle_leaves_whole_rows_only(tmp_path: Path) -> None:
    file = RegionFile(tmp_path, D)
    file.add(rows(1, 2))
    with (file.present / VECTORS).open("ab") as vectors, (file.present / IDS).open("ab") as ids:
        vectors.write(b"half a row")
        ids.write(b"\x07")
    assert ids_in(file) == [1, 2]
    file.add(rows(9))
    assert ids_in(file) == [1, 2, 9]


def test_one_who_reads_keeps_what_it_has_while_the_files_are_replaced(tmp_path: Path) -> None:
    file = RegionFile(tmp_path, D)
    file.add(rows(1, 2, 3))
    before = file.rows()
    file.replace(before.chosen(np.array([True, False, True])))
    assert list(before.vectors[:, 0]) == [1, 2, 3]
    assert ids_in(file) == [1, 3]


def test_only_one_may_add_at_a_time(tmp_path: Path) -> None:
    with RegionFile(tmp_path, D).locked() as first, RegionFile(tmp_path, D).locked() as second:
        assert (first, second) == (True, False)
    with RegionFile(tmp_path, D).locked() as again:
        assert again


def test_one_who_reads_finds_all_rows_while_the_files_are_replaced(tmp_path: Path) -> None:
    file = RegionFile(tmp_path, D)
    file.add(rows(1, 2, 3))
    writer = Thread(target=lambda: [file.replace(rows(1, 2, 3)) for _ in range(150)])
    writer.start()
    while writer.is_alive():
        assert ids_in(RegionFile(tmp_path, D)) == [1, 2, 3]


def test_a_pointer_that_was_lost_leads_to_no_other_folder(tmp_path: Path) -> None:
    file = RegionFile(tmp_path, D)
    file.replace(rows(1))
    (file.folder / "current").write_text("")
    file.replace(rows(2))
    assert ids_in(file) == [2]


def test_what_a_writer_that_died_began_is_cleared_away(tmp_path: Path) -> None:
    file = RegionFile(tmp_path, D)
    file.write(rows(7), file.folder / "0badc0de", known=0)
    file.replace(rows(1))
    assert [path for path in file.folder.iterdir() if path.is_dir()] == [file.present]
