from checker.chapters.keeping_the_loop_free.shared import reported_exactly
from checker.exercise import Exercise
from checker.judge import observe
from checker.lab.fakes.blocking import Delays
from checker.lab.scenes import keeping_the_loop_free as scenes

guard = Exercise(
    "guard",
    kind="write",
    hints=[
        "Nobody awaits a callback. Who hears of its exception, and how do you become that?",
        "`get_exception_handler()` tells who it was before. When do you need to know?",
        "`main()` may fail. Which block runs however it ends, and lets its error go on?",
    ],
)


def _observe_guard(scene, answer, texts, seconds):
    """Run a scene in which callbacks fail with these texts, within so many seconds."""
    call = f"guard(main, report), where three callbacks fail in {seconds:g} s"
    return observe(scene, answer, Delays(), seconds, texts, call=call)


@guard.rule("While `main()` runs, each exception that reaches the loop's handler is reported.")
def guard_reports(answer, inputs):
    takes_two = observe(scenes.handler_called, answer, Delays(), call="guard(main, report)")
    takes_two.whole.equals(
        None,
        "a handler that can be called with the loop and a context",
        "{}",
        line=answer.line_with("set_exception_handler("),
        why="The loop calls its handler with two arguments, itself and the context",
    )
    texts = inputs.words(3)
    [seconds] = inputs.odd_seconds(1)
    run = _observe_guard(scenes.guarded, answer, texts, seconds)
    run.check(
        answer.line_with("set_exception_handler") or run.calls_of("report").texts,
        f"{len(texts)} reports",
        "there was none",
        why="The exception of a callback comes to no `await`: only the loop's handler hears it",
        line=answer.line_with("except ") or answer.line_with("main()"),
    )
    reported_exactly(run, [f"report({text!r})" for text in texts])


@guard.rule("The result of `main()` is returned, or its error comes out and is not reported.")
def guard_result(answer, inputs):
    texts = inputs.words(3)
    [seconds] = inputs.odd_seconds(1)
    run = _observe_guard(scenes.guarded, answer, texts, seconds)
    run.returned(seconds)
    run = _observe_guard(scenes.guarded_failing, answer, texts, seconds)
    error = run.part("raised").value
    seen = f"{error} came out" if error else "it returned"
    run.check(
        error == "LookupError('no page')",
        "LookupError: no page to be raised",
        seen,
        why=None if error else "The error of `main()` is caught, and does not come out",
        line=None if error else answer.line_with("except "),
    )
    run.part("reports").equals(texts, f"reports of {', '.join(texts)}", "it reported {}")


@guard.rule("Afterwards the handler from before is set again, however `main()` has ended.")
def guard_restores(answer, inputs):
    for end in ("returns", "fails", "is cancelled"):
        call = f"guard(main, report), where main() {end}"
        run = observe(scenes.handler_after, answer, Delays(), end, call=call)
        run.whole.equals(
            True,
            "the handler from before",
            "it is not back",
            why="The handler from before is not set again on every way out",
            line=answer.line_with("set_exception_handler(None)")
            or answer.line_with("set_exception_handler("),
        )


@guard.rule("A context without an exception is not reported, and does no harm.")
def guard_without_exception(answer, inputs):
    call = "guard(main, report), where the handler gets {'message': 'no more memory'}"
    run = observe(scenes.guarded_without_exception, answer, Delays(), call=call)
    reports = ", ".join(map(str, run.part("reports").value))
    run.check(
        not reports,
        "no report without an exception",
        f"it reported {reports}",
        why="It reports without asking whether there is an exception",
        line=answer.line_with("report("),
    )
    error = run.part("handler_raised").value
    why = "A context need not have an `exception`: ask with `context.get`"
    line = answer.line_with("context[")
    seen = f"the handler raised {error}"
    run.check(error is None, "a handler that works", seen, why=why, line=line)
