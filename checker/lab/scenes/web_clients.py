"""Scenes of `22_web_clients`: the web server that an answer asks, and what it saw.

They stand in the lab because they run beside the answer. A scene closes over nothing, and returns
plain data.
"""

import asyncio
import gc

from checker.engine import Service

MOMENT = 0.01  # seconds; until the server has heard what the client did last


class Jitter(Service):
    """`jitter(most)`: seconds from 0 to `most`.

    Args:
        shares: which share of `most` each call returns, in turn, from the beginning again when
            there are no more.
    """

    name = "jitter"

    def __init__(self, shares):
        self._shares = list(shares)
        self._calls = 0

    def fresh(self):
        return Jitter(self._shares)

    def __call__(self, most):
        with self.call(f"jitter({most:g})"):
            share = self._shares[self._calls % len(self._shares)]
            self._calls += 1
            return most * share

    def __repr__(self):
        return "jitter"


async def with_session(answer, web, *args):
    """Hand over a session that finds the server's pages by their paths.

    Returns:
        "result": what the answer returned; "server": what the server reports; "session_closed":
        whether the answer has closed the session.
    """
    async with web, web.session() as session:
        result = await answer(session, *args)
        return {"result": result, "server": web.report(), "session_closed": session.closed}


async def with_session_and_after(answer, web, *args):
    """As `with_session`; the scene goes on for a moment when the answer has ended, well or not."""
    async with web, web.session() as session:
        try:
            result = await answer(session, *args)
        finally:
            await asyncio.sleep(MOMENT)
        return {"result": result, "server": web.report(), "session_closed": session.closed}


async def with_url(answer, web, *args):
    """Hand over the server's address; the answer makes its session itself.

    Returns:
        "result": what the answer returned; "server": what the server reports.
    """
    async with web:
        result = await answer(web.url, *args)
        await asyncio.sleep(MOMENT)
        return {"result": result, "server": web.report()}


async def with_url_and_error(answer, web, *args):
    """How the answer ended, given the server's address: "raised TimeoutError", say, or "returned".

    Nothing of the answer is held then.
    """
    async with web:
        try:
            await answer(web.url, *args)
            ended = "returned"
        except Exception as error:
            ended = f"raised {type(error).__name__}"
        gc.collect(1)  # an error may hold the frames that it came through, in a circle
        return ended
