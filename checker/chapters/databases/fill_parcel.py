from checker.chapters.databases import expect
from checker.chapters.databases.shared import observe_database
from checker.exercise import Exercise
from checker.lab.scenes import databases as scenes

fill_parcel = Exercise(
    "fill_parcel",
    kind="write",
    needs="PostgreSQL",
    hints=[
        "How do you get rows one by one, without all of them being sent?",
        "What must be open around a cursor?",
        "How many rows does a cursor ask for at once if you do not say? When do you leave?",
    ],
)


ITEMS = 1500
SPARE = 50  # rows that may be fetched besides those that it must look at


def _observe_parcel(answer, inputs, all_fit=False):
    """Fill a parcel in which about a hundred items have room, or all of them.

    Returns:
        the run, and the ids of the items that fit.
    """
    weights = [inputs.randint(1, 9) for _ in range(ITEMS)]
    fitting = ITEMS if all_fit else inputs.randint(90, 130)
    limit = sum(weights[:fitting])
    if not all_fit:  # there is room for some more, but the next one is heavier than any parcel
        limit += 20
        weights[fitting] = limit + 1
    call = f"fill_parcel(connection, {limit}), with {ITEMS:,} items"
    run = observe_database(scenes.parcel, answer, scenes.ITEMS, weights, limit, call=call)
    return run, list(range(1, fitting + 1))


@fill_parcel.rule("It returns the ids of the first items that fit, or of all.")
def parcel_filled(answer, inputs):
    for all_fit in (False, True):
        run, ids = _observe_parcel(answer, inputs, all_fit)
        expect.same_data(run, "ids", ids)


@fill_parcel.rule(
    "At most 50 rows more are fetched than it must look at, and no transaction is open at the end."
)
def parcel_streamed(answer, inputs):
    run, ids = _observe_parcel(answer, inputs)
    must_look_at = len(ids) + 1  # the first that does not fit, too
    most = must_look_at + SPARE
    sent = sum(statement["rows"] for statement in run.part("log").value["statements"])
    seen = f"the server sent {sent:,}"
    expect.server_saw(run, sent <= most, f"at most {most} rows", seen, rows_needed=must_look_at)
    expect.transaction_over(run)
