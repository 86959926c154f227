"""How causes show in what a server saw, and in what a client complains of.

As in `evidence`, a function returns None, or what it saw.
"""

from checker.judge import evidence
from checker.judge.evidence import begins


def resource_leaked(case):
    """Something is still open; aiohttp says so when a session that nobody closed is destroyed."""
    seen = evidence.resource_leaked(case)
    unclosed = next((c for c in case.run.complaints if c.startswith("Unclosed ")), None)
    if seen or unclosed is None or case.kind not in ("left", "connections"):
        return seen
    line = case.answer.line_with("ClientSession(") or case.answer.usual_line()
    return f"{unclosed}: {case.at(line)}, opens it, and nothing closes it.", line


def not_reused(case):
    """More connections than the rule allows, though the requests did not need them at once."""
    if case.kind != "connections" or case.data["opened"] <= case.data["most"]:
        return None
    made = case.answer.line_with("ClientSession(") or case.answer.line_with("aiohttp.request(")
    line = made or case.answer.usual_line()
    text = f"{case.data['opened']} connections were opened for {case.data['requests']} requests"
    return f"{text}; {case.data['most']} will do. Look at {case.at(line)}.", line


def piled_up(case):
    """More waits in memory than the rule allows, because the reader is slower."""
    if case.kind != "piled":
        return None
    line = case.answer.line_with(".write") or case.answer.usual_line()
    where = case.at(line)
    advice = "Wait until the reader has caught up."
    if ".writelines(" in where:  # https://github.com/python/cpython/issues/127655
        advice += " After `writelines`, `drain` does not wait on some Pythons: use `write`."
    return f"{begins(where)}, goes on however much is waiting. {advice}", line
