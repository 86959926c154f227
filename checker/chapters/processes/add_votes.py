from dataclasses import dataclass

from checker.exercise import Exercise
from checker.judge import observe
from checker.lab.fakes.processes import UNLOCKED, Work
from checker.lab.scenes import processes as scenes

add_votes = Exercise(
    "add_votes",
    kind="repair",
    shipped="race",
    is_async=False,
    hints=[
        "`total.value += x` is three steps. What happens if another process comes in after the "
        "first one?",
        "Which lock comes to every process together with the number? `total.get_lock()` gives it.",
        "What must stand inside `with total.get_lock():`, and what need not wait there?",
    ],
)


GAP = 1  # seconds that it takes to read the number, and to write it
LATER = 0.11  # seconds by which the votes of one process take longer than those of the one before


@dataclass(frozen=True)
class _Votes:
    """The votes of some processes.

    Attributes:
        shares: the votes of each process.
        seconds: vote → seconds that it takes to work on it.
    """

    shares: list[list[int]]
    seconds: dict[int, float]

    @property
    def points(self):
        """The points of all votes together."""
        return sum(vote * vote for vote in self.seconds)


def _drawn_votes(inputs, processes, each):
    """`each` votes for each of so many processes.

    A vote takes every process about as long, so that they want the number shortly after one
    another. If they wanted it at the same moment, chance would say which of them is first.
    """
    votes = inputs.sample(range(2, 60), processes * each)
    least = inputs.choice([15.374, 20.374])
    shares = [votes[start : start + each] for start in range(0, len(votes), each)]
    seconds = {}
    for place, share in enumerate(shares):
        seconds |= dict.fromkeys(share, least + LATER * place)
    return _Votes(shares, seconds)


def _observe_votes(answer, votes):
    processes = len(votes.shares)
    if processes == 1:
        call = f"add_votes(total, work, {votes.shares[0]}) in one process"
    else:
        call = f"add_votes(total, work, votes) in {processes} processes, with the votes "
        call += ", ".join(map(str, votes.shares))
    return observe(scenes.added, answer, Work(votes.seconds), votes.shares, GAP, call=call)


def _all_points(run, votes):
    """All points are there. Of a wrong number it says only whether it is too small: which points
    are lost depends on the threads.
    """
    points = run.value
    run.check(
        points == votes.points,
        f"{votes.points} points",
        "there were fewer" if points < votes.points else "there were more",
        line=next((c.line for c in run.calls_of("total") if c.method == "write"), None),
        in_turn=True,
        shared="total",
        shared_by="process",
    )


@add_votes.rule("No vote is lost, however many processes add at once.")
def votes_kept(answer, inputs):
    for processes in (2, 3):
        votes = _drawn_votes(inputs, processes, 2)
        run = _observe_votes(answer, votes)
        _all_points(run, votes)
        run.calls_of("total").never(
            UNLOCKED,
            "changes under the lock of `total`",
            "it was changed without it",
            why="Any other lock is another one in each process",
        )


@add_votes.rule("In one process, each vote is worked on once.")
def votes_once(answer, inputs):
    votes = _drawn_votes(inputs, 1, 3)
    run = _observe_votes(answer, votes)
    _all_points(run, votes)
    run.called("work", *(f"work({vote})" for vote in votes.seconds))


@add_votes.rule("The processes compute at the same time; only adding takes turns.")
def votes_computed_at_once(answer, inputs):
    votes = _drawn_votes(inputs, 3, 2)
    run = _observe_votes(answer, votes)
    run.ended()
    peak = run.calls_of("work").peak
    run.check(peak == 3, "3 calls of work at once", f"{peak} at once")
    computing = 2 * max(votes.seconds.values())
    adding = len(votes.seconds) * 2 * GAP  # each process may wait for the two others each time
    run.took(computing + adding, limit=True)
