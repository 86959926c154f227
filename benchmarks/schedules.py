"""How soon a race is found, and what another order costs beside a run in the usual one."""

import time

from checker.engine import observe
from checker.judge import Unmet
from checker.judge import observe as ask
from tests.support import racing
from tests.support.answers import answer

ORDERS = 200


def main():
    """Print for each race: the first order that shows it, the share that does, and what 200 cost.

    The cost is given in seconds and as a multiple of 200 runs in the usual order.
    """
    print(f"{'race':18} {'first':>5} {'share':>6} {'all':>8} {'ratio':>6}")
    for name, (source, expect, args) in racing.RACES.items():
        made = answer(source)
        started = time.perf_counter()
        try:
            expect(ask(made, *args, schedules=ORDERS))
            order = None
        except Unmet as unmet:
            order = unmet.order
        took = time.perf_counter() - started
        started = time.perf_counter()
        for _ in range(ORDERS):
            observe(made.function, *args)
        usual = time.perf_counter() - started
        share = order.failing / ORDERS if order and order.failing else 0
        first = order.number if order else "-"
        print(f"{name:18} {first:>5} {share:6.1%} {took:6.2f} s {took / usual:5.1f} x")


if __name__ == "__main__":
    main()
