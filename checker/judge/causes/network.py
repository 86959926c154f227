"""How causes show in what a server saw, and in what a client complains of.

As in `ending`, a function returns None, or what it saw.
"""

from checker.judge.causes import forgotten
from checker.judge.causes.case import begins
from checker.judge.unmet import Connections, Left, PiledUp


def resource_leaked(case):
    """Something is still open; aiohttp says so when a session that nobody closed is destroyed."""
    seen = forgotten.resource_leaked(case)
    unclosed = next((c for c in case.run.complaints if c.startswith("Unclosed ")), None)
    if seen or unclosed is None or not isinstance(case.unmet, (Left, Connections)):
        return seen
    line = case.line_with("ClientSession(") or case.usual_line()
    return f"{unclosed}: {case.at(line)}, opens it, and nothing closes it.", line


def not_reused(case):
    """More connections than the rule allows, though the requests did not need them at once."""
    unmet = case.unmet
    if not isinstance(unmet, Connections) or unmet.opened <= unmet.most:
        return None
    text = f"{unmet.opened} connections were opened for {unmet.requests} requests"
    asked = case.line_with(".get(") or case.line_with(".request(")
    if asked and case.run.peak("web") > 1:
        text += ". Requests that are under way at the same time cannot share one"
        return f"{text}: {case.at(asked)}.", asked
    made = case.line_with("ClientSession(") or case.line_with("aiohttp.request(")
    line = made or case.usual_line()
    return f"{text}; {unmet.most} will do. Look at {case.at(line)}.", line


def piled_up(case):
    """More waits in memory than the rule allows, because the reader is slower."""
    if not isinstance(case.unmet, PiledUp):
        return None
    if case.unmet.why:
        line = case.line()
        return f"{case.unmet.why}: {case.at(line)}.", line
    line = case.line_with(".write") or case.usual_line()
    where = case.at(line)
    advice = "Wait until the reader has caught up."
    if ".writelines(" in where:  # https://github.com/python/cpython/issues/127655
        advice += " After `writelines`, `drain` does not wait on some Pythons: use `write`."
    return f"{begins(where)}, goes on however much is waiting. {advice}", line
