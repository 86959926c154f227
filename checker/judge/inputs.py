"""The seeded source of an exercise's inputs: drawn, so that a constant cannot pass; and the same
each time until the answer's source changes, so that a verdict can be worked on.
"""

import hashlib
import heapq
import random
from collections.abc import Iterable

_WORDS = (
    *("home", "news", "shop", "help", "team", "blog", "maps", "mail", "jobs"),
    *("docs", "chat", "port", "wiki", "beta", "live"),
)
_NAMES = (
    *("Ada", "Ben", "Cleo", "Dan", "Eva", "Finn", "Gus", "Hana", "Ida", "Jan"),
    *("Kim", "Lea", "Max", "Nia", "Ole", "Pia"),
)


class Inputs(random.Random):
    """A random source with the words and times of this course's exercises."""

    def words(self, count: int) -> list[str]:
        """`count` different short words, such as names of pages."""
        return self.sample(_WORDS, count)

    def name(self) -> str:
        """A first name."""
        return self.choice(_NAMES)

    def seconds(self, count: int, least: int = 1, most: int = 9) -> list[int]:
        """`count` different whole numbers of seconds, from `least` to `most`; the largest comes
        second.

        An answer that starts its first wait alone, or waits for the last alone, would otherwise go
        unnoticed.
        """
        drawn = self.sample(range(least, most + 1), count)
        if count > 1:
            longest = drawn.index(max(drawn))
            drawn[1], drawn[longest] = drawn[longest], drawn[1]
        return drawn

    def odd_seconds(self, count: int) -> list[float]:
        """As `seconds(count)`, but long and with odd fractions: a guess or a poll does not hit
        them.
        """
        return [5 * whole + 0.374 for whole in self.seconds(count)]


def inputs_for(exercise: str, rule: str, source: str) -> Inputs:
    """The source of inputs for one rule of one answer: a function of these three texts alone, the
    id of the exercise, the sentence of the rule, and the answer's source.
    """
    seed = hashlib.sha256("\0".join((exercise, rule, source)).encode()).digest()
    return Inputs(int.from_bytes(seed[:8], "big"))


def shortest(seconds: Iterable[float], places: int) -> float:
    """Seconds until the last of some works has ended, if the next begins when a place is free.

    Args:
        seconds: how long each takes, in the order in which they begin.
        places: how many can go on at once.
    """
    free = [0.0] * places
    for each in seconds:
        heapq.heapreplace(free, free[0] + each)
    return round(max(free), 3)
