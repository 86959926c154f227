from checker.exercise import Exercise
from checker.judge import list_of_times, observe
from checker.lab.scenes import synchronization as scenes

move_money = Exercise(
    "move_money",
    kind="write",
    hints=[
        "Money goes from 1 to 2 and, at the same time, from 2 to 1. Which lock does each of the "
        "two take first?",
        "Which order of the two locks is the same, whichever way the money goes?",
        "When do you look whether there is enough: before you hold the lock, or behind it?",
    ],
)


def _accounts(inputs, count):
    """Accounts: number → balance. The numbers are in no order."""
    numbers = inputs.sample(range(1, 99), count)
    return {number: inputs.randint(40, 90) for number in numbers}


def _call(balances, moves):
    moved = ", ".join(f"{amount} from {source} to {target}" for source, target, amount in moves)
    when = " at the same time" if len(moves) > 1 else ""
    return f"move_money: {moved}{when}, where the accounts have {balances}"


def _observe(answer, balances, moves, begins=()):
    call = _call(balances, moves)
    if begins:
        call = call.replace("at the same time", f"at {list_of_times(begins)}")
    return observe(scenes.move_all, answer, balances, moves, begins, call=call)


def _observe_orders(answer, balances, moves, orders):
    call = _call(balances, moves)
    return observe(scenes.move_all, answer, balances, moves, call=call, schedules=orders)


def _ended_with(run, ends, expected):
    run.part("ends").equals(ends, expected, "it ended with {}", in_turn=True)


def _balances_are(run, balances):
    run.part("balances").equals(balances, seen="the balances are {}", in_turn=True)


@move_money.rule("The money is moved; if there is too little, ValueError, and nothing changes.")
def moved(answer, inputs):
    first, second = balances = _accounts(inputs, 2)
    for share in (0.5, 1):
        amount = int(balances[first] * share)
        run = _observe(answer, balances, [(first, second, amount)])
        _ended_with(run, ["moved"], "it to move the money")
        by_hand = not run.calls_of("bank")
        why = "The balance is changed by hand. In this bank, `book` changes it"
        run.check(not by_hand, "two bookings", "there was none", why=why)
        _balances_are(run, {first: balances[first] - amount, second: balances[second] + amount})
    too_much = balances[first] + 1
    run = _observe(answer, balances, [(first, second, too_much), (first, second, 1)])
    first_end = run.part("ends").value[0]
    run.check(
        first_end == "ValueError",
        "a ValueError",
        "none came out",
        in_turn=True,
        line=answer.line_with("balance"),
        why=f"{too_much} are to be moved, {balances[first]} are there, and no error comes out",
    )
    _ended_with(run, ["ValueError", "moved"], "a ValueError, and then a move")
    _balances_are(run, {first: balances[first] - 1, second: balances[second] + 1})


@move_money.rule("Several moves at once: nothing gets lost, and no balance goes below 0.")
def none_lost(answer, inputs):
    first, second, third = balances = _accounts(inputs, 3)
    most = balances[first]
    # Twice as much as there is, and some that goes on at once.
    moves = [(first, second, most), (first, third, most), (second, third, 7), (third, second, 3)]
    runs = _observe_orders(answer, balances, moves, 12)
    runs.ended()
    total = sum(balances.values())
    runs.check(
        lambda run: _sum(run) == total,
        f"{total} on all accounts together",
        lambda run: f"there is {_sum(run)}",
        shared="bank",
        shared_by="task",
    )
    runs.check(
        lambda run: _least(run) >= 0,
        "no balance below 0",
        lambda run: f"one is {_least(run)}",
        line=answer.line_with("balance"),
        why="What it sees there is old when it books, for another move has taken the money since",
    )


def _sum(run):
    return sum(run.result["balances"].values())


def _least(run):
    return min(run.result["balances"].values())


@move_money.rule("Two that go opposite ways, or in a circle, do not stop each other.")
def no_deadlock(answer, inputs):
    numbers = balances = _accounts(inputs, 3)
    first, second, third = numbers
    for moves in (
        [(first, second, 5), (second, first, 9)],
        [(first, second, 5), (second, third, 9), (third, first, 2)],
    ):
        runs = _observe_orders(answer, balances, moves, 8)
        runs.ended()
    # While two wait, the balances change places: an order that goes by them is none.
    first, second, third, fourth = numbers = inputs.sample(range(1, 99), 4)
    balances = dict(zip(numbers, (60, 55, 10, 10), strict=True))
    moves = [(second, third, 1), (first, fourth, 20), (first, second, 5), (second, first, 5)]
    _observe(answer, balances, moves, [0, 0, 0.5, 1.5]).ended()


@move_money.rule("From an account to itself nothing changes, and nothing hangs.")
def to_itself(answer, inputs):
    [number] = balances = _accounts(inputs, 1)
    run = _observe(answer, balances, [(number, number, 5)])
    _balances_are(run, balances)


@move_money.rule("Whoever holds both locks sees no money that is under way.")
def none_under_way(answer, inputs):
    balances = _accounts(inputs, 2)
    total = sum(balances.values())
    amount = inputs.randint(3, 9)
    looks = [0.3, 0.7, 1.2, 1.6, 2.3, 2.8, 3.4, 3.8]
    call = f"move_money there and back, where the accounts have {balances}; an auditor takes both "
    call += "locks, in the order of the numbers, and adds up"
    run = observe(scenes.move_audited, answer, balances, amount, looks, call=call)
    seen = run.value
    wrong = next((value for value in seen if value != total), None)
    run.check(
        wrong is None,
        f"{total} each time",
        f"there was {wrong} once",
        line=run.calls_of("bank").line,
        why="The money has left one account and has not come to the other, and one of the two "
        "locks is free",
    )


@move_money.rule("Nobody waits longer than needed: moves between other accounts not at all.")
def moved_together(answer, inputs):
    first, second, third, fourth = balances = _accounts(inputs, 4)
    moves = [(first, second, 5), (third, fourth, 6)]
    alone = _observe(answer, balances, moves[:1])
    run = _observe(answer, balances, moves)
    _ended_with(run, ["moved", "moved"], "it to move the money")
    run.at_least(2, "bank")
    run.took(alone.seconds)
    moves = [(first, second, 5), (first, second, 6)]
    run = _observe(answer, balances, moves, [0, 0.037])
    run.took(2 * alone.seconds, in_turn=True)
