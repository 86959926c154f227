"""Grading on several cores: each job is a process with rules and a warm process of its own."""

import contextlib
import os
import signal
import threading
from concurrent.futures import FIRST_COMPLETED, ProcessPoolExecutor, wait
from concurrent.futures.process import BrokenProcessPool
from multiprocessing import connection, get_context, parent_process

from checker.engine import private
from checker.grade.grader import Grader, Options
from checker.grade.report.graded import Graded
from checker.grade.submissions import Submission, find

AHEAD = 4  # submissions a job that are handed out before their turn, so that none stands idle
TRIES = 2  # how often a submission may be there when a job ends that should not

_grader = None  # that of this process


def grade(paths, *, jobs=None, options=None, skip=()):
    """Grade submissions and yield each `Graded` as it comes; with several jobs in any order.

    Args:
        paths: files, folders and zip files; or what `find` returned, to know their number first.
        jobs: processes to use; None for one on each core.
        options: the `Options` of all graders.
        skip: names of submissions that are left out, for going on after a crash.

    Raises:
        SandboxMissing: if the options ask for a sandbox that is not to be had.
        Unreadable: if a path does not exist.
    """
    options, skip = options or Options(), set(skip)
    found = paths if all(isinstance(p, Submission) for p in paths) else find(paths)
    found = [submission for submission in found if submission.name not in skip]
    jobs = min(jobs or cores(), max(len(found), 1))
    with Grader(options) as grader:  # what is wrong with the options is said here, and once
        if jobs == 1:
            for submission in found:
                yield grader.grade(submission)
            return
    waiting = [(submission, TRIES) for submission in reversed(found)]
    while waiting:
        yield from _in_processes(waiting, jobs, options)


def cores():
    """How many cores this process may use."""
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1


def _in_processes(waiting, jobs, options):
    """Grade what is waiting until that is empty, or until one of the processes was killed.

    Then what they had in hand is waiting again, unless it was there too often.
    """
    # Not forked: this process may have threads, and a warm process has to start from nothing.
    workers = ProcessPoolExecutor(jobs, get_context("spawn"), _begin, (options,))
    going = {}  # future → (submission, tries)
    try:
        while waiting or going:
            while waiting and len(going) < jobs * AHEAD:
                submission, tries = waiting.pop()
                going[workers.submit(_grade, submission)] = submission, tries
            done, _ = wait(going, return_when=FIRST_COMPLETED)
            for future in done:
                graded = future.result()
                del going[future]
                yield graded
    except BrokenProcessPool:
        for submission, tries in going.values():
            if tries > 1:
                waiting.append((submission, tries - 1))
            else:
                why = f"{submission.shown}: the process that judged it was ended twice."
                yield Graded(submission.name, submission.shown, problem=why)
    finally:
        _end(workers)


def _end(workers):
    processes = private.processes_of(workers)
    workers.shutdown(wait=False, cancel_futures=True)
    for process in processes:  # a hostile submission may have a minute left: nobody waits for it
        process.kill()
    for process in processes:
        process.join()


def _begin(options):
    global _grader
    with contextlib.suppress(ValueError):
        signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is for the process that we serve
    threading.Thread(target=_end_with_parent, daemon=True).start()
    _grader = Grader(options)


def _end_with_parent():
    """However that ends: nobody else would tell this process."""
    connection.wait([parent_process().sentinel])
    os._exit(1)


def _grade(submission):
    return _grader.grade(submission)
