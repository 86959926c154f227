"""The buttons under a verdict, in a live notebook."""

from IPython.display import display

from checker import kernel
from checker.judge.verdict import Verdict


def show(verdict: Verdict) -> None:
    """Display a verdict with its buttons.

    Raises:
        NotImplementedError: where nobody can click, so that IPython shows the verdict alone.
    """
    if not kernel.live():
        raise NotImplementedError
    bundle = {"text/plain": repr(verdict), "text/html": verdict._repr_html_()}
    display(bundle, raw=True)
    if not verdict.passed:
        display(_buttons(verdict.exercise))


def _buttons(exercise):
    import ipywidgets

    from checker.learner.help import hint, solution

    answer = ipywidgets.HTML()

    def button(name, help_):
        made = ipywidgets.Button(description=name, layout=ipywidgets.Layout(width="auto"))

        def clicked(_):
            # What a click raises is shown nowhere, so it is shown here.
            try:
                answer.value = help_()._repr_html_()
            except Exception as error:
                answer.value = f"{type(error).__name__}: {error}"

        made.on_click(clicked)
        return made

    row = [
        button("Hint", lambda: hint(exercise)),
        button("Solution", lambda: solution(exercise)),
        button("Solution anyway", lambda: solution(exercise, anyway=True)),
    ]
    return ipywidgets.VBox([ipywidgets.HBox(row), answer])
