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
    shown = ", ".join(map(repr, lines))
    call = f"run_lines(lines, pool, show), where the lines are {shown}"
    return observe_database(scenes.typed, answer, scenes.SLOW, lines, patient, call=call)


@run_lines.rule("The rows of each query are shown, as a list of tuples.")
def lines_shown(answer, inputs):
    a, b, c = inputs.sample(range(2, 90), 3)
    run = _observe_lines(answer, [f"select {a}, 'a'", f"values ({b}), ({c})"])
    expect.showed(run, run.part(1).value, [[(a, "a")], [(b,), (c,)]])
    came = len(run.part(0).value["statements"])
    expect.server_saw(run, came == 2, "two queries over the pool", f"{came} came over it")


@run_lines.rule("Each is run as soon as it comes, and a slow one does not hold up the next.")
def lines_overlap(answer, inputs):
    number = inputs.randint(2, 90)
    slow = f"select {number} from slow()"
    quick = f"select {number + 1}"
    run = _observe_lines(answer, [f"select {number}", quick], patient=True)
    early = run.part(2).value
    expect.server_saw(run, early, "both lines to be read", "they were not")
    shown, asked = early
    expected = "the rows of the first before the second is typed"
    seen = "nothing was shown by then"
    expect.server_saw(run, shown == 1, expected, seen, unasked=not asked)
    run = _observe_lines(answer, [slow, quick])
    first = run.part(1).value[:1]
    right = [[(number + 1,)]]
    expect.server_saw(
        run, first == right, "the quick one first", f"{first} came first", overlap=True
    )


@run_lines.rule("An error is shown as `error: …`, and the others go on.")
def lines_errors(answer, inputs):
    run = _observe_lines(answer, ["select 1 / 0", f"select {(number := inputs.randint(2, 90))}"])
    expect.showed(run, run.part(1).value, ["error: division by zero", [(number,)]])


@run_lines.rule("It returns when every line has been answered.")
def lines_ended(answer, inputs):
    run = _observe_lines(answer, ["select 1, pg_sleep(0.05) is null", "select 2"])
    many = len(run.part(1).value)
    expect.server_saw(run, many == 2, "two results", f"{many} had been shown")
    run.left_nothing_behind()
