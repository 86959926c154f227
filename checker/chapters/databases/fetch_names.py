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


def _observe_names(answer, inputs, together=False):
    size = inputs.randint(2, 3)
    numbers = inputs.sample(range(1, 41), 5)
    call = f"fetch_names(pool, {numbers}), with a pool of {size}"
    script = scenes.NAMES.format(size=size * together, count=len(numbers) * together)
    return observe_database(scenes.fetched, answer, script, size, numbers, call=call), size, numbers


@fetch_names.rule("It returns the names in the order of the numbers.")
def names_in_order(answer, inputs):
    run, _, numbers = _observe_names(answer, inputs)
    expect.same_data(run, run.part(1).value, [f"product {n}" for n in numbers])


@fetch_names.rule("As many queries go on at once as the pool has connections.")
def names_at_once(answer, inputs):
    run, size, _ = _observe_names(answer, inputs, together=True)
    most = run.part(0).value["busy_most"]
    waited = run.part(3).value
    expect.server_saw(run, most >= size, f"{size} at once", f"never more than {most}", overlap=True)
    expected = "the next query as soon as a connection is free"
    seen = "the next ones waited until all before them were done"
    expect.server_saw(run, not waited, expected, seen, overlap=True, rounds=True)


@fetch_names.rule("No other connection is opened, and all are given back.")
def names_given_back(answer, inputs):
    run, size, _ = _observe_names(answer, inputs)
    opened = run.part(0).value["connections"]
    free = run.part(2).value
    expect.server_saw(run, opened <= size, f"{size} connections", f"{opened} were opened")
    expect.server_saw(run, free is not None, "a pool to go on with", "it was closed")
    expect.all_back(run, free, size)
