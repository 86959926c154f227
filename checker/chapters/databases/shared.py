"""What several exercises of 23_databases use."""

from checker.chapters.databases import expect
from checker.engine import Limits
from checker.judge import observe
from checker.lab.postgresql.server import Database


def observe_database(scene, answer, script, *args, call):
    """Run a scene with a new database, which the script fills."""
    limits = Limits(real_seconds=20)
    run = observe(scene, answer, Database(script), *args, call=call, limits=limits)
    run.by_count = True
    return expect.not_stuck(run)


def drawn_products(inputs, count):
    """`count` products, each a row (id, name, price)."""
    names = inputs.words(count)
    prices = inputs.sample(range(100, 900), count)
    return [(n + 1, names[n], prices[n]) for n in range(count)]
