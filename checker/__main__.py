"""`python -m checker COMMAND`: the course on the command line."""

import argparse
import os
import sys
from pathlib import Path

from checker.engine import private
from checker.files.notebooks import NotebookError


def main(arguments=None):
    """Run one command, `progress` if none is named.

    Returns the exit code: 0 if all is well, 1 if something is not right in the course or an answer,
    2 if the command could not be done.
    """
    for stream in (sys.stdout, sys.stderr):
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(errors="replace")  # not every terminal has a ✓
    options = _parser().parse_args(arguments)
    if line := private.untested():
        print(f"checker: {line}", file=sys.stderr)
    try:
        result = options.run(options) or 0
        sys.stdout.flush()
        return result
    except BrokenPipeError:  # whoever read it, such as `head`, has seen enough
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 1
    except (LookupError, NotebookError, PermissionError) as error:
        if isinstance(error, (KeyError, IndexError)):
            raise  # a fault of ours, which needs its traceback
        print(f"checker: {error}", file=sys.stderr)
        return 2


def _parser():
    parser = argparse.ArgumentParser(prog="python -m checker", description="The asyncio course.")
    parser.set_defaults(run=_progress)
    commands = parser.add_subparsers(metavar="COMMAND")

    def command(name, run, text):
        added = commands.add_parser(name, help=text, description=text)
        added.set_defaults(run=run)
        return added

    chapter = "such as 03_tasks, tasks or 03"
    one = command("list", _list, "List the exercises.")
    one.add_argument("chapter", nargs="?", help=f"{chapter}; all if left out")
    one = command("prove", _prove, "Show that the course agrees with itself.")
    one.add_argument("chapter", nargs="?", help=f"{chapter}; all if left out")
    one.add_argument("--update", action="store_true", help="store the outputs and shipped.json")
    one = command("reset", _reset, "Renew a chapter; yours is kept beside it.")
    one.add_argument("chapter", help=chapter)
    one.add_argument("--from", dest="source", metavar="FOLDER", help="another copy of the course")
    command("progress", _progress, "Show what is done and what is next.")
    one = command("update", _update, "Bring in a newer course; chapters you edited stay.")
    one.add_argument("folder", nargs="?", help="the newer copy; git's upstream if left out")
    one = command("check", _check, "Check the answers in one notebook.")
    one.add_argument("notebook", help=f"its path, or a chapter, {chapter}")
    one.add_argument("--watch", action="store_true", help="check it again each time it is saved")
    one = command("grade", _grade, "Grade what a class has handed in.")
    one.add_argument("paths", nargs="+", metavar="PATH", help="a notebook, a folder or a zip file")
    one.add_argument("-o", dest="output", metavar="FILE", help="the grades: .csv, .json or .xml")
    one.add_argument("--pages", metavar="FOLDER", help="a page of feedback for each submission")
    one.add_argument("--resume", action="store_true", help="go on after a crash or Ctrl-C")
    one.add_argument("--jobs", type=_number, metavar="N", help="processes; one a core if left out")
    one.add_argument("--scheduler", metavar="ADDRESS", help="have a Dask cluster do the work")
    timeout = "real seconds that one submission may take (60)"
    one.add_argument("--timeout", type=_seconds, default=60.0, metavar="S", help=timeout)
    one.add_argument("--rules", metavar="FOLDER", help="with exercises of your own")
    one.add_argument("--require-sandbox", action="store_true", help="refuse to grade without one")
    return parser


def _number(text):
    number = int(text)
    if number < 1:
        raise argparse.ArgumentTypeError("it is at least 1")
    return number


def _seconds(text):
    seconds = float(text)
    if not 0 < seconds < float("inf"):
        raise argparse.ArgumentTypeError("it is more than 0")
    return seconds


def _list(options):
    from checker import exercise

    names = [exercise.chapter_name(options.chapter)] if options.chapter else exercise.CHAPTERS
    for name in names:
        found = exercise.exercises(name)
        points = sum(one.max_points for one in found)
        print(f"{name}: {_count(len(found), 'exercise')}, {_count(points, 'point')}")
        width = max((len(one.id) for one in found), default=0)
        for one in found:
            rule = one.rules[0].text if one.rules else "Predict what the program does."
            points = _count(one.max_points, "point")
            print(f"  {one.id:<{width}}  {one.kind:<7}  {points:<9} {rule}")


def _count(number, word):
    return f"{number} {word}{'' if number == 1 else 's'}"


def _prove(options):
    from checker import exercise
    from checker.maintain import prove

    chapter = exercise.chapter_name(options.chapter) if options.chapter else None
    return prove.main(chapter, options.update)


def _reset(options):
    from checker.files import shipped

    print(shipped.reset(options.chapter, source=options.source))


def _progress(options):
    from checker.files import store
    from checker.show.progress import Progress

    # Not `store.store()`: that is in memory where no person's notebook asks.
    kept = store.Store(store.default_path())
    results = kept.all()
    print(Progress(results, kept.news()))


def _update(options):
    from checker.files import update

    print("\n".join(update.update(options.folder)))


def _check(options):
    from checker.grade import terminal

    path = _notebook(options.notebook)
    return terminal.watch(path) if options.watch else terminal.check(path)


def _notebook(text):
    """The path of a notebook that is named by it, or as a chapter of the course."""
    from checker import exercise
    from checker.files import notebooks

    if Path(text).exists() or text.endswith(".ipynb"):
        return text
    try:
        return str(notebooks.notebooks_dir() / f"{exercise.chapter_name(text)}.ipynb")
    except LookupError:
        return text


def _grade(options):
    from checker.grade import Options, command

    kept_from_them = [*options.paths, *filter(None, (options.output, options.pages, options.rules))]
    return command.run(
        options.paths,
        output=options.output,
        folder=options.pages,
        resume=options.resume,
        workers=options.jobs,
        scheduler=options.scheduler,
        options=Options(
            timeout=options.timeout,
            require_sandbox=options.require_sandbox,
            pages=options.pages is not None,
            hide=tuple(kept_from_them),
            rules=options.rules,
        ),
    )


if __name__ == "__main__":
    sys.exit(main())
