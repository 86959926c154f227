from checker.exercise import Exercise
from checker.judge import observe
from checker.lab.scenes import threads as scenes

transfer = Exercise(
    "transfer",
    kind="repair",
    shipped="deadlock",
    is_async=False,
    hints=[
        "Two threads have one lock each. Which one does each of them want next?",
        "If all took their locks in the same order, could two of them still wait for each other?",
        "`source` and `target` swap their roles. What do accounts have that never changes?",
    ],
)


def _drawn_accounts(inputs, count):
    """`count` accounts: number → cents that are on it."""
    return {number: inputs.randint(50, 99) * 10 for number in inputs.sample(range(1, 90), count)}


def _observe_transfers(answer, amounts, orders):
    """Run transfers (source, target, cents) in threads; no money is lost."""
    listed = ", ".join(f"{cents} from {source} to {target}" for source, target, cents in orders)
    call = f"transfers in threads: {listed}"
    run = observe(scenes.transferred, answer, amounts, orders, call=call)
    after = {f"account_{number}": cents for number, cents in amounts.items()}
    for source, target, cents in orders:
        after[f"account_{source}"] -= cents
        after[f"account_{target}"] += cents
    line = answer.line_with("source, target =") or answer.line_with("target, source =")
    turned = line and sum(run.value.values()) == sum(after.values())
    backwards = {name: 2 * amounts[int(name.split("_")[1])] - n for name, n in after.items()}
    run.check(
        turned or run.value != backwards,
        f"{after} in the end",
        f"there was {run.value}",
        line=answer.line_with(".write("),
        why="The money goes from the target to the source",
    )
    run.whole.equals(
        after,
        f"{after} in the end",
        "there was {}",
        shared="account",
        line=line if turned else None,
        why="From here on, `source` may be the account that gets the money" if turned else None,
    )
    return run


@transfer.rule("Transfers in opposite directions, or in a circle, come to their end.")
def transfer_ends(answer, inputs):
    amounts = _drawn_accounts(inputs, 3)
    a, b, c = amounts
    _observe_transfers(answer, amounts, [(a, b, 70), (b, a, 30)])
    _observe_transfers(answer, amounts, [(b, a, 70), (a, b, 30)])
    alike = dict.fromkeys(amounts, amounts[a])  # an order by what is on them would be none
    _observe_transfers(answer, alike, [(a, b, 70), (b, a, 30)])
    _observe_transfers(answer, amounts, [(a, b, 70), (b, c, 20), (c, a, 10)])


@transfer.rule("No money is lost where two transfers meet at one account.")
def transfer_exact(answer, inputs):
    amounts = _drawn_accounts(inputs, 3)
    a, b, c = amounts
    _observe_transfers(answer, amounts, [(a, b, 70), (c, b, 30)])
    _observe_transfers(answer, amounts, [(a, b, 70), (a, c, 30)])


@transfer.rule("Transfers that share no account do not wait for each other.")
def transfer_overlaps(answer, inputs):
    amounts = _drawn_accounts(inputs, 4)
    a, b, c, d = amounts
    alone = _observe_transfers(answer, amounts, [(a, b, 70)])
    both = _observe_transfers(answer, amounts, [(a, b, 70), (c, d, 30)])
    line = answer.line_with("with ") if answer.line_with("Lock(") else None
    why = "One lock for all transfers makes each wait for every other one" if line else None
    both.took(round(alone.seconds + scenes.A_LITTLE, 3), line=line, why=why)
