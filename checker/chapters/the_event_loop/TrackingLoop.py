from checker.exercise import Exercise
from checker.judge import observe
from checker.lab.scenes import the_event_loop as scenes

tracking_loop = Exercise(
    "TrackingLoop",
    kind="build",
    is_async=False,
    hints=[
        "`asyncio.create_task` asks the loop. Which method do you override? What must it return?",
        "Who tells you that a task has ended? What must `wait_all` leave out of its wait?",
        "A task that ends may have started another one. Is one `asyncio.wait` enough?",
    ],
)


def _ordered(names, seconds):
    return sorted(names, key=lambda name: seconds[names.index(name)])


def _ended(run, answer, wanted):
    happened = run.part(1).value
    missing = next((name for name in wanted if name not in happened), None)
    seen = f"{missing!r} had not ended" if missing else f"they had ended as {happened}"
    line = answer.line_of("wait_all")
    run.check(happened == wanted, f"an end after {', '.join(wanted)}", seen, line=line)


def _beside_three(answer, inputs, fails=False):
    names = inputs.words(3)
    seconds = inputs.odd_seconds(3)
    broken = names[seconds.index(min(seconds))] if fails else None
    call = f"wait_all() beside three jobs{f', of which {broken!r} fails' if fails else ''}"
    run = observe(scenes.waited_for, answer, seconds, names, [], broken, call=call)
    _ended(run, answer, _ordered(names, seconds))
    return run, max(seconds)


@tracking_loop.rule("`wait_all` returns when all other tasks are over, and returns nothing.")
def tracks_all(answer, inputs):
    run, longest = _beside_three(answer, inputs)
    moment = run.part(2).value
    line = answer.line_of("wait_all")
    why = "It returns later than the last job ends"
    run.part(0).equals(None, seen="it returned {!r}", line=line)
    run.time_is(moment, longest, what="returned after", line=line, why=why)


@tracking_loop.rule("It waits for those, too, that are started while it waits.")
def tracks_more(answer, inputs):
    names = inputs.words(2)
    seconds = inputs.odd_seconds(2)
    call = "wait_all(), where a job starts another one, and that one a third"
    run = observe(scenes.waited_for, answer, seconds, names, [50.5, 61.5], call=call)
    later = f"after {names[0]}"
    _ended(run, answer, [*_ordered(names, seconds), later, f"after {later}"])


@tracking_loop.rule("A job that fails ends no wait, and its error does not come out of it.")
def tracks_failing(answer, inputs):
    _beside_three(answer, inputs, fails=True)


@tracking_loop.rule("`pending()` gives the names of its tasks that have not ended, as a list.")
def tracks_names(answer, inputs):
    names = inputs.words(3)
    seconds = inputs.odd_seconds(3)
    call = f"pending() again and again, beside {', '.join(names)}"
    run = observe(scenes.names_pending, answer, seconds, names, call=call)
    for number, said in enumerate(run.value):
        _gave(run, answer, said, sorted(["main", *_ordered(names, seconds)[number:]]))
    call = "pending() of a loop, while another loop has the task 'elsewhere'"
    run = observe(scenes.names_beside, answer, call=call)
    _gave(run, answer, run.value, ["main"])


def _gave(run, answer, said, wanted):
    run.check(said == wanted, repr(wanted), f"it gave {said!r}", line=answer.line_of("pending"))


@tracking_loop.rule("A task that only the loop holds lives on; when it has ended, it may go.")
def tracks_alive(answer, inputs):
    [word] = inputs.words(1)
    observe(scenes.kept_alive, answer, word, call="a task that nobody else holds").returned(word)
    run = observe(scenes.let_go, answer, call="a task that has ended")
    run.check(run.value, "a task that nobody holds", "the loop still holds it")
