"""Files and folders that take a place: as a whole or not at all."""

from __future__ import annotations

import pytest

from tasks.durable import exchange, written_aside


def test_what_was_written_takes_the_place_at_the_end(tmp_path):
    path = tmp_path / "new/answer.csv"
    with written_aside(path) as aside:
        aside.write_text("whole")
        assert not path.exists()
    assert path.read_text() == "whole"
    assert list(path.parent.iterdir()) == [path]


def test_what_fails_leaves_the_older_file_and_nothing_else(tmp_path):
    path = tmp_path / "answer.csv"
    path.write_text("older")
    with pytest.raises(UnicodeEncodeError), written_aside(path) as aside:
        aside.write_text("half of it\ud800", encoding="utf-8")
    assert path.read_text() == "older"
    assert list(tmp_path.iterdir()) == [path]


def test_a_link_is_replaced_and_its_target_stays(tmp_path):
    target, link = tmp_path / "target.csv", tmp_path / "link.csv"
    target.write_text("target")
    link.symlink_to(target)
    with written_aside(link) as aside:
        aside.write_text("new")
    assert (target.read_text(), link.read_text(), link.is_symlink()) == ("target", "new", False)


@pytest.mark.parametrize("name", ["/dev/null", "."])
def test_a_device_or_a_folder_is_never_replaced(tmp_path, name):
    with pytest.raises(FileExistsError, match="no file"), written_aside(tmp_path / name):
        pytest.fail("the block must not start")


def test_two_folders_change_places(tmp_path):
    old, new = tmp_path / "old", tmp_path / "new"
    old.mkdir()
    new.mkdir()
    (new / "file").touch()
    if not exchange(old, new):
        pytest.skip("this file system cannot do that")
    assert (list(old.iterdir()), list(new.iterdir())) == ([old / "file"], [])


def test_a_folder_that_is_missing_changes_no_place(tmp_path):
    (tmp_path / "old").mkdir()
    with pytest.raises(FileNotFoundError):
        exchange(tmp_path / "old", tmp_path / "new")
    assert (tmp_path / "old").is_dir()
