"""Progress is never lost, whatever happens to its file."""

import sqlite3
import subprocess
import sys
import threading

import pytest

from checker import kernel
from checker.files import store
from checker.files.store import Store


@pytest.fixture
def path(tmp_path):
    return tmp_path / "data" / "progress.db"


@pytest.fixture(params=["on disk", "in memory"])
def any_store(request, path):
    return Store(path if request.param == "on disk" else None)


def test_nothing_is_known_at_first(any_store):
    assert any_store.all() == {}
    assert (any_store.tries("both"), any_store.solved("both")) == (0, False)
    assert any_store.get("both").hints == 0
    assert any_store.news() is None


def test_each_attempt_counts_and_the_best_points_stay(any_store):
    for points in (1, 3, 2):
        any_store.note("both", False, points, 4)
    result = any_store.get("both")
    assert (result.tries, result.points, result.max_points) == (3, 3, 4)


def test_solved_once_stays_solved(any_store):
    any_store.note("both", True, 4, 4)
    when = any_store.get("both").solved_at
    any_store.note("both", False, 0, 4)
    any_store.saw_hint("both")
    assert any_store.solved("both")
    assert any_store.get("both").solved_at == when
    assert any_store.get("both").points == 4


def test_hints_are_numbered_and_are_no_attempts(any_store):
    assert [any_store.saw_hint("both") for _ in range(3)] == [1, 2, 3]
    assert any_store.get("both").hints == 3
    assert any_store.tries("both") == 0


def test_another_kernel_sees_it_at_once(path):
    first, second = Store(path), Store(path)
    first.note("both", True, 4, 4)
    assert second.solved("both")
    second.note("both", False, 1, 4)
    assert first.tries("both") == 2


WRITER = """
import sys
from checker.files.store import Store
kept = Store(sys.argv[1])
print("ready", flush=True)
sys.stdin.readline()
for number in range(100):
    kept.note("both", number == 50, number % 4, 4)
    kept.note(sys.argv[2], False, 1, 4)
assert kept.news() is None
"""


def test_two_processes_writing_at_once_lose_nothing(path):
    pipes = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE, "text": True}
    writers = [
        subprocess.Popen([sys.executable, "-c", WRITER, path, name], **pipes)
        for name in ("first", "second")
    ]
    for writer in writers:
        assert writer.stdout.readline() == "ready\n"
    for writer in writers:
        writer.stdin.write("go\n")
        writer.stdin.flush()
    for writer in writers:
        writer.communicate(timeout=60)
        assert writer.returncode == 0
    kept = Store(path)
    assert {name: one.tries for name, one in kept.all().items()} == {
        "both": 200,
        "first": 100,
        "second": 100,
    }
    assert kept.solved("both")


def test_threads_of_one_kernel_share_a_store(any_store):
    def write():
        for _ in range(20):
            any_store.note("both", False, 1, 4)

    threads = [threading.Thread(target=write) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert any_store.tries("both") == 80


def test_a_writer_waits_for_a_transaction_that_is_open(path):
    Store(path).note("both", False, 1, 4)
    other = sqlite3.connect(path, isolation_level=None, check_same_thread=False)
    other.execute("BEGIN EXCLUSIVE")
    release = threading.Timer(0.1, other.execute, ["COMMIT"])
    release.start()
    kept = Store(path)
    kept.note("both", True, 4, 4)
    release.join()
    other.close()
    assert kept.news() is None
    assert Store(path).tries("both") == 2


@pytest.mark.parametrize("content", [b"no database at all" * 100, b"SQLite format 3\0" + b"?" * 99])
def test_a_damaged_file_is_set_aside_and_said_so_once(path, content):
    path.parent.mkdir()
    path.write_bytes(content)
    kept = Store(path)
    kept.note("both", True, 4, 4)
    said = kept.news()
    assert "damaged" in said
    aside = [p for p in path.parent.iterdir() if ".damaged-" in p.name]
    assert len(aside) == 1
    assert aside[0].name in said
    assert aside[0].read_bytes() == content
    assert kept.news() is None
    assert Store(path).solved("both")


def test_the_second_damaged_file_of_a_day_does_not_overwrite_the_first(path):
    kept = Store(path)
    for number in range(3):
        path.parent.mkdir(exist_ok=True)
        path.write_bytes(b"%d broken " % number * 200)
        kept.note("both", False, 1, 4)
    assert len([p for p in path.parent.iterdir() if ".damaged-" in p.name]) == 3


def test_from_a_damaged_file_is_saved_what_can_be_read(path):
    kept = Store(path)
    for number in range(400):
        kept.note(f"exercise_{number:03}_{'x' * 60}", True, 4, 4)
    whole = path.read_bytes()
    path.write_bytes(whole[:20_000] + b"\xff" * 8_192 + whole[28_192:])
    kept = Store(path)
    saved = kept.all()
    assert 0 < len(saved) < 400
    assert all(result.solved for result in saved.values())
    assert f"{len(saved)} results were saved" in kept.news()
    assert Store(path).all() == saved


@pytest.mark.parametrize("size", [0, 50, 100, 5_000, 40_000])
def test_a_file_cut_short_does_no_harm(path, size):
    kept = Store(path)
    for number in range(400):
        kept.note(f"exercise_{number:03}_{'x' * 60}", True, 4, 4)
    path.write_bytes(path.read_bytes()[:size])
    Store(path).note("both", True, 4, 4)
    assert Store(path).solved("both")


def test_results_in_a_file_of_another_make_are_taken_along(path):
    Store(path).note("both", True, 4, 4)
    db = sqlite3.connect(path)
    db.execute("ALTER TABLE results DROP COLUMN hints")
    db.execute("ALTER TABLE results ADD COLUMN seen")
    db.commit()
    db.close()
    kept = Store(path)
    kept.note("timed", True, 3, 3)
    assert "damaged" in kept.news()
    assert kept.solved("timed")


def test_two_kernels_that_find_a_damaged_file_set_it_aside_once(path):
    path.parent.mkdir()
    path.write_bytes(b"broken " * 200)
    first, second = Store(path), Store(path)
    first.note("both", True, 4, 4)
    assert store._set_aside(path) is None  # as the second would, had it seen the damage, too
    second.note("timed", True, 3, 3)
    assert set(Store(path).all()) == {"both", "timed"}


def test_where_nothing_can_be_written_memory_serves_and_it_is_said_once(tmp_path):
    (tmp_path / "data").write_text("a file where the folder should be")
    kept = Store(tmp_path / "data" / "progress.db")
    kept.note("both", True, 4, 4)
    assert "cannot be written" in kept.news()
    kept.note("both", False, 1, 4)
    assert kept.tries("both") == 2
    assert kept.solved("both")
    assert kept.news() is None


def test_a_file_that_may_only_be_read_is_still_shown(path, monkeypatch):
    Store(path).note("both", True, 4, 4)
    really_open = store._open

    def read_only(place):
        db = really_open(place)
        if place == path:
            db.execute("PRAGMA query_only = ON")
        return db

    monkeypatch.setattr(store, "_open", read_only)
    kept = Store(path)
    kept.note("timed", True, 3, 3)
    assert set(kept.all()) == {"both", "timed"}
    assert "cannot be written" in kept.news()


def test_only_a_person_s_notebook_reads_and_writes_the_file(path, monkeypatch):
    monkeypatch.setattr(store, "_stores", {})
    monkeypatch.setattr(store, "default_path", lambda: path)
    monkeypatch.setattr(kernel, "live", lambda: False)
    store.store().note("both", True, 4, 4)
    assert store.store().solved("both")
    assert not path.exists()
    monkeypatch.setattr(kernel, "live", lambda: True)
    assert not store.store().solved("both")
    store.store().note("timed", False, 1, 3)
    assert set(Store(path).all()) == {"timed"}
