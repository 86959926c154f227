from checker.chapters.databases import expect
from checker.chapters.databases.shared import observe_database
from checker.exercise import Exercise
from checker.lab.scenes import databases as scenes

move_stock = Exercise(
    "move_stock",
    kind="repair",
    needs="PostgreSQL",
    shipped="several_transactions",
    hints=[
        "Between the two updates the program may fail. What is stored then?",
        "`pool.execute` takes any connection that is free. A transaction belongs to which one?",
        "Between your `select` and your `update` another task may change the shelf. Who can "
        "subtract at the very moment of the update?",
    ],
)


def _observe_move(answer, inputs, more, taken_from=None):
    """Move all that is on the first of three shelves to the second, and `more` than that.

    Args:
        more: a number of pieces; with -3, three stay, and with 1, there is one too few.
        taken_from: the shelf from which another client takes a piece meanwhile: 0 for the source,
            1 for the target, None if nobody does.

    Returns:
        the run, and what is to be on the shelves at the end, as a dict: name → stock.
    """
    names = inputs.words(3)
    source, target, _ = names
    before = dict(zip(names, inputs.sample(range(20, 60), 3), strict=True))
    count = before[source] + more
    call = f"move_stock(pool, {source!r}, {target!r}, {count}), where {source!r} has "
    call += str(before[source])
    args = [list(before.items()), source, target, count]
    scene = scenes.moved
    after = dict(before)
    if taken_from is not None:
        shelf = names[taken_from]
        call += f", while somebody else takes 1 from {shelf!r}"
        args.insert(1, shelf)
        scene = scenes.moved_meanwhile
        after[shelf] -= 1
    run = observe_database(scene, answer, scenes.SHELVES, *args, call=call)
    if count <= before[source]:
        after[source] -= count
        after[target] += count
    return run, dict(sorted(after.items()))


def _shelves_have(run, wanted, together=False, at_once=False):
    shelves = run.part("shelves").value
    expect.server_saw(
        run,
        shelves == wanted,
        f"{wanted} on the shelves",
        f"there are {shelves}",
        together=together,
        at_once=at_once,
    )


@move_stock.rule("What leaves one shelf arrives on the other, in one transaction.")
def moved_together(answer, inputs):
    run, wanted = _observe_move(answer, inputs, -inputs.randint(3, 9))
    _shelves_have(run, wanted)
    expect.one_transaction(run)
    expect.all_given_back(run)


@move_stock.rule("If the first shelf has too little, nothing changes, and the error comes out.")
def moved_nothing(answer, inputs):
    run, wanted = _observe_move(answer, inputs, 1)
    if not run.has_returned:  # an error of the answer's own
        run.raised("CheckViolationError")
    _shelves_have(run, wanted, together=True)
    expect.error_came_out(run, "CheckViolationError")
    expect.all_given_back(run)


@move_stock.rule("What somebody else takes from either shelf meanwhile stays taken.")
def moved_meanwhile(answer, inputs):
    for shelf in (0, 1):
        run, wanted = _observe_move(answer, inputs, -inputs.randint(3, 9), shelf)
        error = run.part("outcome").value.get("raised")
        expect.server_saw(run, error is None, "the move to be done", f"it raised {error}")
        _shelves_have(run, wanted, at_once=True)
        expect.locks_were_kept(run)
