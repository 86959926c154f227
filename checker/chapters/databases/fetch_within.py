from checker.chapters.databases import expect
from checker.chapters.databases.shared import observe_database
from checker.engine.values import short_repr
from checker.exercise import Exercise
from checker.lab.scenes import databases as scenes

fetch_within = Exercise(
    "fetch_within",
    kind="write",
    needs="PostgreSQL",
    hints=[
        "Which block from chapter 05 cancels what is inside, and what does it raise?",
        "When the time is over: is `pool.fetch` in your own task, or in one that goes on?",
        "Which exception means that the time is over, and which means that the query is wrong?",
    ],
)


PLENTY = 15  # real seconds: no query of these rules takes as long
TOO_FEW = 0.15  # real seconds for a query of three seconds


def _observe_within(scene, answer, query, seconds):
    call = f"fetch_within(pool, {query!r}, {seconds})"
    return observe_database(scene, answer, "", query, seconds, call=call)


@fetch_within.rule("It returns the rows of a query that is done in time.")
def within_rows(answer, inputs):
    first = inputs.randint(3, 90)
    query = f"select n from generate_series({first}, {first + 2}) n, pg_sleep(0.02)"
    run = _observe_within(scenes.within, answer, query, PLENTY)
    rows = run.part("rows").value
    seen = f"it returned {short_repr(rows, 80)}"
    expect.server_saw(run, run.part("are_records").value, "a list of records", seen)
    expect.same_data(run, "rows", [[first], [first + 1], [first + 2]])


@fetch_within.rule("When the time is over, it returns None, and the server has stopped the query.")
def within_stopped(answer, inputs):
    run = _observe_within(scenes.within, answer, "select pg_sleep(3)", TOO_FEW)
    expect.same_data(run, "rows", None)
    statements = run.part("log").value["statements"]
    goes_on = any(statement["status"] == "open" for statement in statements)
    expect.server_saw(run, not goes_on, "the query to be stopped", "it was not")
    serves_again = run.part("serves_again").value
    expected = "the connection to be back in the pool"
    expect.server_saw(run, serves_again, expected, "it is not", pool_kept=True)


@fetch_within.rule("An error of the query comes out.")
def within_error(answer, inputs):
    query = f"select {inputs.randint(2, 9)} / 0"
    run = _observe_within(scenes.failing, answer, query, PLENTY)
    expect.error_came_out(run, "DivisionByZeroError")
