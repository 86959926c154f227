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


def _observe_parcel(answer, inputs, much=False):
    weights = [inputs.randint(1, 9) for _ in range(1500)]
    fit = len(weights) if much else inputs.randint(90, 130)
    limit = sum(weights[:fit])
    call = f"fill_parcel(connection, {limit}), with 1,500 items"
    run = observe_database(scenes.parcel, answer, scenes.ITEMS, weights, limit, call=call)
    return run, list(range(1, fit + 1))


@fill_parcel.rule("It returns the ids of the first items that fit, or of all.")
def parcel_filled(answer, inputs):
    for much in (False, True):
        run, wanted = _observe_parcel(answer, inputs, much)
        expect.same_data(run, run.part(1).value, wanted)


@fill_parcel.rule("At most 50 rows more are fetched than it looks at, and the transaction is over.")
def parcel_streamed(answer, inputs):
    run, wanted = _observe_parcel(answer, inputs)
    log, _, closed = run.value
    sent = sum(s["rows"] for s in log["statements"])
    looked_at = len(wanted) + 1
    expected = f"at most {looked_at + 50} rows"
    seen = f"the server sent {sent:,}"
    expect.server_saw(run, sent <= looked_at + 50, expected, seen, rows_needed=looked_at)
    expect.is_over(run, closed)
