from checker.chapters.databases import expect
from checker.chapters.databases.shared import observe_database
from checker.exercise import Exercise
from checker.lab.scenes import databases as scenes

run_lines = Exercise(
    "run_lines",
    kind="build",
    needs="PostgreSQL",
    hints=[
        "Who reads the next line while a query is still running?",
        "Who waits for the queries that are still running when the last line has come?",
        "If one query fails inside a group, what happens to the others? Where must its error stop?",
    ],
)


def _observe_lines(answer, lines, patient=False):
    """Type these lines; a `patient` typist reads what each shows before the next."""
    listed = ", ".join(map(repr, lines))
    call = f"run_lines(lines, pool, show), where the lines are {listed}"
    return observe_database(scenes.typed, answer, scenes.SLOW, lines, patient, call=call)


def _showed(run, wanted):
    """Exactly this was shown, in any order."""
    shown = run.part("shown").value
    same = sorted(map(repr, shown)) == sorted(map(repr, wanted))
    expect.server_saw(run, same, repr(wanted), f"it showed {shown!r}")


@run_lines.rule("The rows of each query are shown, as a list of tuples.")
def lines_shown(answer, inputs):
    a, b, c = inputs.sample(range(2, 90), 3)
    run = _observe_lines(answer, [f"select {a}, 'a'", f"values ({b}), ({c})"])
    _showed(run, [[(a, "a")], [(b,), (c,)]])
    came = len(run.part("log").value["statements"])
    expect.server_saw(run, came == 2, "two queries over the pool", f"{came} came over it")


@run_lines.rule("Each is run as soon as it comes, and a slow one does not hold up the next.")
def lines_overlap(answer, inputs):
    number = inputs.randint(2, 90)
    slow = f"select {number} from slow()"
    quick = f"select {number + 1}"
    _runs_as_it_comes(answer, f"select {number}", quick)
    run = _observe_lines(answer, [slow, quick])
    first = run.part("shown").value[:1]
    expect.server_saw(
        run,
        first == [[(number + 1,)]],
        "the rows of the quick one first",
        f"{first[0]} came first" if first else "nothing was shown",
        overlap=True,
    )


def _runs_as_it_comes(answer, first, second):
    """The rows of the first line are shown before the second is typed."""
    run = _observe_lines(answer, [first, second], patient=True)
    before_last = run.part("before_last").value
    read = before_last is not None
    expect.server_saw(run, read, "both lines to be read", "the second was never asked for")
    expect.server_saw(
        run,
        before_last["shown"] == 1,
        "the rows of the first before the second is typed",
        "nothing was shown by then",
        unasked=not before_last["asked"],
    )


@run_lines.rule("An error is shown as `error: …`, and the others go on.")
def lines_errors(answer, inputs):
    number = inputs.randint(2, 90)
    run = _observe_lines(answer, ["select 1 / 0", f"select {number}"])
    _showed(run, ["error: division by zero", [(number,)]])


@run_lines.rule("It returns when every line has been answered.")
def lines_ended(answer, inputs):
    run = _observe_lines(answer, ["select 1, pg_sleep(0.05) is null", "select 2"])
    shown = len(run.part("shown").value)
    expect.server_saw(run, shown == 2, "two results before it returns", f"{shown} had been shown")
    run.left_nothing_behind()
