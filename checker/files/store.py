"""What the learner has done: one SQLite file in the user's data directory, or memory.

A file is opened for one short transaction at a time. So two notebooks can write at once, nothing
is lost when a kernel dies, and it works on network drives, where SQLite's WAL does not.
"""

import contextlib
import datetime
import os
import sqlite3
import threading
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import TypeVar

T = TypeVar("T")

PATIENCE = 5.0  # seconds to wait for another notebook that is writing
FORGETS = "What you solve in this console is forgotten with its kernel; a notebook keeps it."

_TABLE = """
CREATE TABLE IF NOT EXISTS results (
    exercise TEXT PRIMARY KEY,
    tries INTEGER NOT NULL DEFAULT 0,
    points INTEGER NOT NULL DEFAULT 0,
    max_points INTEGER NOT NULL DEFAULT 0,
    solved_at TEXT,
    hints INTEGER NOT NULL DEFAULT 0
)
"""
_COLUMNS = "exercise, tries, points, max_points, solved_at, hints"
# Adding up in the database, not here, keeps what another notebook has written meanwhile.
_ADD = f"""
INSERT INTO results ({_COLUMNS}) VALUES (?, ?, ?, ?, ?, ?)
ON CONFLICT (exercise) DO UPDATE SET
    tries = tries + excluded.tries,
    points = max(points, excluded.points),
    max_points = CASE WHEN excluded.tries THEN excluded.max_points ELSE max_points END,
    solved_at = coalesce(solved_at, excluded.solved_at),
    hints = hints + excluded.hints
"""


@dataclass(frozen=True)
class Result:
    """What is known of one exercise.

    Attributes:
        tries: the number of attempts.
        points: the most points of any attempt, of max_points.
        solved_at: when it was solved first, as ISO text in UTC, or None.
        hints: the number of hints seen.
    """

    exercise: str
    tries: int = 0
    points: int = 0
    max_points: int = 0
    solved_at: str | None = None
    hints: int = 0

    @property
    def solved(self) -> bool:
        return self.solved_at is not None


class Store:
    """Results by exercise. `path` is the file; None keeps them in memory.

    No method raises because of the file: a damaged one is set aside, and where nothing can be
    written results are kept in memory. Either is told once by `news()`, and so is `news` itself.
    """

    def __init__(self, path: str | Path | None = None, news: str | None = None):
        self.path = Path(path) if path is not None else None
        self._memory: sqlite3.Connection | None = None
        self._lock = threading.Lock()
        self._news: list[str] = [news] if news else []
        if path is None:
            self._memory = _open(":memory:")

    def note(self, exercise_id: str, passed: bool, points: int, max_points: int) -> None:
        """Write down one attempt. What was solved once stays solved; the best points count."""
        now = datetime.datetime.now(datetime.UTC).isoformat(timespec="seconds")
        row = (exercise_id, 1, points, max_points, now if passed else None, 0)
        self._do(lambda db: db.execute(_ADD, row))

    def saw_hint(self, exercise_id: str) -> int:
        """Write down that one more hint was shown. Returns its number, counted from 1."""

        def add(db: sqlite3.Connection) -> int:
            db.execute(_ADD, (exercise_id, 0, 0, 0, None, 1))
            query = "SELECT hints FROM results WHERE exercise = ?"
            return db.execute(query, (exercise_id,)).fetchone()[0]

        return self._do(add)

    def tries(self, exercise_id: str) -> int:
        """How often the exercise was tried."""
        return self.get(exercise_id).tries

    def solved(self, exercise_id: str) -> bool:
        """Whether the exercise was ever solved."""
        return self.get(exercise_id).solved

    def get(self, exercise_id: str) -> Result:
        """The `Result` of an exercise, with zeros where there is none."""
        return self.all().get(exercise_id, Result(exercise_id))

    def all(self) -> dict[str, Result]:
        """Every `Result` by exercise id, in the order of the ids."""
        return {row[0]: Result(*row) for row in self._do(_rows)}

    def news(self) -> str | None:
        """What the learner must be told of the file, or None; each text is given once."""
        if not self._news:
            return None
        told = "\n".join(self._news)
        self._news.clear()
        return told

    def _do(self, work: Callable[[sqlite3.Connection], T]) -> T:
        """The result of `work(database)`, run as one transaction."""
        with self._lock:
            for _ in range(2):
                if self._memory is not None:
                    break
                try:
                    return self._on_disk(work)
                except (sqlite3.Error, OSError) as error:
                    self._recover(error)
            if self._memory is None:
                self._give_up("it was damaged twice in a row")
            return _transaction(self._memory, work)

    def _on_disk(self, work):
        self.path.parent.mkdir(parents=True, exist_ok=True)
        with contextlib.closing(_open(self.path)) as db:
            return _transaction(db, work)

    def _recover(self, error):
        if not _is_damage(error):
            self._give_up(error)
            return
        try:
            kept = _set_aside(self.path)
        except (sqlite3.Error, OSError) as problem:
            self._give_up(problem)
            return
        if kept is None:
            return  # another notebook has just done it
        text = f"Your progress file was damaged. It was set aside as {kept.name}"
        rows = _salvage(kept)
        try:
            self._on_disk(lambda db: db.executemany(_ADD, rows))
        except (sqlite3.Error, OSError) as problem:
            self._give_up(problem)
        told = f"; {len(rows)} results were saved from it." if rows else "; you start afresh."
        self._news.append(f"{text} in {kept.parent}{told}")

    def _give_up(self, reason):
        """Go on in memory, with whatever can still be read from the file."""
        self._memory = _open(":memory:")
        rows = _salvage(self.path)
        _transaction(self._memory, lambda db: db.executemany(_ADD, rows))
        self._news.append(
            f"Your progress cannot be written to {self.path} ({reason}). "
            "It is kept until this kernel stops. Make the folder writable, then restart the kernel."
        )


def default_path() -> Path:
    """Where progress is kept: `progress.db` in the user's data directory."""
    import platformdirs

    return Path(platformdirs.user_data_dir("asyncio-course")) / "progress.db"


_stores = {}


def store() -> Store:
    """This process's store: on disk if a person's notebook asks, in memory for any program."""
    from checker import kernel

    live = kernel.live()
    if live not in _stores:
        forgets = FORGETS if kernel.in_console() else None
        _stores[live] = Store(default_path() if live else None, forgets)
    return _stores[live]


def _open(path):
    # No implicit transactions: `_transaction` says when.
    return sqlite3.connect(path, timeout=PATIENCE, isolation_level=None, check_same_thread=False)


def _transaction(db, work):
    db.execute("BEGIN IMMEDIATE")
    try:
        db.execute(_TABLE)
        result = work(db)
        db.execute("COMMIT")
    except BaseException:
        if db.in_transaction:
            db.execute("ROLLBACK")
        raise
    return result


def _rows(db):
    return db.execute(f"SELECT {_COLUMNS} FROM results ORDER BY exercise").fetchall()


def _is_damage(error):
    """Whether the file is broken or no progress file, rather than locked or out of reach."""
    code = getattr(error, "sqlite_errorcode", 0) & 0xFF
    return code in (sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB, sqlite3.SQLITE_ERROR)


def _set_aside(path):
    """Rename a damaged file. Returns its new path, None if it is sound again.

    Raises:
        OSError, sqlite3.Error: if it cannot be renamed, or not be looked at.
    """
    if _sound(path):
        return None
    today = datetime.date.today().isoformat()
    kept = path.with_name(f"{path.stem}.damaged-{today}{path.suffix}")
    number = 1
    while kept.exists():
        number += 1
        kept = path.with_name(f"{path.stem}.damaged-{today}-{number}{path.suffix}")
    os.rename(path, kept)
    # SQLite would replay what it left there into the new file.
    for ending in ("-journal", "-wal", "-shm"):
        left = path.with_name(path.name + ending)
        if left.exists():
            os.rename(left, kept.with_name(kept.name + ending))
    return kept


def _sound(path):
    if not path.exists():
        return True
    try:
        with contextlib.closing(_open(path)) as db:
            # As a write it waits for another notebook that has just begun a new file.
            _transaction(db, _rows)
            return db.execute("PRAGMA quick_check").fetchone() == ("ok",)
    except sqlite3.Error as error:
        if _is_damage(error):
            return False
        raise


def _salvage(path):
    """The rows that can be read, one by one, from a file that may be damaged."""
    rows = []
    try:
        uri = f"{path.resolve().as_uri()}?mode=ro"
        with contextlib.closing(sqlite3.connect(uri, uri=True, timeout=0)) as db:
            for row in db.execute(f"SELECT {_COLUMNS} FROM results"):
                types = [type(value) for value in row]
                if types[:4] == [str, int, int, int] and types[5] is int:
                    rows.append(row)
    except (sqlite3.Error, OSError):
        pass
    return rows
