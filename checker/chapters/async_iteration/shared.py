"""What several exercises of 11_async_iteration use."""

from checker.judge.compare import same
from checker.judge.unmet import Closed


def is_closed(run, service):
    """The stream that the scene has handed over was closed when the answer returned.

    A stream that was not begun has nothing to clean up, so it need not be closed.

    Args:
        service: the name of the service whose stream it was, "source" or "machine".
    """
    opened = [call for call in run.calls_of(service) if call.what == f"{service}.open()"]
    if run.value["closed"] or not opened:
        return
    expected = f"the {service} to be closed by then"
    raise Closed(
        run,
        expected,
        "it stood open",
        opened=opened[0],
        fault="nobody has closed it by then",
        stream=service,
    )


def line_of_item(run, wanted):
    """The line that gave the first item that differs from `wanted`; None if items are missing, or
    the scene could not see it."""
    seen, lines = run.value["items"], run.value["lines"]
    for number, item in enumerate(seen):
        if number >= len(wanted) or not same([item], [wanted[number]]):
            return lines[number]
    return None


def gave(run, wanted):
    """These items came, in this order; else the line is named that gave the first wrong one."""
    run.part("items").returned(wanted, line=line_of_item(run, wanted))
