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


def _observe_move(answer, inputs, more, meanwhile=()):
    """Move all that is there and `more`; `meanwhile`: 0 or 1, from which shelf one is taken."""
    a, b, c = inputs.words(3)
    left = dict(zip((a, b, c), inputs.sample(range(20, 60), 3), strict=True))
    shelves = list(left.items())
    one = (a, b, left[a] + more)
    taken = [(a, b)[which] for which in meanwhile]
    call = f"move_stock(pool, {a!r}, {b!r}, {one[2]}), where {a!r} has {left[a]}"
    call += "".join(f", while somebody else takes 1 from {shelf!r}" for shelf in taken)
    scene = scenes.moved_meanwhile if taken else scenes.moved
    run = observe_database(scene, answer, scenes.SHELVES, shelves, *taken, *one, call=call)
    moved = one[2] if more < 0 else 0
    for shelf, count in ((a, -moved), (b, moved), *((shelf, -1) for shelf in taken)):
        left[shelf] += count
    return run, [left[name] for name in sorted(left)]


def _shelves_have(run, wanted, together=False, at_once=False):
    there = run.part(2).value
    expect.server_saw(
        run,
        there == wanted,
        f"{wanted} on the shelves",
        f"there are {there}",
        together=together,
        at_once=at_once,
    )


@move_stock.rule("What leaves one shelf arrives on the other, in one transaction.")
def moved_together(answer, inputs):
    run, wanted = _observe_move(answer, inputs, -inputs.randint(3, 9))
    expect.same_data(run, run.part(2).value, wanted, "on the shelves: ")
    expect.one_transaction(run)
    expect.all_back(run, run.part(3).value)


@move_stock.rule("If the first shelf has too little, nothing changes, and the error comes out.")
def moved_nothing(answer, inputs):
    run, wanted = _observe_move(answer, inputs, 1)
    _shelves_have(run, wanted, together=True)
    expect.came_out(run, run.part(1).value, "CheckViolationError")
    expect.all_back(run, run.part(3).value)


@move_stock.rule("What somebody else takes from either shelf meanwhile stays taken.")
def moved_meanwhile(answer, inputs):
    for which in (0, 1):
        run, wanted = _observe_move(answer, inputs, -inputs.randint(3, 9), [which])
        how, what = run.part(1).value
        expect.server_saw(run, how == "returned", "the move to be done", f"it raised {what}")
        _shelves_have(run, wanted, at_once=True)
        expect.kept_locks(run)
