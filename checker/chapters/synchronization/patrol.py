from checker.exercise import Exercise
from checker.judge import observe
from checker.lab.fakes.turns import Turns
from checker.lab.scenes import synchronization as scenes

patrol = Exercise(
    "patrol",
    kind="rewrite",
    shipped="busy_waiting",
    hints=[
        "What does the task await while it pauses, and what could it await instead, that ends when "
        "`stop` is set?",
        "The pause is over when `stop` is set or when `every` seconds have passed. Which block "
        "ends a wait after so many seconds?",
        "A TimeoutError may also come from `visit`. What must stand in the `try`, and what not?",
    ],
)


def _observe(answer, visit, every, stopped_at, cancelled_at=None):
    when = f"stop is set at {stopped_at:g} s" if stopped_at is not None else "stop is never set"
    if cancelled_at is not None:
        when = f"it is cancelled at {cancelled_at:g} s"
    call = f"patrol(visit, {every}, stop), where {when} and {visit}"
    return observe(scenes.start_patrol, answer, visit, every, stopped_at, cancelled_at, call=call)


@patrol.rule("It visits, waits `every` seconds, visits again, and returns how often it did.")
def visits_made(answer, inputs):
    every = inputs.randint(4, 9)
    many = inputs.randint(6, 8)
    visit = Turns("visit", [(1.25, None)])
    stopped_at = many * (every + 1.25) + 0.5  # within a visit
    run = _observe(answer, visit, every, stopped_at)
    run.ended()
    early = run.seconds < stopped_at
    run.check(not early, "it to go on until `stop` is set", f"it ended at {run.seconds:g} s")
    run.check(
        len(run.calls_of("visit")) != 1,
        "many visits",
        "there was one",
        in_turn=True,
        line=answer.line_with(".wait"),
        why="After the first visit nothing comes until `stop` is set",
    )
    run.called_at("visit", [round(n * (every + 1.25), 6) for n in range(many + 1)])
    run.returned(many + 1)


@patrol.rule("If `stop` is set in a pause, it ends at that moment.")
def stops_at_once(answer, inputs):
    every = inputs.randint(20, 40)
    many = inputs.randint(6, 8)
    visit = Turns("visit", [(1.25, None)])
    stopped_at = round(many * (every + 1.25) - every * 0.813, 3)
    run = _observe(answer, visit, every, stopped_at)
    run.took(stopped_at)
    run.returned(many)
    run.left_nothing_behind()


@patrol.rule("A visit is never cut short; after `stop`, no other one begins.")
def visit_goes_on(answer, inputs):
    every = inputs.randint(4, 9)
    visit = Turns("visit", [(20.5, None)])
    stopped_at = every + 20.5 + 3
    run = _observe(answer, visit, every, stopped_at)
    run.called("visit", "visit()", "visit()")
    run.returned(2)
    run.took(2 * 20.5 + every)
    run.left_nothing_behind()
    run = _observe(answer, visit, every, 0)
    run.ended()
    visits = run.calls_of("visit")
    why = "`stop` was set before the first visit"
    seen = f"there were {len(visits)}" if len(visits) > 1 else "there was one"
    run.check(not visits, "no visit", seen, line=visits.line, why=why)
    run.returned(0)
    run.took(0)


@patrol.rule("An error of `visit` comes out, even if it is a TimeoutError.")
def visit_fails(answer, inputs):
    every = inputs.randint(4, 9)
    for kind, text in (("OSError", "no door"), ("TimeoutError", "the door is stuck")):
        visit = Turns("visit", [(1, None), (2, f"{kind}: {text}")])
        run = _observe(answer, visit, every, every + 90)
        run.raised(kind, text)
        run.left_nothing_behind(after_error=True)


@patrol.rule("If it is cancelled, it ends as cancelled, and nothing is left.")
def patrol_cancelled(answer, inputs):
    every = inputs.randint(4, 9)
    visit = Turns("visit", [(1.25, None)])
    for moment in (0.5, 3.5):
        run = _observe(answer, visit, every, None, moment)
        run.whole.returned("ended as cancelled", "it to end as cancelled", "it {}")
        run.took(moment)
        run.left_nothing_behind()
