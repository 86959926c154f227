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


def _observe_guard(scene, answer, inputs):
    texts = inputs.words(3)
    seconds = inputs.odd_seconds(1)[0]
    call = f"guard(main, report), where three callbacks fail in {seconds:g} s"
    return observe(scene, answer, Delays(), seconds, texts, call=call), texts, seconds


@guard.rule("While `main()` runs, each exception that reaches the loop's handler is reported.")
def guard_reports(answer, inputs):
    run, texts, _ = _observe_guard(scenes.guarded, answer, inputs)
    reported_exactly(run, [f"report({text!r})" for text in texts])


@guard.rule("The result of `main()` comes out, or its error, which is not reported.")
def guard_result(answer, inputs):
    run, _, seconds = _observe_guard(scenes.guarded, answer, inputs)
    run.returned(seconds)
    run, texts, _ = _observe_guard(scenes.guarded_failing, answer, inputs)
    run.part(0).equals("LookupError('no page')", "LookupError: no page", "{} came out")
    run.part(1).equals(texts, f"reports of {texts}", "it reported {}")


@guard.rule("Afterwards the handler from before is back, also if `main()` has failed.")
def guard_restores(answer, inputs):
    for error in (None, "no page"):
        call = f"guard(main, report), where main() {'fails' if error else 'returns'}"
        run = observe(scenes.handler_after, answer, Delays(), error, call=call)
        heard, back = run.value
        why = "Not on every way out is the handler from before set again"
        right = back and heard == ["afterwards"]
        run.check(right, "the handler from before", "it is not back", why=why)


@guard.rule("What reaches the handler without an exception is not reported, and does no harm.")
def guard_without_exception(answer, inputs):
    call = "guard(main, report), where the handler gets {'message': 'no more memory'}"
    run = observe(scenes.guarded_without_exception, answer, Delays(), call=call)
    heard, broken = run.value
    run.check(
        not heard, "no report without an exception", f"it reported {', '.join(map(str, heard))}"
    )
    why = "A context need not have an `exception`: ask with `context.get`"
    run.check(not broken, "a handler that works", f"the handler raised {broken}", why=why)
