"""What several exercises of 23_databases use."""

from checker.chapters.databases import expect
from checker.engine import Limits
from checker.judge import observe
from checker.lab.postgresql.server import Database

REAL_SECONDS = 20  # the limit of a run: the server answers in real time


def observe_database(scene, answer, script, *args, call):
    """Run a scene with a new database.

    Args:
        scene: one of `checker.lab.scenes.databases`.
        script: SQL that fills the database, "" for none.
        args: what the scene gets besides the answer and the database.
        call: how a learner would write the call.
    """
    limits = Limits(real_seconds=REAL_SECONDS)
    run = observe(scene, answer, Database(script), *args, call=call, limits=limits)
    run.by_count = True
    expect.not_stuck(run)
    return run


def drawn_products(inputs, count):
    """`count` products, each a row (id, name, price); the ids are 1, 2, 3 …"""
    names = inputs.words(count)
    prices = inputs.sample(range(100, 900), count)
    return list(zip(range(1, count + 1), names, prices, strict=True))
