"""Scenes of `09_gather_wait_as_completed`: who cancels the answer.

They stand in the lab because they run beside the answer. A scene closes over nothing, and returns
plain data.
"""

from checker.lab.fakes.callers import ending


async def cancelled_at(answer, moment, *args):
    """Call the answer with these arguments, and cancel it after `moment` seconds.

    Returns:
        "cancelled": whether CancelledError came out of it; if not, "result": what it returned.
    """
    return await ending(answer(*args), moment)
