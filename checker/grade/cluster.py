"""Grading on a Dask cluster: the bytes of each submission go to a worker, a `Graded` comes back.

A worker that dies costs no grade: Dask gives its work to another one, and a submission that killed
three of them is reported (`distributed.scheduler.allowed-failures` in Dask's configuration).
"""

import contextlib
import threading

from checker.grade.grader import Grader
from checker.grade.report.graded import Graded

AHEAD = 3  # submissions a thread of the cluster that are on their way at once
WAIT = 30  # seconds for the scheduler to answer

_mine = threading.local()  # a grader is for one thread


def grade(address, submissions, *, options):
    """Grade `submissions` with the workers of the scheduler at `address`, in any order.

    Raises:
        LookupError: if Dask is not installed, or no scheduler or no worker is there.
    """
    try:
        from distributed import Client, as_completed
    except ImportError:
        raise LookupError("--scheduler needs Dask: pip install distributed") from None
    with contextlib.ExitStack() as stack:
        try:
            client = stack.enter_context(Client(address, timeout=WAIT, set_as_default=False))
            client.wait_for_workers(1, timeout=WAIT)
        except (OSError, TimeoutError, ValueError) as error:
            raise LookupError(f"{address}: no Dask scheduler with workers ({error}).") from None
        waiting = iter(submissions)
        names = {}

        def send():
            submission = next(waiting, None)
            if submission is None:
                return None
            # Each name is another task: Dask would do equal ones only once.
            future = client.submit(_grade, submission.with_content(), options, pure=False)
            names[future.key] = submission
            return future

        threads = sum(client.nthreads().values())
        first = [send() for _ in range(AHEAD * threads)]
        started = [future for future in first if future is not None]
        coming = as_completed(started, loop=client.loop)
        for future in coming:
            submission = names.pop(future.key)
            yield _outcome(future, submission)
            following = send()
            if following is not None:
                coming.add(following)


def _outcome(future, submission):
    error = future.exception()
    if error is None:
        return Graded.from_json(future.result())
    problem = f"the cluster could not grade it: {type(error).__name__}: {error}"
    return Graded(submission.name, submission.shown, problem=" ".join(problem.split()))


def _grade(submission, options):
    """What a worker does."""
    grader = getattr(_mine, "grader", None)
    if grader is None or grader.options != options:
        if grader is not None:
            grader.close()
        grader = _mine.grader = Grader(options)
    return grader.grade(submission).to_json()
