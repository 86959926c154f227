"""A PostgreSQL server that ends with the process that asked for it. Run as a script, with `-I`:

    keeper.py PROGRAMS FOLDER SOCKETS

It makes a fresh cluster in FOLDER with the programs in PROGRAMS, prints one line of JSON, and waits
until standard input ends or its parent is gone: also one that was killed gets that far. Then it
stops the server and removes FOLDER and SOCKETS. The standard library alone, for a quick start.
"""

import contextlib
import json
import os
import pathlib
import select
import shutil
import signal
import subprocess
import sys
import time

NOBODY = 65534  # PostgreSQL refuses to run as root
LONGEST_START = 60  # real seconds, on a very busy machine
LONGEST_STOP = 10
LOOK_EVERY = 0.5  # a child of the parent's may hold our standard input open
# What may be lost in a crash is lost with the folder anyway. No process that is not needed; memory
# in files of FOLDER, so that a server that was killed leaves none behind.
SETTINGS = (
    *("listen_addresses=", "unix_socket_permissions=0700", "max_connections=40"),
    *("fsync=off", "synchronous_commit=off", "full_page_writes=off", "wal_level=minimal"),
    *("max_wal_senders=0", "min_wal_size=8MB", "max_wal_size=64MB"),
    *("io_method=sync", "autovacuum=off", "jit=off", "shared_buffers=16MB"),
    *("dynamic_shared_memory_type=mmap", "max_parallel_workers=0", "client_min_messages=warning"),
)


class Failed(Exception):
    """The server does not start; the text says why, in a line."""


def main(programs, folder, sockets):
    parent = os.getppid()
    for number in (signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, lambda *_: sys.exit())
    programs, folder = pathlib.Path(programs), pathlib.Path(folder)
    server = None
    try:
        try:
            server = start(programs, folder)
        except (Failed, OSError) as why:
            print(json.dumps({"failed": str(why)}), flush=True)
            return
        print(json.dumps({"ready": server.pid}), flush=True)
        while os.getppid() == parent and server.poll() is None:
            if select.select([sys.stdin], [], [], LOOK_EVERY)[0]:
                break
    finally:
        if server is not None:
            stop(server)
        shutil.rmtree(folder, ignore_errors=True)
        shutil.rmtree(sockets, ignore_errors=True)


def start(programs, folder):
    """The process of a server that takes connections at FOLDER.

    Raises:
        Failed, OSError: if it does not start.
    """
    options = {"cwd": folder, "stdin": subprocess.DEVNULL, "start_new_session": True}
    if os.geteuid() == 0:
        os.chown(folder, NOBODY, NOBODY)
        options |= {"user": NOBODY, "group": NOBODY, "extra_groups": []}
        programs = _open_to_all(programs, folder, options)
    data, log = folder / "data", folder / "log"
    command = [programs / "initdb", "-D", data, "-U", "postgres", "--auth=trust"]
    command += ["--no-sync", "--no-locale", "--encoding=UTF8", "--wal-segsize=1"]
    made = subprocess.run(command, check=False, capture_output=True, text=True, **options)
    if made.returncode:
        raise Failed(_last_line(made.stderr))
    command = [programs / "postgres", "-D", data, "-k", folder]
    command += [part for setting in SETTINGS for part in ("-c", setting)]
    with log.open("w") as output:
        server = subprocess.Popen(command, stdout=output, stderr=output, **options)
    asked = time.monotonic()
    while not _is_ready(data):
        if server.poll() is not None:
            raise Failed(_last_line(log.read_text(errors="replace")))
        if time.monotonic() - asked > LONGEST_START:
            stop(server)
            raise Failed(f"it was not ready within {LONGEST_START} s")
        time.sleep(0.005)
    return server


def stop(server):
    """End it with all its connections: at once, and at the latest by force."""
    for number in (signal.SIGINT, signal.SIGQUIT, signal.SIGKILL):
        server.send_signal(number)
        with contextlib.suppress(subprocess.TimeoutExpired):
            server.wait(LONGEST_STOP)
            return


def _open_to_all(programs, folder, options):
    """The programs, or a copy of them that another user than root can reach."""
    try:
        subprocess.run([programs / "postgres", "-V"], check=True, capture_output=True, **options)
        return programs
    except (OSError, subprocess.CalledProcessError):
        copy, site = folder / "programs", programs.parents[2]
        package = programs.parents[1].name
        shutil.copytree(programs.parent, copy / package / programs.parent.name, symlinks=True)
        for libraries in site.glob(f"{package}.libs"):  # found from where the programs are
            shutil.copytree(libraries, copy / libraries.name)
        for path in (copy, *copy.rglob("*")):
            if not path.is_symlink():
                path.chmod(path.stat().st_mode | 0o555)
        return copy / package / programs.parent.name / programs.name


def _is_ready(data):
    """Whether the server says so in the eighth line of its lock file."""
    try:
        lines = (data / "postmaster.pid").read_text().splitlines()
    except OSError:
        return False
    return len(lines) > 7 and lines[7].strip() == "ready"


def _last_line(text):
    return next((line for line in reversed(text.splitlines()) if line.strip()), "no reason given")


if __name__ == "__main__":
    main(*sys.argv[1:])
