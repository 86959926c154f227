"""A run, moment by moment: where every task stands, what it waits for, what is printed so far."""

from html import escape

from checker import kernel
from checker.judge.expect import duration


class Player:
    """Steps through a run. In a live notebook with a slider, elsewhere as a list.

    Args:
        run: a `checker.engine.Run`.
    """

    def __init__(self, run):
        self.run = run
        self.moments = moments(run)

    def __repr__(self):
        return "\n".join(_text(moment) for moment in self.moments)

    def _repr_html_(self):
        from checker.show import chart, svg

        drawn = chart.chart(self.run)
        picture = svg.img(svg.svg(drawn), chart.summary(drawn))
        steps = "".join(
            f"<details><summary>{_head(m)}</summary>{_html(m)}</details>" for m in self.moments
        )
        return f"<div>{picture}</div><div>{steps}</div>"

    def _ipython_display_(self):
        if not kernel.live():
            raise NotImplementedError
        from IPython.display import display

        display(_widget(self))


def moments(run):
    """One entry for each time at which something changed: (seconds, [(task, state)], output)."""
    times = {0.0, run.took}
    for task in run.own_tasks:
        times |= {task.made_at, *(s.start for s in task.spans), *(s.end for s in task.spans)}
        times |= {task.ended_at} - {None}
    times |= {printed.at for printed in run.printed}
    return [
        (at, _states(run, at), _output(run, at)) for at in sorted(t for t in times if t <= run.took)
    ]


def _states(run, at):
    return [(t.name, _state(run, t, at)) for t in run.own_tasks if t.made_at <= at]


def _state(run, task, at):
    if task.ended_at is not None and task.ended_at <= at:
        return f"failed with {task.failure}" if task.failure else task.ended
    for span in task.spans:
        if span.start <= at < span.end:
            what = ", ".join(f"`{run.tasks[n].name}`" for n in span.on) or span.queue or span.what
            where = f"line {span.line}: " if span.line else ""
            verb = {"waits": "waits for", "runs": "works", "blocked": "holds the loop with"}
            return f"{where}{verb[span.state]} {what}".rstrip()
    return "ready"


def _output(run, at):
    return "".join(p.text for p in run.printed if p.at <= at and p.stream == "stdout")


def _head(moment):
    return f"at {duration(moment[0])}"


def _text(moment):
    _, states, output = moment
    lines = [_head(moment), *(f"  {name}: {state}" for name, state in states)]
    return "\n".join([*lines, *(f"  | {line}" for line in output.splitlines())])


def _html(moment):
    _, states, output = moment
    rows = "".join(
        f"<tr><td style='text-align: left'><b>{escape(n)}</b></td>"
        f"<td style='text-align: left'>{escape(s)}</td></tr>"
        for n, s in states
    )
    return f"<table>{rows}</table><pre>{escape(output)}</pre>"


def _widget(player):
    import ipywidgets

    last = len(player.moments) - 1
    slider = ipywidgets.IntSlider(min=0, max=last, description="moment")
    shown = ipywidgets.HTML(f"<b>{_head(player.moments[0])}</b>{_html(player.moments[0])}")

    def move(change):
        moment = player.moments[change["new"]]
        shown.value = f"<b>{_head(moment)}</b>{_html(moment)}"

    def step(by):
        made = ipywidgets.Button(description="Back" if by < 0 else "Step")
        made.on_click(lambda _: setattr(slider, "value", min(max(slider.value + by, 0), last)))
        return made

    slider.observe(move, "value")
    return ipywidgets.VBox([ipywidgets.HBox([step(-1), step(1), slider]), shown])
