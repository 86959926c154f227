"""A verdict as HTML: the words, the picture of the run, and what is folded away."""

from html import escape

from checker.files import headings
from checker.judge.verdict import Verdict
from checker.show import words

_GOOD, _BAD, _QUIET = "#1b7f5c", "#b4531a", "#5f6b7a"
_MARKS = {"holds": ("✓", _GOOD), "broken": ("✗", _BAD), "open": ("○", _QUIET)}


def html(verdict: Verdict, linked: bool = True, helped: bool = False) -> str:
    """The HTML of a verdict; it reads well in light and dark, with styles of its own only.

    Args:
        linked: whether the chapters are beside it, so that links to them lead somewhere.
        helped: hints and a solution stand below it, so that nobody need type for them.
    """
    colour = _GOOD if verdict.passed else _QUIET if verdict.cause == "not_attempted" else _BAD
    parts = [
        f'<div style="border-left: 4px solid {colour}; padding: 2px 12px; max-width: 760px">',
        f"<div><b>{code(words.headline(verdict))}</b></div>",
    ]
    if verdict.cause != "not_attempted":
        parts += [_rule(mark, text) for mark, text in words.rules(verdict)]
    folded, typed = [], []
    for label, value in words.details(verdict):
        if label in ("your code", "it printed"):
            folded.append((label, value))
        elif label == "the server":
            parts.append(_row("the server received", "") + f"<pre>{escape(value)}</pre>")
        elif label == "read again" and linked:
            parts.append(_row(label, value, link=True))
        elif label == words.CLOSER:
            typed.append(f"<div data-typed>{_row(label, value)}</div>")
        elif label == words.STUCK:
            typed += [] if helped else [_row(label, value)]
        else:
            parts.append(_row(label, value))
    if not verdict.server:  # else that is the picture
        parts.append(_picture(verdict))
    parts += [
        f"<details><summary>{escape(label)}</summary><pre>{escape(value)}</pre></details>"
        for label, value in folded
    ]
    return "".join([*parts, *typed, "</div>"])


def _rule(mark, text):
    sign, colour = _MARKS[mark]
    return (
        f'<div><span role="img" aria-label="{mark}" title="{mark}" style="background: {colour}; '
        f'color: #fff; border-radius: 3px; padding: 0 4px; font-weight: bold">{sign}</span> '
        f"{code(text)}</div>"
    )


def _row(label, value, link=False):
    shown = code(value)
    if label == "the cause":
        shown = f"<b>{shown}</b>"
    if link:
        chapter, _, heading = value.partition(": ")
        shown = f'<a href="{escape(headings.link(chapter, heading))}">{shown}</a>'
    name = f'<span style="opacity: 0.7">{escape(label)}: </span>' if label else ""
    return f'<div style="margin: 3px 0">{name}{shown}</div>'


def code(text):
    """HTML: escaped, with what stands in back-quotes as code."""
    parts = escape(text).split("`")
    if len(parts) % 2 == 0:
        return escape(text)
    return "".join(f"<code>{p}</code>" if i % 2 else p for i, p in enumerate(parts))


def _picture(verdict):
    run = verdict.run
    if run is None or verdict.cause == "not_attempted" or not run.tasks:
        return ""
    from checker.show.picture import chart, svg

    whose = "you said" if verdict.kind == "predict" else "expected"
    run = verdict.played if verdict.played and run.took == 0 else run
    drawn = chart.chart(run, verdict.expected_seconds, whose, verdict.predicted)
    picture = svg.img(svg.svg(drawn, found=verdict.found), chart.outline(drawn, verdict.line))
    return f'<div style="margin: 6px 0">{picture}</div>'
