"""Scenes of `22_web_clients`: the web server that an answer asks, and what it saw; and what is
drawn for them.

As in `scenes`, they stand in the lab because they run beside the answer. A scene closes over
nothing, and returns plain data: what came of the answer, and the server's report.
"""

import asyncio
import gc

from checker.engine import Service
from checker.lab.network.web import Page

MOMENT = 0.01  # seconds; until the server has heard what the client did last


def drawn_pages(inputs, count, short=False, **others):
    """Pages with names and delays that are drawn; `others`: number of a page → what it is."""
    names = inputs.words(count)
    delays = [round(s / 20 if short else s, 3) for s in inputs.odd_seconds(count)]
    pages = {name: Page(delay) for name, delay in zip(names, delays, strict=True)}
    return pages | {names[int(number[1:])]: page for number, page in others.items()}


def halves(inputs, least, most):
    """Seconds between the two, in steps of a half, and a bit."""
    return inputs.randint(2 * least, 2 * most) / 2 + 0.124


class Jitter(Service):
    """`jitter(most)`: seconds from 0 to `most`, drawn beforehand: `shares` of it, in turn."""

    name = "jitter"

    def __init__(self, shares):
        self._shares = list(shares)
        self._next = 0

    def fresh(self):
        return Jitter(self._shares)

    def __call__(self, most):
        with self.call(f"jitter({most:g})"):
            self._next += 1
            return most * self._shares[(self._next - 1) % len(self._shares)]

    def __repr__(self):
        return "jitter"


async def with_session(answer, web, *args):
    """Hand over a session that finds the server's pages by their paths."""
    async with web, web.session() as session:
        value = await answer(session, *args)
        return [value, web.report() | {"closed": session.closed}]


async def with_session_and_after(answer, web, *args):
    """The same, a moment after the answer has ended, well or not."""
    async with web, web.session() as session:
        try:
            value = await answer(session, *args)
        finally:
            await asyncio.sleep(MOMENT)
        return [value, web.report() | {"closed": session.closed}]


async def with_url(answer, web, *args):
    """Hand over the server's address; the answer makes its session itself."""
    async with web:
        value = await answer(web.url, *args)
        await asyncio.sleep(MOMENT)
        return [value, web.report()]


async def with_url_and_error(answer, web, *args):
    """ "raised TimeoutError", say, or "returned". Nothing of the answer is held then."""
    async with web:
        try:
            await answer(web.url, *args)
            ended = "returned"
        except Exception as error:
            ended = f"raised {type(error).__name__}"
        gc.collect(1)  # an error may hold the frames that it came through, in a circle
        return ended
