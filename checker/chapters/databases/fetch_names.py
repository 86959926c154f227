from checker.chapters.databases import expect
from checker.chapters.databases.shared import observe_database
from checker.exercise import Exercise
from checker.lab.scenes import databases as scenes

fetch_names = Exercise(
    "fetch_names",
    kind="repair",
    needs="PostgreSQL",
    shipped="raised",
    hints=[
        "How many queries can one connection carry at a time?",
        "For how long does a task need a connection: for all the queries, or for its own?",
        "What does `pool.fetchval` do before and after the query?",
    ],
)


def _drawn_numbers(inputs):
    """The size of a pool, and the numbers of more products than that."""
    size = inputs.randint(2, 3)
    return size, inputs.sample(range(1, 41), 5)


def _observe_names(answer, size, numbers, together=False):
    """Fetch the names; with `together`, the first queries wait until as many are under way as the
    pool has connections.
    """
    call = f"fetch_names(pool, {numbers}), with a pool of {size}"
    script = scenes.names_script(size, len(numbers)) if together else scenes.names_script()
    run = observe_database(scenes.fetched, answer, script, size, numbers, call=call)
    run.check(
        "slow_name" not in str(run.run.failure or ""),  # only the pool's connections know it
        "queries over connections of the pool",
        "another connection was opened",
        line=answer.line_with("connect("),
        why="A connection that you open yourself is none of the pool's",
        may_raise=True,
    )
    return run


@fetch_names.rule("It returns the names in the order of the numbers.")
def names_in_order(answer, inputs):
    size, numbers = _drawn_numbers(inputs)
    run = _observe_names(answer, size, numbers)
    expect.same_data(run, "names", [f"product {number}" for number in numbers])


@fetch_names.rule("As many queries go on at once as the pool has connections.")
def names_at_once(answer, inputs):
    size, numbers = _drawn_numbers(inputs)
    run = _observe_names(answer, size, numbers, together=True)
    most = run.part("log").value["busy_most"]
    expect.server_saw(run, most >= size, f"{size} at once", f"never more than {most}", overlap=True)
    expected = "the next query as soon as a connection is free"
    seen = "the next ones waited until all before them were done"
    waited = run.part("waited").value
    expect.server_saw(run, not waited, expected, seen, overlap=True, rounds=True)


@fetch_names.rule("No other connection is opened, and all are given back.")
def names_given_back(answer, inputs):
    size, numbers = _drawn_numbers(inputs)
    run = _observe_names(answer, size, numbers)
    opened = run.part("log").value["connections"]
    expected = f"no more than the {size} connections of the pool"
    expect.server_saw(run, opened <= size, expected, f"{opened} were opened")
    still_open = run.part("free").value is not None
    expect.server_saw(run, still_open, "a pool to go on with", "it was closed")
    expect.all_given_back(run, size)
