"""Grading on several cores: each job is a process with rules and a warm process of its own."""

import itertools
import os
from concurrent.futures import FIRST_COMPLETED, ProcessPoolExecutor, wait
from multiprocessing import get_context

from checker.grade.grader import Grader, Options
from checker.grade.reading import Submission, find

AHEAD = 4  # submissions a job that are handed out before their turn, so that none stands idle

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
    if jobs == 1:
        with Grader(options) as grader:
            for submission in found:
                yield grader.grade(submission)
        return
    Grader(options).close()  # what is wrong with the options is said here, and once
    # Not forked: this process may have threads, and a warm process has to start from nothing.
    context = get_context("spawn")
    with ProcessPoolExecutor(jobs, context, _begin, (options,)) as workers:
        yield from _as_they_come(workers, found, jobs * AHEAD)


def cores():
    """How many cores this process may use."""
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1


def _as_they_come(workers, found, ahead):
    rest = iter(found)
    going = {workers.submit(_grade, one) for one in itertools.islice(rest, ahead)}
    try:
        while going:
            done, going = wait(going, return_when=FIRST_COMPLETED)
            for one in itertools.islice(rest, len(done)):
                going.add(workers.submit(_grade, one))
            yield from (future.result() for future in done)
    finally:
        for future in going:
            future.cancel()


def _begin(options):
    global _grader
    _grader = Grader(options)


def _grade(submission):
    return _grader.grade(submission)
