"""`python -m checker grade`: grade what was handed in, show how far it is, write the results."""

import contextlib
import hashlib
import platform
import sys
import tempfile
from pathlib import Path

from tqdm import tqdm

from checker.grade import cluster, local, submissions
from checker.grade.report import pages, tables
from checker.grade.report.journal import Journal
from checker.grade.report.tally import Tally
from checker.grade.sandbox import SandboxMissing

INTERRUPTED = 130  # the exit status of a program that Ctrl-C ended
SHOWN = 5  # causes and exercises in the summary


def run(paths, *, output=None, folder=None, resume=False, workers=None, scheduler=None, options):
    """Grade, and print a summary.

    Args:
        paths: files, folders and zip files.
        output: the file for the grades; its ending says which of `tables.WRITERS` makes it. None
            for a table on the terminal.
        folder: where feedback pages go, or None for none.
        resume: go on with a grading that did not come to its end.
        workers: processes on this machine; None for one on each core.
        scheduler: the address of a Dask scheduler that has the workers instead.
        options: `Options` of the graders.

    Returns the exit status: 0 if all was graded or reported, 130 after Ctrl-C.

    Raises:
        LookupError: if a path, the ending of `output`, the sandbox or the cluster is not there.
    """
    if output is not None and Path(output).suffix.lower() not in tables.WRITERS:
        kinds = ", ".join(tables.WRITERS)
        raise LookupError(f"{output}: the grades go to a file that ends in one of {kinds}.")
    if resume and output is None:
        raise LookupError("--resume needs the -o that the grading began with.")
    try:
        return _run(paths, output, folder, resume, workers, scheduler, options)
    except (submissions.Unreadable, SandboxMissing) as error:
        raise LookupError(str(error)) from error


def _run(paths, output, folder, resume, workers, scheduler, options):
    handed_in = submissions.find(paths)
    if not handed_in:
        raise LookupError(f"There is no notebook in {', '.join(map(str, paths))}.")
    with contextlib.ExitStack() as stack:
        if output is None:
            kept = Path(stack.enter_context(tempfile.TemporaryDirectory()), "grades")
        else:
            kept = Path(f"{output}.part")
            kept.parent.mkdir(parents=True, exist_ok=True)
        journal = Journal(kept, course_digest(options.rules), resume)
        stack.enter_context(contextlib.closing(journal))
        journal.keep_only(submission.name for submission in handed_in)
        left = [one for one in handed_in if not _is_graded(one, journal)]
        if scheduler is None:
            coming = local.grade(left, jobs=workers, options=options)
        else:
            coming = cluster.grade(scheduler, left, options=options)
        stack.enter_context(contextlib.closing(coming))
        try:
            _collect(coming, journal, folder, len(handed_in))
        except KeyboardInterrupt:
            how = " Add --resume to go on." if output is not None else ""
            done = f"{len(journal)} of {len(handed_in)}"
            print(f"\nStopped when {done} were graded.{how}", file=sys.stderr)
            return INTERRUPTED
        _finish(journal, output, folder)
        journal.close(delete=True)
    return 0


def _is_graded(submission, journal):
    if submission.name not in journal:
        return False
    try:
        return journal.has(submission.name, submissions.digest(submission.load()))
    except submissions.Unreadable:
        return False


def _collect(coming, journal, folder, total):
    bar = tqdm(
        coming,
        initial=len(journal),
        total=total,
        unit=" submissions",
        disable=not sys.stderr.isatty(),
        smoothing=0.1,
    )
    for graded in bar:
        if folder is not None:
            pages.write_page(folder, graded)
            for one in graded.exercises:
                one.page = ""  # the journal stays small
        journal.add(graded)


def _finish(journal, output, folder):
    tally = Tally()
    for graded in journal:
        tally.add(graded)
        if output is None:
            print(_line(graded))
    if folder is not None:
        pages.write_overview(folder, journal, tally)
    if output is not None:
        tables.WRITERS[Path(output).suffix.lower()](output, journal)
    print("\n".join(summary(tally, output, folder)))


def _line(graded):
    if graded.problem:
        return f"{graded.name}: {graded.problem}"
    failed = [f"{one.id} ({one.cause})" for one in graded.exercises if not one.passed]
    words = ", ".join(failed) if failed else "all solved"
    return f"{graded.name}: {graded.points} of {graded.max_points}; {words}"


def summary(tally, output, folder):
    """What an instructor wants to know first, in lines."""
    lines = []
    if tally.problems and output is not None:
        lines += [f"{name}: {problem}" for name, problem in tally.problems]
    graded = tally.submissions - len(tally.problems)
    lines.append(f"{graded} of {tally.submissions} were graded.")
    for sandbox, number in sorted(tally.sandboxes.items()):
        lines.append(f"Shut in by {sandbox}: {number}.")
    for one in tally.hardest[:SHOWN]:
        causes = ", ".join(f"{n} {cause}" for cause, n in one.causes.most_common(SHOWN))
        lines.append(f"{one.id}: {one.solved} of {one.solved + one.failed} solved it ({causes}).")
    if output is not None:
        lines.append(f"The grades are in {output}.")
    if folder is not None:
        lines.append(f"The feedback is in {Path(folder) / pages.OVERVIEW}.")
    return lines


def course_digest(rules=None):
    """What grades depend on besides the submissions: the course, its rules and this Python."""
    import checker

    found = hashlib.sha256(platform.python_version().encode())
    root = Path(checker.__file__).parent
    files = [root / "shipped.json", *root.rglob("*.py")]
    for path in [*sorted(files), *sorted(Path(rules).rglob("*.py") if rules else ())]:
        if "tests" not in path.relative_to(path.anchor).parts:
            found.update(path.read_bytes())
    return found.hexdigest()
