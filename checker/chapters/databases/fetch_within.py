from checker.chapters.databases import expect
from checker.chapters.databases.shared import observe_database
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


def _observe_within(answer, query, seconds, scene=scenes.within):
    call = f"fetch_within(pool, {query!r}, {seconds})"
    return observe_database(scene, answer, "", query, seconds, call=call)


@fetch_within.rule("It returns the rows of a query that is done in time.")
def within_rows(answer, inputs):
    first = inputs.randint(3, 90)
    query = f"select n from generate_series({first}, {first + 2}) n, pg_sleep(0.02)"
    run = _observe_within(answer, query, 15)
    _, rows, records, _ = run.value
    expect.server_saw(run, records, "a list of records", repr(rows))
    expect.same_data(run, rows, [[first], [first + 1], [first + 2]])


@fetch_within.rule("When the time is over, it returns None, and the server has stopped the query.")
def within_stopped(answer, inputs):
    run = _observe_within(answer, "select pg_sleep(3)", 0.15)
    log, rows, _, again = run.value
    expect.same_data(run, rows, None)
    goes_on = any(s["status"] == "open" for s in log["statements"])
    expect.server_saw(run, not goes_on, "the query to be stopped", "it was not")
    expect.server_saw(
        run, again, "the connection to be back in the pool", "it is not", pool_kept=True
    )


@fetch_within.rule("An error of the query comes out.")
def within_error(answer, inputs):
    run = _observe_within(answer, f"select {inputs.randint(2, 9)} / 0", 15, scenes.failing)
    expect.came_out(run, run.part(1).value, "DivisionByZeroError")
