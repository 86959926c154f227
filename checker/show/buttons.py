"""The buttons under a verdict: Play, Hint, Solution, Other right answers, Next.

Everything that they show is in the output itself: folded away, and a script of their own makes
buttons of it. So they work without widgets and without a kernel. Where no script runs, as in a
notebook that was opened again and is not trusted, one unfolds it; what Play does is typed there.
"""

import json
import secrets
from html import escape
from pathlib import Path

from IPython.display import display

from checker import exercise, kernel
from checker.exercise import find
from checker.files import headings, store
from checker.files.notebooks import NotebookError
from checker.judge.verdict import Verdict
from checker.show import arrive, code, page, player
from checker.show.picture import chart, svg

MOST_PLAYED = 200_000  # bytes of a run that is put into the output; a larger one is typed for
_SCRIPT = Path(__file__).with_name("buttons.js")


def show(verdict: Verdict) -> None:
    """Display a verdict with its buttons.

    Raises:
        NotImplementedError: where nobody can click, so that IPython shows the verdict alone.
    """
    if not kernel.live():
        raise NotImplementedError
    following = next_exercise(verdict.exercise) if verdict.passed else None
    text = [repr(verdict)]
    if following:
        text.append(f"  {'next':11}  {following.id}, in {following.chapter}.ipynb")
    if verdict.passed and verdict.kind != "predict" and _right_answers(verdict.exercise)[1:]:
        text.append(f"  {'also right':11}  `solution({verdict.exercise})` shows other answers")
    bundle = {"text/plain": "\n".join(text), "text/html": html(verdict, following)}
    display(bundle, raw=True)


def next_exercise(after):
    """The first exercise after the one with this id that is not solved, in reading order, or None.

    If all that follow are solved, it is the first unsolved one of the course.
    """
    results = store.store().all()
    found = exercise.exercises()
    place = [one.id for one in found].index(after) + 1
    for one in found[place:] + found[:place]:
        if one.id != after and not (one.id in results and results[one.id].solved):
            return one
    return None


def html(verdict, following=None):
    """The HTML of a verdict with its buttons.

    Args:
        following: the `Exercise` that a solved one leads to, or None.
    """
    place = f"help-{secrets.token_hex(8)}"
    played = _play(verdict)
    # "</script>" and "<!--" mean something to a browser, even in a text.
    shown = json.dumps({"exercise": verdict.exercise, "play": played}).replace("<", "\\u003c")
    script = _SCRIPT.read_text(encoding="utf-8") + arrive.script()
    playing = player.script() if played else "const start = null;"
    begin = (
        f'const place = document.getElementById("{place}");\n'
        f"stand(place, {shown}, start);\n"
        f'arrive(place.querySelectorAll("a"));'
    )
    return (
        f'<div id="{place}">{page.html(verdict, helped=True)}'
        f'<div style="margin-top: 6px">{folded(verdict)}{_next(following)}</div></div>'
        f"<script>(() => {{\n{playing}\n{script}\n{begin}\n}})();</script>"
    )


def _next(following):
    if following is None:
        return ""
    heading = headings.of_exercise(following.chapter, following.id)
    target = escape(headings.link(following.chapter, heading))
    return f'<a data-next href="{target}">Next: {escape(following.id)}</a>'


def folded(verdict):
    """Hints and answers, folded away; `buttons.js` makes buttons of them where scripts run."""
    asked, answers = find(verdict.exercise), _right_answers(verdict.exercise)
    if verdict.passed and verdict.kind == "predict":
        return _answers("Why", answers[:1])
    if verdict.passed:
        others = [pair for pair in answers if pair[1].strip() != verdict.source.strip()]
        return _answers(f"Other right answers ({len(others)})", others)
    many = len(asked.hints)
    hints = [
        f"<details data-hint><summary>Hint {number} of {many}</summary>{page.code(text)}</details>"
        for number, text in enumerate(asked.hints, 1)
    ]
    tried = verdict.cause != "not_attempted"
    return "".join(hints) + _answers("Solution" if tried else "Solution anyway", answers[:1])


def _answers(label, answers):
    shown = "".join(f"<p>{page.code(why)}</p>{code.pre(source)}" for why, source in answers)
    return f"<details data-answers><summary>{label}</summary>{shown}</details>" if shown else ""


def _right_answers(exercise_id):
    from checker.learner import help as learner_help

    try:
        return learner_help.right_answers(find(exercise_id))
    except NotebookError:  # `solution` says what is wrong with the file
        return []


def _play(verdict):
    """What `buttons.js` gives the player: the picture and the run; None if there is no run, or it
    is too large.
    """
    if verdict.played is None or verdict.passed:
        return None
    made = player.Player(verdict.played, verdict.source)
    drawn = chart.chart(verdict.played)
    picture = svg.img(svg.svg(drawn), chart.summary(drawn)) if drawn.rows else ""
    found = {"picture": picture, "run": player.data(made, drawn)}
    return found if len(json.dumps(found)) <= MOST_PLAYED else None
